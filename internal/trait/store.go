package trait

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fold"
)

// ── traits ──

const selectTraits = `SELECT t.member_id, t.id, t.kind, t.relation, t.entity_id, e.name, t.role, t.body, t.place,
	t.from_month, t.to_month, t.year_only, t.ordinal, t.hidden, t.version, e.unlisted
FROM traits t JOIN entities e ON e.id = t.entity_id WHERE t.member_id IN `

func scanTrait(r *sql.Rows) (t Trait, err error) {
	err = r.Scan(&t.Member, &t.ID, &t.Kind, &t.Relation, &t.Entity, &t.Name, &t.Role, &t.Body, &t.Place,
		&t.From, &t.To, &t.YearOnly, &t.Ordinal, &t.Hidden, &t.Version, &t.Unlisted)
	return t, err
}

// loadOf is served by the primary key of traits; the order is made here, since
// the rows are few and the two databases would each sort them anew.
func loadOf(ctx context.Context, q db.Querier, members []int64, kinds []Kind) (map[int64][]Trait, error) {
	out := make(map[int64][]Trait, len(members))
	err := db.Chunks(members, func(members []int64) error {
		list, args := db.In(1, members)
		rows, err := q.Query(ctx, selectTraits+list+ofKinds(kinds), args...)
		ts, err := db.All(rows, err, scanTrait)
		for _, t := range ts {
			out[t.Member] = append(out[t.Member], t)
		}
		return err
	})
	for _, ts := range out {
		slices.SortFunc(ts, compare)
	}
	return out, err
}

// The sums are cast, since PostgreSQL's are of a wider type.
const selectMarks = `SELECT member_id, CAST(sum(version) AS BIGINT), CAST(sum(id % 1000000007 * (1 + ordinal % 1000)) AS BIGINT)
FROM traits WHERE member_id IN `

// loadMarks is served by the primary key of traits, at most db.MaxIn members.
// Who has no traits is left out, as who has the zero mark.
func loadMarks(ctx context.Context, q db.Querier, members []int64) (map[int64]mark, error) {
	out := make(map[int64]mark, len(members))
	list, args := db.In(1, members)
	rows, err := q.Query(ctx, selectMarks+list+" GROUP BY member_id", args...)
	_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
		var (
			id int64
			m  mark
		)
		err := r.Scan(&id, &m.versions, &m.places)
		out[id] = m
		return struct{}{}, err
	})
	return out, err
}

// ofKinds narrows a statement to kinds; none means all.
func ofKinds(kinds []Kind) string {
	if len(kinds) == 0 {
		return ""
	}
	var b strings.Builder
	for i, k := range kinds {
		b.WriteString([]string{" AND t.kind IN (", ","}[min(i, 1)])
		b.WriteString(strconv.Itoa(int(k)))
	}
	return b.String() + ")"
}

// loadShelf is served by the primary key of traits.
func loadShelf(ctx context.Context, q db.Querier, member int64, k Kind, r Relation) (shelf, error) {
	rows, err := q.Query(ctx, `SELECT id, entity_id, ordinal, version FROM traits
		WHERE member_id = $1 AND kind = $2 AND relation = $3`, member, k, r)
	return db.All(rows, err, func(r *sql.Rows) (p place, err error) {
		err = r.Scan(&p.id, &p.entity, &p.ordinal, &p.version)
		return p, err
	})
}

// insertTraits writes traits and their mirror.
func insertTraits(ctx context.Context, tx *db.Tx, ts []Trait) error {
	now := tx.Now.UnixMicro()
	err := insertRows(ctx, tx, `INSERT INTO traits (member_id, id, kind, relation, entity_id, role, body, place,
		from_month, to_month, year_only, ordinal, hidden, created_at, version) VALUES `, 15, ts, func(args []any, t *Trait) []any {
		return append(args, t.Member, t.ID, int64(t.Kind), int64(t.Relation), t.Entity, t.Role, t.Body, t.Place,
			int64(t.From), int64(t.To), t.YearOnly, t.Ordinal, t.Hidden, now, t.Version)
	})
	if err != nil {
		return err
	}
	return insertRows(ctx, tx, `INSERT INTO trait_people (entity_id, member_id, trait_id, relation) VALUES `, 4, ts,
		func(args []any, t *Trait) []any { return append(args, t.Entity, t.Member, t.ID, int64(t.Relation)) })
}

