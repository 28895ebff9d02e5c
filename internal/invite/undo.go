package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Undo brings back what Accept, Ignore or Unknown answered, within Limits.Undo. Of
// an acceptance the tie that it made ends, and the sender sees the invitation wait
// again. What crossed is not undone, nor is a tie that is no longer the one that
// was made: then it is a Conflict.
func (s *Service) Undo(ctx context.Context, v access.Viewer, id int64) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	reopened := false
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := s.lockReceived(ctx, tx, me, id)
		if err != nil {
			return err
		}
		var facts []journal.Fact
		act := ActUndo
		if reopened = inv.State == Accepted; reopened {
			act = ActReopen
			if facts, err = s.untie(ctx, tx, inv); err != nil {
				return err
			}
		}
		if inv, err = s.move(ctx, tx, inv, act, Receiver, me); err != nil {
			return err
		}
		if err := liftBars(ctx, tx, inv.Receiver, inv.Sender); err != nil {
			return err
		}
		return journal.Append(ctx, tx, append(facts, fact(act, inv))...)
	})
	if err == nil && reopened {
		s.sync(ctx)
	}
	return err
}

// untie ends the tie that accepting inv made. The pair must be locked.
func (s *Service) untie(ctx context.Context, tx *db.Tx, inv Invitation) ([]journal.Fact, error) {
	if blocked, err := s.network.IsBlocked(ctx, tx, inv.Receiver, inv.Sender); err != nil {
		return nil, err
	} else if blocked {
		return nil, fault.NotFound()
	}
	tie, ok, err := s.network.Tie(ctx, tx, inv.Receiver, inv.Sender)
	switch {
	case err != nil:
		return nil, err
	case tx.Now.Sub(inv.ClosedAt) > s.limits.Undo:
		return nil, fault.New(fault.Conflict, "%s", undoLate[true])
	case inv.ExpiresAt.IsZero():
		return nil, fault.New(fault.Conflict, "You asked each other, so this can't be undone. You can end the connection on their page.")
	case !ok || !tie.Since.Equal(inv.ClosedAt):
		return nil, fault.New(fault.Conflict, "The connection that this made is no longer there, so there is nothing to undo.")
	}
	return s.network.PartTx(ctx, tx, inv.Receiver, inv.Sender)
}

// undoLate is what is said when the time for it is over, by whether the answer was
// an acceptance.
var undoLate = map[bool]string{
	false: "It is too late to undo this. You can still invite them yourself.",
	true:  "It is too late to undo this. You can end the connection on their page.",
}

// canUndo reports whether an answer can still be undone at now, as far as the
// invitation itself tells.
func (s *Service) canUndo(inv Invitation, now time.Time) bool {
	return (inv.State == Ignored || inv.State == Unknown || inv.State == Accepted) && now.Sub(inv.ClosedAt) <= s.limits.Undo && !inv.over(now)
}
