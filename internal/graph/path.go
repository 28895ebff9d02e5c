package graph

import (
	"cmp"
	"slices"
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
	return v.AppendPath(nil, a, b, limit, hidden)
}

// AppendPath is Path into memory of the caller's: it appends nothing where Path
// returns nil.
func (v *View) AppendPath(into []int64, a, b int64, limit int, hidden func(int64) bool) []int64 {
	if a == b {
		return append(into, a)
	}
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return into
	}
	s := v.scratch()
	q := search{v: v, s: s, hidden: hidden}
	q.begin(x, y)
	switch {
	case !q.meet(limit):
	case s.a.depth() == 1 && s.b.depth() == 1:
		first, second := q.middle()
		into = append(into, a, v.ids[first], v.ids[second], b)
	default:
		into = q.walk(append(into, a))
	}
	q.end()
	v.release(s)
	return into
}

// walk appends the lowest shortest path but for its beginning.
func (q *search) walk(into []int64) []int64 {
	q.place()
	x := q.s.a.members[0]
	for step := 1; step <= q.length(); step++ {
		x = q.v.lowest(q.v.adjacent(x), q.s.counts, uint32(step+1))
		into = append(into, q.v.ids[x])
	}
	q.s.zeroCounts()
	return into
}

// middle finds the two in the middle of the lowest path of three steps, which most
// paths have, when either side has reached its first ring. Either a's connections
// are tried from the lowest on, until one is next to b's; or all next to b's are
// marked and looked for among a's. The first ends early, unless b's are few.
func (q *search) middle() (first, second uint32) {
	v, a, b := q.v, &q.s.a, &q.s.b
	q.grown.trim()
	workA, workB := a.work(v), b.work(v)
	if min(workA, 2*v.edges/max(1, workB))+2*len(a.ring(1)) < workB {
		first = q.tryAll()
	} else {
		first = q.lookFor()
	}
	ring := b.ring(1)
	q.s.blocked.clear() // not needed any more: now b's first ring
	q.s.blocked.addAll(ring)
	return first, v.lowestIn(v.adjacent(first), &q.s.blocked)
}

// tryAll takes a's connections from a heap, lowest first and some at a time, until
// one is next to one of b's.
func (q *search) tryAll() uint32 {
	s := q.s
	heap := s.heap[:0]
	for _, x := range s.a.ring(1) {
		heap = append(heap, named{q.v.ids[x], x})
	}
	s.heap = heap
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for {
		s.xs = s.xs[:0]
		for range min(batchSize, len(heap)) {
			s.xs = append(s.xs, heap[0].x)
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
			sink(heap, 0)
		}
		s.batch.fetch(q.v, s.xs)
		for i, list := range s.batch.lists[:s.batch.n] {
			if s.b.hits(list) {
				return s.xs[i]
			}
		}
		if len(heap) == 0 { // one is, since the sides have met
			return s.xs[0]
		}
	}
}

// named is a vertex with its id.
type named struct {
	id int64
	x  uint32
}

// sink restores the order of a heap by id below i.
func sink(heap []named, i int) {
	for {
		low := 2*i + 1
		if low >= len(heap) {
			return
		}
		if low+1 < len(heap) && heap[low+1].id < heap[low].id {
			low++
		}
		if heap[i].id <= heap[low].id {
			return
		}
		heap[i], heap[low] = heap[low], heap[i]
		i = low
	}
}

// lookFor marks b's second ring and finds the lowest of a's connections in it.
func (q *search) lookFor() uint32 {
	q.grown, q.other = &q.s.b, &q.s.a
	for rest := q.s.b.ring(1); len(rest) > 0; {
		rest = q.s.batch.fetch(q.v, rest)
		for _, list := range q.s.batch.lists[:q.s.batch.n] {
			q.reach(list)
		}
	}
	return q.v.lowestIn(q.s.a.ring(1), &q.s.b.set)
}

// lowestIn is the vertex with the lowest id among those in the set; one must be.
func (v *View) lowestIn(xs []uint32, in *set) (best uint32) {
	found := false
	for _, x := range xs {
		if in.has(x) && (!found || v.ids[x] < v.ids[best]) {
			best, found = x, true
		}
	}
	return best
}

// lowest is the vertex with the lowest id among those with the count; one must.
func (v *View) lowest(xs []uint32, counts []uint32, count uint32) (best uint32) {
	found := false
	for _, x := range xs {
		if counts[x] == count && (!found || v.ids[x] < v.ids[best]) {
			best, found = x, true
		}
	}
	return best
}

