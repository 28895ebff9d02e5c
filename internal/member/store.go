package member

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
)

const cardColumns = `id, handle, name, lang, pronouns, headline, location, picture, tint, status, created_at`

func scanCard(scan func(...any) error) (Card, error) {
	var (
		c     Card
		since int64
	)
	err := scan(&c.ID, &c.Handle, &c.Name, &c.Lang, &c.Pronouns, &c.Headline, &c.Location, &c.Picture, &c.Tint, &c.Status, &since)
	c.Since = time.UnixMicro(since).UTC()
	return c, err
}

func insert(ctx context.Context, tx *db.Tx, c Card) error {
	_, err := tx.Exec(ctx, `INSERT INTO members (`+cardColumns+`, updated_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)`,
		c.ID, c.Handle, c.Name, c.Lang, c.Pronouns, c.Headline, c.Location, c.Picture, c.Tint, c.Status, c.Since.UnixMicro(), tx.Now.UnixMicro())
	return err
}

// insertWords writes the words a name is found by, in one statement.
func insertWords(ctx context.Context, tx *db.Tx, id int64, name string) error {
	words := fold.Index(name)
	if len(words) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(`INSERT INTO member_words (member_id, word) VALUES `)
	args := make([]any, 1, len(words)+1)
	args[0] = id
	for i, w := range words {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($1, $" + strconv.Itoa(i+2) + ")")
		args = append(args, w)
	}
	_, err := tx.Exec(ctx, b.String(), args...)
	return err
}

// Served by the index member_words_member.
func deleteWords(ctx context.Context, tx *db.Tx, id int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM member_words WHERE member_id = $1`, id)
	return err
}

func load(ctx context.Context, q db.Querier, id int64) (Card, bool, error) {
	return oneCard(q.QueryRow(ctx, `SELECT `+cardColumns+` FROM members WHERE id = $1`, id))
}

func oneCard(row *sql.Row) (c Card, ok bool, err error) {
	c, err = scanCard(func(dest ...any) (err error) {
		ok, err = db.One(row, dest...)
		return err
	})
	return c, ok, err
}

// lock raises the row's version and returns the card as it stood: whoever
// changes the same member waits here, on both databases.
func lock(ctx context.Context, tx *db.Tx, id int64) (Card, error) {
	c, ok, err := oneCard(tx.QueryRow(ctx, `UPDATE members SET version = version + 1, updated_at = $2
		WHERE id = $1 RETURNING `+cardColumns, id, tx.Now.UnixMicro()))
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return c, err
}

func loadActive(ctx context.Context, q db.Querier, ids []int64) (map[int64]Card, error) {
	out := make(map[int64]Card, len(ids))
	err := db.Chunks(ids, func(ids []int64) error {
		list, args := db.In(2, ids)
		args = append([]any{Active}, args...)
		rows, err := q.Query(ctx, `SELECT `+cardColumns+` FROM members WHERE status = $1 AND id IN `+list, args...)
		cards, err := db.All(rows, err, func(r *sql.Rows) (Card, error) { return scanCard(r.Scan) })
		for _, c := range cards {
			out[c.ID] = c
		}
		return err
	})
	return out, err
}

// loadAway reads whoever is not active: all, through members_away, or those of some
// ids.
func loadAway(ctx context.Context, q db.Querier, ids []int64) ([]int64, error) {
	if ids == nil {
		rows, err := q.Query(ctx, `SELECT id FROM members WHERE status <> 1`)
		return db.All(rows, err, db.ScanID)
	}
	var away []int64
	err := db.Chunks(ids, func(ids []int64) error {
		list, args := db.In(1, ids)
		rows, err := q.Query(ctx, `SELECT id FROM members WHERE status <> 1 AND id IN `+list, args...)
		some, err := db.All(rows, err, db.ScanID)
		away = append(away, some...)
		return err
	})
	return away, err
}

func saveLines(ctx context.Context, tx *db.Tx, c Card) error {
	_, err := tx.Exec(ctx, `UPDATE members SET name = $2, lang = $3, pronouns = $4, headline = $5, location = $6 WHERE id = $1`,
		c.ID, c.Name, c.Lang, c.Pronouns, c.Headline, c.Location)
	return err
}

func saveHandle(ctx context.Context, tx *db.Tx, id int64, handle string) error {
	_, err := tx.Exec(ctx, `UPDATE members SET handle = $2 WHERE id = $1`, id, handle)
	return err
}

func savePicture(ctx context.Context, tx *db.Tx, id int64, key string) error {
	_, err := tx.Exec(ctx, `UPDATE members SET picture = $2 WHERE id = $1`, id, key)
	return err
}

func saveStatus(ctx context.Context, tx *db.Tx, id int64, st Status) error {
	_, err := tx.Exec(ctx, `UPDATE members SET status = $2 WHERE id = $1`, id, st)
	return err
}

func byHandle(ctx context.Context, q db.Querier, handle string, now time.Time) (id int64, current string, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT m.id, m.handle FROM claims c JOIN members m ON m.id = c.owner_id
		WHERE c.kind = $1 AND c.value = $2 AND (c.until = 0 OR c.until > $3) AND m.status = $4`,
		KindHandle, handle, now.UnixMicro(), Active), &id, &current)
	return id, current, ok, err
}

