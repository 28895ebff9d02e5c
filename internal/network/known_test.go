package network_test

import (
	"context"
	"slices"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/network"
)

// What members show reaches the index at the load and with every change, and
// leaves it with those who go away.
func TestTheIndexKnowsMembersByWhatTheyShow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shown := map[int64][]int64{1: {70, -70}, 2: {70}, 3: {71}}
		var away []int64
		s := network.New(d)
		s.SetAway(func(_ context.Context, ids []int64) ([]int64, error) { return away, nil })
		s.SetKnown(network.Known{
			Of: func(_ context.Context, ids []int64) (map[int64][]int64, error) {
				out := map[int64][]int64{}
				for _, id := range ids {
					out[id] = shown[id]
				}
				return out, nil
			},
			All: func(_ context.Context, after int64, limit int) (ids []int64, err error) {
				for id := range shown {
					if id > after {
						ids = append(ids, id)
					}
				}
				slices.Sort(ids)
				return ids[:min(1, len(ids))], nil // one at a time: it goes on behind the last
			},
		})
		follow(t, d, s)
		if got := s.Graph().Holders(70); got != 2 {
			t.Fatalf("%d are known by 70 after the load, want 2", got)
		}
		if err := connect(d, s, 1, 2); err != nil {
			t.Fatal(err)
		}

		shown[2], shown[3] = nil, []int64{70, 71}
		tell(t, d, s, 2, 3)
		if got := [][]int64{s.Graph().Traits(1), s.Graph().Traits(2), s.Graph().Traits(3)}; !slices.Equal(got[0], []int64{-70, 70}) || got[1] != nil || !slices.Equal(got[2], []int64{70, 71}) {
			t.Fatalf("known by %v after the change", got)
		}

		away = []int64{1}
		tell(t, d, s, 1)
		if got := s.Graph().Holders(70); got != 1 {
			t.Errorf("%d are known by 70 while one of two is away", got)
		}
		agrees(t, s)
		away = nil
		tell(t, d, s, 1)
		if got := s.Graph().Holders(70); got != 2 {
			t.Errorf("%d are known by 70 when one is back, want 2", got)
		}
		agrees(t, s)
		shown[3] = []int64{71} // and nobody was told
		if diff, err := s.Compare(ctx); err != nil || len(diff.Known) != 1 || diff.Mismatches != 1 {
			t.Errorf("a trait too many: %+v %v", diff, err)
		}
	})
}

// tell writes to the journal that members changed, and waits for the index.
func tell(t *testing.T, d *db.DB, s *network.Service, members ...int64) {
	t.Helper()
	err := d.Write(ctx, func(tx *db.Tx) error {
		var facts []journal.Fact
		for _, m := range members {
			facts = append(facts, journal.Fact{Kind: "trait.changed", Facets: journal.ChangesTraits, Owner: m})
		}
		return journal.Append(ctx, tx, facts...)
	})
	if err == nil {
		err = s.Sync(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func agrees(t *testing.T, s *network.Service) {
	t.Helper()
	if diff, err := s.Compare(ctx); err != nil || diff.Mismatches != 0 {
		t.Errorf("index and what is shown: %+v %v", diff, err)
	}
}
