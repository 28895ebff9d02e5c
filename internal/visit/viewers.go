package visit

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/member"
	"guildhall/internal/page"
)

// perPage is how many viewers one page lists.
const perPage = 25

// Viewers returns who looked at the viewer's profile in the last 90 days, the
// latest first, 25 a page, and how often they were looked at. Whoever looks
// privately gets the counts alone. Who is blocked, either way, or is not there any
// more is in no list; the counts name nobody and stay as they are. At most sixteen
// statements, whatever the page holds.
func (s *Service) Viewers(ctx context.Context, v access.Viewer, after page.Cursor) (Page, error) {
	mode, err := s.ModeOf(ctx, v)
	if err != nil {
		return Page{}, err
	}
	today := calendar.Day(s.db.Now())
	days, err := loadDays(ctx, s.db, v.Member(), today-Days)
	if err != nil {
		return Page{}, err
	}
	p := Page{Mode: mode}
	p.Weeks, p.Seen = weeks(days, today)
	if mode == Private {
		return p, nil
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Page{}, err
	}
	rows, cards, next, err := s.present(ctx, lens, today, after)
	if err != nil {
		return Page{}, err
	}
	p.Next = next
	p.Viewers, err = s.show(ctx, lens, rows, cards)
	return p, err
}

// present reads one page of rows whose viewers are there: who is named, for the
// lens's viewer; who isn't, at all, since a row that goes with a block would name them.
func (s *Service) present(ctx context.Context, lens *access.Lens, today int64, after page.Cursor) ([]row, map[int64]member.Card, page.Cursor, error) {
	cards := map[int64]member.Card{}
	at := func(r row) page.Cursor { return page.Cursor{Key: r.day, ID: r.mark} }
	keep := func(r row) bool {
		_, ok := cards[r.viewer]
		return ok && (r.mode != Full || lens.SeeMember(r.viewer))
	}
	rows, next, err := page.Fill(perPage, after, at, keep, func(after page.Cursor, limit int) ([]row, error) {
		rows, err := loadViews(ctx, s.db, lens.Viewer().Member(), today-Days, after, limit)
		if err != nil {
			return nil, err
		}
		ids := make([]int64, len(rows))
		for i, r := range rows {
			ids[i] = r.viewer
		}
		more, err := s.members.Cards(ctx, s.db, ids)
		for id, c := range more {
			cards[id] = c
		}
		return rows, err
	})
	if len(rows) == perPage && !next.IsZero() {
		next = at(rows[perPage-1]) // and not behind somebody who was passed over: a link tells nothing of them
	}
	return rows, cards, next, err
}

// show turns rows into what may be known of them.
func (s *Service) show(ctx context.Context, lens *access.Lens, rows []row, cards map[int64]member.Card) ([]Viewer, error) {
	var semi, full []int64
	for _, r := range rows {
		if r.mode == Full {
			full = append(full, r.viewer)
		} else {
			semi = append(semi, r.viewer)
		}
	}
	words, err := s.describe(ctx, semi)
	if err != nil {
		return nil, err
	}
	degrees := lens.Degrees(full)
	out := make([]Viewer, len(rows))
	for i, r := range rows {
		out[i] = Viewer{Day: calendar.Midnight(r.day)}
		if r.mode == Full {
			out[i].Card, out[i].Degree = cards[r.viewer], degrees[r.viewer]
			out[i].Card.Location = "" // a section of their own page
		} else {
			out[i].Field, out[i].Title = words[r.viewer].field, words[r.viewer].title
		}
	}
	return out, nil
}
