package transfer_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/transfer"
)

// small is a service whose batches have one or two rows, so that the made-up
// community takes some thirty transactions.
func small(d *db.DB, rows int) *transfer.Service {
	s := service(d)
	s.SetBatch(rows)
	return s
}

// Every run begins its first transaction, and the second fails under it: each
// batch of the import is one that an interruption hit.
func TestAnImportGoesOnAfterAFailureInEveryBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "flat")
		failed := 0
		for {
			mine, cancel := context.WithCancel(ctx)
			began := 0
			d.SetClock(func() time.Time { // a transaction asks for the time when it begins
				if began++; began == 3 { // after the set's own look at it
					cancel()
				}
				return time.Now()
			})
			rep, err := small(d, 1).Import(mine, transfer.Options{Dir: dir})
			cancel()
			if err == nil {
				if rep.New() > 1 {
					t.Errorf("the last run found %d new", rep.New())
				}
				break
			}
			if rep.Complete || !errors.Is(err, context.Canceled) {
				t.Fatalf("complete %v, %v", rep.Complete, err)
			}
			if failed++; failed > 100 {
				t.Fatal("the import does not come to an end")
			}
		}
		if failed < 35 {
			t.Errorf("only %d runs failed: the batches are not as small as this test thinks", failed)
		}
		if diff := cmp.Diff(golden(t), told(t, d)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// trap cancels a context after some statements: each of them asks the context
// whether it is counted.
type trap struct {
	context.Context
	left   *int
	cancel func()
}

func (c trap) Value(key any) any {
	if *c.left--; *c.left == 0 {
		c.cancel()
	}
	return c.Context.Value(key)
}

// Every run gets a little further than the one before and is cut off in the
// middle of a transaction.
func TestAnImportGoesOnAfterAFailureInTheMidst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "split")
		failed := 0
		for left := 5; ; left += 5 {
			base, cancel := context.WithCancel(ctx)
			n := left
			_, err := small(d, 2).Import(trap{base, &n, cancel}, transfer.Options{Dir: dir})
			cancel()
			if err == nil {
				break
			}
			if failed++; failed > 300 {
				t.Fatalf("the import does not come to an end: %v", err)
			}
		}
		if failed < 10 {
			t.Errorf("only %d runs failed", failed)
		}
		if diff := cmp.Diff(golden(t), told(t, d)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// killed names the database and the set to the process that is to be killed.
const killed = "GUILDHALL_TEST_IMPORT"

// TestTheProcessThatIsKilled is the other half of the next test: it imports and
// prints a line after each batch.
func TestTheProcessThatIsKilled(t *testing.T) {
	file, dir, ok := strings.Cut(os.Getenv(killed), "|")
	if !ok {
		return // it runs alone only as a child
	}
	d, err := db.Open(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = small(d, 1).Import(ctx, transfer.Options{Dir: dir, Progress: func(string, int, int) { fmt.Println("batch") }})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnImportGoesOnAfterKill(t *testing.T) {
	file, dir := dbtest.SQLiteFile(t), unpack(t, "flat")
	kills := 0
	for {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTheProcessThatIsKilled$")
		cmd.Env = append(os.Environ(), killed+"="+file+"|"+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		batches := 0
		for in := bufio.NewScanner(out); in.Scan(); {
			// The steps that are done print a few lines too, so each run gets further.
			if batches++; batches == 8+8*kills {
				cmd.Process.Kill()
			}
		}
		if cmd.Wait() == nil {
			break
		}
		if kills++; kills > 20 {
			t.Fatal("the import does not come to an end")
		}
	}
	if kills < 3 {
		t.Errorf("killed only %d times", kills)
	}
	d, err := db.Open(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if diff := cmp.Diff(golden(t), told(t, d)); diff != "" {
		t.Errorf("after %d kills -want +got:\n%s", kills, diff)
	}
}

// Of two who import the same set at the same time one wins each batch; whoever
// loses is told so, and nothing is there twice.
func TestTwoImportsAtOnceMakeNothingTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "flat")
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			both.Go(func() { _, errs[i] = small(d, 1).Import(ctx, transfer.Options{Dir: dir}) })
		}
		both.Wait()
		for _, err := range errs {
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		importInto(t, d, transfer.Options{Dir: dir})
		if diff := cmp.Diff(golden(t), told(t, d)); diff != "" {
			t.Errorf("%v -want +got:\n%s", errs, diff)
		}
	})
}
