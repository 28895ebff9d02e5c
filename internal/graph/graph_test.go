package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"guildhall/internal/graph"
)

// picture reads "1-2 2-3" into edges.
func picture(s string) (edges [][2]int64) {
	for _, f := range strings.Fields(s) {
		var p [2]int64
		if _, err := fmt.Sscanf(f, "%d-%d", &p[0], &p[1]); err != nil {
			panic("picture " + f)
		}
		edges = append(edges, p)
	}
	return edges
}

func built(s string) *graph.View { return graph.Build(seq(picture(s))).Snapshot() }

const (
	line = "1-2 2-3 3-4 4-5 5-6"
	// 1 and 4 through 2 or 3, where 2 knows more people.
	diamond = "1-2 1-3 2-4 3-4 2-5 2-6"
	// two ways of three steps from 1 to 4, and one of four.
	ladder = "1-2 2-3 3-4 1-12 12-13 13-4 1-21 21-22 22-23 23-4"
	// between 1 and 4: those with 2 and 10 connections, or with 3 and 4. Only with
	// 1 added to each are the latter together the weightier.
	uneven = "1-2 2-3 3-4 3-31 3-32 3-33 3-34 3-35 3-36 3-37 3-38 1-12 12-13 13-4 12-41 13-42 13-43"
	// two triangles that do not touch.
	apart = "1-2 2-3 3-1 11-12 12-13 13-11"
)

func TestDegreeString(t *testing.T) {
	for d, want := range map[graph.Degree]string{graph.Self: "you", graph.First: "1st", graph.Second: "2nd", graph.Third: "3rd", graph.Far: ""} {
		if d.String() != want {
			t.Errorf("Degree %d is %q, want %q", d, d, want)
		}
	}
}

func TestDegreesInPictures(t *testing.T) {
	for _, c := range []struct {
		picture string
		a, b    int64
		degree  graph.Degree
		steps   int
	}{
		{line, 1, 1, graph.Self, 0},
		{line, 1, 2, graph.First, 1},
		{line, 1, 3, graph.Second, 2},
		{line, 4, 1, graph.Third, 3},
		{line, 1, 5, graph.Far, 4},
		{line, 6, 1, graph.Far, 5},
		{line, 99, 99, graph.Self, 0},
		{line, 1, 99, graph.Far, -1},
		{line, 99, 1, graph.Far, -1},
		{apart, 1, 3, graph.First, 1},
		{apart, 1, 11, graph.Far, -1},
		{"", 1, 2, graph.Far, -1},
	} {
		v := built(c.picture)
		same(t, v.Degree(c.a, c.b), c.degree, "%s: Degree(%d, %d)", c.picture, c.a, c.b)
		same(t, v.Degrees(c.a, []int64{c.b, c.b}), []graph.Degree{c.degree, c.degree}, "%s: Degrees(%d, %d twice)", c.picture, c.a, c.b)
		same(t, v.Distance(c.a, c.b, 0), c.steps, "%s: Distance(%d, %d)", c.picture, c.a, c.b)
	}
	same(t, built(line).Degrees(1, nil), []graph.Degree{}, "Degrees of nobody")
}

