package profilehttp_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/blob"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/profile/profilehttp"
	"guildhall/internal/trait"
	"guildhall/internal/web"
	"guildhall/internal/web/browsertest"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

var ctx = context.Background()

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// hall is one instance with the pages of profiles and nothing else.
type hall struct {
	t        *testing.T
	db       *db.DB
	blobs    *blob.Store
	members  *member.Service
	traits   *trait.Service
	network  *network.Service
	open     *access.Policies
	profiles *profile.Service
	ids      map[string]int64
	handles  map[string]string
	relation profilehttp.Relation
	seen     []int64 // whose pages were told to be opened
	circles  []profilehttp.Circle
	blocked  []int64
	queries  map[string]int // by route: of the last request
	srv      *httptest.Server
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

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: d, members: member.New(d), traits: trait.New(d), network: network.New(d),
		open: access.NewPolicies(d, access.ConnectionsOnly), ids: map[string]int64{}, handles: map[string]string{}, queries: map[string]int{}}
	pos, err := h.network.Load(ctx)
	h.must(err)
	r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	r.Follow(h.network.Follower(pos))
	cards, err := h.members.Follower(ctx)
	h.must(err)
	r.Follow(cards)
	h.network.SetSync(r.Sync)
	guard := access.NewGuard(relations{h.network, h.traits, h.open})
	h.profiles = profile.New(d, h.members, h.traits, h.network, h.open, guard)
	h.blobs, err = blob.Open(filepath.Join(t.TempDir(), "blobs"))
	h.must(err)
	routes := profilehttp.Routes(h.profiles, h.blobs, h.relate, h, nil, func() time.Time { return d.Now() }, profilehttp.Around{Seen: h.look, Beside: h.beside})
	mux, err := web.New(web.Options{Site: "Saltmarsh Fellows", Sessions: h, Log: slog.New(slog.DiscardHandler), Unlimited: true,
		Observe: func(route string, n int, _ time.Duration) { h.queries[route] = n }}, routes)
	h.must(err)
	h.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.network.Sync(r.Context()) // the cards that are kept follow what was written
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(h.srv.Close)
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// relate stands for what invitations know.
func (h *hall) relate(context.Context, access.Viewer, int64) (profilehttp.Relation, error) {
	return h.relation, nil
}

// Block stands for what invitations do.
func (h *hall) Block(_ context.Context, _ access.Viewer, peer int64) error {
	h.blocked = append(h.blocked, peer)
	return nil
}

// look and beside stand for what visits know.
func (h *hall) look(_ access.Viewer, owner int64) { h.seen = append(h.seen, owner) }

func (h *hall) beside(context.Context, access.Viewer, int64) ([]profilehttp.Circle, error) {
	return h.circles, nil
}

// Lookup takes a member's id for their session's token.
func (h *hall) Lookup(ctx context.Context, token string) (web.Session, bool, error) {
	n, _ := id.Parse(token)
	c, err := h.members.Card(ctx, h.db, n)
	if err != nil {
		return web.Session{}, false, nil
	}
	return web.Session{Viewer: access.Member(c.ID), Me: web.Me{ID: c.ID, Handle: c.Handle, Name: c.Name, Picture: ui.PictureOf(c, false)}}, true, nil
}

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(ctx, f))
	h.must(h.network.Sync(ctx))
}

func (h *hall) join(names ...string) {
	h.t.Helper()
	for _, n := range names {
		h.write(func(tx *db.Tx) error {
			c, err := h.members.Create(ctx, tx, member.Newcomer{Name: n})
			h.ids[n], h.handles[n] = c.ID, c.Handle
			return err
		})
	}
}

// chain connects each name with the next.
func (h *hall) chain(names ...string) {
	h.t.Helper()
	for i := 1; i < len(names); i++ {
		h.write(func(tx *db.Tx) error {
			facts, err := h.network.Connect(ctx, tx, h.ids[names[i-1]], h.ids[names[i]], network.How{Reason: "relationship", Sub: "worked"})
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
	}
}

func (h *hall) as(name string) access.Viewer { return access.Member(h.ids[name]) }

// has gives a member an entry and returns it.
func (h *hall) has(name string, k trait.Kind, entity, role string, from, to why.Month) trait.Trait {
	h.t.Helper()
	t, err := h.profiles.PutEntry(ctx, h.as(name), profile.Entry{Trait: trait.Trait{Kind: k, Role: role, From: from, To: to}, Entity: entity})
	h.must(err)
	return t
}

func (h *hall) preset(name string, p access.Preset) {
	h.t.Helper()
	h.must(h.profiles.SetPreset(ctx, h.as(name), p))
}

// own is a section of a member's own page.
func (h *hall) own(name string, s access.Section) profile.Section {
	h.t.Helper()
	h.must(h.network.Sync(ctx))
	p, err := h.profiles.View(ctx, h.as(name), h.handles[name], profile.Pose{})
	h.must(err)
	for _, sec := range p.Sections {
		if sec.Section == s {
			return sec
		}
	}
	return profile.Section{}
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
}

func (h *hall) do(who, method, path string, form url.Values, header ...string) answer {
	h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, h.srv.URL+path, body)
	h.must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return h.send(who, req)
}

func (h *hall) send(who string, req *http.Request) answer {
	h.t.Helper()
	if who != "" {
		req.AddCookie(&http.Cookie{Name: "guildhall", Value: id.String(h.ids[who])})
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	h.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	h.must(err)
	return answer{res.StatusCode, string(b), res.Header}
}

func (h *hall) get(who, path string) answer { h.t.Helper(); return h.do(who, "GET", path, nil) }
func (h *hall) post(who, path string, f url.Values) answer {
	h.t.Helper()
	return h.do(who, "POST", path, f)
}
func (h *hall) part(who, path string, f url.Values) answer {
	h.t.Helper()
	method := "POST"
	if f == nil {
		method = "GET"
	}
	return h.do(who, method, path, f, "HX-Request", "true")
}

// page returns the address of a member's page.
func (h *hall) page(name string) string { return "/in/" + h.handles[name] }

// portrait is a picture as a member might send one.
func portrait() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			img.Set(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), 120, 255})
		}
	}
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

