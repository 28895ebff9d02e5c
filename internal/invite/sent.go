package invite

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/page"
)

// Line is an invitation in a list without its evidence: one that the viewer sent
// or has answered.
type Line struct {
	Invitation
	Other    member.Card // the other side
	Degree   graph.Degree
	Thread   []Reply
	CanWrite bool // in its thread
	CanUndo  bool // an answer that can still be undone
}

// Lines is one page of them.
type Lines struct {
	Items []Line
	Next  page.Cursor
	Book  Book // the words of own reasons
}

// Sent is a page of what the viewer sent, as far as the viewer may know: what
// waits, or what has ended by accepting, withdrawing or time; the newest first, or the
// oldest where order is Oldest. Five statements.
func (s *Service) Sent(ctx context.Context, v access.Viewer, ended bool, order Order, after page.Cursor) (Lines, error) {
	me, err := only(v)
	if err != nil {
		return Lines{}, err
	}
	return s.lines(ctx, v, after, bySent, func(after page.Cursor, limit int) ([]Invitation, error) {
		return loadMirrors(ctx, s.db, me, ended, order == Oldest, after, limit)
	})
}

// Answered is a page of what the viewer has answered or let expire, the last one
// first. What was withdrawn is not among it. Five statements.
func (s *Service) Answered(ctx context.Context, v access.Viewer, after page.Cursor) (Lines, error) {
	me, err := only(v)
	if err != nil {
		return Lines{}, err
	}
	return s.lines(ctx, v, after, byClosed, func(after page.Cursor, limit int) ([]Invitation, error) {
		return loadAnswered(ctx, s.db, me, after, limit)
	})
}

func bySent(v Invitation) page.Cursor   { return page.Cursor{Key: v.SentAt.UnixMicro(), ID: v.ID} }
func byClosed(v Invitation) page.Cursor { return page.Cursor{Key: v.ClosedAt.UnixMicro(), ID: v.ID} }

// linesHere is how many short lines a page has.
const linesHere = 25

func (s *Service) lines(ctx context.Context, v access.Viewer, after page.Cursor, at func(Invitation) page.Cursor,
	fetch func(page.Cursor, int) ([]Invitation, error)) (Lines, error) {
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Lines{}, err
	}
	rows, err := fetch(after, linesHere+1)
	if err != nil {
		return Lines{}, err
	}
	var out Lines
	if len(rows) > linesHere {
		rows = rows[:linesHere]
		out.Next = at(rows[linesHere-1])
	}
	if out.Items, err = s.asLines(ctx, lens, rows); err != nil {
		return out, err
	}
	out.Book, err = s.Book(ctx)
	return out, err
}

// asLines adds who and what was written, in two statements. Those of members who
// are blocked or away are left out.
func (s *Service) asLines(ctx context.Context, lens *access.Lens, rows []Invitation) ([]Line, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	me := lens.Viewer().Member()
	var others, receivers []int64
	for _, inv := range rows {
		others = append(others, inv.other(me))
		receivers = append(receivers, inv.Receiver)
	}
	cards, err := s.members.Cards(ctx, s.db, others)
	if err != nil {
		return nil, err
	}
	threads, err := loadReplies(ctx, s.db, unique(receivers), ids(rows))
	if err != nil {
		return nil, err
	}
	lens.Degrees(others)
	now := s.db.Now()
	var out []Line
	for _, inv := range rows {
		card, ok := cards[inv.other(me)]
		if !ok || lens.Blocked(card.ID) {
			continue
		}
		l := Line{Invitation: inv, Other: card, Degree: lens.Degree(card.ID), Thread: threads[inv.ID], CanUndo: s.canUndo(inv, now)}
		l.CanWrite = s.canWrite(inv, me, l.Thread)
		out = append(out, l)
	}
	return slices.Clip(out), nil
}

// other is who stands opposite me.
func (v Invitation) other(me int64) int64 {
	if v.Sender == me {
		return v.Receiver
	}
	return v.Sender
}

// canWrite reports whether me may add to the thread of an invitation as me sees
// it.
func (s *Service) canWrite(inv Invitation, me int64, thread []Reply) bool {
	by := Receiver
	if inv.Sender == me {
		by = Sender
	}
	received, sent := turns(inv, thread)
	return inv.State == Pending && s.limits.mayReply(by, received, sent) == nil
}

// turns counts what each side has written.
func turns(inv Invitation, thread []Reply) (received, sent int) {
	for _, r := range thread {
		if r.Author == inv.Receiver {
			received++
		} else {
			sent++
		}
	}
	return received, sent
}

// OneSent is a single sent invitation as Sent shows it.
func (s *Service) OneSent(ctx context.Context, v access.Viewer, id int64) (Line, error) {
	me, err := only(v)
	if err != nil {
		return Line{}, err
	}
	inv, ok, err := loadSent(ctx, s.db, me, id)
	if err != nil {
		return Line{}, err
	}
	return s.oneLine(ctx, v, inv, ok && inv.State != Blocked)
}

// OneAnswered is a single received invitation as Answered shows it.
func (s *Service) OneAnswered(ctx context.Context, v access.Viewer, id int64) (Line, error) {
	me, err := only(v)
	if err != nil {
		return Line{}, err
	}
	inv, ok, err := loadReceived(ctx, s.db, me, id)
	if err != nil {
		return Line{}, err
	}
	return s.oneLine(ctx, v, inv, ok && !inv.hidden())
}

func (s *Service) oneLine(ctx context.Context, v access.Viewer, inv Invitation, there bool) (Line, error) {
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Line{}, err
	}
	var lines []Line
	if there {
		lines, err = s.asLines(ctx, lens, []Invitation{inv})
	}
	if err == nil && len(lines) == 0 {
		err = fault.NotFound()
	}
	if err != nil {
		return Line{}, err
	}
	return lines[0], nil
}
