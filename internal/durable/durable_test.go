package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// names are what a folder holds.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		all = append(all, e.Name())
	}
	return all
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path, temporary := filepath.Join(dir, "a"), filepath.Join(dir, "a.new")
	if err := os.WriteFile(temporary, []byte("half of it, from a process that was killed"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two"} {
		if err := Write(path, temporary, says(text)); err != nil || content(t, path) != text {
			t.Errorf("%q: %v, holds %q", text, err, content(t, path))
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the folder holds %v", got)
	}
}

// What cannot be written leaves what was there, and nothing beside it.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, path+".new", says("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := os.MkdirAll(filepath.Join(dir, "full", "of"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"fill fails":         Write(path, path+".new", func(w io.Writer) error { _ = says("half")(w); return broken }),
		"place is a folder":  Write(filepath.Join(dir, "full"), path+".new", says("new")),
		"no such place":      Write(filepath.Join(dir, "none", "a"), path+".new", says("new")),
		"no such folder":     Write(path, filepath.Join(dir, "none", "a"), says("new")),
		"folder in the way":  Write(path, filepath.Join(dir, "full"), says("new")),
		"try in no folder":   Try(filepath.Join(dir, "none", "a")),
		"no folder to sync":  Folder(filepath.Join(dir, "none")),
		"nobody can sync it": Folder("/proc"),
	} {
		if err == nil || name == "fill fails" && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a", "full"}) || content(t, path) != "old" {
		t.Errorf("the folder holds %v, the file %q", got, content(t, path))
	}
}

// Each step fails in turn. Up to the new name the old file stands; after it the new
// one, and the error is told all the same.
func TestStepsFail(t *testing.T) {
	for fails, want := range map[string]string{"": "new", "sync": "old", "rename": "old", "folder": "new"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(dir, "b"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("new"); err != nil {
			t.Fatal(err)
		}
		var order []string
		step := func(name string, do func() error) error {
			if order = append(order, name); name == fails {
				return syscall.EIO
			}
			return do()
		}
		err = steps{
			func(f *os.File) error { return step("sync", f.Sync) },
			func(from, to string) error { return step("rename", func() error { return os.Rename(from, to) }) },
			func(path string) error { return step("folder", func() error { return Folder(path) }) },
		}.place(f, path)
		if (fails == "") != (err == nil) || fails != "" && !errors.Is(err, syscall.EIO) {
			t.Errorf("%q fails: %v", fails, err)
		}
		if got := names(t, dir); content(t, path) != want || !slices.Equal(got, []string{"a"}) {
			t.Errorf("%q fails: the folder holds %v, the file %q", fails, got, content(t, path))
		}
		if f.Close() == nil {
			t.Errorf("%q fails: the file is open still", fails)
		}
		if all := []string{"sync", "rename", "folder"}; !slices.Equal(order, all[:len(order)]) || fails != "" && order[len(order)-1] != fails {
			t.Errorf("%q fails: steps %v", fails, order)
		}
	}
}

func TestTry(t *testing.T) {
	dir := t.TempDir()
	if err := Try(filepath.Join(dir, "probe")); err != nil || len(names(t, dir)) != 0 {
		t.Errorf("%v, leaves %v", err, names(t, dir))
	}
}
