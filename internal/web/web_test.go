package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// hall is the door for tests: the token is the member's name.
type hall map[string]web.Session

func (h hall) Lookup(_ context.Context, token string) (web.Session, bool, error) {
	if token == "broken" {
		return web.Session{}, false, errors.New("the database is away")
	}
	s, ok := h[token]
	return s, ok, nil
}

var people = hall{
	"ada":   {Viewer: access.Member(7), Me: web.Me{ID: 7, Handle: "ada", Name: "Ada Lovelace"}},
	"grace": {Viewer: access.Member(9), Me: web.Me{ID: 9, Handle: "grace", Name: "Grace Mwangi", Owner: true}},
}

func page(text string) web.Handler {
	return func(w http.ResponseWriter, r *web.Request) error {
		return r.Render(ui.Layout(r.Page(text)), nil)
	}
}

func fails(err error) web.Handler {
	return func(http.ResponseWriter, *web.Request) error { return err }
}

func build(t *testing.T, opt web.Options, routes ...web.Route) *web.Mux {
	t.Helper()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Sessions == nil {
		opt.Sessions = people
	}
	opt.Site = "Saltmarsh"
	m, err := web.New(opt, routes)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask sends one request as somebody ("" is a guest) with further headers.
func ask(h http.Handler, as, method, target string, body io.Reader, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, body)
	if as != "" {
		r.AddCookie(&http.Cookie{Name: "guildhall", Value: as})
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRoutesThatStopTheStart(t *testing.T) {
	ok := page("x")
	for name, routes := range map[string][]web.Route{
		"declares no policy":     {{Pattern: "GET /a", Handler: ok}},
		"has no handler":         {{Pattern: "GET /a", Policy: web.Open}},
		"names no method":        {{Pattern: "/a", Policy: web.Open, Handler: ok}},
		"conflicts with":         {{Pattern: "GET /a", Policy: web.Open, Handler: ok}, {Pattern: "GET /a", Policy: web.Member, Handler: ok}},
		"unknown limit":          {{Pattern: "GET /a", Policy: web.Open, Handler: ok, Limit: 99}},
		`"GET /b{"`:              {{Pattern: "GET /b{", Policy: web.Open, Handler: ok}},
		`"GET /c" declares no`:   {{Pattern: "GET /ok", Policy: web.Open, Handler: ok}, {Pattern: "GET /c", Policy: 200, Handler: ok}},
		`"POST /theme": pattern`: {{Pattern: "POST /theme", Policy: web.Open, Handler: ok}},
	} {
		_, err := web.New(web.Options{}, routes)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: the error is %v, want one with %q", routes, err, name)
		}
	}
}

func TestPolicies(t *testing.T) {
	m := build(t, web.Options{},
		web.Route{Pattern: "GET /open", Policy: web.Open, Handler: page("p")},
		web.Route{Pattern: "GET /guest", Policy: web.Guest, Handler: page("p")},
		web.Route{Pattern: "GET /member", Policy: web.Member, Handler: page("p")},
		web.Route{Pattern: "POST /member", Policy: web.Member, Handler: page("p")},
		web.Route{Pattern: "GET /owner", Policy: web.Owner, Handler: page("p")},
	)
	for _, c := range []struct {
		as, method, path string
		status           int
		to               string
	}{
		{"", "GET", "/open", 200, ""}, {"ada", "GET", "/open", 200, ""},
		{"", "GET", "/guest", 200, ""}, {"ada", "GET", "/guest", 303, "/"},
		{"", "GET", "/member?q=a&b=c", 303, "/signin?next=%2Fmember%3Fq%3Da%26b%3Dc"}, {"ada", "GET", "/member", 200, ""},
		{"", "POST", "/member", 303, "/signin"}, {"ada", "POST", "/member", 200, ""},
		{"", "GET", "/owner", 303, "/signin?next=%2Fowner"}, {"ada", "GET", "/owner", 404, ""}, {"grace", "GET", "/owner", 200, ""},
		{"nobody", "GET", "/member", 303, "/signin?next=%2Fmember"}, {strings.Repeat("x", 300), "GET", "/member", 303, "/signin?next=%2Fmember"},
		{"broken", "GET", "/open", 500, ""},
		{"ada", "HEAD", "/member", 200, ""},
	} {
		res := ask(m, c.as, c.method, c.path, nil)
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s %s as %q: %d to %q, want %d to %q", c.method, c.path, c.as, res.StatusCode, res.Header.Get("Location"), c.status, c.to)
		}
	}
	if res := ask(m, "", "GET", "/member", nil, "HX-Request", "true"); res.StatusCode != 200 || res.Header.Get("HX-Redirect") != "/signin" {
		t.Errorf("a fragment for a guest: %d %v", res.StatusCode, res.Header)
	}
	res := ask(m, "nobody", "GET", "/open", nil)
	if c := res.Cookies(); len(c) != 1 || c[0].Name != "guildhall" || c[0].MaxAge >= 0 {
		t.Errorf("a token that stands for nothing stays: %v", c)
	}
}

