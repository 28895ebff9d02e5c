package member_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

var ctx = context.Background()

// write runs f in a transaction that must succeed.
func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, d *db.DB, n member.Newcomer) member.Card {
	t.Helper()
	var c member.Card
	write(t, d, func(tx *db.Tx) (err error) {
		c, err = member.New(d).Create(ctx, tx, n)
		return err
	})
	return c
}

func named(t *testing.T, d *db.DB, name string) member.Card {
	t.Helper()
	return create(t, d, member.Newcomer{Name: name})
}

func ptr(s string) *string { return &s }

func TestCreatedMembersAreFoundAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		joined := time.Date(2012, 3, 4, 5, 6, 7, 8000, time.UTC)
		made := create(t, d, member.Newcomer{
			Name: "  Zoe\u0308  Müller ", Lang: "de-de", Pronouns: "she/her", Headline: "Bridges", Location: "Köln", Since: joined,
		})
		want := member.Card{
			ID: made.ID, Handle: "zoe-muller", Name: "Zoë Müller", Lang: "de-DE", Pronouns: "she/her", Headline: "Bridges",
			Location: "Köln", Tint: made.Tint, Status: member.Active, Since: joined,
		}
		if made != want {
			t.Errorf("made %+v\nwant %+v", made, want)
		}
		got, err := s.Cards(ctx, d, []int64{made.ID, 77})
		if err != nil || len(got) != 1 || got[made.ID] != want {
			t.Errorf("cards %+v, %v", got, err)
		}
		if one, err := s.Card(ctx, d, made.ID); err != nil || one != want {
			t.Errorf("card %+v, %v", one, err)
		}
		if _, err := s.Card(ctx, d, 77); !fault.Is(err, fault.Missing) {
			t.Errorf("an unknown card answers %v, want missing", err)
		}
		given := create(t, d, member.Newcomer{ID: 4711, Name: "Bo", Handle: " The-Bo "})
		if given.ID != 4711 || given.Handle != "the-bo" || given.Since.IsZero() {
			t.Errorf("made %+v, want the id and handle asked for, and a time", given)
		}
	})
}

func TestNothingIsKeptOfABadMember(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := s.Create(ctx, tx, member.Newcomer{Name: " ", Headline: strings.Repeat("x", 221), Lang: "no language", Handle: "admin"})
			return err
		})
		fields := fault.ByField(err)
		for _, f := range []string{"name", "headline", "lang", "handle"} {
			if fields[f] == "" {
				t.Errorf("no sentence for %s in %v", f, fields)
			}
		}
		if ids, err := s.Page(ctx, d, 0, 10); len(ids) != 0 || err != nil {
			t.Errorf("members %v, %v, want none", ids, err)
		}
	})
}

func TestHandlesAreUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seen := map[string]bool{}
		for _, name := range []string{"Ada Lovelace", "Ada Lovelace", "ada lovelace", "Admin", "王小明", "王小明", "Li", strings.Repeat("Long ", 20), strings.Repeat("Long ", 20)} {
			h := named(t, d, name).Handle
			if seen[h] {
				t.Errorf("handle %q was given twice", h)
			}
			seen[h] = true
			if clean, err := member.CleanHandle(h); err != nil || clean != h {
				t.Errorf("the handle %q made from %q could not be chosen: %v", h, name, err)
			}
		}
		if !seen["ada-lovelace"] {
			t.Errorf("handles %v, want ada-lovelace for the first", seen)
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := member.New(d).Create(ctx, tx, member.Newcomer{Name: "Eve", Handle: "ada-lovelace"})
			return err
		})
		if fault.ByField(err)["handle"] == "" {
			t.Errorf("a taken handle answers %v, want a sentence for it", err)
		}
	})
}

