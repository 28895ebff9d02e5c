package network

import (
	"cmp"
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/graph"
)

// candidates is how many mutual connections or ways, best first, are looked at
// to find some that may be named. Which they are shows, so what is best is
// measured by nothing that may be closed to the viewer: see closeness.
const candidates = 100

// Hops is how long a way between two members may be.
const Hops = 4

// Links is what the viewer of a lens may know of how they are linked to members.
type Links struct {
	Mutuals  map[int64][]int64       // by member: mutual connections that may be named, strongest first
	Ways     [][]int64               // to the one member asked for: shortest ways, best first, both ends included
	Policies map[int64]access.Policy // of the members asked for
}

// closeness is how near somebody stands to me: first how strong my own tie with them
// is, by what the two of us say of it, then the number of connections in common, the
// usual measure of a tie's strength where no other is known (Granovetter; Onnela and
// others), and one. Both me may know of anybody (doc/security/released.md): what others
// say of their ties plays no part, and so neither does it along a way beyond its first
// step. Adamic and Adar's weight, which the engine would take by itself, tells how many
// connections somebody has whose list may be closed. Each member is counted once, with a
// counter for me: O(d(member)).
func closeness(g *graph.View, me int64, common *graph.Counter) graph.Weigh {
	counted := map[int64]uint64{}
	return func(m int64) uint64 {
		n, ok := counted[m]
		if !ok {
			n = uint64(g.Strength(me, m))<<commonBits + uint64(min(1+common.Count(m), mostCommon))
			counted[m] = n
		}
		return n
	}
}

// Connections in common count below strength, which comes first whatever their number:
// those of the three at most who stand between two ends fit below it.
const (
	mostCommon = 1 << 15
	commonBits = 17
)

// OwnTies weighs members by the viewer's own tie with each, for suggestions by
// connections in common: from 1 Unit for a tie of which nothing is said to 2 for the
// strongest. Which of somebody's connections the viewer shares may be hidden, and then
// must not show by how much one of them weighs: only those count for more who show the
// viewer their list of connections, at most ownTies, strongest first. One statement.
func (s *Service) OwnTies(ctx context.Context, lens *access.Lens, open *access.Policies) (graph.Weigh, error) {
	g, me := lens.Graph(), lens.Viewer().Member()
	strong := g.Strong(me)
	slices.SortFunc(strong, func(a, b int64) int {
		return cmp.Or(cmp.Compare(g.Strength(me, b), g.Strength(me, a)), cmp.Compare(a, b))
	})
	strong = strong[:min(len(strong), ownTies)]
	pol, err := open.Load(ctx, s.db, strong)
	if err != nil {
		return nil, err
	}
	weights := make(map[int64]uint64, len(strong))
	for _, m := range strong {
		if lens.See(m, pol[m].Scope(access.ConnectionL)) {
			weights[m] = graph.Unit + graph.Unit*uint64(g.Strength(me, m))/MaxStrength
		}
	}
	return func(m int64) uint64 { return cmp.Or(weights[m], graph.Unit) }, nil
}

// ownTies is how many of the viewer's ties OwnTies looks at.
const ownTies = 1000

// Nearest returns up to k members at the second degree from the lens's viewer
// whom skip, if it is not nil, does not leave out: those with the most connections
// in common first, each weighed as OwnTies does, equal ones by id. Like closeness it
// is an order of what the viewer may know. O(d2) and no statement.
func (s *Service) Nearest(lens *access.Lens, k int, weigh graph.Weigh, skip func(int64) bool) []graph.Candidate {
	near, _ := lens.Graph().AppendSuggestions(nil, lens.Viewer().Member(), graph.Ask{K: k, Weigh: weigh, Skip: skip})
	return near
}

// Links finds for each member up to k mutual connections that the viewer may
// know of, by Lens.SeeTie, and up to ways shortest ways to the first member
// whose every step they may know of. One statement, whatever the numbers.
func (s *Service) Links(ctx context.Context, lens *access.Lens, open *access.Policies, members []int64, k, ways int) (Links, error) {
	me := lens.Viewer().Member()
	l := Links{Mutuals: make(map[int64][]int64, len(members))}
	all := slices.Clone(members)
	common := lens.Graph().Counter(me)
	defer common.Close()
	weigh := closeness(lens.Graph(), me, common)
	if me != 0 && !lens.Posed() {
		for _, id := range members {
			if id != me {
				l.Mutuals[id] = lens.Graph().Mutuals(me, id, min(candidates, 4*k), weigh)
				all = append(all, l.Mutuals[id]...)
			}
		}
		if ways > 0 && len(members) > 0 && members[0] != me {
			l.Ways = lens.Graph().Paths(me, members[0], Hops, candidates, lens.Blocked, weigh)
			all = append(all, slices.Concat(l.Ways...)...)
		}
	}
	pol, err := open.Load(ctx, s.db, all)
	if err != nil {
		return Links{}, err
	}
	l.Policies = pol
	tie := func(a, b int64) bool { return lens.SeeTie(a, pol[a], b, pol[b]) }
	for id, ms := range l.Mutuals {
		ms = slices.DeleteFunc(ms, func(m int64) bool { return !tie(m, id) })
		l.Mutuals[id] = ms[:min(k, len(ms))]
	}
	l.Ways = slices.DeleteFunc(l.Ways, func(way []int64) bool {
		for i := 1; i+1 < len(way); i++ {
			if !tie(way[i], way[i+1]) {
				return true
			}
		}
		return false
	})
	l.Ways = l.Ways[:min(max(ways, 0), len(l.Ways))]
	return l, nil
}
