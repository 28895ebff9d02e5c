package graph

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// network is an undirected graph as it came: members by number, each with an id,
// and their connections in no order.
type network struct {
	ids   []int64
	from  []uint64 // where a member's connections begin in peers
	count []uint32 // how many there are
	peers []uint32
	edges int
}

func (n *network) of(x uint32) []uint32 {
	return n.peers[n.from[x] : n.from[x]+uint64(n.count[x])]
}

// all yields every connection once, by ids.
func (n *network) all() iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		for x := range uint32(len(n.ids)) {
			for _, y := range n.of(x) {
				if x < y && !yield(n.ids[x], n.ids[y]) {
					return
				}
			}
		}
	}
}

// has reports whether two are connected, by the shorter list.
func (n *network) has(x, y uint32) bool {
	if n.count[y] < n.count[x] {
		x, y = y, x
	}
	return slices.Contains(n.of(x), y)
}

// The shape of the made-up network: what people's numbers of connections are like
// and how many connections close a triangle.
const (
	spread   = 1.1   // of the logarithm of connections
	tail     = 0.02  // members whose number is drawn with a heavy tail
	slope    = 1.6   // of that tail
	cap1     = 30000 // nobody has more
	closures = 0.28
)

// kinds are the circles in which people meet: how large, in logarithms, and how
// often one meets there.
var kinds = [3]struct{ size, spread, share float64 }{
	{4.5, 1.2, 0.45}, // employers, half of them below 90
	{6, 1, 0.30},     // schools, 400
	{8, 1.2, 0.25},   // places, 3,000
}

// synthetic makes a network of the given size; where people would need more
// connections than their circles have members, of fewer edges. The same arguments
// make the same.
// It takes 8 bytes a connection and about 70 a member.
func synthetic(members, edges int, seed uint64) *network {
	m := &maker{r: rand.New(rand.NewPCG(seed, seed)), n: &network{}, target: edges}
	m.people(members)
	for i := range m.circles {
		m.circles[i] = m.circle(kinds[i].size, kinds[i].spread)
	}
	for round := 0; m.n.edges < edges && round < 200; round++ {
		for x := range uint32(members) {
			for range (m.room(x) + 7) / 8 {
				m.meet(x)
			}
		}
	}
	m.n.from = m.n.from[:members]
	return m.n
}

type maker struct {
	r       *rand.Rand
	n       *network
	target  int
	circles [3]circle
}

// circle is all members in an order in which those of one circle stand together.
type circle struct {
	order []uint32
	at    []uint32 // where a member stands
	block []uint32 // which circle is a member's
	start []uint32 // where circles begin
	sum   []uint64 // connections wanted by those before
}

func (m *maker) wanted(x uint32) uint32 { return uint32(m.n.from[x+1] - m.n.from[x]) }

func (m *maker) room(x uint32) int { return int(m.wanted(x) - m.n.count[x]) }

// people draws ids and how many connections each wants.
func (m *maker) people(members int) {
	likes := make([]float64, members)
	total := 0.0
	for i := range likes {
		likes[i] = math.Exp(spread * m.r.NormFloat64())
		if m.r.Float64() < tail {
			likes[i] *= math.Pow(1-m.r.Float64(), -1/slope) * 3
		}
		total += likes[i]
	}
	m.n.ids, m.n.count, m.n.from = make([]int64, members), make([]uint32, members), make([]uint64, members+1)
	most := min(cap1, float64(members)/3)
	for i, like := range likes {
		m.n.ids[i] = m.r.Int64()
		want := min(most, math.Ceil(like/total*2.06*float64(m.target)))
		m.n.from[i+1] = m.n.from[i] + uint64(want)
	}
	m.n.peers = make([]uint32, m.n.from[members])
}

func (m *maker) circle(size, spread float64) circle {
	n := len(m.n.ids)
	c := circle{order: make([]uint32, n), at: make([]uint32, n), block: make([]uint32, n), sum: make([]uint64, n+1)}
	for i, x := range m.r.Perm(n) {
		c.order[i], c.at[x] = uint32(x), uint32(i)
		c.sum[i+1] = c.sum[i] + uint64(m.wanted(uint32(x)))
	}
	for at := 0; at < n; {
		next := min(n, at+2+int(math.Exp(size+spread*m.r.NormFloat64())))
		for _, x := range c.order[at:next] {
			c.block[x] = uint32(len(c.start))
		}
		c.start = append(c.start, uint32(at))
		at = next
	}
	c.start = append(c.start, uint32(n))
	return c
}

// meet lets x find one more connection, or not.
func (m *maker) meet(x uint32) {
	y := m.candidate(x)
	if x == y || m.room(x) <= 0 || m.room(y) <= 0 || m.n.edges == m.target || m.n.has(x, y) {
		return
	}
	for _, e := range [2][2]uint32{{x, y}, {y, x}} {
		m.n.peers[m.n.from[e[0]]+uint64(m.n.count[e[0]])] = e[1]
		m.n.count[e[0]]++
	}
	m.n.edges++
}

// candidate is a friend's friend or somebody from one of the circles of x.
func (m *maker) candidate(x uint32) uint32 {
	if friends := m.n.of(x); len(friends) > 0 && m.r.Float64() < closures {
		theirs := m.n.of(friends[m.r.IntN(len(friends))])
		return theirs[m.r.IntN(len(theirs))]
	}
	kind, share := 0, m.r.Float64()
	for kind < len(kinds)-1 && share > kinds[kind].share {
		share -= kinds[kind].share
		kind++
	}
	c := &m.circles[kind]
	lo, hi := c.start[c.block[x]], c.start[c.block[x]+1]
	sums := c.sum[lo : hi+1]
	at := sums[0] + m.r.Uint64N(sums[len(sums)-1]-sums[0])
	return c.order[int(lo)+sort.Search(len(sums), func(i int) bool { return sums[i] > at })-1]
}
