package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/page"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

var ctx = context.Background()

// open starts an instance on an empty database.
func open(t testing.TB, where string) *app.App {
	t.Helper()
	cfg := config.Config{Data: filepath.Join(t.TempDir(), "data"), Database: where, Name: Name, Listen: "127.0.0.1:0", BaseURL: "http://localhost", From: "hall@localhost"}
	a, err := app.New(ctx, cfg, app.Options{Demo: true, Unlimited: true, Personas: Personas, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fellows is one whole community of the usual size, made once for the tests that
// only look.
func fellows(t *testing.T) *app.App {
	t.Helper()
	a := open(t, dbtest.SQLiteFile(t))
	start := time.Now()
	rep, made, err := Ensure(ctx, a, Options{Seed: 1})
	must(t, err)
	t.Logf("%+v in %s", rep, time.Since(start).Round(time.Millisecond))
	if !made || rep.Members != usual || rep.Connections < 9*usual || rep.Invitations < 140 || rep.Invitations > 190 {
		t.Errorf("made %v: %+v", made, rep)
	}
	if rep.EvidenceShare < 0.8 || rep.EvidenceShare > 1 {
		t.Errorf("%.2f of the invitations show true evidence", rep.EvidenceShare)
	}
	return a
}

func TestFellows(t *testing.T) {
	a := fellows(t)
	t.Run("again", func(t *testing.T) {
		start := time.Now()
		_, made, err := Ensure(ctx, a, Options{Seed: 1})
		must(t, err)
		if took := time.Since(start); made || took > 2*time.Second {
			t.Errorf("the second start made %v in %s", made, took)
		}
	})
	t.Run("clock", func(t *testing.T) {
		if off := time.Since(a.DB.Now()); off < -time.Second || off > time.Second {
			t.Errorf("the clock was left %s off", off)
		}
	})
	t.Run("doctor", func(t *testing.T) {
		for _, f := range a.Doctor(ctx) {
			if !f.OK && f.What != "Disk" {
				t.Errorf("%s: %s", f.What, f.Says)
			}
		}
	})
	t.Run("personas", func(t *testing.T) { personas(t, a) })
	t.Run("noor", func(t *testing.T) { newcomer(t, a) })
	t.Run("mateus", func(t *testing.T) { muchAsked(t, a) })
	t.Run("eirik", func(t *testing.T) { closed(t, a) })
	t.Run("tilda", func(t *testing.T) {
		acc, err := a.Accounts.Of(ctx, access.Member(idOf(t, a, keeper)))
		must(t, err)
		if acc.Role != account.RoleOwner {
			t.Errorf("the keeper's role is %d", acc.Role)
		}
		owner, err := a.Accounts.OwnerLink(ctx)
		if must(t, err); owner != "" {
			t.Error("the instance still looks for an owner")
		}
	})
	t.Run("ursula", func(t *testing.T) {
		p, err := a.Profiles.View(ctx, access.Guest(), "ursula-kestrel", profile.Pose{})
		must(t, err)
		if len(p.Sections) == 0 || p.Sections[0].Closed {
			t.Error("a guest does not see the public page")
		}
	})
	t.Run("pictures", func(t *testing.T) { pictures(t, a) })
}

func idOf(t *testing.T, a *app.App, handle string) int64 {
	t.Helper()
	id, _, err := a.Members.ByHandle(ctx, handle)
	must(t, err)
	return id
}

func personas(t *testing.T, a *app.App) {
	ps, err := Personas(ctx, a)
	must(t, err)
	if len(ps) != len(cast) {
		t.Fatalf("%d personas", len(ps))
	}
	names, lines := map[string]bool{}, map[string]bool{}
	for _, p := range ps {
		if p.Name == "" || p.Role == "" || !strings.Contains(p.Waits, "invitation") {
			t.Errorf("%+v", p)
		}
		names[p.Name], lines[p.Role] = true, true
		token, err := a.Accounts.Persona(ctx, account.Client{}, idOf(t, a, p.Handle))
		if must(t, err); token == "" {
			t.Errorf("%s cannot be stepped into", p.Name)
		}
	}
	if len(names) != len(cast) || len(lines) != len(cast) {
		t.Error("two personas look the same")
	}
	if ps[noor].Waits != "Three invitations wait" {
		t.Errorf("for the newcomer: %s", ps[noor].Waits)
	}
	hub := a.Network.Graph().Count(idOf(t, a, cast[adaeze].handle))
	if hub < 90 {
		t.Errorf("the well-connected alumna knows %d", hub)
	}
}

// newcomer: one claim holds, one does not, one invitation says nothing and comes
// from somebody with shared connections.
func newcomer(t *testing.T, a *app.App) {
	in, err := a.Invites.Received(ctx, access.Member(idOf(t, a, "noor-haddad")), invite.Filter{}, page.Cursor{})
	must(t, err)
	if len(in.Items) != 3 {
		t.Fatalf("%d wait", len(in.Items))
	}
	got := map[string]invite.Item{}
	for _, it := range in.Items {
		got[it.From.Handle] = it
	}
	worked := got["solveig-ragna"]
	if d := worked.Why.Detail; worked.Why.Verdict != why.Agrees || d == nil || d.Kind != why.CompanyOverlap || d.Months < 12 {
		t.Errorf("the true colleague: %+v", worked.Why)
	}
	claims := got["bastian-rusch-calloway"]
	if d := claims.Why.Detail; claims.Why.Verdict == why.Agrees || d == nil || d.Kind != why.CompanyGap {
		t.Errorf("the false colleague: %v, %+v", claims.Why.Verdict, claims.Why.Detail)
	}
	silent := got["dafni-alexandraki"]
	if silent.Why.Verdict != why.NoReason || silent.Note != "" || silent.Mutual < 3 || len(silent.Mutuals) == 0 || len(silent.Why.Found) == 0 {
		t.Errorf("the silent one: %+v, %d mutual", silent.Why.Verdict, silent.Mutual)
	}
}

// muchAsked: a dozen and more wait, in all states that waiting has, and some
// were answered.
func muchAsked(t *testing.T, a *app.App) {
	me := access.Member(idOf(t, a, "mateus-figueira-antunes"))
	items, err := (&seeder{Services: services(a)}).inbox(ctx, me)
	must(t, err)
	if len(items) < 12 {
		t.Errorf("%d wait", len(items))
	}
	var threads []int
	verdicts, bare, old := map[why.Verdict]bool{}, 0, 0
	for _, it := range items {
		threads = append(threads, len(it.Thread))
		verdicts[it.Why.Verdict] = true
		if it.Note == "" {
			bare++
		}
		if time.Since(it.SentAt) > 100*24*time.Hour {
			old++
		}
	}
	if !slices.Contains(threads, 1) || !slices.Contains(threads, 2) || len(verdicts) < 3 || bare == 0 || old == 0 {
		t.Errorf("threads %v, verdicts %v, %d without a note, %d about to expire", threads, verdicts, bare, old)
	}
	done, err := a.Invites.Answered(ctx, me, page.Cursor{})
	must(t, err)
	states := map[invite.State]bool{}
	for _, l := range done.Items {
		states[l.State] = true
	}
	if !states[invite.Accepted] || !states[invite.Ignored] {
		t.Errorf("answered: %v", states)
	}
}

// closed: nobody sees more than the card.
func closed(t *testing.T, a *app.App) {
	for _, v := range []access.Viewer{access.Member(idOf(t, a, "noor-haddad")), access.Member(idOf(t, a, "adaeze-nwosu-lindqvist"))} {
		p, err := a.Profiles.View(ctx, v, "eirik-valkeapaa-dahl", profile.Pose{})
		must(t, err)
		for _, s := range p.Sections {
			if !s.Closed || !s.Empty() {
				t.Errorf("%s is open", s.Section)
			}
		}
	}
	if _, err := a.Profiles.View(ctx, access.Guest(), "eirik-valkeapaa-dahl", profile.Pose{}); !fault.Is(err, fault.Missing) {
		t.Errorf("a guest gets %v", err)
	}
}

func pictures(t *testing.T, a *app.App) {
	cards, err := a.Members.Cards(ctx, a.DB, []int64{idOf(t, a, "noor-haddad"), idOf(t, a, "eirik-valkeapaa-dahl")})
	must(t, err)
	for _, c := range cards {
		if c.Handle == "eirik-valkeapaa-dahl" {
			if c.Picture != "" {
				t.Error("who keeps to himself has a picture")
			}
			continue
		}
		f, err := profile.OpenPicture(a.Blobs, c.Picture, true)
		must(t, err)
		b, err := io.ReadAll(f)
		must(t, err)
		if f.Close(); !bytes.HasPrefix(b, []byte("\xff\xd8")) {
			t.Error("the picture is no JPEG")
		}
	}
	// A guest sees those of sign-in, whom anybody may be, and no others.
	seen := func(handle string) int {
		c, err := a.Members.Card(ctx, a.DB, idOf(t, a, handle))
		must(t, err)
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest("GET", ui.PictureOf(c, false), nil))
		return w.Code
	}
	if got := seen("noor-haddad"); got != http.StatusOK {
		t.Errorf("a guest at sign-in gets %d for a persona's picture", got)
	}
	others := 0
	for _, m := range planOf(usual, 1).members {
		if m.face != nil && m.preset != access.OpenPublic && !slices.ContainsFunc(cast, func(p part) bool { return p.handle == m.handle }) {
			if others++; seen(m.handle) != http.StatusNotFound {
				t.Errorf("a guest gets %d for the picture of %s", seen(m.handle), m.handle)
			}
		}
	}
	if others == 0 {
		t.Error("nobody else has a picture, so this proves nothing")
	}
}

// chronicle is a whole community without its ids.
func chronicle(t *testing.T, a *app.App, p plan) (out []string) {
	t.Helper()
	handles, ids := map[int64]string{}, []int64{}
	for _, m := range p.members {
		id := idOf(t, a, m.handle)
		handles[id], ids = m.handle, append(ids, id)
	}
	cards, err := a.Members.Cards(ctx, a.DB, ids)
	must(t, err)
	traits, err := a.Traits.Of(ctx, a.DB, ids)
	must(t, err)
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, id := range ids {
		c := cards[id]
		say("%s %s %s %s %s %s %v", c.Handle, c.Name, c.Lang, c.Pronouns, c.Headline, c.Location, c.Since)
		for _, tr := range traits[id] {
			say("  %s %d %s %s %s %s %d %d %v %v", tr.Kind, tr.Relation, tr.Name, tr.Role, tr.Body, tr.Place, tr.From, tr.To, tr.YearOnly, tr.Hidden)
		}
		ties, err := a.Network.Connections(ctx, a.DB, id, page.Cursor{}, 1000)
		must(t, err)
		var knows, lookers []string
		for _, x := range ties {
			knows = append(knows, fmt.Sprintf("  knows %s since %v: %s %s", handles[x.Peer], x.Since, x.Reason, x.Sub))
		}
		slices.Sort(knows)
		out = append(out, knows...)
		items, err := (&seeder{Services: services(a)}).inbox(ctx, access.Member(id))
		must(t, err)
		var asks []string
		for _, it := range items {
			asks = append(asks, fmt.Sprintf("  asked by %s at %v: %s %s %q %d %d", it.From.Handle, it.SentAt, it.Reason, it.Sub, it.Note, len(it.Thread), it.Why.Fit.Score))
		}
		slices.Sort(asks)
		out = append(out, asks...)
		view, err := a.Profiles.View(ctx, access.Member(id), handles[id], profile.Pose{})
		must(t, err)
		seen, err := a.Visits.Viewers(ctx, access.Member(id), page.Cursor{})
		must(t, err)
		say("  seen %d times, by week %v", seen.Seen, seen.Weeks)
		for {
			for _, x := range seen.Viewers {
				lookers = append(lookers, fmt.Sprintf("  seen by %s on %v", x.Card.Handle, x.Day))
			}
			if seen.Next.IsZero() {
				break
			}
			seen, err = a.Visits.Viewers(ctx, access.Member(id), seen.Next)
			must(t, err)
		}
		slices.Sort(lookers)
		out = append(out, lookers...)
		for _, s := range view.Sections {
			say("  %s %d %v %q %q %d", s.Section, s.Scope.Audience, s.Scope.Findable, s.About, s.Glad, s.OpenTo)
		}
	}
	return out
}

// TestSameSeedSameCommunity: on both databases, and when the first was
// interrupted in the middle of its letters and began again on another day.
func TestSameSeedSameCommunity(t *testing.T) {
	o := Options{Members: smallest, Seed: 3, Now: time.Now().Add(-time.Hour)}
	p := makePlan(o)

	whole := open(t, dbtest.SQLiteFile(t))
	if _, made, err := Ensure(ctx, whole, o); err != nil || !made {
		t.Fatal(made, err)
	}
	want := chronicle(t, whole, p)

	broken := open(t, dbtest.PostgresURL(t))
	half := p
	half.letters = p.letters[:len(p.letters)/2]
	w := &seeder{Services: services(broken), plan: half}
	for _, stage := range []func(context.Context) error{w.people, w.find, w.texts, w.post} {
		must(t, stage(ctx))
	}
	later := o
	later.Now = o.Now.Add(50 * time.Hour)
	if _, made, err := Ensure(ctx, broken, later); err != nil || !made {
		t.Fatal(made, err)
	}
	if diff := cmp.Diff(want, chronicle(t, broken, p)); diff != "" {
		t.Errorf("the community that was interrupted differs (-whole +broken):\n%s", diff)
	}
}

func TestAnotherSeedIsRefused(t *testing.T) {
	a := open(t, dbtest.SQLiteFile(t))
	w := &seeder{Services: services(a), plan: makePlan(Options{Members: smallest, Seed: 3, Now: a.DB.Now()})}
	must(t, w.people(ctx))
	_, made, err := Ensure(ctx, a, Options{Members: smallest, Seed: 4})
	if made || !fault.Is(err, fault.Conflict) {
		t.Errorf("made %v: %v", made, err)
	}
}

// TestToldNeedsTwo: what one person alone brings along is no evidence.
func TestToldNeedsTwo(t *testing.T) {
	side := func(n int) why.Side { return why.Side{Member: int64(n), Name: "X", Connections: 3, Closed: 8} }
	alone := why.Assess(why.Pair{Sender: side(1), Receiver: side(2), Degree: 4})
	if len(alone.Found) == 0 || told(alone) {
		t.Errorf("found %d, told %v", len(alone.Found), told(alone))
	}
	both := why.Pair{Sender: side(1), Receiver: side(2), Degree: 4}
	both.Sender.Facts = []why.Fact{{ID: 1, Kind: trait.Field, Entity: 9, Label: "Tides"}}
	both.Receiver.Facts = []why.Fact{{ID: 2, Kind: trait.Field, Entity: 9, Label: "Tides"}}
	if !told(why.Assess(both)) {
		t.Error("a field in common counts for nothing")
	}
}
