package graph_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"guildhall/internal/graph"
	"guildhall/internal/graph/plain"
)

// Kept second degrees stay right through everything that may touch them: acts of
// the member's own, of connections, of strangers, new members, and so many acts at
// once that they cannot be followed. Old Views go on answering for their moment.
func TestKeptSetsFollow(t *testing.T) {
	const people = 900
	edges := random(23, people, 5000)
	g, p := graph.Build(seq(edges)), plain.Build(seq(edges))
	g.CacheSets(1 << 20)
	r := rand.New(rand.NewPCG(23, 23))
	next := int64(people)
	type moment struct {
		f *graph.View
		p *plain.View
	}
	var kept []moment
	others := make([]int64, 60)
	look := func(m moment, a int64) {
		t.Helper()
		for i := range others {
			others[i] = r.Int64N(next)
		}
		same(t, m.f.Degrees(a, others), m.p.Degrees(a, others), "Degrees(%d)", a)
		same(t, m.f.SecondCount(a), m.p.SecondCount(a), "SecondCount(%d)", a)
		same(t, m.f.Gain(a, others[0]), m.p.Gain(a, others[0]), "Gain(%d, %d)", a, others[0])
	}
	for n := range 6000 {
		a, b := r.Int64N(30), r.Int64N(next)
		switch act := r.IntN(300); {
		case act == 0:
			g.Remove(a)
			p.Remove(a)
		case act == 1:
			for range 5000 { // more than are remembered
				b, c := r.Int64N(next), r.Int64N(next)
				same(t, g.Connect(b, c), p.Connect(b, c), "Connect(%d, %d)", b, c)
				same(t, g.Disconnect(b, c), p.Disconnect(b, c), "Disconnect(%d, %d)", b, c)
			}
		case act < 20:
			next++
			same(t, g.Connect(b, next), p.Connect(b, next), "Connect(%d, %d)", b, next)
		case act < 150:
			if peers := p.Snapshot().Neighbours(a); len(peers) > 0 {
				b = peers[r.IntN(len(peers))]
			}
			fallthrough
		case act < 170:
			same(t, g.Disconnect(a, b), p.Disconnect(a, b), "Disconnect(%d, %d)", a, b)
		case act < 200:
			peers := p.Snapshot().Neighbours(a)
			if len(peers) > 0 {
				a = peers[r.IntN(len(peers))]
			}
			fallthrough
		default:
			same(t, g.Connect(a, b), p.Connect(a, b), "Connect(%d, %d)", a, b)
		}
		look(moment{g.Snapshot(), p.Snapshot()}, r.Int64N(8))
		if n%50 == 0 {
			kept = append(kept, moment{g.Snapshot(), p.Snapshot()})
			kept = kept[max(0, len(kept)-10):]
		}
		if len(kept) > 0 {
			look(kept[r.IntN(len(kept))], r.Int64N(8))
		}
	}
}

// Readers with Views of different moments share what is kept, while it changes.
func TestKeptSetsAreShared(t *testing.T) {
	const people = 400
	g := graph.Build(seq(random(29, people, 3000)))
	g.CacheSets(3 * 200) // so few that they drive each other out
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 5))
			for range 1500 {
				v := g.Snapshot()
				a, b := r.Int64N(8), r.Int64N(people)
				alone := v.Distance(a, b, 3)
				got := v.Degrees(a, []int64{b})[0]
				if want := graph.Degree(alone); alone >= 0 && got != want || alone < 0 && got != graph.Far {
					t.Errorf("the degree of %d and %d is %v, their distance %d", a, b, got, alone)
				}
			}
		})
	}
	r := rand.New(rand.NewPCG(31, 31))
	for range 3000 {
		a, b := r.Int64N(people), r.Int64N(people)
		if !g.Connect(a, b) {
			g.Disconnect(a, b)
		}
	}
	readers.Wait()
}
