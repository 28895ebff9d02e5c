//go:build unix

package graph_test

import (
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"guildhall/internal/graph"
)

const (
	benchMembers     = 100_000
	benchConnections = 3_000_000
	benchSeed        = 1
)

// community is a made-up network of benchMembers: connections are drawn with
// lognormal liking (sigma 1), three in ten closing a triangle with a connection
// made before, and ids are random, as Guildhall's are.
func community() iter.Seq2[int64, int64] {
	r := rand.New(rand.NewPCG(benchSeed, benchSeed))
	ids := make([]int64, benchMembers)
	var urn []int32 // members as often as they are liked
	for i := range ids {
		ids[i] = r.Int64()
		for range max(1, int(10*math.Exp(r.NormFloat64()))) {
			urn = append(urn, int32(i))
		}
	}
	friends := make([][]int32, benchMembers)
	known := map[[2]int32]bool{}
	return func(yield func(int64, int64) bool) {
		for len(known) < benchConnections {
			a, b := urn[r.IntN(len(urn))], urn[r.IntN(len(urn))]
			if r.IntN(10) < 3 && len(friends[a]) > 0 {
				c := friends[a][r.IntN(len(friends[a]))]
				b = friends[c][r.IntN(len(friends[c]))]
			}
			p := [2]int32{min(a, b), max(a, b)}
			if a == b || known[p] {
				continue
			}
			known[p] = true
			friends[a], friends[b] = append(friends[a], b), append(friends[b], a)
			if !yield(ids[a], ids[b]) {
				return
			}
		}
	}
}

type sample struct {
	edges   [][2]int64
	members []int64
	g       *graph.Graph
}

var benchSample = sync.OnceValue(func() *sample {
	s := &sample{}
	seen := map[int64]bool{}
	for a, b := range community() {
		s.edges = append(s.edges, [2]int64{a, b})
		for _, id := range []int64{a, b} {
			if !seen[id] {
				seen[id] = true
				s.members = append(s.members, id)
			}
		}
	}
	s.g = graph.Build(seq(s.edges))
	return s
})

// query measures one question about random members.
func query(b *testing.B, ask func(v *graph.View, next func() int64)) {
	s := benchSample()
	v := s.g.Snapshot()
	r := rand.New(rand.NewPCG(2, 2))
	next := func() int64 { return s.members[r.IntN(len(s.members))] }
	measure(b, func() { ask(v, next) })
}

// measure also reports the processor's time, which a busy machine does not
// stretch as it does the clock's; collecting garbage is in it.
func measure(b *testing.B, act func()) {
	b.ReportAllocs()
	from := cpu(b)
	for b.Loop() {
		act()
	}
	b.ReportMetric(float64(cpu(b)-from)/float64(b.N), "cpu-ns/op")
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkDegree(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Degree(next(), next()) })
}

func BenchmarkDegreesOf100(b *testing.B) {
	others := make([]int64, 100)
	query(b, func(v *graph.View, next func() int64) {
		for i := range others {
			others[i] = next()
		}
		v.Degrees(next(), others)
	})
}

func BenchmarkMutuals(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Mutuals(next(), next(), 10, nil) })
}

func BenchmarkPath(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Path(next(), next(), 0, nil) })
}

func BenchmarkPaths10(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Paths(next(), next(), 4, 10, nil, nil) })
}

func BenchmarkSecondCount(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.SecondCount(next()) })
}

func BenchmarkReach(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Reach(next()) })
}

func BenchmarkGain(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Gain(next(), next()) })
}

func BenchmarkNearest20(b *testing.B) {
	query(b, func(v *graph.View, next func() int64) { v.Nearest(next(), 20, nil) })
}

// BenchmarkConnect measures a connect and a disconnect together.
func BenchmarkConnect(b *testing.B) {
	s := benchSample()
	r := rand.New(rand.NewPCG(4, 4))
	measure(b, func() {
		x, y := s.members[r.IntN(len(s.members))], s.members[r.IntN(len(s.members))]
		if s.g.Connect(x, y) {
			s.g.Disconnect(x, y)
		}
	})
}

// BenchmarkBuild also reports what the finished graph keeps in memory.
func BenchmarkBuild(b *testing.B) {
	s := benchSample()
	var before, after runtime.MemStats
	measure(b, func() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		g := graph.Build(seq(s.edges))
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(g)
	})
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/benchConnections, "B/connection")
}

// BenchmarkThirdStep also reports how much was looked at for it, and how often.
func BenchmarkThirdStep(b *testing.B) {
	v := benchSample().g.Snapshot()
	weigh := steep(v)
	looked, taken, asked := 0, 0, 0
	query(b, func(v *graph.View, next func() int64) {
		_, work := v.AppendSuggestions(nil, next(), graph.Ask{K: 20, Weigh: weigh, Third: 1 << 16})
		looked += work.Third
		asked++
		if work.OfThird > 0 {
			taken++
		}
	})
	b.ReportMetric(float64(looked)/float64(asked), "looked/op")
	b.ReportMetric(float64(taken)/float64(asked), "taken/op")
}
