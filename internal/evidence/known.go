package evidence

import (
	"guildhall/internal/access"
	"guildhall/internal/member"
	"guildhall/internal/why"
)

// Mutuals is what a reader may know of the connections in common with somebody.
type Mutuals struct {
	Count   int           // those there are for the reader, at most MutualCap
	Capped  bool          // there may be more than Count
	Named   []member.Card // those whose tie to the other the reader may see, strongest first
	Weighed []why.Mutual
}

// MutualCap is up to where connections in common are counted. Their number is
// released to everybody up to there; whose they are follows the lists of
// connections (access.Lens.SeeTie).
const MutualCap = 500

// Known is what the reader may know of the connections in common with m. How
// many connections a mutual one has weighs only where that list is open to the
// reader.
func (r *Reader) Known(m int64) Mutuals {
	out := Mutuals{Count: r.Lens.Graph().MutualCount(r.Me, m)}
	for _, id := range r.Links.Mutuals[m] {
		card, ok := r.Cards[id]
		if !ok { // went away just now: the graph follows
			continue
		}
		out.Named = append(out.Named, card)
		if r.Lens.See(id, r.Policy(id).Scope(access.ConnectionL)) {
			out.Weighed = append(out.Weighed, why.Mutual{Member: id, Connections: r.Lens.Graph().Count(id)})
		}
	}
	if out.Count > MutualCap {
		out.Count, out.Capped = MutualCap, true
	}
	return out
}
