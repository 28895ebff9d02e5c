package access_test

import (
	"context"
	"fmt"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
)

var ctx = context.Background()

// The people of the tests: a chain, so that degrees are plain to see.
// owner – first – second – third – far; mate shares a group; foe is blocked.
const (
	owner, first, second, third, far, mate, foe = 10, 11, 12, 13, 14, 20, 30
	club                                        = 500
	shut                                        = 40 // first, and in the club, of the limits' tests
)

// relations is the smallest world that answers what access asks.
type relations struct {
	g     *graph.Graph
	truth map[[2]int64]bool // overrides the graph's first degree
	shut  map[int64]int64   // by viewer: who closed Skills to them
}

func newRelations() *relations {
	g := graph.New()
	for m := int64(owner); m < far; m++ {
		g.Connect(m, m+1)
	}
	g.Connect(owner, shut)
	return &relations{g, map[[2]int64]bool{}, map[int64]int64{}}
}

func (r *relations) Graph() *graph.View { return r.g.Snapshot() }
func (r *relations) Blocks(_ context.Context, m int64) ([]int64, error) {
	return map[int64][]int64{owner: {foe}, foe: {owner}}[m], nil
}
func (r *relations) Groups(_ context.Context, m int64) ([]int64, error) {
	return map[int64][]int64{owner: {club}, mate: {club}, shut: {club}}[m], nil
}
func (r *relations) Limits(_ context.Context, m int64) (access.Limits, error) {
	l := access.Limits{ToMe: map[int64]access.SectionSet{}, Mine: map[int64]access.SectionSet{}}
	for viewer, by := range r.shut {
		if viewer == m {
			l.ToMe[by] = access.SetOf(access.Skills)
		}
		if by == m {
			l.Mine[viewer] = access.SetOf(access.Skills)
		}
	}
	return l, nil
}
func (r *relations) Connected(_ context.Context, a, b int64) (bool, error) {
	if t, ok := r.truth[[2]int64{a, b}]; ok {
		return t, nil
	}
	return r.Graph().Connected(a, b), nil
}

// seen lists, from the written rules and not from the code, who sees what owner
// shows to each audience.
var seen = map[access.Audience]string{
	access.Public:      "guest owner first second third far mate",
	access.Members:     "owner first second third far mate",
	access.Third:       "owner first second third",
	access.Second:      "owner first second",
	access.Connections: "owner first",
	access.Group:       "owner mate",
	access.OnlyMe:      "owner",
}

var viewers = []struct {
	name string
	v    access.Viewer
}{
	{"guest", access.Guest()}, {"owner", access.Member(owner)}, {"first", access.Member(first)}, {"second", access.Member(second)},
	{"third", access.Member(third)}, {"far", access.Member(far)}, {"mate", access.Member(mate)}, {"foe", access.Member(foe)},
}

