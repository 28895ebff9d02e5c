package invitehttp

import (
	"net/http"

	"guildhall/internal/access"
	"guildhall/internal/invite"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// sheetView is the sheet that accepts with limits.
type sheetView struct {
	invite.Sheet
	ID      string
	Short   string
	Person  ui.Person
	To      string // where the form goes
	Close   string // where closing leads without script
	Trouble string
}

func (f *face) openSheet(r *web.Request) (v sheetView, err error) {
	n, err := r.PathID("id")
	if err != nil {
		return v, err
	}
	if v.Sheet, err = f.invites.Sheet(r.Context(), r.Viewer, n); err != nil {
		return v, err
	}
	v.ID, v.Short, v.Person = r.PathValue("id"), v.From.Short(), ui.CardOf(v.From, ui.At(v.Degree, false))
	v.To, v.Close = on(v.ID, "limits", false), on(v.ID, "", false)
	return v, nil
}

// sheet asks what stays closed to whoever is accepted: over the page with script, a
// page of its own without.
func (f *face) sheet(_ http.ResponseWriter, r *web.Request) error {
	v, err := f.openSheet(r)
	if err != nil {
		return err
	}
	return r.Render(sheetPage(f.frame(r, "Accept with limits", ""), v), limits(v))
}

func (f *face) limit(_ http.ResponseWriter, r *web.Request) error {
	v, err := f.openSheet(r)
	if err != nil {
		return err
	}
	form, err := r.Fields()
	if err != nil {
		return err
	}
	var open []access.Section
	for _, code := range form.All("open") {
		if sec, ok := access.ParseSection(code); ok {
			open = append(open, sec)
		}
	}
	closed := v.Closed(open)
	if err := f.invites.AcceptWith(r.Context(), r.Viewer, v.Sheet.ID, closed); err != nil {
		if text, broken := r.Broken(err); broken {
			v.Trouble = text
			return r.RenderStatus(web.Status(err), sheetPage(f.frame(r, "Accept with limits", ""), v), nil)
		}
		return err
	}
	r.SayUndo(limitedWords(v.From.Name, closed), path(v.Sheet.ID, "undo"), nil)
	return r.SeeOther("/invitations")
}

func limitedWords(name string, closed []access.Section) string {
	text := "You and " + name + " are connected."
	if len(closed) == 0 {
		return text
	}
	return text + " Closed to them stays: " + sections(closed) + "."
}
