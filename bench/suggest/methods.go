package suggest

import (
	"cmp"
	"math"
	"slices"

	"guildhall/internal/graph"
)

// method suggests up to first members to one, best first, none of them connected.
type method struct {
	name string
	make func(*split) func(a int32) []int32
}

// methods are ours and those that it is held against.
var methods = []method{
	{"guildhall", guildhall},
	{"common neighbours", through(func(int) float64 { return 1 })},
	{"Adamic–Adar", through(func(d int) float64 { return 1 / math.Log(float64(max(d, 2))) })},
	{"resource allocation", through(func(d int) float64 { return 1 / float64(d) })},
	{"personalised PageRank, restart 0.15", walk(0.15, 10)},
	{"personalised PageRank, restart 0.5", walk(0.5, 6)},
}

// further is how many connections ours looks at for a third step, at most.
const further = 1 << 14

// guildhall asks the engine for suggestions by connections^(-¾) of whoever lies
// between, a weight between Adamic and Adar's and resource allocation, and for a
// third step where few triangles close. The pages do not weigh so: they may tell
// nothing of lists that are closed to their reader, and order by the number of
// connections in common, as the next method does. Members are numbered from 1.
func guildhall(s *split) func(int32) []int32 {
	v := graph.Build(func(yield func(int64, int64) bool) {
		for _, p := range s.pairs {
			if !yield(int64(p[0])+1, int64(p[1])+1) {
				return
			}
		}
	}).Snapshot()
	steep := make([]uint64, len(s.near)+1)
	for m, near := range s.near {
		steep[m+1] = uint64(math.Round(graph.Unit / math.Pow(float64(max(1, len(near))), 0.75)))
	}
	ask := graph.Ask{K: first, Weigh: func(m int64) uint64 { return steep[m] }, Third: further}
	var best []graph.Candidate
	return func(a int32) []int32 {
		best, _ = v.AppendSuggestions(best[:0], int64(a)+1, ask)
		out := make([]int32, len(best))
		for i, c := range best {
			out[i] = int32(c.Member - 1)
		}
		return out
	}
}

// through scores members by whom they are linked through: the sum of a weight of
// the number of connections of those in the middle.
func through(weight func(connections int) float64) func(*split) func(int32) []int32 {
	return func(s *split) func(int32) []int32 {
		return func(a int32) []int32 {
			score := map[int32]float64{}
			for _, m := range s.near[a] {
				w := weight(len(s.near[m]))
				for _, z := range s.near[m] {
					score[z] += w
				}
			}
			return s.best(a, score)
		}
	}
}

// walk is personalised PageRank by so many rounds of passing on: of what somebody
// has, a share goes back to a and the rest to their connections. Who has something
// is kept in the order in which it came to them, so that sums are the same in
// every run.
func walk(restart float64, rounds int) func(*split) func(int32) []int32 {
	return func(s *split) func(int32) []int32 {
		has, next := make([]float64, len(s.near)), make([]float64, len(s.near))
		return func(a int32) []int32 {
			here := []int32{a}
			has[a] = 1
			for range rounds {
				there := []int32{a}
				next[a] = restart
				for _, x := range here {
					part := (1 - restart) * has[x] / float64(len(s.near[x]))
					for _, y := range s.near[x] {
						if next[y] == 0 {
							there = append(there, y)
						}
						next[y] += part
					}
					has[x] = 0
				}
				has, next, here = next, has, there
			}
			score := make(map[int32]float64, len(here))
			for _, x := range here {
				score[x], has[x] = has[x], 0
			}
			return s.best(a, score)
		}
	}
}

// best lists the highest scores but a's own and those of a's connections; equal
// ones by number.
func (s *split) best(a int32, score map[int32]float64) []int32 {
	delete(score, a)
	for _, m := range s.near[a] {
		delete(score, m)
	}
	all := make([]int32, 0, len(score))
	for z := range score {
		all = append(all, z)
	}
	slices.SortFunc(all, func(x, y int32) int { return cmp.Or(cmp.Compare(score[y], score[x]), cmp.Compare(x, y)) })
	return all[:min(first, len(all))]
}
