package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"guildhall/internal/fault"
)

// SQLite result codes, primary and extended, as its documentation numbers them.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadonly   = 8
	sqliteIOErr      = 10
	sqliteCorrupt    = 11
	sqliteFull       = 13
	sqliteNotADB     = 26
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// IsUnique reports whether err is a broken unique constraint or primary key.
func IsUnique(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return se.Code() == sqliteUnique || se.Code() == sqlitePrimaryKey
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "23505"
}

// damaged reports whether an SQLite file is no whole database.
func damaged(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && (se.Code()&0xff == sqliteCorrupt || se.Code()&0xff == sqliteNotADB)
}

// again reports whether a transaction lost a race that it may win next time.
func again(err error) bool {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return se.Code()&0xff == sqliteBusy || se.Code()&0xff == sqliteLocked
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

// wrap turns a failing machine into a fault with a sentence; other errors pass.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqliteFull:
			return unavailable("The disk is full. Nothing was changed; please try again when there is room.", err)
		case sqliteIOErr, sqliteReadonly:
			return unavailable("The disk cannot be written just now. Please try again in a moment.", err)
		case sqliteCorrupt, sqliteNotADB:
			return unavailable("The database file is damaged or is no Guildhall database.", err)
		}
		return err
	}
	var pe *pgconn.PgError
	switch {
	case errors.As(err, &pe) && pe.Code == "53100":
		return unavailable("The disk is full. Nothing was changed; please try again when there is room.", err)
	case broken(err):
		return unavailable("The database does not answer just now. Please try again in a moment.", err)
	}
	return err
}

func unavailable(text string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Text: text, Err: err}
}
