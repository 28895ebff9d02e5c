// Package evidence is what one member may hold against others: their traits, what
// they are open to, whom they know, each asked of its owner once for all and cut to
// what the reader's lens shows, and made into the pairs that why weighs. It stands
// between the spine and the features, because an invitation, a profile and a
// suggestion must say the same of the same two people.
//
// It owns no table and no score. What follows from a Reader follows from nothing
// that its lens does not show.
package evidence

import (
	"context"
	"slices"
	"sync/atomic"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Named is how many connections in common are named and weighed one by one,
// wherever two people are compared: a score must not depend on the page.
const Named = 5

// Needs is what the service is made of.
type Needs struct {
	DB       *db.DB
	Members  *member.Service
	Network  *network.Service
	Traits   *trait.Service
	Policies *access.Policies

	// Offers returns what members are open to, whoever may know it. Nil: nothing.
	Offers func(ctx context.Context, q db.Querier, members []int64) (map[int64][]why.Offer, error)
}

// Service reads what is to be compared. It is safe for concurrent use.
type Service struct {
	Needs
	sources   []Source
	community atomic.Int64 // how many members there are, see Recount; 0 unknown
	model     atomic.Pointer[why.Model]
}

// New returns the service.
func New(n Needs) *Service {
	if n.Offers == nil {
		n.Offers = func(context.Context, db.Querier, []int64) (map[int64][]why.Offer, error) { return nil, nil }
	}
	return &Service{Needs: n}
}

// SetModel makes the weights that pairs are weighed by from now on, wherever two
// people are compared; nil: the hand-set ones. What has been read keeps its own. Safe
// at any time.
func (s *Service) SetModel(m *why.Model) { s.model.Store(m) }

// Read reads the policies, cards, traits and offers of some members and of the
// lens's own, with up to named connections in common with each, and what features
// know between them: for whoever asks, or might. Four statements, fewer where cards
// and traits are kept, and those of the sources.
func (s *Service) Read(ctx context.Context, lens *access.Lens, members []int64, named int) (*Reader, error) {
	return s.read(ctx, lens, members, named, func(m int64) Pair { return Pair{Sender: lens.Viewer().Member(), Receiver: m} })
}

// From is Read for who is asked by the members.
func (s *Service) From(ctx context.Context, lens *access.Lens, members []int64, named int) (*Reader, error) {
	return s.read(ctx, lens, members, named, func(m int64) Pair { return Pair{Sender: m, Receiver: lens.Viewer().Member()} })
}

// Reach lets a Reader learn whom some members would bring within reach: for what is
// shown, since it looks at all of their connections.
func (s *Service) Reach(ctx context.Context, r *Reader, members []int64) (err error) {
	r.Reached, err = s.reached(ctx, &r.Material, unique(slices.Clone(members)))
	return err
}

func (s *Service) read(ctx context.Context, lens *access.Lens, members []int64, named int, pair func(int64) Pair) (*Reader, error) {
	pairs := make([]Pair, 0, len(members))
	for _, m := range unique(slices.Clone(members)) {
		if m != lens.Viewer().Member() {
			pairs = append(pairs, pair(m))
		}
	}
	m, err := s.material(ctx, lens, pairs, members, named)
	if err != nil {
		return nil, err
	}
	return NewReader(m), nil
}

// load reads policies, cards, traits, offers and what features know.
func (s *Service) load(ctx context.Context, lens *access.Lens, pairs []Pair, members []int64, named int) (Material, error) {
	m := Material{Lens: lens, Month: Month(s.DB.Now())}
	members = unique(append([]int64{lens.Viewer().Member()}, members...))
	var err error
	if m.Links, err = s.Network.Links(ctx, lens, s.Policies, members, named, 0); err != nil {
		return m, err
	}
	cards := slices.Clone(members) // members is read on, and unique sorts in place
	for _, ids := range m.Links.Mutuals {
		cards = append(cards, ids...)
	}
	if m.Cards, err = s.Members.Cards(ctx, s.DB, unique(cards)); err != nil {
		return m, err
	}
	if m.Traits, err = s.Traits.Of(ctx, s.DB, members); err != nil {
		return m, err
	}
	if m.Offers, err = s.Offers(ctx, s.DB, members); err != nil {
		return m, err
	}
	return m, s.Tell(ctx, &m, pairs)
}

func unique(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}
