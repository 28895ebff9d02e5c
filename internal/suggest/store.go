package suggest

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/page"
)

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicro(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// refused is what a member does not want: people, and circles.
type refused struct {
	people  map[int64]bool
	circles map[int64]bool
}

// loadRefused reads both by their primary keys, in one statement.
func loadRefused(ctx context.Context, q db.Querier, member int64, now time.Time) (refused, error) {
	out := refused{map[int64]bool{}, map[int64]bool{}}
	rows, err := q.Query(ctx, `SELECT 1, peer_id FROM suggest_dismissals WHERE member_id = $1 AND (until = 0 OR until > $2)
		UNION ALL SELECT 2, entity_id FROM suggest_circles WHERE member_id = $1`, member, micro(now))
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var what, id int64
		err = r.Scan(&what, &id)
		if what == 1 {
			out.people[id] = true
		} else {
			out.circles[id] = true
		}
		return struct{}{}, err
	})
	return out, err
}

func saveDismissal(ctx context.Context, tx *db.Tx, member, peer int64, r Reason) error {
	_, err := tx.Exec(ctx, `INSERT INTO suggest_dismissals (member_id, peer_id, reason, at, until) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (member_id, peer_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, until = excluded.until`,
		member, peer, int64(r), micro(tx.Now), micro(r.until(tx.Now)))
	return err
}

func deleteDismissal(ctx context.Context, tx *db.Tx, member, peer int64) (n int64, err error) {
	return tx.Exec(ctx, `DELETE FROM suggest_dismissals WHERE member_id = $1 AND peer_id = $2`, member, peer)
}

// loadDismissals lists a member's dismissals, newest first, those that have ended
// left out. It is served by the primary key: a member's are few.
func loadDismissals(ctx context.Context, q db.Querier, member int64, now time.Time, after page.Cursor, limit int) ([]Dismissal, error) {
	where, args := "", []any{member, micro(now), int64(limit)}
	if !after.IsZero() {
		where, args = " AND (at, peer_id) < ($4, $5)", append(args, after.Key, after.ID)
	}
	rows, err := q.Query(ctx, `SELECT peer_id, reason, at, until FROM suggest_dismissals
		WHERE member_id = $1 AND (until = 0 OR until > $2)`+where+` ORDER BY at DESC, peer_id DESC LIMIT $3`, args...)
	return db.All(rows, err, func(r *sql.Rows) (d Dismissal, err error) {
		var at, until int64
		err = r.Scan(&d.peer, &d.Reason, &at, &until)
		d.At, d.Until = fromMicro(at), fromMicro(until)
		return d, err
	})
}

func saveCircle(ctx context.Context, tx *db.Tx, member, entity int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO suggest_circles (member_id, entity_id, at) VALUES ($1, $2, $3)
		ON CONFLICT (member_id, entity_id) DO NOTHING`, member, entity, micro(tx.Now))
	return err
}

func deleteCircle(ctx context.Context, tx *db.Tx, member, entity int64) (n int64, err error) {
	return tx.Exec(ctx, `DELETE FROM suggest_circles WHERE member_id = $1 AND entity_id = $2`, member, entity)
}

func loadCircles(ctx context.Context, q db.Querier, member int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT entity_id FROM suggest_circles WHERE member_id = $1 ORDER BY at DESC, entity_id`, member)
	return db.All(rows, err, db.ScanID)
}

// loadShown reads on how many days before one somebody was shown, those forgotten
// left out.
func loadShown(ctx context.Context, q db.Querier, member, day int64) (map[int64]int, error) {
	out := map[int64]int{}
	rows, err := q.Query(ctx, `SELECT peer_id, CASE WHEN last_day >= $2 THEN days - 1 ELSE days END FROM suggest_showings
		WHERE member_id = $1 AND last_day >= $3`, member, day, day-forget)
	_, err = db.All(rows, err, pairInto(out))
	return out, err
}

// loadExposed reads to how many each of some members was shown in the week before a
// day.
func loadExposed(ctx context.Context, q db.Querier, members []int64, day int64) (map[int64]int, error) {
	out := map[int64]int{}
	err := db.Chunks(members, func(members []int64) error {
		list, args := db.In(3, members)
		rows, err := q.Query(ctx, `SELECT member_id, CAST(sum(shown) AS BIGINT) FROM suggest_exposures
			WHERE day >= $1 AND day < $2 AND member_id IN `+list+` GROUP BY member_id`, append([]any{day - week, day}, args...)...)
		_, err = db.All(rows, err, pairInto(out))
		return err
	})
	return out, err
}

func pairInto(out map[int64]int) func(*sql.Rows) (struct{}, error) {
	return func(r *sql.Rows) (_ struct{}, err error) {
		var id int64
		var n int
		err = r.Scan(&id, &n)
		out[id] = n
		return struct{}{}, err
	}
}

