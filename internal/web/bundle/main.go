// Command bundle makes the files of package static from the sources in
// internal/web/assets: it joins and shrinks styles and script with esbuild, draws
// the icon sprite from Lucide, copies fonts and licences, and writes a manifest
// with the content hashes. A developer runs it through
// "go generate ./internal/web/static" after "npm ci" in internal/web/assets;
// neither building nor testing Guildhall needs it, since its result is committed.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"guildhall/internal/web/static"
)

func main() {
	assets := flag.String("assets", "internal/web/assets", "where the sources are")
	out := flag.String("out", "internal/web/static/dist", "where the bundle goes")
	flag.Parse()
	if err := run(*assets, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// run builds everything in memory first, so that a failure leaves the old
// bundle whole.
func run(assets, out string) error {
	files := map[string][]byte{}
	icons, err := sprite(assets, files)
	if err != nil {
		return err
	}
	if err := copyAll(assets, files); err != nil {
		return err
	}
	fonts, _ := static.Hashes(files)
	if err := join(assets, fonts, files); err != nil {
		return err
	}
	m := static.Manifest{Icons: icons}
	m.Fonts, m.Hash = static.Hashes(files)
	if m.Parts, err = parts(assets); err != nil {
		return err
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	files["manifest.json"] = append(b, '\n')
	return write(out, files)
}

// join makes app.css, storybook.css and app.js.
func join(assets, fonts string, files map[string][]byte) error {
	abs, err := filepath.Abs(assets)
	if err != nil {
		return err
	}
	res := api.Build(api.BuildOptions{
		AbsWorkingDir: abs,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "css/app.css", OutputPath: "app"},
			{InputPath: "css/storybook.css", OutputPath: "storybook"},
			{InputPath: "js/guildhall.js", OutputPath: "app"},
		},
		Outdir:           "dist",
		Bundle:           true,
		External:         []string{"*.woff2"},
		Format:           api.FormatIIFE,
		LegalComments:    api.LegalCommentsNone,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "123"}, {Name: api.EngineFirefox, Version: "128"}, {Name: api.EngineSafari, Version: "17.5"},
		},
		LogOverride: map[string]api.LogLevel{"direct-eval": api.LogLevelSilent}, // htmx has one, switched off by allowEval:false
	})
	for _, e := range res.Errors {
		err = errors.Join(err, fmt.Errorf("%s: %s", place(e.Location), e.Text))
	}
	for _, e := range res.Warnings {
		err = errors.Join(err, fmt.Errorf("%s: %s", place(e.Location), e.Text))
	}
	for _, f := range res.OutputFiles {
		b := bytes.ReplaceAll(f.Contents, []byte("../fonts/"), []byte("../"+fonts+"/fonts/"))
		files[filepath.Base(f.Path)] = b
	}
	return err
}

func place(l *api.Location) string {
	if l == nil {
		return "esbuild"
	}
	return fmt.Sprintf("%s:%d", l.File, l.Line)
}

var (
	inner = regexp.MustCompile(`(?s)<svg.*?>(.*)</svg>`)
	space = regexp.MustCompile(`\s*\n\s*`)
)

// sprite draws icons.svg from the names in icons.txt and returns the names.
func sprite(assets string, files map[string][]byte) ([]string, error) {
	list, err := os.ReadFile(filepath.Join(assets, "icons.txt"))
	if err != nil {
		return nil, err
	}
	var names []string
	var b bytes.Buffer
	b.WriteString("<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- Lucide, ISC licence: licences/lucide.txt -->\n")
	for line := range strings.Lines(string(list)) {
		name := strings.TrimSpace(line)
		if name == "" || name[0] == '#' {
			continue
		}
		svg, err := os.ReadFile(filepath.Join(assets, "node_modules/lucide-static/icons", name+".svg"))
		if err != nil {
			return nil, fmt.Errorf("icon %s: %w", name, err)
		}
		m := inner.FindSubmatch(svg)
		if m == nil {
			return nil, fmt.Errorf("icon %s: no drawing in it", name)
		}
		drawing := bytes.ReplaceAll(space.ReplaceAll(m[1], nil), []byte(" />"), []byte("/>"))
		fmt.Fprintf(&b, "<symbol id=\"i-%s\" viewBox=\"0 0 24 24\">%s</symbol>\n", name, drawing)
		names = append(names, name)
	}
	b.WriteString("</svg>\n")
	files["icons.svg"] = b.Bytes()
	return names, nil
}

// copyAll takes fonts, licences, the mark and the storybook's portraits as they are.
func copyAll(assets string, files map[string][]byte) error {
	from := map[string]string{
		"mark.svg":             "mark.svg",
		"licences/lucide.txt":  "node_modules/lucide-static/LICENSE",
		"licences/htmx.txt":    "node_modules/htmx.org/LICENSE",
		"licences/inter.txt":   "licences/LICENSE-Inter.txt",
		"licences/source4.txt": "licences/LICENSE-SourceSerif4.txt",
	}
	for _, kind := range []string{"fonts/*.woff2", "portraits/*.svg"} {
		found, err := filepath.Glob(filepath.Join(assets, kind))
		if err != nil || len(found) == 0 {
			return fmt.Errorf("no %s in %s: %w", kind, assets, err)
		}
		for _, f := range found {
			name := path.Join(path.Dir(kind), filepath.Base(f))
			from[name] = name
		}
	}
	var err error
	for to, src := range from {
		if files[to], err = os.ReadFile(filepath.Join(assets, src)); err != nil {
			return err
		}
	}
	return nil
}

// parts names what came from elsewhere, with the version that npm installed.
func parts(assets string) ([]static.Part, error) {
	list := []static.Part{
		{Name: "htmx.org", Licence: "0BSD", File: "licences/htmx.txt", SHA256: "node_modules/htmx.org/dist/htmx.esm.js"},
		{Name: "lucide-static", Licence: "ISC", File: "licences/lucide.txt", SHA256: "icons.txt"},
		{Name: "Inter", Version: "4.1", Licence: "OFL-1.1", File: "licences/inter.txt", SHA256: "fonts/inter-latin-wght-normal.woff2"},
		{Name: "Source Serif 4", Version: "4.005", Licence: "OFL-1.1", File: "licences/source4.txt", SHA256: "fonts/source-serif-4-latin-opsz-normal.woff2"},
	}
	for i := range list {
		b, err := os.ReadFile(filepath.Join(assets, list[i].SHA256))
		if err != nil {
			return nil, err
		}
		list[i].SHA256 = sum(b)
		if list[i].Version != "" {
			continue
		}
		b, err = os.ReadFile(filepath.Join(assets, "node_modules", list[i].Name, "package.json"))
		if err == nil {
			err = json.Unmarshal(b, &list[i])
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// write replaces the folder's content.
func write(out string, files map[string][]byte) error {
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	for name, b := range files {
		p := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
