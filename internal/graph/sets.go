package graph

import (
	"container/list"
	"slices"
	"sync"
	"sync/atomic"
)

// CacheSets lets the graph keep the sets of all within the second degree of those
// members who ask most often, in at most so many bytes, n/8 for each; 0 or less
// keeps none, which is how a graph begins. With its set kept, a member's degrees
// and the count of its second degree are had without looking two steps out. A
// change does not end a set: the next question brings it up to date, for what the
// changes since then touched. Answers are the same with and without.
func (g *Graph) CacheSets(bytes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := *g.view.Load()
	next.sets = newSets(bytes)
	g.view.Store(&next)
}

// change is a connection that came or went.
type change struct{ x, y uint32 }

// The latest changes are kept with a View, in one array for many Views, of which
// each has its own length. A set older than the first one is made anew.
const changesKept = 4096

// record notes that the connection between x and y came or went.
func (v *View) record(x, y uint32) {
	if len(v.changes) >= 2*changesKept {
		v.changes = slices.Grow(slices.Clone(v.changes[len(v.changes)-changesKept:]), changesKept)
	}
	v.changes = append(v.changes, change{x, y})
	v.version++
}

// since is the changes after a version; ok is false when some are not kept.
func (v *View) since(version uint64) (changes []change, ok bool) {
	n := v.version - version
	if n > uint64(len(v.changes)) {
		return nil, false
	}
	return v.changes[uint64(len(v.changes))-n:], true
}

// nearSet is all within the second degree of x, x included, as they were from one
// version of the graph to another. Only the versions are ever written to, by
// whoever holds the lock.
type nearSet struct {
	x           uint32
	first, last uint64
	bits        []uint64
	count       int
}

// sets keeps the most recently used of those asked for more than once.
type sets struct {
	budget int // words
	asked  [4096]atomic.Uint32

	mu     sync.Mutex
	held   int // words
	byX    map[uint32]*list.Element
	recent list.List // of *nearSet, latest used first
}

func newSets(bytes int) *sets {
	if bytes <= 0 {
		return nil
	}
	return &sets{budget: bytes / 8, byX: map[uint32]*list.Element{}}
}

// nearSet returns the set around x if it is kept, or worth being kept from now on;
// else nil. It is worth it from the second question on that comes soon after the
// first: most members who are asked about once aren't again. It uses s.a and s.xs.
func (v *View) nearSet(s *scratch, x uint32) *nearSet {
	c := v.sets
	if c == nil {
		return nil
	}
	c.mu.Lock()
	e, kept := c.byX[x]
	var n *nearSet
	var last uint64
	if kept {
		c.recent.MoveToFront(e)
		n = e.Value.(*nearSet)
		last = n.last
		if n.first <= v.version && v.version <= last && len(v.ids) <= 64*len(n.bits) {
			c.mu.Unlock()
			return n
		}
	}
	c.mu.Unlock()
	switch {
	case kept && v.version < n.first:
		return nil // a reader with an old View: the set goes on serving the others
	case kept:
		return v.refresh(s, n, last)
	case c.asked[hash(int64(x))>>52].Swap(x+1) == x+1:
		return c.keep(v.makeSet(s, x))
	}
	return nil
}

// near is all within the second degree of x, kept or found and then in s.a, which is
// to be cleared afterwards.
func (s *scratch) near(v *View, x uint32) set {
	if n := v.nearSet(s, x); n != nil {
		return set{bits: n.bits}
	}
	s.within(v, x)
	return set{bits: s.a.bits}
}

// refresh brings a set up to date that was right at the version last.
func (v *View) refresh(s *scratch, n *nearSet, last uint64) *nearSet {
	own := v.adjacent(n.x)
	changes, ok := v.since(last)
	if !ok || len(changes)*costRecheck > s.estimate(v, own) {
		return v.sets.keep(v.makeSet(s, n.x))
	}
	s.xs = s.xs[:0]
	anew := false
	for _, c := range changes {
		switch {
		case c.x == n.x:
			anew = v.joined(s, own, c.y) || anew
		case c.y == n.x:
			anew = v.joined(s, own, c.x) || anew
		default:
			if contains(own, c.x) {
				s.xs = append(s.xs, c.y)
			}
			if contains(own, c.y) {
				s.xs = append(s.xs, c.x)
			}
		}
	}
	if anew {
		return v.sets.keep(v.makeSet(s, n.x))
	}
	if len(s.xs) == 0 && len(v.ids) <= 64*len(n.bits) {
		v.sets.extend(n, v.version)
		return n
	}
	return v.sets.keep(v.patched(s, n, own))
}

// costRecheck is what looking at a change costs, in connections marked.
const costRecheck = 32

// joined notes that y and y's connections came near, if y is among own; else y has
// left, and who is still near would have to be looked for among many.
func (v *View) joined(s *scratch, own []uint32, y uint32) (left bool) {
	if !contains(own, y) {
		return true
	}
	s.xs = append(append(s.xs, y), v.adjacent(y)...)
	return false
}

// patched is the set with those in s.xs looked at anew.
func (v *View) patched(s *scratch, n *nearSet, own []uint32) *nearSet {
	next := &nearSet{x: n.x, first: v.version, last: v.version, bits: make([]uint64, max(len(n.bits), wordsFor(v))), count: n.count}
	copy(next.bits, n.bits)
	for _, y := range s.xs {
		bit := uint64(1) << (y % 64)
		was := next.bits[y/64]&bit != 0
		is := contains(own, y) || common1(own, v.adjacent(y))
		if is != was {
			next.bits[y/64] ^= bit
			next.count++
			if was {
				next.count -= 2
			}
		}
	}
	return next
}

// common1 reports whether two ascending lists have anybody in common.
func common1(xs, ys []uint32) bool {
	if len(xs) > len(ys) {
		xs, ys = ys, xs
	}
	for _, x := range xs {
		at, found := slices.BinarySearch(ys, x)
		if found {
			return true
		}
		ys = ys[at:]
	}
	return false
}

// wordsFor is the length of a bitmap for the vertices of v and some to come.
func wordsFor(v *View) int { return (len(v.ids)+len(v.ids)/16)/64 + 16 }

// makeSet looks two steps out.
func (v *View) makeSet(s *scratch, x uint32) *nearSet {
	n := &nearSet{x: x, first: v.version, last: v.version, bits: make([]uint64, wordsFor(v))}
	s.within(v, x)
	copy(n.bits, s.a.bits)
	n.count = len(s.a.members)
	s.a.clear()
	return n
}

// extend notes that the set is still right.
func (c *sets) extend(n *nearSet, version uint64) {
	c.mu.Lock()
	n.last = max(n.last, version)
	c.mu.Unlock()
}

// keep puts a set in the place of the member's older one, and drops those that
// nobody has used for longest when there are too many.
func (c *sets) keep(n *nearSet) *nearSet {
	if len(n.bits) > c.budget {
		return n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byX[n.x]; ok {
		old := e.Value.(*nearSet)
		if old.first > n.first {
			return n // somebody with a later View was quicker
		}
		c.held += len(n.bits) - len(old.bits)
		e.Value = n
	} else {
		c.held += len(n.bits)
		c.byX[n.x] = c.recent.PushFront(n)
	}
	for c.held > c.budget {
		e := c.recent.Back()
		old := e.Value.(*nearSet)
		c.recent.Remove(e)
		delete(c.byX, old.x)
		c.held -= len(old.bits)
	}
	return n
}
