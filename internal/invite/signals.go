package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/why"
)

// Strengths of what was between two people before, by themselves.
const (
	wroteBefore = 0.8
	onceTied    = 1
)

// Evidence is what earlier invitations tell between people: that they wrote each
// other, and that they were connected and are not now. Both sides know of it, so
// that nothing is hidden from either; an invitation that waits doesn't speak for
// itself. One statement.
func (s *Service) Evidence(ctx context.Context, lens *access.Lens, pairs []evidence.Pair) ([][]why.Signal, error) {
	me := lens.Viewer().Member()
	others := make([]int64, len(pairs))
	for i, p := range pairs {
		others[i] = p.Receiver
		if p.Receiver == me {
			others[i] = p.Sender
		}
	}
	past, err := loadPast(ctx, s.db, me, others)
	if err != nil {
		return nil, err
	}
	out := make([][]why.Signal, len(pairs))
	for i, other := range others {
		out[i] = past[other].signals(lens.Graph().Connected(me, other))
	}
	return out, nil
}

// past is what ended invitations between two tell.
type past struct {
	messages  int       // of either side
	last      time.Time // of them
	accepted  time.Time // zero when none was
	bothWrote bool
}

// signals turns it into evidence. A reply that nobody answered was no exchange.
func (p past) signals(connected bool) (out []why.Signal) {
	if p.bothWrote {
		out = append(out, why.Signal{Kind: why.EarlierMessages, Strength: wroteBefore, Count: p.messages, To: evidence.Month(p.last)})
	}
	if !p.accepted.IsZero() && !connected {
		out = append(out, why.Signal{Kind: why.OnceConnected, Strength: onceTied, From: evidence.Month(p.accepted)})
	}
	return out
}
