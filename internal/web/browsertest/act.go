package browsertest

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

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