// saveTrait changes a trait if it still has the version that t was read with.
func saveTrait(ctx context.Context, tx *db.Tx, t Trait) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE traits SET entity_id = $4, role = $5, body = $6, place = $7, from_month = $8, to_month = $9,
		year_only = $10, hidden = $11, version = version + 1 WHERE member_id = $1 AND id = $2 AND version = $3`,
		t.Member, t.ID, t.Version, t.Entity, t.Role, t.Body, t.Place, t.From, t.To, t.YearOnly, t.Hidden)
	return n == 1, err
}

func moveMirror(ctx context.Context, tx *db.Tx, t Trait, from int64) error {
	_, err := tx.Exec(ctx, `UPDATE trait_people SET entity_id = $4 WHERE entity_id = $1 AND member_id = $2 AND trait_id = $3`,
		from, t.Member, t.ID, t.Entity)
	return err
}

func deleteTrait(ctx context.Context, tx *db.Tx, member, id int64) (bool, error) {
	var entity int64
	ok, err := db.One(tx.QueryRow(ctx, `DELETE FROM traits WHERE member_id = $1 AND id = $2 RETURNING entity_id`, member, id), &entity)
	if !ok || err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM trait_people WHERE entity_id = $1 AND member_id = $2 AND trait_id = $3`, entity, member, id)
	return true, err
}

func saveOrder(ctx context.Context, tx *db.Tx, member int64, ids []int64) error {
	for i, id := range ids {
		if _, err := tx.Exec(ctx, `UPDATE traits SET ordinal = $3 WHERE member_id = $1 AND id = $2`, member, id, i+1); err != nil {
			return err
		}
	}
	return nil
}

// people is served by the primary key of trait_people, in its order.
func people(ctx context.Context, q db.Querier, entity int64, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT member_id FROM trait_people
		WHERE entity_id = $1 AND relation = $2 ORDER BY member_id LIMIT $3`, entity, Has, limit)
	return db.All(rows, err, db.ScanID)
}

// peopleOf asks people of each entity in one statement.
func peopleOf(ctx context.Context, q db.Querier, entities []int64, limit int) ([]int64, error) {
	entities = slices.Compact(slices.Sorted(slices.Values(entities)))
	parts, args := make([]string, len(entities)), []any{Has, limit}
	for i, e := range entities {
		parts[i] = `SELECT member_id FROM (SELECT DISTINCT member_id FROM trait_people
			WHERE entity_id = $` + strconv.Itoa(i+3) + ` AND relation = $1 ORDER BY member_id LIMIT $2) AS one`
		args = append(args, e)
	}
	rows, err := q.Query(ctx, strings.Join(parts, ` UNION `)+` ORDER BY member_id`, args...)
	return db.All(rows, err, db.ScanID)
}

// groups is served by the primary key of traits.
func groups(ctx context.Context, q db.Querier, member int64) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT entity_id FROM traits
		WHERE member_id = $1 AND kind = $2 AND relation = $3 ORDER BY entity_id`, member, Group, Has)
	return db.All(rows, err, db.ScanID)
}

const mirrorMissing = `SELECT count(*) FROM traits t WHERE NOT EXISTS (SELECT 1 FROM trait_people p
	WHERE p.entity_id = t.entity_id AND p.member_id = t.member_id AND p.trait_id = t.id AND p.relation = t.relation)`

const mirrorExtra = `SELECT count(*) FROM trait_people p WHERE NOT EXISTS (SELECT 1 FROM traits t
	WHERE t.member_id = p.member_id AND t.id = p.trait_id AND t.entity_id = p.entity_id AND t.relation = p.relation)`

func compareMirror(ctx context.Context, q db.Querier) (missing, extra int64, err error) {
	if _, err = db.One(q.QueryRow(ctx, mirrorMissing), &missing); err != nil {
		return 0, 0, err
	}
	_, err = db.One(q.QueryRow(ctx, mirrorExtra), &extra)
	return missing, extra, err
}

// ── entities: once made they never change; the mark of a trait counts on it ──

const entityColumns = `id, kind, name, slug, url, parent_id, place_id, unlisted, created_by, version`

func (e *Entity) dest() []any {
	return []any{&e.ID, &e.Kind, &e.Name, &e.Slug, &e.URL, &e.Parent, &e.Place, &e.Unlisted, &e.By, &e.Version}
}

func scanEntity(r *sql.Rows) (e Entity, err error) {
	err = r.Scan(e.dest()...)
	return e, err
}

