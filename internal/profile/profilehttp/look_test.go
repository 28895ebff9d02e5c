package profilehttp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/trait"
	"guildhall/internal/web/browsertest"
)

const (
	noor   = "Noor Haddad"
	adaobi = "Adaobi Eze-Nakamura"
	grace  = "Grace Mwangi"
	katri  = "Katri Hämäläinen"
	sofia  = "Σοφία Παπαδημητρίου-Οικονόμου"
	bas    = "Bas Kreutzmann"
	plato  = "Plato"
)

// TestPagesInChromium looks at every page in a real browser, in three widths and
// two themes: axe finds nothing, nothing scrolls sideways, nothing is refused by
// the content security policy. With SHOTS=folder it leaves a picture of each.
func TestPagesInChromium(t *testing.T) {
	h := village(t, dbtest.SQLite(t))
	h.preset(adaobi, access.OpenToMembers)
	h.join("Open Person")
	h.preset("Open Person", access.OpenPublic)
	h.has("Open Person", 4, "Juggling", "", 0, 0)
	h.must(h.profiles.SetAudiences(ctx, h.as(adaobi), map[access.Section]access.Scope{access.About: {Audience: access.Public}}))
	for name, closed := range map[string][]access.Section{noor: {access.Skills, access.Contact}, katri: {access.Experience}, sofia: access.Limitable} {
		_, err := h.profiles.SetLimits(ctx, h.as(adaobi), h.handles[name], closed)
		h.must(err)
	}
	_, err := h.profiles.SetLimits(ctx, h.as(noor), h.handles[grace], access.Limitable[:3])
	h.must(err)
	looks := []struct{ name, who, path string }{
		{"other", noor, h.page(adaobi)},
		{"closed", noor, h.page(sofia)},
		{"connected", noor, h.page(grace)},
		{"own", adaobi, h.page(adaobi)},
		{"new", plato, h.page(plato)},
		{"edit-card", adaobi, h.page(adaobi) + "?edit=card"},
		{"edit-experience", adaobi, h.page(adaobi) + "?edit=experience"},
		{"edit-skills", adaobi, h.page(adaobi) + "?edit=skills"},
		{"edit-contact", adaobi, h.page(adaobi) + "?edit=contact"},
		{"edit-open-to", adaobi, h.page(adaobi) + "?edit=open-to"},
		{"edit-location", adaobi, h.page(adaobi) + "?edit=location"},
		{"as-member", adaobi, h.page(adaobi) + "?as=member"},
		{"as-noor", adaobi, h.page(adaobi) + "?as-member=" + h.handles[noor]},
		{"as-stranger", adaobi, h.page(adaobi) + "?as=stranger"},
		{"as-nobody", adaobi, h.page(adaobi) + "?as-member=nobody-here"},
		{"guest", "", h.page("Open Person")},
		{"block", noor, h.page(adaobi) + "/block"},
		{"privacy", adaobi, "/settings/privacy"},
		{"limit", adaobi, h.page(noor) + "/limit"},
		{"limited", noor, h.page(adaobi)},
	}
	shots := os.Getenv("SHOTS")
	for _, width := range []int{360, 768, 1280} {
		for _, theme := range []browsertest.Theme{browsertest.Light, browsertest.Dark} {
			if shots == "" && (width == 360) != (theme == browsertest.Dark) {
				continue // a phone in the dark, the others in the light
			}
			t.Run(fmt.Sprintf("%d-%s", width, theme), func(t *testing.T) {
				p := browsertest.Start(t).Page(width, theme)
				for _, l := range looks {
					p.SetCookie(h.srv.URL, "guildhall", id.String(h.ids[l.who]))
					p.Visit(h.srv.URL + l.path)
					p.NoSidewaysScroll()
					if shots != "" {
						p.Shot(filepath.Join(shots, fmt.Sprintf("%s-%d-%s.png", l.name, width, theme)))
					}
					p.OpenAll()
					p.NoSidewaysScroll()
					if width != 768 {
						p.CheckAxe()
					}
				}
			})
		}
	}
}