// last is above every character that a word can have, so that [w, w+last) is
// all words that begin with w. Words compare by code point on both databases.
const last = "\U0010FFFF"

// maxCount is where prefixCounts stops counting: enough to tell rare from common.
const maxCount = 500

// prefixCounts counts the words that begin with each of words, up to maxCount,
// by ranges of the primary key of member_words.
func prefixCounts(ctx context.Context, q db.Querier, words []string) ([]int, error) {
	var b strings.Builder
	args := []any{maxCount}
	counts, dest := make([]int, len(words)), make([]any, len(words))
	for i, w := range words {
		b.WriteString([]string{`SELECT `, `, `}[min(i, 1)])
		b.WriteString(`(SELECT count(*) FROM (SELECT 1 FROM member_words WHERE word >= $` + strconv.Itoa(2*i+2) +
			` AND word < $` + strconv.Itoa(2*i+3) + ` LIMIT $1) AS found)`)
		args = append(args, w, w+last)
		dest[i] = &counts[i]
	}
	_, err := db.One(q.QueryRow(ctx, b.String(), args...), dest...)
	return counts, err
}

// search reads the primary key from the first word on, in its order, so that it
// stops after limit members; the other words are looked up by member through
// member_words_member. A member whom several words match counts at the first.
func search(ctx context.Context, q db.Querier, words []string, limit int) ([]int64, error) {
	var b strings.Builder
	b.WriteString(`SELECT w.member_id FROM member_words w JOIN members m ON m.id = w.member_id
		WHERE w.word >= $3 AND w.word < $4 AND m.status = $1
		AND NOT EXISTS (SELECT 1 FROM member_words e WHERE e.member_id = w.member_id AND e.word >= $3 AND e.word < w.word)`)
	args := []any{Active, limit, words[0], words[0] + last}
	for _, word := range words[1:] {
		n := len(args)
		b.WriteString(` AND EXISTS (SELECT 1 FROM member_words e WHERE e.member_id = w.member_id AND e.word >= $` +
			strconv.Itoa(n+1) + ` AND e.word < $` + strconv.Itoa(n+2) + `)`)
		args = append(args, word, word+last)
	}
	b.WriteString(` ORDER BY w.word, w.member_id LIMIT $2`)
	rows, err := q.Query(ctx, b.String(), args...)
	return db.All(rows, err, db.ScanID)
}

func activeAfter(ctx context.Context, q db.Querier, after int64, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT id FROM members WHERE id > $1 AND status = $2 ORDER BY id LIMIT $3`, after, Active, limit)
	return db.All(rows, err, db.ScanID)
}

// The kinds of values that only one member can have. Stored.
const (
	KindHandle = "handle"
	KindEmail  = "email"
)

// Claim takes a value for owner and reports whether it is theirs now: it was
// free, its time had run out, or it was theirs before. The value must be folded
// by the caller. It waits for whoever claims the same value at this moment.
func Claim(ctx context.Context, tx *db.Tx, kind, value string, owner int64) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO claims (kind, value, owner_id, until) VALUES ($1, $2, $3, 0)
		ON CONFLICT (kind, value) DO UPDATE SET owner_id = excluded.owner_id, until = 0
		WHERE claims.owner_id = excluded.owner_id OR claims.until > 0 AND claims.until <= $4`,
		kind, value, owner, tx.Now.UnixMicro())
	return n > 0, err
}

// Release gives a value up: at once when until is zero, else it stays the
// owner's until then. A value that is not the owner's is left alone.
func Release(ctx context.Context, tx *db.Tx, kind, value string, owner int64, until time.Time) error {
	if until.IsZero() {
		_, err := tx.Exec(ctx, `DELETE FROM claims WHERE kind = $1 AND value = $2 AND owner_id = $3`, kind, value, owner)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE claims SET until = $4 WHERE kind = $1 AND value = $2 AND owner_id = $3`, kind, value, owner, until.UnixMicro())
	return err
}

// Claimant returns who holds a value; ok is false when nobody does, or nobody
// any more.
func Claimant(ctx context.Context, q db.Querier, kind, value string) (owner int64, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT owner_id FROM claims WHERE kind = $1 AND value = $2 AND until = 0`, kind, value), &owner)
	return owner, ok, err
}

func many(ctx context.Context, q db.Querier) (n int, err error) {
	_, err = db.One(q.QueryRow(ctx, `SELECT count(*) FROM members`), &n)
	return n, err
}