func insertEntities(ctx context.Context, tx *db.Tx, es []Entity) error {
	now := tx.Now.UnixMicro()
	return insertRows(ctx, tx, `INSERT INTO entities (`+entityColumns+`, fold, created_at) VALUES `, 12, es, func(args []any, e *Entity) []any {
		return append(args, e.ID, int64(e.Kind), e.Name, e.Slug, e.URL, e.Parent, e.Place, e.Unlisted, e.By, e.Version, fold.Key(e.Name), now)
	})
}

func loadEntity(ctx context.Context, q db.Querier, id int64) (e Entity, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT `+entityColumns+` FROM entities WHERE id = $1`, id), e.dest()...)
	return e, ok, err
}

func loadEntities(ctx context.Context, q db.Querier, ids []int64) (map[int64]Entity, error) {
	out := make(map[int64]Entity, len(ids))
	err := db.Chunks(ids, func(ids []int64) error {
		list, args := db.In(1, ids)
		rows, err := q.Query(ctx, `SELECT `+entityColumns+` FROM entities WHERE id IN `+list, args...)
		es, err := db.All(rows, err, scanEntity)
		for _, e := range es {
			out[e.ID] = e
		}
		return err
	})
	return out, err
}

// loadExact, beginning and inside are served by entities_fold (kind, fold, id).
func loadExact(ctx context.Context, q db.Querier, k Kind, key string) (e Entity, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT `+entityColumns+` FROM entities
		WHERE kind = $1 AND fold = $2 AND unlisted = $3 ORDER BY id LIMIT 1`, k, key, false), e.dest()...)
	return e, ok, err
}

// last is above every character that a folded name can have.
const last = "\U0010FFFF"

func beginning(ctx context.Context, q db.Querier, k Kind, key string, limit int) ([]Entity, error) {
	rows, err := q.Query(ctx, `SELECT `+entityColumns+` FROM entities
		WHERE kind = $1 AND fold >= $2 AND fold < $3 AND unlisted = $4 ORDER BY fold, id LIMIT $5`, k, key, key+last, false, limit)
	return db.All(rows, err, scanEntity)
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func inside(ctx context.Context, q db.Querier, k Kind, key string, limit int) ([]Entity, error) {
	rows, err := q.Query(ctx, `SELECT `+entityColumns+` FROM entities
		WHERE kind = $1 AND fold LIKE $2 ESCAPE '\' AND NOT (fold >= $3 AND fold < $4) AND unlisted = $5 ORDER BY fold, id LIMIT $6`,
		k, "%"+escapeLike.Replace(key)+"%", key, key+last, false, limit)
	return db.All(rows, err, scanEntity)
}

// ── many rows at once ──

// maxParams keeps a statement below what both databases take (32,766 and
// 65,535) and short enough that preparing it stays cheap.
const maxParams = 3000

// insertRows runs an INSERT of many rows in as few statements as are good; row
// appends the values of one, columns of them.
func insertRows[T any](ctx context.Context, tx *db.Tx, into string, columns int, all []T, row func([]any, *T) []any) error {
	size := maxParams / columns
	args := make([]any, 0, columns*min(size, len(all)))
	text, rows := "", 0
	for len(all) > 0 {
		n := min(size, len(all))
		if n != rows {
			text, rows = into+placeholders(n, columns), n
		}
		args = args[:0]
		for i := range n {
			args = row(args, &all[i])
		}
		if _, err := tx.Exec(ctx, text, args...); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// placeholders writes ($1, $2), ($3, $4) … for rows of columns.
func placeholders(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i%columns != 0:
			b.WriteByte(',')
		case i > 0:
			b.WriteString("),(")
		default:
			b.WriteByte('(')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	return b.String() + ")"
}

// loadOpen is served by the primary key of traits.
func loadOpen(ctx context.Context, q db.Querier, members []int64) ([]open, error) {
	list, args := db.In(1, members)
	rows, err := q.Query(ctx, `SELECT t.member_id, t.entity_id, t.kind, t.to_month FROM traits t JOIN entities e ON e.id = t.entity_id
		WHERE t.relation = 1 AND NOT t.hidden AND NOT e.unlisted AND t.member_id IN `+list, args...)
	return db.All(rows, err, func(r *sql.Rows) (t open, err error) {
		err = r.Scan(&t.member, &t.entity, &t.kind, &t.to)
		return t, err
	})
}

// loadHolders walks the primary key of traits.
func loadHolders(ctx context.Context, q db.Querier, after int64, limit int) ([]int64, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT member_id FROM traits WHERE member_id > $1 ORDER BY member_id LIMIT $2`, after, limit)
	return db.All(rows, err, db.ScanID)
}
