// Package graph measures the connection graph against its targets: it makes a
// network, or reads one, asks the engine what pages ask, and prints how long each
// question took beside how long it may take. The network goes to a file, from there
// into a snapshot, and the engine starts from that, at every size. It owns the
// made-up network and the choice of questions; what is measured is internal/graph
// as the server uses it.
package graph

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
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
	In      string        // folder for edges, snapshot and databases, 20 bytes a connection and 250 with both; empty: the system's own
	Memory  int           // bytes that building may take for lists; 0: the engine's own default
	Recall  bool          // also measure what suggestions within a budget miss
	Against []string      // databases to ask the same: sqlite, postgres
	JSON    bool          // print the Result instead of a table
	Out     io.Writer     // gets the report; nil drops it
}

// Result is everything that was measured.
type Result struct {
	Members            int       `json:"members"`
	Connections        int       `json:"connections"`
	Seed               uint64    `json:"seed"`
	File               string    `json:"file,omitempty"`
	Cores              int       `json:"cores"`
	Go                 string    `json:"go"`
	Source             Phase     `json:"source"`               // making or reading the network
	Build              Phase     `json:"build"`                // of a snapshot, from the network's file
	BytesPerConnection float64   `json:"bytes_per_connection"` // everything the engine keeps: what is mapped and what it has beside
	HeapMiB            int64     `json:"heap_mib"`             // what it has beside
	SnapshotMiB        int64     `json:"snapshot_mib"`
	StartSeconds       float64   `json:"start_seconds"`  // from the snapshot, its file in the system's cache
	VerifySeconds      float64   `json:"verify_seconds"` // checking all of it, beside which questions are answered
	TraitSeconds       float64   `json:"trait_seconds"`  // giving all members theirs
	TraitMiB           int64     `json:"trait_mib"`      // what they take
	PeakMiB            int64     `json:"peak_mib"`       // of the process while it starts, checks and answers, the mapped file included
	Rows               []Row     `json:"rows"`
	Throughput         []Rate    `json:"throughput"`
	Recall             []Recall  `json:"recall,omitempty"`
	Loaded             []Loaded  `json:"loaded,omitempty"`
	Against            []Against `json:"against,omitempty"`
}

// Phase is what a part of the preparation took: the time on the wall, and the most
// that the process held meanwhile, pages of files aside that are not its own.
type Phase struct {
	Seconds float64 `json:"seconds"`
	PeakMiB int64   `json:"peak_mib"`
}

