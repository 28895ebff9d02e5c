package graph

import (
	"math/bits"
	"slices"
)

// A segment is what a change copies the head of and what a merge writes anew.
// The larger it is, the fewer there are and the longer a merge takes; the sizes
// are measured in doc/design/graph.md.
const (
	segmentBits = 10
	segmentSize = 1 << segmentBits
	pageBits    = 7
	pageSize    = 1 << pageBits
)

// segment holds the connections of segmentSize consecutive vertices, packed, and
// beside them the whole lists of those that have changed since. Each list ascends
// and has no duplicates. A published segment is never written again.
type segment struct {
	offsets *[segmentSize + 1]uint32 // where lists begin in ends
	ends    []uint32
	patch   *patch // nil when nothing has changed
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
	if p := s.patch; p != nil && p.has(i) {
		return p.lists[p.at(i)]
	}
	return s.ends[s.offsets[i]:s.offsets[i+1]]
}

// patch is the lists that replace those of a segment's base.
type patch struct {
	bits  [segmentSize / 64]uint64 // whose
	rank  [segmentSize / 64]uint16 // how many before this word
	lists [][]uint32
	words int // lengths of the lists together
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

func (s *segment) full() bool {
	return s.patch != nil && len(s.patch.lists) >= patchLists && s.patch.words > len(s.ends)/patchShare
}

// with is a copy of s in which the i-th vertex has the list, merged if it is time.
func (s *segment) with(i uint32, list []uint32) *segment {
	next := &segment{s.offsets, s.ends, s.patch.with(i, list)}
	if next.full() {
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
