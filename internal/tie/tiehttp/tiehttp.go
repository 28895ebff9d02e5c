// Package tiehttp is the face of tie: my network with its search by name, and
// how I am linked with somebody. It has no rules: it parses, asks and draws.
package tiehttp

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/tie"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// Ending is what ends a tie; the network does it.
type Ending interface {
	Disconnect(ctx context.Context, v access.Viewer, peer int64) error
}

// Members finds who a handle stands for.
type Members interface {
	ByHandle(ctx context.Context, handle string) (id int64, current string, err error)
}

type face struct {
	ties    *tie.Service
	ending  Ending
	members Members
	now     func() time.Time
}

// Routes returns the pages of my network.
func Routes(ties *tie.Service, n Ending, m Members, now func() time.Time) []web.Route {
	f := &face{ties, n, m, now}
	return []web.Route{
		{Pattern: "GET /network", Policy: web.Member, Handler: f.list},
		{Pattern: "GET /network/with/{handle}", Policy: web.Member, Handler: f.between},
		{Pattern: "POST /network/with/{handle}/end", Policy: web.Member, Handler: f.end},
		{Pattern: "GET /network/with/{handle}/how", Policy: web.Member, Handler: f.how},
		{Pattern: "POST /network/with/{handle}/how", Policy: web.Member, Handler: f.correct},
		{Pattern: "POST /network/with/{handle}/confirm", Policy: web.Member, Handler: f.confirm},
	}
}

// view is all that the page of my network shows.
type view struct {
	Frame ui.Page
	tie.Page
	Now     time.Time
	Error   string
	Next    string
	Further bool // not the first page
}

func (f *face) list(_ http.ResponseWriter, r *web.Request) error {
	q := r.URL.Query()
	v := view{Now: f.now()}
	var err error
	if text := q.Get("q"); text != "" {
		err = f.search(r, &v, text, q.Get("after"))
	} else {
		err = f.mine(r, &v, q.Get("after"))
	}
	if fault.Is(err, fault.Invalid) {
		v.Error, err = fault.Text(err), nil
	}
	if err != nil {
		return err
	}
	v.Frame = r.Page("My network")
	v.Frame.Place, v.Frame.Search = ui.AtNetwork, v.Query
	return r.Render(networkPage(v), results(v))
}

func (f *face) search(r *web.Request, v *view, text, after string) (err error) {
	from := int(page.Parse(after).Key)
	v.Page, err = f.ties.Search(r.Context(), r.Viewer, text, from)
	v.Further = from > 0
	if !v.Page.Next.IsZero() {
		v.Next = "/network?q=" + url.QueryEscape(text) + "&after=" + v.Page.Next.String()
	}
	return err
}

func (f *face) mine(r *web.Request, v *view, after string) (err error) {
	cur := page.Parse(after)
	v.Page, err = f.ties.Mine(r.Context(), r.Viewer, cur)
	v.Further = !cur.IsZero()
	if !v.Page.Next.IsZero() {
		v.Next = "/network?after=" + v.Page.Next.String()
	}
	return err
}

// betweenView is how the viewer is linked with one person.
type betweenView struct {
	Frame ui.Page
	tie.Between
	Now time.Time
}

func (f *face) between(_ http.ResponseWriter, r *web.Request) error {
	b, err := f.ties.Between(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	if b.Person.Card.ID == r.Viewer.Member() {
		return r.SeeOther("/network")
	}
	v := betweenView{Frame: r.Page("You and " + b.Person.Card.Name), Between: b, Now: f.now()}
	v.Frame.Place = ui.AtNetwork
	return r.Render(betweenPage(v), nil)
}

func (f *face) end(_ http.ResponseWriter, r *web.Request) error {
	peer, _, err := f.members.ByHandle(r.Context(), r.PathValue("handle"))
	if err != nil {
		return err
	}
	if err := f.ending.Disconnect(r.Context(), r.Viewer, peer); err != nil {
		return err
	}
	r.Say("You are no longer connected. Nobody was told.")
	return r.SeeOther("/network")
}

// person is a row as the card draws it.
func person(p tie.Person) ui.Person { return ui.CardOf(p.Card, ui.At(p.Degree, p.Mate)) }

func cards(cs []member.Card) []ui.Person {
	out := make([]ui.Person, len(cs))
	for i, c := range cs {
		out[i] = ui.CardOf(c, ui.Unsaid)
	}
	return out
}

func steps(path []tie.Person) []ui.Step {
	out := make([]ui.Step, len(path))
	for i, p := range path {
		out[i] = ui.Step{Person: person(p)}
	}
	return out
}

// total says how many, and no more than was counted.
func total(p tie.Page) string {
	one, many := "connection", "connections"
	if p.Query != "" {
		one, many = "person", "people"
	}
	if p.Capped {
		return ui.Count(p.Total) + "+ " + many
	}
	return ui.Plural(p.Total, one, many)
}

// unnamed tells of mutual connections none of whom may be named.
func unnamed(n int) string {
	if n == 1 {
		return "You have 1 connection in common, but you can’t see who it is."
	}
	return "You have " + ui.Count(n) + " connections in common, but you can’t see who they are."
}

// rest is who the mutual connections are that stand in no list.
func rest(b tie.Between) string {
	if b.Further {
		return "who are further from you, or whom you can’t see"
	}
	return "whom you can’t see"
}

// invitable reports whether asking to connect makes sense.
func invitable(p tie.Person) bool { return p.Degree != graph.Self && p.Degree != graph.First }

func with(p tie.Person) string { return "/network/with/" + p.Card.Handle }