func TestHeaders(t *testing.T) {
	m := build(t, web.Options{}, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: page("p")})
	for _, path := range []string{"/x", "/missing"} {
		h := ask(m, "ada", "GET", path, nil).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control":                "no-store",
			"Strict-Transport-Security":    "",
			"Content-Type":                 "text/html; charset=utf-8",
			"Vary":                         "Accept-Encoding, Cookie, HX-Request",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("the policy %q lacks %q", csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("the policy opens a door: %q", csp)
		}
	}
	tls := build(t, web.Options{TLS: true}, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: page("p")})
	if got := ask(tls, "", "GET", "/x", nil).Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("over TLS: %q", got)
	}
}

func TestOnlyOurOwnPagesChangeAnything(t *testing.T) {
	done := 0
	m := build(t, web.Options{}, web.Route{Pattern: "POST /x", Policy: web.Member, Handler: func(w http.ResponseWriter, r *web.Request) error {
		done++
		return r.SeeOther("/")
	}})
	for _, c := range []struct {
		header []string
		ok     bool
	}{
		{nil, true}, // no browser
		{[]string{"Sec-Fetch-Site", "same-origin"}, true},
		{[]string{"Sec-Fetch-Site", "none"}, true},
		{[]string{"Sec-Fetch-Site", "cross-site"}, false},
		{[]string{"Sec-Fetch-Site", "same-site"}, false},
		{[]string{"Origin", "http://example.com"}, true}, // httptest's own host
		{[]string{"Origin", "https://evil.example"}, false},
		{[]string{"Origin", "null"}, false},
	} {
		done = 0
		res := ask(m, "ada", "POST", "/x", nil, c.header...)
		if (done == 1) != c.ok || c.ok != (res.StatusCode == 303) || !c.ok && res.StatusCode != 403 {
			t.Errorf("%v: done %d times, answered %d", c.header, done, res.StatusCode)
		}
	}
}

func TestPageIsFilled(t *testing.T) {
	asked := 0
	opt := web.Options{Waiting: func(_ context.Context, v access.Viewer) (int, error) {
		asked++
		if v != access.Member(7) {
			t.Errorf("asked on behalf of %v", v)
		}
		return 3, nil
	}}
	m := build(t, opt, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		r.Page("once")
		return r.Render(ui.Layout(r.Page("Hello")), ui.Head("Part", ""))
	}})
	body := read(t, ask(m, "ada", "GET", "/x", nil, "Cookie", "guildhall=ada; theme=dark"))
	for _, want := range []string{"<title>Hello · Saltmarsh</title>", `data-theme="dark"`, ", waiting: </span>3", "/in/ada", "AL"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if asked != 1 {
		t.Errorf("counted %d times for one page", asked)
	}
	asked = 0
	part := read(t, ask(m, "ada", "GET", "/x", nil, "HX-Request", "true"))
	if strings.Contains(part, "<html") || !strings.Contains(part, "<h1>Part</h1>") {
		t.Errorf("the fragment is %s", part)
	}
	for _, header := range [][]string{{"HX-Request", "true", "HX-Boosted", "true"}, {"HX-Request", "true", "HX-History-Restore-Request", "true"}} {
		if body := read(t, ask(m, "ada", "GET", "/x", nil, header...)); !strings.Contains(body, "<html") {
			t.Errorf("%v got a fragment", header)
		}
	}
	if guest := read(t, ask(m, "", "GET", "/x", nil)); strings.Contains(guest, "waiting") && strings.Contains(guest, "AL") {
		t.Error("a guest is shown a member's frame")
	}
}

