package trait_test

import (
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// What is known of a member to all, or to all who share it, follows the section's
// openness; what is hidden, unlisted, sought or closed is known to nobody.
func TestOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		works := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Works"})
		skill := entity(t, d, trait.Entity{Kind: trait.Skill, Name: "Welding"})
		quiet := entity(t, d, trait.Entity{Kind: trait.Group, Name: "Quiet", Unlisted: true, By: 7})
		put := func(tr trait.Trait) {
			tr.Member, tr.Relation = 7, max(tr.Relation, trait.Has)
			mustPut(t, d, tr)
		}
		put(trait.Trait{Kind: trait.Company, Entity: works.ID, From: why.MonthOf(2015, 1)})
		put(trait.Trait{Kind: trait.Skill, Entity: skill.ID})
		put(trait.Trait{Kind: trait.Group, Entity: quiet.ID})
		put(trait.Trait{Kind: trait.Company, Entity: works.ID, Relation: trait.Seeks})

		policies := access.NewPolicies(d, access.ConnectionsOnly)
		for _, c := range []struct {
			name  string
			scope access.Scope
			want  []int64
		}{
			{"members", access.Scope{Audience: access.Members}, []int64{trait.Shared(works.ID), trait.Present(works.ID), trait.Shared(skill.ID)}},
			{"connections", access.Scope{Audience: access.Connections}, nil},
			{"second degree", access.Scope{Audience: access.Second}, nil},
			{"connections, findable", access.Scope{Audience: access.Connections, Findable: true}, []int64{trait.Shared(works.ID), trait.Shared(skill.ID)}},
			{"only me, findable", access.Scope{Audience: access.OnlyMe, Findable: true}, nil},
		} {
			write(t, d, func(tx *db.Tx) error {
				for _, sec := range []access.Section{access.Experience, access.Skills, access.Groups} {
					if err := policies.SetSection(ctx, tx, 7, sec, c.scope); err != nil {
						return err
					}
				}
				return nil
			})
			got, err := trait.New(d).Open(ctx, policies, []int64{7, 8})
			slices.Sort(got[7])
			slices.Sort(c.want)
			if err != nil || !slices.Equal(got[7], c.want) || len(got[8]) > 0 {
				t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
			}
		}
		ids, err := trait.New(d).Holders(ctx, 0, 10)
		if err != nil || !slices.Equal(ids, []int64{7}) {
			t.Errorf("holders %v %v", ids, err)
		}
		if at, ok := trait.PresentAt(trait.Present(works.ID)); !ok || at != works.ID {
			t.Errorf("Present and PresentAt: %d %v", at, ok)
		}
		if _, ok := trait.PresentAt(trait.Shared(works.ID)); ok {
			t.Error("a shared one is no present one")
		}
	})
}
