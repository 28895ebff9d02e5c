package graph_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

// modularity is Newman's, in the most obvious way, of a's connections in groups.
func modularity(v *plain.View, groups [][]int64) float64 {
	ends, within, squares := 0, 0, 0
	all := slices.Concat(groups...)
	for _, group := range groups {
		sum := 0
		for _, x := range group {
			for _, y := range all {
				if v.Connected(x, y) {
					sum++
					if slices.Contains(group, y) {
						within++
					}
				}
			}
		}
		ends += sum
		squares += sum * sum
	}
	if ends == 0 {
		return 0
	}
	return float64(within)/float64(ends) - float64(squares)/float64(ends*ends)
}

// ego connects 0 to members 1 to n, who have the given connections among them.
func ego(n int64, edges [][2]int64) (all [][2]int64) {
	for id := int64(1); id <= n; id++ {
		all = append(all, [2]int64{0, id}, [2]int64{id, 1000 + id})
	}
	return append(all, edges...)
}

// On Zachary's club, whose best modularity is known to be 0.4198, the method finds
// four circles that come near it.
func TestCommunitiesOfAClub(t *testing.T) {
	next := [][]int64{1: {2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32}, 2: {3, 4, 8, 14, 18, 20, 22, 31},
		3: {4, 8, 9, 10, 14, 28, 29, 33}, 4: {8, 13, 14}, 5: {7, 11}, 6: {7, 11, 17}, 7: {17}, 9: {31, 33, 34}, 10: {34}, 14: {34},
		15: {33, 34}, 16: {33, 34}, 19: {33, 34}, 20: {34}, 21: {33, 34}, 23: {33, 34}, 24: {26, 28, 30, 33, 34}, 25: {26, 28, 32},
		26: {32}, 27: {30, 34}, 28: {34}, 29: {32, 34}, 30: {33, 34}, 31: {33, 34}, 32: {33, 34}, 33: {34}}
	var edges [][2]int64
	for x, ys := range next {
		for _, y := range ys {
			edges = append(edges, [2]int64{int64(x), y})
		}
	}
	same(t, len(edges), 78, "the ties of the club")
	edges = ego(34, edges)
	groups := graph.Build(seq(edges)).Snapshot().Communities(0)
	got := modularity(plain.Build(seq(edges)).Snapshot(), groups)
	if got < 0.41 || got > 0.4199 || len(groups) != 4 {
		t.Errorf("%d circles of modularity %.4f: %v", len(groups), got, groups)
	}
}

// Circles that were planted are found, whoever is in them; and who knows nobody is
// alone.
func TestCommunitiesThatWerePlanted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 8))
	const people, circles = 160, 4
	var edges [][2]int64
	for x := int64(1); x < people; x++ {
		for y := x + 1; y < people; y++ { // the last one knows none of them
			if chance := r.Float64(); x%circles == y%circles && chance < 0.5 || chance < 0.02 {
				edges = append(edges, [2]int64{x, y})
			}
		}
	}
	groups := graph.Build(seq(ego(people, edges))).Snapshot().Communities(0)
	sizes := make([]int, len(groups))
	for i, group := range groups {
		sizes[i] = len(group)
	}
	same(t, sizes, []int{40, 40, 40, 39, 1}, "sizes of circles")
	for _, group := range groups[:circles] {
		for _, x := range group {
			same(t, x%circles, group[0]%circles, "the circle of %d", x)
		}
	}
	same(t, groups[circles], []int64{people}, "who knows none of the others")
}

// On any graph: everybody is in one circle, each is linked within itself, circles
// are better than all in one or everybody alone, and the order in which the graph
// came about doesn't matter.
func TestCommunitiesOfAnyGraph(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for round := range 40 {
		people := 2 + r.Int64N(120)
		edges := ego(people, random(uint64(round), people, r.IntN(int(people)*4)))
		p := plain.Build(seq(edges)).Snapshot()
		groups := graph.Build(seq(edges)).Snapshot().Communities(0)
		r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		same(t, graph.Build(seq(edges)).Snapshot().Communities(0), groups, "circles of the same graph")
		everybody := slices.Sorted(slices.Values(slices.Concat(groups...)))
		same(t, everybody, p.Neighbours(0), "who is in a circle")
		if got := modularity(p, groups); got < 0 || got < modularity(p, [][]int64{everybody}) {
			t.Errorf("modularity %.4f of %v", got, groups)
		}
		for _, group := range groups {
			linked(t, p, group)
		}
	}
	same(t, graph.New().Snapshot().Communities(4), nil, "circles of nobody")
}

// linked fails unless all of a group can be reached from its first within it.
func linked(t *testing.T, p *plain.View, group []int64) {
	t.Helper()
	reached := group[:1:1]
	for i := 0; i < len(reached); i++ {
		for _, y := range group {
			if p.Connected(reached[i], y) && !slices.Contains(reached, y) {
				reached = append(reached, y)
			}
		}
	}
	same(t, len(reached), len(group), "reached within the circle %v", group)
}
