package invite

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/member"
	"guildhall/internal/page"
)

// Report is an invitation that its receiver reported as spam, as the keeper of the
// instance sees it. Nothing follows from it by itself.
type Report struct {
	Invitation             // who, to whom, what was written; State is not told
	From, By   member.Card // the sender, and who reported; the zero Card for who is away
	At         time.Time
	SeenAt     time.Time // zero: not yet
}

// reportsHere is how many reports a page has.
const reportsHere = 25

// Reports is a page of what was reported, the newest first. Two statements. Only
// the keeper's pages call it: it shows what both sides wrote and nobody else sees.
func (s *Service) Reports(ctx context.Context, v access.Viewer, after page.Cursor) (list []Report, next page.Cursor, err error) {
	if _, err := only(v); err != nil {
		return nil, next, err
	}
	if list, err = loadReports(ctx, s.db, after, reportsHere+1); err != nil {
		return nil, next, err
	}
	if len(list) > reportsHere {
		list = list[:reportsHere]
		last := list[reportsHere-1]
		next = page.Cursor{Key: last.At.UnixMicro(), ID: last.ID}
	}
	var who []int64
	for _, r := range list {
		who = append(who, r.Sender, r.Receiver)
	}
	if len(who) == 0 {
		return nil, next, nil
	}
	cards, err := s.members.Cards(ctx, s.db, unique(who))
	for i := range list {
		list[i].From, list[i].By = cards[list[i].Sender], cards[list[i].Receiver]
	}
	return list, next, err
}

// SeeReport marks a report as looked at.
func (s *Service) SeeReport(ctx context.Context, v access.Viewer, receiver, id int64) error {
	if _, err := only(v); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := markSeen(ctx, tx, receiver, id)
		if err == nil && n == 0 {
			err = fault.NotFound()
		}
		return err
	})
}
