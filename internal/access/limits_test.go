package access_test

import (
	"context"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/page"
)

// Whoever is shut out of a section meets it as everybody meets one that is the
// owner's alone, at any audience but the public one, and all other sections as before.
func TestALimitIsOnlyMeToOne(t *testing.T) {
	r := newRelations()
	open := lens(t, r, access.Member(shut))
	r.shut[shut] = owner
	closed, first := lens(t, r, access.Member(shut)), lens(t, r, access.Member(first))
	onlyMe := access.Scope{Section: access.Skills, Audience: access.OnlyMe}
	for _, a := range access.Audiences {
		for _, findable := range []bool{false, true} {
			sc := access.Scope{Section: access.Skills, Audience: a, Group: club, Findable: findable}
			about := access.Scope{Section: access.About, Audience: a, Group: club, Findable: findable}
			want := onlyMe
			if a == access.Public {
				want = sc
			}
			if got := closed.Shown(owner, sc); got != want {
				t.Errorf("%s is shown as %+v", a, got)
			}
			for _, shares := range []bool{false, true} {
				if got := closed.SeeShared(owner, sc, shares); got != (a == access.Public) {
					t.Errorf("%s, findable %v, shared %v: seen is %v", a, findable, shares, got)
				}
				if closed.SeeShared(owner, about, shares) != open.SeeShared(owner, about, shares) {
					t.Errorf("%s: another section changed too", a)
				}
			}
			if first.Shown(owner, sc) != sc {
				t.Errorf("%s: somebody else is shown another scope", a)
			}
			if a != access.OnlyMe && !open.See(owner, sc) {
				t.Errorf("%s: without the limit it would be closed: this proves nothing", a)
			}
		}
	}
}

// A guest, the owner, the system and a block are above a limit.
func TestWhatIsAboveALimit(t *testing.T) {
	r := newRelations()
	r.shut[foe], r.shut[first] = owner, owner
	skills := access.Scope{Section: access.Skills, Audience: access.Public}
	if lens(t, r, access.Member(foe)).See(owner, skills) {
		t.Error("a blocked member sees what is public")
	}
	for _, v := range []access.Viewer{access.Guest(), access.Member(first)} {
		if !lens(t, r, v).See(owner, skills) {
			t.Errorf("%v does not see what is public", v)
		}
	}
	skills.Audience = access.Members
	for _, v := range []access.Viewer{access.Member(owner), access.System("test")} {
		if !lens(t, r, v).See(owner, skills) {
			t.Errorf("%v does not see it", v)
		}
	}
}

// Both ends may look through the other's eyes as far as limits go, and nobody else.
func TestALensAsAnotherHasTheLimitsBetweenTheTwo(t *testing.T) {
	r := newRelations()
	r.shut[shut] = owner
	skills := access.Scope{Section: access.Skills, Audience: access.Connections}
	for _, c := range []struct {
		of   int64
		see  bool
		what string
	}{{owner, false, "the owner's"}, {shut, false, "the one shut out's own"}, {first, true, "a third person's"}} {
		as := lens(t, r, access.Member(c.of)).As(owner, shut, access.PoseConnection)
		if as.See(owner, skills) != c.see {
			t.Errorf("%s lens sees it: %v", c.what, !c.see)
		}
	}
	if !lens(t, r, access.Member(owner)).As(owner, first, access.PoseConnection).See(owner, skills) {
		t.Error("a limit to one holds for another")
	}
}

// A tie is known where either end's list is open: a limit closes one end's list.
func TestALimitClosesTheListOfConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ps := access.NewPolicies(d, access.ConnectionsOnly)
		pol := map[int64]access.Policy{}
		r := stored{newRelations(), ps}
		see := func() bool {
			t.Helper()
			var err error
			if pol, err = ps.Load(ctx, d, []int64{owner, second}); err != nil {
				t.Fatal(err)
			}
			return lens(t, r, access.Member(shut)).SeeTie(owner, pol[owner], second, pol[second])
		}
		if !see() {
			t.Fatal("the list of a connection's connections is closed: this proves nothing")
		}
		limit(t, d, ps, owner, shut, access.ConnectionL)
		if see() {
			t.Error("it shows beside the limit")
		}
		limit(t, d, ps, owner, shut)
		if !see() {
			t.Error("it stays closed when opened again")
		}
	})
}

