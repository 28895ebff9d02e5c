// Package profile is what a member tells of themselves: the sections of their
// page, who may see each, and how somebody else's page looks to one viewer. It
// owns the tables profiles and profile_contacts; who exists, what is comparable
// and who may see what it asks of the spine. It knows nothing of invitations:
// the button on a page is the face's to ask for.
package profile

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// OpenTo is the set of what a member is open to: bit 1<<offer of why's offers.
type OpenTo int64

// Offers lists what the set holds, in why's order.
func (o OpenTo) Offers() []why.Offer {
	var out []why.Offer
	for _, f := range AllOffers {
		if o&(1<<f) != 0 {
			out = append(out, f)
		}
	}
	return out
}

// AllOffers lists everything one can be open to.
var AllOffers = []why.Offer{why.Work, why.Hiring, why.Mentoring, why.Mentored, why.Speaking}

// OfferLabel returns the words a member reads.
func OfferLabel(o why.Offer) string {
	return map[why.Offer]string{
		why.Work: "Being hired", why.Hiring: "Hiring", why.Mentoring: "Being a mentor", why.Mentored: "Having a mentor", why.Speaking: "Speaking",
	}[o]
}

// Texts is the part of a profile that is words of its own.
type Texts struct {
	About   string
	Glad    string // glad to help with
	OpenTo  OpenTo
	Version int64
}

// Contact is one way to reach a member. It is shown, never written to.
type Contact struct {
	ID    int64
	Kind  string // email, website, phone
	Value string
}

// Section is one section as the viewer sees it.
type Section struct {
	Section  access.Section
	Scope    access.Scope // shown to the owner; to others only its audience, and only when Closed
	Closed   bool         // not open to the viewer; nothing else is then filled in
	Traits   []trait.Trait
	About    string
	Glad     string
	OpenTo   OpenTo
	Contacts []Contact
}

// Empty reports whether an open section holds nothing.
func (s Section) Empty() bool {
	return len(s.Traits) == 0 && s.About == "" && s.Glad == "" && s.OpenTo == 0 && len(s.Contacts) == 0
}

// Common is one company, school or group that viewer and member share.
type Common struct {
	Kind          trait.Kind
	Name          string
	Yours, Theirs []trait.Trait // dated entries
	Months        int           // months together; 0 when the times don't meet or aren't known
}

// Page is one member's profile as one viewer sees it.
type Page struct {
	Card     member.Card
	Redirect string // set when an old handle was asked for: its new one
	Own      bool
	Posed    bool // the owner looks through another's eyes
	Guest    bool
	Indexed  bool // search engines may list it
	Degree   graph.Degree
	Mate     bool // shares a group with the viewer
	Mutual   int
	Mutuals  []member.Card   // some that may be named
	Ways     [][]member.Card // from the viewer to the member
	Common   []Common
	Both     map[trait.Kind][]string // skills, fields, places, languages that both have
	Found    why.Assessment          // what both could gain, from what the viewer may see
	Sections []Section
	Version  int64
	Policy   access.Policy // for the owner only
	Groups   []trait.Trait // the owner's own groups, for the choice of an audience
}

// Service is the way to profiles.
type Service struct {
	db      *db.DB
	members *member.Service
	traits  *trait.Service
	network *network.Service
	open    *access.Policies
	guard   *access.Guard
}

// New returns the service over the spine.
func New(d *db.DB, m *member.Service, t *trait.Service, n *network.Service, open *access.Policies, g *access.Guard) *Service {
	return &Service{d, m, t, n, open, g}
}

// Pose is how an owner looks at their own page: as a kind of viewer, or as a
// named member. The zero Pose is themselves.
type Pose struct {
	As       access.Pose
	AsMember string // handle
}

// View returns the page of the member with a handle as v sees it. Who may not
// open it at all gets fault.Missing, the same as for a handle nobody has.
func (s *Service) View(ctx context.Context, v access.Viewer, handle string, pose Pose) (Page, error) {
	owner, current, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return Page{}, err
	}
	lens, err := s.lens(ctx, v, owner, pose)
	if err != nil {
		return Page{}, err
	}
	if lens.Blocked(owner) {
		return Page{}, fault.NotFound()
	}
	links, err := s.network.Links(ctx, lens, s.open, []int64{owner}, 3, 1)
	if err != nil {
		return Page{}, err
	}
	if !lens.SeePage(owner, links.Policies[owner]) {
		return Page{}, fault.NotFound()
	}
	if lens.Degree(owner) == graph.First {
		if err := lens.Confirm(ctx, owner); err != nil {
			return Page{}, err
		}
	}
	p := Page{Own: lens.Viewer().Member() == owner, Posed: pose != Pose{}, Guest: lens.Viewer().IsGuest(), Degree: lens.Degree(owner)}
	if current != handle && current != "" {
		p.Redirect = current
	}
	return s.fill(ctx, lens, owner, links, p)
}

// lens returns through whose eyes the page is seen. Only the owner may pose.
func (s *Service) lens(ctx context.Context, v access.Viewer, owner int64, pose Pose) (*access.Lens, error) {
	switch {
	case pose == Pose{}:
		return s.guard.For(ctx, v)
	case v.Member() != owner:
		return nil, fault.NotFound()
	case pose.AsMember != "":
		other, _, err := s.members.ByHandle(ctx, pose.AsMember)
		if err != nil {
			return nil, err
		}
		mine, err := s.guard.For(ctx, v)
		if err != nil {
			return nil, err
		}
		if !mine.SeeMember(other) {
			return nil, fault.NotFound()
		}
		// Only that member's degree, which is no secret, is put on: their own
		// lens would show the owner what they share but keep closed.
		return s.guard.As(owner, poseAt(mine.Degree(other))), nil
	}
	return s.guard.As(owner, pose.As), nil
}

