package task_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/task"
)

// within fails the test unless c is ready soon.
func within(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatal(what)
	}
}

// While periodic work takes its time letters go out, in their order; and a runner that
// is stopped waits for what either hand holds, and records how it ended.
func TestLettersDoNotWaitForPeriodicWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		begun, last, stopped := make(chan struct{}), make(chan struct{}), make(chan struct{})
		endWork, endLetter := make(chan struct{}), make(chan struct{})
		var sent []string
		r := runner(d)
		r.Every("learn", time.Hour, func(context.Context) error { close(begun); <-endWork; return nil })
		r.Handle("letter", func(_ context.Context, t task.Task) error {
			if sent = append(sent, t.Key); len(sent) == 3 {
				close(last)
				<-endLetter
			}
			return nil
		})
		run, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			defer close(stopped)
			if err := r.Run(run); err != nil {
				t.Error(err)
			}
		}()
		within(t, begun, "the periodic work did not begin")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i, key := range []string{"c", "b", "a"} {
				if err := task.Enqueue(ctx, tx, "letter", key, "", tx.Now.Add(-time.Duration(i)*time.Minute)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		within(t, last, "letters wait for periodic work")
		stop()
		for _, end := range []chan struct{}{endLetter, endWork} {
			select {
			case <-stopped:
				t.Fatal("it stopped with a task in hand")
			case <-time.After(50 * time.Millisecond):
			}
			close(end)
		}
		within(t, stopped, "it did not stop")
		if !slices.IsSorted(sent) || len(sent) != 3 {
			t.Errorf("letters went out as %v", sent)
		}
		var done int
		if err := d.QueryRow(ctx, `SELECT count(*) FROM tasks WHERE state = 1`).Scan(&done); err != nil || done != 4 {
			t.Errorf("%d tasks are recorded as done, %v; want 4", done, err)
		}
	})
}

// Periodic work that panics is tried again, and the hand goes on to the next.
func TestPeriodicWorkMayPanic(t *testing.T) {
	d := dbtest.SQLite(t)
	next := make(chan struct{})
	r := runner(d)
	r.Every("a bad one", time.Hour, func(context.Context) error { panic("a bad day") })
	r.Every("the next", time.Hour, func(context.Context) error { close(next); return nil })
	run, stop := context.WithCancel(ctx)
	stopped := make(chan error, 1)
	go func() { stopped <- r.Run(run) }()
	within(t, next, "the next did not run")
	stop()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
