package invite

import (
	"context"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// Item is one received invitation as its receiver sees it.
type Item struct {
	Invitation
	From         member.Card
	Degree       graph.Degree
	Mutual       int
	MutualCapped bool
	Mutuals      []member.Card // those who may be named, strongest first
	Why          why.Assessment
	Pair         why.Pair // what Why was made of, for its sentences
	Shown        []Own    // all that the sender shows with this invitation only, whether it meets anything or not
	Gain         Gain
	Thread       []Reply
	YearOnly     map[int64]bool // facts of Pair whose months are not known
	CanUndo      bool           // an answer that can still be undone
	CanWrite     bool           // in its thread
}

// Gain is what changes by accepting, both ways. Numbers are Coarse.
type Gain struct {
	Reach  int              // people who come within two steps; 0: few
	Where  []Place          // where most of them are
	Opens  []access.Section // the reader's sections that the other then sees
	Theirs []access.Section // the other's sections that the reader then sees
	Second []access.Section // the reader's sections that people at the 2nd degree see
}

// Place is a company or a group where some of those are who come within reach: five
// at least, so that nobody is meant.
type Place struct {
	Name   string
	People int  // Coarse
	Sought bool // the reader looks for it
}

// Coarse rounds a number of people so that nobody can be counted by it: 0 stands
// for fewer than five ("few"), then 10, 20, 40, 60, 100 and so on, each for what
// is nearest to it.
func Coarse(n int) int {
	if n < 5 {
		return 0
	}
	steps := []int{10, 20, 40, 60, 100, 200, 400, 600, 1000}
	best := steps[0]
	for _, s := range steps {
		if max(s-n, n-s) < max(best-n, n-best) {
			best = s
		}
	}
	return best
}

// Inbox is one page of what waits for an answer.
type Inbox struct {
	Items  []Item
	Found  int // how many pass the filter; -1 where that is not known
	Beyond int // how many that may pass it are not looked into, since too many wait
	Next   page.Cursor
	Counts Counts
	Who    Who
	Book   Book // the words of own reasons
}

// Sizes of an inbox.
const (
	PageSize  = 10
	BriefSize = 50  // where each takes a line or two
	inboxMost = 500 // pending invitations that are looked at
	deepMost  = 190 // whose evidence is found for a filter or an order that needs it: the policies of
	// so many times 4 × evidence.Named people fit one statement
)

// Received is a page of the viewer's pending invitations, each with what the
// record says. At most 13 statements, whatever the number: three for the lens, the
// rows, cards of all senders and of who else is named, policies, traits, offers,
// choices, what was before, threads, and the viewer's own setting; fewer as groups, limits
// and cards are kept.
func (s *Service) Received(ctx context.Context, v access.Viewer, f Filter, after page.Cursor) (Inbox, error) {
	me, err := only(v)
	if err != nil {
		return Inbox{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Inbox{}, err
	}
	rows, err := s.open(ctx, lens, f.Sort == Oldest)
	if err != nil {
		return Inbox{}, err
	}
	lens.Degrees(senders(rows))
	in, err := s.readInbox(ctx, lens, rows, f, after)
	if err != nil {
		return in, err
	}
	if err := s.addThreads(ctx, in.Items); err != nil {
		return in, err
	}
	if in.Book, err = s.Book(ctx); err != nil {
		return in, err
	}
	in.Who, err = loadWho(ctx, s.db, me)
	return in, err
}

// Tally is the counts of Received alone, as they stand after an answer: with those
// that need evidence where a page of size would show all that waits. At most nine
// statements.
func (s *Service) Tally(ctx context.Context, v access.Viewer, size int) (Counts, error) {
	if _, err := only(v); err != nil {
		return Counts{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Counts{}, err
	}
	rows, err := s.open(ctx, lens, false)
	if err != nil || len(rows) == 0 {
		return count(nil, lens), err
	}
	lens.Degrees(senders(rows))
	if len(rows) > (Filter{Size: size}).size() {
		return count(rows, lens), nil
	}
	items, _, err := s.assess(ctx, lens, rows)
	c := count(invitations(items), lens)
	c.countDeep(items)
	return c, err
}

// open reads what waits for the lens's viewer, without those of members who are
// blocked or away: they neither show nor count. Two statements.
func (s *Service) open(ctx context.Context, lens *access.Lens, oldest bool) ([]Invitation, error) {
	rows, err := loadOpen(ctx, s.db, lens.Viewer().Member(), s.db.Now(), oldest, inboxMost)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	cards, err := s.members.Cards(ctx, s.db, senders(rows))
	return slices.DeleteFunc(rows, func(inv Invitation) bool {
		_, there := cards[inv.Sender]
		return !there || lens.Blocked(inv.Sender)
	}), err
}

// readInbox chooses the page and finds its evidence. Where everything waiting
// fits on a page, or the filter asks for it, all of it is looked into; else only
// the page is.
func (s *Service) readInbox(ctx context.Context, lens *access.Lens, rows []Invitation, f Filter, after page.Cursor) (Inbox, error) {
	var passing []Invitation
	for _, inv := range rows {
		if f.passes(inv, lens.Degree(inv.Sender)) {
			passing = append(passing, inv)
		}
	}
	in := Inbox{Found: -1}
	var r reader
	var err error
	switch {
	case len(rows) <= f.size():
		if in.Items, r, err = s.assess(ctx, lens, rows); err != nil {
			return in, err
		}
		in.Counts = count(invitations(in.Items), lens)
		in.Counts.countDeep(in.Items)
		in.cut(f, lens, after)
	case f.deep():
		in.Counts = count(rows, lens)
		look := passing[:min(len(passing), deepMost)]
		in.Beyond = len(passing) - len(look)
		if in.Items, r, err = s.assess(ctx, lens, look); err != nil {
			return in, err
		}
		in.cut(f, lens, after)
	default:
		in.Counts = count(rows, lens)
		here := afterTime(passing, f.Sort, after)
		if n := f.size(); len(here) > n {
			here = here[:n]
			in.Next = f.Sort.place(Item{Invitation: here[n-1]})
		}
		if in.Items, r, err = s.assess(ctx, lens, here); err != nil {
			return in, err
		}
	}
	return in, s.addGains(ctx, r, in.Items)
}

// cut filters and sorts items with their evidence and keeps one page of them.
func (in *Inbox) cut(f Filter, lens *access.Lens, after page.Cursor) {
	items := slices.DeleteFunc(in.Items, func(it Item) bool {
		return !f.passes(it.Invitation, lens.Degree(it.Sender)) || !f.passesDeep(it)
	})
	in.Found = len(items)
	items = afterItem(sorted(items, f.Sort), f.Sort, after)
	if n := f.size(); len(items) > n {
		items = items[:n]
		in.Next = f.Sort.place(items[n-1])
	}
	in.Items = items
}

// assess finds the evidence for invitations in six statements. Those of senders
// who are away are left out.
func (s *Service) assess(ctx context.Context, lens *access.Lens, rows []Invitation) ([]Item, reader, error) {
	r, err := s.from(ctx, lens, senders(rows))
	if err != nil {
		return nil, r, err
	}
	choices, err := loadChoices(ctx, s.db, r.Me, ids(rows))
	if err != nil {
		return nil, r, err
	}
	book, err := s.Book(ctx)
	if err != nil {
		return nil, r, err
	}
	items := make([]Item, 0, len(rows))
	for _, inv := range rows {
		if _, ok := r.Cards[inv.Sender]; ok {
			items = append(items, r.item(inv, choices[inv.ID], book))
		}
	}
	return items, r, nil
}

// addGains tells of the items of a page what accepting changes.
func (s *Service) addGains(ctx context.Context, r reader, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	err := s.evidence.Reach(ctx, r.Reader, senders(invitations(items)))
	second := r.atSecond()
	for i := range items {
		items[i].Gain = r.gain(items[i].Sender)
		items[i].Gain.Second = second
	}
	return err
}

// item is one invitation with everything that this reader may know of it.
func (r reader) item(inv Invitation, c choice, book Book) Item {
	known := r.knownBy(inv, c)
	it := Item{Invitation: inv, From: r.Cards[inv.Sender], Degree: r.Lens.Degree(inv.Sender),
		Mutual: known.Count, MutualCapped: known.Capped, Mutuals: known.Named}
	it.Pair = r.incoming(inv, c, known)
	book.claim(&it.Pair, inv.Reason, inv.Sub)
	it.Shown = r.shownBy(inv, c)
	it.YearOnly = r.YearOnly(it.Pair)
	it.Why = why.Assess(it.Pair)
	return it
}

// ShowsOffer reports whether the sender shows with this invitation only that they are
// open to something.
func (it Item) ShowsOffer(o why.Offer) bool {
	return o != 0 && slices.ContainsFunc(it.Shown, func(f Own) bool { return f.Offer == o })
}

// gain is what connecting the reader and m changes, but for Second.
func (r reader) gain(m int64) Gain {
	var where []Place
	for _, c := range r.Reached[m] {
		where = append(where, Place{c.Name, Coarse(c.People), c.Sought})
	}
	return Gain{
		Reach:  Coarse(r.Lens.Graph().Gain(r.Me, m)),
		Where:  where,
		Opens:  r.Opens(r.Me, m),
		Theirs: r.Opens(m, m),
	}
}

// atSecond lists the reader's sections that the second degree sees and the third
// does not: what newly shows to the connections of a new connection.
func (r reader) atSecond() []access.Section {
	second, third := r.Lens.As(r.Me, 0, access.PoseSecond), r.Lens.As(r.Me, 0, access.PoseThird)
	var out []access.Section
	for _, sec := range access.Sections {
		if sc := r.Policy(r.Me).Scope(sec); sec != access.Page && second.See(r.Me, sc) && !third.See(r.Me, sc) {
			out = append(out, sec)
		}
	}
	return out
}

// Glance is one invitation that waits, in a few words.
type Glance struct {
	ID     string // as addresses write it
	From   member.Card
	Degree graph.Degree
	Reason string
	Label  string // its words where it is an own reason
	Note   string
	Fact   string // the strongest evidence, as FactLine; empty when there is none
	Sent   time.Time
}

// First is the last n invitations that wait for the viewer, and how many wait in
// all. At most nine statements.
func (s *Service) First(ctx context.Context, v access.Viewer, n int) (first []Glance, waiting int, err error) {
	if _, err := only(v); err != nil {
		return nil, 0, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	rows, err := s.open(ctx, lens, false)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	items, _, err := s.assess(ctx, lens, rows[:min(n, len(rows))])
	if err != nil {
		return nil, 0, err
	}
	book, err := s.Book(ctx)
	for _, it := range items {
		g := it.glance()
		g.Label = book.Label(it.Reason)
		first = append(first, g)
	}
	return first, len(rows), err
}

// FactLine is the one fact that speaks most for a reason, as a line by itself:
// "Worked together, 2 y 5 m", "6 mutual connections", "Same school".
func FactLine(f why.Found) string {
	title, fact := why.Chip(f)
	switch {
	case f.Reason == why.Relationship || len(f.Items) == 0:
		return title + ", " + fact
	case f.Items[0].Kind != why.MutualKnown:
		r, n := utf8.DecodeRuneInString(fact)
		return string(unicode.ToUpper(r)) + fact[n:]
	case f.Items[0].Count == 1:
		return "1 mutual connection"
	}
	return strconv.Itoa(f.Items[0].Count) + " mutual connections"
}

func (it Item) glance() Glance {
	return Glance{ID: id.String(it.ID), From: it.From, Degree: it.Degree, Reason: it.Reason, Note: it.Note, Fact: it.Fact(), Sent: it.SentAt}
}

// Fact is the one fact of an invitation, as FactLine: of what is claimed, since the
// record is held against that, else of what is found. Empty when there is none, and
// nothing was claimed.
func (it Item) Fact() string {
	switch {
	case it.Why.Verdict == why.NothingFound && len(it.Why.Stated.Items) == 0:
		return "nothing found"
	case len(it.Why.Stated.Items) > 0 || why.Reason(it.Reason).Valid():
		return FactLine(it.Why.Stated)
	case len(it.Why.Found) > 0:
		return FactLine(it.Why.Found[0])
	}
	return ""
}

// One is a single received invitation, pending or answered, as Received shows it.
func (s *Service) One(ctx context.Context, v access.Viewer, id int64) (Item, error) {
	me, err := only(v)
	if err != nil {
		return Item{}, err
	}
	inv, ok, err := loadReceived(ctx, s.db, me, id)
	if err != nil {
		return Item{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Item{}, err
	}
	if !ok || lens.Blocked(inv.Sender) || inv.hidden() {
		return Item{}, fault.NotFound()
	}
	items, r, err := s.assess(ctx, lens, []Invitation{inv})
	if err == nil && len(items) == 0 {
		err = fault.NotFound()
	}
	if err == nil {
		err = s.addGains(ctx, r, items)
	}
	if err != nil {
		return Item{}, err
	}
	items[0].CanUndo = s.canUndo(inv, s.db.Now())
	return items[0], s.addThreads(ctx, items)
}

// hidden reports an invitation that its receiver no longer sees: withdrawn ones
// go without a word, and with a block goes everything.
func (v Invitation) hidden() bool { return v.State == Withdrawn || v.State == Blocked }

func (s *Service) addThreads(ctx context.Context, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	threads, err := loadReplies(ctx, s.db, []int64{items[0].Receiver}, ids(invitations(items)))
	for i := range items {
		items[i].Thread = threads[items[i].ID]
		items[i].CanWrite = s.canWrite(items[i].Invitation, items[i].Receiver, items[i].Thread)
	}
	return err
}

func invitations(items []Item) []Invitation {
	out := make([]Invitation, len(items))
	for i, it := range items {
		out[i] = it.Invitation
	}
	return out
}

func senders(rows []Invitation) []int64 {
	out := make([]int64, len(rows))
	for i, v := range rows {
		out[i] = v.Sender
	}
	return out
}

func ids(rows []Invitation) []int64 {
	out := make([]int64, len(rows))
	for i, v := range rows {
		out[i] = v.ID
	}
	return out
}
