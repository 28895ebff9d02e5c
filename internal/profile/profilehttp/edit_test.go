package profilehttp_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// form makes the fields of a form from names and values in turn.
func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// led fails the test unless the answer leads on to a place.
func led(t *testing.T, a answer, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		t.Errorf("answered %d, on to %q; want %q\n%s", a.status, a.header.Get("Location"), to, text(t, a.body, ".error, .banner"))
	}
}

func TestFormsWorkWithoutScript(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	page := h.page("Ada")
	led(t, h.post("Ada", "/me/card", form("name", "Ada Quist", "pronouns", "she/her", "headline", "Keeps clocks", "lang", "nl")), page)
	led(t, h.post("Ada", "/me/about", form("about", "First.\r\n\r\nSecond.")), page+"#about")
	led(t, h.post("Ada", "/me/location", form("location", "By the harbour")), page+"#location")
	led(t, h.post("Ada", "/me/open-to", form("offer-3", "on", "offer-5", "on", "glad", "Anything that ticks")), page+"#open-to")
	led(t, h.post("Ada", "/me/contact", form("email", "ada@example.org", "email", "", "website", "example.org", "phone", "")), page+"#contact")
	led(t, h.post("Ada", "/me/entries", form("section", "experience", "entity", "Clockworks", "role", "Keeper", "place", "Ghent", "from-month", "3", "from-year", "2019", "still", "on", "body", "Winds them.")), page+"#experience")
	led(t, h.post("Ada", "/me/entries", form("section", "education", "entity", "Horological School", "from-year", "2015", "to-year", "2018")), page+"#education")
	led(t, h.post("Ada", "/me/entries", form("section", "skills", "entity", "Escapements")), page+"?edit=skills#skills")
	led(t, h.post("Ada", "/me/entries", form("section", "languages", "entity", "Nederlands", "role", "Native")), page+"?edit=languages#languages")
	led(t, h.post("Ada", "/me/entries", form("section", "seeks", "kind", "skill", "entity", "Brass founding")), page+"?edit=seeks#seeks")
	led(t, h.post("Ada", "/me/audience/experience", form("audience", "second", "audience-findable", "on")), page+"#experience")
	a := h.get("Ada", page)
	for sel, want := range map[string]string{
		"h1": "Ada Quist", ".profile-head .lead": "Keeps clocks", ".profile-head .meta": "she/her By the harbour Clockworks", "#about .reading": "First. Second.",
		"#open-to .tags": "Being a mentor Speaking", "#contact .contacts": "ada@example.org https://example.org", "#experience .entries": "2019 – now Keeper Clockworks, Ghent Winds them.",
		"#education .entries": "2015 – 2018 Horological School", "#skills .tags": "Escapements", "#languages .tags": "Nederlands, native", "#seeks .tags": "Brass founding",
		"#experience .audience > summary": "Up to 2nd degree",
	} {
		if got := text(t, a.body, sel); got != want {
			t.Errorf("%s says %q, want %q", sel, got, want)
		}
	}
	if got := part(t, a.body, "h1 bdi"); !strings.Contains(got, `lang="nl"`) {
		t.Errorf("the name's language: %s", got)
	}
	s := h.own("Ada", access.Experience)
	if sc := s.Scope; sc.Audience != access.Second || !sc.Findable {
		t.Errorf("experience is open to %+v", sc)
	}
	if e := h.own("Ada", access.Education).Traits[0]; !e.YearOnly || e.From != month(2015, 1) || e.To != month(2018, 12) {
		t.Errorf("years alone were kept as %+v", e)
	}
	led(t, h.post("Ada", "/me/handle", form("handle", "ada-q")), "/in/ada-q")
}

