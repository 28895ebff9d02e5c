package graph_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/graph"
)

// A strength ends with its tie, however that ends, and does not come back with it;
// it stays when the connections are read anew.
func TestStrengthsEndWithTheirTies(t *testing.T) {
	ends := map[string]func(g *graph.Graph){
		"Disconnect": func(g *graph.Graph) { g.Disconnect(2, 1) },
		"Remove":     func(g *graph.Graph) { g.Remove(1) },
		"Block":      func(g *graph.Graph) { g.Block(1, 2); g.Unblock(2, 1) },
		"Replace":    func(g *graph.Graph) { g.Replace(seq([][2]int64{{1, 3}})) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			g := graph.Build(seq([][2]int64{{1, 2}, {1, 3}, {3, 4}}))
			same(t, g.SetStrength(1, 4, 9), false, "a strength of no tie")
			same(t, g.SetStrength(2, 1, 7), true, "a strength")
			same(t, g.SetStrength(1, 2, 7), false, "the same again")
			end(g)
			g.Connect(1, 2)
			same(t, g.Snapshot().Strength(1, 2), uint32(0), "the strength of a new tie")
			same(t, g.Snapshot().Connected(1, 2), true, "the new tie")
		})
	}
	g := graph.Build(seq([][2]int64{{1, 2}, {1, 3}}))
	g.SetStrength(1, 2, 5)
	g.Replace(seq([][2]int64{{2, 1}, {7, 8}}))
	same(t, g.Snapshot().Strength(2, 1), uint32(5), "the strength after Replace")
}

// All strengths at once are what one after the other gives, and a snapshot keeps them.
func TestStrengthsAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	var ties [][2]int64
	for range 3000 {
		ties = append(ties, [2]int64{1 + r.Int64N(1400), 1 + r.Int64N(1400)})
	}
	one, all := graph.Build(seq(ties)), graph.Build(seq(ties))
	all.SetStrength(ties[0][0], ties[0][1], 9) // and is forgotten
	var given [][3]int64
	for range 4000 {
		tie := ties[r.IntN(len(ties))]
		if r.IntN(2) == 0 {
			tie[0], tie[1] = tie[1], tie[0]
		}
		given = append(given, [3]int64{tie[0], tie[1], r.Int64N(4)}, [3]int64{r.Int64N(1500), r.Int64N(1500), 3})
	}
	for _, s := range given {
		one.SetStrength(s[0], s[1], uint32(s[2]))
	}
	all.ReplaceStrengths(func(yield func([2]int64, uint32) bool) {
		for _, s := range given {
			if !yield([2]int64{s[0], s[1]}, uint32(s[2])) {
				return
			}
		}
	})
	var b bytes.Buffer
	if err := all.Snapshot().WriteSnapshot(&b, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "graph")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	read, _, err := graph.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for a := range int64(1402) {
		for c := range int64(1402) {
			want := one.Snapshot().Strength(a, c)
			same(t, all.Snapshot().Strength(a, c), want, "the strength of %d and %d", a, c)
			same(t, read.Snapshot().Strength(a, c), want, "the strength of %d and %d, read again", a, c)
			if want > 0 && a < c {
				n++
			}
		}
	}
	same(t, all.Snapshot().Strengths(), n, "how many have one")
	if n < 500 {
		t.Errorf("%d strengths prove little", n)
	}
}

// Whoever is blocked can't be connected, suggested or found by a trait, also after
// the connections have been read anew, and until the block is taken back.
func TestBlocksKeepApart(t *testing.T) {
	g := graph.Build(seq([][2]int64{{1, 2}, {2, 3}, {2, 4}, {1, 3}}))
	for _, member := range []int64{3, 4} {
		g.AddTrait(member, 50)
	}
	apart := func(when string) {
		t.Helper()
		v := g.Snapshot()
		same(t, v.Connected(1, 3), false, "%s: the tie", when)
		same(t, v.Blocked(3, 1), true, "%s: the block", when)
		same(t, v.Degree(1, 3), graph.Second, "%s: the degree", when)
		same(t, v.Nearest(1, 0, nil)[0].Member, int64(4), "%s: suggested to 1", when)
		same(t, v.Having(1, graph.Second, 50), []int64{4}, "%s: found by a trait", when)
	}
	same(t, g.Block(1, 3), true, "blocking")
	same(t, g.Block(3, 1), false, "blocking twice")
	same(t, g.Block(3, 3), false, "blocking oneself")
	same(t, g.Connect(3, 1), false, "connecting over a block")
	apart("after the block")
	g.Replace(seq([][2]int64{{1, 2}, {2, 3}, {2, 4}, {3, 1}}))
	apart("after Replace")
	g.Remove(3)
	same(t, g.Snapshot().Blocked(1, 3), true, "the block after Remove")
	same(t, g.Unblock(3, 1), true, "unblocking")
	same(t, g.Unblock(3, 1), false, "unblocking twice")
	same(t, g.Snapshot().Blocks(), 0, "blocks left")
	same(t, g.Connect(3, 1), true, "connecting after the block")
}

// Blocks read anew are all there are, and end the ties between those they are about.
func TestReplaceBlocks(t *testing.T) {
	g := graph.Build(seq([][2]int64{{1, 2}, {2, 3}, {1, 3}}))
	g.Block(2, 3)
	g.ReplaceBlocks(seq([][2]int64{{2, 1}, {1, 2}, {5, 6}, {4, 4}}))
	v := g.Snapshot()
	same(t, v.Blocks(), 2, "blocks")
	same(t, v.Blocked(1, 2) && v.Blocked(6, 5), true, "who is blocked")
	same(t, v.Blocked(2, 3) || v.Blocked(4, 4), false, "who is not any more")
	same(t, v.Edges(), 1, "ties left")
	same(t, g.Connect(3, 2), true, "connecting who is not blocked any more")
}
