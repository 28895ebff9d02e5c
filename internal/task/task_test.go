package task_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/task"
)

var ctx = context.Background()

type noBus struct{}

func (noBus) Subscribe(string) (<-chan struct{}, func()) { return nil, func() {} }

func runner(d *db.DB) *task.Runner {
	return task.NewRunner(d, noBus{}, slog.New(slog.DiscardHandler))
}

// clock is a time that tests move by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func enqueue(t *testing.T, d *db.DB, kind, key string, at time.Time) {
	t.Helper()
	if err := d.Write(ctx, func(tx *db.Tx) error { return task.Enqueue(ctx, tx, kind, key, "p", at) }); err != nil {
		t.Fatal(err)
	}
}

func TestTasksRunOnceWhenDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
		d.SetClock(c.now)
		var got []string
		r := runner(d)
		r.Handle("letter", func(_ context.Context, t task.Task) error { got = append(got, t.Key); return nil })
		enqueue(t, d, "letter", "now", time.Time{})
		enqueue(t, d, "letter", "now", time.Time{}) // the same key waits already
		enqueue(t, d, "letter", "later", c.now().Add(time.Hour))
		enqueue(t, d, "unknown", "x", time.Time{}) // nobody here does this kind
		if n := r.Drain(ctx); n != 1 || len(got) != 1 {
			t.Errorf("did %d tasks %v, want the one that is due", n, got)
		}
		c.add(time.Hour)
		if r.Drain(ctx); len(got) != 2 || got[1] != "later" {
			t.Errorf("did %v, want the later one an hour later", got)
		}
		enqueue(t, d, "letter", "now", time.Time{})
		if r.Drain(ctx); len(got) != 3 {
			t.Error("a key whose task is done could not be used again")
		}
	})
}

func TestAFailingTaskIsTriedAgainAndGivenUpVisibly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
		d.SetClock(c.now)
		tries := 0
		r := runner(d)
		r.Handle("letter", func(context.Context, task.Task) error {
			if tries++; tries == 3 {
				panic("a bad letter")
			}
			return errors.New("no server")
		})
		enqueue(t, d, "letter", "", time.Time{})
		for range 60 {
			r.Drain(ctx)
			c.add(time.Hour)
		}
		h, err := task.Look(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if tries != task.MaxAttempts || h.Failed != 1 || h.Trouble != "no server" {
			t.Errorf("%d tries, health %+v; want %d tries, then given up with its trouble", tries, h, task.MaxAttempts)
		}
	})
}

func TestATaskThatIsDoneKeepsNoPayload(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
		d.SetClock(c.now)
		tries := 0
		r := runner(d)
		r.Handle("letter", func(_ context.Context, t task.Task) error {
			if tries++; t.Payload != "p" {
				return errors.New("the payload is gone")
			}
			if tries == 1 {
				return errors.New("no server")
			}
			return nil
		})
		enqueue(t, d, "letter", "", time.Time{})
		for try, want := range []string{"p", ""} {
			r.Drain(ctx)
			c.add(time.Hour)
			var got string
			if err := d.QueryRow(ctx, `SELECT payload FROM tasks`).Scan(&got); err != nil || got != want || tries != try+1 {
				t.Errorf("after %d tries it keeps %q, %v; want %q", tries, got, err, want)
			}
		}
	})
}

func TestTwoNodesShareTheWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 40
		for range n {
			enqueue(t, d, "letter", "", time.Time{})
		}
		var (
			mu   sync.Mutex
			seen = map[int64]int{}
			wg   sync.WaitGroup
		)
		for range 4 {
			r := runner(d)
			r.Handle("letter", func(_ context.Context, t task.Task) error {
				mu.Lock()
				defer mu.Unlock()
				seen[t.ID]++
				return nil
			})
			wg.Go(func() { r.Drain(ctx) })
		}
		wg.Wait()
		if len(seen) != n {
			t.Errorf("%d of %d tasks were done", len(seen), n)
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("task %d was done %d times", id, times)
			}
		}
	})
}

func TestALeaseOfADeadNodeRunsOut(t *testing.T) {
	d := dbtest.SQLite(t)
	c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	d.SetClock(c.now)
	enqueue(t, d, "letter", "", time.Time{})
	dead, stop := context.WithCancel(ctx)
	r := runner(d)
	r.Handle("letter", func(context.Context, task.Task) error { stop(); return errors.New("died in the middle") })
	// A node that dies records nothing: stand in for it by taking the lease by hand.
	if err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE tasks SET lease_owner = 'dead', lease_until = $1, attempts = 1`, c.now().Add(2*time.Minute).UnixMicro())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r.Drain(dead); dead.Err() != nil {
		t.Error("a leased task was taken before the lease ran out")
	}
	c.add(3 * time.Minute)
	if r.Drain(dead); dead.Err() == nil {
		t.Error("a task whose lease ran out was not taken")
	}
}

func TestPeriodicWorkRunsOncePerInterval(t *testing.T) {
	d := dbtest.SQLite(t)
	c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	d.SetClock(c.now)
	runs := 0
	r := runner(d)
	r.Every("expire", time.Hour, func(context.Context) error { runs++; return nil })
	short, cancel := context.WithCancel(ctx)
	cancel()
	r.Run(short) // plans and stops
	if err := d.Write(ctx, func(tx *db.Tx) error { return task.Enqueue(ctx, tx, "expire", "every", "", time.Time{}) }); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		r.Drain(ctx)
		c.add(30 * time.Minute)
	}
	if runs != 3 {
		t.Errorf("ran %d times in three hours of half-hour looks, want 3", runs)
	}
}

// What keeps every task from being taken, such as a full disk, is said once,
// however often the runner looks, and the task runs as soon as it can.
func TestTroubleIsLoggedOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	exec := func(stmt string) {
		t.Helper()
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, stmt); return err }); err != nil {
			t.Fatal(err)
		}
	}
	var log strings.Builder
	r := task.NewRunner(d, noBus{}, slog.New(slog.NewTextHandler(&log, nil)))
	r.Handle("letter", func(context.Context, task.Task) error { return nil })
	for round := range 2 {
		enqueue(t, d, "letter", "", time.Time{})
		exec(`CREATE TRIGGER no_room BEFORE UPDATE ON tasks BEGIN SELECT RAISE(ABORT, 'no room'); END`)
		for range 5 {
			if r.Drain(ctx) != 0 {
				t.Fatal("a task was done without being taken")
			}
		}
		if n := strings.Count(log.String(), "\n"); n != round+1 {
			t.Errorf("round %d: %d lines in the log:\n%s", round, n, &log)
		}
		exec(`DROP TRIGGER no_room`)
		if r.Drain(ctx) != 1 {
			t.Error("when it could be, the task was not done")
		}
	}
}
