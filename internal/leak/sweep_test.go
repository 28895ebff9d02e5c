package leak

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/page"
	"guildhall/internal/suggest"
	"guildhall/internal/trait"
)

// Every form, sent by everybody with everybody's ids: what is not the sender's to
// change does not change, by a comparison of the whole database.

// sweeper has what the forms of the sweep are about.
type sweeper struct{ *aviary }

// The keeper's things, as kept makes them.
const ownReason, reporter = "own.same-choir", "former"

// kept lets an aviary have a keeper, a reason of its own, a report and a circle that
// somebody wants less of.
func kept(h *house) *aviary {
	h.Helper()
	a := fillAviary(h)
	a.join("keeper", "Keeper Kettle")
	a.write(func(tx *db.Tx) error { return a.app.Accounts.SetRole(ctx, tx, a.id("keeper"), account.RoleOwner) })
	_, err := a.app.Invites.AddReason(ctx, a.v("keeper"), invite.OwnReason{Label: "Same choir"})
	a.must(err)
	a.must(a.app.Invites.Spam(ctx, a.v(reporter), a.invite("third", reporter, invite.Letter{Note: "Buy this"})))
	a.must(a.app.Suggest.Dismiss(ctx, a.v("oconnect"), a.id("third"), suggest.ByCircle, a.circle()))
	return a
}

// circle is the company that oconnect wants less of.
func (a *aviary) circle() int64 { return a.entityOf("oconnect", "company") }

func (a *aviary) entityOf(nick, field string) int64 {
	i := slices.IndexFunc(owners, func(o owner) bool { return o.nick == nick })
	return a.entryOf(owners[i], field).Entity
}

// report is the address of the one report.
func (a *aviary) report() string {
	reports, _, err := a.app.Invites.Reports(ctx, a.v("keeper"), page.Cursor{})
	a.must(err)
	return id.String(a.id(reporter)) + "/" + id.String(reports[0].ID)
}

// letter of an owner's, by which the sides are known.
func (s sweeper) sides(letter string) (sender, receiver string) {
	for i, n := range s.letters {
		if id.String(n) == letter && i%2 == 0 {
			return owners[i/2].nick, asked
		} else if id.String(n) == letter {
			return asker, owners[i/2].nick
		}
	}
	return "", ""
}

// targets are the values for the one parameter of a pattern, of all kinds of
// owners.
func (s sweeper) targets(pattern string) []string {
	switch {
	case strings.Contains(pattern, "/invitations/{id}"):
		return append(s.addresses()[:6], id.String(id.New()))
	case strings.Contains(pattern, "/me/entries/{id}"):
		var out []string
		for _, o := range owners[:4] {
			out = append(out, id.String(s.entryOf(o, "company").ID), id.String(s.entryOf(o, "sought").ID))
		}
		return out
	case strings.Contains(pattern, "{handle}"):
		return []string{"opublic", "oconnect", "oonlyme", "nobody-here"}
	case strings.Contains(pattern, "{code}"):
		return []string{ownReason, "own.none"}
	case strings.Contains(pattern, "{receiver}"):
		return []string{s.report(), id.String(s.id("mate")) + "/" + s.addresses()[0], "none/none"}
	case strings.Contains(pattern, "/circles/{id}"):
		return []string{id.String(s.circle()), "none"}
	case strings.Contains(pattern, "{section}"):
		return []string{"about", "groups", "nothing"}
	case strings.Contains(pattern, "{token}"):
		return []string{"none", "0.0", strings.Repeat("x", 400)}
	}
	return []string{""}
}

// rightful says whose act a form is; the sweep leaves it out, the controls do it.
func (s sweeper) rightful(pattern, who, target string) bool {
	from, to := s.sides(target)
	switch {
	case who == guest:
		return false
	case strings.HasSuffix(pattern, "/circles/{id}/restore"):
		return who == "oconnect"
	case strings.HasSuffix(pattern, "{id}/withdraw"):
		return who == from
	case strings.HasSuffix(pattern, "{id}/reply"):
		return who == from || who == to
	case strings.Contains(pattern, "/invitations/{id}/"):
		return who == to
	case strings.Contains(pattern, "/network/with/{handle}/"):
		return slices.Contains(s.ties[who], target)
	case strings.HasSuffix(pattern, "{handle}/block"), strings.HasSuffix(pattern, "{handle}/limit"), strings.HasSuffix(pattern, "/invite/{handle}"),
		strings.HasSuffix(pattern, "{handle}/dismiss"), strings.HasSuffix(pattern, "{handle}/restore"):
		return who != target && s.ids[target] != 0 && !s.blocked(who, target)
	}
	return false
}

