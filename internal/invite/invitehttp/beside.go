package invitehttp

import (
	"net/http"
	"time"

	"guildhall/internal/invite"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// besideView is what stands beside what somebody sent.
type besideView struct {
	Cooling []coolingView
	Drafts  []draftView
}

type coolingView struct {
	To    ui.Person
	Until string // the first day on which they can be invited again
}

type draftView struct {
	To   ui.Person
	Says ui.Says
	At   time.Time
	Open string // the dialog with it
	Drop string // where forgetting leads
}

func (f *face) beside(b invite.Beside, book invite.Book) (v besideView) {
	for _, c := range b.Cooling {
		v.Cooling = append(v.Cooling, coolingView{ui.CardOf(c.To, ui.Unsaid), firstDay(c.Until)})
	}
	for _, d := range b.Drafts {
		to := "/invite/" + d.To.Handle
		says := says(invite.Invitation{Reason: d.Reason, Sub: d.Sub, Note: d.Note}, book)
		v.Drafts = append(v.Drafts, draftView{ui.CardOf(d.To, ui.Unsaid), says, d.At, to, to + "/forget"})
	}
	return v
}

// firstDay is the first whole day from a moment on, as the dialog and the refusal
// have it.
func firstDay(t time.Time) string {
	return t.Add(24*time.Hour - time.Microsecond).UTC().Format("2 January 2006")
}

// forget deletes a draft.
func (f *face) forget(_ http.ResponseWriter, r *web.Request) error {
	n, _, err := f.members.ByHandle(r.Context(), r.PathValue("handle"))
	if err != nil {
		return err
	}
	if err := f.invites.Forget(r.Context(), r.Viewer, n); err != nil {
		return err
	}
	r.Say("The draft is deleted.")
	return r.SeeOther("/invitations/sent")
}
