package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"guildhall/internal/access"
	"guildhall/internal/web"
	"guildhall/internal/web/browsertest"
	"guildhall/internal/web/ui"
)

func TestKeysAnswerAndFocusGoesOn(t *testing.T) {
	b, srv, p := step(t)
	p.Visit(srv.URL)
	p.Press("a") // on nothing: no accident
	p.Press("j")
	if !p.Focused("#invitation-one") {
		t.Fatal("J doesn't go to the first invitation")
	}
	p.Press("j")
	p.Press("j")
	p.Press("j")
	p.Press("k")
	if !p.Focused("#invitation-two") {
		t.Fatal("J and K don't walk through the list")
	}
	p.Press("x")
	p.WaitText("[data-picked]", "1 selected")
	p.Press("a")
	p.WaitGone("#invitation-two")
	p.WaitText("#toasts", "Accepted two.")
	p.WaitText("#waiting", "2")
	shot(p, "toast")
	if !p.Focused("#invitation-three") {
		t.Error("after an answer the focus isn't on the next invitation")
	}
	if len(b.list()) != 2 {
		t.Errorf("still open: %v", b.list())
	}
	p.Follow("#toasts [data-undo] button")
	p.WaitText("#toasts", "Undone.")
	if len(b.list()) != 3 {
		t.Errorf("after undoing: %v", b.list())
	}
}

func TestSheetOfKeysAndSearch(t *testing.T) {
	b, srv, p := step(t)
	p.Visit(srv.URL)
	p.Press("?")
	p.Wait("dialog#keys[open]")
	shot(p, "keys")
	p.CheckAxe()
	p.Press(kb.Escape)
	p.WaitGone("dialog#keys[open]")
	p.Press("/")
	if !p.Focused("[data-search]") {
		t.Fatal("/ doesn't go to search")
	}
	p.Press("ja?")
	if got := p.Value("[data-search]"); got != "ja?" {
		t.Errorf("typed %q: a key answered instead", got)
	}
	p.Click(".you > summary")
	p.Click("[data-keys-open]")
	p.Click("[data-keys-switch]")
	p.Press(kb.Escape)
	p.Visit(srv.URL)
	p.Press("j")
	p.Press("a")
	p.Press("?")
	if p.Count("dialog#keys[open]") != 0 || len(b.list()) != 3 || p.Focused("[data-item]") {
		t.Error("keys answer although they are switched off")
	}
}

func TestSelectionIsCountedAloud(t *testing.T) {
	_, srv, p := step(t)
	p.Visit(srv.URL)
	p.Click("#invitation-one .pick")
	p.Click("#invitation-three .pick")
	p.WaitText("[data-picked]", "2 selected")
	p.Click("[data-clear]")
	p.WaitText("[data-picked]", "")
	if p.Count(".pick:checked") != 0 || !p.Focused("#invitation-one") {
		t.Error("clearing leaves something picked, or loses the focus")
	}
}

func TestNotesAreCountedAndMirrored(t *testing.T) {
	_, srv, p := step(t)
	p.Visit(srv.URL)
	p.Fill("#f-note", "né 👩‍🚀")
	p.WaitText("#f-note-count", "6 of 300 characters")
	p.WaitText("#mirror", "né 👩‍🚀")
}

func TestAFormWithComplaintsKeepsItsTextAndGetsTheFocus(t *testing.T) {
	_, srv, p := step(t)
	p.Allow("status of 422")
	p.Visit(srv.URL)
	p.Fill("#f-note", "Hm")
	p.Click("#note-form button")
	p.WaitText("#note-form .error", "Please say a little more.")
	if got := p.Value("#f-note"); got != "Hm" {
		t.Errorf("what was typed became %q", got)
	}
	if !p.Focused("#f-note") {
		t.Error("the focus isn't at the complaint")
	}
}

func TestFailuresBecomeToasts(t *testing.T) {
	_, srv, p := step(t)
	p.Allow("status of 409", "Error Code 409", "ERR_EMPTY_RESPONSE", "htmx:")
	p.Visit(srv.URL)
	p.Click("#stale")
	p.WaitText("#toasts", "This was answered a moment ago.")
	p.Click("[data-dismiss]")
	p.WaitGone("[data-toast]")
	p.Click("#cut")
	p.WaitText("#toasts", "You seem to be offline.")
	if p.Count("#note-form textarea") != 1 {
		t.Error("a failure replaced part of the page")
	}
	if p.Count("[aria-busy]") != 0 {
		t.Error("a button stays busy")
	}
}

func TestThemeChangesAtOnceAndStays(t *testing.T) {
	_, srv, p := step(t)
	p.Visit(srv.URL)
	light := browsertest.Eval[string](p, `getComputedStyle(document.documentElement).backgroundColor`)
	p.Click(".you > summary")
	shot(p, "menu-light")
	p.Click(`[data-themes] button[value="dark"]`)
	shot(p, "menu-dark")
	dark := browsertest.Eval[string](p, `getComputedStyle(document.documentElement).backgroundColor`)
	if light == dark || p.Count(`[data-themes] button[aria-pressed="true"][value="dark"]`) != 1 {
		t.Errorf("the theme didn't change: %s, %s", light, dark)
	}
	p.Click("h1") // elsewhere: the menu closes
	if p.Count(".you[open]") != 0 {
		t.Error("the menu stays open")
	}
	p.Visit(srv.URL + "/network")
	if browsertest.Eval[string](p, `document.documentElement.dataset.theme`) != "dark" {
		t.Error("the next page doesn't know the choice")
	}
}

