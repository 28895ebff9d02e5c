package suggest

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/evidence"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// List is whom a member is proposed on one day, best first. It holds no word of what
// is proposed and why: that is read when it is shown.
type List struct {
	day    int64
	places []place
}

// place is one member in a list, with the mark of what they and the viewer were seen
// to have in common.
type place struct {
	member int64
	mark   uint64
}

// People returns a part of the viewer's list of the day, n people or a page for 0,
// each with its why. Where a place rests on something that the viewer sees no more,
// the list is made anew, so that not even an order remembers what was closed. Six
// statements while the list is kept, at most twelve more to make it.
func (s *Service) People(ctx context.Context, v access.Viewer, after page.Cursor, n int) (Page, error) {
	me, err := only(v)
	if err != nil {
		return Page{}, err
	}
	lens, err := s.Guard.For(ctx, v)
	if err != nil {
		return Page{}, err
	}
	if n <= 0 {
		n = perPage
	}
	for again := true; ; again = false {
		l, err := s.list(ctx, lens)
		if err != nil {
			return Page{}, err
		}
		p, stands, err := s.read(ctx, lens, l, max(0, int(after.Key)), n)
		if err != nil || stands || !again {
			return p, err
		}
		s.Lists.Drop(me)
	}
}

// list is the viewer's of this day, kept or made.
func (s *Service) list(ctx context.Context, lens *access.Lens) (List, error) {
	me, day := lens.Viewer().Member(), calendar.Day(s.DB.Now())
	load := func(ctx context.Context) (List, error) { return s.build(ctx, lens, day) }
	l, err := s.Lists.Get(ctx, me, load)
	if err == nil && l.day != day {
		s.Lists.Drop(me)
		l, err = s.Lists.Get(ctx, me, load)
	}
	return l, err
}

// read makes n proposals of a list from a place on. stands is false where the list
// rests on what the viewer sees no more.
func (s *Service) read(ctx context.Context, lens *access.Lens, l List, from, n int) (p Page, stands bool, err error) {
	chosen, next, err := s.choose(ctx, lens, l, from, n)
	if p.Next = next; err != nil || len(chosen) == 0 {
		return p, true, err
	}
	p.People, stands, err = s.propose(ctx, lens, chosen)
	return p, stands, err
}

// choose takes the next n places of a list that may still be shown.
func (s *Service) choose(ctx context.Context, lens *access.Lens, l List, from, n int) (chosen []place, next page.Cursor, err error) {
	rest := l.places[min(from, len(l.places)):]
	ids := make([]int64, len(rest))
	for i, at := range rest {
		ids[i] = at.member
	}
	cards, err := s.Members.Cards(ctx, s.DB, ids)
	if err != nil {
		return nil, next, err
	}
	end := 0
	for i, at := range rest {
		if _, ok := cards[at.member]; !ok || !lens.SeeMember(at.member) || lens.Graph().Connected(lens.Viewer().Member(), at.member) {
			continue
		}
		if len(chosen) == n {
			return chosen, page.Cursor{Key: int64(from + end), ID: 1}, nil
		}
		chosen, end = append(chosen, at), i+1
	}
	return chosen, next, nil
}

// Ahead lists the first n people of the viewer's list, for a page that reads what is
// known of them together with others (evidence.Together). It makes the list where it
// is not kept.
func (s *Service) Ahead(ctx context.Context, v access.Viewer, n int) ([]int64, error) {
	lens, err := s.Guard.For(ctx, v)
	if err != nil || v.Member() == 0 {
		return nil, err
	}
	l, err := s.list(ctx, lens)
	if err != nil {
		return nil, err
	}
	chosen, _, err := s.choose(ctx, lens, l, 0, n)
	out := make([]int64, len(chosen))
	for i, at := range chosen {
		out[i] = at.member
	}
	return out, err
}

// propose reads what the record says for each of some places.
func (s *Service) propose(ctx context.Context, lens *access.Lens, chosen []place) (out []Suggestion, stands bool, err error) {
	ids := make([]int64, len(chosen))
	for i, at := range chosen {
		ids[i] = at.member
	}
	lens.Degrees(ids)
	r, err := s.Evidence.Read(ctx, lens, ids, evidence.Named)
	if err != nil {
		return nil, false, err
	}
	mine := entitiesOf(r.Mine)
	stands = true
	for _, at := range chosen {
		card, ok := r.Cards[at.member]
		if !ok { // went away just now
			continue
		}
		p := s.suggestion(r, at.member)
		p.Card = card
		stands = stands && markOf(p.Pair.Receiver, mine) == at.mark
		out = append(out, p)
	}
	return out, stands, nil
}

// pairOf is the reader, who would ask, and m. How many connections either has, even
// coarsely, is for the two sides of an invitation, and there is none yet.
func pairOf(r *evidence.Reader, m int64, known evidence.Mutuals) why.Pair {
	p := r.To(m, known, r.Mine)
	p.Sender.Connections, p.Receiver.Connections = -1, -1
	return p
}

// suggestion is what the reader may know of being linked with m.
func (s *Service) suggestion(r *evidence.Reader, m int64) Suggestion {
	known := r.Known(m)
	p := Suggestion{Degree: r.Lens.Degree(m), Mutual: known.Count, Capped: known.Capped, Mutuals: known.Named[:min(faces, len(known.Named))]}
	p.Pair = pairOf(r, m, known)
	for _, f := range why.Supports(p.Pair) {
		if f.Supported() && f.Reason != why.Profile {
			p.Found = append(p.Found, f)
		}
	}
	if f, ok := p.Reason(); ok && f.Items[0].Entity != 0 {
		p.Circle = Circle{f.Items[0].Entity, f.Items[0].Label}
	}
	return p
}

// entitiesOf tells whether a side has or seeks an entity.
func entitiesOf(s why.Side) func(int64) bool {
	has := map[int64]bool{}
	for _, f := range s.Facts {
		has[f.Entity] = true
	}
	for _, k := range s.Seeks {
		has[k.Entity] = true
	}
	return func(e int64) bool { return has[e] }
}
