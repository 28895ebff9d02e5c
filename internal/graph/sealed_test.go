package graph

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"testing"
)

// reseal makes all checksums right again, as somebody who forges a snapshot does.
func reseal(data []byte, p *parts) {
	trailer := len(data) - trailerSize
	directory := trailer - 4*len(p.directory)
	for i, at := 0, p.rest; i < len(p.directory)/2; i++ {
		n := int(binary.LittleEndian.Uint32(data[directory+8*i:]))
		end := at + offsetsSize + padded(4*n)
		if end > directory || end < at {
			break
		}
		binary.LittleEndian.PutUint32(data[directory+8*i+4:], crc32.Checksum(data[at:end], castagnoli))
		at = end
	}
	beside := max(p.rest, directory-padded(4*len(p.beside)))
	for i, part := range [][]byte{data[:p.ids], data[p.ids:p.rest], data[beside : trailer+16]} {
		binary.LittleEndian.PutUint64(data[trailer+8*i+16:], uint64(crc32.Checksum(part, castagnoli)))
	}
}

func snapshotOf(t testing.TB, g *Graph) ([]byte, *parts) {
	t.Helper()
	var b bytes.Buffer
	if err := g.Snapshot().WriteSnapshot(&b, []byte("position")); err != nil {
		t.Fatal(err)
	}
	p := &parts{data: b.Bytes()}
	if err := p.frame(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), p
}

// tryForged takes a snapshot with some bytes changed and its checksums right: it is
// refused, or is a graph that can be asked everything and changed, whatever has been
// found out about it before.
func tryForged(t *testing.T, good []byte, p *parts, at, value int) (refused bool) {
	data := slices.Clone(good)
	data[at%len(data)] ^= byte(value)
	reseal(data, p)
	v, _, err := parse(data)
	if err != nil {
		return true
	}
	g := &Graph{}
	g.view.Store(v)
	g.CacheSets(1 << 16)
	if value%2 == 0 {
		refused = g.Verify(t.Context()) != nil
	}
	for x := uint32(0); int(x) < len(v.ids); x += 97 {
		askAll(g.Snapshot(), v.ids[x], v.ids[0], v.ids[:10])
		g.Disconnect(v.ids[x], v.ids[0])
		g.Connect(v.ids[x], v.ids[0])
		g.Connect(v.ids[x], -int64(x))
		g.Remove(v.ids[len(v.ids)-1-int(x)])
		g.DropTrait(v.ids[x], 4)
		g.AddTrait(v.ids[x], 4)
		g.Unblock(v.ids[x], v.ids[0])
	}
	askAll(g.Snapshot(), v.ids[0], v.ids[1], v.ids)
	return refused || g.Verify(t.Context()) != nil
}

func askAll(v *View, a, b int64, others []int64) {
	v.Reach(a)
	v.Nearest(a, 3, nil)
	v.Nearest(a, 0, nil)
	v.Path(a, b, 0, nil)
	v.Path(b, a, 0, nil)
	v.Paths(a, b, 0, 5, nil, nil)
	v.Degrees(a, others)
	v.Mutuals(a, b, 3, nil)
	v.Gain(a, b)
	v.Neighbours(a)
	v.Traits(a)
	v.Having(a, Third, 1, 2)
	v.Having(a, Second, 3)
	v.Census(a, 1, func(int64) bool { return true }, nil)
	v.GainCensus(a, b, 1, func(int64) bool { return true }, nil)
	v.AppendSuggestions(nil, a, Ask{K: 5, Trait: v.Rarity})
	v.StrongestPaths(a, b, 0, 2, nil)
	v.Communities(a)
}

func forgeable(t testing.TB) ([]byte, *parts) {
	r := rand.New(rand.NewPCG(4, 4))
	g := Build(func(yield func(int64, int64) bool) {
		for range 4000 {
			if !yield(r.Int64N(1500), r.Int64N(1500)) {
				return
			}
		}
	})
	for range 800 { // of all that stands beside connections some
		a := r.Int64N(1500)
		g.AddTrait(a, r.Int64N(20))
		if peers := g.Snapshot().Neighbours(a); len(peers) > 0 {
			g.SetStrength(a, peers[0], 3)
		}
		g.Block(a, r.Int64N(1500))
	}
	return snapshotOf(t, g)
}

func TestForgedSnapshots(t *testing.T) {
	good, p := forgeable(t)
	r := rand.New(rand.NewPCG(6, 6))
	refused := 0
	for range 1500 {
		if tryForged(t, good, p, r.IntN(len(good)), 1<<r.IntN(8)) {
			refused++
		}
	}
	if refused < 300 {
		t.Errorf("only %d of 1,500 forged snapshots were refused", refused)
	}
}

func FuzzForged(f *testing.F) {
	good, p := forgeable(f)
	f.Add(16, 3)
	f.Add(20_000, 128)
	f.Fuzz(func(t *testing.T, at, value int) {
		if at >= 0 {
			tryForged(t, good, p, at, value)
		}
	})
}
