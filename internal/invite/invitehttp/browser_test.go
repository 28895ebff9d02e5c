package invitehttp_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/web/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// TestLooks visits every page of invitations in a real browser: axe finds
// nothing, nothing scrolls sideways. With SHOTS=folder it leaves pictures.
func TestLooks(t *testing.T) {
	h, c, ids := story(t)
	adaobi := h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi", Headline: "Climate data scientist working on storm surge"})
	h.connect(adaobi, c.grace)
	h.put(adaobi, 2, "Saltmarsh Institute", "MSc Coastal Engineering", month(2011, 9), month(2013, 8))
	h.must(h.invites.Reply(ctx, access.Member(c.noor), ids[1], "Which years were you there? I left in 2015."))
	h.must(h.invites.Ignore(ctx, access.Member(c.noor), h.send(adaobi, c.noor, invite.Letter{Reason: "background", Note: "Hello"})))
	h.send(c.noor, h.member(member.Newcomer{Name: "Aoife Ní Dhomhnaill", Lang: "ga", Handle: "aoife"}), invite.Letter{Reason: "network", Note: "We met on the night ferry."})
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	keeper := h.member(member.Newcomer{Name: "Keeper Kettle", Handle: "keeper"})
	for _, own := range []invite.OwnReason{{Label: "Same choir", Hint: "Any of ours, now or then", Kin: "relationship"}, {Label: "Met on the night ferry"}} {
		_, err := h.invites.AddReason(ctx, access.Member(keeper), own)
		h.must(err)
	}
	h.send(c.tomasz, adaobi, invite.Letter{Reason: "own.same-choir", Note: "Second row, left."})
	h.must(h.invites.Spam(ctx, access.Member(adaobi), h.send(c.bastian, adaobi, invite.Letter{Note: "Grow 3x faster. Shall we have a short call?"})))
	h.must(h.invites.SaveDraft(ctx, access.Member(c.noor), c.tomasz, invite.Letter{Reason: "own.same-choir", Note: "I still hum that second verse on the ferry, every single winter morning that I take it."}))
	withdrawn := h.send(c.noor, h.member(member.Newcomer{Name: "Mateus Albuquerque de Sá e Vasconcelos", Lang: "pt", Handle: "mateus"}), invite.Letter{})
	h.must(h.invites.Withdraw(ctx, access.Member(c.noor), withdrawn))
	for i := range 9 {
		m := h.member(member.Newcomer{Name: "Asker " + strings.Repeat("Long", i) + " Name", Handle: fmt.Sprintf("asker-%d", i), Headline: "Keeps tide tables"})
		h.send(m, c.noor, invite.Letter{Reason: []string{"network", "background", "own.met-on-the-night-ferry"}[i%3], Note: strings.Repeat("Hello ", i%2)})
	}
	pages := []string{"/invitations?view=full", "/invitations?view=compact", at(ids[2], "limits"), "/invitations/sent", "/invitations/answered", "/invite/adaobi", "/invitations/who", "/invitations/how", at(ids[1], "block"), "/admin/reasons", "/admin/reports"}
	for _, width := range []int{360, 768, 1280} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			p := browsertest.Start(t).Page(width, browsertest.Light)
			p.SetCookie(srv.URL, "guildhall", "noor")
			for _, path := range pages {
				if path == "/admin/reasons" {
					p.SetCookie(srv.URL, "guildhall", "keeper")
				}
				p.Visit(srv.URL + path)
				p.NoSidewaysScroll()
				p.BothThemes(func(theme browsertest.Theme) {
					shot(p, fmt.Sprintf("%s-%d-%s", strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"), width, theme))
				})
				p.OpenAll()
				p.CheckAxeInBothThemes()
				p.NoSidewaysScroll()
			}
		})
	}
}

func shot(p *browsertest.Page, name string) {
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.Shot(filepath.Join(dir, name+".png"))
	}
}

// With script an answer takes the place of its invitation, keys answer, and the
// focus goes where the answer is.
func TestAnswersInTheBrowser(t *testing.T) {
	h, c, ids := story(t)
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	p := browsertest.Start(t).Page(1280, browsertest.Light)
	p.SetCookie(srv.URL, "guildhall", "noor")
	p.Visit(srv.URL + "/invitations")
	p.Press("j") // the first one, Ingrid's
	p.Press("a")
	p.WaitText(li(ids[2]), "You and Ingrid Sæther-Okonkwo are connected.")
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.First || !strings.Contains(p.Text("#waiting"), "2") {
		t.Error("the answer did not reach the hall, or the count stayed")
	}
	if !p.Focused(li(ids[2]) + ", " + li(ids[2]) + " *") {
		t.Error("the focus is lost")
	}
	p.Click(li(ids[0]) + ` [hx-post$="/ignore"]`)
	p.WaitText(li(ids[0]), "Ignored.")
	p.Click(li(ids[0]) + ` [hx-post$="/undo"]`)
	p.Wait(li(ids[0]) + ` [hx-post$="/accept"]`)
	p.Click(li(ids[1]) + ` [hx-get$="?reply"]`)
	p.Wait(li(ids[1]) + " textarea")
	p.Fill(li(ids[1])+" textarea", "Which years were you there?")
	p.Click(li(ids[1]) + ` form[hx-post$="/reply"] button`)
	p.WaitText(li(ids[1]), "Which years were you there?")
	p.WaitGone(li(ids[1]) + " textarea")
	p.Click(`input[name="with"][value="note"]`)
	p.WaitGone(li(ids[0]))
	if !strings.Contains(p.URL(), "with=note") {
		t.Errorf("the filter is not in the address: %s", p.URL())
	}
}

