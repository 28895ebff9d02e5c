package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"guildhall/internal/fault"
)

func openPostgres(url string) (*DB, error) {
	conf, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Field: "database", Text: "The database address " + redact(url) + " cannot be read.", Err: err}
	}
	pool := sql.OpenDB(connector{stdlib.GetConnector(*conf)})
	pool.SetMaxOpenConns(max(8, 4*runtime.NumCPU()))
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{kind: Postgres, read: pool, write: pool, now: time.Now}, nil
}

// connector makes connections that can tell whether they are whole. pgx closes the
// connection of a statement that is cut off, and without this the pool hands it on to
// whoever waits for one: with three in a row that failed acts nobody had cut off.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return connection{made.(*stdlib.Conn)}, nil
}

type connection struct{ *stdlib.Conn }

// IsValid makes it a driver.Validator: what is not valid the pool replaces.
func (c connection) IsValid() bool {
	pg := c.Conn.Conn().PgConn()
	return !pg.IsClosed() && pg.TxStatus() == 'I'
}

// broken reports whether the database went away, and with it whatever was not yet
// committed: it shuts down or starts, or the connection was cut.
func broken(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return strings.HasPrefix(pe.Code, "57P") || strings.HasPrefix(pe.Code, "08") || pe.Code == "53300"
	}
	var (
		ce *pgconn.ConnectError
		ne *net.OpError
	)
	return errors.As(err, &ce) || errors.As(err, &ne) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err)
}
