// Package suggest measures suggestions on a real graph: it hides a tenth of the
// connections, asks several methods for each member's first 20, and counts how many
// of the hidden ones are among them. It owns the split, the figures and the methods
// that ours is held against, in their plainest form; ours asks internal/graph.
package suggest

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"guildhall/bench/edges"
	"guildhall/bench/report"
	"guildhall/internal/fault"
)

// Options say what to measure on. Only Edges is needed.
type Options struct {
	Edges   string    // an edge list; directed ones are made undirected
	Seed    uint64    // the same seed hides the same connections and asks the same members
	Members int       // how many members with a hidden connection are asked, at most; 0: all
	JSON    bool      // print the Result instead of a table
	Out     io.Writer // gets the report; nil drops it
}

// Result is how the methods did on one split.
type Result struct {
	Edges       string `json:"edges"`
	Seed        uint64 `json:"seed"`
	Members     int    `json:"members"`
	Connections int    `json:"connections"`
	Hidden      int    `json:"hidden"`
	Asked       int    `json:"asked"`
	Rows        []Row  `json:"rows"`
}

// Row is one method. Ours is called guildhall.
type Row struct {
	Method   string  `json:"method"`
	Hit20    float64 `json:"hit20"`    // share of those asked who find a hidden connection among their first 20
	Noise    float64 `json:"noise"`    // standard error of Hit20
	MRR      float64 `json:"mrr"`      // mean of 1/place of the first one found; 0 where none is
	Coverage float64 `json:"coverage"` // share of all members who are suggested to somebody
	Micros   float64 `json:"us_per_member"`
}

// first is how many suggestions are looked at.
const first = 20

// Run measures and reports.
func Run(ctx context.Context, opt Options) error {
	r, err := Measure(ctx, opt)
	if err != nil {
		return err
	}
	return report.Write(opt.Out, opt.JSON, r)
}

// WriteText writes a line a method.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d members, %d connections, %d of them hidden with seed %d; %d members asked\n\n", r.Edges, r.Members, r.Connections, r.Hidden, r.Seed, r.Asked)
	fmt.Fprintf(&b, "%-32s %16s %8s %9s %12s\n", "method", "hit rate at 20", "MRR", "coverage", "µs a member")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%-32s %8.3f ± %.3f %8.3f %9.3f %12.0f\n", row.Method, row.Hit20, row.Noise, row.MRR, row.Coverage, row.Micros)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Measure reads, hides, asks and counts.
func Measure(ctx context.Context, opt Options) (Result, error) {
	pairs, err := edges.Read(opt.Edges)
	if err != nil {
		return Result{}, err
	}
	s := hide(pairs, opt.Seed)
	if len(s.hidden) == 0 {
		return Result{}, fault.Field("edges", "%s holds too few connections to hide some: %d.", opt.Edges, len(s.pairs))
	}
	asked := s.ask(opt.Seed, opt.Members)
	r := Result{Edges: opt.Edges, Seed: opt.Seed, Members: len(s.near), Connections: s.connections, Hidden: s.connections / 10, Asked: len(asked)}
	for _, m := range methods {
		row, err := measure(ctx, s, asked, m)
		if err != nil {
			return r, err
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

// measure asks one method about everybody who is asked.
func measure(ctx context.Context, s *split, asked []int32, m method) (Row, error) {
	row := Row{Method: m.name}
	suggest := m.make(s)
	found, hits := map[int32]bool{}, 0
	var took time.Duration
	for _, a := range asked {
		if err := ctx.Err(); err != nil {
			return row, err
		}
		start := time.Now()
		list := suggest(a)
		took += time.Since(start)
		place := 0
		for i, z := range list {
			found[z] = true
			if place == 0 && s.hidden[a][z] {
				place = i + 1
			}
		}
		if place > 0 {
			hits++
			row.MRR += 1 / float64(place)
		}
	}
	n := float64(len(asked))
	row.Hit20, row.MRR, row.Coverage = float64(hits)/n, row.MRR/n, float64(len(found))/float64(len(s.near))
	row.Noise = math.Sqrt(row.Hit20 * (1 - row.Hit20) / n)
	row.Micros = float64(took.Microseconds()) / n
	return row, nil
}

// split is a graph without the connections that were hidden. Members are numbered
// as they come in the list.
type split struct {
	pairs       [][2]int32 // those that stayed
	near        [][]int32
	hidden      map[int32]map[int32]bool // both ways
	connections int                      // before anything was hidden
}

// hide takes every tenth connection away.
func hide(list [][2]int64, seed uint64) *split {
	s := &split{hidden: map[int32]map[int32]bool{}}
	number := map[int64]int32{}
	member := func(id int64) int32 {
		n, ok := number[id]
		if !ok {
			n = int32(len(number))
			number[id] = n
		}
		return n
	}
	seen := map[[2]int32]bool{}
	var all [][2]int32
	for _, p := range list {
		a, b := member(p[0]), member(p[1])
		if pair := [2]int32{min(a, b), max(a, b)}; a != b && !seen[pair] {
			seen[pair] = true
			all = append(all, pair)
		}
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	s.near, s.connections = make([][]int32, len(number)), len(all)
	for i, p := range all {
		for _, way := range [][2]int32{p, {p[1], p[0]}} {
			if i >= len(all)/10 {
				s.near[way[0]] = append(s.near[way[0]], way[1])
				continue
			}
			if s.hidden[way[0]] == nil {
				s.hidden[way[0]] = map[int32]bool{}
			}
			s.hidden[way[0]][way[1]] = true
		}
	}
	s.pairs = all[len(all)/10:]
	return s
}

// ask draws who is asked, of those with a hidden connection.
func (s *split) ask(seed uint64, most int) (asked []int32) {
	for a := range s.near {
		if len(s.hidden[int32(a)]) > 0 {
			asked = append(asked, int32(a))
		}
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	rng.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	if most > 0 {
		asked = asked[:min(most, len(asked))]
	}
	return asked
}
