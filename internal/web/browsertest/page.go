package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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
	theme Theme
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
	p := &Page{t: b.t, ctx: ctx, width: width, theme: theme}
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
	p.viewport(windowHeight)
	p.emulate(theme)
	call(p, "focus the page", emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return p
}

func (p *Page) emulate(theme Theme) {
	p.t.Helper()
	call(p, "set the theme", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: string(theme)}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// BothThemes runs f on the page as it stands: in its theme, then in the other one.
func (p *Page) BothThemes(f func(Theme)) {
	p.t.Helper()
	other := Dark
	if p.theme == Dark {
		other = Light
	}
	f(p.theme)
	p.emulate(other)
	defer p.emulate(p.theme)
	f(other)
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
