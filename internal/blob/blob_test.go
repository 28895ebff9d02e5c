package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"guildhall/internal/fault"
)

var ctx = context.Background()

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, text string) string {
	t.Helper()
	key, err := s.Put(ctx, strings.NewReader(text), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func read(t *testing.T, s *Store, key string) string {
	t.Helper()
	f, err := s.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files lists every regular file below the store, finished or not.
func files(t *testing.T, s *Store) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestPutOpenDelete(t *testing.T) {
	s := open(t)
	ada, bo := put(t, s, "the same"), put(t, s, "the same")
	if ada == bo {
		t.Fatal("two files share a key; deleting one would delete the other")
	}
	empty := put(t, s, "")
	if got := read(t, s, empty); got != "" {
		t.Errorf("empty file reads %q", got)
	}
	if err := s.Delete(ada); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(ada); !fault.Is(err, fault.Missing) {
		t.Errorf("a deleted file opens with %v, want Missing", err)
	}
	if err := s.Delete(ada); err != nil {
		t.Errorf("deleting twice: %v", err)
	}
	if got := read(t, s, bo); got != "the same" {
		t.Errorf("the other file reads %q", got)
	}
	again, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, again, bo); got != "the same" {
		t.Errorf("after opening the store anew the file reads %q", got)
	}
}

func TestOpenedFileSeeksAndOutlivesItsName(t *testing.T) {
	s := open(t)
	key := put(t, s, "hello")
	f, err := s.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if end, err := f.Seek(0, io.SeekEnd); err != nil || end != 5 {
		t.Fatalf("seek to the end: %d, %v", end, err)
	}
	if err := s.Delete(key); err != nil {
		t.Fatal(err)
	}
	f.Seek(0, io.SeekStart)
	if b, _ := io.ReadAll(f); string(b) != "hello" {
		t.Errorf("an open file lost its bytes: %q", b)
	}
}

func TestNothingIsReadableByOthers(t *testing.T) {
	s := open(t)
	put(t, s, "private")
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTooLargeLeavesNothing(t *testing.T) {
	s := open(t)
	_, err := s.Put(ctx, strings.NewReader("12345"), 4)
	if !fault.Is(err, fault.Invalid) || fault.Text(err) != "This file is larger than 4 bytes; please choose a smaller one." {
		t.Errorf("error %v", err)
	}
	if left := files(t, s); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.Put(ctx, strings.NewReader("1234"), 4); err != nil {
		t.Errorf("a file of exactly the limit: %v", err)
	}
}

func TestBrokenUploadLeavesNothing(t *testing.T) {
	s := open(t)
	gone := errors.New("the phone went into a tunnel")
	_, err := s.Put(ctx, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(gone)), 100)
	if !errors.Is(err, gone) {
		t.Errorf("error %v, want the reader's own", err)
	}
	stopped, stop := context.WithCancel(ctx)
	_, err = s.Put(stopped, io.MultiReader(strings.NewReader("half"), readFunc(func(p []byte) (int, error) {
		stop()
		return copy(p, "more"), nil
	})), 1<<20)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	if left := files(t, s); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestKeysCannotLeaveTheFolder(t *testing.T) {
	s := open(t)
	key := put(t, s, "x")
	secret := filepath.Join(filepath.Dir(s.dir), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := []string{
		"", "..", "../secret", "../../../../etc/passwd", strings.Repeat("../", 8) + "se", "tmp", key[:25], key + "a",
		strings.ToUpper(key), key[:25] + "/", key[:25] + "\x00", key[:25] + "1", key[:24] + "é", "/" + key[1:], key[:2] + "/" + key[3:],
	}
	for _, k := range bad {
		if f, err := s.Open(k); !fault.Is(err, fault.Missing) {
			t.Errorf("Open(%q) = %v, %v; want Missing", k, f, err)
		}
		if err := s.Delete(k); !fault.Is(err, fault.Missing) {
			t.Errorf("Delete(%q) = %v; want Missing", k, err)
		}
	}
	if _, err := os.Stat(secret); err != nil {
		t.Error(err)
	}
}

func FuzzKey(f *testing.F) {
	f.Add("k3aaaaaaaaaaaaaaaaaaaaaaaa")
	f.Add("../../../../../etc/passwd/")
	s := &Store{dir: "/store"}
	f.Fuzz(func(t *testing.T, key string) {
		if valid(key) && s.path(key) != "/store/"+key[:2]+"/"+key {
			t.Errorf("key %q names %s", key, s.path(key))
		}
	})
}

func TestOpenSweepsWhatACrashLeft(t *testing.T) {
	s := open(t)
	kept := put(t, s, "kept")
	old := filepath.Join(s.dir, tmp, "put-1")
	young := filepath.Join(s.dir, tmp, "put-2") // perhaps another process's
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hours := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, hours, hours); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(s.path(kept), hours, hours); err != nil {
		t.Fatal(err)
	}
	s, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the abandoned file is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("an upload under way was swept: %v", err)
	}
	if got := read(t, s, kept); got != "kept" {
		t.Errorf("a finished file reads %q", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	for i := range 16 {
		text := bytes.Repeat([]byte{byte('a' + i)}, 50_000)
		wg.Go(func() {
			for range 4 {
				key, err := s.Put(ctx, bytes.NewReader(text), 1<<20)
				if err != nil {
					t.Error(err)
					return
				}
				f, err := s.Open(key)
				if err != nil {
					t.Error(err)
					return
				}
				if got, _ := io.ReadAll(f); !bytes.Equal(got, text) {
					t.Error("another upload's bytes")
				}
				f.Close()
			}
		})
	}
	wg.Wait()
	if n := len(files(t, s)); n != 64 {
		t.Errorf("%d files, want 64 and none unfinished", n)
	}
}

func TestCheck(t *testing.T) {
	s := open(t)
	free, err := s.Check(ctx)
	if err != nil && free >= lowSpace {
		t.Errorf("Check: %v", err)
	}
	if free <= 0 {
		t.Errorf("free space %d", free)
	}
	if left := files(t, s); len(left) != 0 {
		t.Errorf("the probe stayed: %v", left)
	}
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	_, err = s.Check(ctx)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Text(err), s.dir+": no such file or directory. Free some space, or give") {
		t.Errorf("Check of a lost folder: %v", err)
	}
	if err := enough(100<<20, "/data"); fault.Text(err) != "Only 100 MiB are free on the disk of /data; free some space before it is full." {
		t.Errorf("low space: %v", err)
	}
	if err := enough(lowSpace, "/data"); err != nil {
		t.Errorf("enough space: %v", err)
	}
}

func TestFullDiskIsSaidPlainly(t *testing.T) {
	err := storing(&fs.PathError{Op: "write", Path: "/data/x", Err: syscall.ENOSPC})
	if !fault.Is(err, fault.Unavailable) || strings.Contains(fault.Text(err), "/data") {
		t.Errorf("a full disk is %v", err)
	}
	if err := storing(syscall.EIO); fault.Of(err) != fault.Internal || !errors.Is(err, syscall.EIO) {
		t.Errorf("a broken disk is %v", err)
	}
}

func TestOpenWhereAFileIsInTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	want := "The folder for files, " + path + ", cannot be made: not a directory. Give Guildhall the right to write there."
	if fault.Text(err) != want {
		t.Errorf("got  %s\nwant %s", fault.Text(err), want)
	}
}
