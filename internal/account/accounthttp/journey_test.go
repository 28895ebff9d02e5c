package accounthttp_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/db/dbtest"
)

func TestFromRegisteringToSigningOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser()
		b.header.Set("Host", "evil.example") // letters take no request's word for where they lead
		b.get("/register").is(t, 200).has(t, `action="/register"`)
		b.post("/register", "name", "Ada Brandt", "email", "ada@example.org", "password", secret).to(t, "/register/sent")
		b.get("/register/sent").is(t, 200).hasNot(t, "ada@example.org")
		link := h.path(h.letter("ada@example.org"), "/verify?token=")
		for range 2 { // a mail scanner may look
			b.get(link).is(t, 200).has(t, "ada@example.org", "Ada Brandt", "Confirm and enter").hasNot(t, `type="password"`)
		}
		b.get("/").has(t, "home of guest")
		_, token, _ := strings.Cut(link, "token=")
		b.post("/verify", "token", token).to(t, "/")
		b.get("/").has(t, "home of Ada Brandt", "Welcome.")
		b.get("/signin").to(t, "/")
		b.get("/register").to(t, "/")
		h.browser().get(link).is(t, 404).has(t, "does not work any more")
		h.browser().post("/verify", "token", token).is(t, 404)
		b.post("/signout").to(t, "/signin")
		b.get("/signin").is(t, 200).has(t, "You are signed out.")
		b.get("/network").to(t, "/signin?next=%2Fnetwork")
		b.get("/signin?next=%2Fnetwork").has(t, `name="next" value="/network"`)
		b.post("/signin", "email", "Ada@Example.org", "password", secret, "next", "/network").to(t, "/network")
		b.get("/network").has(t, "network of Ada Brandt")
	})
}

func TestAnotherBrowserAsksForThePassword(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.browser().post("/register", "name", "Ada Brandt", "email", "ada@example.org", "password", secret).to(t, "/register/sent")
	link := h.path(h.letter("ada@example.org"), "/verify?token=")
	_, token, _ := strings.Cut(link, "token=")
	b := h.browser()
	b.get(link).is(t, 200).has(t, `type="password"`, `autocomplete="current-password"`)
	a := b.post("/verify", "token", token, "password", "not it at all").is(t, 422)
	if a.complaint(t, "f-password") == "" {
		t.Fatal("no word at the field")
	}
	a.hasNot(t, "not it at all")
	b.post("/verify", "token", token, "password", secret).to(t, "/")
	b.get("/").has(t, "home of Ada Brandt")
}

