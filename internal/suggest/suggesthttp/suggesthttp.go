// Package suggesthttp is the face of suggest: people you may know, each with its
// why, and those whom the member did not want. It has no rules.
package suggesthttp

import (
	"context"
	"net/http"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/suggest"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// Members finds who a handle stands for.
type Members interface {
	ByHandle(ctx context.Context, handle string) (id int64, current string, err error)
}

type face struct {
	suggest *suggest.Service
	members Members
	now     func() time.Time
}

// Routes returns the pages.
func Routes(s *suggest.Service, m Members, now func() time.Time) []web.Route {
	f := &face{s, m, now}
	return []web.Route{
		{Pattern: "GET /network/people", Policy: web.Member, Handler: f.people},
		{Pattern: "GET /network/people/dismissed", Policy: web.Member, Handler: f.dismissed},
		{Pattern: "POST /network/people/{handle}/dismiss", Policy: web.Member, Handler: f.dismiss},
		{Pattern: "POST /network/people/{handle}/restore", Policy: web.Member, Handler: f.restore},
		{Pattern: "POST /network/circles/{id}/restore", Policy: web.Member, Handler: f.restoreCircle},
	}
}

// view is a page of people.
type view struct {
	Frame   ui.Page
	People  []personView
	Next    string
	Further bool // not the first page
}

func (f *face) people(_ http.ResponseWriter, r *web.Request) error {
	after := r.After()
	p, err := f.suggest.People(r.Context(), r.Viewer, after, 0)
	if err != nil {
		return err
	}
	f.suggest.Shown(r.Viewer, p.People)
	v := view{Frame: r.Page("People you may know"), Further: !after.IsZero()}
	v.Frame.Place = ui.AtNetwork
	for _, s := range p.People {
		v.People = append(v.People, person(s))
	}
	if !p.Next.IsZero() {
		v.Next = "/network/people?after=" + p.Next.String()
	}
	return r.Render(peoplePage(v), nil)
}

// backView is a page of those whom the member did not want.
type backView struct {
	Frame   ui.Page
	Circles []suggest.Circle // on the first page
	People  []suggest.Dismissal
	Next    string
	Further bool
	Now     time.Time
}

func (f *face) dismissed(_ http.ResponseWriter, r *web.Request) (err error) {
	after := r.After()
	v := backView{Further: !after.IsZero(), Now: f.now()}
	people, next, err := f.suggest.Dismissed(r.Context(), r.Viewer, after)
	if err != nil {
		return err
	}
	if v.People = people; !next.IsZero() {
		v.Next = "/network/people/dismissed?after=" + next.String()
	}
	if !v.Further {
		if v.Circles, err = f.suggest.Circles(r.Context(), r.Viewer); err != nil {
			return err
		}
	}
	v.Frame = r.Page("People you dismissed")
	v.Frame.Place = ui.AtNetwork
	return r.Render(dismissedPage(v), nil)
}

// named is whom a form is about, and the circle that it names.
func (f *face) named(r *web.Request) (peer, circle int64, form *web.Form, err error) {
	if peer, _, err = f.members.ByHandle(r.Context(), r.PathValue("handle")); err != nil {
		return 0, 0, nil, err
	}
	if form, err = r.Fields(); err != nil {
		return 0, 0, nil, err
	}
	circle, _ = id.Parse(form.Get("circle"))
	return peer, circle, form, nil
}

const peoplePath = "/network/people"

func (f *face) dismiss(_ http.ResponseWriter, r *web.Request) error {
	peer, circle, form, err := f.named(r)
	if err != nil {
		return err
	}
	reason, ok := suggest.ParseReason(form.Get("reason"))
	if !ok {
		reason = suggest.Irrelevant // a form of before; the act is what counts
	}
	if reason != suggest.ByCircle {
		circle = 0
	}
	if err := f.suggest.Dismiss(r.Context(), r.Viewer, peer, reason, circle); err != nil {
		return notTaken(r, err)
	}
	said, undo := saidOf(reason), peoplePath+"/"+r.PathValue("handle")+"/restore"
	fields := map[string]string{}
	if circle != 0 {
		fields["circle"] = id.String(circle)
	}
	if r.Partial() {
		c := gone(ui.Toast{Text: said, Undo: undo, Fields: fields})
		return r.Render(c, c)
	}
	r.SayUndo(said, undo, fields)
	return r.Back(peoplePath)
}

// notTaken says what was wrong with a form that has one button and no field.
func notTaken(r *web.Request, err error) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	r.SayFailed(fault.Text(err))
	return r.Back(peoplePath)
}

func saidOf(r suggest.Reason) string {
	switch r {
	case suggest.NotNow:
		return "Not shown for 90 days. Nobody was told."
	case suggest.ByCircle:
		return "Fewer of these from now on. Nobody was told."
	}
	return "Not shown any more. Nobody was told."
}

func (f *face) restore(_ http.ResponseWriter, r *web.Request) error {
	peer, circle, _, err := f.named(r)
	if err != nil {
		return err
	}
	if err := f.suggest.Restore(r.Context(), r.Viewer, peer, circle); err != nil {
		return err
	}
	r.Say("They may be suggested to you again.")
	return r.Back(peoplePath)
}

func (f *face) restoreCircle(_ http.ResponseWriter, r *web.Request) error {
	circle, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := f.suggest.RestoreCircle(r.Context(), r.Viewer, circle); err != nil {
		return err
	}
	r.Say("They are suggested as before.")
	return r.Back(peoplePath + "/dismissed")
}