// TestEditingInChromium fills in a profile as a member does, with script: parts of
// the page change in place, complaints stand at their field, and the focus is
// never lost.
func TestEditingInChromium(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Bo")
	h.has("Bo", trait.Company, "Clockworks of Ghent", "", 0, 0)
	p := browsertest.Start(t).Page(1280, browsertest.Light).Allow("status of 422")
	p.SetCookie(h.srv.URL, "guildhall", id.String(h.ids["Ada"]))
	p.Visit(h.srv.URL + h.page("Ada"))

	p.Click("#about .sec-extra a.btn")
	p.Wait("#f-about")
	if !p.Focused("#f-about") {
		t.Error("opening the form does not put the focus into it")
	}
	p.Fill("#f-about", "I keep clocks.")
	p.Click("#about button.primary")
	p.WaitText("#about .reading", "I keep clocks.")
	p.WaitText("#toasts", "Saved.")
	if !p.Focused("#about .sec-extra a") {
		t.Error("after saving the focus is lost")
	}

	p.Click("#experience .sec-extra a.btn")
	p.Wait("#f-entity")
	p.Press("Clockw")
	p.WaitGone(`#known-names:not(:has(option[value="Clockworks of Ghent"]))`)
	p.Fill("#f-entity", "Clockworks of Ghent")
	p.Fill("#f-from-year", "2019")
	p.Click("#experience .entry-form button.primary")
	p.WaitText("#experience .error", "When did it end?")
	if p.Value("#f-entity") != "Clockworks of Ghent" || !p.Focused("#f-to-month, #f-to-year") {
		t.Error("a complaint loses what was typed, or does not get the focus")
	}
	p.Click("input[name=still]")
	p.Click("#experience .entry-form button.primary")
	p.WaitText("#experience .entries", "Clockworks of Ghent")

	p.Click("#skills .sec-extra a.btn")
	for _, s := range []string{"Escapements", "Brass"} {
		p.Fill("#skills #f-entity", s)
		p.Press("\r")
		p.WaitText("#skills .editlist", s)
		if !p.Focused("#skills #f-entity") {
			t.Error("after one skill the next cannot be typed at once")
		}
	}
	p.Click(`#skills [aria-label="Move Brass up"]`)
	p.WaitText("#skills .editlist li:first-child", "Brass")
	p.Click(`#skills [aria-label="Remove Brass"]`)
	p.WaitText("#toasts", "Removed: Brass.")
	p.Follow("#toasts [data-undo] button")
	p.WaitText("#skills .editlist", "Brass")

	p.Click("#experience .audience > summary")
	p.Click("#experience .audience input[value=members]")
	p.Click("#experience .audience button")
	p.WaitText("#experience .audience > summary", "Members")
	if sc := h.own("Ada", access.Experience).Scope; sc.Audience != access.Members || !sc.Findable {
		t.Errorf("experience is open to %+v", sc)
	}
}

// TestEditingWithoutScript does the main ways with nothing but links and forms.
func TestEditingWithoutScript(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada")
	p := browsertest.Start(t).Page(360, browsertest.Dark).WithoutScript().Allow("status of 422")
	p.SetCookie(h.srv.URL, "guildhall", id.String(h.ids["Ada"]))
	p.Visit(h.srv.URL + h.page("Ada"))
	p.Follow("#experience .sec-extra a.btn")
	p.Fill("#f-entity", "Clockworks")
	p.Fill("#f-from-year", "20x9")
	p.Follow("#experience .entry-form button.primary")
	p.WaitText("#experience .error", "2019")
	p.Fill("#f-from-year", "2019")
	p.Click("input[name=still]")
	p.Follow("#experience .entry-form button.primary")
	p.WaitText("#experience .entries", "Clockworks")
	p.Follow("#experience .sec-extra a.btn")
	p.Click("#experience .ask summary")
	p.Follow("#experience .ask button")
	p.WaitText("#toasts", "Removed: Clockworks.")
	p.Click("#about .audience > summary")
	p.Click("#about .audience input[value=public]")
	p.Follow("#about .audience button")
	p.WaitText("#about .audience > summary", "Public")
}
