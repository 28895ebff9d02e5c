package plain

import (
	"cmp"
	"slices"

	"guildhall/internal/graph"
)

// further goes a step on from all who are at the second degree: each of their
// connections is worth more by the product of two weights, in 1/256 Units.
func (v *View) further(a int64, seconds []graph.Candidate, ask graph.Ask) []graph.Candidate {
	open := v.openness(a, ask.Weigh)
	if open == 0 {
		return seconds
	}
	type step struct {
		from   int64
		weight uint64
	}
	var steps []step
	place := map[int64]int{}
	for i, c := range seconds {
		place[c.Member] = i
		if v.Count(c.Member) < 2 {
			continue
		}
		x, _ := v.ordinal(c.Member)
		sum := uint64(c.Score * graph.Unit * 256)
		if w := sum * v.weigh(x, ask.Weigh) / graph.Unit * open / 256; w > 0 {
			steps = append(steps, step{c.Member, w})
		}
	}
	slices.SortFunc(steps, func(p, q step) int {
		return cmp.Or(cmp.Compare(q.weight, p.weight), cmp.Compare(p.from, q.from))
	})
	looked := 0
	for _, s := range steps {
		if looked += v.Count(s.from); ask.Third > 0 && looked > ask.Third {
			break
		}
		for _, z := range v.Neighbours(s.from) {
			if z == a || v.Connected(a, z) || v.Blocked(a, z) {
				continue
			}
			i, ok := place[z]
			if !ok {
				i, place[z] = len(seconds), len(seconds)
				seconds = append(seconds, graph.Candidate{Member: z})
			}
			seconds[i].Score += float64(s.weight) / graph.Unit / 256
		}
	}
	return seconds
}

// openness is, in 256ths, 1 less eight times the share of the ways of two steps, by
// weight, that end at a or one of a's connections; 0 where that leaves nothing.
func (v *View) openness(a int64, weigh graph.Weigh) uint64 {
	var ended, all uint64
	for _, y := range v.Neighbours(a) {
		x, _ := v.ordinal(y)
		w := v.weigh(x, weigh)
		all += w * uint64(v.Count(y))
		ended += w * uint64(1+v.MutualCount(a, y))
	}
	if 8*ended >= all {
		return 0
	}
	return 256 - 8*256*ended/all
}
