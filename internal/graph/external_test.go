package graph_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

func outside(t testing.TB, path string, edges iter.Seq2[int64, int64], memory int) {
	t.Helper()
	position := func() ([]byte, error) { return []byte("at 17"), nil }
	if err := graph.BuildSnapshot(t.Context(), path, edges, position, memory); err != nil {
		t.Fatal(err)
	}
}

// However little memory there is, in whatever order edges come: the file is, byte for
// byte, what the graph would have written that was built in memory.
func TestBuildSnapshotIsBuild(t *testing.T) {
	sorted := random(3, 30_000, 90_000)
	slices.SortFunc(sorted, func(p, q [2]int64) int { return slices.Compare(p[:], q[:]) })
	for name, edges := range map[string][][2]int64{
		"nobody":      {},
		"loops alone": {{1, 1}, {2, 2}},
		"two":         {{7, -7}, {-7, 7}, {7, 7}},
		"a star":      starAndRing(5000),
		"random":      append(random(1, 4000, 70_000), random(1, 4000, 1000)...),
		"sorted":      sorted,
	} {
		for _, memory := range []int{1, 1 << 18, 0} {
			t.Run(fmt.Sprint(name, memory), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "graph")
				outside(t, path, seq(edges), memory)
				got, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, written(t, graph.Build(seq(edges)).Snapshot(), "at 17")) {
					t.Error("the files differ")
				}
				alone(t, path)
			})
		}
	}
}

// alone checks that nothing stands beside the file.
func alone(t *testing.T, path string) {
	t.Helper()
	if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 1 || names[0].Name() != filepath.Base(path) {
		t.Errorf("in the folder: %v, %v", names, err)
	}
}

// A graph that was built outside goes on beside the twin.
func TestBuildSnapshotGoesOn(t *testing.T) {
	edges := random(9, 6000, 40_000)
	path := filepath.Join(t.TempDir(), "graph")
	outside(t, path, seq(edges), 1<<16)
	g, position, err := graph.Open(path)
	if err != nil || string(position) != "at 17" {
		t.Fatalf("%q, %v", position, err)
	}
	w := &twins{t: t, r: rand.New(rand.NewPCG(1, 1)), people: 6000, fast: g, plain: plain.Build(seq(edges))}
	for range 1000 {
		w.ask()
		w.act()
	}
	same(t, slices.Collect(pairs(g.Snapshot().All())), slices.Collect(pairs(w.plain.Snapshot().All())), "All()")
	if err := g.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever ends it early: the error says so, the file of before stays, and nothing
// else is left.
func TestBuildSnapshotThatFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph")
	outside(t, path, seq(picture("1-2")), 0)
	ended, cancel := context.WithCancel(t.Context())
	many := seq(random(1, 3000, 100_000))
	broken := errors.New("the rows broke off")
	for name, build := range map[string]func() error{
		"the edges": func() error {
			return graph.BuildSnapshot(t.Context(), path, many, func() ([]byte, error) { return nil, broken }, 0)
		},
		"the context": func() error {
			return graph.BuildSnapshot(ended, path, func(yield func(int64, int64) bool) {
				cancel()
				many(yield)
			}, nil, 0)
		},
		"the context, later": func() error {
			later, cancel := context.WithCancel(t.Context())
			return graph.BuildSnapshot(later, path, many, func() ([]byte, error) { cancel(); return nil, nil }, 0)
		},
		"a panic": func() (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			return graph.BuildSnapshot(t.Context(), path, func(func(int64, int64) bool) { panic("no more rows") }, nil, 0)
		},
		"no folder": func() error {
			return graph.BuildSnapshot(t.Context(), filepath.Join(path, "below a file"), many, nil, 0)
		},
	} {
		if err := build(); err == nil {
			t.Errorf("%s: no error", name)
		}
		alone(t, path)
		if g, _, err := graph.Open(path); err != nil || g.Snapshot().Edges() != 1 {
			t.Errorf("%s: the file of before: %v", name, err)
		}
	}
}
