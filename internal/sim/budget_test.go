package sim

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
	"guildhall/internal/why"
)

// What a page may cost, session and frame included, once the caches are warm.
const (
	mostOfPage  = 8
	mostOfInbox = 12
	mostBeside  = 10 // a fragment by itself, which two features fill
)

// hall is an instance with all that could make a page long.
type hall struct {
	app     *app.App
	ids     map[string]int64
	tokens  map[string]string
	queries int // of the last request
}

// TestPagesCostTheSameWhateverTheirLength counts the statements of whole
// requests.
func TestPagesCostTheSameWhateverTheirLength(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { holdPages(t, dbtest.SQLiteFile(t)) })
	t.Run("postgres", func(t *testing.T) { holdPages(t, dbtest.PostgresURL(t)) })
}

// holdPages opens every page twice and holds the second time to its budget.
func holdPages(t *testing.T, where string) {
	h := furnished(t, where)
	for _, c := range []struct {
		who, path string
		most      int
		has       string // words that show that the page is the long one
	}{
		{"newcomer", "/", mostOfPage, ""},
		{"one", "/", mostOfPage, ""},
		{"fifty", "/", mostOfPage, ""},
		{"hub", "/", mostOfPage, ""},

		{"newcomer", "/in/newcomer", mostOfPage, ""},
		{"hub", "/in/hub", mostOfPage, "Craft 59"},
		{"hub", "/in/hub?edit=about", mostOfPage, "Craft 59"},
		{"hub", "/in/hub?as=second", mostOfPage, ""},
		{"hub", "/in/hub?as-member=first", mostOfPage, ""},
		{"first", "/in/hub", mostOfPage, "Craft 59"},
		{"second", "/in/hub", mostOfPage, "Craft 59"},
		{"newcomer", "/in/hub", mostOfPage, "Craft 59"},
		{"fifty", "/in/member-20", mostOfPage, ""}, // who asked
		{"member-20", "/in/fifty", mostOfPage, ""}, // who was asked
		{"", "/in/hub", mostOfPage, "Craft 59"},

		{"newcomer", "/invitations", mostOfInbox, ""},
		{"one", "/invitations", mostOfInbox, "Harbour note"},
		{"ten", "/invitations", mostOfInbox, "Harbour note"},
		{"fifty", "/invitations", mostOfInbox, "Harbour note"},
		{"hub", "/invitations", mostOfInbox, "Harbour note"},
		{"one", "/invitations?view=compact", mostOfInbox, "with a note"},
		{"fifty", "/invitations?view=compact", mostOfInbox, "with a note"},
		{"fifty", "/invitations?view=compact&fit=fair&mutual=1", mostOfInbox, ""},
		{"fifty", "/invitations?sort=fit", mostOfInbox, "Harbour note"},
		{"hub", "/invitations?sort=mutual&with=shared&with=note", mostOfInbox, ""},
		{"member-20", "/invitations/sent", mostOfInbox, ""},
		{"fifty", "/invitations/answered", mostOfInbox, ""},

		{"newcomer", "/me/views", mostOfPage, ""},
		{"hub", "/me/views", mostOfInbox, "Somebody in Calling "},
		{"hub", "/settings/views", mostOfPage, ""},
		{"newcomer", "/in/hub/beside", mostBeside, ""},

		{"hub", "/network", mostOfPage, ""},
		{"hub", "/network?q=member", mostOfPage, ""},
		{"newcomer", "/network?q=member", mostOfPage, ""},
		{"newcomer", "/network/people", mostOfPage, ""},
		{"hub", "/network/people", mostOfPage, ""},
		{"fifty", "/network/people", mostOfPage, ""},
		{"fifty", "/network/people/dismissed", mostOfPage, ""},
		{"first", "/invite/newcomer", mostOfInbox, ""},
		{"newcomer", "/invite/hub", mostOfInbox, ""},
		{"hub", "/invite/newcomer", mostOfInbox, "Craft 59"},
	} {
		first, _ := h.get(t, c.who, c.path)
		warm, body := h.get(t, c.who, c.path)
		t.Logf("%-10s %-45s first %2d, warm %2d of %d", c.who, c.path, first, warm, c.most)
		if warm > c.most {
			t.Errorf("%s as %q takes %d statements; %d are allowed", c.path, c.who, warm, c.most)
		}
		if !strings.Contains(body, c.has) {
			t.Errorf("%s as %q does not say %q: it is not the page that this test means", c.path, c.who, c.has)
		}
	}
}

// get opens a page and counts.
func (h *hall) get(t *testing.T, who, path string) (queries int, body string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "guildhall", Value: h.token(t, who)})
	}
	w := httptest.NewRecorder()
	h.app.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("%s as %q is answered with %d", path, who, w.Code)
	}
	return h.queries, w.Body.String()
}

func (h *hall) token(t *testing.T, who string) string {
	t.Helper()
	if h.tokens[who] == "" {
		token, err := h.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "sim"}, h.ids[who])
		if err != nil {
			t.Fatal(err)
		}
		h.tokens[who] = token
	}
	return h.tokens[who]
}

