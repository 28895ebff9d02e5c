// Package graph measures the connection graph against its targets: it makes a
// network, or reads one, asks the engine what pages ask, and prints how long each
// question took beside how long it may take. It owns the made-up network and the
// choice of questions; what is measured is internal/graph as the server uses it.
package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"guildhall/bench/report"
	"guildhall/internal/fault"
	engine "guildhall/internal/graph"
)

// Options say what to measure. Without a file, Members and Edges are needed.
type Options struct {
	Members int
	Edges   int
	Seed    uint64        // the same seed makes the same network and questions
	File    string        // an edge list to read instead
	Each    time.Duration // how long to measure a row, at most; 0: one second
	In      string        // folder for the snapshot that a start is measured with; empty: the system's own
	Recall  bool          // also measure what suggestions within a budget miss
	JSON    bool          // print the Result instead of a table
	Out     io.Writer     // gets the report; nil drops it
}

// Result is everything that was measured.
type Result struct {
	Members            int      `json:"members"`
	Connections        int      `json:"connections"`
	Seed               uint64   `json:"seed"`
	File               string   `json:"file,omitempty"`
	Cores              int      `json:"cores"`
	Go                 string   `json:"go"`
	LoadSeconds        float64  `json:"load_seconds"`         // building the engine from edges by id
	BytesPerConnection float64  `json:"bytes_per_connection"` // everything the engine keeps
	SnapshotMiB        int64    `json:"snapshot_mib"`
	StartSeconds       float64  `json:"start_seconds"` // from the snapshot, its file in the system's cache
	PeakMiB            int64    `json:"peak_mib"`      // of the process, the generator included
	Rows               []Row    `json:"rows"`
	Recall             []Recall `json:"recall,omitempty"`
}

// Recall is what a budget does to suggestions for well-connected viewers: the share
// of the best 20 that is found when only a part of the work is done.
type Recall struct {
	Part    float64 `json:"part"`
	Found   float64 `json:"found"`
	Viewers int     `json:"viewers"`
}

// Row is one kind of question. Times are microseconds of one call.
type Row struct {
	Query     string   `json:"query"`
	Viewer    string   `json:"viewer"` // R: any member; W: the more likely, the better connected
	P50       float64  `json:"p50_us"` // by the clock on the wall
	P99       float64  `json:"p99_us"`
	CPU50     float64  `json:"cpu_p50_us"` // what the thread had of a core
	CPU99     float64  `json:"cpu_p99_us"`
	Busy50    float64  `json:"busy_cpu_p50_us"` // the same under 100 changes a second
	Busy99    float64  `json:"busy_cpu_p99_us"`
	Target50  *float64 `json:"target_p50_us"`
	Target99  *float64 `json:"target_p99_us"`
	Questions int      `json:"questions"`
	Allocs    float64  `json:"allocs"` // a question
}

var began = time.Now()

// Run measures and reports.
func Run(ctx context.Context, opt Options) error {
	r, err := Measure(ctx, opt)
	if err != nil {
		return err
	}
	return report.Write(opt.Out, opt.JSON, r)
}

// Measure makes the network, loads the engine and asks. It ends early, with what
// it has, when ctx does.
func Measure(ctx context.Context, opt Options) (Result, error) {
	if opt.Each == 0 {
		opt.Each = time.Second
	}
	n, err := source(opt)
	if err != nil {
		return Result{}, err
	}
	r := Result{Members: len(n.ids), Connections: n.edges, Seed: opt.Seed, File: opt.File, Cores: runtime.NumCPU(), Go: runtime.Version()}
	before := held()
	start := time.Now()
	g := engine.Build(n.all())
	r.LoadSeconds = time.Since(start).Seconds()
	r.BytesPerConnection = float64(held()-before) / float64(max(1, n.edges))
	if r.SnapshotMiB, r.StartSeconds, err = restart(g, opt.In); err != nil {
		return r, err
	}
	b := newBench(g, n, opt)
	for _, q := range questions {
		for _, viewer := range q.viewers {
			if ctx.Err() != nil {
				return r, nil
			}
			r.Rows = append(r.Rows, b.row(q, viewer))
		}
	}
	if opt.Recall {
		for _, part := range []float64{0.5, 0.25, 0.1} {
			r.Recall = append(r.Recall, b.recall(part))
		}
	}
	r.PeakMiB = peak() >> 20
	runtime.KeepAlive(n)
	return r, nil
}

func source(opt Options) (*network, error) {
	if opt.File != "" {
		return readEdges(opt.File)
	}
	if opt.Members < 10 || opt.Edges < opt.Members || opt.Edges > opt.Members*(opt.Members-1)/8 {
		return nil, fault.Field("members", "Give --members from 10 on and --edges from one a member to a quarter of all there could be, or an edge list with --file.")
	}
	return synthetic(opt.Members, opt.Edges, opt.Seed), nil
}

// held is what the process's heap holds after everything unused is gone.
func held() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// restart writes a snapshot and starts from it; the median of three.
func restart(g *engine.Graph, in string) (mib int64, seconds float64, err error) {
	f, err := os.CreateTemp(in, "guildhall-graph-*")
	if err != nil {
		return 0, 0, fmt.Errorf("a file for the snapshot: %w", err)
	}
	defer os.Remove(f.Name())
	err = g.Snapshot().WriteSnapshot(f, nil)
	if info, serr := f.Stat(); serr == nil {
		mib = info.Size() >> 20
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return mib, 0, err
	}
	var times []float64
	for range 3 {
		start := time.Now()
		again, _, err := engine.Open(f.Name())
		times = append(times, time.Since(start).Seconds())
		if err == nil && again.Snapshot().Edges() != g.Snapshot().Edges() {
			err = fmt.Errorf("the snapshot holds %d connections of %d", again.Snapshot().Edges(), g.Snapshot().Edges())
		}
		if err != nil {
			return mib, 0, err
		}
	}
	slices.Sort(times)
	return mib, times[1], nil
}

func sortIDs(ids []int64) { slices.Sort(ids) }

// WriteText writes a table with the targets beside the figures.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	name := r.File
	if name == "" {
		name = fmt.Sprintf("made up with seed %d", r.Seed)
	}
	fmt.Fprintf(&b, "%d members, %d connections, %s; %d cores, %s\n", r.Members, r.Connections, name, r.Cores, r.Go)
	fmt.Fprintf(&b, "built in %.1f s; %.2f bytes a connection, everything; started from a snapshot of %d MiB in %.0f ms; the process held at most %d MiB\n\n",
		r.LoadSeconds, r.BytesPerConnection, r.SnapshotMiB, 1000*r.StartSeconds, r.PeakMiB)
	fmt.Fprintf(&b, "µs, p50 / p99                                   target            CPU, quiet        CPU, 100 changes/s   wall, quiet      allocs\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%-40s %s  %8s/%-8s %9s/%-9s %9s/%-9s %9s/%-9s %5.1f\n", row.Query, row.Viewer, target(row.Target50), target(row.Target99),
			micros(row.CPU50), micros(row.CPU99), micros(row.Busy50), micros(row.Busy99), micros(row.P50), micros(row.P99), row.Allocs)
	}
	for _, c := range r.Recall {
		fmt.Fprintf(&b, "suggestions with %2.0f %% of the work find %2.0f %% of the best 20 (W, mean of %d viewers)\n", 100*c.Part, 100*c.Found, c.Viewers)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func target(t *float64) string {
	if t == nil {
		return "–"
	}
	return micros(*t)
}

func micros(us float64) string {
	if us < 10 {
		return fmt.Sprintf("%.1f", us)
	}
	return fmt.Sprintf("%.0f", us)
}
