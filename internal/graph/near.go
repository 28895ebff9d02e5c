package graph

import "iter"

// MutualCount returns how many members are connected to both a and b. With
// oneself nobody is mutual. O(d(a) + d(b)), or O(d log d) of the lesser where the
// other has very many.
func (v *View) MutualCount(a, b int64) int {
	if a == b {
		return 0
	}
	return common(v.neighbours(a), v.neighbours(b), nil)
}

// Mutuals returns the members connected to both a and b, at most k of them, or
// all when k is 0 or less; nil when there are none. The heaviest come first, equal
// ones by id. O(d(a) + d(b) + s log s) for s mutual connections, and s weights.
func (v *View) Mutuals(a, b int64, k int, weigh Weigh) []int64 {
	ids, _ := v.AppendMutuals(nil, a, b, k, weigh)
	return ids
}

// AppendMutuals is Mutuals into memory of the caller's: it appends nothing where
// Mutuals returns nil. It also returns how many mutual connections there are in
// all, which is MutualCount in the same walk.
func (v *View) AppendMutuals(into []int64, a, b int64, k int, weigh Weigh) (ids []int64, all int) {
	if a == b {
		return into, 0
	}
	xs, ys := v.neighbours(a), v.neighbours(b)
	s := v.scratch()
	s.xs = room(s.xs, min(len(xs), len(ys)))
	s.best.begin(v, k)
	all = common(xs, ys, s.xs)
	for _, x := range s.xs[:all] {
		s.best.offer(rated{v.weigh(x, weigh), x})
	}
	for _, r := range s.best.sorted() {
		into = append(into, v.ids[r.x])
	}
	v.release(s)
	return into, all
}

// muchLonger is from where on it is quicker to search a list than to walk it.
const muchLonger = 16

// common counts what two ascending lists have in common, and writes it to into
// unless that is nil.
func common(xs, ys, into []uint32) (n int) {
	if len(xs) > len(ys) {
		xs, ys = ys, xs
	}
	if len(xs)*muchLonger < len(ys) {
		return search1(xs, ys, into)
	}
	for i, j := 0, 0; i < len(xs) && j < len(ys); {
		x, y := xs[i], ys[j]
		if x == y {
			if into != nil {
				into[n] = x
			}
			n++
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	return n
}

// search1 is common for few xs among many ys: each is searched from where the
// one before was, in steps that double.
func search1(xs, ys, into []uint32) (n int) {
	for _, x := range xs {
		hop := 1
		for hop < len(ys) && ys[hop] < x {
			hop *= 2
		}
		lo, hi := hop/2, min(hop+1, len(ys))
		for lo < hi {
			if mid := (lo + hi) / 2; ys[mid] < x {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		ys = ys[lo:]
		if len(ys) == 0 {
			return n
		}
		if ys[0] == x {
			if into != nil {
				into[n] = x
			}
			n++
		}
	}
	return n
}

// SecondCount returns how many members are at the second degree from a, exactly.
// O(d2(a)), or O(1) where it is kept (see CacheSets).
func (v *View) SecondCount(a int64) int {
	x, ok := v.ordinal(a)
	if !ok {
		return 0
	}
	s := v.scratch()
	n := 0
	if near := v.nearSet(s, x); near != nil {
		n = near.count - 1 - len(v.adjacent(x))
	} else {
		s.within(v, x)
		n = len(s.a.frontier())
		s.a.clear()
	}
	v.release(s)
	return n
}

// Within yields the members at degree 1 to limit from a, nearest first and equal
// ones by id, each with its degree; a itself is not among them. limit is at most
// 3, and less than 1 yields nobody. A ring is read when the one before it has
// been used up, so stopping early saves the larger part.
func (v *View) Within(a int64, limit int) iter.Seq2[int64, Degree] {
	return func(yield func(int64, Degree) bool) {
		x, ok := v.ordinal(a)
		if !ok {
			return
		}
		s := v.scratch()
		s.a.begin(v, x)
		s.rings(v, min(limit, int(Third)), yield)
		s.a.clear()
		v.release(s)
	}
}

// rings yields the first so many rings around what s.a has begun with.
func (s *scratch) rings(v *View, limit int, yield func(int64, Degree) bool) {
	for degree := First; int(degree) <= limit; degree++ {
		s.ids = v.sortedIDs(s.ids[:0], s.a.step(v, &s.batch))
		for _, id := range s.ids {
			if !yield(id, degree) {
				return
			}
		}
	}
}

// Gain returns how many members would newly be within a's second degree if a and
// b were connected: b and b's connections, without those within it already. It
// is 0 when they are connected, and for oneself; Gain(a, b) and Gain(b, a)
// differ. O(d2(a) + d(b)), or O(d(b)) where a's second degree is kept.
func (v *View) Gain(a, b int64) int {
	if a == b || v.Connected(a, b) {
		return 0
	}
	y, ok := v.ordinal(b)
	if !ok {
		return 1
	}
	x, ok := v.ordinal(a)
	if !ok {
		return 1 + len(v.adjacent(y))
	}
	s := v.scratch()
	near := s.near(v, x)
	list := v.adjacent(y)
	gain := len(list) - near.count(list)
	if !near.has(y) {
		gain++
	}
	s.a.clear()
	v.release(s)
	return gain
}
