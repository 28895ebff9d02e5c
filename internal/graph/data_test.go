package graph_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/graph"
)

// shared is the folder of graphs that others published: $GUILDHALL_SHARED/data,
// or shared/data beside a parent folder of this package.
func shared(t testing.TB, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	places := []string{os.Getenv("GUILDHALL_SHARED")}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		places = append(places, filepath.Join(dir, "shared"))
	}
	for _, place := range places {
		name := filepath.Join(place, "data", filepath.FromSlash(path))
		if _, err := os.Stat(name); place != "" && err == nil {
			return name
		}
	}
	t.Skipf("no shared/data/%s beside the project: set GUILDHALL_SHARED to the folder that holds data", path)
	return ""
}

// readEdges reads the first two columns, after the header line.
func readEdges(t testing.TB, path string, comma rune) (edges [][2]int64) {
	t.Helper()
	f, err := os.Open(shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Read()
		if err == io.EOF {
			return edges
		}
		if err != nil {
			t.Fatal(err)
		}
		edges = append(edges, [2]int64{number(t, record[0]), number(t, record[1])})
	}
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The published sizes, and the laws and distances on graphs as people made them.
func TestPublishedGraphs(t *testing.T) {
	for _, c := range []struct {
		path           string
		members, edges int
	}{
		{"graphs/snap-facebook-combined/edges.lg", 4039, 88234},
		{"graphs/snap-ca-astroph/edges.lg", 17903, 196972},
		{"graphs/github-social/edges.csv", 37700, 289003},
		{"graphs/coauthor-cond-mat-2003/edges.csv", 30460, 120029},
	} {
		t.Run(filepath.Base(filepath.Dir(c.path)), func(t *testing.T) {
			edges := readEdges(t, c.path, ',')
			g := graph.Build(seq(edges))
			m := newModel()
			m.replace(edges)
			checkWhole(t, g.Snapshot(), m)
			same(t, g.Snapshot().Members(), c.members, "members as published")
			same(t, g.Snapshot().Edges(), c.edges, "edges as published")
			w := m.world()
			r := rand.New(rand.NewPCG(5, 5))
			for range 3 {
				e := edges[r.IntN(len(edges))]
				compareDistances(t, g.Snapshot(), w, e[0])
				ringLaws(t, g.Snapshot(), e[0])
			}
			for range 60 {
				a, b := edges[r.IntN(len(edges))][0], edges[r.IntN(len(edges))][1]
				laws(t, g.Snapshot(), a, b)
				gainLaw(t, g, a, b)
			}
		})
	}
}

// compareDistances asks for the degree of everybody from a, and for some
// distances, and compares with a plain search.
func compareDistances(t *testing.T, v *graph.View, w world, a int64) {
	t.Helper()
	distances := w.distances(a, nil)
	var all []int64
	for b := range w {
		all = append(all, b)
	}
	slices.Sort(all)
	degrees := v.Degrees(a, all)
	for i, b := range all {
		d, ok := distances[b]
		same(t, degrees[i], degreeOf(d, ok), "Degrees(%d): of %d", a, b)
		if i%101 == 0 && ok {
			same(t, v.Distance(a, b, 0), d, "Distance(%d, %d)", a, b)
		}
	}
}

// SNAP publishes how many triangles its graph has; each is three connections
// with one mutual connection.
func TestPublishedTriangles(t *testing.T) {
	v := graph.Build(seq(readEdges(t, "graphs/snap-facebook-combined/edges.lg", ','))).Snapshot()
	corners := 0
	for a, b := range v.All() {
		corners += v.MutualCount(a, b)
	}
	same(t, corners/3, 1_612_010, "triangles")
}

// The LDBC SNB data sets come with the lengths of shortest paths, and with all of
// them where they are few.
func TestKnownAnswersSmall(t *testing.T) {
	v := graph.Build(seq(readEdges(t, "ldbc-snb-tiny/dynamic/person_knows_person_0_0.csv", '|'))).Snapshot()
	type answer struct {
		Params struct{ Person1Id, Person2Id any }
		Rows   [][]any
	}
	id := func(x any) int64 {
		if f, ok := x.(json.Number); ok {
			return number(t, f.String())
		}
		return number(t, x.(string))
	}
	for _, line := range lines(t, "ldbc-snb-tiny/expected/IC13.jsonl") {
		var q answer
		decode(t, line, &q)
		a, b := id(q.Params.Person1Id), id(q.Params.Person2Id)
		same(t, int64(v.Distance(a, b, 0)), id(q.Rows[0][0]), "Distance(%d, %d)", a, b)
	}
	for _, line := range lines(t, "ldbc-snb-tiny/expected/IC14.jsonl") {
		var q answer
		decode(t, line, &q)
		var want [][]int64
		for _, row := range q.Rows {
			want = append(want, steps(t, row[0].(string)))
		}
		comparePaths(t, v, id(q.Params.Person1Id), id(q.Params.Person2Id), want)
	}
}

var edgeText = regexp.MustCompile(`(\d+),(\d+)`)

// steps reads {{1,2},{2,3}} as 1 2 3.
func steps(t *testing.T, s string) (path []int64) {
	for i, e := range edgeText.FindAllStringSubmatch(s, -1) {
		if i == 0 {
			path = append(path, number(t, e[1]))
		}
		path = append(path, number(t, e[2]))
	}
	return path
}

func TestKnownAnswersMiddle(t *testing.T) {
	v := graph.Build(seq(readEdges(t, "ldbc-snb-sf0.1/person_knows_person_0_0.csv", '|'))).Snapshot()
	same(t, v.Edges(), 14073, "connections")
	for _, line := range lines(t, "ldbc-snb-sf0.1/expected/validation_params_ic13.csv") {
		var q struct{ Person1IdQ13StartNode, Person2IdQ13EndNode int64 }
		var want struct{ ShortestPathLength int }
		question, answer, _ := strings.Cut(line, "|")
		decode(t, question, &q)
		decode(t, answer, &want)
		same(t, v.Distance(q.Person1IdQ13StartNode, q.Person2IdQ13EndNode, 0), want.ShortestPathLength, "%s", question)
	}
	for _, line := range lines(t, "ldbc-snb-sf0.1/expected/validation_params_ic14.csv") {
		var q struct{ Person1IdQ14StartNode, Person2IdQ14EndNode int64 }
		var answers []struct{ PersonIdsInPath []int64 }
		question, answer, _ := strings.Cut(line, "|")
		decode(t, question, &q)
		decode(t, answer, &answers)
		var want [][]int64
		for _, a := range answers {
			want = append(want, a.PersonIdsInPath)
		}
		comparePaths(t, v, q.Person1IdQ14StartNode, q.Person2IdQ14EndNode, want)
	}
}

// comparePaths ignores the order, which there depends on messages. Paths of more
// than four steps are beyond Paths: then Path must be one of them.
func comparePaths(t *testing.T, v *graph.View, a, b int64, want [][]int64) {
	t.Helper()
	slices.SortFunc(want, slices.Compare)
	if len(want) > 0 {
		same(t, v.Path(a, b, 0, nil), want[0], "Path(%d, %d), the lowest", a, b)
	}
	got := v.Paths(a, b, 4, 0, nil, nil)
	slices.SortFunc(got, slices.Compare)
	if len(want) > 0 && len(want[0]) > 5 {
		want = nil
	}
	same(t, got, want, "Paths(%d, %d)", a, b)
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}
