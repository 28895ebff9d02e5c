package invite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/page"
)

// parted is the outcome of an acceptance whose tie ended within Regret. All others
// are the state that the answer led to.
const parted State = 0

// loadWaiting reads those of a receiver's invitations that wait.
func loadWaiting(ctx context.Context, q db.Querier, receiver int64, ids []int64) ([]Invitation, error) {
	list, args := db.In(3, ids)
	rows, err := q.Query(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE member_id = $1 AND state = $2 AND id IN `+list,
		append([]any{receiver, Pending}, args...)...)
	return db.All(rows, err, scanInvitation)
}

func insertAnswer(ctx context.Context, tx *db.Tx, v Invitation, seen string) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_answers (member_id, invitation_id, outcome, at, seen) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (member_id, invitation_id) DO UPDATE SET outcome = excluded.outcome, at = excluded.at, seen = excluded.seen`,
		v.Receiver, v.ID, v.State, micro(tx.Now), seen)
	return err
}

// changeAnswer changes the outcome of an answer that stands as it was read.
func changeAnswer(ctx context.Context, tx *db.Tx, receiver, id int64, from, to State) error {
	_, err := tx.Exec(ctx, `UPDATE invitation_answers SET outcome = $1 WHERE member_id = $2 AND invitation_id = $3 AND outcome = $4`, to, receiver, id, from)
	return err
}

func deleteAnswer(ctx context.Context, tx *db.Tx, v Invitation) error {
	_, err := tx.Exec(ctx, `DELETE FROM invitation_answers WHERE member_id = $1 AND invitation_id = $2`, v.Receiver, v.ID)
	return err
}

// given is one answer as it is learned from.
type given struct {
	Receiver, ID int64
	Outcome      State
	At           time.Time
	Seen         string
}

// place is where the next page after an answer begins.
func (g given) place() page.Cursor { return page.Cursor{Key: micro(g.At), ID: g.ID} }

// loadGiven reads answers before a place, the newest first, through
// invitation_answers_at. Like all below it looks at all owners: periodic tasks call it,
// never a page.
func loadGiven(ctx context.Context, q db.Querier, before page.Cursor, limit int) ([]given, error) {
	rows, err := q.Query(ctx, `SELECT member_id, invitation_id, outcome, at, seen FROM invitation_answers
		WHERE (at, invitation_id) < ($1, $2) ORDER BY at DESC, invitation_id DESC LIMIT $3`, before.Key, before.ID, limit)
	return db.All(rows, err, func(r *sql.Rows) (g given, err error) {
		var at int64
		err = r.Scan(&g.Receiver, &g.ID, &g.Outcome, &at, &g.Seen)
		g.At = fromMicro(at)
		return g, err
	})
}

// accepted is an acceptance whose tie is still looked after.
type accepted struct {
	given
	Sender int64
}

// loadAccepted reads acceptances after a place, the oldest first.
func loadAccepted(ctx context.Context, q db.Querier, after page.Cursor, limit int) ([]accepted, error) {
	rows, err := q.Query(ctx, `SELECT a.member_id, a.invitation_id, a.at, i.sender_id FROM invitation_answers a
		JOIN invitations i ON i.member_id = a.member_id AND i.id = a.invitation_id
		WHERE a.outcome = $1 AND (a.at, a.invitation_id) > ($2, $3) ORDER BY a.at, a.invitation_id LIMIT $4`, Accepted, after.Key, after.ID, limit)
	return db.All(rows, err, func(r *sql.Rows) (a accepted, err error) {
		var at int64
		err = r.Scan(&a.Receiver, &a.ID, &at, &a.Sender)
		a.At = fromMicro(at)
		return a, err
	})
}

// deleteOldAnswers deletes some answers given before a moment.
func deleteOldAnswers(ctx context.Context, tx *db.Tx, before time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM invitation_answers WHERE (member_id, invitation_id) IN
		(SELECT member_id, invitation_id FROM invitation_answers WHERE at < $1 ORDER BY at LIMIT $2)`, micro(before), limit)
}

// deleteAnswersOf deletes all answers of some members.
func deleteAnswersOf(ctx context.Context, tx *db.Tx, members []int64) error {
	list, args := db.In(1, members)
	_, err := tx.Exec(ctx, `DELETE FROM invitation_answers WHERE member_id IN `+list, args...)
	return err
}

// theWeights is the id of the one row of learned_weights.
const theWeights = 1

// loadWeights reads the learned weights; before anything was reckoned they are
// wanted and lack answers.
func loadWeights(ctx context.Context, q db.Querier) (Weights, error) {
	w := Weights{Wanted: true}
	var (
		wanted  int
		through int64
		result  string
	)
	ok, err := db.One(q.QueryRow(ctx, `SELECT wanted, through, result FROM learned_weights WHERE id = $1`, theWeights), &wanted, &through, &result)
	if err != nil || !ok {
		return w, err
	}
	w.Wanted, w.Through = wanted != 0, fromMicro(through)
	if result != "" {
		err = json.Unmarshal([]byte(result), &w.Reckoned)
	}
	return w, err
}

func saveReckoned(ctx context.Context, tx *db.Tx, through time.Time, r Reckoned) error {
	text, err := json.Marshal(r)
	if err == nil {
		_, err = tx.Exec(ctx, `INSERT INTO learned_weights (id, wanted, through, result) VALUES ($1, 1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET through = excluded.through, result = excluded.result`, theWeights, micro(through), string(text))
	}
	return err
}

func saveWanted(ctx context.Context, tx *db.Tx, wanted bool) error {
	n := 0
	if wanted {
		n = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO learned_weights (id, wanted, through, result) VALUES ($1, $2, 0, '')
		ON CONFLICT (id) DO UPDATE SET wanted = excluded.wanted`, theWeights, n)
	return err
}