// typed is a form that would do something if it were allowed, and asks for what
// nobody may give: other people's rows and rank.
func (s sweeper) typed(pattern, who string) url.Values {
	other := id.String(s.id("opublic"))
	letters := slices.DeleteFunc(s.addresses(), func(n string) bool { _, to := s.sides(n); return to == who })
	v := url.Values{
		"id": append(letters, other), "ids": {strings.Join(letters, ".")}, "member_id": {other}, "owner_id": {other}, "member": {other},
		"role": {"2"}, "owner": {"1"}, "status": {"4"}, "email": {"taken@hall.example"}, "which": {"all-of-them"}, "handle": {"nobody-here"}, "token": {"none"},
		"reply": {"Hello?"}, "note": {"Hello"}, "reason": {"network"}, "by": {"up"}, "still": {"on"}, "from-year": {"2015"}, "version": {"1"}, "way": {"shared.known"},
		"label": {"Same band"}, "kin": {"shared"},
	}
	for _, o := range owners[:4] {
		v.Add("fact", id.String(s.entryOf(o, "company").ID))
	}
	if strings.Contains(pattern, "entries") {
		v.Set("section", "groups")
		v.Set("entity-id", id.String(s.entryOf(owners[0], "quiet").Entity)) // an unlisted group of others
	}
	if strings.Contains(pattern, "audience") {
		v.Set("audience", "group:"+id.String(s.entryOf(owners[0], "quiet").Entity))
	}
	if strings.Contains(pattern, "/network/with/") {
		v.Set("version", s.strings(`SELECT max(version) FROM connections`)[0]) // all ties began at one moment
	}
	if strings.Contains(pattern, "many") {
		v.Set("act", []string{"accept", "ignore", "undo"}[len(who)%3])
	}
	return v
}

// own are the forms that change the sender's own things and nothing else.
var own = map[string]url.Values{
	"POST /me/card":                   {"name": {"Somebody Else"}, "headline": {"New"}, "lang": {"en"}},
	"POST /me/handle":                 {"handle": {"another-one"}},
	"POST /me/picture":                {},
	"POST /me/picture/remove":         {},
	"POST /me/about":                  {"about": {"New."}},
	"POST /me/location":               {"location": {"Emden"}},
	"POST /me/open-to":                {"offer-1": {"on"}, "glad": {"all"}},
	"POST /me/contact":                {"email": {"far@hall.example"}},
	"POST /me/audience/{section}":     {"audience": {"public"}},
	"POST /me/entries":                {"section": {"skills"}, "entity": {"Whistling"}},
	"POST /settings/privacy":          {"about": {"public"}, "public-page": {"on"}},
	"POST /settings/privacy/preset":   {"preset": {"public"}},
	"POST /settings/views":            {"mode": {"full"}},
	"POST /invitations/who":           {"who": {"reason"}},
	"POST /settings/account/signout":  {"which": {"others"}},
	"POST /signout":                   {},
	"POST /settings/account/email":    {"email": {"new@hall.example"}},
	"POST /settings/account/password": {"current": {"wrong"}, "password": {"a long password here"}},
	"POST /theme":                     {"theme": {"dark"}},
	"POST /register":                  {"name": {"New Body"}, "email": {"new@hall.example"}, "password": {"a long password here"}},
	"POST /reset":                     {"email": {"new@hall.example"}},
	"POST /persona":                   {"handle": {"nobody-here"}},
	"POST /signin":                    {"email": {"new@hall.example"}, "password": {"wrong"}},
}

