// Package plain is the connection graph in its plainest form: one slice of
// connections a member, every question answered by the textbook's search with
// fresh memory. It answers all that package graph answers, and exists to be compared
// with it: graph's tests and the benchmarks use it, the program never does.
package plain

import (
	"iter"
	"sync"
	"sync/atomic"
)

// Graph holds the current View and lets it be replaced, one change at a time.
// Make one with New or Build. All methods may be called from any goroutine.
type Graph struct {
	mu   sync.Mutex // held by whoever makes the next View
	view atomic.Pointer[View]
}

// New returns a graph without connections.
func New() *Graph { return Build(func(func(int64, int64) bool) {}) }

// Build returns a graph of the given edges, in either direction and any order;
// duplicates and edges from a member to itself are ignored. It takes
// O(n + m log m) time and, while it runs, 8 bytes an edge given.
func Build(edges iter.Seq2[int64, int64]) *Graph {
	g := &Graph{}
	g.view.Store(build(edges))
	return g
}

// Replace makes the given edges the graph's connections, as Build does, except those
// between members who are blocked. Traits, blocks, and strengths of ties that are
// still there, stay. Readers keep the View they have. Other changes wait until the
// edges have been read, so that one made meanwhile is applied on top and not
// lost; the sequence must therefore not change this graph itself.
func (g *Graph) Replace(edges iter.Seq2[int64, int64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	e := build(func(yield func(int64, int64) bool) {
		for a, b := range edges {
			if !old.Blocked(a, b) && !yield(a, b) {
				return
			}
		}
	}).edit()
	e.view.traits, e.view.blocks, e.view.strengths = old.traits, old.blocks, old.strengths
	for a, has := range old.traits {
		if len(has) > 0 {
			e.ordinal(a)
		}
	}
	for p := range old.blocks {
		e.ordinal(p[0])
		e.ordinal(p[1])
	}
	e.endStrengths()
	g.view.Store(e.view)
}

// Snapshot returns the graph as it is now. It takes no lock.
func (g *Graph) Snapshot() *View { return g.view.Load() }

// Connect adds the connection between a and b and reports whether it is new.
// A member cannot be connected to itself: that changes nothing. O(d(a) + d(b)),
// two segments and the table of segments (n/segmentSize pointers) are copied.
func (g *Graph) Connect(a, b int64) (changed bool) {
	if a == b {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	if old.Connected(a, b) || old.Blocked(a, b) {
		return false
	}
	e := old.edit()
	x, y := e.ordinal(a), e.ordinal(b)
	e.link(x, y)
	e.link(y, x)
	e.view.edges++
	g.view.Store(e.view)
	return true
}

// Disconnect takes away the connection between a and b and reports whether
// there was one. It costs what Connect costs.
func (g *Graph) Disconnect(a, b int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	if !old.Connected(a, b) {
		return false
	}
	e := old.edit()
	x, y := e.ordinal(a), e.ordinal(b)
	e.unlink(x, y)
	e.unlink(y, x)
	e.view.edges--
	e.setStrength(a, b, 0)
	g.view.Store(e.view)
	return true
}

// Remove takes away all of a's connections and traits in one change: no View shows
// a part of them gone. O(d2(a)), and the segments of all of a's connections are copied.
func (g *Graph) Remove(a int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	x, ok := old.ordinal(a)
	if !ok {
		return
	}
	e := old.edit()
	e.view.traits = e.view.traits.with(a, nil)
	for _, y := range old.adjacent(x) {
		e.unlink(y, x)
	}
	e.set(x, nil)
	e.view.edges -= len(old.adjacent(x))
	e.endStrengths()
	g.view.Store(e.view)
}