// TestTheFrameFitsAPhone opens the own menu in the narrowest window, below a name
// that is far too long.
func TestTheFrameFitsAPhone(t *testing.T) {
	opt := web.Options{Site: "Friends of the Northern Coast and Islands Association", Sessions: people, Unlimited: true,
		Waiting: func(context.Context, access.Viewer) (int, error) { return 1204, nil }}
	srv := serve(t, opt, []web.Route{{Pattern: "GET /network", Policy: web.Open, Handler: page("Network")}})
	for _, who := range []string{"ada", ""} {
		p := browsertest.Start(t).Page(360, browsertest.Dark)
		if who != "" {
			p.SetCookie(srv.URL, "guildhall", who)
		}
		p.Visit(srv.URL + "/network")
		if who != "" {
			p.Click(".you > summary")
		}
		p.NoSidewaysScroll()
		shot(p, "phone-"+who)
		small := browsertest.Eval[[]string](p, `[...document.querySelectorAll(".masthead a, .masthead button, .masthead summary, .nav a")].filter((e) => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < 44).map((e) => e.outerHTML.slice(0, 80) + e.offsetWidth + "×" + e.offsetHeight)`)
		if len(small) > 0 {
			t.Errorf("too small for a finger: %s", strings.Join(small, "\n"))
		}
	}
}

func TestEscapeClosesAMenuAndGoesBack(t *testing.T) {
	_, srv, p := step(t)
	p.Visit(srv.URL)
	p.Click(".you > summary")
	p.Press(kb.Tab)
	p.Press(kb.Escape)
	if p.Count(".you[open]") != 0 || !p.Focused(".you > summary") {
		t.Error("Escape doesn't close the menu and go back to its button")
	}
}

func TestDialogOpensOverThePageAndGivesTheFocusBack(t *testing.T) {
	_, srv, p := step(t)
	p.Visit(srv.URL)
	p.Click("#invite")
	p.Wait("dialog:modal")
	if !p.Focused("dialog") {
		t.Error("the focus stays behind the dialog")
	}
	shot(p, "dialog-over")
	p.CheckAxe()
	p.Press("a") // behind the dialog nothing answers
	p.Click("[data-close]")
	p.WaitGone("#modal dialog")
	if !p.Focused("#invite") {
		t.Error("closing doesn't give the focus back")
	}
	p.Click("#invite")
	p.Wait("dialog:modal")
	p.Press(kb.Escape)
	p.WaitGone("#modal dialog")
}

// TestEverythingWorksWithoutScript goes the same ways with script switched off.
func TestEverythingWorksWithoutScript(t *testing.T) {
	b, srv, p := step(t)
	p.Allow("status of 422")
	p.WithoutScript().Visit(srv.URL)
	if p.Count(".needs-script") == 0 || browsertest.Eval[bool](p, `[...document.querySelectorAll(".needs-script")].some((e) => e.checkVisibility())`) {
		t.Error("something is offered that needs script")
	}
	p.Follow("#invitation-two [data-key=a]")
	p.WaitText("#toasts", "Accepted two.")
	if len(b.list()) != 2 {
		t.Errorf("still open: %v", b.list())
	}
	p.Follow("#toasts [data-undo] button")
	p.WaitText("#toasts", "Undone.")
	p.Fill("#f-note", "Hm")
	p.Follow("#note-form button")
	p.WaitText("#note-form .error", "Please say a little more.")
	p.Visit(srv.URL + "/dialog")
	p.Wait("dialog[open]")
	p.Follow("[data-close]")
	p.Click(".you > summary")
	p.Follow(`[data-themes] button[value="dark"]`)
	if browsertest.Eval[string](p, `document.documentElement.dataset.theme`) != "dark" {
		t.Error("the theme needs script")
	}
}

// TestThePolicyHolds plants what a stranger would: the browser must refuse it.
func TestThePolicyHolds(t *testing.T) {
	_, srv, p := step(t)
	p.Allow("inline script", "inline style", "inline event handler", "status of 404")
	p.Visit(srv.URL + "/evil")
	if got := browsertest.Eval[string](p, `String(window.pwned)`); got != "undefined" {
		t.Errorf("a script within the page ran: %s", got)
	}
	if got := browsertest.Eval[string](p, `getComputedStyle(document.getElementById("t")).color`); got == "rgb(255, 0, 0)" {
		t.Error("a style within the page was taken")
	}
}

// TestOnePressSendsOnce presses a plain form's button twice.
func TestOnePressSendsOnce(t *testing.T) {
	var mu sync.Mutex
	sent := 0
	form := with(ui.Layout(ui.Page{Site: "S"}), html(`<h1>F</h1><form method="post" action="/send">`, with(ui.Button(ui.Btn{}), html("Send")), `</form>`))
	srv := serve(t, web.Options{Unlimited: true}, []web.Route{
		{Pattern: "GET /form", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error { return r.Render(form, nil) }},
		{Pattern: "GET /sent", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			mu.Lock()
			defer mu.Unlock()
			return r.Render(with(ui.Layout(r.Page("Sent")), html(`<h1 id="n">`+strconv.Itoa(sent)+`</h1>`)), nil)
		}},
		{Pattern: "POST /send", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
			mu.Lock()
			defer mu.Unlock()
			sent++
			return r.SeeOther("/sent")
		}},
	})
	p := browsertest.Start(t).Page(1280, browsertest.Light)
	p.Visit(srv.URL + "/form")
	browsertest.Eval[bool](p, `(() => { const b = document.querySelector("form button"); b.click(); b.click(); b.click(); return true; })()`)
	p.WaitText("#n", "1")
}