// all the others act on something that has an owner, or on a secret link.
var onOthers = []string{
	"POST /me/entries/{id}", "POST /me/entries/{id}/delete", "POST /me/entries/{id}/move",
	"POST /in/{handle}/block", "POST /in/{handle}/limit", "POST /network/with/{handle}/end", "POST /network/with/{handle}/how", "POST /network/with/{handle}/confirm", "POST /invite/{handle}", "POST /invite/{handle}/preview",
	"POST /invitations/many", "POST /invitations/{id}/accept", "POST /invitations/{id}/ignore", "POST /invitations/{id}/unknown", "POST /invitations/{id}/undo",
	"POST /invitations/{id}/spam", "POST /invitations/{id}/block", "POST /invitations/{id}/reply", "POST /invitations/{id}/withdraw",
	"POST /invitations/{id}/limits", "POST /invite/{handle}/forget", "POST /admin/reasons", "POST /admin/reasons/{code}", "POST /admin/reasons/{code}/retire",
	"POST /admin/reasons/{code}/restore", "POST /admin/reports/{receiver}/{id}/seen", "POST /admin/weights",
	"POST /network/people/{handle}/dismiss", "POST /network/people/{handle}/restore", "POST /network/circles/{id}/restore",
	"POST /verify", "POST /reset/{token}", "POST /owner/{token}", "POST /link/{token}", "POST /settings/account/email/{token}",
}

var senders = []string{guest, "far", "first", asked, asker, "foe", "shun", "oconnect", "oonlyme"}

func patterns(h *house) (list []string) {
	for _, r := range h.app.Routes() {
		if !strings.HasPrefix(r.Pattern, http.MethodGet+" ") {
			list = append(list, r.Pattern)
		}
	}
	return list
}

func filled(pattern, target string) string {
	_, path, _ := strings.Cut(pattern, " ")
	if i := strings.Index(path, "{"); i >= 0 {
		return path[:i] + target + path[strings.LastIndex(path, "}")+1:]
	}
	return path
}

func TestEveryFormIsSwept(t *testing.T) {
	var first *aviary
	world := copies(t, func(h *house) { first = kept(h) })
	s := sweeper{&aviary{house: world(t), oracle: first.oracle, letters: first.letters}}
	before, sent := s.dump(), 0
	for _, p := range patterns(s.house) {
		if own[p] == nil && !slices.Contains(onOthers, p) {
			t.Errorf("%s is in no sweep: say whose things it changes", p)
			continue
		}
		if own[p] != nil {
			continue
		}
		for _, who := range senders {
			for _, target := range s.targets(p) {
				if p == "POST /me/entries/{id}" || !s.rightful(p, who, target) {
					a := s.ask(who, post(filled(p, target), s.typed(p, who)))
					if a.status == http.StatusTemporaryRedirect || a.status == http.StatusMovedPermanently || a.status == http.StatusMethodNotAllowed {
						t.Errorf("%s is not what %s %q is answered by: %d", p, who, target, a.status)
					}
					if sent++; a.status >= 500 {
						t.Errorf("%s: %s gets %d for %q", p, who, a.status, target)
					}
				}
			}
		}
		after := s.dump()
		for _, row := range moved(before, after) {
			t.Errorf("%s, sent by those whose act it is not, changes %s", p, row)
		}
		before = after
	}
	t.Logf("%d forms with foreign ids", sent)
}

// idle are forms of one's own that change no row as they are filled in here.
var idle = []string{"POST /theme", "POST /register", "POST /settings/account/password", "POST /settings/account/signout", "POST /signin", "POST /reset", "POST /persona", "POST /me/picture", "POST /me/picture/remove"}

