// Package homehttp is the face of home: the start for members and the front page
// for guests. It has no rules.
package homehttp

import (
	"net/http"
	"time"

	"guildhall/internal/home"
	"guildhall/internal/member"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

type face struct {
	home *home.Service
	now  func() time.Time
	demo bool
}

// Routes returns the start. demo tells that anybody may step into a persona.
func Routes(h *home.Service, now func() time.Time, demo bool) []web.Route {
	f := &face{h, now, demo}
	return []web.Route{{Pattern: "GET /{$}", Policy: web.Open, Handler: f.start}}
}

type view struct {
	Frame ui.Page
	home.Page
	Now time.Time
}

func (f *face) start(_ http.ResponseWriter, r *web.Request) error {
	if r.Viewer.IsGuest() {
		return r.Render(frontPage(r.Page(""), f.demo), nil)
	}
	p, err := f.home.For(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	v := view{Frame: r.Page("Home"), Page: p, Now: f.now()}
	v.Frame.Place = ui.AtHome
	return r.Render(homePage(v), nil)
}

func cards(cs []member.Card) []ui.Person {
	out := make([]ui.Person, len(cs))
	for i, c := range cs {
		out[i] = ui.CardOf(c, ui.Unsaid)
	}
	return out
}

// asking is where to invite somebody, for the reason that was found.
func asking(p home.Person) string {
	if p.Reason == "" {
		return "/invite/" + p.Card.Handle
	}
	return "/invite/" + p.Card.Handle + "?reason=" + p.Reason
}

// ring is one degree of the network's reach as the plot draws it.
type ring struct {
	Word string
	N    int
	Wide string // percent of the widest
}

func rings(p home.Page) []ring {
	most := max(p.First, p.Second, p.Third, 1)
	out := []ring{{Word: "1st", N: p.First}, {Word: "2nd", N: p.Second}, {Word: "3rd", N: p.Third}}
	for i := range out {
		out[i].Wide = percent(out[i].N, most)
	}
	return out
}

func percent(n, of int) string {
	p := n * 100 / of
	if n > 0 && p < 1 {
		p = 1
	}
	return ui.Count(p) + "%"
}
