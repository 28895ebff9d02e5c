// Package invitehttp is the face of invite: the inbox with what each person says
// beside what the record says, what was sent and answered, the dialog that asks
// to connect, and the choice of who may invite. It has no rules: it parses, asks
// and draws.
package invitehttp

//go:generate go tool templ generate -path .

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// Members finds who a handle stands for.
type Members interface {
	ByHandle(ctx context.Context, handle string) (id int64, current string, err error)
}

type face struct {
	invites *invite.Service
	members Members
	now     func() time.Time
}

// Routes returns the pages of invitations.
func Routes(s *invite.Service, m Members, now func() time.Time) []web.Route {
	f := &face{s, m, now}
	return append(append(keeperRoutes(f), weightsRoutes(f)...), []web.Route{
		{Pattern: "GET /invitations", Policy: web.Member, Handler: f.received},
		{Pattern: "GET /invitations/sent", Policy: web.Member, Handler: f.sent},
		{Pattern: "GET /invitations/answered", Policy: web.Member, Handler: f.answered},
		{Pattern: "GET /invitations/who", Policy: web.Member, Handler: f.who},
		{Pattern: "POST /invitations/who", Policy: web.Member, Handler: f.setWho},
		{Pattern: "GET /invitations/how", Policy: web.Member, Handler: f.how},
		{Pattern: "POST /invitations/many", Policy: web.Member, Handler: f.many},
		{Pattern: "GET /invitations/{id}", Policy: web.Member, Handler: f.one},
		{Pattern: "POST /invitations/{id}/accept", Policy: web.Member, Handler: f.answer(accept)},
		{Pattern: "POST /invitations/{id}/ignore", Policy: web.Member, Handler: f.answer(ignore)},
		{Pattern: "POST /invitations/{id}/unknown", Policy: web.Member, Handler: f.answer(unknown)},
		{Pattern: "GET /invitations/{id}/limits", Policy: web.Member, Handler: f.sheet},
		{Pattern: "POST /invitations/{id}/limits", Policy: web.Member, Handler: f.limit},
		{Pattern: "POST /invitations/{id}/undo", Policy: web.Member, Handler: f.undo},
		{Pattern: "GET /invitations/{id}/spam", Policy: web.Member, Handler: f.confirm(spam)},
		{Pattern: "POST /invitations/{id}/spam", Policy: web.Member, Handler: f.answer(spam)},
		{Pattern: "GET /invitations/{id}/block", Policy: web.Member, Handler: f.confirm(block)},
		{Pattern: "POST /invitations/{id}/block", Policy: web.Member, Handler: f.answer(block)},
		{Pattern: "POST /invitations/{id}/reply", Policy: web.Member, Handler: f.reply},
		{Pattern: "POST /invitations/{id}/withdraw", Policy: web.Member, Handler: f.withdraw},
		{Pattern: "GET /invite/{handle}", Policy: web.Member, Handler: f.dialog},
		{Pattern: "POST /invite/{handle}", Policy: web.Member, Handler: f.send},
		{Pattern: "POST /invite/{handle}/preview", Policy: web.Member, Limit: web.Reads, Handler: f.preview},
		{Pattern: "POST /invite/{handle}/forget", Policy: web.Member, Handler: f.forget},
	}...)
}

// inboxView is all that the page of received invitations shows.
type inboxView struct {
	Frame   ui.Page
	In      invite.Inbox
	Filter  invite.Filter
	Brief   bool              // a line or two for each
	Ways    []ui.Tab          // the two densities
	Counted map[string]string // counts beside the choices of the filter, by their ids
	Now     time.Time
	Items   []*itemView
	Pages   ui.Pages
	Any     bool // some filter is set
}

// offerBrief is from how many on the page says that it can be shorter.
const offerBrief = invite.PageSize

