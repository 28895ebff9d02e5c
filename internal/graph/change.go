package graph

import "slices"

// edit is the next View while it is being made. It shares all pages and segments
// with the View it came from, except those it has replaced.
type edit struct {
	view *View
	own  []uint32 // numbers of the pages that may be written; few
}

func (v *View) edit() *edit {
	next := *v
	next.table = slices.Clone(v.table)
	return &edit{view: &next, own: make([]uint32, 0, 4)}
}

// add makes a vertex for id, which must be new. Extending ids past the length
// of earlier Views, and adding to the index they share, is invisible to them.
func (e *edit) add(id int64) uint32 {
	v := e.view
	x := uint32(len(v.ids))
	v.ids = append(v.ids, id)
	if v.ordinals.full() {
		v.ordinals = newIndex(v.ids)
	} else {
		v.ordinals.add(id, x)
	}
	if x%(pageSize*segmentSize) == 0 {
		v.table = append(v.table, emptyPage())
	}
	return x
}

func emptyPage() *page {
	p := new(page)
	for i := range p {
		p[i] = emptySegment
	}
	return p
}

// set gives x a new adjacency, which must not be written to afterwards.
func (e *edit) set(x uint32, list []uint32) {
	at := x >> (segmentBits + pageBits)
	if !slices.Contains(e.own, at) {
		e.own = append(e.own, at)
		copied := *e.view.table[at]
		e.view.table[at] = &copied
	}
	p := e.view.table[at]
	number := x >> segmentBits % pageSize
	before := len(p[number].list(x % segmentSize))
	e.view.squares += len(list)*len(list) - before*before
	p[number] = p[number].with(x%segmentSize, list)
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
	list := make([]uint32, len(old)-1)
	copy(list, old[:at])
	copy(list[at:], old[at+1:])
	e.set(x, list)
}
