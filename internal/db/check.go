package db

import (
	"context"
	"fmt"

	"guildhall/internal/fault"
)

// Check asks the database whether it is whole. On SQLite it reads every page
// (quick_check), about a second a gigabyte; PostgreSQL checks its pages as it
// reads them, so there it only asks for an answer.
func (d *DB) Check(ctx context.Context) error {
	if d.kind == Postgres {
		return wrap(d.Ping(ctx))
	}
	var says string
	if err := d.QueryRow(ctx, `PRAGMA quick_check(1)`).Scan(&says); err != nil {
		return wrap(fmt.Errorf("check the database: %w", err))
	}
	if says != "ok" {
		return fault.New(fault.Unavailable, "The database file is damaged: %s.", says)
	}
	return nil
}
