// Package journal is the log of what happened: an outbox written in the same
// transaction as the rows it tells of, and read in commit order by followers.
// It owns the log, its counters and the followers' cursors. It is not the truth,
// tables are: it may be pruned behind the slowest cursor, and every follower can
// rebuild from tables.
//
// Order is made, not assumed. A database sequence is not commit order: of two
// transactions that take 7 and 8, 8 may commit first, and a reader that has seen
// 8 never comes back for 7. So each part of the journal has a counter row, taken
// as the last statement of a transaction: whoever holds it commits before the
// next one gets its number, and a part's numbers are gapless in commit order on
// every database.
package journal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
)

// Facet says what kind of thing a fact changes, for followers that do not care
// which feature it came from. Bits are stored.
type Facet uint16

// The facets.
const (
	ChangesGraph  Facet = 1 << iota // connections, blocks
	ChangesTraits                   // what members have, seek and offer
	ChangesMember                   // name, headline, status, openness
	Notifies                        // somebody should hear of it
	Activity                        // may become an item in a feed
	ChangesLimits                   // what is closed to single members
	Unspoken                        // the peer may not learn of it, not even by what is made anew
)

// Fact is one thing that happened: a stored kind in the past tense, whose names
// never change ("invite.accepted"), and ids. It holds no text of a member; a
// follower re-reads the row it names.
type Fact struct {
	Kind    string
	Facets  Facet
	Owner   int64 // the member whose row changed; decides the part
	Peer    int64 // the other member, or 0
	Ref     int64 // the row, or 0
	Version int64 // the row's version after the change, or 0
}

// Entry is a fact with its place: part and gapless sequence.
type Entry struct {
	Fact
	Part int
	Seq  int64
	At   int64 // microseconds UTC
}

// pgParts is how many counters PostgreSQL has; SQLite has one writer and so one.
const pgParts = 64

func parts(k db.Kind) int {
	if k == db.Postgres {
		return pgParts
	}
	return 1
}

// part spreads owners over the counters by the id's random bits and its time.
func part(k db.Kind, owner int64) int {
	n := uint64(parts(k))
	return int((uint64(owner) * 0x9e3779b97f4a7c15 >> 32) % n)
}

// topic is the wake-up on the bus; it is a hint, the table is the truth.
const topic = "journal"

// Append writes facts to the journal. It must be the transaction's last
// statement and called once: it holds the part's counter until the commit. Facts
// of several parts take their counters in ascending order, so that two
// transactions never wait for each other. After the commit followers are woken.
func Append(ctx context.Context, tx *db.Tx, facts ...Fact) error {
	if len(facts) == 0 {
		return nil
	}
	byPart := map[int][]Fact{}
	for _, f := range facts {
		p := part(tx.Kind(), f.Owner)
		byPart[p] = append(byPart[p], f)
	}
	order := make([]int, 0, len(byPart))
	for p := range byPart {
		order = append(order, p)
	}
	slices.Sort(order)
	for _, p := range order {
		if err := appendPart(ctx, tx, p, byPart[p]); err != nil {
			return fmt.Errorf("append to the journal: %w", err)
		}
	}
	tx.Signal(topic)
	return nil
}

const takeNumbers = `INSERT INTO journal_heads (part, seq) VALUES ($1, $2)
ON CONFLICT (part) DO UPDATE SET seq = journal_heads.seq + excluded.seq RETURNING seq`

func appendPart(ctx context.Context, tx *db.Tx, part int, facts []Fact) error {
	var head int64
	if err := tx.QueryRow(ctx, takeNumbers, part, len(facts)).Scan(&head); err != nil {
		return err
	}
	first := head - int64(len(facts)) + 1
	var b strings.Builder
	b.WriteString(`INSERT INTO journal (part, seq, at, kind, facets, owner, peer, ref, version) VALUES `)
	args := make([]any, 0, 9*len(facts))
	for i, f := range facts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range 9 {
			if c > 0 {
				b.WriteByte(',')
			}
			b.WriteString("$" + strconv.Itoa(9*i+c+1))
		}
		b.WriteByte(')')
		args = append(args, part, first+int64(i), tx.Now.UnixMicro(), f.Kind, int64(f.Facets), f.Owner, f.Peer, f.Ref, f.Version)
	}
	_, err := tx.Exec(ctx, b.String(), args...)
	return err
}

// Position is how far something has read: the last sequence number by part.
type Position map[int]int64

// Heads returns the newest number of every part.
func Heads(ctx context.Context, q db.Querier) (Position, error) {
	pos := Position{}
	rows, err := q.Query(ctx, `SELECT part, seq FROM journal_heads`)
	_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
		var (
			p   int
			seq int64
		)
		err := r.Scan(&p, &seq)
		pos[p] = seq
		return struct{}{}, err
	})
	return pos, err
}

// batch is how many entries a follower gets at once.
const batch = 500

// next reads the entries of a part after seq, in order, at most batch. It stops
// before a gap: that cannot come from Append, so it means a damaged journal and
// the follower must not run past it.
func next(ctx context.Context, q db.Querier, part int, seq int64) ([]Entry, error) {
	rows, err := q.Query(ctx, `SELECT part, seq, at, kind, facets, owner, peer, ref, version FROM journal
		WHERE part = $1 AND seq > $2 ORDER BY seq LIMIT $3`, part, seq, batch)
	es, err := db.All(rows, err, scanEntry)
	if err != nil {
		return nil, err
	}
	for i, e := range es {
		if e.Seq != seq+int64(i)+1 {
			return nil, &Gap{Part: part, After: seq + int64(i), Found: e.Seq}
		}
	}
	return es, nil
}

func scanEntry(r *sql.Rows) (e Entry, err error) {
	err = r.Scan(&e.Part, &e.Seq, &e.At, &e.Kind, &e.Facets, &e.Owner, &e.Peer, &e.Ref, &e.Version)
	return e, err
}

// Gap is a hole in the journal. A follower that meets one must rebuild from
// tables.
type Gap struct {
	Part         int
	After, Found int64
}

// Error names the hole.
func (g *Gap) Error() string {
	return fmt.Sprintf("the journal has a gap in part %d between %d and %d", g.Part, g.After, g.Found)
}

// Prune deletes entries that every given position has passed, and returns how
// many. In-memory followers rebuild, so only durable cursors count. The newest
// entry of a part stays: a Mark is known by it.
func Prune(ctx context.Context, d *db.DB, keepAfter Position) (int64, error) {
	var n int64
	parts := make([]int, 0, len(keepAfter))
	for p := range keepAfter {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, cmp.Compare[int])
	err := d.Write(ctx, func(tx *db.Tx) error {
		n = 0
		for _, p := range parts {
			k, err := tx.Exec(ctx, `DELETE FROM journal WHERE part = $1 AND seq <= $2
				AND seq < (SELECT seq FROM journal_heads WHERE part = $1)`, p, keepAfter[p])
			if err != nil {
				return err
			}
			n += k
		}
		return nil
	})
	return n, err
}
