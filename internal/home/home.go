// Package home is the start: what waits for the member, whom they might know,
// what their profile misses and how far their network reaches. It owns nothing
// and decides nothing: each part is asked of whoever knows it, through Parts,
// which the program wires.
package home

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/member"
)

// How much the start shows of each.
const (
	maxWaiting = 3
	maxPeople  = 4
)

// Waiting is one invitation that waits, in a few words.
type Waiting struct {
	ID     string // as addresses write it
	From   member.Card
	Degree graph.Degree
	Reason string // stated reason's code; empty: none given
	Label  string // its words where it is none of the seven
	Note   string
	Fact   string // the strongest evidence in a few words; empty: none found
	Sent   time.Time
}

// Person is somebody the member might know, and why.
type Person struct {
	Card    member.Card
	Degree  graph.Degree
	Mutual  int
	Mutuals []member.Card
	Reason  string // the reason's code that matters most; empty: nothing found
	Fact    string // what it rests on, in a few words
}

// Step is one thing the profile misses and why it matters.
type Step struct {
	Title, Why, Href string
}

// Strength is how complete the member's profile is.
type Strength struct {
	Percent int
	Missing []Step
}

// Parts are whom the start asks.
type Parts struct {
	// Begin tells who is on the start, so that its parts read what is known of them
	// together. Nil: each reads for itself.
	Begin    func(ctx context.Context, v access.Viewer, waiting, people int) (context.Context, error)
	Waiting  func(ctx context.Context, v access.Viewer, n int) (first []Waiting, all int, err error)
	People   func(ctx context.Context, v access.Viewer, n int) ([]Person, error)
	Strength func(ctx context.Context, v access.Viewer) (Strength, error)
	Graph    func() *graph.View
}

// Page is the start of one member.
type Page struct {
	Waiting              []Waiting
	All                  int // invitations that wait
	People               []Person
	Strength             Strength
	First, Second, Third int // people at each degree
}

// Service puts the start together.
type Service struct{ parts Parts }

// New returns the service over its parts.
func New(p Parts) *Service { return &Service{p} }

// For returns the viewer's start.
func (s *Service) For(ctx context.Context, v access.Viewer) (Page, error) {
	var (
		p   Page
		err error
	)
	if s.parts.Begin != nil {
		if ctx, err = s.parts.Begin(ctx, v, maxWaiting, maxPeople); err != nil {
			return p, err
		}
	}
	if p.Waiting, p.All, err = s.parts.Waiting(ctx, v, maxWaiting); err != nil {
		return p, err
	}
	if p.People, err = s.parts.People(ctx, v, maxPeople); err != nil {
		return p, err
	}
	if p.Strength, err = s.parts.Strength(ctx, v); err != nil {
		return p, err
	}
	p.First, p.Second, p.Third = s.parts.Graph().Reach(v.Member())
	return p, nil
}
