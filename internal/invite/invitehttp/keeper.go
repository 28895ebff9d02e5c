package invitehttp

import (
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// keeperRoutes are the pages of whoever keeps the instance.
func keeperRoutes(f *face) []web.Route {
	return []web.Route{
		{Pattern: "GET /admin/reasons", Policy: web.Owner, Handler: f.reasons},
		{Pattern: "POST /admin/reasons", Policy: web.Owner, Handler: f.addReason},
		{Pattern: "POST /admin/reasons/{code}", Policy: web.Owner, Handler: f.changeReason},
		{Pattern: "POST /admin/reasons/{code}/retire", Policy: web.Owner, Handler: f.retire(true)},
		{Pattern: "POST /admin/reasons/{code}/restore", Policy: web.Owner, Handler: f.retire(false)},
		{Pattern: "GET /admin/reports", Policy: web.Owner, Handler: f.reports},
		{Pattern: "POST /admin/reports/{receiver}/{id}/seen", Policy: web.Owner, Handler: f.seen},
	}
}

// reasonsView is the page of own reasons.
type reasonsView struct {
	Frame   ui.Page
	Book    invite.Book
	Typed   invite.OwnReason // what is being added, or the one that is being changed
	Errors  map[string]string
	Trouble string
}

func (f *face) reasons(_ http.ResponseWriter, r *web.Request) error {
	v, err := f.reasonsView(r)
	if err != nil {
		return err
	}
	if own, ok := v.Book.Find(r.URL.Query().Get("edit")); ok {
		v.Typed = own
	}
	return r.Render(reasonsPage(v), nil)
}

func (f *face) reasonsView(r *web.Request) (reasonsView, error) {
	book, err := f.invites.Book(r.Context())
	return reasonsView{Frame: r.Page("Reasons of your own"), Book: book}, err
}

func (f *face) addReason(_ http.ResponseWriter, r *web.Request) error {
	return f.saveReason(r, "", func(own invite.OwnReason) error {
		_, err := f.invites.AddReason(r.Context(), r.Viewer, own)
		return err
	})
}

func (f *face) changeReason(_ http.ResponseWriter, r *web.Request) error {
	return f.saveReason(r, r.PathValue("code"), func(own invite.OwnReason) error {
		return f.invites.ChangeReason(r.Context(), r.Viewer, own)
	})
}

// saveReason keeps what was typed, or shows it again with what is wrong.
func (f *face) saveReason(r *web.Request, code string, save func(invite.OwnReason) error) error {
	form, err := r.Fields()
	if err != nil {
		return err
	}
	own := invite.OwnReason{Code: code, Label: form.Get("label"), Hint: form.Get("hint"), Kin: why.Reason(form.Get("kin"))}
	if err = save(own); err == nil {
		r.Say("“" + own.Label + "” is saved.")
		return r.SeeOther("/admin/reasons")
	}
	v, failed := f.reasonsView(r)
	if failed != nil {
		return failed
	}
	v.Typed = own
	text, broken := r.Broken(err)
	switch {
	case broken:
		v.Trouble = text
	case fault.Is(err, fault.Invalid):
		v.Errors = fault.ByField(err)
	case fault.Is(err, fault.TooMany), fault.Is(err, fault.Conflict):
		v.Trouble = fault.Text(err)
	default:
		return err
	}
	return r.RenderStatus(web.Status(err), reasonsPage(v), nil)
}

func (f *face) retire(retired bool) web.Handler {
	return func(_ http.ResponseWriter, r *web.Request) error {
		if err := f.invites.RetireReason(r.Context(), r.Viewer, r.PathValue("code"), retired); err != nil {
			return err
		}
		if retired {
			r.Say("Retired. What was sent with it keeps it.")
		} else {
			r.Say("It can be given again.")
		}
		return r.SeeOther("/admin/reasons")
	}
}

// reportView is one report as the page draws it.
type reportView struct {
	invite.Report
	From, By ui.Person
	Says     ui.Says
	Seen     string // where marking it leads; empty once it was looked at
}

func (f *face) reports(_ http.ResponseWriter, r *web.Request) error {
	list, next, err := f.invites.Reports(r.Context(), r.Viewer, r.After())
	if err != nil {
		return err
	}
	book, err := f.invites.Book(r.Context())
	if err != nil {
		return err
	}
	views := make([]reportView, len(list))
	for i, rep := range list {
		views[i] = reportView{Report: rep, From: ui.CardOf(rep.From, ui.Unsaid), By: ui.CardOf(rep.By, ui.Unsaid), Says: says(rep.Invitation, book)}
		if rep.SeenAt.IsZero() {
			views[i].Seen = "/admin/reports/" + id.String(rep.Receiver) + "/" + id.String(rep.ID) + "/seen"
		}
	}
	pages := ui.Pages{}
	if !r.After().IsZero() {
		pages.First = "/admin/reports"
	}
	if !next.IsZero() {
		pages.Next = "/admin/reports?after=" + next.String()
	}
	return r.Render(reportsPage(r.Page("Reports"), views, pages, f.now()), nil)
}

func (f *face) seen(_ http.ResponseWriter, r *web.Request) error {
	receiver, err := r.PathID("receiver")
	if err != nil {
		return err
	}
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := f.invites.SeeReport(r.Context(), r.Viewer, receiver, n); err != nil {
		return err
	}
	return r.Back("/admin/reports")
}

// kinOptions are the seven as kinds that an own reason can be of.
func kinOptions() []ui.Option {
	out := []ui.Option{{Value: "", Label: "None of the seven"}}
	for _, c := range ui.Codes {
		out = append(out, ui.Option{Value: string(c), Label: c.Label()})
	}
	return out
}
