package graph_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"guildhall/internal/graph"
)

// reading runs check on fresh snapshots in several goroutines until stop, at
// least once each after write has returned.
func reading(t *testing.T, g *graph.Graph, write func(), look func(*graph.View, *rand.Rand)) {
	t.Helper()
	var readers sync.WaitGroup
	done := make(chan struct{})
	for i := range 3 {
		readers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			for last := false; !last; {
				select {
				case <-done:
					last = true
				default:
				}
				look(g.Snapshot(), r)
			}
		})
	}
	write()
	close(done)
	readers.Wait()
}

// Any snapshot taken while others write is a graph: it agrees with itself
// wherever one looks, and says the same the second time.
func TestReadersSeeWholeGraphs(t *testing.T) {
	g := graph.New()
	const people = 700
	write := func() {
		r := rand.New(rand.NewPCG(7, 7))
		for range 4000 {
			a, b := r.Int64N(people), r.Int64N(people)
			switch r.IntN(10) {
			case 0:
				g.Remove(a)
			case 1, 2:
				g.Disconnect(a, b)
			default:
				g.Connect(a, b)
			}
		}
	}
	reading(t, g, write, func(v *graph.View, r *rand.Rand) {
		agrees(t, v, people, r.Int64N(people), r.Int64N(people))
	})
	m := newModel()
	for a, b := range g.Snapshot().All() {
		m.connect(a, b)
	}
	same(t, g.Snapshot().Edges(), len(m.edges), "Edges after all is done")
}

func agrees(t *testing.T, v *graph.View, people, a, b int64) {
	ends := 0
	for id := range people {
		ends += v.Count(id)
	}
	if ends != 2*v.Edges() {
		t.Errorf("%d ends of %d connections", ends, v.Edges())
	}
	for _, x := range v.Neighbours(a) {
		if !v.Connected(x, a) || v.Degree(x, a) != graph.First {
			t.Errorf("%d has %d as a neighbour, but not the other way", a, x)
		}
	}
	d := v.Degree(a, b)
	if d != v.Degree(b, a) || d != v.Degrees(a, []int64{b})[0] {
		t.Errorf("Degree(%d, %d) disagrees with itself", a, b)
	}
	if path := v.Path(a, b, 3, nil); d != graph.Far && len(path) != int(d)+1 {
		t.Errorf("degree %s, path %v", d, path)
	}
}

// Replace and Remove happen at once or not at all.
func TestChangesAreSeenWhole(t *testing.T) {
	star := picture("1-2 1-3 1-4 1-5 1-6 1-7 1-8 1-9")
	ring := picture("1-2 2-3 3-4 4-5 5-1")
	g := graph.Build(seq(ring))
	write := func() {
		for range 500 {
			g.Replace(seq(star))
			g.Remove(1)
			g.Replace(seq(ring))
		}
	}
	reading(t, g, write, func(v *graph.View, _ *rand.Rand) {
		switch n := v.Count(1); {
		case n == 8 && v.Edges() == 8 && v.Members() == 9:
		case n == 0 && v.Edges() == 0 && v.Members() == 9 && v.Count(9) == 0:
		case n == 2 && v.Edges() == 5 && v.Members() == 5:
		default:
			t.Errorf("neither star nor ring nor nothing: %d of %d", n, v.Edges())
		}
	})
}

// A connection made while Replace reads its edges is applied on top of them.
func TestReplaceLosesNoChange(t *testing.T) {
	g := graph.New()
	connected := make(chan bool)
	g.Replace(func(yield func(int64, int64) bool) {
		go func() { connected <- g.Connect(1, 2) }()
		for i := range int64(1000) {
			runtime.Gosched()
			if !yield(i+10, i+11) {
				return
			}
		}
	})
	if !<-connected || !g.Snapshot().Connected(1, 2) {
		t.Error("the connection made meanwhile is lost")
	}
	same(t, g.Snapshot().Edges(), 1001, "Edges()")
}

// If reading the edges fails half-way, the graph is as it was and usable.
func TestReplaceThatFails(t *testing.T) {
	g := graph.Build(seq(picture("1-2")))
	func() {
		defer func() { _ = recover() }()
		g.Replace(func(yield func(int64, int64) bool) {
			yield(3, 4)
			panic("no more rows")
		})
	}()
	if !g.Connect(2, 3) || g.Snapshot().Degree(1, 3) != graph.Second || g.Snapshot().Connected(3, 4) {
		t.Error("a failed Replace has left its mark")
	}
}
