package db_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

// enough tells when a test has run for two seconds and done has come true; a slow
// machine gets a minute for it.
func enough(done func() bool) (over func() bool) {
	began := time.Now()
	return func() bool {
		took := time.Since(began)
		return took > time.Minute || took > 2*time.Second && done()
	}
}

// pgx closes the connection of whatever is cut off. Those who wait for a connection
// must not be given such a one.
func TestWhatIsCutOffHarmsNobodyElse(t *testing.T) {
	d := dbtest.Postgres(t)
	var (
		all    sync.WaitGroup
		cutOff atomic.Int64
		over   = enough(func() bool { return cutOff.Load() >= 200 })
	)
	for n := range 40 {
		all.Go(func() {
			for !over() {
				c, cancel := context.WithCancel(ctx)
				last := "0.0001"
				if n%4 > 0 {
					last = "0.1"
					time.AfterFunc(rand.N(2*time.Millisecond), cancel)
				}
				err := d.Write(c, func(tx *db.Tx) error {
					_, err := tx.Exec(c, `SELECT pg_sleep(`+last+`)`)
					return err
				})
				switch {
				case c.Err() != nil:
					cutOff.Add(1)
				case err != nil:
					t.Errorf("nobody cut this off: %v", err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if cutOff.Load() < 200 {
		t.Errorf("only %d were cut off: this proves little", cutOff.Load())
	}
}

// Whoever ends the database's connections, a restart for example, ends no act: what was
// not yet committed is done again, what cannot be known is told as such.
func TestTheDatabaseMayGoAway(t *testing.T) {
	d := dbtest.Postgres(t)
	killer := dbtest.Postgres(t) // of another database on the same server
	var name string
	if err := d.QueryRow(ctx, `SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	var (
		all            sync.WaitGroup
		saved, unknown atomic.Int64
		kills          atomic.Int64
		over           = enough(func() bool { return saved.Load() >= 100 && kills.Load() >= 50 })
	)
	for range 6 {
		all.Go(func() {
			for !over() {
				switch err := d.Write(ctx, func(tx *db.Tx) error { return set(tx, "n", "x") }); {
				case err == nil:
					saved.Add(1)
				case fault.Is(err, fault.Unavailable):
					unknown.Add(1)
				default:
					t.Errorf("a write: %v", err)
				}
			}
		})
		all.Go(func() {
			for !over() {
				var n int64
				if _, err := db.One(d.QueryRow(ctx, `SELECT count(*) FROM settings`), &n); err != nil && !fault.Is(err, fault.Unavailable) { // cut after the row
					t.Errorf("a row: %v", err)
				}
				rows, err := d.Query(ctx, `SELECT version FROM settings`)
				if _, err := db.All(rows, err, db.ScanID); err != nil && !fault.Is(err, fault.Unavailable) { // cut among the rows
					t.Errorf("rows: %v", err)
				}
			}
		})
	}
	for !over() {
		var n int64
		if err := killer.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1`, name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		kills.Add(n)
		time.Sleep(50 * time.Millisecond)
	}
	all.Wait()
	_, version := get(t, d, "n")
	t.Logf("%d connections ended, %d writes saved, of %d it is not known, %d are there", kills.Load(), saved.Load(), unknown.Load(), version)
	if version < saved.Load() || version > saved.Load()+unknown.Load() || saved.Load() < 100 || kills.Load() < 50 {
		t.Error("these numbers cannot be")
	}
}

// A connection that breaks after the commit was sent leaves unknown whether it was
// carried out. It is not tried again, which could do it twice.
func TestACommitWithoutAnAnswerIsToldAsUnknown(t *testing.T) {
	where, err := url.Parse(dbtest.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	cut := &commitCutter{to: where.Host}
	where.Host = cut.listen(t)
	where.RawQuery = "sslmode=disable"
	d, err := db.Open(ctx, where.String())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	save := func() error { return d.Write(ctx, func(tx *db.Tx) error { return set(tx, "n", "x") }) }
	if err := save(); err != nil {
		t.Fatal(err)
	}
	cut.now.Store(true)
	if err := save(); !fault.Is(err, fault.Unavailable) || fault.Text(err) != "The database went away while this was being saved. Please look whether it is there before you try again." {
		t.Errorf("a commit without an answer: %v", err)
	}
	cut.now.Store(false)
	if err := save(); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, version := get(t, d, "n"); version != 3 {
		t.Errorf("saved %d times, want 3", version)
	}
}

// commitCutter stands between a program and PostgreSQL. It passes commits on and, when
// it is told to, cuts the line before their answer.
type commitCutter struct {
	to  string
	now atomic.Bool
}

func (c *commitCutter) listen(t *testing.T) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(near)
		}
	}()
	return l.Addr().String()
}

func (c *commitCutter) pass(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer far.Close()
	var cut atomic.Bool
	go func() {
		defer near.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := far.Read(b)
			if err != nil || cut.Load() {
				return
			}
			near.Write(b[:n])
		}
	}()
	b := make([]byte, 64<<10)
	for {
		n, err := near.Read(b)
		if err != nil {
			return
		}
		cut.Store(c.now.Load() && bytes.Contains(b[:n], []byte("commit")))
		if _, err := far.Write(b[:n]); err != nil {
			return
		}
		if cut.Load() {
			io.Copy(io.Discard, near) // until the answer's side has closed
		}
	}
}
