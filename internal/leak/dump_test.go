package leak

import (
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/db"
)

// dump is all rows of all tables but those that the machine keeps for itself.
type dump map[string]map[string]bool

var machine = []string{"journal", "journal_heads", "journal_cursors", "tasks", "nodes", "settings", "graph_epoch", "goose_db_version", "sqlite_sequence"}

func (h *house) dump() dump {
	h.Helper()
	list := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if h.app.DB.Kind() == db.Postgres {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	}
	out := dump{}
	for _, table := range h.strings(list) {
		if !slices.Contains(machine, table) {
			out[table] = h.rows(table)
		}
	}
	if len(out) < 20 {
		h.Fatalf("only %d tables were found", len(out))
	}
	return out
}

func (h *house) strings(query string) (out []string) {
	h.Helper()
	rows, err := h.app.DB.Query(ctx, query)
	h.must(err)
	defer rows.Close()
	for rows.Next() {
		var s string
		h.must(rows.Scan(&s))
		out = append(out, s)
	}
	h.must(rows.Err())
	return out
}

// rows reads a table; each row is a line of column=value.
func (h *house) rows(table string) map[string]bool {
	h.Helper()
	rows, err := h.app.DB.Query(ctx, `SELECT * FROM `+table)
	h.must(err)
	defer rows.Close()
	names, err := rows.Columns()
	h.must(err)
	out := map[string]bool{}
	for rows.Next() {
		cells, dest := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			dest[i] = &cells[i]
		}
		h.must(rows.Scan(dest...))
		var b strings.Builder
		for i, name := range names {
			if s, ok := cells[i].([]byte); ok {
				cells[i] = string(s)
			}
			fmt.Fprintf(&b, " %s=%v ", name, cells[i])
		}
		out[b.String()] = true
	}
	h.must(rows.Err())
	return out
}

// moved lists the rows that are in one dump and not in the other, with their
// tables.
func moved(a, b dump) (out []string) {
	for table := range a {
		for row := range a[table] {
			if !b[table][row] {
				out = append(out, table+" -"+row)
			}
		}
		for row := range b[table] {
			if !a[table][row] {
				out = append(out, table+" +"+row)
			}
		}
	}
	slices.Sort(out)
	return out
}

// ours reports whether a row is of a member: theirs by its first key, or made by
// them.
func ours(row string, member int64) bool {
	for _, column := range []string{"member_id", "owner_id", "created_by"} {
		if strings.Contains(row, fmt.Sprintf(" %s=%d ", column, member)) {
			return true
		}
	}
	table, _, _ := strings.Cut(row, " ")
	return table == "members" && strings.Contains(row, fmt.Sprintf(" id=%d ", member))
}
