package graph

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"guildhall/internal/fault"
)

// postgres is a server of the bench's own, in a folder of its own, which listens on
// a socket there and nowhere else. One connection asks it.
type postgres struct {
	bin, dir string
	conn     *pgx.Conn
	backend  int
	edges    int
}

func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		sort.Strings(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", fault.Field("against", "PostgreSQL is not installed here: there is no initdb. On Debian: apt-get install postgresql.")
}

func openPostgres(ctx context.Context, in string, edges int) (_ rival, err error) {
	p := &postgres{edges: edges}
	if p.bin, err = postgresBin(); err != nil {
		return nil, err
	}
	if p.dir, err = os.MkdirTemp(in, "guildhall-pg-"); err != nil {
		return nil, fmt.Errorf("a folder for the database: %w", err)
	}
	if err = p.start(); err == nil {
		err = p.connect(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// settings are those of one core with everything cached, and nothing kept that a
// crash would need.
func (p *postgres) settings() []string {
	const mib = 1 << 20
	cache := 256 + 170*p.edges/mib // tables and indexes take some 150 bytes a connection
	return []string{
		"listen_addresses=", "unix_socket_directories=" + p.dir, "max_connections=10", "autovacuum=off",
		"fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB",
		fmt.Sprintf("shared_buffers=%dMB", cache), fmt.Sprintf("effective_cache_size=%dMB", 2*cache), "work_mem=512MB", "maintenance_work_mem=1GB",
		"max_parallel_workers_per_gather=0", "jit=off", "seq_page_cost=1", "random_page_cost=1", "enable_seqscan=off",
		"join_collapse_limit=1", "from_collapse_limit=1", // tables are read in the order of the joins
	}
}

func (p *postgres) start() error {
	if os.Geteuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("root cannot run PostgreSQL and there is no user postgres: %w", err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(p.dir, uid, gid); err != nil {
			return err
		}
	}
	if err := p.run("initdb", "-D", p.data(), "-U", "guildhall", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	options := ""
	for _, s := range p.settings() {
		options += " -c '" + s + "'"
	}
	if err := p.run("pg_ctl", "-D", p.data(), "-l", filepath.Join(p.dir, "log"), "-w", "-t", "60", "-o", options, "start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
		return fmt.Errorf("%w: %s", err, log)
	}
	return nil
}

func (p *postgres) connect(ctx context.Context) error {
	config, err := pgx.ParseConfig("host='" + p.dir + "' user=guildhall dbname=postgres")
	if err != nil {
		return err
	}
	if p.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return err
	}
	return p.conn.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&p.backend)
}

func (p *postgres) data() string { return filepath.Join(p.dir, "data") }

// run runs one of PostgreSQL's programs, to its end, as the user who may. What it says
// goes to a file: a pipe would stay open as long as the server that it starts.
func (p *postgres) run(program string, args ...string) error {
	said, err := os.CreateTemp(p.dir, program+"-*")
	if err != nil {
		return err
	}
	defer said.Close()
	args = append([]string{filepath.Join(p.bin, program)}, args...)
	if os.Geteuid() == 0 {
		args = append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, said, said
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(text)))
	}
	return nil
}

