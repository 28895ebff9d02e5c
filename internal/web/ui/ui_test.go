package ui_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"guildhall/internal/access"
	"guildhall/internal/web/static"
	"guildhall/internal/web/ui"
)

// draw renders a component, with children when there are any.
func draw(t *testing.T, c templ.Component, children ...templ.Component) *goquery.Document {
	t.Helper()
	var b strings.Builder
	ctx := context.Background()
	if len(children) > 0 {
		ctx = templ.WithChildren(ctx, templ.Join(children...))
	}
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text returns what an element says, with blanks as one reads them.
func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ada Lovelace": "AL",
		"Mateus Albuquerque de Sá e Vasconcelos": "MV",
		"plato":               "P",
		"Σοφία Παπαδημητρίου": "ΣΠ",
		"Олександра Гнатюк":   "ОГ",
		"李婉婷":                 "李",
		"김 민준":                "김",
		"山田 太郎":               "山",
		"ليلى بنت منصور":      "ل",
		"דוד לוי":             "דל",
		"देवेन्द्र प्रताप":        "दे",
		"Nguyễn Thị Phương Thảo":  "NT",
		"e\u0301lodie zola":       "E\u0301Z", // not in normal form
		"ǆemal bijedić":           "ǅB",       // a capital that is two letters
		"  ":                      "?",
		"":                        "?",
		"“Mad” (Max) Rockatansky": "MR",
		"👩‍🚀 Sally Ride":          "SR",
		"🦊":                       "?",
		"3rd Member":              "3",
		"Li 李":                    "L",
		"Jean-Luc":                "J",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
	turkish := draw(t, ui.Face(ui.Person{Name: "ilhan irmak", Lang: "tr"}, ui.M))
	if got := text(turkish.Find(".face")); got != "İI" && got != "İİ" {
		t.Errorf("Turkish initials are %q", got)
	}
}

func TestTintsAreSteadyAndSpread(t *testing.T) {
	seen := map[int]int{}
	for i := range 6000 {
		id := int64(1<<40 + i) // as made in one millisecond
		n := ui.TintOf(id)
		if n < 1 || n > ui.Tints || n != ui.TintOf(id) {
			t.Fatalf("TintOf(%d) = %d", id, n)
		}
		seen[n]++
	}
	for n := 1; n <= ui.Tints; n++ {
		if seen[n] < 800 || seen[n] > 1200 {
			t.Errorf("tint %d was picked %d times of 6000", n, seen[n])
		}
	}
}

func month(y, m int) int32 { return int32(y*12 + m - 1) }

func TestPersonCard(t *testing.T) {
	p := ui.Person{Name: "ليلى بنت منصور", Lang: "ar", Href: "/in/layla", Pronouns: "she/her", Headline: "مهندسة", Tint: 5, Distance: ui.Second}
	d := draw(t, ui.PersonCard(p, ui.LinkButtonWord("/invite/layla", "Invite")), ui.ReasonLine(ui.Shared, "4 mutual connections"))
	if got := d.Find(`.name bdi[lang="ar"]`); text(got) != p.Name {
		t.Errorf("the name is %q", text(got))
	}
	if got, _ := d.Find("a.name").Attr("href"); got != "/in/layla" {
		t.Errorf("the name leads to %q", got)
	}
	if got := text(d.Find(".degree")); got != "2nd degree" {
		t.Errorf("the degree reads %q", got)
	}
	if got, _ := d.Find(".face").Attr("aria-hidden"); got != "true" {
		t.Error("the face is read out besides the name")
	}
	if text(d.Find(".act .btn")) != "Invite" || text(d.Find(".facts")) != "4 mutual connections" {
		t.Errorf("the card reads %q", text(d.Selection))
	}
	if d := draw(t, ui.PersonCard(ui.Person{Name: "Plato"}, nil)); d.Find("a, .act, .degree, .pron, .headline").Length() != 0 {
		t.Error("a card with a name alone shows more")
	}
}