func TestPathsInPictures(t *testing.T) {
	hide := func(ids ...int64) func(int64) bool {
		return func(id int64) bool {
			for _, h := range ids {
				if h == id {
					return true
				}
			}
			return false
		}
	}
	for _, c := range []struct {
		name     string
		picture  string
		a, b     int64
		limit, k int
		hidden   func(int64) bool
		path     []int64
		paths    [][]int64
	}{
		{"lowest id for Path, fewest connections first for Paths", diamond, 1, 4, 0, 0, nil, []int64{1, 2, 4}, [][]int64{{1, 3, 4}, {1, 2, 4}}},
		{"the best one", diamond, 1, 4, 0, 1, nil, []int64{1, 2, 4}, [][]int64{{1, 3, 4}}},
		{"equals in the order of ids", ladder, 4, 1, 0, 0, nil, []int64{4, 3, 2, 1}, [][]int64{{4, 3, 2, 1}, {4, 13, 12, 1}}},
		{"the weight of one more than their connections", uneven, 1, 4, 0, 0, nil, []int64{1, 2, 3, 4}, [][]int64{{1, 12, 13, 4}, {1, 2, 3, 4}}},
		{"round a hidden member", ladder, 1, 4, 0, 0, hide(3), []int64{1, 12, 13, 4}, [][]int64{{1, 12, 13, 4}}},
		{"a longer way round", ladder, 1, 4, 4, 9, hide(3, 12), []int64{1, 21, 22, 23, 4}, [][]int64{{1, 21, 22, 23, 4}}},
		{"too long a way round", ladder, 1, 4, 3, 9, hide(3, 12), nil, nil},
		{"no way round", ladder, 1, 4, 0, 0, hide(3, 12, 22), nil, nil},
		{"hidden ends", line, 1, 3, 0, 0, hide(1, 3), []int64{1, 2, 3}, [][]int64{{1, 2, 3}}},
		{"side by side", line, 1, 2, 1, 0, hide(1, 2), []int64{1, 2}, [][]int64{{1, 2}}},
		{"oneself", line, 1, 1, 0, 0, nil, []int64{1}, [][]int64{{1}}},
		{"oneself, unknown", line, 99, 99, 2, 0, nil, []int64{99}, [][]int64{{99}}},
		{"unknown", line, 1, 99, 0, 0, nil, nil, nil},
		{"five steps: Paths stops at four", line, 1, 6, 0, 0, nil, []int64{1, 2, 3, 4, 5, 6}, nil},
		{"five steps asked for: Paths stops at four", line, 1, 6, 5, 0, nil, []int64{1, 2, 3, 4, 5, 6}, nil},
		{"apart", apart, 1, 11, 0, 0, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := built(c.picture)
			same(t, v.Path(c.a, c.b, c.limit, c.hidden), c.path, "Path")
			same(t, v.Paths(c.a, c.b, c.limit, c.k, c.hidden, nil), c.paths, "Paths")
		})
	}
}

// Each member is asked about once, since asking may cost the caller something.
func TestHiddenIsAskedOnce(t *testing.T) {
	v := built("1-2 1-3 1-4 2-5 3-5 4-5 5-6 5-7 5-8 6-9 7-9 8-9 2-3 3-4 6-7")
	asked := map[int64]int{}
	path := v.Path(1, 9, 0, func(id int64) bool { asked[id]++; return id == 3 || id == 6 })
	same(t, path, []int64{1, 2, 5, 7, 9}, "Path")
	for id, n := range asked {
		if n > 1 || id == 1 || id == 9 {
			t.Errorf("asked about %d %d times", id, n)
		}
	}
	if asked[3] != 1 || asked[6] != 1 {
		t.Errorf("asked about %v, want the hidden ones among them", asked)
	}
}

// Beside somebody well connected, the search goes on from the other end.
func TestSearchSparesTheHub(t *testing.T) {
	v := graph.Build(func(yield func(int64, int64) bool) {
		_ = yield(1, 2) && yield(2, 3) && yield(3, 1000)
		for i := range int64(500) {
			_ = yield(1000, 1001+i)
		}
	}).Snapshot()
	for _, ends := range [][2]int64{{1, 1000}, {1000, 1}} {
		asked := 0
		path := v.Path(ends[0], ends[1], 0, func(int64) bool { asked++; return false })
		if len(path) != 4 || asked > 2 {
			t.Errorf("path %v after asking about %d members, want 2 at most", path, asked)
		}
	}
}

func TestNearbyInPictures(t *testing.T) {
	v := built("1-2 1-3 1-4 2-10 3-10 4-10 2-11 3-11 4-12 2-13 2-14 3-20 20-21 1-30")
	same(t, v.Mutuals(1, 10, 0, nil), []int64{4, 3, 2}, "Mutuals, fewest connections first")
	same(t, v.Mutuals(1, 10, 2, nil), []int64{4, 3}, "the two strongest")
	same(t, v.MutualCount(1, 10), 3, "MutualCount")
	same(t, v.Mutuals(1, 1, 0, nil), nil, "Mutuals with oneself")
	same(t, v.Mutuals(1, 99, 0, nil), nil, "Mutuals with somebody unknown")
	same(t, v.SecondCount(1), 6, "SecondCount")
	first, second, third := v.Reach(1)
	same(t, [3]int{first, second, third}, [3]int{4, 6, 1}, "Reach")
	same(t, v.Gain(1, 21), 1, "Gain of somebody in the third degree with one connection, already near")
	same(t, v.Gain(21, 1), 4, "Gain the other way")
	same(t, v.Gain(1, 99), 1, "Gain of somebody unknown")
	same(t, v.Gain(99, 1), 5, "Gain for somebody unknown")
	same(t, v.Gain(1, 2), 0, "Gain of a connection there is")
	same(t, v.Gain(1, 1), 0, "Gain of oneself")
	same(t, v.Neighbours(99), nil, "Neighbours of somebody unknown")
	same(t, v.Nearest(99, 3, nil), nil, "Nearest to somebody unknown")
	var names []int64
	for _, c := range v.Nearest(1, 3, nil) {
		names = append(names, c.Member)
	}
	same(t, names, []int64{10, 11, 12}, "Nearest") // through 4, 3 and 2; 3 and 2; 4, who knows fewer than 3
}

