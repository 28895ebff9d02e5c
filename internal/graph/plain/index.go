package plain

import (
	"math/bits"
	"sync/atomic"
)

// index finds ordinals by id. It only ever grows, so that all Views can share
// one: a bucket is an immutable slice behind an atomic pointer, and adding an id
// puts a longer copy in its place. A reader with an older View may find an
// ordinal that View does not have; it must compare with its own length.
// Only the one who holds Graph.mu adds.
type index struct {
	buckets []atomic.Pointer[bucket] // a power of two
	shift   uint                     // keeps the top bits of the hash
}

type bucket []entry

type entry struct {
	id      int64
	ordinal uint32
}

// A bucket is scanned from the front, so it must stay short: an index is made
// with room for bucketMean ids a bucket and made anew when it holds bucketFull.
const (
	bucketMean = 4
	bucketFull = 16
	minBuckets = 64
)

// newIndex indexes ids by their position.
func newIndex(ids []int64) *index {
	width := max(bits.Len(uint(len(ids)/bucketMean)), bits.Len(minBuckets-1))
	ix := &index{buckets: make([]atomic.Pointer[bucket], 1<<width), shift: uint(64 - width)}
	filled := make([]bucket, len(ix.buckets))
	for i, id := range ids {
		at := ix.hash(id)
		filled[at] = append(filled[at], entry{id, uint32(i)})
	}
	for at := range filled {
		ix.buckets[at].Store(&filled[at])
	}
	return ix
}

// hash spreads ids, whose low bits are random but whose high bits are a time,
// over the buckets: multiplying by an odd number near 2⁶⁴ divided by the golden
// ratio moves every bit of the id into the top bits.
func (ix *index) hash(id int64) uint64 { return uint64(id) * 0x9E3779B97F4A7C15 >> ix.shift }

func (ix *index) find(id int64) (ordinal uint32, ok bool) {
	for _, e := range *ix.buckets[ix.hash(id)].Load() {
		if e.id == id {
			return e.ordinal, true
		}
	}
	return 0, false
}

// add makes id, which must be new, findable.
func (ix *index) add(id int64, ordinal uint32) {
	at := &ix.buckets[ix.hash(id)]
	old := *at.Load()
	longer := make(bucket, len(old), len(old)+1)
	copy(longer, old)
	longer = append(longer, entry{id, ordinal})
	at.Store(&longer)
}

// full reports whether n ids are too many for quick finding.
func (ix *index) full(n int) bool { return n > bucketFull*len(ix.buckets) }
