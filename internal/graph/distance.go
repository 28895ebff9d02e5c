package graph

// Degree returns how near a and b are; the same both ways. It costs what
// Distance up to three costs.
func (v *View) Degree(a, b int64) Degree {
	d := v.Distance(a, b, int(Third))
	if d < 0 {
		return Far
	}
	return Degree(d)
}

// Distance returns the length of the shortest path between a and b, the same
// both ways: 0 from a member to itself, -1 when there is no path of at most
// limit connections; a limit of 0 or less means any length. It searches from
// both ends at once, always going on from the end where that is less work:
// usually O(d2) of the lesser end for three steps, O(n + m) at worst.
func (v *View) Distance(a, b int64, limit int) int {
	if a == b {
		return 0
	}
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return -1
	}
	s := v.scratch()
	defer v.release(s)
	return s.distance(v, x, y, limit)
}

func (s *scratch) distance(v *View, x, y uint32, limit int) int {
	q := search{v: v, s: s}
	q.begin(x, y)
	defer q.end()
	if !q.meet(limit) {
		return -1
	}
	return q.length()
}

// search is a breadth-first search from two ends that has met, or may yet.
// While it has not, the two sides have no vertex in common, which says that no
// path is as short as the sum of their depths; so the first vertex found on both
// ends a shortest path, one longer than that sum.
type search struct {
	v      *View
	s      *scratch
	grown  *side // the one that was growing when they met
	other  *side
	hidden func(int64) bool // ids not to pass through; nil for none
}

// begin starts at two different vertices.
func (q *search) begin(x, y uint32) {
	q.s.a.begin(q.v, x)
	q.s.b.begin(q.v, y)
	q.s.blocked.fit(q.v)
}

func (q *search) end() {
	q.s.a.clear()
	q.s.b.clear()
	q.s.blocked.clear()
}

// length is the length of the shortest path, once the sides have met.
func (q *search) length() int { return q.s.a.depth() + q.s.b.depth() + 1 }

// meet grows the sides until they meet; false when that takes more than limit
// steps or one side has nowhere left to go.
func (q *search) meet(limit int) bool {
	for limit <= 0 || q.length() <= limit {
		q.grown, q.other = &q.s.a, &q.s.b
		work, others := q.grown.work(q.v), q.other.work(q.v)
		if others < work {
			q.grown, q.other, work = q.other, q.grown, others
		}
		if work == 0 {
			return false
		}
		if q.grow(q.length() == limit) {
			return true
		}
	}
	return false
}

// grow adds a ring to the growing side, unless it finds the other side first.
// Then it stops, leaving among the members a part of a ring that is in no ring.
// The last ring before the limit need only be looked at.
func (q *search) grow(last bool) (met bool) {
	for rest := q.grown.frontier(); len(rest) > 0; {
		rest = q.s.batch.fetch(q.v, rest)
		for _, list := range q.s.batch.lists[:q.s.batch.n] {
			if q.other.hits(list) {
				return true
			}
			if !last {
				q.reach(list)
			}
		}
	}
	q.grown.bounds = append(q.grown.bounds, len(q.grown.members))
	return false
}

// reach adds those of the list who are not hidden. Each is asked about once.
func (q *search) reach(list []uint32) {
	if q.hidden == nil {
		q.grown.addAll(list)
		return
	}
	for _, y := range list {
		switch {
		case q.grown.has(y) || q.s.blocked.has(y):
		case q.hidden(q.v.ids[y]):
			q.s.blocked.add(y)
		default:
			q.grown.add(y)
		}
	}
}
