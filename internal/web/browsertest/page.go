package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Theme is what the system of the reader prefers.
type Theme string

// The themes.
const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// Page is one tab with cookies of its own. Every method fails the test when it
// can't do what it says within half a minute.
type Page struct {
	t     testing.TB
	ctx   context.Context
	width int
	mu    sync.Mutex
	bad   []string
	allow []string
}

// Page opens a tab as wide as said, in CSS pixels; below 600 it is a phone with a
// finger. Motion is reduced, so that pictures are steady. The tab closes with the
// test, which fails if a page complained (see Allow).
func (b *Browser) Page(width int, theme Theme) *Page {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &Page{t: b.t, ctx: ctx, width: width}
	if err := chromedp.Do(ctx); err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		b.t.Fatalf("listen to the tab: %v", err)
	}
	b.t.Cleanup(func() {
		p.checkComplaints()
		cancel()
	})
	p.emulate(theme)
	return p
}

func (p *Page) emulate(theme Theme) {
	p.t.Helper()
	p.viewport(windowHeight)
	call(p, "set the theme", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: string(theme)}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	call(p, "focus the page", emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
}

const windowHeight = 900

func (p *Page) viewport(height int) {
	p.t.Helper()
	var opts []chromedp.EmulateViewportOption
	if p.width < 600 {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	p.do("set the viewport", chromedp.EmulateViewport(int64(p.width), int64(height), opts...))
}

// WithoutScript switches the page's own script off, for all that is visited next.
func (p *Page) WithoutScript() *Page {
	p.t.Helper()
	call(p, "switch script off", emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return p
}

// hear collects what a page complains about.
func (p *Page) hear(ev any) {
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		p.complain("exception: " + (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			p.complain("console: " + arguments(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			p.complain(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

func arguments(args []*runtime.RemoteObject) string {
	var list []string
	for _, a := range args {
		list = append(list, strings.TrimSpace(string(a.Value)+" "+a.Description))
	}
	return strings.Join(list, " ")
}

func (p *Page) complain(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bad = append(p.bad, what)
}

// Allow expects complaints that contain one of these texts, such as "status of 404"
// where a missing page is visited on purpose. One that never comes fails the test.
func (p *Page) Allow(texts ...string) *Page {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allow = append(p.allow, texts...)
	return p
}

func (p *Page) checkComplaints() {
	p.mu.Lock()
	defer p.mu.Unlock()
	came := map[string]bool{}
	for _, b := range p.bad {
		expected := false
		for _, a := range p.allow {
			if strings.Contains(b, a) {
				expected, came[a] = true, true
			}
		}
		if !expected {
			p.t.Errorf("the page complains: %s", b)
		}
	}
	for _, a := range p.allow {
		if !came[a] && !p.t.Failed() {
			p.t.Errorf("the page was expected to complain of %q and did not", a)
		}
	}
}

func (p *Page) do(what string, a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, a); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

func call[P, R any](p *Page, what string, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return r
}

// Eval runs an expression in the page and returns its value. Promises are awaited.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", short(expression), err)
	}
	return v
}

func short(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// until asks an expression again and again until it is true, across navigations.
func (p *Page) until(what, expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok {
			return
		}
		last = err // between two documents there is nothing to ask
		select {
		case <-ctx.Done():
			p.t.Fatalf("waited in vain for %s (%v); the page is at %s and says:\n%s", what, last, p.URL(), p.glimpse())
		case <-tick.C:
		}
	}
}

// glimpse is the beginning of the page's text, for a failure's message.
func (p *Page) glimpse() string {
	s, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`(document.querySelector("main") ?? document.body).innerText.slice(0, 600)`))
	return s
}

func js(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// settled is true when nothing is on its way any more.
const settled = `document.readyState === "complete" && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`

// Visit goes to an address and waits until the page and its fonts are there.
func (p *Page) Visit(url string) *Page {
	p.t.Helper()
	p.do("visit "+url, chromedp.Navigate(url))
	p.Settle()
	return p
}

// Settle waits until nothing is loading or being swapped.
func (p *Page) Settle() {
	p.t.Helper()
	p.until("the page to settle", settled+` && document.fonts.status === "loaded"`)
}

// URL returns where the page is.
func (p *Page) URL() string {
	s, _ := chromedp.Run(p.ctx, chromedp.Location())
	return s
}

// Click clicks the middle of the first element that matches and is visible, as a
// mouse does; something that covers it fails the test. It waits for what htmx swaps,
// not for a new page: see Follow.
func (p *Page) Click(sel string) {
	p.t.Helper()
	p.click(sel)
	p.Settle()
}

func (p *Page) click(sel string) {
	p.t.Helper()
	p.Wait(sel)
	at := Eval[struct {
		X, Y    float64
		Covered string
	}](p, `(() => {
		const el = [...document.querySelectorAll(`+js(sel)+`)].find((e) => e.checkVisibility());
		el.scrollIntoView({ block: "center", behavior: "instant" });
		const r = el.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		const top = document.elementFromPoint(x, y);
		const hit = top && (el.contains(top) || top.contains(el) || top.closest("label")?.control === el);
		return { X: x, Y: y, Covered: hit ? "" : top ? top.outerHTML.slice(0, 200) : "nothing: it is outside the window" };
	})()`)
	if at.Covered != "" {
		p.t.Fatalf("click %s: it is covered by %s", sel, at.Covered)
	}
	p.do("click "+sel, chromedp.MouseClickXY(at.X, at.Y))
}

// Follow clicks what leads to another page, a link or a form's button, and waits
// until that page is there.
func (p *Page) Follow(sel string) {
	p.t.Helper()
	Eval[bool](p, `window.leaving = true`)
	p.click(sel)
	p.until("the next page after "+sel, `!window.leaving`)
	p.Settle()
}

// Fill types into a field in place of what stood there, or chooses the option with
// that value.
func (p *Page) Fill(sel, text string) {
	p.t.Helper()
	p.Wait(sel)
	isSelect := Eval[bool](p, `(() => {
		const el = document.querySelector(`+js(sel)+`);
		el.focus();
		if (el.tagName !== "SELECT") { el.select(); return false; }
		el.value = `+js(text)+`;
		el.dispatchEvent(new Event("input", { bubbles: true }));
		el.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	})()`)
	if isSelect {
		return
	}
	if text == "" {
		p.Press("\b")
		return
	}
	call(p, "type into "+sel, input.InsertText, input.InsertTextParams{Text: text})
}

// Press presses one key after the other, where the focus is. Special keys are those
// of chromedp/kb.
func (p *Page) Press(keys string) {
	p.t.Helper()
	for _, r := range keys {
		p.press(r)
	}
	p.Settle()
}

// press sends one key the way a keyboard does: the character comes with the key
// going down, so that a page that takes the key takes the character too.
func (p *Page) press(r rune) {
	p.t.Helper()
	var events []*input.DispatchKeyEventParams
	for _, e := range kb.Encode(r) {
		if e.Type == input.DispatchKeyEventTypeChar {
			events[len(events)-1].Text = e.Text
			continue
		}
		events = append(events, e)
	}
	for _, e := range events {
		call(p, "press "+string(r), input.DispatchKeyEvent, *e)
	}
}

// Wait waits for an element that is visible.
func (p *Page) Wait(sel string) {
	p.t.Helper()
	p.until(sel, `[...document.querySelectorAll(`+js(sel)+`)].some((e) => e.checkVisibility())`)
}

// WaitGone waits until no element matches.
func (p *Page) WaitGone(sel string) {
	p.t.Helper()
	p.until(sel+" to go", `!document.querySelector(`+js(sel)+`)`)
}

// WaitText waits for an element whose text contains text.
func (p *Page) WaitText(sel, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%s with %q", sel, text), `[...document.querySelectorAll(`+js(sel)+`)].some((e) => e.textContent.includes(`+js(text)+`))`)
}

// Text returns the visible text of the first element that matches.
func (p *Page) Text(sel string) string {
	p.t.Helper()
	p.Wait(sel)
	return Eval[string](p, `document.querySelector(`+js(sel)+`).innerText.trim()`)
}

// Value returns what stands in a field.
func (p *Page) Value(sel string) string {
	p.t.Helper()
	p.Wait(sel)
	return Eval[string](p, `document.querySelector(`+js(sel)+`).value`)
}

// Count returns how many elements match.
func (p *Page) Count(sel string) int {
	p.t.Helper()
	return Eval[int](p, `document.querySelectorAll(`+js(sel)+`).length`)
}

// Focused reports whether the focus is on or within an element that matches.
func (p *Page) Focused(sel string) bool {
	p.t.Helper()
	return Eval[bool](p, `Boolean(document.activeElement?.closest(`+js(sel)+`))`)
}

// SetCookie gives this page's browser a cookie for an address, such as a session's.
func (p *Page) SetCookie(url, name, value string) {
	p.t.Helper()
	call(p, "set a cookie", network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url})
}

// OpenAll opens everything that folds, so that it can be looked at.
func (p *Page) OpenAll() {
	p.t.Helper()
	Eval[bool](p, `(() => {
		for (const d of document.querySelectorAll("details:not(.menu)")) { d.removeAttribute("name"); d.open = true; }
		return true;
	})()`)
}

// Shot writes a picture of the whole page as PNG. The window is made as tall as the
// page for it, so that what sticks to its edge stands where the page ends.
func (p *Page) Shot(path string) {
	p.t.Helper()
	Eval[bool](p, `(() => { for (const i of document.images) i.loading = "eager"; return true; })()`)
	p.until("the pictures", `[...document.images].every((i) => i.complete)`)
	p.viewport(Eval[int](p, `document.documentElement.scrollHeight`))
	defer p.viewport(windowHeight)
	p.Settle()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		p.t.Fatalf("picture %s: %v", path, err)
	}
}

// NoSidewaysScroll fails the test when the page is wider than its window, and names
// what sticks out.
func (p *Page) NoSidewaysScroll() {
	p.t.Helper()
	out := Eval[[]string](p, `(() => {
		const root = document.documentElement, w = root.clientWidth;
		if (root.scrollWidth <= w) return [];
		const inside = (e) => { for (let a = e.parentElement; a && a !== root; a = a.parentElement) if (getComputedStyle(a).overflowX !== "visible") return true; return false; };
		const wide = [...document.querySelectorAll("body *")].filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.right > w + 0.5 || r.left < -0.5) && !inside(e); });
		return ["the page is " + root.scrollWidth + " wide in a window of " + w, ...wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 160))];
	})()`)
	if len(out) > 0 {
		p.t.Errorf("%s scrolls sideways:\n%s", p.URL(), strings.Join(out, "\n"))
	}
}
