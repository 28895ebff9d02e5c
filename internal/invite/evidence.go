package invite

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// reader is one member's view of some others, read in four statements: what
// follows from it follows from nothing that the lens does not show.
type reader struct {
	lens     *access.Lens
	guard    *access.Guard
	me       int64
	month    why.Month
	links    network.Links // with the policies of all, the reader's own included
	cards    map[int64]member.Card
	traits   map[int64][]trait.Trait
	offers   map[int64][]why.Offer
	entities map[int64]bool // what the reader has
	mine     why.Side       // all of the reader's own facts, as every invitation to them is held against
}

// people reads the policies, cards, traits and offers of some members and of the
// lens's own, with up to named connections in common with each.
func (s *Service) people(ctx context.Context, lens *access.Lens, members []int64, named int) (*reader, error) {
	r := &reader{lens: lens, guard: s.guard, me: lens.Viewer().Member(), month: monthOf(s.db.Now())}
	members = unique(append([]int64{r.me}, members...))
	var err error
	if r.links, err = s.network.Links(ctx, lens, s.policies, members, named, 0); err != nil {
		return nil, err
	}
	cards := members
	for _, ids := range r.links.Mutuals {
		cards = append(cards, ids...)
	}
	if r.cards, err = s.members.Cards(ctx, s.db, unique(cards)); err != nil {
		return nil, err
	}
	if r.traits, err = s.traits.Of(ctx, s.db, members); err != nil {
		return nil, err
	}
	if r.offers, err = s.offers(ctx, s.db, members); err != nil {
		return nil, err
	}
	r.entities, r.mine = owned(r.traits[r.me]), r.side(r.me, r.offers[r.me], all)
	return r, nil
}

func (r *reader) policy(m int64) access.Policy { return r.links.Policies[m] }

