package task

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
)

// States of a task, stored.
const (
	waiting = 0 // or in hand, while leased
	done    = 1
	failed  = 2 // given up after MaxAttempts
)

func insert(ctx context.Context, tx *db.Tx, id int64, kind, key, payload string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO tasks (id, kind, key, payload, run_at, attempts, lease_owner, lease_until, state, trouble, created_at, done_at)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, 0, '', $6, 0) ON CONFLICT (kind, key) WHERE key <> '' AND state = 0 DO NOTHING`,
		id, kind, key, payload, at.UnixMicro(), tx.Now.UnixMicro())
	return err
}

// take leases the task of some kinds that has been due longest, by compare-and-swap on
// its attempts: of two nodes one wins and the other looks again.
func (r *Runner) take(ctx context.Context, kinds []string) (t Task, ok bool, err error) {
	for {
		now := r.db.Now()
		t, found, err := r.due(ctx, kinds, now)
		if err != nil || !found {
			return Task{}, false, err
		}
		var n int64
		err = r.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, `UPDATE tasks SET attempts = attempts + 1, lease_owner = $1, lease_until = $2
				WHERE id = $3 AND attempts = $4 AND state = 0`, r.owner, now.Add(leaseTime).UnixMicro(), t.ID, t.Attempts)
			return err
		})
		if err != nil {
			return Task{}, false, err
		}
		if n == 1 {
			t.Attempts++
			return t, true, nil
		}
	}
}

// due finds a waiting task of some kinds by the index tasks_due.
func (r *Runner) due(ctx context.Context, kinds []string, now time.Time) (t Task, ok bool, err error) {
	if len(kinds) == 0 {
		return t, false, nil
	}
	args := []any{now.UnixMicro()}
	marks := make([]string, len(kinds))
	for i, k := range kinds {
		args = append(args, k)
		marks[i] = "$" + strconv.Itoa(i+2)
	}
	var created int64
	ok, err = db.One(r.db.QueryRow(ctx, `SELECT id, kind, key, payload, attempts, created_at FROM tasks
		WHERE state = 0 AND run_at <= $1 AND lease_until <= $1 AND kind IN (`+strings.Join(marks, ",")+`) ORDER BY run_at, id LIMIT 1`, args...),
		&t.ID, &t.Kind, &t.Key, &t.Payload, &t.Attempts, &created)
	t.Created = time.UnixMicro(created).UTC()
	return t, ok, err
}

// finish records a task's end: done and planned again if periodic, to be tried
// again after a pause, or given up. What is done keeps no payload: a letter's has
// the link that signs in.
func (r *Runner) finish(ctx context.Context, t Task, failure error) error {
	const q = `UPDATE tasks SET state = $1, trouble = $2, run_at = $3, lease_owner = '', lease_until = 0, done_at = $4, payload = $7 WHERE id = $5 AND lease_owner = $6`
	interval, periodic := r.every[t.Kind]
	return r.db.Write(ctx, func(tx *db.Tx) error {
		state, trouble, payload, at := done, "", "", tx.Now
		if failure != nil {
			trouble, payload, at = failure.Error(), t.Payload, tx.Now.Add(pause(t.Attempts))
			state = waiting
			if t.Attempts >= MaxAttempts && !periodic {
				state = failed
			}
		}
		n, err := tx.Exec(ctx, q, state, trouble, at.UnixMicro(), tx.Now.UnixMicro(), t.ID, r.owner, payload)
		if err != nil || n == 0 || state != done || !periodic {
			return err
		}
		return Enqueue(ctx, tx, t.Kind, t.Key, "", tx.Now.Add(interval))
	})
}

func deleteDone(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM tasks WHERE state = $1 AND done_at < $2`, done, before.UnixMicro())
	return err
}

// Health tells the operator how the work stands.
type Health struct {
	Due     int           // waiting and due
	Oldest  time.Duration // how long the first of them has been due
	Failed  int           // given up
	Trouble string        // the newest trouble of a task that is tried again or given up
}

// Look counts what is due and what was given up.
func Look(ctx context.Context, d *db.DB) (Health, error) {
	var (
		h      Health
		oldest sql.NullInt64
		now    = d.Now().UnixMicro()
	)
	err := d.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state = 0 AND run_at <= $1), count(*) FILTER (WHERE state = 2),
		min(CASE WHEN state = 0 AND run_at <= $1 THEN run_at END) FROM tasks WHERE state <> 1`, now).Scan(&h.Due, &h.Failed, &oldest)
	if err != nil {
		return h, fmt.Errorf("look at the tasks: %w", err)
	}
	if oldest.Valid {
		h.Oldest = time.Duration(now-oldest.Int64) * time.Microsecond
	}
	_, err = db.One(d.QueryRow(ctx, `SELECT trouble FROM tasks WHERE state <> 1 AND trouble <> '' ORDER BY run_at DESC LIMIT 1`), &h.Trouble)
	return h, err
}
