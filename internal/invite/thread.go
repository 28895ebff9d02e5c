package invite

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/journal"
)

// Reply adds to the thread of an invitation and does not answer it. The receiver
// opens the thread; the sender can answer each reply once.
func (s *Service) Reply(ctx context.Context, v access.Viewer, invitation int64, text string) error {
	me, err := only(v)
	if err != nil {
		return err
	}
	text, err = s.limits.cleanReply(text)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		inv, by, err := s.lockEither(ctx, tx, me, invitation)
		if err != nil {
			return err
		}
		if inv, err = s.move(ctx, tx, inv, ActReply, by, me); err != nil {
			return err
		}
		if err := s.mayWrite(ctx, tx, inv, by); err != nil {
			return err
		}
		if err := insertReply(ctx, tx, inv, Reply{ID: id.New(), Author: me, Body: text, At: tx.Now}); err != nil {
			return err
		}
		return journal.Append(ctx, tx, fact(ActReply, inv))
	})
}

// lockEither finds an invitation for its receiver or its sender.
func (s *Service) lockEither(ctx context.Context, tx *db.Tx, me, invitation int64) (Invitation, Actor, error) {
	inv, err := s.lockReceived(ctx, tx, me, invitation)
	if err == nil || !fault.Is(err, fault.Missing) {
		return inv, Receiver, err
	}
	inv, err = s.lockSent(ctx, tx, me, invitation)
	return inv, Sender, err
}

func (s *Service) mayWrite(ctx context.Context, tx *db.Tx, inv Invitation, by Actor) error {
	threads, err := loadReplies(ctx, tx, []int64{inv.Receiver}, []int64{inv.ID})
	if err != nil {
		return err
	}
	received, sent := turns(inv, threads[inv.ID])
	return s.limits.mayReply(by, received, sent)
}
