// Package web is the kit for pages: it takes a list of routes and makes one
// http.Handler of it, in which every route has a declared policy, every change
// comes from our own pages, every body has a limit, every error becomes a page by
// one table, and every page has the same frame. It owns the session cookie, the
// word about what just happened (flash), forms and fragments. It knows no
// feature: who is signed in and how many invitations wait is injected.
//
// How pages look is package ui; the files they load are package static.
package web

//go:generate go tool templ generate -f errors.templ

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/web/ui"
)

// Policy says who may ask for a route at all. What they then see is decided by
// access, thing by thing. A route without one keeps the server from starting.
type Policy uint8

// The policies. The zero Policy is undeclared and refused.
const (
	undeclared Policy = iota
	Open              // anybody
	Guest             // only who is not signed in; others are led home
	Member            // only who is signed in; others are led to sign in, and back
	Owner             // only the keeper of this instance; to all others it isn't there
)

// String returns the policy's name.
func (p Policy) String() string {
	switch p {
	case Open:
		return "open"
	case Guest:
		return "guest"
	case Member:
		return "member"
	case Owner:
		return "owner"
	}
	return "undeclared"
}

// Limit is how often one person may ask for a route: a class, not a number, so
// that the numbers stand in one place (rates).
type Limit uint8

// The classes.
const (
	ByMethod Limit = iota // Reads for GET, Writes for all else
	Reads                 // pages
	Writes                // acts
	Costly                // searches, uploads
	Guarded               // passwords, sign-up, mail to strangers: counted by address, also when signed in
)

// Handler answers a request. It writes a page with Request.Render, leads on with
// Request.SeeOther, or returns an error, which becomes a page by its fault.Kind.
type Handler func(w http.ResponseWriter, r *Request) error

// Route is one address of the program.
type Route struct {
	Pattern string // "POST /invitations/{id}/accept", as http.ServeMux has it, always with its method
	Policy  Policy
	Handler Handler
	Limit   Limit
	Upload  bool // the body may be a file: MaxUpload instead of MaxForm
}

// Limits of a request.
const (
	MaxForm   = 256 << 10 // bytes of a form: ten thousand characters of any script, three bytes for each of four, and as much room again
	MaxUpload = 8 << 20   // bytes of a form with a file

	formTime   = 20 * time.Second
	uploadTime = 60 * time.Second
)

// Where the frame itself leads. The features behind them declare these routes.
const (
	HomePath   = "/"
	SignInPath = "/signin"
)

// Me is the signed-in member as the frame of a page shows them.
type Me = ui.Me

// Session is what a session cookie stands for.
type Session struct {
	Viewer access.Viewer
	Me     Me
}

// Sessions finds the session of a cookie's token. ok is false for a token that is
// unknown, ended or expired; err is for a machine that can't say.
type Sessions interface {
	Lookup(ctx context.Context, token string) (s Session, ok bool, err error)
}

// Options is what a Mux needs besides its routes. All may be left out.
type Options struct {
	Site      string                                              // the instance's name
	TLS       bool                                                // served over TLS: cookies are Secure and bound to the host
	Key       []byte                                              // signs what a cookie carries; random when empty
	Sessions  Sessions                                            // nil: everybody is a guest
	Waiting   func(context.Context, access.Viewer) (int, error)   // invitations that wait for v; asked once for a whole page, never for a fragment
	Log       *slog.Logger                                        // slog.Default if nil; gets no path, no id, no address
	Proxies   []netip.Prefix                                      // whose word about the client's address is taken; none: nobody's
	Unlimited bool                                                // no rate limits: for tests and the demo on one's own machine
	Observe   func(route string, queries int, took time.Duration) // for tests: called after every request
}
