package leak

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/db/dbtest"
	"guildhall/internal/web"
)

// tour is what a crawl of the house goes by: who looks, and whose and which
// things there are to look at.
type tour struct {
	who     string   // the viewer's handle, guest for none
	people  []string // handles, of all sorts
	letters []string // ids of invitations, as addresses write them
	words   []string // to search people for
	things  []string // names of entities, to type ahead
	faces   []string // pictures, as handle/key
}

func each(list []string, f func(string) []string) (out []string) {
	for _, s := range list {
		out = append(out, f(s)...)
	}
	return out
}

func only(paths ...string) func(tour) []string { return func(tour) []string { return paths } }

func perPerson(suffixes ...string) func(tour) []string {
	return func(c tour) []string {
		return each(c.people, func(p string) (out []string) {
			for _, s := range suffixes {
				out = append(out, strings.Replace(s, "*", p, 1))
			}
			return out
		})
	}
}

func perLetter(suffixes ...string) func(tour) []string {
	return func(c tour) []string {
		return each(c.letters, func(n string) (out []string) {
			for _, s := range suffixes {
				out = append(out, "/invitations/"+n+s)
			}
			return out
		})
	}
}

// inventory has every page of the house. A new GET route needs a line here, or
// nobody looks whether it leaks.
var inventory = map[string]func(tour) []string{
	"GET /{$}":           only("/"),
	"GET /signin":        only("/signin", "/signin?next=%2Finvitations"),
	"GET /register":      only("/register"),
	"GET /register/sent": only("/register/sent"),
	"GET /verify":        only("/verify?token=none"),
	"GET /reset":         only("/reset"),
	"GET /reset/sent":    only("/reset/sent"),
	"GET /reset/{token}": only("/reset/none"),
	"GET /owner/{token}": only("/owner/none"),
	"GET /link/{token}":  only("/link/none"),

	"GET /settings/account":               only("/settings/account"),
	"GET /settings/account/email/{token}": only("/settings/account/email/none"),
	"GET /settings/privacy":               only("/settings/privacy"),
	"GET /settings/views":                 only("/settings/views"),
	"GET /me/views":                       only("/me/views"),

	"GET /in/{handle}":        persons,
	"GET /in/{handle}/beside": perPerson("/in/*/beside"),
	"GET /in/{handle}/end":    perPerson("/in/*/end"),
	"GET /in/{handle}/block":  perPerson("/in/*/block"),
	"GET /in/{handle}/limit":  perPerson("/in/*/limit"),
	"GET /me":                 only("/me", "/me?edit=about"),
	"GET /entities": func(c tour) []string {
		return each(c.things, func(s string) (out []string) {
			for _, kind := range []string{"company", "school", "group", "skill", "field", "place", "language"} {
				out = append(out, "/entities?kind="+kind+"&entity="+url.QueryEscape(s))
			}
			return out
		})
	},
	"GET /pictures/{handle}/{key}": func(c tour) []string {
		return each(c.faces, func(k string) []string { return []string{"/pictures/" + k, "/pictures/" + k + "?size=large"} })
	},

	"GET /invitations": only("/invitations", "/invitations?sort=oldest", "/invitations?sort=fit", "/invitations?sort=mutual", "/invitations?view=compact",
		"/invitations?with=shared", "/invitations?fit=good&with=note", "/invitations?mutual=5&fit=fair", "/invitations?reason=relationship&degree=4"),
	"GET /invitations/sent":        only("/invitations/sent", "/invitations/sent?show=ended"),
	"GET /invitations/answered":    only("/invitations/answered"),
	"GET /invitations/who":         only("/invitations/who"),
	"GET /invitations/how":         only("/invitations/how"),
	"GET /invitations/{id}":        perLetter("", "?reply=1", "?view=compact", "?view=compact&open"),
	"GET /invitations/{id}/spam":   perLetter("/spam"),
	"GET /invitations/{id}/block":  perLetter("/block"),
	"GET /invitations/{id}/limits": perLetter("/limits"),
	"GET /admin/reasons":           only("/admin/reasons", "/admin/reasons?edit=own.none"),
	"GET /admin/reports":           only("/admin/reports"),
	"GET /admin/weights":           only("/admin/weights"),
	"GET /invite/{handle}":         perPerson("/invite/*"),

	"GET /network": func(c tour) []string {
		return append([]string{"/network"}, each(c.words, func(w string) []string { return []string{"/network?q=" + url.QueryEscape(w)} })...)
	},
	"GET /network/people":            only("/network/people"),
	"GET /network/people/dismissed":  only("/network/people/dismissed"),
	"GET /network/with/{handle}":     perPerson("/network/with/*"),
	"GET /network/with/{handle}/how": perPerson("/network/with/*/how"),
}

// persons are the profiles of the others, and one's own through all eyes.
func persons(c tour) []string {
	out := each(c.people, func(p string) []string { return []string{"/in/" + p} })
	if c.who == guest {
		return out
	}
	me := "/in/" + c.who
	out = append(out, me, me+"?edit=experience", me+"?edit=contact", me+"?as=stranger", me+"?as=connection")
	return append(out, each(c.people, func(p string) []string { return []string{me + "?as-member=" + p} })...)
}

// all is every request of a tour, page by page, some as fragments too.
func (c tour) all() (out []ask) {
	for _, pages := range inventory {
		for _, path := range pages(c) {
			out = append(out, get(path))
		}
	}
	for _, path := range []string{"/network", "/invitations"} {
		out = append(out, ask{path: path, htmx: true})
	}
	return out
}

func TestEveryPageIsInTheInventory(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	known := map[string]bool{}
	for _, r := range h.app.Routes() {
		if strings.HasPrefix(r.Pattern, http.MethodGet+" ") {
			known[r.Pattern] = true
			if inventory[r.Pattern] == nil {
				t.Errorf("%s is in nobody's crawl: add it to the inventory", r.Pattern)
			}
		}
	}
	for pattern := range inventory {
		if !known[pattern] {
			t.Errorf("%s is in the inventory and nowhere in the house", pattern)
		}
	}
}

// A page that is for members, or for the keeper alone, leads a guest to the door, and shows nothing else.
func TestEveryRouteHasAPolicyThatHolds(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	h.join("ada", "Ada Sander")
	c := tour{who: guest, people: []string{"ada", "nobody-here"}, letters: []string{"1"}, words: []string{"ada"}, things: []string{"ada"}, faces: []string{"ada/a.b"}}
	for _, r := range h.app.Routes() {
		method, pattern, _ := strings.Cut(r.Pattern, " ")
		var asks []ask
		if method == http.MethodGet {
			for _, path := range inventory[r.Pattern](c) {
				asks = append(asks, get(path))
			}
		} else {
			asks = []ask{{method: method, path: strings.NewReplacer("{handle}", "ada", "{id}", "1", "{section}", "about", "{token}", "x", "{key}", "x").Replace(pattern)}}
		}
		for _, q := range asks {
			a := h.ask(guest, q)
			led := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/signin")
			if led != (r.Policy == web.Member || r.Policy == web.Owner) && !(r.Pattern == "POST /signout" && led) {
				t.Errorf("%s is for %s, and a guest gets %d %s", q, r.Policy, a.status, a.header.Get("Location"))
			}
			if strings.Contains(a.body, "Sander") {
				t.Errorf("%s tells a guest who is here", q)
			}
		}
	}
}
