// Package invite is asking to connect: the state machine of an invitation, who
// may send one to whom and how many, what the receiver is shown of the reasons,
// and what the sender may know of the answer. It owns the invitations (the truth
// with the receiver, a mirror with the sender), their facts, events and threads,
// the drafts, the senders' standing and the bars between pairs, the instance's own
// reasons, the reports of spam, and the weights learned from answers.
//
// It knows no page and no e-mail address. Who is who it asks of member, who is
// connected of network, what one may hold against the other of evidence, who may
// see what of access, and what it all means of why.
//
// Two rules run through everything here. What a reader is shown is made from
// what that reader may see and nothing else, so that no byte of it depends on
// what is closed to them. And a silent answer is silent: the sender's view is the
// mirror, which an ignored invitation leaves as it was.
package invite

import (
	"context"
	"log/slog"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
)

// Invitation is one request to connect. Read by its receiver State is the truth;
// read by its sender it is what the sender may know, and ExpiresAt is zero.
type Invitation struct {
	ID        int64
	Receiver  int64
	Sender    int64
	State     State
	Reason    string // a why.Reason, the code of an OwnReason, or empty: none given
	Sub       string // a sub-reason of it, or empty
	Note      string
	SentAt    time.Time // UTC
	ClosedAt  time.Time // when it left Pending; zero while there
	ExpiresAt time.Time // zero once it no longer runs; an acceptance that can be undone keeps it
	Version   int64
}

// due reports that the time to answer is over.
func (v Invitation) due(now time.Time) bool {
	return !v.ExpiresAt.IsZero() && !now.Before(v.ExpiresAt)
}

// over reports that the sender no longer asks, by withdrawing or by time, even
// where the receiver's answer stands as it was.
func (v Invitation) over(now time.Time) bool { return v.ExpiresAt.IsZero() || v.due(now) }

// at is the state at a moment: an invitation whose time is over is expired, even
// before the sweep has come by.
func (v Invitation) at(now time.Time) State {
	if v.State == Pending && v.due(now) {
		return Expired
	}
	return v.State
}

// Letter is what a sender writes. Release and LeaveOut name traits of the
// sender, what the sender is open to (OfferFact), or SharedConnections: released
// ones are shown to the receiver though their section is closed, those left out
// count for nothing.
type Letter struct {
	Reason   string
	Sub      string
	Note     string
	Release  []int64
	LeaveOut []int64
	Address  string // the receiver's e-mail address, where that is asked for
}

// Reply is one message in the thread of an invitation.
type Reply struct {
	ID     int64
	Author int64
	Body   string
	At     time.Time
}

// Needs is what the service is made of.
type Needs struct {
	DB       *db.DB
	Members  *member.Service
	Network  *network.Service
	Evidence *evidence.Service
	Policies *access.Policies // to accept with limits
	Guard    *access.Guard
	Limits   Limits // the zero value: DefaultLimits
	Log      *slog.Logger

	// KnowsEmail reports whether email is the member's address, in constant
	// time. Nil: nobody knows one.
	KnowsEmail func(ctx context.Context, member int64, email string) (bool, error)
}

// Service is the way to invitations. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	members  *member.Service
	network  *network.Service
	evidence *evidence.Service
	policies *access.Policies
	guard    *access.Guard
	limits   Limits
	log      *slog.Logger
	knows    func(ctx context.Context, member int64, email string) (bool, error)
	book     journal.Memo[Book] // the own reasons
}

// New returns the service on a migrated database.
func New(n Needs) *Service {
	s := &Service{db: n.DB, members: n.Members, network: n.Network, evidence: n.Evidence, policies: n.Policies, guard: n.Guard, limits: n.Limits,
		log: n.Log, knows: n.KnowsEmail}
	if s.limits == (Limits{}) {
		s.limits = DefaultLimits
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

// Limits returns the instance's rules in numbers, to show them.
func (s *Service) Limits() Limits { return s.limits }

// sync brings this process's graph up to date, so that a new degree shows at
// once. The act is done whatever comes of it; the follower catches up anyway.
func (s *Service) sync(ctx context.Context) {
	if err := s.network.Sync(ctx); err != nil {
		s.log.Warn("the graph is behind the last answer to an invitation", "err", err)
	}
}

// formatID writes an id for forms and drafts; SharedConnections is "0".
func formatID(n int64) string { return id.String(n) }

func parseID(s string) (int64, bool) {
	if s == "0" {
		return SharedConnections, true
	}
	return id.Parse(s)
}

// only lets members act; whoever is not signed in finds nothing here.
func only(v access.Viewer) (int64, error) {
	if v.Member() == 0 {
		return 0, fault.NotFound()
	}
	return v.Member(), nil
}
