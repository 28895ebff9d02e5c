// Package dbtest gives tests a fresh, migrated database of each kind. SQLite
// lives in the test's folder; PostgreSQL is the server named by
// GUILDHALL_TEST_POSTGRES, or a temporary one that ends with the test binary.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guildhall/internal/db"
)

// Each runs f once on SQLite and once on PostgreSQL, as subtests, each on an
// empty database with the current schema. A machine without PostgreSQL fails
// the test and says what to install: nothing is skipped in silence.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

var template struct {
	sync.Once
	bytes []byte
	err   error
}

// SQLite returns an empty migrated SQLite database, closed with the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, SQLiteFile(t))
}

// SQLiteFile returns the path of an empty migrated SQLite file that nobody has
// open: for tests that start a whole server on it.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	template.Do(func() { template.bytes, template.err = makeTemplate() })
	if template.err != nil {
		t.Fatalf("prepare the SQLite template: %v", template.err)
	}
	path := filepath.Join(t.TempDir(), "guildhall.db")
	if err := os.WriteFile(path, template.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// makeTemplate migrates once a process and keeps the file's bytes.
func makeTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "guildhall-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "t.db")
	d, err := db.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(context.Background()); err != nil {
		d.Close()
		return nil, err
	}
	if err := d.Close(); err != nil { // the last close folds the log into the file
		return nil, err
	}
	return os.ReadFile(path)
}

func open(t testing.TB, where string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}
