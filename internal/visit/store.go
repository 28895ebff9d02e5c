package visit

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/page"
)

// choice is a member's mode and since when, in microseconds.
type choice struct {
	mode  Mode
	since int64
}

func loadMode(ctx context.Context, q db.Querier, member int64) (Mode, error) {
	m := Private
	_, err := db.One(q.QueryRow(ctx, `SELECT mode FROM view_modes WHERE member_id = $1`, member), &m)
	return m, err
}

func saveMode(ctx context.Context, tx *db.Tx, member int64, m Mode) error {
	_, err := tx.Exec(ctx, `INSERT INTO view_modes (member_id, mode, since, version) VALUES ($1, $2, $3, 1)
		ON CONFLICT (member_id) DO UPDATE SET mode = excluded.mode, version = view_modes.version + 1,
		since = CASE WHEN view_modes.mode = excluded.mode THEN view_modes.since ELSE excluded.since END`, member, m, tx.Now.UnixMicro())
	return err
}

// lockModes reads the choices of some viewers and keeps them as they are until tx
// ends: a change of mode waits, and then finds what tx wrote.
func lockModes(ctx context.Context, tx *db.Tx, viewers []int64) (map[int64]choice, error) {
	out := map[int64]choice{}
	err := db.Chunks(viewers, func(ids []int64) error {
		list, args := db.In(1, ids)
		rows, err := tx.Query(ctx, `UPDATE view_modes SET version = version + 1 WHERE member_id IN `+list+` RETURNING member_id, mode, since`, args...)
		_, err = db.All(rows, err, func(r *sql.Rows) (id int64, err error) {
			var c choice
			err = r.Scan(&id, &c.mode, &c.since)
			out[id] = c
			return id, err
		})
		return err
	})
	return out, err
}

