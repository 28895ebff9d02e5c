// Package graph is the connection graph in memory: who is how many steps from
// whom, through whom, and whom they might know. It owns an index of undirected
// edges between members' ids and nothing else; it does not know where the edges
// come from, who may see an answer, or what a member is. It uses the standard
// library alone, no clock, log or network, and of files only a snapshot to start
// from.
//
// Changes go through a Graph, one at a time. Reading goes through a View, an
// immutable snapshot: taking one is a pointer load, it may be kept as long as
// one likes, shared between goroutines, and never changes. A change copies the
// lists it touches and publishes a new View that shares all the rest.
//
// The costs given use n for the members in the graph, m for the connections,
// d(a) for the number of a's connections, and d2(a) for the sum of d over a's
// connections, which bounds the work of looking two steps out. Finding a
// member's place by id is O(1) and included.
//
// The layout, its alternatives and measured costs are in doc/design/graph.md.
package graph

import (
	"iter"
	"sync"
	"sync/atomic"
)

// Degree is how near two members are: the length of the shortest path between
// them up to three. Smaller is nearer, so degrees may be compared with <.
type Degree uint8

// The degrees. Far is everybody whom no path of three connections or fewer
// reaches, members without connections included.
const (
	Self Degree = iota
	First
	Second
	Third
	Far
)

// String is the degree as it stands beside a name; Far is the empty string,
// because nothing is written there.
func (d Degree) String() string {
	switch d {
	case Self:
		return "you"
	case First:
		return "1st"
	case Second:
		return "2nd"
	case Third:
		return "3rd"
	}
	return ""
}

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
// O(n log n + m log d) time and, while it runs, 16 bytes an edge given.
func Build(edges iter.Seq2[int64, int64]) *Graph {
	g := &Graph{}
	g.view.Store(build(edges, &pool{}))
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
	e := build(edges, &pool{}).edit() // scratches fit another number of members
	e.keep(old)
	if old.sets != nil {
		e.view.sets = newSets(8 * old.sets.budget)
	}
	g.view.Store(e.done())
}

// Snapshot returns the graph as it is now. It takes no lock.
func (g *Graph) Snapshot() *View { return g.view.Load() }

// Connect adds the connection between a and b and reports whether it is new.
// A member cannot be connected to itself or to one who is blocked: that changes
// nothing. O(d(a) + d(b)), and two pages of segments are copied; now and then a
// segment is written anew.
func (g *Graph) Connect(a, b int64) (changed bool) {
	if a == b {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	x, okA := old.ordinal(a)
	y, okB := old.ordinal(b)
	if okA && okB && (old.linked(x, y) || contains(old.blocks.of(x), y)) {
		return false
	}
	e := old.edit()
	e.connect(e.vertex(a), e.vertex(b))
	g.view.Store(e.done())
	return true
}

// Disconnect takes away the connection between a and b and reports whether
// there was one. It costs what Connect costs.
func (g *Graph) Disconnect(a, b int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	x, okA := old.ordinal(a)
	y, okB := old.ordinal(b)
	if !okA || !okB || !old.linked(x, y) {
		return false
	}
	e := old.edit()
	e.disconnect(x, y)
	g.view.Store(e.done())
	return true
}

// Remove takes away all of a's connections and traits in one change: no View shows
// a part of them gone. O(d2(a)), and the lists of all of a's connections are copied.
func (g *Graph) Remove(a int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.view.Load()
	x, ok := old.ordinal(a)
	if !ok || len(old.adjacent(x)) == 0 && len(old.traits.of.of(x)) == 0 {
		return
	}
	e := old.edit()
	for _, y := range old.adjacent(x) {
		e.unlink(y, x)
		e.view.record(x, y)
		e.view.endStrength(x, y)
	}
	e.set(x, nil)
	e.view.traits.drop(x, e.view.traits.of.of(x)...)
	e.view.edges -= len(old.adjacent(x))
	g.view.Store(e.done())
}
