package network_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/network"
)

// both is the tie of a pair, which each side must have alike.
func both(t *testing.T, d *db.DB, s *network.Service, a, b int64) network.Connection {
	t.Helper()
	x, ok, err := s.Tie(ctx, d, a, b)
	y, ok2, err2 := s.Tie(ctx, d, b, a)
	if err != nil || err2 != nil || !ok || !ok2 {
		t.Fatalf("the tie of %d and %d: %v %v, %v %v", a, b, ok, err, ok2, err2)
	}
	if y.Peer = b; x != y {
		t.Errorf("the two sides differ: %+v and %+v", x, y)
	}
	return x
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEitherSaysAndTheOtherConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		const ada, bo, cy = 7, 3, 5
		try(t, connect(d, s, ada, bo))
		v := access.Member
		is := func(reason, sub string, by int64, confirmed bool, strength uint32) int64 {
			t.Helper()
			c := both(t, d, s, bo, ada)
			if c.Reason != reason || c.Sub != sub || c.SaidBy != by || c.Confirmed != confirmed || c.InvitedBy != ada {
				t.Errorf("it is %+v", c)
			}
			if got := s.Graph().Strength(ada, bo); got != strength || got != c.Strength() {
				t.Errorf("as strong as %d in the index, want %d", got, strength)
			}
			return c.Version
		}
		seen := is("relationship", "", ada, false, 30)
		if err := s.Confirm(ctx, v(ada), bo, seen); !fault.Is(err, fault.Conflict) {
			t.Errorf("confirming one's own word is answered with %v", err)
		}
		try(t, s.Confirm(ctx, v(bo), ada, seen))
		try(t, s.Confirm(ctx, v(bo), ada, seen)) // twice changes nothing
		seen = is("relationship", "", ada, true, 60)
		try(t, s.Correct(ctx, v(bo), ada, "relationship", "worked", seen))
		if err := s.Confirm(ctx, v(ada), bo, seen); !fault.Is(err, fault.Conflict) {
			t.Errorf("confirming what was said after the look is answered with %v", err)
		}
		seen = is("relationship", "worked", bo, false, 50)
		try(t, s.Correct(ctx, v(ada), bo, "relationship", "worked", seen)) // the same: that confirms it
		seen = is("relationship", "worked", bo, true, 100)
		try(t, s.Correct(ctx, v(ada), bo, "", "", seen))
		seen = is("", "", ada, false, 0)
		if err := s.Correct(ctx, v(bo), ada, "friendship", "", seen); !fault.Is(err, fault.Invalid) {
			t.Errorf("a reason that there is not is answered with %v", err)
		}
		for name, err := range map[string]error{"a stranger": s.Correct(ctx, v(cy), ada, "shared", "", 1), "a guest": s.Confirm(ctx, access.Guest(), ada, 1), "oneself": s.Confirm(ctx, v(ada), ada, 1)} {
			if !fault.Is(err, fault.Missing) {
				t.Errorf("%s is answered with %v", name, err)
			}
		}
		is("", "", ada, false, 0)
	})
}

