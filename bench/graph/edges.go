package graph

import (
	"guildhall/bench/edges"
	engine "guildhall/internal/graph"
)

// readEdges reads an edge list as a network; both directions and duplicates are one.
func readEdges(path string) (*network, error) {
	pairs, err := edges.Read(path)
	if err != nil {
		return nil, err
	}
	v := engine.Build(func(yield func(int64, int64) bool) {
		for _, p := range pairs {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}).Snapshot()
	return gather(v), nil
}

// gather numbers the members of a graph in the order of their ids.
func gather(v *engine.View) *network {
	n := &network{edges: v.Edges()}
	place := map[int64]uint32{}
	for id := range v.All() {
		if _, ok := place[id]; !ok {
			place[id] = 0
		}
	}
	for _, hi := range v.All() {
		place[hi] = 0
	}
	for id := range place {
		n.ids = append(n.ids, id)
	}
	sortIDs(n.ids)
	for x, id := range n.ids {
		place[id] = uint32(x)
	}
	for _, id := range n.ids {
		n.from = append(n.from, uint64(len(n.peers)))
		for _, peer := range v.Neighbours(id) {
			n.peers = append(n.peers, place[peer])
		}
		n.count = append(n.count, uint32(v.Count(id)))
	}
	return n
}
