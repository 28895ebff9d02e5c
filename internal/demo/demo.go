// Package demo makes up a community to look at: the Saltmarsh Fellows, some three
// hundred people around coasts, energy, water, data and craft, with careers that
// cross, ties that follow from them, and invitations that wait for an answer.
//
// It owns what is made up and nothing else. A plan says the whole community in
// plain values; the same seed gives the same plan. Writing it goes through the
// services that members use, so the rules of names, audiences, quotas and states
// hold for the invented as for the real. Everybody here is invented: any
// likeness in name, employer or school is chance.
package demo

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/blob"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
)

// Name is what the community calls itself.
const Name = "Saltmarsh Fellows"

// Sizes of a community.
const (
	usual    = 300
	smallest = 60 // below it the personas would not have whom to know
	largest  = 2000
)

// Options say which community to make.
type Options struct {
	Members int       // 0: 300; at least 60 and at most 2,000 are made
	Seed    uint64    // the same seed gives the same community, ids apart
	Now     time.Time // the day on which it is looked at; zero: the database's clock
}

// Report is what was made.
type Report struct {
	Members     int
	Connections int
	Invitations int // waiting for an answer

	// EvidenceShare is the part of the waiting invitations, 0 to 1, in which the
	// receiver is shown something that the two truly share or seek in one another.
	EvidenceShare float64
}

// Services is what the community is written with.
type Services struct {
	DB       *db.DB
	Journal  *journal.Runner
	Members  *member.Service
	Traits   *trait.Service
	Network  *network.Service
	Policies *access.Policies
	Accounts *account.Service
	Profiles *profile.Service
	Invites  *invite.Service
	Visits   *visit.Service
	Blobs    *blob.Store // nil: nobody has a picture
}

func services(a *app.App) Services {
	return Services{
		DB: a.DB, Journal: a.Journal, Members: a.Members, Traits: a.Traits, Network: a.Network, Policies: a.Policies,
		Accounts: a.Accounts, Profiles: a.Profiles, Invites: a.Invites, Visits: a.Visits, Blobs: a.Blobs,
	}
}

// Ensure makes the community if it is not there, and tells whether it did; then
// the report is empty where it did not. A seeding that was interrupted goes on
// where it stopped. It sets the database's clock back to write history and to
// the machine's when it is done, so nothing may be served meanwhile.
func Ensure(ctx context.Context, a *app.App, o Options) (rep Report, made bool, err error) {
	return services(a).ensure(ctx, o)
}

func (s Services) ensure(ctx context.Context, o Options) (Report, bool, error) {
	if o.Now.IsZero() {
		o.Now = s.DB.Now()
	}
	begun, whole, err := s.standing(ctx)
	if err != nil || whole {
		return Report{}, false, err
	}
	if !begun.IsZero() {
		o.Now = begun // go on as of the day on which it was begun
	}
	rep, err := s.seed(ctx, makePlan(o), !begun.IsZero())
	return rep, err == nil, err
}

// standing tells how far an earlier seeding came: the day as of which it was
// begun, and whether the community is whole. The keeper joined a fixed time
// before that day and is made the owner last.
func (s Services) standing(ctx context.Context) (begun time.Time, whole bool, err error) {
	id, _, err := s.Members.ByHandle(ctx, keeper)
	if fault.Is(err, fault.Missing) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	card, err := s.Members.Card(ctx, s.DB, id)
	if err != nil {
		return time.Time{}, false, err
	}
	acc, err := s.Accounts.Of(ctx, access.Member(id))
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return card.Since.Add(keeperYears), acc.Role == account.RoleOwner, err
}