// close ends the server and removes its folder.
func (p *postgres) close() (err error) {
	if p.conn != nil {
		_ = p.conn.Close(context.Background()) // an interrupted question has closed it already
	}
	if _, serr := os.Stat(filepath.Join(p.data(), "postmaster.pid")); serr == nil {
		err = p.run("pg_ctl", "-D", p.data(), "-m", "immediate", "-w", "-t", "60", "stop")
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *postgres) load(ctx context.Context, d data) error {
	tx, err := p.conn.Begin(ctx) // a table made in the same transaction is written without a log, and frozen
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // does nothing after the commit
	err = p.exec(ctx, `CREATE TABLE edges (a bigint NOT NULL, b bigint NOT NULL)`,
		`CREATE TABLE weights (id bigint NOT NULL, weight integer NOT NULL, count bigint NOT NULL)`)
	if err == nil {
		err = p.copy(ctx, `COPY edges FROM STDIN (FREEZE)`, d.edges())
	}
	if err == nil {
		err = p.copy(ctx, `COPY weights FROM STDIN (FREEZE)`, d.weights())
	}
	if err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	return p.exec(ctx, `ALTER TABLE edges ADD PRIMARY KEY (a, b)`,
		`CREATE UNIQUE INDEX weights_whole ON weights (id) INCLUDE (weight, count)`,
		`VACUUM (ANALYZE) edges`, `VACUUM (ANALYZE) weights`,
		`SELECT count(*) FROM (SELECT a, b FROM edges ORDER BY a, b) all_edges`, // the whole index into the server's cache
		`SET statement_timeout = '`+strconv.Itoa(int(questionLimit.Milliseconds()))+`ms'`)
}

func (p *postgres) exec(ctx context.Context, texts ...string) error {
	for _, text := range texts {
		if _, err := p.conn.Exec(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

// copy sends rows as they are made.
func (p *postgres) copy(ctx context.Context, text string, rows iter.Seq[[]int64]) error {
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 1<<16)
		var line []byte
		for row := range rows {
			line = line[:0]
			for _, n := range row {
				line = append(strconv.AppendInt(line, n, 10), '\t')
			}
			line[len(line)-1] = '\n'
			if _, err := out.Write(line); err != nil {
				break // Flush says it again
			}
		}
		w.CloseWithError(out.Flush())
	}()
	_, err := p.conn.PgConn().CopyFrom(ctx, r, text)
	r.Close() // ends the other side, whatever ended this one
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

func (p *postgres) about(ctx context.Context) (version string, bytes int64, err error) {
	err = p.conn.QueryRow(ctx, `SELECT current_setting('server_version'),
		pg_total_relation_size('edges') + pg_total_relation_size('weights')`).Scan(&version, &bytes)
	return "PostgreSQL " + version + " on a socket, one backend, no parallel workers", bytes, err
}

// cpu is what the backend has had of a core.
func (p *postgres) cpu() time.Duration { return ofProcess(p.backend) }

func (p *postgres) list(ids []int64) any { return ids }

func (p *postgres) query(ctx context.Context, text string, args ...any) (all []int64, err error) {
	rows, err := p.conn.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if all, err = gatherRows(rows, len(rows.FieldDescriptions())); err != nil {
		return nil, err
	}
	var refused *pgconn.PgError
	if errors.As(rows.Err(), &refused) && refused.Code == "57014" { // query_canceled, by statement_timeout
		return nil, errTooLong
	}
	return all, rows.Err()
}

func (p *postgres) forms(query string) (all []form) {
	if query == "one shortest path" {
		nested, set := postgresPath, postgresPath
		set.three = postgresThreeBySet
		return []form{
			nested.byLength(p, "early exit by length", true),
			set.byLength(p, "second ring as a set", false),
			{"rings to the program", func(ctx context.Context, t topic) ([]int64, error) { return postgresPath.byRings(ctx, p, t) }},
		}
	}
	for _, f := range postgresForms[query] {
		all = append(all, statement(p, f.name, f.text))
	}
	if query == "degrees of 100" {
		all = append(all, byReach(p, postgresReach, p.edges, all[2], all[1]))
	}
	return all
}

const postgresReach = `SELECT coalesce(sum(w.count), 0)::bigint FROM edges x JOIN weights w ON w.id = x.b WHERE x.a = $1`

// An IN whose list does not depend on the row becomes a hash table, once a statement;
// "= true" keeps it from being turned into a join again.
var postgresForms = map[string][]named{
	"degrees of 100": {
		{"EXISTS by index", `
			SELECT CASE WHEN t.id = $1 THEN 0
				WHEN EXISTS (SELECT 1 FROM edges WHERE a = $1 AND b = t.id) THEN 1
				WHEN EXISTS (SELECT 1 FROM edges x JOIN edges z ON z.a = $1 AND z.b = x.b WHERE x.a = t.id) THEN 2
				WHEN EXISTS (SELECT 1 FROM edges x JOIN edges y ON y.a = x.b
					JOIN edges z ON z.a = $1 AND z.b = y.b WHERE x.a = t.id) THEN 3
				ELSE 4 END::bigint
			FROM unnest($2::bigint[]) WITH ORDINALITY t (id, at) ORDER BY t.at`},
		{"EXISTS, first ring as a set", `
			SELECT CASE WHEN t.id = $1 THEN 0
				WHEN t.id IN (SELECT b FROM edges WHERE a = $1) THEN 1
				WHEN EXISTS (SELECT 1 FROM edges x WHERE x.a = t.id AND (x.b IN (SELECT b FROM edges WHERE a = $1)) = true) THEN 2
				WHEN EXISTS (SELECT 1 FROM edges x JOIN edges y ON y.a = x.b
					WHERE x.a = t.id AND (y.b IN (SELECT b FROM edges WHERE a = $1)) = true) THEN 3
				ELSE 4 END::bigint
			FROM unnest($2::bigint[]) WITH ORDINALITY t (id, at) ORDER BY t.at`},
		{"EXISTS, second ring as a set", `
			SELECT CASE WHEN t.id = $1 THEN 0
				WHEN EXISTS (SELECT 1 FROM edges WHERE a = $1 AND b = t.id) THEN 1
				WHEN EXISTS (SELECT 1 FROM edges x WHERE x.a = t.id AND (x.b IN (SELECT b FROM edges WHERE a = $1)) = true) THEN 2
				WHEN EXISTS (SELECT 1 FROM edges x WHERE x.a = t.id AND (x.b IN
					(SELECT y.b FROM edges x JOIN edges y ON y.a = x.b WHERE x.a = $1)) = true) THEN 3
				ELSE 4 END::bigint
			FROM unnest($2::bigint[]) WITH ORDINALITY t (id, at) ORDER BY t.at`},
	},
	"mutual count and top 10": {
		{"the viewer's list first", postgresMutual(`$1`, `$2`)},
		{"the shorter list first", postgresMutual(
			`(CASE WHEN (SELECT count FROM weights WHERE id = $1) < (SELECT count FROM weights WHERE id = $2) THEN $1 ELSE $2 END)`,
			`(CASE WHEN (SELECT count FROM weights WHERE id = $1) < (SELECT count FROM weights WHERE id = $2) THEN $2 ELSE $1 END)`)},
		{"INTERSECT", `
			WITH mutual AS MATERIALIZED (SELECT b FROM edges WHERE a = $1 INTERSECT SELECT b FROM edges WHERE a = $2 AND a <> $1)
			SELECT count(*) FROM mutual
			UNION ALL
			(SELECT m.b FROM mutual m JOIN weights w ON w.id = m.b ORDER BY w.weight DESC, m.b LIMIT 10)`},
	},
	"second-degree count": {
		{"UNION of both rings", `
			SELECT (SELECT count(*) FROM (SELECT b FROM edges WHERE a = $1
				UNION SELECT y.b FROM edges x JOIN edges y ON y.a = x.b WHERE x.a = $1) near)
				- coalesce((SELECT count + 1 FROM weights WHERE id = $1), 0)`},
		{"DISTINCT, the first ring left out as a set", `
			SELECT count(*) FROM (SELECT DISTINCT y.b FROM edges x JOIN edges y ON y.a = x.b
			WHERE x.a = $1 AND y.b <> $1 AND y.b NOT IN (SELECT b FROM edges WHERE a = $1)) near`},
		{"count(DISTINCT), the first ring left out as a set", `
			SELECT count(DISTINCT y.b) FROM edges x JOIN edges y ON y.a = x.b
			WHERE x.a = $1 AND y.b <> $1 AND y.b NOT IN (SELECT b FROM edges WHERE a = $1)`},
	},
	"people you may know, top 20": {
		{"the first ring left out of the groups", `
			SELECT y.b, count(*), sum(w.weight) FROM edges x JOIN weights w ON w.id = x.b JOIN edges y ON y.a = x.b
			WHERE x.a = $1 GROUP BY y.b
			HAVING y.b <> $1 AND y.b NOT IN (SELECT b FROM edges WHERE a = $1)
			ORDER BY sum(w.weight) DESC, y.b LIMIT 20`},
		{"the first ring left out before grouping", `
			SELECT y.b, count(*), sum(w.weight) FROM edges x JOIN weights w ON w.id = x.b JOIN edges y ON y.a = x.b
			WHERE x.a = $1 AND y.b <> $1 AND y.b NOT IN (SELECT b FROM edges WHERE a = $1) GROUP BY y.b
			ORDER BY sum(w.weight) DESC, y.b LIMIT 20`},
		{"the first ring left out of the best", `
			SELECT * FROM (SELECT y.b, count(*), sum(w.weight) FROM edges x JOIN weights w ON w.id = x.b JOIN edges y ON y.a = x.b
				WHERE x.a = $1 GROUP BY y.b ORDER BY 3 DESC, 1 LIMIT 21 + coalesce((SELECT count FROM weights WHERE id = $1), 0)) best
			WHERE b <> $1 AND NOT EXISTS (SELECT 1 FROM edges f WHERE f.a = $1 AND f.b = best.b)
			ORDER BY 3 DESC, 1 LIMIT 20`},
	},
}

// postgresMutual answers the count and then the ids.
func postgresMutual(first, second string) string {
	return `
		WITH mutual AS MATERIALIZED (SELECT x.b FROM edges x JOIN edges z ON z.a = ` + second + ` AND z.b = x.b WHERE x.a = ` + first + ` AND $1 <> $2)
		SELECT count(*) FROM mutual
		UNION ALL
		(SELECT m.b FROM mutual m JOIN weights w ON w.id = m.b ORDER BY w.weight DESC, m.b LIMIT 10)`
}

var postgresPath = pathTexts{
	counts: `SELECT coalesce((SELECT count FROM weights WHERE id = $1), 0), coalesce((SELECT count FROM weights WHERE id = $2), 0)`,
	one:    `SELECT 1::bigint FROM edges WHERE a = $1 AND b = $2`,
	two:    `SELECT x.b FROM edges x JOIN edges z ON z.a = $2 AND z.b = x.b WHERE x.a = $1 LIMIT 1`,
	three: `SELECT x.b, y.b FROM edges x JOIN edges y ON y.a = x.b
		WHERE x.a = $1 AND (y.b IN (SELECT b FROM edges WHERE a = $2)) = true LIMIT 1`,
	ring: `SELECT a, b FROM unnest($1::bigint[]) t (id) JOIN edges ON a = t.id`,
}

const postgresThreeBySet = `SELECT x.b, (SELECT y.b FROM edges y JOIN edges z ON z.a = $2 AND z.b = y.b WHERE y.a = x.b LIMIT 1)
	FROM edges x WHERE x.a = $1 AND (x.b IN (SELECT y.b FROM edges x JOIN edges y ON y.a = x.b WHERE x.a = $2)) = true LIMIT 1`
