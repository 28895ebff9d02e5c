package graph

import "slices"

// Having returns the members at exactly that degree from a, First to Third, who
// have the trait, or any of several, by id; nil when there are none. O(d2(a) + members
// with a trait), or, for few, what their degrees cost; where a's second degree is
// kept (see CacheSets) only the latter part. For Third, the connections of those who have it
// are looked through.
func (v *View) Having(a int64, degree Degree, traits ...int64) []int64 {
	return v.AppendHaving(nil, a, degree, traits)
}

// AppendHaving is Having into memory of the caller's: it appends nothing where
// Having returns nil.
func (v *View) AppendHaving(into []int64, a int64, degree Degree, traits []int64) []int64 {
	x, ok := v.ordinal(a)
	if !ok || degree < First || degree > Third {
		return into
	}
	s := v.scratch()
	h := having{v: v, s: s, x: x, own: v.adjacent(x), blocked: v.blocks.of(x), degree: degree}
	h.resolve(traits)
	at := len(into)
	into = h.find(into)
	s.a.clear()
	v.release(s)
	slices.Sort(into[at:])
	return into[:at+len(slices.Compact(into[at:]))]
}

// having looks for members with traits, whose numbers are in s.numbers.
type having struct {
	v       *View
	s       *scratch
	x       uint32
	own     []uint32
	blocked []uint32
	degree  Degree
	holders int // of the traits, at most
}

// resolve finds the numbers of the traits that somebody has.
func (h *having) resolve(traits []int64) {
	h.s.numbers = h.s.numbers[:0]
	for _, trait := range traits {
		if number, ok := h.v.traits.number(trait); ok {
			h.s.numbers = append(h.s.numbers, number)
			h.holders += len(h.v.traits.posting(number).members)
		}
	}
}

// fewHolders is up to how many are worth asking for one by one.
const fewHolders = 4096

// find takes the plan that promises the least work.
func (h *having) find(into []int64) []int64 {
	s, v := h.s, h.v
	if h.degree == First || h.holders == 0 {
		return h.among(into, h.own)
	}
	if near := v.nearSet(s, h.x); near != nil {
		return h.within(into, near.bits)
	}
	if h.holders <= fewHolders {
		if h.ask(); !s.setIsCheaper(v, h.x) {
			return h.oneByOne(into)
		}
	}
	s.within(v, h.x)
	if ring := s.a.frontier(); h.degree == Second && h.holders > costList*len(ring) {
		return h.among(into, ring)
	}
	return h.within(into, s.a.bits)
}

// has reports whether y has one of the traits and may be found.
func (h *having) has(y uint32) bool {
	if len(h.blocked) > 0 && contains(h.blocked, y) {
		return false
	}
	for _, number := range h.v.traits.of.of(y) {
		if slices.Contains(h.s.numbers, number) {
			return true
		}
	}
	return false
}

// among appends those of xs who have a trait.
func (h *having) among(into []int64, xs []uint32) []int64 {
	for _, y := range xs {
		if h.has(y) {
			into = append(into, h.v.ids[y])
		}
	}
	return into
}

// ask makes all who have a trait the targets.
func (h *having) ask() {
	s := h.s
	s.asked = s.asked[:0]
	for _, number := range s.numbers {
		for _, y := range h.v.traits.posting(number).members {
			if h.has(y) {
				s.asked = append(s.asked, target{y, uint32(len(s.asked))})
			}
		}
	}
}

// oneByOne looks around each target for somebody next to x.
func (h *having) oneByOne(into []int64) []int64 {
	s := h.s
	s.degrees = s.degrees[:0]
	for range s.asked {
		s.degrees = append(s.degrees, Far)
	}
	s.degreesByTarget(h.v, h.x, s.degrees)
	for i, t := range s.asked {
		if s.degrees[i] == h.degree && t.x != h.x {
			into = append(into, h.v.ids[t.x])
		}
	}
	return into
}

// within appends those who have a trait and are at the second degree, which is
// marked with all nearer ones, or have a connection who is within it.
func (h *having) within(into []int64, bits []uint64) []int64 {
	s, near := h.s, set{bits: bits}
	s.xs = s.xs[:0]
	for _, number := range s.numbers {
		for _, y := range h.v.traits.posting(number).members {
			if near.has(y) == (h.degree == Second) {
				s.xs = append(s.xs, y)
			}
		}
	}
	if h.degree == Second {
		s.xs = slices.DeleteFunc(s.xs, func(y uint32) bool { return y == h.x || contains(h.own, y) })
		return h.among(into, s.xs)
	}
	for rest := s.xs; len(rest) > 0; {
		now := rest
		rest = s.batch.fetch(h.v, rest)
		for i, list := range s.batch.lists[:s.batch.n] {
			if near.hits(list) && h.has(now[i]) {
				into = append(into, h.v.ids[now[i]])
			}
		}
	}
	return into
}
