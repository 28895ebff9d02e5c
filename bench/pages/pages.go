// Package pages measures what pages and acts cost: it makes a fresh instance with
// a made-up community, asks for its pages through the real handler with real
// sessions, and lays the figures beside their targets. It owns the choice of what
// is measured and how; it shortens no way that a browser's request would take,
// but for the network.
package pages

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"guildhall/bench/report"
	"guildhall/internal/fault"
)

// Options say what to measure and where. The zero value measures 300 members on
// SQLite.
type Options struct {
	Members  int       // of the made-up community; 0: 300
	Seed     uint64    // the same seed makes the same community and choices
	Database string    // an empty PostgreSQL database to measure too; empty: SQLite alone
	In       string    // folder for the temporary instances; empty: the system's own
	JSON     bool      // print the Result instead of a table
	Out      io.Writer // gets the report; nil drops it

	effort effort // zero: the usual
}

// effort is how much is measured.
type effort struct {
	requests int           // of a page, for CPU, at most
	page     time.Duration // and so long at most
	reads    time.Duration // of reads a second
	acts     int           // invitations sent and accepted
}

var usual = effort{requests: 400, page: 700 * time.Millisecond, reads: 3 * time.Second, acts: 500}

// Result is everything that was measured.
type Result struct {
	Members     int
	Connections int
	Seed        uint64
	Cores       int
	Go          string
	Databases   []Database
}

// Database is how one kind of database did.
type Database struct {
	Kind     string // "sqlite" or "postgres"
	Pages    []Page
	Reads    Reads
	Sent     Spread // an invitation, from the request to its answer, on disk
	Accepted Spread
	Fsync    Spread   // 4 KiB written and synced in the same folder, for comparison
	Cautions []string // why the figures may be better or worse than they are
}

// Page is what one page costs. Times are milliseconds of CPU, user and system
// together, of the whole process.
type Page struct {
	Name       string
	CPU        float64 // the middle one of several means
	MostCPU    float64 // the target
	Queries    int     // the most of any request, caches warm
	First      int     // of the first request after a start
	MostOfThem int     // the target for Queries
	KiB        float64 // of the answer as it is sent, compressed; a mean
	Requests   int     // measured
}

// Reads is how many pages are answered when everything asks at once.
type Reads struct {
	PerSecond float64
	Busy      float64 // the share of all cores that this process had meanwhile
	Least     float64 // the target
	Requests  int
}

// Spread is how long something took, in milliseconds.
type Spread struct {
	P50, P99 float64
	Most     float64 // the target for P99; 0: none
	Acts     int
}

// The targets.
const (
	pageCPU   = 3.0  // ms
	fiftyCPU  = 10.0 // of fifty invitations with their evidence
	pageSQL   = 8    // statements
	inboxSQL  = 12
	leastRead = 600 // pages a second
	actP99    = 30  // ms
)

// Run measures and reports.
func Run(ctx context.Context, opt Options) error {
	r, err := Measure(ctx, opt)
	if err != nil {
		return err
	}
	return report.Write(opt.Out, opt.JSON, r)
}

// Measure makes the instances, measures and takes them away again. It takes some
// 20 s a database.
func Measure(ctx context.Context, opt Options) (Result, error) {
	if opt.Members == 0 {
		opt.Members = 300
	}
	if opt.Members < 100 {
		return Result{}, fault.Field("members", "At least 100 members are needed to fill the pages.")
	}
	if opt.effort == (effort{}) {
		opt.effort = usual
	}
	r := Result{Seed: opt.Seed, Cores: runtime.GOMAXPROCS(0), Go: runtime.Version()}
	places := []string{""}
	if opt.Database != "" {
		places = append(places, opt.Database)
	}
	for _, where := range places {
		d, err := measureOn(ctx, where, opt, &r)
		if err != nil {
			return r, err
		}
		r.Databases = append(r.Databases, d)
	}
	return r, nil
}

// measureOn is one database from the empty instance to its figures.
func measureOn(ctx context.Context, where string, opt Options, r *Result) (d Database, err error) {
	dir, err := os.MkdirTemp(opt.In, "guildhall-pages-")
	if err != nil {
		return d, fault.Field("in", "No folder can be made in %s.", opt.In)
	}
	defer os.RemoveAll(dir)
	h, err := build(ctx, dir, where, opt)
	if err != nil {
		return d, err
	}
	defer h.close()
	r.Members, r.Connections = h.members, h.app.Network.Graph().Edges()
	d.Kind = string(h.app.DB.Kind())
	if d.Pages, err = h.pages(ctx); err != nil {
		return d, err
	}
	if d.Reads, err = h.reads(ctx); err != nil {
		return d, err
	}
	if d.Sent, d.Accepted, err = h.acts(ctx); err != nil {
		return d, err
	}
	d.Cautions = h.cautions(ctx, d)
	d.Fsync, err = fsync(dir, opt.effort.acts)
	return d, err
}

// WriteText prints the figures with the targets beside them.
func (r Result) WriteText(w io.Writer) error {
	p := &printer{w: w}
	p.line("%d made-up members with %d connections, seed %d, %d cores, %s", r.Members, r.Connections, r.Seed, r.Cores, r.Go)
	for _, d := range r.Databases {
		p.line("")
		p.line("%-32s %18s %16s %9s %8s", "On "+d.Kind, "CPU ms (target)", "SQL (target)", "SQL first", "KiB")
		for _, g := range d.Pages {
			p.line("%-32s %8.2f  (≤ %3.0f) %s %5d  (≤ %2d) %s %7d %8.1f", g.Name, g.CPU, g.MostCPU, miss(g.CPU > g.MostCPU),
				g.Queries, g.MostOfThem, miss(g.Queries > g.MostOfThem), g.First, g.KiB)
		}
		p.line("")
		p.line("%-32s %8.0f  a second (≥ %.0f) %s over %d of all kinds, all cores", "Pages read", d.Reads.PerSecond, d.Reads.Least, miss(d.Reads.PerSecond < d.Reads.Least), d.Reads.Requests)
		p.spread("Invitation sent, on disk", d.Sent)
		p.spread("Invitation accepted, on disk", d.Accepted)
		p.spread("Beside it: 4 KiB and an fsync", d.Fsync)
		for _, c := range d.Cautions {
			p.line("Mind: %s", c)
		}
	}
	p.line("")
	p.line("The figure of the import comes from guildhall import ldbc DIR.")
	return p.err
}

// miss marks a figure that is beyond its target.
func miss(beyond bool) string {
	if beyond {
		return "✗"
	}
	return " "
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) spread(what string, s Spread) {
	target := ""
	if s.Most > 0 {
		target = fmt.Sprintf(" (≤ %.0f) %s", s.Most, miss(s.P99 > s.Most))
	}
	p.line("%-32s p50 %6.2f ms, p99 %6.2f ms%s over %d", what, s.P50, s.P99, target, s.Acts)
}
