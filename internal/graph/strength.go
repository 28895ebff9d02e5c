package graph

import (
	"cmp"
	"iter"
	"slices"
)

// How strong a tie is lies beside the connections, in lists of their own: pairs of
// a connection and its strength, ascending by connection, for those alone that have
// one. Most have none, and searches that don't ask for it don't come by it.

// strengthAt finds y in a list of pairs.
func strengthAt(pairs []uint32, y uint32) (at int, found bool) {
	lo, hi := 0, len(pairs)/2
	for lo < hi {
		if mid := (lo + hi) / 2; pairs[2*mid] < y {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return 2 * lo, 2*lo < len(pairs) && pairs[2*lo] == y
}

// SetStrength says how strong the tie between a and b is, in a unit of the
// caller's, such as how often they have written to each other; 0 is how every tie
// begins. It reports whether that changes anything: there must be a tie, and a
// strength ends with it. O(strengths of a and b).
func (g *Graph) SetStrength(a, b int64, strength uint32) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := *g.view.Load()
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB || !v.linked(x, y) || v.strength(x, y) == strength {
		return false
	}
	v.setStrength(x, y, strength)
	g.view.Store(&v)
	return true
}

// ReplaceStrengths makes the given strengths, of ties in either direction, all that
// there are; of a tie that is given twice the last one stands, and what is given of no
// tie is left out. Readers keep the View they have. O(n + strengths · log), some hundred
// times less than as many calls of SetStrength.
func (g *Graph) ReplaceStrengths(all iter.Seq2[[2]int64, uint32]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := *g.view.Load()
	var said [][3]uint32
	for tie, strength := range all {
		x, okA := v.ordinal(tie[0])
		y, okB := v.ordinal(tie[1])
		if okA && okB && v.linked(x, y) {
			said = append(said, [3]uint32{min(x, y), max(x, y), strength})
		}
	}
	slices.SortStableFunc(said, byEnds)
	ties := said[:0]
	for i, t := range said {
		if last := i+1 == len(said) || byEnds(t, said[i+1]) != 0; last && t[2] > 0 {
			ties = append(ties, t)
		}
	}
	v.strengths = packStrengths(len(v.ids), ties)
	g.view.Store(&v)
}

func byEnds(a, b [3]uint32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }

// packStrengths makes the lists of n vertices from ties and their strengths, each tie
// once.
func packStrengths(n int, ties [][3]uint32) lists {
	if len(ties) == 0 {
		return nil
	}
	both := make([][3]uint32, 0, 2*len(ties))
	for _, t := range ties {
		both = append(both, t, [3]uint32{t[1], t[0], t[2]})
	}
	slices.SortFunc(both, byEnds)
	l := make(lists, (n+pageSize*segmentSize-1)/(pageSize*segmentSize))
	for i := range l {
		l[i] = emptyPage()
	}
	for len(both) > 0 {
		number := both[0][0] >> segmentBits
		many := slices.IndexFunc(both, func(t [3]uint32) bool { return t[0]>>segmentBits != number })
		if many < 0 {
			many = len(both)
		}
		l[number/pageSize][number%pageSize] = strengthSegment(both[:many])
		both = both[many:]
	}
	return l
}

// strengthSegment is the lists of one segment, from its ties in order.
func strengthSegment(ties [][3]uint32) *segment {
	s := &segment{offsets: new([segmentSize + 1]uint32), ends: make([]uint32, 0, 2*len(ties))}
	for _, t := range ties {
		s.ends = append(s.ends, t[1], t[2])
		s.offsets[t[0]%segmentSize+1] = uint32(len(s.ends))
	}
	for i := range segmentSize {
		s.offsets[i+1] = max(s.offsets[i+1], s.offsets[i])
	}
	return s
}

// setStrength writes both sides' lists, of a View that nobody else has yet.
func (v *View) setStrength(x, y, strength uint32) {
	d := v.strengths.draft()
	for _, e := range [2][2]uint32{{x, y}, {y, x}} {
		old := d.lists.of(e[0])
		at, found := strengthAt(old, e[1])
		rest := old[at:]
		if found {
			rest = rest[2:]
		}
		if strength == 0 {
			d.set(e[0], slices.Concat(old[:at], rest))
		} else {
			d.set(e[0], slices.Concat(old[:at], []uint32{e[1], strength}, rest))
		}
	}
	v.strengths = d.lists
}

// endStrength forgets how strong a tie was that has ended.
func (v *View) endStrength(x, y uint32) {
	if v.strength(x, y) > 0 {
		v.setStrength(x, y, 0)
	}
}

func (v *View) strength(x, y uint32) uint32 {
	pairs := v.strengths.of(x)
	if at, found := strengthAt(pairs, y); found {
		return pairs[at+1]
	}
	return 0
}

// Strength returns how strong the tie between a and b is; 0 when nothing has been
// said about it or there is none. O(log of a's strengths). As a Weigh it gives mutual
// connections, suggestions and paths by how strongly one is linked:
//
//	func(m int64) uint64 { return uint64(v.Strength(a, m) + v.Strength(m, b)) }
func (v *View) Strength(a, b int64) uint32 {
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB {
		return 0
	}
	return v.strength(x, y)
}

// Strengths returns how many ties have a strength. O(n).
func (v *View) Strengths() (n int) {
	for x := range uint32(len(v.ids)) {
		n += len(v.strengths.of(x)) / 2
	}
	return n / 2
}

// Strong returns the connections of a's whose ties have a strength, in no order; nil
// when there are none. O(those).
func (v *View) Strong(a int64) (ids []int64) {
	x, ok := v.ordinal(a)
	if !ok {
		return nil
	}
	for pairs := v.strengths.of(x); len(pairs) > 0; pairs = pairs[2:] {
		ids = append(ids, v.ids[pairs[0]])
	}
	return ids
}

// allStrengths calls use for every tie that has a strength, from either side.
func (v *View) allStrengths(use func(a, b int64, strength uint32)) {
	for x, id := range v.ids {
		for pairs := v.strengths.of(uint32(x)); len(pairs) > 0; pairs = pairs[2:] {
			use(id, v.ids[pairs[0]], pairs[1])
		}
	}
}
