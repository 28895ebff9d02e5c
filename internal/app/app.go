// Package app puts the house together: it opens the ground, builds the spine and
// the features, and holds the list of what each feature brings. It alone knows
// them all, and stays a list: rules live in the rooms. It owns the instance's own
// small tables, settings and nodes.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/blob"
	"guildhall/internal/bus"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/home"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/mail"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/suggest"
	"guildhall/internal/task"
	"guildhall/internal/tie"
	"guildhall/internal/trait"
	"guildhall/internal/transfer"
	"guildhall/internal/visit"
	"guildhall/internal/web"
)

// Options is what the start decides beyond the configuration.
type Options struct {
	Demo        bool // made-up members whom anybody may be; only ever on loopback
	Unlimited   bool // no rate limits
	Log         *slog.Logger
	Personas    func(ctx context.Context, a *App) ([]Persona, error) // of the demo
	Observe     func(route string, queries int, took time.Duration)  // for tests
	Preset      access.Preset                                        // how open members start; 0: ConnectionsOnly
	AccountCost account.Cost                                         // of hashing a password; zero: the default
	More        []Feature                                            // for tests
}

// Persona is a member of the demo whom one may step into.
type Persona struct {
	Handle string
	Name   string
	Role   string // "newcomer"
	Waits  string // "Three invitations wait"
}

// Feature is all that the house knows of one feature.
type Feature struct {
	Name     string
	Routes   []web.Route
	Tasks    func(*task.Runner) // its work for later
	Evidence evidence.Source    // what it knows between people
}

// App is one running instance.
type App struct {
	Config   config.Config
	DB       *db.DB
	Bus      *bus.Bus
	Journal  *journal.Runner
	Tasks    *task.Runner
	Blobs    *blob.Store
	Mail     mail.Sender
	Members  *member.Service
	Traits   *trait.Service
	Network  *network.Service
	Policies *access.Policies
	Guard    *access.Guard
	Evidence *evidence.Service
	Accounts *account.Service
	Profiles *profile.Service
	Invites  *invite.Service
	Ties     *tie.Service
	Suggest  *suggest.Service
	Home     *home.Service
	Transfer *transfer.Service
	Visits   *visit.Service

	opt     Options
	log     *slog.Logger
	node    *node
	handler *web.Mux

	started   network.Started // the graph, and how long that took
	startTook time.Duration

	// Small values that most pages show, kept in step with the journal.
	groups    journal.Memo[[]int64]
	limits    journal.Memo[access.Limits]
	waits     journal.Memo[[]int64]
	strengths journal.Memo[home.Strength]
	asked     journal.Memo[[]int64]
	lists     journal.Memo[suggest.List]
}

// New opens the database, brings its schema up to date, loads the indexes and
// builds every service. It serves nothing yet. Errors are faults with one
// sentence for the operator.
func New(ctx context.Context, cfg config.Config, opt Options) (*App, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Preset == 0 {
		opt.Preset = access.ConnectionsOnly
	}
	a := &App{Config: cfg, opt: opt, log: opt.Log, Bus: bus.New()}
	if err := a.ground(ctx); err != nil {
		a.Close()
		return nil, err
	}
	if err := a.spine(ctx); err != nil {
		a.Close()
		return nil, err
	}
	a.features()
	if err := errors.Join(a.Evidence.Recount(ctx), a.keepBook(ctx), a.keepWeights(ctx)); err != nil {
		a.Close()
		return nil, err
	}
	mux, err := a.mux(ctx)
	if err != nil {
		a.Close()
		return nil, err
	}
	a.handler = mux
	return a, nil
}

func (a *App) ground(ctx context.Context) (err error) {
	if a.DB, err = db.Open(ctx, a.Config.Database); err != nil {
		return err
	}
	if _, err = a.DB.Migrate(ctx); err != nil {
		return err
	}
	if a.node, err = leaseNode(ctx, a.DB); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(a.path("blobs")); err != nil {
		return err
	}
	a.Mail, err = mail.Open(a.Config.SMTP, a.path("outbox"), mail.From{Name: a.Config.Name, Address: a.Config.From})
	a.Journal = journal.NewRunner(a.DB, a.Bus, a.log)
	a.Tasks = task.NewRunner(a.DB, a.Bus, a.log)
	return err
}

