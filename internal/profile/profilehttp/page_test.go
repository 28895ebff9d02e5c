package profilehttp_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/profile/profilehttp"
	"guildhall/internal/trait"
	"guildhall/internal/why"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// part returns the HTML of an element.
func part(t *testing.T, body, sel string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	doc.Find(sel).Each(func(_ int, s *goquery.Selection) {
		h, _ := goquery.OuterHtml(s)
		out += h + "\n"
	})
	return out
}

// text returns what a reader sees of an element, blanks as one.
func text(t *testing.T, body, sel string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	var walk func(_ int, s *goquery.Selection)
	walk = func(_ int, s *goquery.Selection) {
		if goquery.NodeName(s) == "#text" {
			words = append(words, strings.Fields(s.Text())...)
		}
		s.Contents().Each(walk)
	}
	doc.Find(sel).Each(walk)
	return strings.Join(words, " ")
}

func TestAPageSaysHowYouAreLinked(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	h.preset(adaobi, access.OpenToMembers)
	a := h.get(noor, h.page(adaobi))
	if a.status != 200 {
		t.Fatalf("status %d", a.status)
	}
	for sel, want := range map[string]string{
		".tie .degree":         "2nd degree",
		".tie .path":           "Adaobi Eze-Nakamura",
		".tie .mutual":         "2 mutual connections",
		".tie .facts-line":     "Open Tides Saltmarsh Institute of Technology Tidal modelling, R",
		".tie .timeline tbody": "1 year",
		"#experience":          "2015 – 2017 Hydrographic surveyor Eze & Sons Marine, Port Harcourt",
		"#languages":           "Igbo, native",
		"#open-to":             "Being a mentor",
		"#closed":              "Contact Open to connections only. It may be empty.",
		"aside .fit":           "You gain",
		".profile-head .meta":  "she/her Rotterdam Delta Authority",
		".profile-head .btn":   "Invite to connect",
	} {
		if got := text(t, a.body, sel); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q in it", sel, got, want)
		}
	}
	for _, sel := range []string{"#contact", "#seeks", "#location", ".sec-extra", "form[action^='/me']"} {
		if got := part(t, a.body, sel); got != "" {
			t.Errorf("to somebody else there is %s: %s", sel, got)
		}
	}
	if strings.Contains(a.body, "adaobi@example.org") || !strings.Contains(a.body, `content="noindex"`) {
		t.Error("the page tells the address, or may be indexed")
	}
}

func TestTheButtonSaysWhatStandsBetween(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	day := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		r    profilehttp.Relation
		want string
		href string
	}{
		{profilehttp.Relation{}, "Invite to connect", "/invite/adaobi-eze-nakamura"},
		{profilehttp.Relation{Standing: profilehttp.Sent, Link: "/invitations/sent#x"}, "Invitation sent", "/invitations/sent#x"},
		{profilehttp.Relation{Standing: profilehttp.Received, Link: "/invitations/7"}, "Answer the invitation", "/invitations/7"},
		{profilehttp.Relation{Standing: profilehttp.Cooling, Until: day}, "From 24 December 2026 on", ""},
	} {
		h.relation = c.r
		a := h.get(noor, h.page(adaobi))
		got := part(t, a.body, ".profile-head .actions")
		if !strings.Contains(text(t, a.body, ".profile-head .actions"), c.want) || !strings.Contains(got, `href="`+c.href) {
			t.Errorf("%+v: %s", c.r, got)
		}
	}
	a := h.get(noor, h.page(grace))
	if got := text(t, a.body, ".profile-head .standing"); got != "Connected" {
		t.Errorf("of a connection it says %q", got)
	}
	if got := text(t, a.body, ".tie"); !strings.Contains(got, "Connected since") || !strings.Contains(got, "Worked together") {
		t.Errorf("the tie says %q", got)
	}
	if got := part(t, a.body, ".menu .sheet"); !strings.Contains(got, h.page(grace)+"/end") {
		t.Error("a connection cannot be removed")
	}
}

