package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
)

// Sent is what came of sending.
type Sent struct {
	ID        int64
	Connected bool // the other had asked already: the two are connected now
}

// Send invites a member. Whoever is blocked, away or never was is not found; a
// receiver who does not take it is one general sentence (Refusal); the sender's
// own limits are told exactly. When the receiver's invitation to the viewer is
// waiting, both are accepted at once. Errors of the letter are fault.FieldErrors
// for reason, sub, note and address. Some 15 statements.
func (s *Service) Send(ctx context.Context, v access.Viewer, to int64, l Letter) (Sent, error) {
	me, err := only(v)
	if err != nil {
		return Sent{}, err
	}
	book, err := s.Book(ctx)
	if err != nil {
		return Sent{}, err
	}
	if l, err = s.limits.clean(l, book); err != nil {
		return Sent{}, err
	}
	app, err := s.approach(ctx, v, to, l)
	if err != nil {
		return Sent{}, err
	}
	var out Sent
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		out = Sent{ID: id.New()}
		if err := s.network.LockPair(ctx, tx, me, to); err != nil {
			return err
		}
		if err := s.apart(ctx, tx, me, app.to); err != nil {
			return err
		}
		theirs, ok, err := s.waiting(ctx, tx, to, me)
		if err != nil {
			return err
		}
		if ok {
			out.Connected = true
			return s.cross(ctx, tx, theirs, s.letterAs(tx, out.ID, me, to, l))
		}
		return s.post(ctx, tx, app, s.letterAs(tx, out.ID, me, to, l), l)
	})
	if err == nil && out.Connected {
		s.sync(ctx)
	}
	return out, err
}

// approaching is how the viewer comes to a receiver, and who that is.
type approaching struct {
	Approach
	to  member.Card
	own map[int64]int64 // the viewer's traits and offers, and in which version
}

// approach gathers what the decision needs and the transaction does not change.
func (s *Service) approach(ctx context.Context, v access.Viewer, to int64, l Letter) (approaching, error) {
	a := approaching{Approach: Approach{Reason: l.Reason != "", Typed: l.Address != ""}}
	if to == v.Member() {
		return a, fault.New(fault.Invalid, "You cannot invite yourself.")
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return a, err
	}
	r, err := s.to(ctx, lens, []int64{to}, 0)
	if err != nil {
		return a, err
	}
	var ok bool
	if a.to, ok = r.Cards[to]; !ok || lens.Blocked(to) {
		return a, fault.NotFound()
	}
	a.own = map[int64]int64{}
	for _, t := range r.Traits[v.Member()] {
		a.own[t.ID] = t.Version
	}
	for _, o := range r.Offers[v.Member()] {
		a.own[OfferFact(o)] = 0
	}
	a.Degree, a.Shares = lens.Degree(to), r.Shares(to)
	if l.Address != "" && s.knows != nil {
		a.Address, err = s.knows(ctx, to, l.Address)
	}
	return a, err
}

// apart makes sure that nothing stands between the two already, from the truth.
func (s *Service) apart(ctx context.Context, tx *db.Tx, me int64, to member.Card) error {
	if blocked, err := s.network.IsBlocked(ctx, tx, me, to.ID); err != nil {
		return err
	} else if blocked {
		return fault.NotFound()
	}
	if _, ok, err := s.network.Tie(ctx, tx, me, to.ID); err != nil {
		return err
	} else if ok {
		return fault.New(fault.Conflict, "You and %s are connected already.", to.Name)
	}
	return nil
}

// letterAs is the letter as an invitation sent now.
func (s *Service) letterAs(tx *db.Tx, id, me, to int64, l Letter) Invitation {
	return Invitation{ID: id, Receiver: to, Sender: me, State: Pending, Reason: l.Reason, Sub: l.Sub, Note: l.Note,
		SentAt: tx.Now, ExpiresAt: tx.Now.Add(s.limits.Life), Version: 1}
}

// post is the usual way: nobody is waiting on the other side.
func (s *Service) post(ctx context.Context, tx *db.Tx, app approaching, inv Invitation, l Letter) error {
	if err := lockInviter(ctx, tx, inv.Sender); err != nil { // quotas are reckoned one at a time
		return err
	}
	if err := s.mayAsk(ctx, tx, app, inv); err != nil {
		return err
	}
	standing, err := loadStanding(ctx, tx, inv.Sender, tx.Now, s.limits)
	if err != nil {
		return err
	}
	if err := s.limits.Quota(standing).Allows(); err != nil {
		return err
	}
	if err := s.mayRepeat(ctx, tx, inv, app.to); err != nil {
		return err
	}
	if s.network.Graph().Count(inv.Sender) >= network.MaxConnections {
		return fault.New(fault.TooMany, "You have %d connections, as many as anybody can have.", network.MaxConnections)
	}
	if err := s.insert(ctx, tx, inv, ActSend); err != nil {
		return err
	}
	if err := insertChoice(ctx, tx, inv, l, app.own); err != nil {
		return err
	}
	return journal.Append(ctx, tx, fact(ActSend, inv))
}

