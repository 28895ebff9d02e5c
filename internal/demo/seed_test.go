package demo

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db/dbtest"
)

var ctx = context.Background()

// open starts an instance on an empty database.
func open(t testing.TB, where string) *app.App {
	t.Helper()
	cfg := config.Config{Data: t.TempDir(), Database: where, Name: Name, Listen: "127.0.0.1:0", BaseURL: "http://localhost", From: "hall@localhost"}
	a, err := app.New(ctx, cfg, app.Options{Demo: true, Unlimited: true, Personas: Personas, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func TestSeed(t *testing.T) {
	a := open(t, dbtest.SQLiteFile(t))
	start := time.Now()
	rep, made, err := Ensure(ctx, a, Options{Seed: 1})
	if err != nil || !made {
		t.Fatal(made, err)
	}
	t.Logf("%+v in %v", rep, time.Since(start))
	start = time.Now()
	_, made, err = Ensure(ctx, a, Options{Seed: 1})
	t.Logf("again: %v %v %v", made, err, time.Since(start))
	ps, err := Personas(ctx, a)
	for _, p := range ps {
		t.Logf("%+v", p)
	}
	t.Log(err)
}
