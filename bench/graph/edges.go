package graph

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"guildhall/bench/edges"
)

// network is a graph before the engine has it: who may be asked about, and the
// connections, as often and in what order they come.
type network struct {
	members int
	id      func(i int) int64
	edges   iter.Seq2[int64, int64]
	traits  iter.Seq2[int64, int64] // (member, trait); nil for none
	err     error                   // what reading the connections ended with
}

// made makes a network and writes it to a file in the folder, so that its maker's
// memory is free again when the engine reads it.
func made(ctx context.Context, opt Options, folder string) (*network, error) {
	c := newCommunity(opt.Members, opt.Edges, opt.Seed)
	path := filepath.Join(folder, "edges")
	if err := c.write(ctx, path); err != nil {
		return nil, err
	}
	ids := c.ids
	n := &network{members: c.members, traits: c.traits(), id: func(i int) int64 { return int64(ids.to(uint64(i))) }}
	n.edges = func(yield func(int64, int64) bool) { n.err = readDraws(path, n.id, yield) }
	return n, nil
}

// readDraws reads a file of draws, until yield has enough.
func readDraws(path string, id func(int) int64, yield func(int64, int64) bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	words := make([]uint32, 1<<16)
	from := int64(0)
	for {
		n, err := io.ReadFull(f, asBytes(words))
		for _, w := range words[:n/4] {
			if w&drawer != 0 {
				from = id(int(w &^ drawer))
			} else if !yield(from, id(int(w))) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readEdges reads an edge list as a network; both directions and duplicates are one.
func readEdges(path string) (*network, error) {
	pairs, err := edges.Read(path)
	if err != nil {
		return nil, err
	}
	var ids []int64
	seen := map[int64]bool{}
	for _, p := range pairs {
		for _, id := range p {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return &network{members: len(ids), id: func(i int) int64 { return ids[i] }, edges: func(yield func(int64, int64) bool) {
		for _, p := range pairs {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}}, nil
}