// What is one's own to change changes, with whatever else the form asks for, in
// one's own rows alone, and not in one's rank.
func TestOwnFormsChangeOwnRowsOnly(t *testing.T) {
	var first *aviary
	world := copies(t, func(h *house) { first = fillAviary(h) })
	for p, form := range own {
		for _, who := range []string{"far", "oconnect", guest} {
			s := sweeper{&aviary{house: world(t), oracle: first.oracle, letters: first.letters}}
			v := s.typed("", who)
			for k := range form {
				v[k] = form[k]
			}
			before := s.dump()
			for _, target := range s.targets(p)[:1] {
				s.ask(who, post(filled(p, target), v))
			}
			rows := moved(before, s.dump())
			for _, row := range rows {
				switch {
				case who == guest && strings.HasPrefix(row, "registrations +"):
				case p == "POST /reset" && strings.HasPrefix(row, "account_links + member_id=0 "): // nobody's: answered like one that is somebody's
				case who == guest, !ours(row, s.id(who)) && !strings.HasPrefix(row, "entities +"):
					t.Errorf("%s, sent by %s, changes %s", p, who, row)
				case strings.HasPrefix(row, "accounts +") && !strings.Contains(row, " role=1 "), strings.HasPrefix(row, "members +") && !strings.Contains(row, " status=1 "):
					t.Errorf("%s gives %s another rank: %s", p, who, row)
				}
			}
			if who == "far" && len(rows) == 0 && !slices.Contains(idle, p) {
				t.Errorf("%s changes nothing, so that this proves nothing", p)
			}
		}
	}
}

// A session is named by what only its own member is told; knowing it does not
// let anybody else end it.
func TestNobodyEndsAnothersSession(t *testing.T) {
	h := neighbourhood(t, access.OnlyMe)
	theirs, err := h.app.Accounts.Sessions(ctx, h.v(olive), h.tokens[olive])
	h.must(err)
	before := h.dump()
	for _, who := range watchers {
		for _, ses := range theirs {
			h.ask(who, post("/settings/account/signout", url.Values{"which": {ses.Ref}}))
		}
	}
	if rows := moved(before, h.dump()); len(rows) > 0 || len(theirs) == 0 {
		t.Errorf("of %d sessions somebody else ended: %v", len(theirs), rows)
	}
	h.ask(olive, post("/settings/account/signout", url.Values{"which": {theirs[0].Ref}}))
	if len(moved(before, h.dump())) == 0 {
		t.Error("she herself cannot end it either: this proves nothing")
	}
}

// The same forms, sent by those whose act it is, do change something; from
// another site they change nothing.
func TestRightfulFormsWorkFromOurOwnPagesOnly(t *testing.T) {
	var first *aviary
	var report, circle, version string
	world := copies(t, func(h *house) {
		first = kept(h)
		report, circle = first.report(), id.String(first.circle())
		tie, _, err := h.app.Network.Tie(ctx, h.app.DB, h.id("first"), h.id("oconnect"))
		h.must(err)
		version = fmt.Sprint(tie.Version)
	})
	sent, got := first.addresses()[10], first.addresses()[11] // of oconnect: to asked, and from asker
	entry := first.entryIDs["oconnect"]
	for p, c := range map[string]struct {
		who, target string
		form        url.Values
	}{
		"POST /me/entries/{id}":                    {"oconnect", entry, url.Values{"section": {"skills"}, "entity": {"Whistling"}, "version": {"1"}}},
		"POST /me/entries/{id}/delete":             {"oconnect", entry, nil},
		"POST /me/entries/{id}/move":               {"oconnect", entry, url.Values{"section": {"skills"}, "by": {"down"}}},
		"POST /in/{handle}/block":                  {"far", "oconnect", nil},
		"POST /in/{handle}/limit":                  {"far", "oconnect", url.Values{"skills": {"on"}}},
		"POST /network/with/{handle}/end":          {"first", "oconnect", nil},
		"POST /network/with/{handle}/how":          {"first", "oconnect", url.Values{"way": {"relationship.worked"}, "version": {version}}},
		"POST /invite/{handle}":                    {"far", "oconnect", url.Values{"note": {"Hello"}}},
		"POST /invitations/{id}/accept":            {asked, sent, nil},
		"POST /invitations/{id}/ignore":            {asked, sent, nil},
		"POST /invitations/{id}/limits":            {asked, sent, nil},
		"POST /invitations/{id}/unknown":           {asked, sent, nil},
		"POST /invitations/{id}/spam":              {asked, sent, nil},
		"POST /invitations/{id}/block":             {asked, sent, nil},
		"POST /invitations/{id}/reply":             {asker, got, url.Values{"reply": {"Hello"}}},
		"POST /invitations/{id}/withdraw":          {"oconnect", sent, nil},
		"POST /network/people/{handle}/dismiss":    {"far", "oconnect", url.Values{"reason": {"stranger"}}},
		"POST /network/people/{handle}/restore":    {"oconnect", "third", nil},
		"POST /network/circles/{id}/restore":       {"oconnect", circle, nil},
		"POST /admin/reasons":                      {"keeper", "", url.Values{"label": {"Same band"}}},
		"POST /admin/reasons/{code}":               {"keeper", ownReason, url.Values{"label": {"Same band"}}},
		"POST /admin/reasons/{code}/retire":        {"keeper", ownReason, nil},
		"POST /admin/reports/{receiver}/{id}/seen": {"keeper", report, nil},
		"POST /invitations/many":                   {asked, "", url.Values{"act": {"ignore"}, "id": {sent}}},
	} {
		h := world(t)
		q := post(filled(p, c.target), c.form)
		q.from = "https://elsewhere.example"
		before := h.dump()
		if a := h.ask(c.who, q); a.status != http.StatusForbidden {
			t.Errorf("%s from another site is answered with %d", p, a.status)
		}
		if rows := moved(before, h.dump()); len(rows) > 0 {
			t.Errorf("%s from another site changes %v", p, rows)
		}
		q.from = ""
		if a := h.ask(c.who, q); a.status != http.StatusSeeOther {
			t.Errorf("%s is answered with %d: %s", p, a.status, a.body)
		}
		if len(moved(before, h.dump())) == 0 {
			t.Errorf("%s by %s changes nothing: the sweep proves nothing about it", p, c.who)
		}
	}
}

