package graph

import (
	"cmp"
	"slices"
)

// Counted is a trait and how many of some members have it.
type Counted struct {
	Trait   int64
	Members int
}

// Holds reports whether a has the trait. O(log traits of a).
func (v *View) Holds(a, trait int64) bool {
	x, okA := v.ordinal(a)
	number, okT := v.traits.number(trait)
	return okA && okT && v.traits.has(x, number)
}

// Census counts the traits of a's connections: those that at least least of them
// have and that keep allows, the most frequent first, equal ones by id. Nobody
// in apart, which is ascending, counts. O(traits of the connections).
func (v *View) Census(a int64, least int, keep func(trait int64) bool, apart []int64) []Counted {
	s := v.scratch()
	out := v.census(s, v.neighbours(a), nil, least, keep, apart)
	v.release(s)
	return out
}

// GainCensus is Census of those who come within two steps of a by connecting a and
// b, see Gain: none where they are connected.
func (v *View) GainCensus(a, b int64, least int, keep func(trait int64) bool, apart []int64) []Counted {
	y, ok := v.ordinal(b)
	if a == b || !ok || v.Connected(a, b) {
		return nil
	}
	fresh := append(slices.Clone(v.adjacent(y)), y)
	x, ok := v.ordinal(a)
	s := v.scratch()
	var within func(uint32) bool
	if ok {
		near := s.near(v, x)
		within = near.has
	}
	out := v.census(s, fresh, within, least, keep, apart)
	s.a.clear()
	v.release(s)
	return out
}

// census counts the traits of the vertices that skip doesn't say yes to.
func (v *View) census(s *scratch, xs []uint32, skip func(uint32) bool, least int, keep func(int64) bool, apart []int64) []Counted {
	s.tally = room(s.tally, len(v.traits.ids))
	counts, seen := s.tally, s.numbers[:0] // of numbers, and those that were counted
	for _, x := range xs {
		if skip != nil && skip(x) {
			continue
		}
		if _, away := slices.BinarySearch(apart, v.ids[x]); away {
			continue
		}
		for _, number := range v.traits.of.of(x) {
			if counts[number]++; counts[number] == 1 {
				seen = append(seen, number)
			}
		}
	}
	var out []Counted
	for _, number := range seen {
		if id, n := v.traits.ids[number], int(counts[number]); n >= max(least, 1) && keep(id) {
			out = append(out, Counted{id, n})
		}
		counts[number] = 0
	}
	s.numbers = seen
	slices.SortFunc(out, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Members, a.Members), cmp.Compare(a.Trait, b.Trait))
	})
	return out
}
