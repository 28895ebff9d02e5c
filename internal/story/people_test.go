package story

import (
	"testing"

	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
	"guildhall/internal/web/browsertest"
)

// As a person does it: open the reason, put somebody away from the menu, see the
// card go and the others stay, take it back.
func TestPeopleInABrowser(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	for nick, name := range map[string]string{"noor": "Noor Haddad", "grace": "Grace Mwangi", "adaobi": "Adaobi Eze-Nakamura", "firma": "Firma Holm"} {
		must(t, h.join(nick, name))
	}
	must(t, h.connect("noor", "grace"))
	must(t, h.connect("grace", "adaobi"))
	must(t, h.give("noor", trait.Company, trait.Has, "Nordisk Havinstitutt", "2017-03", "2021-06", "Grid analyst"))
	must(t, h.give("firma", trait.Company, trait.Has, "Nordisk Havinstitutt", "2019-01", "2022-12", "Research scientist"))
	b := browsertest.Start(t)
	for _, width := range []int{360, 1280} {
		p := h.tab(t, b, "noor", width, browsertest.Light)
		p.Visit(h.server.URL + "/network/people")
		p.WaitText("main", "Firma Holm")
		p.Click(`.person:first-child details.why summary`)
		p.WaitText(`.person details.why[open]`, "You were both at Nordisk Havinstitutt")
		p.NoSidewaysScroll()
		p.CheckAxeInBothThemes()
		p.Click(`.person:first-child details.menu summary`)
		p.NoSidewaysScroll()
		p.CheckAxe()
		p.Click(`.person:first-child form[action="/network/people/firma/dismiss"] button`)
		p.WaitText("#toasts", "Not shown for 90 days")
		if n := browsertest.Eval[int](p, `document.querySelectorAll(".people > .person").length`); n != 1 {
			t.Errorf("%d cards are left at %d, want 1", n, width)
		}
		p.Visit(h.server.URL + "/network/people/dismissed")
		p.WaitText("main", "Firma Holm")
		p.CheckAxeInBothThemes()
		p.Follow(`form[action="/network/people/firma/restore"] button`)
		p.WaitText("#toasts", "may be suggested to you again")
		p.Visit(h.server.URL + "/network/people")
		p.WaitText("main", "Firma Holm")
	}
}
