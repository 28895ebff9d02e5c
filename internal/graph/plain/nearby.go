package plain

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"guildhall/internal/graph"
)

// MutualCount returns how many members are connected to both a and b. With
// oneself nobody is mutual. O(d(a) + d(b)).
func (v *View) MutualCount(a, b int64) int { return len(v.mutuals(a, b)) }

// Mutuals returns the members connected to both a and b, at most k of them, or
// all when k is 0 or less; nil when there are none. The heaviest come first, equal
// ones by id. O(d(a) + d(b) + s log s) for s mutual connections, and s weights.
func (v *View) Mutuals(a, b int64, k int, weigh graph.Weigh) []int64 {
	both := v.mutuals(a, b)
	weights := make(map[uint32]uint64, len(both))
	for _, x := range both {
		weights[x] = v.weigh(x, weigh)
	}
	slices.SortFunc(both, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(weights[y], weights[x]), cmp.Compare(v.ids[x], v.ids[y]))
	})
	var ids []int64
	for _, x := range firstOf(both, k) {
		ids = append(ids, v.ids[x])
	}
	return ids
}

// mutuals walks two ascending lists side by side.
func (v *View) mutuals(a, b int64) (both []uint32) {
	if a == b {
		return nil
	}
	xs, ys := v.neighbours(a), v.neighbours(b)
	for len(xs) > 0 && len(ys) > 0 {
		switch {
		case xs[0] < ys[0]:
			xs = xs[1:]
		case xs[0] > ys[0]:
			ys = ys[1:]
		default:
			both = append(both, xs[0])
			xs, ys = xs[1:], ys[1:]
		}
	}
	return both
}

// SecondCount returns how many members are at the second degree from a, exactly.
// O(d2(a) + n/64).
func (v *View) SecondCount(a int64) int {
	_, second := v.reach(a, 2)
	return second[1]
}

// Reach returns how many members are at the first, second and third degree from
// a. All three are exact here, and the third reads most of the graph: O(n + m)
// as a rule. An engine for large graphs may estimate the third, within 3 %; first
// and second stay exact.
func (v *View) Reach(a int64) (first, second, third int) {
	_, counts := v.reach(a, 3)
	return counts[0], counts[1], counts[2]
}

// reach counts the first rings around a and returns what is within, a included.
func (v *View) reach(a int64, rings int) (within marks, counts []int) {
	counts = make([]int, rings)
	x, ok := v.ordinal(a)
	if !ok {
		return v.marks(), counts
	}
	s := v.spread(x)
	for i := range counts {
		counts[i] = len(s.step())
	}
	return s.seen, counts
}

// Within yields the members at degree 1 to limit from a, nearest first and equal
// ones by id, each with its degree; a itself is not among them. limit is at most
// 3, and less than 1 yields nobody. A ring is read when the one before it has
// been used up, so stopping early saves the larger part.
func (v *View) Within(a int64, limit int) iter.Seq2[int64, graph.Degree] {
	return func(yield func(int64, graph.Degree) bool) {
		x, ok := v.ordinal(a)
		if !ok {
			return
		}
		s := v.spread(x)
		for degree := graph.First; int(degree) <= min(limit, int(graph.Third)); degree++ {
			for _, id := range v.sortedIDs(s.step()) {
				if !yield(id, degree) {
					return
				}
			}
		}
	}
}

// Gain returns how many members would newly be within a's second degree if a and
// b were connected: b and b's connections, without those within it already. It
// is 0 when they are connected, and for oneself; Gain(a, b) and Gain(b, a)
// differ. O(d2(a) + d(b) + n/64).
func (v *View) Gain(a, b int64) int {
	if a == b || v.Connected(a, b) {
		return 0
	}
	y, ok := v.ordinal(b)
	if !ok {
		return 1
	}
	within, _ := v.reach(a, 2)
	gain := 0
	if !within.has(y) {
		gain++
	}
	for _, z := range v.adjacent(y) {
		if !within.has(z) {
			gain++
		}
	}
	return gain
}

// Nearest returns the members at the second degree from a with the highest
// scores, at most k, or all when k is 0 or less; equal scores come by id, and nil
// when there is nobody. O(d2(a) + n), d(a) weights, and sorting all candidates.
func (v *View) Nearest(a int64, k int, weigh graph.Weigh) []graph.Candidate {
	x, ok := v.ordinal(a)
	if !ok {
		return nil
	}
	near := v.marks()
	near.add(x)
	near.addAll(v.adjacent(x))
	mutual := make([]int32, len(v.ids))
	score := make([]uint64, len(v.ids))
	var seconds []uint32
	for _, y := range v.adjacent(x) {
		w := v.weigh(y, weigh)
		for _, z := range v.adjacent(y) {
			if near.has(z) || v.Blocked(a, v.ids[z]) {
				continue
			}
			if mutual[z] == 0 {
				seconds = append(seconds, z)
			}
			mutual[z]++
			score[z] += w
		}
	}
	slices.SortFunc(seconds, func(p, q uint32) int {
		return cmp.Or(cmp.Compare(score[q], score[p]), cmp.Compare(v.ids[p], v.ids[q]))
	})
	var best []graph.Candidate
	for _, z := range firstOf(seconds, k) {
		best = append(best, graph.Candidate{Member: v.ids[z], Mutual: int(mutual[z]), Score: float64(score[z]) / graph.Unit})
	}
	return best
}

// weigh is the weight of a vertex, by Adamic and Adar where no other is given:
// 1/ln(connections) in whole Units. Whole numbers add up to the same sum in any
// order, so an answer does not depend on how the graph came about, and equals stay
// equal. Whoever has a single connection lies between nobody: its weight is never
// used, and 0.
func (v *View) weigh(x uint32, given graph.Weigh) uint64 {
	if given != nil {
		return given(v.ids[x])
	}
	return weight(len(v.adjacent(x)))
}

func weight(connections int) uint64 {
	if connections < 2 {
		return 0
	}
	return uint64(math.Round(graph.Unit / math.Log(float64(connections))))
}

// firstOf cuts xs after k; 0 or less keeps all.
func firstOf[T any](xs []T, k int) []T {
	if k <= 0 {
		return xs
	}
	return xs[:min(k, len(xs))]
}

// spread goes out from a vertex ring by ring.
type spread struct {
	v    *View
	seen marks    // everything reached, the vertex itself included
	ring []uint32 // the last one reached
}

func (v *View) spread(x uint32) *spread {
	s := &spread{v: v, seen: v.marks(), ring: []uint32{x}}
	s.seen.add(x)
	return s
}

// step goes on to the next ring and returns it.
func (s *spread) step() []uint32 {
	var next []uint32
	for _, x := range s.ring {
		for _, y := range s.v.adjacent(x) {
			if s.seen.add(y) {
				next = append(next, y)
			}
		}
	}
	s.ring = next
	return next
}
