package graph

import (
	"cmp"
	"slices"
)

// Communities returns the circles into which a's connections fall by who of them
// knows whom: family, a class, an employer. Each is ascending by id, the largest
// come first, equal ones by their lowest id; whoever knows none of the others is alone. Nil
// without connections.
//
// It is the method of Blondel, Guillaume, Lambiotte and Lefebvre (2008): members,
// then whole circles, move to where modularity gains most until none does. Members are taken
// by id and sums are whole numbers, so that all nodes find the same. As the method
// may leave a circle whose parts don't know each other (Traag, Waltman and van Eck,
// 2019), such are parted at the end. O(d2(a)) to see who knows whom, then a few
// rounds over those ties; allocates some 32 bytes for each of them.
func (v *View) Communities(a int64) [][]int64 {
	own := slices.Clone(v.neighbours(a))
	if len(own) == 0 {
		return nil
	}
	slices.SortFunc(own, func(x, y uint32) int { return cmp.Compare(v.ids[x], v.ids[y]) })
	ego := v.among(own)
	circle := ego.parted(ego.circles())
	groups := make([][]int64, len(own))
	for i, x := range own {
		groups[circle[i]] = append(groups[circle[i]], v.ids[x])
	}
	groups = slices.DeleteFunc(groups, func(g []int64) bool { return len(g) == 0 })
	slices.SortFunc(groups, func(p, q []int64) int { return cmp.Or(cmp.Compare(len(q), len(p)), cmp.Compare(p[0], q[0])) })
	return groups
}

// weighted is a small graph of nodes 0 to n-1 with weights on its ties, each of
// which is there from both ends. A tie to oneself is there once, with twice its weight.
type weighted struct {
	from  []int // where a node's ties begin, and where the last one's end
	to    []int
	weigh []int
}

func (g *weighted) nodes() int { return len(g.from) - 1 }

// among is the ties between vertices, all of weight 1.
func (v *View) among(xs []uint32) *weighted {
	s := v.scratch()
	s.counts = room(s.counts, len(v.ids))
	for i, x := range xs {
		s.counts[x] = uint32(i + 1)
	}
	g := &weighted{from: make([]int, 1, len(xs)+1)}
	for rest := xs; len(rest) > 0; {
		rest = s.batch.fetch(v, rest)
		for _, list := range s.batch.lists[:s.batch.n] {
			for _, y := range list {
				if place := s.counts[y]; place > 0 {
					g.to = append(g.to, int(place-1))
				}
			}
			slices.Sort(g.to[g.from[len(g.from)-1]:])
			g.from = append(g.from, len(g.to))
		}
	}
	for _, x := range xs {
		s.counts[x] = 0
	}
	v.release(s)
	g.weigh = slices.Repeat([]int{1}, len(g.to))
	return g
}

// circles names the circle of each node by one of its nodes.
func (g *weighted) circles() []int {
	circle := g.settle()
	small, place := g.merged(circle)
	if small.nodes() == g.nodes() {
		return circle
	}
	above := small.circles()
	first := slices.Repeat([]int{-1}, small.nodes()) // some node of each circle of circles
	for i := range circle {
		c := above[place[circle[i]]]
		if first[c] < 0 {
			first[c] = i
		}
		circle[i] = first[c]
	}
	return circle
}

// settle lets each node in turn move to the circle next to it where modularity gains
// most, if it gains there, until none moves. It ends because modularity only grows.
func (g *weighted) settle() (circle []int) {
	n := g.nodes()
	circle, degree, sum := make([]int, n), make([]int, n), make([]int, n)
	all := 0
	for i := range n {
		for at := g.from[i]; at < g.from[i+1]; at++ {
			degree[i] += g.weigh[at]
		}
		circle[i], sum[i] = i, degree[i]
		all += degree[i]
	}
	ties, next := make([]int, n), []int(nil) // weight to each circle; which ones
	for moved := true; moved; {
		moved = false
		for i := range n {
			next = append(next[:0], circle[i])
			for at := g.from[i]; at < g.from[i+1]; at++ {
				if y := g.to[at]; y != i {
					if c := circle[y]; ties[c] == 0 && c != circle[i] {
						next = append(next, c)
					}
					ties[circle[y]] += g.weigh[at]
				}
			}
			sum[circle[i]] -= degree[i]
			best, most := -1, 0
			for _, c := range next {
				gain := all*ties[c] - degree[i]*sum[c]
				if best < 0 || gain > most || gain == most && best != circle[i] && c < best {
					best, most = c, gain
				}
				ties[c] = 0
			}
			moved = moved || best != circle[i]
			circle[i] = best
			sum[best] += degree[i]
		}
	}
	return circle
}

// merged is the graph whose nodes are circles, and each circle's place in it, by
// name.
func (g *weighted) merged(circle []int) (small *weighted, place []int) {
	place = slices.Repeat([]int{-1}, g.nodes())
	var members [][]int
	for i, c := range circle {
		if place[c] < 0 {
			place[c] = len(members)
			members = append(members, nil)
		}
		members[place[c]] = append(members[place[c]], i)
	}
	small = &weighted{from: make([]int, 1, len(members)+1)}
	ties := make([]int, len(members))
	for _, nodes := range members {
		begin := len(small.to)
		for _, i := range nodes {
			for at := g.from[i]; at < g.from[i+1]; at++ {
				c := place[circle[g.to[at]]]
				if ties[c] == 0 {
					small.to = append(small.to, c)
				}
				ties[c] += g.weigh[at]
			}
		}
		slices.Sort(small.to[begin:])
		for _, c := range small.to[begin:] {
			small.weigh = append(small.weigh, ties[c])
			ties[c] = 0
		}
		small.from = append(small.from, len(small.to))
	}
	return small, place
}

// parted gives the parts of a circle that aren't linked within it names of their own.
func (g *weighted) parted(circle []int) []int {
	part := slices.Repeat([]int{-1}, g.nodes())
	var queue []int
	for i := range part {
		if part[i] >= 0 {
			continue
		}
		part[i] = i
		for queue = append(queue[:0], i); len(queue) > 0; {
			x := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, y := range g.to[g.from[x]:g.from[x+1]] {
				if part[y] < 0 && circle[y] == circle[i] {
					part[y] = i
					queue = append(queue, y)
				}
			}
		}
	}
	return part
}
