package profilehttp

import (
	"net/http"
	"strconv"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// shape is what one section's entries have, and the words for it.
type shape struct {
	section access.Section
	kind    trait.Kind // 0: the form asks
	thing   string     // "Company"
	add     string     // "Add a position"
	role    string     // label; empty: no such field
	roles   []string   // to choose from; none: free text
	body    string     // label; empty: no such field
	place   bool
	still   string // what stands beside the tick for what goes on; empty: no dates
	hide    bool   // an entry can be kept to oneself
}

var shapes = []shape{
	{section: access.Experience, kind: trait.Company, thing: "Company", add: "Add a position", role: "Title", body: "What you did there", place: true, still: "I still work there", hide: true},
	{section: access.Education, kind: trait.School, thing: "School", add: "Add a school", role: "Degree and subject", body: "What else there is to say", still: "I still study there", hide: true},
	{section: access.Skills, kind: trait.Skill, thing: "Skill", add: "Add a skill"},
	{section: access.Languages, kind: trait.Language, thing: "Language", add: "Add a language", role: "How well", roles: []string{"Native", "Fluent", "Good", "Basic"}},
	{section: access.Groups, kind: trait.Group, thing: "Group", add: "Add a group", role: "Your part in it", still: "I am still in it", hide: true},
	{section: access.Location, kind: trait.Place, thing: "Place", add: "Add a place", still: "I am still there"},
	{section: access.Field, kind: trait.Field, thing: "Field", add: "Add a field"},
	{section: access.Seeks, thing: "Name", add: "Add something you look for"},
}

// shapeOf returns the shape of a section's entries; ok is false where it has none.
func shapeOf(s access.Section) (shape, bool) {
	for _, sh := range shapes {
		if sh.section == s {
			return sh, true
		}
	}
	return shape{}, false
}

func (s shape) dated() bool { return s.still != "" }

// long reports whether one entry is a form of its own, after which the section
// closes; the others are filled in one after the other.
func (s shape) long() bool { return s.dated() && s.section != access.Location }

func (s shape) relation() trait.Relation {
	if s.section == access.Seeks {
		return trait.Seeks
	}
	return trait.Has
}

// kindNames are what one can look for, as the form lists them.
var kindNames = map[trait.Kind]string{
	trait.Company: "A company", trait.School: "A school", trait.Group: "A group", trait.Skill: "A skill",
	trait.Field: "A field", trait.Place: "A place", trait.Language: "A language",
}

func kindOptions() (list []ui.Option) {
	for _, k := range trait.Kinds {
		list = append(list, ui.Option{Value: k.String(), Label: kindNames[k]})
	}
	return list
}

func parseKind(code string) trait.Kind {
	for _, k := range trait.Kinds {
		if k.String() == code {
			return k
		}
	}
	return 0
}

// entryIn reads the form of an entry.
func entryIn(in *web.Form) (profile.Entry, shape, error) {
	sec, _ := access.ParseSection(in.Get("section"))
	sh, ok := shapeOf(sec)
	if !ok {
		return profile.Entry{}, sh, fault.NotFound()
	}
	e := profile.Entry{Entity: in.Get("entity")}
	e.Kind, e.Relation = sh.kind, sh.relation()
	if e.Kind == 0 {
		e.Kind = parseKind(in.Get("kind"))
	}
	if n, ok := in.ID("entity-id"); ok && e.Entity == "" {
		e.Trait.Entity = n
	}
	e.Version, _ = strconv.ParseInt(in.Get("version"), 10, 64)
	e.Role, e.Body, e.Place, e.Hidden = in.Get("role"), in.Get("body"), in.Get("place"), in.Bool("hidden")
	if sh.dated() {
		e.From, e.To, e.YearOnly = dates(in)
	}
	return e, sh, in.Err()
}

// dates reads the two months of an entry. Each may be a year alone, but not one
// with its month and the other without: what is shown would claim too much.
func dates(in *web.Form) (from, to why.Month, yearOnly bool) {
	from, to = why.Month(in.Month("from")), why.Month(in.Month("to"))
	hasFrom, hasTo := in.Get("from-year") != "", in.Get("to-year") != ""
	bareFrom, bareTo := hasFrom && in.Get("from-month") == "", hasTo && in.Get("to-month") == ""
	switch {
	case in.Bool("still") && hasTo:
		in.Fail("to", "You ticked that it still goes on. Please take away the tick, or the end.")
	case hasFrom && !hasTo && !in.Bool("still"):
		in.Fail("to", "When did it end? Tick the box below if it still goes on.")
	case hasFrom && hasTo && bareFrom && !bareTo:
		in.Fail("from", "Please give this month too, or leave both months out.")
	case hasFrom && hasTo && bareTo && !bareFrom:
		in.Fail("to", "Please give this month too, or leave both months out.")
	}
	return from, to, bareFrom || bareTo
}

func (f *face) addEntry(_ http.ResponseWriter, r *web.Request) error { return f.putEntry(r, 0) }

func (f *face) changeEntry(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	return f.putEntry(r, n)
}

func (f *face) putEntry(r *web.Request, n int64) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	e, sh, err := entryIn(in)
	state := edit{Part: sh.section.String(), Entry: n, New: n == 0, Form: "entry", in: in}
	if err != nil {
		return f.refused(r, state, err)
	}
	e.ID = n
	t, err := f.profiles.PutEntry(r.Context(), r.Viewer, e)
	if err != nil {
		return f.refused(r, state, err)
	}
	state.Entry, state.in = 0, nil
	if !sh.long() {
		state.Form = "" // the next one can be added at once
	}
	said := "Saved: " + t.Name + "."
	if n == 0 {
		said = "Added: " + t.Name + "."
	}
	return f.saved(r, state, ui.Toast{Text: said})
}

