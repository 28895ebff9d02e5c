package suggest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// town is Ada with a friend, people beyond, and people who share things with her.
func town(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("Ada", "Grace", "Boas", "Cleo", "Dee", "Firma", "Schola", "Clubby", "Crafty", "Nobody")
	h.connect([2]string{"Ada", "Grace"}, [2]string{"Grace", "Boas"}, [2]string{"Boas", "Cleo"}, [2]string{"Cleo", "Dee"})
	for _, who := range []string{"Ada", "Firma"} {
		h.give(who, trait.Company, "Nordlys", years(2015, 2019))
	}
	for _, who := range []string{"Ada", "Schola"} {
		h.give(who, trait.School, "Saltmarsh College", years(2010, 2013))
	}
	for _, who := range []string{"Ada", "Clubby"} {
		h.give(who, trait.Group, "Tide Club")
	}
	for _, who := range []string{"Ada", "Crafty"} {
		h.give(who, trait.Skill, "Knots")
		h.give(who, trait.Skill, "Rope work")
	}
	return h
}

func TestEveryoneInASmallTownWithAWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		got := map[string]Suggestion{}
		for _, s := range h.all("Ada") {
			got[s.Card.Name] = s
		}
		if len(got) != 8 {
			t.Errorf("Ada is suggested %d people, want everybody but herself and Grace: %v", len(got), h.named("Ada"))
		}
		for name, want := range map[string]struct {
			reason why.Reason
			words  string
			degree graph.Degree
		}{
			"Firma":  {why.Relationship, "Worked together, 5 years", graph.Far},
			"Schola": {why.Relationship, "Studied together, 4 years", graph.Far},
			"Clubby": {why.Background, "Background: same group", graph.Far},
			"Crafty": {why.Background, "Background: 2 skills", graph.Far},
			"Boas":   {why.Shared, "Connections: 1", graph.Second},
		} {
			s := got[name]
			f, ok := s.Reason()
			if !ok || f.Reason != want.reason || Line(f) != want.words || s.Degree != want.degree {
				t.Errorf("%s: %v %q at %v, want %v %q at %v", name, f.Reason, Line(f), s.Degree, want.reason, want.words, want.degree)
			}
		}
		if f, ok := got["Nobody"].Reason(); ok || got["Nobody"].Otherwise() != "A member here who is new to you" {
			t.Errorf("of Nobody it is said %v %q", f, got["Nobody"].Otherwise())
		}
		if f, ok := got["Cleo"].Reason(); ok || got["Cleo"].Degree != graph.Third || got["Cleo"].Otherwise() != "Two people are between you" {
			t.Errorf("of Cleo it is said %v %q", f, got["Cleo"].Otherwise())
		}
		order := h.named("Ada")
		if order[0] != "Firma" || slices.Index(order, "Nobody") < slices.Index(order, "Boas") {
			t.Errorf("the order is %v", order)
		}
		if len(got["Boas"].Mutuals) != 1 || got["Boas"].Mutual != 1 || got["Firma"].Circle.Name != "Nordlys" {
			t.Errorf("Boas has %d in common, Firma comes through %v", got["Boas"].Mutual, got["Firma"].Circle)
		}
	})
}

func TestWhoIsNeverSuggested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		h.block("Firma", "Ada")
		h.asked[h.ids["Ada"]] = []int64{h.ids["Schola"]}
		h.write(func(tx *db.Tx) error {
			return errors.Join(h.members.SetStatus(ctx, tx, h.ids["Clubby"], member.Hibernated), journal.Append(ctx, tx, member.StatusChanged(h.ids["Clubby"])))
		})
		h.must(h.s.Dismiss(ctx, h.as("Ada"), h.ids["Crafty"], Known, 0))
		h.must(h.runner.Sync(ctx))
		names := h.named("Ada")
		for _, never := range []string{"Ada", "Grace", "Firma", "Schola", "Clubby", "Crafty"} {
			if slices.Contains(names, never) {
				t.Errorf("%s is suggested: %v", never, names)
			}
		}
		if len(names) != 4 {
			t.Errorf("left are %v", names)
		}
		h.connect([2]string{"Ada", "Boas"}) // at once
		if names := h.named("Ada"); slices.Contains(names, "Boas") {
			t.Errorf("a new connection is suggested: %v", names)
		}
		if _, err := h.s.People(ctx, access.Guest(), page.Cursor{}, 0); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest is answered with %v", err)
		}
	})
}