// Every form that cannot be taken says so at the field and keeps what was typed,
// except passwords.
func TestFormsKeepWhatWasTyped(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	ada := h.browser()
	ada.join("Ada Brandt", "ada@example.org")
	owner := h.ownerPath()
	for _, c := range []struct {
		b        *browser
		path     string
		fields   []string
		complain []string
		keep     []string
	}{
		{h.browser(), "/register", []string{"name", " ", "email", "ada@", "password", "sh0rt<>"}, []string{"f-name", "f-email", "f-password"}, []string{`value="ada@"`}},
		{h.browser(), "/register", []string{"name", `Ada "<Brandt>`, "email", "a@b.example", "password", "sh0rt<>"}, []string{"f-password"}, []string{"Ada &#34;&lt;Brandt&gt;", `value="a@b.example"`}},
		{h.browser(), "/register", []string{"name", strings.Repeat("日本", 80), "email", "a@b.example", "password", secret}, []string{"f-name"}, []string{strings.Repeat("日本", 80)}},
		{h.browser(), "/signin", []string{"email", "ada@example.org", "password", "sh0rt<>", "next", "/network"}, []string{"f-password"}, []string{`value="ada@example.org"`, `value="/network"`}},
		{h.browser(), "/signin", []string{"email", "nobody", "password", ""}, []string{"f-email", "f-password"}, []string{`value="nobody"`}},
		{h.browser(), "/reset", []string{"email", "no body"}, []string{"f-email"}, []string{`value="no body"`}},
		{h.browser(), owner, []string{"name", "", "email", "ow@", "password", "sh0rt<>"}, []string{"f-name", "f-email", "f-password"}, []string{`value="ow@"`}},
		{ada, "/settings/account/email", []string{"email", "new@", "current", "sh0rt<>"}, []string{"f-email"}, []string{`value="new@"`}},
		{ada, "/settings/account/email", []string{"email", "new@example.org", "current", "sh0rt<>"}, []string{"f-email-current"}, []string{`value="new@example.org"`}},
		{ada, "/settings/account/password", []string{"current", "sh0rt<>", "password", "long enough 4 all"}, []string{"f-current"}, nil},
		{ada, "/settings/account/password", []string{"current", secret, "password", "sh0rt<>"}, []string{"f-password"}, nil},
	} {
		a := c.b.post(c.path, c.fields...).is(t, 422)
		for _, id := range c.complain {
			if a.complaint(t, id) == "" {
				t.Errorf("%s: nothing is said at %s", c.path, id)
			}
		}
		a.has(t, c.keep...).hasNot(t, "sh0rt", secret, "long enough 4 all", "<Brandt>")
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.browser().post("/register", "name", strings.Repeat("x", 100<<10), "email", "a@b.example", "password", secret).is(t, 422)
}

func (h *house) ownerPath() string {
	h.t.Helper()
	link, err := h.accounts.OwnerLink(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.TrimPrefix(link, base)
}

// Status, headers and body, byte for byte. The only thing that differs between
// any two answers is the random receipt of a registration.
func TestNoPageTellsWhetherAnAddressIsRegistered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.browser().join("Ada Brandt", "ada@example.org")
		shape := func(a answer) string {
			head := a.Header.Clone()
			head.Del("Date")
			for i, c := range head["Set-Cookie"] {
				value, rest, _ := strings.Cut(c, ";")
				name, value, _ := strings.Cut(value, "=")
				head["Set-Cookie"][i] = name + "=" + strings.Repeat("x", len(value)) + rest
			}
			lines := []string{a.Status}
			for k, v := range head {
				lines = append(lines, k+": "+strings.Join(v, " | "))
			}
			slices.Sort(lines)
			return strings.Join(lines, "\n") + "\n\n" + strings.NewReplacer("ada@example.org", "ADDRESS", "eve@example.org", "ADDRESS").Replace(a.body)
		}
		for path, fields := range map[string][]string{
			"/register": {"name", "Somebody", "password", secret},
			"/signin":   {"password", "not the password"},
			"/reset":    {},
		} {
			known := shape(h.browser().post(path, append([]string{"email", "ada@example.org"}, fields...)...))
			unknown := shape(h.browser().post(path, append([]string{"email", "eve@example.org"}, fields...)...))
			if known != unknown {
				t.Errorf("%s\nknown:\n%s\n\nunknown:\n%s", path, known, unknown)
			}
		}
	})
}

// The addresses that redirects were led astray with elsewhere.
func TestNextLeadsNowhereElse(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Demo = true })
	h.browser().join("Ada Brandt", "ada@example.org")
	for _, next := range []string{
		"https://evil.example", "//evil.example", "///evil.example", "////evil.example", `/\evil.example`, `\\evil.example`, `\/evil.example`,
		"/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "http:evil.example", "https:/evil.example", "https:///evil.example",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "evil.example", "@evil.example", "//evil.example/%2f..", "/%2f/../\\evil.example",
		"//[::1]/", "//user@evil.example", ":80", "", "?x", "#x", "/\r\nSet-Cookie: a=b", "/x\r\nLocation: https://evil.example", "\x00//evil.example", "ftp://evil.example/",
	} {
		for _, a := range []answer{
			h.browser().post("/signin", "email", "ada@example.org", "password", secret, "next", next),
			h.browser().post("/persona", "handle", "ada-brandt", "next", next),
		} {
			local(t, h, next, a.is(t, 303).Header.Get("Location"))
		}
		if v, there := h.browser().get("/signin?next="+url.QueryEscape(next)).is(t, 200).doc(t).Find(`input[name="next"]`).Attr("value"); there {
			local(t, h, next, v)
		}
	}
	h.browser().post("/signin", "email", "ada@example.org", "password", secret, "next", "/in/ada-brandt?as=member#x").to(t, "/in/ada-brandt?as=member#x")
}

// local fails unless a browser on our pages stays on them when led to path.
func local(t *testing.T, h *house, next, path string) {
	t.Helper()
	here, err := url.Parse(h.URL + "/signin")
	if err != nil {
		t.Fatal(err)
	}
	to, err := here.Parse(path)
	if err != nil || to.Host != here.Host || to.Scheme != here.Scheme || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\t\r\n\x00") {
		t.Errorf("next %q leads to %q", next, path)
	}
}

func TestChangesFromOtherSitesAreRefused(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Demo = true })
	b := h.browser()
	b.join("Ada Brandt", "ada@example.org")
	for _, path := range []string{"/signin", "/signout", "/persona", "/register", "/verify", "/reset", "/reset/x", h.ownerPath(), "/link/x",
		"/settings/account/email/x", "/settings/account/password", "/settings/account/email", "/settings/account/signout"} {
		for _, head := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}} {
			b.header = head
			b.post(path, "which", "all", "handle", "ada-brandt").is(t, 403)
		}
	}
	b.header = http.Header{}
	b.get("/").has(t, "home of Ada Brandt")
}

