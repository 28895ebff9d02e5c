package graph

import "slices"

// Degrees returns the degree between a and each of bs, in their order; see
// AppendDegrees.
func (v *View) Degrees(a int64, bs []int64) []Degree {
	return v.AppendDegrees(make([]Degree, 0, len(bs)), a, bs)
}

// AppendDegrees appends the degree between a and each of bs, in their order, to
// into. Where a's second degree is kept (see CacheSets) it is looked up: O(sum of
// d(b)) at most, as a rule a few of each b's connections. Else two plans give the same
// answers, and the one that promises less work is taken. One marks all within the second degree of a, O(d2(a)), and looks for
// them among each b's connections. The other marks a's connections only and
// looks for them one and two steps around each b, which ends the sooner, the
// better connected a is.
func (v *View) AppendDegrees(into []Degree, a int64, bs []int64) []Degree {
	at := len(into)
	for _, b := range bs {
		into = append(into, selfOrFar(a, b))
	}
	x, ok := v.ordinal(a)
	if !ok {
		return into
	}
	s := v.scratch()
	near := v.nearSet(s, x)
	s.targets(v, bs)
	switch {
	case near != nil:
		s.degreesFrom(v, x, near.bits, into[at:])
	case s.setIsCheaper(v, x):
		s.degreesBySet(v, x, into[at:])
	default:
		s.degreesByTarget(v, x, into[at:])
	}
	s.a.clear()
	v.release(s)
	return into
}

func selfOrFar(a, b int64) Degree {
	if a == b {
		return Self
	}
	return Far
}

// target is somebody whose degree is asked: the vertex and the place in the answer.
type target struct {
	x, at uint32
}

// targets finds the vertices of bs.
func (s *scratch) targets(v *View, bs []int64) {
	s.asked, s.xs = s.asked[:0], s.xs[:0]
	var guesses [batchSize]uint32
	for from := 0; from < len(bs); from += batchSize {
		group := bs[from:min(len(bs), from+batchSize)]
		s.batch.sum += v.ordinals.touch(v.ids, group, &guesses)
		for i, b := range group {
			if y, ok := v.ordinal(b); ok {
				s.asked = append(s.asked, target{y, uint32(from + i)})
				s.xs = append(s.xs, y)
			}
		}
	}
}

// What a plan's steps cost, in units of marking a vertex.
const (
	costProbe = 1   // looking whether a vertex is marked
	costList  = 100 // coming to a list
)

// setIsCheaper estimates both plans.
func (s *scratch) setIsCheaper(v *View, x uint32) bool {
	marking := s.estimate(v, v.adjacent(x))
	if marking == 0 {
		return true
	}
	// A random end of a connection is next to x with the chance marking/ends.
	ends := max(1, 2*v.edges) // 0 where a snapshot was damaged
	probes := ends / marking
	mean := v.squares / ends // connections of whom one comes by
	perTarget := 0
	for _, t := range s.asked {
		d := len(v.adjacent(t.x))
		probes := min(probes, d*mean)
		perTarget += (d+probes)*costProbe + min(d, 1+probes/max(1, mean))*costList
	}
	return marking+len(v.adjacent(x))*costList/4 < perTarget
}

// estimate is about how many connections the vertices have together.
func (s *scratch) estimate(v *View, xs []uint32) int {
	const few = 64
	stride := max(1, len(xs)/few)
	sum := 0
	for i := 0; i < len(xs); i += stride {
		sum += len(v.adjacent(xs[i]))
	}
	return sum * stride
}

// within marks x and all at its first and second degree.
func (s *scratch) within(v *View, x uint32) {
	s.a.begin(v, x)
	s.a.step(v, &s.batch)
	s.a.step(v, &s.batch)
}

func (s *scratch) degreesBySet(v *View, x uint32, into []Degree) {
	s.within(v, x)
	s.degreesFrom(v, x, s.a.bits, into)
}

// degreesFrom answers when all within the second degree are marked in bits.
func (s *scratch) degreesFrom(v *View, x uint32, bits []uint64, into []Degree) {
	near := set{bits: bits}
	own := v.adjacent(x)
	asked := s.asked
	for rest := s.xs; len(rest) > 0; {
		rest = s.batch.fetch(v, rest)
		for i, list := range s.batch.lists[:s.batch.n] {
			t := asked[i]
			switch {
			case t.x == x:
			case !near.has(t.x):
				if near.hits(list) {
					into[t.at] = Third
				}
			case contains(own, t.x):
				into[t.at] = First
			default:
				into[t.at] = Second
			}
		}
		asked = asked[s.batch.n:]
	}
}

func contains(xs []uint32, x uint32) bool {
	_, ok := slices.BinarySearch(xs, x)
	return ok
}

func (s *scratch) degreesByTarget(v *View, x uint32, into []Degree) {
	s.a.begin(v, x)
	s.a.step(v, &s.batch)
	for _, t := range s.asked {
		switch list := v.adjacent(t.x); {
		case t.x == x:
		case s.a.has(t.x):
			into[t.at] = First
		case s.a.hits(list):
			into[t.at] = Second
		case s.hitsNext(v, list):
			into[t.at] = Third
		}
	}
}

// hitsNext reports whether anybody next to one of xs is marked.
func (s *scratch) hitsNext(v *View, xs []uint32) bool {
	for len(xs) > 0 {
		xs = s.batch.fetch(v, xs)
		for _, list := range s.batch.lists[:s.batch.n] {
			if s.a.hits(list) {
				return true
			}
		}
	}
	return false
}
