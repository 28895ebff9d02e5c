package accounthttp_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"guildhall/internal/account"
	"guildhall/internal/account/accounthttp"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/mail"
	"guildhall/internal/member"
	"guildhall/internal/web"
	"guildhall/internal/web/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

var ctx = context.Background()

const secret = "seven wet harbours"

// house is a whole server with the pages of accounts, a start and one page that
// is for members.
type house struct {
	*httptest.Server
	t        *testing.T
	accounts *account.Service
	members  *member.Service
	d        *db.DB
	box      *box
	queries  map[string]int // the most statements of a request, by route
	mu       sync.Mutex
}

type box struct {
	mu      sync.Mutex
	letters []mail.Letter
}

func (b *box) Letter(_ context.Context, tx *db.Tx, l mail.Letter) error {
	tx.After(func() { b.mu.Lock(); b.letters = append(b.letters, l); b.mu.Unlock() })
	return nil
}

const base = "https://tide.example"

// open starts a server. Nobody is held back unless change says so.
func open(t *testing.T, d *db.DB, change ...func(*account.Config)) *house {
	return openBehind(t, d, nil, change...)
}

// openBehind starts one behind reverse proxies.
func openBehind(t *testing.T, d *db.DB, proxies []netip.Prefix, change ...func(*account.Config)) *house {
	h := &house{t: t, d: d, members: member.New(d), box: new(box), queries: map[string]int{}}
	p := account.Pace{Burst: 1 << 20, Every: time.Nanosecond}
	cfg := account.Config{Site: "Tidewater Society", Base: base, Cost: account.Cost{Memory: 64, Time: 1, Threads: 1},
		Limits: account.Limits{SignInClient: p, SignInAddress: p, LetterClient: p, LetterAddress: p, Free: 1 << 20, MaxPause: time.Minute}}
	for _, f := range change {
		f(&cfg)
	}
	h.accounts = account.New(d, h.members, h.box, cfg)
	routes := append(accounthttp.Routes(accounthttp.Options{Accounts: h.accounts, Now: d.Now, Personas: h.personas}),
		web.Route{Pattern: "GET /{$}", Policy: web.Open, Handler: h.page("home")},
		web.Route{Pattern: "GET /network", Policy: web.Member, Handler: h.page("network")})
	m, err := web.New(web.Options{Site: cfg.Site, Sessions: accounthttp.Sessions(h.accounts), Unlimited: true, Proxies: proxies,
		Log: slog.New(slog.DiscardHandler), Key: bytes.Repeat([]byte{7}, 32), Observe: func(route string, n int, _ time.Duration) {
			h.mu.Lock()
			h.queries[route] = max(h.queries[route], n)
			h.mu.Unlock()
		}}, routes)
	if err != nil {
		t.Fatal(err)
	}
	h.Server = httptest.NewServer(m)
	t.Cleanup(h.Close)
	return h
}

// page answers with its name and whoever is signed in.
func (h *house) page(name string) web.Handler {
	return func(w http.ResponseWriter, r *web.Request) error {
		who := "guest"
		if r.Member != nil {
			who = r.Member.Name
		}
		toasts := ""
		for _, t := range r.Page("").Toasts {
			toasts += " " + t.Text
		}
		_, err := io.WriteString(w, name+" of "+who+"."+toasts)
		return err
	}
}

func (h *house) personas(ctx context.Context) ([]accounthttp.Persona, error) {
	ids, err := h.members.Page(ctx, h.d, 0, 10)
	if err != nil {
		return nil, err
	}
	cards, err := h.members.Cards(ctx, h.d, ids)
	var list []accounthttp.Persona
	for _, id := range ids {
		list = append(list, accounthttp.Persona{Card: cards[id], Waits: "Three invitations wait for an answer."})
	}
	return list, err
}

// letter returns the newest letter to an address and takes it out.
func (h *house) letter(to string) mail.Letter {
	h.t.Helper()
	h.box.mu.Lock()
	defer h.box.mu.Unlock()
	for i, l := range slices.Backward(h.box.letters) {
		if l.To == to {
			h.box.letters = slices.Delete(h.box.letters, i, i+1)
			return l
		}
	}
	h.t.Fatalf("no letter to %s", to)
	return mail.Letter{}
}

var address = regexp.MustCompile(regexp.QuoteMeta(base) + `(/\S+)`)

// path returns the first path in a letter that begins with prefix.
func (h *house) path(l mail.Letter, prefix string) string {
	h.t.Helper()
	for _, m := range address.FindAllStringSubmatch(l.Text, -1) {
		if strings.HasPrefix(m[1], prefix) {
			return m[1]
		}
	}
	h.t.Fatalf("no link to %s in %q", prefix, l.Text)
	return ""
}

// browser keeps cookies and follows nothing by itself.
type browser struct {
	*http.Client
	h      *house
	header http.Header
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, h, http.Header{}}
}

// answer is a response with its whole body.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path string, fields url.Values) answer {
	b.h.t.Helper()
	req, err := http.NewRequest(method, b.h.URL+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	maps.Copy(req.Header, b.header)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return answer{res, string(body)}
}

func (b *browser) get(path string) answer { b.h.t.Helper(); return b.do("GET", path, nil) }

// post sends fields given as name, value, name, value.
func (b *browser) post(path string, fields ...string) answer {
	b.h.t.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return b.do("POST", path, v)
}

// to fails unless the answer leads to path.
func (a answer) to(t *testing.T, path string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path {
		t.Fatalf("%d to %q, want 303 to %s: %.300s", a.StatusCode, a.Header.Get("Location"), path, a.body)
	}
}

func (a answer) is(t *testing.T, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %.300s", a.StatusCode, status, a.body)
	}
	return a
}

func (a answer) has(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.body, s) {
			t.Fatalf("no %q in %s", s, a.main())
		}
	}
	return a
}

func (a answer) hasNot(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(a.body, s) {
			t.Fatalf("%q is in %s", s, a.main())
		}
	}
	return a
}

// main is the part of a page that differs, for messages.
func (a answer) main() string {
	if _, m, ok := strings.Cut(a.body, "<main"); ok {
		return m
	}
	return a.body
}

func (a answer) doc(t *testing.T) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// complaint is the text that stands at a field.
func (a answer) complaint(t *testing.T, id string) string {
	t.Helper()
	d := a.doc(t)
	if invalid, _ := d.Find("#" + id).Attr("aria-invalid"); invalid != "true" {
		t.Fatalf("the field %s is not marked: %s", id, a.body)
	}
	return strings.TrimSpace(d.Find("#" + id + "-error").Text())
}

// join registers somebody in this browser and follows the link.
func (b *browser) join(name, email string) {
	b.h.t.Helper()
	b.post("/register", "name", name, "email", email, "password", secret).to(b.h.t, "/register/sent")
	link := b.h.path(b.h.letter(email), "/verify")
	_, token, _ := strings.Cut(link, "token=")
	b.post("/verify", "token", token).to(b.h.t, "/")
}

func (b *browser) signIn(email, password string) answer {
	b.h.t.Helper()
	return b.post("/signin", "email", email, "password", password)
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d)) })
}
