package visit

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// Follower erases the views that a member made when that member hibernates, is
// suspended or leaves. It is durable.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "visit", Facets: journal.ChangesMember, Apply: s.apply}
}

func (s *Service) apply(ctx context.Context, es []journal.Entry) error {
	var ids []int64
	for _, e := range es {
		if e.Owner != 0 && e.Facets&journal.ChangesGraph != 0 { // who appears or goes changes the graph; a new headline does not
			ids = append(ids, e.Owner)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	away, err := s.members.Away(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range away {
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.Erase(ctx, tx, id) }); err != nil {
			return err
		}
	}
	return nil
}

// Prune deletes what is older than 90 days, a thousand rows at a time.
func (s *Service) Prune(ctx context.Context) error {
	today := dayOf(s.db.Now())
	for _, statement := range olds {
		if err := prune(ctx, s.db, statement, today-Days); err != nil {
			return err
		}
	}
	return nil
}
