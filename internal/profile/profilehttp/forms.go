package profilehttp

import (
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

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

// more is what stands in the menu beside the main button.
func (v view) more() []ui.Item {
	items := []ui.Item{{Icon: "waypoints", Label: "How you are linked", Href: "/network/with/" + v.Card.Handle},
		{Icon: "eye-off", Label: "Limit what they see", Href: limitHref(v.Card.Handle)}}
	if v.Degree == graph.First {
		items = append(items, ui.Item{Icon: "link-2-off", Label: "Remove the connection", Href: "/in/" + v.Card.Handle + "/end", Rule: true})
	}
	return append(items, ui.Item{Icon: "ban", Label: "Block", Href: "/in/" + v.Card.Handle + "/block", Rule: v.Degree != graph.First})
}

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
