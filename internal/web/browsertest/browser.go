// Package browsertest drives pages in a real Chromium, for tests: it finds
// Debian's chromium, starts one process for a test binary, opens pages of a given
// width and theme in it, each with cookies of its own, and fails the test for
// everything a page complains about: script errors, refused styles, missing files.
// It knows nothing of Guildhall's pages.
//
// A package that uses it has
//
//	func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }
//
// and in a test
//
//	p := browsertest.Start(t).Page(360, browsertest.Dark)
//	p.Visit(server.URL + "/invitations")
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long an act on a page may take on a busy machine.
const patience = 30 * time.Second

// shared is the one browser of this test binary.
var shared struct {
	sync.Mutex
	ctx    context.Context
	stop   func()
	inMain bool
}

// Run runs the tests of a package and ends the browser after the last one.
func Run(m *testing.M) int {
	shared.inMain = true
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.stop != nil {
		shared.stop()
	}
	return code
}

// Browser opens pages for one test.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// Start returns the test binary's browser, starting it if need be: about a second
// once. A machine without chromium fails the test and says what to install. Without
// Run the browser ends with the test.
func Start(t testing.TB) *Browser {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.ctx == nil {
		ctx, stop, err := launch()
		if err != nil {
			t.Fatalf("start chromium: %v", err)
		}
		shared.ctx, shared.stop = ctx, stop
		if !shared.inMain {
			t.Cleanup(func() {
				shared.Lock()
				defer shared.Unlock()
				shared.stop()
				shared.ctx, shared.stop = nil, nil
			})
		}
	}
	return &Browser{t: t, ctx: shared.ctx}
}

// launch starts chromium with a fresh profile.
func launch() (context.Context, func(), error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, nil, fmt.Errorf("%w; on Debian: apt-get install chromium", err)
	}
	dir, err := os.MkdirTemp("", "guildhall-chromium-")
	if err != nil {
		return nil, nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(dir),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-GB"),
	)
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	stop := func() {
		end, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		chromedp.Cancel(end)
		stopAlloc()
		os.RemoveAll(dir)
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, err
	}
	return ctx, stop, nil
}
