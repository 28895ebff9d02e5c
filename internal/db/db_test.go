package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

var ctx = context.Background()

func set(tx *db.Tx, key, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO settings (key, value, version) VALUES ($1, $2, 1)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = settings.version + 1`, key, value)
	return err
}

func get(t *testing.T, q db.Querier, key string) (value string, version int64) {
	t.Helper()
	if _, err := db.One(q.QueryRow(ctx, `SELECT value, version FROM settings WHERE key = $1`, key), &value, &version); err != nil {
		t.Fatal(err)
	}
	return value, version
}

func TestWriteCommitsAndRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := 0
		if err := d.Write(ctx, func(tx *db.Tx) error {
			tx.After(func() { ran++ })
			return set(tx, "a", "kept")
		}); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		err := d.Write(ctx, func(tx *db.Tx) error {
			tx.After(func() { ran += 10 })
			if err := set(tx, "a", "lost"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("error %v, want the closure's own", err)
		}
		if v, _ := get(t, d, "a"); v != "kept" {
			t.Errorf("value %q after a rollback, want kept", v)
		}
		if ran != 1 {
			t.Errorf("after-commit work ran %d, want once for the commit only", ran)
		}
	})
}

func TestWritersDoNotLoseUpdates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, rounds = 8, 20
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range rounds {
					if err := d.Write(ctx, func(tx *db.Tx) error { return set(tx, "n", "x") }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if _, n := get(t, d, "n"); n != writers*rounds {
			t.Errorf("%d updates, want %d", n, writers*rounds)
		}
	})
}

func TestReadTransactionSeesOneState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(v string) {
			if err := d.Write(ctx, func(tx *db.Tx) error { return set(tx, "a", v) }); err != nil {
				t.Fatal(err)
			}
		}
		write("before")
		err := d.Read(ctx, func(tx *db.Tx) error {
			if v, _ := get(t, tx, "a"); v != "before" {
				t.Errorf("first read %q", v)
			}
			write("after")
			if v, _ := get(t, tx, "a"); v != "before" {
				t.Errorf("second read %q, want the same state as the first", v)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUniqueViolationsAreRecognised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		insert := func() error {
			return d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO claims (kind, value, owner_id, until) VALUES ('handle', 'ada', 1, 0)`)
				return err
			})
		}
		if err := insert(); err != nil {
			t.Fatal(err)
		}
		if err := insert(); !db.IsUnique(err) {
			t.Errorf("error %v, want a unique violation", err)
		}
	})
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO schema_versions (version_id, is_applied) VALUES ($1, $2)`, 99999, true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(ctx); !fault.Is(err, fault.Unavailable) {
			t.Errorf("migrate answered %v, want a refusal", err)
		}
	})
}

func TestQueriesAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		counted, n := db.CountQueries(ctx)
		var one int
		for range 3 {
			if err := d.QueryRow(counted, `SELECT 1`).Scan(&one); err != nil {
				t.Fatal(err)
			}
		}
		d.QueryRow(ctx, `SELECT 1`).Scan(&one)
		if n.N() != 3 {
			t.Errorf("counted %d, want 3", n.N())
		}
	})
}

func TestWhatIsCancelledDoesNotBegin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		var one int
		if err := d.QueryRow(over, `SELECT 1`).Scan(&one); !errors.Is(err, context.Canceled) {
			t.Errorf("one row: %v", err)
		}
		rows, err := d.Query(over, `SELECT 1`)
		if err == nil {
			rows.Close()
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("rows: %v", err)
		}
	})
}

func TestInListsFindEveryValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 1000, db.MaxIn} {
			ids := make([]int64, n)
			for i := range ids {
				ids[i] = int64(i + 1)
			}
			list, args := db.In(2, ids)
			var hit bool
			args = append([]any{int64(max(n, 1))}, args...)
			if err := d.QueryRow(ctx, `SELECT CAST($1 AS BIGINT) IN `+list, args...).Scan(&hit); err != nil {
				t.Fatalf("%d values: %v", n, err)
			}
			if hit != (n > 0) {
				t.Errorf("%d values: last one found %v", n, hit)
			}
		}
	})
}
