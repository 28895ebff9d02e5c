package graph_test

import (
	"cmp"
	"flag"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

var long = flag.Int("acts", 0, "make so many acts on engine and twin, however long it takes")

// twins are the engine and the plain one, made to do the same.
type twins struct {
	t      tb
	r      *rand.Rand
	people int64
	fast   *graph.Graph
	plain  *plain.Graph

	blocked [][2]int64 // ever
}

func newTwins(t tb, seed uint64, people int64, edges [][2]int64) *twins {
	w := &twins{t: t, r: rand.New(rand.NewPCG(seed, seed)), people: people, fast: graph.Build(seq(edges)), plain: plain.Build(seq(edges))}
	w.fast.CacheSets([]int{0, 20_000, 1 << 20}[seed%3]) // none, a few, and all second degrees
	return w
}

// member draws somebody, those with low ids most of the time: they become well
// connected. A few are strangers.
func (w *twins) member() int64 {
	id := w.r.Int64N(w.people)
	if w.r.IntN(4) > 0 {
		id = w.r.Int64N(id + 1)
	}
	if w.r.IntN(8) > 0 {
		id = w.r.Int64N(id + 1)
	}
	return id
}

// act changes both.
func (w *twins) act() {
	w.t.Helper()
	a, b := w.member(), w.member()
	switch n := w.r.IntN(1000); {
	case n == 0:
		w.fast.Remove(a)
		w.plain.Remove(a)
	case n < 8:
		w.traitAct(a)
	case n < 12:
		if peers := w.plain.Snapshot().Neighbours(a); len(peers) > 0 {
			b = peers[w.r.IntN(len(peers))]
		}
		strength := uint32(w.r.IntN(4))
		same(w.t, w.fast.SetStrength(a, b, strength), w.plain.SetStrength(a, b, strength), "SetStrength(%d, %d, %d)", a, b, strength)
	case n < 14:
		same(w.t, w.fast.Block(a, b), w.plain.Block(a, b), "Block(%d, %d)", a, b)
		w.blocked = append(w.blocked, [2]int64{b, a})
	case n < 16 && len(w.blocked) > 0:
		p := w.blocked[w.r.IntN(len(w.blocked))]
		same(w.t, w.fast.Unblock(p[0], p[1]), w.plain.Unblock(p[0], p[1]), "Unblock(%v)", p)
	case n < 400:
		if peers := w.plain.Snapshot().Neighbours(a); len(peers) > 0 {
			b = peers[w.r.IntN(len(peers))]
		}
		same(w.t, w.fast.Disconnect(a, b), w.plain.Disconnect(a, b), "Disconnect(%d, %d)", a, b)
	default:
		same(w.t, w.fast.Connect(a, b), w.plain.Connect(a, b), "Connect(%d, %d)", a, b)
	}
}

// trait draws one of a few that many have and many that a few have.
func trait(r *rand.Rand) int64 { return int64(1)<<40 + r.Int64N(1+r.Int64N(60)) }

// traitAct gives or takes a trait; twice as often gives. Seldom all are replaced.
func (w *twins) traitAct(a int64) {
	w.t.Helper()
	t := trait(w.r)
	switch w.r.IntN(60) {
	case 0:
		var all [][2]int64
		for range w.r.IntN(3000) {
			all = append(all, [2]int64{w.member(), trait(w.r)})
		}
		w.fast.ReplaceTraits(seq(all))
		w.plain.ReplaceTraits(seq(all))
	case 1:
		edges := random(w.r.Uint64(), w.people, min(30_000, 8*int(w.people)))
		w.fast.Replace(seq(edges))
		w.plain.Replace(seq(edges))
	default:
		if w.r.IntN(3) == 0 {
			if has := w.plain.Snapshot().Traits(a); len(has) > 0 {
				t = has[w.r.IntN(len(has))]
			}
			same(w.t, w.fast.DropTrait(a, t), w.plain.DropTrait(a, t), "DropTrait(%d, %d)", a, t)
			return
		}
		same(w.t, w.fast.AddTrait(a, t), w.plain.AddTrait(a, t), "AddTrait(%d, %d)", a, t)
	}
}

// ask compares one answer of the two.
func (w *twins) ask() { compareOne(w.t, w.r, w.fast.Snapshot(), w.plain.Snapshot(), w.member) }

func compareOne(t tb, r *rand.Rand, f *graph.View, p *plain.View, member func() int64) {
	t.Helper()
	a, b := member(), member()
	k := r.IntN(30)
	weigh := weights[[]string{"", "by id"}[r.IntN(2)]]
	var hidden func(int64) bool
	if r.IntN(2) == 0 {
		hidden = func(id int64) bool { return id%5 == 1 }
	}
	switch r.IntN(18) {
	case 0:
		others := make([]int64, r.IntN(200))
		for i := range others {
			others[i] = member()
		}
		same(t, f.Degrees(a, others), p.Degrees(a, others), "Degrees(%d, %v)", a, others)
	case 1:
		same(t, f.Degree(a, b), p.Degree(a, b), "Degree(%d, %d)", a, b)
		same(t, f.Connected(a, b), p.Connected(a, b), "Connected(%d, %d)", a, b)
	case 2:
		limit := r.IntN(6)
		same(t, f.Distance(a, b, limit), p.Distance(a, b, limit), "Distance(%d, %d, %d)", a, b, limit)
	case 3:
		same(t, f.MutualCount(a, b), p.MutualCount(a, b), "MutualCount(%d, %d)", a, b)
	case 4:
		_, all := f.AppendMutuals(nil, a, b, k, weigh)
		same(t, all, p.MutualCount(a, b), "AppendMutuals(%d, %d), how many", a, b)
		same(t, f.Mutuals(a, b, k, weigh), p.Mutuals(a, b, k, weigh), "Mutuals(%d, %d, %d)", a, b, k)
	case 5:
		same(t, f.Path(a, b, k%5, hidden), p.Path(a, b, k%5, hidden), "Path(%d, %d, %d, hidden: %t)", a, b, k%5, hidden != nil)
	case 6:
		k = 1 + k%9
		same(t, f.Paths(a, b, 4, k, hidden, weigh), p.Paths(a, b, 4, k, hidden, weigh), "Paths(%d, %d, 4, %d, hidden: %t)", a, b, k, hidden != nil)
	case 7:
		same(t, f.SecondCount(a), p.SecondCount(a), "SecondCount(%d)", a)
	case 8:
		same(t, f.Gain(a, b), p.Gain(a, b), "Gain(%d, %d)", a, b)
	case 9, 10:
		same(t, f.Nearest(a, k, weigh), p.Nearest(a, k, weigh), "Nearest(%d, %d)", a, k)
	case 11:
		same(t, f.Neighbours(a), p.Neighbours(a), "Neighbours(%d)", a)
	case 12:
		first, second, third := f.Reach(a)
		want1, want2, want3 := p.Reach(a)
		same(t, [3]int{first, second, third}, [3]int{want1, want2, want3}, "Reach(%d)", a)
	case 13:
		same(t, f.Count(a), p.Count(a), "Count(%d)", a)
		same(t, f.Edges(), p.Edges(), "Edges()")
		same(t, f.Members(), p.Members(), "Members()")
	case 16:
		same(t, f.Strength(a, b), p.Strength(a, b), "Strength(%d, %d)", a, b)
		same(t, slices.Contains(f.Strong(a), b), p.Strength(a, b) > 0, "Strong(%d) has %d", a, b)
		same(t, f.Blocked(a, b), p.Blocked(a, b), "Blocked(%d, %d)", a, b)
		same(t, f.StrongestPaths(a, b, 3, 1+k%9, hidden), p.StrongestPaths(a, b, 3, 1+k%9, hidden), "StrongestPaths(%d, %d, %d, hidden: %t)", a, b, 1+k%9, hidden != nil)
	case 14:
		compareTraits(t, r, f, p, a)
		compareCensus(t, r, f, p, a, b)
	case 15:
		ask := graph.Ask{K: k, Weigh: weigh}
		got, _ := f.AppendSuggestions(nil, a, withTraits(ask, f.Rarity))
		same(t, got, p.Suggestions(a, withTraits(ask, p.Rarity)), "suggestions for %d, %d", a, k)
	case 17:
		ask := graph.Ask{K: k, Weigh: weigh, Skip: hidden, Third: r.IntN(1+r.IntN(20_000)) - 1}
		got, work := f.AppendSuggestions(nil, a, withTraits(ask, f.Rarity))
		same(t, got, p.Suggestions(a, withTraits(ask, p.Rarity)), "suggestions for %d, %d, %d more looked at", a, k, ask.Third)
		if ask.Third > 0 && work.Third > ask.Third || work.Third > work.OfThird {
			t.Fatalf("suggestions for %d: %+v of a budget of %d", a, work, ask.Third)
		}
	}
}

// withTraits makes two traits of three count by their rarity.
func withTraits(ask graph.Ask, rarity graph.Weigh) graph.Ask {
	ask.Trait = func(trait int64) uint64 { return rarity(trait) * uint64(trait%3) }
	return ask
}

func compareTraits(t tb, r *rand.Rand, f *graph.View, p *plain.View, a int64) {
	t.Helper()
	same(t, f.Traits(a), p.Traits(a), "Traits(%d)", a)
	some := make([]int64, 1+r.IntN(3))
	for i := range some {
		some[i] = trait(r)
	}
	same(t, f.Holders(some[0]), p.Holders(some[0]), "Holders(%d)", some[0])
	same(t, f.Rarity(some[0]), p.Rarity(some[0]), "Rarity(%d)", some[0])
	degree := graph.Degree(r.IntN(5))
	same(t, f.Having(a, degree, some...), p.Having(a, degree, some...), "Having(%d, %v, %v)", a, degree, some)
}

// counted is the census by the twin's answers: of some members one by one.
func counted(p *plain.View, members, apart []int64, least int, keep func(int64) bool) []graph.Counted {
	counts := map[int64]int{}
	for _, m := range members {
		if !slices.Contains(apart, m) {
			for _, trait := range p.Traits(m) {
				counts[trait]++
			}
		}
	}
	var out []graph.Counted
	for trait, n := range counts {
		if n >= least && keep(trait) {
			out = append(out, graph.Counted{Trait: trait, Members: n})
		}
	}
	slices.SortFunc(out, func(a, b graph.Counted) int {
		return cmp.Or(cmp.Compare(b.Members, a.Members), cmp.Compare(a.Trait, b.Trait))
	})
	return out
}

func compareCensus(t tb, r *rand.Rand, f *graph.View, p *plain.View, a, b int64) {
	t.Helper()
	odd := func(trait int64) bool { return trait%2 != 0 }
	var apart []int64
	if peers := p.Neighbours(b); len(peers) > 0 {
		apart = []int64{peers[r.IntN(len(peers))]}
	}
	least := 1 + r.IntN(3)
	same(t, f.Census(a, least, odd, apart), counted(p, p.Neighbours(a), apart, least, odd), "Census(%d, %d)", a, least)
	var fresh []int64
	if a != b && !p.Connected(a, b) && (len(p.Neighbours(b)) > 0 || len(p.Traits(b)) > 0) {
		near := []int64{a}
		for m := range p.Within(a, 2) {
			near = append(near, m)
		}
		for _, m := range append(p.Neighbours(b), b) {
			if !slices.Contains(near, m) {
				fresh = append(fresh, m)
			}
		}
	}
	same(t, f.GainCensus(a, b, least, odd, apart), counted(p, fresh, apart, least, odd), "GainCensus(%d, %d, %d)", a, b, least)
	some := trait(r)
	same(t, f.Holds(a, some), slices.Contains(p.Traits(a), some), "Holds(%d, %d)", a, some)
}

// reopen goes on with the engine as it is read back from its snapshot.
func (w *twins) reopen(t testing.TB) {
	t.Helper()
	g, _, err := opened(t, written(t, w.fast.Snapshot(), ""))
	if err != nil {
		t.Fatal(err)
	}
	g.CacheSets(20_000)
	w.fast = g
}

// Acts by the hundred thousand on a graph with several segments, most of whose
// lists are merged many times, with questions between them, old snapshots asked
// again, the engine started anew from a file at times, and somebody who reads all
// the while: engine and twin never differ. As many as fit in two seconds; -acts says
// a number instead.
func TestTwins(t *testing.T) {
	const people = 4000
	w := newTwins(t, 17, people, random(17, people, 30_000))
	var now atomic.Pointer[graph.Graph]
	now.Store(w.fast)
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for r := rand.New(rand.NewPCG(1, 17)); ; {
			select {
			case <-done:
				return
			default:
				agrees(t, now.Load().Snapshot(), people, r.Int64N(people), r.Int64N(people))
			}
		}
	})
	defer func() {
		close(done)
		reader.Wait()
	}()
	type moment struct {
		f *graph.View
		p *plain.View
	}
	var kept []moment
	for n, start := 0, time.Now(); *long > 0 && n < *long || *long == 0 && time.Since(start) < 2*time.Second; n++ {
		w.act()
		if n%5 == 0 {
			w.ask()
		}
		if n%20_000 == 10_000 {
			w.reopen(t)
			now.Store(w.fast)
		}
		if n%1000 == 0 {
			kept = append(kept, moment{w.fast.Snapshot(), w.plain.Snapshot()})
			kept = kept[max(0, len(kept)-20):]
			old := kept[w.r.IntN(len(kept))]
			compareOne(t, w.r, old.f, old.p, w.member)
		}
	}
	same(t, slices.Collect(pairs(w.fast.Snapshot().All())), slices.Collect(pairs(w.plain.Snapshot().All())), "All()")
}

