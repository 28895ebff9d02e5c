package transfer

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// origin is one row of external_ids.
type origin struct{ source, local, owner int64 }

// externalPage is how many ids one statement reads.
const externalPage = 20_000

// loadExternal reads all ids of a kind in pages, served by the primary key.
func loadExternal(ctx context.Context, q db.Querier, source, kind string) (map[int64]int64, error) {
	out := map[int64]int64{}
	after := int64(-1)
	for {
		rows, err := q.Query(ctx, `SELECT source_id, local_id FROM external_ids
			WHERE source = $1 AND kind = $2 AND source_id > $3 ORDER BY source_id LIMIT $4`, source, kind, after, externalPage)
		page, err := db.All(rows, err, func(r *sql.Rows) (o origin, err error) {
			err = r.Scan(&o.source, &o.local)
			return o, err
		})
		if err != nil {
			return nil, err
		}
		for _, o := range page {
			out[o.source] = o.local
			after = o.source
		}
		if len(page) < externalPage {
			return out, nil
		}
	}
}

// rowsAStatement is how many rows one insert takes: 5 parameters each, far below
// either database's limit.
const rowsAStatement = 1000

func saveExternal(ctx context.Context, tx *db.Tx, source, kind string, all []origin) error {
	for len(all) > 0 {
		n := min(len(all), rowsAStatement)
		var b strings.Builder
		b.WriteString(`INSERT INTO external_ids (source, kind, source_id, local_id, owner_id) VALUES `)
		args := []any{source, kind}
		for i, o := range all[:n] {
			if i > 0 {
				b.WriteByte(',')
			}
			k := len(args)
			b.WriteString("($1,$2,$" + strconv.Itoa(k+1) + ",$" + strconv.Itoa(k+2) + ",$" + strconv.Itoa(k+3) + ")")
			args = append(args, o.source, o.local, o.owner)
		}
		if _, err := tx.Exec(ctx, b.String(), args...); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// progress is how far a step has come.
type progress struct {
	done     int // rows that committed batches have covered
	finished bool
}

// loadProgress reads how far the steps of a source have come.
func loadProgress(ctx context.Context, q db.Querier, source string) (map[string]progress, error) {
	out := map[string]progress{}
	rows, err := q.Query(ctx, `SELECT step, done, finished FROM imports WHERE source = $1`, source)
	_, err = db.All(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var (
			step string
			p    progress
		)
		err = r.Scan(&step, &p.done, &p.finished)
		out[step] = p
		return none, err
	})
	return out, err
}

// saveProgress moves a step on from where this run last saw it. Whoever imports
// the same set at the same time has moved it already and wins.
func saveProgress(ctx context.Context, tx *db.Tx, source, step string, was, done int, finished bool) error {
	n, err := tx.Exec(ctx, `INSERT INTO imports (source, step, done, finished) VALUES ($1, $2, $3, $4)
		ON CONFLICT (source, step) DO UPDATE SET done = excluded.done, finished = excluded.finished
		WHERE imports.done = $5 AND imports.finished = $6`, source, step, done, finished, was, false)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This data set is being imported by somebody else at this moment.")
	}
	return err
}

// newsStep is the row that remembers news nobody has been told yet.
const newsStep = "news"

func markNews(ctx context.Context, tx *db.Tx, source string) error {
	_, err := tx.Exec(ctx, `INSERT INTO imports (source, step, done, finished) VALUES ($1, $2, 0, $3)
		ON CONFLICT (source, step) DO UPDATE SET finished = excluded.finished`, source, newsStep, false)
	return err
}

// takeNews reports whether there are news, and takes them.
func takeNews(ctx context.Context, tx *db.Tx, source string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE imports SET finished = $3 WHERE source = $1 AND step = $2 AND finished = $4`, source, newsStep, true, false)
	return n > 0, err
}
