package leak

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
)

// Who looked at whom: a private view is a number of its owner's, the day after, and
// nothing else to anybody; a semi-private one has no name.

// views lets somebody open pages, as a browser does, and writes that down.
func (h *house) views(who string, owners ...string) {
	h.Helper()
	for _, o := range owners {
		if a := h.ask(who, get("/in/"+o)); a.status != 200 {
			h.Fatalf("%s gets %d for the page of %s", who, a.status, o)
		}
	}
	h.must(h.app.Visits.Flush(ctx))
}

func (h *house) mode(m visit.Mode, nicks ...string) {
	h.Helper()
	for _, n := range nicks {
		h.must(h.app.Visits.SetMode(ctx, h.v(n), m))
	}
}

// met are those whose page Olive can open.
var met = []string{"first", "second", "third", "far", "mate", "rosa", "sven"}

// often is the part of the page that counts.
var often = regexp.MustCompile(`(?s)<section[^>]* id="often".*?</section>`)

func TestAPrivateViewIsANumberTheDayAfter(t *testing.T) {
	var n tally
	with, without := twins(t, func(h *house) {
		household(h)
		h.mode(visit.Full, others...)
		h.views("far", "rosa", "sven")
	})
	pages := func(h *house) func(string) []ask {
		return func(who string) []ask { return append(h.around()(who), get("/in/rosa"), get("/in/rosa/beside")) }
	}
	before := with.dump()
	with.views(olive, met...)
	for _, row := range moved(before, with.dump()) {
		if !strings.HasPrefix(row, "profile_view_days ") || strings.Contains(row, fmt.Sprint(with.id(olive))) {
			t.Errorf("of a private view is kept: %s", row)
		}
	}
	same := func(what string, may func(c cell) bool) {
		t.Helper()
		a, b := without.look(append(watchers, olive), pages(without)), with.look(append(watchers, olive), pages(with))
		n.count(b, nil)
		for _, who := range append(watchers, olive) {
			diff := slices.DeleteFunc(changed(a, b, who), may)
			with.leaks(what, a, b, diff)
		}
	}
	same("a private view of today", func(cell) bool { return false })
	for _, h := range []*house{with, without} {
		h.pass(24 * time.Hour)
	}
	counted := 0
	same("a private view of yesterday", func(c cell) bool {
		if c.what != "/me/views" || !slices.Contains(met, c.who) {
			return false
		}
		a, b := without.ask(c.who, get(c.what)).body, with.ask(c.who, get(c.what)).body
		if a == b || often.ReplaceAllString(a, "") != often.ReplaceAllString(b, "") {
			return false
		}
		counted++
		return true
	})
	if counted != len(met) {
		t.Errorf("%d of %d owners see a number: this proves nothing", counted, len(met))
	}
	t.Log(n)
}

// Which member looked semi-privately changes no byte, where both fit the same
// description; and none of what they hide does.
func TestASemiPrivateViewHasNoName(t *testing.T) {
	a, b := twins(t, func(h *house) {
		household(h)
		h.mode(visit.Full, "rosa")
		h.mode(visit.Semi, "first", "far", olive)
		h.scope(olive, access.Scope{Audience: access.Members}, access.Field, access.Experience)
		for _, k := range []trait.Kind{trait.Field, trait.Company} {
			h.put(olive, trait.Trait{Kind: k, Entity: h.entity(k, shared[k])})
		}
	})
	a.views(olive, "rosa")
	b.views("far", "rosa")
	one, two := a.ask("rosa", get("/me/views")).String(), b.ask("rosa", get("/me/views")).String()
	if !strings.Contains(one, "Somebody in "+shared[trait.Field]) || one != two {
		t.Errorf("who looked semi-privately shows:\n%s", between(one, two))
	}
	for _, word := range []string{"Olive", "Ostrander", "/in/" + olive} {
		if strings.Contains(one, word) {
			t.Errorf("%q names who looked semi-privately", word)
		}
	}
}

func TestWhatASemiPrivateViewerHidesDoesNotDescribe(t *testing.T) {
	var n tally
	h := start(t, dbtest.SQLiteFile(t))
	household(h)
	h.mode(visit.Full, others...)
	h.mode(visit.Semi, olive)
	h.views(olive, met...)
	pages := func(string) []ask { return []ask{get("/me/views")} }
	opened(h, access.OnlyMe, false)
	hidden := append(entrySteps(trait.Field, false), entrySteps(trait.Company, false)...)
	h.compare(&n, "a semi-private viewer's", hidden, pages, nil, "")
	h.compare(&n, "a semi-private viewer's, hidden by itself,", entrySteps(trait.Field, true), pages, nil, "")
	opened(h, access.Members, false)
	entrySteps(trait.Field, false)[0].do(h)
	for _, who := range met {
		if a := h.ask(who, get("/me/views")); !strings.Contains(a.body, "Somebody in "+shared[trait.Field]) {
			t.Errorf("%s is not told the field that is open: this proves nothing", who)
		}
	}
	t.Log(n)
}

// Neither opens the other's page, so that there is no view; and who is blocked later
// is in no list.
func TestBlockedPeopleAreNoViewers(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	household(h)
	h.mode(visit.Full, append(others, olive)...)
	before := h.dump()
	for _, who := range []string{"bruno", "brita"} {
		if a := h.ask(who, get("/in/"+olive)); a.status != 404 {
			t.Errorf("%s gets %d", who, a.status)
		}
		if a := h.ask(olive, get("/in/"+who)); a.status != 404 {
			t.Errorf("Olive gets %d for %s", a.status, who)
		}
	}
	h.must(h.app.Visits.Flush(ctx))
	if rows := moved(before, h.dump()); len(rows) > 0 {
		t.Errorf("a view is kept of who is blocked: %v", rows)
	}
	h.views("sven", olive)
	if a := h.ask(olive, get("/me/views")); !strings.Contains(a.body, "Sven Quay") {
		t.Error("a view in full does not show: this proves nothing")
	}
	h.must(h.app.Invites.Block(ctx, h.v("sven"), h.id(olive)))
	if a := h.ask(olive, get("/me/views")); strings.Contains(a.body, "Sven Quay") || strings.Contains(a.body, "A member</") {
		t.Error("who has blocked is still a viewer")
	}
}
