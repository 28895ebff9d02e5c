package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// waitingMost is where the count in the masthead stops: "99+".
const waitingMost = 100

// Waiting counts the invitations that wait for the viewer's answer; it stops at
// 100. One statement over the viewer's own rows, one for cards that aren't kept.
func (s *Service) Waiting(ctx context.Context, v access.Viewer) (int, error) {
	senders, err := s.Senders(ctx, v)
	if err != nil {
		return 0, err
	}
	return s.CountPresent(ctx, senders)
}

// Senders lists who waits for the viewer's answer, newest first, those who are
// away included, at most twice as many as CountPresent counts. One statement.
func (s *Service) Senders(ctx context.Context, v access.Viewer) ([]int64, error) {
	if v.Member() == 0 {
		return nil, nil
	}
	return loadOpenSenders(ctx, s.db, v.Member(), s.db.Now(), 2*waitingMost)
}

// CountPresent counts those of some members who are there, up to 100: whoever is
// away waits for nobody as far as others can tell. One statement at most.
func (s *Service) CountPresent(ctx context.Context, members []int64) (int, error) {
	if len(members) == 0 {
		return 0, nil
	}
	cards, err := s.members.Cards(ctx, s.db, members)
	return min(len(cards), waitingMost), err
}

// Quota is what the viewer may still send. One statement.
func (s *Service) Quota(ctx context.Context, v access.Viewer) (Quota, error) {
	standing, err := loadStanding(ctx, s.db, v.Member(), s.db.Now(), s.limits)
	return s.limits.Quota(standing), err
}

// Who is the viewer's choice of who may invite them.
func (s *Service) Who(ctx context.Context, v access.Viewer) (Who, error) {
	return loadWho(ctx, s.db, v.Member())
}

// SetWho changes it.
func (s *Service) SetWho(ctx context.Context, v access.Viewer, w Who) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	if !w.Valid() {
		return fault.Field("who", "Please choose who may invite you.")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return saveWho(ctx, tx, me, w) })
}

// Open lists with whom the viewer has an invitation waiting, as far as the
// viewer knows, sent or received, or may not have one yet after withdrawing:
// nobody to suggest inviting. One statement.
func (s *Service) Open(ctx context.Context, v access.Viewer) ([]int64, error) {
	me, err := only(v)
	if err != nil {
		return nil, err
	}
	return loadOpenPeers(ctx, s.db, me, s.db.Now().Add(-s.limits.CoolDown))
}

// Relation is how the viewer stands to somebody, as far as inviting goes.
type Relation uint8

// The relations.
const (
	Apart     Relation = iota // may try to invite
	Oneself                   // the viewer
	Connected                 // first degree
	Asked                     // the viewer's invitation is waiting
	AskedBy                   // theirs is waiting for the viewer
	Cooling                   // the viewer withdrew one not long ago
)

// Between is a relation with what belongs to it.
type Between struct {
	Relation Relation
	ID       int64     // of the invitation that is waiting
	Since    time.Time // connected, or sent
	Until    time.Time // of Cooling
	Reason   string    // stated with the invitation, or kept with the tie
	Sub      string
}

// Between tells how the viewer stands to peer, for the button on a profile. What
// peer decided in silence does not show. One statement.
func (s *Service) Between(ctx context.Context, v access.Viewer, peer int64) (Between, error) {
	me := v.Member()
	switch {
	case me == 0:
		return Between{}, nil
	case me == peer:
		return Between{Relation: Oneself}, nil
	case s.network.Graph().Connected(me, peer):
		tie, ok, err := s.network.Tie(ctx, s.db, me, peer)
		if ok || err != nil {
			return Between{Relation: Connected, Since: tie.Since, Reason: tie.Reason, Sub: tie.Sub}, err
		}
	}
	return loadBetween(ctx, s.db, me, peer, s.db.Now())
}
