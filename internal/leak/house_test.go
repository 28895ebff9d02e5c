// Package leak is tests only: it looks at whole running instances from outside,
// as many different people at once, for anything that shows and should not.
//
//   - Two worlds: one hidden fact more or less, and every page of everybody who
//     may not know it stays the same, byte for byte.
//   - Canaries: a word of its own in every field of every member, and a table,
//     written from the product's words alone, of who may come across which.
//   - Revocation: the very next request after a tie, an audience or a session
//     ended shows nothing of what it had opened.
//   - Foreign ids: every form, sent by everybody with the ids of others, changes
//     nothing that is not the sender's to change.
//
// It knows no rule of the program: what is right is written here a second time.
package leak

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

// guest is who is not signed in.
const guest = "guest"

// house is one running instance whose clock stands still, so that two looks at
// it differ by what was done between them and by nothing else.
type house struct {
	testing.TB
	app    *app.App
	mu     sync.Mutex
	now    time.Time
	tokens map[string]string // sessions, by nick; the nick is the handle too
	ids    map[string]int64
	counts bool // what a look gets has the number of statements with it
}

// start opens an instance on a migrated, empty database.
func start(t testing.TB, where string) *house {
	t.Helper()
	h := &house{TB: t, tokens: map[string]string{}, ids: map[string]int64{}, now: time.Date(2026, 3, 10, 9, 30, 0, 0, time.UTC)}
	cfg := config.Config{Data: t.TempDir(), Database: where, Name: "Testhall", Listen: "127.0.0.1:0", BaseURL: "http://hall.test", From: "hall@hall.test"}
	a, err := app.New(ctx, cfg, app.Options{Demo: true, Unlimited: true, Log: slog.New(slog.DiscardHandler), AccountCost: account.Cost{Memory: 64, Time: 1}})
	h.must(err)
	a.DB.SetClock(h.clock)
	h.app = a
	t.Cleanup(func() { a.Close() })
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// pass lets time go by.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) write(f func(tx *db.Tx) error) {
	h.Helper()
	h.must(h.app.DB.Write(ctx, f))
}

// v is on whose behalf somebody acts through a service.
func (h *house) v(nick string) access.Viewer { return access.Member(h.id(nick)) }

func (h *house) id(nick string) int64 {
	h.Helper()
	n := h.ids[nick]
	if n == 0 {
		h.Fatalf("nobody is called %q here", nick)
	}
	return n
}

// join makes a member with a session. The nick is the handle.
func (h *house) join(nick, name string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		c, err := h.app.Members.Create(ctx, tx, member.Newcomer{Name: name, Handle: nick})
		if err != nil {
			return err
		}
		h.ids[nick] = c.ID
		return journal.Append(ctx, tx, member.Created(c.ID))
	})
	h.signIn(nick)
}

// signIn begins a new session, which the member's next requests carry.
func (h *house) signIn(nick string) {
	h.Helper()
	token, err := h.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "leak"}, h.id(nick))
	h.must(err)
	h.tokens[nick] = token
}

func (h *house) connect(a, b string) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		if err := h.app.Network.LockPair(ctx, tx, h.id(a), h.id(b)); err != nil {
			return err
		}
		facts, err := h.app.Network.Connect(ctx, tx, h.id(a), h.id(b), network.How{})
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

// chain connects each with the next.
func (h *house) chain(nicks ...string) {
	h.Helper()
	for i := 1; i < len(nicks); i++ {
		h.connect(nicks[i-1], nicks[i])
	}
}

// entity finds or makes a listed entity.
func (h *house) entity(k trait.Kind, name string) int64 {
	h.Helper()
	var e trait.Entity
	h.write(func(tx *db.Tx) (err error) {
		e, err = h.app.Traits.Ensure(ctx, tx, k, name, 0)
		return err
	})
	return e.ID
}

// put writes a trait, new or changed, and returns it as it stands.
func (h *house) put(nick string, t trait.Trait) trait.Trait {
	h.Helper()
	t.Member = h.id(nick)
	if t.Relation == 0 {
		t.Relation = trait.Has
	}
	h.write(func(tx *db.Tx) (err error) {
		if t, err = h.app.Traits.Put(ctx, tx, t); err != nil {
			return err
		}
		return journal.Append(ctx, tx, trait.Changed(t.Member))
	})
	return t
}

func (h *house) drop(nick string, t trait.Trait) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		if err := h.app.Traits.Delete(ctx, tx, h.id(nick), t.ID); err != nil {
			return err
		}
		return journal.Append(ctx, tx, trait.Changed(h.id(nick)))
	})
}

