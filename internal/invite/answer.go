package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
)

// Accept connects the viewer with whoever sent the invitation. The tie keeps the
// stated reason. When it returns, degrees count the new tie in this process.
func (s *Service) Accept(ctx context.Context, v access.Viewer, id int64) error {
	return s.AcceptWith(ctx, v, id, nil)
}

// AcceptWith accepts with limits: in the same transaction the viewer closes these
// of their own sections to whoever sent the invitation, of access.Limitable, beside what
// is closed to them already.
func (s *Service) AcceptWith(ctx context.Context, v access.Viewer, id int64, closed []access.Section) error {
	return s.accept(ctx, v, id, s.saw(ctx, v, id), closed)
}

func (s *Service) accept(ctx context.Context, v access.Viewer, id int64, saw seen, closed []access.Section) error {
	err := s.received(ctx, v, id, ActAccept, saw, func(tx *db.Tx, inv Invitation) ([]journal.Fact, error) {
		if err := s.exists(ctx, tx, inv.Sender); err != nil {
			return nil, err
		}
		if err := liftBars(ctx, tx, inv.Receiver, inv.Sender); err != nil {
			return nil, err
		}
		facts, err := s.network.Connect(ctx, tx, inv.Sender, inv.Receiver, network.How{Reason: inv.Reason, Sub: inv.Sub, InvitedBy: inv.Sender})
		if err != nil || len(closed) == 0 {
			return facts, err
		}
		err = s.policies.Close(ctx, tx, inv.Receiver, inv.Sender, closed)
		return append(facts, member.Limited(inv.Receiver, inv.Sender)), err
	})
	if err == nil {
		s.sync(ctx)
	}
	return err
}

// Ignore sets an invitation aside. The sender goes on seeing it pending.
func (s *Service) Ignore(ctx context.Context, v access.Viewer, id int64) error {
	return s.received(ctx, v, id, ActIgnore, s.saw(ctx, v, id), nothing)
}

// Unknown answers "I don't know this person": in silence it keeps the sender
// from inviting the viewer again and counts in the sender's quota.
func (s *Service) Unknown(ctx context.Context, v access.Viewer, id int64) error {
	return s.received(ctx, v, id, ActUnknown, s.saw(ctx, v, id), bar(ctx, unknownTo))
}

// Spam reports an invitation to the moderators, and does what Unknown does.
func (s *Service) Spam(ctx context.Context, v access.Viewer, id int64) error {
	return s.received(ctx, v, id, ActSpam, s.saw(ctx, v, id), report(ctx))
}

// Withdraw takes a sent invitation back. The receiver is not told, and the
// viewer cannot invite the same person for Limits.CoolDown.
func (s *Service) Withdraw(ctx context.Context, v access.Viewer, id int64) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := s.lockSent(ctx, tx, me, id)
		if err != nil {
			return err
		}
		inv, err = s.move(ctx, tx, inv, ActWithdraw, Sender, me)
		if err != nil {
			return err
		}
		if err := addBar(ctx, tx, inv.Receiver, me, withdrew, tx.Now.Add(s.limits.CoolDown)); err != nil {
			return err
		}
		return journal.Append(ctx, tx, fact(ActWithdraw, inv))
	})
}

// then is what else an answer does in its transaction; it returns facts that go
// before the answer's own.
type then func(tx *db.Tx, inv Invitation) ([]journal.Fact, error)

func nothing(*db.Tx, Invitation) ([]journal.Fact, error) { return nil, nil }

func bar(ctx context.Context, cause int) then {
	return func(tx *db.Tx, inv Invitation) ([]journal.Fact, error) {
		return nil, addBar(ctx, tx, inv.Receiver, inv.Sender, cause, time.Time{})
	}
}

func report(ctx context.Context) then {
	return func(tx *db.Tx, inv Invitation) ([]journal.Fact, error) {
		if err := insertReport(ctx, tx, inv); err != nil {
			return nil, err
		}
		return bar(ctx, spammed)(tx, inv)
	}
}

// received is the shape of every answer: lock the pair, load, decide, save, and
// tell the journal last. Only the receiver finds the invitation. What they saw is kept
// with the answer, to learn from.
func (s *Service) received(ctx context.Context, v access.Viewer, id int64, act Act, saw seen, also then) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := s.lockReceived(ctx, tx, me, id)
		if err != nil {
			return err
		}
		was := inv.State
		if inv, err = s.move(ctx, tx, inv, act, Receiver, me); err != nil {
			return err
		}
		if err := keepAnswer(ctx, tx, was, inv, saw); err != nil {
			return err
		}
		facts, err := also(tx, inv)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, append(facts, fact(act, inv))...)
	})
}

