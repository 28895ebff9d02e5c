package profilehttp

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// person is the page's member with the picture that its head shows.
func (v view) person() ui.Person {
	p := ui.CardOf(v.Card, v.distance())
	p.Picture = ui.PictureOf(v.Card, true)
	return p
}

func (v view) distance() ui.Distance { return ui.At(v.Degree, v.Mate) }

// first is how sentences call the page's member.
func (v view) first() string { return ui.FirstName(v.Card.Name) }

func cards(cs []member.Card) []ui.Person {
	out := make([]ui.Person, len(cs))
	for i, c := range cs {
		out[i] = ui.CardOf(c, ui.Unsaid)
	}
	return out
}

func steps(way []member.Card) []ui.Step {
	out := make([]ui.Step, len(way))
	for i, c := range way {
		out[i] = ui.Step{Person: ui.CardOf(c, ui.Unsaid)}
	}
	return out
}

// section returns one section of the page, empty when it isn't there.
func (v view) section(s access.Section) profile.Section {
	for _, sec := range v.Sections {
		if sec.Section == s {
			return sec
		}
	}
	return profile.Section{Section: s}
}

// details are the short facts under the headline, as far as they are open.
func (v view) details() []ui.Detail {
	var list []ui.Detail
	place := v.Card.Location
	if place == "" {
		place = strings.Join(names(current(v.section(access.Location).Traits)), ", ")
	}
	if place != "" {
		list = append(list, ui.Detail{Icon: "map-pin", Text: place})
	}
	for _, t := range current(v.section(access.Experience).Traits) {
		if t.From != 0 {
			list = append(list, ui.Detail{Icon: "building-2", Text: t.Name})
			break
		}
	}
	return list
}

// current are the entries that still go on, at most two.
func current(ts []trait.Trait) []trait.Trait {
	now := slices.DeleteFunc(slices.Clone(ts), func(t trait.Trait) bool { return t.To != 0 })
	return now[:min(2, len(now))]
}

func names(ts []trait.Trait) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.Name
	}
	return out
}

// paragraphs cuts a text at its empty lines.
func paragraphs(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n\n"), func(p string) bool { return strings.TrimSpace(p) == "" })
}

// position is a dated entry as the page draws it.
func position(t trait.Trait) ui.Entry {
	e := ui.Entry{When: ui.YearRange(int32(t.From), int32(t.To)), Title: t.Role, Where: t.Name, Text: t.Body}
	if t.Role == "" || t.Kind == trait.Group {
		e.Title, e.Where = t.Name, t.Role
	}
	if t.Place != "" {
		e.Where = strings.TrimPrefix(e.Where+", "+t.Place, ", ")
	}
	return e
}

// asEntries reports whether traits are drawn as entries with their years, or as a
// line of names.
func asEntries(s access.Section, ts []trait.Trait) bool {
	switch s {
	case access.Experience, access.Education:
		return true
	case access.Groups, access.Location:
		return slices.ContainsFunc(ts, func(t trait.Trait) bool { return t.From != 0 || t.To != 0 || s == access.Groups && t.Role != "" })
	}
	return false
}

var kindIcons = map[trait.Kind]string{
	trait.Company: "building-2", trait.School: "graduation-cap", trait.Group: "users-round", trait.Skill: "wrench",
	trait.Field: "briefcase", trait.Place: "map-pin", trait.Language: "languages",
}

// tags is a line of names.
func tags(ts []trait.Trait) []ui.Detail {
	out := make([]ui.Detail, len(ts))
	for i, t := range ts {
		out[i] = ui.Detail{Text: t.Name}
		if t.Kind == trait.Language && t.Role != "" {
			out[i].Text += ", " + strings.ToLower(t.Role)
		}
		if t.Relation == trait.Seeks || t.Kind == trait.Group || t.Kind == trait.Place {
			out[i].Icon = kindIcons[t.Kind]
		}
	}
	return out
}

func offers(o profile.OpenTo) []ui.Detail {
	var out []ui.Detail
	for _, f := range o.Offers() {
		out = append(out, ui.Detail{Icon: "check", Text: profile.OfferLabel(f)})
	}
	return out
}

func offerName(o why.Offer) string { return "offer-" + string(rune('0'+o)) }

// link is where a way to reach somebody leads; empty where it leads nowhere.
func link(c profile.Contact) string {
	switch c.Kind {
	case "email":
		return "mailto:" + c.Value
	case "website":
		return c.Value
	case "phone":
		return "tel:" + strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, c.Value)
	}
	return ""
}

func contactIcon(kind string) string {
	for _, k := range contactKinds {
		if k.code == kind {
			return k.icon
		}
	}
	return "info"
}

