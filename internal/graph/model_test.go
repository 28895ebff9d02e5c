package graph_test

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"

	"guildhall/internal/graph"
)

// model is the graph as a set of pairs, with every question answered in the most
// obvious way: what the engine is compared with.
type model struct {
	edges map[[2]int64]bool // (lower, higher)
	ever  map[int64]bool    // who has had an edge
}

func newModel() *model { return &model{edges: map[[2]int64]bool{}, ever: map[int64]bool{}} }

func pair(a, b int64) [2]int64 { return [2]int64{min(a, b), max(a, b)} }

func (m *model) connect(a, b int64) bool {
	if a == b || m.edges[pair(a, b)] {
		return false
	}
	m.edges[pair(a, b)] = true
	m.ever[a], m.ever[b] = true, true
	return true
}

func (m *model) disconnect(a, b int64) bool {
	had := m.edges[pair(a, b)]
	delete(m.edges, pair(a, b))
	return had
}

func (m *model) remove(a int64) {
	maps.DeleteFunc(m.edges, func(p [2]int64, _ bool) bool { return p[0] == a || p[1] == a })
}

func (m *model) replace(edges [][2]int64) {
	*m = *newModel()
	for _, p := range edges {
		m.connect(p[0], p[1])
	}
}

func (m *model) clone() *model {
	return &model{edges: maps.Clone(m.edges), ever: maps.Clone(m.ever)}
}

func (m *model) sorted() [][2]int64 {
	return slices.SortedFunc(maps.Keys(m.edges), func(p, q [2]int64) int { return slices.Compare(p[:], q[:]) })
}

// seq passes pairs on as Build and Replace want them.
func seq(edges [][2]int64) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		for _, p := range edges {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}
}

// world is a model read once, for asking many questions.
type world map[int64][]int64 // adjacency, ascending

func (m *model) world() world {
	w := world{}
	for p := range m.edges {
		w[p[0]] = append(w[p[0]], p[1])
		w[p[1]] = append(w[p[1]], p[0])
	}
	for _, list := range w {
		slices.Sort(list)
	}
	return w
}

// distances from a to everybody reachable; nobody hidden is passed through.
func (w world) distances(a int64, hidden func(int64) bool) map[int64]int {
	d := map[int64]int{a: 0}
	for queue := []int64{a}; len(queue) > 0; queue = queue[1:] {
		x := queue[0]
		if x != a && hidden != nil && hidden(x) {
			continue
		}
		for _, y := range w[x] {
			if _, seen := d[y]; !seen {
				d[y] = d[x] + 1
				queue = append(queue, y)
			}
		}
	}
	return d
}

// paths is all shortest paths in lexicographic order: every walk of that length
// is tried.
func (w world) paths(a, b int64, hidden func(int64) bool) (all [][]int64) {
	length, ok := w.distances(a, hidden)[b]
	if !ok {
		return nil
	}
	var walk func(path []int64)
	walk = func(path []int64) {
		x := path[len(path)-1]
		switch {
		case len(path) == length+1:
			if x == b {
				all = append(all, slices.Clone(path))
			}
		case len(path) > 1 && hidden != nil && hidden(x):
		default:
			for _, y := range w[x] {
				walk(append(path, y))
			}
		}
	}
	walk([]int64{a})
	return all
}

func degreeOf(distance int, reachable bool) graph.Degree {
	if !reachable || distance > 3 {
		return graph.Far
	}
	return graph.Degree(distance)
}

func (w world) mutuals(a, b int64, weigh graph.Weigh) (ids []int64) {
	for _, x := range w[a] {
		if a != b && slices.Contains(w[b], x) {
			ids = append(ids, x)
		}
	}
	slices.SortStableFunc(ids, func(x, y int64) int { return cmp.Compare(w.weight(y, 0, weigh), w.weight(x, 0, weigh)) })
	return ids
}

// weight is what it counts to pass x, by Adamic and Adar's of its connections and
// some more where no other is given.
func (w world) weight(x int64, more int, weigh graph.Weigh) int64 {
	if weigh != nil {
		return int64(weigh(x))
	}
	return inverseLog(len(w[x]) + more)
}

// inverseLog is 1/ln(n) in Units, rounded.
func inverseLog(n int) int64 { return int64(math.Round(graph.Unit / math.Log(float64(n)))) }

// ranked puts paths in the order of Paths.
func (w world) ranked(paths [][]int64, weigh graph.Weigh) [][]int64 {
	paths = slices.Clone(paths)
	score := func(path []int64) (sum int64) {
		for i := 1; i < len(path)-1; i++ {
			sum += w.weight(path[i], 1, weigh)
		}
		return sum
	}
	slices.SortStableFunc(paths, func(p, q []int64) int { return cmp.Compare(score(q), score(p)) })
	return paths
}

func (w world) nearest(a int64, weigh graph.Weigh) (found []graph.Candidate) {
	for b, d := range w.distances(a, nil) {
		if d != 2 {
			continue
		}
		var score int64
		for _, x := range w.mutuals(a, b, weigh) {
			score += w.weight(x, 0, weigh)
		}
		found = append(found, graph.Candidate{Member: b, Mutual: len(w.mutuals(a, b, weigh)), Score: float64(score) / graph.Unit})
	}
	slices.SortFunc(found, func(p, q graph.Candidate) int {
		return cmp.Or(cmp.Compare(q.Score, p.Score), cmp.Compare(p.Member, q.Member))
	})
	return found
}

// count is how many are at one of the degrees from a.
func (w world) count(a int64, degrees ...int) (n int) {
	for _, d := range w.distances(a, nil) {
		if slices.Contains(degrees, d) {
			n++
		}
	}
	return n
}

// gain connects the two, counts, and takes it back.
func (w world) gain(a, b int64) int {
	if a == b || slices.Contains(w[a], b) {
		return 0
	}
	ofA, ofB, before := w[a], w[b], w.count(a, 1, 2)
	w[a], w[b] = append(slices.Clone(ofA), b), append(slices.Clone(ofB), a)
	defer func() { w[a], w[b] = ofA, ofB }()
	return w.count(a, 1, 2) - before
}

type step struct {
	id     int64
	degree graph.Degree
}

func (w world) within(a int64, limit int) (steps []step) {
	for id, d := range w.distances(a, nil) {
		if 0 < d && d <= min(limit, 3) {
			steps = append(steps, step{id, graph.Degree(d)})
		}
	}
	slices.SortFunc(steps, func(p, q step) int {
		return cmp.Or(cmp.Compare(p.degree, q.degree), cmp.Compare(p.id, q.id))
	})
	return steps
}

// weights are the ways to weigh that are tried: the engine's own, and one with
// many equals that has nothing to do with the graph.
var weights = map[string]graph.Weigh{"": nil, "by id": func(id int64) uint64 { return uint64(id) % 3 * graph.Unit }}