func TestWhatIsWrongIsSaidAtTheFieldAndNothingIsLost(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Bo")
	job := h.has("Ada", trait.Company, "Clockworks", "Keeper", month(2019, 3), 0)
	long := strings.Repeat("Very long. ", 300)
	for name, c := range map[string]struct {
		path  string
		form  url.Values
		field string // its id
		keeps []string
	}{
		"a text far too long":   {"/me/about", form("about", long), "f-about", []string{strings.TrimSpace(long)}},
		"no name":               {"/me/card", form("name", " ", "headline", "Typed with care", "pronouns", "they"), "f-name", []string{"Typed with care", `value="they"`}},
		"a headline too long":   {"/me/card", form("name", "Ada", "headline", strings.Repeat("h", 221)), "f-headline", []string{strings.Repeat("h", 221)}},
		"a taken address":       {"/me/handle", form("handle", "bo-"), "f-handle", []string{`value="bo-"`}},
		"a wrong contact":       {"/me/contact", form("email", "fine@example.org", "email", "not an address", "phone", "+1 2"), "f-email-2", []string{"fine@example.org", "not an address", "+1 2"}},
		"glad too long":         {"/me/open-to", form("glad", strings.Repeat("g", 301), "offer-1", "on"), "f-glad", []string{strings.Repeat("g", 301), `name="offer-1" value="on" checked`}},
		"a line too long":       {"/me/location", form("location", strings.Repeat("l", 101)), "f-location", []string{strings.Repeat("l", 101)}},
		"an entry without name": {"/me/entries", form("section", "experience", "entity", "", "role", "Typed role", "body", "Typed body", "place", "Typed place"), "f-entity", []string{"Typed role", "Typed body", "Typed place"}},
		"a month without year":  {"/me/entries", form("section", "experience", "entity", "X", "from-month", "4"), "f-from-year", []string{`value="X"`, `value="4" selected`}},
		"a wild year":           {"/me/entries", form("section", "experience", "entity", "X", "from-year", "19x9", "still", "on"), "f-from-year", []string{`value="19x9"`, `name="still" value="on" checked`}},
		"no end":                {"/me/entries", form("section", "experience", "entity", "X", "from-year", "1999"), "f-to-year", []string{`value="1999"`}},
		"an end and still":      {"/me/entries", form("section", "experience", "entity", "X", "from-year", "1999", "to-year", "2001", "still", "on"), "f-to-year", []string{`value="2001"`}},
		"an end too early":      {"/me/entries", form("section", "experience", "entity", "X", "from-year", "1999", "to-year", "1901"), "f-to-year", []string{`value="1901"`}},
		"one month of two":      {"/me/entries", form("section", "experience", "entity", "X", "from-month", "2", "from-year", "1999", "to-year", "2001"), "f-to-year", []string{`value="2001"`, `value="2" selected`}},
		"changing to nothing":   {"/me/entries/" + id.String(job.ID), form("section", "experience", "entity", "", "version", "1", "role", "New role"), "f-entity", []string{"New role"}},
		"seeking no kind":       {"/me/entries", form("section", "seeks", "kind", "planet", "entity", "Mars"), "f-kind", []string{`value="Mars"`}},
	} {
		a := h.post("Ada", c.path, c.form)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, a.status)
			continue
		}
		field := part(t, a.body, "#"+c.field)
		if !strings.Contains(field, `aria-invalid="true"`) {
			t.Errorf("%s: the field %s is not marked: %s", name, c.field, field)
		}
		if got := text(t, a.body, ".field .error"); got == "" {
			t.Errorf("%s: nothing is said", name)
		}
		for _, k := range c.keeps {
			if !strings.Contains(a.body, k) {
				t.Errorf("%s: %.40q is lost", name, k)
			}
		}
		if b := h.part("Ada", c.path, c.form); b.status != a.status || strings.Contains(b.body, "<html") || !strings.Contains(b.body, `aria-invalid="true"`) {
			t.Errorf("%s: with script it is answered with %d", name, b.status)
		}
	}
	if got := h.own("Ada", access.Experience).Traits; len(got) != 1 || got[0].Role != "Keeper" {
		t.Errorf("a refused form changed the profile: %+v", got)
	}
}