func TestMembersOfOneNameAtOnceGetTheirOwnHandles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 8
		var (
			wg      sync.WaitGroup
			mu      sync.Mutex
			handles = map[string]bool{}
		)
		for range n {
			wg.Go(func() {
				var c member.Card
				err := d.Write(ctx, func(tx *db.Tx) (err error) {
					c, err = member.New(d).Create(ctx, tx, member.Newcomer{Name: "Ada Lovelace"})
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				handles[c.Handle] = true
				mu.Unlock()
			})
		}
		wg.Wait()
		if len(handles) != n {
			t.Errorf("handles %v, want %d different", handles, n)
		}
	})
}

func TestOldHandlesLeadOnForNinetyDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		d.SetClock(func() time.Time { return now })
		ada, bob := named(t, d, "Ada"), named(t, d, "Bob")
		set := func(id int64, h string) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				_, err := s.SetHandle(ctx, tx, id, h)
				return err
			})
		}
		expect := func(handle string, id int64, current string) {
			t.Helper()
			gotID, gotCurrent, err := s.ByHandle(ctx, handle)
			if id == 0 {
				if !fault.Is(err, fault.Missing) {
					t.Errorf("%s: %d, %v, want missing", handle, gotID, err)
				}
				return
			}
			if gotID != id || gotCurrent != current || err != nil {
				t.Errorf("%s: %d %q %v, want %d %q", handle, gotID, gotCurrent, err, id, current)
			}
		}
		if err := set(ada.ID, "countess"); err != nil {
			t.Fatal(err)
		}
		expect("ada", ada.ID, "countess")
		expect(" Countess", ada.ID, "countess")
		expect("nobody-has-this", 0, "")
		if err := set(bob.ID, "ada"); fault.ByField(err)["handle"] == "" {
			t.Errorf("taking a handle that still leads on answers %v", err)
		}
		now = now.Add(member.KeepHandle)
		expect("ada", 0, "")
		if err := set(bob.ID, "ada"); err != nil {
			t.Fatal(err)
		}
		expect("ada", bob.ID, "ada")
		expect("bob", bob.ID, "ada")
		if err := set(bob.ID, "bob"); err != nil { // back to the old one
			t.Fatal(err)
		}
		expect("bob", bob.ID, "bob")
		expect("ada", bob.ID, "bob")
		if err := set(bob.ID, "bob"); err != nil { // no change is no error and keeps it
			t.Fatal(err)
		}
		expect("bob", bob.ID, "bob")
		if err := set(bob.ID, "x"); fault.ByField(err)["handle"] == "" {
			t.Errorf("a short handle answers %v", err)
		}
		if err := set(999, "somebody"); !fault.Is(err, fault.Missing) {
			t.Errorf("an unknown member's handle answers %v", err)
		}
		expect("somebody", 0, "")
	})
}

func TestClaims(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		claim := func(owner int64) (ok bool) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				ok, err = member.Claim(ctx, tx, member.KindEmail, "ada@example.org", owner)
				return err
			})
			return ok
		}
		release := func(owner int64, until time.Time) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error {
				return member.Release(ctx, tx, member.KindEmail, "ada@example.org", owner, until)
			})
		}
		if !claim(1) || !claim(1) || claim(2) {
			t.Error("want the first to hold it, again too, and the second not")
		}
		release(2, time.Time{})
		if owner, ok, err := member.Claimant(ctx, d, member.KindEmail, "ada@example.org"); owner != 1 || !ok || err != nil {
			t.Errorf("claimant %d %v %v, want 1: nobody else can release it", owner, ok, err)
		}
		release(1, d.Now().Add(time.Hour))
		if _, ok, _ := member.Claimant(ctx, d, member.KindEmail, "ada@example.org"); ok || claim(2) {
			t.Error("what was given up has no claimant, and waits for its time")
		}
		release(1, time.Time{})
		if !claim(2) {
			t.Error("what was released at once is free")
		}
	})
}

func TestChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		c := create(t, d, member.Newcomer{Name: "Ada Byron", Headline: "Poet", Location: "London"})
		change := func(ch member.Change) (got member.Card, err error) {
			err = d.Write(ctx, func(tx *db.Tx) (err error) {
				got, err = s.Change(ctx, tx, c.ID, ch)
				return err
			})
			return got, err
		}
		got, err := change(member.Change{Name: ptr("Ada Lovelace"), Headline: ptr(""), Lang: ptr("en")})
		c.Name, c.Headline, c.Lang = "Ada Lovelace", "", "en"
		if err != nil || got != c {
			t.Errorf("changed to %+v, %v\nwant %+v", got, err, c)
		}
		if stored, _ := s.Card(ctx, d, c.ID); stored != c {
			t.Errorf("stored %+v\nwant %+v", stored, c)
		}
		for text, want := range map[string]int{"byron": 0, "lovelace": 1} {
			if ids, err := s.Search(ctx, d, text, 10); len(ids) != want || err != nil {
				t.Errorf("search %q: %v, %v, want %d", text, ids, err, want)
			}
		}
		if _, err := change(member.Change{Name: ptr("\u202eAda"), Pronouns: ptr(strings.Repeat("x", 41))}); len(fault.ByField(err)) != 2 {
			t.Errorf("two bad lines answer %v", err)
		}
		if stored, _ := s.Card(ctx, d, c.ID); stored != c {
			t.Errorf("a refused change left %+v", stored)
		}
	})
}

func TestChangesOfDifferentLinesAtOnceAllStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		c := named(t, d, "Ada")
		changes := []member.Change{{Headline: ptr("h")}, {Location: ptr("l")}, {Pronouns: ptr("p")}, {Name: ptr("Ada Lovelace")}, {Lang: ptr("en")}}
		var wg sync.WaitGroup
		for _, ch := range changes {
			wg.Go(func() {
				err := d.Write(ctx, func(tx *db.Tx) error {
					_, err := s.Change(ctx, tx, c.ID, ch)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c.Headline, c.Location, c.Pronouns, c.Name, c.Lang = "h", "l", "p", "Ada Lovelace", "en"
		if got, err := s.Card(ctx, d, c.ID); got != c || err != nil {
			t.Errorf("got %+v, %v\nwant %+v", got, err, c)
		}
	})
}

func TestPictureReturnsTheOneBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		c := named(t, d, "Ada")
		for _, step := range [][2]string{{"a", ""}, {"b", "a"}, {"", "b"}} {
			write(t, d, func(tx *db.Tx) error {
				was, err := s.SetPicture(ctx, tx, c.ID, step[0])
				if was != step[1] {
					t.Errorf("set %q: before it was %q, want %q", step[0], was, step[1])
				}
				return err
			})
			if got, _ := s.Card(ctx, d, c.ID); got.Picture != step[0] {
				t.Errorf("picture %q, want %q", got.Picture, step[0])
			}
		}
	})
}

func TestWhoIsNotActiveIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		c := named(t, d, "Ada Lovelace")
		named(t, d, "Adam Smith")
		set := func(st member.Status) error {
			return d.Write(ctx, func(tx *db.Tx) error { return s.SetStatus(ctx, tx, c.ID, st) })
		}
		visible := func() int {
			cards, err1 := s.Cards(ctx, d, []int64{c.ID})
			found, err2 := s.Search(ctx, d, "lovelace", 10)
			listed, err3 := s.Page(ctx, d, c.ID-1, 1)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			n := len(cards) + len(found)
			if slices.Contains(listed, c.ID) {
				n++
			}
			if _, _, err := s.ByHandle(ctx, c.Handle); err == nil {
				n++
			}
			return n
		}
		for _, st := range []member.Status{member.Hibernated, member.Suspended} {
			if err := set(st); err != nil {
				t.Fatal(err)
			}
			if n := visible(); n != 0 {
				t.Errorf("%s: still there in %d ways", st, n)
			}
			for _, ids := range [][]int64{nil, {c.ID, 4711}} {
				if away, err := s.Away(ctx, ids); !slices.Equal(away, []int64{c.ID}) || err != nil {
					t.Errorf("%s: of %v %v are away, %v", st, ids, away, err)
				}
			}
			if got, err := s.Card(ctx, d, c.ID); got.Status != st || err != nil {
				t.Errorf("own card %+v, %v", got, err)
			}
			if err := set(member.Active); err != nil {
				t.Fatal(err)
			}
			if away, err := s.Away(ctx, nil); len(away) != 0 || err != nil {
				t.Errorf("back from %s: %v are away, %v", st, away, err)
			}
			if n := visible(); n != 4 {
				t.Errorf("back from %s: there in %d ways, want 4", st, n)
			}
		}
		if err := set(member.Former); err != nil {
			t.Fatal(err)
		}
		if err := set(member.Active); !fault.Is(err, fault.Conflict) {
			t.Errorf("a former member comes back: %v", err)
		}
	})
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		names := map[int64]string{}
		for _, n := range []string{
			"Ann Annabel Anders", "Anna Karlsson", "Hannah Ann", "Siobhán O'Brien", "Jörg Müller", "王小明", "山田 太郎",
			"محمد الفارسي", "Jean-Luc Anders", "Işık Yılmaz", "Олена Їжак",
		} {
			names[named(t, d, n).ID] = n
		}
		for text, want := range map[string]string{
			"ann":              "Ann Annabel Anders|Hannah Ann|Anna Karlsson",
			"AND ann":          "Ann Annabel Anders",
			"luc and":          "Jean-Luc Anders",
			"obrien":           "Siobhán O'Brien",
			"o'brien sio":      "Siobhán O'Brien",
			"muller":           "Jörg Müller",
			"Mueller":          "Jörg Müller",
			"MÜL jor":          "Jörg Müller",
			"小明":               "王小明",
			"王":                "王小明",
			"山田太郎":             "山田 太郎",
			"太郎 山":             "山田 太郎",
			"محمد":             "محمد الفارسي",
			"isik yil":         "Işık Yılmaz",
			"олена":            "Олена Їжак",
			"nah":              "",
			"ann zzz":          "",
			"%":                "",
			"":                 "",
			"an' OR 1=1 --":    "",
			"ann\U0010FFFFabc": "",
		} {
			ids, err := s.Search(ctx, d, text, 10)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			var got []string
			for _, id := range ids {
				got = append(got, names[id])
			}
			if strings.Join(got, "|") != want {
				t.Errorf("search %q: %v, want %s", text, got, want)
			}
		}
		counted, n := db.CountQueries(ctx)
		if ids, err := s.Search(counted, d, "an", 2); len(ids) != 2 || err != nil || n.N() != 1 {
			t.Errorf("limit 2: %v, %v with %d statements", ids, err, n.N())
		}
		counted, n = db.CountQueries(ctx)
		if ids, err := s.Search(counted, d, "ann and h", 2); len(ids) != 0 || err != nil || n.N() != 2 {
			t.Errorf("three words: %v, %v with %d statements, want nobody by 2", ids, err, n.N())
		}
	})
}

func TestPagesWalkEverybodyOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		var want, got []int64
		for i := range 7 {
			want = append(want, named(t, d, fmt.Sprint("Member ", i)).ID)
		}
		slices.Sort(want)
		for after := int64(0); ; {
			ids, err := s.Page(ctx, d, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, ids...); len(ids) < 3 {
				break
			}
			after = ids[2]
		}
		if !slices.Equal(got, want) {
			t.Errorf("walked %v, want %v", got, want)
		}
	})
}

func TestManyCardsCostOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		ids := make([]int64, db.MaxIn)
		for i := range ids {
			ids[i] = int64(i + 1)
		}
		ids[17] = named(t, d, "Ada").ID
		counted, n := db.CountQueries(ctx)
		if cards, err := s.Cards(counted, d, ids); err != nil || len(cards) != 1 || n.N() != 1 {
			t.Errorf("%d cards, %v, %d statements, want 1 by 1", len(cards), err, n.N())
		}
	})
}
