// Package task does work later and again: letters to send, invitations to
// expire. A task is a row, written in the transaction that wants it done; a
// worker takes it by a lease, tries again with growing pauses and gives up
// visibly. It owns the table of tasks and knows no kind of work.
//
// A node has two hands: one for what somebody waits for, and one for what comes
// round every hour or day and may take long. Each takes one task at a time, the one
// due longest, so that tasks of one kind keep their order on a node.
package task

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/id"
)

// Task is one piece of work. Payload is the worker's own text, as a rule JSON.
type Task struct {
	ID       int64
	Kind     string
	Key      string // at most one task of a kind and key waits at a time; empty: no limit
	Payload  string
	Attempts int // 1 at the first
	Created  time.Time
}

// Worker does one task. It may see a task twice: after a crash between its
// effect and its end. An error is tried again.
type Worker func(ctx context.Context, t Task) error

const (
	topic     = "task"
	leaseTime = 2 * time.Minute
	poll      = time.Second
	// MaxAttempts is how often a task is tried. With pauses doubling from two
	// seconds to an hour the last try comes after about half a day.
	MaxAttempts = 20
	keepDone    = 24 * time.Hour
)

// Enqueue adds a task to run at or after the given time; the zero time means
// now. A task whose key is waiting already is not added again.
func Enqueue(ctx context.Context, tx *db.Tx, kind, key, payload string, at time.Time) error {
	if at.IsZero() {
		at = tx.Now
	}
	if err := insert(ctx, tx, id.New(), kind, key, payload, at); err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	tx.Signal(topic)
	return nil
}

// Bus is what the runner asks of the bus.
type Bus interface {
	Subscribe(topic string) (<-chan struct{}, func())
}

// Runner works through the tasks of the kinds it was given.
type Runner struct {
	db      *db.DB
	bus     Bus
	log     *slog.Logger
	owner   string // names this process in leases
	workers map[string]Worker
	every   map[string]time.Duration
	trouble trouble // of Drain
}

// NewRunner returns a runner without workers.
func NewRunner(d *db.DB, bus Bus, log *slog.Logger) *Runner {
	return &Runner{db: d, bus: bus, log: log, owner: rand.Text(), workers: map[string]Worker{}, every: map[string]time.Duration{}}
}

// Handle says who does the tasks of a kind. Call it before Run. A letter behind one
// of them waits, so a worker should take seconds at most.
func (r *Runner) Handle(kind string, w Worker) { r.workers[kind] = w }

// Every makes f run once per interval over all nodes, first at the start. It holds up
// periodic work only, and is cut off by its context after two minutes.
func (r *Runner) Every(kind string, interval time.Duration, f func(context.Context) error) {
	r.workers[kind] = func(ctx context.Context, _ Task) error { return f(ctx) }
	r.every[kind] = interval
}

// Run works until ctx ends, waiting for what is in hand.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.plan(ctx); err != nil {
		return err
	}
	var hands sync.WaitGroup
	hands.Go(func() { r.sweep(ctx) })
	hands.Go(func() { r.work(ctx, r.kinds(false)) })
	hands.Go(func() { r.work(ctx, r.kinds(true)) })
	hands.Wait()
	return nil
}

// kinds are those that are periodic, or those that are not.
func (r *Runner) kinds(periodic bool) (kinds []string) {
	for k := range r.workers {
		if _, ok := r.every[k]; ok == periodic {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// work is one hand: it does what is due of some kinds, until ctx ends.
func (r *Runner) work(ctx context.Context, kinds []string) {
	wake, cancel := r.bus.Subscribe(topic)
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for met := new(trouble); ; {
		r.drain(ctx, kinds, met)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

// plan puts the periodic tasks down that are not waiting already.
func (r *Runner) plan(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *db.Tx) error {
		for kind := range r.every {
			if err := Enqueue(ctx, tx, kind, "every", "", time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Drain does what is due now of every kind, one after the other, and returns how many
// tasks ended well.
func (r *Runner) Drain(ctx context.Context) int {
	return r.drain(ctx, append(r.kinds(false), r.kinds(true)...), &r.trouble)
}

func (r *Runner) drain(ctx context.Context, kinds []string, met *trouble) (done int) {
	for ctx.Err() == nil {
		t, ok, err := r.take(ctx, kinds)
		if err != nil {
			if ctx.Err() == nil {
				met.stuck(r.log, err)
			}
			return done
		}
		met.over()
		if !ok {
			return done
		}
		if r.do(ctx, t) {
			done++
		}
	}
	return done
}

// trouble is why a hand can take no task, as it was last logged.
type trouble struct {
	mu   sync.Mutex
	said string
}

// stuck logs why no task can be taken: once, and not every second for as long as
// a disk is full.
func (t *trouble) stuck(log *slog.Logger, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.said != err.Error() {
		log.Error("cannot take a task; trying on", "err", err)
	}
	t.said = err.Error()
}

func (t *trouble) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = ""
}

// do runs one leased task and records how it ended. A panic counts as an error,
// so that one bad task cannot end the server.
func (r *Runner) do(ctx context.Context, t Task) (ok bool) {
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		lease, cancel := context.WithTimeout(ctx, leaseTime)
		defer cancel()
		return r.workers[t.Kind](lease, t)
	}()
	end := context.WithoutCancel(ctx) // what was done is recorded even when we stop
	if err != nil {
		r.log.Warn("a task failed", "kind", t.Kind, "id", t.ID, "attempt", t.Attempts, "err", err)
	}
	if e := r.finish(end, t, err); e != nil {
		r.log.Error("cannot record how a task ended", "kind", t.Kind, "id", t.ID, "err", e)
	}
	return err == nil
}

// pause is the wait before try n+1.
func pause(n int) time.Duration { return min(time.Second<<min(n, 12), time.Hour) }

// sweep deletes tasks that ended well a day ago, once an hour.
func (r *Runner) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := r.db.Write(ctx, func(tx *db.Tx) error { return deleteDone(ctx, tx, tx.Now.Add(-keepDone)) }); err != nil && ctx.Err() == nil {
			r.log.Error("cannot sweep old tasks", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
