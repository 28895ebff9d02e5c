package visit

import (
	"context"
	"slices"
	"sync"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
)

const (
	flushEvery  = time.Second
	maxWaiting  = 10_000  // views that wait to be written
	maxSeen     = 200_000 // pairs of today that are remembered
	perBatch    = 500
	lastFlush   = 5 * time.Second
	flushLimit  = 30 * time.Second
	troubleEach = time.Minute // how often the log says that views cannot be written
)

// desk keeps what was noted until it is written, and which pairs were noted today:
// one view a viewer, owner and day. It is memory alone, so that a private viewer is
// counted once a day and written nowhere; after a restart, or by way of another
// node, once more.
type desk struct {
	mu      sync.Mutex
	day     int64
	seen    map[[2]int64]struct{}
	waiting []View

	writing sync.Mutex // one batch at a time
}

// put notes a view unless the pair is noted today, or too many wait.
func (d *desk) put(v View) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if day := calendar.Day(v.At); d.seen == nil || day != d.day || len(d.seen) >= maxSeen {
		d.day, d.seen = day, map[[2]int64]struct{}{}
	}
	pair := [2]int64{v.Viewer, v.Owner}
	if _, ok := d.seen[pair]; ok || len(d.waiting) >= maxWaiting {
		return
	}
	d.seen[pair] = struct{}{}
	d.waiting = append(d.waiting, v)
}

// take returns the views that have waited longest.
func (d *desk) take() []View {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(len(d.waiting), perBatch)
	batch := slices.Clone(d.waiting[:n])
	d.waiting = slices.Delete(d.waiting, 0, n)
	return batch
}

// back puts a batch that could not be written to the front again.
func (d *desk) back(batch []View) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(batch, d.waiting...)
}

// Note says that the viewer has just been shown owner's page. It takes no statement
// and no time: the view is written within a second, and is lost where the process
// crashes before, or the database takes none until 10,000 wait. Guests and one's
// own page are no views.
func (s *Service) Note(v access.Viewer, owner int64) {
	if me := v.Member(); me > 0 && owner > 0 && me != owner {
		s.desk.put(View{Viewer: me, Owner: owner, At: s.db.Now()})
	}
}

// Flush writes what was noted before the call, in batches of 500.
func (s *Service) Flush(ctx context.Context) error {
	s.desk.writing.Lock()
	defer s.desk.writing.Unlock()
	for {
		batch := s.desk.take()
		if len(batch) == 0 {
			return nil
		}
		if err := s.Record(ctx, batch); err != nil {
			s.desk.back(batch)
			return err
		}
	}
}

// Run writes what is noted every second until ctx ends, and once more then.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	var told time.Time
	for {
		select {
		case <-ctx.Done():
			s.flush(context.WithoutCancel(ctx), lastFlush, &told)
			return nil
		case <-tick.C:
			s.flush(ctx, flushLimit, &told)
		}
	}
}

// flush writes within a time; what goes wrong is logged, once a minute, and tried
// again at the next tick.
func (s *Service) flush(ctx context.Context, limit time.Duration, told *time.Time) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := s.Flush(ctx); err != nil && time.Since(*told) > troubleEach {
		*told = time.Now()
		s.log.Warn("profile views wait, since they cannot be written; trying on", "err", err)
	}
}
