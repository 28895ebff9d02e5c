package network

import (
	"context"
	"slices"

	"guildhall/internal/db"
)

// Known tells the index by what members may be counted: an entity that somebody has
// and that they don't hide, under an id of the caller's (trait.Shared, trait.Present).
type Known struct {
	Of  func(ctx context.Context, members []int64) (map[int64][]int64, error)      // by member
	All func(ctx context.Context, after int64, limit int) (ids []int64, err error) // whoever has any, ascending
}

// SetKnown says where that is read. Without it the index counts nobody by anything.
func (s *Service) SetKnown(k Known) { s.known = k }

// allKnown reads what all members are known by, but those who are away. It takes
// two statements per db.MaxIn members, and 16 bytes for each of their traits.
func (s *Service) allKnown(ctx context.Context, absent map[int64]bool) (pairs [][2]int64, err error) {
	if s.known.All == nil {
		return nil, nil
	}
	for after := int64(0); ; {
		members, err := s.known.All(ctx, after, db.MaxIn)
		if err != nil || len(members) == 0 {
			return pairs, err
		}
		after = members[len(members)-1]
		of, err := s.known.Of(ctx, slices.DeleteFunc(members, func(m int64) bool { return absent[m] }))
		if err != nil {
			return nil, err
		}
		for m, ids := range of {
			for _, id := range ids {
				pairs = append(pairs, [2]int64{m, id})
			}
		}
	}
}

// applyKnown makes the index know the members by what they show now.
func (s *Service) applyKnown(ctx context.Context, members []int64) error {
	members = slices.DeleteFunc(members, func(m int64) bool { return s.absent[m] || m == 0 })
	if s.known.Of == nil || len(members) == 0 {
		return nil
	}
	of, err := s.known.Of(ctx, members)
	if err != nil {
		return err
	}
	for _, m := range members {
		had := s.Graph().Traits(m)
		for _, id := range had {
			if !slices.Contains(of[m], id) {
				s.index.DropTrait(m, id)
			}
		}
		for _, id := range of[m] {
			if _, has := slices.BinarySearch(had, id); !has {
				s.index.AddTrait(m, id)
			}
		}
	}
	return nil
}

// compareKnown holds the index against what members show now.
func (s *Service) compareKnown(ctx context.Context, absent map[int64]bool, d *Differences) error {
	want, err := s.allKnown(ctx, absent)
	if err != nil || s.known.All == nil {
		return err
	}
	there := make(map[[2]int64]bool, len(want))
	for _, p := range want {
		there[p] = true
	}
	for m, id := range s.Graph().AllTraits() {
		if p := [2]int64{m, id}; !there[p] {
			d.note(&d.Known, m, id)
		} else {
			delete(there, p)
		}
	}
	for p := range there {
		d.note(&d.Known, p[0], p[1])
	}
	return nil
}
