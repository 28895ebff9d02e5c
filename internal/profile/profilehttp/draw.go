package profilehttp

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/id"
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
	if t.From == 0 && t.To == 0 {
		e.When = ""
	}
	if e.Title == "" {
		e.Title, e.Where = t.Name, ""
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

// known says how the two know each other, from the tie.
func (v view) known() string {
	if l := why.SubLabel(why.Reason(v.Tie.Reason), v.Tie.Sub); l != "" {
		return l
	}
	if v.Tie.Reason == "" {
		return ""
	}
	return ui.Code(v.Tie.Reason).Label()
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

// prompts are what an empty section says to its owner.
var prompts = map[access.Section]string{
	access.About:      "A few words about you say what a list of jobs can’t.",
	access.Experience: "Where you work or worked. Shared years at a company are the strongest reason there is.",
	access.Education:  "Where you studied. People you studied with can find you.",
	access.Skills:     "What you know. Skills in common show why somebody writes to you.",
	access.Languages:  "The languages you speak.",
	access.Groups:     "Societies, teams, chapters, clubs you belong to.",
	access.Location:   "Where you are. People nearby can find you.",
	access.Field:      "The field you work in.",
	access.OpenTo:     "Mentoring, hiring, speaking: say it and people will ask.",
	access.Contact:    "An address, a website, a number: only for whom you choose.",
	access.Seeks:      "Companies, skills, places you look for. Only you see it; it shows you who could help.",
}

// self is the address of the own page, with a part of it open for editing.
func (v view) self(code string) string {
	return "/in/" + v.Card.Handle + "?edit=" + code + "#" + code
}

// entryHref is self with one entry in its form, or "new".
func (v view) entryHref(sh shape, entry string) string {
	return "/in/" + v.Card.Handle + "?edit=" + sh.section.String() + "&entry=" + entry + "#" + sh.section.String()
}

// saidAbove reports whether all of a section stands in the head already.
func (v view) saidAbove(s profile.Section) bool {
	return s.Section == access.Location && v.Card.Location == "" && !asEntries(s.Section, s.Traits) && len(current(s.Traits)) == len(s.Traits)
}

// bare reports whether all is open and nothing is there.
func (v view) bare() bool {
	return !slices.ContainsFunc(v.Sections, func(s profile.Section) bool { return s.Closed || !s.Empty() })
}

// swap are the attributes that fetch one part of the own page instead of the page.
func (v view) swap(query, code string) ui.Attrs {
	return ui.Attrs{"hx-get": "/in/" + v.Card.Handle + "?" + query, "hx-target": "#" + code, "hx-swap": "outerHTML"}
}

// send are the attributes of a form whose answer is one part of the page.
func send(action, code string) ui.Attrs {
	return ui.Attrs{"hx-post": action, "hx-target": "#" + code, "hx-swap": "outerHTML"}
}

// stored is an entry of a section by its id, or an empty one.
func stored(s profile.Section, n int64) trait.Trait {
	for _, t := range s.Traits {
		if t.ID == n && n != 0 {
			return t
		}
	}
	return trait.Trait{}
}

// month is one of an entry's two months as its fields show it.
func (v view) month(name, label string, m why.Month, yearOnly bool) ui.Month {
	out := ui.Month{Name: name, Label: label, Optional: true, Error: v.Edit.wrong("entry", name)}
	if m != 0 {
		out.Year = strconv.Itoa(int(m / 12))
		if !yearOnly {
			out.Month = int(m%12) + 1
		}
	}
	out.Year = v.Edit.typed("entry", name+"-year", out.Year)
	if v.Edit.Form == "entry" && v.Edit.in != nil {
		out.Month, _ = strconv.Atoi(v.Edit.in.Get(name + "-month"))
	}
	return out
}

func entryAction(n int64, verb string) string {
	if n == 0 {
		return "/me/entries"
	}
	return strings.TrimSuffix("/me/entries/"+id.String(n)+"/"+verb, "/")
}

// more reports whether the page's menu has the entry on mutual connections.
func (v view) more() []ui.Item {
	items := []ui.Item{{Icon: "waypoints", Label: "How you are linked", Href: "/network/with/" + v.Card.Handle}}
	if v.Degree == graph.First {
		items = append(items, ui.Item{Icon: "link-2-off", Label: "Remove the connection", Href: "/in/" + v.Card.Handle + "/end", Rule: true})
	}
	return append(items, ui.Item{Icon: "ban", Label: "Block", Href: "/in/" + v.Card.Handle + "/block", Rule: v.Degree != graph.First})
}

// unlimited takes from a field the length at which a browser stops: what is pasted
// is kept whole, and the answer says by how much it is too long.
var unlimited = ui.Attrs{}

// focusing adds to the attributes of a control that it takes the focus.
func focusing(a ui.Attrs, yes bool) ui.Attrs {
	if yes {
		a["data-focus"] = true
	}
	return a
}

// typeAhead are the attributes of the field for a name that may be known.
func typeAhead(sh shape) ui.Attrs {
	a := ui.Attrs{
		"list": "known-names", "autocomplete": "off", "hx-get": "/entities?kind=" + sh.kind.String(), "hx-target": "#known-names",
		"hx-swap": "innerHTML", "hx-trigger": "input changed delay:150ms", "hx-sync": "this:replace",
	}
	if sh.kind == 0 {
		a["hx-get"], a["hx-include"] = "/entities", "#f-kind"
	}
	return a
}

func roleOptions(sh shape, t trait.Trait) []ui.Option {
	list := []ui.Option{{Label: "Not said"}}
	for _, r := range sh.roles {
		list = append(list, ui.Option{Value: r, Label: r})
	}
	if t.Role != "" && !slices.Contains(sh.roles, t.Role) {
		list = append(list, ui.Option{Value: t.Role, Label: t.Role})
	}
	return list
}

func poseOptions() []ui.Option {
	list := []ui.Option{{Label: "Choose who looks"}}
	for _, p := range poses {
		list = append(list, ui.Option{Value: p.code, Label: p.label})
	}
	return list
}

// nameLanguages are languages that names are often in here, by their own names.
var nameLanguages = [][2]string{
	{"ar", "العربية"}, {"bn", "বাংলা"}, {"de", "Deutsch"}, {"el", "Ελληνικά"}, {"en", "English"}, {"es", "Español"}, {"fa", "فارسی"},
	{"fr", "Français"}, {"ga", "Gaeilge"}, {"he", "עברית"}, {"hi", "हिन्दी"}, {"hu", "Magyar"}, {"it", "Italiano"}, {"ja", "日本語"},
	{"ko", "한국어"}, {"nl", "Nederlands"}, {"pl", "Polski"}, {"pt", "Português"}, {"ru", "Русский"}, {"ta", "தமிழ்"}, {"th", "ไทย"},
	{"tr", "Türkçe"}, {"uk", "Українська"}, {"vi", "Tiếng Việt"}, {"zh", "中文"},
}

func langOptions(now string) []ui.Option {
	list := []ui.Option{{Label: "Not said"}}
	known := now == ""
	for _, l := range nameLanguages {
		list = append(list, ui.Option{Value: l[0], Label: l[1]})
		known = known || l[0] == now
	}
	if !known {
		list = append(list, ui.Option{Value: now, Label: now})
	}
	return list
}

func formTitle(t trait.Trait, sh shape) string {
	if t.ID == 0 {
		return sh.add
	}
	return "Change " + wholeName(t)
}

// wholeName names an entry: "Lead, Delta Authority".
func wholeName(t trait.Trait) string {
	if t.Role == "" {
		return t.Name
	}
	return t.Role + ", " + t.Name
}

func moverIcon(by string) string {
	if by == "up" {
		return "chevron-up"
	}
	return "chevron-down"
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// wide is a page of one column.
func wide(p ui.Page) ui.Page {
	p.Class = "page page-wide"
	return p
}

func (s settings) publicPage() bool {
	return s.Edit.ticked("privacy", "public-page", s.Policy.Scope(access.Page).Audience == access.Public)
}
