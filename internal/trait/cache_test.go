package trait_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
)

// Whatever another node does, who kept traits gives out what the table holds.
func TestKeptTraitsAreNeverOlderThanTheTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		var es []trait.Entity
		for _, name := range []string{"Ada", "Basic", "C", "Dart"} {
			es = append(es, entity(t, d, trait.Entity{Kind: trait.Skill, Name: name}))
		}
		keeper, other := trait.New(d), trait.New(d)
		for step := range 150 {
			m := 1 + r.Int64N(2)
			change(t, d, r, other, m, es)
			members := [][]int64{{1}, {2}, {1, 2}, {2, 1, 3}}[r.IntN(4)]
			got, err := keeper.Of(ctx, d, members)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range members {
				if want := of(t, d, m); !slices.Equal(got[m], want) {
					t.Fatalf("step %d: kept of %d %+v\nwant %+v", step, m, got[m], want)
				}
			}
		}
	})
}

// change does one random act with a member's skills.
func change(t *testing.T, d *db.DB, r *rand.Rand, s *trait.Service, m int64, es []trait.Entity) {
	t.Helper()
	mine := of(t, d, m)
	fresh := trait.Trait{Member: m, Kind: trait.Skill, Relation: trait.Has, Entity: es[r.IntN(len(es))].ID}
	taken := slices.ContainsFunc(mine, func(have trait.Trait) bool { return have.Entity == fresh.Entity })
	write(t, d, func(tx *db.Tx) (err error) {
		switch act := r.IntN(5); {
		case len(mine) == 0 || act == 0 && !taken:
			_, err = s.Put(ctx, tx, fresh)
		case act == 1:
			mine[0].Hidden = !mine[0].Hidden
			_, err = s.Put(ctx, tx, mine[0])
		case act == 2:
			err = s.Delete(ctx, tx, m, mine[len(mine)-1].ID)
		case act == 3: // one goes and the same comes anew: as many as before, of the same versions
			if err = s.Delete(ctx, tx, m, mine[0].ID); err == nil {
				fresh.Entity = mine[0].Entity
				_, err = s.Put(ctx, tx, fresh)
			}
		case act == 4:
			err = s.Reorder(ctx, tx, m, trait.Skill, trait.Has, []int64{mine[len(mine)-1].ID})
		}
		return err
	})
}

func TestKeptTraitsCostOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		e := entity(t, d, trait.Entity{Kind: trait.Skill, Name: "Ada"})
		mustPut(t, d, trait.Trait{Member: 1, Kind: trait.Skill, Relation: trait.Has, Entity: e.ID})
		s := trait.New(d)
		cost := func(members ...int64) int {
			counted, n := db.CountQueries(ctx)
			if _, err := s.Of(counted, d, members); err != nil {
				t.Fatal(err)
			}
			return n.N()
		}
		for _, members := range [][]int64{{1}, {1}, {1, 2}, {1, 2}} { // read, kept, one of two read, both kept
			if n := cost(members...); n != 1 {
				t.Errorf("%v cost %d statements", members, n)
			}
		}
		mustPut(t, d, trait.Trait{Member: 2, Kind: trait.Skill, Relation: trait.Has, Entity: e.ID})
		if n := cost(1, 2); n != 2 {
			t.Errorf("after a change they cost %d statements, want the marks and the reading", n)
		}
	})
}
