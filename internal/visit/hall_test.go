package visit_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
)

var ctx = context.Background()

// hall is one instance's spine with the service over it. Its clock stands on a
// Wednesday until it is moved.
type hall struct {
	t       *testing.T
	db      *db.DB
	members *member.Service
	traits  *trait.Service
	network *network.Service
	open    *access.Policies
	visits  *visit.Service
	runner  *journal.Runner
	ids     map[string]int64
	mu      sync.Mutex
	now     time.Time
}

type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func (r relations) Groups(ctx context.Context, m int64) ([]int64, error) {
	return r.traits.Groups(ctx, m)
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: d, members: member.New(d), traits: trait.New(d), network: network.New(d), open: access.NewPolicies(d, access.OpenToMembers),
		ids: map[string]int64{}, now: time.Date(2026, 3, 11, 9, 30, 0, 0, time.UTC)}
	d.SetClock(func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now })
	pos, err := h.network.Load(ctx)
	h.must(err)
	h.network.SetAway(h.members.Away)
	h.runner = journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	h.runner.Follow(h.network.Follower(pos))
	cards, err := h.members.Follower(ctx)
	h.must(err)
	h.runner.Follow(cards)
	h.network.SetSync(h.runner.Sync)
	h.restart()
	return h
}

// restart begins with an empty memory, as after a restart or on another node.
func (h *hall) restart() {
	h.visits = visit.New(visit.Needs{DB: h.db, Members: h.members, Traits: h.traits, Policies: h.open,
		Guard: access.NewGuard(relations{h.network, h.traits, h.open}), Log: slog.New(slog.DiscardHandler)})
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(ctx, f))
	h.must(h.network.Sync(ctx))
}

// join makes members who have been here for a year.
func (h *hall) join(names ...string) {
	h.t.Helper()
	for _, n := range names {
		h.joined(n, h.now.AddDate(-1, 0, 0))
	}
}

func (h *hall) joined(name string, since time.Time) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		c, err := h.members.Create(ctx, tx, member.Newcomer{Name: name, Since: since})
		h.ids[name] = c.ID
		return err
	})
}

func (h *hall) id(name string) int64 {
	h.t.Helper()
	if h.ids[name] == 0 {
		h.t.Fatalf("nobody is called %q", name)
	}
	return h.ids[name]
}

func (h *hall) as(name string) access.Viewer { return access.Member(h.id(name)) }

func (h *hall) connect(a, b string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.Connect(ctx, tx, h.id(a), h.id(b), network.How{})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

func (h *hall) block(a, b string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.BlockTx(ctx, tx, h.id(a), h.id(b))
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

func (h *hall) status(name string, st member.Status) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		if err := h.members.SetStatus(ctx, tx, h.id(name), st); err != nil {
			return err
		}
		return journal.Append(ctx, tx, member.StatusChanged(h.id(name)))
	})
}

func (h *hall) has(name string, t trait.Trait, entity string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		e, err := h.traits.Ensure(ctx, tx, t.Kind, entity, 0)
		if err != nil {
			return err
		}
		t.Member, t.Entity, t.Relation = h.id(name), e.ID, trait.Has
		_, err = h.traits.Put(ctx, tx, t)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, trait.Changed(t.Member))
	})
}

func (h *hall) mode(m visit.Mode, names ...string) {
	h.t.Helper()
	for _, n := range names {
		h.must(h.visits.SetMode(ctx, h.as(n), m))
	}
	h.pass(time.Millisecond)
}

// looks notes views and writes them.
func (h *hall) looks(owner string, viewers ...string) {
	h.t.Helper()
	for _, v := range viewers {
		h.visits.Note(h.as(v), h.id(owner))
	}
	h.must(h.visits.Flush(ctx))
}

func (h *hall) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

const day = 24 * time.Hour

func (h *hall) page(owner string) visit.Page {
	h.t.Helper()
	p, err := h.visits.Viewers(ctx, h.as(owner), page.Cursor{})
	h.must(err)
	return p
}

// shown lists the viewers of a page: a name, or what describes them.
func shown(p visit.Page) []string {
	out := []string{}
	for _, v := range p.Viewers {
		switch {
		case v.Named():
			out = append(out, v.Card.Name)
		case v.Field == "":
			out = append(out, "a member")
		default:
			out = append(out, "in "+v.Field+" "+v.Title)
		}
	}
	return out
}

func (h *hall) also(reader, owner string) []string {
	h.t.Helper()
	ps, err := h.visits.Also(ctx, h.as(reader), h.id(owner))
	h.must(err)
	out := []string{}
	for _, p := range ps {
		out = append(out, p.Card.Name)
	}
	return out
}

func (h *hall) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	h.must(h.db.QueryRow(ctx, query, args...).Scan(&n))
	return n
}
