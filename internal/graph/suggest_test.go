package graph_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

// Whoever is dismissed is left out, and the next best comes up.
func TestSuggestionsSkip(t *testing.T) {
	edges := random(12, 800, 9000)
	v, p := graph.Build(seq(edges)).Snapshot(), plain.Build(seq(edges)).Snapshot()
	odd := func(id int64) bool { return id%2 != 0 }
	for a := int64(0); a < 800; a += 13 {
		for name, weigh := range weights {
			var want []graph.Candidate
			for _, c := range p.Nearest(a, 0, weigh) {
				if !odd(c.Member) {
					want = append(want, c)
				}
			}
			for _, k := range []int{0, 1, 20, 300} {
				got, work := v.AppendSuggestions(nil, a, graph.Ask{K: k, Weigh: weigh, Skip: odd})
				same(t, got, firstOf(want, k), "suggestions for %d, %d, %s", a, k, name)
				same(t, work.Whole(), true, "whole without a budget")
			}
		}
	}
}

// Within a budget no more is looked at; who is suggested is at the second degree
// with all mutual connections counted; and a budget that is enough changes nothing.
func TestSuggestionsKeepToTheirBudget(t *testing.T) {
	edges := random(13, 2000, 40_000)
	v := graph.Build(seq(edges)).Snapshot()
	r := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		a := r.Int64N(2000)
		for name, weigh := range weights {
			all, work := v.AppendSuggestions(nil, a, graph.Ask{K: 20, Weigh: weigh})
			budget := work.Of / 3
			some, less := v.AppendSuggestions(nil, a, graph.Ask{K: 20, Weigh: weigh, Budget: budget})
			if less.Looked > budget || less.Of != work.Of || less.Whole() != (work.Of == 0) {
				t.Fatalf("%+v of a budget of %d, all is %+v", less, budget, work)
			}
			for _, c := range some {
				same(t, v.Degree(a, c.Member), graph.Second, "%s: degree of %d", name, c.Member)
				same(t, c.Mutual, v.MutualCount(a, c.Member), "%s: mutual with %d", name, c.Member)
				if i := slices.IndexFunc(all, func(o graph.Candidate) bool { return o.Member == c.Member }); i >= 0 && all[i].Score < c.Score {
					t.Errorf("%s: a part of the score of %d is more than the whole", name, c.Member)
				}
			}
			enough, _ := v.AppendSuggestions(nil, a, graph.Ask{K: 20, Weigh: weigh, Budget: work.Of})
			same(t, enough, all, "suggestions for %d with a budget that is enough", a)
		}
	}
}
