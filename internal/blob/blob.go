// Package blob keeps files: bytes under a random key in a folder on disk, whole
// or not at all, on the disk before Put returns.
//
// It owns the folder given to Open. It does not know what is in the files, whose
// they are or who may see them: whoever stores a key decides that. The same few
// methods fit an object store.
//
// In the folder, a file with the key "k3…" lies in "k3/", and a file still being
// written lies in "tmp/".
package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"guildhall/internal/durable"
	"guildhall/internal/fault"
)

const (
	keyLen = 26 // of base32: 130 random bits, so that nobody guesses a key
	tmp    = "tmp"

	// An unfinished file older than this belongs to nobody any more. Younger ones
	// stay: a second process may be looking at a folder that a server is using.
	abandoned = time.Hour

	// Below this, Check warns: a database that meets a full disk stops writing.
	lowSpace = 256 << 20
)

// Store is a folder of files. It is safe for concurrent use, also by several
// processes.
type Store struct {
	dir string
}

// Open opens the store in dir, makes it if there is none (0700), and removes
// what a crash left unfinished. Errors are faults with one sentence for the
// operator.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, tmp), 0o700); err != nil {
		return nil, unavailable(err, "The folder for files, %s, cannot be made: %s. Give Guildhall the right to write there.", dir, plain(err))
	}
	s := &Store{dir: dir}
	if err := s.sweep(time.Now().Add(-abandoned)); err != nil {
		return nil, unavailable(err, "The folder for files, %s, cannot be tidied: %s. Give Guildhall the right to read and write there.", dir, plain(err))
	}
	return s, nil
}

// sweep removes unfinished files last written before the given time. A file that
// another process removes meanwhile is no error.
func (s *Store) sweep(before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, tmp))
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, tmp, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put stores what r yields, at most limit bytes, and returns its new key. When it
// returns, the file and its name are on the disk; when it fails, nothing stays.
// Equal bytes get different keys: who deletes a file deletes nobody else's.
//
// Errors: fault.Invalid when r holds more than limit bytes, fault.Unavailable when
// the disk is full, ctx's own error, else r's or the disk's. Costs two fsyncs,
// three for the first file of a folder.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (key string, err error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, tmp), "put-*") // 0600
	if err != nil {
		return "", storing(err)
	}
	defer durable.Discard(f)
	if err := fill(ctx, f, r, limit); err != nil {
		return "", err
	}
	key = strings.ToLower(rand.Text())
	if err := s.settle(f, key); err != nil {
		return "", storing(err)
	}
	return key, nil
}

// fill copies r into f, and one byte beyond limit to notice that there is more.
func fill(ctx context.Context, f *os.File, r io.Reader, limit int64) error {
	n, err := io.Copy(writer{f}, io.LimitReader(reader{ctx, r}, limit+1))
	if err != nil {
		return err
	}
	if n > limit {
		return fault.New(fault.Invalid, "This file is larger than %s; please choose a smaller one.", size(limit))
	}
	return nil
}

// settle moves a finished file to its place and makes the name durable.
func (s *Store) settle(f *os.File, key string) error {
	to := s.path(key)
	shard := filepath.Dir(to)
	switch err := os.Mkdir(shard, 0o700); {
	case err == nil:
		if err := durable.Folder(s.dir); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	err := durable.Place(f, to)
	if err != nil {
		_ = os.Remove(to) // the caller will not learn the key
	}
	return err
}

// Open opens the file with this key for reading; the caller closes it. The bytes
// under a key never change. Errors: fault.Missing when there is none or the key
// is not one, else the disk's.
func (s *Store) Open(key string) (io.ReadSeekCloser, error) {
	if !valid(key) {
		return nil, fault.NotFound()
	}
	f, err := os.Open(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", key, err)
	}
	return f, nil
}

// Delete removes the file with this key for good, also from a crash's point of
// view. A file that is not there is deleted already: no error. A reader that has
// it open reads on to the end.
func (s *Store) Delete(key string) error {
	if !valid(key) {
		return fault.NotFound()
	}
	path := s.path(key)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = durable.Folder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// Check writes, syncs and removes a small file, and returns the bytes free for
// Guildhall on that disk. An error is fault.Unavailable with one sentence that
// says what to do; too little space is one, with free still set.
func (s *Store) Check(ctx context.Context) (free int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := s.probe(); err != nil {
		return 0, unavailable(err, "Files cannot be written to %s: %s. Free some space, or give Guildhall the right to write there.", s.dir, plain(err))
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(s.dir, &st); err != nil {
		return 0, unavailable(err, "The free space of %s cannot be read: %s. Look at the disk.", s.dir, plain(err))
	}
	free = int64(st.Bavail) * int64(st.Bsize)
	return free, enough(free, s.dir)
}

func enough(free int64, dir string) error {
	if free < lowSpace {
		return fault.New(fault.Unavailable, "Only %s are free on the disk of %s; free some space before it is full.", size(free), dir)
	}
	return nil
}

func (s *Store) probe() error {
	return durable.Try(filepath.Join(s.dir, tmp, "probe-"+rand.Text()))
}

func (s *Store) path(key string) string { return filepath.Join(s.dir, key[:2], key) }

// valid reports whether key has the form that Put gives out: lower-case base32
// and nothing else, so no key can name a path outside its folder.
func valid(key string) bool {
	if len(key) != keyLen {
		return false
	}
	for i := range len(key) {
		if c := key[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