// relations answers access's questions from the two spine packages that know.
type relations struct {
	*network.Service
	traits   *trait.Service
	kept     *journal.Memo[[]int64]
	policies *access.Policies
	limits   *journal.Memo[access.Limits]
}

func (r relations) Groups(ctx context.Context, member int64) ([]int64, error) {
	gs, err := r.kept.Get(ctx, member, func(ctx context.Context) ([]int64, error) { return r.traits.Groups(ctx, member) })
	return slices.Clone(gs), err
}

func (r relations) Limits(ctx context.Context, member int64) (access.Limits, error) {
	return r.limits.Get(ctx, member, func(ctx context.Context) (access.Limits, error) { return r.policies.Limits(ctx, member) })
}

func (a *App) spine(ctx context.Context) error {
	a.Members = member.New(a.DB)
	a.Traits = trait.New(a.DB)
	a.Network = network.New(a.DB)
	a.Network.SetAway(a.Members.Away)
	a.Policies = access.NewPolicies(a.DB, a.opt.Preset)
	a.Network.SetKnown(network.Known{All: a.Traits.Holders, Of: func(ctx context.Context, ids []int64) (map[int64][]int64, error) {
		return a.Traits.Open(ctx, a.Policies, ids)
	}})
	a.Guard = access.NewGuard(relations{a.Network, a.Traits, &a.groups, a.Policies, &a.limits})
	if err := a.startGraph(ctx); err != nil {
		return err
	}
	cards, err := a.Members.Follower(ctx)
	if err != nil {
		return err
	}
	a.Journal.Follow(cards)
	return a.keep(ctx)
}

// keep lets the memos follow the journal.
func (a *App) keep(ctx context.Context) error {
	for _, m := range []struct {
		follower func(context.Context, *db.DB, string, journal.Facet) (journal.Follower, error)
		name     string
		facets   journal.Facet
	}{
		{a.groups.Follower, "groups", journal.ChangesTraits},
		{a.limits.Follower, "limits", journal.ChangesMember | journal.ChangesLimits},
		{a.strengths.Follower, "strength", journal.ChangesMember | journal.ChangesTraits},
		{a.waits.Follower, "waiting", 0},
		{a.asked.Follower, "asked", 0},
		{a.lists.Follower, "suggestions", 0},
	} {
		f, err := m.follower(ctx, a.DB, m.name, m.facets)
		if err != nil {
			return err
		}
		a.Journal.Follow(f)
	}
	return nil
}

// keepBook keeps the instance's own reasons in memory.
func (a *App) keepBook(ctx context.Context) error {
	f, err := a.Invites.BookFollower(ctx)
	if err == nil {
		a.Journal.Follow(f)
	}
	return err
}

// keepWeights compares people by the weights that were learned, from now on.
func (a *App) keepWeights(ctx context.Context) error {
	f, err := a.Invites.WeightsFollower(ctx)
	if err == nil {
		a.Journal.Follow(f)
	}
	return err
}

// Handler answers every request of the instance.
func (a *App) Handler() http.Handler { return a.handler }

// Routes returns every route: for tests that walk them all.
func (a *App) Routes() []web.Route { return a.handler.Routes() }

// Run drives followers and tasks until ctx ends or one of them fails for good.
func (a *App) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs error
	)
	for _, run := range []func(context.Context) error{a.Journal.Run, a.Tasks.Run, a.node.keep, a.keepGraph, a.Visits.Run, a.noteShown, a.keepCount} {
		wg.Go(func() {
			err := run(ctx)
			mu.Lock()
			errs = errors.Join(errs, err)
			mu.Unlock()
			cancel()
		})
	}
	wg.Wait()
	return errs
}

// Close ends the instance. It may be called on one that New gave up on.
func (a *App) Close() error {
	if a.DB == nil {
		return nil
	}
	return a.DB.Close()
}