func TestAPlantedSessionDoesNotBecomeTheMembers(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	mallory := h.browser()
	mallory.join("Mal Lory", "mallory@example.org")
	h.browser().join("Ada Brandt", "ada@example.org")
	here, _ := url.Parse(h.URL)
	planted := mallory.Jar.Cookies(here)
	victim := h.browser()
	victim.Jar.SetCookies(here, planted)
	victim.get("/").has(t, "home of Mal Lory")
	victim.signIn("ada@example.org", secret).to(t, "/")
	victim.get("/").has(t, "home of Ada Brandt")
	mallory.get("/").has(t, "home of guest")
	victim = h.browser()
	victim.Jar.SetCookies(here, []*http.Cookie{{Name: "guildhall", Value: strings.Repeat("A", 54), Path: "/"}})
	victim.signIn("ada@example.org", secret).to(t, "/")
	if c := victim.Jar.Cookies(here); len(c) != 1 || c[0].Value == strings.Repeat("A", 54) {
		t.Fatalf("cookies %v", c)
	}
}

func TestResettingThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.browser()
		ada.join("Ada Brandt", "ada@example.org")
		b := h.browser()
		b.get("/reset").is(t, 200)
		b.post("/reset", "email", "ada@example.org").to(t, "/reset/sent")
		b.get("/reset/sent").is(t, 200)
		link := h.path(h.letter("ada@example.org"), "/reset/")
		b.get(link).is(t, 200).has(t, "ada@example.org", `autocomplete="new-password"`)
		b.post(link, "password", "password1").is(t, 422).has(t, "ada@example.org")
		b.post(link, "password", "eight dry mountains").to(t, "/signin")
		b.get("/signin").has(t, "Your new password holds")
		b.get(link).is(t, 404)
		b.post(link, "password", "nine calm islands").is(t, 404)
		ada.get("/").has(t, "home of guest")
		b.signIn("ada@example.org", secret).is(t, 422)
		b.signIn("ada@example.org", "eight dry mountains").to(t, "/")
	})
}

func TestLimitsTakeNoHeadersWord(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Limits = account.DefaultLimits })
	h.browser().join("Ada Brandt", "ada@example.org")
	b := h.browser()
	locked := 0
	for i := range 12 {
		n := string(rune('a' + i))
		b.header = http.Header{"X-Forwarded-For": {"203.0.113." + n}, "X-Real-Ip": {"2001:db8::" + n}, "Forwarded": {"for=" + n}, "User-Agent": {n}}
		a := b.signIn([]string{"ada@example.org", "ADA@EXAMPLE.ORG"}[i%2], "not the password")
		if a.StatusCode == http.StatusTooManyRequests {
			locked++
			a.has(t, "Please wait", `action="/signin"`, []string{"ada@example.org", "ADA@EXAMPLE.ORG"}[i%2]).hasNot(t, "not the password")
		}
	}
	if locked != 7 {
		t.Fatalf("%d of 12 were held", locked)
	}
	b.signIn("ada@example.org", secret).is(t, 429)
}

func TestLimitsTakeATrustedProxysWord(t *testing.T) {
	h := openBehind(t, dbtest.SQLite(t), []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, func(c *account.Config) { c.Limits = account.DefaultLimits })
	h.browser().join("Ada Brandt", "ada@example.org")
	mallory, ada := h.browser(), h.browser()
	for i := range 6 {
		mallory.header = http.Header{"X-Forwarded-For": {"198.51.100." + string(rune('1'+i)) + ", 203.0.113.5"}}
		mallory.signIn("ada@example.org", "not the password").is(t, []int{422, 429}[i/account.DefaultLimits.Free])
	}
	ada.header = http.Header{"X-Forwarded-For": {"203.0.113.6"}}
	ada.signIn("ada@example.org", secret).to(t, "/")
}

