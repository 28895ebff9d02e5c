package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Estimates are within 3 % of what counting finds, and on average right, whichever
// way they are found.
func TestThirdIsEstimatedWithin3Percent(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const people = 200_000
	v := Build(func(yield func(int64, int64) bool) {
		for range 10 * people {
			a := r.Int64N(people)
			if !yield(a, r.Int64N(a+1)) {
				return
			}
		}
	}).Snapshot()
	for name, c := range map[string]struct {
		among    int64 // well connected, so that a sample of members will do; or anybody
		estimate func(s *scratch, x uint32) (int, bool)
	}{
		"by all":  {5000, func(s *scratch, x uint32) (int, bool) { return s.thirdByAll(v, x) }},
		"by ends": {people, func(s *scratch, x uint32) (int, bool) { return s.thirdByEnds(v, x, s.ends(v)), true }},
		"chosen":  {5000, func(s *scratch, x uint32) (int, bool) { n := s.third(v, x, 0); return n, s.a.depth() == 2 }},
	} {
		t.Run(name, func(t *testing.T) {
			sum, many, wide := 0.0, 0, 0
			for range 120 {
				x, ok := v.ordinal(r.Int64N(c.among))
				s := v.scratch()
				if ok {
					s.within(v, x)
				}
				got, ok2 := 0, false
				if ok && len(s.a.frontier()) > 0 {
					got, ok2 = c.estimate(s, x)
				}
				if ok2 { // else it was counted after all: a small sample would not have done
					want := len(s.a.step(v, &s.batch))
					off := float64(got-want) / float64(max(1, want))
					sum += off
					many++
					if math.Abs(off) > 0.03 {
						wide++
					}
				}
				s.a.clear()
				v.release(s)
			}
			if many < 100 || wide > 3 || math.Abs(sum/float64(many)) > 0.005 {
				t.Errorf("%d of %d estimates are off by more than 3 %%, on average by %.4f", wide, many, sum/float64(many))
			}
		})
	}
}
