// Package profile is what a member tells of themselves: the sections of their
// page, who may see each, and how somebody else's page looks to one viewer. It
// owns the tables profiles and profile_contacts; who exists, what is comparable
// and who may see what it asks of the spine. It knows nothing of invitations:
// the button on a page is the face's to ask for.
package profile

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
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
	Card     member.Card // Location only where the viewer may see that section
	Redirect string      // set when an old handle was asked for: its new one
	Own      bool
	Posed    bool   // the owner looks through another's eyes
	As       string // then: the name of the member they look as, if it is one
	Guest    bool
	Shut     bool // posed as a guest, to whom the page does not open: nothing else is filled in
	Indexed  bool // search engines may list it
	Degree   graph.Degree
	Tie      network.Connection // of the first degree: since when and why
	Mate     bool               // shares a group with the viewer
	Mutual   int
	Mutuals  []member.Card   // some that may be named
	Ways     [][]member.Card // from the viewer to the member
	Common   []Common
	Both     map[trait.Kind][]string // skills, fields, places, languages that both have
	Pair     why.Pair                // what Found follows from
	Found    why.Assessment          // what both could gain, from what the viewer may see
	Sections []Section
	Closed   []access.Section // of the viewer's own, what they closed to the member
	Policy   access.Policy    // for the owner only
	Groups   []trait.Trait    // the owner's own groups, for the choice of an audience
	Strength Strength         // for the owner only
}

// Service is the way to profiles.
type Service struct {
	db      *db.DB
	members *member.Service
	traits  *trait.Service
	network *network.Service
	open    *access.Policies
	guard   *access.Guard
	tell    Tell
}

// New returns the service over the spine.
func New(d *db.DB, m *member.Service, t *trait.Service, n *network.Service, open *access.Policies, g *access.Guard) *Service {
	return &Service{db: d, members: m, traits: t, network: n, open: open, guard: g,
		tell: func(context.Context, *evidence.Material, []evidence.Pair) error { return nil }}
}

// Tell adds what features know between people (evidence.Service.Tell).
type Tell func(ctx context.Context, m *evidence.Material, pairs []evidence.Pair) error

// SetTell says where a page asks for it: evidence needs profiles, to know what
// members are open to, and is there only later.
func (s *Service) SetTell(f Tell) { s.tell = f }

// Peer returns the card of somebody whom the viewer may act on: not themselves,
// and not parted by a block.
func (s *Service) Peer(ctx context.Context, v access.Viewer, handle string) (member.Card, error) {
	id, _, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return member.Card{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return member.Card{}, err
	}
	cards, err := s.members.Cards(ctx, s.db, []int64{id})
	if err != nil {
		return member.Card{}, err
	}
	c, ok := cards[id]
	if !ok || id == v.Member() || !lens.SeeMember(id) {
		return member.Card{}, fault.NotFound()
	}
	return c, nil
}

// Offers returns what members are open to. One statement, and no word on who may
// know it: that is the caller's to ask. It is how the evidence of an invitation
// learns of it.
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
