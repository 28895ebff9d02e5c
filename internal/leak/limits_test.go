package leak

import (
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
)

// Olive shuts one of the others out by name. To that one it must be byte for byte as
// if all that she has were hers alone: no page may tell who is shut out from who
// meets what everybody meets. They stand to her in every way: her connection, one at
// the second degree, somebody far who shares all of it, a member of the group.

var shutOut = []struct {
	nick     string
	audience access.Audience
	findable bool
}{
	{"first", access.Connections, false}, {"first", access.Members, true}, {"second", access.Second, true}, {"third", access.Third, false},
	{"far", access.Connections, true}, {"far", access.Members, false}, {"mate", access.Group, false}, {"mate", access.Group, true},
	{"rosa", access.Members, true}, {"sven", access.Members, false},
}

// fillUp gives Olive something in every section.
func fillUp(h *house) {
	h.Helper()
	for _, s := range allSteps() {
		if !s.fine && !strings.HasSuffix(s.name, "no more") {
			s.do(h)
		}
	}
}

func TestWhoIsShutOutMeetsWhatIsHersAlone(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	household(h)
	opened(h, access.Members, false)
	letters := meet(h)
	fillUp(h)
	cells := 0
	for _, c := range shutOut {
		one := []string{c.nick}
		opened(h, access.OnlyMe, false)
		alone := h.look(one, h.around(letters...))
		opened(h, c.audience, c.findable)
		open := h.look(one, h.near(letters...))
		if len(changed(open, alone, c.nick)) == 0 {
			t.Errorf("%s sees nothing of %s, findable %v: this proves nothing", c.nick, c.audience, c.findable)
		}
		h.shut(olive, c.nick)
		shut := h.look(one, h.around(letters...))
		h.leaks("that "+c.nick+" is shut out of what is open to "+c.audience.String(), alone, shut, changed(alone, shut, c.nick))
		cells += len(shut)
		h.readmit(olive, c.nick)
		again := h.look(one, h.near(letters...))
		h.leaks("that "+c.nick+" was shut out before", open, again, changed(open, again, c.nick))
	}
	t.Logf("%d cells compared", cells)
}

// What she changes in what is closed to one shows that one nothing, and the others
// what it showed them before; nor does the limit itself show to anybody but her.
func TestWhatIsClosedToOneDoesNotShowToThatOne(t *testing.T) {
	var n tally
	for _, c := range shutOut {
		if c.findable {
			continue // what is shared would show to all the others, whom the table of audiences leaves out
		}
		t.Run(c.nick+" "+c.audience.String(), func(t *testing.T) {
			h := start(t, dbtest.SQLiteFile(t))
			household(h)
			opened(h, c.audience, false)
			letters := meet(h)
			may := slices.DeleteFunc(slices.Clone(sees[c.audience]), func(who string) bool { return who == c.nick })
			steps := slices.DeleteFunc(allSteps(), func(s step) bool { return s.fine })
			limits := []step{
				{name: "shuts " + c.nick + " out", do: func(h *house) { h.shut(olive, c.nick) }},
				{name: "lets them in again", do: func(h *house) { h.readmit(olive, c.nick) }},
				{name: "shuts them out again", do: func(h *house) { h.shut(olive, c.nick) }},
			}
			// While she has nothing, that it is closed is all that changes, and only for that one.
			before := h.look(watchers, h.near(letters...))
			for _, s := range limits {
				s.do(h)
				after := h.look(watchers, h.near(letters...))
				for _, who := range watchers {
					if who != c.nick {
						h.leaks(s.name, before, after, changed(before, after, who))
					}
				}
			}
			h.compare(&n, c.nick+" shut out", steps, brief(h.near(letters...), may), may, "/in/"+olive)
		})
	}
	t.Log(n)
}
