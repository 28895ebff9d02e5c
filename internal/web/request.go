package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/page"
	"guildhall/internal/web/ui"
)

// Request is one request with who asks. Viewer is passed on to every service.
type Request struct {
	*http.Request
	Viewer access.Viewer
	Member *Me      // nil for guests
	Theme  ui.Theme // the choice in the cookie

	mux   *Mux
	w     http.ResponseWriter
	token string // of the session; empty for guests
	said  []ui.Toast
	page  *ui.Page
}

// Site returns the instance's name.
func (r *Request) Site() string { return r.mux.opt.Site }

// Partial reports whether htmx asks for a fragment. A boosted link asks for the
// whole page.
func (r *Request) Partial() bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// Page returns the frame of a page with this title: who is signed in, what waits,
// the theme, and what is to be said, which is then said for good. It asks
// Options.Waiting once.
func (r *Request) Page(title string) ui.Page {
	if r.page == nil {
		r.page = &ui.Page{Site: r.Site(), Me: r.Member, Theme: r.Theme, Toasts: append(r.takeFlash(), r.said...)}
		if r.Member != nil {
			r.page.Waiting = r.waiting()
		}
	}
	p := *r.page
	p.Title = title
	return p
}

// Waiting returns how many invitations wait for the viewer: for a fragment that
// changes their number. A page has it already.
func (r *Request) Waiting() int { return r.waiting() }

func (r *Request) waiting() int {
	if r.mux.opt.Waiting == nil || r.Viewer.IsGuest() {
		return 0
	}
	n, err := r.mux.opt.Waiting(r.Context(), r.Viewer)
	if err != nil { // the page is worth more than its number
		r.mux.opt.Log.Error("count waiting invitations", "err", err)
		return 0
	}
	return n
}

// Render writes the full page, or the fragment alone when htmx asks for one and
// there is one.
func (r *Request) Render(full, fragment templ.Component) error {
	return r.RenderStatus(http.StatusOK, full, fragment)
}

// RenderStatus is Render with a status: 422 for a form with its errors.
func (r *Request) RenderStatus(status int, full, fragment templ.Component) error {
	c := full
	if fragment != nil && r.Partial() {
		c = fragment
	}
	return r.write(status, c)
}

// SeeOther leads the browser to another of our pages: what a POST ends with.
func (r *Request) SeeOther(to string) error {
	to = SafePath(to)
	if r.Partial() {
		r.w.Header().Set("HX-Redirect", to)
		r.w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(r.w, r.Request, to, http.StatusSeeOther)
	return nil
}

// Back leads to the page the request came from, or to other when that is unknown.
func (r *Request) Back(other string) error {
	ref, err := url.Parse(r.Referer())
	if err != nil || ref.Host != r.Host || ref.Path == "" {
		return r.SeeOther(other)
	}
	return r.SeeOther(ref.RequestURI())
}

// SafePath returns s if it is a path of our own, else the home page: no address
// that a stranger put into a link leads elsewhere.
func SafePath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") {
		return HomePath
	}
	if len(s) > 1 && (s[1] == '/' || s[1] == '\\') || strings.ContainsAny(s, "\\\r\n\t") || strings.HasPrefix(u.Path, "//") {
		return HomePath
	}
	return s
}

func escape(s string) string { return url.QueryEscape(s) }

// PathID reads an id from the path; one that can't be is answered like one that
// isn't there.
func (r *Request) PathID(name string) (int64, error) {
	n, ok := id.Parse(r.PathValue(name))
	if !ok {
		return 0, fault.NotFound()
	}
	return n, nil
}

// Asked returns a parameter of the address, trimmed and cut to limit characters.
func (r *Request) Asked(name string, limit int) string {
	s := []rune(clean(r.URL.Query().Get(name), false))
	return string(s[:min(len(s), limit)])
}

// After returns where a list goes on: the parameter "after".
func (r *Request) After() page.Cursor { return page.Parse(r.URL.Query().Get("after")) }

func themeOf(r *http.Request) ui.Theme {
	c, err := r.Cookie(themeCookie)
	if err != nil {
		return ui.System
	}
	return ui.ParseTheme(c.Value)
}

const themeCookie = "theme"

// setTheme keeps the choice of light or dark in a cookie.
func setTheme(w http.ResponseWriter, r *Request) error {
	f, err := r.Fields()
	if err != nil {
		return err
	}
	c := &http.Cookie{Name: themeCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.mux.opt.TLS, MaxAge: -1}
	if t := ui.ParseTheme(f.Get("theme")); t != ui.System {
		c.Value, c.MaxAge = string(t), int(365*24*time.Hour/time.Second)
	}
	http.SetCookie(w, c)
	if r.Partial() {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return r.Back(HomePath)
}
