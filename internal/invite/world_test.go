package invite

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// world is a small instance: all services on one database and a clock to turn.
type world struct {
	*Service
	t        *testing.T
	now      time.Time
	offers   map[int64][]why.Offer
	traits   *trait.Service
	policies *access.Policies
	bus      *bus.Bus
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

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, now: noon, offers: map[int64][]why.Offer{}, bus: bus.New()}
	d.SetClock(func() time.Time { return w.now })
	n, tr := network.New(d), trait.New(d)
	pos, err := n.Load(ctx)
	w.must(err)
	run := journal.NewRunner(d, w.bus, slog.New(slog.DiscardHandler))
	run.Follow(n.Follower(pos))
	n.SetSync(run.Sync)
	w.traits, w.policies = tr, access.NewPolicies(d, access.ConnectionsOnly)
	members, guard := member.New(d), access.NewGuard(relations{n, tr, w.policies})
	w.Service = New(Needs{
		DB: d, Members: members, Network: n, Policies: w.policies, Guard: guard, Log: slog.New(slog.DiscardHandler),
		Evidence: evidence.New(evidence.Needs{DB: d, Members: members, Network: n, Traits: tr, Policies: w.policies,
			Offers: func(context.Context, db.Querier, []int64) (map[int64][]why.Offer, error) { return w.offers, nil }}),
		KnowsEmail: func(_ context.Context, m int64, email string) (bool, error) { return email == "right@example.org", nil },
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// statements counts what f asks of the database with the world's context.
func (w *world) statements(f func()) int {
	was := ctx
	defer func() { ctx = was }()
	counting, c := db.CountQueries(was)
	ctx = counting
	f()
	return c.N()
}

// write runs f in a transaction.
func (w *world) write(f func(tx *db.Tx) error) {
	w.t.Helper()
	w.must(w.db.Write(ctx, f))
}

func (w *world) member(name string) (id int64) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		c, err := w.members.Create(ctx, tx, member.Newcomer{Name: name})
		id = c.ID
		return err
	})
	return id
}

func (w *world) members3() (ada, bo, cy int64) {
	return w.member("Ada Sander"), w.member("Bo Lindqvist"), w.member("Cy Aldana")
}

func (w *world) connect(a, b int64) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		w.must(w.network.LockPair(ctx, tx, a, b))
		facts, err := w.network.Connect(ctx, tx, a, b, network.How{})
		w.must(err)
		return journal.Append(ctx, tx, facts...)
	})
	w.must(w.network.Sync(ctx))
}

// has gives a member a trait; from and to are years, 0 for none.
func (w *world) has(m int64, k trait.Kind, name string, from, to int) int64 {
	w.t.Helper()
	return w.put(trait.Trait{Member: m, Kind: k, Relation: trait.Has, From: month(from), To: month(to)}, name)
}

func (w *world) put(t trait.Trait, name string) int64 {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		e, err := w.traits.Ensure(ctx, tx, t.Kind, name, t.Member)
		w.must(err)
		t.Entity = e.ID
		t, err = w.traits.Put(ctx, tx, t)
		return err
	})
	return t.ID
}

func month(year int) why.Month {
	if year == 0 {
		return 0
	}
	return why.MonthOf(year, 1)
}

func (w *world) section(m int64, s access.Section, sc access.Scope) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.policies.SetSection(ctx, tx, m, s, sc) })
}

func (w *world) preset(m int64, p access.Preset) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { return w.policies.SetPreset(ctx, tx, m, p) })
}

// send sends and must succeed.
func (w *world) send(from, to int64, l Letter) int64 {
	w.t.Helper()
	s, err := w.Send(ctx, access.Member(from), to, l)
	w.must(err)
	return s.ID
}

// truth is the invitation's row at its receiver, mirror what its sender sees.
func (w *world) truth(receiver, id int64) Invitation {
	w.t.Helper()
	v, ok, err := loadReceived(ctx, w.db, receiver, id)
	w.must(err)
	if !ok {
		w.t.Fatalf("invitation %d is not there", id)
	}
	return v
}

func (w *world) mirror(sender, id int64) Invitation {
	w.t.Helper()
	v, ok, err := loadSent(ctx, w.db, sender, id)
	w.must(err)
	if !ok {
		w.t.Fatalf("mirror %d is not there", id)
	}
	return v
}

// in fails unless truth and mirror are in these states.
func (w *world) in(sender, receiver, id int64, truth, mirror State) {
	w.t.Helper()
	if got := w.truth(receiver, id).State; got != truth {
		w.t.Errorf("the truth is %s, want %s", got, truth)
	}
	if got := w.mirror(sender, id).State; got != mirror {
		w.t.Errorf("the sender sees %s, want %s", got, mirror)
	}
}

func (w *world) degree(a, b int64) graph.Degree { return w.network.Graph().Degree(a, b) }

func (w *world) inbox(m int64, f Filter) Inbox {
	w.t.Helper()
	in, err := w.Received(ctx, access.Member(m), f, page.Cursor{})
	w.must(err)
	return in
}

func (w *world) outbox(m int64, ended bool) []Line {
	w.t.Helper()
	l, err := w.Sent(ctx, access.Member(m), ended, Newest, page.Cursor{})
	w.must(err)
	return l.Items
}

func (w *world) refused(what string, err error, k fault.Kind) {
	w.t.Helper()
	if !fault.Is(err, k) || fault.Text(err) == "" {
		w.t.Errorf("%s: %v, want %s in words", what, err, k)
	}
}
