package graph

import "math/bits"

// Reach returns how many members are at the first, second and third degree from
// a. The first two are exact. The third is exact where finding everybody takes
// reachSteps or less, and else estimated from a sample, the same whenever it is
// asked of this View: its standard error is 1 %, so it is within 3 % of the truth
// but for one in four hundred. O(d2(a)), connections counted of all at the second
// degree, and some ten thousand lists looked into.
func (v *View) Reach(a int64) (first, second, third int) {
	x, ok := v.ordinal(a)
	if !ok {
		return 0, 0, 0
	}
	s := v.scratch()
	s.a.begin(v, x)
	s.xs = s.xs[:0]
	first = len(s.a.step(v, &s.batch))
	second = len(s.a.step(v, &s.batch))
	third = s.third(v, x, reachSteps)
	s.a.clear()
	v.release(s)
	return first, second, third
}

// reachSteps is how many connections are followed to find out how many members
// are at the third degree. As many take about 5 ms.
const reachSteps = 1 << 20

// third counts or estimates the ring after the second, which has been reached.
func (s *scratch) third(v *View, x uint32, steps int) int {
	if work := s.a.work(v); work > steps {
		if work/2 < len(v.ids)/sparse { // about: so it is worth being counted
			if ends := s.ends(v); ends < len(v.ids)/sparse {
				return s.thirdByEnds(v, x, ends)
			}
		}
		if n, ok := s.thirdByAll(v, x); ok {
			return n
		}
	}
	return len(s.a.step(v, &s.batch))
}

// sparse is where a member drawn at random is so seldom at the third degree that the
// connections which lead there are drawn instead.
const sparse = 4

// ends is how many connections those of the second degree have together.
func (s *scratch) ends(v *View) (sum int) {
	for _, z := range s.a.frontier() {
		sum += len(v.adjacent(z))
	}
	return sum
}

// thirdByEnds draws connections of those at the second degree. Who is at the other
// end, and not within the second degree, is at the third, and is met as often as
// they are connected with the second: each time they count one part in so many. One
// connection is drawn of each of so many equal shares of all.
func (s *scratch) thirdByEnds(v *View, x uint32, ends int) int {
	s.random.Seed(uint64(v.ids[x]), 5)
	sum, squares, drawn := 0.0, 0.0, 0
	for shares := 4096; ; shares *= 2 {
		shares = min(shares, ends)
		at, share := 0, 0
		next := s.inShare(share, shares, ends)
		for _, z := range s.a.frontier() {
			list := v.adjacent(z)
			for ; share < shares && next < at+len(list); next = s.inShare(share, shares, ends) {
				s.xs = append(s.xs, list[next-at])
				share++
			}
			at += len(list)
		}
		drawn += len(s.xs)
		for rest := s.xs; len(rest) > 0; {
			now := rest
			rest = s.batch.fetch(v, rest)
			for i, list := range s.batch.lists[:s.batch.n] {
				if !s.a.has(now[i]) {
					part := 1 / float64(max(1, s.a.count(list))) // none only where a snapshot was damaged
					sum += part
					squares += part * part
				}
			}
		}
		s.xs = s.xs[:0]
		mean := sum / float64(drawn)
		variance := squares/float64(drawn) - mean*mean
		if shares == ends || 10_000*variance <= mean*mean*float64(drawn) {
			return min(len(v.ids)-len(s.a.members), int(mean*float64(ends)+0.5))
		}
	}
}

// inShare is a number drawn from one of equal shares of all numbers below ends.
func (s *scratch) inShare(share, shares, ends int) int {
	from, to := share*ends/shares, (share+1)*ends/shares
	drawn, _ := bits.Mul64(s.random.Uint64(), uint64(to-from))
	return from + int(drawn)
}

// thirdByAll looks at vertices drawn at random: who is not within the second
// degree, but next to somebody who is, is at the third. It goes on until the
// standard error is small, and gives up when it would look at a quarter of all.
func (s *scratch) thirdByAll(v *View, x uint32) (n int, ok bool) {
	const least = 1024
	s.random.Seed(uint64(v.ids[x]), 3) // the sample comes out the same again
	hits, drawn := 0, 0
	for drawn < len(v.ids)/4 {
		s.xs = s.xs[:0]
		for range batchSize {
			drawn, _ := bits.Mul64(s.random.Uint64(), uint64(len(v.ids)))
			s.xs = append(s.xs, uint32(drawn))
		}
		s.batch.fetch(v, s.xs)
		for i, list := range s.batch.lists[:s.batch.n] {
			if !s.a.has(s.xs[i]) && s.a.hits(list) {
				hits++
			}
		}
		drawn += batchSize
		// The variance of hits/drawn, relative: (1-p)/(p·drawn), at most 1 in 10,000.
		if drawn >= least && 10_000*(drawn-hits) <= hits*drawn {
			all := len(v.ids) - len(s.a.members)
			return min(all, int(float64(hits)/float64(drawn)*float64(len(v.ids))+0.5)), true
		}
	}
	return 0, false
}
