package evidence

import (
	"context"
	"math/bits"

	"guildhall/internal/trait"
)

// people is how many have an entity that the reader has too, as far as all who have
// it may know; 0 for any other: who doesn't share it may not be told by a number.
// Whoever the reader sees less of than others do is left out. O(len(apart)).
func (r *Reader) people(entity int64) int {
	if !r.entities[entity] {
		return 0
	}
	g, id := r.Lens.Graph(), trait.Shared(entity)
	n := g.Holders(id)
	for _, m := range r.apart {
		if g.Holds(m, id) {
			n--
		}
	}
	return n
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
