package pages

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/demo"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// house is a running instance with its community and whoever looks at it.
type house struct {
	app     *app.App
	cfg     config.Config
	effort  effort
	rand    *rand.Rand
	queries atomic.Int64 // of the last request
	stop    func()

	members int
	ids     []int64 // of all members
	handles map[int64]string
	names   map[int64]string
	tokens  map[int64]string
	viewers []int64       // through whose eyes pages are read
	inboxes map[int]int64 // whom so many invitations wait for
}

// viewersHere is how many members' pages are read in turn.
const viewersHere = 24

// waiting are the lengths of the inboxes that are measured.
var waiting = []int{1, 10, 25, 50}

// build makes the instance and the community. The caller closes it.
func build(ctx context.Context, dir, where string, opt Options) (*house, error) {
	if where == "" {
		where = filepath.Join(dir, "guildhall.db")
	}
	h := &house{effort: opt.effort, rand: rand.New(rand.NewPCG(opt.Seed, 1)),
		handles: map[int64]string{}, names: map[int64]string{}, tokens: map[int64]string{}, inboxes: map[int]int64{},
		cfg: config.Config{Data: dir, Database: where, Listen: "127.0.0.1:0", Name: demo.Name, BaseURL: "http://localhost", From: "guildhall@localhost"}}
	err := h.open(ctx)
	if err == nil {
		err = h.settle(ctx, opt)
	}
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// settle makes the community and starts anew with it.
func (h *house) settle(ctx context.Context, opt Options) error {
	there, err := h.app.Members.Page(ctx, h.app.DB, 0, 1)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fault.Field("database", "There are members in this database already; measuring needs an empty one.")
	}
	if _, _, err := demo.Ensure(ctx, h.app, demo.Options{Members: opt.Members, Seed: opt.Seed}); err != nil {
		return err
	}
	if err := h.furnish(ctx); err != nil {
		return err
	}
	return h.again(ctx)
}

// open opens the instance with empty caches; run starts its followers and tasks.
func (h *house) open(ctx context.Context) error {
	a, err := app.New(ctx, h.cfg, app.Options{Demo: true, Unlimited: true, Log: slog.New(slog.DiscardHandler),
		Observe: func(_ string, n int, _ time.Duration) { h.queries.Store(int64(n)) }})
	if err != nil {
		return err
	}
	h.app, h.stop = a, func() {}
	return nil
}

func (h *house) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- h.app.Run(ctx) }()
	h.stop = func() { cancel(); <-done }
}

func (h *house) close() error {
	if h.app == nil {
		return nil
	}
	h.stop()
	err := h.app.Close()
	h.app = nil
	return err
}

// again closes the instance and opens it anew: everything in memory is gone.
func (h *house) again(ctx context.Context) error {
	if err := errors.Join(h.close(), h.open(ctx)); err != nil {
		return err
	}
	h.run(ctx)
	return nil
}

// idle is the share of the cores below which something else must have run while
// pages were read from SQLite, where nothing waits for another program.
const idle = 0.75

// cautions says why the figures may be better or worse than they are.
func (h *house) cautions(ctx context.Context, d Database) (out []string) {
	if h.app.DB.Kind() == db.SQLite {
		if d.Reads.Busy < idle {
			out = append(out, fmt.Sprintf("while pages were read this process had %.0f %% of the cores; something else was running, so every figure but CPU and SQL is worse than it is.", 100*d.Reads.Busy))
		}
		return out
	}
	for _, what := range []string{"fsync", "synchronous_commit"} {
		var is string
		if err := h.app.DB.QueryRow(ctx, "SHOW "+what).Scan(&is); err == nil && is == "off" {
			out = append(out, "this PostgreSQL runs with "+what+" = off, so its acts are not on disk when they are answered.")
		}
	}
	return out
}

