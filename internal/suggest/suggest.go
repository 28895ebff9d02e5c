// Package suggest proposes people: whom a member may know, and who is like somebody
// in what they do. It owns what members said to its proposals (dismissals, circles
// they want less of) and how often somebody was shown to whom.
//
// Candidates come from the graph and from the companies, schools, groups, skills,
// fields and places that the viewer has, never from an address book. What the viewer
// may not see is left out before anything is counted, compared or ordered; what a
// proposal says is made anew whenever it is shown, by the same evidence that an
// invitation would carry. Its order is one list a member and day, so that pages go
// on where the last one ended, and so that reloading deals no new cards.
//
// Receivers are people too: whoever was shown to many lately, or has many
// invitations waiting, comes later (rules.go, doc/decisions/0015).
package suggest

import (
	"context"
	"sync"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// How much there is of each.
const (
	perPage   = 10
	maxPlaces = 60 // of a list
	perBack   = 25 // dismissed people a page
	faces     = 3  // mutual connections named with a proposal
)

// Needs is what the service is made of.
type Needs struct {
	DB       *db.DB
	Members  *member.Service
	Network  *network.Service
	Traits   *trait.Service
	Policies *access.Policies
	Guard    *access.Guard
	Evidence *evidence.Service
	Lists    *journal.Memo[List] // follows every fact

	// Asked lists whom the viewer need not be told to invite: with whom an invitation
	// is waiting, or whom they may not ask again yet. Nil: nobody.
	Asked func(ctx context.Context, v access.Viewer) ([]int64, error)
	// Load tells how much waits for the answer of each of some members. Nil: nothing.
	Load func(ctx context.Context, q db.Querier, members []int64) (map[int64]Load, error)
}

// Service proposes people. It is safe for concurrent use.
type Service struct {
	Needs
	mu    sync.Mutex
	fresh map[int64]map[showing]bool // not yet recorded, by day
	held  int
}

// New returns the service.
func New(n Needs) *Service {
	if n.Asked == nil {
		n.Asked = func(context.Context, access.Viewer) ([]int64, error) { return nil, nil }
	}
	if n.Load == nil {
		n.Load = func(context.Context, db.Querier, []int64) (map[int64]Load, error) { return nil, nil }
	}
	return &Service{Needs: n, fresh: map[int64]map[showing]bool{}}
}

// Suggestion is one proposal, cut to what the viewer may see.
type Suggestion struct {
	Card    member.Card
	Degree  graph.Degree
	Mutual  int // connections in common, at most evidence.MutualCap
	Capped  bool
	Mutuals []member.Card // those who may be named, at most faces
	Found   []why.Found   // what the record carries, strongest first; empty: nothing
	Pair    why.Pair      // of the viewer, who would ask, and the one proposed
	Circle  Circle        // through which they are known; zero: none
}

// Reason is the one reason that matters most; ok is false where nothing is found.
func (s Suggestion) Reason() (f why.Found, ok bool) {
	if len(s.Found) == 0 {
		return f, false
	}
	return s.Found[0], true
}

// Circle is a company, school, group, skill, field or place.
type Circle struct {
	ID   int64
	Name string
}

// Page is a part of a list.
type Page struct {
	People []Suggestion
	Next   page.Cursor // zero at the end
}

// Dismissal is that the viewer did not want somebody proposed.
type Dismissal struct {
	Card   member.Card
	Reason Reason
	At     time.Time
	Until  time.Time // zero: till they say otherwise
	peer   int64
}

func only(v access.Viewer) (int64, error) {
	if v.Member() == 0 {
		return 0, fault.New(fault.Denied, "Please sign in first.")
	}
	return v.Member(), nil
}

// Otherwise is what there is to say where no reason is found: that there is none.
func (s Suggestion) Otherwise() string {
	switch {
	case s.Mutual > 0:
		return "" // that is shown anyway
	case s.Degree == graph.Third:
		return "Two people are between you"
	}
	return "A member here who is new to you"
}

// Line is a reason with the one fact that speaks most for it, as a line by itself:
// "Worked together, 2 y 5 m", "Background: 4 skills".
func Line(f why.Found) string {
	title, fact := why.Chip(f)
	if f.Reason == why.Relationship {
		return title + ", " + fact
	}
	return title + ": " + fact
}