// Fifty are answered from the keyboard: walk, open, fold, accept, undo, limits.
func TestCompactFromTheKeyboard(t *testing.T) {
	h, c, ids := story(t)
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	p := browsertest.Start(t).Page(1280, browsertest.Light)
	p.SetCookie(srv.URL, "guildhall", "noor")
	p.Visit(srv.URL + "/invitations?view=compact")
	p.Press("j") // Ingrid's
	p.Press("x")
	p.Press("o")
	p.Wait(li(ids[2]) + " .gain")
	if p.Count(li(ids[2])+" .pick:checked") != 1 {
		t.Error("opening takes the tick away")
	}
	p.Press("x")
	if !p.Focused(li(ids[2]) + ", " + li(ids[2]) + " *") {
		t.Error("opening loses the focus")
	}
	p.Press("o")
	p.WaitGone(li(ids[2]) + " .gain")
	p.Press("a")
	p.WaitText(li(ids[2]), "are connected.")
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.First {
		t.Error("nothing was accepted")
	}
	p.WaitText("#n-reason-relationship", "1")
	p.Press("j") // the next one; U undoes the last all the same
	p.Press("u")
	p.Wait(li(ids[2]) + " .pick")
	p.WaitText("#n-reason-relationship", "2")
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.Second {
		t.Error("nothing was undone")
	}
	p.Visit(srv.URL + "/invitations?view=full")
	p.Press("j")
	p.Press("l")
	p.Wait("#modal dialog[data-dialog]:modal")
	p.WaitText("[data-unticked]", "Accept, with nothing closed")
	p.Click(`#modal input[value="experience"]`)
	p.WaitText("[data-unticked]", "Accept, with 1 section closed")
	p.CheckAxeInBothThemes()
	p.Follow("[data-unticked]")
	if !strings.Contains(p.Text("#toasts"), "Closed to them stays: experience.") {
		t.Errorf("it says %q", p.Text("#toasts"))
	}
	p.Press("u") // of the toast
	p.WaitText("#toasts", "Undone.")
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.Second {
		t.Error("the toast's undo did nothing")
	}
}

// Without script everything works by pages.
func TestWithoutScript(t *testing.T) {
	h, c, ids := story(t)
	h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi"})
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	p := browsertest.Start(t).Page(360, browsertest.Light).WithoutScript()
	p.SetCookie(srv.URL, "guildhall", "noor")
	p.Visit(srv.URL + "/invitations")
	p.Follow(li(ids[0]) + ` [formaction$="/ignore"]`)
	if p.Count(li(ids[0])) != 0 || !strings.Contains(p.Text("#toasts"), "Ignored.") {
		t.Errorf("after ignoring: %s", p.Text("#toasts"))
	}
	p.Follow("#toasts form button")
	if p.Count(li(ids[0])) != 1 {
		t.Error("undo did not bring it back")
	}
	p.Follow(li(ids[2]) + ` [formaction$="/accept"]`)
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.First {
		t.Error("accepting did nothing")
	}
	p.Visit(srv.URL + "/invite/adaobi")
	p.Click("#r-network")
	p.Fill("textarea", "Hello from Tromsø")
	p.Follow(`.dialog footer .primary`)
	if !strings.Contains(p.Text("#toasts"), "is on its way") {
		t.Errorf("after sending: %s", p.Text("body"))
	}
}

// The preview follows the form, and the dialog opens over a page.
func TestDialogInTheBrowser(t *testing.T) {
	h, c, _ := story(t)
	adaobi := h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi"})
	h.connect(adaobi, c.grace)
	h.put(adaobi, 2, "Saltmarsh Institute", "MSc Coastal Engineering", month(2011, 9), month(2013, 8))
	srv := httptest.NewServer(h.mux)
	defer srv.Close()
	p := browsertest.Start(t).Page(1280, browsertest.Light)
	p.SetCookie(srv.URL, "guildhall", "noor")
	p.Visit(srv.URL + "/invite/adaobi")
	p.WaitText("#preview-evidence", "The record agrees.")
	p.Click("details.more > summary")
	p.Click("#r-career")
	p.WaitText("#preview-evidence", "Nothing found for this reason.")
	if said := strings.TrimSpace(p.Text(".pv-says")); said != "Career opportunities" {
		t.Errorf("of all reasons the preview must say the chosen one: %q", said)
	}
	p.Fill("textarea", "The surge ensemble!")
	p.WaitText("#preview-note", "The surge ensemble!")
	p.WaitText("#f-note-count", "19 of 300 characters")
}
