package graph

import (
	"strings"
	"testing"
)

// A small instance is asked every kind of question, and says so.
func TestLists(t *testing.T) {
	var text strings.Builder
	if err := RunLists(t.Context(), Options{Members: 1500, Edges: 9000, Seed: 3, In: t.TempDir(), Out: &text}); err != nil {
		t.Fatal(err)
	}
	l, err := MeasureLists(t.Context(), Options{Members: 1500, Edges: 9000, Seed: 3, In: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rows) != 7 || l.Connections < 8000 || l.Traits < 1500*8 || l.Best < 20 {
		t.Errorf("%+v", l)
	}
	for _, c := range l.Rows {
		if c.P50 <= 0 || c.Most < c.P50 || c.Statements == 0 && c.Target != GainTarget || !strings.Contains(text.String(), c.What) {
			t.Errorf("row %+v", c)
		}
	}
	if made, kept := l.Rows[1], l.Rows[4]; kept.Statements >= made.Statements || kept.P50 > made.P50 {
		t.Errorf("a kept list costs %+v, a new one %+v", kept, made)
	}
	if _, err := MeasureLists(t.Context(), Options{Members: 10, Edges: 9}); err == nil {
		t.Error("ten members were taken")
	}
}
