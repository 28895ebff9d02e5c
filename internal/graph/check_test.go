package graph_test

import (
	"fmt"
	"reflect"
	"slices"

	"guildhall/internal/graph"
)

// tb is what testing.T, testing.F's T and rapid.T have in common.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

func same[T any](t tb, got, want T, format string, args ...any) {
	if !reflect.DeepEqual(got, want) {
		t.Helper()
		t.Fatalf("%s: got %v, want %v", fmt.Sprintf(format, args...), got, want)
	}
}

// firstOf is what a list of at most k is expected to be; 0 is all, none is nil.
func firstOf[T any](xs []T, k int) []T {
	if k > 0 && k < len(xs) {
		return xs[:k]
	}
	return xs
}

// check asks v everything about all pairs of ids and compares with the model.
// hidden is used where paths may avoid somebody.
func check(t tb, v *graph.View, m *model, ids []int64, hidden func(int64) bool) {
	t.Helper()
	checkWhole(t, v, m)
	w := m.world()
	for _, a := range ids {
		checkOne(t, v, w, a)
		checkDegrees(t, v, w, a, ids)
		for _, b := range ids {
			checkPair(t, v, w, a, b)
			for _, h := range []func(int64) bool{nil, hidden} {
				checkPaths(t, v, w, a, b, h)
			}
		}
	}
}

func checkWhole(t tb, v *graph.View, m *model) {
	t.Helper()
	same(t, v.Edges(), len(m.edges), "Edges()")
	same(t, v.Members(), len(m.ever), "Members()")
	all := [][2]int64{}
	for a, b := range v.All() {
		all = append(all, [2]int64{a, b})
	}
	want := append([][2]int64{}, m.sorted()...)
	same(t, all, want, "All()")
}

func checkOne(t tb, v *graph.View, w world, a int64) {
	t.Helper()
	same(t, v.Neighbours(a), w[a], "Neighbours(%d)", a)
	same(t, v.Count(a), len(w[a]), "Count(%d)", a)
	same(t, v.SecondCount(a), w.count(a, 2), "SecondCount(%d)", a)
	first, second, third := v.Reach(a)
	same(t, [3]int{first, second, third}, [3]int{w.count(a, 1), w.count(a, 2), w.count(a, 3)}, "Reach(%d)", a)
	for limit := -1; limit <= 4; limit++ {
		var got []step
		for id, d := range v.Within(a, limit) {
			got = append(got, step{id, d})
		}
		same(t, got, w.within(a, limit), "Within(%d, %d)", a, limit)
	}
	for name, weigh := range weights {
		near := w.nearest(a, weigh)
		for k := range 4 {
			same(t, v.Nearest(a, k, weigh), firstOf(near, k), "Nearest(%d, %d, %s)", a, k, name)
		}
	}
}

func checkDegrees(t tb, v *graph.View, w world, a int64, ids []int64) {
	t.Helper()
	distances := w.distances(a, nil)
	want := make([]graph.Degree, len(ids))
	for i, b := range ids {
		d, ok := distances[b]
		want[i] = degreeOf(d, ok)
		same(t, v.Degree(a, b), want[i], "Degree(%d, %d)", a, b)
		for limit := -1; limit <= 6; limit++ {
			distance := d
			if !ok || limit > 0 && d > limit {
				distance = -1
			}
			same(t, v.Distance(a, b, limit), distance, "Distance(%d, %d, %d)", a, b, limit)
		}
	}
	same(t, v.Degrees(a, ids), want, "Degrees(%d, %v)", a, ids)
}

func checkPair(t tb, v *graph.View, w world, a, b int64) {
	t.Helper()
	same(t, v.Connected(a, b), slices.Contains(w[a], b), "Connected(%d, %d)", a, b)
	same(t, v.Gain(a, b), w.gain(a, b), "Gain(%d, %d)", a, b)
	same(t, v.MutualCount(a, b), len(w.mutuals(a, b, nil)), "MutualCount(%d, %d)", a, b)
	for name, weigh := range weights {
		mutuals := w.mutuals(a, b, weigh)
		for k := -1; k <= 3; k++ {
			same(t, v.Mutuals(a, b, k, weigh), firstOf(mutuals, k), "Mutuals(%d, %d, %d, %s)", a, b, k, name)
		}
	}
}

func checkPaths(t tb, v *graph.View, w world, a, b int64, hidden func(int64) bool) {
	t.Helper()
	all := w.paths(a, b, hidden)
	ranked := map[string][][]int64{}
	for name, weigh := range weights {
		ranked[name] = w.ranked(all, weigh)
	}
	for limit := range 6 {
		var path []int64
		if len(all) > 0 && (limit == 0 || len(all[0]) <= limit+1) {
			path = all[0]
		}
		same(t, v.Path(a, b, limit, hidden), path, "Path(%d, %d, %d, hidden: %t)", a, b, limit, hidden != nil)
		for k := range 4 {
			for name, weigh := range weights {
				paths := firstOf(ranked[name], k)
				if path == nil || len(path) > 5 {
					paths = nil
				}
				same(t, v.Paths(a, b, limit, k, hidden, weigh), paths, "Paths(%d, %d, %d, %d, hidden: %t, %s)", a, b, limit, k, hidden != nil, name)
			}
		}
	}
}
