package network

import (
	"context"
	"slices"

	"guildhall/internal/access"
)

// candidates is how many mutual connections or ways, best first, are looked at
// to find some that may be named.
const candidates = 100

// Hops is how long a way between two members may be.
const Hops = 4

// Links is what the viewer of a lens may know of how they are linked to members.
type Links struct {
	Mutuals  map[int64][]int64       // by member: mutual connections that may be named, strongest first
	Ways     [][]int64               // to the one member asked for: shortest ways, best first, both ends included
	Policies map[int64]access.Policy // of the members asked for
}

// Links finds for each member up to k mutual connections that the viewer may
// know of, by Lens.SeeTie, and up to ways shortest ways to the first member
// whose every step they may know of. One statement, whatever the numbers.
func (s *Service) Links(ctx context.Context, lens *access.Lens, open *access.Policies, members []int64, k, ways int) (Links, error) {
	me := lens.Viewer().Member()
	l := Links{Mutuals: make(map[int64][]int64, len(members))}
	all := slices.Clone(members)
	if me != 0 && !lens.Posed() {
		for _, id := range members {
			if id != me {
				l.Mutuals[id] = lens.Graph().Mutuals(me, id, min(candidates, 4*k))
				all = append(all, l.Mutuals[id]...)
			}
		}
		if ways > 0 && len(members) > 0 && members[0] != me {
			l.Ways = lens.Graph().Paths(me, members[0], Hops, candidates, lens.Blocked)
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
