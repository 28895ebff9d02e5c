package evidence

import (
	"cmp"
	"context"
	"math"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Circle is a company or a group where some people are.
type Circle struct {
	Entity int64
	Name   string
	People int
	Sought bool // the reader looks for it
}

// Circles that are looked at, and told of one pair. A circle is named from so many
// people on, so that it names nobody.
const (
	CircleFrom  = 5
	circlesMost = 12
	bridgesMost = 2
	reachedMost = 3
)

// circles lists where most of the viewer's connections are, as far as every member
// may know of each. One statement for names that are not kept.
func (s *Service) circles(ctx context.Context, lens *access.Lens) ([]Circle, error) {
	found := lens.Graph().Census(lens.Viewer().Member(), CircleFrom, present, lens.Apart(whereabouts...))
	out := circlesOf(found[:min(len(found), circlesMost)])
	return out, s.name(ctx, out)
}

func circlesOf(found []graph.Counted) []Circle {
	out := make([]Circle, len(found))
	for i, c := range found {
		out[i].Entity, _ = trait.PresentAt(c.Trait)
		out[i].People = c.Members
	}
	return out
}

// name gives circles their names.
func (s *Service) name(ctx context.Context, lists ...[]Circle) error {
	var ids []int64
	for _, list := range lists {
		for _, c := range list {
			ids = append(ids, c.Entity)
		}
	}
	names, err := s.Traits.Names(ctx, s.DB, unique(ids))
	for _, list := range lists {
		for i := range list {
			list[i].Name = names[list[i].Entity]
		}
	}
	return err
}

// reached lists by member where those are who come within the viewer's reach by
// connecting with them: what the viewer looks for first, then the largest. It counts
// ties that may be closed to the viewer, so it names nothing with fewer people than
// CircleFrom. One statement for names that are not kept.
func (s *Service) reached(ctx context.Context, m *Material, members []int64) (map[int64][]Circle, error) {
	me := m.Lens.Viewer().Member()
	sought := map[int64]bool{}
	for _, t := range m.Traits[me] {
		sought[t.Entity] = sought[t.Entity] || t.Relation == trait.Seeks
	}
	out, lists := make(map[int64][]Circle, len(members)), make([][]Circle, 0, len(members))
	apart := m.Lens.Apart(whereabouts...)
	for _, id := range members {
		all := circlesOf(m.Lens.Graph().GainCensus(me, id, CircleFrom, present, apart))
		for i := range all {
			all[i].Sought = sought[all[i].Entity]
		}
		slices.SortStableFunc(all, func(a, b Circle) int { return cmp.Compare(rank(a), rank(b)) })
		out[id] = all[:min(len(all), reachedMost)]
		lists = append(lists, out[id])
	}
	return out, s.name(ctx, lists...)
}

func rank(c Circle) int {
	if c.Sought {
		return 0
	}
	return 1
}

func present(id int64) bool {
	_, ok := trait.PresentAt(id)
	return ok
}

// bridges are the circles that the reader could introduce m to: m is not there, and
// nobody who is known to know both, as far as the reader may see. asked tells that m
// asks the reader.
func (r *Reader) bridges(m int64, asked bool) (out []why.Signal) {
	kind := why.BridgeBack
	if asked {
		kind = why.Bridge
	}
	for _, c := range r.Circles {
		if len(out) == bridgesMost {
			break
		}
		if !r.reaches(m, c.Entity) {
			out = append(out, why.Signal{Kind: kind, Strength: 1 - math.Exp(-float64(c.People)/bridgeScale), Count: c.People,
				Label: c.Name, Entity: c.Entity})
		}
	}
	return out
}

// whereabouts are the sections that say in which circles somebody is.
var whereabouts = []access.Section{access.Experience, access.Groups}

// bridgeScale is the number of people at which a bridge has 63 % of its strength.
const bridgeScale = 15

// reaches reports whether m is seen to be in a circle, or to know somebody there.
// Whoever shows the reader less than others is not seen anywhere.
func (r *Reader) reaches(m, entity int64) bool {
	if slices.ContainsFunc(r.Traits[m], func(t trait.Trait) bool { return t.Entity == entity && t.Relation == trait.Has && r.Sees(t) }) {
		return true
	}
	id := trait.Present(entity)
	apart := r.apart(whereabouts...)
	return slices.ContainsFunc(r.Links.Mutuals[m], func(k int64) bool {
		_, closed := slices.BinarySearch(apart, k)
		return !closed && r.Lens.Graph().Holds(k, id)
	})
}
