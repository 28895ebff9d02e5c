package profile

import (
	"context"
	"database/sql"

	"guildhall/internal/db"
)

// ContactsOf returns what members show of one kind ("email"), in their order,
// with one statement per db.MaxIn members. It does not ask who is looking: it is
// for imports, which must not add twice what is there.
func (s *Service) ContactsOf(ctx context.Context, q db.Querier, members []int64, kind string) (map[int64][]string, error) {
	out := make(map[int64][]string, len(members))
	err := db.Chunks(members, func(members []int64) error {
		list, args := db.In(2, members)
		rows, err := q.Query(ctx, `SELECT member_id, value FROM profile_contacts
			WHERE kind = $1 AND member_id IN `+list+` ORDER BY member_id, ordinal, id`, append([]any{kind}, args...)...)
		_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
			var (
				m int64
				v string
			)
			err := r.Scan(&m, &v)
			out[m] = append(out[m], v)
			return struct{}{}, err
		})
		return err
	})
	return out, err
}