// furnished makes the instance: a hub with three hundred connections, a profile
// of a hundred entries and much waiting, and people at every distance from it.
func furnished(t *testing.T, where string) *hall {
	t.Helper()
	h := &hall{ids: map[string]int64{}, tokens: map[string]string{}}
	a, err := app.New(ctx, settings(t.TempDir(), where), app.Options{Demo: true, Unlimited: true, Log: slog.New(slog.DiscardHandler),
		Preset: access.OpenPublic, Observe: func(_ string, n int, _ time.Duration) { h.queries = n }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h.app = a
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(h.settle(tx), h.connect(tx), journal.Append(ctx, tx, journal.Fact{
			Kind: network.FactImported, Facets: journal.ChangesGraph | journal.ChangesMember | journal.ChangesTraits}))
	})
	if err != nil {
		t.Fatal(err)
	}
	h.write(t)
	h.looks(t)
	return h
}

// sizes of the instance.
const (
	many    = 320 // members
	friends = 300 // of the hub
)

func (h *hall) settle(tx *db.Tx) error {
	some := []string{"hub", "first", "second", "newcomer", "one", "ten", "fifty"}
	for i := range many {
		some = append(some, handle(i))
	}
	var ts []trait.Trait
	for i, nick := range some {
		c, err := h.app.Members.Create(ctx, tx, member.Newcomer{Name: "Member " + nick, Handle: nick, Headline: "Keeps the tide tables"})
		if err != nil {
			return err
		}
		h.ids[nick] = c.ID
		n := 6
		switch nick {
		case "hub":
			n = 120
		case "newcomer":
			n = 0
		}
		more, err := h.entries(tx, c.ID, i, n)
		if err != nil {
			return err
		}
		ts = append(ts, more...)
	}
	return h.app.Traits.BulkPut(ctx, tx, ts)
}

// entries are n things that somebody has: half of them skills, the others work,
// study and groups, shared with many.
func (h *hall) entries(tx *db.Tx, m int64, i, n int) ([]trait.Trait, error) {
	var ts []trait.Trait
	for k := range n {
		tr := trait.Trait{Member: m, Relation: trait.Has, Kind: why.Skill}
		name := fmt.Sprint("Craft ", (k/2+i)%60)
		if n > 60 {
			name = fmt.Sprint("Craft ", k/2)
		}
		if k%2 == 1 {
			tr.Kind = []trait.Kind{why.Company, why.School, why.Group}[k/2%3]
			name = fmt.Sprint("House ", (k+i)%20)
			tr.From, tr.To = why.MonthOf(1990+k%30, 3), why.MonthOf(1992+k%30, 8)
		}
		e, err := h.app.Traits.Ensure(ctx, tx, tr.Kind, name, m)
		if err != nil {
			return nil, err
		}
		tr.Entity, tr.Ordinal = e.ID, int64(k+1)
		ts = append(ts, tr)
	}
	return ts, nil
}

// looks lets everybody look at the hub, every second one semi-privately.
func (h *hall) looks(t *testing.T) {
	t.Helper()
	var views []visit.View
	err := h.app.Visits.SetMode(ctx, access.Member(h.ids["hub"]), visit.Full)
	for i := range many {
		me := h.ids[handle(i)]
		err = errors.Join(err, h.app.Visits.SetMode(ctx, access.Member(me), visit.Modes[i%2]), h.app.DB.Write(ctx, func(tx *db.Tx) error {
			e, err := h.app.Traits.Ensure(ctx, tx, why.Field, fmt.Sprint("Calling ", i%5), me)
			if err != nil {
				return err
			}
			return h.app.Traits.BulkPut(ctx, tx, []trait.Trait{{Member: me, Kind: why.Field, Relation: trait.Has, Entity: e.ID, Ordinal: 1}})
		}))
		views = append(views, visit.View{Viewer: me, Owner: h.ids["hub"], At: h.app.DB.Now()})
	}
	if err = errors.Join(err, h.app.Visits.Record(ctx, views)); err != nil {
		t.Fatal(err)
	}
}

func (h *hall) connect(tx *db.Tx) error {
	var ties []network.Edge
	tie := func(a, b string) {
		ties = append(ties, network.Edge{A: h.ids[a], B: h.ids[b], Since: tx.Now})
	}
	tie("first", "hub")
	tie("second", handle(0))
	for i := range friends {
		tie("hub", handle(i))
		tie(handle(i), handle((i+1)%friends))
		tie(handle(i), handle((i+7)%friends))
	}
	for _, nick := range []string{"one", "ten", "fifty"} {
		for i := range 5 {
			tie(nick, handle(i))
		}
	}
	_, err := h.app.Network.BulkConnect(ctx, tx, ties)
	return err
}

// write lets invitations arrive, and be answered.
func (h *hall) write(t *testing.T) {
	t.Helper()
	send := func(from, to string) {
		_, err := h.app.Invites.Send(ctx, access.Member(h.ids[from]), h.ids[to], invite.Letter{Reason: "relationship", Note: "Harbour note"})
		if err != nil {
			t.Fatalf("%s to %s: %v", from, to, err)
		}
	}
	for to, n := range map[string]int{"one": 1, "ten": 10, "fifty": 50} {
		for i := range n {
			send(handle(20+i), to)
		}
	}
	for i := range many - friends {
		send(handle(friends+i), "hub")
		send("fifty", handle(friends+i))
	}
	if err := h.app.Profiles.SetAbout(ctx, access.Member(h.ids["hub"]), strings.Repeat("I keep the tide tables of the whole coast. ", 40)); err != nil {
		t.Fatal(err)
	}
	for i := range 30 { // some have been answered
		send(handle(100+i), "fifty")
		b, err := h.app.Invites.Between(ctx, access.Member(h.ids["fifty"]), h.ids[handle(100+i)])
		if err == nil {
			err = h.app.Invites.Ignore(ctx, access.Member(h.ids["fifty"]), b.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
