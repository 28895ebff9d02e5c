package evidence_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/evidence"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// hall is a small instance: the spine, and evidence over it.
type hall struct {
	*evidence.Service
	t     *testing.T
	guard *access.Guard
	sync  func(context.Context) error
	made  map[string]int64 // members and entities by name
}

type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Groups(ctx context.Context, m int64) ([]int64, error) {
	return r.traits.Groups(ctx, m)
}

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func open(t *testing.T, d *db.DB) *hall {
	t.Helper()
	n, ts, pol := network.New(d), trait.New(d), access.NewPolicies(d, access.OpenToMembers)
	n.SetKnown(network.Known{All: ts.Holders, Of: func(ctx context.Context, ids []int64) (map[int64][]int64, error) { return ts.Open(ctx, pol, ids) }})
	pos, err := n.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	run := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	run.Follow(n.Follower(pos))
	n.SetSync(run.Sync)
	h := &hall{t: t, guard: access.NewGuard(relations{n, ts, pol}), sync: run.Sync, made: map[string]int64{}}
	h.Service = evidence.New(evidence.Needs{DB: d, Members: member.New(d), Network: n, Traits: ts, Policies: pol})
	return h
}

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.DB.Write(ctx, f); err != nil {
		h.t.Fatal(err)
	}
	if err := h.sync(ctx); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) member(name string) int64 {
	if h.made[name] == 0 {
		h.write(func(tx *db.Tx) error {
			c, err := h.Members.Create(ctx, tx, member.Newcomer{Name: name})
			h.made[name] = c.ID
			return err
		})
	}
	return h.made[name]
}

// works lets members be at a company since a month.
func (h *hall) works(company string, since why.Month, names ...string) {
	h.t.Helper()
	for _, name := range names {
		m := h.member(name)
		h.write(func(tx *db.Tx) error {
			e, err := h.Traits.Ensure(ctx, tx, trait.Company, company, m)
			if err != nil {
				return err
			}
			h.made[company] = e.ID
			if _, err = h.Traits.Put(ctx, tx, trait.Trait{Member: m, Kind: trait.Company, Relation: trait.Has, Entity: e.ID, From: since}); err != nil {
				return err
			}
			return journal.Append(ctx, tx, trait.Changed(m))
		})
	}
}

func (h *hall) tie(a string, others ...string) {
	h.t.Helper()
	for _, b := range others {
		x, y := h.member(a), h.member(b)
		h.write(func(tx *db.Tx) error {
			if err := h.Network.LockPair(ctx, tx, x, y); err != nil {
				return err
			}
			facts, err := h.Network.Connect(ctx, tx, x, y, network.How{})
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
	}
}

func (h *hall) close(name string, sections ...access.Section) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		for _, sec := range sections {
			if err := h.Policies.SetSection(ctx, tx, h.member(name), sec, access.Scope{Audience: access.OnlyMe}); err != nil {
				return err
			}
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: "profile.changed", Facets: journal.ChangesMember, Owner: h.member(name)})
	})
}