func unique(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

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

// visible is what of m's traits the reader may see.
func (r *reader) visible(t trait.Trait) bool {
	return trait.Visible(r.lens, r.policy(t.Member), t, func(e int64) bool { return r.entities[e] })
}

// shareVisibly reports whether the reader sees that m has a company, a school or
// a group that the reader has too.
func (r *reader) shareVisibly(m int64) bool {
	return slices.ContainsFunc(r.traits[m], func(t trait.Trait) bool {
		return t.Relation == trait.Has && slices.Contains(sharing, t.Kind) && r.entities[t.Entity] && r.visible(t)
	})
}

// shown decides whether a sender's trait counts before the receiver: left out
// never; visible as on the profile; else only if released. What the sender can't
// know, an unlisted group that the receiver is not in, stays unsaid even then.
func (c choice) shown(t trait.Trait, visible, inGroup bool) (show, byRelease bool) {
	switch {
	case c.leftOut[t.ID]:
		return false, false
	case visible:
		return true, false
	}
	return c.released[t.ID] && (!t.Unlisted || inGroup), true
}

// OfferFact is the id of something that the sender is open to among the facts of a
// letter. No row has so small an id.
func OfferFact(o why.Offer) int64 { return int64(o) }

// shownOffer is shown for what the sender is open to.
func (c choice) shownOffer(o why.Offer, visible bool) (show, byRelease bool) {
	switch {
	case c.leftOut[OfferFact(o)]:
		return false, false
	case visible:
		return true, false
	}
	return c.released[OfferFact(o)], true
}

// offersTo lists what the sender of a letter with a choice is open to, as far as it
// counts, and of that what only the letter shows.
func (r *reader) offersTo(c choice, m int64, visible bool) (shown, released []why.Offer) {
	for _, o := range r.offers[m] {
		show, byRelease := c.shownOffer(o, visible)
		if show {
			shown = append(shown, o)
		}
		if show && byRelease {
			released = append(released, o)
		}
	}
	return shown, released
}

// seesOffers reports whether the reader may see what m is open to.
func (r *reader) seesOffers(m int64) bool { return r.lens.See(m, r.policy(m).Scope(access.OpenTo)) }

// visibleOffers is what m is open to, if the reader may see it.
func (r *reader) visibleOffers(m int64) []why.Offer {
	if !r.seesOffers(m) {
		return nil
	}
	return r.offers[m]
}

// side is one person of a pair, made of the traits that keep returns and of what
// they are open to.
func (r *reader) side(m int64, offers []why.Offer, keep func(trait.Trait) (show, released bool)) why.Side {
	s := why.Side{Member: m, Name: ShortName(r.cards[m]), Offers: offers, Connections: breadth(r.lens.Graph().Count(m))}
	for _, t := range r.traits[m] {
		show, released := keep(t)
		switch {
		case !show:
		case t.Relation == trait.Seeks:
			s.Seeks = append(s.Seeks, why.Seek{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name})
		default:
			s.Facts = append(s.Facts, why.Fact{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name, Role: t.Role,
				From: t.From, To: t.To, Released: released})
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

func all(trait.Trait) (show, released bool) { return true, false }

// incoming is the pair for the reader who received inv: all of the reader's own
// facts, and of the sender's what the reader may see or what came with inv.
func (r *reader) incoming(inv Invitation, c choice, known mutuals) why.Pair {
	p := r.pair(inv.Sender, r.me, known)
	offers, _ := r.offersTo(c, inv.Sender, r.seesOffers(inv.Sender))
	p.Sender = r.side(inv.Sender, offers, func(t trait.Trait) (bool, bool) { return c.shown(t, r.visible(t), r.lens.InGroup(t.Entity)) })
	p.Receiver = r.mine
	if c.leftOut[SharedConnections] {
		p.Mutuals, p.MutualCount = nil, 0
	}
	p.Sender.Closed, p.Receiver.Closed = len(r.opens(inv.Sender, inv.Sender)), len(r.opens(r.me, inv.Sender))
	p.Stated, p.Sub = why.Reason(inv.Reason), inv.Sub
	return p
}

// outgoing is the pair for the reader who writes to m: the reader's own facts
// that keep returns and the given offers, and of m what the reader may see.
func (r *reader) outgoing(m int64, known mutuals, offers []why.Offer, keep func(trait.Trait) (show, released bool)) why.Pair {
	p := r.pair(r.me, m, known)
	p.Sender = r.side(r.me, offers, keep)
	p.Receiver = r.side(m, r.visibleOffers(m), func(t trait.Trait) (bool, bool) { return r.visible(t), false })
	p.Sender.Closed, p.Receiver.Closed = len(r.opens(r.me, m)), len(r.opens(m, m))
	return p
}

func (r *reader) pair(sender, receiver int64, known mutuals) why.Pair {
	other := sender
	if other == r.me {
		other = receiver
	}
	return why.Pair{Degree: degreeNumber(r.lens.Degree(other)), Mutuals: known.weighed, MutualCount: known.count, Now: r.month}
}

func degreeNumber(d graph.Degree) int { return min(max(int(d), 1), 4) }

// opens lists the sections that owner, the reader or other, opens by connecting
// the two: by the owner's policy alone, what the sections hold plays no part.
func (r *reader) opens(owner, other int64) []access.Section {
	now := r.guard.As(owner, poses[r.lens.Degree(other)])
	then := r.guard.As(owner, access.PoseConnection)
	var out []access.Section
	for _, sec := range access.Sections {
		if sc := r.policy(owner).Scope(sec); sec != access.Page && !now.See(owner, sc) && then.See(owner, sc) {
			out = append(out, sec)
		}
	}
	return out
}

var poses = map[graph.Degree]access.Pose{
	graph.Self: access.PoseConnection, graph.First: access.PoseConnection, graph.Second: access.PoseSecond,
	graph.Third: access.PoseThird, graph.Far: access.PoseMember,
}

// mutuals is what a reader may know of the connections in common with somebody.
type mutuals struct {
	count   int           // those there are for the reader, at most mutualCap
	capped  bool          // there may be more than count
	named   []member.Card // those whose tie to the other the reader may see, strongest first
	weighed []why.Mutual
}

// The count of mutual connections is released to everybody, up to a cap; whose
// they are follows the lists of connections (access.Lens.SeeTie).
const mutualCap = 500

// known is what the reader may know of the connections in common with m. How
// many connections a mutual one has weighs only where that list is open to the
// reader.
func (r *reader) known(m int64) mutuals {
	out := mutuals{count: r.lens.Graph().MutualCount(r.me, m)}
	for _, id := range r.links.Mutuals[m] {
		card, ok := r.cards[id]
		if !ok { // went away just now: the graph follows
			continue
		}
		out.named = append(out.named, card)
		if r.lens.See(id, r.policy(id).Scope(access.ConnectionL)) {
			out.weighed = append(out.weighed, why.Mutual{Member: id, Connections: r.lens.Graph().Count(id)})
		}
	}
	if out.count > mutualCap {
		out.count, out.capped = mutualCap, true
	}
	return out
}

// yearOnly lists the facts of a pair whose months are not known.
func (r *reader) yearOnly(p why.Pair) map[int64]bool {
	out := make(map[int64]bool)
	for _, s := range []why.Side{p.Sender, p.Receiver} {
		ts := r.traits[s.Member]
		for i := range ts {
			if ts[i].YearOnly && slices.ContainsFunc(s.Facts, func(f why.Fact) bool { return f.ID == ts[i].ID }) {
				out[ts[i].ID] = true
			}
		}
	}
	return out
}

// ShortName is how a sentence names a person: the given name where the order of
// names can be told, the whole name where it can't.
func ShortName(c member.Card) string {
	words := strings.Fields(c.Name)
	if len(words) < 2 {
		return c.Name
	}
	short := words[0]
	if base, _, _ := strings.Cut(c.Lang, "-"); slices.Contains([]string{"vi", "hu", "zh", "ja", "ko"}, base) {
		short = words[len(words)-1] // the family name comes first
	}
	if r, _ := utf8.DecodeRuneInString(short); !unicode.IsLetter(r) || utf8.RuneCountInString(strings.Trim(short, ".")) < 2 || strings.HasSuffix(short, ".") {
		return c.Name // an initial or a title
	}
	return short
}