// preset chooses a preset; scope sets one section apart.
func (h *house) preset(nick string, p access.Preset) {
	h.Helper()
	h.must(h.app.Profiles.SetPreset(ctx, h.v(nick), p))
}

func (h *house) scope(nick string, sc access.Scope, sections ...access.Section) {
	h.Helper()
	set := map[access.Section]access.Scope{}
	for _, s := range sections {
		set[s] = sc
	}
	h.must(h.app.Profiles.SetAudiences(ctx, h.v(nick), set))
}

// shut closes all sections of somebody's to another by name.
func (h *house) shut(nick, peer string) {
	h.Helper()
	_, err := h.app.Profiles.SetLimits(ctx, h.v(nick), peer, access.Limitable)
	h.must(err)
}

// readmit opens them again.
func (h *house) readmit(nick, peer string) {
	h.Helper()
	_, err := h.app.Profiles.SetLimits(ctx, h.v(nick), peer, nil)
	h.must(err)
}

func month(year, month int) why.Month { return why.MonthOf(year, month) }

// ask is one request as a browser sends it.
type ask struct {
	method string // empty: GET
	path   string
	form   url.Values
	htmx   bool
	from   string // another site
}

func (q ask) String() string {
	s := q.path
	if q.method != "" {
		s = q.method + " " + s
	}
	if len(q.form) > 0 {
		s += " " + q.form.Encode()
	}
	if q.htmx {
		s += " (fragment)"
	}
	return s
}

func get(path string) ask { return ask{path: path} }
func post(path string, form url.Values) ask {
	return ask{method: "POST", path: path, form: form}
}

// answer is everything that comes back.
type answer struct {
	status     int
	header     http.Header
	body       string
	statements int
}

// String is all bytes of an answer.
func (a answer) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, a.status)
	a.header.Write(&b)
	b.WriteString(a.body)
	return b.String()
}

// ask sends a request for somebody. It may be called from many goroutines.
func (h *house) ask(who string, q ask) answer {
	method := q.method
	if method == "" {
		method = http.MethodGet
	}
	req := httptest.NewRequest(method, q.path, strings.NewReader(q.form.Encode()))
	req.Host, req.RemoteAddr = "hall.test", "127.0.0.1:4000"
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Origin", "http://hall.test")
	}
	if q.from != "" {
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		req.Header.Set("Origin", q.from)
	}
	if q.htmx {
		req.Header.Set("HX-Request", "true")
	}
	if token := h.tokens[who]; token != "" {
		req.AddCookie(&http.Cookie{Name: "guildhall", Value: token})
	}
	counted, n := db.CountQueries(req.Context())
	w := httptest.NewRecorder()
	h.app.Handler().ServeHTTP(w, req.WithContext(counted))
	return answer{w.Code, w.Header(), w.Body.String(), n.N()}
}

// cell is what one viewer got for one request.
type cell struct{ who, what string }

// shot is what all viewers got at one time.
type shot map[cell]string

// look asks for every viewer's pages, as many at a time as there are processors.
// A page that breaks fails the test: it would look the same in both worlds.
func (h *house) look(viewers []string, pages func(who string) []ask) shot {
	h.Helper()
	type job struct {
		who string
		q   ask
	}
	var (
		jobs = make(chan job)
		out  = shot{}
		errs error
		mu   sync.Mutex
		wg   sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := range jobs {
				a := h.ask(j.who, j.q)
				got := a.String()
				if h.counts {
					got += fmt.Sprintf("\n%d statements", a.statements)
				}
				mu.Lock()
				out[cell{j.who, j.q.String()}] = got
				if a.status >= 500 {
					errs = errors.Join(errs, fmt.Errorf("%s gets %d for %s", j.who, a.status, j.q))
				}
				mu.Unlock()
			}
		})
	}
	for _, who := range viewers {
		for _, q := range pages(who) {
			jobs <- job{who, q}
		}
	}
	close(jobs)
	wg.Wait()
	h.must(errs)
	return out
}

// changed lists the cells of a viewer that differ between two shots.
func changed(a, b shot, who string) (out []cell) {
	for c := range a {
		if c.who == who && a[c] != b[c] {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b cell) int { return strings.Compare(a.what, b.what) })
	return out
}

// between shows where two answers part.
func between(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i-80, len(s))):min(len(s), i+160)] }
	return fmt.Sprintf("…%s…\n instead of\n…%s…", cut(b), cut(a))
}