// asked is what me holds against who asks.
func (h *hall) asked(me, other string) (*evidence.Reader, why.Pair) {
	h.t.Helper()
	lens, err := h.guard.For(ctx, access.Member(h.member(me)))
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := h.From(ctx, lens, []int64{h.member(other)}, evidence.Named)
	if err == nil {
		err = h.Reach(ctx, r, []int64{h.member(other)})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	m := h.member(other)
	side := r.Side(m, r.VisibleOffers(m), func(t trait.Trait) (bool, bool) { return r.Sees(t), false })
	return r, r.From(m, r.Known(m), side)
}

func signal(p why.Pair, kind string) (why.Signal, bool) {
	i := slices.IndexFunc(p.Signals, func(s why.Signal) bool { return s.Kind == kind })
	if i < 0 {
		return why.Signal{}, false
	}
	return p.Signals[i], true
}

var crew = []string{"Una", "Dov", "Tris", "Kwame", "Pia"}

// Where five of mine are and nobody is who knows us both, I could introduce.
func TestBridges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.works("Ostrava Grid", why.MonthOf(2018, 3), crew...)
		h.tie("Noor", crew...)
		h.tie("Noor", "Max")
		h.tie("Ingrid", "Max")

		_, p := h.asked("Noor", "Ingrid")
		s, ok := signal(p, why.Bridge)
		if !ok || s.Count != 5 || s.Label != "Ostrava Grid" || s.Entity != h.made["Ostrava Grid"] {
			t.Fatalf("Noor bridges to Ostrava Grid: %+v %v", s, ok)
		}
		if found := why.Assess(p); !slices.ContainsFunc(found.Found, func(f why.Found) bool {
			return slices.ContainsFunc(f.Items, func(e why.Evidence) bool { return e.Kind == why.Bridge })
		}) {
			t.Errorf("the bridge carries nothing: %+v", found.Found)
		}

		h.tie("Ingrid", "Una") // somebody who knows both is there
		if _, p := h.asked("Noor", "Ingrid"); len(p.Signals) > 0 {
			t.Errorf("a bridge to where she knows somebody: %+v", p.Signals)
		}
		if _, p := h.asked("Noor", "Stranger"); len(p.Signals) != 1 {
			t.Errorf("no bridge for a stranger: %+v", p.Signals)
		}
		h.close("Pia", access.Experience) // four are no circle
		if _, p := h.asked("Noor", "Stranger"); len(p.Signals) > 0 {
			t.Errorf("a circle of four is named: %+v", p.Signals)
		}
	})
}

// Who asks brings people within reach, and where five of them are is named.
func TestReached(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.works("Ostrava Grid", why.MonthOf(2018, 3), crew...)
		h.tie("Ingrid", crew...)
		r, _ := h.asked("Noor", "Ingrid")
		want := evidence.Circle{Entity: h.made["Ostrava Grid"], Name: "Ostrava Grid", People: 5}
		if got := r.Reached[h.member("Ingrid")]; !slices.Equal(got, []evidence.Circle{want}) {
			t.Errorf("reached %+v", got)
		}
		h.tie("Noor", "Una") // no longer new
		if r, _ := h.asked("Noor", "Ingrid"); len(r.Reached[h.member("Ingrid")]) > 0 {
			t.Errorf("four are named: %+v", r.Reached)
		}
	})
}

// How many are at a company is counted of what is open, told to who is there, and
// not of whom the reader may see less of.
func TestPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.works("Ostrava Grid", why.MonthOf(2018, 3), append(crew, "Noor", "Ingrid")...)
		people := func(me string) (n int) {
			_, p := h.asked(me, "Ingrid")
			for _, f := range p.Sender.Facts {
				n = f.People
			}
			return n
		}
		if got := people("Noor"); got != 7 {
			t.Errorf("%d people, want 7", got)
		}
		if got := people("Max"); got != 0 {
			t.Errorf("%d people told to who isn't there", got)
		}
		h.close("Pia", access.Experience)
		if got := people("Noor"); got != 6 {
			t.Errorf("%d people, want 6 without who closed it", got)
		}
		h.write(func(tx *db.Tx) error {
			facts, err := h.Network.BlockTx(ctx, tx, h.member("Una"), h.member("Noor"))
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
		if got := people("Noor"); got != 5 {
			t.Errorf("%d people, want 5 without who blocked the reader", got)
		}
	})
}

