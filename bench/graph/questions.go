package graph

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	engine "guildhall/internal/graph"
)

// question is one kind of thing that pages ask. prepare draws the arguments, which
// is not measured, and returns what is.
type question struct {
	name    string
	viewers []string
	small   [][2]float64 // targets up to 30 million connections, by viewer; µs
	large   [][2]float64 // above
	kept    bool         // those who ask come again, and their second degrees are kept
	prepare func(b *bench, viewer int64) func(v *engine.View)
}

// onAll are the questions that all cores are also asked together.
var onAll = []string{"degrees of 100", "people you may know, top 20"}

var both = []string{"R", "W"}

var questions = []question{
	{"degrees of 100", both, [][2]float64{{50, 250}, {}}, [][2]float64{{150, 1000}, {}}, false, degreesOf(100)},
	{"degrees of 100, second degree kept", both, [][2]float64{{10, 30}, {}}, [][2]float64{{40, 150}, {}}, true, degreesOf(100)},
	{"degrees of 1,000", both, [][2]float64{{300, 1500}, {}}, [][2]float64{{1000, 5000}, {}}, false, degreesOf(1000)},
	{"degree of one", both, nil, nil, false, func(b *bench, a int64) func(*engine.View) {
		c := b.anybody()
		return func(v *engine.View) { v.Degree(a, c) }
	}},
	{"mutual count and top 10", both, [][2]float64{{1.5, 12}, {}}, [][2]float64{{3, 30}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		c := b.second(a)
		return func(v *engine.View) {
			b.ids, _ = v.AppendMutuals(b.ids[:0], a, c, 10, nil)
		}
	}},
	{"one shortest path", both, [][2]float64{{15, 120}, {}}, [][2]float64{{100, 1000}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		c := b.anybody()
		return func(v *engine.View) { b.ids = v.AppendPath(b.ids[:0], a, c, 0, nil) }
	}},
	{"all shortest paths to 4 hops, best 10", both, [][2]float64{{200, 3000}, {}}, [][2]float64{{1000, 20000}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		c := b.anybody()
		return func(v *engine.View) { v.Paths(a, c, 4, 10, nil, nil) }
	}},
	{"people you may know, top 20", both, [][2]float64{{150, 3000}, {700, 12000}}, [][2]float64{{500, 10000}, {30000, 30000}}, false, suggestions(true)},
	{"people you may know, top 20, without traits", both, nil, nil, false, suggestions(false)},
	{"second-degree count", both, [][2]float64{{40, 800}, {180, 10000}}, [][2]float64{{150, 4000}, {}}, false, secondCount},
	{"second-degree count, kept", both, nil, nil, true, secondCount},
	{"second degree at an employer", both, [][2]float64{{60, 1000}, {}}, [][2]float64{{200, 4000}, {}}, false, having(engine.Second)},
	{"second degree at an employer, kept", both, nil, nil, true, having(engine.Second)},
	{"third degree at an employer", both, nil, nil, false, having(engine.Third)},
	{"reach to the third degree", both, [][2]float64{{5000, 5000}, {}}, [][2]float64{{20000, 20000}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		return func(v *engine.View) { v.Reach(a) }
	}},
	{"connect", both, [][2]float64{{1.5, 0}, {}}, [][2]float64{{1.5, 0}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		c := b.anybody()
		return func(*engine.View) { b.g.Connect(a, c) }
	}},
	{"disconnect", both, [][2]float64{{1.5, 0}, {}}, [][2]float64{{1.5, 0}, {}}, false, func(b *bench, a int64) func(*engine.View) {
		c := b.leave(a)
		return func(*engine.View) { b.g.Disconnect(a, c) }
	}},
}

func degreesOf(many int) func(b *bench, a int64) func(*engine.View) {
	return func(b *bench, a int64) func(*engine.View) {
		others := make([]int64, many)
		for i := range others {
			others[i] = b.anybody()
		}
		return func(v *engine.View) { b.degrees = v.AppendDegrees(b.degrees[:0], a, others) }
	}
}

// dear is how many connections suggestions may look at where a viewer's
// connections have very many: some 30 ms.
const dear = 2_000_000

// suggestions count shared traits by their rarity where the network has any.
func suggestions(traits bool) func(b *bench, a int64) func(*engine.View) {
	return func(b *bench, a int64) func(*engine.View) {
		ask := engine.Ask{K: 20, Budget: dear}
		if traits {
			ask.Trait = b.g.Snapshot().Rarity
		}
		return func(v *engine.View) {
			b.near, _ = v.AppendSuggestions(b.near[:0], a, ask)
		}
	}
}

func secondCount(_ *bench, a int64) func(*engine.View) {
	return func(v *engine.View) { v.SecondCount(a) }
}

