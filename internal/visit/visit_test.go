package visit_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
)

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestThreeWaysToLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Sam", "Paul", "Norma")
		h.mode(visit.Full, "Olive", "Fay")
		h.mode(visit.Semi, "Sam")
		h.mode(visit.Private, "Paul")
		h.looks("Olive", "Fay", "Sam", "Paul", "Norma") // Norma never chose
		h.looks("Olive", "Fay", "Paul")                 // once a day
		h.looks("Olive", "Olive")
		p := h.page("Olive")
		same(t, "shown", shown(p), []string{"Fay", "a member"})
		if p.Seen != 0 {
			t.Errorf("today's %d views are counted at once", p.Seen)
		}
		h.pass(day)
		if p = h.page("Olive"); p.Seen != 4 {
			t.Errorf("%d views are counted the day after, want 4", p.Seen)
		}
		if n := h.count(`SELECT count(*) FROM profile_views WHERE viewer_id IN ($1, $2)`, h.id("Paul"), h.id("Norma")) +
			h.count(`SELECT count(*) FROM profile_viewed WHERE member_id IN ($1, $2)`, h.id("Paul"), h.id("Norma")); n != 0 {
			t.Errorf("%d rows of private viewers are kept", n)
		}
		h.looks("Olive", "Fay", "Paul")
		h.pass(day)
		if p = h.page("Olive"); p.Seen != 6 || len(p.Viewers) != 2 {
			t.Errorf("after another day %d views by %q", p.Seen, shown(p))
		}
		h.looks("Paul", "Fay")
		h.pass(day)
		if p = h.page("Paul"); p.Seen != 1 || len(p.Viewers) != 0 || p.Mode != visit.Private {
			t.Errorf("who looks privately sees %d views by %q", p.Seen, shown(p))
		}
		if err := h.visits.SetMode(ctx, h.as("Fay"), 0); !fault.Is(err, fault.Invalid) {
			t.Errorf("no mode is taken as one: %v", err)
		}
	})
}

func TestAMoreClosedModeHoldsForEarlierViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Gus")
		h.mode(visit.Full, "Olive", "Fay", "Gus")
		h.looks("Olive", "Fay", "Gus")
		h.mode(visit.Semi, "Fay")
		same(t, "after semi-private", shown(h.page("Olive")), []string{"a member", "Gus"})
		h.mode(visit.Full, "Fay")
		same(t, "after full again", shown(h.page("Olive")), []string{"a member", "Gus"})
		h.mode(visit.Private, "Gus")
		same(t, "after private", shown(h.page("Olive")), []string{"a member"})
		if n := h.count(`SELECT count(*) FROM profile_viewed WHERE member_id = $1`, h.id("Gus")); n != 0 {
			t.Error("the mirror keeps what was erased")
		}
		h.mode(visit.Full, "Gus")
		same(t, "after private and full again", shown(h.page("Olive")), []string{"a member"})
		h.pass(day)
		h.looks("Olive", "Fay", "Gus")
		same(t, "after looking in full", shown(h.page("Olive")), []string{"Fay", "Gus"})
		if p := h.page("Olive"); p.Seen != 2 {
			t.Errorf("%d views are counted, want 2: a count names nobody and stays", p.Seen)
		}
	})
}

// What was noted privately and is written after the choice became more open stays
// private; and the other way round nothing is written either.
func TestWhatWaitsFollowsTheChoice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Gus")
		h.mode(visit.Full, "Olive", "Gus")
		h.visits.Note(h.as("Fay"), h.id("Olive"))
		h.visits.Note(h.as("Gus"), h.id("Olive"))
		h.pass(time.Second)
		h.mode(visit.Full, "Fay")
		h.mode(visit.Private, "Gus")
		h.must(h.visits.Flush(ctx))
		if p := h.page("Olive"); len(p.Viewers) != 0 {
			t.Errorf("shown are %q", shown(p))
		}
		h.pass(day)
		if p := h.page("Olive"); p.Seen != 2 {
			t.Errorf("%d are counted, want 2", p.Seen)
		}
	})
}

func TestAfterARestartNamedViewsStayOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Paul")
		h.mode(visit.Full, "Olive", "Fay")
		h.looks("Olive", "Fay")
		h.restart()
		h.looks("Olive", "Fay")
		h.pass(day)
		if p := h.page("Olive"); p.Seen != 1 || len(p.Viewers) != 1 {
			t.Errorf("%d views by %q, want one", p.Seen, shown(p))
		}
	})
}

func TestWhoIsBlockedOrGoneIsNotListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Foe", "Shun", "Sleepy", "Gone")
		h.mode(visit.Full, "Olive", "Fay", "Foe", "Shun", "Sleepy", "Gone")
		h.looks("Olive", "Fay", "Foe", "Shun", "Sleepy", "Gone")
		h.pass(day)
		h.block("Olive", "Foe")
		h.block("Shun", "Olive")
		h.status("Sleepy", member.Hibernated)
		h.status("Gone", member.Former)
		p := h.page("Olive")
		same(t, "listed", shown(p), []string{"Fay"})
		if p.Seen != 5 {
			t.Errorf("the count moved to %d with who left: it would tell of blocks", p.Seen)
		}
		h.must(h.visits.Sweep(ctx))
		h.status("Sleepy", member.Active)
		same(t, "listed when one came back", shown(h.page("Olive")), []string{"Fay"})
		if n := h.count(`SELECT count(*) FROM profile_views WHERE viewer_id = $1`, h.id("Gone")); n != 0 {
			t.Error("the views of a former member are kept")
		}
	})
}

func TestPagesAreNewestFirstAndWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive")
		h.mode(visit.Full, "Olive")
		var want []string
		for i := range 60 {
			n := fmt.Sprintf("Viewer %c%c", 'A'+i/10, 'a'+i%10)
			h.join(n)
			h.mode(visit.Full, n)
			h.looks("Olive", n)
			if i%2 == 1 {
				h.pass(day)
			}
			want = append(want, n)
		}
		for _, n := range want[10:14] {
			h.block(n, "Olive")
		}
		want = slices.Delete(want, 10, 14)
		var got []string
		last := time.Now().AddDate(10, 0, 0)
		for cur, n := (page.Cursor{}), 0; ; n++ {
			counted, queries := db.CountQueries(ctx)
			p, err := h.visits.Viewers(counted, h.as("Olive"), cur)
			h.must(err)
			if queries.N() > 16 {
				t.Errorf("page %d took %d statements", n, queries.N())
			}
			for _, v := range p.Viewers {
				if v.Day.After(last) {
					t.Errorf("%s comes after %s", v.Day, last)
				}
				last = v.Day
			}
			got = append(got, shown(p)...)
			if cur = p.Next; cur.IsZero() || n > 5 {
				break
			}
		}
		same(t, "all pages", got, want)
	})
}

func TestOldViewsAreGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Fay", "Gus")
		h.mode(visit.Full, "Olive", "Fay", "Gus")
		h.looks("Olive", "Fay")
		h.pass(80 * day)
		h.looks("Olive", "Gus")
		h.pass(10 * day)
		same(t, "on the 90th day", shown(h.page("Olive")), []string{"Fay", "Gus"})
		h.pass(day)
		same(t, "on the 91st", shown(h.page("Olive")), []string{"Gus"})
		h.must(h.visits.Sweep(ctx))
		for _, table := range []string{"profile_views", "profile_viewed", "profile_view_days"} {
			if n := h.count(`SELECT count(*) FROM ` + table); n != 1 {
				t.Errorf("%d rows are left in %s, want 1", n, table)
			}
		}
	})
}

