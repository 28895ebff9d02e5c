package graph

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// The shape of the made-up network: what people's numbers of connections are like
// and how many connections close a triangle.
const (
	spread   = 1.1   // of the logarithm of connections
	tail     = 0.02  // members whose number is drawn with a heavy tail
	slope    = 1.6   // of that tail
	cap1     = 30000 // about what the best connected have
	closures = 0.28  // draws that close a triangle
	crowd    = 2     // nobody draws more than one in so many of a circle
)

// kinds are the circles in which people meet: how large, in logarithms, and how
// often one meets there.
var kinds = [3]struct{ size, spread, share float64 }{
	{4, 0.5, 0.7}, // at work, half of them below 55
	{5, 0.5, 0.2}, // classes at school, 150
	{8, 1.2, 0.1}, // places, 3,000
}

// community is a made-up network of which nothing is kept but who stands where:
// whom somebody meets is a function of the seed, the member and the number of the
// draw. Each draws about half of their connections from their circles, the
// better connected the more likely; and some by drawing somebody from a circle and
// then somebody whom that one draws, which closes a triangle. 15 bytes a member.
type community struct {
	members int
	seed    uint64
	ids     shuffle
	wanted  []uint16 // connections, by member
	circles [3]circles
	pace    float64 // draws for a connection wanted
	draws   int     // in all
}

// newCommunity is one of the given size with as many connections, less about one in
// a hundred, so that there are not more. Where people would need more connections
// than their circles have members, there are fewer.
func newCommunity(members, edges int, seed uint64) *community {
	c := &community{members: members, seed: seed, ids: newShuffle(1<<63, mix(seed, 1, 0))}
	c.want(edges)
	for i := range c.circles {
		c.circles[i] = c.circlesOf(i)
	}
	const share = 0.99 // of the edges: what is kept is estimated
	c.pace = 0.7       // about what it comes to
	for range 8 {
		kept := c.kept()
		c.count()
		found := kept * float64(c.draws) / float64(edges)
		if math.Abs(found-share) < 0.002 {
			break
		}
		c.pace *= share / found
	}
	return c
}

// traits yields every member with where they work, went to school and live: the
// circles in which they meet. Of the community it keeps 2 bytes a member.
func (c *community) traits() iter.Seq2[int64, int64] {
	members, ids := c.members, c.ids
	var kinds [3]circles
	for i, k := range c.circles {
		kinds[i] = circles{order: k.order, starts: k.starts, near: k.near}
	}
	return func(yield func(int64, int64) bool) {
		for x := range members {
			for i := range kinds {
				lo, _ := kinds[i].around(uint32(kinds[i].order.to(uint64(x))))
				if !yield(int64(ids.to(uint64(x))), traitOf(i, lo)) {
					return
				}
			}
		}
	}
}

// traitOf names the circle of a kind that begins at a place.
func traitOf(kind int, begin uint32) int64 { return int64(kind)<<32 | int64(begin) }

// mix makes of three numbers one that looks drawn.
func mix(a, b, c uint64) uint64 {
	h := a ^ b*0x9E3779B97F4A7C15 ^ bits.RotateLeft64(c*0xD6E8FEB86659FD93, 32)
	for range 2 {
		h ^= h >> 32
		h *= 0xD6E8FEB86659FD93
	}
	return h ^ h>>32
}

// unit is a number of 64 bits as one from 0 to 1.
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// shuffle is an order of the numbers below n, in both directions.
type shuffle struct {
	n, mask, key, mul, inverse uint64
	shift                      uint
}

func newShuffle(n, seed uint64) shuffle {
	width := max(2, bits.Len64(n-1))
	s := shuffle{n: n, mask: 1<<width - 1, key: mix(seed, 2, 0), mul: mix(seed, 3, 0) | 1, shift: uint(width+1) / 2}
	s.inverse = s.mul // right in 3 bits, and in twice as many each time
	for range 5 {
		s.inverse *= 2 - s.mul*s.inverse
	}
	return s
}

// to is where x stands. Numbers that are not below n lead on to one that is.
func (s *shuffle) to(x uint64) uint64 {
	for {
		x = (x + s.key) & s.mask
		for range 3 {
			x ^= x >> s.shift
			x = x * s.mul & s.mask
		}
		if x ^= x >> s.shift; x < s.n {
			return x
		}
	}
}

// from is who stands at x.
func (s *shuffle) from(x uint64) uint64 {
	for {
		x ^= x >> s.shift
		for range 3 {
			x = x * s.inverse & s.mask
			x ^= x >> s.shift
		}
		if x = (x - s.key) & s.mask; x < s.n {
			return x
		}
	}
}