// What is closed to the reader alone counts as what is closed to all, and tells
// nothing of what else is closed.
func TestLimitsInCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.works("Ostrava Grid", why.MonthOf(2018, 3), append(crew, "Noor", "Ingrid", "Max")...)
		h.works("Tide House", why.MonthOf(2018, 3), append(crew, "Max")...)
		h.tie("Noor", crew...)
		h.tie("Noor", "Max")
		h.tie("Ingrid", "Max")
		limit := func(name string, sections ...access.Section) {
			h.write(func(tx *db.Tx) error { return h.Policies.Limit(ctx, tx, h.member(name), h.member("Noor"), sections) })
		}
		people := func() (n, circle int, bridge string) {
			_, p := h.asked("Noor", "Ingrid")
			for _, f := range p.Sender.Facts {
				n = f.People
			}
			s, _ := signal(p, why.Bridge)
			r, _ := h.asked("Noor", "Una")
			for _, c := range r.Circles {
				if c.Name == "Tide House" {
					circle = c.People
				}
			}
			return n, circle, s.Label
		}
		for _, c := range []struct {
			closed    []access.Section
			n, circle int
			bridge    string
		}{
			{nil, 8, 6, ""}, // Max knows both and is there
			{[]access.Section{access.Contact, access.About, access.ConnectionL}, 8, 6, ""},
			{[]access.Section{access.Experience}, 7, 5, "Tide House"},
		} {
			limit("Max", c.closed...)
			if n, circle, bridge := people(); n != c.n || circle != c.circle || bridge != c.bridge {
				t.Errorf("with %v closed: %d people, a circle of %d, a bridge to %q; want %d, %d, %q", c.closed, n, circle, bridge, c.n, c.circle, c.bridge)
			}
		}
	})
}

// A signal that uses a fact which the reader may not see doesn't count, whatever the
// feature that hands it in thought of it.
func TestASignalUsesWhatMayBeSeen(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.works("Ostrava Grid", why.MonthOf(2018, 3), "Ingrid")
	traits, err := h.Traits.Of(ctx, h.DB, []int64{h.member("Ingrid")})
	if err != nil {
		t.Fatal(err)
	}
	job := traits[h.member("Ingrid")][0].ID
	h.Ask(func(_ context.Context, lens *access.Lens, pairs []evidence.Pair) ([][]why.Signal, error) {
		return [][]why.Signal{{{Kind: why.EarlierMessages, Strength: 0.5, Count: 2, Uses: []why.Use{{Side: why.Sender, Fact: job}}}}}, nil
	})
	if _, p := h.asked("Noor", "Ingrid"); len(p.Signals) != 1 {
		t.Fatalf("open, and not told: %+v", p.Signals)
	}
	h.close("Ingrid", access.Experience)
	if _, p := h.asked("Noor", "Ingrid"); len(p.Signals) > 0 {
		t.Errorf("closed, and told: %+v", p.Signals)
	}
}

// A source is asked once for all pairs, in the direction of the asking.
func TestSources(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	var got []evidence.Pair
	h.Ask(func(_ context.Context, lens *access.Lens, pairs []evidence.Pair) ([][]why.Signal, error) {
		got = append(got, pairs...)
		return [][]why.Signal{{{Kind: why.EarlierMessages, Strength: 0.5, Count: 2}}}, nil
	})
	_, p := h.asked("Noor", "Ingrid")
	if len(got) != 1 || got[0] != (evidence.Pair{Sender: h.member("Ingrid"), Receiver: h.member("Noor")}) {
		t.Errorf("asked of %v", got)
	}
	if s, ok := signal(p, why.EarlierMessages); !ok || s.Count != 2 {
		t.Errorf("signals %+v", p.Signals)
	}
}

// Whoever compares two people does so by the same weights.
func TestModel(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	if _, p := h.asked("Noor", "Ingrid"); p.Model != nil {
		t.Error("weights before any were set")
	}
	m := why.Default.Learned(map[string]float64{"skill.same>background": 1}, 1)
	h.SetModel(m)
	r, p := h.asked("Noor", "Ingrid")
	var told evidence.Material
	told.Lens = r.Lens
	if err := h.Tell(ctx, &told, nil); err != nil || told.Model != m {
		t.Errorf("a profile is told %v, %v", told.Model, err)
	}
	if p.Model != m || r.Pair(h.member("Ingrid")).Model != m {
		t.Error("pairs are not weighed by what was set")
	}
	h.SetModel(nil)
	if _, p := h.asked("Noor", "Ingrid"); p.Model != nil || r.Model != m {
		t.Error("the hand-set weights don't come back, or what was read changed")
	}
}
