package app_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/mail"
	"guildhall/internal/task"
)

var ctx = context.Background()

// instance is a new one in a data folder of its own, made by a process that would
// let everybody read what it makes.
func instance(t *testing.T) (a *app.App, data string) {
	t.Helper()
	before := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(before) })
	data = filepath.Join(t.TempDir(), "it's data")
	dir, err := config.OpenDir(data, config.Live)
	must(t, err)
	t.Cleanup(func() { dir.Close() })
	cfg, err := config.Load(data, func(string) string { return "" }, config.Partial{})
	must(t, err)
	a, err = app.New(ctx, cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { a.Close() })
	return a, data
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rights(t *testing.T, a *app.App) app.Finding {
	t.Helper()
	for _, f := range a.Doctor(ctx) {
		if f.What == "Rights" {
			return f
		}
	}
	t.Fatal("the doctor does not look at the rights")
	return app.Finding{}
}

func TestNobodyElseMayReadWhatAnInstanceMakes(t *testing.T) {
	a, data := instance(t)
	_, err := a.Blobs.Put(ctx, strings.NewReader("a picture"), 1<<10)
	must(t, err)
	must(t, a.Mail.Send(ctx, mail.Letter{To: "ada@example.org", Subject: "A link", Text: "A link"}))
	made := map[string]int{}
	must(t, filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		must(t, err)
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the rights %v", path, info.Mode())
		}
		made[filepath.Ext(path)]++
		return nil
	}))
	if made[".db"] != 1 || made[".db-wal"] != 1 || made[".db-shm"] != 1 || made[".eml"] != 1 {
		t.Errorf("it made %v, so this proves little", made)
	}
	if f := rights(t, a); !f.OK {
		t.Errorf("the doctor says %+v", f)
	}
}

func TestTheDoctorSeesWhatOthersMayRead(t *testing.T) {
	a, data := instance(t)
	settings := filepath.Join(data, config.File)
	must(t, os.WriteFile(settings, []byte("name = \"Old Hall\"\n"), 0o644))
	f, quoted := rights(t, a), "'"+strings.ReplaceAll(data, "'", `'\''`)+"'"
	if f.OK || f.Says != "others on this machine may read or change "+settings+" (1 in all)" || f.Do != "Run: chmod -R go= "+quoted {
		t.Errorf("%+v", f)
	}
	for path, mode := range map[string]fs.FileMode{settings: 0o600, filepath.Join(data, "outbox"): 0o710, filepath.Join(data, "guildhall.db"): 0o640} {
		must(t, os.Chmod(settings, 0o600))
		must(t, os.Chmod(path, mode))
		if f := rights(t, a); f.OK != (mode == 0o600) {
			t.Errorf("%s with %v: %+v", path, mode, f)
		}
		must(t, os.Chmod(path, mode&0o700))
	}
	disk := t.TempDir() // 0777: others may read it, and a link leads there
	must(t, os.Symlink(disk, filepath.Join(data, "larger")))
	if f := rights(t, a); f.OK || f.Do != "Run: chmod -R go= '"+disk+"'" {
		t.Errorf("behind a link: %+v", f)
	}
}

// Letters leave no copy of their links behind, and the outbox does not grow for ever.
func TestLettersDoNotStay(t *testing.T) {
	a, data := instance(t)
	payload, err := json.Marshal(mail.Letter{To: "ada@example.org", Subject: "A link", Text: "https://hall.example/reset/secret"})
	must(t, err)
	must(t, a.DB.Write(ctx, func(tx *db.Tx) error {
		return task.Enqueue(ctx, tx, "mail.letter", "", string(payload), time.Time{})
	}))
	if n := a.Tasks.Drain(ctx); n != 1 {
		t.Fatalf("%d tasks were done", n)
	}
	kept := func() int {
		t.Helper()
		list, err := a.Mail.(*mail.Outbox).List(9)
		must(t, err)
		return len(list)
	}
	var left string
	if err := a.DB.QueryRow(ctx, `SELECT payload FROM tasks`).Scan(&left); err != nil || left != "" || kept() != 1 {
		t.Errorf("the letter was kept in %d files, and in the task %q, %v", kept(), left, err)
	}
	a.DB.SetClock(func() time.Time { return time.Now().Add(mail.KeepFor + time.Minute) })
	must(t, a.DB.Write(ctx, func(tx *db.Tx) error { return task.Enqueue(ctx, tx, "mail.prune", "every", "", time.Time{}) }))
	if a.Tasks.Drain(ctx); kept() != 0 {
		t.Errorf("%d letters in %s are too old and still there", kept(), data)
	}
}
