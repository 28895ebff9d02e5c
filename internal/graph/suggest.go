package graph

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Candidate is a member whom one may know: at the second degree, or also at the
// third where Ask.Third allows it.
type Candidate struct {
	Member int64
	Mutual int     // mutual connections; at least 1 at the second degree, 0 at the third
	Score  float64 // sum of the weights of the mutual ones, of longer ways where asked for, and of shared traits, in Units
}

// Nearest returns the members at the second degree from a with the highest
// scores, at most k, or all when k is 0 or less; equal scores come by id, and nil
// when there is nobody. O(d2(a)), and d(a) weights; sorting all when all are
// wanted.
func (v *View) Nearest(a int64, k int, weigh Weigh) []Candidate {
	return v.AppendNearest(nil, a, k, weigh)
}

// AppendNearest is Nearest into memory of the caller's: it appends nothing where
// Nearest returns nil.
func (v *View) AppendNearest(into []Candidate, a int64, k int, weigh Weigh) []Candidate {
	into, _ = v.AppendSuggestions(into, a, Ask{K: k, Weigh: weigh})
	return into
}

// Ask says what suggestions are wanted.
type Ask struct {
	K      int              // how many; 0 or less: all
	Weigh  Weigh            // of who lies between; nil: Adamic and Adar's
	Trait  Weigh            // of a trait in common, by its id, see Rarity; nil: traits don't count
	Skip   func(int64) bool // who is not wanted; nil: all are; asked about each at most once
	Budget int              // connections to look at, at most; 0 or less: any number
	Third  int              // more to look at for a third step, at most; 0: no third step; less: any number
}

// Work says what suggestions took.
type Work struct {
	Looked  int // connections looked at
	Of      int // as many there were
	Third   int // looked at for a third step, from those at the second degree
	OfThird int // as many there were; 0 where many triangles close, or none was asked for
}

// Whole reports whether the budgets were enough. Else scores are of the part looked
// at, and somebody may be missing.
func (w Work) Whole() bool { return w.Looked == w.Of && w.Third == w.OfThird }

// AppendSuggestions is AppendNearest without those to skip, and within a budget:
// when a's connections have more connections together, those are looked at whose
// weight is dear for what they cost, the same ones on every node. Mutual
// connections are counted in full in any case, and so are shared traits.
// O(min(d2(a), budget) + d(a) log d(a)), and for traits O(members who have one of a's
// traits, or members found, whichever is less).
//
// With a third step, members at the third degree may be suggested too: those
// connected to somebody at the second. Each way a–y–u–z adds to z, at the second degree
// or the third, the product of the weights of y and u, in Units, times how open it is
// around a: 1 less eight times the share of the ways of two steps, by weight, that
// end at a or a connection of a's. Where that leaves nothing, since many triangles
// close, the answer is the one without a third step. Within the budget those u are
// looked through by which the most is added, never u whom a block keeps from a. A weight
// for each member at the second degree, and O(min(connections of theirs, Third)).
// The sums of the weights of two members' connections, in Units, times each other and
// either's number, must stay below 2^40.
func (v *View) AppendSuggestions(into []Candidate, a int64, ask Ask) ([]Candidate, Work) {
	x, ok := v.ordinal(a)
	if !ok {
		return into, Work{}
	}
	s := v.scratch()
	s.nearest = nearest{v: v, s: s, x: x, own: v.adjacent(x), blocked: v.blocks.of(x), skip: ask.Skip, one: Unit}
	n := &s.nearest
	n.weigh(ask.Weigh)
	n.weighTraits(ask)
	if ask.Third != 0 {
		n.refine()
	}
	work := n.choose(ask.Budget)
	s.best.begin(v, ask.K)
	if ask.Third == 0 && n.fits(ask.K) {
		into = n.bySmall(into)
	} else {
		into = n.byLarge(into, ask, &work)
	}
	s.nearest = nearest{}
	v.release(s)
	return into, work
}

// choice is one of x's connections, to be looked through or not.
type choice struct {
	y, size uint32
	weight  uint64
	id      int64
}

// choose takes as many of x's connections as the budget allows, best weight for
// the work first; all of them, in their order, when it allows that.
func (n *nearest) choose(budget int) (w Work) {
	s := n.s
	n.visit = n.own
	for _, y := range n.own {
		w.Of += len(n.v.adjacent(y))
	}
	if w.Looked = w.Of; budget <= 0 || w.Of <= budget {
		return w
	}
	s.choices = s.choices[:0]
	for i, y := range n.own {
		s.choices = append(s.choices, choice{y, uint32(len(n.v.adjacent(y))), s.weights[i], n.v.ids[y]})
	}
	slices.SortFunc(s.choices, func(p, q choice) int {
		return cmp.Or(cmp.Compare(q.weight*uint64(p.size), p.weight*uint64(q.size)), cmp.Compare(p.id, q.id))
	})
	s.xs, s.weights, w.Looked = s.xs[:0], s.weights[:0], 0
	for _, c := range s.choices {
		if w.Looked+int(c.size) > budget {
			break
		}
		w.Looked += int(c.size)
		s.xs, s.weights = append(s.xs, c.y), append(s.weights, c.weight)
	}
	n.visit = s.xs
	return w
}

