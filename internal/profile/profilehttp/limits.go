package profilehttp

import (
	"net/http"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/page"
	"guildhall/internal/profile"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// limited is the list of people to whom sections are closed.
type limited struct {
	People []profile.Limited
	Next   string
	First  string // back to the beginning, further down the list
}

func (f *face) limited(r *web.Request) (limited, error) {
	after := page.Parse(r.URL.Query().Get("after"))
	people, next, err := f.profiles.Limits(r.Context(), r.Viewer, after)
	l := limited{People: people}
	if !next.IsZero() {
		l.Next = "/settings/privacy?after=" + next.String() + "#people"
	}
	if !after.IsZero() {
		l.First = "/settings/privacy#people"
	}
	return l, err
}

// limiting is the page with what one person sees.
type limiting struct {
	Frame ui.Page
	profile.Limitation
	From  string // where it leads back to: the settings, or the person's page
	Error string
	typed *web.Form
}

func (v limiting) back() string {
	if v.From == "settings" {
		return "/settings/privacy#people"
	}
	return "/in/" + v.Card.Handle
}

// closed reports whether the box of a section is ticked.
func (v limiting) closed(s access.Section) bool {
	if v.typed != nil {
		return v.typed.Bool(s.String())
	}
	return v.Closed.Has(s)
}

// meaning says what closing a section would change as its audience stands.
func (v limiting) meaning(s access.Section) string {
	switch sc := v.Policy.Scope(s); sc.Audience {
	case access.Public:
		return "Public: anybody sees it, signed in or not. Closing it works once it no longer is."
	case access.OnlyMe:
		return "Only you see it. Closed to them, it stays so whatever you open it to later."
	default:
		return "Open now to: " + openTo(sc) + "."
	}
}

func (f *face) limits(_ http.ResponseWriter, r *web.Request) error {
	l, err := f.profiles.Limitation(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	return r.Render(limitPage(limiting{Frame: limitFrame(r, l), Limitation: l, From: r.URL.Query().Get("from")}), nil)
}

func limitFrame(r *web.Request, l profile.Limitation) ui.Page {
	return r.Page("What " + l.Card.Name + " sees")
}

// setLimits closes what is ticked to one person, and opens the rest again.
func (f *face) setLimits(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	var closed []access.Section
	for _, s := range access.Limitable {
		if in.Bool(s.String()) {
			closed = append(closed, s)
		}
	}
	c, err := f.profiles.SetLimits(r.Context(), r.Viewer, r.PathValue("handle"), closed)
	if err != nil {
		return f.limitsRefused(r, in, err)
	}
	if len(closed) == 0 {
		r.Say("Nothing is closed to " + c.Name + " any more beside your audiences.")
	} else {
		r.Say("Closed to " + c.Name + ": " + sectionNames(closed) + ". They were not told.")
	}
	return r.SeeOther(limiting{Limitation: profile.Limitation{Card: c}, From: in.Get("from")}.back())
}

// limitsRefused shows the form again with what was ticked.
func (f *face) limitsRefused(r *web.Request, in *web.Form, err error) error {
	text, broken := r.Broken(err)
	if fault.Is(err, fault.TooMany) {
		text, broken = fault.Text(err), true
	}
	if !broken {
		return err
	}
	l, again := f.profiles.Limitation(r.Context(), r.Viewer, r.PathValue("handle"))
	if again != nil {
		return err
	}
	v := limiting{Frame: limitFrame(r, l), Limitation: l, From: in.Get("from"), Error: text, typed: in}
	return r.RenderStatus(web.Status(err), limitPage(v), nil)
}

// sectionNames lists sections within a sentence.
func sectionNames(list []access.Section) string {
	if len(list) == len(access.Limitable) {
		return "all sections"
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Label()
	}
	return strings.Join(out, ", ")
}

func limitHref(handle string) string { return "/in/" + handle + "/limit" }
