package visit

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/fold"
	"guildhall/internal/trait"
)

// sample is how many people of a field are looked at for a description: of more the
// first by id stand for all.
const sample = 200

// words describe a semi-private viewer; empty ones fit everybody.
type words struct{ field, title string }

// describe finds what may be said of some semi-private viewers to any member. It is
// what they show to every member, and has to fit at least five members by what those
// show to every member: what is hidden neither describes nor counts. Who asks plays no
// part, or they could block a suspect, or part from one, and look whose words change.
// At most six statements, none for nobody.
func (s *Service) describe(ctx context.Context, viewers []int64) (map[int64]words, error) {
	if len(viewers) == 0 {
		return nil, nil
	}
	known, err := s.visible(ctx, viewers)
	if err != nil {
		return nil, err
	}
	var fields []int64
	for _, ts := range known {
		for _, t := range ts {
			if t.Kind == trait.Field {
				fields = append(fields, t.Entity)
			}
		}
	}
	people, err := s.traits.PeopleOf(ctx, s.db, fields, sample)
	if err != nil {
		return nil, err
	}
	others, err := s.there(ctx, slices.DeleteFunc(people, func(id int64) bool { return known[id] != nil }))
	if err != nil {
		return nil, err
	}
	crowd, err := s.visible(ctx, others)
	if err != nil {
		return nil, err
	}
	for id, ts := range known {
		crowd[id] = ts
	}
	out := make(map[int64]words, len(viewers))
	for _, id := range viewers {
		out[id] = fitting(known[id], crowd)
	}
	return out, nil
}

// there leaves those who are active.
func (s *Service) there(ctx context.Context, ids []int64) ([]int64, error) {
	cards, err := s.members.Cards(ctx, s.db, ids)
	return slices.DeleteFunc(ids, func(id int64) bool {
		_, ok := cards[id]
		return !ok
	}), err
}

// visible reads the fields and present positions that some members show to every
// member. Every id is in the answer. Two statements.
func (s *Service) visible(ctx context.Context, ids []int64) (map[int64][]trait.Trait, error) {
	out := make(map[int64][]trait.Trait, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	all, err := s.traits.Of(ctx, s.db, ids)
	if err != nil {
		return nil, err
	}
	pols, err := s.open.Load(ctx, s.db, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		anybody := s.guard.As(id, access.PoseMember)
		out[id] = []trait.Trait{}
		for _, t := range all[id] {
			if describes(t) && trait.Visible(anybody, pols[id], t, nil) {
				out[id] = append(out[id], t)
			}
		}
	}
	return out, nil
}

// describes reports whether t is a field, or a position that somebody holds.
func describes(t trait.Trait) bool {
	return t.Relation == trait.Has && (t.Kind == trait.Field || t.Kind == trait.Company && t.To == 0 && t.Role != "")
}

// fitting picks the words for somebody who has ts: their first field that at least
// Crowd of the crowd have, with their first title that as many of those hold; the
// field alone where no title does; nothing where no field does.
func fitting(ts []trait.Trait, crowd map[int64][]trait.Trait) (best words) {
	for _, f := range ts {
		if f.Kind != trait.Field {
			continue
		}
		fits := having(crowd, func(t trait.Trait) bool { return t.Kind == trait.Field && t.Entity == f.Entity })
		if len(fits) < Crowd {
			continue
		}
		if best.field == "" {
			best.field = f.Name
		}
		for _, c := range ts {
			title := fold.Key(c.Role)
			if c.Kind == trait.Company && len(having(fits, func(t trait.Trait) bool { return t.Kind == trait.Company && fold.Key(t.Role) == title })) >= Crowd {
				return words{f.Name, c.Role}
			}
		}
	}
	return best
}

// having leaves those of a crowd who have a trait like this.
func having(crowd map[int64][]trait.Trait, like func(trait.Trait) bool) map[int64][]trait.Trait {
	out := map[int64][]trait.Trait{}
	for id, ts := range crowd {
		if slices.ContainsFunc(ts, like) {
			out[id] = ts
		}
	}
	return out
}
