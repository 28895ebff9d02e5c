package profile

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/page"
)

// limitsPerPage is how many people one page lists.
const limitsPerPage = 25

// Limited is one person to whom the viewer closed sections.
type Limited struct {
	Card   member.Card // Location is left out
	Closed []access.Section
}

// Limitation is what the viewer shows to one person: the audiences, and what is
// closed to that person beside them.
type Limitation struct {
	Card   member.Card
	Policy access.Policy // the viewer's own
	Closed access.SectionSet
}

// Limits lists to whom the viewer closed sections, last changed first, 25 a page.
// Whoever is away or parted by a block is left out. Three statements at most.
func (s *Service) Limits(ctx context.Context, v access.Viewer, after page.Cursor) (list []Limited, next page.Cursor, err error) {
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return nil, next, err
	}
	ls, err := s.open.LimitsOf(ctx, s.db, v.Member(), after, limitsPerPage+1)
	if err != nil {
		return nil, next, err
	}
	if len(ls) > limitsPerPage {
		ls = ls[:limitsPerPage]
		next = access.CursorOf(ls[limitsPerPage-1])
	}
	ids := make([]int64, len(ls))
	for i, l := range ls {
		ids[i] = l.Peer
	}
	cards, err := s.members.Cards(ctx, s.db, ids)
	for _, l := range ls {
		if c, ok := cards[l.Peer]; ok && lens.SeeMember(l.Peer) {
			c.Location = ""
			list = append(list, Limited{c, l.Closed.List()})
		}
	}
	return list, next, err
}

// Limitation tells what is closed to the member with a handle. Whoever is the viewer,
// parted or not there is not found.
func (s *Service) Limitation(ctx context.Context, v access.Viewer, handle string) (l Limitation, err error) {
	if l.Card, err = s.Peer(ctx, v, handle); err != nil {
		return l, err
	}
	me := v.Member()
	pol, err := s.open.Load(ctx, s.db, []int64{me})
	if err != nil {
		return l, err
	}
	l.Policy = pol[me]
	l.Closed, err = s.open.LimitOf(ctx, s.db, me, l.Card.ID)
	return l, err
}

// SetLimits closes exactly these of the viewer's sections to the member with a
// handle, of access.Limitable; none opens all again. Nobody is told. It returns
// whose card it was.
func (s *Service) SetLimits(ctx context.Context, v access.Viewer, handle string, closed []access.Section) (member.Card, error) {
	peer, err := s.Peer(ctx, v, handle)
	if err != nil {
		return peer, err
	}
	return peer, s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		return member.Limited(me, peer.ID), s.open.Limit(ctx, tx, me, peer.ID, closed)
	})
}
