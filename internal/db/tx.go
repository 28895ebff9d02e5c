package db

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"
)

// Tx is one transaction. It owns the time: every row written by it carries Now.
type Tx struct {
	Now   time.Time // UTC, microseconds
	kind  Kind
	tx    *sql.Tx
	after []func()
	db    *DB
}

// Kind tells which database the transaction is on.
func (t *Tx) Kind() Kind { return t.kind }

// Query runs one read inside the transaction.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	count(ctx)
	query, args = t.kind.spoken(query, args)
	rows, err := t.tx.QueryContext(ctx, query, args...)
	return rows, wrap(err)
}

// QueryRow runs one read of at most one row inside the transaction.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	count(ctx)
	query, args = t.kind.spoken(query, args)
	return t.tx.QueryRowContext(ctx, query, args...)
}

// Exec runs one statement and returns the number of rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	count(ctx)
	query, args = t.kind.spoken(query, args)
	res, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, wrap(err)
	}
	return res.RowsAffected()
}

// After registers f to run once the transaction is committed, in order. What
// was registered by an attempt that failed does not run.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

// Signal wakes whoever waits for a topic once the transaction is committed. It
// is a hint that may be lost; see DB.SetSignal.
func (t *Tx) Signal(topic string) {
	if t.db.signal != nil {
		t.After(func() { t.db.signal(topic) })
	}
}

// A lost race and a database that went away are tried again with jittered pauses
// that double from 2 ms: the last try comes after about 2 s of them.
const tries = 10

// insist runs f until it says not to try again, tries times at most or until ctx ends.
func insist(ctx context.Context, f func() (again bool, err error)) error {
	for try := 1; ; try++ {
		again, err := f()
		if !again || try == tries {
			return err
		}
		pause := time.Duration(1<<try) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // nobody gains by guessing it
		}
	}
}

// Write runs f in a transaction and commits. f may run more than once: a
// serialisation failure, a deadlock, a busy file or a connection that broke before
// the commit is tried again with a growing pause, so f must have no effect but its
// statements. An error from f rolls back and is returned as it is. On SQLite writers
// queue for one connection. A connection that breaks during the commit leaves unknown
// whether it happened, and the fault says so.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	return insist(ctx, func() (bool, error) {
		committing, err := d.attempt(ctx, d.write, nil, f)
		if broken(err) && committing {
			return false, unavailable("The database went away while this was being saved. Please look whether it is there before you try again.", err)
		}
		return again(err) || broken(err), err
	})
}

// Read runs f once in a read-only transaction: all its reads see one state.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.kind == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return insist(ctx, func() (bool, error) {
		began := false
		_, err := d.attempt(ctx, d.read, opts, func(tx *Tx) error { began = true; return f(tx) })
		return !began && broken(err), err
	})
}

func (d *DB) attempt(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(*Tx) error) (committing bool, err error) {
	stx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return false, wrap(err)
	}
	defer stx.Rollback() // after a commit this does nothing
	tx := &Tx{Now: d.Now(), kind: d.kind, tx: stx, db: d}
	if err := f(tx); err != nil {
		return false, err
	}
	if err := stx.Commit(); err != nil {
		return true, wrap(err)
	}
	for _, f := range tx.after {
		f()
	}
	return true, nil
}
