package web_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/web"
	"guildhall/internal/web/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

// TestStorybook looks at every component in a real browser: axe finds nothing,
// nothing scrolls sideways, nothing is refused by the content security policy. With
// SHOTS=folder it leaves a picture of each page.
func TestStorybook(t *testing.T) {
	srv := serve(t, web.Options{Site: "Saltmarsh Fellows", Unlimited: true}, web.Storybook())
	for _, width := range []int{360, 768, 1280} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			p := browsertest.Start(t).Page(width, browsertest.Light)
			for _, path := range []string{"", "/inbox", "/profile", "/dialog", "/bare"} {
				p.Visit(srv.URL + "/storybook" + path)
				p.NoSidewaysScroll()
				p.BothThemes(func(theme browsertest.Theme) {
					shot(p, fmt.Sprintf("storybook%s-%d-%s", strings.ReplaceAll(path, "/", "-"), width, theme))
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

func serve(t *testing.T, opt web.Options, routes []web.Route) *httptest.Server {
	t.Helper()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	m, err := web.New(opt, routes)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(m)
	t.Cleanup(srv.Close)
	return srv
}
