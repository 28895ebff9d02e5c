package profilehttp

import (
	"net/http"
	"net/url"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/profile"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// page answers for somebody's page, and for one's own with a part of it open for
// editing, or through another's eyes.
func (f *face) page(w http.ResponseWriter, r *web.Request) error {
	handle, q := r.PathValue("handle"), r.URL.Query()
	as := looking{As: q.Get("as"), Named: r.Asked("as-member", 60)}
	p, err := f.profiles.View(r.Context(), r.Viewer, handle, as.pose())
	if as.Named != "" && fault.Is(err, fault.Missing) {
		p, err = f.profiles.View(r.Context(), r.Viewer, handle, profile.Pose{})
		if as.Error = "Nobody whom you could look as has this address."; !p.Own {
			return fault.NotFound()
		}
	}
	if err != nil {
		return err
	}
	if p.Redirect != "" {
		return r.SeeOther((&url.URL{Path: "/in/" + p.Redirect, RawQuery: r.URL.RawQuery}).String())
	}
	views := f.views(r, p)
	if views && ahead(r.Header) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return nil
	}
	v := f.view(r, p)
	v.As = as
	if !p.Own && !p.Guest && !p.Posed && p.Degree != graph.First {
		if v.Rel, err = f.relation(r.Context(), r.Viewer, p.Card.ID); err != nil {
			return err
		}
	}
	if p.Own && q.Has("edit") {
		v.Edit.Part = partOf(q.Get("edit"))
		v.Edit.Entry, _ = id.Parse(q.Get("entry"))
		v.Edit.New = q.Get("entry") == "new"
	}
	if r.Partial() && p.Own && (q.Has("edit") || q.Has("show")) {
		v.Swapped = true
		return r.Render(part(v, partOf(q.Get("edit")+q.Get("show"))), nil)
	}
	if err := r.Render(profilePage(v), nil); err != nil {
		return err
	}
	if views {
		f.around.Seen(r.Viewer, p.Card.ID)
	}
	return nil
}

// poses are the kinds of viewers that the choice offers.
var poses = []struct {
	code, label string
	pose        access.Pose
}{
	{"stranger", "Somebody not signed in", access.PoseStranger},
	{"member", "A member far from you", access.PoseMember},
	{"third", "A member, 3rd degree", access.PoseThird},
	{"second", "A member, 2nd degree", access.PoseSecond},
	{"connection", "A connection", access.PoseConnection},
}

// pose is what the choice means; a code that is none is no pose at all.
func (l looking) pose() profile.Pose {
	if l.Named != "" {
		return profile.Pose{AsMember: l.Named}
	}
	for _, p := range poses {
		if p.code == l.As {
			return profile.Pose{As: p.pose}
		}
	}
	return profile.Pose{}
}

// who says as whom the owner looks.
func (v view) who() string {
	if v.Page.As != "" {
		return v.Page.As
	}
	for _, p := range poses {
		if p.code == v.As.As {
			return "“" + p.label + "”"
		}
	}
	return "somebody else"
}

// view puts a page into its frame.
func (f *face) view(r *web.Request, p profile.Page) view {
	v := view{Frame: r.Page(p.Card.Name), Page: p, Now: f.now(), Beside: f.around.Beside != nil}
	if p.Guest && p.Indexed && r.Viewer.IsGuest() {
		v.Frame.Index, v.Frame.About = true, p.Card.Headline
	}
	if !p.Own && !p.Posed {
		v.Frame.Place = ui.AtNetwork
	}
	if f.around.Reason != nil && p.Tie.Reason != "" {
		v.Known, _ = f.around.Reason(r.Context(), p.Tie.Reason) // else its code spelt out
	}
	return v
}

// own is the viewer's own page, for answering a form.
func (f *face) own(r *web.Request) (view, error) {
	p, err := f.profiles.View(r.Context(), r.Viewer, r.Member.Handle, profile.Pose{})
	if err != nil {
		return view{}, err
	}
	return f.view(r, p), nil
}

// refused shows a form again with everything that was typed and what is wrong
// with it; an error that no form can mend goes on.
func (f *face) refused(r *web.Request, e edit, err error) error {
	status := http.StatusUnprocessableEntity
	switch fault.Of(err) {
	case fault.Invalid:
		e.errs = fault.ByField(err)
	case fault.Conflict, fault.TooMany:
		e.errs = map[string]string{"": fault.Text(err)}
	default:
		text, broken := r.Broken(err)
		if !broken {
			return err
		}
		e.errs, status = map[string]string{"": text}, web.Status(err)
	}
	v, err := f.own(r)
	if err != nil {
		return err
	}
	v.Edit, v.Swapped = e, true
	return r.RenderStatus(status, profilePage(v), part(v, e.Part))
}

// saved leads on after a change: back to the part, still open for more if it is
// one that is filled in entry by entry.
func (f *face) saved(r *web.Request, e edit, toast ui.Toast) error {
	if !r.Partial() {
		if toast.Undo != "" {
			r.SayUndo(toast.Text, toast.Undo, toast.Fields)
		} else {
			r.Say(toast.Text)
		}
		to := url.URL{Path: r.Member.Href(), Fragment: e.place()}
		if e.Part != "" && e.Form == "" {
			to.RawQuery = url.Values{"edit": {e.Part}}.Encode()
		}
		return r.SeeOther(to.String())
	}
	v, err := f.own(r)
	if err != nil {
		return err
	}
	place := e.place()
	if e.Form != "" {
		e.Part = ""
	}
	v.Edit, v.Swapped = e, true
	return r.Render(swapped(v, place, toast), nil)
}

// place is the part of the page that an answer is about.
func (e edit) place() string {
	if e.Part != "" {
		return e.Part
	}
	return card
}
