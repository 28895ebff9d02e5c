package graph

import "slices"

// lists is a list of numbers for each vertex, in segments that later versions
// share as long as nothing in them has changed. It may be shorter than there are
// vertices: the rest have none.
type lists []*page

// of is the list of x; not to be written to.
func (l lists) of(x uint32) []uint32 {
	at := x >> (segmentBits + pageBits)
	if int(at) >= len(l) {
		return nil
	}
	return l[at][x>>segmentBits%pageSize].list(x % segmentSize)
}

// draft is the next version of lists while it is being made.
type draft struct {
	lists lists
	own   []uint32 // numbers of the pages that may be written; few
}

func (l lists) draft() draft { return draft{lists: slices.Clone(l)} }

// set gives x a new list, which must not be written to afterwards, and returns the
// length of the one before.
func (d *draft) set(x uint32, list []uint32) (before int) {
	at := x >> (segmentBits + pageBits)
	for int(at) >= len(d.lists) {
		d.lists = append(d.lists, emptyPage())
	}
	if !slices.Contains(d.own, at) {
		d.own = append(d.own, at)
		copied := *d.lists[at]
		d.lists[at] = &copied
	}
	p := d.lists[at]
	number := x >> segmentBits % pageSize
	before = len(p[number].list(x % segmentSize))
	p[number] = p[number].with(x%segmentSize, list)
	return before
}

// inserted is a copy of an ascending list with y. It is there already only where a
// snapshot was damaged.
func inserted(old []uint32, y uint32) []uint32 {
	at, there := slices.BinarySearch(old, y)
	if there {
		return old
	}
	list := make([]uint32, len(old)+1)
	copy(list, old[:at])
	list[at] = y
	copy(list[at+1:], old[at:])
	return list
}

// removed is a copy of an ascending list without y. It is missing only where a
// snapshot was damaged.
func removed(old []uint32, y uint32) []uint32 {
	at, there := slices.BinarySearch(old, y)
	if !there {
		return old
	}
	list := make([]uint32, len(old)-1)
	copy(list, old[:at])
	copy(list[at:], old[at+1:])
	return list
}

// packLists makes the lists of n vertices from pairs of a vertex and a number, in
// any order, with duplicates.
func packLists(n int, pairs [][2]uint32) lists {
	lengths := make([]uint32, (n+segmentSize-1)/segmentSize*segmentSize)
	for _, p := range pairs {
		lengths[p[0]]++
	}
	ends, cursors := make([]uint32, len(pairs)), make([]int, len(lengths))
	total := 0
	for x, many := range lengths {
		cursors[x] = total
		total += int(many)
	}
	for _, p := range pairs {
		ends[cursors[p[0]]] = p[1]
		cursors[p[0]]++
	}
	l := make(lists, (n+pageSize*segmentSize-1)/(pageSize*segmentSize))
	for i := range l {
		l[i] = emptyPage()
	}
	for from, x := 0, 0; x < len(lengths); x += segmentSize {
		to := cursors[x+segmentSize-1]
		if to > from {
			l[x/(pageSize*segmentSize)][x/segmentSize%pageSize] = pack(slices.Clone(ends[from:to]), lengths[x:x+segmentSize])
		}
		from = to
	}
	return l
}
