package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
	engine "guildhall/internal/graph"
)

// Against is one kind of question put to a database and to the engine. Times are
// microseconds of one question; means are of the round with the middle ratio.
type Against struct {
	Database   string   `json:"database"`
	Query      string   `json:"query"`
	Viewer     string   `json:"viewer"`
	Form       string   `json:"form"`   // the quickest of those tried
	P50        float64  `json:"p50_us"` // the database's, by the clock on the wall
	P99        float64  `json:"p99_us"`
	Mean       float64  `json:"mean_us"`
	CPUMean    float64  `json:"cpu_mean_us"` // what its thread or process had of a core
	EngineP50  float64  `json:"engine_p50_us"`
	EngineMean float64  `json:"engine_mean_us"`
	EngineCPU  float64  `json:"engine_cpu_mean_us"`
	Ratio      float64  `json:"ratio"`     // of the means of CPU time
	RatioP50   float64  `json:"ratio_p50"` // of the middles, by the clock on the wall
	RatioWall  float64  `json:"ratio_wall"`
	Target     *float64 `json:"target_ratio"`
	Questions  int      `json:"questions"`
	TooLong    int      `json:"too_long"` // given up, and counted with the time they had
	Tried      []Tried  `json:"tried"`
}

// Tried is a form of a question with the CPU time it took for a few questions, the
// same ones as the other forms; fewer when it was much slower.
type Tried struct {
	Form      string  `json:"form"`
	CPUMean   float64 `json:"cpu_mean_us"`
	Questions int     `json:"questions"`
}

// Loaded is what it took to bring the graph into a database.
type Loaded struct {
	Database           string  `json:"database"`
	Version            string  `json:"version"`
	Seconds            float64 `json:"seconds"`
	BytesPerConnection float64 `json:"bytes_per_connection"`
}

// rival is a database that holds the same graph, in tables made for reading it:
// edges (a, b), every connection both ways, ordered; and weights (id, weight,
// count), Adamic and Adar's weight in Units and the number of connections.
type rival interface {
	load(ctx context.Context, d data) error
	about(ctx context.Context) (version string, bytes int64, err error)
	forms(query string) []form
	cpu() time.Duration // what its answers have had of a core so far
	close() error
}

// form is one way to put a question to a database. The answer is as that of
// contest.answer; errTooLong when a statement was given up after questionLimit.
type form struct {
	name string
	ask  func(ctx context.Context, t topic) ([]int64, error)
}

var errTooLong = errors.New("the database takes too long")

var databases = map[string]func(ctx context.Context, in string, edges int) (rival, error){
	"sqlite":   openSQLite,
	"postgres": openPostgres,
}

// checkAgainst finds out what cannot be before anything is measured.
func checkAgainst(names []string) error {
	for i, name := range names {
		if databases[name] == nil || slices.Contains(names[:i], name) {
			return fault.Field("against", "--against takes sqlite, postgres, or both with a comma.")
		}
		if name == "postgres" {
			if _, err := postgresBin(); err != nil {
				return err
			}
		}
	}
	return nil
}

// against asks a database and the engine the same questions. A different answer is
// an error.
func (b *bench) against(ctx context.Context, name string, r *Result) (err error) {
	v := b.g.Snapshot()
	db, err := databases[name](ctx, b.opt.In, v.Edges())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, db.close()) }()
	start := time.Now()
	if err := db.load(ctx, gatherData(v)); err != nil {
		return fmt.Errorf("%s: load: %w", name, err)
	}
	took := time.Since(start).Seconds()
	runtime.GC() // what was gathered for it
	version, bytes, err := db.about(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.Loaded = append(r.Loaded, Loaded{name, version, took, float64(bytes) / float64(v.Edges())})
	for _, c := range contests {
		for _, viewer := range both {
			m := match{contest: c, b: b, v: v, db: db, viewer: viewer}
			row, err := m.play(ctx)
			if err != nil {
				return fmt.Errorf("%s: %s %s: %w", name, c.query, viewer, err)
			}
			row.Database, row.Target = name, positive(c.targets[name])
			r.Against = append(r.Against, row)
		}
	}
	return nil
}

