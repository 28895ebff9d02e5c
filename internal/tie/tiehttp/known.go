package tiehttp

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/network"
	"guildhall/internal/tie"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// known is how the viewer and a connection know each other.
func known(p tie.Person, from string) ui.Known {
	c := p.Tie
	return ui.Known{Handle: p.Card.Handle, Name: ui.FirstName(p.Card.Name), Label: cmp.Or(p.Own, label(c.Reason, c.Sub)), Mine: c.SaidBy != 0 && c.SaidBy != c.Peer,
		Said: c.SaidBy != 0, Confirmed: c.Confirmed, Version: c.Version, From: from}
}

// label says a reason as a way to know each other.
func label(reason, sub string) string {
	if l := why.SubLabel(why.Reason(reason), sub); l != "" {
		return l
	}
	if reason == "" {
		return ""
	}
	return ui.Code(reason).Known()
}

// howView is the form that says how two connections know each other.
type howView struct {
	Frame  ui.Page
	Person tie.Person
	Own    []tie.OwnReason // the instance's own ways
	Chosen string          // "relationship.worked"
	Error  string
}

// way is one way to know each other that can be chosen.
type way struct {
	Code, Label, Hint string
	Reason            ui.Code
}

// ways lists what can be chosen: what two people have lived through together first,
// then what else an invitation can say, and what stands there already if it is none of
// these.
func (v howView) ways() []way {
	var out []way
	add := func(r why.Reason, sub, hint string) {
		code := strings.TrimSuffix(string(r)+"."+sub, ".")
		out = append(out, way{code, label(string(r), sub), hint, ui.Code(r)})
	}
	for _, r := range []why.Reason{why.Relationship, why.Shared} {
		for _, s := range why.Subs(r) {
			add(r, s.Code, "")
		}
	}
	add(why.Relationship, "", "Some other way you know each other")
	for _, c := range ui.Codes {
		if r := why.Reason(c); r != why.Relationship && r != why.Shared {
			add(r, "", "")
		}
	}
	for _, o := range v.Own {
		out = append(out, way{o.Code, o.Label, "", ui.Code(o.Code)})
	}
	t := v.Person.Tie
	if now := code(t.Reason, t.Sub); t.Reason != "" && !slices.ContainsFunc(out, func(w way) bool { return w.Code == now }) {
		out = slices.Insert(out, 0, way{now, cmp.Or(v.Person.Own, label(t.Reason, t.Sub)), "What it says now", ui.Code(t.Reason)})
	}
	return append(out, way{"none", "Not said", "Removes what was said", ui.NoReason})
}

func code(reason, sub string) string { return strings.TrimSuffix(reason+"."+sub, ".") }

// chosen reports whether a way is ticked.
func (v howView) chosen(w way) bool { return w.Code == v.Chosen || w.Code == "none" && v.Chosen == "" }

func (f *face) how(_ http.ResponseWriter, r *web.Request) error {
	p, err := f.ties.Connection(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	return r.Render(howPage(f.howView(r, p, code(p.Tie.Reason, p.Tie.Sub), "")), nil)
}

func (f *face) howView(r *web.Request, p tie.Person, chosen, wrong string) howView {
	v := howView{Frame: r.Page("How you know " + p.Card.Name), Person: p, Chosen: chosen, Error: wrong}
	v.Own, _ = f.ties.OwnReasons(r.Context()) // else the seven alone are offered
	v.Frame.Place, v.Frame.Class = ui.AtNetwork, "page page-wide"
	return v
}

// said takes the code of a way apart. A reason of the instance's own is one word, dot
// and all.
func said(way string) (reason, sub string) {
	switch {
	case way == "none":
		return "", ""
	case way == "":
		return "nothing chosen", "" // which is no reason, and refused as one
	case strings.HasPrefix(way, network.OwnReason):
		return way, ""
	}
	reason, sub, _ = strings.Cut(way, ".")
	return reason, sub
}

func (f *face) correct(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	chosen := in.Get("way")
	reason, sub := said(chosen)
	if chosen == "none" {
		chosen = ""
	}
	handle := r.PathValue("handle")
	err = f.ties.Correct(r.Context(), r.Viewer, handle, reason, sub, int64(in.Int("version", 0, 1<<62)))
	text, again := r.Broken(err)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		text, again = fault.Text(err), true
	}
	if again {
		p, gone := f.ties.Connection(r.Context(), r.Viewer, handle)
		if gone != nil {
			return err
		}
		return r.RenderStatus(web.Status(err), howPage(f.howView(r, p, chosen, text)), nil)
	}
	if err != nil {
		return err
	}
	r.Say("Saved. Only the two of you see it.")
	return r.SeeOther("/in/" + handle)
}

func (f *face) confirm(_ http.ResponseWriter, r *web.Request) error {
	in, err := r.Fields()
	if err != nil {
		return err
	}
	handle := r.PathValue("handle")
	err = f.ties.Confirm(r.Context(), r.Viewer, handle, int64(in.Int("version", 0, 1<<62)))
	if fault.Is(err, fault.Conflict) && !r.Partial() { // there it can be looked at again
		r.SayFailed(fault.Text(err))
		return r.SeeOther("/network/with/" + handle + "/how")
	}
	if err != nil {
		return err
	}
	if r.Partial() {
		p, err := f.ties.Connection(r.Context(), r.Viewer, handle)
		if err != nil {
			return err
		}
		return r.Render(nil, row(view{Now: f.now()}, p))
	}
	r.Say("Confirmed. Only the two of you see it.")
	if in.Get("from") == "list" {
		return r.SeeOther("/network")
	}
	return r.SeeOther("/in/" + handle)
}
