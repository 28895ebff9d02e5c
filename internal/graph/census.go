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
	defer v.release(s)
	return v.census(v.neighbours(a), nil, least, keep, apart)
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
	if !ok {
		return v.census(fresh, nil, least, keep, apart)
	}
	s := v.scratch()
	defer v.release(s)
	near := s.near(v, x)
	defer s.a.clear()
	return v.census(fresh, near.has, least, keep, apart)
}

// census counts the traits of the vertices that skip doesn't say yes to.
func (v *View) census(xs []uint32, skip func(uint32) bool, least int, keep func(int64) bool, apart []int64) []Counted {
	counts := map[uint32]int{}
	for _, x := range xs {
		if skip != nil && skip(x) {
			continue
		}
		if _, away := slices.BinarySearch(apart, v.ids[x]); away {
			continue
		}
		for _, number := range v.traits.of.of(x) {
			counts[number]++
		}
	}
	var out []Counted
	for number, n := range counts {
		if id := v.traits.ids[number]; n >= max(least, 1) && keep(id) {
			out = append(out, Counted{id, n})
		}
	}
	slices.SortFunc(out, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Members, a.Members), cmp.Compare(a.Trait, b.Trait))
	})
	return out
}
