package network

import (
	"context"
	"database/sql"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/page"
)

// Directions of follows and blocks: each is stored under both members.
const (
	outgoing = 1 // the row's member did it
	incoming = 2 // it was done to the row's member
)

func lockPair(ctx context.Context, tx *db.Tx, lo, hi int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO pairs (lo_id, hi_id, version) VALUES ($1, $2, 1)
		ON CONFLICT (lo_id, hi_id) DO UPDATE SET version = pairs.version + 1`, lo, hi)
	return err
}

const insertConnection = `INSERT INTO connections (member_id, peer_id, since, reason, sub, invited_by, said_by, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $3) ON CONFLICT (member_id, peer_id) DO NOTHING`

// insertPair writes both rows, (lo, hi) then (hi, lo), and returns how many were new. A
// tie begins at the version of its moment, in microseconds, and what is said on it adds
// one: so a form that was opened on an earlier tie of the pair changes nothing on it. The
// pair's own version would tell each how much the other did unseen.
func insertPair(ctx context.Context, tx *db.Tx, lo, hi int64, how How) (int64, error) {
	at, said := tx.Now.UnixMicro(), how.InvitedBy
	if how.Reason == "" {
		said = 0
	}
	n, err := tx.Exec(ctx, insertConnection, lo, hi, at, how.Reason, how.Sub, how.InvitedBy, said)
	if err != nil {
		return 0, err
	}
	m, err := tx.Exec(ctx, insertConnection, hi, lo, at, how.Reason, how.Sub, how.InvitedBy, said)
	return n + m, err
}

// updatePair saves on both sides, (lo, hi) then (hi, lo), how me and a connection know
// each other, and raises the version.
func updatePair(ctx context.Context, tx *db.Tx, me int64, c Connection) error {
	for _, p := range [][2]int64{{min(me, c.Peer), max(me, c.Peer)}, {max(me, c.Peer), min(me, c.Peer)}} {
		_, err := tx.Exec(ctx, `UPDATE connections SET reason = $3, sub = $4, said_by = $5, confirmed = $6, version = $7
			WHERE member_id = $1 AND peer_id = $2`, p[0], p[1], c.Reason, c.Sub, c.SaidBy, c.Confirmed, c.Version+1)
		if err != nil {
			return err
		}
	}
	return nil
}

// deletePair removes both rows of a tie and the follows both ways; it returns
// how many connection rows there were.
func deletePair(ctx context.Context, tx *db.Tx, a, b int64) (int64, error) {
	var n int64
	for _, p := range [][2]int64{{min(a, b), max(a, b)}, {max(a, b), min(a, b)}} {
		k, err := tx.Exec(ctx, `DELETE FROM connections WHERE member_id = $1 AND peer_id = $2`, p[0], p[1])
		if err != nil {
			return 0, err
		}
		n += k
		if _, err := tx.Exec(ctx, `DELETE FROM follows WHERE member_id = $1 AND peer_id = $2`, p[0], p[1]); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func insertFollows(ctx context.Context, tx *db.Tx, a, b int64) error {
	for _, p := range [][2]int64{{min(a, b), max(a, b)}, {max(a, b), min(a, b)}} {
		for _, d := range []int{outgoing, incoming} {
			_, err := tx.Exec(ctx, `INSERT INTO follows (member_id, direction, peer_id, since) VALUES ($1, $2, $3, $4)
				ON CONFLICT (member_id, direction, peer_id) DO NOTHING`, p[0], d, p[1], tx.Now.UnixMicro())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func insertBlock(ctx context.Context, tx *db.Tx, me, peer int64) error {
	const q = `INSERT INTO blocks (member_id, direction, peer_id, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (member_id, direction, peer_id) DO NOTHING`
	if _, err := tx.Exec(ctx, q, me, outgoing, peer, tx.Now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, q, peer, incoming, me, tx.Now.UnixMicro())
	return err
}

func deleteBlock(ctx context.Context, tx *db.Tx, me, peer int64) (int64, error) {
	const q = `DELETE FROM blocks WHERE member_id = $1 AND direction = $2 AND peer_id = $3`
	n, err := tx.Exec(ctx, q, me, outgoing, peer)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, q, peer, incoming, me)
	return n, err
}

func isBlocked(ctx context.Context, q db.Querier, a, b int64) (bool, error) {
	var one int
	return db.One(q.QueryRow(ctx, `SELECT 1 FROM blocks WHERE member_id = $1 AND peer_id = $2 LIMIT 1`, a, b), &one)
}

// IsBlocked reports whether either of two members has blocked the other, from a's
// own rows. One statement.
func (s *Service) IsBlocked(ctx context.Context, q db.Querier, a, b int64) (bool, error) {
	return isBlocked(ctx, q, a, b)
}

// Blocks returns everybody whom the member has blocked or who has blocked the
// member, from the truth. One statement.
func (s *Service) Blocks(ctx context.Context, member int64) ([]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT DISTINCT peer_id FROM blocks WHERE member_id = $1`, member)
	return db.All(rows, err, db.ScanID)
}