// Whether the owner is connected with somebody, or parted, changes no words: that
// would tell who they are about.
func TestADescriptionIsMadeOfWhatAllMembersSee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Olive", "Sam", "Ann", "Ben", "Cat", "Dan", "Eve")
		h.mode(visit.Full, "Olive")
		h.mode(visit.Semi, "Sam")
		fold := []string{"Sam", "Ann", "Ben", "Cat", "Dan"}
		for _, n := range fold {
			h.has(n, trait.Trait{Kind: trait.Field}, "Tidal power")
			h.has(n, trait.Trait{Kind: trait.Company, Role: "Engineer"}, "Works of "+n)
		}
		h.looks("Olive", "Sam")
		same(t, "five engineers", shown(h.page("Olive")), []string{"in Tidal power Engineer"})
		scope := func(n string, s access.Section, a access.Audience) {
			h.write(func(tx *db.Tx) error { return h.open.SetSection(ctx, tx, h.id(n), s, access.Scope{Audience: a}) })
		}
		scope("Dan", access.Experience, access.Connections)
		same(t, "one hides the work", shown(h.page("Olive")), []string{"in Tidal power "})
		h.connect("Olive", "Dan")
		same(t, "and is a connection", shown(h.page("Olive")), []string{"in Tidal power "})
		scope("Dan", access.Experience, access.Members)
		same(t, "shows it again", shown(h.page("Olive")), []string{"in Tidal power Engineer"})
		scope("Sam", access.Experience, access.OnlyMe)
		same(t, "the viewer hides the work", shown(h.page("Olive")), []string{"in Tidal power "})
		scope("Ann", access.Field, access.OnlyMe)
		same(t, "four show the field", shown(h.page("Olive")), []string{"a member"})
		scope("Ann", access.Field, access.Members)
		h.block("Ben", "Olive")
		same(t, "one of the five is blocked", shown(h.page("Olive")), []string{"in Tidal power "})
		h.block("Olive", "Sam")
		same(t, "the viewer is blocked", shown(h.page("Olive")), []string{"in Tidal power "})
		scope("Ann", access.Field, access.OnlyMe)
		same(t, "four are left", shown(h.page("Olive")), []string{"a member"})
		h.has("Eve", trait.Trait{Kind: trait.Field}, "Tidal power")
		same(t, "another joins the field", shown(h.page("Olive")), []string{"in Tidal power "})
	})
}

// Two processes write and a member changes the mode meanwhile: at the end nothing
// of a private viewer is left.
func TestAChoiceWaitsForWhatIsBeingWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Fay")
		for i := range 20 {
			h.join(fmt.Sprintf("Owner %c", 'A'+i))
		}
		for range 5 {
			h.mode(visit.Full, "Fay")
			h.pass(day)
			now := h.db.Now()
			var wg sync.WaitGroup
			for i := range 20 {
				v := visit.View{Viewer: h.id("Fay"), Owner: h.id(fmt.Sprintf("Owner %c", 'A'+i)), At: now}
				wg.Go(func() {
					if err := h.visits.Record(ctx, []visit.View{v}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Go(func() {
				if err := h.visits.SetMode(ctx, h.as("Fay"), visit.Private); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			if n := h.count(`SELECT count(*) FROM profile_views`) + h.count(`SELECT count(*) FROM profile_viewed`); n != 0 {
				t.Fatalf("%d rows of a private viewer are left", n)
			}
		}
	})
}

func TestRunWritesWithinASecondAndAtTheEnd(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Olive", "Fay", "Gus")
	h.mode(visit.Full, "Olive", "Fay", "Gus")
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- h.visits.Run(running) }()
	h.visits.Note(h.as("Fay"), h.id("Olive"))
	for begun := time.Now(); len(h.page("Olive").Viewers) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("nothing is written")
		}
	}
	h.visits.Note(h.as("Gus"), h.id("Olive"))
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	same(t, "at the end", shown(h.page("Olive")), []string{"Fay", "Gus"})
}

// Nothing is lost where the database takes no writes for a while.
func TestWhatCannotBeWrittenWaits(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Olive", "Fay")
	h.mode(visit.Full, "Olive", "Fay")
	h.visits.Note(h.as("Fay"), h.id("Olive"))
	h.must(h.db.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `ALTER TABLE profile_views RENAME TO away`); return err }))
	if err := h.visits.Flush(ctx); err == nil {
		t.Fatal("a table that is not there takes views")
	}
	h.must(h.db.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `ALTER TABLE away RENAME TO profile_views`); return err }))
	h.must(h.visits.Flush(ctx))
	same(t, "then", shown(h.page("Olive")), []string{"Fay"})
}