func TestNamesCannotBreakOut(t *testing.T) {
	evil := `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	p := ui.Person{Name: evil, Headline: evil, Pronouns: evil, Href: "javascript:alert(1)", Picture: `x" onerror="alert(1)`, Lang: `en" onclick="x`}
	d := draw(t, ui.PersonCard(p, nil))
	if d.Find("script, [onerror], [onclick]").Length() != 0 {
		t.Error("a name became markup")
	}
	if href, _ := d.Find("a.name").Attr("href"); strings.HasPrefix(href, "javascript:") {
		t.Errorf("a profile leads to %q", href)
	}
	if text(d.Find(".name")) != evil {
		t.Errorf("the name reads %q", text(d.Find(".name")))
	}
}

func TestMutual(t *testing.T) {
	for _, c := range []struct {
		n      int
		capped bool
		want   string
	}{{0, false, ""}, {1, false, "1 mutual connection"}, {1204, false, "1,204 mutual connections"}, {40, true, "40+ mutual connections"}} {
		if got := text(draw(t, ui.Mutual("", nil, c.n, c.capped)).Find(".mutual")); got != c.want {
			t.Errorf("%d: %q, want %q", c.n, got, c.want)
		}
	}
	many := make([]ui.Person, 5)
	if n := draw(t, ui.Mutual("/x", many, 5, false)).Find("a.mutual .face").Length(); n != 3 {
		t.Errorf("%d faces are drawn", n)
	}
}

func TestFieldKeepsWhatWasTyped(t *testing.T) {
	d := draw(t, ui.Field(ui.Input{Name: "email", Label: "E-mail", Value: `a"b`, Error: "This is no address.", Hint: "Only you see it.", Type: "email"}))
	in := d.Find("input")
	if v, _ := in.Attr("value"); v != `a"b` {
		t.Errorf("the field holds %q", v)
	}
	if v, _ := in.Attr("aria-invalid"); v != "true" {
		t.Error("the field is not marked as wrong")
	}
	by, _ := in.Attr("aria-describedby")
	for _, id := range strings.Fields(by) {
		if d.Find("#"+id).Length() != 1 {
			t.Errorf("%s explains the field and is not there", id)
		}
	}
	if len(strings.Fields(by)) != 2 {
		t.Errorf("the field is explained by %q", by)
	}
	if id, _ := d.Find("label").Attr("for"); d.Find("input#"+id).Length() != 1 {
		t.Error("the label belongs to no field")
	}
	plain := draw(t, ui.Field(ui.Input{Name: "x", Label: "X"})).Find("input")
	if _, has := plain.Attr("aria-describedby"); has {
		t.Error("a plain field is described by nothing")
	}
}

func TestTextAreaCountsCharacters(t *testing.T) {
	d := draw(t, ui.TextArea(ui.Area{Input: ui.Input{Name: "note", Label: "Note", Value: "né 👩‍🚀", Max: 300}}))
	if got := text(d.Find("#f-note-count")); got != "6 of 300 characters" {
		t.Errorf("the count reads %q", got)
	}
	if got := d.Find("textarea").Text(); got != "né 👩‍🚀" {
		t.Errorf("the field holds %q", got)
	}
}

func TestAudienceSelect(t *testing.T) {
	d := draw(t, ui.AudienceSelect(ui.Rings{Name: "audience", Section: "Experience", Value: access.Second}))
	if n := d.Find(`input[type="radio"]`).Length(); n != len(access.Audiences)-1 {
		t.Errorf("%d audiences without a group, want %d", n, len(access.Audiences)-1)
	}
	if v, _ := d.Find("input[checked]").Attr("value"); v != "second" {
		t.Errorf("%q is chosen", v)
	}
	for _, s := range d.Find("input").EachIter() {
		v, _ := s.Attr("value")
		if _, ok := access.ParseAudience(v); !ok {
			t.Errorf("the choice sends %q, which nobody can read", v)
		}
	}
	d = draw(t, ui.AudienceSelect(ui.Rings{Name: "a", Section: "About", Value: access.Group, Group: "7", Groups: []ui.Option{{Value: "7", Label: "Open Tides"}}}))
	if n := d.Find(`input[type="radio"]`).Length(); n != len(access.Audiences) {
		t.Errorf("%d audiences with a group", n)
	}
	if v, _ := d.Find(`select[name="a-group"] option[selected]`).Attr("value"); v != "7" {
		t.Errorf("group %q is chosen", v)
	}
}

func TestFitDrawsItsTerms(t *testing.T) {
	c := ui.Compat{Them: "Ingrid", Score: 78, Band: "Strong fit", You: 74, They: 108, Terms: []ui.FitTerm{
		{Reason: ui.Relationship, You: 38, Them: 70}, {Reason: ui.Shared, You: 0, Them: 30}, {Reason: ui.Background, You: 36, Them: 8}}}
	d := draw(t, ui.Fit(c))
	sum := func(s *goquery.Selection) (total int) {
		for _, r := range s.Find("rect[data-r]").EachIter() {
			w, _ := r.Attr("width")
			n := 0
			for _, c := range strings.TrimSuffix(w, "%") {
				n = n*10 + int(c-'0')
			}
			total += n
		}
		return total
	}
	bars := d.Find("svg.bar")
	if you, they := sum(bars.Eq(0)), sum(bars.Eq(1)); you != 74 || they != 100 {
		t.Errorf("the bars are %d and %d long, want 74 and 100 (cut)", you, they)
	}
	if n := bars.Eq(0).Find("rect[data-r]").Length(); n != 2 {
		t.Errorf("%d pieces in your bar, want 2: a term of 0 is no piece", n)
	}
	if n := d.Find(".terms tbody tr").Length(); n != 3 {
		t.Errorf("%d terms in the table", n)
	}
}

