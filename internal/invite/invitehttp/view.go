package invitehttp

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// itemView is one received invitation as the page draws it.
type itemView struct {
	invite.Item
	Head    ui.InvitationHead
	Short   string // the sender in a sentence
	Says    ui.Says
	Ruling  ui.Ruling
	Lead    string // of the verdict; empty: nothing was claimed
	Text    string
	Chips   []chipView
	Shows   []invite.Own // what was released with it
	Gained  []ui.Gained
	Fit     ui.Compat
	Doubt   bool // the claim does not hold: "I don't know this person" is in view
	Pending bool
	State   string // what became of it
	Thread  []messageView
	Reply   replying
	Brief   ui.Brief // all of it in a line
	Listed  bool     // among short ones: it can be folded, and its answer is short
}

// chipView is one reason with its evidence, from what it opens to.
type chipView struct {
	ui.Chip
	Title    string
	Band     ui.Confidence // 0: the evidence does not carry the reason
	Pieces   []pieceView
	Benefit  string
	Number   string // what it counts, in words
	Released bool   // rests on something that was released with the invitation
}

// pieceView is one piece of evidence: its sentence, and the entries compared where
// they have dates.
type pieceView struct {
	Sentence string
	Sharers  string // how many have it, where that weighs
	Years    *ui.Years
	People   []ui.Person
	More     int // people that are not named
}

type messageView struct {
	Who  string
	Body string
	At   time.Time
}

func (f *face) item(it invite.Item, lk look) *itemView {
	v := &itemView{Item: it, Short: it.From.Short(), Pending: it.State == invite.Pending, Listed: lk.brief}
	v.Head = ui.InvitationHead{ID: id.String(it.ID), From: ui.CardOf(it.From, ui.At(it.Degree, false)), Mutual: it.Mutual, Capped: it.MutualCapped,
		SeeThem: "/network/with/" + it.From.Handle, Sent: it.SentAt, Now: f.now()}
	for _, m := range it.Mutuals[:min(3, len(it.Mutuals))] {
		v.Head.Faces = append(v.Head.Faces, ui.CardOf(m, ui.First))
	}
	v.Says = says(it.Invitation, lk.book)
	v.Ruling, v.Lead, v.Text = verdict(it.Why, it.Pair, why.Receiver)
	v.Doubt = it.Why.Verdict == why.NothingFound && !own(it.Reason)
	v.Brief = brief(it, v.Says)
	v.Chips = f.chips(it)
	v.Shows = it.Shown
	v.Gained = gained(it.Gain, v.Short)
	v.Fit = fit(it.Why.Fit, v.Short)
	v.State = stateWords(it.Invitation, false)
	v.Thread = messages(it.Thread, it.Receiver, v.Short)
	return v
}

// brief is an invitation in a line: what is claimed, what the record says of that in
// a word, and its one fact.
func brief(it invite.Item, s ui.Says) ui.Brief {
	b := ui.Brief{Reason: s.Reason, Label: s.Label, Fact: it.Fact(), Fit: it.Why.Fit.Band.Words("fit"), Note: it.Note != ""}
	switch it.Why.Verdict {
	case why.Agrees:
		b.Ruling, b.Ruled = ui.Agrees, "agrees"
	case why.Partly:
		b.Ruled = "agrees in part"
	case why.Unchecked:
		b.Ruled = "can’t be checked"
	case why.NothingFound:
		b.Ruling, b.Ruled, b.Fact = ui.Differs, "nothing found", ""
		if len(it.Why.Found) > 0 {
			b.Fact = invite.FactLine(it.Why.Found[0])
		}
	}
	return b
}

// own reports a reason that the instance added.
func own(reason string) bool { return strings.HasPrefix(reason, invite.OwnPrefix) }

func says(inv invite.Invitation, book invite.Book) ui.Says {
	s := ui.Says{Reason: ui.Code(inv.Reason), Label: book.Label(inv.Reason), Note: inv.Note}
	if l := why.SubLabel(why.Reason(inv.Reason), inv.Sub); l != "" {
		s.Detail = lower(l)
	}
	return s
}

// lower writes a label within a line: "worked together".
func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') && !strings.HasPrefix(s, "I ") {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

func verdict(a why.Assessment, p why.Pair, reader why.Role) (ui.Ruling, string, string) {
	switch a.Verdict {
	case why.NoReason:
		return ui.NoClaim, "", ""
	case why.Agrees:
		return ui.Agrees, a.Lead(p), a.Text(reader, p)
	case why.Partly, why.Unchecked:
		return ui.NoClaim, a.Lead(p), a.Text(reader, p)
	}
	return ui.Differs, a.Lead(p), a.Text(reader, p)
}

