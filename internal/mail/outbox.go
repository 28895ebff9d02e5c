package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"guildhall/internal/durable"
	"guildhall/internal/fault"
)

// Outbox keeps letters as files that nobody delivers: the way out of an instance
// without a mail server, of the demo, and of tests. Each is a file
// <UTC time>-<random>.eml (0600), so the folder's order is the order of sending;
// an operator may delete any of them at any time, and Prune does.
type Outbox struct {
	dir  string
	from From

	mu   sync.Mutex
	last time.Time // of the newest name given out, so that no two share a time
}

const (
	stamp      = "20060102T150405.000000Z"
	unfinished = ".new-"
)

// What Prune leaves in an outbox. Letters hold addresses and, for some hours,
// links that sign in; whoever reads them there does so within days.
const (
	KeepLetters = 1000 // the newest; about 4 MB
	KeepFor     = 30 * 24 * time.Hour
)

// Prune removes letters older than KeepFor and the oldest beyond KeepLetters from
// the outbox in dir, and returns how many. What is no letter stays. A folder that
// is not there holds none, and one that was used before there was a mail server
// is pruned as well. Reads the folder's names.
func Prune(dir string, now time.Time) (n int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, outOfOrder(dir, err)
	}
	kept := 0
	for _, e := range slices.Backward(entries) { // sorted by name, so by time
		at, ok := sentAt(e.Name())
		if !ok {
			continue
		}
		if kept < KeepLetters && now.Sub(at) <= KeepFor {
			kept++
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, outOfOrder(dir, err)
		}
		n++
	}
	return n, nil
}

// sentAt reads the time from a letter's name; ok is false for any other name.
func sentAt(name string) (at time.Time, ok bool) {
	when, rest, _ := strings.Cut(name, "-")
	at, err := time.Parse(stamp, when)
	return at, err == nil && strings.HasSuffix(rest, ".eml")
}

// OpenOutbox opens the outbox in dir and makes it if there is none (0700). Errors
// are faults with one sentence for the operator.
func OpenOutbox(dir string, from From) (*Outbox, error) {
	from, err := from.check()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, outOfOrder(dir, err)
	}
	o := &Outbox{dir: dir, from: from}
	o.sweep(time.Now().Add(-time.Hour))
	return o, nil
}

// sweep removes letters that a crash left half written. Young ones may be another
// process's, and one that cannot be removed harms nobody.
func (o *Outbox) sweep(before time.Time) {
	entries, _ := os.ReadDir(o.dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), unfinished) && info.ModTime().Before(before) {
			os.Remove(filepath.Join(o.dir, e.Name()))
		}
	}
}

// Send implements Sender: when it returns, the letter is whole and on the disk.
func (o *Outbox) Send(ctx context.Context, l Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at := o.tick(time.Now())
	m, err := compose(o.from, l, at)
	if err != nil {
		return err
	}
	b, err := bytesOf(m)
	if err != nil {
		return err
	}
	name := at.Format(stamp) + "-" + strings.ToLower(rand.Text()[:8]) + ".eml"
	if err := o.write(name, b); err != nil {
		return outOfOrder(o.dir, err)
	}
	return nil
}

// tick returns a time after every earlier one, whatever the clock does.
func (o *Outbox) tick(now time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	now = now.UTC().Truncate(time.Microsecond)
	if !now.After(o.last) {
		now = o.last.Add(time.Microsecond)
	}
	o.last = now
	return now
}

// write makes the file appear whole: a mail program watching the folder never
// sees half a letter.
func (o *Outbox) write(name string, b []byte) error {
	path := filepath.Join(o.dir, name)
	err := durable.Write(path, o.unfinished(), func(w io.Writer) error { _, err := w.Write(b); return err })
	if err != nil {
		_ = os.Remove(path) // the letter is tried again
	}
	return err
}

// unfinished is a name that no mail program takes for a letter.
func (o *Outbox) unfinished() string { return filepath.Join(o.dir, unfinished+rand.Text()) }

// Check implements Sender: it writes a file and removes it again.
func (o *Outbox) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := durable.Try(o.unfinished()); err != nil {
		return outOfOrder(o.dir, err)
	}
	return nil
}

// Kept is a letter in the outbox.
type Kept struct {
	File string // its path
	At   time.Time
	Letter
}

// List returns the newest n letters, newest first. Files with other names are
// passed over; a letter that was changed until it cannot be read has only File
// and At. Reads n files and the folder's names.
func (o *Outbox) List(n int) ([]Kept, error) {
	entries, err := os.ReadDir(o.dir) // sorted by name, so by time
	if err != nil {
		return nil, outOfOrder(o.dir, err)
	}
	kept := []Kept{}
	for _, e := range slices.Backward(entries) {
		if len(kept) >= n {
			break
		}
		at, ok := sentAt(e.Name())
		if !ok {
			continue
		}
		k := Kept{File: filepath.Join(o.dir, e.Name()), At: at}
		if l, err := readLetter(k.File); err == nil {
			k.Letter = l
		} else if errors.Is(err, fs.ErrNotExist) {
			continue // deleted since the folder was read
		}
		kept = append(kept, k)
	}
	return kept, nil
}

// readLetter reads back what compose wrote, all but the key.
func readLetter(path string) (Letter, error) {
	f, err := os.Open(path)
	if err != nil {
		return Letter{}, err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return Letter{}, err
	}
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return Letter{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return Letter{}, err
	}
	l := Letter{To: to.Address, Name: to.Name, Subject: subject, Unsubscribe: strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")}
	return l, l.readBody(m)
}

func (l *Letter) readBody(m *mail.Message) error {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		l.Text, err = text(quotedprintable.NewReader(m.Body))
		return err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextPart() // undoes quoted-printable itself
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s, err := text(p)
		if err != nil {
			return err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = s
		} else {
			l.Text = s
		}
	}
}

func text(r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	return strings.ReplaceAll(string(b), "\r\n", "\n"), err
}

func outOfOrder(dir string, err error) error {
	reason := err
	var p *fs.PathError
	if errors.As(err, &p) {
		reason = p.Err
	}
	return &fault.Error{Kind: fault.Unavailable, Err: err, Text: fmt.Sprintf(
		"Letters cannot be kept in %s: %v. Free some space or give Guildhall the right to write there, or set smtp to a mail server.", dir, reason)}
}
