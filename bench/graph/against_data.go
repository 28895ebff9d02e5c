package graph

import (
	"iter"
	"math"
	"slices"

	engine "guildhall/internal/graph"
)

// data is a graph as databases take it in.
type data struct {
	v       *engine.View
	members []int64 // ascending
}

func gatherData(v *engine.View) data {
	seen := make(map[int64]struct{}, v.Members())
	for lo, hi := range v.All() {
		seen[lo], seen[hi] = struct{}{}, struct{}{}
	}
	d := data{v: v, members: make([]int64, 0, len(seen))}
	for id := range seen {
		d.members = append(d.members, id)
	}
	slices.Sort(d.members)
	return d
}

// lists yields every member with its connections, both ascending.
func (d data) lists() iter.Seq2[int64, []int64] {
	return func(yield func(int64, []int64) bool) {
		for _, a := range d.members {
			if !yield(a, d.v.Neighbours(a)) {
				return
			}
		}
	}
}

// weight is the one that the engine gives a member by default, so that sums can be
// compared to the last digit.
func (d data) weight(id int64) (weight, count int64) {
	n := d.v.Count(id)
	if n < 2 {
		return 0, int64(n)
	}
	return int64(math.Round(engine.Unit / math.Log(float64(n)))), int64(n)
}

// edges yields both directions of every connection, ascending, in one slice that is
// used again.
func (d data) edges() iter.Seq[[]int64] {
	return func(yield func([]int64) bool) {
		row := make([]int64, 2)
		for a, peers := range d.lists() {
			for _, b := range peers {
				if row[0], row[1] = a, b; !yield(row) {
					return
				}
			}
		}
	}
}

// weights yields id, weight and count of every member, likewise.
func (d data) weights() iter.Seq[[]int64] {
	return func(yield func([]int64) bool) {
		row := make([]int64, 3)
		for _, id := range d.members {
			row[0] = id
			if row[1], row[2] = d.weight(id); !yield(row) {
				return
			}
		}
	}
}
