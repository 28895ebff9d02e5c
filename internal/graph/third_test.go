package graph_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

// steep is the weight connections^(-3/4).
func steep(v interface{ Count(int64) int }) graph.Weigh {
	return func(id int64) uint64 {
		if n := v.Count(id); n < len(steeps) {
			return steeps[n]
		}
		return 0
	}
}

var steeps = func() (w [4096]uint64) {
	for n := range w {
		w[n] = uint64(math.Round(graph.Unit / math.Pow(float64(max(1, n)), 0.75)))
	}
	return w
}()

// Whatever the budget, engine and twin look through the same members, in whatever
// order the connections came, and keep to the budget.
func TestThirdStep(t *testing.T) {
	for _, edges := range [][][2]int64{random(21, 3000, 20_000), random(22, 6000, 30_000), spokes(30, 40)} {
		p := plain.Build(seq(edges)).Snapshot()
		v := graph.Build(seq(edges)).Snapshot()
		mixed := append([][2]int64{}, edges...)
		r := rand.New(rand.NewPCG(7, 7))
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		g := graph.New()
		for _, e := range mixed {
			g.Connect(e[0], e[1])
		}
		grown := g.Snapshot()
		far, cut := 0, 0
		for a := int64(0); a < 1200; a += 29 {
			for _, weigh := range []graph.Weigh{nil, steep(p), weights["by id"]} {
				for _, third := range []int{-1, 1, 20, 150, 1000} {
					ask := graph.Ask{K: 1 + r.IntN(40), Weigh: weigh, Third: third}
					got, work := v.AppendSuggestions(nil, a, ask)
					same(t, got, p.Suggestions(a, ask), "suggestions for %d, %d more looked at", a, third)
					again, _ := grown.AppendSuggestions(nil, a, ask)
					same(t, again, got, "suggestions for %d in a graph grown in another order", a)
					if third > 0 && work.Third > third || third < 0 && !work.Whole() || work.Third > work.OfThird {
						t.Fatalf("%+v of %+v", work, ask)
					}
					if !work.Whole() {
						cut++
					}
					for _, c := range got {
						degree := v.Degree(a, c.Member)
						same(t, c.Mutual == 0, degree == graph.Third, "no mutual connections with %d, at degree %v", c.Member, degree)
						if c.Mutual == 0 {
							far++
						}
					}
				}
			}
		}
		if far == 0 || cut == 0 {
			t.Errorf("%d at the third degree, %d answers cut short: nothing was tried", far, cut)
		}
	}
}

// With a budget for both steps, members found by the third alone, though they are
// at the second degree, have their mutual connections counted.
func TestThirdStepAfterAPart(t *testing.T) {
	edges := random(23, 5000, 30_000)
	v := graph.Build(seq(edges)).Snapshot()
	far := 0
	for a := range int64(100) {
		some, work := v.AppendSuggestions(nil, a, graph.Ask{K: 50, Weigh: steep(v), Budget: 60, Third: 300})
		if work.Looked > 60 || work.Third > 300 {
			t.Fatalf("%+v", work)
		}
		for _, c := range some {
			same(t, c.Mutual, v.MutualCount(a, c.Member), "mutual with %d", c.Member)
			if v.Degree(a, c.Member) == graph.Third {
				far++
			}
		}
	}
	if far == 0 {
		t.Error("nobody at the third degree")
	}
}

// Where triangles close, no third step is taken, and the answer is the one without.
func TestNoThirdStepWhereTrianglesClose(t *testing.T) {
	var edges [][2]int64
	for c := range int64(5) {
		for i := range int64(12) {
			for j := range i {
				if (i+j)%4 > 0 { // else nobody would be at the second degree
					edges = append(edges, [2]int64{100*c + i, 100*c + j})
				}
			}
		}
		edges = append(edges, [2]int64{100 * c, 100*((c+1)%5) + 5})
	}
	v := graph.Build(seq(edges)).Snapshot()
	for a := range int64(12) {
		for name, weigh := range weights {
			want := v.Nearest(a, 10, weigh)
			got, work := v.AppendSuggestions(nil, a, graph.Ask{K: 10, Weigh: weigh, Third: -1})
			if work.OfThird == 0 {
				same(t, got, want, "suggestions for %d, %s", a, name)
			} else if name == "" {
				t.Errorf("%d: %+v", a, work)
			}
		}
	}
}

// spokes is rows of members, each connected to everybody in the rows beside: there
// is no triangle.
func spokes(rows, each int64) (edges [][2]int64) {
	for r := range rows - 1 {
		for i := range each {
			for j := range each {
				if (i*7+j*3+r)%5 == 0 {
					edges = append(edges, [2]int64{r*each + i, (r+1)*each + j})
				}
			}
		}
	}
	return edges
}