// values writes n rows of VALUES with k parameters each.
func values(n, k int) string {
	var b strings.Builder
	for i := range n * k {
		switch {
		case i > 0 && i%k == 0:
			b.WriteString("), (")
		case i == 0:
			b.WriteString("(")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// upsertViews keeps the views of one day and returns those that are the pair's first
// on it.
func upsertViews(ctx context.Context, tx *db.Tx, rs []row) (fresh []row, err error) {
	for part := range slices.Chunk(rs, perBatch) {
		args := make([]any, 0, 6*len(part))
		for _, r := range part {
			args = append(args, r.owner, r.viewer, r.day, r.since, r.mode, r.mark)
		}
		rows, err := tx.Query(ctx, `INSERT INTO profile_views (member_id, viewer_id, day, since, mode, mark) VALUES `+values(len(part), 6)+`
			ON CONFLICT (member_id, viewer_id) DO UPDATE SET day = excluded.day, mode = excluded.mode, mark = excluded.mark
			WHERE profile_views.day < excluded.day RETURNING member_id, viewer_id, day, since`, args...)
		got, err := db.All(rows, err, func(r *sql.Rows) (v row, err error) {
			err = r.Scan(&v.owner, &v.viewer, &v.day, &v.since)
			return v, err
		})
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, got...)
	}
	return fresh, nil
}

func upsertViewed(ctx context.Context, tx *db.Tx, rs []row) error {
	slices.SortFunc(rs, func(a, b row) int { return cmp.Or(cmp.Compare(a.viewer, b.viewer), cmp.Compare(a.owner, b.owner)) })
	for part := range slices.Chunk(rs, perBatch) {
		args := make([]any, 0, 4*len(part))
		for _, r := range part {
			args = append(args, r.viewer, r.owner, r.day, r.since)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO profile_viewed (member_id, peer_id, day, since) VALUES `+values(len(part), 4)+`
			ON CONFLICT (member_id, peer_id) DO UPDATE SET day = excluded.day`, args...); err != nil {
			return err
		}
	}
	return nil
}

func addDays(ctx context.Context, tx *db.Tx, counts tally) error {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) })
	for part := range slices.Chunk(keys, perBatch) {
		args := make([]any, 0, 3*len(part))
		for _, k := range part {
			args = append(args, k[0], k[1], counts[k])
		}
		if _, err := tx.Exec(ctx, `INSERT INTO profile_view_days (member_id, day, seen) VALUES `+values(len(part), 3)+`
			ON CONFLICT (member_id, day) DO UPDATE SET seen = profile_view_days.seen + excluded.seen`, args...); err != nil {
			return err
		}
	}
	return nil
}

// peersOf lists whom a member looked at, through the mirror.
func peersOf(ctx context.Context, q db.Querier, viewer int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT peer_id FROM profile_viewed WHERE member_id = $1 ORDER BY peer_id`, viewer)
	return db.All(rows, err, db.ScanID)
}

// viewersAmong leaves those who made a view that is kept.
func viewersAmong(ctx context.Context, q db.Querier, members []int64) ([]int64, error) {
	list, args := db.In(1, members)
	rows, err := q.Query(ctx, `SELECT DISTINCT member_id FROM profile_viewed WHERE member_id IN `+list+` ORDER BY member_id`, args...)
	return db.All(rows, err, db.ScanID)
}

// eraseMade deletes the views that a member made, on both sides.
func eraseMade(ctx context.Context, tx *db.Tx, viewer int64) error {
	if err := onMade(ctx, tx, viewer, `DELETE FROM profile_views WHERE viewer_id = $1 AND member_id IN `); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM profile_viewed WHERE member_id = $1`, viewer)
	return err
}

// unname makes the views that a member made semi-private.
func unname(ctx context.Context, tx *db.Tx, viewer int64) error {
	return onMade(ctx, tx, viewer, `UPDATE profile_views SET mode = 2 WHERE viewer_id = $1 AND mode < 2 AND member_id IN `)
}

func onMade(ctx context.Context, tx *db.Tx, viewer int64, statement string) error {
	owners, err := peersOf(ctx, tx, viewer)
	if err != nil {
		return err
	}
	return db.Chunks(owners, func(ids []int64) error {
		list, args := db.In(2, ids)
		_, err := tx.Exec(ctx, statement+list, append([]any{viewer}, args...)...)
		return err
	})
}

// loadViews reads an owner's views from a day on, newest first, by the index
// profile_views_newest.
func loadViews(ctx context.Context, q db.Querier, owner, from int64, after page.Cursor, limit int) ([]row, error) {
	if after.IsZero() {
		after = page.Cursor{Key: math.MaxInt64, ID: math.MaxInt64}
	}
	rows, err := q.Query(ctx, `SELECT viewer_id, day, mode, mark FROM profile_views WHERE member_id = $1 AND day >= $2 AND (day, mark) < ($3, $4)
		ORDER BY day DESC, mark DESC LIMIT $5`, owner, from, after.Key, after.ID, limit)
	return db.All(rows, err, func(r *sql.Rows) (v row, err error) {
		err = r.Scan(&v.viewer, &v.day, &v.mode, &v.mark)
		return v, err
	})
}

// loadDays reads an owner's counts from a day on.
func loadDays(ctx context.Context, q db.Querier, owner, from int64) (map[int64]int, error) {
	out := map[int64]int{}
	rows, err := q.Query(ctx, `SELECT day, seen FROM profile_view_days WHERE member_id = $1 AND day >= $2`, owner, from)
	_, err = db.All(rows, err, func(r *sql.Rows) (day int64, err error) {
		var n int
		err = r.Scan(&day, &n)
		out[day] = n
		return day, err
	})
	return out, err
}

// pruneBatch bounds how long one delete holds the writer.
const pruneBatch = 1000

// The owners of old rows don't matter: each statement is served by the index on the
// day.
var olds = []string{
	`DELETE FROM profile_views WHERE (member_id, viewer_id) IN (SELECT member_id, viewer_id FROM profile_views WHERE day < $1 LIMIT $2)`,
	`DELETE FROM profile_viewed WHERE (member_id, peer_id) IN (SELECT member_id, peer_id FROM profile_viewed WHERE day < $1 LIMIT $2)`,
	`DELETE FROM profile_view_days WHERE (member_id, day) IN (SELECT member_id, day FROM profile_view_days WHERE day < $1 LIMIT $2)`,
	`DELETE FROM also_viewed WHERE (member_id, peer_id) IN (SELECT member_id, peer_id FROM also_viewed WHERE monday < $1 LIMIT $2)`,
}

func prune(ctx context.Context, d *db.DB, statement string, before int64) error {
	for {
		var n int64
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, statement, before, pruneBatch)
			return err
		})
		if err != nil || n < pruneBatch {
			return err
		}
	}
}
