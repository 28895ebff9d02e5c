package invite

import (
	"cmp"
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// reader is what one member may hold against others, as letters between them use
// it.
type reader struct{ *evidence.Reader }

// to reads what the lens's viewer may hold against members to write to.
func (s *Service) to(ctx context.Context, lens *access.Lens, members []int64, named int) (reader, error) {
	r, err := s.evidence.Read(ctx, lens, members, named)
	return reader{r}, err
}

// from reads what the lens's viewer may hold against members who wrote.
func (s *Service) from(ctx context.Context, lens *access.Lens, members []int64) (reader, error) {
	r, err := s.evidence.From(ctx, lens, members, evidence.Named)
	return reader{r}, err
}

func unique(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// shown decides whether a sender's trait counts before the receiver: left out
// never; visible as on the profile; else only if released, and only as it was then: an
// entry that has become another one was released to nobody. What the sender can't know,
// an unlisted group that the receiver is not in, stays unsaid even then.
func (c choice) shown(t trait.Trait, visible, inGroup bool) (show, byRelease bool) {
	switch {
	case c.leftOut[t.ID]:
		return false, false
	case visible:
		return true, false
	}
	version, ok := c.released[t.ID]
	return ok && (version == 0 || version == t.Version) && (!t.Unlisted || inGroup), true
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
	_, show = c.released[OfferFact(o)]
	return show, true
}

// offersTo lists what the sender of a letter with a choice is open to, as far as it
// counts, and of that what only the letter shows.
func (r reader) offersTo(c choice, m int64, visible bool) (shown, released []why.Offer) {
	for _, o := range r.Offers[m] {
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

// shownBy lists what the reader who received inv sees of its sender only because it
// was released with it: what somebody has, what they look for, what they are open to.
func (r reader) shownBy(inv Invitation, c choice) (out []Own) {
	if len(c.released) == 0 {
		return nil
	}
	for _, t := range r.Traits[inv.Sender] {
		if show, byRelease := c.shown(t, r.Sees(t), r.Lens.InGroup(t.Entity)); show && byRelease {
			out = append(out, ownOf(t))
		}
	}
	slices.SortStableFunc(out, func(a, b Own) int { return cmp.Compare(a.Relation, b.Relation) })
	_, released := r.offersTo(c, inv.Sender, r.SeesOffers(inv.Sender))
	for _, o := range released {
		out = append(out, Own{ID: OfferFact(o), Offer: o, Name: o.Label()})
	}
	return out
}

// ownOf is a trait among the facts of a letter.
func ownOf(t trait.Trait) Own {
	return Own{ID: t.ID, Kind: t.Kind, Relation: t.Relation, Name: t.Name, Role: t.Role, From: t.From, To: t.To, YearOnly: t.YearOnly}
}

// knownBy is whom the reader who received inv may know in common with its sender.
func (r reader) knownBy(inv Invitation, c choice) evidence.Mutuals {
	if c.leftOut[SharedConnections] {
		return evidence.Mutuals{}
	}
	return r.Known(inv.Sender)
}

// incoming is the pair for the reader who received inv: all of the reader's own
// facts, and of the sender's what the reader may see or what came with inv.
func (r reader) incoming(inv Invitation, c choice, known evidence.Mutuals) why.Pair {
	offers, _ := r.offersTo(c, inv.Sender, r.SeesOffers(inv.Sender))
	sender := r.Side(inv.Sender, offers, func(t trait.Trait) (bool, bool) { return c.shown(t, r.Sees(t), r.Lens.InGroup(t.Entity)) })
	return r.From(inv.Sender, known, sender)
}

// outgoing is the pair for the reader who writes to m: the reader's own facts
// that keep returns and the given offers, and of m what the reader may see.
func (r reader) outgoing(m int64, known evidence.Mutuals, offers []why.Offer, keep evidence.Keep) why.Pair {
	return r.To(m, known, r.Side(r.Me, offers, keep))
}
