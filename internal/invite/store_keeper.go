package invite

import (
	"context"
	"database/sql"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/page"
)

// loadBook reads all own reasons, a table of a few dozen rows.
func loadBook(ctx context.Context, q db.Querier) (Book, error) {
	rows, err := q.Query(ctx, `SELECT code, label, hint, kin, retired, version FROM own_reasons ORDER BY made_at, code`)
	return db.All(rows, err, func(r *sql.Rows) (o OwnReason, err error) {
		var retired int
		err = r.Scan(&o.Code, &o.Label, &o.Hint, &o.Kin, &retired, &o.Version)
		o.Retired = retired != 0
		return o, err
	})
}

func insertOwn(ctx context.Context, tx *db.Tx, r OwnReason) error {
	_, err := tx.Exec(ctx, `INSERT INTO own_reasons (code, label, hint, kin, retired, made_at, version) VALUES ($1, $2, $3, $4, 0, $5, 1)`,
		r.Code, r.Label, r.Hint, string(r.Kin), micro(tx.Now))
	return err
}

// updateOwn moves a reason on from the version it was read at.
func updateOwn(ctx context.Context, tx *db.Tx, r OwnReason) error {
	retired := 0
	if r.Retired {
		retired = 1
	}
	n, err := tx.Exec(ctx, `UPDATE own_reasons SET label = $1, hint = $2, kin = $3, retired = $4, version = version + 1 WHERE code = $5 AND version = $6`,
		r.Label, r.Hint, string(r.Kin), retired, r.Code, r.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "This reason was changed a moment ago. Please look again.")
	}
	return err
}

// insertReport keeps a report of spam for the keeper.
func insertReport(ctx context.Context, tx *db.Tx, v Invitation) error {
	_, err := tx.Exec(ctx, `INSERT INTO invitation_reports (member_id, invitation_id, sender_id, at, seen_at) VALUES ($1, $2, $3, $4, 0)
		ON CONFLICT (member_id, invitation_id) DO NOTHING`, v.Receiver, v.ID, v.Sender, micro(tx.Now))
	return err
}

// loadReports reads reports, the newest first, through invitation_reports_at. It
// looks at all owners: it is the keeper's page, never a member's.
func loadReports(ctx context.Context, q db.Querier, after page.Cursor, limit int) ([]Report, error) {
	key, id := start(after)
	rows, err := q.Query(ctx, `SELECT r.member_id, r.invitation_id, r.sender_id, r.at, r.seen_at, i.reason, i.sub, i.note, i.sent_at
		FROM invitation_reports r JOIN invitations i ON i.member_id = r.member_id AND i.id = r.invitation_id
		WHERE (r.at, r.invitation_id) < ($1, $2) ORDER BY r.at DESC, r.invitation_id DESC LIMIT $3`, key, id, limit)
	return db.All(rows, err, func(r *sql.Rows) (v Report, err error) {
		var at, seen, sent int64
		err = r.Scan(&v.Receiver, &v.ID, &v.Sender, &at, &seen, &v.Reason, &v.Sub, &v.Note, &sent)
		v.At, v.SeenAt, v.SentAt = fromMicro(at), fromMicro(seen), fromMicro(sent)
		return v, err
	})
}

// markSeen marks a report that the keeper has looked at; 0 rows: it isn't there.
func markSeen(ctx context.Context, tx *db.Tx, receiver, id int64) (int64, error) {
	return tx.Exec(ctx, `UPDATE invitation_reports SET seen_at = $1 WHERE member_id = $2 AND invitation_id = $3`, micro(tx.Now), receiver, id)
}
