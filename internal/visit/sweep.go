package visit

import (
	"context"
	"fmt"

	"guildhall/internal/calendar"
	"guildhall/internal/db"
)

// Sweep deletes views older than 90 days, a thousand rows at a time, and those made
// by members who hibernate, are suspended or have left, whom no list shows anyway.
func (s *Service) Sweep(ctx context.Context) error {
	today := calendar.Day(s.db.Now())
	for _, statement := range olds {
		if err := prune(ctx, s.db, statement, today-Days); err != nil {
			return fmt.Errorf("prune profile views: %w", err)
		}
	}
	away, err := s.members.Away(ctx, nil)
	if err != nil {
		return err
	}
	return db.Chunks(away, func(ids []int64) error {
		made, err := viewersAmong(ctx, s.db, ids)
		for _, id := range made {
			if err == nil {
				err = s.db.Write(ctx, func(tx *db.Tx) error { return s.Erase(ctx, tx, id) })
			}
		}
		return err
	})
}