const (
	questionLimit = 20 * time.Second
	rounds        = 3
	fewest        = 50 // questions a round
	most          = 1000
	tryouts       = 40 // questions that forms are compared with
	fewTryouts    = 10 // at least so many
	longTryouts   = 10 * time.Second
)

// match measures one row.
type match struct {
	contest
	b      *bench
	v      *engine.View
	db     rival
	viewer string
}

// play finds the quickest form and asks in rounds.
func (m match) play(ctx context.Context) (Against, error) {
	runtime.LockOSThread() // CPU time is the thread's
	defer runtime.UnlockOSThread()
	best, mean, tried, err := m.quickest(ctx)
	if err != nil {
		return Against{}, err
	}
	n := min(max(int(m.b.opt.Each/rounds/mean), fewest), most)
	var played []Against
	var ours, theirs []time.Duration
	for range rounds {
		row, us, them, err := m.round(ctx, best, n)
		if err != nil {
			return Against{}, err
		}
		played, ours, theirs = append(played, row), append(ours, us...), append(theirs, them...)
	}
	slices.SortFunc(played, func(x, y Against) int { return cmp.Compare(x.Ratio, y.Ratio) })
	row := played[rounds/2]
	row.Query, row.Viewer, row.Form, row.Tried, row.Questions = m.query, m.viewer, best.name, tried, len(theirs)
	row.TooLong = 0
	for _, p := range played {
		row.TooLong += p.TooLong
	}
	row.EngineP50, _ = spreadOf(ours)
	row.P50, row.P99 = spreadOf(theirs)
	row.RatioP50 = row.P50 / row.EngineP50
	return row, nil
}

// quickest puts the same few questions in every form, one form after the other, so
// that all have the same company on the machine. One that has taken three times as
// much as another after some questions gets no more. It returns the form that took
// the least of a core, and what a question took it by the wall.
func (m match) quickest(ctx context.Context) (best form, mean time.Duration, tried []Tried, err error) {
	topics := m.draws(tryouts)
	answers, _, _ := m.engine(topics)
	var all []*trial
	for _, f := range m.db.forms(m.query) {
		if _, _, err := m.rival(ctx, f, topics[:1], answers); err != nil { // parses, plans and reads
			return best, 0, nil, err
		}
		all = append(all, &trial{form: f})
	}
	in, start := slices.Clone(all), time.Now()
	for i := 0; i < tryouts && (i < fewTryouts || time.Since(start) < longTryouts); i++ {
		for _, t := range in {
			cpu := m.db.cpu()
			wall, _, err := m.rival(ctx, t.form, topics[i:i+1], answers[i:])
			if err != nil {
				return best, 0, nil, err
			}
			t.cpu, t.wall, t.asked = t.cpu+m.db.cpu()-cpu, t.wall+wall[0], t.asked+1
		}
		slices.SortFunc(in, func(t, o *trial) int { return cmp.Compare(t.cpu, o.cpu) })
		in = slices.DeleteFunc(in, func(t *trial) bool { return i >= fewTryouts && t.cpu > 3*in[0].cpu })
	}
	for _, t := range all {
		tried = append(tried, Tried{t.name, micro(t.cpu) / float64(t.asked), t.asked})
	}
	return in[0].form, max(1, in[0].wall/time.Duration(in[0].asked)), tried, nil
}

// trial is what a form took.
type trial struct {
	form
	cpu, wall time.Duration
	asked     int
}