// TestWhatIsNotOpenIsByteForByteWhatIsNotThere compares whole answers.
func TestWhatIsNotOpenIsByteForByteWhatIsNotThere(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	for _, who := range []string{"", noor} {
		missing := h.get(who, "/in/nobody-at-all")
		closed := h.get(who, h.page(adaobi))
		if who == noor {
			h.write(func(tx *db.Tx) error {
				if err := h.members.SetStatus(ctx, tx, h.ids[adaobi], member.Hibernated); err != nil {
					return err
				}
				return journal.Append(ctx, tx, member.StatusChanged(h.ids[adaobi]))
			})
			closed = h.get(who, h.page(adaobi))
		}
		if missing.status != 404 || closed.status != 404 || missing.body != closed.body {
			t.Errorf("viewer %q: %d and %d, same body: %v", who, missing.status, closed.status, missing.body == closed.body)
		}
	}
}

// TestClosedSectionsAreByteForByteTheSame compares the page of somebody closed
// before and after all was filled in, for a stranger to it.
func TestClosedSectionsAreByteForByteTheSame(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Owner", "Between", "Near", "Far")
	h.chain("Owner", "Between", "Near")
	for _, v := range []string{"Near", "Far"} {
		h.has(v, trait.Company, "Quiet Works", "clerk", month(2015, 1), 0)
		h.has(v, trait.Skill, "Secrets", "", 0, 0)
	}
	set := map[access.Section]access.Scope{}
	for _, s := range access.Sections {
		set[s] = access.Scope{Audience: access.Connections}
	}
	h.must(h.profiles.SetAudiences(ctx, h.as("Owner"), set))
	before := map[string]string{}
	for _, v := range []string{"Near", "Far"} {
		before[v] = h.get(v, h.page("Owner")).body
	}
	h.has("Owner", trait.Company, "Quiet Works", "clerk", month(2015, 1), 0)
	h.has("Owner", trait.Skill, "Secrets", "", 0, 0)
	h.has("Owner", trait.Place, "Atlantis", "", 0, 0)
	place := "Atlantis"
	_, err := h.profiles.SetCard(ctx, h.as("Owner"), member.Change{Location: &place})
	h.must(err)
	h.must(h.profiles.SetAbout(ctx, h.as("Owner"), "Secrets"))
	h.must(h.profiles.SetOpenTo(ctx, h.as("Owner"), 1<<why.Mentoring, "Secrets"))
	for _, v := range []string{"Near", "Far"} {
		if diff := cmp.Diff(before[v], h.get(v, h.page("Owner")).body); diff != "" {
			t.Errorf("to %s the page tells what is closed:\n%s", v, diff)
		}
	}
}