func pairs(edges func(func(int64, int64) bool)) func(func([2]int64) bool) {
	return func(yield func([2]int64) bool) {
		edges(func(a, b int64) bool { return yield([2]int64{a, b}) })
	}
}

// A hub, a graph of several pages, and lists of very different lengths.
func TestTwinsOnLargeGraphs(t *testing.T) {
	for _, c := range []struct {
		name   string
		people int64
		edges  [][2]int64
	}{
		{"a star beside a ring", 300_000, starAndRing(300_000)},
		{"dense", 1500, random(5, 1500, 120_000)},
		{"thin", 60_000, random(6, 60_000, 40_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTwins(t, 3, c.people, c.edges)
			for range 150 {
				w.ask()
				w.act()
			}
		})
	}
}

// starAndRing connects 0 to every third member, and everybody to the next two.
func starAndRing(people int64) (edges [][2]int64) {
	for id := range people {
		edges = append(edges, [2]int64{id, (id + 1) % people}, [2]int64{id, (id + 2) % people})
		if id%3 == 0 {
			edges = append(edges, [2]int64{0, id})
		}
	}
	return edges
}

// FuzzTwins takes the graph's shape and the acts from a seed, so that what is
// found can be run again.
func FuzzTwins(f *testing.F) {
	f.Add(uint64(1), uint16(40), uint16(100))
	f.Add(uint64(2), uint16(2000), uint16(5000))
	f.Fuzz(func(t *testing.T, seed uint64, people, edges uint16) {
		n := 2 + int64(people)%3000
		w := newTwins(t, seed, n, random(seed, n, int(edges)%20_000))
		for i := range 300 {
			w.act()
			w.ask()
			if i == 150 {
				w.reopen(t)
			}
		}
	})
}

