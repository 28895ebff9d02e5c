package graph

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"guildhall/internal/fault"
	engine "guildhall/internal/graph"
)

// readEdges reads an edge list: two numbers a line, separated by commas or white
// space, what follows ignored; a first line of words, or one with another number of
// fields than the next, blank lines and comments skipped; both directions and duplicates taken as one. A wrong line is a fault
// that names it.
func readEdges(path string) (*network, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Field("file", "The file %s cannot be read.", path)
	}
	defer f.Close()
	pairs, err := parseEdges(f)
	if err != nil {
		return nil, fault.Field("file", "%s: %v", path, err)
	}
	v := engine.Build(func(yield func(int64, int64) bool) {
		for _, p := range pairs {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}).Snapshot()
	return gather(v), nil
}

func parseEdges(r io.Reader) (pairs [][2]int64, err error) {
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

// gather numbers the members of a graph in the order of their ids.
func gather(v *engine.View) *network {
	n := &network{edges: v.Edges()}
	place := map[int64]uint32{}
	for id := range v.All() {
		if _, ok := place[id]; !ok {
			place[id] = 0
		}
	}
	for _, hi := range v.All() {
		place[hi] = 0
	}
	for id := range place {
		n.ids = append(n.ids, id)
	}
	sortIDs(n.ids)
	for x, id := range n.ids {
		place[id] = uint32(x)
	}
	for _, id := range n.ids {
		n.from = append(n.from, uint64(len(n.peers)))
		for _, peer := range v.Neighbours(id) {
			n.peers = append(n.peers, place[peer])
		}
		n.count = append(n.count, uint32(v.Count(id)))
	}
	return n
}
