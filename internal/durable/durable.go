// Package durable puts files on the disk so that they are there whole after a crash,
// or not at all. It knows nothing of what is in them: its errors are the disk's, and
// whoever asks it finds the sentence for people.
package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the file at path appear with all that fill writes, or not at all: 0600,
// and on the disk when it returns. Until then it has another name, temporary, on the
// same disk; what a process that was killed left under it is taken away. After an
// error nothing stays under temporary, and a file that was at path before is still
// there, unless its folder could not be synced at the end: then path has the new one.
// Costs two fsyncs.
func Write(path, temporary string, fill func(io.Writer) error) error {
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		Discard(f)
		return err
	}
	return Place(f, path)
}

// Place closes a file that is written and gives it its place, on the disk when it
// returns. It takes the file away when it cannot, unless only the last step failed,
// the sync of the folder: then the file is at path and may be gone after a crash.
func Place(f *os.File, path string) error { return disk.place(f, path) }

// Discard closes a file and takes it away, or nothing when it has been placed.
func Discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// Folder makes names that came, went or changed in a folder stay so.
func Folder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Try writes a small file, syncs it and takes it away again: whether a folder can be
// written.
func Try(temporary string) error {
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString("Guildhall was here.\n")
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(temporary))
}

// steps are the ways of the disk. Tests let one of them fail.
type steps struct {
	sync   func(*os.File) error
	rename func(from, to string) error
	folder func(path string) error
}

var disk = steps{(*os.File).Sync, os.Rename, Folder}

func (s steps) place(f *os.File, path string) error {
	err := s.sync(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = s.rename(f.Name(), path)
	}
	if err != nil {
		Discard(f)
		return err
	}
	return s.folder(filepath.Dir(path))
}
