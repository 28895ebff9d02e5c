package graph

import (
	"math"
	"math/bits"
)

// Candidate is a member at the second degree, whom one may know.
type Candidate struct {
	Member int64
	Mutual int     // mutual connections, at least 1
	Score  float64 // sum of the weights of the mutual ones, in Units
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
	x, ok := v.ordinal(a)
	if !ok {
		return into
	}
	s := v.scratch()
	n := &nearest{v: v, s: s, x: x, own: v.adjacent(x)}
	n.weigh(weigh)
	s.best.begin(k)
	if n.fits(k) {
		into = n.bySmall(into)
	} else {
		into = n.byLarge(into)
	}
	v.release(s)
	return into
}

// nearest adds up, over x's connections, their weights for each of theirs.
type nearest struct {
	v   *View
	s   *scratch
	x   uint32
	own []uint32
	// Weights are divided by what they have in common.
	divisor uint64
	sum     uint64
	zero    bool // somebody counts nothing
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
	n.addSmall()
	s.counts[n.x] = 0
	for _, y := range n.own {
		s.counts[y] = 0
	}
	for _, z := range s.touched {
		score := uint64(s.counts[z])
		s.counts[z] = 0
		if score != 0 && score >= s.best.floor {
			s.best.offer(rated{score, n.v.ids[z], z})
		}
	}
	s.touched = s.touched[:0]
	s.a.fit(n.v)
	s.a.addAll(n.own)
	for _, r := range s.best.sorted() {
		into = append(into, Candidate{r.id, s.a.count(n.v.adjacent(r.x)), float64(r.weight*n.divisor) / Unit})
	}
	s.a.clear()
	return into
}

// addSmall adds without a branch on who is new, as set.addAll does.
func (n *nearest) addSmall() {
	s := n.s
	counts, weights := s.counts, s.weights
	for rest := n.own; len(rest) > 0; {
		rest = s.batch.fetch(n.v, rest)
		for i, list := range s.batch.lists[:s.batch.n] {
			w := uint32(weights[i] / n.divisor)
			at := len(s.touched)
			s.growTouched(at + len(list))
			touched := s.touched[:cap(s.touched)]
			for _, z := range list {
				old := counts[z]
				counts[z] = old + w
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
func (n *nearest) byLarge(into []Candidate) []Candidate {
	s := n.s
	s.sums = room(s.sums, len(n.v.ids))
	low := uint(bits.Len(uint(len(n.own))))
	for i, y := range n.own {
		w := s.weights[i]/n.divisor<<low | 1
		for _, z := range n.v.adjacent(y) {
			if s.sums[z] == 0 {
				s.touched = append(s.touched, z)
			}
			s.sums[z] += w
		}
	}
	s.sums[n.x] = 0
	for _, y := range n.own {
		s.sums[y] = 0
	}
	mutual := func(z uint32) uint64 { return s.sums[z] & (1<<low - 1) }
	for _, z := range s.touched {
		if s.sums[z] != 0 && s.sums[z]>>low >= s.best.floor {
			s.best.offer(rated{s.sums[z] >> low, n.v.ids[z], z})
		}
	}
	for _, r := range s.best.sorted() {
		into = append(into, Candidate{r.id, int(mutual(r.x)), float64(r.weight*n.divisor) / Unit})
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