// having asks who works where some member works.
func having(degree engine.Degree) func(b *bench, a int64) func(*engine.View) {
	return func(b *bench, a int64) func(*engine.View) {
		at := b.employer()
		return func(v *engine.View) { b.ids = v.AppendHaving(b.ids[:0], a, degree, at) }
	}
}

// bench asks questions about a graph. Answers go to memory of its own, as a page's
// go to the page's.
type bench struct {
	g         *engine.Graph
	n         *network
	r         *rand.Rand
	opt       Options
	viewers   map[string][]int64 // by kind, taken in turn
	turn      int
	among     int                      // so many of the viewers ask
	beside    map[int64]*acquaintances // of the viewers
	employers []int64                  // of some members
	ids       []int64
	near      []engine.Candidate
	degrees   []engine.Degree
	number    int // an answer that is one
}

// acquaintances are some of somebody's connections, from whom to part one by one, and a
// connection of one of them.
type acquaintances struct {
	next   []int64
	second int64
}

// mostViewers is how many of a kind are drawn, more than questions are asked in a
// row. They are drawn before anything is measured: to find them the engine is asked,
// and what it looked at must be out of the processor's memory again.
const mostViewers = 1 << 14

func newBench(g *engine.Graph, n *network, opt Options) *bench {
	b := &bench{g: g, n: n, r: rand.New(rand.NewPCG(opt.Seed, 2)), opt: opt, viewers: map[string][]int64{}, beside: map[int64]*acquaintances{}}
	b.among = mostViewers
	v := g.Snapshot()
	for range min(b.n.members, mostViewers) {
		if traits := v.Traits(b.anybody()); len(traits) > 0 {
			b.employers = append(b.employers, traits[0]) // the lowest: kinds are in the highest bits
		}
	}
	most := b.best(v)
	for _, kind := range both {
		for len(b.viewers[kind]) < mostViewers {
			if id := b.anybody(); v.Count(id) > 0 && (kind != "W" || b.r.IntN(most) < v.Count(id)) {
				b.viewers[kind] = append(b.viewers[kind], id)
				next := v.Neighbours(id)
				b.r.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
				b.beside[id] = &acquaintances{slices.Clone(next[:min(8, len(next))]), b.pick(v.Neighbours(next[0]))}
			}
		}
	}
	return b
}

// best is how many connections the best connected has, of a million members.
func (b *bench) best(v *engine.View) (most int) {
	for i := range min(b.n.members, 1_000_000) {
		most = max(most, v.Count(b.n.id(i)))
	}
	return most
}

func (b *bench) pick(ids []int64) int64 { return ids[b.r.IntN(len(ids))] }

// viewer is a member with connections: any, or the more likely, the more it has.
func (b *bench) viewer(kind string) int64 {
	b.turn++
	return b.viewers[kind][b.turn%b.among]
}

// employer is where any member works, as a trait.
func (b *bench) employer() []int64 {
	if len(b.employers) == 0 {
		return nil
	}
	at := b.r.IntN(len(b.employers))
	return b.employers[at : at+1]
}

// anybody is any member; hardly one has no connections.
func (b *bench) anybody() int64 { return b.n.id(b.r.IntN(b.n.members)) }

// leave is one of a viewer's connections, another one each time while there are any
// that were drawn.
func (b *bench) leave(a int64) int64 {
	of := b.beside[a]
	if len(of.next) > 1 {
		of.next = of.next[1:]
	}
	return of.next[0]
}

// second is somebody whom one of a viewer's connections knows, as pages show them.
func (b *bench) second(a int64) int64 { return b.beside[a].second }

// recall asks for suggestions for well-connected viewers with all of the work and
// with a part.
func (b *bench) recall(part float64) Recall {
	const viewers, best = 200, 20
	r := Recall{Part: part}
	v := b.g.Snapshot()
	for range viewers {
		a := b.viewer("W")
		all, work := v.AppendSuggestions(nil, a, engine.Ask{K: best})
		some, _ := v.AppendSuggestions(nil, a, engine.Ask{K: best, Budget: max(1, int(part*float64(work.Of)))})
		if len(all) == 0 {
			continue
		}
		found := 0
		for _, c := range some {
			if slices.ContainsFunc(all, func(o engine.Candidate) bool { return o.Member == c.Member }) {
				found++
			}
		}
		r.Viewers++
		r.Found += float64(found) / float64(len(all))
	}
	r.Found /= float64(max(1, r.Viewers))
	return r
}

const (
	mostQuestions = 5000
	drawn         = 64 // questions prepared at a time, so that drawing does not warm what is asked
)

