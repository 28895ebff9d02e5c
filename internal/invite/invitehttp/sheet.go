package invitehttp

import (
	"net/http"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/fault"
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
	Left    func(access.Section) bool // whether a section's tick was left in; nil: all are
}

// open reports whether a section stays open as far as the form says.
func (v sheetView) open(s access.Section) bool { return v.Left == nil || v.Left(s) }

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
		return f.sheetAgain(r, v, open, err)
	}
	r.SayUndo(limitedWords(v.From.Name, closed), path(v.Sheet.ID, "undo"), nil)
	return r.SeeOther("/invitations")
}

// sheetAgain shows the sheet with what was left open and why it could not be done.
func (f *face) sheetAgain(r *web.Request, v sheetView, open []access.Section, err error) error {
	text, again := r.Broken(err)
	if fault.Is(err, fault.TooMany) {
		text, again = fault.Text(err), true
	}
	if !again {
		return err
	}
	v.Trouble, v.Left = text, func(s access.Section) bool { return slices.Contains(open, s) }
	return r.RenderStatus(web.Status(err), sheetPage(f.frame(r, "Accept with limits", ""), v), limits(v))
}

func limitedWords(name string, closed []access.Section) string {
	text := "You and " + name + " are connected."
	if len(closed) == 0 {
		return text
	}
	return text + " Closed to them stays: " + sections(closed) + "."
}
