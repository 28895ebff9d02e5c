package plain

import "guildhall/internal/graph"

// Degree returns how near a and b are; the same both ways. It costs what
// Distance up to three costs.
func (v *View) Degree(a, b int64) graph.Degree {
	d := v.Distance(a, b, int(graph.Third))
	if d < 0 {
		return graph.Far
	}
	return graph.Degree(d)
}

// Degrees returns the degree between a and each of bs, in their order. It marks
// a's first and second degree once and then asks, for each member outside them,
// whether anybody next to it is second degree:
// O(d2(a) + sum of d(b) + n/64), which is much less than Degree for each when
// there are many, and the answers are the same.
func (v *View) Degrees(a int64, bs []int64) []graph.Degree {
	degrees := make([]graph.Degree, len(bs))
	x, ok := v.ordinal(a)
	if !ok {
		for i, b := range bs {
			degrees[i] = selfOrFar(a, b)
		}
		return degrees
	}
	first, second := v.marks(), v.marks()
	s := v.spread(x)
	first.addAll(s.step())
	second.addAll(s.step())
	for i, b := range bs {
		y, ok := v.ordinal(b)
		switch {
		case !ok || x == y:
			degrees[i] = selfOrFar(a, b)
		case first.has(y):
			degrees[i] = graph.First
		case second.has(y):
			degrees[i] = graph.Second
		default:
			degrees[i] = v.thirdOrFar(y, second)
		}
	}
	return degrees
}

func selfOrFar(a, b int64) graph.Degree {
	if a == b {
		return graph.Self
	}
	return graph.Far
}

// thirdOrFar decides for a vertex that is not within the second degree.
func (v *View) thirdOrFar(y uint32, second marks) graph.Degree {
	for _, z := range v.adjacent(y) {
		if second.has(z) {
			return graph.Third
		}
	}
	return graph.Far
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
	s := v.search(a, b, nil)
	if s == nil || !s.meet(limit) {
		return -1
	}
	return s.length()
}

// search is a breadth-first search from two ends that has met, or may yet.
// While it has not, the two sides have no vertex in common, which says that no
// path is as short as the sum of their depths; so the first vertex found on both
// ends a shortest path, one longer than that sum.
type search struct {
	v       *View
	a, b    side
	grown   *side // the one that was growing when they met
	other   *side
	hidden  func(int64) bool // ids not to pass through; nil for none
	blocked marks            // vertices found hidden, so that each is asked about once
}

// side is what one end has reached.
type side struct {
	seen  marks
	rings [][]uint32 // by distance from the end, whole rings only
	work  int        // connections to look at to grow by a ring
}

// search begins at two different members; nil if either has no connections.
func (v *View) search(a, b int64, hidden func(int64) bool) *search {
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return nil
	}
	s := &search{v: v, a: v.side(x), b: v.side(y), hidden: hidden}
	if hidden != nil {
		s.blocked = v.marks()
	}
	return s
}

func (v *View) side(x uint32) side {
	seen := v.marks()
	seen.add(x)
	return side{seen: seen, rings: [][]uint32{{x}}, work: len(v.adjacent(x))}
}

// depth is how far from its end the side has reached.
func (s *side) depth() int { return len(s.rings) - 1 }

func (s *side) frontier() []uint32 { return s.rings[s.depth()] }

// length is the length of the shortest path, once the sides have met.
func (s *search) length() int { return s.a.depth() + s.b.depth() + 1 }

// meet grows the sides until they meet; false when that takes more than limit
// steps or one side has nowhere left to go.
func (s *search) meet(limit int) bool {
	for limit <= 0 || s.a.depth()+s.b.depth() < limit {
		s.grown, s.other = &s.a, &s.b
		if s.b.work < s.a.work {
			s.grown, s.other = &s.b, &s.a
		}
		if s.grown.work == 0 {
			return false
		}
		if s.grow() {
			return true
		}
	}
	return false
}

// grow adds a ring to the growing side, unless it finds the other side first.
// Then it stops, leaving in seen a part of a ring that is in no ring.
func (s *search) grow() (met bool) {
	var ring []uint32
	work := 0
	for _, x := range s.grown.frontier() {
		for _, y := range s.v.adjacent(x) {
			if s.other.seen.has(y) {
				return true
			}
			if !s.grown.seen.has(y) && s.passable(y) {
				s.grown.seen.add(y)
				ring = append(ring, y)
				work += len(s.v.adjacent(y))
			}
		}
	}
	s.grown.rings = append(s.grown.rings, ring)
	s.grown.work = work
	return false
}

// passable asks hidden about a vertex that neither side has reached, once.
func (s *search) passable(y uint32) bool {
	if s.hidden == nil {
		return true
	}
	if s.blocked.has(y) {
		return false
	}
	if s.hidden(s.v.ids[y]) {
		s.blocked.add(y)
		return false
	}
	return true
}
