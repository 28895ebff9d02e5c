package graph

import (
	"cmp"
	"math"
	"slices"
)

// Weigh says how much it counts to be linked through a member, in units of
// Unit. It must answer alike for the same member throughout a call, in which it
// is asked about each at most once. Where a nil Weigh may be given it stands for
// Adamic and Adar's weight: a member in the middle tells the more, the fewer
// connections it has itself.
//
// A caller whose reader may not know how many connections somebody has gives a
// weight of what the reader may know: order is an answer too.
type Weigh func(member int64) uint64

// Unit is the weight that stands for 1. The sum of the weights of somebody's
// connections, times their number, must stay below 2^64.
const Unit = 1 << 16

// weigh is the weight of a vertex, by Adamic and Adar where no other is given.
func (v *View) weigh(x uint32, given Weigh) uint64 {
	if given != nil {
		return given(v.ids[x])
	}
	return adamicAdar(len(v.adjacent(x)))
}

// adamicAdar is 1/ln(connections) in whole Units. Whole numbers add up to the
// same sum in any order, so an answer does not depend on how the graph came
// about, and equals stay equal. Whoever has a single connection lies between
// nobody: its weight is never used, and 0. O(1).
func adamicAdar(connections int) uint64 {
	if connections < len(adamicAdars) {
		return uint64(adamicAdars[connections])
	}
	return uint64(math.Round(Unit / math.Log(float64(connections))))
}

// adamicAdars are the weights of the numbers of connections that most have.
var adamicAdars = func() (w [2048]uint32) {
	for n := 2; n < len(w); n++ {
		w[n] = uint32(math.Round(Unit / math.Log(float64(n))))
	}
	return w
}()

// rated is somebody in a ranking. Whose id it is, is looked up among equals alone:
// ids are far away, and most who are offered are soon outdone.
type rated struct {
	weight uint64
	x      uint32
}

// ranking keeps the best k of what it is offered, or all for k of 0 or less.
type ranking struct {
	k     int
	ids   []int64
	items []rated
	floor uint64 // who weighs less need not be offered
}

func (r *ranking) begin(v *View, k int) { r.k, r.ids, r.items, r.floor = k, v.ids, r.items[:0], 0 }

// before is the order of a ranking: the heaviest first, equal ones by id.
func (r *ranking) before(a, b rated) bool {
	if a.weight != b.weight {
		return a.weight > b.weight
	}
	return r.ids[a.x] < r.ids[b.x]
}

func (r *ranking) offer(x rated) {
	if r.k <= 0 {
		r.items = append(r.items, x)
		return
	}
	lo, hi := 0, len(r.items)
	for lo < hi {
		if mid := (lo + hi) / 2; r.before(r.items[mid], x) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == r.k {
		return
	}
	if len(r.items) == r.k {
		r.items = r.items[:r.k-1]
	}
	r.items = slices.Insert(r.items, lo, x)
	if len(r.items) == r.k {
		r.floor = r.items[r.k-1].weight
	}
}

// sorted is what the ranking holds, best first.
func (r *ranking) sorted() []rated {
	if r.k <= 0 {
		slices.SortFunc(r.items, func(a, b rated) int {
			return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(r.ids[a.x], r.ids[b.x]))
		})
	}
	return r.items
}
