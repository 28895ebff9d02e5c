package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"guildhall/bench/report"
	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	ties "guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Here the made-up network becomes an instance with members and traits in SQLite, and
// is asked what a page of people you may know costs: from SQL, graph and evidence to
// what the page shows, without drawing it.

// ListTarget is what a list may cost the best connected, in milliseconds of CPU, with
// 100,000 members and 3 million connections.
const ListTarget = 15.0

// Lists is what lists of suggestions cost. Times are milliseconds of CPU.
type Lists struct {
	Members     int        `json:"members"`
	Connections int        `json:"connections"`
	Traits      int        `json:"traits"`
	Seed        uint64     `json:"seed"`
	Cores       int        `json:"cores"`
	Go          string     `json:"go"`
	Best        int        `json:"best"`        // connections of the best connected
	BestSecond  int        `json:"best_second"` // and how many are at the second degree
	Rows        []ListCost `json:"rows"`
}

// ListCost is one kind of request.
type ListCost struct {
	What       string  `json:"what"`
	P50        float64 `json:"cpu_p50_ms"`
	Most       float64 `json:"cpu_most_ms"`
	Statements int     `json:"statements"` // the most
	Asked      int     `json:"asked"`
	Target     float64 `json:"target_ms,omitempty"` // for P50; 0: none
}

// MeasureLists makes the instance, which takes some minutes, and asks.
func MeasureLists(ctx context.Context, opt Options) (l Lists, err error) {
	folder, err := os.MkdirTemp(opt.In, "guildhall-lists-*")
	if err != nil {
		return l, fmt.Errorf("a folder for the instance: %w", err)
	}
	defer os.RemoveAll(folder)
	if opt.Edges < opt.Members || opt.Members < 1000 {
		return l, fault.Field("members", "At least 1,000 members with a connection each are needed.")
	}
	l = Lists{Seed: opt.Seed, Cores: runtime.NumCPU(), Go: runtime.Version()}
	if l.Traits, err = settle(ctx, opt, folder); err != nil {
		return l, err
	}
	a, err := opened(ctx, folder)
	if err != nil {
		return l, err
	}
	defer a.Close()
	view := a.Network.Graph()
	l.Members, l.Connections = view.Members(), view.Edges()
	return l, l.ask(ctx, a, opt.Seed)
}

// RunLists measures and reports.
func RunLists(ctx context.Context, opt Options) error {
	l, err := MeasureLists(ctx, opt)
	if err != nil {
		return err
	}
	return report.Write(opt.Out, opt.JSON, l)
}

func opened(ctx context.Context, folder string) (*app.App, error) {
	return app.New(ctx, config.Config{Data: folder, Database: filepath.Join(folder, "guildhall.db"), Name: "Lists", BaseURL: "http://localhost", From: "guildhall@localhost"},
		app.Options{Unlimited: true, Log: slog.New(slog.DiscardHandler), Preset: access.OpenToMembers})
}

// atOnce is how many rows go into a transaction.
const atOnce = 20_000

// settle fills an instance with the made-up network.
func settle(ctx context.Context, opt Options, folder string) (traits int, err error) {
	n, err := made(ctx, opt, folder)
	if err != nil {
		return 0, err
	}
	a, err := opened(ctx, folder)
	if err != nil {
		return 0, err
	}
	defer a.Close()
	if err := newcomers(ctx, a, n); err != nil {
		return 0, err
	}
	if traits, err = described(ctx, a, n, opt.Seed); err != nil {
		return 0, err
	}
	var batch []ties.Edge
	flush := func() error {
		err := a.DB.Write(ctx, func(tx *db.Tx) error { _, err := a.Network.BulkConnect(ctx, tx, batch); return err })
		batch = batch[:0]
		return err
	}
	since := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for x, y := range n.edges {
		if batch = append(batch, ties.Edge{A: x, B: y, Since: since}); len(batch) == atOnce {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	return traits, errors.Join(n.err, flush(), a.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Append(ctx, tx, journal.Fact{Kind: ties.FactImported, Facets: journal.ChangesGraph | journal.ChangesTraits | journal.ChangesMember})
	}))
}

