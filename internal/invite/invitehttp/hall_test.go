package invitehttp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/evidence"
	"guildhall/internal/invite"
	"guildhall/internal/invite/invitehttp"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

// hall is a small instance behind its pages. A session's token is the member's
// handle.
type hall struct {
	t        *testing.T
	db       *db.DB
	members  *member.Service
	network  *network.Service
	traits   *trait.Service
	policies *access.Policies
	invites  *invite.Service
	mux      http.Handler
	queries  int // of the last request, without the session
	now      time.Time
}

type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func (r relations) Groups(ctx context.Context, m int64) ([]int64, error) {
	return r.traits.Groups(ctx, m)
}

func open(t *testing.T) *hall {
	t.Helper()
	d := dbtest.SQLite(t)
	h := &hall{t: t, db: d, members: member.New(d), network: network.New(d), traits: trait.New(d), policies: access.NewPolicies(d, access.ConnectionsOnly), now: noon}
	d.SetClock(func() time.Time { return h.now })
	pos, err := h.network.Load(ctx)
	h.must(err)
	run := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	run.Follow(h.network.Follower(pos))
	h.network.SetSync(run.Sync)
	guard := access.NewGuard(relations{h.network, h.traits, h.policies})
	h.invites = invite.New(invite.Needs{DB: d, Members: h.members, Network: h.network, Policies: h.policies, Guard: guard, Log: slog.New(slog.DiscardHandler),
		Evidence: evidence.New(evidence.Needs{DB: d, Members: h.members, Network: h.network, Traits: h.traits, Policies: h.policies})})
	book, err := h.invites.BookFollower(ctx)
	h.must(err)
	run.Follow(book)
	weights, err := h.invites.WeightsFollower(ctx)
	h.must(err)
	run.Follow(weights)
	profile := func(_ http.ResponseWriter, r *web.Request) error {
		return r.Render(ui.Layout(r.Page("Profile")), nil)
	}
	routes := append(invitehttp.Routes(h.invites, h.members, func() time.Time { return h.now }),
		web.Route{Pattern: "GET /in/{handle}", Policy: web.Member, Handler: profile},
		web.Route{Pattern: "GET /network/with/{handle}", Policy: web.Member, Handler: profile},
		web.Route{Pattern: "GET /network", Policy: web.Member, Handler: profile})
	m, err := web.New(web.Options{Site: "Saltmarsh Fellows", Sessions: h, Unlimited: true, Log: slog.New(slog.DiscardHandler),
		Waiting: h.invites.Waiting, Observe: func(_ string, n int, _ time.Duration) { h.queries = n }}, routes)
	h.must(err)
	h.mux = m
	return h
}

// Lookup answers for a session: the token is a handle.
func (h *hall) Lookup(_ context.Context, token string) (web.Session, bool, error) {
	id, handle, err := h.members.ByHandle(ctx, token)
	if err != nil {
		return web.Session{}, false, nil
	}
	cards, err := h.members.Cards(ctx, h.db, []int64{id})
	return web.Session{Viewer: access.Member(id), Me: web.Me{ID: id, Handle: handle, Name: cards[id].Name, Tint: ui.TintOf(id), Owner: handle == "keeper"}}, true, err
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(ctx, f))
}

func (h *hall) member(n member.Newcomer) (id int64) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		c, err := h.members.Create(ctx, tx, n)
		id = c.ID
		return err
	})
	return id
}

func (h *hall) connect(a, b int64) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		h.must(h.network.LockPair(ctx, tx, a, b))
		facts, err := h.network.Connect(ctx, tx, a, b, network.How{})
		h.must(err)
		return journal.Append(ctx, tx, facts...)
	})
	h.must(h.network.Sync(ctx))
}

func (h *hall) put(m int64, k trait.Kind, name, role string, from, to why.Month) (id int64) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		e, err := h.traits.Ensure(ctx, tx, k, name, m)
		h.must(err)
		t, err := h.traits.Put(ctx, tx, trait.Trait{Member: m, Kind: k, Relation: trait.Has, Entity: e.ID, Role: role, From: from, To: to})
		id = t.ID
		return err
	})
	return id
}

func (h *hall) send(from, to int64, l invite.Letter) int64 {
	h.t.Helper()
	s, err := h.invites.Send(ctx, access.Member(from), to, l)
	h.must(err)
	return s.ID
}

// answer is what a request came back with.
type answer struct {
	*goquery.Document
	code   int
	to     string // of a redirect
	header http.Header
	body   string
}

