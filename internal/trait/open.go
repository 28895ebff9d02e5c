package trait

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/why"
)

// The graph index counts members by what is known of them. A trait is known there
// by one of two ids, neither of which stands for anything that its member hides:

// Shared is the id under which it is known that somebody has an entity as far as all
// may know who have it too: the section is open to members, or can be found by those
// who share it. It counts how many there are.
func Shared(entity int64) int64 { return entity }

// Present is the id under which it is known that somebody is at a company or in a
// group now, as far as every member may know.
func Present(entity int64) int64 { return -entity }

// PresentAt returns the entity of an id that Present made; ok is false for others.
func PresentAt(id int64) (entity int64, ok bool) { return -id, id < 0 }

// open is one trait as far as the index may need it: neither hidden nor unlisted.
type open struct {
	member, entity int64
	kind           Kind
	to             why.Month
}

// Open returns under which ids the members are known, by member; those of whom
// nothing is known are left out. Two statements per db.MaxIn members.
func (s *Service) Open(ctx context.Context, policies *access.Policies, members []int64) (map[int64][]int64, error) {
	pol, err := policies.Load(ctx, s.db, members)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]int64, len(members))
	err = db.Chunks(members, func(members []int64) error {
		ts, err := loadOpen(ctx, s.db, members)
		for _, t := range ts {
			out[t.member] = append(out[t.member], t.ids(pol[t.member].Scope(Section(t.kind, Has)))...)
		}
		return err
	})
	return out, err
}

// ids are those that the section's openness allows.
func (t open) ids(sc access.Scope) (ids []int64) {
	toAll := sc.Audience == access.Public || sc.Audience == access.Members
	if toAll || sc.Findable && sc.Audience != access.OnlyMe {
		ids = append(ids, Shared(t.entity))
	}
	if toAll && t.to == 0 && (t.kind == Company || t.kind == Group) {
		ids = append(ids, Present(t.entity))
	}
	return ids
}

// Holders lists members who have any trait, ascending, behind after: to go through
// all of them.
func (s *Service) Holders(ctx context.Context, after int64, limit int) ([]int64, error) {
	return loadHolders(ctx, s.db, after, limit)
}
