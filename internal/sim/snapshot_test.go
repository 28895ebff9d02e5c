package sim

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/network"
)

// ring is how many members know their next few before the kills begin: enough for
// a snapshot to take a while.
const ring = 6_000

// save makes ties and writes a snapshot of the graph after each, for ever. It
// tells of each tie when it is made.
func save(ctx context.Context) error {
	a, _, err := instance(ctx, os.Getenv(dataEnv), os.Getenv(whereEnv))
	if err != nil {
		return err
	}
	for n := int64(a.Network.Graph().Edges()); ; n++ {
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			facts, err := a.Network.Connect(ctx, tx, ring+n, ring+n+1, network.How{Reason: "network"})
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
		if err != nil {
			return err
		}
		fmt.Println(ring + n)
		if _, err := a.Network.Save(ctx, true); err != nil {
			return err
		}
	}
}

// TestAKillWhileASnapshotIsWritten kills a process that writes one snapshot after
// the other, and finds each time a start that has every tie it was told of.
func TestAKillWhileASnapshotIsWritten(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { killSaving(t, "") })
	t.Run("postgres", func(t *testing.T) { killSaving(t, dbtest.PostgresURL(t)) })
}

func killSaving(t *testing.T, where string) {
	seed := number("GUILDHALL_CRASH_SEED", time.Now().UnixNano())
	t.Logf("GUILDHALL_CRASH_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 3))
	dir := filepath.Join(t.TempDir(), "hall")
	a, end, err := instance(ctx, dir, where)
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		var ties []network.Edge
		for i := range int64(ring) {
			for step := range int64(3) {
				ties = append(ties, network.Edge{A: i + 1, B: (i+step+1)%ring + 1, Since: time.UnixMilli(i)})
			}
		}
		if _, err := a.Network.BulkConnect(ctx, tx, ties); err != nil {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	var told []int64
	halves, used := 0, 0
	for range kills * 2 {
		p := launch(t, "save", dir, where)
		for n := 1 + r.IntN(4); n > 0; n-- {
			line, ok := p.line()
			var x int64
			if _, err := fmt.Sscan(line, &x); err != nil || !ok {
				t.Fatalf("it ended before the kill: %q %v", line, p.rest())
			}
			told = append(told, x)
		}
		<-time.After(time.Duration(r.IntN(6000)) * time.Microsecond)
		p.kill()
		if where != "" {
			alone(t, where)
		}
		if _, err := os.Stat(filepath.Join(dir, "guildhall.graph.new")); err == nil {
			halves++
		}
		var log bytes.Buffer
		a, end, err := logging(ctx, dir, where, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if a.GraphStart().Snapshot {
			used++
		}
		for _, x := range told {
			if !a.Network.Graph().Connected(x, x+1) {
				t.Errorf("the tie of %d was told of and is not there", x)
			}
		}
		if h, err := examine(ctx, a); err != nil || len(h.Trouble) > 0 {
			t.Errorf("after a kill: %v %v\n%s", h.Trouble, err, log.String())
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d of them while a snapshot was written; %d starts from one", kills*2, halves, used)
	if halves == 0 || used < kills {
		t.Error("this proves little")
	}
}