func TestClaimWithoutReason(t *testing.T) {
	if got := text(draw(t, ui.Claim(ui.Says{})).Selection); got != "No reason given, and no note." {
		t.Errorf("a blank invitation says %q", got)
	}
	d := draw(t, ui.Claim(ui.Says{Note: " مرحبا "}))
	if text(d.Find(".reason")) != "No reason given" || d.Find(`.note[dir="auto"]`).Text() != "مرحبا" {
		t.Errorf("a note alone says %q", text(d.Selection))
	}
}

func TestLayout(t *testing.T) {
	p := ui.Page{Title: "Invitations", Site: "Saltmarsh", Me: &ui.Me{Handle: "noor", Name: "Noor"}, Waiting: 140, Theme: ui.Dark, Place: ui.AtInvitations}
	d := draw(t, ui.Layout(p), ui.Head("Invitations", ""))
	if got := d.Find("title").Text(); got != "Invitations · Saltmarsh" {
		t.Errorf("the title is %q", got)
	}
	if got, _ := d.Find("html").Attr("data-theme"); got != "dark" {
		t.Errorf("the theme is %q", got)
	}
	if got := text(d.Find(`.nav [aria-current="page"]`)); got != "Invitations , waiting: 99+" && got != "Invitations, waiting: 99+" {
		t.Errorf("the current place reads %q", got)
	}
	if d.Find("main").Length() != 1 || d.Find("h1").Length() != 1 || d.Find(`a.skip[href="#main"]`).Length() != 1 {
		t.Error("a landmark is missing")
	}
	if d.Find(`form[action="/signout"][method="post"]`).Length() != 1 {
		t.Error("there is no way out")
	}
	if d.Find(`meta[name="robots"][content="noindex"]`).Length() != 1 {
		t.Error("a member's page may be listed")
	}
	guest := draw(t, ui.Layout(ui.Page{Site: "Saltmarsh"}))
	if guest.Find(".nav, .search, .you, #keys").Length() != 0 || guest.Find(`a[href="/signin"]`).Length() != 1 {
		t.Error("a guest sees a member's frame")
	}
}

// TestPagesHoldNoScriptAndNoStyle is what the content security policy relies on.
func TestPagesHoldNoScriptAndNoStyle(t *testing.T) {
	for name, c := range map[string]templ.Component{
		"storybook": ui.Storybook(ui.Page{}), "inbox": ui.StoryInbox(ui.Page{}), "profile": ui.StoryProfile(ui.Page{}),
		"dialog": ui.StoryDialog(ui.Page{}), "bare": ui.StoryBare(ui.Page{}),
	} {
		d := draw(t, c)
		if n := d.Find("[style], style, script:not([src])").Length(); n != 0 {
			t.Errorf("%s: %d styles or scripts within the page", name, n)
		}
		for _, s := range d.Find("*").EachIter() {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") || strings.Contains(a.Val, "javascript:") {
					t.Errorf("%s: %s=%q", name, a.Key, a.Val)
				}
			}
		}
		ids := map[string]bool{}
		for _, s := range d.Find("[id]").EachIter() {
			id, _ := s.Attr("id")
			if ids[id] {
				t.Errorf("%s: the id %q stands twice", name, id)
			}
			ids[id] = true
		}
	}
}

// TestEveryIconIsInTheSprite reads the templates of the whole program: an icon that
// isn't there would draw nothing and tell nobody.
func TestEveryIconIsInTheSprite(t *testing.T) {
	called := regexp.MustCompile(`Icon(?:Flip)?\("([a-z0-9-]+)"\)|\bIcon:\s*"([a-z0-9-]+)"`)
	n := 0
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") ||
			!strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range called.FindAllStringSubmatch(string(b), -1) {
			n++
			if name := m[1] + m[2]; !static.HasIcon(name) {
				t.Errorf("%s draws icon %q: add it to assets/icons.txt and run go generate ./internal/web/static", path, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 30 {
		t.Errorf("only %d icons found: the search has lost its way", n)
	}
	for _, c := range append(ui.Codes, ui.NoReason) {
		if !static.HasIcon(c.Icon()) {
			t.Errorf("reason %q has no icon", c)
		}
	}
}

func TestOwnReasonsHaveWords(t *testing.T) {
	for c, want := range map[ui.Code]string{"own.same-choir": "Same choir", "own.": "own.", "background": "Interest in your background", "": "No reason given"} {
		if got := c.Label(); got != want {
			t.Errorf("%q reads %q", c, got)
		}
	}
}