// Rate is how many questions are answered by all cores together.
type Rate struct {
	Query     string  `json:"query"`
	Viewer    string  `json:"viewer"`
	PerSecond float64 `json:"per_second"`
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

// Measure makes the network, builds a snapshot, starts the engine from it and asks.
// It ends early, with what it has, when ctx does.
func Measure(ctx context.Context, opt Options) (Result, error) {
	if opt.Each == 0 {
		opt.Each = time.Second
	}
	r := Result{Seed: opt.Seed, File: opt.File, Cores: runtime.NumCPU(), Go: runtime.Version()}
	if err := checkAgainst(opt.Against); err != nil {
		return r, err
	}
	folder, err := os.MkdirTemp(opt.In, "guildhall-graph-*")
	if err != nil {
		return r, fmt.Errorf("a folder for the snapshot: %w", err)
	}
	defer os.RemoveAll(folder)
	g, n, err := r.prepare(ctx, opt, folder)
	if err != nil {
		return r, err
	}
	r.Members, r.Connections = g.Snapshot().Members(), g.Snapshot().Edges()
	b := newBench(g, n, opt)
	for _, q := range questions {
		for _, viewer := range q.viewers {
			if ctx.Err() != nil {
				return r, nil
			}
			r.Rows = append(r.Rows, b.row(q, viewer))
			if slices.Contains(onAll, q.name) {
				r.Throughput = append(r.Throughput, Rate{q.name, viewer, b.together(q, viewer)})
			}
		}
	}
	if opt.Recall {
		for _, part := range []float64{0.5, 0.25, 0.1} {
			r.Recall = append(r.Recall, b.recall(part))
		}
	}
	r.PeakMiB = peak() >> 20
	for _, name := range opt.Against {
		if err := b.against(ctx, name, &r); ctx.Err() != nil {
			return r, nil
		} else if err != nil {
			return r, err
		}
	}
	runtime.KeepAlive(n)
	return r, nil
}

// prepare makes the network, builds a snapshot of it and starts from that.
func (r *Result) prepare(ctx context.Context, opt Options, folder string) (g *engine.Graph, n *network, err error) {
	r.Source, err = phase(func() error {
		n, err = source(ctx, opt, folder)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(folder, "snapshot")
	r.Build, err = phase(func() error {
		return engine.BuildSnapshot(ctx, path, n.edges, func() ([]byte, error) { return nil, n.err }, opt.Memory)
	})
	if err == nil {
		g, err = r.start(ctx, path)
	}
	if err == nil && n.traits != nil {
		before, start := held(), time.Now()
		g.ReplaceTraits(n.traits)
		r.TraitSeconds = time.Since(start).Seconds()
		r.TraitMiB = (held() - before) >> 20
	}
	if err == nil && g.Snapshot().Edges() == 0 {
		err = fault.Field("file", "There are no connections in it.")
	}
	return g, n, err
}

func source(ctx context.Context, opt Options, folder string) (*network, error) {
	if opt.File != "" {
		return readEdges(opt.File)
	}
	if opt.Members < 10 || opt.Edges < opt.Members || opt.Edges > opt.Members*(opt.Members-1)/8 {
		return nil, fault.Field("members", "Give --members from 10 on and --edges from one a member to a quarter of all there could be, or an edge list with --file.")
	}
	return made(ctx, opt, folder)
}

// phase measures a part of the preparation.
func phase(do func() error) (Phase, error) {
	debug.FreeOSMemory()
	forgetPeak()
	start := time.Now()
	err := do()
	return Phase{Seconds: time.Since(start).Seconds(), PeakMiB: peak() >> 20}, err
}

// held is what the process's heap holds after everything unused is gone.
func held() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// start starts from the snapshot, the median of three, and checks it.
func (r *Result) start(ctx context.Context, path string) (g *engine.Graph, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	forgetPeak()
	before := held()
	var times []float64
	for range 3 {
		start := time.Now()
		if g, _, err = engine.Open(path); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start).Seconds())
	}
	slices.Sort(times)
	start := time.Now()
	if err := g.Verify(ctx); err != nil {
		return nil, err
	}
	heap := held() - before
	r.StartSeconds, r.VerifySeconds = times[1], time.Since(start).Seconds()
	r.SnapshotMiB, r.HeapMiB = info.Size()>>20, heap>>20
	r.BytesPerConnection = float64(info.Size()+heap) / float64(max(1, g.Snapshot().Edges()))
	return g, nil
}

// WriteText writes a table with the targets beside the figures.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	name := r.File
	if name == "" {
		name = fmt.Sprintf("made up with seed %d", r.Seed)
	}
	fmt.Fprintf(&b, "%d members, %d connections, %s; %d cores, %s\n", r.Members, r.Connections, name, r.Cores, r.Go)
	fmt.Fprintf(&b, "network made or read in %.1f s, at most %d MiB held; snapshot built from it in %.1f s, at most %d MiB\n",
		r.Source.Seconds, r.Source.PeakMiB, r.Build.Seconds, r.Build.PeakMiB)
	fmt.Fprintf(&b, "%.2f bytes a connection, everything: %d MiB mapped, %d MiB beside; started in %.0f ms, all checked after %.1f s; the process held at most %d MiB\n",
		r.BytesPerConnection, r.SnapshotMiB, r.HeapMiB, 1000*r.StartSeconds, r.VerifySeconds, r.PeakMiB)
	if r.TraitMiB > 0 {
		fmt.Fprintf(&b, "employer, school and place of everybody given in %.1f s: %d MiB more\n", r.TraitSeconds, r.TraitMiB)
	}
	b.WriteByte('\n')
	fmt.Fprintf(&b, "µs, p50 / p99                                         target            CPU, quiet        CPU, 100 changes/s   wall, quiet      allocs\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%-46s %s  %8s/%-8s %9s/%-9s %9s/%-9s %9s/%-9s %5.1f\n", row.Query, row.Viewer, target(row.Target50), target(row.Target99),
			micros(row.CPU50), micros(row.CPU99), micros(row.Busy50), micros(row.Busy99), micros(row.P50), micros(row.P99), row.Allocs)
	}
	for _, t := range r.Throughput {
		fmt.Fprintf(&b, "%-46s %s  %.0f a second, all cores together\n", t.Query, t.Viewer, t.PerSecond)
	}
	for _, c := range r.Recall {
		fmt.Fprintf(&b, "suggestions with %2.0f %% of the work find %2.0f %% of the best 20 (W, mean of %d viewers)\n", 100*c.Part, 100*c.Found, c.Viewers)
	}
	r.writeAgainst(&b)
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