// What was stored before it was kept who said so is the inviter's word.
func TestAReasonOfBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		try(t, connect(d, s, 7, 3))
		try(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE connections SET said_by = 0`)
			return err
		}))
		if c := both(t, d, s, 3, 7); c.SaidBy != 7 {
			t.Errorf("said by %d", c.SaidBy)
		}
		try(t, s.Confirm(ctx, access.Member(3), 7, both(t, d, s, 3, 7).Version))
		if c := both(t, d, s, 3, 7); !c.Confirmed || c.SaidBy != 7 {
			t.Errorf("%+v", c)
		}
	})
}

// Both at once: the one who comes second has seen something else and is told so.
func TestBothSayAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		try(t, connect(d, s, 7, 3))
		done, seen := make(chan error, 2), both(t, d, s, 3, 7).Version
		for who, sub := range map[int64]string{7: "worked", 3: "studied"} {
			go func() { done <- s.Correct(ctx, access.Member(who), 10-who, "relationship", sub, seen) }()
		}
		one, two := <-done, <-done
		if (one == nil) == (two == nil) || one != nil && !fault.Is(one, fault.Conflict) || two != nil && !fault.Is(two, fault.Conflict) {
			t.Errorf("answered with %v and %v", one, two)
		}
		if c := both(t, d, s, 3, 7); c.Version != seen+1 || (c.Sub == "worked") != (c.SaidBy == 7) {
			t.Errorf("%+v", c)
		}
	})
}

// The index is as strong from the journal, from SQL and from a file, and a comparison
// finds where it is not.
func TestStrengthsComeWithTheIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		for i := int64(2); i <= 6; i++ {
			try(t, connect(d, s, i, 1))
		}
		try(t, s.Confirm(ctx, access.Member(1), 2, both(t, d, s, 1, 2).Version))
		try(t, s.Correct(ctx, access.Member(1), 3, "relationship", "studied", both(t, d, s, 1, 3).Version))
		try(t, s.Correct(ctx, access.Member(1), 4, "", "", both(t, d, s, 1, 4).Version))
		want := "map[2:60 3:50 4:0 5:30 6:30]"
		is := func(how string, s *network.Service) {
			t.Helper()
			got := map[int64]uint32{}
			for i := int64(2); i <= 6; i++ {
				got[i] = s.Graph().Strength(1, i)
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s: %v, want %s", how, got, want)
			}
			if diff, err := s.Compare(ctx); err != nil || diff.Mismatches != 0 {
				t.Errorf("%s: %+v, %v", how, diff, err)
			}
		}
		is("from the journal", s)
		fresh := network.New(d)
		_, err := fresh.Load(ctx)
		try(t, err)
		is("from SQL", fresh)

		file := filepath.Join(t.TempDir(), "graph")
		kept := network.New(d)
		kept.SetSync(s.Sync)
		_, err = kept.Start(ctx, file)
		try(t, err)
		if wrote, err := kept.Save(ctx, true); err != nil || !wrote {
			t.Fatalf("saved: %v, %v", wrote, err)
		}
		again := network.New(d)
		started, err := again.Start(ctx, file)
		try(t, err)
		if !started.Snapshot {
			t.Errorf("not from the file: %v", started.Why)
		}
		is("from a file", again)

		damage := func(how string, q string) {
			t.Helper()
			try(t, d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, q); return err }))
			diff, err := s.Compare(ctx)
			if err != nil || diff.Mismatches == 0 || len(diff.Strengths) == 0 {
				t.Errorf("%s is not found: %+v, %v", how, diff, err)
			}
			if n, err := s.Repair(ctx); err != nil || n > 1 {
				t.Errorf("%s: %d rows mended, %v", how, n, err)
			}
			if diff, err := s.Compare(ctx); err != nil || diff.Mismatches != 0 {
				t.Errorf("%s is not mended: %+v, %v", how, diff, err)
			}
		}
		damage("a mirror that says something else", `UPDATE connections SET reason = 'network' WHERE member_id = 5 AND peer_id = 1`)
		both(t, d, s, 1, 5)
		is("after it", s)
		damage("both sides changed past the journal", `UPDATE connections SET confirmed = TRUE WHERE member_id = 6 OR peer_id = 6`)
		want = "map[2:60 3:50 4:0 5:30 6:60]"
		is("after that", s)
	})
}

// Whoever goes away takes strengths along and brings them back.
func TestStrengthsOfWhoIsAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gone := map[int64]bool{}
		s := setup(t, d)
		s.SetAway(func(_ context.Context, ids []int64) ([]int64, error) {
			return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return !gone[id] }), nil
		})
		try(t, connect(d, s, 2, 1))
		move := func(away bool, want uint32) {
			t.Helper()
			gone[2] = away
			try(t, d.Write(ctx, func(tx *db.Tx) error {
				return journal.Append(ctx, tx, journal.Fact{Kind: "member.status_changed", Facets: journal.ChangesGraph, Owner: 2})
			}))
			try(t, s.Sync(ctx))
			if got := s.Graph().Strength(1, 2); got != want {
				t.Errorf("away %v: %d, want %d", away, got, want)
			}
		}
		move(false, 30)
		move(true, 0)
		move(false, 30)
	})
}

// A tie made anew, by the two or by an import, has a version that no earlier tie of the
// pair had: a form that was opened on an earlier one changes nothing.
func TestAFormOfAnEarlierTie(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		imported := func() error {
			return d.Write(ctx, func(tx *db.Tx) error {
				if _, err := s.BulkConnect(ctx, tx, []network.Edge{{A: 7, B: 3, Since: tx.Now}}); err != nil {
					return err
				}
				return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph})
			})
		}
		invited := func() error { return connect(d, s, 7, 3) }
		seen := map[int64]string{}
		for i, make := range []func() error{imported, imported, invited, invited, imported, invited} {
			try(t, make())
			for said := range i % 4 {
				c := both(t, d, s, 3, 7)
				if tie, ok := seen[c.Version]; ok {
					t.Errorf("tie %d has version %d, as %s", i, c.Version, tie)
				}
				seen[c.Version] = fmt.Sprintf("tie %d after %d corrections", i, said)
				for old := range seen {
					if old == c.Version {
						continue
					}
					if err := s.Correct(ctx, access.Member(3), 7, "shared", "", old); !fault.Is(err, fault.Conflict) {
						t.Errorf("a form of version %d is taken on %d: %v", old, c.Version, err)
					}
				}
				try(t, s.Correct(ctx, access.Member(3), 7, "relationship", []string{"worked", "studied"}[said%2], c.Version))
			}
			c := both(t, d, s, 3, 7)
			if tie, ok := seen[c.Version]; ok {
				t.Errorf("tie %d has version %d, as %s", i, c.Version, tie)
			}
			seen[c.Version] = fmt.Sprintf("tie %d at its end", i)
			try(t, s.Disconnect(ctx, access.Member(7), 3))
		}
	})
}