func TestAStaleEntryIsToldAndKept(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	job := h.has("Ada", trait.Company, "Clockworks", "Keeper", 0, 0)
	path := "/me/entries/" + id.String(job.ID)
	first := form("section", "experience", "entity", "Clockworks", "role", "One", "version", "1")
	led(t, h.post("Ada", path, first), h.page("Ada")+"#experience")
	first.Set("role", "Two")
	a := h.post("Ada", path, first)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(text(t, a.body, ".banner"), "changed somewhere else") || !strings.Contains(a.body, `value="Two"`) {
		t.Errorf("%d %s", a.status, text(t, a.body, ".banner"))
	}
	m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(a.body)
	first.Set("version", m[1])
	led(t, h.post("Ada", path, first), h.page("Ada")+"#experience")
	if got := h.own("Ada", access.Experience).Traits[0].Role; got != "Two" {
		t.Errorf("after saving again the role is %q", got)
	}
}

func TestEntriesGoAndComeBack(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Bo")
	was := h.has("Ada", trait.Company, "Clockworks", "Keeper", month(2019, 3), month(2021, 7))
	path := "/me/entries/" + id.String(was.ID)
	if a := h.post("Bo", path+"/delete", form()); a.status != 404 {
		t.Errorf("somebody else deletes it: %d", a.status)
	}
	a := h.part("Ada", path+"/delete", form())
	if a.status != 200 || !strings.Contains(text(t, a.body, ".toast"), "Removed: Clockworks.") || len(h.own("Ada", access.Experience).Traits) != 0 {
		t.Fatalf("%d %s", a.status, text(t, a.body, ".toast"))
	}
	back := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(part(t, a.body, ".toast form"), -1) {
		back.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"/>`).FindAllStringSubmatch(part(t, a.body, ".toast form"), -1) {
		back.Set(m[1], m[2])
	}
	led(t, h.post("Ada", "/me/entries", back), h.page("Ada")+"#experience")
	got := h.own("Ada", access.Experience).Traits
	if len(got) != 1 || got[0].Entity != was.Entity || got[0].Role != "Keeper" || got[0].From != was.From || got[0].To != was.To || got[0].YearOnly {
		t.Errorf("what came back is %+v", got)
	}
	led(t, h.post("Ada", "/me/entries/"+id.String(got[0].ID)+"/delete", form()), h.page("Ada")+"?edit=experience#experience")
	if a := h.post("Ada", path+"/delete", form()); a.status != 404 {
		t.Errorf("deleted twice: %d", a.status)
	}
}

func TestSkillsAreOrdered(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	var last trait.Trait
	for _, n := range []string{"One", "Two", "Three"} {
		last = h.has("Ada", trait.Skill, n, "", 0, 0)
	}
	path := "/me/entries/" + id.String(last.ID) + "/move"
	led(t, h.post("Ada", path, form("by", "up", "section", "skills")), h.page("Ada")+"?edit=skills#skills")
	a := h.part("Ada", path, form("by", "up", "section", "skills"))
	if got := text(t, a.body, ".editlist span"); got != "Three One Two" {
		t.Errorf("the order is %q", got)
	}
	if a := h.post("Ada", path, form("by", "up", "section", "about")); a.status != 404 {
		t.Errorf("moved in a section without entries: %d", a.status)
	}
}

