package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

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
