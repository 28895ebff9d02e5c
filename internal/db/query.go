package db

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
)

// Counter counts statements; tests hold pages to a fixed number of them.
type Counter struct{ n atomic.Int64 }

// N is the number of statements so far.
func (c *Counter) N() int { return int(c.n.Load()) }

type counterKey struct{}

// CountQueries returns a context under which every statement is counted.
func CountQueries(ctx context.Context) (context.Context, *Counter) {
	c := new(Counter)
	return context.WithValue(ctx, counterKey{}, c), c
}

func count(ctx context.Context) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
}

// All reads every row with scan. It closes rows and never returns a nil slice
// without an error.
func All[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	out := []T{}
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, wrap(rows.Err())
}

// ScanID reads a row of one id, for All.
func ScanID(r *sql.Rows) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}

// One scans a single row; ok is false when there is none.
func One(row *sql.Row, dest ...any) (ok bool, err error) {
	err = row.Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, wrap(err)
}

// MaxIn is how many values one In list takes; ask in chunks beyond it.
const MaxIn = 4096

// In writes the list of an IN (…) with parameters numbered from first, and its
// arguments. Lists are padded by repeating the last value to the next power of
// two, so that databases meet few different statements. An empty list becomes
// (0), which no id equals.
func In(first int, ids []int64) (list string, args []any) {
	if len(ids) == 0 {
		return "(0)", nil
	}
	n := 1
	for n < len(ids) {
		n *= 2
	}
	var b strings.Builder
	b.Grow(6 * n)
	args = make([]any, n)
	for i := range n {
		b.WriteByte("(,"[min(i, 1)])
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
		args[i] = ids[min(i, len(ids)-1)]
	}
	b.WriteByte(')')
	return b.String(), args
}

// Chunks cuts ids into runs of at most MaxIn and calls f with each.
func Chunks(ids []int64, f func([]int64) error) error {
	for len(ids) > 0 {
		n := min(len(ids), MaxIn)
		if err := f(ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