// mayAsk decides whether this receiver takes this invitation. What the receiver
// decided in silence is answered like what the receiver chose in general.
func (s *Service) mayAsk(ctx context.Context, tx *db.Tx, app approaching, inv Invitation) error {
	if _, ok, err := s.waiting(ctx, tx, inv.Sender, inv.Receiver); err != nil {
		return err
	} else if ok {
		return fault.New(fault.Conflict, "Your invitation to %s is already waiting for an answer.", app.to.Name)
	}
	b, err := loadBars(ctx, tx, inv.Receiver, inv.Sender, tx.Now)
	if err != nil {
		return err
	}
	if !b.cooling.IsZero() {
		return cooling(app.to.Name, b.cooling)
	}
	who, err := loadWho(ctx, tx, inv.Receiver)
	if err != nil {
		return err
	}
	return admit(who, app.Approach, b.barred, app.to.Name)
}

// insert writes a new invitation with its first event; the sender's draft is
// done with, and so is what the sender held against the receiver.
func (s *Service) insert(ctx context.Context, tx *db.Tx, inv Invitation, act Act) error {
	if err := insert(ctx, tx, inv); err != nil {
		return err
	}
	if err := insertEvent(ctx, tx, inv, event{version: 1, from: Draft, to: inv.State, act: act, actor: inv.Sender}); err != nil {
		return err
	}
	if err := liftBars(ctx, tx, inv.Sender, inv.Receiver); err != nil {
		return err
	}
	return deleteDraft(ctx, tx, inv.Sender, inv.Receiver)
}

// cross connects two members who asked each other: the invitation that was
// waiting and the new one are both accepted. The tie keeps the reason of who
// asked first, or else the other's.
func (s *Service) cross(ctx context.Context, tx *db.Tx, theirs, mine Invitation) error {
	theirs, err := s.move(ctx, tx, theirs, ActCross, Receiver, mine.Sender)
	if err != nil {
		return err
	}
	if mine.State, err = Decide(Draft, ActCross, Sender); err != nil {
		return err
	}
	mine.ClosedAt, mine.ExpiresAt = tx.Now, time.Time{}
	if err := s.insert(ctx, tx, mine, ActCross); err != nil {
		return err
	}
	how := network.How{Reason: theirs.Reason, Sub: theirs.Sub, InvitedBy: theirs.Sender}
	if how.Reason == "" {
		how.Reason, how.Sub = mine.Reason, mine.Sub
	}
	facts, err := s.network.Connect(ctx, tx, theirs.Sender, mine.Sender, how)
	if err != nil {
		return err
	}
	return journal.Append(ctx, tx, append(facts, fact(ActCross, theirs))...)
}

// insertChoice keeps which of the sender's own facts go with the invitation.
// Ids that are not the sender's are passed over: they release nothing.
func insertChoice(ctx context.Context, tx *db.Tx, inv Invitation, l Letter, own map[int64]int64) error {
	for _, f := range l.LeaveOut {
		if _, mine := own[f]; mine || f == SharedConnections {
			if err := insertFact(ctx, tx, inv, f, 0, leftOut); err != nil {
				return err
			}
		}
	}
	for _, f := range l.Release {
		if version, mine := own[f]; mine {
			if err := insertFact(ctx, tx, inv, f, version, released); err != nil {
				return err
			}
		}
	}
	return nil
}

// SaveDraft keeps a letter that is not finished: the note may still be too long
// to send, up to four times its limit.
func (s *Service) SaveDraft(ctx context.Context, v access.Viewer, to int64, l Letter) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	if l.Note, err = cleanText("note", l.Note, 4*s.limits.Note, "note"); err != nil {
		return err
	}
	book, err := s.Book(ctx)
	if err != nil {
		return err
	}
	if l.Reason, l.Sub, err = cleanReason(l.Reason, l.Sub, book); err != nil {
		return err
	}
	if _, err := s.approach(ctx, v, to, Letter{}); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return saveDraft(ctx, tx, me, to, l) })
}

// Draft returns the letter to a member that the viewer has begun.
func (s *Service) Draft(ctx context.Context, v access.Viewer, to int64) (Letter, bool, error) {
	return loadDraft(ctx, s.db, v.Member(), to)
}

// DeleteDraft forgets it.
func (s *Service) DeleteDraft(ctx context.Context, v access.Viewer, to int64) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return deleteDraft(ctx, tx, v.Member(), to) })
}
