package suggest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// circles is a graph of circles in which everybody knows everybody: whoever is
// hidden can be found.
func circles(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("from,to\n")
	for c := range 6 {
		for i := range 12 {
			for j := range i {
				fmt.Fprintf(&b, "%d,%d\n", 100*c+i, 100*c+j)
			}
		}
		fmt.Fprintf(&b, "%d,%d\n", 100*c, 100*((c+1)%6)+5)
	}
	path := filepath.Join(t.TempDir(), "edges.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhoWasHiddenIsFound(t *testing.T) {
	path := circles(t)
	var out strings.Builder
	if err := Run(context.Background(), Options{Edges: path, Seed: 3, JSON: true, Out: &out}); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if r.Members != 72 || r.Connections != 6*66+6 || r.Hidden != 40 || len(r.Rows) != len(methods) || r.Rows[0].Method != "guildhall" {
		t.Errorf("%+v", r)
	}
	for _, row := range r.Rows {
		if row.Hit20 < 0.9 || row.MRR < 0.5 || row.MRR > row.Hit20 || row.Coverage < 0.9 || row.Coverage > 1 {
			t.Errorf("%+v", row)
		}
	}
	again, err := Measure(context.Background(), Options{Edges: path, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range again.Rows {
		if row.Hit20 != r.Rows[i].Hit20 || row.MRR != r.Rows[i].MRR || row.Coverage != r.Rows[i].Coverage {
			t.Errorf("the same seed gives %+v and %+v", row, r.Rows[i])
		}
	}
}

// No method may see what was hidden or suggest whom one knows.
func TestTheSplitHidesATenthBothWays(t *testing.T) {
	s := hide([][2]int64{{7, 9}, {9, 7}, {7, 7}, {7, 1}, {9, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 8}, {8, 7}}, 1)
	if s.connections != 10 || len(s.pairs) != 9 || len(s.hidden) != 2 {
		t.Fatalf("%d connections, %d stay, %d members have a hidden one", s.connections, len(s.pairs), len(s.hidden))
	}
	for a, them := range s.hidden {
		for b := range them {
			if !s.hidden[b][a] || slices.Contains(s.near[a], b) {
				t.Errorf("%d and %d: hidden one way, or still there", a, b)
			}
		}
	}
	for _, m := range methods {
		suggest := m.make(s)
		for a := range s.near {
			for _, z := range suggest(int32(a)) {
				if z == int32(a) || slices.Contains(s.near[a], z) {
					t.Errorf("%s suggests %d to %d, who know each other", m.name, z, a)
				}
			}
		}
	}
}

func TestTooFewConnections(t *testing.T) {
	path := filepath.Join(t.TempDir(), "edges")
	if err := os.WriteFile(path, []byte("1 2\n2 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Run(context.Background(), Options{Edges: path}); err == nil || !strings.Contains(err.Error(), "too few connections") {
		t.Errorf("got %v", err)
	}
}
