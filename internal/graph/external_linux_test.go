package graph_test

import (
	"errors"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"guildhall/internal/graph"
)

// Where no more can be written, be it of the edges or of the snapshot, the error says
// so and nothing is left but the file of before.
func TestBuildSnapshotWithoutRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph")
	outside(t, path, seq(picture("1-2")), 0)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	edges := random(1, 3000, 100_000) // sorted, 400 kB; as lists, 800 kB
	slices.SortFunc(edges, func(p, q [2]int64) int { return slices.Compare(p[:], q[:]) })
	for room, step := range map[uint64]string{100_000: "number the edges", 600_000: "write the snapshot"} {
		limit := before
		limit.Cur = room
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		err := graph.BuildSnapshot(t.Context(), path, seq(edges), nil, 0)
		if e := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); e != nil {
			t.Fatal(e)
		}
		if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), step) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
		alone(t, path)
		if g, _, err := graph.Open(path); err != nil || g.Snapshot().Edges() != 1 {
			t.Errorf("the file of before: %v", err)
		}
	}
}
