package network_test

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/network"
	"guildhall/internal/page"
)

var ctx = context.Background()

// setup is one instance's network with its index following the journal.
func setup(t *testing.T, d *db.DB) *network.Service {
	t.Helper()
	s := network.New(d)
	follow(t, d, s)
	return s
}

// follow loads a network's index and lets it follow the journal.
func follow(t *testing.T, d *db.DB, s *network.Service) {
	t.Helper()
	pos, err := s.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	r.Follow(s.Follower(pos))
	s.SetSync(r.Sync)
}

func connect(d *db.DB, s *network.Service, a, b int64) error {
	err := d.Write(ctx, func(tx *db.Tx) error {
		if err := s.LockPair(ctx, tx, a, b); err != nil {
			return err
		}
		facts, err := s.Connect(ctx, tx, a, b, network.How{Reason: "relationship", InvitedBy: a})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
	if err != nil {
		return err
	}
	return s.Sync(ctx)
}

func block(d *db.DB, s *network.Service, a, b int64) error {
	err := d.Write(ctx, func(tx *db.Tx) error {
		if err := s.LockPair(ctx, tx, a, b); err != nil {
			return err
		}
		facts, err := s.BlockTx(ctx, tx, a, b)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
	if err != nil {
		return err
	}
	return s.Sync(ctx)
}

func TestConnectIsSeenAtOnceByBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		for range 2 { // the second time changes nothing
			if err := connect(d, s, 7, 3); err != nil {
				t.Fatal(err)
			}
		}
		if !s.Graph().Connected(3, 7) || s.Graph().Edges() != 1 {
			t.Error("the index does not have the tie right after the write")
		}
		for _, p := range [][2]int64{{3, 7}, {7, 3}} {
			c, ok, err := s.Tie(ctx, d, p[0], p[1])
			if err != nil || !ok || c.Peer != p[1] || c.Reason != "relationship" || c.InvitedBy != 7 {
				t.Errorf("%d's side: %+v, %v, %v", p[0], c, ok, err)
			}
		}
		if err := s.Disconnect(ctx, access.Member(3), 7); err != nil {
			t.Fatal(err)
		}
		if s.Graph().Connected(3, 7) {
			t.Error("the index has the tie after it ended")
		}
		if err := s.Disconnect(ctx, access.Member(3), 7); !fault.Is(err, fault.Missing) {
			t.Errorf("ending it twice was answered with %v", err)
		}
	})
}

func TestABlockEndsTheTieAndForbidsAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		if err := connect(d, s, 3, 7); err != nil {
			t.Fatal(err)
		}
		if err := block(d, s, 7, 3); err != nil {
			t.Fatal(err)
		}
		for _, m := range []int64{3, 7} {
			if got, err := s.Blocks(ctx, m); err != nil || len(got) != 1 || got[0] != 10-m {
				t.Errorf("%d is parted from %v, %v", m, got, err)
			}
		}
		if s.Graph().Connected(3, 7) || !s.Graph().Blocked(7, 3) {
			t.Error("the tie outlived the block, or the index does not know of the block")
		}
		if _, err := s.Load(ctx); err != nil || !s.Graph().Blocked(3, 7) {
			t.Errorf("a rebuilt index does not know of the block: %v", err)
		}
		if err := connect(d, s, 3, 7); !fault.Is(err, fault.Missing) {
			t.Errorf("connecting over a block was answered with %v", err)
		}
		if err := s.Unblock(ctx, access.Member(3), 7); !fault.Is(err, fault.Missing) {
			t.Errorf("the blocked one took the block back: %v", err)
		}
		if err := s.Unblock(ctx, access.Member(7), 3); err != nil {
			t.Fatal(err)
		}
		if s.Graph().Blocked(3, 7) {
			t.Error("the index has the block after it was taken back")
		}
		if err := connect(d, s, 3, 7); err != nil || !s.Graph().Connected(3, 7) {
			t.Errorf("after the block was taken back: %v", err)
		}
	})
}

func TestConnectionsArePagedNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		d.SetClock(func() time.Time { return at })
		for p := int64(1); p <= 25; p++ {
			if p%3 != 0 { // some at the very same time
				at = at.Add(time.Minute)
			}
			if err := connect(d, s, 100, p); err != nil {
				t.Fatal(err)
			}
		}
		var got []network.Connection
		var cur page.Cursor
		for {
			cs, err := s.Connections(ctx, d, 100, cur, 7)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, cs...)
			if len(cs) < 7 {
				break
			}
			cur = network.CursorOf(cs[6])
		}
		seen := map[int64]bool{}
		for i, c := range got {
			if seen[c.Peer] || i > 0 && c.Since.After(got[i-1].Since) {
				t.Errorf("row %d: %+v twice or out of order", i, c)
			}
			seen[c.Peer] = true
		}
		if len(got) != 25 {
			t.Errorf("%d of 25 connections on the pages", len(got))
		}
	})
}

// Random acts by many at once; afterwards index, rows and mirrors must agree,
// and a fresh index built from SQL must equal the one that followed.
func TestIndexFollowsRandomActs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		var wg sync.WaitGroup
		for w := range uint64(4) {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(7, w))
				for range 60 {
					a, b := rng.Int64N(9)+1, rng.Int64N(9)+1
					if a == b {
						continue
					}
					var err error
					switch rng.IntN(6) {
					case 0:
						err = s.Disconnect(ctx, access.Member(a), b)
					case 1:
						if err = block(d, s, a, b); err == nil {
							err = s.Unblock(ctx, access.Member(a), b)
						}
					default:
						err = connect(d, s, a, b)
					}
					if err != nil && !fault.Is(err, fault.Missing) {
						t.Errorf("act on %d and %d: %v", a, b, err)
					}
				}
			})
		}
		wg.Wait()
		diff, err := s.Compare(ctx)
		if err != nil || diff.Mismatches != 0 {
			t.Errorf("differences %+v, %v", diff, err)
		}
		fresh := setup(t, d)
		for a := int64(1); a <= 9; a++ {
			for b := int64(1); b <= 9; b++ {
				if s.Graph().Degree(a, b) != fresh.Graph().Degree(a, b) {
					t.Errorf("degree of %d and %d: followed %v, rebuilt %v", a, b, s.Graph().Degree(a, b), fresh.Graph().Degree(a, b))
				}
			}
		}
	})
}

func TestCompareFindsDamageAndRepairMendsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		for _, p := range [][2]int64{{1, 2}, {2, 3}, {3, 4}} {
			if err := connect(d, s, p[0], p[1]); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM connections WHERE member_id = 2 AND peer_id = 1`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `DELETE FROM connections WHERE member_id IN (3, 4) AND peer_id IN (3, 4)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		diff, err := s.Compare(ctx)
		if err != nil || len(diff.NoMirror) != 1 || len(diff.OnlyIndex) != 1 || diff.Mismatches != 2 {
			t.Errorf("found %+v, %v; want one missing mirror and one edge only in the index", diff, err)
		}
		if err := block(d, s, 5, 6); err != nil {
			t.Fatal(err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM blocks WHERE member_id IN (5, 6)`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO blocks (member_id, direction, peer_id, since) VALUES (7, 1, 8, 0)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff, err := s.Compare(ctx); err != nil || len(diff.Blocks) != 1 {
			t.Errorf("found %+v, %v; want a block that the index does not have", diff, err)
		}
		if n, err := s.Repair(ctx); err != nil || n != 1 {
			t.Errorf("repaired %d, %v", n, err)
		}
		if diff, err := s.Compare(ctx); err != nil || diff.Mismatches != 0 {
			t.Errorf("after the repair: %+v, %v", diff, err)
		}
	})
}

// An import that comes a second time does not connect who has blocked whom since.
func TestBulkConnectOverABlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		ties := []network.Edge{{A: 1, B: 2, Since: time.UnixMilli(1)}, {A: 3, B: 2, Since: time.UnixMilli(1)}}
		for i, want := range []int64{2, 0} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				n, err := s.BulkConnect(ctx, tx, ties)
				if n != want {
					t.Errorf("run %d: %d new ties, want %d", i, n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := block(d, s, 2, 1); err != nil {
				t.Fatal(err)
			}
		}
		if c, err := s.Connected(ctx, 1, 2); c || err != nil {
			t.Errorf("connected over a block: %t, %v", c, err)
		}
	})
}

func TestBulkConnect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		var ties []network.Edge
		for i := int64(1); i <= 1200; i++ {
			ties = append(ties, network.Edge{A: i + 1, B: i, Since: time.UnixMilli(i)})
		}
		ties = append(ties, ties[0], network.Edge{A: 5, B: 5})
		for _, want := range []int64{1200, 0} {
			var n int64
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				if n, err = s.BulkConnect(ctx, tx, ties); err != nil {
					return err
				}
				return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph, Owner: 1})
			})
			if err != nil || n != want {
				t.Fatalf("%d new ties, %v; want %d", n, err, want)
			}
		}
		if err := s.Sync(ctx); err != nil || s.Graph().Edges() != 1200 {
			t.Errorf("the index has %d ties, %v", s.Graph().Edges(), err)
		}
	})
}

// Whoever is away is linked with nobody, and whoever comes back with all they were,
// whatever happened meanwhile and in whatever order it is told.
func TestTheIndexLeavesOutWhoIsAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		away := map[int64]bool{}
		s.SetAway(func(_ context.Context, ids []int64) ([]int64, error) {
			if ids == nil {
				return slices.Collect(maps.Keys(away)), nil
			}
			return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return !away[id] }), nil
		})
		status := func(m int64) {
			t.Helper()
			if away[m] = !away[m]; !away[m] {
				delete(away, m)
			}
			err := d.Write(ctx, func(tx *db.Tx) error {
				return journal.Append(ctx, tx, journal.Fact{Kind: "member.status_changed", Facets: journal.ChangesGraph, Owner: m, Ref: m})
			})
			if err == nil {
				err = s.Sync(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rng := rand.New(rand.NewPCG(4, 2))
		ties := map[[2]int64]bool{}
		check := func(when string) {
			t.Helper()
			for pair := range ties {
				if want := ties[pair] && !away[pair[0]] && !away[pair[1]]; s.Graph().Connected(pair[0], pair[1]) != want {
					t.Fatalf("%s: the index has %v: %v, want %v", when, pair, !want, want)
				}
			}
			if diff, err := s.Compare(ctx); diff.Mismatches != 0 || err != nil {
				t.Fatalf("%s: %+v, %v", when, diff, err)
			}
		}
		for range 150 {
			a, b := rng.Int64N(8)+1, rng.Int64N(8)+1
			pair := [2]int64{min(a, b), max(a, b)}
			var err error
			switch {
			case a == b:
				status(a)
			case ties[pair]:
				ties[pair], err = false, s.Disconnect(ctx, access.Member(a), b)
			default:
				ties[pair], err = true, connect(d, s, a, b)
			}
			if err != nil {
				t.Fatal(err)
			}
			check("after a change")
		}
		if len(away) == 0 {
			status(1)
		}
		if _, err := s.Load(ctx); err != nil {
			t.Fatal(err)
		}
		check("after a rebuild")
		for m := range maps.Clone(away) {
			status(m)
		}
		check("when all are back")
	})
}