// What pages ask most allocates nothing once a server has been running, for
// whoever gives the memory for the answer.
func TestNothingAllocated(t *testing.T) {
	g := graph.Build(seq(random(9, 3000, 60_000)))
	v := g.Snapshot()
	g.CacheSets(1 << 20)
	g.ReplaceTraits(func(yield func(int64, int64) bool) {
		for id := range int64(3000) {
			if !yield(id, id%70) || !yield(id, 100+id%3) {
				return
			}
		}
	})
	cached := g.Snapshot()
	thin := graph.Build(seq(random(9, 6000, 40_000))).Snapshot() // hardly a triangle
	others := make([]int64, 100)
	for i := range others {
		others[i] = int64(i * 29)
	}
	var (
		ids     = make([]int64, 0, 4000)
		degrees = make([]graph.Degree, 0, 100)
		near    = make([]graph.Candidate, 0, 100)
		few     = []int64{7, 101}
		rarity  = cached.Rarity
	)
	for name, ask := range map[string]func(){
		"Degree":              func() { v.Degree(2900, 2800) },
		"AppendDegrees":       func() { degrees = v.AppendDegrees(degrees[:0], 2900, others) },
		"MutualCount":         func() { v.MutualCount(3, 2500) },
		"AppendDegrees, kept": func() { degrees = cached.AppendDegrees(degrees[:0], 2900, others) },
		"SecondCount, kept":   func() { cached.SecondCount(2900) },
		"AppendHaving":        func() { ids = cached.AppendHaving(ids[:0], 40, graph.Third, few) },
		"AppendHaving, kept":  func() { ids = cached.AppendHaving(ids[:0], 2900, graph.Second, few) },
		"AppendSuggestions":   func() { near, _ = cached.AppendSuggestions(near[:0], 2900, graph.Ask{K: 20, Trait: rarity}) },
		"a third step":        func() { near, _ = thin.AppendSuggestions(near[:0], 2900, graph.Ask{K: 20, Trait: rarity, Third: 500}) },
		"Gain, kept":          func() { cached.Gain(2900, 1) },
		"AppendMutuals":       func() { ids, _ = v.AppendMutuals(ids[:0], 3, 50, 10, nil) },
		"AppendPath":          func() { ids = v.AppendPath(ids[:0], 2900, 2999, 0, nil) },
		"SecondCount":         func() { v.SecondCount(2900) },
		"Gain":                func() { v.Gain(2900, 1) },
		"Reach":               func() { v.Reach(2900) },
		"AppendNearest":       func() { near = v.AppendNearest(near[:0], 2900, 20, nil) },
		"Count":               func() { v.Count(4) },
	} {
		t.Run(name, func(t *testing.T) {
			if n := testing.AllocsPerRun(50, ask); n != 0 {
				t.Errorf("%s allocates %v times", name, n)
			}
		})
	}
}

// Changes that fill a patch many times over leave each segment as it should be,
// also for members whose lists are longer than all others together.
func TestMergesKeepLists(t *testing.T) {
	g, p := graph.New(), plain.New()
	for i := range int64(6000) {
		for _, e := range [][2]int64{{0, i}, {i, i * 7 % 6000}, {i % 40, i}} {
			same(t, g.Connect(e[0], e[1]), p.Connect(e[0], e[1]), "Connect(%v)", e)
		}
	}
	for i := int64(0); i < 6000; i += 2 {
		same(t, g.Disconnect(0, i), p.Disconnect(0, i), "Disconnect(0, %d)", i)
	}
	for id := range int64(6000) {
		same(t, g.Snapshot().Neighbours(id), p.Snapshot().Neighbours(id), "Neighbours(%d)", id)
	}
}
