package edges_test

import (
	"slices"
	"strings"
	"testing"

	"guildhall/bench/edges"
)

func TestParse(t *testing.T) {
	pairs, err := edges.Parse(strings.NewReader("from,to,weight\n1,2,0.5\n\n# note\n3 4\n5\t6\textra\n"))
	if want := [][2]int64{{1, 2}, {3, 4}, {5, 6}}; err != nil || !slices.Equal(pairs, want) {
		t.Errorf("got %v, %v", pairs, err)
	}
	pairs, err = edges.Parse(strings.NewReader("4,2,u,graph\n1,2\n3,4\n"))
	if want := [][2]int64{{1, 2}, {3, 4}}; err != nil || !slices.Equal(pairs, want) {
		t.Errorf("after a header of numbers: %v, %v", pairs, err)
	}
	if _, err := edges.Parse(strings.NewReader("1 2\nthree four\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a wrong line: %v", err)
	}
}
