package tie

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/network"
)

// Connection is one connection of the viewer's, as in the list. Whoever is none is not
// found. Four statements at most.
func (s *Service) Connection(ctx context.Context, v access.Viewer, handle string) (Person, error) {
	id, _, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return Person{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Person{}, err
	}
	tie, ok, err := s.network.Tie(ctx, s.db, v.Member(), id)
	if err != nil {
		return Person{}, err
	}
	people, err := s.people(ctx, lens, []int64{id})
	if err != nil {
		return Person{}, err
	}
	if !ok || len(people) == 0 {
		return Person{}, fault.NotFound()
	}
	p := people[0]
	p.Tie, p.Degree = tie, graph.First
	own, err := s.own(ctx)
	p.Own = wordsOf(own, tie.Reason)
	return p, err
}

// Correct lets the viewer say how they and a connection know each other; an empty
// reason takes back what was said. version is that of the tie which the viewer saw: if
// the other has said something else since, that is a fault.Conflict.
func (s *Service) Correct(ctx context.Context, v access.Viewer, handle, reason, sub string, version int64) error {
	p, err := s.Connection(ctx, v, handle)
	if err != nil {
		return err
	}
	if strings.HasPrefix(reason, network.OwnReason) && p.Tie.Reason != reason {
		own, err := s.OwnReasons(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(own, func(r OwnReason) bool { return r.Code == reason }) {
			return fault.Field("reason", "This reason is no longer offered. Choose another of the ways to know each other.")
		}
	}
	return s.network.Correct(ctx, v, p.Card.ID, reason, sub, version)
}

// OwnReasons lists the instance's own reasons that can be chosen.
func (s *Service) OwnReasons(ctx context.Context) ([]OwnReason, error) {
	own, err := s.own(ctx)
	return slices.DeleteFunc(slices.Clone(own), func(r OwnReason) bool { return r.Retired }), err
}

// wordsOf is the words of one of the instance's own reasons; empty for any other.
func wordsOf(own []OwnReason, code string) string {
	for _, r := range own {
		if r.Code == code {
			return r.Label
		}
	}
	return ""
}

// Confirm lets the viewer confirm what a connection said of how they know each other.
func (s *Service) Confirm(ctx context.Context, v access.Viewer, handle string, version int64) error {
	p, err := s.Connection(ctx, v, handle)
	if err != nil {
		return err
	}
	return s.network.Confirm(ctx, v, p.Card.ID, version)
}