func (f *face) received(_ http.ResponseWriter, r *web.Request) error {
	q := r.URL.Query()
	habit := f.habit(r)
	book, err := f.invites.Book(r.Context())
	if err != nil {
		return err
	}
	filter := readFilter(q, habit.sort, book)
	if habit.brief {
		filter.Size = invite.BriefSize
	}
	in, err := f.invites.Received(r.Context(), r.Viewer, filter, r.After())
	if err != nil {
		return err
	}
	v := inboxView{In: in, Filter: filter, Brief: habit.brief, Now: f.now(), Any: filtered(filter), Counted: tallies(in.Counts, in.Book)}
	for _, it := range in.Items {
		v.Items = append(v.Items, f.item(it, look{book, habit.brief}))
	}
	q.Del("after")
	v.Ways = densities(q, habit.brief)
	if !r.After().IsZero() {
		v.Pages.First = address("/invitations", q)
	}
	if !in.Next.IsZero() {
		q.Set("after", in.Next.String())
		v.Pages.Next = address("/invitations", q)
	}
	if r.Partial() {
		return r.Render(inboxList(v), inboxList(v))
	}
	v.Frame = f.frame(r, "Invitations", "page inbox-page inbox")
	return r.Render(inboxPage(v), nil)
}

// densities are the two ways to draw the list, with all else as it is.
func densities(q url.Values, brief bool) []ui.Tab {
	to := func(view string) string {
		q := maps.Clone(q)
		q.Set("view", view)
		return address("/invitations", q)
	}
	return []ui.Tab{{Label: "Full", Href: to(fullView), Current: !brief}, {Label: "Compact", Href: to(briefView), Current: brief}}
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// readFilter reads the filter form; what it does not know is passed over. sort is
// the order where the form names none.
func readFilter(q url.Values, sort invite.Order, book invite.Book) invite.Filter {
	f := invite.Filter{Sort: sort}
	for _, code := range q["reason"] {
		if offered(book, code) {
			f.Reasons = append(f.Reasons, code)
		}
	}
	for _, d := range q["degree"] {
		if n, err := strconv.Atoi(d); err == nil && n >= int(graph.First) && n <= int(graph.Far) {
			f.Degrees = append(f.Degrees, graph.Degree(n))
		}
	}
	f.Note, f.Shared = slices.Contains(q["with"], "note"), slices.Contains(q["with"], "shared")
	if n, err := strconv.Atoi(q.Get("mutual")); err == nil && slices.Contains(invite.MutualSteps, n) {
		f.Mutual = n
	}
	if i := slices.IndexFunc(invite.FitSteps, func(b why.Band) bool { return b.String() == q.Get("fit") }); i >= 0 {
		f.Fit = invite.FitSteps[i]
	}
	return f
}

func filtered(f invite.Filter) bool {
	return len(f.Reasons)+len(f.Degrees)+f.Mutual > 0 || f.Note || f.Shared || f.Fit > 0
}

// frame is the page around one of the lists.
func (f *face) frame(r *web.Request, title, class string) ui.Page {
	p := r.Page(title)
	p.Place, p.Class = ui.AtInvitations, class
	return p
}

// linesView is what the pages of sent and answered invitations show.
type linesView struct {
	Frame  ui.Page
	Ended  bool // of the sent ones: those that have ended
	Oldest bool // the sent ones come oldest first
	Now    time.Time
	Lines  []lineView
	Quota  *invite.Quota
	Limits invite.Limits
	Beside besideView
	Pages  ui.Pages
}

func (f *face) sent(_ http.ResponseWriter, r *web.Request) error {
	ended, sort := r.URL.Query().Get("show") == "ended", order(r.URL.Query().Get("sort"), invite.Newest)
	lines, err := f.invites.Sent(r.Context(), r.Viewer, ended, sort, r.After())
	if err != nil {
		return err
	}
	q, err := f.invites.Quota(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	beside, err := f.invites.Beside(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	v := f.lines(r, lines, "/invitations/sent")
	v.Ended, v.Oldest, v.Quota, v.Limits = ended, sort == invite.Oldest, &q, f.invites.Limits()
	v.Beside = f.beside(beside, lines.Book)
	return r.Render(sentPage(v), nil)
}

func (f *face) answered(_ http.ResponseWriter, r *web.Request) error {
	lines, err := f.invites.Answered(r.Context(), r.Viewer, r.After())
	if err != nil {
		return err
	}
	return r.Render(answeredPage(f.lines(r, lines, "/invitations/answered")), nil)
}

func (f *face) lines(r *web.Request, ls invite.Lines, path string) linesView {
	v := linesView{Now: f.now(), Frame: f.frame(r, "Invitations", "page inbox-page inbox")}
	for _, l := range ls.Items {
		v.Lines = append(v.Lines, f.line(l, r.Viewer.Member(), ls.Book))
	}
	q := r.URL.Query()
	q.Del("after")
	if !r.After().IsZero() {
		v.Pages.First = address(path, q)
	}
	if !ls.Next.IsZero() {
		q.Set("after", ls.Next.String())
		v.Pages.Next = address(path, q)
	}
	return v
}

// one is a single invitation: the receiver sees all of it, with room to reply;
// the sender is led to where the sent ones are.
func (f *face) one(_ http.ResponseWriter, r *web.Request) error {
	n, err := r.PathID("id")
	if err != nil {
		return err
	}
	it, err := f.invites.One(r.Context(), r.Viewer, n)
	if fault.Is(err, fault.Missing) {
		if _, mine := f.invites.OneSent(r.Context(), r.Viewer, n); mine == nil {
			return r.SeeOther("/invitations/sent")
		}
	}
	if err != nil {
		return err
	}
	return f.renderOne(r, http.StatusOK, it, replying{Open: r.URL.Query().Has("reply")})
}

// replying is the reply form of an invitation: whether it is open, and what was
// typed into it. It shows as long as there are words in it, also where no more can be
// written.
type replying struct {
	Open  bool
	Text  string
	Error string
}

func (f *face) renderOne(r *web.Request, status int, it invite.Item, re replying) error {
	lk, err := f.look(r)
	if err != nil {
		return err
	}
	v := f.item(it, lk)
	v.Reply = re
	if r.Partial() && lk.brief && v.Pending && !re.Open && !r.URL.Query().Has("open") {
		return r.RenderStatus(status, briefly(v), briefly(v))
	}
	if r.Partial() {
		return r.RenderStatus(status, received(v), received(v))
	}
	return r.RenderStatus(status, onePage(f.frame(r, "Invitation from "+it.From.Name, "page inbox-page inbox"), v), nil)
}

func (f *face) who(_ http.ResponseWriter, r *web.Request) error {
	w, err := f.invites.Who(r.Context(), r.Viewer)
	if err != nil {
		return err
	}
	return r.Render(whoPage(f.frame(r, "Who may invite you", ""), w, ""), nil)
}

func (f *face) setWho(_ http.ResponseWriter, r *web.Request) error {
	form, err := r.Fields()
	if err != nil {
		return err
	}
	w, _ := invite.ParseWho(form.Get("who"))
	if err := f.invites.SetWho(r.Context(), r.Viewer, w); fault.Is(err, fault.Invalid) {
		return r.RenderStatus(http.StatusUnprocessableEntity, whoPage(f.frame(r, "Who may invite you", ""), w, fault.Text(err)), nil)
	} else if text, broken := r.Broken(err); broken {
		return r.RenderStatus(web.Status(err), whoPage(f.frame(r, "Who may invite you", ""), w, text), nil)
	} else if err != nil {
		return err
	}
	r.Say("Saved. From now on: " + w.Label() + ".")
	return r.SeeOther("/invitations/who")
}

func (f *face) how(_ http.ResponseWriter, r *web.Request) error {
	return r.Render(howPage(f.frame(r, "How evidence is found", "")), nil)
}

func path(n int64, act string) string {
	p := "/invitations/" + id.String(n)
	if act != "" {
		p += "/" + act
	}
	return p
}
