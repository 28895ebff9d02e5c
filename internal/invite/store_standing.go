package invite

import (
	"context"
	"database/sql"
	"time"

	"guildhall/internal/calendar"
	"guildhall/internal/db"
)

// lockInviter makes the member's row and holds it until tx has ended, so that a
// quota is reckoned by one transaction at a time.
func lockInviter(ctx context.Context, tx *db.Tx, member int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO inviters (member_id, who, version) VALUES ($1, $2, 1)
		ON CONFLICT (member_id) DO UPDATE SET version = inviters.version + 1`, member, Everybody)
	return err
}

// loadWho reads a member's choice of who may invite them.
func loadWho(ctx context.Context, q db.Querier, member int64) (who Who, err error) {
	_, err = db.One(q.QueryRow(ctx, `SELECT who FROM inviters WHERE member_id = $1`, member), &who)
	if !who.Valid() {
		who = Everybody
	}
	return who, err
}

func saveWho(ctx context.Context, tx *db.Tx, member int64, w Who) error {
	_, err := tx.Exec(ctx, `INSERT INTO inviters (member_id, who, version) VALUES ($1, $2, 1)
		ON CONFLICT (member_id) DO UPDATE SET who = excluded.who, version = inviters.version + 1`, member, w)
	return err
}

// countRefusal adds n to the refusals that a sender got in the week of a moment.
func countRefusal(ctx context.Context, tx *db.Tx, sender int64, at time.Time, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO refusals (member_id, monday, count) VALUES ($1, $2, $3)
		ON CONFLICT (member_id, monday) DO UPDATE SET count = refusals.count + excluded.count`, sender, calendar.Day(monday(at)), n)
	return err
}

// standing is all from the sender's own rows: the mirrors, and the refusals up to
// the last reckoning.
const standing = `SELECT count(*) FILTER (WHERE sent_at > $2), coalesce(min(sent_at) FILTER (WHERE sent_at > $2), 0),
	coalesce(max(sent_at) FILTER (WHERE sent_at > $2), 0), count(*) FILTER (WHERE state = 2),
	count(*) FILTER (WHERE sent_at <= $3), count(*) FILTER (WHERE sent_at <= $3 AND state = 3),
	count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state <> 3 AND sent_at < $5),
	(SELECT coalesce(sum(count), 0) FROM refusals WHERE member_id = $1 AND monday >= $6 AND monday < $7)
FROM sent_invitations WHERE member_id = $1 AND sent_at > $4`

func loadStanding(ctx context.Context, q db.Querier, sender int64, now time.Time, l Limits) (Standing, error) {
	var (
		s              Standing
		oldest, newest int64
		since          = now.Add(-max(l.Memory, l.Life))
		until          = reckoned(now)
	)
	_, err := db.One(q.QueryRow(ctx, standing, sender, micro(now.Add(-week)), micro(now.Add(-l.Seasoned)), micro(since),
		micro(until), calendar.Day(monday(since)), calendar.Day(until)),
		&s.Week, &oldest, &newest, &s.Pending, &s.Seasoned, &s.Taken, &s.Accepted, &s.Rest, &s.Refused)
	s.Oldest, s.Newest = fromMicro(oldest), fromMicro(newest)
	return s, err
}

// Causes of a bar.
const (
	withdrew  = 1 // the peer withdrew an invitation: until the cool-down ends
	unknownTo = 2 // "I don't know this person": for good
	spammed   = 3 // reported as spam: for good
)

// addBar keeps peer from inviting member; until zero: for good.
func addBar(ctx context.Context, tx *db.Tx, member, peer int64, cause int, until time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO invite_bars (member_id, peer_id, cause, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (member_id, peer_id, cause) DO UPDATE SET until = excluded.until`, member, peer, cause, micro(until))
	return err
}

// liftBars takes back what member holds against peer's invitations, when member
// invites peer or is invited and accepts.
func liftBars(ctx context.Context, tx *db.Tx, member, peer int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM invite_bars WHERE member_id = $1 AND peer_id = $2`, member, peer)
	return err
}

// bars is what keeps one member from inviting another.
type bars struct {
	cooling time.Time // withdrawn not long ago: may invite again from then on
	barred  bool      // for good
}

func loadBars(ctx context.Context, q db.Querier, member, peer int64, now time.Time) (b bars, err error) {
	rows, err := q.Query(ctx, `SELECT cause, until FROM invite_bars WHERE member_id = $1 AND peer_id = $2`, member, peer)
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var cause, until int64
		err = r.Scan(&cause, &until)
		switch t := fromMicro(until); {
		case cause != withdrew:
			b.barred = true
		case t.After(now):
			b.cooling = t
		}
		return struct{}{}, err
	})
	return b, err
}

// between finds what stands between two members, from the first one's side; the
// strongest first. The sender's mirror goes by sent_invitations_state, the
// receiver's rows by invitations_open.
const between = `SELECT 3 AS relation, id, sent_at AS at, reason, sub FROM sent_invitations WHERE member_id = $1 AND state = 2 AND receiver_id = $2
UNION ALL SELECT 4, id, sent_at, reason, sub FROM invitations WHERE member_id = $1 AND sender_id = $2 AND state = 2 AND expires_at > $3
UNION ALL SELECT 5, 0, until, '', '' FROM invite_bars WHERE member_id = $2 AND peer_id = $1 AND cause = 1 AND until > $3
ORDER BY relation LIMIT 1`

func loadBetween(ctx context.Context, q db.Querier, me, peer int64, now time.Time) (b Between, err error) {
	var at int64
	_, err = db.One(q.QueryRow(ctx, between, me, peer, micro(now)), &b.Relation, &b.ID, &at, &b.Reason, &b.Sub)
	if b.Relation == Cooling {
		b.Until = fromMicro(at)
	} else {
		b.Since = fromMicro(at)
	}
	return b, err
}

// loadAdmission reads a receiver's choice and whether a bar stands against the
// sender for good, in one statement.
func loadAdmission(ctx context.Context, q db.Querier, receiver, sender int64) (w Who, barred bool, err error) {
	var n int
	_, err = db.One(q.QueryRow(ctx, `SELECT coalesce((SELECT who FROM inviters WHERE member_id = $1), 1),
		(SELECT count(*) FROM invite_bars WHERE member_id = $1 AND peer_id = $2 AND cause <> 1)`, receiver, sender), &w, &n)
	return w, n > 0, err
}

// loadOpenPeers reads both sides by their indexes on state, and whom the member
// withdrew an invitation from after a moment.
func loadOpenPeers(ctx context.Context, q db.Querier, member int64, cooling time.Time) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT sender_id FROM invitations WHERE member_id = $1 AND state = $2
		UNION SELECT receiver_id FROM sent_invitations WHERE member_id = $1 AND state = $2
		UNION SELECT receiver_id FROM sent_invitations WHERE member_id = $1 AND state = $3 AND closed_at > $4`,
		member, Pending, Withdrawn, micro(cooling))
	return db.All(rows, err, db.ScanID)
}
