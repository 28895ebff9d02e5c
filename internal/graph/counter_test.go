package graph_test

import (
	"math/rand/v2"
	"testing"

	"guildhall/internal/graph"
)

// A counter says what MutualCount says, in whatever order, for those with few and
// with many connections, while others use the graph.
func TestCounter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	g := graph.New()
	for i := range int64(400) {
		g.Connect(1, i+2)
		for range 1 + rng.IntN(8) {
			g.Connect(i+2, rng.Int64N(500)+2)
		}
		if i%7 == 0 {
			g.Connect(2, i+2)
		}
	}
	v := g.Snapshot()
	for _, a := range []int64{1, 2, 77, 499, 9999} {
		c := v.Counter(a)
		for range 300 {
			b := rng.Int64N(520)
			if got, want := c.Count(b), v.MutualCount(a, b); got != want {
				t.Fatalf("%d and %d have %d in common, the counter says %d", a, b, want, got)
			}
			if rng.IntN(20) == 0 {
				v.SecondCount(b) // takes and gives back a scratch of its own
			}
		}
		c.Close()
		c.Close()
		if got, want := c.Count(3), v.MutualCount(a, 3); got != want {
			t.Errorf("after closing %d and 3 have %d in common, the counter says %d", a, want, got)
		}
		c.Close()
	}
}
