package profile

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Pose is how an owner looks at their own page: as a kind of viewer, or as a
// named member. The zero Pose is themselves.
type Pose struct {
	As       access.Pose
	AsMember string // handle
}

// eyes is through whom a page is seen.
type eyes struct {
	*access.Lens
	as  int64        // the named member whom the owner looks as
	own *access.Lens // then: the owner's own lens
}

// View returns the page of the member with a handle as v sees it. Who may not
// open it at all gets fault.Missing, the same as for a handle nobody has. At most
// eight statements, whatever the page holds.
func (s *Service) View(ctx context.Context, v access.Viewer, handle string, pose Pose) (Page, error) {
	owner, current, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return Page{}, err
	}
	by, err := s.eyes(ctx, v, owner, pose)
	if err != nil {
		return Page{}, err
	}
	if by.Blocked(owner) {
		return Page{}, fault.NotFound()
	}
	links, err := s.network.Links(ctx, by.Lens, s.open, by.ids(owner), evidence.Named, 1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Own: by.Viewer().Member() == owner, Posed: pose != Pose{}, Guest: by.Viewer().IsGuest()}
	if !by.SeePage(owner, links.Policies[owner]) {
		if !p.Posed {
			return Page{}, fault.NotFound()
		}
		p.Shut = true // the owner is told so, instead of finding nothing
		p.Card, err = s.members.Card(ctx, s.db, owner)
		return p, err
	}
	if current != handle {
		p.Redirect = current
	}
	if err := s.confirm(ctx, by, owner, &p); err != nil {
		return Page{}, err
	}
	return s.fill(ctx, by, owner, links, p)
}

// eyes returns through whom the page is seen. Only the owner may pose.
func (s *Service) eyes(ctx context.Context, v access.Viewer, owner int64, pose Pose) (eyes, error) {
	switch {
	case pose == Pose{}:
		l, err := s.guard.For(ctx, v)
		return eyes{Lens: l}, err
	case v.Member() != owner:
		return eyes{}, fault.NotFound()
	case pose.AsMember == "":
		return eyes{Lens: s.guard.As(owner, pose.As)}, nil
	}
	other, _, err := s.members.ByHandle(ctx, pose.AsMember)
	if err != nil {
		return eyes{}, err
	}
	mine, err := s.guard.For(ctx, v)
	if err != nil {
		return eyes{}, err
	}
	if other == owner || !mine.SeeMember(other) {
		return eyes{}, fault.NotFound()
	}
	// Only that member's degree, which is no secret, is put on, and what the owner
	// closed to them: their own lens would show the owner which groups they are in and
	// what they keep closed.
	return eyes{Lens: mine.As(owner, other, evidence.PoseAt(mine.Degree(other))), as: other, own: mine}, nil
}

// ids are those whose traits and policies the page needs: the owner, and with
// whom they are compared.
func (e eyes) ids(owner int64) []int64 {
	ids := []int64{owner}
	if me := e.other(owner); me != 0 {
		ids = append(ids, me)
	}
	return ids
}

// other is the real member who looks, or as whom the owner looks; 0 for none.
func (e eyes) other(owner int64) int64 {
	if e.as != 0 || e.Posed() {
		return e.as
	}
	if me := e.Viewer().Member(); me != owner {
		return me
	}
	return 0
}

// confirm asks the truth about a tie that the index has, before it opens more.
func (s *Service) confirm(ctx context.Context, by eyes, owner int64, p *Page) error {
	if by.Degree(owner) == graph.First && !by.Posed() {
		tie, ok, err := s.network.Tie(ctx, s.db, by.Viewer().Member(), owner)
		if err != nil {
			return err
		}
		by.Told(owner, ok)
		p.Tie = tie
	}
	p.Degree = by.Degree(owner)
	return nil
}