// lockReceived finds an invitation by its receiver and makes all else between
// the two wait. Reading again after the lock sees what was decided meanwhile.
func (s *Service) lockReceived(ctx context.Context, tx *db.Tx, receiver, id int64) (Invitation, error) {
	inv, ok, err := loadReceived(ctx, tx, receiver, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	if err != nil {
		return inv, err
	}
	if err := s.network.LockPair(ctx, tx, inv.Sender, receiver); err != nil {
		return inv, err
	}
	inv, _, err = loadReceived(ctx, tx, receiver, id)
	return inv, err
}

// lockSent finds the truth of an invitation by its sender.
func (s *Service) lockSent(ctx context.Context, tx *db.Tx, sender, id int64) (Invitation, error) {
	mirror, ok, err := loadSent(ctx, tx, sender, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	if err != nil {
		return mirror, err
	}
	if err := s.network.LockPair(ctx, tx, sender, mirror.Receiver); err != nil {
		return mirror, err
	}
	if mirror, _, err = loadSent(ctx, tx, sender, id); err != nil {
		return mirror, err
	}
	inv, ok, err := loadReceived(ctx, tx, mirror.Receiver, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	switch {
	case err != nil:
	case mirror.State != Pending:
		err = tooLate(mirror.State, Sender) // ended for the sender, whatever the truth
	case inv.due(tx.Now):
		err = tooLate(Expired, Sender) // the sweep is late, and a silent answer must not show by that
	}
	return inv, err
}

// move makes one transition: the machine decides, then truth, mirror, event and
// standing follow. The pair must be locked.
func (s *Service) move(ctx context.Context, tx *db.Tx, inv Invitation, act Act, by Actor, actor int64) (Invitation, error) {
	from := inv.at(tx.Now)
	if act == ActExpire {
		from = inv.State // the sweep comes because the time is over
	}
	to, err := Decide(from, act, by)
	if err != nil {
		return inv, err
	}
	if (act == ActUndo || act == ActReopen) && (tx.Now.Sub(inv.ClosedAt) > s.limits.Undo || inv.over(tx.Now)) {
		return inv, fault.New(fault.Conflict, "%s", undoLate[inv.State == Accepted])
	}
	next := inv.after(act, to, tx.Now)
	if err := save(ctx, tx, next); err != nil {
		return inv, err
	}
	if seen, ok := act.Shows(); ok {
		if err := saveMirror(ctx, tx, inv, seen); err != nil {
			return inv, err
		}
	}
	if act == ActUndo || act == ActReopen || act == ActCross {
		if err := deleteAnswer(ctx, tx, inv); err != nil {
			return inv, err
		}
	}
	next.Version++
	if err := insertEvent(ctx, tx, inv, event{version: next.Version, from: inv.State, to: to, act: act, actor: actor}); err != nil {
		return inv, err
	}
	return next, recount(ctx, tx, inv, next)
}

// recount keeps the number of those who answered that they don't know the sender
// after a transition: each counts in the week of the answer that stands. What is
// taken back or accepted after all counts no more; a block forgives nothing.
func recount(ctx context.Context, tx *db.Tx, was, is Invitation) error {
	if was.State == is.State {
		return nil
	}
	if was.State.refuses() && is.State != Blocked {
		if err := countRefusal(ctx, tx, was.Sender, was.ClosedAt, -1); err != nil {
			return err
		}
	}
	if is.State.refuses() {
		return countRefusal(ctx, tx, is.Sender, is.ClosedAt, 1)
	}
	return nil
}

// after is the invitation with an act's outcome on it, not yet saved.
func (v Invitation) after(act Act, to State, now time.Time) Invitation {
	switch {
	case to == Pending && v.State != Pending:
		v.ClosedAt = time.Time{}
	case to != v.State:
		v.ClosedAt = now
	}
	v.State = to
	if shown, told := act.Shows(); told && shown != Pending && act != ActAccept {
		v.ExpiresAt = time.Time{} // over for the sender too: the sweep need not come
	}
	return v
}

// Result is what came of one of several answers.
type Result struct {
	ID  int64
	Err error
}

// MaxMany is how many invitations can be answered at once.
const MaxMany = 100

// AcceptMany accepts each, in a transaction of its own: one that cannot be
// accepted does not hold up the others.
func (s *Service) AcceptMany(ctx context.Context, v access.Viewer, ids []int64) []Result {
	saw := s.saw(ctx, v, ids...)
	return many(ids, func(id int64) error { return s.accept(ctx, v, id, saw, nil) })
}

// IgnoreMany ignores each.
func (s *Service) IgnoreMany(ctx context.Context, v access.Viewer, ids []int64) []Result {
	saw := s.saw(ctx, v, ids...)
	return many(ids, func(id int64) error { return s.received(ctx, v, id, ActIgnore, saw, nothing) })
}

// UndoMany undoes what AcceptMany or IgnoreMany did.
func (s *Service) UndoMany(ctx context.Context, v access.Viewer, ids []int64) []Result {
	return many(ids, func(id int64) error { return s.Undo(ctx, v, id) })
}

func many(ids []int64, act func(int64) error) []Result {
	out := make([]Result, 0, len(ids))
	for i, id := range ids {
		if i == MaxMany {
			out = append(out, Result{id, fault.New(fault.TooMany, "At most %d invitations can be answered at once.", MaxMany)})
			break
		}
		out = append(out, Result{id, act(id)})
	}
	return out
}

// exists answers for members who left or sleep as for those who never were.
func (s *Service) exists(ctx context.Context, q db.Querier, member int64) error {
	cards, err := s.members.Cards(ctx, q, []int64{member})
	if _, ok := cards[member]; err == nil && !ok {
		err = fault.NotFound()
	}
	return err
}

// Block makes the viewer and peer not exist for one another: what waits between
// them is closed, drafts are forgotten, the tie and the follows end.
func (s *Service) Block(ctx context.Context, v access.Viewer, peer int64) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	if err := s.exists(ctx, s.db, peer); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.network.LockPair(ctx, tx, me, peer); err != nil {
			return err
		}
		facts, err := s.closeBetween(ctx, tx, me, peer)
		if err != nil {
			return err
		}
		more, err := s.network.BlockTx(ctx, tx, me, peer)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, append(facts, more...)...)
	})
	if err == nil {
		s.sync(ctx)
	}
	return err
}