// row measures one kind of question, quiet and under changes.
func (b *bench) row(q question, viewer string) Row {
	row := Row{Query: q.name, Viewer: viewer}
	targets := q.large
	if b.g.Snapshot().Edges() <= 30_000_000 {
		targets = q.small
	}
	if at := slices.Index(q.viewers, viewer); targets != nil {
		row.Target50, row.Target99 = positive(targets[at][0]), positive(targets[at][1])
	}
	if q.kept {
		defer b.keepSets(viewer)()
	}
	b.ask(q, viewer, b.opt.Each/10) // scratch and caches as in a server that has been running
	wall, cpu, allocs := b.ask(q, viewer, b.opt.Each)
	row.Questions, row.Allocs = len(wall), allocs
	row.P50, row.P99 = spreadOf(wall)
	row.CPU50, row.CPU99 = spreadOf(cpu)
	stop := b.changing()
	_, cpu, _ = b.ask(q, viewer, b.opt.Each)
	stop()
	row.Busy50, row.Busy99 = spreadOf(cpu)
	return row
}

// keepSets lets some viewers alone ask, often enough for their second degrees to be kept, until
// the end.
func (b *bench) keepSets(viewer string) (end func()) {
	const memory, most = 256 << 20, 500
	each := b.g.Snapshot().Members()/7 + 1000
	b.among = max(1, min(most, memory/each))
	b.g.CacheSets(2 * memory)
	for range 2 * b.among {
		b.g.Snapshot().SecondCount(b.viewer(viewer))
		a := b.viewer(viewer)
		b.turn--
		b.g.Snapshot().SecondCount(a)
	}
	return func() {
		b.g.CacheSets(0)
		b.among = mostViewers
	}
}

func positive(us float64) *float64 {
	if us == 0 {
		return nil
	}
	return &us
}

// ask asks for so long, and at most so often.
func (b *bench) ask(q question, viewer string, long time.Duration) (wall, cpu []time.Duration, allocs float64) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	idle := idleClock()
	var before, after runtime.MemStats
	total := uint64(0)
	for start := time.Now(); len(wall) < mostQuestions && (time.Since(start) < long || len(wall) < drawn); {
		asks := make([]func(*engine.View), drawn)
		for i := range asks {
			asks[i] = q.prepare(b, b.viewer(viewer))
		}
		runtime.ReadMemStats(&before)
		for _, ask := range asks {
			v := b.g.Snapshot()
			w, c := time.Now(), onThread()
			ask(v)
			cpu = append(cpu, max(0, onThread()-c-idle))
			wall = append(wall, max(0, time.Since(w)-2*idle))
		}
		runtime.ReadMemStats(&after)
		total += after.Mallocs - before.Mallocs
	}
	return wall, cpu, float64(total) / float64(len(wall))
}

// together asks on all cores for so long, and returns how many questions a second
// were answered. Drawing them is left out of each core's time.
func (b *bench) together(q question, viewer string) (perSecond float64) {
	rates := make([]float64, runtime.GOMAXPROCS(0))
	var cores sync.WaitGroup
	for i := range rates {
		cores.Go(func() {
			own := &bench{g: b.g, n: b.n, r: rand.New(rand.NewPCG(b.opt.Seed, 4+uint64(i))), opt: b.opt, viewers: b.viewers, among: b.among, beside: b.beside, employers: b.employers}
			own.turn = b.turn + i*mostViewers/len(rates)
			asked, busy := 0, time.Duration(0)
			for start := time.Now(); time.Since(start) < b.opt.Each || asked == 0; {
				asks := make([]func(*engine.View), drawn)
				for i := range asks {
					asks[i] = q.prepare(own, own.viewer(viewer))
				}
				begin := time.Now()
				for _, ask := range asks {
					ask(b.g.Snapshot())
				}
				asked, busy = asked+len(asks), busy+time.Since(begin)
			}
			rates[i] = float64(asked) / busy.Seconds()
		})
	}
	cores.Wait()
	for _, rate := range rates {
		perSecond += rate
	}
	return perSecond
}

// idleClock is what reading the clock costs itself.
func idleClock() time.Duration {
	var all []time.Duration
	for range 1000 {
		c := onThread()
		all = append(all, onThread()-c)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// changing connects and disconnects 100 times a second until stopped.
func (b *bench) changing() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	r := rand.New(rand.NewPCG(b.opt.Seed, 3))
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if a, c := b.n.id(r.IntN(b.n.members)), b.n.id(r.IntN(b.n.members)); !b.g.Connect(a, c) {
					b.g.Disconnect(a, c)
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}

// spreadOf is the middle and the 99th of a hundred, in microseconds.
func spreadOf(all []time.Duration) (p50, p99 float64) {
	slices.Sort(all)
	at := func(share float64) float64 { return float64(all[int(share*float64(len(all)-1))]) / 1000 }
	return at(0.5), at(0.99)
}
