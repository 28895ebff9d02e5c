package graph

import (
	"math/bits"
	"sync/atomic"
)

// index finds ordinals by id: an open table of 4 bytes a slot. A slot holds an
// ordinal and, in the bits that the table's ordinals leave free, a part of the
// id's hash, so that nearly every look into the ids is the one that is wanted.
// It only ever grows, so all Views can share one; a View must leave out what came
// after it. Only the one who holds Graph.mu adds.
type index struct {
	slots []atomic.Uint32 // 0 is empty, else tag and ordinal+1
	used  int
	width uint // bits of ordinal+1
}

// Slots are searched one by one from the place of the hash on, so some must stay
// empty: a table is made with a fifth of them empty and made anew at a twelfth.
func newIndex(ids []int64) *index { return newIndexOf(ids, len(ids)+len(ids)/4) }

// newIndexOf is newIndex with more slots, for ids to come.
func newIndexOf(ids []int64, slots int) *index {
	ix := &index{slots: make([]atomic.Uint32, max(64, slots))}
	ix.width = uint(bits.Len(uint(len(ix.slots))))
	for x, id := range ids {
		ix.add(id, uint32(x))
	}
	return ix
}

// full reports whether another id would make finding slow.
func (ix *index) full() bool { return ix.used >= len(ix.slots)-len(ix.slots)/12 }

// hash spreads ids, whose low bits are random but whose high bits are a time:
// multiplying by an odd number near 2⁶⁴ divided by the golden ratio moves every
// bit of the id into the top bits; folding them down and again lets all count.
func hash(id int64) uint64 {
	h := uint64(id) * 0x9E3779B97F4A7C15
	h ^= h >> 32
	return h * 0xD6E8FEB86659FD93
}

// place is the first slot for a hash and the tag in its position.
func (ix *index) place(h uint64) (at int, tag uint32) {
	hi, _ := bits.Mul64(h, uint64(len(ix.slots)))
	return int(hi), uint32(h) >> ix.width << ix.width
}

// find returns the ordinal of id among ids.
func (ix *index) find(ids []int64, id int64) (ordinal uint32, ok bool) {
	at, tag := ix.place(hash(id))
	for {
		slot := ix.slots[at].Load()
		if slot == 0 {
			return 0, false
		}
		x := slot&(1<<ix.width-1) - 1
		if slot&^(1<<ix.width-1) == tag && int(x) < len(ids) && ids[x] == id {
			return x, true
		}
		if at++; at == len(ix.slots) {
			at = 0
		}
	}
}

// touch brings what find will look at for a few ids near the processor, so that the
// waits for memory overlap: slots first, then the ids that they most likely stand for.
// What find does itself would be waited for one by one, since it has to see a slot to
// know where to look next. It gives those ordinals, which may be of somebody else or
// of nobody. The sum says nothing; it keeps the compiler from leaving this out.
func (ix *index) touch(ids, group []int64, ordinals *[batchSize]uint32) (sum uint32) {
	for _, id := range group {
		at, _ := ix.place(hash(id))
		sum += ix.slots[at].Load()
	}
	for i, id := range group {
		ordinals[i] = ix.guess(id)
	}
	for _, x := range ordinals[:len(group)] {
		if int(x) < len(ids) {
			sum += uint32(ids[x])
		}
	}
	return sum
}

// guess is the ordinal that find most likely returns, or none that there is.
func (ix *index) guess(id int64) (ordinal uint32) {
	at, tag := ix.place(hash(id))
	for {
		slot := ix.slots[at].Load()
		if slot == 0 || slot&^(1<<ix.width-1) == tag {
			return slot&(1<<ix.width-1) - 1
		}
		if at++; at == len(ix.slots) {
			at = 0
		}
	}
}

// add makes id, which must be new, findable.
func (ix *index) add(id int64, ordinal uint32) {
	at, tag := ix.place(hash(id))
	for ix.slots[at].Load() != 0 {
		if at++; at == len(ix.slots) {
			at = 0
		}
	}
	ix.slots[at].Store(tag | (ordinal + 1))
	ix.used++
}