// want draws how many connections each wants.
func (c *community) want(edges int) {
	sums := make([]float64, (c.members+chunk-1)/chunk)
	chunks(c.members, func(lo, hi int) {
		l := liking{seed: c.seed}
		for x := lo; x < hi; x++ {
			sums[lo/chunk] += l.of(x)
		}
	})
	total := 0.0
	for _, sum := range sums {
		total += sum
	}
	c.wanted = make([]uint16, c.members)
	most := min(0.85*cap1, float64(c.members)/3) // what one gets is drawn, and may be more
	chunks(c.members, func(lo, hi int) {
		l := liking{seed: c.seed}
		for x := lo; x < hi; x++ {
			c.wanted[x] = uint16(min(most, math.Ceil(l.of(x)/total*2*float64(edges))))
		}
	})
}

// liking is how much members are liked: lognormal, and some far more.
type liking struct {
	seed uint64
	pcg  rand.PCG
}

func (l *liking) of(x int) float64 {
	l.pcg.Seed(l.seed, uint64(x))
	r := rand.New(&l.pcg)
	like := math.Exp(spread * r.NormFloat64())
	if r.Float64() < tail {
		like *= math.Pow(1-r.Float64(), -1/slope) * 3
	}
	return like
}

// circles is one kind of them: all members in an order in which those of one circle
// stand together.
type circles struct {
	order  shuffle
	starts []uint32 // where circles begin, and where the last one ends
	near   []uint32 // of every 64th place: its circle
	sums   []uint32 // by place: connections wanted by those of the circle up to it
}

func (c *community) circlesOf(kind int) circles {
	n, shape := c.members, kinds[kind]
	k := circles{order: newShuffle(uint64(n), mix(c.seed, 4, uint64(kind)))}
	r := rand.New(rand.NewPCG(c.seed, uint64(kind)))
	for at := 0; at < n; {
		k.starts = append(k.starts, uint32(at))
		at += 2 + int(math.Exp(shape.size+shape.spread*r.NormFloat64()))
		for len(k.near)*64 < min(n, at) {
			k.near = append(k.near, uint32(len(k.starts)-1))
		}
	}
	k.starts = append(k.starts, uint32(n))
	k.sums = make([]uint32, n)
	chunks(n, func(lo, hi int) {
		for p := lo; p < hi; p++ {
			k.sums[p] = uint32(c.wanted[k.order.from(uint64(p))])
		}
	})
	for i, start := range k.starts[:len(k.starts)-1] {
		for p := start + 1; p < k.starts[i+1]; p++ {
			k.sums[p] += k.sums[p-1]
		}
	}
	return k
}

// around is the circle at a place: from where to where.
func (k *circles) around(place uint32) (lo, hi uint32) {
	i := k.near[place/64]
	for k.starts[i+1] <= place {
		i++
	}
	return k.starts[i], k.starts[i+1]
}