// chips are the reasons with a fact each: the stated one first, found or not,
// then what the record shows besides.
func (f *face) chips(it invite.Item) []chipView {
	var found []why.Found
	stated := it.Why.Stated
	if it.Pair.Kin != "" { // evidence for an own reason is that for its kin
		stated.Reason = it.Pair.Kin
	}
	if stated.Reason != "" && len(stated.Items) > 0 {
		found = append(found, stated)
	}
	for _, x := range it.Why.Found {
		if x.Reason != stated.Reason {
			found = append(found, x)
		}
	}
	var out []chipView
	for _, x := range found {
		out = append(out, f.chip(it, x))
	}
	return out
}

// timelines is how many drawings one chip opens to.
const timelines = 3

func (f *face) chip(it invite.Item, x why.Found) chipView {
	title, fact := why.Chip(x)
	c := chipView{Chip: ui.Chip{Reason: ui.Code(x.Reason), Title: title, Fact: fact, Group: "why-" + id.String(it.ID)},
		Band: ui.Confidence(x.Band), Benefit: why.Benefit(x.Reason)}
	other := it.Pair.Sender.Name
	for i, e := range x.Items {
		p := pieceView{Sentence: why.Sentence(e, why.Receiver, other), Sharers: why.Sharers(e)}
		if i < timelines {
			p.Years = f.years(it, e)
		}
		if e.Kind == why.MutualKnown {
			for _, m := range it.Mutuals {
				p.People = append(p.People, ui.CardOf(m, ui.First))
			}
			p.More = e.Count - len(p.People)
		}
		c.Pieces = append(c.Pieces, p)
		c.Released = c.Released || slices.ContainsFunc(e.SenderFacts, func(f why.Fact) bool { return f.Released }) ||
			it.ShowsOffer(e.SenderOffer)
	}
	if x.Supported() {
		c.Number = weighs(x)
	}
	return c
}

// weighs is the number that the evidence for a reason gives, and of what.
func weighs(x why.Found) string {
	points := func(s float64) string { return ui.Count(int(100*s + 0.5)) }
	text := "Weighs " + points(x.Strength) + " of 100 for this reason"
	if len(x.Items) < 2 {
		return text + "."
	}
	var each []string
	miss := 1.0
	for _, e := range x.Items {
		each = append(each, points(e.Strength))
		miss *= 1 - e.Strength
	}
	text += "; each by itself " + strings.Join(each, ", ")
	if 1-miss > x.Strength+0.001 {
		text += ", where two that speak of one same thing count once"
	}
	return text + "."
}

// years draws what has dates; nil for what has none.
func (f *face) years(it invite.Item, e why.Evidence) *ui.Years {
	y := &ui.Years{Place: e.Label, Them: it.Pair.Sender.Name, Now: ui.MonthOf(f.now()), Together: max(e.Months, 0), Caption: "Both of you at"}
	switch e.Kind {
	case why.CompanyOverlap, why.SchoolOverlap:
	case why.GroupOverlap:
		y.Caption = "Both of you in"
	case why.CompanyGap, why.SchoolGap, why.GroupGap:
		y.Caption = "Both name"
	case why.CompanySame, why.SchoolSame, why.GroupSame:
		y.Caption = "Both name"
	default:
		return nil
	}
	if strings.HasSuffix(e.Kind, ".gap") {
		y.Caption = "At different times, both name"
	}
	y.Yours, y.Theirs = spans(e.ReceiverFacts, it.YearOnly), spans(e.SenderFacts, it.YearOnly)
	return y
}

func spans(facts []why.Fact, yearOnly map[int64]bool) []ui.Span {
	out := make([]ui.Span, len(facts))
	for i, f := range facts {
		out[i] = ui.Span{From: int32(f.From), To: int32(f.To), What: f.Role}
		if yearOnly[f.ID] {
			out[i].Dates = ui.YearRange(out[i].From, out[i].To)
		}
	}
	return out
}