// Blocked returns whom the viewer has blocked, newest first.
func (s *Service) Blocked(ctx context.Context, v access.Viewer) ([]int64, error) {
	rows, err := s.db.Query(ctx, `SELECT peer_id FROM blocks WHERE member_id = $1 AND direction = $2 ORDER BY since DESC, peer_id`, v.Member(), outgoing)
	return db.All(rows, err, db.ScanID)
}

// Connected reports from a's own row whether a and b are connected. One statement.
func (s *Service) Connected(ctx context.Context, a, b int64) (bool, error) {
	_, ok, err := s.Tie(ctx, s.db, a, b)
	return ok, err
}

const connectionColumns = `peer_id, since, reason, sub, invited_by, said_by, confirmed, version`

// Tie returns the member's side of the tie with peer. One statement.
func (s *Service) Tie(ctx context.Context, q db.Querier, member, peer int64) (Connection, bool, error) {
	rows, err := q.Query(ctx, `SELECT `+connectionColumns+` FROM connections WHERE member_id = $1 AND peer_id = $2`, member, peer)
	cs, err := db.All(rows, err, scanConnection)
	if err != nil || len(cs) == 0 {
		return Connection{}, false, err
	}
	return cs[0], true, nil
}

// Connections lists a member's ties, newest first, from after a cursor (Key is
// Since in microseconds). One statement over the member's own rows.
func (s *Service) Connections(ctx context.Context, q db.Querier, member int64, after page.Cursor, limit int) ([]Connection, error) {
	key, id := after.Key, after.ID
	if after.IsZero() {
		key = 1 << 62
	}
	rows, err := q.Query(ctx, `SELECT `+connectionColumns+` FROM connections
		WHERE member_id = $1 AND (since < $2 OR (since = $2 AND peer_id > $3)) ORDER BY since DESC, peer_id LIMIT $4`, member, key, id, limit)
	return db.All(rows, err, scanConnection)
}

// allTies reads all of a member's ties, over the member's own rows.
func allTies(ctx context.Context, q db.Querier, member int64) ([]Connection, error) {
	rows, err := q.Query(ctx, `SELECT `+connectionColumns+` FROM connections WHERE member_id = $1`, member)
	return db.All(rows, err, scanConnection)
}

// CursorOf returns the place after a connection in Connections.
func CursorOf(c Connection) page.Cursor { return page.Cursor{Key: c.Since.UnixMicro(), ID: c.Peer} }

func scanConnection(r *sql.Rows) (c Connection, err error) {
	var since int64
	err = r.Scan(&c.Peer, &since, &c.Reason, &c.Sub, &c.InvitedBy, &c.SaidBy, &c.Confirmed, &c.Version)
	c.Since = time.UnixMicro(since).UTC()
	if c.SaidBy == 0 && c.Reason != "" { // of before it was kept
		c.SaidBy = c.InvitedBy
	}
	return c, err
}

// scanBatch is how many edges one statement of a full scan reads.
const scanBatch = 20_000

// edge is one stored row of a tie, with the tie's strength.
type edge struct {
	member, peer int64
	strength     uint32
}

// edges calls f with every stored row once, in key order, by keyset pages, so
// that no scan holds a snapshot open for long.
func edges(ctx context.Context, q db.Querier, f func(edge)) error {
	var m, p int64
	for {
		rows, err := q.Query(ctx, `SELECT member_id, peer_id, reason, sub, confirmed FROM connections
			WHERE (member_id, peer_id) > ($1, $2) ORDER BY member_id, peer_id LIMIT $3`, m, p, scanBatch)
		got, err := db.All(rows, err, scanEdge)
		if err != nil {
			return err
		}
		for _, e := range got {
			f(e)
		}
		if len(got) < scanBatch {
			return nil
		}
		m, p = got[len(got)-1].member, got[len(got)-1].peer
	}
}

func scanEdge(r *sql.Rows) (e edge, err error) {
	var reason, sub string
	var confirmed bool
	err = r.Scan(&e.member, &e.peer, &reason, &sub, &confirmed)
	e.strength = strength(reason, sub, confirmed)
	return e, err
}

// allBlocks reads every block once, as (who blocked, whom).
func allBlocks(ctx context.Context, q db.Querier) (pairs [][2]int64, err error) {
	var m, p int64
	for direction := 0; ; {
		rows, err := q.Query(ctx, `SELECT member_id, direction, peer_id FROM blocks
			WHERE (member_id, direction, peer_id) > ($1, $2, $3) ORDER BY member_id, direction, peer_id LIMIT $4`, m, direction, p, scanBatch)
		n := 0
		_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
			err := r.Scan(&m, &direction, &p)
			if n++; err == nil && direction == outgoing {
				pairs = append(pairs, [2]int64{m, p})
			}
			return struct{}{}, err
		})
		if err != nil || n < scanBatch {
			return pairs, err
		}
	}
}
