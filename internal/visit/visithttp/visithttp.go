// Package visithttp is the face of visit: who viewed one's profile, with a plot of
// how often, and the choice of how one looks at others. It has no rules.
package visithttp

import (
	"net/http"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/visit"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

type face struct {
	visits *visit.Service
	now    func() time.Time
}

// Routes returns the pages of profile views.
func Routes(s *visit.Service, now func() time.Time) []web.Route {
	f := &face{s, now}
	return []web.Route{
		{Pattern: "GET /me/views", Policy: web.Member, Handler: f.views},
		{Pattern: "GET /settings/views", Policy: web.Member, Handler: f.settings},
		{Pattern: "POST /settings/views", Policy: web.Member, Handler: f.choose},
	}
}

// viewsView is the page of who viewed one's profile.
type viewsView struct {
	Frame ui.Page
	visit.Page
	Now     time.Time
	Next    string
	Further bool // not the first page
}

func (f *face) views(_ http.ResponseWriter, r *web.Request) error {
	after := r.After()
	p, err := f.visits.Viewers(r.Context(), r.Viewer, after)
	if err != nil {
		return err
	}
	v := viewsView{Frame: r.Page("Who viewed you"), Page: p, Now: f.now(), Further: !after.IsZero()}
	if !p.Next.IsZero() {
		v.Next = "/me/views?after=" + p.Next.String()
	}
	return r.Render(viewsPage(v), nil)
}

// settingsView is the choice of how one looks at others.
type settingsView struct {
	Frame ui.Page
	Mode  visit.Mode // chosen, or what was tried
	Error string
}

func (f *face) settings(_ http.ResponseWriter, r *web.Request) error {
	m, err := f.visits.ModeOf(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	return r.Render(settingsPage(settingsView{Frame: r.Page("How you view others"), Mode: m}), nil)
}

func (f *face) choose(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	m, _ := visit.ParseMode(in.Get("mode"))
	err = f.visits.SetMode(r.Context(), r.Viewer, m)
	v := settingsView{Mode: m}
	status := http.StatusUnprocessableEntity
	if text, broken := r.Broken(err); broken {
		v.Error, status = text, web.Status(err)
	} else if fault.Is(err, fault.Invalid) {
		v.Error = fault.Text(err)
	} else if err != nil {
		return err
	}
	if v.Error != "" {
		v.Frame = r.Page("How you view others")
		return r.RenderStatus(status, settingsPage(v), nil)
	}
	r.Say(said[m])
	return r.SeeOther("/settings/views")
}

// said is what a choice has done.
var said = map[visit.Mode]string{
	visit.Full:    "From now on, people see that it was you when you open their profile.",
	visit.Semi:    "From now on, people whose profile you open see your field and title at most. Your name is gone from your earlier views.",
	visit.Private: "You look privately. Your earlier views are deleted.",
}

// modes are the choices in words.
var modes = []struct {
	mode        visit.Mode
	label, hint string
	icon        string
}{
	{visit.Full, "With your name", "They see your name, headline and picture, and the day.", "eye"},
	{visit.Semi, "Semi-private", "They see the day, your field and your title, if you show these to every member and at least five members fit them. Otherwise they see “A member”.", "user-round"},
	{visit.Private, "Private", "They see one more view the day after, and nothing else. In return you see only how often you were viewed.", "eye-off"},
}

// label says how one looks, in a word or two.
func label(m visit.Mode) string {
	for _, c := range modes {
		if c.mode == m {
			return c.label
		}
	}
	return ""
}

// plot puts the weeks into words. Beneath the first column of a month stands its
// name.
func plot(p visit.Page) ui.Plot {
	out := ui.Plot{Says: "Views by week: " + ui.Plural(p.Seen, "view", "views") + " in 90 days.", What: "Views"}
	month := time.Month(0)
	for i, w := range p.Weeks {
		c := ui.Column{Label: "Week of " + w.Monday.Format("2 January"), N: w.Seen, Part: w.Part}
		if w.Part {
			c.Label += ", in part"
		}
		if m := w.Monday.Month(); m != month && i < len(p.Weeks)-1 {
			c.Tick, month = w.Monday.Format("Jan"), m
		}
		out.Columns = append(out.Columns, c)
	}
	if len(out.Columns) > 1 && out.Columns[1].Tick != "" {
		out.Columns[0].Tick = "" // two names would touch
	}
	return out
}

// somebody describes a viewer who is not named.
func somebody(v visit.Viewer) string {
	if v.Field == "" {
		return "A member"
	}
	return "Somebody in " + v.Field
}

// wide is a frame of one column.
func wide(p ui.Page) ui.Page {
	p.Class = "page page-wide"
	return p
}