// A score is the textbook's: 10 is reached through members with 3 and 2.
func TestScoreIsAdamicAdar(t *testing.T) {
	got := built("1-2 1-3 2-10 3-10 3-9").Nearest(1, 1, nil)[0]
	const want = 1/0.6931471805599453 + 1/1.0986122886681098
	if got.Member != 10 || got.Mutual != 2 || got.Score < want-1.0/graph.Unit || got.Score > want+1.0/graph.Unit {
		t.Errorf("got %+v, want member 10, 2 mutual, score %.9f", got, want)
	}
}

func TestIterationStopsWhenTold(t *testing.T) {
	v := built(apart)
	n := 0
	for range v.All() {
		if n++; n == 2 {
			break
		}
	}
	for range v.Within(1, 3) {
		if n++; n == 3 {
			break
		}
	}
	same(t, n, 3, "steps taken")
}

// Members counts those who once had a connection, until the graph is replaced.
func TestMembersAreRemembered(t *testing.T) {
	g := graph.New()
	g.Connect(5, 5)
	same(t, g.Snapshot().Members(), 0, "after a loop")
	g.Connect(5, 6)
	g.Disconnect(5, 6)
	g.Remove(7)
	same(t, g.Snapshot().Members(), 2, "after leaving")
	same(t, g.Snapshot().Edges(), 0, "connections")
	g.Replace(seq(picture("1-2 2-1 2-2 2-3")))
	same(t, g.Snapshot().Members(), 3, "after Replace")
	same(t, g.Snapshot().Edges(), 2, "connections after Replace")
}

// An act that changes nothing makes no new View.
func TestNothingChangedNothingPublished(t *testing.T) {
	g := graph.Build(seq(picture(line)))
	v := g.Snapshot()
	for name, changed := range map[string]bool{
		"Connect again":        g.Connect(2, 1),
		"Connect to oneself":   g.Connect(3, 3),
		"Disconnect strangers": g.Disconnect(1, 6),
		"Disconnect unknown":   g.Disconnect(1, 99),
		"Disconnect oneself":   g.Disconnect(1, 1),
	} {
		if changed {
			t.Errorf("%s reports a change", name)
		}
	}
	g.Remove(99)
	if g.Snapshot() != v {
		t.Error("a new View though nothing changed")
	}
}

// The same connections made in another order give the same answers: no
// ordinal shows through.
func TestOrderOfArrivalDoesNotShow(t *testing.T) {
	edges := picture("1-2 1-3 1-4 2-9 3-9 4-9 2-8 3-8 4-7 9-7 8-7 5-1 5-9 5-8 5-7 6-7")
	g := graph.New()
	for i := range edges {
		p := edges[len(edges)-1-i]
		g.Connect(p[1], p[0])
	}
	m := newModel()
	m.replace(edges)
	ids := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	check(t, g.Snapshot(), m, ids, func(id int64) bool { return id == 5 })
	check(t, graph.Build(seq(edges)).Snapshot(), m, ids, func(id int64) bool { return id == 5 })
}

func ExampleGraph() {
	g := graph.New()
	g.Connect(1, 2)
	g.Connect(2, 3)
	before := g.Snapshot()
	g.Connect(1, 3)
	fmt.Println(before.Degree(1, 3), g.Snapshot().Degree(1, 3))
	// Output: 2nd 1st
}

func ExampleView_Paths() {
	v := graph.Build(func(yield func(a, b int64) bool) {
		_ = yield(1, 2) && yield(2, 4) && yield(1, 3) && yield(3, 4) && yield(2, 5)
	}).Snapshot()
	fmt.Println(v.Paths(1, 4, 4, 10, nil, nil))
	// Output: [[1 3 4] [1 2 4]]
}
