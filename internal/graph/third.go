package graph

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	// A third step counts nothing where one in so many ways of two steps ends at home.
	home = 8
	// fine is how many bits more than in Units a third step counts in: the product of the
	// weights of two who are well connected is less than one.
	fine = 8
)

// refine makes weights fit for a third step.
func (n *nearest) refine() {
	for _, weights := range [][]uint64{n.s.weights, n.s.rarity} {
		for i := range weights {
			weights[i] <<= fine
		}
	}
	n.divisor, n.one = 1, Unit<<fine
}

// third goes a step on from the second degree, whose sums are known. What it adds
// is 0 in the low bits, where mutual connections are counted.
func (n *nearest) third(ask Ask, low uint, work *Work) {
	s := n.s
	open := n.open(low)
	if open == 0 {
		return
	}
	s.sums[n.x] = 0
	for _, y := range n.own {
		s.sums[y] = 0
	}
	var cost classes
	s.xs, s.weights = s.xs[:0], s.weights[:0]
	for _, u := range s.touched {
		sum, size := s.sums[u]>>low, len(n.v.adjacent(u))
		if sum == 0 || size < 2 || len(n.blocked) > 0 && contains(n.blocked, u) {
			continue
		}
		if w := (sum * n.v.weigh(u, ask.Weigh) / Unit * open) >> fine; w > 0 {
			s.xs, s.weights = append(s.xs, u), append(s.weights, w)
			cost[class(w)] += size
			work.OfThird += size
		}
	}
	work.Third = work.OfThird
	if ask.Third > 0 && work.OfThird > ask.Third {
		work.Third = n.cut(ask.Third, &cost)
	}
	for i := range s.weights {
		s.weights[i] <<= low
	}
	addUp(s, n.v, s.xs, s.sums)
}

// open is how open it is around x, from 0 to 1<<fine: how few of the ways of two
// steps, by weight, end at x or a connection of x's. The former share is large where
// there are few ways, so little to go by.
func (n *nearest) open(low uint) uint64 {
	s := n.s
	ended, all := s.sums[n.x]>>low, uint64(0)
	for _, y := range n.own {
		ended += s.sums[y] >> low
	}
	for i, y := range n.visit {
		all += s.weights[i] >> low * uint64(len(n.v.adjacent(y)))
	}
	if ended >= (all+home-1)/home {
		return 0
	}
	hi, lo := bits.Mul64(ended, home<<fine)
	part, _ := bits.Div64(hi, lo, all)
	return 1<<fine - part
}

// classes sorts weights by size, eight classes between one power of two and the
// next.
type classes [64 << 3]int

// class is the place of a weight above 0 in classes.
func class(w uint64) int {
	long := bits.Len64(w)
	return (long-1)<<3 | int(w<<(64-long)>>60&7)
}

// cut leaves of s.xs those with the greatest weights, equal ones by id, up to the
// first that the budget does not allow. Those of one class alone need be sorted.
func (n *nearest) cut(budget int, cost *classes) (looked int) {
	s := n.s
	floor := len(cost)
	for ; looked+cost[floor-1] <= budget; floor-- {
		looked += cost[floor-1]
	}
	kept := 0
	s.choices = s.choices[:0]
	for i, u := range s.xs {
		switch w := s.weights[i]; {
		case class(w) >= floor:
			s.xs[kept], s.weights[kept] = u, w
			kept++
		case class(w) == floor-1:
			s.choices = append(s.choices, choice{u, uint32(len(n.v.adjacent(u))), w, n.v.ids[u]})
		}
	}
	s.xs, s.weights = s.xs[:kept], s.weights[:kept]
	slices.SortFunc(s.choices, func(p, q choice) int {
		return cmp.Or(cmp.Compare(q.weight, p.weight), cmp.Compare(p.id, q.id))
	})
	for _, c := range s.choices {
		if looked+int(c.size) > budget {
			break
		}
		looked += int(c.size)
		s.xs, s.weights = append(s.xs, c.y), append(s.weights, c.weight)
	}
	return looked
}
