package graph

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	engine "guildhall/internal/graph"
)

// A small run measures every row and says so in both forms.
func TestMeasure(t *testing.T) {
	var text, data strings.Builder
	opt := Options{Members: 2000, Edges: 10000, Seed: 3, Each: time.Millisecond, Recall: true, Out: &text}
	if err := Run(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
	opt.JSON, opt.Out = true, &data
	if err := Run(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal([]byte(data.String()), &r); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, q := range questions {
		rows += len(q.viewers)
	}
	if len(r.Rows) != rows || r.Connections > 10_000 || r.Connections < 9700 || r.Members < 1980 || len(r.Throughput) != 4 {
		t.Errorf("%d rows of %d, %d connections, %d members", len(r.Rows), rows, r.Connections, r.Members)
	}
	for i, c := range r.Recall {
		if c.Viewers == 0 || c.Found > 1 || c.Found < 0.05 || i > 0 && c.Found > r.Recall[i-1].Found {
			t.Errorf("recall %+v", r.Recall)
		}
	}
	for _, row := range r.Rows {
		if row.Questions < drawn || row.P99 < row.P50 || !strings.Contains(text.String(), row.Query) {
			t.Errorf("row %+v", row)
		}
	}
}

func TestWrongSizes(t *testing.T) {
	for _, opt := range []Options{{}, {Members: 100, Edges: 50}, {Members: 100, Edges: 5000}, {File: "no such file"}} {
		if err := Run(t.Context(), opt); err == nil {
			t.Errorf("%+v was taken", opt)
		}
	}
}

// The made-up network is what it is said to be: as large as asked or a little less,
// the same for the same seed, clustered, with some very well connected and nobody
// above what is allowed.
func TestSynthetic(t *testing.T) {
	v := asView(t, 20_000, 300_000, 1)
	if n := v.Edges(); n > 300_000 || n < 294_000 || v.Members() < 19_900 {
		t.Fatalf("%d connections of %d", n, v.Members())
	}
	again := asView(t, 20_000, 300_000, 1)
	if again.Edges() != v.Edges() {
		t.Fatal("not the same again")
	}
	for a, b := range v.All() {
		if !again.Connected(a, b) {
			t.Fatal("not the same again")
		}
	}
	most, wedges, closed := 0, 0, 0
	ids := map[int64]bool{}
	for a, b := range v.All() {
		ids[a], ids[b] = true, true
	}
	for id := range ids {
		friends := v.Neighbours(id)
		most = max(most, len(friends))
		for i := 1; i < min(len(friends), 20); i++ {
			wedges++
			if v.Connected(friends[i-1], friends[i]) {
				closed++
			}
		}
		if id < 0 {
			t.Errorf("id %d", id)
		}
	}
	if clustering := float64(closed) / float64(wedges); clustering < 0.15 || clustering > 0.25 {
		t.Errorf("clustering %.2f", clustering)
	}
	if most < 400 || most > 20_000/3 {
		t.Errorf("the best connected has %d connections", most)
	}
}

func asView(t *testing.T, members, edges int, seed uint64) *engine.View {
	t.Helper()
	n, err := made(t.Context(), Options{Members: members, Edges: edges, Seed: seed}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	v := engine.Build(n.edges).Snapshot()
	if n.err != nil {
		t.Fatal(n.err)
	}
	return v
}

// A shuffle is an order: everybody has a place of their own, and back.
func TestShuffle(t *testing.T) {
	for _, n := range []uint64{2, 3, 64, 1000, 4097} {
		s, seen := newShuffle(n, n), map[uint64]bool{}
		for x := range n {
			at := s.to(x)
			seen[at] = true
			if at >= n || s.from(at) != x {
				t.Fatalf("%d of %d stands at %d, where %d stands", x, n, at, s.from(at))
			}
		}
		if len(seen) != int(n) {
			t.Fatalf("%d places for %d", len(seen), n)
		}
	}
}