// furnish chooses who looks, and fills the inboxes.
func (h *house) furnish(ctx context.Context) error {
	for after := int64(0); ; after = h.ids[len(h.ids)-1] {
		ids, err := h.app.Members.Page(ctx, h.app.DB, after, 1000)
		if err != nil {
			return err
		}
		if h.ids = append(h.ids, ids...); len(ids) < 1000 {
			break
		}
	}
	h.members = len(h.ids)
	cards, err := h.app.Members.Cards(ctx, h.app.DB, h.ids)
	if err != nil {
		return err
	}
	for id, c := range cards {
		h.handles[id], h.names[id] = c.Handle, c.Name
	}
	// Ids are drawn anew every time; handles come from the seed.
	slices.SortFunc(h.ids, func(a, b int64) int { return strings.Compare(h.handles[a], h.handles[b]) })
	for _, i := range h.rand.Perm(len(h.ids)) {
		if m := h.ids[i]; len(h.viewers) < viewersHere && h.app.Network.Graph().Count(m) >= 5 {
			h.viewers = append(h.viewers, m)
		}
	}
	for _, n := range waiting {
		if err := h.fill(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// fill makes a member whom n invitations wait for, by people with whom there is
// something in common: the traits are those of somebody in the community.
func (h *house) fill(ctx context.Context, n int) error {
	like := h.viewers[0]
	traits, err := h.app.Traits.Of(ctx, h.app.DB, []int64{like})
	if err != nil {
		return err
	}
	var reader member.Card
	err = h.app.DB.Write(ctx, func(tx *db.Tx) (err error) {
		reader, err = h.app.Members.Create(ctx, tx, member.Newcomer{Name: fmt.Sprintf("Reader of %d", n), Headline: "Reads what waits"})
		if err != nil {
			return err
		}
		var mine []trait.Trait
		for _, t := range traits[like] {
			t.Member, t.ID = reader.ID, 0
			if !t.Unlisted {
				mine = append(mine, t)
			}
		}
		if err := h.app.Traits.BulkPut(ctx, tx, mine); err != nil {
			return err
		}
		return journal.Append(ctx, tx, member.Created(reader.ID), trait.Changed(reader.ID))
	})
	if err != nil {
		return err
	}
	h.inboxes[n], h.handles[reader.ID] = reader.ID, reader.Handle
	reasons := []string{"background", "network", "career", "relationship", "shared", ""}
	sent := 0
	for _, i := range h.rand.Perm(len(h.ids)) {
		if sent == n {
			return nil
		}
		l := invite.Letter{Reason: reasons[i%len(reasons)], Note: "We have the coast in common, and I would like to hear how you see it."}
		if _, err := h.app.Invites.Send(ctx, access.Member(h.ids[i]), reader.ID, l); err == nil {
			sent++
		}
	}
	if sent < n {
		return fault.New(fault.Unavailable, "Only %d of %d invitations could be sent; make a larger community with --members.", sent, n)
	}
	return nil
}

// token signs a member in, once.
func (h *house) token(ctx context.Context, m int64) (string, error) {
	if h.tokens[m] == "" {
		t, err := h.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "bench"}, m)
		if err != nil {
			return "", err
		}
		h.tokens[m] = t
	}
	return h.tokens[m], nil
}

// shot is one request to measure.
type shot struct{ token, path string }

// kind is one page with the requests that stand for it.
type kind struct {
	name  string
	most  int // statements
	shots []shot
	cpu   float64 // ms at most; 0: pageCPU
}

// kinds lists every page that is measured.
func (h *house) kinds(ctx context.Context) ([]kind, error) {
	var errs error
	see := func(who int64, path string) []shot {
		t, err := h.token(ctx, who)
		errs = errors.Join(errs, err)
		return []shot{{t, path}}
	}
	each := func(path func(viewer int64) string) (out []shot) {
		for _, v := range h.viewers {
			if p := path(v); p != "" {
				out = append(out, see(v, p)...)
			}
		}
		return out
	}
	at := func(prefix string, d ...graph.Degree) []shot {
		return each(func(v int64) string { return h.somebody(v, prefix, d) })
	}
	out := []kind{
		{"Home", pageSQL, each(func(int64) string { return "/" }), 0},
		{"Profile, one's own", pageSQL, at("/in/", graph.Self), 0},
		{"Profile, 1st degree", pageSQL, at("/in/", graph.First), 0},
		{"Profile, 2nd degree", pageSQL, at("/in/", graph.Second), 0},
		{"Profile, further", pageSQL, at("/in/", graph.Third, graph.Far), 0},
	}
	for _, n := range waiting {
		out = append(out, kind{fmt.Sprintf("Invitations, %d waiting", n), inboxSQL, see(h.inboxes[n], "/invitations"), 0})
	}
	return append(out,
		kind{"Invitations, 50 waiting, compact", inboxSQL, see(h.inboxes[50], "/invitations?view=compact"), fiftyCPU},
		kind{"Invite dialog", inboxSQL, at("/invite/", graph.Second), 0},
		kind{"My network", pageSQL, each(func(int64) string { return "/network" }), 0},
		kind{"Search by name", pageSQL, each(func(v int64) string { return "/network?q=" + h.word(v) }), 0},
	), errs
}

// somebody draws a member at one of some degrees from the viewer, as a path;
// empty when there is none.
func (h *house) somebody(viewer int64, prefix string, degrees []graph.Degree) string {
	g := h.app.Network.Graph()
	for _, i := range h.rand.Perm(h.members) {
		if m := h.ids[i]; slices.Contains(degrees, g.Degree(viewer, m)) {
			return prefix + h.handles[m]
		}
	}
	return ""
}

// word is what a member searches for: the beginning of a name, one that an
// address can hold as it is.
func (h *house) word(viewer int64) string {
	for i := range h.ids {
		name := strings.ToLower(h.names[h.ids[(i+int(viewer%1000))%len(h.ids)]])
		if len(name) > 3 && strings.Trim(name[:3], "abcdefghijklmnopqrstuvwxyz") == "" {
			return name[:2]
		}
	}
	return "a"
}
