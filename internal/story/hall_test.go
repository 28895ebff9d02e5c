// Package story is tests only: whole-server stories, told as named members. A
// story is a script in testdata; it clicks links and sends forms as a person
// without script would, and runs on SQLite and on PostgreSQL.
package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// cheap is a password cost for tests, where hundreds are hashed.
var cheap = account.Cost{Memory: 64, Time: 1}

// hall is one running instance with its people.
type hall struct {
	app     *app.App
	server  *httptest.Server
	clients map[string]*http.Client
	tokens  map[string]string // of their sessions
	ids     map[string]int64
	mu      sync.Mutex
	ahead   time.Duration  // the clock runs this much before the real one
	pages   map[string]int // most queries seen of each route
}

// open starts an instance on a migrated, empty database. The caller closes it.
func open(where, dir string, opt app.Options) (*hall, error) {
	h := &hall{clients: map[string]*http.Client{}, tokens: map[string]string{}, ids: map[string]int64{}, pages: map[string]int{}}
	cfg := config.Config{Data: dir, Database: where, Name: "Saltmarsh Fellows", Listen: "127.0.0.1:0", BaseURL: "http://localhost", From: "hall@localhost"}
	opt.Demo, opt.Unlimited, opt.AccountCost, opt.Observe = true, true, cheap, h.observe
	opt.Log = slog.New(slog.DiscardHandler)
	a, err := app.New(ctx, cfg, opt)
	if err != nil {
		return nil, err
	}
	a.DB.SetClock(h.now)
	h.app, h.server = a, httptest.NewServer(a.Handler())
	return h, nil
}

func (h *hall) close() error {
	h.server.Close()
	return h.app.Close()
}

func (h *hall) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

func (h *hall) observe(route string, queries int, _ time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[route] = max(h.pages[route], queries)
}

// join makes a member and a browser in which they are signed in.
func (h *hall) join(nick, name string) error {
	err := h.app.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := h.app.Members.Create(ctx, tx, member.Newcomer{Name: name, Handle: nick})
		if err != nil {
			return err
		}
		h.ids[nick] = c.ID
		return journal.Append(ctx, tx, member.Created(c.ID))
	})
	if err != nil {
		return err
	}
	return h.browser(nick)
}

// browser signs a member in, in a browser of their own.
func (h *hall) browser(nick string) error {
	token, err := h.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "story"}, h.ids[nick])
	if err != nil {
		return err
	}
	h.tokens[nick] = token
	jar, _ := cookiejar.New(nil)
	u, _ := url.Parse(h.server.URL)
	jar.SetCookies(u, []*http.Cookie{{Name: "guildhall", Value: token, Path: "/"}})
	h.clients[nick] = &http.Client{Jar: jar}
	return nil
}

// guest is a browser in which nobody is signed in.
func (h *hall) guest() *http.Client {
	if h.clients["guest"] == nil {
		jar, _ := cookiejar.New(nil)
		h.clients["guest"] = &http.Client{Jar: jar}
	}
	return h.clients["guest"]
}

func (h *hall) id(nick string) (int64, error) {
	if id, ok := h.ids[nick]; ok {
		return id, nil
	}
	return 0, fmt.Errorf("nobody is called %q in this story", nick)
}

// connect makes two members connections, as if they had been for long.
func (h *hall) connect(a, b string) error {
	x, err := h.id(a)
	y, err2 := h.id(b)
	if err = errors.Join(err, err2); err != nil {
		return err
	}
	return h.app.DB.Write(ctx, func(tx *db.Tx) error {
		if err := h.app.Network.LockPair(ctx, tx, x, y); err != nil {
			return err
		}
		facts, err := h.app.Network.Connect(ctx, tx, x, y, network.How{})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

// give adds an entry to a profile. from and to are "2015-03", "2015" or "".
func (h *hall) give(nick string, k trait.Kind, rel trait.Relation, name, from, to, role string) error {
	id, err := h.id(nick)
	if err != nil {
		return err
	}
	return h.app.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := h.app.Traits.Ensure(ctx, tx, k, name, id)
		if err != nil {
			return err
		}
		_, err = h.app.Traits.Put(ctx, tx, trait.Trait{Member: id, Kind: k, Relation: rel, Entity: e.ID, Role: role, From: month(from), To: month(to)})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, trait.Changed(id))
	})
}

func month(s string) why.Month {
	var y, m int
	if n, _ := fmt.Sscanf(s, "%d-%d", &y, &m); n == 2 {
		return why.MonthOf(y, m)
	}
	if n, _ := fmt.Sscanf(s, "%d", &y); n == 1 {
		return why.MonthOf(y, 1)
	}
	return 0
}

