package suggest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// hall is one instance's spine with the service over it, and a clock of its own.
type hall struct {
	*testing.T
	db      *db.DB
	members *member.Service
	network *network.Service
	traits  *trait.Service
	open    *access.Policies
	s       *Service
	runner  *journal.Runner
	now     time.Time
	ids     map[string]int64
	names   map[int64]string
	things  map[string]int64
	asked   map[int64][]int64
	loads   map[int64]Load
}

type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Limits(ctx context.Context, member int64) (access.Limits, error) {
	return r.open.Limits(ctx, member)
}

func (r relations) Groups(ctx context.Context, member int64) ([]int64, error) {
	return r.traits.Groups(ctx, member)
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{T: t, db: d, members: member.New(d), network: network.New(d), traits: trait.New(d), open: access.NewPolicies(d, access.OpenToMembers),
		now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), ids: map[string]int64{}, names: map[int64]string{}, things: map[string]int64{},
		asked: map[int64][]int64{}, loads: map[int64]Load{}}
	d.SetClock(func() time.Time { return h.now })
	h.network.SetAway(h.members.Away)
	h.network.SetKnown(network.Known{All: h.traits.Holders, Of: func(ctx context.Context, ms []int64) (map[int64][]int64, error) {
		return h.traits.Open(ctx, h.open, ms)
	}})
	pos, err := h.network.Load(ctx)
	h.must(err)
	h.runner = journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	h.runner.Follow(h.network.Follower(pos))
	h.network.SetSync(h.runner.Sync)
	guard := access.NewGuard(relations{h.network, h.traits, h.open})
	lists := &journal.Memo[List]{}
	f, err := lists.Follower(ctx, d, "suggestions", 0)
	h.must(err)
	h.runner.Follow(f)
	cards, err := h.members.Follower(ctx)
	h.must(err)
	h.runner.Follow(cards)
	h.s = New(Needs{DB: d, Members: h.members, Network: h.network, Traits: h.traits, Policies: h.open, Guard: guard,
		Evidence: evidence.New(evidence.Needs{DB: d, Members: h.members, Network: h.network, Traits: h.traits, Policies: h.open}),
		Lists:    lists,
		Asked:    func(_ context.Context, v access.Viewer) ([]int64, error) { return h.asked[v.Member()], nil },
		Load:     func(context.Context, db.Querier, []int64) (map[int64]Load, error) { return h.loads, nil },
	})
	return h
}

func (h *hall) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// write runs a transaction that ends with a fact about everybody, and catches up.
func (h *hall) write(f func(tx *db.Tx) error) {
	h.Helper()
	h.must(h.db.Write(ctx, f))
	h.must(h.runner.Sync(ctx))
}

func (h *hall) join(names ...string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		var facts []journal.Fact
		for _, n := range names {
			c, err := h.members.Create(ctx, tx, member.Newcomer{Name: n})
			if err != nil {
				return err
			}
			h.ids[n], h.names[c.ID] = c.ID, n
			facts = append(facts, member.Created(c.ID))
		}
		return journal.Append(ctx, tx, facts...)
	})
}

func (h *hall) connect(pairs ...[2]string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		var all []journal.Fact
		for _, p := range pairs {
			facts, err := h.network.Connect(ctx, tx, h.ids[p[0]], h.ids[p[1]], network.How{Reason: "relationship"})
			if err != nil {
				return err
			}
			all = append(all, facts...)
		}
		return journal.Append(ctx, tx, all...)
	})
}

func (h *hall) block(a, b string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.BlockTx(ctx, tx, h.ids[a], h.ids[b])
		return errors.Join(err, journal.Append(ctx, tx, facts...))
	})
}

// thing is an entity by its name.
func (h *hall) thing(k trait.Kind, name string, unlisted bool) int64 {
	h.Helper()
	if h.things[name] == 0 {
		h.write(func(tx *db.Tx) error {
			e, err := h.traits.CreateEntity(ctx, tx, trait.Entity{Kind: k, Name: name, Unlisted: unlisted, By: 1})
			h.things[name] = e.ID
			return err
		})
	}
	return h.things[name]
}

func (h *hall) give(who string, k trait.Kind, name string, change ...func(*trait.Trait)) trait.Trait {
	h.Helper()
	t := trait.Trait{Member: h.ids[who], Kind: k, Relation: trait.Has, Entity: h.thing(k, name, false)}
	for _, c := range change {
		c(&t)
	}
	h.write(func(tx *db.Tx) error {
		ts := []trait.Trait{t}
		err := h.traits.BulkPut(ctx, tx, ts)
		t = ts[0]
		return errors.Join(err, journal.Append(ctx, tx, trait.Changed(t.Member)))
	})
	return t
}

func years(from, to int) func(*trait.Trait) {
	return func(t *trait.Trait) {
		t.From = why.MonthOf(from, 1)
		if to > 0 {
			t.To = why.MonthOf(to, 12)
		}
	}
}

func (h *hall) scope(who string, sc access.Scope, sections ...access.Section) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		for _, s := range sections {
			if err := h.open.SetSection(ctx, tx, h.ids[who], s, sc); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *hall) as(name string) access.Viewer { return access.Member(h.ids[name]) }

// all is the viewer's whole list.
func (h *hall) all(who string) (out []Suggestion) {
	h.Helper()
	for after, n := (page.Cursor{}), 0; n < 20; n++ {
		p, err := h.s.People(ctx, h.as(who), after, 0)
		h.must(err)
		out = append(out, p.People...)
		if after = p.Next; after.IsZero() {
			return out
		}
	}
	h.Fatal("the list does not end")
	return nil
}

func (h *hall) named(who string) (out []string) {
	h.Helper()
	for _, s := range h.all(who) {
		out = append(out, s.Card.Name)
	}
	return out
}

// day goes on to the next day, with what was shown recorded.
func (h *hall) day() {
	h.Helper()
	h.must(h.s.Flush(ctx))
	h.now = h.now.Add(24 * time.Hour)
}