// ask sends a request as somebody; form makes it a POST; header are pairs.
func (h *hall) ask(as, target string, form url.Values, header ...string) answer {
	h.t.Helper()
	r := httptest.NewRequest("GET", target, nil)
	if form != nil {
		r = httptest.NewRequest("POST", target, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != "" {
		r.AddCookie(&http.Cookie{Name: "guildhall", Value: as})
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	b, err := io.ReadAll(w.Result().Body)
	h.must(err)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(b)))
	h.must(err)
	return answer{doc, w.Code, w.Result().Header.Get("Location"), w.Result().Header, string(b)}
}

// text is the text of a selector with single blanks.
func (a answer) text(sel string) string { return strings.Join(strings.Fields(a.Find(sel).Text()), " ") }

func month(y, m int) why.Month { return why.MonthOf(y, m) }

// people of the tests: Noor receives, the others ask.
type cast struct{ noor, ingrid, bastian, sofia, grace, tomasz int64 }

const ingridsNote = "We rebuilt the Finnmark outage model over two winters and I never thanked you properly for that weekend in Alta."

// story is a hall in which three invitations wait for Noor: a claim that holds,
// one that doesn't, and one without a reason.
func story(t *testing.T) (*hall, cast, [3]int64) {
	h := open(t)
	c := cast{
		noor:    h.member(member.Newcomer{Name: "Noor Haddad", Handle: "noor", Headline: "Grid analyst · Tromsø"}),
		ingrid:  h.member(member.Newcomer{Name: "Ingrid Sæther-Okonkwo", Handle: "ingrid", Pronouns: "she/her", Headline: "Reliability engineer, offshore wind · Nordlys Energi · Tromsø"}),
		bastian: h.member(member.Newcomer{Name: "Bastian Kreutzmann", Handle: "bastian", Headline: "Growth partnerships · Independent"}),
		sofia:   h.member(member.Newcomer{Name: "Σοφία Παπαδημητρίου-Οικονόμου", Lang: "el", Handle: "sofia", Pronouns: "she/her", Headline: "Postdoc, storm-surge statistics · University of the Aegean · Μυτιλήνη"}),
		grace:   h.member(member.Newcomer{Name: "Grace Mwangi", Handle: "grace"}),
		tomasz:  h.member(member.Newcomer{Name: "Tomasz Wiśniewski", Handle: "tomasz"}),
	}
	for _, m := range []int64{c.noor, c.ingrid, c.sofia} {
		h.connect(c.grace, m)
	}
	h.connect(c.tomasz, c.noor)
	h.connect(c.tomasz, c.ingrid)
	for i := range 12 {
		h.connect(c.ingrid, h.member(member.Newcomer{Name: "Colleague " + string(rune('A'+i))}))
	}
	h.put(c.noor, trait.Company, "Nordlys Energi", "grid analyst", month(2016, 4), month(2021, 2))
	h.put(c.ingrid, trait.Company, "Nordlys Energi", "reliability engineer", month(2018, 9), 0)
	h.put(c.noor, trait.Company, "Halden Robotics", "working student", month(2012, 9), month(2015, 6))
	h.put(c.bastian, trait.Company, "Halden Robotics", "sales lead", month(2018, 1), month(2022, 4))
	h.put(c.noor, trait.School, "Saltmarsh Institute", "MSc Coastal Engineering", month(2010, 9), month(2012, 8))
	h.put(c.sofia, trait.School, "Saltmarsh Institute", "MSc Coastal Engineering", month(2014, 9), month(2016, 8))
	for _, s := range []string{"Outage modelling", "Reliability standards", "R"} {
		h.put(c.noor, trait.Skill, s, "", 0, 0)
	}
	skills := []int64{h.put(c.ingrid, trait.Skill, "Outage modelling", "", 0, 0), h.put(c.ingrid, trait.Skill, "R", "", 0, 0)}
	var ids [3]int64
	h.now = noon.Add(-8 * 24 * time.Hour)
	ids[0] = h.send(c.sofia, c.noor, invite.Letter{})
	h.now = noon.Add(-5 * 24 * time.Hour)
	ids[1] = h.send(c.bastian, c.noor, invite.Letter{Reason: "relationship", Sub: "worked", Note: "Great to reconnect!"})
	h.now = noon.Add(-3 * 24 * time.Hour)
	ids[2] = h.send(c.ingrid, c.noor, invite.Letter{Reason: "relationship", Sub: "worked", Note: ingridsNote, Release: skills})
	h.now = noon
	return h, c, ids
}

type goquerySelection = goquery.Selection

func routes(t *testing.T) []web.Route {
	h := open(t)
	return invitehttp.Routes(h.invites, h.members, time.Now)
}
