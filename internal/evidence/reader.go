package evidence

import (
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Material is everything that a Reader goes by, by member. A page that has read
// some of it already, a profile, makes its Reader of that.
type Material struct {
	Lens   *access.Lens
	Month  why.Month
	Links  network.Links // with the policies of all, the reader's own included
	Cards  map[int64]member.Card
	Traits map[int64][]trait.Trait
	Offers map[int64][]why.Offer

	Signals map[int64][]why.Signal // what features know between the reader and a member
	Circles []Circle               // where the reader's connections are
	Reached map[int64][]Circle     // where those are whom a member who asks brings within reach

	Community int        // how many members there are, coarsely; 0 unknown
	Model     *why.Model // that all pairs are weighed by; nil: the hand-set one
}

// Reader is one member's view of some others. It is not safe for concurrent use.
type Reader struct {
	Material
	Me       int64
	Mine     why.Side                      // all of the reader's own facts, as everybody is held against them
	entities map[int64]bool                // what the reader has
	sections map[int64]access.Section      // in which of a profile it stands
	parted   map[access.SectionSet][]int64 // see apart
}

// NewReader makes a Reader for the viewer of the material's lens.
func NewReader(m Material) *Reader {
	r := &Reader{Material: m, Me: m.Lens.Viewer().Member()}
	r.entities, r.sections, r.parted = owned(m.Traits[r.Me]), map[int64]access.Section{}, map[access.SectionSet][]int64{}
	for _, t := range m.Traits[r.Me] {
		r.sections[t.Entity] = trait.Section(t.Kind, trait.Has)
	}
	r.Mine = r.Side(r.Me, m.Offers[r.Me], All)
	return r
}

// Month is a moment as the reasons engine counts time.
func Month(t time.Time) why.Month { return why.MonthOf(t.Year(), int(t.Month())) }

// owned is the set of entities that somebody has.
func owned(ts []trait.Trait) map[int64]bool {
	has := make(map[int64]bool, len(ts))
	for _, t := range ts {
		if t.Relation == trait.Has {
			has[t.Entity] = true
		}
	}
	return has
}

// Policy is a member's openness.
func (r *Reader) Policy(m int64) access.Policy { return r.Links.Policies[m] }

// Sees reports whether the reader may see a trait.
func (r *Reader) Sees(t trait.Trait) bool {
	return trait.Visible(r.Lens, r.Policy(t.Member), t, func(e int64) bool { return r.entities[e] })
}

// sharing are the kinds that make a circle.
var sharing = []why.FactKind{why.Company, why.School, why.Group}

// Shares reports whether the reader sees that m has a company, a school or a group
// that the reader has too.
func (r *Reader) Shares(m int64) bool {
	return slices.ContainsFunc(r.Traits[m], func(t trait.Trait) bool {
		return t.Relation == trait.Has && slices.Contains(sharing, t.Kind) && r.entities[t.Entity] && r.Sees(t)
	})
}

// SeesOffers reports whether the reader may see what m is open to.
func (r *Reader) SeesOffers(m int64) bool { return r.Lens.See(m, r.Policy(m).Scope(access.OpenTo)) }

// VisibleOffers is what m is open to, if the reader may see it.
func (r *Reader) VisibleOffers(m int64) []why.Offer {
	if !r.SeesOffers(m) {
		return nil
	}
	return r.Offers[m]
}

// Keep chooses the traits that stand for a side of a pair. released marks one
// that the reader sees by release alone.
type Keep func(trait.Trait) (show, released bool)

// All keeps every trait: the reader's own.
func All(trait.Trait) (show, released bool) { return true, false }

// Side is one person of a pair, made of the traits that keep returns and of what
// they are open to.
func (r *Reader) Side(m int64, offers []why.Offer, keep Keep) why.Side {
	s := why.Side{Member: m, Name: r.Cards[m].Short(), Offers: offers, Connections: breadth(r.Lens.Graph().Count(m))}
	for _, t := range r.Traits[m] {
		show, released := keep(t)
		switch {
		case !show:
		case t.Relation == trait.Seeks:
			s.Seeks = append(s.Seeks, why.Seek{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name})
		default:
			s.Facts = append(s.Facts, why.Fact{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name, Role: t.Role,
				From: t.From, To: t.To, People: r.people(t.Entity), Released: released})
		}
	}
	return s
}

// breadth is a number of connections as coarse as it may be known: few, some or
// many, each by one number of its band.
func breadth(n int) int {
	switch {
	case n < 10:
		return 5
	case n < 150:
		return 50
	}
	return 150
}

// From is the pair of m, who asks, and the reader, who is asked. sender is what of
// m counts, see Side.
func (r *Reader) From(m int64, known Mutuals, sender why.Side) why.Pair {
	return r.pair(m, known, sender, r.Mine, m, r.Me)
}

// To is the pair of the reader, who asks with what sender holds, and m, of whom
// counts what the reader may see.
func (r *Reader) To(m int64, known Mutuals, sender why.Side) why.Pair {
	receiver := r.Side(m, r.VisibleOffers(m), func(t trait.Trait) (bool, bool) { return r.Sees(t), false })
	return r.pair(m, known, sender, receiver, r.Me, m)
}

// Pair is To with all of the reader's own: what both could gain, before anybody
// has asked.
func (r *Reader) Pair(m int64) why.Pair { return r.To(m, r.Known(m), r.Mine) }

func (r *Reader) pair(other int64, known Mutuals, sender, receiver why.Side, from, to int64) why.Pair {
	sender.Closed, receiver.Closed = len(r.Opens(from, other)), len(r.Opens(to, other))
	return why.Pair{Sender: sender, Receiver: receiver, Degree: degreeNumber(r.Lens.Degree(other)),
		Mutuals: known.Weighed, MutualCount: known.Count, Now: r.Month, Community: r.Community, Model: r.Model,
		Signals: append(rightful(r.Signals[other], sender, receiver), r.bridges(other, to == r.Me)...)}
}

func degreeNumber(d graph.Degree) int { return min(max(int(d), 1), 4) }

// Opens lists the sections that owner, the reader or other, opens by connecting
// the two: by the owner's policy and limits alone, what the sections hold plays no
// part.
func (r *Reader) Opens(owner, other int64) []access.Section {
	peer := r.Me
	if owner == r.Me {
		peer = other
	}
	now, then := r.Lens.As(owner, peer, PoseAt(r.Lens.Degree(other))), r.Lens.As(owner, peer, access.PoseConnection)
	var out []access.Section
	for _, sec := range access.Sections {
		if sc := r.Policy(owner).Scope(sec); sec != access.Page && !now.See(owner, sc) && then.See(owner, sc) {
			out = append(out, sec)
		}
	}
	return out
}

// PoseAt is the pose of somebody at a degree.
func PoseAt(d graph.Degree) access.Pose {
	switch d {
	case graph.Self, graph.First:
		return access.PoseConnection
	case graph.Second:
		return access.PoseSecond
	case graph.Third:
		return access.PoseThird
	}
	return access.PoseMember
}

// YearOnly lists the facts of a pair whose months are not known.
func (r *Reader) YearOnly(p why.Pair) map[int64]bool {
	out := make(map[int64]bool)
	for _, s := range []why.Side{p.Sender, p.Receiver} {
		ts := r.Traits[s.Member]
		for i := range ts {
			if ts[i].YearOnly && slices.ContainsFunc(s.Facts, func(f why.Fact) bool { return f.ID == ts[i].ID }) {
				out[ts[i].ID] = true
			}
		}
	}
	return out
}