func month(year, m int) why.Month { return why.MonthOf(year, m) }

// village is a community to look at: Noor looks at Adaobi.
func village(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("Noor Haddad", "Grace Mwangi", "Adaobi Eze-Nakamura", "Katri Hämäläinen", "Σοφία Παπαδημητρίου-Οικονόμου", "Bas Kreutzmann", "Plato")
	h.chain("Noor Haddad", "Grace Mwangi", "Adaobi Eze-Nakamura")
	h.chain("Noor Haddad", "Katri Hämäläinen", "Adaobi Eze-Nakamura", "Σοφία Παπαδημητρίου-Οικονόμου", "Bas Kreutzmann")
	line := func(name, headline, pronouns string) {
		_, err := h.profiles.SetCard(ctx, h.as(name), member.Change{Headline: &headline, Pronouns: &pronouns})
		h.must(err)
	}
	line("Adaobi Eze-Nakamura", "Climate data scientist working on storm surge; making public ensembles that coastal towns can really use", "she/her")
	line("Noor Haddad", "Reliability engineer, offshore wind", "")
	a := "Adaobi Eze-Nakamura"
	h.must(h.profiles.SetAbout(ctx, h.as(a), "I began with gauges: brass ones, on a pier in Port Harcourt, read twice a day by my uncle. Most of what I do still starts there. I build surge ensembles from records that are short, gappy and kept by people with other jobs.\n\nIf you run a small port and were told your data is not good enough, please write to me."))
	put := func(who string, e trait.Trait, entity string) {
		_, err := h.profiles.PutEntry(ctx, h.as(who), profile.Entry{Trait: e, Entity: entity})
		h.must(err)
	}
	put(a, trait.Trait{Kind: trait.Company, Role: "Lead, surge ensembles", Place: "Rotterdam", From: month(2021, 3), Body: "Forty-member ensemble for the southern North Sea, open since its first day. Team of six."}, "Delta Authority")
	put(a, trait.Trait{Kind: trait.Company, Role: "Research scientist", Place: "Bergen", From: month(2017, 9), To: month(2021, 2), Body: "Uncertainty of tide gauges; shared an office, and most lunches, with Grace Mwangi."}, "Nordisk Havinstitutt")
	put(a, trait.Trait{Kind: trait.Company, Role: "Hydrographic surveyor", Place: "Port Harcourt", From: month(2015, 1), To: month(2017, 1), YearOnly: true}, "Eze & Sons Marine")
	put(a, trait.Trait{Kind: trait.School, Role: "MSc Coastal Engineering", From: month(2013, 9), To: month(2015, 8)}, "Saltmarsh Institute of Technology")
	put(a, trait.Trait{Kind: trait.School, Role: "BEng Civil Engineering", From: month(2008, 9), To: month(2012, 6)}, "University of Port Harcourt")
	put("Noor Haddad", trait.Trait{Kind: trait.School, Role: "MSc Energy Systems", From: month(2012, 9), To: month(2014, 8)}, "Saltmarsh Institute of Technology")
	put("Noor Haddad", trait.Trait{Kind: trait.Company, Role: "Reliability engineer", From: month(2019, 4)}, "Nordlys Energi")
	put("Noor Haddad", trait.Trait{Kind: trait.Group, From: month(2019, 3)}, "Open Tides")
	put(a, trait.Trait{Kind: trait.Group, From: month(2017, 1), Role: "Steward"}, "Open Tides")
	put(a, trait.Trait{Kind: trait.Group}, "Small Ports Forum")
	for _, s := range []string{"Tidal modelling", "Extreme value statistics", "R", "Ensemble forecasting", "Hydrography", "Python", "Science writing"} {
		put(a, trait.Trait{Kind: trait.Skill}, s)
	}
	put("Noor Haddad", trait.Trait{Kind: trait.Skill}, "Tidal modelling")
	put("Noor Haddad", trait.Trait{Kind: trait.Skill}, "R")
	put("Noor Haddad", trait.Trait{Kind: trait.Skill, Relation: trait.Seeks}, "Ensemble forecasting")
	put(a, trait.Trait{Kind: trait.Language, Role: "Native"}, "Igbo")
	put(a, trait.Trait{Kind: trait.Language, Role: "Fluent"}, "English")
	put(a, trait.Trait{Kind: trait.Language, Role: "Good"}, "Nederlands")
	put(a, trait.Trait{Kind: trait.Place}, "Rotterdam")
	put(a, trait.Trait{Kind: trait.Field}, "Coastal engineering")
	put(a, trait.Trait{Kind: trait.Company, Relation: trait.Seeks}, "Nordlys Energi")
	h.must(h.profiles.SetOpenTo(ctx, h.as(a), 1<<why.Mentoring|1<<why.Speaking, "First conference talks, and reading a draft before the deadline."))
	h.must(h.profiles.SetContacts(ctx, h.as(a), []profile.Contact{{Kind: "email", Value: "adaobi@example.org"}, {Kind: "website", Value: "https://surge.example.org/"}}))
	key, err := profile.KeepPicture(ctx, h.blobs, bytes.NewReader(portrait()))
	h.must(err)
	_, err = h.profiles.SetPicture(ctx, h.as("Grace Mwangi"), key)
	h.must(err)
	return h
}