// poseAt is the pose of somebody at a degree.
func poseAt(d graph.Degree) access.Pose {
	switch d {
	case graph.First:
		return access.PoseConnection
	case graph.Second:
		return access.PoseSecond
	case graph.Third:
		return access.PoseThird
	}
	return access.PoseMember
}

// fill loads what the page shows: traits of both in one statement, texts and
// contacts in one, cards in one.
func (s *Service) fill(ctx context.Context, lens *access.Lens, owner int64, links network.Links, p Page) (Page, error) {
	me := lens.Viewer().Member()
	ids := []int64{owner}
	if me != 0 && me != owner && !lens.Posed() {
		ids = append(ids, me)
	}
	traits, err := s.traits.Of(ctx, s.db, ids)
	if err != nil {
		return Page{}, err
	}
	texts, contacts, err := loadTexts(ctx, s.db, owner)
	if err != nil {
		return Page{}, err
	}
	cards, err := s.members.Cards(ctx, s.db, slices.Concat(ids, links.Mutuals[owner], slices.Concat(links.Ways...)))
	if err != nil {
		return Page{}, err
	}
	card, ok := cards[owner]
	if !ok {
		return Page{}, fault.NotFound()
	}
	p.Card, p.Version = card, texts.Version
	pol := links.Policies[owner]
	mine := traits[me]
	if p.Own {
		p.Policy, mine = pol, nil
	}
	visible := visibleTraits(lens, pol, traits[owner], mine)
	p.Sections = sections(lens, owner, pol, visible, texts, contacts)
	p.Indexed = pol.Scope(access.Page).Audience == access.Public
	p.Groups = ofKind(traits[owner], trait.Group)
	if !p.Own {
		p.Groups = nil
	}
	if me != 0 && !p.Own && !lens.Posed() {
		s.compare(lens, owner, cards, links, visible, mine, texts, pol, &p)
	}
	return p, nil
}

// compare fills in what the viewer and the member share.
func (s *Service) compare(lens *access.Lens, owner int64, cards map[int64]member.Card, links network.Links, theirs, mine []trait.Trait, texts Texts, pol access.Policy, p *Page) {
	me := lens.Viewer().Member()
	p.Mutual = lens.Graph().MutualCount(me, owner)
	for _, m := range links.Mutuals[owner] {
		if c, ok := cards[m]; ok {
			p.Mutuals = append(p.Mutuals, c)
		}
	}
	for _, way := range links.Ways {
		if row := cardsOf(way, cards); row != nil {
			p.Ways = append(p.Ways, row)
		}
	}
	p.Common, p.Both = common(mine, theirs, nowMonth(s.db.Now()))
	p.Mate = slices.ContainsFunc(p.Common, func(c Common) bool { return c.Kind == trait.Group })
	pair := why.Pair{Degree: int(min(p.Degree, graph.Far)), MutualCount: p.Mutual, Now: nowMonth(s.db.Now())}
	pair.Sender = side(me, cards[me].Name, mine, lens.Graph().Count(me), 0)
	pair.Receiver = side(owner, cards[owner].Name, theirs, -1, 0)
	if lens.See(owner, pol.Scope(access.OpenTo)) {
		pair.Receiver.Offers = texts.OpenTo.Offers()
	}
	for _, m := range links.Mutuals[owner] {
		pair.Mutuals = append(pair.Mutuals, why.Mutual{Member: m, Connections: lens.Graph().Count(m)})
	}
	p.Found = why.Assess(pair)
}

func cardsOf(ids []int64, cards map[int64]member.Card) []member.Card {
	out := make([]member.Card, 0, len(ids))
	for _, id := range ids {
		c, ok := cards[id]
		if !ok {
			return nil // somebody on it is not there: no way to show
		}
		out = append(out, c)
	}
	return out
}

// side is one person as why compares them.
func side(id int64, name string, ts []trait.Trait, connections, closed int) why.Side {
	facts, seeks := trait.Facts(ts, nil)
	return why.Side{Member: id, Name: name, Facts: facts, Seeks: seeks, Connections: connections, Closed: closed}
}

// Offers returns what members are open to, for those where see allows it. One
// statement. It is how the evidence of an invitation learns of it.
func (s *Service) Offers(ctx context.Context, q db.Querier, members []int64) (map[int64][]why.Offer, error) {
	sets, err := loadOpenTo(ctx, q, members)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]why.Offer, len(sets))
	for m, o := range sets {
		out[m] = o.Offers()
	}
	return out, nil
}

// AddContacts adds ways to reach a member, for imports. They are shown by the
// section Contact and never written to.
func (s *Service) AddContacts(ctx context.Context, tx *db.Tx, member int64, kind string, values []string) error {
	return insertContacts(ctx, tx, member, kind, values)
}

// changed is the fact of every change here.
func changed(owner int64) journal.Fact {
	return journal.Fact{Kind: "profile.changed", Facets: journal.ChangesMember, Owner: owner}
}