// inCommon lists what both have, in one line.
func (v view) inCommon() []ui.Detail {
	var list []ui.Detail
	for _, c := range v.Common {
		list = append(list, ui.Detail{Icon: kindIcons[c.Kind], Text: c.Name})
	}
	for _, k := range []trait.Kind{trait.Skill, trait.Field, trait.Place, trait.Language} {
		if ns := v.Both[k]; len(ns) > 0 {
			text := strings.Join(ns[:min(4, len(ns))], ", ")
			if more := len(ns) - 4; more > 0 {
				text += " and " + ui.Count(more) + " more"
			}
			list = append(list, ui.Detail{Icon: kindIcons[k], Text: text})
		}
	}
	return list
}

// years are the places where both were, with dates on both sides: what can be
// drawn. At most four; the sections below have them all.
func (v view) years() []ui.Common {
	var rows []ui.Common
	for _, c := range v.Common {
		row := ui.Common{Where: c.Name, Yours: spans(c.Yours), Theirs: spans(c.Theirs)}
		if !dated(row.Yours) || !dated(row.Theirs) || len(rows) == 4 {
			continue
		}
		if c.Months > 0 {
			row.Together = ui.Months(c.Months)
			if goesOn(c.Yours) && goesOn(c.Theirs) {
				row.Together += ", still"
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func spans(ts []trait.Trait) []ui.Span {
	out := make([]ui.Span, len(ts))
	for i, t := range ts {
		out[i] = ui.Span{From: int32(t.From), To: int32(t.To), What: t.Role}
		if t.YearOnly {
			out[i].Dates = ui.YearRange(out[i].From, out[i].To)
		}
	}
	return out
}

func dated(spans []ui.Span) bool {
	return slices.ContainsFunc(spans, func(s ui.Span) bool { return s.From != 0 })
}

func goesOn(ts []trait.Trait) bool {
	return slices.ContainsFunc(ts, func(t trait.Trait) bool { return t.From != 0 && t.To == 0 })
}

// fit is what both could gain, as the bars draw it.
func (v view) fit() ui.Compat {
	f := v.Found.Fit
	c := ui.Compat{Them: v.first(), Score: f.Score, Band: f.Band.Words("fit"), You: f.SenderGains, They: f.ReceiverGains}
	for _, t := range f.Terms {
		c.Terms = append(c.Terms, ui.FitTerm{Reason: ui.Code(t.Reason), You: percent(t.Sender), Them: percent(t.Receiver)})
	}
	if len(f.Changes) > 0 {
		c.Change = f.Changes[0].Sentence(why.Sender, v.first())
	}
	return c
}

func percent(x float64) int { return int(x*100 + 0.5) }

// known is how the two know each other, from the tie.
func (v view) known() ui.Known {
	c := v.Tie
	k := ui.Known{Handle: v.Card.Handle, Name: v.first(), Label: cmp.Or(v.Known, why.SubLabel(why.Reason(c.Reason), c.Sub)), Mine: c.SaidBy != 0 && c.SaidBy != c.Peer,
		Said: c.SaidBy != 0, Confirmed: c.Confirmed, Version: c.Version}
	if k.Label == "" && c.Reason != "" {
		k.Label = ui.Code(c.Reason).Known()
	}
	return k
}

func date(t time.Time) string { return t.Format("2 January 2006") }

// closedTo says to whom a section is open, to one who is not among them.
func closedTo(a access.Audience) string {
	switch a {
	case access.Members:
		return "Open to members who are signed in."
	case access.Third:
		return "Open up to the 3rd degree."
	case access.Second:
		return "Open up to the 2nd degree."
	case access.Connections:
		return "Open to connections only."
	case access.Group:
		return "Open to a group only."
	}
	return "Open to nobody else."
}

// closed is a line of sections that are not open to the viewer.
type closed struct {
	Audience access.Audience
	Names    string
}

// closedSections lists what is not open to the viewer, by audience, widest first.
// What the sections hold plays no part.
func (v view) closedSections() []closed {
	by := map[access.Audience][]string{}
	for _, s := range v.Sections {
		if s.Closed && len(s.Traits) == 0 {
			by[s.Scope.Audience] = append(by[s.Scope.Audience], s.Section.Label())
		}
	}
	var out []closed
	for _, a := range access.Audiences {
		if ns := by[a]; len(ns) > 0 {
			out = append(out, closed{a, strings.Join(ns, ", ")})
		}
	}
	return out
}

// title is a section's heading.
func (v view) title(s access.Section) string {
	switch {
	case s == access.Seeks && !v.Own:
		return "Looks for"
	case s == access.Seeks:
		return "What you look for"
	}
	return s.Label()
}
