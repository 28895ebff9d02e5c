// Package db opens the one database of an instance, SQLite in a file or
// PostgreSQL by URL, and runs transactions on it. The rest of the program writes
// one SQL text with $1 parameters for both and never learns which it is on,
// except through Kind where DDL must differ.
//
// It owns connections, retries, the writer queue and migrations. It knows no
// table.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "modernc.org/sqlite" // the SQLite driver, registered as sqlite

	"guildhall/internal/fault"
)

// Kind names the database behind a DB.
type Kind string

// The two kinds.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// DB is one open database. It is safe for concurrent use.
type DB struct {
	kind  Kind
	read  *sql.DB
	write *sql.DB // SQLite: the one writer connection; its pool is the writer queue
	now   func() time.Time
	parse prepared

	signal func(topic string)
}

// Querier runs reads. *DB (outside any transaction) and *Tx have it, so that a
// store function serves both.
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the database at where: a postgres:// URL or the path of an SQLite
// file, which is made when absent. It changes no schema; call Migrate. Errors
// are faults with one sentence for the operator.
func Open(ctx context.Context, where string) (*DB, error) {
	var (
		d   *DB
		err error
	)
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		d, err = openPostgres(where)
	} else {
		d, err = openSQLite(where)
	}
	if err != nil {
		return nil, err
	}
	if err := d.Ping(ctx); err != nil {
		d.Close()
		if damaged(err) {
			return nil, &fault.Error{Kind: fault.Unavailable, Text: "The file " + where + " is damaged or is no Guildhall database; restore it from a backup, or choose another folder with --data.", Err: err}
		}
		return nil, &fault.Error{Kind: fault.Unavailable, Text: "The database " + redact(where) + " does not answer: " + plain(err) + ".", Err: err}
	}
	return d, nil
}

// The pragmas of every SQLite connection. FULL makes a commit survive a power
// cut; busy_timeout only matters to a second process, since the writers of this
// one queue for a single connection.
const sqliteParams = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=temp_store(MEMORY)"

func openSQLite(path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Text: "The folder of the database, " + filepath.Dir(path) + ", cannot be made: " + plain(err) + ".", Err: err}
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Text: "The database file " + path + " cannot be opened: " + plain(err) + ".", Err: err}
	} else {
		f.Close()
	}
	dsn := "file:" + strings.NewReplacer("?", "%3f", "#", "%23", "%", "%25").Replace(path) + sqliteParams
	w, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	readers := max(4, runtime.NumCPU())
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	return &DB{kind: SQLite, read: r, write: w, now: time.Now}, nil
}

// Kind tells which database this is.
func (d *DB) Kind() Kind { return d.kind }

// SetClock replaces the clock that Tx.Now is taken from; for tests.
func (d *DB) SetClock(now func() time.Time) { d.now = now }

// SetSignal says who is woken by Tx.Signal after a commit; the bus, as a rule.
// It must be set before the first transaction.
func (d *DB) SetSignal(f func(topic string)) { d.signal = f }

// Now is the clock's time, in UTC, cut to the microseconds that are stored.
func (d *DB) Now() time.Time { return d.now().UTC().Truncate(time.Microsecond) }

// Ping asks both pools for a sign of life.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.write.PingContext(ctx); err != nil {
		return err
	}
	return d.read.PingContext(ctx)
}

// Close ends all connections.
func (d *DB) Close() error {
	d.parse.close()
	err := d.write.Close()
	if d.read != d.write {
		err = errors.Join(d.read.Close(), err)
	}
	return err
}

// Query runs one read outside a transaction.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	count(ctx)
	query, args = d.kind.spoken(query, args)
	ctx = d.patient(ctx)
	if s := d.parsed(ctx, query); s != nil {
		rows, err := s.QueryContext(ctx, args...)
		return rows, wrap(err)
	}
	var rows *sql.Rows
	err := insist(ctx, func() (again bool, err error) {
		rows, err = d.read.QueryContext(ctx, query, args...)
		return broken(err), err
	})
	return rows, wrap(err)
}

// QueryRow runs one read of at most one row outside a transaction.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	count(ctx)
	query, args = d.kind.spoken(query, args)
	ctx = d.patient(ctx)
	if s := d.parsed(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	var row *sql.Row
	_ = insist(ctx, func() (again bool, err error) { // the row keeps the error
		row = d.read.QueryRowContext(ctx, query, args...)
		return broken(row.Err()), row.Err()
	})
	return row
}

// patient lets a read of SQLite that has begun come to its end: for a context that
// may be cancelled, database/sql and the driver each start a goroutine for every
// statement, which together cost as much as a short one. What is cancelled
// already does not begin.
func (d *DB) patient(ctx context.Context) context.Context {
	if d.kind != SQLite || ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (d *DB) parsed(ctx context.Context, query string) *sql.Stmt {
	if d.kind != SQLite {
		return nil
	}
	return d.parse.get(ctx, d.read, query)
}

// redact takes the password out of a database URL.
func redact(where string) string {
	at := strings.LastIndex(where, "@")
	scheme := strings.Index(where, "://")
	if at < 0 || scheme < 0 || at < scheme {
		return where
	}
	user, _, _ := strings.Cut(where[scheme+3:at], ":")
	return where[:scheme+3] + user + "@" + where[at+1:]
}

// plain is the innermost text of an error, without the driver's prefixes.
func plain(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Message
	}
	s := err.Error()
	if i := strings.LastIndex(s, ": "); i >= 0 && len(s)-i > 8 {
		return s[i+2:]
	}
	return s
}
