package plain

import (
	"iter"
	"slices"
)

// build makes a View of edges given in any order, with duplicates and loops:
// first everybody gets an ordinal, then the lists are filled to their exact
// length, sorted, and rid of duplicates.
func build(edges iter.Seq2[int64, int64]) *View {
	v := &View{}
	pairs := v.number(edges)
	v.ordinals = newIndex(v.ids)
	v.segments = make([]*segment, (len(v.ids)+segmentSize-1)/segmentSize)
	for i := range v.segments {
		v.segments[i] = new(segment)
	}
	v.fill(pairs)
	ends := 0
	for x := range uint32(len(v.ids)) {
		list := v.list(x)
		slices.Sort(*list)
		*list = slices.Clip(slices.Compact(*list))
		ends += len(*list)
	}
	v.edges = ends / 2
	return v
}

// number gives ordinals in order of appearance and returns the edges by them.
func (v *View) number(edges iter.Seq2[int64, int64]) (pairs [][2]uint32) {
	seen := map[int64]uint32{}
	ordinal := func(id int64) uint32 {
		x, ok := seen[id]
		if !ok {
			x = uint32(len(v.ids))
			seen[id] = x
			v.ids = append(v.ids, id)
		}
		return x
	}
	for a, b := range edges {
		if a != b {
			pairs = append(pairs, [2]uint32{ordinal(a), ordinal(b)})
		}
	}
	return pairs
}

// fill writes both directions of each pair into lists made to measure.
func (v *View) fill(pairs [][2]uint32) {
	lengths := make([]int, len(v.ids))
	for _, p := range pairs {
		lengths[p[0]]++
		lengths[p[1]]++
	}
	for x, n := range lengths {
		*v.list(uint32(x)) = make([]uint32, 0, n)
	}
	for _, p := range pairs {
		x, y := v.list(p[0]), v.list(p[1])
		*x = append(*x, p[1])
		*y = append(*y, p[0])
	}
}

// list is the place of x's adjacency, for a View that nobody else has yet.
func (v *View) list(x uint32) *[]uint32 {
	return &v.segments[x/segmentSize][x%segmentSize]
}

// edit is the next View while it is being made. It shares all segments with the
// View it came from, except those in own, which are its copies.
type edit struct {
	view *View
	own  map[uint32]bool // numbers of the segments that may be written
}

func (v *View) edit() *edit {
	next := *v
	next.segments = slices.Clone(v.segments)
	return &edit{view: &next, own: map[uint32]bool{}}
}

// ordinal finds the vertex of id, or makes one. Extending ids past the length
// of earlier Views, and adding to the index they share, is invisible to them.
func (e *edit) ordinal(id int64) uint32 {
	v := e.view
	if x, ok := v.ordinal(id); ok {
		return x
	}
	x := uint32(len(v.ids))
	v.ids = append(v.ids, id)
	if v.ordinals.full(len(v.ids)) {
		v.ordinals = newIndex(v.ids)
	} else {
		v.ordinals.add(id, x)
	}
	if x%segmentSize == 0 {
		v.segments = append(v.segments, new(segment))
	}
	return x
}

// set gives x a new adjacency, which must not be written to afterwards.
func (e *edit) set(x uint32, list []uint32) {
	at := x / segmentSize
	if !e.own[at] {
		e.own[at] = true
		copied := *e.view.segments[at]
		e.view.segments[at] = &copied
	}
	*e.view.list(x) = list
}

// link puts y, which must not be there, into a copy of x's adjacency.
func (e *edit) link(x, y uint32) {
	old := e.view.adjacent(x)
	at, _ := slices.BinarySearch(old, y)
	list := make([]uint32, len(old)+1)
	copy(list, old[:at])
	list[at] = y
	copy(list[at+1:], old[at:])
	e.set(x, list)
}

// unlink leaves y, which must be there, out of a copy of x's adjacency.
func (e *edit) unlink(x, y uint32) {
	old := e.view.adjacent(x)
	at, _ := slices.BinarySearch(old, y)
	e.set(x, slices.Concat(old[:at], old[at+1:]))
}
