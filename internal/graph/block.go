package graph

import "iter"

// Block ends the tie between a and b, if there is one, and keeps them apart: until
// Unblock they can't be connected, and neither is among the other's suggestions or
// those found by a trait. It reports whether they were not blocked before. How near
// they are through others, and what paths there are, stays as it is: whether that
// may be seen is the caller's to decide. O(d(a) + d(b)).
func (g *Graph) Block(a, b int64) (changed bool) {
	if a == b {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	if !e.block(a, b) {
		return false
	}
	g.view.Store(e.done())
	return true
}

// Unblock lets a and b be connected again, which they are not by that. It reports
// whether they were blocked. O(blocks of a and b).
func (g *Graph) Unblock(a, b int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := *g.view.Load()
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	if !okA || !okB || !contains(v.blocks.of(x), y) {
		return false
	}
	v.setBlock(x, y, removed)
	v.apart--
	g.view.Store(&v)
	return true
}

// ReplaceBlocks makes the given pairs, in either direction and with duplicates, all
// that are blocked, and ends the ties between them. Readers keep the View they have,
// and other changes wait until the sequence has been read, which must not change
// this graph itself. What Block costs for each.
func (g *Graph) ReplaceBlocks(pairs iter.Seq2[int64, int64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	e.view.blocks, e.view.apart = nil, 0
	for a, b := range pairs {
		if a != b {
			e.block(a, b)
		}
	}
	g.view.Store(e.done())
}

// block keeps two members apart, unless they are already.
func (e *edit) block(a, b int64) (changed bool) {
	x, y := e.vertex(a), e.vertex(b)
	if contains(e.view.blocks.of(x), y) {
		return false
	}
	if contains(e.draft.lists.of(x), y) {
		e.disconnect(x, y)
	}
	e.view.setBlock(x, y, inserted)
	e.view.apart++
	return true
}

// setBlock writes both sides' lists, of a View that nobody else has yet.
func (v *View) setBlock(x, y uint32, how func(old []uint32, y uint32) []uint32) {
	d := v.blocks.draft()
	d.set(x, how(d.lists.of(x), y))
	d.set(y, how(d.lists.of(y), x))
	v.blocks = d.lists
}

// Blocked reports whether a and b are kept apart. O(log blocks of a).
func (v *View) Blocked(a, b int64) bool {
	x, okA := v.ordinal(a)
	y, okB := v.ordinal(b)
	return okA && okB && contains(v.blocks.of(x), y)
}

// Blocks returns how many pairs are kept apart. O(1).
func (v *View) Blocks() int { return v.apart }

// allBlocks calls use for every block, from either side.
func (v *View) allBlocks(use func(a, b int64)) {
	for x, id := range v.ids {
		for _, y := range v.blocks.of(uint32(x)) {
			use(id, v.ids[y])
		}
	}
}
