package profilehttp

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// scopeIn reads who may see one section from the fields name, name-group and
// name-findable. A group can also come in one word: "group:…".
func scopeIn(in *web.Form, name string) access.Scope {
	code, group, one := strings.Cut(in.Get(name), ":")
	if !one {
		group = in.Get(name + "-group")
	}
	a, _ := access.ParseAudience(code)
	sc := access.Scope{Audience: a, Findable: in.Bool(name + "-findable")}
	if a == access.Group {
		sc.Group, _ = id.Parse(group)
	}
	return sc
}

// setAudience changes who may see one section, from beside that section.
func (f *face) setAudience(_ http.ResponseWriter, r *web.Request) error {
	sec, ok := access.ParseSection(r.PathValue("section"))
	if !ok {
		return fault.NotFound()
	}
	in, err := r.Fields()
	if err != nil {
		return err
	}
	sc := scopeIn(in, "audience")
	err = f.profiles.SetAudiences(r.Context(), r.Viewer, map[access.Section]access.Scope{sec: sc})
	return f.answer(r, partOf(sec.String()), "audience", in, err, sec.Label()+" is now open to: "+openTo(sc)+".")
}

// openTo says an audience within a sentence.
func openTo(sc access.Scope) string {
	return strings.ToLower(sc.Audience.Label()[:1]) + sc.Audience.Label()[1:]
}

// settings is the page of who sees what.
type settings struct {
	Frame ui.Page
	profile.Page
	Edit    edit
	Limited limited
}

func (f *face) privacy(_ http.ResponseWriter, r *web.Request) error {
	return f.settings(r, http.StatusOK, edit{})
}

func (f *face) settings(r *web.Request, status int, e edit) error {
	p, err := f.profiles.View(r.Context(), r.Viewer, r.Member.Handle, profile.Pose{})
	if err != nil {
		return err
	}
	l, err := f.limited(r)
	if err != nil {
		return err
	}
	return r.RenderStatus(status, privacyPage(settings{r.Page("Who sees what"), p, e, l}), nil)
}

// setPrivacy changes all sections at once.
func (f *face) setPrivacy(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	set := make(map[access.Section]access.Scope, len(access.Sections))
	for _, sec := range access.Sections {
		if in.Has(sec.String()) {
			set[sec] = scopeIn(in, sec.String())
		}
	}
	page := access.Scope{Audience: access.OnlyMe}
	if in.Bool("public-page") {
		page.Audience = access.Public
	}
	set[access.Page] = page
	return f.settled(r, in, f.profiles.SetAudiences(r.Context(), r.Viewer, set), "Saved.")
}

// setPreset sets all sections by one choice.
func (f *face) setPreset(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	p, _ := access.ParsePreset(in.Get("preset"))
	return f.settled(r, in, f.profiles.SetPreset(r.Context(), r.Viewer, p), "All sections are now: "+strings.ToLower(p.Label())+".")
}

func (f *face) settled(r *web.Request, in *web.Form, err error, said string) error {
	var one *fault.Error
	if errors.As(err, &one) && one.Kind == fault.Invalid {
		return f.settings(r, http.StatusUnprocessableEntity, edit{Form: "privacy", in: in, errs: fault.ByField(err)})
	}
	if text, broken := r.Broken(err); broken {
		return f.settings(r, web.Status(err), edit{Form: "privacy", in: in, errs: map[string]string{"": text}})
	}
	if err != nil {
		return err
	}
	r.Say(said)
	return r.SeeOther("/settings/privacy")
}

// presetHints say what others see.
var presetHints = map[access.Preset]string{
	access.ConnectionsOnly: "Others see your name, headline and picture, and no more.",
	access.OpenToMembers:   "Everyone signed in here sees all but your contact details and what you look for.",
	access.OpenPublic:      "The same for anyone on the web, search engines included.",
}

var presetIcons = map[access.Preset]string{access.ConnectionsOnly: "user-round-check", access.OpenToMembers: "building-2", access.OpenPublic: "globe"}

// differing counts the sections that were set apart from the preset.
func (s settings) differing() (n int) {
	for _, sec := range access.Sections {
		if s.Policy.Scope(sec) != s.Policy.Preset.Scope(sec) {
			n++
		}
	}
	return n
}

// sectionHints say what a section is, where its name doesn't.
var sectionHints = map[access.Section]string{
	access.ConnectionL: "Whom you know. How many you have in common with somebody always shows to them.",
	access.Seeks:       "Companies, skills, places you look for. It never shows through anything else.",
	access.Location:    "Your places, and the line at the top of your page.",
	access.Contact:     "E-mail, website, telephone as you give them on your profile.",
}

func findable(s access.Section) bool { return slices.Contains(profile.Findable, s) }

// audienceOptions lists the audiences, with each of the member's own groups.
func audienceOptions(groups []trait.Trait) []ui.Option {
	var list []ui.Option
	for _, a := range access.Audiences {
		if a != access.Group {
			list = append(list, ui.Option{Value: a.String(), Label: a.Label()})
			continue
		}
		for _, g := range groups {
			list = append(list, ui.Option{Value: "group:" + id.String(g.Entity), Label: "Group: " + g.Name})
		}
	}
	return list
}

// chosen is a scope as audienceOptions lists it.
func chosen(sc access.Scope) string {
	if sc.Audience == access.Group {
		return "group:" + id.String(sc.Group)
	}
	return sc.Audience.String()
}

// groupOptions lists the member's own groups, for the choice beside a section.
func groupOptions(groups []trait.Trait) []ui.Option {
	list := make([]ui.Option, len(groups))
	for i, g := range groups {
		list[i] = ui.Option{Value: id.String(g.Entity), Label: g.Name}
	}
	return list
}

// rings is the choice beside one section.
func (v view) rings(sec access.Section) ui.Rings {
	sc := v.Policy.Scope(sec)
	r := ui.Rings{Name: "audience", ID: "who-" + sec.String(), Section: sec.Label(), Value: sc.Audience, Groups: groupOptions(v.Groups)}
	if sc.Group != 0 {
		r.Group = id.String(sc.Group)
	}
	if v.Edit.Part == sec.String() {
		r.Error = v.Edit.whole("audience")
	}
	return r
}
