package visit

import (
	"context"
	"math"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/db"
)

const (
	someViewers = 500 // of one member, the latest, that are looked at
	someOwners  = 100 // reckoned between two notes of how far it came
	reckonTime  = time.Minute
)

// Also returns up to five people whom those who looked at owner looked at too:
// whom the viewer may see, and neither is nor is connected with. What is stored
// does not depend on who reads it. Two statements beside the lens's.
func (s *Service) Also(ctx context.Context, v access.Viewer, owner int64) ([]Person, error) {
	lens, err := s.guard.For(ctx, v)
	if err != nil || v.Member() == 0 || !lens.SeeMember(owner) {
		return nil, err
	}
	// Until a Monday's reckoning has come to a member, last week's holds.
	ids, err := loadAlso(ctx, s.db, owner, calendar.Monday(calendar.Day(s.db.Now()))-7)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool {
		return id == v.Member() || !lens.SeeMember(id) || lens.Graph().Connected(v.Member(), id)
	})
	cards, err := s.members.Cards(ctx, s.db, ids)
	if err != nil {
		return nil, err
	}
	degrees := lens.Degrees(ids)
	var out []Person
	for _, id := range ids {
		if c, ok := cards[id]; ok && len(out) < shownAlso {
			c.Location = ""
			out = append(out, Person{Card: c, Degree: degrees[id]})
		}
	}
	return out, nil
}

// Reckon finds for every member who else was looked at by the same viewers: once a
// week, from views begun before its Monday (UTC), so that no list answers to a view
// of this week. It works for a minute at most and goes on where it stopped; when a
// week is done, a call is two statements. Four statements a member.
func (s *Service) Reckon(ctx context.Context) error {
	monday := calendar.Monday(calendar.Day(s.db.Now()))
	in := span{from: monday - Days, before: monday}
	for begun := time.Now(); time.Since(begun) < reckonTime; {
		after, err := loadProgress(ctx, s.db, monday)
		if err != nil || after == math.MaxInt64 {
			return err
		}
		owners, err := loadOwners(ctx, s.db, after, in, someOwners)
		if err != nil {
			return err
		}
		if err := s.reckonSome(ctx, owners, in); err != nil {
			return err
		}
	}
	return nil
}

// reckonSome writes the lists of some members and how far it came; of none: that
// all is done.
func (s *Service) reckonSome(ctx context.Context, owners []int64, in span) error {
	lists, after := make([][]int64, len(owners)), int64(math.MaxInt64)
	for i, o := range owners {
		var err error
		if lists[i], err = s.alike(ctx, o, in); err != nil {
			return err
		}
		after = o
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for i, o := range owners {
			if err := saveAlso(ctx, tx, o, lists[i], in.before); err != nil {
				return err
			}
		}
		return saveProgress(ctx, tx, in.before, after)
	})
}

// alike ranks whom the viewers of owner looked at too. Viewers count who are
// settled, since an account made for it would tell what the others did, and who do
// not look at everybody, which says nothing.
func (s *Service) alike(ctx context.Context, owner int64, in span) ([]int64, error) {
	viewers, err := loadViewers(ctx, s.db, owner, in, someViewers)
	if err != nil {
		return nil, err
	}
	cards, err := s.members.Cards(ctx, s.db, viewers)
	if err != nil {
		return nil, err
	}
	viewers = slices.DeleteFunc(viewers, func(id int64) bool {
		c, ok := cards[id]
		return !ok || calendar.Day(c.Since) > in.before-settled
	})
	if len(viewers) < together {
		return nil, nil
	}
	viewed, err := loadViewed(ctx, s.db, viewers, in)
	if err != nil {
		return nil, err
	}
	return rank(count(owner, viewed)), nil
}

// count tells how many of the viewers looked at each other member.
func count(owner int64, viewed map[int64][]int64) map[int64]int {
	n := map[int64]int{}
	for _, peers := range viewed {
		if len(peers) > wanderer {
			continue
		}
		for _, p := range peers {
			if p != owner {
				n[p]++
			}
		}
	}
	return n
}