func newcomers(ctx context.Context, a *app.App, n *network) error {
	for from := 0; from < n.members; from += atOnce {
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			for i := from; i < min(from+atOnce, n.members); i++ {
				if _, err := a.Members.Create(ctx, tx, member.Newcomer{ID: n.id(i), Name: fmt.Sprintf("Member %d", i), Handle: fmt.Sprintf("member-%d", i)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Of the crafts that members name.
const (
	crafts   = 2000
	perHead  = 8
	trades   = 30
	fromYear = 1995
)

// described gives everybody where they work, studied and live, which are the circles
// in which they meet, with years, and what they can: some skills that many have and
// some that few have.
func described(ctx context.Context, a *app.App, n *network, seed uint64) (int, error) {
	d := &description{a: a, rng: rand.New(rand.NewPCG(seed, 9)), entities: map[string]int64{}}
	last, err := int64(0), error(nil)
	for m, circle := range n.traits {
		if m != last {
			if err = d.crafts(ctx, m); err != nil {
				return 0, err
			}
			last = m
		}
		kind := []trait.Kind{trait.Company, trait.School, trait.Place}[circle>>32]
		if err = d.put(ctx, m, kind, fmt.Sprintf("%s %d", kind, circle&0xffffffff)); err != nil {
			return 0, err
		}
	}
	return d.count, d.flush(ctx)
}

type description struct {
	a        *app.App
	rng      *rand.Rand
	entities map[string]int64
	fresh    []trait.Entity
	batch    []trait.Trait
	count    int
}

func (d *description) crafts(ctx context.Context, m int64) error {
	had := map[int]bool{}
	for range perHead {
		c := int(float64(crafts) * d.rng.Float64() * d.rng.Float64() * d.rng.Float64())
		if had[c] {
			continue
		}
		had[c] = true
		if err := d.put(ctx, m, trait.Skill, fmt.Sprintf("Craft %d", c)); err != nil {
			return err
		}
	}
	return d.put(ctx, m, trait.Field, fmt.Sprintf("Trade %d", d.rng.IntN(trades)))
}

func (d *description) put(ctx context.Context, m int64, k trait.Kind, name string) error {
	if d.entities[name] == 0 {
		d.entities[name] = id.New()
		d.fresh = append(d.fresh, trait.Entity{ID: d.entities[name], Kind: k, Name: name})
	}
	t := trait.Trait{Member: m, Kind: k, Relation: trait.Has, Entity: d.entities[name]}
	if k == trait.Company || k == trait.School {
		year := fromYear + d.rng.IntN(20)
		t.From, t.To = why.MonthOf(year, 1), why.MonthOf(year+1+d.rng.IntN(9), 12)
	}
	d.count++
	if d.batch = append(d.batch, t); len(d.batch) < atOnce {
		return nil
	}
	return d.flush(ctx)
}

func (d *description) flush(ctx context.Context) error {
	batch, fresh := d.batch, d.fresh
	d.batch, d.fresh = nil, nil
	return d.a.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := d.a.Traits.CreateEntities(ctx, tx, fresh); err != nil {
			return err
		}
		return d.a.Traits.BulkPut(ctx, tx, batch)
	})
}

// crowned are how many of the best connected are asked, and others.
const crowned = 40

// ask asks for lists: of the best connected, of those after, of anybody.
func (l *Lists) ask(ctx context.Context, a *app.App, seed uint64) error {
	view := a.Network.Graph()
	var all []int64
	for after := int64(0); ; after = all[len(all)-1] {
		ids, err := a.Members.Page(ctx, a.DB, after, 10_000)
		if err != nil {
			return err
		}
		if all = append(all, ids...); len(ids) < 10_000 {
			break
		}
	}
	rng := rand.New(rand.NewPCG(seed, 4))
	anybody := make([]int64, crowned)
	for i := range anybody {
		anybody[i] = all[rng.IntN(len(all))]
	}
	slices.SortFunc(all, func(x, y int64) int { return view.Count(y) - view.Count(x) })
	l.Best, l.BestSecond = view.Count(all[0]), view.SecondCount(all[0])
	for _, row := range []struct {
		what   string
		who    []int64
		anew   bool
		target float64
	}{
		{"the best connected, nothing in memory", all[:1], true, 0},
		{"the best connected, list made anew", slices.Repeat(all[:1], crowned), true, ListTarget},
		{"the forty after, nothing of theirs in memory", all[1 : crowned+1], true, ListTarget},
		{"anybody, nothing of theirs in memory", anybody, true, ListTarget},
		{"the best connected, from the list of the day", slices.Repeat(all[:1], crowned), false, 0},
	} {
		c, err := cost(ctx, a, row.who, row.anew)
		if err != nil {
			return err
		}
		c.What, c.Target = row.what, row.target
		l.Rows = append(l.Rows, c)
	}
	l.Rows = append(l.Rows, gains("if accepted, what changes: anybody asks the best connected", view, all[0], anybody, false),
		gains("if accepted, what changes: the best connected asks", view, all[0], anybody, true))
	return nil
}

// GainTarget is how many ms of CPU it may take to tell what accepting an invitation
// changes, by the graph.
const GainTarget = 5

// gains asks how many people would come within reach, and where five of them are, of
// an invitation between the best connected and others.
func gains(what string, view *graph.View, best int64, others []int64, asks bool) ListCost {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	present := func(id int64) bool { _, ok := trait.PresentAt(id); return ok }
	var all []float64
	for _, m := range others {
		me, other := best, m
		if asks {
			me, other = m, best
		}
		start := onThread()
		view.Gain(me, other)
		view.GainCensus(me, other, evidence.CircleFrom, present, nil)
		all = append(all, float64(onThread()-start)/float64(time.Millisecond))
	}
	slices.Sort(all)
	return ListCost{What: what, Target: GainTarget, P50: all[len(all)/2], Most: all[len(all)-1], Asked: len(all)}
}

// cost asks for the first page of some members, one after the other.
func cost(ctx context.Context, a *app.App, who []int64, anew bool) (c ListCost, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all []float64
	for _, m := range who {
		if anew {
			a.Suggest.Lists.Drop(m)
		}
		counted, n := db.CountQueries(ctx)
		start := onThread()
		p, err := a.Suggest.People(counted, access.Member(m), page.Cursor{}, 0)
		took := onThread() - start
		if err != nil {
			return c, err
		}
		if len(p.People) == 0 {
			return c, fault.New(fault.Unavailable, "Somebody is suggested nobody; make a larger network.")
		}
		all, c.Statements = append(all, float64(took)/float64(time.Millisecond)), max(c.Statements, n.N())
	}
	slices.Sort(all)
	c.P50, c.Most, c.Asked = all[len(all)/2], all[len(all)-1], len(all)
	return c, nil
}

// WriteText prints the figures with the target beside them.
func (l Lists) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%d members with %d connections and %d traits, seed %d, %d cores, %s\nThe best connected has %d connections and %d people at the second degree.\n\n%-60s %10s %10s %10s %6s %6s\n",
		l.Members, l.Connections, l.Traits, l.Seed, l.Cores, l.Go, l.Best, l.BestSecond, "People you may know, a page of ten", "CPU p50", "most", "target", "SQL", "asked")
	for _, c := range l.Rows {
		target, mark := "", ""
		if c.Target > 0 {
			target = fmt.Sprintf("≤ %.0f ms", c.Target)
			if c.P50 > c.Target {
				mark = " ✗"
			}
		}
		_, e := fmt.Fprintf(w, "%-60s %7.2f ms %7.2f ms %10s %6d %6d%s\n", c.What, c.P50, c.Most, target, c.Statements, c.Asked, mark)
		err = errors.Join(err, e)
	}
	return err
}
