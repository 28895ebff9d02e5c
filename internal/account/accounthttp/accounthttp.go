// Package accounthttp is the face of account: the pages before the hall
// (registering, signing in, forgotten passwords, one-time links) and the
// account's settings. It also finds the session of every request for package
// web. It has no rules: it parses, asks and draws.
package accounthttp

//go:generate go tool templ generate -path .

import (
	"context"
	"net/http"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/fault"
	"guildhall/internal/member"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// Persona is somebody of the demo whom one can step into.
type Persona struct {
	Card  member.Card
	Waits string // what waits for them, as a sentence: "Three invitations wait for an answer."
}

// Options is what the face needs.
type Options struct {
	Accounts *account.Service
	Now      func() time.Time
	TLS      bool                                         // served over TLS: its one cookie is Secure
	Personas func(ctx context.Context) ([]Persona, error) // of the demo; nil elsewhere
}

type face struct{ Options }

// Routes returns the pages of accounts. Those that take a password or send a
// letter are of the class Guarded.
func Routes(o Options) []web.Route {
	f := &face{Options: o}
	open := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: web.Open, Handler: h}
	}
	guarded := func(pattern string, p web.Policy, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: p, Handler: h, Limit: web.Guarded}
	}
	return []web.Route{
		open("GET "+web.SignInPath, f.signInPage),
		guarded("POST "+web.SignInPath, web.Open, f.signIn),
		open("POST /signout", f.signOut),
		open("POST /persona", f.persona),

		{Pattern: "GET /register", Policy: web.Guest, Handler: f.registerPage},
		guarded("POST /register", web.Guest, f.register),
		{Pattern: "GET /register/sent", Policy: web.Guest, Handler: f.registerSent},
		open("GET /verify", f.verifyPage),
		guarded("POST /verify", web.Open, f.verify),

		open("GET /reset", f.resetPage),
		guarded("POST /reset", web.Open, f.requestReset),
		open("GET /reset/sent", f.resetSent),
		open("GET /reset/{token}", f.newPasswordPage),
		guarded("POST /reset/{token}", web.Open, f.newPassword),

		open("GET /owner/{token}", f.ownerPage),
		guarded("POST /owner/{token}", web.Open, f.makeOwner),
		open("GET /link/{token}", f.linkPage),
		guarded("POST /link/{token}", web.Open, f.followLink),
		open("GET /settings/account/email/{token}", f.confirmEmailPage),
		guarded("POST /settings/account/email/{token}", web.Open, f.confirmEmail),

		{Pattern: "GET /settings/account", Policy: web.Member, Handler: f.settingsPage},
		guarded("POST /settings/account/password", web.Member, f.changePassword),
		guarded("POST /settings/account/email", web.Member, f.changeEmail),
		{Pattern: "POST /settings/account/signout", Policy: web.Member, Handler: f.signOutElsewhere},
	}
}

// Sessions finds the sessions of requests.
func Sessions(a *account.Service) web.Sessions { return sessions{a} }

type sessions struct{ accounts *account.Service }

// Lookup returns the session of a cookie's token, with what the frame of a page
// shows of its member: two statements.
func (s sessions) Lookup(ctx context.Context, token string) (web.Session, bool, error) {
	ses, ok, err := s.accounts.Lookup(ctx, token)
	if !ok || err != nil {
		return web.Session{}, false, err
	}
	c := ses.Card
	return web.Session{Viewer: access.Member(ses.Member), Me: web.Me{
		ID: c.ID, Handle: c.Handle, Name: c.Name, Lang: c.Lang, Picture: ui.PictureOf(c, false), Owner: ses.Role == account.RoleOwner,
	}}, true, nil
}

// client is who asks.
func client(r *web.Request) account.Client {
	return account.Client{IP: r.Client(), Agent: r.UserAgent(), Token: r.Token()}
}

// enter gives the browser a fresh session and leads on.
func (f *face) enter(r *web.Request, token, next string) error {
	r.StartSession(token, f.Now().Add(account.SessionLife))
	return r.SeeOther(next)
}

// form is what every page with a form shows again after it could not be taken.
// Passwords are never among what was typed.
type form struct {
	Frame  ui.Page
	Name   string
	Email  string
	Next   string // a path of our own
	Token  string
	Text   string            // what is wrong as a whole
	Errors map[string]string // and at the fields
}

// refused fills in why a form could not be taken. What no form can say is
// returned.
func (v *form) refused(r *web.Request, err error) error {
	if err == nil || fault.Is(err, fault.Missing) {
		return err
	}
	if kind := fault.Of(err); kind == fault.Internal || kind == fault.Unavailable {
		text, broken := r.Broken(err)
		if !broken {
			return err
		}
		v.Text = text
		return nil
	}
	v.Errors = fault.ByField(err)
	v.Text = v.Errors[""]
	if v.Errors == nil {
		v.Text = fault.Text(err)
	}
	return nil
}

// isGone reports whether a link does not work any more.
func isGone(err error) bool { return fault.Is(err, fault.Missing) }

// gone is the page of a link that does not work any more.
func gone(r *web.Request, why string) error {
	return r.RenderStatus(http.StatusNotFound, gonePage(r.Page("This link does not work any more"), why), nil)
}

// receiptCookie keeps what Register hands to the browser that registered, for
// the page behind its link alone.
func (f *face) receiptCookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: "registered", Value: value, Path: "/verify", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: f.TLS, SameSite: http.SameSiteLaxMode}
}

func receipt(r *web.Request) string {
	c, err := r.Cookie("registered")
	if err != nil || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}
