package graph_test

import (
	"math/rand/v2"
	"testing"

	"guildhall/internal/graph"
)

// random is a graph of some thousand connections, more of them near low ids, as
// pairs; large enough to fill several segments.
func random(seed uint64, members int64, edges int) [][2]int64 {
	r := rand.New(rand.NewPCG(seed, seed))
	pairs := make([][2]int64, edges)
	for i := range pairs {
		a := r.Int64N(members)
		pairs[i] = [2]int64{a, r.Int64N(a + 1)}
	}
	return pairs
}

// laws that hold between the answers about any two members.
func laws(t *testing.T, v *graph.View, a, b int64) {
	t.Helper()
	d := v.Degree(a, b)
	same(t, v.Degree(b, a), d, "Degree(%d, %d) the other way", a, b)
	same(t, v.Degrees(a, []int64{b}), []graph.Degree{d}, "Degrees(%d, %d)", a, b)
	distance := v.Distance(a, b, 0)
	same(t, v.Distance(b, a, 0), distance, "Distance(%d, %d) the other way", a, b)
	same(t, v.Connected(a, b), d == graph.First, "Connected(%d, %d)", a, b)
	mutual := v.MutualCount(a, b)
	same(t, v.MutualCount(b, a), mutual, "MutualCount(%d, %d) the other way", a, b)
	same(t, len(v.Mutuals(a, b, 0, nil)), mutual, "Mutuals(%d, %d)", a, b)
	if (mutual > 0) != (d == graph.Second) && d > graph.First {
		t.Fatalf("%d and %d: degree %s with %d mutual connections", a, b, d, mutual)
	}
	if path := v.Path(a, b, 0, nil); len(path) != distance+1 {
		t.Fatalf("%d to %d: distance %d, path %v", a, b, distance, path)
	} else {
		walkable(t, v, path)
	}
	if distance == 2 {
		same(t, len(v.Paths(a, b, 2, 0, nil, nil)), mutual, "paths of two steps from %d to %d", a, b)
	}
	paths := v.Paths(a, b, 4, 5, nil, nil)
	same(t, len(paths) > 0, distance >= 0 && distance <= 4, "any Paths(%d, %d)", a, b)
	for _, p := range paths {
		same(t, len(p), distance+1, "length of %v", p)
		walkable(t, v, p)
	}
}

func walkable(t *testing.T, v *graph.View, path []int64) {
	t.Helper()
	for i := 1; i < len(path); i++ {
		if !v.Connected(path[i-1], path[i]) {
			t.Fatalf("path %v: no connection %d-%d", path, path[i-1], path[i])
		}
	}
}

// rings that Within, Reach, SecondCount and Nearest must agree on.
func ringLaws(t *testing.T, v *graph.View, a int64) {
	t.Helper()
	var counts [5]int
	last := graph.First
	for b, d := range v.Within(a, 3) {
		counts[d]++
		if d < last {
			t.Fatalf("Within(%d): %s after %s", a, d, last)
		}
		last = d
		if counts[d]%97 == 1 {
			same(t, v.Degree(a, b), d, "Degree(%d, %d)", a, b)
		}
	}
	first, second, third := v.Reach(a)
	same(t, [3]int{first, second, third}, [3]int(counts[1:4]), "Reach(%d)", a)
	same(t, v.SecondCount(a), second, "SecondCount(%d)", a)
	near := v.Nearest(a, 0, nil)
	same(t, len(near), second, "Nearest(%d)", a)
	for i, c := range near {
		if i%53 == 0 {
			same(t, c.Mutual, v.MutualCount(a, c.Member), "Nearest(%d): mutual with %d", a, c.Member)
		}
		if i > 0 && near[i-1].Score < c.Score {
			t.Fatalf("Nearest(%d): %+v before %+v", a, near[i-1], c)
		}
	}
}

// gainLaw connects the two and counts.
func gainLaw(t *testing.T, g *graph.Graph, a, b int64) {
	t.Helper()
	v := g.Snapshot()
	gain := v.Gain(a, b)
	isNew := g.Connect(a, b)
	first, second, _ := g.Snapshot().Reach(a)
	oldFirst, oldSecond, _ := v.Reach(a)
	same(t, gain, first+second-oldFirst-oldSecond, "Gain(%d, %d)", a, b)
	if isNew {
		g.Disconnect(a, b)
	}
}

func TestLawsOnRandomGraphs(t *testing.T) {
	for _, c := range []struct {
		members int64
		edges   int
	}{{400, 300}, {2000, 4000}, {3000, 20000}} {
		g := graph.Build(seq(random(uint64(c.edges), c.members, c.edges)))
		r := rand.New(rand.NewPCG(3, 3))
		for range 100 {
			a, b := r.Int64N(c.members), r.Int64N(c.members)
			laws(t, g.Snapshot(), a, b)
			gainLaw(t, g, a, b)
		}
		for range 10 {
			ringLaws(t, g.Snapshot(), r.Int64N(c.members))
		}
	}
}

// Built at once, or connected one by one from nothing, it is the same graph: so
// segments and the index grow rightly.
func TestGrownEqualsBuilt(t *testing.T) {
	edges := random(11, 5000, 9000)
	g := graph.New()
	for _, p := range edges {
		g.Connect(p[0], p[1])
	}
	m := newModel()
	m.replace(edges)
	checkWhole(t, g.Snapshot(), m)
	checkWhole(t, graph.Build(seq(edges)).Snapshot(), m)
	w := m.world()
	for a := int64(0); a < 5000; a += 501 {
		checkOne(t, g.Snapshot(), w, a)
	}
	for a := range m.ever {
		g.Remove(a)
	}
	same(t, g.Snapshot().Edges(), 0, "connections after everybody left")
	same(t, g.Snapshot().Members(), len(m.ever), "members remembered")
}

// A path graph of many steps: no search may depend on the length of the path.
func TestLongWay(t *testing.T) {
	const steps = 20_000
	v := graph.Build(func(yield func(int64, int64) bool) {
		for i := range int64(steps) {
			if !yield(i, i+1) {
				return
			}
		}
	}).Snapshot()
	same(t, v.Distance(0, steps, 0), steps, "Distance")
	same(t, v.Distance(0, steps, steps-1), -1, "Distance, one short")
	same(t, v.Distance(0, steps, steps), steps, "Distance, just enough")
	same(t, len(v.Path(steps, 0, 0, nil)), steps+1, "Path")
}
