package invite

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
)

// Sheet is what accepting an invitation with limits chooses from: the viewer's own
// sections as they stand to the sender, told by the viewer's audiences and limits and
// the exact degree alone. What only a group or nobody sees is not among it.
type Sheet struct {
	ID     int64
	From   member.Card
	Degree graph.Degree
	New    []access.Section // the sender newly sees them by accepting
	Now    []access.Section // the sender sees them already
	Shut   []access.Section // the viewer closed them to the sender before; they stay so
	Public []access.Section // anybody sees them, so they can't be closed to one
}

// Sheet reads it for an invitation that waits for the viewer; an answered one is a
// Conflict. At most six statements.
func (s *Service) Sheet(ctx context.Context, v access.Viewer, id int64) (Sheet, error) {
	me, err := only(v)
	if err != nil {
		return Sheet{}, err
	}
	inv, ok, err := loadReceived(ctx, s.db, me, id)
	if err != nil {
		return Sheet{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Sheet{}, err
	}
	if !ok || lens.Blocked(inv.Sender) || inv.hidden() {
		return Sheet{}, fault.NotFound()
	}
	if state := inv.at(s.db.Now()); state != Pending {
		return Sheet{}, tooLate(state, Receiver)
	}
	out := Sheet{ID: id, Degree: lens.Degree(inv.Sender)}
	cards, err := s.members.Cards(ctx, s.db, []int64{inv.Sender})
	if err != nil {
		return Sheet{}, err
	}
	if out.From, ok = cards[inv.Sender]; !ok {
		return Sheet{}, fault.NotFound()
	}
	policies, err := s.policies.Load(ctx, s.db, []int64{me})
	if err != nil {
		return Sheet{}, err
	}
	shut, err := s.policies.LimitOf(ctx, s.db, me, inv.Sender)
	out.sort(lens, policies[me], me, inv.Sender, shut)
	return out, err
}

// sort puts each section where it belongs.
func (sh *Sheet) sort(lens *access.Lens, policy access.Policy, me, sender int64, shut access.SectionSet) {
	now, then := lens.As(me, sender, evidence.PoseAt(sh.Degree)), lens.As(me, sender, access.PoseConnection)
	for _, sec := range access.Limitable {
		switch sc := policy.Scope(sec); {
		case sc.Audience == access.Public:
			sh.Public = append(sh.Public, sec)
		case shut.Has(sec):
			sh.Shut = append(sh.Shut, sec)
		case now.See(me, sc):
			sh.Now = append(sh.Now, sec)
		case then.See(me, sc):
			sh.New = append(sh.New, sec)
		}
	}
}

// Closed is what AcceptWith closes when these sections are left open: the others that
// can be chosen, and what stands closed already.
func (sh Sheet) Closed(open []access.Section) []access.Section {
	var out []access.Section
	for _, sec := range append(slices.Clone(sh.New), sh.Now...) {
		if !slices.Contains(open, sec) {
			out = append(out, sec)
		}
	}
	return append(out, sh.Shut...)
}
