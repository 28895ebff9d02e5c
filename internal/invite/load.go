package invite

import (
	"context"
	"database/sql"
	"time"

	"guildhall/internal/db"
)

// Bands of Load: from how many invitations on somebody counts as having some, many
// or very many that wait.
const (
	loadSome = 10
	loadMany = 30
	loadMost = 100
)

// Load tells how much waits at each of some members, in bands: 0 little, 1 some, 2
// many, 3 very many. Suggestions put those further down for whom much waits; nothing
// else may be made of it, and no page may show it.
//
// What others asked somebody is hidden, so this is coarse and late: it counts what
// stood open at the last reckoning, a Monday one to two weeks ago, of what had been
// sent by then. It counts as senders see it, so that ignoring, "I don't know this
// person" and spam change nothing. One statement.
func Load(ctx context.Context, q db.Querier, members []int64, now time.Time) (map[int64]int, error) {
	out := make(map[int64]int, len(members))
	if len(members) == 0 {
		return out, nil
	}
	counts, err := loadLoads(ctx, q, members, reckoned(now), DefaultLimits.Life)
	for m, n := range counts {
		if b := loadBand(n); b > 0 {
			out[m] = b
		}
	}
	return out, err
}

func loadBand(n int) int {
	switch {
	case n >= loadMost:
		return 3
	case n >= loadMany:
		return 2
	case n >= loadSome:
		return 1
	}
	return 0
}

// loads counts by receiver what stood open at a moment. Open are what waits and the
// silent answers, until they expire; ended since the moment still counts. When a silent
// one ended the sender's mirror knows alone.
const loads = `SELECT i.member_id, count(*) FROM invitations i
WHERE i.sent_at < $1 AND i.sent_at > $2 AND (i.state IN (2, 4, 8, 9) AND i.expires_at > $1 OR i.state IN (3, 5, 6, 7) AND i.closed_at > $1
OR i.state IN (4, 8, 9) AND i.expires_at = 0
AND EXISTS (SELECT 1 FROM sent_invitations s WHERE s.member_id = i.sender_id AND s.id = i.id AND s.closed_at > $1))
AND i.member_id IN `

func loadLoads(ctx context.Context, q db.Querier, members []int64, at time.Time, life time.Duration) (map[int64]int, error) {
	list, args := db.In(3, members)
	rows, err := q.Query(ctx, loads+list+` GROUP BY i.member_id`, append([]any{micro(at), micro(at.Add(-life))}, args...)...)
	out := make(map[int64]int, len(members))
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var (
			m int64
			n int
		)
		err = r.Scan(&m, &n)
		out[m] = n
		return struct{}{}, err
	})
	return out, err
}
