package graph_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

func written(t testing.TB, v *graph.View, position string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := v.WriteSnapshot(&b, []byte(position)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t testing.TB, data []byte) (*graph.Graph, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	g, position, err := graph.Open(path)
	return g, string(position), err
}

// A graph opened from its snapshot is the same graph, and goes on being changed;
// also one that has been changed before, and one with nobody in it.
func TestSnapshotRoundTrip(t *testing.T) {
	for _, people := range []int64{0, 1, 3, 5000} {
		var edges [][2]int64
		if people > 0 {
			edges = random(4, people, int(people)*4)
		}
		w := newTwins(t, uint64(people), max(2, people+5), edges)
		for range 3 {
			for range people {
				w.act()
			}
			g, position, err := opened(t, written(t, w.fast.Snapshot(), "at 17"))
			if err != nil || position != "at 17" {
				t.Fatalf("opened: %q, %v", position, err)
			}
			w.fast = g
			for range 100 {
				w.ask()
			}
			same(t, slices.Collect(pairs(g.Snapshot().All())), slices.Collect(pairs(w.plain.Snapshot().All())), "All()")
		}
	}
}

// A snapshot taken earlier does not know what came later.
func TestSnapshotIsOfItsMoment(t *testing.T) {
	g := graph.Build(seq(picture("1-2 2-3")))
	v := g.Snapshot()
	g.Connect(3, 4)
	old, _, err := opened(t, written(t, v, ""))
	if err != nil || old.Snapshot().Members() != 3 || old.Snapshot().Connected(3, 4) {
		t.Fatalf("%v", err)
	}
	p := plain.Build(seq(picture("1-2 2-3 3-4")))
	old.Connect(4, 3)
	same(t, old.Snapshot().Degrees(1, []int64{2, 3, 4}), p.Snapshot().Degrees(1, []int64{2, 3, 4}), "Degrees")
}

// Whatever byte is wrong, however short it is, or if it is something else: it is
// refused, or Verify finds it, and nothing breaks.
func TestDamagedSnapshotsAreRefused(t *testing.T) {
	good := written(t, graph.Build(seq(random(2, 1500, 4000))).Snapshot(), "here")
	refuse := func(data []byte, what string, n int) {
		t.Helper()
		g, _, err := opened(t, data)
		if err == nil {
			err = g.Verify(t.Context())
			if !errors.Is(g.Err(), graph.ErrSnapshot) {
				t.Errorf("%s %d: then %v", what, n, g.Err())
			}
		}
		if !errors.Is(err, graph.ErrSnapshot) {
			t.Errorf("%s %d: %v", what, n, err)
		}
	}
	for i := 0; i < len(good); i += 1 + i/23 {
		bad := slices.Clone(good)
		bad[i] ^= 0x10
		refuse(bad, "byte", i)
	}
	for i := 0; i < len(good); i += 1 + i/7 {
		refuse(good[:i], "cut after", i)
	}
	refuse([]byte("a file of something else entirely, longer than a header and a trailer would be together, or so one hopes"), "foreign", 0)
	if _, _, err := graph.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A damaged segment is found when it is first asked for. Its lists are empty, those
// of the others are not, the graph can be changed, and is not written.
func TestDamageIsFoundLate(t *testing.T) {
	edges := random(2, 3000, 20_000)
	good := written(t, graph.Build(seq(edges)).Snapshot(), "")
	bad := slices.Clone(good)
	bad[len(bad)/2] ^= 1 // in one of the three segments
	for _, verify := range []bool{true, false} {
		g, _, err := opened(t, bad)
		if err != nil || g.Err() != nil {
			t.Fatalf("opened: %v, %v", err, g.Err())
		}
		if verify && g.Verify(t.Context()) == nil {
			t.Error("Verify found nothing")
		}
		whole, empty := adjacency(edges), 0
		for id := range int64(3000) {
			switch peers := g.Snapshot().Neighbours(id); {
			case peers == nil && whole[id] != nil:
				empty++
			case !slices.Equal(peers, whole[id]):
				t.Fatalf("Neighbours(%d): %v of %v", id, peers, whole[id])
			}
		}
		if err := g.Err(); !errors.Is(err, graph.ErrSnapshot) || !strings.Contains(err.Error(), "segment") || empty < 400 || empty > 512 {
			t.Errorf("%v, %d empty lists", err, empty)
		}
		if err := g.Snapshot().WriteSnapshot(io.Discard, nil); !errors.Is(err, graph.ErrSnapshot) {
			t.Errorf("written: %v", err)
		}
		for _, e := range edges[:2000] { // now all have lists, patched or not
			g.Connect(e[0], e[1])
			g.Remove(e[1])
		}
		if err := g.Snapshot().WriteSnapshot(io.Discard, nil); !errors.Is(err, graph.ErrSnapshot) {
			t.Errorf("written after changes: %v", err)
		}
		g.Replace(seq(edges))
		if g.Err() != nil || g.Snapshot().WriteSnapshot(io.Discard, nil) != nil {
			t.Errorf("after Replace: %v", g.Err())
		}
	}
}

// adjacency is the connections of each, ascending.
func adjacency(edges [][2]int64) world {
	m := newModel()
	m.replace(edges)
	return m.world()
}

// Many who ask at once find a graph that nobody has checked as it is, also beside
// Verify and changes.
func TestFirstReadersTogether(t *testing.T) {
	edges := random(8, 20_000, 60_000)
	whole := adjacency(edges)
	g, _, err := opened(t, written(t, graph.Build(seq(edges)).Snapshot(), ""))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range int64(4) {
		all.Go(func() {
			for id := i; id < 20_000; id += 3 {
				if got := g.Snapshot().Neighbours(id); !slices.Equal(got, whole[id]) {
					t.Errorf("Neighbours(%d): %v of %v", id, got, whole[id])
				}
			}
		})
	}
	all.Go(func() {
		for id := range int64(2000) {
			g.Connect(-id-1, -id-2)
		}
	})
	if err := g.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	all.Wait()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Verify(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// A file that is cut off while it is mapped is damaged, no more.
func TestCutOffWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph")
	data := written(t, graph.Build(seq(random(2, 3000, 60_000))).Snapshot(), "")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	g, _, err := graph.Open(path)
	if err == nil {
		err = os.Truncate(path, int64(len(data)/3))
	}
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" {
		t.Skip("the file is not mapped here")
	}
	if err := g.Verify(t.Context()); !errors.Is(err, graph.ErrSnapshot) {
		t.Errorf("%v", err)
	}
	g.Snapshot().Reach(1)
}
