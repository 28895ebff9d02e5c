package plain

import (
	"cmp"
	"maps"
	"slices"
)

// SetStrength says how strong the tie between a and b is, and reports whether that
// changes anything: there must be a tie, and a strength ends with it. All strengths
// are copied.
func (g *Graph) SetStrength(a, b int64, strength uint32) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	if !e.view.Connected(a, b) || e.view.Strength(a, b) == strength {
		return false
	}
	e.setStrength(a, b, strength)
	g.view.Store(e.view)
	return true
}

func (e *edit) setStrength(a, b int64, strength uint32) {
	next := map[[2]int64]uint32{}
	maps.Copy(next, e.view.strengths)
	delete(next, pair(a, b))
	if strength > 0 {
		next[pair(a, b)] = strength
	}
	e.view.strengths = next
}

func pair(a, b int64) [2]int64 { return [2]int64{min(a, b), max(a, b)} }

// Strength returns how strong the tie between a and b is; 0 when nothing has been
// said about it or there is none. O(1).
func (v *View) Strength(a, b int64) uint32 { return v.strengths[pair(a, b)] }

// Block ends the tie between a and b, if there is one, and keeps them apart. All
// blocks are copied.
func (g *Graph) Block(a, b int64) (changed bool) {
	if a == b {
		return false
	}
	g.Disconnect(a, b)
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	if e.view.Blocked(a, b) {
		return false
	}
	e.ordinal(a)
	e.ordinal(b)
	next := map[[2]int64]bool{pair(a, b): true}
	maps.Copy(next, e.view.blocks)
	e.view.blocks = next
	g.view.Store(e.view)
	return true
}

// Unblock lets a and b be connected again, and reports whether they were blocked.
func (g *Graph) Unblock(a, b int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	if !e.view.Blocked(a, b) {
		return false
	}
	next := maps.Clone(e.view.blocks)
	delete(next, pair(a, b))
	e.view.blocks = next
	g.view.Store(e.view)
	return true
}

// Blocked reports whether a and b are kept apart. O(1).
func (v *View) Blocked(a, b int64) bool { return v.blocks[pair(a, b)] }

// endStrengths forgets the strengths of ties that are not there.
func (e *edit) endStrengths() {
	next := maps.Clone(e.view.strengths)
	maps.DeleteFunc(next, func(p [2]int64, _ uint32) bool { return !e.view.Connected(p[0], p[1]) })
	e.view.strengths = next
}

// StrongestPaths is Paths by the strengths of ties. All paths are listed and sorted.
func (v *View) StrongestPaths(a, b int64, limit, k int, hidden func(int64) bool) [][]int64 {
	all := v.Paths(a, b, limit, 0, hidden, nil)
	strength := func(path []int64) (sum uint64) {
		for i := 1; i < len(path); i++ {
			sum += uint64(v.Strength(path[i-1], path[i]))
		}
		return sum
	}
	slices.SortFunc(all, func(p, q []int64) int {
		return cmp.Or(cmp.Compare(strength(q), strength(p)), slices.Compare(p, q))
	})
	return firstOf(all, k)
}
