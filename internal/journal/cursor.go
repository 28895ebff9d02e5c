package journal

import (
	"context"
	"database/sql"
	"maps"
	"sort"

	"guildhall/internal/db"
)

func (r *Runner) loadCursor(ctx context.Context, name string) (Position, error) {
	pos := Position{}
	rows, err := r.db.Query(ctx, `SELECT part, seq FROM journal_cursors WHERE follower = $1`, name)
	_, err = db.All(rows, err, func(row *sql.Rows) (struct{}, error) {
		var (
			p   int
			seq int64
		)
		err := row.Scan(&p, &seq)
		pos[p] = seq
		return struct{}{}, err
	})
	return pos, err
}

// saveCursor never moves a cursor back: when two nodes drive the same follower
// the slower one's save is lost, and Apply is idempotent.
func (r *Runner) saveCursor(ctx context.Context, name string, part int, seq int64) error {
	return r.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO journal_cursors (follower, part, seq, failures, retry_at, trouble) VALUES ($1, $2, $3, 0, 0, '')
			ON CONFLICT (follower, part) DO UPDATE SET seq = excluded.seq WHERE journal_cursors.seq < excluded.seq`, name, part, seq)
		return err
	})
}

// Lag is how far a follower is behind, for the operator.
type Lag struct {
	Name    string
	Behind  int64  // entries
	Trouble string // the last error, empty when all is well
}

// Lag tells every follower's lag, by name.
func (r *Runner) Lag(ctx context.Context) ([]Lag, error) {
	heads, err := Heads(ctx, r.db)
	if err != nil {
		return nil, err
	}
	var out []Lag
	for _, f := range r.followers() {
		l, err := r.lag(ctx, f, heads)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

func (r *Runner) lag(ctx context.Context, f *following, heads Position) (Lag, error) {
	f.mu.Lock()
	pos, trouble := maps.Clone(f.pos), f.trouble
	f.mu.Unlock()
	if !f.InMemory {
		var err error
		if pos, err = r.loadCursor(ctx, f.Name); err != nil {
			return Lag{}, err
		}
	}
	return Lag{Name: f.Name, Trouble: trouble, Behind: pos.Behind(heads)}, nil
}
