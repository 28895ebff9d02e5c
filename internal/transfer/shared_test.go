package transfer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/transfer"
)

var ctx = context.Background()

// shared returns the folder of a data set that is kept beside the project, named
// by GUILDHALL_SHARED or found as a folder shared next to one above.
func shared(t testing.TB, name string) string {
	t.Helper()
	if base := os.Getenv("GUILDHALL_SHARED"); base != "" {
		return filepath.Join(base, "data", name)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		found := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(found); err == nil {
			return found
		}
	}
	t.Skipf("the data set %s is not beside the project: set GUILDHALL_SHARED to the folder that has data/%s", name, name)
	return ""
}

// service is the importer over the real spine and the real profiles.
func service(d *db.DB) *transfer.Service {
	contacts := profile.New(d, nil, nil, nil, nil, nil) // only its table is asked
	return transfer.New(d, member.New(d), trait.New(d), network.New(d), access.NewPolicies(d, access.ConnectionsOnly), contacts)
}

// unpack writes a made-up set of the reader's into a fresh folder.
func unpack(t testing.TB, name string) string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("ldbc", "testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// edit replaces a text that occurs once in a file.
func edit(t testing.TB, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), old); n != 1 {
		t.Fatalf("%q occurs %d times in %s", old, n, path)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rowsOf reads a statement's rows as lines, sorted.
func rowsOf(t testing.TB, d *db.DB, query string) []string {
	t.Helper()
	rows, err := d.Query(ctx, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		vals, dest := make([]any, len(cols)), make([]any, len(cols))
		for i := range vals {
			dest[i] = &vals[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSuffix(fmt.Sprintln(vals...), "\n"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// dump is every row of every table as it is stored.
func dump(t testing.TB, d *db.DB) map[string][]string {
	t.Helper()
	list := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if d.Kind() == db.Postgres {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	out := map[string][]string{}
	for _, table := range rowsOf(t, d, list) {
		if table != "schema_versions" && !strings.HasPrefix(table, "sqlite_") {
			out[table] = rowsOf(t, d, `SELECT * FROM `+table)
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d tables found", len(out))
	}
	return out
}

// unchanged fails with the first rows that differ from a dump before.
func unchanged(t testing.TB, d *db.DB, was map[string][]string) {
	t.Helper()
	for table, rows := range dump(t, d) {
		if !slices.Equal(rows, was[table]) {
			t.Errorf("%s changed (-before +after):\n%s", table, cmp.Diff(was[table], rows))
			return
		}
	}
}

// told is what the tables say in words, without ids: two databases that were
// filled in different ways from the same set tell the same.
func told(t testing.TB, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	for _, q := range []struct{ what, query string }{
		{"members", `SELECT m.name, '|', m.location, '|', m.created_at / 1000, '|', m.status, p.preset FROM members m LEFT JOIN privacy p ON p.member_id = m.id`},
		{"entities", `SELECT e.kind, e.name, '|', e.url, '|', COALESCE(u.name, '-'), '|', COALESCE(p.name, '-') FROM entities e
			LEFT JOIN entities u ON u.id = e.parent_id LEFT JOIN entities p ON p.id = e.place_id`},
		{"traits", `SELECT m.name, t.kind, t.relation, e.name, '|', t.role, t.from_month / 12, t.from_month % 12, t.to_month / 12, t.to_month % 12, CASE WHEN t.year_only THEN 'years' ELSE '' END
			FROM traits t JOIN members m ON m.id = t.member_id JOIN entities e ON e.id = t.entity_id`},
		{"people", `SELECT e.name, '|', m.name FROM trait_people p JOIN members m ON m.id = p.member_id JOIN entities e ON e.id = p.entity_id`},
		{"connections", `SELECT a.name, '|', b.name, '|', c.since FROM connections c JOIN members a ON a.id = c.member_id JOIN members b ON b.id = c.peer_id`},
		{"contacts", `SELECT m.name, c.kind, c.value, c.ordinal FROM profile_contacts c JOIN members m ON m.id = c.member_id`},
		{"external", `SELECT x.source, x.kind, x.source_id, COALESCE(m.name, e.name), CASE WHEN x.owner_id = x.local_id THEN 'own' ELSE 'other' END
			FROM external_ids x LEFT JOIN members m ON m.id = x.local_id LEFT JOIN entities e ON e.id = x.local_id`},
		{"journal", `SELECT kind, facets, owner, peer, ref FROM journal`},
		{"logins", `SELECT email FROM accounts UNION ALL SELECT value FROM claims WHERE kind <> 'handle' UNION ALL SELECT payload FROM tasks`},
	} {
		b.WriteString("## " + q.what + "\n")
		for _, line := range rowsOf(t, d, q.query) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