// closeBetween ends every open invitation between me and peer, either way.
func (s *Service) closeBetween(ctx context.Context, tx *db.Tx, me, peer int64) (facts []journal.Fact, err error) {
	for _, way := range []struct {
		sender, receiver int64
		by               Actor
	}{{me, peer, Sender}, {peer, me, Receiver}} {
		if err := deleteDraft(ctx, tx, way.sender, way.receiver); err != nil {
			return nil, err
		}
		inv, ok, err := s.waiting(ctx, tx, way.sender, way.receiver)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if inv, err = s.move(ctx, tx, inv, ActBlock, way.by, me); err != nil {
			return nil, err
		}
		facts = append(facts, fact(ActBlock, inv))
	}
	return facts, nil
}

// waiting finds the truth of what sender sees pending at receiver. One whose
// time is over is ended on the way and is not waiting. The pair must be locked.
func (s *Service) waiting(ctx context.Context, tx *db.Tx, sender, receiver int64) (Invitation, bool, error) {
	mirror, ok, err := openMirror(ctx, tx, sender, receiver)
	if err != nil || !ok {
		return mirror, false, err
	}
	inv, ok, err := loadReceived(ctx, tx, receiver, mirror.ID)
	if err != nil || !ok {
		return inv, false, err
	}
	if inv.due(tx.Now) {
		_, err = s.move(ctx, tx, inv, ActExpire, System, 0)
		return inv, false, err
	}
	return inv, true, nil
}

// sweep is how many invitations one round of ExpireDue takes up.
const sweep = 200

// ExpireDue ends all invitations whose time is over, each in a transaction of
// its own, and returns how many. A periodic task runs it.
func (s *Service) ExpireDue(ctx context.Context) (n int, err error) {
	for {
		due, err := loadDue(ctx, s.db, s.db.Now(), sweep)
		if err != nil || len(due) == 0 {
			return n, err
		}
		for _, d := range due {
			if err := s.expire(ctx, d); err != nil {
				return n, err
			}
			n++
		}
	}
}

func (s *Service) expire(ctx context.Context, due Invitation) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := s.lockReceived(ctx, tx, due.Receiver, due.ID)
		if err != nil {
			return err
		}
		if !inv.due(tx.Now) {
			return nil // answered between the look and the lock
		}
		if inv, err = s.move(ctx, tx, inv, ActExpire, System, 0); err != nil {
			return err
		}
		return journal.Append(ctx, tx, fact(ActExpire, inv))
	})
}
