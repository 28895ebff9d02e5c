package app_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
)

// lines keeps what is logged.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) has(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), s)
}

// open starts an instance that is settled already.
func open(t testing.TB, data, where string) (*app.App, *lines) {
	t.Helper()
	l := &lines{}
	cfg := config.Config{Data: data, Database: where, Listen: "127.0.0.1:0", Name: "Testhall", BaseURL: "http://localhost", From: "hall@localhost"}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.NewTextHandler(l, nil))})
	if err != nil {
		t.Fatal(err)
	}
	a.TellGraph()
	return a, l
}

// serving lets an instance serve until the returned function stops it.
func serving(t testing.TB, a *app.App) (stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, l) }()
	return func() {
		t.Helper()
		cancel()
		err := <-served
		if errors.Is(err, context.Canceled) { // it was stopped while it began
			err = nil
		}
		if err := errors.Join(err, a.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func tie(t testing.TB, a *app.App, x, y int64) {
	t.Helper()
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		facts, err := a.Network.Connect(ctx, tx, x, y, network.How{Reason: "network"})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func snapshot(t *testing.T, a *app.App) app.Finding {
	t.Helper()
	for _, f := range a.Doctor(ctx) {
		if f.What == "Graph index" && !f.OK {
			t.Errorf("%+v", f)
		}
		if f.What == "Graph snapshot" {
			return f
		}
	}
	t.Fatal("the doctor does not look at the snapshot")
	return app.Finding{}
}

// A server leaves a snapshot behind when it stops, also of what nobody told it to
// keep, and the next one starts from it; one whose folder has a damaged file reads
// the database, says so, and writes another.
func TestAServerStartsFromItsSnapshot(t *testing.T) {
	for kind, where := range map[string]func(string) string{
		"sqlite":   func(data string) string { return filepath.Join(data, "guildhall.db") },
		"postgres": func(string) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(kind, func(t *testing.T) {
			data := t.TempDir()
			at, file := where(data), filepath.Join(data, "guildhall.graph")
			a, log := open(t, data, at)
			if f := snapshot(t, a); !log.has("the graph was read from the database") || !f.OK || !strings.Contains(f.Says, "there is no snapshot") {
				t.Errorf("at the first start: %+v", f)
			}
			stop := serving(t, a)
			for start := time.Now(); ; time.Sleep(time.Millisecond) { // it writes one at once
				if _, err := os.Stat(file); err == nil {
					break
				}
				if time.Since(start) > 20*time.Second {
					t.Fatal("no snapshot was written while it ran")
				}
			}
			tie(t, a, 1, 2)
			tie(t, a, 2, 3)
			stop()
			if info, err := os.Stat(file); err != nil || info.Mode() != fs.FileMode(0o600) {
				t.Fatalf("the file has the rights %v, %v", info.Mode(), err)
			}

			a, log = open(t, data, at)
			if f := snapshot(t, a); !log.has("started from its snapshot") || !log.has("connections=2") || !f.OK || !strings.Contains(f.Says, "2 connections") || !strings.Contains(f.Says, "0 entries") {
				t.Errorf("at the second start: %+v\n%s", f, log.text.String())
			}
			tie(t, a, 3, 4) // and is not stopped in order
			must(t, a.Close())

			a, log = open(t, data, at)
			if f := snapshot(t, a); !log.has("started from its snapshot") || !log.has("connections=3") || !f.OK || !strings.Contains(f.Says, "1 entries") {
				t.Errorf("after one that was killed: %+v\n%s", f, log.text.String())
			}
			must(t, a.Close())

			must(t, os.Truncate(file, 99))
			a, log = open(t, data, at)
			if f := snapshot(t, a); !log.has("level=WARN") || !log.has("why=") || !log.has("connections=3") || f.OK || f.Do == "" {
				t.Errorf("with a damaged file: %+v\n%s", f, log.text.String())
			}
			serving(t, a)()
			a, log = open(t, data, at)
			if f := snapshot(t, a); !log.has("started from its snapshot") || !f.OK {
				t.Errorf("after a damaged one was replaced: %+v\n%s", f, log.text.String())
			}
			must(t, a.Close())
		})
	}
}

// How large a community BenchmarkStart makes.
var (
	startMembers     = flag.Int("members", 2_000, "of BenchmarkStart")
	startConnections = flag.Int("connections", 40_000, "of BenchmarkStart")
)

// BenchmarkStart is the whole start of a server on an SQLite file, from the
// snapshot and without: go test ./internal/app -run '^$' -bench Start -benchtime 3x
// -members 100000 -connections 3000000.
func BenchmarkStart(b *testing.B) {
	data := b.TempDir()
	where := filepath.Join(data, "guildhall.db")
	a, _ := open(b, data, where)
	begin := time.Now()
	if err := settle(a, *startMembers, *startConnections); err != nil {
		b.Fatal(err)
	}
	b.Logf("made %d members and %d connections in %.0f s", *startMembers, a.Network.Graph().Edges(), time.Since(begin).Seconds())
	serving(b, a)()
	file := filepath.Join(data, "guildhall.graph")
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("the snapshot has %d MB", info.Size()/1e6)
	start := func(b *testing.B, said string) {
		for b.Loop() {
			a, log := open(b, data, where)
			if !log.has(said) {
				b.Fatal(log.text.String())
			}
			b.StopTimer()
			if err := a.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	}
	b.Run("snapshot", func(b *testing.B) { start(b, "started from its snapshot") })
	a, _ = open(b, data, where)
	for i := range int64(5_000) {
		tie(b, a, 1_000_000+i, 2_000_000+i)
	}
	if err := a.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("snapshot and 5000 changes", func(b *testing.B) { start(b, "started from its snapshot") })
	if err := os.Remove(file); err != nil {
		b.Fatal(err)
	}
	b.Run("database", func(b *testing.B) { start(b, "read from the database") })
}

// settle makes members, and connections between them of which some have many.
func settle(a *app.App, members, connections int) error {
	r := rand.New(rand.NewPCG(1, 1))
	ids := make([]int64, 0, members)
	for len(ids) < members {
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			for range min(5_000, members-len(ids)) {
				c, err := a.Members.Create(ctx, tx, member.Newcomer{Name: "Ada Lovelace", Handle: fmt.Sprintf("m-%06d", len(ids))})
				if err != nil {
					return err
				}
				ids = append(ids, c.ID)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for made := int64(0); made < int64(connections); {
		ties := make([]network.Edge, min(100_000, connections-int(made)))
		for i := range ties {
			x, y := r.Float64(), r.IntN(members)
			ties[i] = network.Edge{A: ids[int(x*x*float64(members))], B: ids[y], Since: time.UnixMilli(int64(i))}
		}
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			n, err := a.Network.BulkConnect(ctx, tx, ties)
			made += n
			return err
		})
		if err != nil {
			return err
		}
	}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph})
	})
	return errors.Join(err, a.Network.Sync(ctx))
}