// No page changes anything by being looked at, nor does any form that comes from
// another site.
func TestLookingChangesNothing(t *testing.T) {
	a := newAviary(t, dbtest.SQLiteFile(t))
	before := a.dump()
	for _, who := range append([]string{guest, "opublic"}, beholders...) {
		a.look([]string{who}, func(string) []ask { return a.tourOf(who, "oconnect", "opublic").all() })
		for _, p := range patterns(a.house) {
			q := post(filled(p, "oconnect"), sweeper{a}.typed(p, who))
			if q.from = "https://elsewhere.example"; a.ask(who, q).status != http.StatusForbidden {
				t.Errorf("%s takes a form from another site", p)
			}
		}
	}
	for _, row := range moved(before, a.dump()) {
		t.Errorf("looking changes %s", row)
	}
}

// Only one's own facts go along with an invitation, whatever ids the form has.
func TestOnlyOwnFactsAreReleased(t *testing.T) {
	a := newAviary(t, dbtest.SQLiteFile(t))
	mine := a.put("far", trait.Trait{Kind: trait.Skill, Entity: a.entity(trait.Skill, "Whistling")})
	v := sweeper{a}.typed("", "far")
	v["fact"] = append(v["fact"], id.String(mine.ID))
	before := a.dump()
	if got := a.ask("far", post("/invite/omembers", v)); got.status != http.StatusSeeOther {
		t.Fatalf("sending is answered with %d: %s", got.status, got.body)
	}
	for _, row := range moved(before, a.dump()) {
		if strings.HasPrefix(row, "invitation_facts +") && !strings.Contains(row, fmt.Sprintf(" fact_id=%d ", mine.ID)) && !strings.Contains(row, " fact_id=0 ") {
			t.Errorf("a fact of somebody else went along: %s", row)
		}
	}
}

// To all but the keeper the keeper's pages are what is not there.
func TestTheKeepersPagesAreTheKeepersAlone(t *testing.T) {
	a := kept(start(t, dbtest.SQLiteFile(t)))
	for _, path := range []string{"/admin/reasons", "/admin/reasons?edit=" + ownReason, "/admin/reports"} {
		if p := a.ask("keeper", get(path)); p.status != http.StatusOK || !strings.Contains(p.body, "Same choir") && !strings.Contains(p.body, "Buy this") {
			t.Errorf("the keeper is answered with %d at %s", p.status, path)
		}
		for _, who := range []string{"far", "third", reporter} {
			if p, none := a.ask(who, get(path)), a.ask(who, get("/admin/nothing")); p.status != http.StatusNotFound || p.body != none.body {
				t.Errorf("%s gets %d at %s, and not what isn't there", who, p.status, path)
			}
		}
	}
}
