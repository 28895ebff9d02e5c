package graph_test

import (
	"slices"
	"testing"

	"guildhall/internal/graph"
	"pgregory.net/rapid"
)

// cast is who takes part: not in order, negative and extreme ids among them.
var cast = []int64{41, 7, -3, 1 << 62, 0, 1_000_003, 8, 9, -1 << 63, 500, 12, 13, 1<<63 - 1, 77}

// play makes a graph and a model do the same acts, drawn by number, and checks
// that they agree: in what each act reports, in everything at the end, and in
// every snapshot kept on the way against the model of its time.
type play struct {
	t     tb
	draw  func(label string, n int) int // 0 to n-1
	g     *graph.Graph
	m     *model
	kept  []moment
	extra int64 // the last bystander's id
	odd   int   // bit i: the i-th of the cast is hidden
}

type moment struct {
	v *graph.View
	m *model
}

func newPlay(t tb, draw func(string, int) int) *play {
	odd := draw("hidden", 1<<7)<<7 | draw("hidden", 1<<7)
	return &play{t: t, draw: draw, g: graph.New(), m: newModel(), extra: 1 << 32, odd: odd}
}

func (p *play) member() int64 { return cast[p.draw("member", len(cast))] }

func (p *play) act() {
	p.t.Helper()
	switch p.draw("act", 20) {
	case 0:
		a := p.member()
		p.g.Remove(a)
		p.m.remove(a)
	case 1:
		p.replace()
	case 2:
		p.bystanders()
	case 3:
		if len(p.kept) < 2 {
			p.kept = append(p.kept, moment{p.g.Snapshot(), p.m.clone()})
		}
	case 4, 5, 6, 7:
		a, b := p.member(), p.member()
		same(p.t, p.g.Disconnect(a, b), p.m.disconnect(a, b), "Disconnect(%d, %d)", a, b)
	default:
		a, b := p.member(), p.member()
		same(p.t, p.g.Connect(a, b), p.m.connect(a, b), "Connect(%d, %d)", a, b)
	}
}

// replace takes some pairs with duplicates, both directions and loops.
func (p *play) replace() {
	var edges [][2]int64
	for range p.draw("edges", 30) {
		edges = append(edges, [2]int64{p.member(), p.member()})
	}
	p.g.Replace(seq(edges))
	p.m.replace(edges)
}

// bystanders connects enough others that the cast come to lie in several
// segments and the index must grow; enough is some two thousand.
func (p *play) bystanders() {
	if len(p.m.ever) > 2000 {
		return
	}
	for range p.draw("hundreds", 6) * 100 {
		p.extra++
		p.g.Connect(p.extra, p.extra-1)
		p.m.connect(p.extra, p.extra-1)
	}
}

func (p *play) finish() {
	p.t.Helper()
	hidden := func(id int64) bool { return p.odd>>slices.Index(cast, id)&1 == 1 }
	for _, k := range append(p.kept, moment{p.g.Snapshot(), p.m}) {
		check(p.t, k.v, k.m, cast, hidden)
	}
}

// rapid draws small numbers of acts on few members often, so that pictures from
// sparse to crowded all occur.
func TestActs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlay(t, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) })
		for range rapid.IntRange(0, 60).Draw(t, "acts") {
			p.act()
		}
		p.finish()
	})
}

// FuzzActs reads the same acts from bytes.
func FuzzActs(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 40, 9, 0, 1, 9, 1, 2, 3, 9, 2, 3, 0, 1, 3, 9, 3, 4})
	f.Add([]byte{0, 9, 2, 3, 9, 0, 1, 2, 5, 9, 1, 2, 1, 6, 0, 1, 1, 2, 2, 2, 0, 2, 3, 4, 4, 5})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 200 {
			return
		}
		p := newPlay(t, func(_ string, n int) int {
			if len(data) == 0 {
				return 0
			}
			b := int(data[0])
			data = data[1:]
			return b % n
		})
		for len(data) > 0 {
			p.act()
		}
		p.finish()
	})
}
