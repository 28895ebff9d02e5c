package graph

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
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
	if len(r.Rows) != rows || r.Connections != 10_000 || r.Members != 2000 {
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

// The made-up network is what it is said to be: as large as asked, the same for
// the same seed, simple, clustered, and with some very well connected.
func TestSynthetic(t *testing.T) {
	n := synthetic(20_000, 300_000, 1)
	again := synthetic(20_000, 300_000, 1)
	if n.edges != 300_000 || !slices.Equal(n.peers, again.peers) || !slices.Equal(n.ids, again.ids) {
		t.Fatalf("%d edges, or not the same again", n.edges)
	}
	most, wedges, closed := uint32(0), 0, 0
	for x := range uint32(20_000) {
		most = max(most, n.count[x])
		friends := slices.Clone(n.of(x))
		if slices.Contains(friends, x) {
			t.Fatalf("%d is connected to itself", x)
		}
		slices.Sort(friends)
		if len(slices.Compact(slices.Clone(friends))) != len(friends) {
			t.Fatalf("%d has a connection twice", x)
		}
		for i := 1; i < min(len(friends), 20); i++ {
			wedges++
			if n.has(friends[i-1], friends[i]) {
				closed++
			}
		}
	}
	if clustering := float64(closed) / float64(wedges); clustering < 0.1 || clustering > 0.4 {
		t.Errorf("clustering %.2f", clustering)
	}
	if most < 400 {
		t.Errorf("nobody has more than %d connections", most)
	}
}