// showing is that a viewer was shown a member.
type showing struct{ viewer, member int64 }

// rowsAtOnce keeps a statement short enough that preparing it stays cheap.
const rowsAtOnce = 500

// saveShowings records showings of one day that are not there yet, and adds them to
// the exposure of who was shown.
func saveShowings(ctx context.Context, tx *db.Tx, all []showing, day int64) error {
	fresh, err := notYet(ctx, tx, all, day)
	if err != nil {
		return err
	}
	counts, order := map[int64]int64{}, []int64(nil)
	for _, s := range fresh {
		if counts[s.member] == 0 {
			order = append(order, s.member)
		}
		counts[s.member]++
	}
	err = insertMany(ctx, tx, len(fresh), `INSERT INTO suggest_showings (member_id, peer_id, days, last_day) VALUES `,
		` ON CONFLICT (member_id, peer_id) DO UPDATE SET last_day = excluded.last_day,
			days = CASE WHEN suggest_showings.last_day < excluded.last_day - `+strconv.Itoa(forget)+` THEN 1 ELSE suggest_showings.days + 1 END`,
		func(args []any, i int) []any { return append(args, fresh[i].viewer, fresh[i].member, int64(1), day) })
	if err != nil {
		return err
	}
	return insertMany(ctx, tx, len(order), `INSERT INTO suggest_exposures (member_id, day, shown) VALUES `,
		` ON CONFLICT (member_id, day) DO UPDATE SET shown = suggest_exposures.shown + excluded.shown`,
		func(args []any, i int) []any { return append(args, order[i], day, counts[order[i]]) })
}

// notYet leaves out what was recorded on that day already, by the primary key of
// each viewer.
func notYet(ctx context.Context, tx *db.Tx, all []showing, day int64) ([]showing, error) {
	var viewers []int64
	for i, s := range all {
		if i == 0 || s.viewer != all[i-1].viewer {
			viewers = append(viewers, s.viewer)
		}
	}
	there := map[showing]bool{}
	err := db.Chunks(viewers, func(viewers []int64) error {
		list, args := db.In(2, viewers)
		rows, err := tx.Query(ctx, `SELECT member_id, peer_id FROM suggest_showings WHERE last_day >= $1 AND member_id IN `+list, append([]any{day}, args...)...)
		_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
			var s showing
			err = r.Scan(&s.viewer, &s.member)
			there[s] = true
			return struct{}{}, err
		})
		return err
	})
	var fresh []showing
	for _, s := range all {
		if !there[s] {
			fresh, there[s] = append(fresh, s), true
		}
	}
	return fresh, err
}

// insertMany runs an INSERT of n rows in as few statements as are good.
func insertMany(ctx context.Context, tx *db.Tx, n int, into, then string, row func(args []any, i int) []any) error {
	for at := 0; at < n; at += rowsAtOnce {
		var b strings.Builder
		b.WriteString(into)
		var args []any
		for i := at; i < min(n, at+rowsAtOnce); i++ {
			was := len(args)
			args = row(args, i)
			for k := was; k < len(args); k++ {
				switch {
				case k > was:
					b.WriteString(",$")
				case i > at:
					b.WriteString(",($")
				default:
					b.WriteString("($")
				}
				b.WriteString(strconv.Itoa(k + 1))
			}
			b.WriteByte(')')
		}
		if _, err := tx.Exec(ctx, b.String()+then, args...); err != nil {
			return err
		}
	}
	return nil
}

// olds are what is forgotten, by table and condition.
var olds = []struct{ table, old string }{
	{"suggest_showings", "last_day < $3"}, {"suggest_exposures", "day < $3"}, {"suggest_dismissals", "until > 0 AND until < $3"},
}

// sweepRows is about how many rows one transaction of a sweep looks at, so that none
// holds the writer for long.
const sweepRows = 20_000

// sweep takes away what is older than a value from one of olds, along the primary key,
// some rows in a transaction.
func sweep(ctx context.Context, d *db.DB, i int, than int64, rows int) error {
	table, old := olds[i].table, olds[i].old
	for after := int64(0); ; {
		var last sql.NullInt64
		err := d.QueryRow(ctx, `SELECT max(member_id) FROM (SELECT member_id FROM `+table+` WHERE member_id > $1 ORDER BY member_id LIMIT $2) AS part`,
			after, rows).Scan(&last)
		if err != nil || !last.Valid {
			return err
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE member_id > $1 AND member_id <= $2 AND `+old, after, last.Int64, than)
			return err
		})
		if err != nil {
			return err
		}
		after = last.Int64
	}
}