// gained is what accepting changes, both ways, in coarse figures.
func gained(g invite.Gain, short string) []ui.Gained {
	about := "~" + ui.Count(g.Reach)
	people := "about " + ui.Count(g.Reach) + " people"
	out := []ui.Gained{{Figure: about, Text: "people come within two steps of you"}}
	if g.Reach == 0 {
		out[0] = ui.Gained{Figure: "few", Text: "people come within two steps of you"}
		people = "a few people"
	}
	if len(g.Where) > 0 {
		out = append(out, ui.Gained{Icon: "building-2", Says: "Where they are:", Text: places(g.Where)})
	}
	if len(g.Theirs) > 0 {
		out = append(out, ui.Gained{Icon: "id-card", Says: "What opens to you:", Text: "You will see " + short + "’s " + sections(g.Theirs)})
	}
	seen := short + " sees no more of you than now"
	if len(g.Opens) > 0 {
		seen = short + " will see your " + sections(g.Opens)
	}
	if len(g.Second) > 0 {
		seen += "; " + people + " will see your " + sections(g.Second)
	} else {
		seen += "; " + people + " will see you as 2nd degree"
	}
	return append(out, ui.Gained{Icon: "eye", Says: "Who newly sees you:", Text: seen})
}

// places names where people who come within reach are.
func places(list []invite.Place) string {
	var words []string
	for _, p := range list {
		w := "~" + ui.Count(p.People) + " from " + p.Name
		if p.Sought {
			w += ", which you are looking for"
		}
		words = append(words, w)
	}
	return strings.Join(words, "; ")
}

// telling is the order in which sections are named: what matters most first.
var telling = []access.Section{access.Experience, access.Education, access.Contact, access.Skills, access.Groups, access.ConnectionL,
	access.About, access.Location, access.Field, access.Languages, access.OpenTo, access.Seeks}

// sections names sections of a profile: three of them, and how many more.
func sections(list []access.Section) string {
	const most = 3
	var words []string
	for _, s := range telling {
		if slices.Contains(list, s) {
			words = append(words, sectionWord(s))
		}
	}
	if more := len(words) - most; more > 1 {
		return strings.Join(words[:most], ", ") + " and " + ui.Count(more) + " more sections"
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

func sectionWord(s access.Section) string {
	switch s {
	case access.About:
		return "about text"
	case access.Field:
		return "field of work"
	case access.OpenTo:
		return "“open to”"
	case access.Seeks:
		return "“looking for”"
	case access.Contact:
		return "contact details"
	case access.ConnectionL:
		return "list of connections"
	}
	return lower(s.Label())
}

func fit(c why.Compatibility, short string) ui.Compat {
	out := ui.Compat{Them: short, Score: c.Score, Band: c.Band.Words("fit"), You: c.ReceiverGains, They: c.SenderGains}
	for _, t := range c.Terms {
		out.Terms = append(out.Terms, ui.FitTerm{Reason: ui.Code(t.Reason), You: int(100*t.Receiver + 0.5), Them: int(100*t.Sender + 0.5)})
	}
	if len(c.Changes) > 0 {
		out.Change = c.Changes[0].Sentence(why.Receiver, short)
	}
	return out
}

// stateWords says what became of an invitation, to its sender or its receiver.
func stateWords(inv invite.Invitation, sender bool) string {
	switch inv.State {
	case invite.Accepted:
		return "Accepted"
	case invite.Ignored:
		return "Ignored"
	case invite.Unknown:
		return "You don’t know this person"
	case invite.Spam:
		return "Reported as spam"
	case invite.Expired:
		if sender {
			return "Expired without an answer"
		}
		return "Expired"
	case invite.Withdrawn:
		return "Withdrawn"
	}
	return "Waiting for an answer"
}

func messages(thread []invite.Reply, me int64, other string) []messageView {
	out := make([]messageView, len(thread))
	for i, r := range thread {
		out[i] = messageView{Who: other, Body: r.Body, At: r.At}
		if r.Author == me {
			out[i].Who = "You"
		}
	}
	return out
}

// lineView is an invitation in a list without its evidence.
type lineView struct {
	invite.Line
	ID     string
	Person ui.Person
	Short  string
	Says   ui.Says
	State  string
	Thread []messageView
	Mine   bool // the viewer sent it
	Reply  replying
	Now    time.Time
}

func (f *face) line(l invite.Line, me int64, book invite.Book) lineView {
	v := lineView{Line: l, ID: id.String(l.Invitation.ID), Person: ui.CardOf(l.Other, ui.At(l.Degree, false)), Short: l.Other.Short(),
		Says: says(l.Invitation, book), Mine: l.Sender == me, Now: f.now()}
	v.State = stateWords(l.Invitation, v.Mine)
	v.Thread = messages(l.Thread, me, v.Short)
	return v
}
