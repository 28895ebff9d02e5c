package graph_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
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
			g.ReplaceTraits(w.fast.Snapshot().AllTraits()) // which the file doesn't hold
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
// refused, and nothing breaks.
func TestDamagedSnapshotsAreRefused(t *testing.T) {
	good := written(t, graph.Build(seq(random(2, 1500, 4000))).Snapshot(), "here")
	refuse := func(data []byte, what string, n int) {
		t.Helper()
		if _, _, err := opened(t, data); !errors.Is(err, graph.ErrSnapshot) {
			t.Errorf("%s %d: %v", what, n, err)
		}
	}
	for i := 0; i < len(good); i += 1 + i/23 {
		bad := slices.Clone(good)
		bad[i] ^= 0x10
		if i >= len(good)-16 && i < len(good)-8 {
			continue // padding of the trailer
		}
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