// round asks the engine and then the database the same n questions. What comes
// before, other questions for the engine, brings it back to the caches that the
// database has just used.
func (m match) round(ctx context.Context, f form, n int) (row Against, ours, theirs []time.Duration, err error) {
	m.engine(m.draws(drawn))
	topics := m.draws(n)
	answers, ours, cpu := m.engine(topics)
	before := m.db.cpu()
	theirs, tooLong, err := m.rival(ctx, f, topics, answers)
	row = Against{
		EngineMean: meanOf(ours), EngineCPU: micro(cpu) / float64(n),
		Mean: meanOf(theirs), CPUMean: micro(m.db.cpu()-before) / float64(n), TooLong: tooLong,
	}
	row.Ratio, row.RatioWall = row.CPUMean/row.EngineCPU, row.Mean/row.EngineMean
	return row, ours, theirs, err
}

func (m match) draws(n int) []topic {
	topics := make([]topic, n)
	for i := range topics {
		topics[i] = m.draw(m.b, m.b.viewer(m.viewer))
	}
	return topics
}

// engine asks the engine. Copying its answers is not measured.
func (m match) engine(topics []topic) (answers [][]int64, wall []time.Duration, cpu time.Duration) {
	idle := idleClock()
	for _, t := range topics {
		w, c := time.Now(), onThread()
		m.ask(m.b, m.v, t)
		cpu += max(0, onThread()-c-idle)
		wall = append(wall, max(1, time.Since(w)-2*idle))
		answers = append(answers, m.answer(m.b))
	}
	return answers, wall, cpu
}

// rival asks the database and compares.
func (m match) rival(ctx context.Context, f form, topics []topic, answers [][]int64) (wall []time.Duration, tooLong int, err error) {
	for i, t := range topics {
		start := time.Now()
		answer, err := f.ask(ctx, t)
		wall = append(wall, time.Since(start))
		switch {
		case ctx.Err() != nil:
			return wall, tooLong, ctx.Err()
		case errors.Is(err, errTooLong):
			tooLong++
		case err != nil:
			return wall, tooLong, fmt.Errorf("%s: %w", f.name, err)
		case !m.equal(m.v, answers[i], answer):
			return wall, tooLong, fmt.Errorf("%s: a different answer for viewer %d, %s: the engine says %v, the database %v",
				f.name, t.a, t.rest(), answers[i], answer)
		}
	}
	return wall, tooLong, nil
}

func meanOf(all []time.Duration) float64 {
	sum := time.Duration(0)
	for _, d := range all {
		sum += d
	}
	return micro(sum) / float64(len(all))
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// writeAgainst writes what databases took beside the engine.
func (r Result) writeAgainst(w io.Writer) {
	for _, l := range r.Loaded {
		fmt.Fprintf(w, "\n%s; loaded in %.0f s, %.0f bytes a connection\n", l.Version, l.Seconds, l.BytesPerConnection)
		fmt.Fprintf(w, "µs, mean of CPU · p50 of wall    questions   engine          database            × CPU  × wall  × p50  target       form\n")
		for _, row := range r.Against {
			if row.Database == l.Database {
				row.write(w)
			}
		}
	}
}

func (a Against) write(w io.Writer) {
	verdict := "–"
	if a.Target != nil {
		verdict = fmt.Sprintf("%.0f met", *a.Target)
		if a.Ratio < *a.Target {
			verdict = fmt.Sprintf("%.0f missed", *a.Target)
		}
	}
	fmt.Fprintf(w, "%-28s %s %10d  %6s · %-6s %8s · %-8s  %6.0f  %6.0f  %5.0f  %-11s  %s\n", a.Query, a.Viewer, a.Questions,
		micros(a.EngineCPU), micros(a.EngineP50), micros(a.CPUMean), micros(a.P50), a.Ratio, a.RatioWall, a.RatioP50, verdict, a.Form)
	var tried []string
	for _, t := range a.Tried {
		tried = append(tried, fmt.Sprintf("%s %s", t.Form, micros(t.CPUMean)))
	}
	fmt.Fprintf(w, "    tried: %s\n", strings.Join(tried, " · "))
	if a.TooLong > 0 {
		fmt.Fprintf(w, "    %d questions were given up after %s and count with that\n", a.TooLong, questionLimit)
	}
}