// place sets the count of every vertex on a shortest path to its distance from a
// and 1: first the ends of the edges where the sides met, then, ring by ring
// towards each end, whoever is next to one already found.
func (q *search) place() {
	s := q.s
	s.counts = room(s.counts, len(q.v.ids))
	near, far := q.place1(q.grown, q.grown.depth()), q.place1(q.other, q.other.depth())
	for rest := q.grown.frontier(); len(rest) > 0; {
		now := rest
		rest = s.batch.fetch(q.v, rest)
		for i, list := range s.batch.lists[:s.batch.n] {
			for _, y := range list {
				if q.other.has(y) {
					s.setCount(now[i], near)
					s.setCount(y, far)
				}
			}
		}
	}
	for _, end := range [2]*side{&s.a, &s.b} {
		for depth := end.depth() - 1; depth >= 0; depth-- {
			q.sweep(end.ring(depth), q.place1(end, depth+1), q.place1(end, depth))
		}
	}
}

// sweep sets the count of those in the ring who are next to one with nearer.
func (q *search) sweep(ring []uint32, nearer, count uint32) {
	s := q.s
	for len(ring) > 0 {
		rest := s.batch.fetch(q.v, ring)
		for i, list := range s.batch.lists[:s.batch.n] {
			for _, y := range list {
				if s.counts[y] == nearer {
					s.setCount(ring[i], count)
					break
				}
			}
		}
		ring = rest
	}
}

// place1 turns the depth of a ring of one side into the distance from a and 1.
func (q *search) place1(end *side, depth int) uint32 {
	if end == &q.s.a {
		return uint32(depth + 1)
	}
	return uint32(q.length() - depth + 1)
}

func (s *scratch) setCount(x, count uint32) {
	if s.counts[x] == 0 {
		s.counts[x] = count
		s.touched = append(s.touched, x)
	}
}

func (s *scratch) zeroCounts() {
	for _, x := range s.touched {
		s.counts[x] = 0
	}
	s.touched = s.touched[:0]
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
func (v *View) Paths(a, b int64, limit, k int, hidden func(int64) bool, weigh Weigh) [][]int64 {
	return v.paths(a, b, limit, hidden, &ways{v: v, weigh: weigh, k: k})
}

// StrongestPaths is Paths by the strengths of ties: the best has the greatest sum of
// them (see SetStrength) over all its steps. With no strengths it is the lowest by
// id.
func (v *View) StrongestPaths(a, b int64, limit, k int, hidden func(int64) bool) [][]int64 {
	return v.paths(a, b, limit, hidden, &ways{v: v, byTies: true, k: k})
}

func (v *View) paths(a, b int64, limit int, hidden func(int64) bool, w *ways) [][]int64 {
	if a == b {
		return [][]int64{{a}}
	}
	if limit <= 0 || limit > maxHops {
		limit = maxHops
	}
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return nil
	}
	s := v.scratch()
	q := search{v: v, s: s, hidden: hidden}
	q.begin(x, y)
	var paths [][]int64
	if q.meet(limit) {
		q.place()
		w.goal, w.place, w.best, w.weights = y, s.counts, map[uint32][]way{}, map[uint32]uint64{}
		for _, way := range w.from(x) {
			paths = append(paths, way.ids)
		}
		s.zeroCounts()
	}
	q.end()
	v.release(s)
	return paths
}

// ways finds the best ways from vertices on shortest paths to the goal.
type ways struct {
	v       *View
	goal    uint32
	place   []uint32
	best    map[uint32][]way  // found already
	weights map[uint32]uint64 // asked already
	weigh   Weigh
	byTies  bool // steps count, not who is passed
	k       int
}

// step is what it counts that a way goes from x to y.
func (w *ways) step(x, y uint32) uint64 {
	if w.byTies {
		return uint64(w.v.strength(x, y))
	}
	return w.weight(y)
}

// weight is what it counts that a way passes x.
func (w *ways) weight(x uint32) uint64 {
	if n, ok := w.weights[x]; ok {
		return n
	}
	n := adamicAdar(1 + len(w.v.adjacent(x)))
	if w.weigh != nil {
		n = w.weigh(w.v.ids[x])
	}
	w.weights[x] = n
	return n
}

// way is a path to the goal, with the weight of its vertices but the first, or of its
// ties. The goal counts too: it does so for all ways alike.
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
		if w.place[y] != w.place[x]+1 {
			continue
		}
		step := w.step(x, y)
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

// firstOf cuts xs after k; 0 or less keeps all.
func firstOf[T any](xs []T, k int) []T {
	if k <= 0 {
		return xs
	}
	return xs[:min(k, len(xs))]
}
