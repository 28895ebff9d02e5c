package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

// CoolingDown is somebody whom the viewer can't invite yet, having withdrawn.
type CoolingDown struct {
	To    member.Card
	Until time.Time
}

// Drafted is a letter that the viewer has begun.
type Drafted struct {
	To member.Card
	Letter
	At time.Time // last kept
}

// Beside is what stands beside what somebody sent.
type Beside struct {
	Cooling []CoolingDown // the first to end first
	Drafts  []Drafted     // the last kept first
}

// besideMost is how many of each are listed.
const besideMost = 50

// Beside reads the viewer's cool-downs and drafts, all from the viewer's own rows.
// Those to members who are blocked or away are left out. Three statements and the
// lens.
func (s *Service) Beside(ctx context.Context, v access.Viewer) (Beside, error) {
	me, err := only(v)
	if err != nil {
		return Beside{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Beside{}, err
	}
	cooling, err := loadCooling(ctx, s.db, me, s.db.Now().Add(-s.limits.CoolDown), besideMost)
	if err != nil {
		return Beside{}, err
	}
	drafts, err := loadDrafts(ctx, s.db, me, besideMost)
	if err != nil {
		return Beside{}, err
	}
	var who []int64
	for _, c := range cooling {
		who = append(who, c.Receiver)
	}
	for _, d := range drafts {
		who = append(who, d.To.ID)
	}
	if len(who) == 0 {
		return Beside{}, nil
	}
	cards, err := s.members.Cards(ctx, s.db, unique(who))
	var out Beside
	for _, c := range cooling {
		if card, ok := cards[c.Receiver]; ok && !lens.Blocked(card.ID) {
			out.Cooling = append(out.Cooling, CoolingDown{card, c.ClosedAt.Add(s.limits.CoolDown)})
		}
	}
	for _, d := range drafts {
		if card, ok := cards[d.To.ID]; ok && !lens.Blocked(card.ID) {
			d.To = card
			out.Drafts = append(out.Drafts, d)
		}
	}
	return out, err
}

// Forget deletes the viewer's draft to a member; without one it is not found.
func (s *Service) Forget(ctx context.Context, v access.Viewer, to int64) error {
	if _, err := only(v); err != nil {
		return err
	}
	if _, ok, err := s.Draft(ctx, v, to); err != nil {
		return err
	} else if !ok {
		return fault.NotFound()
	}
	return s.DeleteDraft(ctx, v, to)
}
