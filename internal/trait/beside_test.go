package trait_test

import (
	"slices"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
)

func TestBesideAndAmong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := trait.New(d)
		firm := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Nordlys"})
		craft := entity(t, d, trait.Entity{Kind: trait.Skill, Name: "Knots"})
		for m := int64(11); m <= 15; m++ {
			mustPut(t, d, trait.Trait{Member: m, Kind: trait.Company, Relation: trait.Has, Entity: firm.ID, Hidden: m == 14})
		}
		mustPut(t, d, trait.Trait{Member: 11, Kind: trait.Skill, Relation: trait.Seeks, Entity: craft.ID})
		members := func(ms []trait.Mate, e int64) (out []int64) {
			for _, m := range ms {
				if m.Entity == e {
					out = append(out, m.Member)
				}
			}
			slices.Sort(out)
			return out
		}
		ms, err := s.Beside(ctx, d, []int64{firm.ID, craft.ID}, 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := members(ms, firm.ID); !slices.Equal(got, []int64{12, 13, 15}) {
			t.Errorf("the newest three who do not hide it are %v, want 12, 13 and 15", got)
		}
		i := slices.IndexFunc(ms, func(m trait.Mate) bool { return m.Entity == craft.ID })
		if i < 0 || ms[i] != (trait.Mate{Member: 11, Entity: craft.ID, Kind: trait.Skill, Relation: trait.Seeks}) {
			t.Errorf("who seeks the skill: %+v", ms)
		}
		if none, err := s.Beside(ctx, d, nil, 3); len(none) > 0 || err != nil {
			t.Errorf("no entities have %v, %v", none, err)
		}
		counted, n := db.CountQueries(ctx)
		many := make([]int64, 40)
		for i := range many {
			many[i] = firm.ID + int64(i)*7
		}
		if _, err := s.Beside(counted, d, many, 50); err != nil || n.N() != 1 {
			t.Errorf("forty entities took %d statements, %v", n.N(), err)
		}

		of, err := s.Among(ctx, d, []int64{11, 14, 99}, []int64{firm.ID})
		if err != nil || len(of[11]) != 1 || of[11][0].Name != "Nordlys" || len(of[14]) != 1 || !of[14][0].Hidden || len(of) != 2 {
			t.Errorf("among: %+v, %v", of, err)
		}
		whole, err := s.Of(ctx, d, []int64{11}, trait.Company)
		if want := whole[11][0]; err != nil || of[11][0].ID != want.ID || of[11][0].Entity != want.Entity || of[11][0].Unlisted != want.Unlisted {
			t.Errorf("among gives %+v where the whole is %+v", of[11][0], want)
		}
	})
}