// TestViewAsShowsTheVeryPage compares, part by part, what the owner is shown as a
// kind of viewer with what such a viewer gets.
func TestViewAsShowsTheVeryPage(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	h.join("Third Hand")
	h.chain(bas, "Third Hand")
	viewer := map[string]string{"stranger": "", "member": plato, "third": "Third Hand", "second": bas, "connection": sofia}
	for _, preset := range access.Presets {
		h.preset(adaobi, preset)
		h.must(h.profiles.SetAudiences(ctx, h.as(adaobi), map[access.Section]access.Scope{access.Page: {Audience: access.Public}, access.Skills: {Audience: access.Second}, access.About: {Audience: access.Third}}))
		for as, who := range viewer {
			posed, real := h.get(adaobi, h.page(adaobi)+"?as="+as), h.get(who, h.page(adaobi))
			for _, sel := range []string{".cv > .sec", ".profile-head h1", ".profile-head .lead", ".profile-head .meta", ".profile-head > .face"} {
				if diff := cmp.Diff(part(t, real.body, sel), part(t, posed.body, sel)); diff != "" {
					t.Errorf("%s, as %s, %s:\n%s", preset, as, sel, diff)
				}
			}
			if got := part(t, posed.body, "form[method=post][action^='/me'], form[action$='/block']"); got != "" {
				t.Errorf("as %s one can act: %s", as, got)
			}
			if text(t, posed.body, ".looking b") == "" {
				t.Errorf("as %s nothing says so", as)
			}
		}
	}
	h.preset(adaobi, access.OpenToMembers)
	a := h.get(adaobi, h.page(adaobi)+"?as=stranger")
	if got := text(t, a.body, "main"); a.status != 200 || !strings.Contains(got, "does not open to anybody who is not signed in") || strings.Contains(got, "Delta Authority") {
		t.Errorf("as a stranger to a shut page: %d %s", a.status, got)
	}
	a = h.get(adaobi, h.page(adaobi)+"?as-member="+h.handles[noor])
	if got := text(t, a.body, ".looking b"); got != noor {
		t.Errorf("looking as Noor says %q", got)
	}
	a = h.get(adaobi, h.page(adaobi)+"?as-member=nobody-here")
	if a.status != 200 || !strings.Contains(text(t, a.body, "aside .error"), "Nobody whom you could look as") || !strings.Contains(a.body, `value="nobody-here"`) {
		t.Errorf("an unknown member: %d %s", a.status, text(t, a.body, "aside .error"))
	}
	if a := h.get(noor, h.page(adaobi)+"?as=connection"); a.status != 404 {
		t.Errorf("somebody else may look as a connection: %d", a.status)
	}
	if a := h.get(noor, h.page(adaobi)+"?as-member="+h.handles[grace]); a.status != 404 {
		t.Errorf("somebody else may look as a member: %d", a.status)
	}
}

