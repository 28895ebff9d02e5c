package graph

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
	x, y := e.vertex(a), e.vertex(b)
	if contains(e.view.blocks.of(x), y) {
		return false
	}
	if contains(e.draft.lists.of(x), y) {
		e.disconnect(x, y)
	}
	e.view.setBlock(x, y, inserted)
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
	g.view.Store(&v)
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

// allBlocks calls use for every block, from either side.
func (v *View) allBlocks(use func(a, b int64)) {
	for x, id := range v.ids {
		for _, y := range v.blocks.of(uint32(x)) {
			use(id, v.ids[y])
		}
	}
}
