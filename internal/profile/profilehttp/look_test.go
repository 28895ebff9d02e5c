package profilehttp_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
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
		{"as-nobody", adaobi, h.page(adaobi) + "?as-member=nobody-here"},
		{"guest", "", h.page("Open Person")},
		{"block", noor, h.page(adaobi) + "/block"},
		{"privacy", adaobi, "/settings/privacy"},
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
					p.SetCookie(h.srv.URL, "guildhall", cookie(l.who))
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

func cookie(who string) string { return url.QueryEscape(who) }
