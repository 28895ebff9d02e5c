package graph

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver that the server uses
)

// sqlite is a temporary file, read by one connection on the caller's thread.
type sqlite struct {
	dir   string
	pool  *sql.DB
	conn  *sql.Conn
	ready map[string]*sql.Stmt
	edges int
}

// The whole file is mapped, so that the system's cache is read in place. What a
// statement sorts or gathers stays in memory.
const sqliteOptions = "?_pragma=page_size(16384)&_pragma=mmap_size(68719476736)&_pragma=cache_size(-262144)&_pragma=temp_store(MEMORY)" +
	"&_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)"

func openSQLite(ctx context.Context, in string, edges int) (rival, error) {
	dir, err := os.MkdirTemp(in, "guildhall-sqlite-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the database: %w", err)
	}
	s := &sqlite{dir: dir, ready: map[string]*sql.Stmt{}, edges: edges}
	if s.pool, err = sql.Open("sqlite", "file:"+s.path()+sqliteOptions); err == nil {
		s.conn, err = s.pool.Conn(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *sqlite) path() string { return filepath.Join(s.dir, "graph.db") }

func (s *sqlite) load(ctx context.Context, d data) error {
	if err := s.run(ctx, `CREATE TABLE edges (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID`,
		`CREATE TABLE weights (id INTEGER PRIMARY KEY, weight INTEGER NOT NULL, count INTEGER NOT NULL)`, `BEGIN`); err != nil {
		return err
	}
	if err := s.insert(ctx, d); err != nil {
		return err
	}
	return s.run(ctx, `COMMIT`, `ANALYZE`, `CREATE TEMP TABLE near (id INTEGER PRIMARY KEY)`)
}

// insert writes a member at a time. A statement that could be cancelled costs a
// goroutine or two, so these cannot.
func (s *sqlite) insert(ctx context.Context, d data) error {
	begun := context.WithoutCancel(ctx)
	weights, err := s.conn.PrepareContext(begun, `INSERT INTO weights VALUES (?1, ?2, ?3)`)
	if err != nil {
		return err
	}
	defer weights.Close()
	edges, err := s.conn.PrepareContext(begun, `INSERT INTO edges SELECT ?1, value FROM json_each(?2)`)
	if err != nil {
		return err
	}
	defer edges.Close()
	for id, peers := range d.lists() {
		weight, count := d.weight(id)
		_, err1 := weights.ExecContext(begun, id, weight, count)
		_, err2 := edges.ExecContext(begun, id, s.list(peers))
		if err := errors.Join(ctx.Err(), err1, err2); err != nil {
			return err
		}
	}
	return nil
}

func (s *sqlite) run(ctx context.Context, texts ...string) error {
	for _, text := range texts {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

func (s *sqlite) about(ctx context.Context) (version string, bytes int64, err error) {
	if err := s.conn.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return "", 0, err
	}
	info, err := os.Stat(s.path())
	if err != nil {
		return "", 0, err
	}
	return "SQLite " + version + " in this process", info.Size(), nil
}

func (s *sqlite) cpu() time.Duration { return onThread() }

func (s *sqlite) close() error {
	for _, st := range s.ready {
		st.Close()
	}
	var err error
	if s.conn != nil {
		err = s.conn.Close()
	}
	if s.pool != nil {
		err = errors.Join(err, s.pool.Close())
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// list is a JSON array.
func (s *sqlite) list(ids []int64) any {
	text := make([]byte, 0, 21*len(ids)+2)
	text = append(text, '[')
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return string(append(text, ']'))
}

func (s *sqlite) query(ctx context.Context, text string, args ...any) (all []int64, err error) {
	st := s.ready[text]
	if st == nil {
		if st, err = s.conn.PrepareContext(ctx, text); err != nil {
			return nil, err
		}
		s.ready[text] = st
	}
	limited, cancel := context.WithTimeout(ctx, questionLimit)
	defer cancel()
	rows, err := st.QueryContext(limited, args...)
	if err == nil {
		all, err = s.gather(rows)
	}
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = errTooLong
	}
	return all, err
}

func (s *sqlite) gather(rows *sql.Rows) ([]int64, error) {
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	all, err := gatherRows(rows, len(names))
	return all, errors.Join(err, rows.Err())
}

func (s *sqlite) forms(query string) (all []form) {
	if query == "one shortest path" {
		nested, set := sqlitePath, sqlitePath
		set.three = sqliteThreeBySet
		return []form{
			nested.byLength(s, "early exit by length", true),
			set.byLength(s, "second ring as a set", false),
			{"rings to the program", func(ctx context.Context, t topic) ([]int64, error) { return sqlitePath.byRings(ctx, s, t) }},
		}
	}
	for _, f := range sqliteForms[query] {
		all = append(all, statement(s, f.name, f.text))
	}
	if query == "degrees of 100" {
		gathered := form{"second ring gathered", s.degreesGathered}
		all = append(all, gathered, byReach(s, sqliteReach, s.edges, gathered, all[1]))
	}
	return all
}

// degreesGathered puts the viewer's second ring into a table in memory, once for all
// who are asked about. An IN with the same list is gathered again for each.
func (s *sqlite) degreesGathered(ctx context.Context, t topic) ([]int64, error) {
	if _, err := s.query(ctx, `DELETE FROM temp.near`); err != nil {
		return nil, err
	}
	if _, err := s.query(ctx, `
		INSERT OR IGNORE INTO temp.near SELECT y.b FROM edges x CROSS JOIN edges y ON y.a = x.b WHERE x.a = ?1`, t.a); err != nil {
		return nil, err
	}
	return s.query(ctx, `
		SELECT CASE WHEN t.value = ?1 THEN 0
			WHEN t.value IN (SELECT b FROM edges WHERE a = ?1) THEN 1
			WHEN t.value IN temp.near THEN 2
			WHEN EXISTS (SELECT 1 FROM edges x CROSS JOIN temp.near n ON n.id = x.b WHERE x.a = t.value) THEN 3
			ELSE 4 END
		FROM json_each(?2) t ORDER BY t.key`, t.a, s.list(t.others))
}

const sqliteReach = `SELECT coalesce(sum(w.count), 0) FROM edges x CROSS JOIN weights w ON w.id = x.b WHERE x.a = ?1`

type named struct{ name, text string }

// CROSS JOIN keeps the order in which tables are read. An IN whose list does not
// depend on the row becomes a table in memory, once a statement.
var sqliteForms = map[string][]named{
	"degrees of 100": {
		{"EXISTS by index", `
			SELECT CASE WHEN t.value = ?1 THEN 0
				WHEN EXISTS (SELECT 1 FROM edges WHERE a = ?1 AND b = t.value) THEN 1
				WHEN EXISTS (SELECT 1 FROM edges x CROSS JOIN edges z ON z.a = ?1 AND z.b = x.b WHERE x.a = t.value) THEN 2
				WHEN EXISTS (SELECT 1 FROM edges x CROSS JOIN edges y ON y.a = x.b
					CROSS JOIN edges z ON z.a = ?1 AND z.b = y.b WHERE x.a = t.value) THEN 3
				ELSE 4 END
			FROM json_each(?2) t ORDER BY t.key`},
		{"EXISTS, first ring as a set", `
			SELECT CASE WHEN t.value = ?1 THEN 0
				WHEN t.value IN (SELECT b FROM edges WHERE a = ?1) THEN 1
				WHEN EXISTS (SELECT 1 FROM edges x WHERE x.a = t.value AND x.b IN (SELECT b FROM edges WHERE a = ?1)) THEN 2
				WHEN EXISTS (SELECT 1 FROM edges x CROSS JOIN edges y ON y.a = x.b
					WHERE x.a = t.value AND y.b IN (SELECT b FROM edges WHERE a = ?1)) THEN 3
				ELSE 4 END
			FROM json_each(?2) t ORDER BY t.key`},
	},
	"mutual count and top 10": {
		{"the viewer's list first", sqliteMutual(`?1`, `?2`)},
		{"the shorter list first", sqliteMutual(
			`CASE WHEN (SELECT count FROM weights WHERE id = ?1) < (SELECT count FROM weights WHERE id = ?2) THEN ?1 ELSE ?2 END`,
			`CASE WHEN (SELECT count FROM weights WHERE id = ?1) < (SELECT count FROM weights WHERE id = ?2) THEN ?2 ELSE ?1 END`)},
	},
	"second-degree count": {
		{"UNION of both rings", `
			SELECT (SELECT count(*) FROM (SELECT b FROM edges WHERE a = ?1
				UNION SELECT y.b FROM edges x CROSS JOIN edges y ON y.a = x.b WHERE x.a = ?1))
				- coalesce((SELECT count + 1 FROM weights WHERE id = ?1), 0)`},
		{"DISTINCT, the first ring left out by index", `
			SELECT count(DISTINCT y.b) FROM edges x CROSS JOIN edges y ON y.a = x.b
			WHERE x.a = ?1 AND y.b <> ?1 AND NOT EXISTS (SELECT 1 FROM edges WHERE a = ?1 AND b = y.b)`},
		{"DISTINCT, the first ring left out as a set", `
			SELECT count(DISTINCT y.b) FROM edges x CROSS JOIN edges y ON y.a = x.b
			WHERE x.a = ?1 AND y.b <> ?1 AND y.b NOT IN (SELECT b FROM edges WHERE a = ?1)`},
	},
	"people you may know, top 20": {
		{"the first ring left out of the groups", `
			SELECT y.b, count(*), sum(w.weight) FROM edges x CROSS JOIN weights w ON w.id = x.b CROSS JOIN edges y ON y.a = x.b
			WHERE x.a = ?1 GROUP BY y.b
			HAVING y.b <> ?1 AND NOT EXISTS (SELECT 1 FROM edges WHERE a = ?1 AND b = y.b)
			ORDER BY 3 DESC, 1 LIMIT 20`},
		{"the first ring left out before grouping", `
			SELECT y.b, count(*), sum(w.weight) FROM edges x CROSS JOIN weights w ON w.id = x.b CROSS JOIN edges y ON y.a = x.b
			WHERE x.a = ?1 AND y.b <> ?1 AND y.b NOT IN (SELECT b FROM edges WHERE a = ?1) GROUP BY y.b
			ORDER BY 3 DESC, 1 LIMIT 20`},
		{"the first ring left out of the best", `
			SELECT * FROM (SELECT y.b, count(*), sum(w.weight) FROM edges x CROSS JOIN weights w ON w.id = x.b CROSS JOIN edges y ON y.a = x.b
				WHERE x.a = ?1 GROUP BY y.b ORDER BY 3 DESC, 1 LIMIT 21 + coalesce((SELECT count FROM weights WHERE id = ?1), 0)) best
			WHERE b <> ?1 AND NOT EXISTS (SELECT 1 FROM edges f WHERE f.a = ?1 AND f.b = best.b)
			ORDER BY 3 DESC, 1 LIMIT 20`},
	},
}

// sqliteMutual answers the count and then the ids.
func sqliteMutual(first, second string) string {
	return `
		WITH mutual AS MATERIALIZED (SELECT x.b FROM edges x CROSS JOIN edges z ON z.a = ` + second + ` AND z.b = x.b WHERE x.a = ` + first + ` AND ?1 <> ?2)
		SELECT count(*) FROM mutual
		UNION ALL
		SELECT * FROM (SELECT m.b FROM mutual m CROSS JOIN weights w ON w.id = m.b ORDER BY w.weight DESC, m.b LIMIT 10)`
}

var sqlitePath = pathTexts{
	counts: `SELECT coalesce((SELECT count FROM weights WHERE id = ?1), 0), coalesce((SELECT count FROM weights WHERE id = ?2), 0)`,
	one:    `SELECT 1 FROM edges WHERE a = ?1 AND b = ?2`,
	two:    `SELECT x.b FROM edges x CROSS JOIN edges z ON z.a = ?2 AND z.b = x.b WHERE x.a = ?1 LIMIT 1`,
	three: `SELECT x.b, y.b FROM edges x CROSS JOIN edges y ON y.a = x.b
		WHERE x.a = ?1 AND y.b IN (SELECT b FROM edges WHERE a = ?2) LIMIT 1`,
	ring: `SELECT a, b FROM json_each(?1) t CROSS JOIN edges ON a = t.value`,
}

const sqliteThreeBySet = `SELECT x.b, (SELECT y.b FROM edges y CROSS JOIN edges z ON z.a = ?2 AND z.b = y.b WHERE y.a = x.b LIMIT 1)
	FROM edges x WHERE x.a = ?1 AND x.b IN (SELECT y.b FROM edges x CROSS JOIN edges y ON y.a = x.b WHERE x.a = ?2) LIMIT 1`