func lens(t *testing.T, r access.Relations, v access.Viewer) *access.Lens {
	t.Helper()
	l, err := access.NewGuard(r).For(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWhoSeesWhichAudience(t *testing.T) {
	for _, a := range access.Audiences {
		got := ""
		for _, v := range viewers {
			if lens(t, newRelations(), v.v).See(owner, access.Scope{Audience: a, Group: club}) {
				got += " " + v.name
			}
		}
		if got != " "+seen[a] {
			t.Errorf("%s is seen by%s, want %s", a, got, seen[a])
		}
		if !lens(t, newRelations(), access.System("test")).See(owner, access.Scope{Audience: a}) {
			t.Errorf("%s: the system does not see it", a)
		}
	}
}

func TestTheZeroValuesShowNothing(t *testing.T) {
	for _, v := range viewers {
		if v.name != "owner" && lens(t, newRelations(), v.v).See(owner, access.Scope{}) {
			t.Errorf("%s sees a section whose audience nobody set", v.name)
		}
	}
	var p access.Policy
	if sc := p.Scope(access.About); sc.Audience != access.Connections {
		t.Errorf("a policy that was never loaded shows About to %s", sc.Audience)
	}
}

func TestPosesAreTheSameLens(t *testing.T) {
	poses := map[access.Pose]access.Viewer{
		access.PoseStranger: access.Guest(), access.PoseMember: access.Member(far), access.PoseThird: access.Member(third),
		access.PoseSecond: access.Member(second), access.PoseConnection: access.Member(first),
	}
	r := newRelations()
	for pose, v := range poses {
		as, real := access.NewGuard(r).As(owner, pose), lens(t, r, v)
		for _, a := range access.Audiences {
			sc := access.Scope{Audience: a, Group: club}
			if as.See(owner, sc) != real.See(owner, sc) {
				t.Errorf("pose %d and %v differ on %s", pose, v, a)
			}
		}
	}
}

func TestFindableFactsAreSeenByThoseWhoShareThem(t *testing.T) {
	closed := access.Scope{Audience: access.Connections, Findable: true}
	for _, c := range []struct {
		who    string
		scope  access.Scope
		shares bool
		want   bool
	}{
		{"far", closed, true, true},
		{"far", closed, false, false},
		{"far", access.Scope{Audience: access.Connections}, true, false},
		{"far", access.Scope{Audience: access.OnlyMe, Findable: true}, true, false},
		{"guest", closed, true, false},
		{"foe", closed, true, false},
	} {
		for _, v := range viewers {
			if v.name == c.who {
				if got := lens(t, newRelations(), v.v).SeeShared(owner, c.scope, c.shares); got != c.want {
					t.Errorf("%s, %+v, shares %v: %v", c.who, c.scope, c.shares, got)
				}
			}
		}
	}
}

func TestConfirmFailsClosed(t *testing.T) {
	r := newRelations()
	r.truth[[2]int64{owner, first}] = false // the index is behind: they parted
	l := lens(t, r, access.Member(first))
	if err := l.Confirm(ctx, owner); err != nil {
		t.Fatal(err)
	}
	if l.See(owner, access.Scope{Audience: access.Connections}) {
		t.Error("a stale index opened a section that the truth closes")
	}
}

func TestPoliciesAreStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ps := access.NewPolicies(d, access.OpenToMembers)
		write := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		load := func() map[int64]access.Policy {
			t.Helper()
			got, err := ps.Load(ctx, d, []int64{1, 2})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := load(); got[1].Preset != access.OpenToMembers || got[2].Scope(access.Seeks).Audience != access.OnlyMe {
			t.Errorf("defaults: %+v", got)
		}
		sc := access.Scope{Section: access.About, Audience: access.Group, Group: club, Findable: true}
		if err := write(func(tx *db.Tx) error { return ps.SetSection(ctx, tx, 1, access.About, sc) }); err != nil {
			t.Fatal(err)
		}
		if got := load(); got[1].Scope(access.About) != sc || got[1].Scope(access.Skills).Audience != access.Members || got[2].Scope(access.About).Audience != access.Members {
			t.Errorf("after one section: %+v", got)
		}
		if err := write(func(tx *db.Tx) error { return ps.SetPreset(ctx, tx, 1, access.ConnectionsOnly) }); err != nil {
			t.Fatal(err)
		}
		if got := load(); got[1].Scope(access.About).Audience != access.Connections {
			t.Errorf("a preset did not replace what differed: %+v", got[1])
		}
		for name, f := range map[string]func(tx *db.Tx) error{
			"preset":   func(tx *db.Tx) error { return ps.SetPreset(ctx, tx, 1, 9) },
			"section":  func(tx *db.Tx) error { return ps.SetSection(ctx, tx, 1, 99, sc) },
			"audience": func(tx *db.Tx) error { return ps.SetSection(ctx, tx, 1, access.About, access.Scope{Audience: 9}) },
			"group": func(tx *db.Tx) error {
				return ps.SetSection(ctx, tx, 1, access.About, access.Scope{Audience: access.Group})
			},
		} {
			if err := write(f); !fault.Is(err, fault.Invalid) {
				t.Errorf("wrong %s was answered with %v", name, err)
			}
		}
	})
}

func TestNamesRoundTrip(t *testing.T) {
	for _, a := range access.Audiences {
		if got, ok := access.ParseAudience(a.String()); !ok || got != a {
			t.Errorf("audience %d reads back as %d", a, got)
		}
	}
	for _, s := range access.Sections {
		if got, ok := access.ParseSection(s.String()); !ok || got != s || s.Label() == "" {
			t.Errorf("section %d reads back as %d", s, got)
		}
	}
	for _, p := range access.Presets {
		if got, ok := access.ParsePreset(p.String()); !ok || got != p {
			t.Errorf("preset %d reads back as %d", p, got)
		}
	}
	if _, ok := access.ParseAudience(fmt.Sprint(access.Audience(99))); ok {
		t.Error("an unknown audience was read")
	}
}

func TestALensIsMadeOnceARequest(t *testing.T) {
	g := access.NewGuard(newRelations())
	one := access.PerRequest(ctx)
	a, _ := g.For(one, access.Member(first))
	b, _ := g.For(one, access.Member(first))
	if a != b {
		t.Error("one request made two lenses for one viewer")
	}
	if c, _ := g.For(one, access.Member(second)); c.Viewer() != access.Member(second) {
		t.Error("one viewer got another's lens")
	}
	if d, _ := g.For(ctx, access.Member(first)); d == a {
		t.Error("a lens outlived its request")
	}
}
