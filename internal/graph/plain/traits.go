package plain

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"

	"guildhall/internal/graph"
)

// AddTrait gives a a trait and reports whether that is new. All members' traits are
// copied.
func (g *Graph) AddTrait(a, trait int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	if slices.Contains(e.view.traits[a], trait) {
		return false
	}
	e.ordinal(a)
	e.view.traits = e.view.traits.with(a, append(slices.Clone(e.view.traits[a]), trait))
	g.view.Store(e.view)
	return true
}

// DropTrait takes a trait from a and reports whether a had it. All members' traits
// are copied.
func (g *Graph) DropTrait(a, trait int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	had := e.view.traits[a]
	if !slices.Contains(had, trait) {
		return false
	}
	e.view.traits = e.view.traits.with(a, slices.DeleteFunc(slices.Clone(had), func(t int64) bool { return t == trait }))
	g.view.Store(e.view)
	return true
}

// ReplaceTraits makes the members have exactly the given traits, as (member,
// trait), in any order and with duplicates.
func (g *Graph) ReplaceTraits(all iter.Seq2[int64, int64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	e.view.traits = traits{}
	for a, trait := range all {
		e.ordinal(a)
		if !slices.Contains(e.view.traits[a], trait) {
			e.view.traits[a] = append(e.view.traits[a], trait)
		}
	}
	for _, has := range e.view.traits {
		slices.Sort(has)
	}
	g.view.Store(e.view)
}

// traits is what each member has, ascending.
type traits map[int64][]int64

func (t traits) with(a int64, has []int64) traits {
	next := maps.Clone(t)
	if next == nil {
		next = traits{}
	}
	slices.Sort(has)
	next[a] = has
	return next
}

// Traits returns a's traits by id, ascending; nil when there are none.
func (v *View) Traits(a int64) []int64 {
	if len(v.traits[a]) == 0 {
		return nil
	}
	return slices.Clone(v.traits[a])
}

// Holders returns how many members have the trait. O(n).
func (v *View) Holders(trait int64) (n int) {
	for _, has := range v.traits {
		if slices.Contains(has, trait) {
			n++
		}
	}
	return n
}

// Rarity is the weight of having the trait in common: 1/ln(1 + members who have
// it), in Units; 0 where fewer than two have it. O(n).
func (v *View) Rarity(trait int64) uint64 {
	if n := v.Holders(trait); n > 1 {
		return uint64(math.Round(graph.Unit / math.Log(float64(1+n))))
	}
	return 0
}

// Having returns the members at exactly that degree from a, First to Third, who
// have the trait, or any of several, by id; nil when there are none. Everybody's
// degree is found.
func (v *View) Having(a int64, degree graph.Degree, traits ...int64) (ids []int64) {
	if degree < graph.First || degree > graph.Third {
		return nil
	}
	for id, has := range v.traits {
		if slices.ContainsFunc(traits, func(t int64) bool { return slices.Contains(has, t) }) && v.Degree(a, id) == degree && !v.Blocked(a, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Suggestions is Nearest with a third step where one is asked for, and what a has in
// common with each added to the score; of ask, Budget is of no account.
func (v *View) Suggestions(a int64, ask graph.Ask) []graph.Candidate {
	all := v.Nearest(a, 0, ask.Weigh)
	if ask.Third != 0 {
		all = v.further(a, all, ask)
	}
	if ask.Skip != nil {
		all = slices.DeleteFunc(all, func(c graph.Candidate) bool { return ask.Skip(c.Member) })
	}
	for i := range all {
		for _, trait := range v.traits[a] {
			if ask.Trait != nil && slices.Contains(v.traits[all[i].Member], trait) {
				all[i].Score += float64(ask.Trait(trait)) / graph.Unit
			}
		}
	}
	slices.SortFunc(all, func(p, q graph.Candidate) int {
		return cmp.Or(cmp.Compare(q.Score, p.Score), cmp.Compare(p.Member, q.Member))
	})
	if len(all) == 0 {
		return nil
	}
	return firstOf(all, ask.K)
}
