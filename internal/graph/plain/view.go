package plain

import (
	"iter"
	"slices"
)

// segmentSize is how many vertices share a segment. A change copies two
// segments (24 bytes a vertex) and the table of segments (8 bytes each), so the
// best size grows with the root of n: 256 suits 10 thousand to a million
// members. BenchmarkConnect measures it.
const segmentSize = 256

// segment holds the adjacency of consecutive ordinals: each list ascends by
// ordinal, has no duplicates, and is never written again once published.
type segment [segmentSize][]uint32

// View is the graph at one moment. It is immutable, so it may be read from any
// goroutine and kept as long as one likes; a View that is kept holds on to the
// memory of what has changed since.
//
// Members are given and answered by id. Inside they are vertices with dense
// ordinals, 0 to n-1 in the order in which they first had an edge, which differs
// between two graphs with the same edges: no answer depends on it. A member that
// the graph has never seen is simply one without connections.
type View struct {
	ids       []int64    // ordinal → id; later Views may share and extend it
	ordinals  *index     // id → ordinal; shared, and may know later ordinals
	segments  []*segment // ordinal/segmentSize → segment
	edges     int
	traits    traits
	strengths map[[2]int64]uint32 // of ties, either way
	blocks    map[[2]int64]bool   // either way
}

// Members returns how many members have ever had a connection, a trait or a block since the graph
// was built or last replaced. O(1).
func (v *View) Members() int { return len(v.ids) }

// Edges returns the number of connections. O(1).
func (v *View) Edges() int { return v.edges }

// Connected reports whether a and b are connected. Nobody is connected to
// itself. O(log d(a)).
func (v *View) Connected(a, b int64) bool {
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return false
	}
	_, found := slices.BinarySearch(v.adjacent(x), y)
	return found
}

// Count returns the number of a's connections. O(1).
func (v *View) Count(a int64) int { return len(v.neighbours(a)) }

// Neighbours returns the ids of a's connections, ascending, in a slice of the
// caller's own; nil when there are none. O(d(a) log d(a)).
func (v *View) Neighbours(a int64) []int64 {
	return v.sortedIDs(v.neighbours(a))
}

// All yields every connection once as (lower id, higher id), ascending.
// O(n log n + m log m) in all.
func (v *View) All() iter.Seq2[int64, int64] {
	return func(yield func(lo, hi int64) bool) {
		for _, a := range v.sortedIDs(v.everybody()) {
			for _, b := range v.Neighbours(a) {
				if a < b && !yield(a, b) {
					return
				}
			}
		}
	}
}

// ordinal finds the vertex of an id. The shared index may already know members
// that came after this View; those are not in it.
func (v *View) ordinal(id int64) (x uint32, ok bool) {
	x, ok = v.ordinals.find(id)
	return x, ok && int(x) < len(v.ids)
}

// adjacent is the vertices next to x, ascending by ordinal; not to be written to.
func (v *View) adjacent(x uint32) []uint32 {
	return v.segments[x/segmentSize][x%segmentSize]
}

// neighbours is adjacent by id; none for a member the graph has never seen.
func (v *View) neighbours(a int64) []uint32 {
	x, ok := v.ordinal(a)
	if !ok {
		return nil
	}
	return v.adjacent(x)
}

func (v *View) everybody() []uint32 {
	xs := make([]uint32, len(v.ids))
	for i := range xs {
		xs[i] = uint32(i)
	}
	return xs
}

// sortedIDs gives the ids of vertices, ascending; nil for none.
func (v *View) sortedIDs(xs []uint32) []int64 {
	if len(xs) == 0 {
		return nil
	}
	ids := make([]int64, len(xs))
	for i, x := range xs {
		ids[i] = v.ids[x]
	}
	slices.Sort(ids)
	return ids
}

// marks is a set of vertices, one bit each.
type marks []uint64

func (v *View) marks() marks { return make(marks, (len(v.ids)+63)/64) }

func (m marks) has(x uint32) bool { return m[x/64]&(1<<(x%64)) != 0 }

// add puts x in and reports whether it was not there yet.
func (m marks) add(x uint32) bool {
	if m.has(x) {
		return false
	}
	m[x/64] |= 1 << (x % 64)
	return true
}

func (m marks) addAll(xs []uint32) {
	for _, x := range xs {
		m.add(x)
	}
}