func (h *hall) preset(nick, code string) error {
	id, err := h.id(nick)
	if err != nil {
		return err
	}
	p, ok := access.ParsePreset(code)
	if !ok {
		return fmt.Errorf("no preset %q", code)
	}
	return h.app.Profiles.SetPreset(ctx, access.Member(id), p)
}

// page is one answer, as the member sees it.
type page struct {
	status int
	url    *url.URL
	body   string
	doc    *goquery.Document
}

// text is what a reader reads: the words of the body, blanks folded, without
// what only a closed <details> or a script would hold back (it is all there).
func (p *page) text() string {
	main := p.doc.Find("body").Clone()
	main.Find("script, style, template").Remove()
	return strings.Join(strings.Fields(main.Text()), " ")
}

func fetch(c *http.Client, req *http.Request) (*page, error) {
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(b)))
	return &page{res.StatusCode, res.Request.URL, string(b), doc}, err
}

func (h *hall) get(c *http.Client, path string) (*page, error) {
	req, err := http.NewRequest("GET", h.server.URL+path, nil)
	if err != nil {
		return nil, err
	}
	return fetch(c, req)
}

// post sends a form as a browser without script does, from one of our pages.
func (h *hall) post(c *http.Client, path string, form url.Values) (*page, error) {
	req, err := http.NewRequest("POST", h.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.server.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return fetch(c, req)
}

// press finds the form with a button of these words, fills in what the story
// gives over what the page has, and sends it.
func (h *hall) press(c *http.Client, p *page, words, within string, fill url.Values) (*page, error) {
	scope := p.doc.Selection
	if within != "" {
		if scope = p.doc.Find(within); scope.Length() == 0 {
			return nil, fmt.Errorf("the page has no %s", within)
		}
	}
	button := scope.Find("button, input[type=submit]").FilterFunction(func(_ int, s *goquery.Selection) bool {
		label := strings.Join(strings.Fields(s.Text()+" "+s.AttrOr("value", "")+" "+s.AttrOr("aria-label", "")), " ")
		return strings.HasPrefix(label, words)
	}).First()
	if button.Length() == 0 {
		return nil, fmt.Errorf("the page has no button %q", words)
	}
	form := button.Closest("form")
	if id, ok := button.Attr("form"); ok {
		form = p.doc.Find("form#" + id)
	}
	if form.Length() == 0 {
		return nil, fmt.Errorf("the button %q is in no form", words)
	}
	values := formValues(p.doc, form)
	for k, v := range fill {
		values[k] = v
	}
	if name := button.AttrOr("name", ""); name != "" {
		values.Set(name, button.AttrOr("value", ""))
	}
	to, err := p.url.Parse(button.AttrOr("formaction", form.AttrOr("action", "")))
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(form.AttrOr("method", "get"), "get") {
		to.RawQuery = values.Encode()
		return h.get(c, to.RequestURI())
	}
	return h.post(c, to.RequestURI(), values)
}

// formValues is what a browser would send of a form as it stands.
func formValues(doc *goquery.Document, form *goquery.Selection) url.Values {
	values := url.Values{}
	fields := form.Find("input, textarea, select")
	if id, ok := form.Attr("id"); ok {
		fields = fields.AddSelection(doc.Find(`input[form="` + id + `"], textarea[form="` + id + `"], select[form="` + id + `"]`))
	}
	fields.Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		if _, off := s.Attr("disabled"); off || name == "" {
			return
		}
		switch goquery.NodeName(s) {
		case "textarea":
			values.Add(name, s.Text())
		case "select":
			o := s.Find("option[selected]").First()
			if o.Length() == 0 {
				o = s.Find("option").First()
			}
			values.Add(name, o.AttrOr("value", o.Text()))
		default:
			_, on := s.Attr("checked")
			switch t := s.AttrOr("type", "text"); {
			case t == "submit" || t == "button" || t == "file":
			case (t == "checkbox" || t == "radio") && !on:
			default:
				values.Add(name, s.AttrOr("value", map[bool]string{true: "on"}[t == "checkbox"]))
			}
		}
	})
	return values
}

// start is open for tests in Go.
func start(t *testing.T, where string) *hall { return startWith(t, where, app.Options{}) }

func startWith(t *testing.T, where string, opt app.Options) *hall {
	t.Helper()
	h, err := open(where, t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.close() })
	return h
}
