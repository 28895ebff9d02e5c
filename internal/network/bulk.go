package network

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
)

// Edge is one tie to import.
type Edge struct {
	A, B  int64
	Since time.Time
}

// bulkRows is how many ties one statement inserts: 2 rows of 3 parameters each,
// far below either database's limit.
const bulkRows = 500

// BulkConnect stores many ties as imported ones, both rows each, without follows
// and without facts: whoever imports appends FactImported once. Until then an
// index may lack them, so snapshots are void. Ties that exist are left alone, and so
// is who has blocked whom: an import that comes again doesn't undo that. It
// returns how many were new. Self-ties are the caller's fault and are left out.
func (s *Service) BulkConnect(ctx context.Context, tx *db.Tx, ties []Edge) (int64, error) {
	var n int64
	for len(ties) > 0 {
		k := min(len(ties), bulkRows)
		got, err := bulkInsert(ctx, tx, ties[:k])
		if err != nil {
			return n / 2, err
		}
		n += got
		ties = ties[k:]
	}
	if n == 0 {
		return 0, nil
	}
	return n / 2, newEpoch(ctx, tx)
}

func bulkInsert(ctx context.Context, tx *db.Tx, ties []Edge) (int64, error) {
	var b strings.Builder
	b.WriteString(`INSERT INTO connections (member_id, peer_id, since, reason, sub, invited_by, version)
		SELECT column1, column2, column3, '', '', 0, ` + ph(1) + ` FROM (VALUES `)
	args := append(make([]any, 0, 1+3*len(ties)), tx.Now.UnixMicro())
	for _, t := range ties {
		if t.A == t.B {
			continue
		}
		if len(args) > 1 {
			b.WriteByte(',')
		}
		x, y, at := ph(len(args)+1), ph(len(args)+2), ph(len(args)+3)
		b.WriteString("(" + x + "," + y + "," + at + "),(" + y + "," + x + "," + at + ")")
		args = append(args, min(t.A, t.B), max(t.A, t.B), t.Since.UnixMicro())
	}
	if len(args) == 1 {
		return 0, nil
	}
	b.WriteString(`) AS v WHERE NOT EXISTS (SELECT 1 FROM blocks k WHERE k.member_id = v.column1 AND k.peer_id = v.column2)
		ON CONFLICT (member_id, peer_id) DO NOTHING`)
	return tx.Exec(ctx, b.String(), args...)
}

// ph casts, since PostgreSQL cannot guess a parameter's type that is used twice.
func ph(n int) string { return "CAST($" + strconv.Itoa(n) + " AS BIGINT)" }
