package profilehttp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

func TestClosingSectionsToOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := village(t, d)
		h.preset(grace, access.OpenToMembers)
		h.must(h.profiles.SetAudiences(ctx, h.as(grace), map[access.Section]access.Scope{access.Skills: {Audience: access.Public}}))
		limit := h.page(noor) + "/limit"
		a := h.get(grace, limit)
		if got := text(t, a.body, "main"); a.status != 200 || !strings.Contains(got, "Public: anybody sees it, signed in or not.") || !strings.Contains(got, "Open now to: members.") {
			t.Fatalf("%d %s", a.status, got)
		}
		if a = h.get(grace, "/settings/privacy"); !strings.Contains(text(t, a.body, "#people, section:has(#people)"), "Nothing is closed to anybody by name.") {
			t.Error("the settings do not say that nothing is closed")
		}
		a = h.post(grace, limit, url.Values{"about": {"on"}, "skills": {"on"}, "page": {"on"}, "from": {"https://elsewhere.example"}})
		if to := a.header.Get("Location"); a.status != http.StatusSeeOther || to != h.page(noor) {
			t.Errorf("saved: %d to %s", a.status, to)
		}
		closed := text(t, h.get(noor, h.page(grace)).body, "main")
		if _, closed, _ = strings.Cut(closed, "Not open to you"); !strings.HasPrefix(strings.TrimSpace(closed), "About Open to nobody else.") {
			t.Errorf("closed to her: %s", closed)
		}
		a = h.get(grace, "/settings/privacy")
		if got := text(t, a.body, ".people"); !strings.Contains(got, "Closed: About, Skills") {
			t.Errorf("the settings list %s", got)
		}
		for _, path := range []string{h.page(grace) + "/limit", "/in/nobody/limit"} {
			if a := h.get(grace, path); a.status != 404 {
				t.Errorf("%s: %d", path, a.status)
			}
			if a := h.post(grace, path, url.Values{"about": {"on"}}); a.status != 404 {
				t.Errorf("sending %s: %d", path, a.status)
			}
		}
		a = h.post(grace, limit, url.Values{"from": {"settings"}})
		if to := a.header.Get("Location"); to != "/settings/privacy#people" {
			t.Errorf("opened again it leads to %s", to)
		}
		if got := text(t, h.get(noor, h.page(grace)).body, "main"); strings.Contains(got, "Open to nobody else.") {
			t.Error("opened again it stays closed")
		}
	})
}

// The list of people comes in pages, at a fixed number of statements.
func TestManyPeopleAreListedByPages(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	for i := range 30 {
		name := fmt.Sprintf("Person %c%c", 'A'+i/10, 'a'+i%10)
		h.join(name)
		if a := h.post(grace, h.page(name)+"/limit", url.Values{"about": {"on"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", name, a.status)
		}
	}
	a := h.get(grace, "/settings/privacy")
	first := text(t, a.body, ".people")
	next := regexp.MustCompile(`/settings/privacy\?after=[^#"]+`).FindString(a.body)
	if n := strings.Count(first, "Closed: About"); n != 25 || next == "" {
		t.Fatalf("%d people on the first page, then %q", n, next)
	}
	a = h.get(grace, next)
	h.get(grace, "/settings/privacy") // all cards are known by now
	if n := h.queries["GET /settings/privacy"]; n > 8 {
		t.Errorf("%d statements", n)
	}
	if n := strings.Count(text(t, a.body, ".people"), "Closed: About"); n != 5 {
		t.Errorf("%d people on the second page", n)
	}
	// Whoever has parted from her is not there, whatever she closed to them.
	for _, p := range [][2]string{{"Person Aa", grace}, {grace, "Person Ab"}} {
		h.write(func(tx *db.Tx) error {
			facts, err := h.network.BlockTx(ctx, tx, h.ids[p[0]], h.ids[p[1]])
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
	}
	rest := text(t, h.get(grace, next).body, ".people")
	if strings.Contains(rest, "Person Aa") || strings.Contains(rest, "Person Ab") || strings.Count(rest, "Closed: About") != 3 {
		t.Errorf("after two blocks: %s", rest)
	}
}
