package graph

// edit is the next View while it is being made. It shares all pages and segments
// with the View it came from, except those it has replaced.
type edit struct {
	view  *View
	draft draft // of the connections
}

func (v *View) edit() *edit {
	next := *v
	return &edit{view: &next, draft: v.table.draft()}
}

// done is the next View.
func (e *edit) done() *View {
	e.view.table = e.draft.lists
	return e.view
}

// vertex finds the vertex of id, or makes one.
func (e *edit) vertex(id int64) uint32 {
	if x, ok := e.view.ordinal(id); ok {
		return x
	}
	return e.add(id)
}

// add makes a vertex for id, which must be new. Extending ids past the length
// of earlier Views, and adding to the index they share, is invisible to them.
func (e *edit) add(id int64) uint32 {
	v := e.view
	x := uint32(len(v.ids))
	v.ids = append(v.ids, id)
	if v.ordinals.full() {
		v.ordinals = newIndex(v.ids)
	} else {
		v.ordinals.add(id, x)
	}
	if x%(pageSize*segmentSize) == 0 {
		e.draft.lists = append(e.draft.lists, emptyPage())
	}
	return x
}

func emptyPage() *page {
	p := new(page)
	for i := range p {
		p[i] = emptySegment
	}
	return p
}

// set gives x a new adjacency, which must not be written to afterwards.
func (e *edit) set(x uint32, list []uint32) {
	before := e.draft.set(x, list)
	e.view.squares += len(list)*len(list) - before*before
}

// link puts y into a copy of x's adjacency.
func (e *edit) link(x, y uint32) { e.set(x, inserted(e.draft.lists.of(x), y)) }

// unlink leaves y out of a copy of x's adjacency.
func (e *edit) unlink(x, y uint32) { e.set(x, removed(e.draft.lists.of(x), y)) }

// connect links two vertices that are not linked.
func (e *edit) connect(x, y uint32) {
	e.link(x, y)
	e.link(y, x)
	e.view.edges++
	e.view.record(x, y)
}

// disconnect takes the connection between two vertices away.
func (e *edit) disconnect(x, y uint32) {
	e.unlink(x, y)
	e.unlink(y, x)
	e.view.edges--
	e.view.record(x, y)
	e.view.endStrength(x, y)
}

// keep takes over what the connections, which are others, say nothing about: traits,
// blocks, and how strong the ties are that are still there. O(n + what is kept).
func (e *edit) keep(old *View) {
	e.giveTraits(old.AllTraits())
	old.allBlocks(func(a, b int64) { e.block(a, b) })
	var ties [][3]uint32
	old.allStrengths(func(a, b int64, strength uint32) {
		x, okA := e.view.ordinal(a)
		y, okB := e.view.ordinal(b)
		if a < b && okA && okB && contains(e.draft.lists.of(x), y) {
			ties = append(ties, [3]uint32{x, y, strength})
		}
	})
	e.view.strengths = packStrengths(len(e.view.ids), ties)
}
