// Package edges reads edge lists, for measuring on graphs that others made.
package edges

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"guildhall/internal/fault"
)

// Read reads the edge list in a file. What is wrong with it is a fault of the field
// "file" that names the line.
func Read(path string) ([][2]int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Field("file", "The file %s cannot be read.", path)
	}
	defer f.Close()
	pairs, err := Parse(f)
	if err != nil {
		return nil, fault.Field("file", "%s: %v", path, err)
	}
	return pairs, nil
}

// Parse reads an edge list: two numbers a line, separated by commas, semicolons or
// white space, what follows ignored. A first line of words, or one with another
// number of fields than the next, is a header; blank lines and comments are passed
// over. Directions and duplicates are left as they are.
func Parse(r io.Reader) (pairs [][2]int64, err error) {
	lines, first := bufio.NewScanner(r), 0
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' || text[0] == '%' {
			continue
		}
		fields := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(", \t;", c) })
		var p [2]int64
		ok := len(fields) >= 2
		for i := 0; ok && i < 2; i++ {
			p[i], err = strconv.ParseInt(fields[i], 10, 64)
			ok = err == nil
		}
		if ok && len(pairs) == 1 && first != len(fields) && first != 0 {
			pairs = pairs[:0] // it was a header of numbers: how many members and connections follow
		}
		if ok {
			pairs, first = append(pairs, p), firstWidth(n, len(fields))
		} else if len(pairs) > 0 || n > 1 {
			return nil, fault.New(fault.Invalid, "line %d is no connection: %q", n, text)
		}
	}
	return pairs, lines.Err()
}

// firstWidth is how many fields the first line has; 0 for the others.
func firstWidth(line, fields int) int {
	if line == 1 {
		return fields
	}
	return 0
}
