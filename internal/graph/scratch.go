package graph

import (
	"math/rand/v2"
	"runtime"
	"sync"
)

// scratch is the memory of one query. Between queries all its sets are empty and
// all its counters zero: a query clears what it has touched, not what there is.
// One that a panic left half used is never given back.
type scratch struct {
	a, b    side
	blocked set // found hidden
	batch   batch
	counts  []uint32 // by vertex; zero between queries
	sums    []uint64 // by vertex; zero between queries
	touched []uint32 // whose counts or sums are not zero
	xs      []uint32
	asked   []target
	ids     []int64
	weights []uint64
	best    ranking
	heap    []named
	random  rand.PCG
	choices []choice
	numbers []uint32 // of traits
	tally   []uint32 // by trait; zero between queries
	rarity  []uint64 // what they count
	degrees []Degree
	nearest nearest
}

// pool keeps scratches for the next query. As many stay as there are processors,
// for good: a larger number were in use for a moment and are dropped.
type pool struct {
	mu   sync.Mutex
	free []*scratch
}

// scratch takes one fit for v; release gives it back.
func (v *View) scratch() *scratch {
	p := v.pool
	p.mu.Lock()
	var s *scratch
	if n := len(p.free); n > 0 {
		s, p.free = p.free[n-1], p.free[:n-1]
	}
	p.mu.Unlock()
	if s == nil {
		s = &scratch{}
	}
	return s
}

// release takes back a scratch whose sets and counters have been cleared.
func (v *View) release(s *scratch) {
	p := v.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < runtime.GOMAXPROCS(0) {
		p.free = append(p.free, s)
	}
}

// set is a set of vertices as a bitmap, with its members in the order in which
// they came.
type set struct {
	bits    []uint64
	members []uint32
}

// fit makes room for the vertices of v.
func (s *set) fit(v *View) {
	if words := (len(v.ids) + 63) / 64; len(s.bits) < words {
		s.bits = make([]uint64, words+words/8)
	}
}

func (s *set) has(x uint32) bool { return s.bits[x/64]>>(x%64)&1 != 0 }

func (s *set) add(x uint32) {
	if !s.has(x) {
		s.bits[x/64] |= 1 << (x % 64)
		s.members = append(s.members, x)
	}
}

// addAll adds vertices without a branch on each: whether one is new is a matter
// of chance, and guessing wrong costs more than writing for nothing.
func (s *set) addAll(xs []uint32) {
	n := len(s.members)
	s.grow(n + len(xs))
	bits, members := s.bits, s.members[:cap(s.members)]
	for _, x := range xs {
		word := &bits[x/64]
		old := *word
		*word = old | 1<<(x%64)
		members[n] = x
		n += int(^old >> (x % 64) & 1)
	}
	s.members = members[:n]
}

// grow makes room for n members in all.
func (s *set) grow(n int) {
	if cap(s.members) < n {
		longer := make([]uint32, len(s.members), n+n/2)
		copy(longer, s.members)
		s.members = longer
	}
}

// hits reports whether any of xs is in the set.
func (s *set) hits(xs []uint32) bool {
	bits := s.bits
	for _, x := range xs {
		if bits[x/64]>>(x%64)&1 != 0 {
			return true
		}
	}
	return false
}

// count is how many of xs are in the set.
func (s *set) count(xs []uint32) (n int) {
	bits := s.bits
	for _, x := range xs {
		n += int(bits[x/64] >> (x % 64) & 1)
	}
	return n
}

// clear empties the set, by its members or at a sweep, whichever is less.
func (s *set) clear() {
	if len(s.members) > len(s.bits)/8 {
		clear(s.bits)
	} else {
		for _, x := range s.members {
			s.bits[x/64] = 0
		}
	}
	s.members = s.members[:0]
}

// side is what a search has reached from one end, ring by ring.
type side struct {
	set
	bounds []int // where rings begin and end in members
}

// begin makes the side x alone.
func (s *side) begin(v *View, x uint32) {
	s.fit(v)
	s.add(x)
	s.bounds = append(s.bounds[:0], 0, 1)
}

// depth is how far from its end the side has reached.
func (s *side) depth() int { return len(s.bounds) - 2 }

func (s *side) ring(depth int) []uint32 { return s.members[s.bounds[depth]:s.bounds[depth+1]] }

func (s *side) frontier() []uint32 { return s.ring(s.depth()) }

// step reaches the next ring and returns it.
func (s *side) step(v *View, b *batch) []uint32 {
	for rest := s.frontier(); len(rest) > 0; {
		rest = b.fetch(v, rest)
		for _, list := range b.lists[:b.n] {
			s.addAll(list)
		}
	}
	s.bounds = append(s.bounds, len(s.members))
	return s.frontier()
}

// trim takes out the part of a ring that an ended search has left.
func (s *side) trim() {
	whole := s.bounds[len(s.bounds)-1]
	for _, x := range s.members[whole:] {
		s.bits[x/64] &^= 1 << (x % 64)
	}
	s.members = s.members[:whole]
}

// work is about how many connections there are to look at to grow by a ring: the
// sum of a few, taken for all where they are many. 0 is exact: nowhere to go.
func (s *side) work(v *View) int {
	const few = 64
	ring := s.frontier()
	stride := max(1, len(ring)/few)
	sum := 0
	for i := 0; i < len(ring); i += stride {
		sum += len(v.adjacent(ring[i]))
	}
	return sum * stride
}

// room returns a slice of at least n, all zero when s was.
func room[T any](s []T, n int) []T {
	if len(s) < n {
		return make([]T, n+n/8)
	}
	return s
}