// The two worlds differ in a fact that Ada may not see; her list must not.
func TestHiddenFactsChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		h.give("Ada", trait.Place, "Emden")
		h.give("Ada", trait.Field, "Water")
		h.give("Ada", trait.Company, "Ostrava Grid", func(t *trait.Trait) { t.Relation = trait.Seeks })
		closed := access.Scope{Audience: access.Connections}
		h.scope("Nobody", closed, access.Experience, access.Education, access.Skills, access.Groups, access.Field, access.Location)
		h.scope("Nobody", access.Scope{Audience: access.OnlyMe}, access.Seeks, access.OpenTo)
		club := h.thing(trait.Group, "Secret Circle", true)
		world := func() string {
			var b strings.Builder
			for i := range 3 { // three days
				for _, s := range h.all("Ada") {
					f, _ := s.Reason()
					fmt.Fprintln(&b, i, s.Card.Name, s.Degree, s.Mutual, len(s.Found), f.Strength, Line(f), s.Circle)
				}
				h.now = h.now.Add(24 * time.Hour)
			}
			h.now = h.now.Add(-3 * 24 * time.Hour)
			return b.String()
		}
		before := world()
		for name, put := range map[string]func(){
			"a company in common": func() { h.give("Nobody", trait.Company, "Nordlys", years(2015, 2019)) },
			"a hidden entry": func() {
				h.give("Nobody", trait.School, "Saltmarsh College", years(2010, 2013), func(t *trait.Trait) { t.Hidden = true })
			},
			"skills":                func() { h.give("Nobody", trait.Skill, "Knots"); h.give("Nobody", trait.Skill, "Rope work") },
			"a group":               func() { h.give("Nobody", trait.Group, "Tide Club") },
			"a field and a place":   func() { h.give("Nobody", trait.Field, "Water"); h.give("Nobody", trait.Place, "Emden") },
			"seeking Ada's company": func() { h.give("Nobody", trait.Company, "Nordlys", func(t *trait.Trait) { t.Relation = trait.Seeks }) },
			"being where Ada seeks": func() { h.give("Nobody", trait.Company, "Ostrava Grid") },
			"an unlisted group":     func() { h.give("Nobody", trait.Group, "Secret Circle", func(t *trait.Trait) { t.Entity = club }) },
		} {
			put()
			h.s.Lists.Drop(h.ids["Ada"])
			if after := world(); after != before {
				t.Errorf("%s shows:\n%s\n%s", name, before, after)
			}
		}
		// The same facts, open: the comparison is known to work.
		h.scope("Nobody", access.Scope{Audience: access.Members}, access.Experience)
		h.s.Lists.Drop(h.ids["Ada"])
		if after := world(); after == before {
			t.Error("an open fact does not show either: this proves nothing")
		}
	})
}

// Findable lets those who share a company see that, and no more.
func TestFindable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		h.scope("Firma", access.Scope{Audience: access.Connections, Findable: true}, access.Experience)
		found := func() bool {
			for _, s := range h.all("Ada") {
				if f, ok := s.Reason(); s.Card.Name == "Firma" && ok {
					return f.Reason == why.Relationship
				}
			}
			return false
		}
		if !found() {
			t.Error("who is findable by a shared company is not found by it")
		}
		// Closed later in the day, by somebody whom Ada's kept list still holds.
		h.scope("Firma", access.Scope{Audience: access.Connections}, access.Experience)
		if found() {
			t.Error("what is closed now still shows")
		}
		if names := h.named("Ada"); names[0] == "Firma" {
			t.Errorf("the order remembers what is closed now: %v", names)
		}
	})
}

func TestDismissals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		ada := h.as("Ada")
		h.must(h.s.Dismiss(ctx, ada, h.ids["Firma"], NotNow, 0))
		h.must(h.s.Dismiss(ctx, ada, h.ids["Schola"], Stranger, 0))
		h.must(h.runner.Sync(ctx))
		if names := h.named("Ada"); slices.Contains(names, "Firma") || slices.Contains(names, "Schola") {
			t.Errorf("dismissed and there: %v", names)
		}
		list, next, err := h.s.Dismissed(ctx, ada, page.Cursor{})
		if err != nil || len(list) != 2 || !next.IsZero() {
			t.Fatalf("dismissed: %+v, %v", list, err)
		}
		h.must(h.s.Restore(ctx, ada, h.ids["Schola"], 0))
		h.must(h.runner.Sync(ctx))
		if names := h.named("Ada"); !slices.Contains(names, "Schola") {
			t.Errorf("restored and not there: %v", names)
		}
		h.now = h.now.Add(91 * 24 * time.Hour)
		if names := h.named("Ada"); !slices.Contains(names, "Firma") {
			t.Errorf("after 90 days Firma is not back: %v", names)
		}
		if list, _, _ := h.s.Dismissed(ctx, ada, page.Cursor{}); len(list) != 0 {
			t.Errorf("still listed: %+v", list)
		}
		for name, err := range map[string]error{
			"a stranger to the house": h.s.Dismiss(ctx, ada, 77, Stranger, 0),
			"oneself":                 h.s.Dismiss(ctx, ada, h.ids["Ada"], Stranger, 0),
		} {
			if !fault.Is(err, fault.Missing) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.s.Dismiss(ctx, ada, h.ids["Firma"], Reason(99), 0); !fault.Is(err, fault.Invalid) {
			t.Errorf("no such reason: %v", err)
		}
		if err := h.s.Dismiss(ctx, ada, h.ids["Firma"], ByCircle, h.thing(trait.Company, "Elsewhere", false)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a circle that is not Ada's: %v", err)
		}
		if n := len(h.named("Firma")); n == 0 {
			t.Error("whoever is dismissed is suggested nobody")
		}
	})
}

