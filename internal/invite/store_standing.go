package invite

import (
	"context"
	"database/sql"
	"time"

	"guildhall/internal/db"
)

// inviter is a member's row as sender and receiver of invitations.
type inviter struct {
	who               Who
	accepted, refused int // answers to what the member sent
}

// lockInviter makes the member's row and holds it until tx has ended, so that a
// quota is reckoned by one transaction at a time.
func lockInviter(ctx context.Context, tx *db.Tx, member int64) (v inviter, err error) {
	var unknown, spam int
	err = tx.QueryRow(ctx, `INSERT INTO inviters (member_id, who, accepted, unknown, spam, version) VALUES ($1, $2, 0, 0, 0, 1)
		ON CONFLICT (member_id) DO UPDATE SET version = inviters.version + 1 RETURNING who, accepted, unknown, spam`, member, Everybody).
		Scan(&v.who, &v.accepted, &unknown, &spam)
	v.refused = unknown + spam
	return v, err
}

func loadInviter(ctx context.Context, q db.Querier, member int64) (inviter, error) {
	var (
		v             inviter
		unknown, spam int
	)
	ok, err := db.One(q.QueryRow(ctx, `SELECT who, accepted, unknown, spam FROM inviters WHERE member_id = $1`, member), &v.who, &v.accepted, &unknown, &spam)
	if !ok || !v.who.Valid() {
		v.who = Everybody
	}
	v.refused = unknown + spam
	return v, err
}

func saveWho(ctx context.Context, tx *db.Tx, member int64, w Who) error {
	_, err := tx.Exec(ctx, `INSERT INTO inviters (member_id, who, accepted, unknown, spam, version) VALUES ($1, $2, 0, 0, 0, 1)
		ON CONFLICT (member_id) DO UPDATE SET who = excluded.who, version = inviters.version + 1`, member, w)
	return err
}

// countAnswer adds n answers to the standing of whoever sent the invitation.
func countAnswer(ctx context.Context, tx *db.Tx, sender int64, act Act, n int) error {
	var accepted, unknown, spam int
	switch act {
	case ActAccept, ActCross:
		accepted = n
	case ActUnknown:
		unknown = n
	case ActSpam:
		spam = n
	default:
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO inviters (member_id, who, accepted, unknown, spam, version) VALUES ($1, $2, $3, $4, $5, 1)
		ON CONFLICT (member_id) DO UPDATE SET accepted = inviters.accepted + excluded.accepted, unknown = inviters.unknown + excluded.unknown,
		spam = inviters.spam + excluded.spam, version = inviters.version + 1`, sender, Everybody, accepted, unknown, spam)
	return err
}

// loadStanding counts the sender's own mirrors; the answers come from their row.
func loadStanding(ctx context.Context, q db.Querier, sender int64, by inviter, now time.Time, l Limits) (Standing, error) {
	s := Standing{Accepted: by.accepted, Refused: by.refused}
	var oldest, newest int64
	_, err := db.One(q.QueryRow(ctx, `SELECT count(*) FILTER (WHERE sent_at > $2), coalesce(min(sent_at) FILTER (WHERE sent_at > $2), 0),
		coalesce(max(sent_at) FILTER (WHERE sent_at > $2), 0), count(*) FILTER (WHERE state = 2),
		count(*) FILTER (WHERE sent_at <= $3), count(*) FILTER (WHERE sent_at <= $3 AND state = 3)
		FROM sent_invitations WHERE member_id = $1 AND sent_at > $4`,
		sender, micro(now.Add(-week)), micro(now.Add(-l.Seasoned)), micro(now.Add(-max(l.Memory, l.Life)))),
		&s.Week, &oldest, &newest, &s.Pending, &s.Seasoned, &s.Taken)
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

// loadOpenPeers reads both sides by their indexes on state.
func loadOpenPeers(ctx context.Context, q db.Querier, member int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT sender_id FROM invitations WHERE member_id = $1 AND state = $2
		UNION SELECT receiver_id FROM sent_invitations WHERE member_id = $1 AND state = $2`, member, Pending)
	return db.All(rows, err, func(r *sql.Rows) (peer int64, err error) {
		err = r.Scan(&peer)
		return peer, err
	})
}
