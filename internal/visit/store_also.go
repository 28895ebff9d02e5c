package visit

import (
	"context"
	"database/sql"

	"guildhall/internal/db"
)

// span is the views that a Monday's reckoning goes by: begun before it, and not
// older than 90 days.
type span struct{ from, before int64 }

// loadOwners lists members after one whom enough viewers looked at, ascending.
func loadOwners(ctx context.Context, q db.Querier, after int64, in span, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT member_id FROM profile_views WHERE member_id > $1 AND day >= $2 AND since < $3
		GROUP BY member_id HAVING count(*) >= $4 ORDER BY member_id LIMIT $5`, after, in.from, in.before, together, limit)
	return db.All(rows, err, db.ScanID)
}

// loadViewers lists who looked at a member, the latest first.
func loadViewers(ctx context.Context, q db.Querier, owner int64, in span, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT viewer_id FROM profile_views WHERE member_id = $1 AND day >= $2 AND since < $3
		ORDER BY day DESC, mark DESC LIMIT $4`, owner, in.from, in.before, limit)
	return db.All(rows, err, db.ScanID)
}

// loadViewed reads whom some viewers looked at.
func loadViewed(ctx context.Context, q db.Querier, viewers []int64, in span) (map[int64][]int64, error) {
	out := make(map[int64][]int64, len(viewers))
	list, args := db.In(3, viewers)
	rows, err := q.Query(ctx, `SELECT member_id, peer_id FROM profile_viewed WHERE day >= $1 AND since < $2 AND member_id IN `+list,
		append([]any{in.from, in.before}, args...)...)
	_, err = db.All(rows, err, func(r *sql.Rows) (v int64, err error) {
		var peer int64
		err = r.Scan(&v, &peer)
		out[v] = append(out[v], peer)
		return v, err
	})
	return out, err
}

func saveAlso(ctx context.Context, tx *db.Tx, owner int64, peers []int64, monday int64) error {
	if _, err := tx.Exec(ctx, `DELETE FROM also_viewed WHERE member_id = $1`, owner); err != nil || len(peers) == 0 {
		return err
	}
	args := make([]any, 0, 4*len(peers))
	for i, p := range peers {
		args = append(args, owner, p, int64(i), monday)
	}
	_, err := tx.Exec(ctx, `INSERT INTO also_viewed (member_id, peer_id, place, monday) VALUES `+values(len(peers), 4), args...)
	return err
}

func loadAlso(ctx context.Context, q db.Querier, owner, monday int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT peer_id FROM also_viewed WHERE member_id = $1 AND monday >= $2 ORDER BY place`, owner, monday)
	return db.All(rows, err, db.ScanID)
}

// loadProgress tells up to which member the reckoning of a Monday has come: 0 where
// it has not begun.
func loadProgress(ctx context.Context, q db.Querier, monday int64) (after int64, err error) {
	_, err = db.One(q.QueryRow(ctx, `SELECT member_id FROM also_progress WHERE id = 1 AND monday = $1`, monday), &after)
	return after, err
}

func saveProgress(ctx context.Context, tx *db.Tx, monday, after int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO also_progress (id, monday, member_id) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET monday = excluded.monday, member_id = excluded.member_id`, monday, after)
	return err
}
