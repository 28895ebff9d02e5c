package invite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/page"
)

// The truth of an invitation is a row of its receiver, read by primary key; the
// sender's mirror has the same id.
const invitationColumns = `member_id, id, sender_id, state, reason, sub, note, sent_at, closed_at, expires_at, version`

func scanInvitation(r *sql.Rows) (v Invitation, err error) {
	var sent, closed, expires int64
	err = r.Scan(&v.Receiver, &v.ID, &v.Sender, &v.State, &v.Reason, &v.Sub, &v.Note, &sent, &closed, &expires, &v.Version)
	v.SentAt, v.ClosedAt, v.ExpiresAt = fromMicro(sent), fromMicro(closed), fromMicro(expires)
	return v, err
}

const mirrorColumns = `member_id, id, receiver_id, state, reason, sub, note, sent_at, closed_at, version`

func scanMirror(r *sql.Rows) (v Invitation, err error) {
	var sent, closed int64
	err = r.Scan(&v.Sender, &v.ID, &v.Receiver, &v.State, &v.Reason, &v.Sub, &v.Note, &sent, &closed, &v.Version)
	v.SentAt, v.ClosedAt = fromMicro(sent), fromMicro(closed)
	return v, err
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func first[T any](vs []T, err error) (v T, ok bool, _ error) {
	if err != nil || len(vs) == 0 {
		return v, false, err
	}
	return vs[0], true, nil
}

// loadReceived reads one invitation by its receiver.
func loadReceived(ctx context.Context, q db.Querier, receiver, id int64) (Invitation, bool, error) {
	rows, err := q.Query(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE member_id = $1 AND id = $2`, receiver, id)
	return first(db.All(rows, err, scanInvitation))
}

// loadSent reads one mirror by its sender.
func loadSent(ctx context.Context, q db.Querier, sender, id int64) (Invitation, bool, error) {
	rows, err := q.Query(ctx, `SELECT `+mirrorColumns+` FROM sent_invitations WHERE member_id = $1 AND id = $2`, sender, id)
	return first(db.All(rows, err, scanMirror))
}

// openMirror finds what sender sees waiting at receiver: over the sender's
// pending rows through sent_invitations_state, Limits.Pending at most.
func openMirror(ctx context.Context, q db.Querier, sender, receiver int64) (Invitation, bool, error) {
	rows, err := q.Query(ctx, `SELECT `+mirrorColumns+` FROM sent_invitations
		WHERE member_id = $1 AND state = $2 AND receiver_id = $3 ORDER BY id DESC LIMIT 1`, sender, Pending, receiver)
	return first(db.All(rows, err, scanMirror))
}

const insertInvitation = `INSERT INTO invitations (member_id, id, sender_id, state, reason, sub, note, sent_at, closed_at, expires_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`

const insertMirror = `INSERT INTO sent_invitations (member_id, id, receiver_id, state, reason, sub, note, sent_at, closed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`

// insert writes a new invitation and its mirror, in the same state.
func insert(ctx context.Context, tx *db.Tx, v Invitation) error {
	_, err := tx.Exec(ctx, insertInvitation, v.Receiver, v.ID, v.Sender, v.State, v.Reason, v.Sub, v.Note, micro(v.SentAt), micro(v.ClosedAt), micro(v.ExpiresAt))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertMirror, v.Sender, v.ID, v.Receiver, v.State, v.Reason, v.Sub, v.Note, micro(v.SentAt), micro(v.ClosedAt))
	return err
}

// save moves an invitation on from the version it was read at; somebody faster
// is a Conflict.
func save(ctx context.Context, tx *db.Tx, v Invitation) error {
	n, err := tx.Exec(ctx, `UPDATE invitations SET state = $1, closed_at = $2, expires_at = $3, version = version + 1
		WHERE member_id = $4 AND id = $5 AND version = $6`, v.State, micro(v.ClosedAt), micro(v.ExpiresAt), v.Receiver, v.ID, v.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This invitation was changed a moment ago. Please look again.")
	}
	return err
}

// saveMirror shows the sender a state, closed now unless it waits again.
func saveMirror(ctx context.Context, tx *db.Tx, v Invitation, s State) error {
	closed := micro(tx.Now)
	if s == Pending {
		closed = 0
	}
	_, err := tx.Exec(ctx, `UPDATE sent_invitations SET state = $1, closed_at = $2, version = version + 1 WHERE member_id = $3 AND id = $4`,
		s, closed, v.Sender, v.ID)
	return err
}

// event is one transition as it is recorded, for ever.
type event struct {
	version  int64
	from, to State
	act      Act
	actor    int64
}

func insertEvent(ctx context.Context, tx *db.Tx, v Invitation, e event) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_events (member_id, invitation_id, version, from_state, to_state, act, actor_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, v.Receiver, v.ID, e.version, e.from, e.to, string(e.act), e.actor, micro(tx.Now))
	return err
}

// loadOpen reads a receiver's pending invitations through invitations_state,
// newest first or oldest first.
func loadOpen(ctx context.Context, q db.Querier, receiver int64, now time.Time, oldest bool, limit int) ([]Invitation, error) {
	order := ` ORDER BY sent_at DESC, id DESC LIMIT $4`
	if oldest {
		order = ` ORDER BY sent_at, id LIMIT $4`
	}
	rows, err := q.Query(ctx, `SELECT `+invitationColumns+` FROM invitations
		WHERE member_id = $1 AND state = $2 AND expires_at > $3`+order, receiver, Pending, micro(now), limit)
	return db.All(rows, err, scanInvitation)
}

// loadAnswered reads what a receiver has answered or let expire, the last
// answered first, over the receiver's own rows.
func loadAnswered(ctx context.Context, q db.Querier, receiver int64, after page.Cursor, limit int) ([]Invitation, error) {
	key, id := start(after)
	rows, err := q.Query(ctx, `SELECT `+invitationColumns+` FROM invitations
		WHERE member_id = $1 AND state IN (3, 4, 6, 8, 9) AND (closed_at, id) < ($2, $3) ORDER BY closed_at DESC, id DESC LIMIT $4`, receiver, key, id, limit)
	return db.All(rows, err, scanInvitation)
}

// loadMirrors reads a sender's mirrors, waiting or ended, the last sent first or last.
func loadMirrors(ctx context.Context, q db.Querier, sender int64, ended, oldest bool, after page.Cursor, limit int) ([]Invitation, error) {
	key, id := start(after)
	states := `state = 2`
	if ended {
		states = `state IN (3, 5, 6)`
	}
	if oldest { // the zero cursor comes before all of them
		rows, err := q.Query(ctx, `SELECT `+mirrorColumns+` FROM sent_invitations
			WHERE member_id = $1 AND `+states+` AND (sent_at, id) > ($2, $3) ORDER BY sent_at, id LIMIT $4`, sender, after.Key, after.ID, limit)
		return db.All(rows, err, scanMirror)
	}
	rows, err := q.Query(ctx, `SELECT `+mirrorColumns+` FROM sent_invitations
		WHERE member_id = $1 AND `+states+` AND (sent_at, id) < ($2, $3) ORDER BY sent_at DESC, id DESC LIMIT $4`, sender, key, id, limit)
	return db.All(rows, err, scanMirror)
}

// loadNotes reads what a sender wrote since a moment, over the sender's own rows:
// no more than a week's limit of them.
func loadNotes(ctx context.Context, q db.Querier, sender int64, since time.Time) ([]Invitation, error) {
	rows, err := q.Query(ctx, `SELECT `+mirrorColumns+` FROM sent_invitations WHERE member_id = $1 AND sent_at > $2 AND note <> ''`, sender, micro(since))
	return db.All(rows, err, scanMirror)
}

func start(c page.Cursor) (key, id int64) {
	if c.IsZero() {
		return 1 << 62, 1 << 62
	}
	return c.Key, c.ID
}

// loadOpenSenders reads who sent a receiver's pending invitations, through
// invitations_state, newest first.
func loadOpenSenders(ctx context.Context, q db.Querier, receiver int64, now time.Time, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT sender_id FROM invitations
		WHERE member_id = $1 AND state = $2 AND expires_at > $3 ORDER BY sent_at DESC, id DESC LIMIT $4`, receiver, Pending, micro(now), limit)
	return db.All(rows, err, db.ScanID)
}

// loadDue reads invitations whose time is over and that the sender still sees
// pending, through invitations_expiry. It looks at all owners: it is the sweep
// of a periodic task, never a page.
func loadDue(ctx context.Context, q db.Querier, now time.Time, limit int) ([]Invitation, error) {
	rows, err := q.Query(ctx, `SELECT `+invitationColumns+` FROM invitations
		WHERE state IN (2, 4, 8, 9) AND expires_at > 0 AND expires_at <= $1 ORDER BY expires_at LIMIT $2`, micro(now), limit)
	return db.All(rows, err, scanInvitation)
}

// Modes of a sender's fact with an invitation.
const (
	released = 1 // shown to the receiver though its section is closed
	leftOut  = 2 // counts for nothing though the receiver may see it
)

// SharedConnections stands among fact ids for the connections that both have.
const SharedConnections int64 = 0

func insertFact(ctx context.Context, tx *db.Tx, v Invitation, fact, version int64, mode int) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_facts (member_id, invitation_id, fact_id, version, mode) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (member_id, invitation_id, fact_id) DO NOTHING`, v.Receiver, v.ID, fact, version, mode)
	return err
}

// choice is what a sender released and left out with one invitation.
type choice struct {
	released map[int64]int64 // the version in which it was, 0 for any
	leftOut  map[int64]bool
}

// loadChoices reads the choices that came with a receiver's invitations, by
// invitation. One statement.
func loadChoices(ctx context.Context, q db.Querier, receiver int64, ids []int64) (map[int64]choice, error) {
	out := make(map[int64]choice, len(ids))
	list, args := db.In(2, ids)
	rows, err := q.Query(ctx, `SELECT invitation_id, fact_id, version, mode FROM invitation_facts WHERE member_id = $1 AND invitation_id IN `+list,
		append([]any{receiver}, args...)...)
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var (
			id, fact, version int64
			mode              int
		)
		err = r.Scan(&id, &fact, &version, &mode)
		out[id] = out[id].with(fact, version, mode)
		return struct{}{}, err
	})
	return out, err
}

func (c choice) with(fact, version int64, mode int) choice {
	if c.released == nil {
		c = choice{released: map[int64]int64{}, leftOut: map[int64]bool{}}
	}
	if mode == released {
		c.released[fact] = version
	} else {
		c.leftOut[fact] = true
	}
	return c
}

func insertReply(ctx context.Context, tx *db.Tx, v Invitation, r Reply) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_replies (member_id, invitation_id, id, author_id, body, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.Receiver, v.ID, r.ID, r.Author, r.Body, micro(r.At))
	return err
}

// loadReplies reads the threads of some invitations, oldest first. The owners
// are the receivers: one for an inbox, several for what somebody sent.
func loadReplies(ctx context.Context, q db.Querier, receivers, ids []int64) (map[int64][]Reply, error) {
	out := make(map[int64][]Reply, len(ids))
	owners, args := db.In(1, receivers)
	list, more := db.In(1+len(args), ids)
	rows, err := q.Query(ctx, `SELECT invitation_id, id, author_id, body, at FROM invitation_replies
		WHERE member_id IN `+owners+` AND invitation_id IN `+list+` ORDER BY id`, append(args, more...)...)
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var (
			inv, at int64
			v       Reply
		)
		err = r.Scan(&inv, &v.ID, &v.Author, &v.Body, &at)
		v.At = fromMicro(at)
		out[inv] = append(out[inv], v)
		return struct{}{}, err
	})
	return out, err
}

// deleteDraft forgets what a sender had begun to write to a receiver.
func deleteDraft(ctx context.Context, tx *db.Tx, sender, receiver int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM invitation_drafts WHERE member_id = $1 AND receiver_id = $2`, sender, receiver)
	return err
}

func saveDraft(ctx context.Context, tx *db.Tx, sender, receiver int64, d Letter) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_drafts (member_id, receiver_id, reason, sub, note, facts, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (member_id, receiver_id) DO UPDATE SET
		reason = excluded.reason, sub = excluded.sub, note = excluded.note, facts = excluded.facts, updated_at = excluded.updated_at`,
		sender, receiver, d.Reason, d.Sub, d.Note, packFacts(d), micro(tx.Now))
	return err
}

func loadDraft(ctx context.Context, q db.Querier, sender, receiver int64) (d Letter, ok bool, err error) {
	var facts string
	ok, err = db.One(q.QueryRow(ctx, `SELECT reason, sub, note, facts FROM invitation_drafts WHERE member_id = $1 AND receiver_id = $2`, sender, receiver),
		&d.Reason, &d.Sub, &d.Note, &facts)
	d.Release, d.LeaveOut = unpackFacts(facts)
	return d, ok, err
}

// packFacts writes the chosen facts of a draft: "+id" released, "-id" left out.
func packFacts(d Letter) string {
	var words []string
	for _, f := range d.Release {
		words = append(words, "+"+formatID(f))
	}
	for _, f := range d.LeaveOut {
		words = append(words, "-"+formatID(f))
	}
	return strings.Join(words, " ")
}

func unpackFacts(s string) (release, leaveOut []int64) {
	for w := range strings.FieldsSeq(s) {
		id, ok := parseID(w[1:])
		switch {
		case ok && w[0] == '+':
			release = append(release, id)
		case ok && w[0] == '-':
			leaveOut = append(leaveOut, id)
		}
	}
	return release, leaveOut
}

// pastBetween reads ended invitations between a member and others, with what was
// written, but those withdrawn, which never were: those received by invitations_state, those sent by sent_invitations_receiver.
const pastBetween = `SELECT i.sender_id AS other, i.state, i.closed_at, i.note <> '' AS noted, r.author_id, r.at
FROM invitations i LEFT JOIN invitation_replies r ON r.member_id = i.member_id AND r.invitation_id = i.id
WHERE i.member_id = $1 AND i.state IN (3, 4, 6) AND i.sender_id IN %[1]s
UNION ALL SELECT s.receiver_id, s.state, s.closed_at, s.note <> '', r.author_id, r.at
FROM sent_invitations s LEFT JOIN invitation_replies r ON r.member_id = s.receiver_id AND r.invitation_id = s.id
WHERE s.member_id = $1 AND s.state IN (3, 6) AND s.receiver_id IN %[1]s`

func loadPast(ctx context.Context, q db.Querier, me int64, others []int64) (map[int64]past, error) {
	out := make(map[int64]past, len(others))
	wrote := map[[2]int64]bool{} // (other, author)
	list, args := db.In(2, others)
	rows, err := q.Query(ctx, fmt.Sprintf(pastBetween, list), append([]any{me}, args...)...)
	_, err = db.All(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var (
			other, closed int64
			state         State
			noted         bool
			author, at    sql.NullInt64
		)
		if err = r.Scan(&other, &state, &closed, &noted, &author, &at); err != nil {
			return
		}
		p := out[other]
		if state == Accepted {
			p.accepted = fromMicro(max(closed, micro(p.accepted)))
		}
		if author.Valid {
			p.messages++
			p.last = fromMicro(max(at.Int64, micro(p.last)))
			wrote[[2]int64{other, author.Int64}] = true
			p.bothWrote = p.bothWrote || noted || wrote[[2]int64{other, me}] && wrote[[2]int64{other, other}]
		}
		out[other] = p
		return
	})
	return out, err
}

// loadDrafts lists a sender's drafts, the last kept first; of each receiver the id
// alone is known.
func loadDrafts(ctx context.Context, q db.Querier, sender int64, limit int) ([]Drafted, error) {
	rows, err := q.Query(ctx, `SELECT receiver_id, reason, sub, note, updated_at FROM invitation_drafts
		WHERE member_id = $1 ORDER BY updated_at DESC, receiver_id LIMIT $2`, sender, limit)
	return db.All(rows, err, func(r *sql.Rows) (d Drafted, err error) {
		var at int64
		err = r.Scan(&d.To.ID, &d.Reason, &d.Sub, &d.Note, &at)
		d.At = fromMicro(at)
		return d, err
	})
}

// stillCooling joins what a sender withdrew with whoever asked the sender since, both read
// once: neither side is small for everybody.
const stillCooling = `SELECT ` + mirrorColumns + ` FROM sent_invitations s LEFT JOIN
	(SELECT sender_id, max(sent_at) AS asked_at FROM invitations WHERE member_id = $1 AND sent_at > $2 GROUP BY sender_id) a ON a.sender_id = s.receiver_id
WHERE s.member_id = $1 AND s.state = 5 AND s.closed_at > $2 AND (a.asked_at IS NULL OR a.asked_at < s.closed_at)
ORDER BY s.closed_at, s.id LIMIT $3`

// loadCooling lists what a sender withdrew since a moment, the first first, without
// those who have asked the sender since: that ends a cool-down.
func loadCooling(ctx context.Context, q db.Querier, sender int64, since time.Time, limit int) ([]Invitation, error) {
	rows, err := q.Query(ctx, stillCooling, sender, micro(since), limit)
	return db.All(rows, err, scanMirror)
}
