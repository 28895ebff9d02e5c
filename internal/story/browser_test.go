package story

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
	"guildhall/internal/web/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// tab opens a page in which a member is signed in.
func (h *hall) tab(t *testing.T, b *browsertest.Browser, nick string, width int, theme browsertest.Theme) *browsertest.Page {
	t.Helper()
	p := b.Page(width, theme)
	if nick != "" {
		p.SetCookie(h.server.URL, "guildhall", h.token(t, nick))
	}
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The main way, as a person does it with mouse and keys: look at somebody in the
// second degree, invite with a reason, be the other, read why, open the evidence,
// accept, and see the degree change at once.
func TestTheMainWayInABrowser(t *testing.T) {
	for kind, where := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteFile, "postgres": dbtest.PostgresURL} {
		t.Run(kind, func(t *testing.T) {
			h := start(t, where(t))
			for nick, name := range map[string]string{"noor": "Noor Haddad", "grace": "Grace Mwangi", "adaobi": "Adaobi Eze-Nakamura"} {
				must(t, h.join(nick, name))
			}
			must(t, h.connect("noor", "grace"))
			must(t, h.connect("grace", "adaobi"))
			must(t, h.give("noor", trait.Company, trait.Has, "Nordisk Havinstitutt", "2017-03", "2021-06", "Grid analyst"))
			must(t, h.give("adaobi", trait.Company, trait.Has, "Nordisk Havinstitutt", "2019-01", "2022-12", "Research scientist"))
			b := browsertest.Start(t)

			noor := h.tab(t, b, "noor", 1280, browsertest.Light)
			noor.Visit(h.server.URL + "/in/adaobi")
			noor.WaitText("main", "2nd")
			noor.Follow(`a[href="/invite/adaobi"]`)
			noor.Click(`input[name="reason"][value="relationship"]`)
			noor.Fill(`textarea[name="note"]`, "We shared the archive room for two winters.")
			noor.Follow(`.dialog button.primary`)
			noor.WaitText("body", "on its way")

			ada := h.tab(t, b, "adaobi", 1280, browsertest.Light)
			ada.Visit(h.server.URL + "/")
			ada.WaitText("main", "Noor Haddad")
			ada.Visit(h.server.URL + "/invitations")
			ada.WaitText(".invitation", "We shared the archive room for two winters.")
			ada.WaitText(".invitation", "The record agrees")
			ada.Click(`.invitation details.why[data-r="relationship"] summary`)
			ada.WaitText(`.invitation details.why[open]`, "2 years 6 months")
			ada.CheckAxe()
			ada.Click(`.invitation button.primary`)
			ada.WaitText("main", "connected")
			ada.Visit(h.server.URL + "/in/noor")
			ada.WaitText("main", "1st")
			noor.Visit(h.server.URL + "/in/adaobi")
			noor.WaitText("main", "1st")
			noor.Visit(h.server.URL + "/network?q=adaobi")
			noor.WaitText("main", "Adaobi Eze-Nakamura")
		})
	}
}

// stop is one page of the tour, as somebody of the demo.
type stop struct{ name, nick, path string }

// TestScreenshots walks every page of the demo community in every width, light
// and dark: axe finds nothing, nothing scrolls sideways, no page complains. With
// GUILDHALL_SHOTS set to a folder it leaves pictures there.
func TestScreenshots(t *testing.T) {
	h, tour := tourOfTheDemo(t)
	dir := os.Getenv("GUILDHALL_SHOTS")
	if dir != "" {
		must(t, os.MkdirAll(dir, 0o755))
	}
	b := browsertest.Start(t)
	for _, width := range []int{360, 768, 1280} {
		if width == 768 && dir == "" {
			continue // between the two that axe looks at; for the pictures only
		}
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			tabs := map[string]*browsertest.Page{}
			for _, s := range tour {
				p := tabs[s.nick]
				if p == nil {
					p = h.tab(t, b, s.nick, width, browsertest.Light)
					tabs[s.nick] = p
				}
				if s.name == "missing" {
					p.Allow("nobody-by-this-name") // the browser notes that it is not there
				}
				p.Visit(h.server.URL + s.path)
				p.NoSidewaysScroll()
				p.CheckAxeInBothThemes()
				if dir != "" {
					p.BothThemes(func(theme browsertest.Theme) {
						p.Shot(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", s.name, width, theme)))
					})
				}
			}
		})
	}
}

// token is the session of a member's browser.
func (h *hall) token(t *testing.T, nick string) string {
	t.Helper()
	if h.clients[nick] == nil {
		id, _, err := h.app.Members.ByHandle(ctx, nick)
		must(t, err)
		h.ids[nick] = id
		must(t, h.browser(nick))
	}
	return h.tokens[nick]
}
