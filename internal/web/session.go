package web

import (
	"net/http"
	"time"
)

const maxToken = 128 // bytes; a longer cookie is not one of ours

func (m *Mux) cookieName(name string) string {
	if m.opt.TLS {
		return "__Host-" + name
	}
	return name
}

func (m *Mux) readToken(r *http.Request) string {
	c, err := r.Cookie(m.cookieName("guildhall"))
	if err != nil || len(c.Value) > maxToken {
		return ""
	}
	return c.Value
}

func (m *Mux) cookie(name, value string) *http.Cookie {
	return &http.Cookie{Name: m.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: m.opt.TLS, SameSite: http.SameSiteLaxMode}
}

// Token returns the session's token, for the feature that ends it; empty for
// guests.
func (r *Request) Token() string { return r.token }

// StartSession gives the browser a session's token, until then. What is said
// afterwards belongs to the new session.
func (r *Request) StartSession(token string, until time.Time) {
	c := r.mux.cookie("guildhall", token)
	c.Expires = until
	http.SetCookie(r.w, c)
	r.token = token
}

// EndSession takes the token from the browser.
func (r *Request) EndSession() {
	c := r.mux.cookie("guildhall", "")
	c.MaxAge = -1
	http.SetCookie(r.w, c)
	r.token = ""
}

// Keep gives the browser a small choice of how pages look, for a year. Only what
// somebody may know who has the browser in hand belongs there.
func (r *Request) Keep(name, value string) {
	c := r.mux.cookie(name, value)
	c.MaxAge = int(365 * 24 * time.Hour / time.Second)
	http.SetCookie(r.w, c)
}

// Kept returns what Keep gave the browser; empty for nothing. Anybody can change it.
func (r *Request) Kept(name string) string {
	c, err := r.Cookie(r.mux.cookieName(name))
	if err != nil || len(c.Value) > maxToken {
		return ""
	}
	return c.Value
}
