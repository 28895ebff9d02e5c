package ldbc

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxLine is the longest line that is read, in bytes. The longest honest one is
// a post of some 2,000.
const maxLine = 1 << 20

// lines reads a file line by line without holding more than one.
type lines struct {
	f *os.File
	r *bufio.Reader
}

func openLines(path string) (*lines, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return &lines{f: f, r: bufio.NewReaderSize(f, 64<<10)}, nil
}

// Close closes the file.
func (l *lines) Close() { l.f.Close() }

// next returns a line without its end. A line above maxLine is passed over and
// long. io.EOF comes after the last line.
func (l *lines) next() (line string, long bool, err error) {
	b, err := l.r.ReadSlice('\n')
	if err == nil || errors.Is(err, io.EOF) && len(b) > 0 {
		return strings.TrimRight(string(b), "\r\n"), false, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return "", false, err
	}
	var rest strings.Builder
	for errors.Is(err, bufio.ErrBufferFull) {
		if rest.Len() <= maxLine {
			rest.Write(b)
		}
		b, err = l.r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, err
	}
	rest.Write(b)
	if rest.Len() > maxLine {
		return "", true, nil
	}
	return strings.TrimRight(rest.String(), "\r\n"), false, nil
}

// row is one line of a table, cut at its bars. Fields are valid until the next.
type row struct {
	At
	fields []string
	table  *table
}

// get returns a field by its column's name; the column must be there.
func (r row) get(col string) string { return r.fields[r.table.col(col)] }

// rows reads a table from the line after the header on. What cannot be cut into
// its columns comes as *Bad; any other error is the last. Empty lines are
// passed over. A set without the table has no rows.
func (s *Set) rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		t := s.tables[name]
		if t == nil {
			return
		}
		for _, path := range t.parts {
			if !t.read(path, yield) {
				return
			}
		}
	}
}

// read yields the rows of one part and reports whether to go on.
func (t *table) read(path string, yield func(row, error) bool) bool {
	l, err := openLines(path)
	if err != nil {
		yield(row{}, err)
		return false
	}
	defer l.Close()
	r := row{At: At{File: filepath.Base(path)}, table: t}
	for {
		r.Line++
		line, long, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			yield(row{}, unreadable(path, err))
			return false
		case r.Line == 1 || line == "" && !long:
			continue
		}
		r.fields = split(r.fields[:0], line)
		bad := error(nil)
		if long {
			bad = Badly(r.At, TooLong, "more than %d bytes", maxLine)
		} else if len(r.fields) != len(t.cols) {
			bad = Badly(r.At, Columns, "%d instead of %d", len(r.fields), len(t.cols))
		}
		if !yield(r, bad) {
			return false
		}
	}
}

func split(into []string, line string) []string {
	for {
		i := strings.IndexByte(line, '|')
		if i < 0 {
			return append(into, line)
		}
		into, line = append(into, line[:i]), line[i+1:]
	}
}

// digest is what one pass over a table's bytes tells.
type digest struct {
	sum  [sha256.Size]byte
	rows int
}

// Sum returns a fingerprint of the bytes of all tables that a community is made
// of. Every table is read once.
func (s *Set) Sum() (string, error) {
	names := slices.Concat(slices.Collect(maps.Keys(entities)), slices.Collect(maps.Keys(relations)), slices.Collect(maps.Keys(mayLack)))
	for _, m := range merged {
		names = append(names, m.alone)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		d, err := s.digest(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %x\n", name, d.sum)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// Rows returns how many lines a table has below its headers; 0 when the set does
// not have it.
func (s *Set) Rows(name string) (int, error) {
	d, err := s.digest(name)
	return d.rows, err
}

func (s *Set) digest(name string) (digest, error) {
	if d, ok := s.digests[name]; ok || s.tables[name] == nil {
		return d, nil
	}
	var d digest
	h := sha256.New()
	for _, path := range s.tables[name].parts {
		n, err := scan(path, h)
		if err != nil {
			return d, err
		}
		d.rows += max(n-1, 0)
	}
	h.Sum(d.sum[:0])
	s.digests[name] = d
	return d, nil
}

// scan copies a file into w and counts its lines.
func scan(path string, w io.Writer) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, unreadable(path, err)
	}
	defer f.Close()
	c := counter{last: '\n'}
	if _, err := io.CopyBuffer(io.MultiWriter(w, &c), f, make([]byte, 256<<10)); err != nil {
		return 0, unreadable(path, err)
	}
	if c.last != '\n' {
		c.n++
	}
	return c.n, nil
}

type counter struct {
	n    int
	last byte
}

func (c *counter) Write(b []byte) (int, error) {
	if len(b) > 0 {
		c.n += bytes.Count(b, []byte{'\n'})
		c.last = b[len(b)-1]
	}
	return len(b), nil
}
