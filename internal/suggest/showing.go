package suggest

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/db"
)

const (
	flushEvery = 20 * time.Second
	maxHeld    = 50_000 // showings not yet recorded; more are not counted
)

// Shown notes that the viewer was shown some people today. It writes nothing yet, so
// that no page waits for it: Run does. What a crash loses is one day less on a count.
func (s *Service) Shown(v access.Viewer, people []Suggestion) {
	s.mu.Lock()
	defer s.mu.Unlock()
	day := calendar.Day(s.DB.Now())
	if s.fresh[day] == nil {
		s.fresh[day] = map[showing]bool{}
	}
	for _, p := range people {
		at := showing{v.Member(), p.Card.ID}
		if at.viewer != 0 && !s.fresh[day][at] && s.held < maxHeld {
			s.fresh[day][at] = true
			s.held++
		}
	}
}

// Flush records what was shown since the last time: on how many days to whom, and to
// how many each was. A few statements for all of it.
func (s *Service) Flush(ctx context.Context) error {
	s.mu.Lock()
	taken := s.fresh
	s.fresh, s.held = map[int64]map[showing]bool{}, 0
	s.mu.Unlock()
	for day, set := range taken {
		all := make([]showing, 0, len(set))
		for at := range set {
			all = append(all, at)
		}
		slices.SortFunc(all, func(a, b showing) int {
			return cmp.Or(cmp.Compare(a.viewer, b.viewer), cmp.Compare(a.member, b.member))
		})
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return saveShowings(ctx, tx, all, day) }); err != nil {
			return err
		}
	}
	return nil
}

// Run records showings every few seconds, and a last time when ctx ends. A failure is
// logged and costs what was not recorded.
func (s *Service) Run(ctx context.Context, log *slog.Logger) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.flushed(context.WithoutCancel(ctx), log)
			return nil
		case <-tick.C:
			s.flushed(ctx, log)
		}
	}
}

func (s *Service) flushed(ctx context.Context, log *slog.Logger) {
	if err := s.Flush(ctx); err != nil {
		log.Warn("cannot record who was suggested", "err", err)
	}
}

// Sweep takes away what has been forgotten, a part at a time: a task for every day.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.DB.Now()
	for i, than := range []int64{calendar.Day(now) - forget, calendar.Day(now) - week, micro(now)} {
		if err := sweep(ctx, s.DB, i, than, sweepRows); err != nil {
			return err
		}
	}
	return nil
}
