package db

import (
	"slices"
	"testing"
)

func TestSQLiteGetsItsParametersWithoutNames(t *testing.T) {
	abc := []any{"a", "b", "c"}
	for _, c := range []struct {
		query string
		args  []any
		want  string
		order []any
	}{
		{"SELECT 1", nil, "SELECT 1", nil},
		{"SELECT $1, $2", abc[:2], "SELECT ?, ?", abc[:2]},
		{"SELECT $2, $1", abc[:2], "SELECT ?, ?", []any{"b", "a"}},
		{"SELECT $1, $3, $1", abc, "SELECT ?, ?, ?", []any{"a", "c", "a"}},
		{"SELECT '$1', $1, \"x$2\", 'it''s $2', $2", abc[:2], "SELECT '$1', ?, \"x$2\", 'it''s $2', ?", abc[:2]},
		{"SELECT a$b, $1", abc[:1], "SELECT a$b, ?", abc[:1]},
		{"SELECT $4", abc, "SELECT $4", abc},
		{"SELECT $1$2", abc[:2], "SELECT ??", abc[:2]},
	} {
		got, order := SQLite.spoken(c.query, c.args)
		if got != c.want || !slices.Equal(order, c.order) {
			t.Errorf("%s %v\n got %s %v\nwant %s %v", c.query, c.args, got, order, c.want, c.order)
		}
		if same, args := Postgres.spoken(c.query, c.args); same != c.query || !slices.Equal(args, c.args) {
			t.Errorf("PostgreSQL got %s %v", same, args)
		}
	}
}
