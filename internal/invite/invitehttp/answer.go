package invitehttp

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// act is one way to answer an invitation, with its words.
type act struct {
	name string // in the address
	do   func(f *face, ctx context.Context, v access.Viewer, it invite.Line) error
	said string // what happened; %s is the other's name
	undo bool
	ask  question // for acts that can't be undone: what is asked before
}

// question is the page before an act that cannot be taken back.
type question struct {
	Title, Text, Button string
}

var (
	accept = act{name: "accept", undo: true, said: "You and %s are connected.",
		do: func(f *face, ctx context.Context, v access.Viewer, l invite.Line) error {
			return f.invites.Accept(ctx, v, l.ID)
		}}
	ignore = act{name: "ignore", undo: true, said: "Ignored. %s is not told.",
		do: func(f *face, ctx context.Context, v access.Viewer, l invite.Line) error {
			return f.invites.Ignore(ctx, v, l.ID)
		}}
	unknown = act{name: "unknown", undo: true, said: "Set aside. %s is not told and can’t invite you again.",
		do: func(f *face, ctx context.Context, v access.Viewer, l invite.Line) error {
			return f.invites.Unknown(ctx, v, l.ID)
		}}
	spam = act{name: "spam", said: "Reported to the people who run this site. %s is not told and can’t invite you again.",
		do: func(f *face, ctx context.Context, v access.Viewer, l invite.Line) error {
			return f.invites.Spam(ctx, v, l.ID)
		},
		ask: question{"Report this invitation as spam?", "The people who run this site see the invitation with its note, and that you reported it. %s is not told and can’t invite you again, and it counts against how many they may send. This can’t be undone.", "Report as spam"}}
	block = act{name: "block", said: "%s is blocked. Neither of you sees the other from now on.",
		do: func(f *face, ctx context.Context, v access.Viewer, l invite.Line) error {
			return f.invites.Block(ctx, v, l.Sender)
		},
		ask: question{"Block %s?", "Neither of you will see the other anywhere: not in searches, not on profiles, not through others. This invitation is closed, and %s is not told. You can unblock later; a connection does not come back by itself.", "Block"}}
)

func name(text, who string) string { return strings.ReplaceAll(text, "%s", who) }

// answer does an act: with script the invitation becomes its answered line, else
// the page comes again and says what happened.
func (f *face) answer(a act) web.Handler {
	return func(_ http.ResponseWriter, r *web.Request) error {
		n, err := r.PathID("id")
		if err != nil {
			return err
		}
		line, err := f.invites.OneAnswered(r.Context(), r.Viewer, n)
		if err != nil {
			return err
		}
		if err := a.do(f, r.Context(), r.Viewer, line); err != nil {
			return err
		}
		said := name(a.said, line.Other.Name)
		if r.Partial() {
			return f.renderDone(r, n, line, said, a.undo)
		}
		if a.undo {
			r.SayUndo(said, path(n, "undo"), nil)
		} else {
			r.Say(said)
		}
		if a.ask.Title != "" {
			return r.SeeOther("/invitations")
		}
		return r.Back("/invitations")
	}
}

// renderDone is the fragment after an answer: the invitation as it now stands, and
// the counts around it. Whoever was blocked is gone by then, and the line from before
// has to do.
func (f *face) renderDone(r *web.Request, n int64, before invite.Line, said string, undo bool) error {
	l, err := f.invites.OneAnswered(r.Context(), r.Viewer, n)
	if fault.Is(err, fault.Missing) {
		l, err = before, nil
	}
	if err != nil {
		return err
	}
	lk, err := f.look(r)
	if err != nil {
		return err
	}
	around, err := f.around(r, lk)
	if err != nil {
		return err
	}
	v := f.line(l, r.Viewer.Member(), lk.book)
	c := done(v, said, undo && l.CanUndo, lk.brief, around)
	return r.Render(c, c)
}

// around is what an answer changes on the page around it: how many wait, and on the
// inbox the counts of its filter.
func (f *face) around(r *web.Request, lk look) (c counts, err error) {
	c.Waiting = r.Waiting()
	if at, err := url.Parse(r.Header.Get("HX-Current-URL")); err != nil || at.Path != "/invitations" {
		return c, nil
	}
	size := invite.PageSize
	if lk.brief {
		size = invite.BriefSize
	}
	tally, err := f.invites.Tally(r.Context(), r.Viewer, size)
	c.All, c.Counted = tally.All, tallies(tally, lk.book)
	return c, err
}

// counts are what an answer changes around the invitation.
type counts struct {
	Waiting int // as the navigation counts, up to 100
	All     int // that wait, on the inbox
	Counted map[string]string
}

// tab is the count beside the tab of what was received: on the inbox all of it,
// elsewhere as the navigation has it.
func (c counts) tab() string {
	if c.Counted != nil {
		return ui.Count(c.All)
	}
	return ui.UpTo(c.Waiting, navMost)
}

// navMost is up to where the navigation counts what waits.
const navMost = 99

func (f *face) undo(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := f.invites.Undo(r.Context(), r.Viewer, n); err != nil {
		return err
	}
	if !r.Partial() {
		r.Say("Undone. The invitation waits for you again." + f.stillShut(r, n))
		return r.Back("/invitations")
	}
	it, err := f.invites.One(r.Context(), r.Viewer, n)
	if err != nil {
		return err
	}
	lk, err := f.look(r)
	if err != nil {
		return err
	}
	around, err := f.around(r, lk)
	if err != nil {
		return err
	}
	c := undone(f.item(it, lk), around)
	return r.Render(c, c)
}

