package trait_test

import (
	"context"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/graph"
	"guildhall/internal/trait"
)

// The people of the visibility table: owner's facts, seen by the others. friend
// is connected, mate is in owner's group, foe is blocked, far is nothing to owner.
const (
	owner, friend, mate, far, foe = 10, 11, 12, 13, 14
	limitedMate                   = 15
	club                          = 900
)

type world struct{}

func (world) Graph() *graph.View {
	g := graph.New()
	g.Connect(owner, friend)
	return g.Snapshot()
}

func (world) Blocks(_ context.Context, m int64) ([]int64, error) {
	return map[int64][]int64{owner: {foe}, foe: {owner}}[m], nil
}

func (world) Connected(_ context.Context, a, b int64) (bool, error) {
	return world{}.Graph().Connected(a, b), nil
}

func (world) Groups(_ context.Context, m int64) ([]int64, error) {
	return map[int64][]int64{owner: {club}, mate: {club}, foe: {club}}[m], nil
}

// limitedMate is closed out of owner's companies alone.
func (world) Limits(_ context.Context, m int64) (access.Limits, error) {
	if m == limitedMate {
		return access.Limits{ToMe: map[int64]access.SectionSet{owner: access.SetOf(access.Experience)}}, nil
	}
	return access.Limits{}, nil
}

func TestWhoSeesATrait(t *testing.T) {
	job := trait.Trait{Member: owner, Kind: trait.Company, Relation: trait.Has, Entity: 800}
	skill := trait.Trait{Member: owner, Kind: trait.Skill, Relation: trait.Has, Entity: 801}
	seek := trait.Trait{Member: owner, Kind: trait.Company, Relation: trait.Seeks, Entity: 800}
	group := trait.Trait{Member: owner, Kind: trait.Group, Relation: trait.Has, Entity: club}
	hidden, secret := group, group
	hidden.Hidden, secret.Unlisted = true, true
	sought := secret
	sought.Relation = trait.Seeks
	odd := trait.Trait{Member: owner, Kind: 99, Relation: trait.Has, Entity: 800}

	closed, open, public := access.ConnectionsOnly, access.OpenToMembers, access.OpenPublic
	for _, c := range []struct {
		name   string
		t      trait.Trait
		preset access.Preset
		shared bool // the viewer has the entity too
		seen   string
	}{
		{"job, closed", job, closed, false, "system owner friend"},
		{"job, closed, shared", job, closed, true, "system owner friend mate far"},
		{"job, open", job, open, false, "system owner friend mate far"},
		{"job, public", job, public, false, "system guest owner friend mate far"},
		{"skill, closed, shared", skill, closed, true, "system owner friend"},
		{"seek, public, shared", seek, public, true, "system owner"},
		{"group, closed", group, closed, false, "system owner friend"},
		{"hidden group, public, shared", hidden, public, true, "system owner"},
		{"unlisted group, public", secret, public, false, "system owner mate"},
		{"unlisted group, closed", secret, closed, false, "system owner"},
		{"unlisted group, closed, shared", secret, closed, true, "system owner mate"},
		{"sought unlisted group, public, shared", sought, public, true, "system owner"},
		{"kind without a section, public, shared", odd, public, true, "system owner"},
	} {
		got := ""
		for _, v := range []struct {
			name string
			v    access.Viewer
		}{
			{"system", access.System("test")}, {"guest", access.Guest()}, {"owner", access.Member(owner)}, {"friend", access.Member(friend)},
			{"mate", access.Member(mate)}, {"far", access.Member(far)}, {"foe", access.Member(foe)},
		} {
			lens, err := access.NewGuard(world{}).For(ctx, v.v)
			if err != nil {
				t.Fatal(err)
			}
			shares := func(entity int64) bool { return c.shared && entity == c.t.Entity }
			if trait.Visible(lens, access.Policy{Preset: c.preset}, c.t, shares) {
				got += " " + v.name
			}
		}
		if got != " "+c.seen {
			t.Errorf("%s: seen by%s, want %s", c.name, got, c.seen)
		}
	}
}

func TestSeeksOpenOnlyWithTheirSection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		pol := access.NewPolicies(d, access.ConnectionsOnly)
		write(t, d, func(tx *db.Tx) error {
			return pol.SetSection(ctx, tx, owner, access.Seeks, access.Scope{Audience: access.Connections, Findable: true})
		})
		all, err := pol.Load(ctx, d, []int64{owner})
		if err != nil {
			t.Fatal(err)
		}
		seek := trait.Trait{Member: owner, Kind: trait.School, Relation: trait.Seeks, Entity: 800}
		always := func(int64) bool { return true }
		for viewer, want := range map[int64]bool{owner: true, friend: true, far: false, mate: false} {
			lens, err := access.NewGuard(world{}).For(ctx, access.Member(viewer))
			if err != nil {
				t.Fatal(err)
			}
			if got := trait.Visible(lens, all[owner], seek, always); got != want {
				t.Errorf("viewer %d sees the seek: %v, want %v", viewer, got, want)
			}
		}
	})
}

// Whoever is shut out of a section sees nothing of it, shared or not, and all else.
func TestALimitClosesASectionsTraits(t *testing.T) {
	lens, err := access.NewGuard(world{}).For(ctx, access.Member(limitedMate))
	if err != nil {
		t.Fatal(err)
	}
	always := func(int64) bool { return true }
	job := trait.Trait{Member: owner, Kind: trait.Company, Relation: trait.Has, Entity: 800}
	school := trait.Trait{Member: owner, Kind: trait.School, Relation: trait.Has, Entity: 801}
	for preset, public := range map[access.Preset]bool{access.ConnectionsOnly: false, access.OpenToMembers: false, access.OpenPublic: true} {
		pol := access.Policy{Preset: preset}
		if trait.Visible(lens, pol, job, always) != public || !trait.Visible(lens, pol, school, always) {
			t.Errorf("%s: want the school, and the job only where it is public", preset)
		}
	}
}

func TestPosesSeeNoUnlistedGroup(t *testing.T) {
	secret := trait.Trait{Member: owner, Kind: trait.Group, Relation: trait.Has, Entity: club, Unlisted: true}
	plain := secret
	plain.Unlisted = false
	pol := access.Policy{Preset: access.OpenPublic}
	for _, pose := range []access.Pose{access.PoseStranger, access.PoseMember, access.PoseThird, access.PoseSecond, access.PoseConnection} {
		lens := access.NewGuard(world{}).As(owner, pose)
		if trait.Visible(lens, pol, secret, nil) || !trait.Visible(lens, pol, plain, nil) {
			t.Errorf("pose %d: want the listed group alone", pose)
		}
	}
}
