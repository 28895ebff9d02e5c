package db

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"guildhall/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to this program's version, one step at a time,
// each in a transaction; an interrupted run goes on where it stopped. A database
// that a newer program wrote is refused untouched. It returns the steps done.
func (d *DB) Migrate(ctx context.Context) (int, error) {
	p, err := d.provider()
	if err != nil {
		return 0, err
	}
	have, known, err := d.versions(ctx, p)
	if err != nil {
		return 0, err
	}
	if have > known {
		return 0, fault.New(fault.Unavailable, "This database is of version %d, written by a newer Guildhall; this program knows versions up to %d. Start the newer program, or restore a backup.", have, known)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), wrap(fmt.Errorf("migrate the database: %w", err))
	}
	return len(done), nil
}

// Version returns the schema's version and the newest that this program knows.
func (d *DB) Version(ctx context.Context) (have, known int64, err error) {
	p, err := d.provider()
	if err != nil {
		return 0, 0, err
	}
	return d.versions(ctx, p)
}

func (d *DB) versions(ctx context.Context, p *goose.Provider) (have, known int64, err error) {
	have, err = p.GetDBVersion(ctx)
	if err != nil {
		return 0, 0, wrap(fmt.Errorf("read the database's version: %w", err))
	}
	sources := p.ListSources()
	return have, sources[len(sources)-1].Version, nil
}

func (d *DB) provider() (*goose.Provider, error) {
	dialect := database.DialectSQLite3
	if d.kind == Postgres {
		dialect = database.DialectPostgres
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, d.write, dialectFS{sub, d.kind}, goose.WithTableName("schema_versions"))
}

// dialectFS gives each database its own words for the few that differ, so that
// the migrations are one series of one text: BLOB is BYTEA on PostgreSQL;
// BIGINT PRIMARY KEY is INTEGER PRIMARY KEY on SQLite, which makes it the row's
// own key; /*clustered*/ keeps a table in the order of its primary key; and text
// is ordered by code point on both, whatever the server's locale.
type dialectFS struct {
	fs.FS
	kind Kind
}

var (
	toPostgres = strings.NewReplacer(" BLOB", " BYTEA", " /*clustered*/", "", " TEXT", ` TEXT COLLATE "C"`)
	toSQLite   = strings.NewReplacer("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", ") /*clustered*/", ") WITHOUT ROWID")
)

// Open opens a migration with this database's words put in.
func (f dialectFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return file, err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	words := toSQLite
	if f.kind == Postgres {
		words = toPostgres
	}
	return &textFile{bytes.NewReader([]byte(words.Replace(string(text)))), name}, nil
}

type textFile struct {
	*bytes.Reader
	name string
}

func (t *textFile) Stat() (fs.FileInfo, error) { return t, nil }
func (t *textFile) Close() error               { return nil }
func (t *textFile) Name() string               { return t.name }
func (t *textFile) Mode() fs.FileMode          { return 0o444 }
func (t *textFile) ModTime() time.Time         { return time.Time{} }
func (t *textFile) IsDir() bool                { return false }
func (t *textFile) Sys() any                   { return nil }
