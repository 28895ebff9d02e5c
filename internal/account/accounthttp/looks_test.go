package accounthttp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/member"
	"guildhall/internal/web/browsertest"
)

// TestHowThePagesLook opens every page in a real browser, at a phone's width and at
// a desk's, light and dark: axe finds nothing, nothing scrolls sideways. With
// SHOTS=folder it leaves a picture of each, at a tablet's width too.
func TestHowThePagesLook(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	demo := open(t, h.d, func(c *account.Config) { c.Demo = true })
	pages := h.looks(demo)
	widths := []int{360, 1280}
	if os.Getenv("SHOTS") != "" {
		widths = append(widths, 768)
	}
	for _, width := range widths {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			p := browsertest.Start(t).Page(width, browsertest.Light)
			p.Allow("404", "422")
			for _, l := range pages {
				if l.before != nil {
					l.before(p)
				} else {
					p.Visit(l.url)
				}
				p.CheckAxeInBothThemes()
				p.NoSidewaysScroll()
				if dir := os.Getenv("SHOTS"); dir != "" {
					p.BothThemes(func(theme browsertest.Theme) {
						p.Shot(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", l.name, width, theme)))
					})
				}
			}
		})
	}
}

// look is one page: an address, or the way to it.
type look struct {
	name, url string
	before    func(*browsertest.Page)
}

func (h *house) looks(demo *house) []look {
	h.browser().join("Ada Brandt", "ada@example.org")
	for _, n := range []member.Newcomer{
		{Name: "Ingrid Sæther-Okonkwo", Headline: "Reliability engineer, new in town"},
		{Name: "李婉婷", Lang: "zh", Headline: "Hydrologist at the river commission; glad to help with first papers"},
		{Name: "Mateus Albuquerque de Sá e Vasconcelos", Headline: "Director for Inland Waterways, Ports and Maritime Safety of the Autonomous Region"},
	} {
		h.must(h.d.Write(ctx, func(tx *db.Tx) error { _, err := h.members.Create(ctx, tx, n); return err }))
	}
	other := h.browser()
	other.header.Set("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1")
	other.signIn("ada@example.org", secret)
	h.browser().post("/register", "name", "Bela Kiss", "email", "bela@example.org", "password", secret)
	h.browser().post("/reset", "email", "ada@example.org")
	id, err := h.accounts.MemberByHandle(ctx, "ada-brandt")
	h.must(err)
	link, err := h.accounts.SignInLink(ctx, id)
	h.must(err)
	at := func(path string) string { return h.URL + path }
	return []look{
		{name: "signin", url: at("/signin")},
		{name: "signin-demo", url: demo.URL + "/signin"},
		{name: "signin-refused", before: func(p *browsertest.Page) {
			p.Visit(at("/signin?next=%2Fnetwork"))
			p.Fill("#f-email", "ada@example.org")
			p.Fill("#f-password", "not the password")
			p.Follow("form[action='/signin'] button")
		}},
		{name: "register", url: at("/register")},
		{name: "register-sent", url: at("/register/sent")},
		{name: "verify", url: at(h.path(h.letter("bela@example.org"), "/verify"))},
		{name: "reset", url: at("/reset")},
		{name: "reset-new", url: at(h.path(h.letter("ada@example.org"), "/reset/"))},
		{name: "owner", url: at(h.ownerPath())},
		{name: "link", url: at(strings.TrimPrefix(link, base))},
		{name: "gone", url: at("/reset/gone")},
		{name: "settings", before: func(p *browsertest.Page) {
			p.Visit(at("/signin"))
			p.Fill("#f-email", "ada@example.org")
			p.Fill("#f-password", secret)
			p.Follow("form[action='/signin'] button")
			p.Visit(at("/settings/account"))
		}},
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}
