package profile

import (
	"context"
	"database/sql"

	"guildhall/internal/db"
	"guildhall/internal/id"
)

// loadTexts reads a member's texts and contacts, and the texts of another when
// that isn't 0, with one statement: one row for each text and each contact. A
// member who never wrote anything has no row, which reads as empty.
func loadTexts(ctx context.Context, q db.Querier, owner, other int64) (map[int64]Texts, []Contact, error) {
	const query = `SELECT member_id, about, glad, open_to, version, 0, '', '', 0 FROM profiles WHERE member_id IN ($1, $2)
		UNION ALL SELECT member_id, '', '', 0, 0, id, kind, value, ordinal FROM profile_contacts WHERE member_id = $1
		ORDER BY 9, 6`
	texts := make(map[int64]Texts, 2)
	var cs []Contact
	rows, err := q.Query(ctx, query, owner, other)
	_, err = db.All(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var (
			member, ordinal int64
			t               Texts
			c               Contact
		)
		if err = r.Scan(&member, &t.About, &t.Glad, &t.OpenTo, &t.Version, &c.ID, &c.Kind, &c.Value, &ordinal); err != nil {
			return none, err
		}
		if c.ID == 0 {
			texts[member] = t
		} else {
			cs = append(cs, c)
		}
		return none, nil
	})
	return texts, cs, err
}

// saveTexts writes the texts if nobody else has since version; ok is false when
// somebody has.
func saveTexts(ctx context.Context, tx *db.Tx, owner int64, t Texts) (ok bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO profiles (member_id, about, glad, open_to, version, updated_at) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (member_id) DO UPDATE SET about = excluded.about, glad = excluded.glad, open_to = excluded.open_to,
		version = profiles.version + 1, updated_at = excluded.updated_at WHERE profiles.version = $6`,
		owner, t.About, t.Glad, int64(t.OpenTo), tx.Now.UnixMicro(), t.Version)
	return n == 1, err
}

func loadOpenTo(ctx context.Context, q db.Querier, members []int64) (map[int64]OpenTo, error) {
	out := make(map[int64]OpenTo, len(members))
	err := db.Chunks(members, func(ids []int64) error {
		list, args := db.In(1, ids)
		rows, err := q.Query(ctx, `SELECT member_id, open_to FROM profiles WHERE member_id IN `+list, args...)
		_, err = db.All(rows, err, func(r *sql.Rows) (none struct{}, err error) {
			var (
				m int64
				o OpenTo
			)
			err = r.Scan(&m, &o)
			out[m] = o
			return none, err
		})
		return err
	})
	return out, err
}

func insertContacts(ctx context.Context, tx *db.Tx, member int64, kind string, values []string) error {
	var have int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM profile_contacts WHERE member_id = $1`, member).Scan(&have); err != nil {
		return err
	}
	for i, v := range values {
		_, err := tx.Exec(ctx, `INSERT INTO profile_contacts (member_id, id, kind, value, ordinal) VALUES ($1, $2, $3, $4, $5)`,
			member, id.New(), kind, v, have+int64(i)+1)
		if err != nil {
			return err
		}
	}
	return nil
}

func replaceContacts(ctx context.Context, tx *db.Tx, member int64, cs []Contact) error {
	if _, err := tx.Exec(ctx, `DELETE FROM profile_contacts WHERE member_id = $1`, member); err != nil {
		return err
	}
	for i, c := range cs {
		_, err := tx.Exec(ctx, `INSERT INTO profile_contacts (member_id, id, kind, value, ordinal) VALUES ($1, $2, $3, $4, $5)`,
			member, id.New(), c.Kind, c.Value, i+1)
		if err != nil {
			return err
		}
	}
	return nil
}
