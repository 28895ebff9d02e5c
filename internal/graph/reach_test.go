package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Estimates are within 3 % of what counting finds, and on average right.
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
	sum, many, wide := 0.0, 0, 0
	for range 120 {
		x, _ := v.ordinal(r.Int64N(5000)) // well connected, so that the sample will do
		s := v.scratch()
		s.within(v, x)
		got := s.third(v, x, 0)
		if s.a.depth() == 3 { // it was counted after all: a small sample would not have done
			s.a.clear()
			v.release(s)
			continue
		}
		want := len(s.a.step(v, &s.batch))
		s.a.clear()
		v.release(s)
		off := float64(got-want) / float64(want)
		sum += off
		many++
		if math.Abs(off) > 0.03 {
			wide++
		}
	}
	if many < 100 || wide > 3 || math.Abs(sum/float64(many)) > 0.005 {
		t.Errorf("%d of %d estimates are off by more than 3 %%, on average by %.3f", wide, many, sum/float64(many))
	}
}
