package plain

import (
	"cmp"
	"slices"

	"guildhall/internal/graph"
)

// maxHops is the longest path that Paths lists.
const maxHops = 4

// Path returns one shortest path from a to b, both included, that passes through
// nobody hidden; the ends themselves are not asked about. A longer way round is
// taken when all shorter ones are hidden. Of equal ones it is the lowest when
// compared id by id from a. It is {a} when a is b, and nil when there is no
// such path of at most limit connections; 0 or less means any length. hidden
// may be nil, is called at most once a member, and must not depend on the order
// of the calls. It costs about twice what Distance costs.
func (v *View) Path(a, b int64, limit int, hidden func(int64) bool) []int64 {
	if a == b {
		return []int64{a}
	}
	s := v.search(a, b, hidden)
	if s == nil || !s.meet(limit) {
		return nil
	}
	place := s.places()
	x, _ := v.ordinal(a)
	path := []int64{a}
	for step := 1; step <= s.length(); step++ {
		x = v.lowest(v.adjacent(x), func(y uint32) bool { return place.at(y, step) })
		path = append(path, v.ids[x])
	}
	return path
}

// lowest is the vertex with the lowest id among those that fit; one must.
func (v *View) lowest(xs []uint32, fits func(uint32) bool) (best uint32) {
	found := false
	for _, x := range xs {
		if fits(x) && (!found || v.ids[x] < v.ids[best]) {
			best, found = x, true
		}
	}
	return best
}

// Paths returns the shortest paths from a to b that Path would choose from, the
// best k of them, or all when k is 0 or less. The best has the greatest sum of
// weights over its inner members; equal ones come in the order of their ids. A
// nil weigh gives each 1/ln(1+connections), so that a path through members with
// fewer connections, who are likelier to know the next one well, is better. limit
// is at most 4, which is also what 0 or less means. It keeps the best k of every
// vertex on the way, so that it takes O(Distance + edges between those vertices
// × k log k), however many paths there are; all paths of two well-connected
// members may be very many.
func (v *View) Paths(a, b int64, limit, k int, hidden func(int64) bool, weigh graph.Weigh) [][]int64 {
	if a == b {
		return [][]int64{{a}}
	}
	if limit <= 0 || limit > maxHops {
		limit = maxHops
	}
	s := v.search(a, b, hidden)
	if s == nil || !s.meet(limit) {
		return nil
	}
	x, _ := v.ordinal(a)
	y, _ := v.ordinal(b)
	w := &ways{v: v, goal: y, place: s.places(), best: map[uint32][]way{}, weights: map[uint32]uint64{}, weigh: weigh, k: k}
	var paths [][]int64
	for _, way := range w.from(x) {
		paths = append(paths, way.ids)
	}
	return paths
}

// places says of the vertices on shortest paths how far from a they lie.
type places map[uint32]int

func (p places) at(x uint32, distance int) bool {
	d, ok := p[x]
	return ok && d == distance
}

// places finds them: first the ends of the edges where the sides met, then, ring
// by ring towards each end, whoever is next to one already found.
func (s *search) places() places {
	found := places{}
	for _, x := range s.grown.frontier() {
		for _, y := range s.v.adjacent(x) {
			if s.other.seen.has(y) {
				found[x] = s.distance(s.grown, s.grown.depth())
				found[y] = s.distance(s.other, s.other.depth())
			}
		}
	}
	for _, end := range []*side{&s.a, &s.b} {
		for depth := end.depth() - 1; depth >= 0; depth-- {
			nearer, here := s.distance(end, depth+1), s.distance(end, depth)
			for _, x := range end.rings[depth] {
				if slices.ContainsFunc(s.v.adjacent(x), func(y uint32) bool { return found.at(y, nearer) }) {
					found[x] = here
				}
			}
		}
	}
	return found
}

// distance turns the depth of a ring of one side into the distance from a.
func (s *search) distance(end *side, depth int) int {
	if end == &s.a {
		return depth
	}
	return s.length() - depth
}

// ways finds the best ways from vertices on shortest paths to the goal.
type ways struct {
	v       *View
	goal    uint32
	place   places
	best    map[uint32][]way  // found already
	weights map[uint32]uint64 // asked already
	weigh   graph.Weigh
	k       int
}

// weight is what it counts that a way passes x.
func (w *ways) weight(x uint32) uint64 {
	if n, ok := w.weights[x]; ok {
		return n
	}
	n := weight(1 + len(w.v.adjacent(x)))
	if w.weigh != nil {
		n = w.weigh(w.v.ids[x])
	}
	w.weights[x] = n
	return n
}

// way is a path to the goal, with the weight of its vertices but the first. The
// goal counts too: it does so for all ways alike.
type way struct {
	weight uint64
	ids    []int64
}

// from returns the best k ways from x. A best way beginning x, y goes on with
// one of the best k from y, as weights add up and ids are compared from the
// front: so nothing else need be kept.
func (w *ways) from(x uint32) []way {
	if x == w.goal {
		return []way{{ids: []int64{w.v.ids[x]}}}
	}
	if done, ok := w.best[x]; ok {
		return done
	}
	var found []way
	for _, y := range w.v.adjacent(x) {
		if !w.place.at(y, w.place[x]+1) {
			continue
		}
		step := w.weight(y)
		for _, rest := range w.from(y) {
			found = append(found, way{step + rest.weight, slices.Concat([]int64{w.v.ids[x]}, rest.ids)})
		}
	}
	slices.SortFunc(found, func(p, q way) int {
		return cmp.Or(cmp.Compare(q.weight, p.weight), slices.Compare(p.ids, q.ids))
	})
	w.best[x] = firstOf(found, w.k)
	return w.best[x]
}