// upload sends a file as a browser does.
func (h *hall) upload(who, path, field string, b []byte) answer {
	h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile(field, "me.jpg")
	h.must(err)
	f.Write(b)
	w.Close()
	req, err := http.NewRequest("POST", h.srv.URL+path, &body)
	h.must(err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return h.send(who, req)
}

func TestPicturesAreTakenServedAndRemoved(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	led(t, h.upload("Ada", "/me/picture", "picture", portrait()), h.page("Ada"))
	a := h.get("Ada", h.page("Ada"))
	src := regexp.MustCompile(`/pictures/ada/[a-z0-9.]+\?size=large`).FindString(a.body)
	small, _, _ := strings.Cut(src, "?")
	for path, want := range map[string]int{src: 400, small: 96} {
		p := h.get("Ada", path)
		img, kind, err := image.DecodeConfig(strings.NewReader(p.body))
		if err != nil || img.Width != want || kind != "jpeg" || p.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(p.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v × %v %s %v", path, p.status, img.Width, img.Height, p.header.Get("Cache-Control"), err)
		}
	}
	led(t, h.upload("Ada", "/me/picture", "picture", portrait()), h.page("Ada"))
	if p := h.get("Ada", small); p.status != 404 {
		t.Errorf("the picture before is still there: %d", p.status)
	}
	for name, b := range map[string][]byte{"a text": []byte("hello"), "nothing": nil, "too much": make([]byte, 9<<20)} {
		a := h.upload("Ada", "/me/picture", "picture", b)
		if a.status != http.StatusUnprocessableEntity || text(t, a.body, "#f-picture-error") == "" {
			t.Errorf("%s as a picture: %d %s", name, a.status, text(t, a.body, ".error"))
		}
	}
	led(t, h.post("Ada", "/me/picture/remove", form()), h.page("Ada"))
	if a := h.get("Ada", h.page("Ada")); strings.Contains(a.body, "/pictures/") {
		t.Error("the picture is still on the page")
	}
	for _, key := range []string{"x", "x.y", "..%2f..%2fetc"} {
		if p := h.get("Ada", "/pictures/ada/"+key); p.status != 404 {
			t.Errorf("picture %s: %d", key, p.status)
		}
	}
}

// A picture is part of the card: each request asks anew who may see it, also of
// those who have it already, and what is hidden is what is not there.
func TestWhoSeesAPicture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Ada", "Bea", "Foe")
		put := func() string {
			t.Helper()
			led(t, h.upload("Ada", "/me/picture", "picture", portrait()), h.page("Ada"))
			return regexp.MustCompile(`/pictures/ada/[a-z0-9.]+`).FindString(h.get("Ada", h.page("Ada")).body)
		}
		at := put()
		nothing := func(who, path string) {
			t.Helper()
			_, key, _ := strings.Cut(strings.TrimPrefix(path, "/pictures/"), "/")
			for _, p := range []string{path, path + "?size=large"} {
				got, none := h.do(who, "GET", p, nil, "If-None-Match", `"`+key+`"`), h.get(who, "/pictures/nobody-here/none.none")
				got.header.Del("Date")
				none.header.Del("Date")
				if got.status != 404 || got.body != none.body || !reflect.DeepEqual(got.header, none.header) {
					t.Errorf("%q gets %d for %s, and not what nobody's key gets: %v", who, got.status, p, got.header)
				}
			}
		}
		shown := func(who, path string, statements int) {
			t.Helper()
			got := h.get(who, path)
			if got.status != 200 || got.header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(got.header.Get("Cache-Control"), "private, max-age=86400") {
				t.Errorf("%q gets %d for %s: %v", who, got.status, path, got.header)
			}
			if n := h.queries["GET /pictures/{handle}/{key}"]; n != statements {
				t.Errorf("%q: %d statements, want %d", who, n, statements)
			}
			if again := h.do(who, "GET", path, nil, "If-None-Match", got.header.Get("ETag")); again.status != 304 || again.body != "" {
				t.Errorf("%q gets %d asking again", who, again.status)
			}
		}
		const session = 1 // of this hall
		h.get("Bea", h.page("Ada"))
		shown("Ada", at, session)
		shown("Bea", at, session+1)
		nothing("", at)
		h.preset("Ada", access.OpenPublic)
		shown("", at, 3) // the cards that are kept forget who changed something
		h.get("", h.page("Ada"))
		shown("", at, 1)
		nothing("Bea", strings.Replace(at, "/ada/", "/bea/", 1))
		h.preset("Ada", access.OpenToMembers)
		nothing("", at)

		h.write(func(tx *db.Tx) error {
			facts, err := h.network.BlockTx(ctx, tx, h.ids["Ada"], h.ids["Foe"])
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
		nothing("Foe", at)
		shown("Bea", at, session+1)

		_, err := h.profiles.SetHandle(ctx, h.as("Ada"), "ada-lind")
		h.must(err)
		h.get("Bea", "/in/ada-lind")
		shown("Bea", at, session+2) // an old page leads to it still
		shown("Bea", strings.Replace(at, "/ada/", "/ada-lind/", 1), session+1)
		_, err = h.profiles.SetHandle(ctx, h.as("Ada"), "ada")
		h.must(err)

		old, at := at, put()
		nothing("Bea", old)
		h.get("Bea", h.page("Ada"))
		shown("Bea", at, session+1)
		h.write(func(tx *db.Tx) error {
			if err := h.members.SetStatus(ctx, tx, h.ids["Ada"], member.Hibernated); err != nil {
				return err
			}
			return journal.Append(ctx, tx, member.StatusChanged(h.ids["Ada"]))
		})
		nothing("Bea", at)
	})
}