func TestWaitingThatFailsCostsNoPage(t *testing.T) {
	opt := web.Options{Waiting: func(context.Context, access.Viewer) (int, error) { return 0, errors.New("away") }}
	m := build(t, opt, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: page("p")})
	if res := ask(m, "ada", "GET", "/x", nil); res.StatusCode != 200 {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestTheme(t *testing.T) {
	m := build(t, web.Options{})
	for choice, want := range map[string]string{"dark": "dark", "light": "light", "": "", "purple": ""} {
		res := ask(m, "", "POST", "/theme", strings.NewReader(url.Values{"theme": {choice}}.Encode()), "Referer", "http://example.com/network?q=x")
		c := res.Cookies()
		if len(c) != 1 || c[0].Value != want || (want == "") != (c[0].MaxAge < 0) || !c[0].HttpOnly {
			t.Errorf("%q: cookies %v", choice, c)
		}
		if res.StatusCode != 303 || res.Header.Get("Location") != "/network?q=x" {
			t.Errorf("%q leads to %q", choice, res.Header.Get("Location"))
		}
	}
	if to := ask(m, "", "POST", "/theme", nil, "Referer", "https://evil.example/x").Header.Get("Location"); to != "/" {
		t.Errorf("a stranger's page leads to %q", to)
	}
	if res := ask(m, "", "POST", "/theme", strings.NewReader("theme=dark"), "HX-Request", "true"); res.StatusCode != 204 {
		t.Errorf("by script: %d", res.StatusCode)
	}
}

func TestSafePath(t *testing.T) {
	for in, want := range map[string]string{
		"/": "/", "/network?q=a%20b": "/network?q=a%20b", "/in/ada#about": "/in/ada#about",
		"": "/", "network": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example": "/", "http:/evil": "/",
		"javascript:alert(1)": "/", "/\t/evil.example": "/", "/a\r\nSet-Cookie: x": "/", "/%2fevil.example": "/", "\\\\evil": "/", "///evil": "/", " /x": "/",
	} {
		if got := web.SafePath(in); got != want {
			t.Errorf("SafePath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestQueriesAreCounted(t *testing.T) {
	var seen string
	d := dbtest.SQLite(t)
	opt := web.Options{Observe: func(r string, queries int, took time.Duration) {
		seen = fmt.Sprintf("%s: %d, %v", r, queries, took > 0)
	}}
	m := build(t, opt, web.Route{Pattern: "GET /x/{n}", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		for range len(r.PathValue("n")) {
			rows, err := d.Query(r.Context(), "SELECT 1")
			if err != nil {
				return err
			}
			rows.Close()
		}
		return r.Render(ui.Layout(r.Page("p")), nil)
	}})
	for path, want := range map[string]string{"/x/1": "GET /x/{n}: 1, true", "/x/333": "GET /x/{n}: 3, true", "/y": "/: 0, true"} {
		if ask(m, "", "GET", path, nil); seen != want {
			t.Errorf("%s: observed %q, want %q", path, seen, want)
		}
	}
}

func TestSmallThings(t *testing.T) {
	m := build(t, web.Options{}, web.Route{Pattern: "GET /x/{id}", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		id, err := r.PathID("id")
		if err != nil {
			return err
		}
		fmt.Fprint(w, id, "|", r.Asked("q", 3), "|", r.After().IsZero())
		return nil
	}})
	if got := read(t, ask(m, "", "GET", "/x/z?q=%20abcdef&after=nonsense", nil)); got != "35|abc|true" {
		t.Errorf("read %q", got)
	}
	for _, bad := range []string{"/x/0", "/x/-1", "/x/Z", "/x/../x", "/x/%20"} {
		if res := ask(m, "", "GET", bad, nil); res.StatusCode == 200 {
			t.Errorf("%s is taken", bad)
		}
	}
}

// Compressors are used again: what one page said must not be in another.
func TestZippedPages(t *testing.T) {
	m := build(t, web.Options{}, web.Route{Pattern: "GET /x/{text}", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		return page(strings.Repeat(r.PathValue("text"), 20))(w, r)
	}})
	srv := httptest.NewServer(m)
	defer srv.Close()
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			text := fmt.Sprintf("page-%03d.", n)
			res, err := http.Get(srv.URL + "/x/" + text) // Go's client asks for gzip and unpacks it
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || !res.Uncompressed || !strings.HasSuffix(strings.TrimSpace(string(body)), "</html>") ||
				strings.Count(string(body), "page-") != strings.Count(string(body), text) || !strings.Contains(string(body), text) {
				t.Errorf("%v, compressed: %v, %d bytes of %s", err, res.Uncompressed, len(body), text)
			}
		})
	}
	wg.Wait()
}

func TestServerHasLimits(t *testing.T) {
	s := web.Server(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("a limit is missing: %+v", s)
	}
}

func TestALongCookieIsNotLookedUp(t *testing.T) {
	long := strings.Repeat("x", 129)
	m := build(t, web.Options{Sessions: hall{long: people["ada"]}}, web.Route{Pattern: "GET /x", Policy: web.Member, Handler: page("p")})
	if res := ask(m, long, "GET", "/x", nil); res.StatusCode != 303 {
		t.Errorf("a cookie that is none of ours was looked up: %d", res.StatusCode)
	}
}