// meet draws a member of a circle, the better connected the more likely. The last
// step of the search has no branch: which way it goes cannot be foreseen.
func (k *circles) meet(lo, hi uint32, random uint64) uint32 {
	at, _ := bits.Mul64(random, uint64(k.sums[hi-1]))
	for hi-lo > 128 {
		if mid := (lo + hi) / 2; uint64(k.sums[mid]) <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	below := uint64(0)
	for _, sum := range k.sums[lo:hi] {
		below += (uint64(sum) - at - 1) >> 63 // 1 when sum <= at
	}
	return uint32(k.order.from(uint64(lo) + below))
}

// person is what somebody's draws depend on. Their circles are found when they are
// needed, since each is far in memory.
type person struct {
	x      uint32
	open   int     // draws that close nothing
	all    int     // draws
	rest   float64 // what decides about halves
	known  int     // kinds of circles that have been found
	share  float64 // of the open draws that are made in them
	until  [len(kinds)]int
	lo, hi [len(kinds)]uint32
}

func (c *community) person(x uint32) (p person) {
	p.x, p.all, p.rest = x, c.drawsOf(x), unit(mix(c.seed, uint64(x), 1<<40))
	p.open = max(1, p.all-int(closures*float64(p.all)+p.rest))
	return p
}

// find finds the circle of the next kind, and up to which draw one meets there. What
// a small circle has no room for is met in the next.
func (c *community) find(p *person) {
	i, k := p.known, &c.circles[p.known]
	p.lo[i], p.hi[i] = k.around(uint32(k.order.to(uint64(p.x))))
	begin := 0
	if i > 0 {
		begin = p.until[i-1]
	}
	p.share += kinds[i].share
	p.until[i] = begin + min(int(p.share*float64(p.open)+p.rest)-begin, (int(p.hi[i]-p.lo[i])+crowd-1)/crowd)
	p.known++
}

// drawsOf is how often a member draws.
func (c *community) drawsOf(x uint32) int {
	return max(1, int(float64(c.wanted[x])*c.pace+unit(mix(c.seed, uint64(x), 1<<41))))
}

// draw is whom p comes to know at a draw; it may be p itself, or somebody known.
func (c *community) draw(p *person, number int) uint32 {
	h := mix(c.seed, uint64(p.x), uint64(number))
	if number < p.open {
		return c.meet(p, number, h)
	}
	friend := int(h >> 32 % uint64(p.open))
	y := c.person(c.meet(p, friend, mix(c.seed, uint64(p.x), uint64(friend))))
	theirs := int(h & math.MaxUint32 % uint64(y.open))
	return c.meet(&y, theirs, mix(c.seed, uint64(y.x), uint64(theirs)))
}

// meet is a draw that closes nothing.
func (c *community) meet(p *person, number int, h uint64) uint32 {
	for i := range c.circles {
		if i == p.known {
			c.find(p)
		}
		if number < p.until[i] {
			return c.circles[i].meet(p.lo[i], p.hi[i], h)
		}
	}
	place, _ := bits.Mul64(mix(h, 5, 0), uint64(c.members))
	k := &c.circles[len(kinds)-1]
	lo, hi := k.around(uint32(place))
	return k.meet(lo, hi, h)
}

// appendDraws appends whom x draws, ascending and each once.
func (c *community) appendDraws(into []uint32, x uint32) []uint32 {
	p, at := c.person(x), len(into)
	for i := range p.all {
		if y := c.draw(&p, i); y != x {
			into = append(into, y)
		}
	}
	own := into[at:]
	slices.Sort(own)
	return into[:at+len(slices.Compact(own))]
}

// count adds up the draws.
func (c *community) count() {
	var draws atomic.Int64
	chunks(c.members, func(lo, hi int) {
		n := 0
		for x := lo; x < hi; x++ {
			n += c.drawsOf(uint32(x))
		}
		draws.Add(int64(n))
	})
	c.draws = int(draws.Load())
}

// kept estimates the share of draws that make a connection of their own, of 16,384
// drawn ones: of those by which two come to know each other, one counts.
func (c *community) kept() float64 {
	const sample = 1 << 14
	values := make([]float64, sample)
	most := slices.Max(c.wanted)
	chunks(sample, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			r := rand.New(rand.NewPCG(c.seed, uint64(i)|1<<40))
			x := uint32(r.IntN(c.members))
			for r.IntN(int(most)) >= int(c.wanted[x]) {
				x = uint32(r.IntN(c.members))
			}
			p := c.person(x)
			y := c.draw(&p, r.IntN(p.all))
			if y == x {
				continue
			}
			q, times := c.person(y), 0
			for _, d := range [2]struct {
				p  *person
				to uint32
			}{{&p, y}, {&q, x}} {
				for n := range d.p.all {
					if c.draw(d.p, n) == d.to {
						times++
					}
				}
			}
			values[i] = 1 / float64(times)
		}
	})
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / sample
}

// chunk is how many members are worked on at a time.
const chunk = 1 << 10

// chunks calls do for all numbers below n, some at a time, on all cores.
func chunks(n int, do func(lo, hi int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for lo := int(next.Add(chunk)) - chunk; lo < n; lo = int(next.Add(chunk)) - chunk {
				do(lo, min(n, lo+chunk))
			}
		})
	}
	workers.Wait()
}

// drawer is a word of an edge file that says who draws those behind it.
const drawer = 1 << 31

// write puts all draws into a file, some 4 bytes each: words of members by number,
// each drawer before those drawn.
func (c *community) write(ctx context.Context, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("a file for the edges: %w", err)
	}
	parts := make([][]uint32, 64)
	for at := 0; at < c.members && err == nil; at += len(parts) * chunk {
		many := min(c.members-at, len(parts)*chunk)
		chunks(many, func(lo, hi int) {
			words := parts[lo/chunk][:0]
			for x := uint32(at + lo); x < uint32(at+hi); x++ {
				words = c.appendDraws(append(words, x|drawer), x)
			}
			parts[lo/chunk] = words
		})
		for i := range (many + chunk - 1) / chunk {
			if err == nil {
				_, err = f.Write(asBytes(parts[i]))
			}
		}
		err = cmp.Or(err, ctx.Err())
	}
	return cmp.Or(err, f.Close())
}

func asBytes(words []uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 4*len(words)) //nolint:gosec // read back by the same program
}