func TestNamesAreOffered(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	h.has("Ada", trait.Company, `Quill & "Sons"`, "", 0, 0)
	a := h.get("Ada", "/entities?kind=company&entity=quill")
	if a.status != 200 || a.body != `<option value="Quill &amp; &#34;Sons&#34;"></option>` {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, q := range []string{"kind=school&entity=quill", "kind=nonsense&entity=quill", "kind=company&entity=", "entity=quill"} {
		if a := h.get("Ada", "/entities?"+q); a.status != 200 || a.body != "" {
			t.Errorf("%s: %d %s", q, a.status, a.body)
		}
	}
	if a := h.get("", "/entities?kind=company&entity=quill"); a.status != http.StatusSeeOther {
		t.Errorf("a guest is offered names: %d", a.status)
	}
}

func TestPrivacySettings(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Bo")
	club := h.has("Ada", trait.Group, "Clock Club", "", 0, 0)
	others := h.has("Bo", trait.Group, "Other Club", "", 0, 0)
	led(t, h.post("Ada", "/settings/privacy/preset", form("preset", "open")), "/settings/privacy")
	led(t, h.post("Ada", "/settings/privacy", form("about", "public", "experience", "third", "skills", "group:"+id.String(club.Entity), "connections", "only-me", "public-page", "on")), "/settings/privacy")
	a := h.get("Ada", "/settings/privacy")
	for sel, want := range map[string]string{"#who-about": "Public", "#who-experience": "Up to 3rd degree", "#who-skills": "Group: Clock Club", "#who-connections": "Only me", "#who-languages": "Members", "#who-seeks": "Only me"} {
		if got := text(t, a.body, sel+" option[selected]"); got != want {
			t.Errorf("%s is set to %q, want %q", sel, got, want)
		}
	}
	if got := text(t, a.body, ".hint"); !strings.Contains(got, "5 sections differ") {
		t.Errorf("the page says %q", got)
	}
	if a := h.get("", h.page("Ada")); a.status != 200 {
		t.Errorf("the public page answers %d", a.status)
	}
	bad := h.post("Ada", "/settings/privacy", form("about", "members", "skills", "group:"+id.String(others.Entity)))
	if bad.status != http.StatusUnprocessableEntity || text(t, bad.body, "#who-skills-error") == "" || text(t, bad.body, "#who-about option[selected]") != "Members" {
		t.Errorf("another's group: %d %s", bad.status, text(t, bad.body, ".error"))
	}
	if bad := h.post("Ada", "/settings/privacy/preset", form("preset", "nobody")); bad.status != http.StatusUnprocessableEntity || text(t, bad.body, ".banner") == "" {
		t.Errorf("an unknown preset: %d", bad.status)
	}
	bad = h.post("Ada", "/me/audience/skills", form("audience", "group", "audience-group", id.String(others.Entity)))
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(part(t, bad.body, "#skills .audience"), "open") {
		t.Errorf("another's group beside the section: %d", bad.status)
	}
	led(t, h.post("Ada", "/me/audience/skills", form("audience", "group", "audience-group", id.String(club.Entity))), h.page("Ada")+"#skills")
	for _, path := range []string{"/me/audience/nothing", "/me/audience/page%2f"} {
		if a := h.post("Ada", path, form("audience", "public")); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
