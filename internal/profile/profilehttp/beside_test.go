package profilehttp_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/profile/profilehttp"
	"guildhall/internal/web/browsertest"
)

// A view is that a signed-in member asked for somebody else's page and was shown
// it.
func TestWhatIsAView(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Noor", "Foe")
	h.preset("Ada", access.OpenPublic)
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.BlockTx(ctx, tx, h.ids["Ada"], h.ids["Foe"])
		if err != nil {
			return err
		}
		if _, err := h.members.SetHandle(ctx, tx, h.ids["Ada"], "ada-the-second"); err != nil {
			return err
		}
		return journal.Append(ctx, tx, append(facts, member.Changed(h.ids["Ada"]))...)
	})
	old := h.page("Ada")
	for _, c := range []struct {
		what, who, method, path string
		header                  []string
		status                  int
		view                    bool
	}{
		{"a page", "Noor", "GET", "/in/ada-the-second", nil, 200, true},
		{"a page by a boosted link", "Noor", "GET", "/in/ada-the-second", []string{"HX-Request", "true", "HX-Boosted", "true"}, 200, true},
		{"an old address", "Noor", "GET", old, nil, 303, false},
		{"a guest", "", "GET", "/in/ada-the-second", nil, 200, false},
		{"the owner", "Ada", "GET", "/in/ada-the-second", nil, 200, false},
		{"the owner as somebody", "Ada", "GET", "/in/ada-the-second?as=second", nil, 200, false},
		{"the owner as a member", "Ada", "GET", "/in/ada-the-second?as-member=" + h.handles["Noor"], nil, 200, false},
		{"who is blocked", "Foe", "GET", "/in/ada-the-second", nil, 404, false},
		{"nobody's page", "Noor", "GET", "/in/nobody", nil, 404, false},
		{"a page that calls itself a fragment", "Noor", "GET", "/in/ada-the-second", []string{"HX-Request", "true"}, 200, true},
		{"what stands beside", "Noor", "GET", "/in/ada-the-second/beside", nil, 200, false},
		{"the head alone", "Noor", "HEAD", "/in/ada-the-second", nil, 200, false},
		{"a prefetch", "Noor", "GET", "/in/ada-the-second", []string{"Sec-Purpose", "prefetch"}, 503, false},
		{"a prerender", "Noor", "GET", "/in/ada-the-second", []string{"Sec-Purpose", "prefetch;prerender"}, 503, false},
		{"an older browser's prefetch", "Noor", "GET", "/in/ada-the-second", []string{"X-Moz", "prefetch"}, 503, false},
		{"a preview", "Noor", "GET", "/in/ada-the-second", []string{"Purpose", "preview"}, 503, false},
		{"the question before a block", "Noor", "GET", "/in/ada-the-second/block", nil, 200, false},
	} {
		h.seen = nil
		a := h.do(c.who, c.method, c.path, nil, c.header...)
		if a.status != c.status || c.view != slices.Equal(h.seen, []int64{h.ids["Ada"]}) || !c.view && len(h.seen) > 0 {
			t.Errorf("%s is answered with %d and told as %v", c.what, a.status, h.seen)
		}
	}
}

func TestCirclesComeAsAPartOrAPage(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	a := "Adaobi Eze-Nakamura"
	if got := h.part("Noor Haddad", h.page(a)+"/beside", nil); got.status != http.StatusOK || strings.TrimSpace(got.body) != "" {
		t.Errorf("no circles come as %d %q", got.status, got.body)
	}
	cards, err := h.members.Cards(ctx, h.db, []int64{h.ids["Plato"], h.ids["Grace Mwangi"]})
	h.must(err)
	h.circles = []profilehttp.Circle{
		{Title: "People also viewed", Why: "At least five others looked at both.", People: []profilehttp.Besider{{Card: cards[h.ids["Plato"]], Degree: graph.Far}}},
		{Title: "Similar professionals", Why: "They share her field.", People: []profilehttp.Besider{{Card: cards[h.ids["Grace Mwangi"]], Degree: graph.First, Fact: "Oceanography, both"}}},
	}
	part, page := h.part("Noor Haddad", h.page(a)+"/beside", nil), h.get("Noor Haddad", h.page(a)+"/beside")
	for _, words := range []string{"People also viewed", "Plato", "Outside", "Similar professionals", "Oceanography, both", "They share her field."} {
		if !strings.Contains(part.body, words) || !strings.Contains(page.body, words) {
			t.Errorf("%q is missing", words)
		}
	}
	if strings.Contains(part.body, "<html") || !strings.Contains(page.body, "<h1>") {
		t.Error("the part is a page, or the page a part")
	}
	if got := h.get(a, h.page(a)+"/beside"); got.status != http.StatusNotFound {
		t.Errorf("one's own circles are answered with %d", got.status)
	}
	if own := h.get(a, h.page(a)); strings.Contains(own.body, "/beside") {
		t.Error("one's own page asks for circles")
	}

	b := browsertest.Start(t)
	for _, width := range []int{360, 1280} {
		p := b.Page(width, browsertest.Dark)
		p.SetCookie(h.srv.URL, "guildhall", id.String(h.ids["Noor Haddad"]))
		p.Visit(h.srv.URL + h.page(a))
		p.WaitText("aside", "Similar professionals")
		p.CheckAxe()
	}
}
