package leak

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Each step changes one fact of Olive's. Between the shots before and after it
// the two worlds differ in that fact alone: same ids, same time. Whoever may not
// see it must get the same bytes; whoever may must see a difference on her page,
// so that the comparison is known to work.

// step is one fact that comes, changes or goes.
type step struct {
	name   string
	do     func(h *house)
	subtle bool // whoever may see it need not find it on her page
	fine   bool // left out where the short list is run
}

// sees says, from the product's words and not from the code, who besides Olive
// sees what she shows to each audience.
var sees = map[access.Audience][]string{
	access.Public:      {guest, "first", "second", "third", "far", "mate", "rosa", "sven"},
	access.Members:     {"first", "second", "third", "far", "mate", "rosa", "sven"},
	access.Third:       {"first", "second", "third"},
	access.Second:      {"first", "second"},
	access.Connections: {"first"},
	access.Group:       {"mate"},
	access.OnlyMe:      nil,
}

// entrySteps is every change of an entry: shared with the others at the same
// time, at other times, without times; with texts; and gone.
func entrySteps(k trait.Kind, hidden bool) []step {
	var t trait.Trait
	put := func(change func(*trait.Trait)) func(*house) {
		return func(h *house) {
			t.Kind, t.Hidden, t.Entity = k, hidden, h.entity(k, shared[k])
			change(&t)
			t = h.put(olive, t)
		}
	}
	name := "has " + k.String()
	steps := []step{{name: name, do: put(func(*trait.Trait) {})}}
	if dated(k) {
		steps = append(steps,
			step{name: name + ", at the same time", do: put(func(t *trait.Trait) { t.From, t.To = month(2014, 3), month(2016, 8) })},
			step{name: name + ", for another month", do: put(func(t *trait.Trait) { t.To = month(2016, 9) }), subtle: true, fine: true},
			step{name: name + ", at another time", do: put(func(t *trait.Trait) { t.From, t.To = month(2003, 1), month(2007, 12) }), fine: k != trait.Company},
			step{name: name + ", to this day", do: put(func(t *trait.Trait) { t.From, t.To = month(2017, 1), 0 }), fine: true})
	}
	if k <= trait.School {
		steps = append(steps, step{name: name + ", in other words", fine: true, do: put(func(t *trait.Trait) { t.Role, t.Body, t.Place = "Warden", "Kept it.", "Emden" })})
	}
	return append(steps, step{name: name + " no more", fine: true, do: func(h *house) { h.drop(olive, t); t = trait.Trait{} }})
}

func seekSteps(k trait.Kind) []step {
	var t trait.Trait
	return []step{
		{name: "seeks " + k.String(), fine: k != trait.Company, do: func(h *house) {
			t = h.put(olive, trait.Trait{Kind: k, Relation: trait.Seeks, Entity: h.entity(k, shared[k])})
		}},
		{name: "seeks " + k.String() + " no more", fine: true, do: func(h *house) { h.drop(olive, t) }},
	}
}

func textSteps() []step {
	about := func(text string) func(*house) {
		return func(h *house) { h.must(h.app.Profiles.SetAbout(ctx, h.v(olive), text)) }
	}
	open := func(set profile.OpenTo, glad string) func(*house) {
		return func(h *house) { h.must(h.app.Profiles.SetOpenTo(ctx, h.v(olive), set, glad)) }
	}
	contacts := func(cs ...profile.Contact) func(*house) {
		return func(h *house) { h.must(h.app.Profiles.SetContacts(ctx, h.v(olive), cs)) }
	}
	line := func(text string) func(*house) {
		return func(h *house) {
			_, err := h.app.Profiles.SetCard(ctx, h.v(olive), member.Change{Location: &text})
			h.must(err)
		}
	}
	return []step{
		{name: "about", do: about("Keeps the lights.")},
		{name: "about, longer", do: about("Keeps the lights.\n\nAnd the horn."), fine: true},
		{name: "about no more", do: about(""), fine: true},
		{name: "open to work", do: open(1<<why.Work, "")},
		{name: "open to hiring", do: open(1<<why.Hiring, ""), fine: true},
		{name: "open to mentoring", do: open(1<<why.Mentoring, ""), fine: true},
		{name: "open to a mentor", do: open(1<<why.Mentored, ""), fine: true},
		{name: "glad to help", do: open(1<<why.Mentored, "with knots")},
		{name: "open to nothing", do: open(0, ""), fine: true},
		{name: "contact", do: contacts(profile.Contact{Kind: "email", Value: "olive@lights.example"})},
		{name: "contacts", fine: true, do: contacts(profile.Contact{Kind: "website", Value: "https://lights.example"}, profile.Contact{Kind: "phone", Value: "+49 491 1"})},
		{name: "contacts no more", do: contacts(), fine: true},
		{name: "a line of where", do: line("Borkum")},
		{name: "no line of where", do: line(""), fine: true},
	}
}

func allSteps() (steps []step) {
	for _, k := range trait.Kinds {
		steps = append(steps, entrySteps(k, false)...)
		steps = append(steps, seekSteps(k)...)
	}
	return append(steps, textSteps()...)
}

// tally counts what was compared.
type tally struct{ same, shown int }

func (n tally) String() string {
	return fmt.Sprintf("%d cells compared that had to be the same, 0 of them may differ; %d where it may show", n.same, n.shown)
}

