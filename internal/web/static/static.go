// Package static holds the files that every page loads: one style sheet, one
// script, one icon sprite, the fonts and their licences, each under an address
// with a content hash, so that a browser may keep it for ever. What it holds is
// made by package bundle and committed; this package knows nothing of pages.
package static

//go:generate go run guildhall/internal/web/bundle -assets ../assets -out dist

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed all:dist
var files embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// Part says where one thing in the bundle came from.
type Part struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"` // SPDX
	File    string `json:"file"`    // the licence's text, in the bundle
	SHA256  string `json:"sha256"`  // of what was taken in, before bundling
}

// Manifest is what the bundle is made of. Fonts have a hash of their own, so
// that a new release doesn't make everybody load them again.
type Manifest struct {
	Hash  string   `json:"hash"`
	Fonts string   `json:"fonts"`
	Icons []string `json:"icons"`
	Parts []Part   `json:"parts"`
}

// Bundle returns the manifest of the files this program was built with.
var Bundle = sync.OnceValue(readManifest)

var icons = sync.OnceValue(func() map[string]bool { return set(Bundle().Icons) })

func readManifest() (m Manifest) {
	b, err := files.ReadFile("dist/manifest.json")
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		panic("static: the bundle has no readable manifest: " + err.Error())
	}
	return m
}

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Hashes returns the hashes that the addresses of fonts and of all else carry: the
// first 12 hex digits of a hash over names and contents. The manifest itself does
// not count.
func Hashes(files map[string][]byte) (fonts, rest string) {
	f, r := sha256.New(), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := r
		if strings.HasPrefix(name, "fonts/") {
			h = f
		}
		if name != "manifest.json" {
			fmt.Fprintf(h, "%s %d\n", name, len(files[name]))
			h.Write(files[name])
		}
	}
	return hex.EncodeToString(f.Sum(nil))[:12], hex.EncodeToString(r.Sum(nil))[:12]
}

// HasIcon reports whether the sprite holds the icon of that name.
func HasIcon(name string) bool { return icons()[name] }

// URL returns the address of a file of the bundle, such as "app.css".
func URL(name string) string { return Prefix + hashOf(name) + "/" + name }

func hashOf(name string) string {
	if strings.HasPrefix(name, "fonts/") {
		return Bundle().Fonts
	}
	return Bundle().Hash
}

// Files returns every file of the bundle by name.
func Files() (map[string][]byte, error) {
	all := make(map[string][]byte)
	err := fs.WalkDir(files, "dist", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[strings.TrimPrefix(p, "dist/")], err = files.ReadFile(p)
		return err
	})
	return all, err
}

type file struct {
	plain, zipped []byte // zipped is nil where it saves nothing
	kind          string
}

// Handler serves the bundle below Prefix. A right hash is good for a year; a
// wrong one (a page from before an upgrade) gets today's file, not to be kept.
// It keeps everything in memory, compressed once: about 1 MB.
func Handler() (http.Handler, error) {
	all, err := loaded()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, all) }), nil
}

// loaded compresses the bundle once a process: some 50 ms.
var loaded = sync.OnceValues(func() (map[string]file, error) {
	contents, err := Files()
	all := make(map[string]file, len(contents))
	for name, b := range contents {
		all[name] = load(name, b)
	}
	return all, err
})

func load(name string, b []byte) file {
	f := file{plain: b, kind: mime.TypeByExtension(path.Ext(name))}
	switch path.Ext(name) {
	case ".woff2":
		f.kind = "font/woff2" // compressed already
		return f
	case ".txt":
		f.kind = "text/plain; charset=utf-8"
	case ".js":
		f.kind = "text/javascript; charset=utf-8"
	}
	var z bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	_, _ = zw.Write(b) // a buffer takes everything
	_ = zw.Close()
	if z.Len() < len(b)*9/10 {
		f.zipped = z.Bytes()
	}
	return f
}

func serve(w http.ResponseWriter, r *http.Request, all map[string]file) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	f, ok := all[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	if hash == hashOf(name) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body := f.plain
	if f.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
