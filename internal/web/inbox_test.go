package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/web"
	"guildhall/internal/web/browsertest"
	"guildhall/internal/web/ui"
)

// inbox is a small feature for the script to work on: a list whose items are
// answered one by one.
type inbox struct {
	mu   sync.Mutex
	open []string
}

func (b *inbox) list() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.open...)
}

func (b *inbox) take(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, o := range b.open {
		if o == id {
			b.open = append(b.open[:i:i], b.open[i+1:]...)
			return nil
		}
	}
	return fault.New(fault.Conflict, "This was answered a moment ago.")
}

// html is markup of the test's own, around components.
func html(parts ...any) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, p := range parts {
			switch p := p.(type) {
			case string:
				io.WriteString(w, p)
			case templ.Component:
				if err := p.Render(ctx, w); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func with(c templ.Component, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, children), w)
	})
}

func (b *inbox) page(r *web.Request, form templ.Component) templ.Component {
	p := r.Page("Invitations")
	p.Class, p.Place = "page inbox-page inbox", ui.AtInvitations
	var items []any
	for _, id := range b.list() {
		answer := with(ui.Button(ui.Btn{Kind: ui.Primary, Key: "a"}), html("Accept"))
		head := ui.InvitationHead{ID: id, From: ui.Person{Name: "Person " + id}, Sent: time.Now(), Now: time.Now(), PickForm: "answers"}
		items = append(items, with(ui.Invitation(head), html(`<form method="post" action="/answer" hx-post="/answer" hx-target="closest [data-item]"><input type="hidden" name="id" value="`+id+`">`, answer, `</form>`)))
	}
	return with(ui.Layout(p), html(`<h1>Invitations</h1><form id="answers" method="post" action="/answer"></form><ul>`, html(items...), `</ul>`,
		with(ui.SelectBar("Selected"), html()), form, ui.Modal(),
		`<button class="btn" id="invite" hx-get="/dialog" hx-target="#modal" hx-swap="innerHTML">Invite</button>
		<button class="btn" id="stale" hx-post="/answer" hx-vals='{"id":"gone"}' hx-target="#note-form">Stale</button>
		<button class="btn" id="cut" hx-post="/cut" hx-target="#note-form">Cut</button>`))
}

func noteForm(value, complaint string) templ.Component {
	return html(`<form id="note-form" method="post" action="/note" hx-post="/note" hx-target="this">`,
		ui.TextArea(ui.Area{Input: ui.Input{Name: "note", Label: "Note", Value: value, Error: complaint, Max: 300}, Mirror: "mirror"}),
		`<p id="mirror"></p>`, with(ui.Button(ui.Btn{}), html("Save")), `</form>`)
}

func (b *inbox) routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /{$}", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error { return r.Render(b.page(r, noteForm("", "")), nil) }},
		{Pattern: "GET /network", Policy: web.Member, Handler: page("Network")},
		{Pattern: "POST /answer", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error {
			f, err := r.Fields()
			if err != nil {
				return err
			}
			id := f.Get("id")
			if err := b.take(id); err != nil {
				return err
			}
			if r.Partial() {
				return r.Render(nil, html(ui.SwapToasts(ui.Toast{Text: "Accepted " + id + ".", Undo: "/undo", Fields: map[string]string{"id": id}}), ui.SwapWaiting(len(b.list()))))
			}
			r.SayUndo("Accepted "+id+".", "/undo", map[string]string{"id": id})
			return r.SeeOther("/")
		}},
		{Pattern: "POST /undo", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error {
			f, err := r.Fields()
			if err != nil {
				return err
			}
			b.mu.Lock()
			b.open = append(b.open, f.Get("id"))
			b.mu.Unlock()
			r.Say("Undone.")
			return r.Back("/")
		}},
		{Pattern: "POST /note", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error {
			f, err := r.Fields()
			if err != nil {
				return err
			}
			form := noteForm(f.Get("note"), "Please say a little more.")
			return r.RenderStatus(422, b.page(r, form), form)
		}},
		{Pattern: "GET /dialog", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error {
			d := with(ui.Dialog(ui.DialogTop{Title: "Invite Ada", Close: "/"}), html(`<form class="dialog-form" method="post" action="/answer">`, ui.Field(ui.Input{Name: "n", Label: "Name", Autofocus: true}), `</form>`))
			return r.Render(with(ui.DialogPage(r.Page("Invite Ada")), d), d)
		}},
		{Pattern: "POST /cut", Policy: web.Member, Handler: func(http.ResponseWriter, *web.Request) error { panic(http.ErrAbortHandler) }},
		{Pattern: "GET /evil", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			return r.Render(with(ui.Layout(r.Page("Evil")), html(`<h1 id="t" style="color:red">x</h1><script>window.pwned = 1</script><img src="/missing.png" onerror="window.pwned = 2" alt="">`)), nil)
		}},
	}
}

// step opens the inbox as Ada with the invitations "one" to "three".
func step(t *testing.T) (*inbox, *httptest.Server, *browsertest.Page) {
	t.Helper()
	b := &inbox{open: []string{"one", "two", "three"}}
	opt := web.Options{Sessions: people, Unlimited: true, Waiting: func(context.Context, access.Viewer) (int, error) { return len(b.list()), nil }}
	srv := serve(t, opt, b.routes())
	p := browsertest.Start(t).Page(1280, browsertest.Light)
	p.SetCookie(srv.URL, "guildhall", "ada")
	return b, srv, p
}