// fill loads what the page shows: traits of both in one statement, texts and
// contacts in one, cards in one.
func (s *Service) fill(ctx context.Context, by eyes, owner int64, links network.Links, p Page) (Page, error) {
	ids := by.ids(owner)
	traits, err := s.traits.Of(ctx, s.db, ids)
	if err != nil {
		return Page{}, err
	}
	texts, contacts, err := loadTexts(ctx, s.db, owner, by.other(owner))
	if err != nil {
		return Page{}, err
	}
	cards, err := s.members.Cards(ctx, s.db, slices.Concat(ids, links.Mutuals[owner], slices.Concat(links.Ways...)))
	if err != nil {
		return Page{}, err
	}
	var ok bool
	if p.Card, ok = cards[owner]; !ok {
		return Page{}, fault.NotFound()
	}
	pol := links.Policies[owner]
	mine := traits[by.other(owner)]
	if by.as != 0 {
		p.As = cards[by.as].Name
		mine = visibleTraits(by.own, links.Policies[by.as], mine, traits[owner])
	}
	visible := visibleTraits(by.Lens, pol, traits[owner], mine)
	p.Sections = sections(by.Lens, owner, pol, visible, texts[owner], contacts)
	p.Indexed = pol.Scope(access.Page).Audience == access.Public
	switch {
	case p.Own:
		p.Policy, p.Groups = pol, ofKind(traits[owner], trait.Group)
		p.Strength = strength(p.Card, texts[owner], traits[owner])
	case by.other(owner) != 0 && by.as == 0:
		if p.Found, p.Pair, err = s.weigh(ctx, by, owner, links, cards, traits, texts); err != nil {
			return Page{}, err
		}
		s.compare(by.Lens, owner, cards, links, visible, mine, &p)
		p.Closed = by.ClosedTo(owner).List()
	}
	if !by.See(owner, pol.Scope(access.Location)) {
		p.Card.Location = ""
	}
	return p, nil
}

// faces is how many connections in common the page names.
const faces = 3

// compare fills in how viewer and member are linked, and what they share.
func (s *Service) compare(lens *access.Lens, owner int64, cards map[int64]member.Card, links network.Links, theirs, mine []trait.Trait, p *Page) {
	p.Mutual = lens.Graph().MutualCount(lens.Viewer().Member(), owner)
	p.Mutuals = present(links.Mutuals[owner], cards)
	p.Mutuals = p.Mutuals[:min(faces, len(p.Mutuals))]
	for _, way := range links.Ways {
		if row := present(way, cards); len(row) == len(way) { // else somebody on it is away
			p.Ways = append(p.Ways, row)
		}
	}
	p.Common, p.Both = common(mine, theirs, evidence.Month(s.db.Now()))
	p.Mate = slices.ContainsFunc(p.Common, func(c Common) bool { return c.Kind == trait.Group })
}

// present returns the cards of those who are there, in order. Where they are is
// not told: that is a section of their own page.
func present(ids []int64, cards map[int64]member.Card) []member.Card {
	out := make([]member.Card, 0, len(ids))
	for _, id := range ids {
		if c, ok := cards[id]; ok {
			c.Location = ""
			out = append(out, c)
		}
	}
	return out
}

// weigh tells what both could gain by connecting, from what the viewer may see.
func (s *Service) weigh(ctx context.Context, by eyes, owner int64, links network.Links, cards map[int64]member.Card,
	traits map[int64][]trait.Trait, texts map[int64]Texts) (why.Assessment, why.Pair, error) {
	offers := make(map[int64][]why.Offer, len(texts))
	for m, t := range texts {
		offers[m] = t.OpenTo.Offers()
	}
	m := evidence.Material{Lens: by.Lens, Month: evidence.Month(s.db.Now()), Links: links, Cards: cards, Traits: traits, Offers: offers}
	if err := s.tell(ctx, &m, []evidence.Pair{{Sender: by.Viewer().Member(), Receiver: owner}}); err != nil {
		return why.Assessment{}, why.Pair{}, err
	}
	pair := evidence.NewReader(m).Pair(owner)
	return why.Assess(pair), pair, nil
}
