package graph

import (
	"iter"
	"slices"
)

// View is the graph at one moment. It is immutable, so it may be read from any
// goroutine and kept as long as one likes; a View that is kept holds on to the
// memory of what has changed since.
//
// Members are given and answered by id. Inside they are vertices with dense
// ordinals, 0 to n-1, which differ between two graphs with the same edges: no
// answer depends on them. A member that the graph has never seen is simply one
// without connections.
type View struct {
	ids       []int64 // ordinal → id; later Views may share and extend it
	ordinals  *index  // id → ordinal; shared, and may know later ordinals
	table     lists
	traits    traits
	strengths lists // of ties: pairs of vertex and strength, ascending
	blocks    lists
	apart     int // pairs that are blocked
	edges     int
	squares   int // sum of the squares of the numbers of connections
	pool      *pool
	version   uint64   // changes since the graph was built
	changes   []change // the latest of them
	sets      *sets    // of second degrees, shared by all Views; nil: none are kept
	from      *file    // the snapshot it was opened from, or nil
}

// Members returns how many members have ever had a connection, a trait or a block since the graph
// was built or last replaced. O(1).
func (v *View) Members() int { return len(v.ids) }

// Edges returns the number of connections. O(1).
func (v *View) Edges() int { return v.edges }

// Connected reports whether a and b are connected. Nobody is connected to
// itself. O(log d) of the one with fewer connections.
func (v *View) Connected(a, b int64) bool {
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	return okA && okB && v.linked(x, y)
}

func (v *View) linked(x, y uint32) bool {
	xs, ys := v.adjacent(x), v.adjacent(y)
	if len(ys) < len(xs) {
		xs, y = ys, x
	}
	_, found := slices.BinarySearch(xs, y)
	return found
}

// Count returns the number of a's connections. O(1).
func (v *View) Count(a int64) int { return len(v.neighbours(a)) }

// Neighbours returns the ids of a's connections, ascending, in a slice of the
// caller's own; nil when there are none. O(d(a) log d(a)).
func (v *View) Neighbours(a int64) []int64 {
	xs := v.neighbours(a)
	if len(xs) == 0 {
		return nil
	}
	return v.sortedIDs(make([]int64, 0, len(xs)), xs)
}

// All yields every connection once as (lower id, higher id), ascending.
// O(n log n + m log m) in all, and 8 n bytes.
func (v *View) All() iter.Seq2[int64, int64] {
	return func(yield func(lo, hi int64) bool) {
		everybody := slices.Clone(v.ids)
		slices.Sort(everybody)
		var peers []int64
		for _, a := range everybody {
			peers = v.sortedIDs(peers[:0], v.neighbours(a))
			for _, b := range peers {
				if a < b && !yield(a, b) {
					return
				}
			}
		}
	}
}

// ordinal finds the vertex of an id.
func (v *View) ordinal(id int64) (x uint32, ok bool) { return v.ordinals.find(v.ids, id) }

// adjacent is the vertices next to x, ascending by ordinal; not to be written to.
func (v *View) adjacent(x uint32) []uint32 {
	return v.table[x>>(segmentBits+pageBits)][x>>segmentBits%pageSize].list(x % segmentSize)
}

// neighbours is adjacent by id; none for a member the graph has never seen.
func (v *View) neighbours(a int64) []uint32 {
	x, ok := v.ordinal(a)
	if !ok {
		return nil
	}
	return v.adjacent(x)
}

// sortedIDs appends the ids of vertices to into, which is empty, ascending.
func (v *View) sortedIDs(into []int64, xs []uint32) []int64 {
	for _, x := range xs {
		into = append(into, v.ids[x])
	}
	slices.Sort(into)
	return into
}

// batchSize is how many lists are fetched at once. Where a list begins, and its
// first numbers, each come from memory that is seldom near: fetched one by one
// they cost the way there twice each, together little more than once.
const batchSize = 16

// batches fetches the lists of xs, a few at a time, and passes each on until use
// returns false.
type batch struct {
	lists [batchSize][]uint32
	n     int
	sum   uint32 // keeps the compiler from leaving out the touching
}

// fetch takes the lists of the first of xs and returns the rest.
func (b *batch) fetch(v *View, xs []uint32) (rest []uint32) {
	b.n = min(len(xs), batchSize)
	for i, x := range xs[:b.n] {
		b.lists[i] = v.adjacent(x)
	}
	sum := b.sum
	for _, list := range b.lists[:b.n] {
		if len(list) > 0 {
			sum += list[0]
		}
	}
	b.sum = sum
	return xs[b.n:]
}
