package suggest

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/page"
	"guildhall/internal/trait"
)

// Stored kinds of facts. Owner is who said so; nobody else is told, and nobody is
// named.
const (
	FactDismissed = "suggest.dismissed"
	FactRestored  = "suggest.restored"
)

// Dismiss keeps somebody from being suggested to the viewer: for 90 days where the
// reason is NotNow, else till they restore them. ByCircle names one of the viewer's
// own companies, schools …, from which fewer people are suggested. Whoever is not
// there for the viewer is fault.Missing.
func (s *Service) Dismiss(ctx context.Context, v access.Viewer, peer int64, r Reason, circle int64) error {
	me, err := s.sees(ctx, v, peer)
	if err != nil {
		return err
	}
	if _, ok := ParseReason(r.String()); !ok {
		return fault.Field("reason", "Please choose a reason.")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if r == ByCircle {
			if err := s.lessOf(ctx, tx, me, circle); err != nil {
				return err
			}
		}
		if err := saveDismissal(ctx, tx, me, peer, r); err != nil {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: FactDismissed, Owner: me})
	})
}

// lessOf lowers a circle, which must be one that the member has or seeks.
func (s *Service) lessOf(ctx context.Context, tx *db.Tx, me, circle int64) error {
	own, err := s.Traits.Among(ctx, tx, []int64{me}, []int64{circle})
	if err != nil {
		return err
	}
	if len(own[me]) == 0 {
		return fault.Field("circle", "This is not on your profile any more.")
	}
	return saveCircle(ctx, tx, me, circle)
}

// sees returns the viewer's id, if they may act on peer.
func (s *Service) sees(ctx context.Context, v access.Viewer, peer int64) (int64, error) {
	me, err := only(v)
	if err != nil {
		return 0, err
	}
	lens, err := s.Guard.For(ctx, v)
	if err != nil {
		return 0, err
	}
	if _, err := s.Members.Card(ctx, s.DB, peer); err != nil || !lens.SeeMember(peer) || peer == me {
		if err == nil || fault.Is(err, fault.Missing) {
			err = fault.NotFound()
		}
		return 0, err
	}
	return me, nil
}

// Restore lets somebody be suggested again, and people from a circle if one is
// given. What was not dismissed stays as it is.
func (s *Service) Restore(ctx context.Context, v access.Viewer, peer, circle int64) error {
	me, err := s.sees(ctx, v, peer)
	if err != nil {
		return err
	}
	return s.restore(ctx, me, peer, circle)
}

// RestoreCircle lets people from a circle be suggested as before.
func (s *Service) RestoreCircle(ctx context.Context, v access.Viewer, circle int64) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	return s.restore(ctx, me, 0, circle)
}

func (s *Service) restore(ctx context.Context, me, peer, circle int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		people, err := deleteDismissal(ctx, tx, me, peer)
		if err != nil {
			return err
		}
		circles, err := deleteCircle(ctx, tx, me, circle)
		if err != nil || people+circles == 0 {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: FactRestored, Owner: me})
	})
}

// Dismissed lists whom the viewer dismissed, newest first, 25 a page. Whoever is not
// there any more is left out. Two statements at most, and the lens's.
func (s *Service) Dismissed(ctx context.Context, v access.Viewer, after page.Cursor) (out []Dismissal, next page.Cursor, err error) {
	me, err := only(v)
	if err != nil {
		return nil, next, err
	}
	lens, err := s.Guard.For(ctx, v)
	if err != nil {
		return nil, next, err
	}
	list, err := loadDismissals(ctx, s.DB, me, s.DB.Now(), after, perBack+1)
	if err != nil {
		return nil, next, err
	}
	if len(list) > perBack {
		list = list[:perBack]
		last := list[perBack-1]
		next = page.Cursor{Key: micro(last.At), ID: last.peer}
	}
	ids := make([]int64, len(list))
	for i, d := range list {
		ids[i] = d.peer
	}
	cards, err := s.Members.Cards(ctx, s.DB, ids)
	for _, d := range list {
		var ok bool
		if d.Card, ok = cards[d.peer]; ok && lens.SeeMember(d.peer) {
			out = append(out, d)
		}
	}
	return out, next, err
}

// Circles lists the companies, schools … of which the viewer wants less, newest
// first. Two statements.
func (s *Service) Circles(ctx context.Context, v access.Viewer) ([]Circle, error) {
	me, err := only(v)
	if err != nil {
		return nil, err
	}
	ids, err := loadCircles(ctx, s.DB, me)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	own, err := s.Traits.Among(ctx, s.DB, []int64{me}, ids)
	if err != nil {
		return nil, err
	}
	names := map[int64]trait.Trait{}
	for _, t := range own[me] {
		names[t.Entity] = t
	}
	var out []Circle
	for _, e := range ids {
		if t, ok := names[e]; ok { // what the viewer has no more lowers nobody
			out = append(out, Circle{e, t.Name})
		}
	}
	return out, nil
}
