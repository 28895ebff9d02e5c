package graph

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// A segment is what a change copies the head of and what a merge writes anew.
// The larger it is, the fewer there are and the longer a merge takes; the sizes
// are measured in doc/design/graph.md.
const (
	segmentBits = 9
	segmentSize = 1 << segmentBits
	pageBits    = 6
	pageSize    = 1 << pageBits
)

// segment holds the connections of segmentSize consecutive vertices, packed, and
// beside them the whole lists of those that have changed since. Each list ascends
// and has no duplicates. A published segment is never written again, except that
// the patch which says that it has not been checked yet goes when it has been.
type segment struct {
	offsets *[segmentSize + 1]uint32 // where lists begin in ends
	ends    []uint32
	patch   atomic.Pointer[patch] // nil when nothing has changed
	number  uint32                // which one of its file it is
}

func newSegment(offsets *[segmentSize + 1]uint32, ends []uint32, p *patch) *segment {
	s := &segment{offsets: offsets, ends: ends}
	s.patch.Store(p)
	return s
}

// page is a part of the table of segments, so that a change need not copy all
// of it.
type page [pageSize]*segment

var (
	noOffsets    [segmentSize + 1]uint32
	emptySegment = &segment{offsets: &noOffsets}
)

// list is the connections of the i-th vertex; not to be written to.
func (s *segment) list(i uint32) []uint32 {
	if p := s.patch.Load(); p != nil && p.has(i) {
		return s.patched(p, i)
	}
	return s.ends[s.offsets[i]:s.offsets[i+1]]
}

// patched is list where the patch has something to say.
func (s *segment) patched(p *patch, i uint32) []uint32 {
	switch {
	case p.lists != nil:
		return p.lists[p.at(i)]
	case s.sound():
		return s.list(i)
	}
	return nil
}

// sound reports whether the base may be read, and checks it when nobody has.
func (s *segment) sound() bool {
	p := s.patch.Load()
	if p != nil && p.unread != nil {
		p.unread.check(s, p)
		p = s.patch.Load()
	}
	return p != damaged
}

// patch is the lists that replace those of a segment's base. One without lists
// stands before a base that must not be read: all its bits are set, so that
// readers of others pay nothing for it.
type patch struct {
	bits   [segmentSize / 64]uint64 // whose
	rank   [segmentSize / 64]uint16 // how many before this word
	lists  [][]uint32
	words  int   // lengths of the lists together
	unread *file // where the base comes from that has not been checked
}

// damaged is the patch of a segment whose base was found to be damaged: all lists
// are empty.
var damaged = barrier(nil)

func barrier(f *file) *patch {
	p := &patch{unread: f}
	for i := range p.bits {
		p.bits[i] = ^uint64(0)
	}
	return p
}

func (p *patch) has(i uint32) bool { return p.bits[i/64]>>(i%64)&1 != 0 }

// at is the place of the i-th vertex's list, or where it would stand.
func (p *patch) at(i uint32) int {
	return int(p.rank[i/64]) + bits.OnesCount64(p.bits[i/64]&(1<<(i%64)-1))
}

// with is a copy of p, which may be nil, that has the list.
func (p *patch) with(i uint32, list []uint32) *patch {
	next := &patch{}
	if p != nil {
		*next = *p
	}
	at := next.at(i)
	if next.has(i) {
		next.words -= len(next.lists[at])
		next.lists = slices.Clone(next.lists)
		next.lists[at] = list
	} else {
		longer := make([][]uint32, len(next.lists)+1)
		copy(longer, next.lists[:at])
		longer[at] = list
		copy(longer[at+1:], next.lists[at:])
		next.lists = longer
		next.bits[i/64] |= 1 << (i % 64)
		for w := i/64 + 1; w < segmentSize/64; w++ {
			next.rank[w]++
		}
	}
	next.words += len(list)
	return next
}

// A patch is merged into its base when it holds many lists and takes much memory
// beside it. A few lists always may: else a change to a member with very many
// connections would write a whole segment each time.
const (
	patchLists = 32
	patchShare = 8 // of the base
)

func (p *patch) full(base []uint32) bool {
	return len(p.lists) >= patchLists && p.words > len(base)/patchShare
}

// with is a copy of s in which the i-th vertex has the list, merged if it is time.
func (s *segment) with(i uint32, list []uint32) *segment {
	if !s.sound() {
		s = emptySegment
	}
	p := s.patch.Load().with(i, list)
	next := newSegment(s.offsets, s.ends, p)
	if p.full(s.ends) {
		return next.merged()
	}
	return next
}

// merged is the same lists without a patch.
func (s *segment) merged() *segment {
	total := 0
	for i := range uint32(segmentSize) {
		total += len(s.list(i))
	}
	next := &segment{offsets: new([segmentSize + 1]uint32), ends: make([]uint32, 0, total)}
	for i := range uint32(segmentSize) {
		next.ends = append(next.ends, s.list(i)...)
		next.offsets[i+1] = uint32(len(next.ends))
	}
	return next
}