func TestACircleThatIsWantedLess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		h.join("Firmino", "Firmus")
		for _, who := range []string{"Firmino", "Firmus"} {
			h.give(who, trait.Company, "Nordlys", years(2016, 2017))
		}
		ada, firm := h.as("Ada"), h.things["Nordlys"]
		h.must(h.s.Dismiss(ctx, ada, h.ids["Firma"], ByCircle, firm))
		h.must(h.runner.Sync(ctx))
		names := h.named("Ada")
		if slices.Contains(names, "Firma") || slices.Index(names, "Schola") > slices.Index(names, "Firmus") {
			t.Errorf("with fewer from Nordlys: %v", names)
		}
		if cs, err := h.s.Circles(ctx, ada); err != nil || len(cs) != 1 || cs[0] != (Circle{firm, "Nordlys"}) {
			t.Errorf("circles: %v, %v", cs, err)
		}
		h.must(h.s.RestoreCircle(ctx, ada, firm))
		if cs, err := h.s.Circles(ctx, ada); err != nil || len(cs) != 0 {
			t.Errorf("circles after: %v, %v", cs, err)
		}
	})
}

func TestDismissedIsPaged(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	for i := range 30 {
		n := fmt.Sprintf("Peer %02d", i)
		h.join(n)
		h.now = h.now.Add(time.Second)
		h.must(h.s.Dismiss(ctx, h.as("Ada"), h.ids[n], Irrelevant, 0))
	}
	first, next, err := h.s.Dismissed(ctx, h.as("Ada"), page.Cursor{})
	if err != nil || len(first) != perBack || first[0].Card.Name != "Peer 29" || next.IsZero() {
		t.Fatalf("first page: %d, %v", len(first), err)
	}
	second, next, err := h.s.Dismissed(ctx, h.as("Ada"), next)
	if err != nil || len(second) != 5 || second[4].Card.Name != "Peer 00" || !next.IsZero() {
		t.Errorf("second page: %d, %v, %v", len(second), next, err)
	}
}

func TestShowingsLowerAndAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		top := func() string {
			p, err := h.s.People(ctx, h.as("Ada"), page.Cursor{}, 1)
			h.must(err)
			h.s.Shown(h.as("Ada"), p.People)
			h.s.Shown(h.as("Ada"), p.People) // twice on one day counts once
			return p.People[0].Card.Name
		}
		if top() != "Firma" {
			t.Fatal("Firma is not the first")
		}
		h.must(h.s.Flush(ctx))
		h.s.Shown(h.as("Ada"), h.all("Ada")[:1])
		h.must(h.s.Flush(ctx))
		shown, err := loadShown(ctx, d, h.ids["Ada"], calendar.Day(h.now)+1)
		if err != nil || shown[h.ids["Firma"]] != 1 {
			t.Fatalf("shown once on one day: %v, %v", shown, err)
		}
		if today, _ := loadShown(ctx, d, h.ids["Ada"], calendar.Day(h.now)); today[h.ids["Firma"]] != 0 {
			t.Error("today counts today")
		}
		exposed, err := loadExposed(ctx, d, []int64{h.ids["Firma"]}, calendar.Day(h.now)+1)
		if err != nil || exposed[h.ids["Firma"]] != 1 {
			t.Errorf("shown to one: %v, %v", exposed, err)
		}
		seen := map[string]bool{}
		for range 25 {
			h.day()
			seen[top()] = true
		}
		if len(seen) < 3 {
			t.Errorf("in 25 days the first place went to %v alone", seen)
		}
		h.now = h.now.Add(61 * 24 * time.Hour)
		if name := top(); name != "Firma" {
			t.Errorf("after 61 days %s is the first: showings are not forgotten", name)
		}
		h.day()
		h.now = h.now.Add(61 * 24 * time.Hour)
		h.must(h.s.Sweep(ctx))
		var n int
		h.must(d.QueryRow(ctx, `SELECT (SELECT count(*) FROM suggest_showings) + (SELECT count(*) FROM suggest_exposures)`).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows are left of what is forgotten", n)
		}
	})
}

func TestPagesGoOnAndCostTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Ada", "Hub")
		pairs := [][2]string{{"Ada", "Hub"}}
		var names []string
		for i := range 80 {
			names = append(names, fmt.Sprintf("Peer %02d", i))
		}
		h.join(names...)
		for _, n := range names {
			pairs = append(pairs, [2]string{"Hub", n})
		}
		h.connect(pairs...)
		for i, n := range append(names[:60:60], "Ada") {
			h.give(n, trait.Company, fmt.Sprint("Firm ", i%20), years(2000+i%10, 0))
		}
		h.give("Ada", trait.Skill, "Knots")
		for _, n := range names[:50] {
			h.give(n, trait.Skill, "Knots")
		}
		counted, cold := db.CountQueries(ctx)
		first, err := h.s.People(counted, h.as("Ada"), page.Cursor{}, 0)
		h.must(err)
		counted, warm := db.CountQueries(ctx)
		again, err := h.s.People(counted, h.as("Ada"), page.Cursor{}, 0)
		h.must(err)
		counted, few := db.CountQueries(ctx)
		_, err = h.s.People(counted, h.as("Ada"), page.Cursor{}, 4)
		h.must(err)
		t.Logf("%d statements to make the list, %d for a page, %d for four", cold.N(), warm.N(), few.N())
		if cold.N() > 18 || warm.N() > 6 || few.N() > 6 {
			t.Errorf("%d statements to make the list, %d for a page, %d for four", cold.N(), warm.N(), few.N())
		}
		if len(first.People) != perPage || len(again.People) != perPage || first.People[3].Card.ID != again.People[3].Card.ID {
			t.Error("two looks at one page differ")
		}
		all := h.named("Ada")
		if len(all) != maxPlaces {
			t.Errorf("the list has %d places", len(all))
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != maxPlaces {
			t.Error("somebody is there twice")
		}
		if p, err := h.s.People(ctx, h.as("Ada"), page.Cursor{Key: 5000, ID: 1}, 0); err != nil || len(p.People) != 0 || !p.Next.IsZero() {
			t.Errorf("beyond the end: %v, %v", p, err)
		}
	})
}

// How many have something counts those alone of whom the viewer sees as much as
// others do.
func TestHoldersLeaveOutWhoIsApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := town(t, d)
		for _, who := range []string{"Boas", "Cleo", "Dee"} {
			h.give(who, trait.Skill, "Knots")
		}
		holders := func() int {
			lens, err := h.s.Guard.For(ctx, access.Member(h.ids["Ada"]))
			h.must(err)
			g := &gathering{s: h.s, lens: lens, known: map[int64]int{}}
			return g.holders(trait.Skill, h.things["Knots"])
		}
		limit := func(who string, sections ...access.Section) {
			h.write(func(tx *db.Tx) error { return h.open.Limit(ctx, tx, h.ids[who], h.ids["Ada"], sections) })
		}
		if n := holders(); n != 5 {
			t.Fatalf("%d, want 5", n)
		}
		limit("Boas", access.About)
		if n := holders(); n != 5 {
			t.Errorf("%d, want 5: what else is closed does not count", n)
		}
		limit("Boas", access.Skills)
		h.block("Cleo", "Ada")
		if n := holders(); n != 3 {
			t.Errorf("%d, want 3 without who closed it and who blocked Ada", n)
		}
	})
}

// A sweep goes along the members in parts, none of which holds the writer for all.
func TestASweepGoesInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		var all []showing
		for viewer := range int64(40) {
			all = append(all, showing{viewer + 1, 1001}, showing{viewer + 1, 1002})
		}
		h.must(d.Write(ctx, func(tx *db.Tx) error { return saveShowings(ctx, tx, all, 100) }))
		h.must(d.Write(ctx, func(tx *db.Tx) error { return saveShowings(ctx, tx, all[:40], 200) }))
		counted, n := db.CountQueries(ctx)
		h.must(sweep(counted, d, 0, 150, 7))
		if n.N() < 2*80/8 {
			t.Errorf("%d statements for 80 rows, 7 at a time", n.N())
		}
		var left, old int
		h.must(d.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE last_day < 150) FROM suggest_showings`).Scan(&left, &old))
		if left != 40 || old != 0 {
			t.Errorf("%d rows are left, %d of them old; want 40 and none", left, old)
		}
	})
}
