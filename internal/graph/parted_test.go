package graph

import (
	"slices"
	"testing"
)

// Parts of a circle that nobody in it links get names of their own; others stay.
func TestCirclesThatAreNotLinkedArePartedAtTheEnd(t *testing.T) {
	// 0-1 and 2-3 in one circle, linked only through 4, who is in another.
	g := &weighted{from: []int{0, 2, 3, 5, 6, 8}, to: []int{1, 4, 0, 3, 4, 2, 0, 2}, weigh: slices.Repeat([]int{1}, 8)}
	if got := g.parted([]int{0, 0, 0, 0, 4}); !slices.Equal(got, []int{0, 0, 2, 2, 4}) {
		t.Errorf("parted: %v", got)
	}
}
