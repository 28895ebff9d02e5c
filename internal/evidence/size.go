package evidence

import (
	"context"
	"math/bits"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/trait"
)

// people is how many have an entity that the reader has too, as far as all who have
// it may know; 0 for any other: who doesn't share it may not be told by a number.
// Whoever the reader sees less of in its section than others do is left out. O(len(apart)).
func (r *Reader) people(entity int64) int {
	if !r.entities[entity] {
		return 0
	}
	return Holders(r.Lens.Graph(), entity, r.apart(r.sections[entity]))
}

// Holders is how many have an entity, as far as all who have it may know, but those
// whom a viewer sees less of: apart is their Lens.Apart. O(len(apart)).
func Holders(g *graph.View, entity int64, apart []int64) int {
	id := trait.Shared(entity)
	n := g.Holders(id)
	for _, m := range apart {
		if g.Holds(m, id) {
			n--
		}
	}
	return n
}

// apart is the lens's, kept.
func (r *Reader) apart(sections ...access.Section) []int64 {
	key := access.SetOf(sections...)
	list, ok := r.parted[key]
	if !ok {
		list = r.Lens.Apart(sections...)
		r.parted[key] = list
	}
	return list
}

// Recount learns how many members there are, as rarity needs it: to a power of two,
// whoever is away counted too, so that it tells of nobody. One statement over all.
func (s *Service) Recount(ctx context.Context) error {
	n, err := s.Members.Many(ctx, s.DB)
	if err == nil && n > 0 {
		s.community.Store(1 << bits.Len(uint(n*2/3)))
	}
	return err
}

// Community is how many members there are, as Material has it; 0 unknown.
func (s *Service) Community() int { return int(s.community.Load()) }