// compare runs steps one after the other. may says who may see what they change;
// on that page they must see it, and so must Olive where it is about her.
func (h *house) compare(n *tally, label string, steps []step, pages func(string) []ask, may []string, on string) {
	h.Helper()
	viewers := append([]string{olive}, watchers...)
	before := h.look(viewers, pages)
	seen := map[string]bool{}
	for _, s := range steps {
		s.do(h)
		after := h.look(viewers, pages)
		for _, who := range viewers {
			diff := changed(before, after, who)
			seen[who] = seen[who] || len(diff) > 0
			if who != olive && !slices.Contains(may, who) {
				h.leaks(label+": "+s.name, before, after, diff)
			} else if on != "" && !s.subtle && !slices.ContainsFunc(diff, func(c cell) bool { return c.what == on }) {
				h.Errorf("%s: %s: %s does not see it on %s, so the comparison proves nothing", label, s.name, who, on)
			}
		}
		n.count(after, may)
		before = after
	}
	for _, who := range may {
		if !seen[who] {
			h.Errorf("%s: %s may see it, and does not: the comparison proves nothing", label, who)
		}
	}
}

func (n *tally) count(s shot, may []string) {
	for c := range s {
		if c.who == olive || slices.Contains(may, c.who) {
			n.shown++
		} else {
			n.same++
		}
	}
}

// compareWhole compares the pages of the whole house before and after many steps.
func (h *house) compareWhole(n *tally, label string, before, after shot, may []string) {
	h.Helper()
	for _, who := range watchers {
		if !slices.Contains(may, who) {
			h.leaks(label+", all of it,", before, after, changed(before, after, who))
		}
	}
	n.count(after, may)
}

// leaks reports cells that differ and must not: where, and the bytes.
func (h *house) leaks(what string, before, after shot, diff []cell) {
	h.Helper()
	if len(diff) == 0 {
		return
	}
	var pages []string
	for _, c := range diff {
		pages = append(pages, c.what)
	}
	c := diff[0]
	h.Errorf("%s shows to %s on %d pages:\n %s\n%s", what, c.who, len(diff), strings.Join(pages, "\n "), between(before[c], after[c]))
}

// brief leaves only Olive's page to those who may see.
func brief(pages func(string) []ask, may []string) func(string) []ask {
	return func(who string) []ask {
		if slices.Contains(may, who) {
			return []ask{get("/in/" + olive)}
		}
		return pages(who)
	}
}

// sections are all that an audience can be set for and that hold something.
var sections = []access.Section{access.About, access.Experience, access.Education, access.Skills, access.Languages, access.Groups,
	access.Location, access.Field, access.Seeks, access.OpenTo, access.Contact}

// opened sets the audience of everything that Olive has.
func opened(h *house, a access.Audience, findable bool) {
	h.Helper()
	sc := access.Scope{Audience: a, Findable: findable}
	if a == access.Group {
		sc.Group = h.entity(trait.Group, maple)
	}
	h.scope(olive, sc, append(sections, access.ConnectionL)...)
	page := access.OnlyMe
	if a == access.Public {
		page = access.Public
	}
	h.scope(olive, access.Scope{Audience: page}, access.Page)
}

// meet lets Olive and the others write to each other.
func meet(h *house) (letters []int64) {
	return []int64{h.invite(olive, "rosa", invite.Letter{Reason: "relationship", Note: "You may know me."}), h.invite("sven", olive, invite.Letter{Reason: "background"})}
}

// kindsFound gathers the kinds of evidence that anybody is shown about Olive.
func (h *house) kindsFound(kinds map[string]bool) {
	h.Helper()
	add := func(found []why.Found) {
		for _, f := range found {
			for _, e := range f.Items {
				kinds[e.Kind] = true
			}
		}
	}
	in, err := h.app.Invites.Received(ctx, h.v("rosa"), invite.Filter{}, page.Cursor{})
	h.must(err)
	for _, it := range in.Items {
		add(it.Why.Found)
		add([]why.Found{it.Why.Stated})
	}
	for _, who := range []string{"second", "far"} {
		p, err := h.app.Profiles.View(ctx, h.v(who), olive, profile.Pose{})
		h.must(err)
		add(p.Found.Found)
		add(why.Supports(p.Pair))
	}
}

// evidence has every kind that there is but why.OfferOwn, which shows only beside
// a claim of looking for work or a mentor, and Olive makes none.
var evidence = []string{
	why.CompanyOverlap, why.CompanySame, why.CompanyGap, why.SchoolOverlap, why.SchoolSame, why.SchoolGap, why.GroupOverlap, why.GroupSame,
	why.GroupGap, why.SkillSame, why.FieldSame, why.PlaceSame, why.LanguageSame, why.MutualKnown, why.SeekSender, why.SeekReceiver,
	why.OfferMatch, why.FewConnections, why.BroadNetwork, why.ClosedSections,
}

// Every fact, shown to every audience.
func TestWhatAnAudienceDoesNotSeeDoesNotShow(t *testing.T) {
	begun := time.Now()
	var n tally
	kinds := map[string]bool{}
	for _, a := range access.Audiences {
		t.Run(a.String(), func(t *testing.T) {
			h := start(t, dbtest.SQLiteFile(t))
			household(h)
			opened(h, a, false)
			letters := meet(h)
			steps := allSteps()
			if a != access.OnlyMe && a != access.Connections && a != access.Members {
				steps = slices.DeleteFunc(steps, func(s step) bool { return s.fine })
			}
			for i, s := range steps {
				steps[i].do = func(h *house) { s.do(h); h.kindsFound(kinds) }
			}
			whole := h.look(watchers, h.around(letters...))
			h.compare(&n, a.String(), steps, brief(h.near(letters...), sees[a]), sees[a], "/in/"+olive)
			h.compareWhole(&n, a.String(), whole, h.look(watchers, h.around(letters...)), sees[a])
		})
	}
	for _, k := range evidence {
		if !kinds[k] {
			t.Errorf("no fact of Olive's was ever evidence of the kind %s", k)
		}
	}
	t.Logf("%v, in %s", n, time.Since(begun).Round(time.Millisecond))
}