// nearest adds up, over x's connections, their weights for each of theirs.
type nearest struct {
	v       *View
	s       *scratch
	x       uint32
	own     []uint32
	visit   []uint32 // those of own whose connections are looked at, as s.weights
	blocked []uint32
	skip    func(int64) bool
	// Weights are divided by what they have in common.
	divisor uint64
	one     float64 // what counts 1
	sum     uint64
	zero    bool   // somebody counts nothing
	common  int    // so many of s.numbers are shared by so many that the best alone are asked
	most    uint64 // what all from there on count together
}

// weigh asks for the weights of x's connections.
func (n *nearest) weigh(given Weigh) {
	s := n.s
	s.weights = s.weights[:0]
	for _, y := range n.own {
		w := n.v.weigh(y, given)
		s.weights = append(s.weights, w)
		n.sum += w
		n.zero = n.zero || w == 0
		if given != nil {
			n.divisor = gcd(n.divisor, w)
		}
	}
	if n.divisor == 0 { // not asked for, or all weights are 0
		n.divisor = 1
	}
	n.zero = n.zero && given != nil // Adamic and Adar's 0 leads to x alone
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// fits reports whether sums fit 32 bits, of which the memory at hand holds more;
// then mutual connections are counted for the best alone, which must be few.
func (n *nearest) fits(k int) bool {
	return !n.zero && n.sum/n.divisor <= math.MaxUint32 && 0 < k && k <= 256
}

func (n *nearest) bySmall(into []Candidate) []Candidate {
	s := n.s
	s.counts = room(s.counts, len(n.v.ids))
	for i := range s.weights {
		s.weights[i] /= n.divisor
	}
	addUp(s, n.v, n.visit, s.counts)
	s.counts[n.x] = 0
	for _, y := range n.own {
		s.counts[y] = 0
	}
	addShared(n, s.counts, 0)
	for _, z := range s.touched {
		score := uint64(s.counts[z])
		s.counts[z] = 0
		if score+n.most >= s.best.floor { // most are not
			n.offer(score, z)
		}
	}
	s.touched = s.touched[:0]
	return n.answer(into)
}

// offer lets z be ranked, unless its score is too low or it is not wanted.
func (n *nearest) offer(score uint64, z uint32) {
	best := &n.s.best
	if score+n.most < best.floor || score == 0 && !n.zero {
		return
	}
	if score += n.shared(z); score < best.floor {
		return
	}
	if len(n.blocked) > 0 && contains(n.blocked, z) {
		return
	}
	if n.skip == nil || !n.skip(n.v.ids[z]) {
		best.offer(rated{score, z})
	}
}

// answer counts mutual connections of the best.
func (n *nearest) answer(into []Candidate) []Candidate {
	s := n.s
	s.a.fit(n.v)
	s.a.addAll(n.own)
	for _, r := range s.best.sorted() {
		into = append(into, Candidate{n.v.ids[r.x], s.a.count(n.v.adjacent(r.x)), float64(r.weight*n.divisor) / n.one})
	}
	s.a.clear()
	return into
}

// addUp adds the weight of each of xs, in s.weights, to the sums of its connections.
// It adds without a branch on who is new, as set.addAll does; no weight may be 0.
func addUp[T uint32 | uint64](s *scratch, v *View, xs []uint32, sums []T) {
	weights := s.weights
	for len(xs) > 0 {
		xs = s.batch.fetch(v, xs)
		for i, list := range s.batch.lists[:s.batch.n] {
			w := T(weights[i])
			at := len(s.touched)
			s.growTouched(at + len(list))
			touched := s.touched[:cap(s.touched)]
			for _, z := range list {
				old := sums[z]
				sums[z] = old + w
				touched[at] = z
				if old == 0 {
					at++
				}
			}
			s.touched = touched[:at]
		}
		weights = weights[s.batch.n:]
	}
}

// byLarge counts in 64 bits: the score above, the mutual connections below.
func (n *nearest) byLarge(into []Candidate, ask Ask, work *Work) []Candidate {
	s := n.s
	s.sums = room(s.sums, len(n.v.ids))
	low := uint(bits.Len(uint(len(n.own))))
	for i, w := range s.weights {
		s.weights[i] = w/n.divisor<<low | 1
	}
	addUp(s, n.v, n.visit, s.sums)
	if ask.Third != 0 {
		n.third(ask, low, work)
	}
	s.sums[n.x] = 0
	for _, y := range n.own {
		s.sums[y] = 0
	}
	addShared(n, s.sums, low)
	for _, z := range s.touched {
		if s.sums[z] != 0 {
			n.offer(s.sums[z]>>low, z)
		}
	}
	if len(n.visit) < len(n.own) {
		into = n.answer(into)
	} else {
		for _, r := range s.best.sorted() {
			into = append(into, Candidate{n.v.ids[r.x], int(s.sums[r.x] & (1<<low - 1)), float64(r.weight*n.divisor) / n.one})
		}
	}
	for _, z := range s.touched {
		s.sums[z] = 0
	}
	s.touched = s.touched[:0]
	return into
}

// growTouched makes room for n touched vertices in all.
func (s *scratch) growTouched(n int) {
	if cap(s.touched) < n {
		longer := make([]uint32, len(s.touched), n+n/2)
		copy(longer, s.touched)
		s.touched = longer
	}
}
