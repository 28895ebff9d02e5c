package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/web/static"
)

func get(t *testing.T, path string, zip bool) *http.Response {
	t.Helper()
	h, err := static.Handler()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", path, nil)
	if zip {
		r.Header.Set("Accept-Encoding", "gzip, br")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheManifestFitsTheFiles(t *testing.T) {
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	m := static.Bundle()
	fonts, rest := static.Hashes(files)
	if m.Fonts != fonts || m.Hash != rest {
		t.Errorf("the bundle was changed by hand: manifest has %s and %s, files have %s and %s; run go generate", m.Fonts, m.Hash, fonts, rest)
	}
	for _, p := range m.Parts {
		if p.Version == "" || p.Licence == "" || len(p.SHA256) != 64 || len(files[p.File]) < 100 {
			t.Errorf("%s is not fully described: %+v", p.Name, p)
		}
	}
}

func TestServe(t *testing.T) {
	for _, c := range []struct{ path, kind, cache string }{
		{static.URL("app.css"), "text/css; charset=utf-8", "public, max-age=31536000, immutable"},
		{static.URL("app.js"), "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{static.URL("icons.svg"), "image/svg+xml", "public, max-age=31536000, immutable"},
		{static.URL("fonts/inter-latin-wght-normal.woff2"), "font/woff2", "public, max-age=31536000, immutable"},
		{static.URL("licences/htmx.txt"), "text/plain; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/static/0123456789ab/app.css", "text/css; charset=utf-8", "no-cache"},
	} {
		for _, zip := range []bool{false, true} {
			res := get(t, c.path, zip)
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != c.kind || res.Header.Get("Cache-Control") != c.cache || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d %v", c.path, res.StatusCode, res.Header)
			}
		}
	}
	for _, path := range []string{"/static/", "/static/x", "/static/" + static.Bundle().Hash + "/", "/static/" + static.Bundle().Hash + "/../static.go", static.URL("fonts/")} {
		if res := get(t, path, false); res.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", path, res.StatusCode)
		}
	}
}

func TestZippedIsTheSame(t *testing.T) {
	plain := body(t, get(t, static.URL("app.css"), false).Body)
	res := get(t, static.URL("app.css"), true)
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", res.Header)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body(t, z) != plain {
		t.Error("compressed and plain style sheets differ")
	}
	if get(t, static.URL("fonts/inter-latin-wght-normal.woff2"), true).Header.Get("Content-Encoding") != "" {
		t.Error("a font was compressed twice")
	}
}

// TestStylesLoadOnlyWhatIsHere follows every address in the style sheet.
func TestStylesLoadOnlyWhatIsHere(t *testing.T) {
	css := body(t, get(t, static.URL("app.css"), false).Body)
	urls := regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(css, -1)
	if len(urls) < 5 {
		t.Fatalf("only %d addresses found", len(urls))
	}
	for _, u := range urls {
		path, ok := strings.CutPrefix(u[1], "../")
		if !ok {
			t.Errorf("the style sheet loads %s", u[1])
			continue
		}
		if res := get(t, "/static/"+path, false); res.StatusCode != 200 || res.Header.Get("Cache-Control") == "no-cache" {
			t.Errorf("%s: %d %s", path, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
}

func TestIcons(t *testing.T) {
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range static.Bundle().Icons {
		if !static.HasIcon(name) || !bytes.Contains(files["icons.svg"], []byte(`<symbol id="i-`+name+`" viewBox="0 0 24 24"><`)) {
			t.Errorf("icon %s is not in the sprite", name)
		}
	}
	if static.HasIcon("unicorn") {
		t.Error("an icon that isn't there is there")
	}
}
