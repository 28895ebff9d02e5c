package web_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guildhall/internal/web"
)

func flashRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /ignore", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			r.SayUndo("Ignored 2 invitations.", "/undo", map[string]string{"id": "12"})
			return r.SeeOther("/x")
		}},
		{Pattern: "POST /enter", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			r.StartSession("ada", time.Now().Add(time.Hour))
			r.Say("Welcome back.")
			return r.SeeOther("/x")
		}},
		{Pattern: "POST /leave", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			if r.Token() != "ada" {
				return r.SeeOther("/wrong")
			}
			r.EndSession()
			r.Say("See you.")
			return r.SeeOther("/x")
		}},
		{Pattern: "POST /shout", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			r.Say(strings.Repeat("much too long ", 500))
			return r.SeeOther("/x")
		}},
		{Pattern: "GET /x", Policy: web.Open, Handler: page("p")},
	}
}

// cookies returns what a browser keeps of an answer, as it would send it next.
func cookies(res *http.Response) map[string]string {
	m := map[string]string{}
	for _, c := range res.Cookies() {
		if c.MaxAge >= 0 {
			m[c.Name] = c.Value
		}
	}
	return m
}

func TestWhatWasSaidIsShownOnce(t *testing.T) {
	m := build(t, web.Options{}, flashRoutes()...)
	said := cookies(ask(m, "ada", "POST", "/ignore", nil))["said"]
	res := ask(m, "", "GET", "/x", nil, "Cookie", "guildhall=ada; said="+said)
	body := read(t, res)
	if !strings.Contains(body, "Ignored 2 invitations.") || !strings.Contains(body, `action="/undo"`) || !strings.Contains(body, `name="id" value="12"`) {
		t.Errorf("the page doesn't say it: %s", body)
	}
	gone := false
	for _, c := range res.Cookies() {
		gone = gone || c.Name == "said" && c.MaxAge < 0
	}
	if !gone {
		t.Error("it would be said again")
	}
	if strings.Contains(read(t, ask(m, "ada", "GET", "/x", nil)), "Ignored") {
		t.Error("it was said without the cookie")
	}
}

func TestNobodyElseCanPlantAWord(t *testing.T) {
	m := build(t, web.Options{}, flashRoutes()...)
	other := build(t, web.Options{}, flashRoutes()...) // another key
	good := cookies(ask(m, "ada", "POST", "/ignore", nil))["said"]
	body, sig, _ := strings.Cut(good, ".")
	plain, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(plain), "Ignored 2 invitations.", "Call this number now!!", 1)))
	for name, cookie := range map[string]string{
		"another text":        forged + "." + sig,
		"no signature":        body,
		"an empty signature":  body + ".",
		"another key":         cookies(ask(other, "ada", "POST", "/ignore", nil))["said"],
		"another session":     cookies(ask(m, "grace", "POST", "/ignore", nil))["said"],
		"a guest's":           cookies(ask(m, "", "POST", "/ignore", nil))["said"],
		"nonsense":            "%%%.%%%",
		"the signature twice": sig + "." + sig,
	} {
		page := read(t, ask(m, "", "GET", "/x", nil, "Cookie", "guildhall=ada; said="+cookie))
		if strings.Contains(page, "Ignored") || strings.Contains(page, "Call this") {
			t.Errorf("%s was shown", name)
		}
	}
}

func TestWordsAcrossSignInAndOut(t *testing.T) {
	m := build(t, web.Options{}, flashRoutes()...)
	c := cookies(ask(m, "", "POST", "/enter", nil))
	if c["guildhall"] != "ada" {
		t.Fatalf("cookies after sign-in: %v", c)
	}
	if body := read(t, ask(m, "", "GET", "/x", nil, "Cookie", "guildhall=ada; said="+c["said"])); !strings.Contains(body, "Welcome back.") {
		t.Error("the new session is not welcomed")
	}
	c = cookies(ask(m, "ada", "POST", "/leave", nil))
	if _, in := c["guildhall"]; in {
		t.Error("still signed in")
	}
	if body := read(t, ask(m, "", "GET", "/x", nil, "Cookie", "said="+c["said"])); !strings.Contains(body, "See you.") {
		t.Error("nobody says good-bye")
	}
}

func TestWordsGrowOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := build(t, web.Options{}, flashRoutes()...)
		said := cookies(ask(m, "ada", "POST", "/ignore", nil))["said"]
		time.Sleep(3 * time.Minute) // in a bubble: no time passes
		if strings.Contains(read(t, ask(m, "", "GET", "/x", nil, "Cookie", "guildhall=ada; said="+said)), "Ignored") {
			t.Error("it is said after three minutes")
		}
	})
}

func TestTooMuchToSay(t *testing.T) {
	m := build(t, web.Options{}, flashRoutes()...)
	res := ask(m, "ada", "POST", "/shout", nil)
	if c := cookies(res); res.StatusCode != 303 || len(c) != 0 {
		t.Errorf("%d with %d cookies: a browser takes none above 4 KB", res.StatusCode, len(c))
	}
}

func TestCookiesAreBoundToTheHostOverTLS(t *testing.T) {
	for _, tls := range []bool{false, true} {
		m := build(t, web.Options{TLS: tls}, flashRoutes()...)
		for _, c := range ask(m, "", "POST", "/enter", nil).Cookies() {
			if c.Secure != tls || strings.HasPrefix(c.Name, "__Host-") != tls || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("TLS %v: %s", tls, c)
			}
		}
	}
}