func TestTheSettings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, elsewhere := h.browser(), h.browser()
		ada.join("Ada Brandt", "ada@example.org")
		elsewhere.header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:142.0) Gecko/20100101 Firefox/142.0")
		elsewhere.signIn("ada@example.org", secret).to(t, "/")
		page := ada.get("/settings/account").is(t, 200).has(t, "ada@example.org", "Firefox on Windows", ">Here<")
		h.browser().get("/settings/account").to(t, "/signin?next=%2Fsettings%2Faccount")
		if n := h.queries["GET /settings/account"]; n > 8 || n == 0 {
			t.Errorf("%d statements", n)
		}
		ref, _ := page.doc(t).Find(`button[name="which"]`).First().Attr("value")
		ada.post("/settings/account/signout", "which", ref).to(t, "/settings/account")
		elsewhere.get("/").has(t, "home of guest")
		ada.get("/settings/account").has(t, "That device is signed out.").hasNot(t, "Firefox on Windows")

		elsewhere.signIn("ada@example.org", secret).to(t, "/")
		ada.post("/settings/account/password", "current", secret, "password", "eight dry mountains").to(t, "/settings/account")
		ada.get("/settings/account").is(t, 200).has(t, "Your new password holds")
		elsewhere.get("/").has(t, "home of guest")

		elsewhere.signIn("ada@example.org", "eight dry mountains").to(t, "/")
		ada.post("/settings/account/email", "email", "new@example.org", "current", "eight dry mountains").to(t, "/settings/account")
		link := h.path(h.letter("new@example.org"), "/settings/account/email/")
		ada.get(link).is(t, 200).has(t, "new@example.org")
		ada.post(link).to(t, "/settings/account")
		ada.get("/settings/account").has(t, "<b>new@example.org</b>", "has its new address")
		ada.get(link).is(t, 404)
		ada.post(link).is(t, 404)
		elsewhere.get("/").has(t, "home of guest")

		elsewhere.signIn("new@example.org", "eight dry mountains").to(t, "/")
		ada.post("/settings/account/signout", "which", "others").to(t, "/settings/account")
		ada.get("/settings/account").has(t, "Signed out 1 other device.")
		elsewhere.get("/").has(t, "home of guest")
		ada.post("/settings/account/signout", "which", "all").to(t, "/signin")
		ada.get("/signin").has(t, "signed out everywhere")
	})
}

func TestTheOwnerComesInByTheLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.ownerPath()
		path := h.ownerPath()
		b := h.browser()
		b.get(old).is(t, 404)
		b.get(path).is(t, 200).has(t, "Tidewater Society")
		b.post(path, "name", "Ola Nordin", "email", "ola@example.org", "password", secret).to(t, "/")
		b.get("/").has(t, "home of Ola Nordin", "You are the owner")
		h.browser().get(path).is(t, 404)
		h.browser().post(path, "name", "Eve Il", "email", "eve@example.org", "password", secret).is(t, 404)
	})
}

func TestTheOperatorsLink(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.browser().join("Ada Brandt", "ada@example.org")
	id, err := h.accounts.MemberByHandle(ctx, "ada-brandt")
	if err != nil {
		t.Fatal(err)
	}
	link, err := h.accounts.SignInLink(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(link, base)
	b := h.browser()
	for range 2 {
		b.get(path).is(t, 200).has(t, "Ada Brandt")
	}
	b.post(path).to(t, "/")
	b.get("/").has(t, "home of Ada Brandt")
	h.browser().get(path).is(t, 404)
	h.browser().post(path).is(t, 404)
}

func TestPersonas(t *testing.T) {
	d := dbtest.SQLite(t)
	h := open(t, d)
	h.browser().join("Ada Brandt", "ada@example.org")
	h.browser().post("/persona", "handle", "ada-brandt").is(t, 404)
	h.browser().get("/signin").hasNot(t, "Step in", "Ada Brandt")

	h = open(t, d, func(c *account.Config) { c.Demo = true })
	h.browser().join("Bela Kiss", "bela@example.org")
	b := h.browser()
	page := b.get("/signin").is(t, 200).has(t, "Ada Brandt", "Bela Kiss", "Three invitations wait for an answer.")
	if n := page.doc(t).Find(`form[action="/persona"] button`).Length(); n != 2 {
		t.Fatalf("%d personas", n)
	}
	b.post("/persona", "handle", "ada-brandt", "next", "/network").to(t, "/network")
	b.get("/").has(t, "home of Ada Brandt")
	b.get("/signin").is(t, 200) // to be somebody else next
	b.post("/persona", "handle", "bela-kiss").to(t, "/")
	b.get("/").has(t, "home of Bela Kiss")
	b.post("/persona", "handle", "nobody").is(t, 404)
	b.get("/").has(t, "home of Bela Kiss")
}

func TestRegistrationCanBeClosed(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Closed = true })
	b := h.browser()
	b.get("/register").is(t, 403).has(t, "Registration is closed")
	b.post("/register", "name", "Ada", "email", "ada@example.org", "password", secret).is(t, 403)
	b.get("/signin").is(t, 200).hasNot(t, `href="/register"`)
}

func TestASessionThatEndedIsASignInAway(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	b := h.browser()
	b.join("Ada Brandt", "ada@example.org")
	now := h.d.Now()
	h.d.SetClock(func() time.Time { return now.Add(31 * 24 * time.Hour) })
	b.get("/network").to(t, "/signin?next=%2Fnetwork")
}