// stored is relations whose limits are the stored ones.
type stored struct {
	*relations
	ps *access.Policies
}

func (s stored) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return s.ps.Limits(ctx, m)
}

func limit(t *testing.T, d *db.DB, ps *access.Policies, owner, peer int64, closed ...access.Section) {
	t.Helper()
	if err := d.Write(ctx, func(tx *db.Tx) error { return ps.Limit(ctx, tx, owner, peer, closed) }); err != nil {
		t.Fatal(err)
	}
}

func TestLimitsAreStoredUnderBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ps := access.NewPolicies(d, access.ConnectionsOnly)
		look := func(m int64) access.Limits {
			t.Helper()
			l, err := ps.Limits(ctx, m)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		limit(t, d, ps, 1, 2, access.Skills, access.About, access.ConnectionL)
		limit(t, d, ps, 1, 2, access.Skills, access.Contact) // replaces
		limit(t, d, ps, 1, 3, access.Seeks)
		limit(t, d, ps, 2, 1, access.Groups)
		one, two := look(1), look(2)
		want := access.SetOf(access.Skills, access.Contact)
		if one.Mine[2] != want || two.ToMe[1] != want || one.ToMe[2] != access.SetOf(access.Groups) || two.Mine[1] != one.ToMe[2] || len(one.Mine) != 2 {
			t.Errorf("stored as %+v and %+v", one, two)
		}
		if got := want.List(); !slices.Equal(got, []access.Section{access.Skills, access.Contact}) {
			t.Errorf("listed as %v", got)
		}
		if set, err := ps.LimitOf(ctx, d, 1, 2); err != nil || set != want {
			t.Errorf("of the pair: %v, %v", set, err)
		}
		limit(t, d, ps, 1, 2)
		if one, two = look(1), look(2); one.Mine[2] != 0 || two.ToMe[1] != 0 || two.Mine[1] == 0 {
			t.Errorf("opened again: %+v and %+v", one, two)
		}
	})
}

func TestLimitsAreListedByPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ps := access.NewPolicies(d, access.ConnectionsOnly)
		for peer := int64(2); peer < 9; peer++ {
			limit(t, d, ps, 1, peer, access.About)
		}
		limit(t, d, ps, 8, 1, access.About) // not the owner's
		seen := map[int64]bool{}
		var after page.Cursor
		for {
			ls, err := ps.LimitsOf(ctx, d, 1, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range ls {
				if seen[l.Peer] || l.Closed != access.SetOf(access.About) {
					t.Errorf("%+v, seen before: %v", l, seen[l.Peer])
				}
				seen[l.Peer] = true
				after = access.CursorOf(l)
			}
			if len(ls) < 3 {
				break
			}
		}
		if len(seen) != 7 {
			t.Errorf("of 7 people %d are listed", len(seen))
		}
	})
}

func TestWhatCannotBeLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ps := access.NewPolicies(d, access.ConnectionsOnly)
		for name, c := range map[string]struct {
			owner, peer int64
			closed      []access.Section
		}{
			"oneself": {1, 1, []access.Section{access.About}}, "nobody": {1, 0, []access.Section{access.About}}, "a guest": {0, 1, []access.Section{access.About}},
			"the public page": {1, 2, []access.Section{access.About, access.Page}}, "no section": {1, 2, []access.Section{99}}, "section zero": {1, 2, []access.Section{0}},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error { return ps.Limit(ctx, tx, c.owner, c.peer, c.closed) })
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s is answered with %v", name, err)
			}
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for peer := int64(2); peer < 2+access.MaxLimits; peer++ {
				if err := ps.Limit(ctx, tx, 1, peer, []access.Section{access.About}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error { return ps.Limit(ctx, tx, 1, 5000, []access.Section{access.About}) })
		if !fault.Is(err, fault.TooMany) {
			t.Errorf("one too many is answered with %v", err)
		}
		limit(t, d, ps, 1, 2, access.Skills) // who is among them can be changed
	})
}