// stillShut tells what undoing leaves as it is: the sections that were closed to whoever
// asks again.
func (f *face) stillShut(r *web.Request, n int64) string {
	sheet, err := f.invites.Sheet(r.Context(), r.Viewer, n)
	if err != nil || len(sheet.Shut) == 0 {
		return "" // the invitation is undone whatever comes of this
	}
	return " Closed to " + sheet.From.Name + " stays: " + sections(sheet.Shut) + "."
}

// confirm asks before what cannot be taken back, and names what happens.
func (f *face) confirm(a act) web.Handler {
	return func(_ http.ResponseWriter, r *web.Request) error {
		n, err := r.PathID("id")
		if err != nil {
			return err
		}
		line, err := f.invites.OneAnswered(r.Context(), r.Viewer, n)
		if err != nil {
			return err
		}
		q := question{name(a.ask.Title, line.Other.Name), name(a.ask.Text, line.Other.Name), a.ask.Button}
		return r.Render(confirmPage(f.frame(r, q.Title, ""), q, ui.CardOf(line.Other, ui.At(line.Degree, false)), path(n, a.name)), nil)
	}
}

func (f *face) reply(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.Fields()
	if err != nil {
		return err
	}
	typed := form.Get("reply")
	err = f.invites.Reply(r.Context(), r.Viewer, n, typed)
	switch fault.Of(err) {
	case fault.Invalid, fault.Denied, fault.TooMany, fault.Conflict:
		return f.replyAgain(r, n, http.StatusUnprocessableEntity, replying{Open: true, Text: typed, Error: fault.Text(err)})
	}
	if text, broken := r.Broken(err); broken {
		return f.replyAgain(r, n, web.Status(err), replying{Open: true, Text: typed, Error: text})
	}
	if err != nil {
		return err
	}
	it, err := f.invites.One(r.Context(), r.Viewer, n)
	switch {
	case fault.Is(err, fault.Missing): // the sender writes
		r.Say("Your reply was sent.")
		return r.SeeOther("/invitations/sent")
	case err != nil:
		return err
	case r.Partial():
		return f.renderOne(r, http.StatusOK, it, replying{})
	}
	r.Say("Your reply was sent. The invitation still waits for your answer.")
	return r.SeeOther(path(n, ""))
}

// replyAgain shows a reply that could not be taken, with its text.
func (f *face) replyAgain(r *web.Request, n int64, status int, typed replying) error {
	it, err := f.invites.One(r.Context(), r.Viewer, n)
	if err == nil {
		return f.renderOne(r, status, it, typed)
	}
	line, err := f.invites.OneSent(r.Context(), r.Viewer, n)
	if err != nil {
		return err
	}
	book, err := f.invites.Book(r.Context())
	if err != nil {
		return err
	}
	v := f.line(line, r.Viewer.Member(), book)
	v.Reply = typed
	frame := f.frame(r, "Invitation to "+line.Other.Name, "page inbox-page inbox")
	return r.RenderStatus(status, oneSentPage(frame, v), nil)
}

func (f *face) withdraw(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	line, err := f.invites.OneSent(r.Context(), r.Viewer, n)
	if err != nil {
		return err
	}
	if err := f.invites.Withdraw(r.Context(), r.Viewer, n); err != nil {
		return err
	}
	days := int(f.invites.Limits().CoolDown.Hours() / 24)
	r.Say("Withdrawn. " + line.Other.Name + " is not told. You can invite them again in " + ui.Plural(days, "day", "days") + ".")
	return r.Back("/invitations/sent")
}

// many answers all that was picked at once.
func (f *face) many(_ http.ResponseWriter, r *web.Request) error {
	form, err := r.Fields()
	if err != nil {
		return err
	}
	ids := form.IDs("id", invite.MaxMany)
	for s := range strings.SplitSeq(form.Get("ids"), ".") {
		if n, ok := id.Parse(s); ok {
			ids = append(ids, n)
		}
	}
	if len(ids) == 0 {
		r.SayFailed("Nothing was selected. Tick some invitations first.")
		return r.Back("/invitations")
	}
	switch form.Get("act") {
	case "accept":
		f.sayMany(r, "accepted", f.invites.AcceptMany(r.Context(), r.Viewer, ids), "undo")
	case "ignore":
		f.sayMany(r, "ignored", f.invites.IgnoreMany(r.Context(), r.Viewer, ids), "undo")
	case "undo":
		f.sayMany(r, "brought back", f.invites.UndoMany(r.Context(), r.Viewer, ids), "")
	default:
		return fault.New(fault.Invalid, "Choose whether to accept or to ignore what you ticked.")
	}
	return r.Back("/invitations")
}

// sayMany tells how many were answered, and why the others were not.
func (f *face) sayMany(r *web.Request, what string, results []invite.Result, undo string) {
	var good []string
	var first error
	for _, res := range results {
		if res.Err == nil {
			good = append(good, id.String(res.ID))
		} else if first == nil {
			first = res.Err
		}
	}
	switch text := ui.Plural(len(good), "invitation", "invitations") + " " + what + "."; {
	case len(good) == 0:
	case undo != "":
		r.SayUndo(text, "/invitations/many", map[string]string{"act": undo, "ids": strings.Join(good, ".")})
	default:
		r.Say(text)
	}
	if n := len(results) - len(good); n > 0 {
		r.SayFailed(ui.Plural(n, "invitation", "invitations") + " could not be " + what + ": " + fault.Text(first))
	}
}