func TestAPublicPageIsMadeForReaders(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	h.preset(adaobi, access.OpenPublic)
	evil := `</script><script>alert(1)</script>`
	h.has(adaobi, trait.Skill, evil, "", 0, 0)
	a := h.get("", h.page(adaobi))
	if a.status != 200 || strings.Contains(a.body, "noindex") || strings.Contains(a.body, evil) {
		t.Fatalf("status %d, or not to be indexed, or not escaped", a.status)
	}
	if got := part(t, a.body, `meta[property="og:title"]`); !strings.Contains(got, adaobi) {
		t.Errorf("a link's preview has the title %s", got)
	}
	m := regexp.MustCompile(`<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatal("no linked data")
	}
	var ld struct {
		Type string `json:"@type"`
		Main struct {
			Name, Description         string
			KnowsAbout, WorksFor, URL []string
		} `json:"mainEntity"`
	}
	if err := json.Unmarshal([]byte(m[1]), &ld); err != nil {
		t.Fatal(err)
	}
	if ld.Type != "ProfilePage" || ld.Main.Name != adaobi || len(ld.Main.WorksFor) != 1 || ld.Main.WorksFor[0] != "Delta Authority" || ld.Main.URL != nil || len(ld.Main.KnowsAbout) != 8 {
		t.Errorf("linked data: %+v", ld)
	}
	if got := part(t, a.body, ".tie, .menu, form"); strings.Contains(got, "tie") || strings.Contains(got, `method="post"`) {
		t.Errorf("a guest finds what is for members: %s", got)
	}
	if a := h.get(noor, h.page(adaobi)); strings.Contains(a.body, "ld+json") || strings.Contains(a.body, "og:title") || !strings.Contains(a.body, "noindex") {
		t.Error("a member's page is made for search engines")
	}
	h.must(h.profiles.SetAudiences(ctx, h.as(adaobi), map[access.Section]access.Scope{access.Skills: {Audience: access.Members}}))
	if a := h.get("", h.page(adaobi)); strings.Contains(a.body, "Hydrography") {
		t.Error("the page or its data tell a closed section")
	}
}

func TestOldAddressesAndMe(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	if _, err := h.profiles.SetHandle(ctx, h.as(adaobi), "adaobi"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		h.page(adaobi) + "?edit=about": "/in/adaobi?edit=about",
		"/in/Adaobi":                   "/in/adaobi",
		"/me":                          "/in/adaobi",
		"/me?edit=experience":          "/in/adaobi?edit=experience#experience",
		"/me?edit=":                    "/in/adaobi?",
		"/me?edit=nonsense":            "/in/adaobi?edit=card#card",
		"/me?as=stranger":              "/in/adaobi?as=stranger",
	} {
		if a := h.get(adaobi, path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), strings.TrimSuffix(want, "?")) {
			t.Errorf("%s leads with %d to %s, want %s", path, a.status, a.header.Get("Location"), want)
		}
	}
	if a := h.get("", "/me"); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/signin") {
		t.Errorf("a guest's own page: %d %s", a.status, a.header.Get("Location"))
	}
}

func TestPartingAsksFirst(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	a := h.get(noor, h.page(adaobi)+"/block")
	if a.status != 200 || !strings.Contains(text(t, a.body, "h1"), "Block "+adaobi) || len(h.blocked) != 0 {
		t.Fatalf("%d %s", a.status, text(t, a.body, "h1"))
	}
	a = h.post(noor, h.page(adaobi)+"/block", url.Values{})
	if a.status != http.StatusSeeOther || len(h.blocked) != 1 || h.blocked[0] != h.ids[adaobi] {
		t.Errorf("blocking: %d, blocked %v", a.status, h.blocked)
	}
	a = h.get(noor, h.page(grace)+"/end")
	if a.status != 200 || !strings.Contains(part(t, a.body, "form"), "/network/with/"+h.handles[grace]+"/end") {
		t.Errorf("ending: %d", a.status)
	}
	for _, path := range []string{"/in/nobody/block", h.page(noor) + "/block", h.page(noor) + "/end"} {
		if a := h.get(noor, path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := h.post("", h.page(adaobi)+"/block", url.Values{}); a.status != http.StatusSeeOther || len(h.blocked) != 1 {
		t.Errorf("a guest blocks: %d", a.status)
	}
}

// TestStatementsOfAPage counts all of a request but what invitations are asked,
// for which two are left: what stands between the two, and how many wait. Two of a
// member's, groups and limits, the program keeps in memory.
func TestStatementsOfAPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := village(t, d)
		h.preset(adaobi, access.OpenToMembers)
		for i := range 2 {
			for _, c := range []struct {
				who, path string
				most      int
			}{{noor, h.page(adaobi), 7}, {noor, h.page(grace), 8}, {plato, h.page(adaobi), 7}, {adaobi, h.page(adaobi), 7}, {adaobi, h.page(adaobi) + "?edit=experience", 7},
				{adaobi, h.page(adaobi) + "?as=second", 4}, {"", h.page(adaobi), 5}, {adaobi, "/settings/privacy", 8}} {
				h.get(c.who, c.path)
				h.get(c.who, c.path)
				route := "GET /in/{handle}"
				if strings.HasPrefix(c.path, "/settings") {
					route = "GET /settings/privacy"
				}
				if got := h.queries[route]; got > c.most || got == 0 {
					t.Errorf("%s as %q: %d statements, at most %d", c.path, c.who, got, c.most)
				}
			}
			if i == 0 {
				for n := range 40 {
					h.must(h.db.Write(ctx, func(tx *db.Tx) error {
						e, err := h.traits.Ensure(ctx, tx, trait.Skill, "skill "+string(rune('A'+n)), 0)
						if err != nil {
							return err
						}
						return h.traits.BulkPut(ctx, tx, []trait.Trait{{Member: h.ids[adaobi], Kind: trait.Skill, Relation: trait.Has, Entity: e.ID}, {Member: h.ids[noor], Kind: trait.Skill, Relation: trait.Has, Entity: e.ID}})
					}))
				}
			}
		}
	})
}
