package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"

	"guildhall/internal/durable"
	"guildhall/internal/fault"
)

// Kind says what a data folder holds.
type Kind string

// The kinds. Stored names never change.
const (
	Live Kind = "live" // a real community: serve and whatever works on it
	Demo Kind = "demo" // made-up members that anybody may be
)

const (
	markerFile = "guildhall.dir"
	lockFile   = "guildhall.lock"

	// format is the version of the folder's layout, raised when an older program
	// could no longer use the folder rightly.
	format = 1
)

// Dir is a data folder in use.
type Dir struct {
	path string
	kind Kind
	lock *os.File // nil when found and not opened
}

// marker is the content of guildhall.dir.
type marker struct {
	Kind   Kind `toml:"kind"`
	Format int  `toml:"format"`
}

// OpenDir opens the data folder for this process alone and makes it, or marks an
// empty one, when it is new: 0700, of this kind. The lock is the kernel's and
// ends with the process, however it ends; Close gives it back before.
//
// It refuses, changing nothing: a folder of the other kind, one that a newer
// Guildhall wrote, one in use, one with other things in it, and one that cannot
// be written. Errors are faults with one sentence that says what to do.
func OpenDir(path string, kind Kind) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, refuseDir(fault.Unavailable, err, "The data folder %s cannot be made: %s; choose another with --data, or give Guildhall the right to make it.", path, plain(err))
	}
	if _, err := look(path, kind); err != nil {
		return nil, err
	}
	d := &Dir{path: path, kind: kind}
	if err := d.take(); err != nil {
		return nil, err
	}
	if err := d.mark(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// FindDir returns the data folder of either kind that is at path, without the
// lock: for looking at what a server may be using.
func FindDir(path string) (*Dir, error) {
	m, err := readMarker(path)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fault.New(fault.Missing, "There is no Guildhall data in %s; give the right folder with --data, or start one with guildhall serve --data %s.", path, path)
	}
	return &Dir{path: path, kind: m.Kind}, nil
}

// Kind says what the folder holds.
func (d *Dir) Kind() Kind { return d.kind }

// Path returns the path of something in the folder; of the folder itself without
// arguments.
func (d *Dir) Path(elem ...string) string {
	return filepath.Join(append([]string{d.path}, elem...)...)
}

// Close gives the folder back. The lock file stays: removing it would let two
// processes each lock a file of that name.
func (d *Dir) Close() error {
	if d.lock == nil {
		return nil
	}
	err := d.lock.Close()
	d.lock = nil
	return err
}

// look reports whether the folder is marked, and refuses one that is not for
// this kind.
func look(path string, kind Kind) (marked bool, err error) {
	m, err := readMarker(path)
	switch {
	case err != nil:
		return false, err
	case m == nil:
		return false, vacant(path)
	case m.Kind == kind:
		return true, nil
	case m.Kind == Demo:
		return true, fault.New(fault.Conflict, "%s holds a demo community, which this command must not touch; choose another folder with --data, or run guildhall demo --data %s.", path, path)
	default:
		return true, fault.New(fault.Conflict, "%s holds a real community, which the demo must not touch; choose another folder for the demo with --data.", path)
	}
}

// readMarker returns nil when there is none.
func readMarker(path string) (*marker, error) {
	file := filepath.Join(path, markerFile)
	b, err := readable(file)
	if b == nil || err != nil {
		return nil, err
	}
	var m marker
	_, err = toml.Decode(string(b), &m)
	if err == nil && m.Format > format {
		return nil, fault.New(fault.Conflict, "The data folder %s was written by a newer Guildhall (format %d; this program knows %d); use the newer program.", path, m.Format, format)
	}
	if err != nil || m.Format < 1 || m.Kind != Live && m.Kind != Demo {
		return nil, refuseDir(fault.Conflict, err, "%s is damaged; restore it from a backup, or write kind = \"live\" and format = %d into it if %s is your community's folder.", file, format, path)
	}
	return &m, nil
}

// vacant refuses a folder that holds what is not Guildhall's. What an operator
// or the system puts there before the first start is allowed.
func vacant(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return refuseDir(fault.Unavailable, err, "The data folder %s cannot be read: %s; choose another with --data, or give Guildhall the right to read it.", path, plain(err))
	}
	for _, e := range entries {
		switch e.Name() {
		case File, lockFile, "lost+found":
		default:
			if strings.HasPrefix(e.Name(), markerFile+".") {
				continue // our own, from a start that was cut off
			}
			return fault.New(fault.Conflict, "%s is not a Guildhall data folder and has other things in it, such as %s; choose an empty or new folder with --data.", path, e.Name())
		}
	}
	return nil
}

// take locks the folder and leaves this process's number for whoever comes
// second. Writing it is also the proof that the folder can be written.
func (d *Dir) take() error {
	f, err := os.OpenFile(d.Path(lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return d.unwritable(err)
	}
	if err := lock(f); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return fault.New(fault.Conflict, "Another Guildhall%s uses the data folder %s; stop it first, or choose another folder with --data.", holder(f), d.path)
		}
		return refuseDir(fault.Unavailable, err, "The data folder %s cannot be locked: %s; keep it on a disk of this machine.", d.path, plain(err))
	}
	_, err = f.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), 0)
	if err := errors.Join(err, f.Sync()); err != nil {
		f.Close()
		return d.unwritable(err)
	}
	d.lock = f
	return nil
}

// patience is how long a lock is waited for. A process that has just ended may
// seem to hold it still: a child that it was starting has the file open until
// its own program begins.
const patience = 500 * time.Millisecond

func lock(f *os.File) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(patience / 20) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
	}
}

// holder names the process in the lock file, for a sentence.
func holder(f *os.File) string {
	b := make([]byte, 16)
	n, _ := f.ReadAt(b, 0)
	var pid int
	if _, err := fmt.Sscan(string(b[:n]), &pid); err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// mark writes the marker unless there is one. It looks again, because until the
// lock was taken another process may have made the folder its own.
func (d *Dir) mark() error {
	marked, err := look(d.path, d.kind)
	if marked || err != nil {
		return err
	}
	text := fmt.Sprintf("# Guildhall keeps a community's data in this folder. Leave this file where it is.\nkind = %q\nformat = %d\n", d.kind, format)
	file := d.Path(markerFile)
	if err := durable.Write(file, file+".new", func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
		return d.unwritable(err)
	}
	if err := os.Chmod(d.path, 0o700); err != nil { //nolint:gosec // a folder; one made by hand is open to all
		return d.unwritable(err)
	}
	return nil
}

func (d *Dir) unwritable(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return refuseDir(fault.Unavailable, err, "The disk of the data folder %s is full; free some space and start again.", d.path)
	}
	return refuseDir(fault.Unavailable, err, "The data folder %s cannot be written: %s; give Guildhall the right to write there, or choose another with --data.", d.path, plain(err))
}

func refuseDir(k fault.Kind, cause error, text string, args ...any) error {
	return &fault.Error{Kind: k, Text: fmt.Sprintf(text, args...), Err: cause}
}