// longUndo is up to how many bytes of text a way back can carry.
const longUndo = 800

func (f *face) deleteEntry(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	t, err := f.profiles.DeleteEntry(r.Context(), r.Viewer, n)
	if err != nil {
		return err
	}
	toast := ui.Toast{Text: "Removed: " + t.Name + "."}
	if len(t.Body) <= longUndo {
		toast.Undo, toast.Fields = "/me/entries", fieldsOf(t)
	}
	return f.saved(r, edit{Part: trait.Section(t.Kind, t.Relation).String()}, toast)
}

// fieldsOf are the fields of the form that would add t again.
func fieldsOf(t trait.Trait) map[string]string {
	m := map[string]string{
		"section": trait.Section(t.Kind, t.Relation).String(), "kind": t.Kind.String(), "entity-id": id.String(t.Entity),
		"role": t.Role, "place": t.Place, "body": t.Body,
	}
	put := func(name string, month why.Month) {
		if month != 0 {
			m[name+"-year"] = strconv.Itoa(int(month / 12))
			if !t.YearOnly {
				m[name+"-month"] = strconv.Itoa(int(month%12) + 1)
			}
		}
	}
	put("from", t.From)
	put("to", t.To)
	if t.From != 0 && t.To == 0 {
		m["still"] = "on"
	}
	if t.Hidden {
		m["hidden"] = "on"
	}
	return m
}

func (f *face) moveEntry(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	in, err := r.Fields()
	if err != nil {
		return err
	}
	by := 1
	if in.Get("by") == "up" {
		by = -1
	}
	sec, ok := access.ParseSection(in.Get("section"))
	if _, has := shapeOf(sec); !ok || !has {
		return fault.NotFound()
	}
	if err := f.profiles.MoveEntry(r.Context(), r.Viewer, n, by); err != nil {
		return err
	}
	return f.saved(r, edit{Part: sec.String(), moved: in.Get("by") + "-" + id.String(n)}, ui.Toast{Text: "Moved."})
}

// entities offers names for the field that is being typed into.
func (f *face) entities(_ http.ResponseWriter, r *web.Request) error {
	list, err := f.profiles.FindEntities(r.Context(), parseKind(r.Asked("kind", 20)), r.Asked("entity", trait.MaxName))
	if err != nil {
		return err
	}
	return r.Render(options(list), nil)
}
