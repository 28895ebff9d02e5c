package app_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// change is one existing file that a new feature touches: after a line, another.
type change struct{ path, after, line string }

// dummy is the smallest whole feature: a table, a service, a page, a menu entry.
var dummyFiles = map[string]string{
	"internal/db/migrations/90000_dummy.sql": `-- +goose Up
CREATE TABLE dummies (
  member_id BIGINT NOT NULL,
  id        BIGINT NOT NULL,
  words     TEXT NOT NULL,
  PRIMARY KEY (member_id, id)
) /*clustered*/;
`,
	"internal/dummy/dummy.go": `// Package dummy is a feature that exists for a test only: members keep words.
package dummy

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/id"
)

// Service keeps the words.
type Service struct{ db *db.DB }

// New returns the service.
func New(d *db.DB) *Service { return &Service{d} }

// Keep keeps words of the viewer's.
func (s *Service) Keep(ctx context.Context, v access.Viewer, words string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO dummies (member_id, id, words) VALUES ($1, $2, $3)", v.Member(), id.New(), words)
		return err
	})
}
`,
	"internal/dummy/dummyhttp/dummyhttp.go": `// Package dummyhttp is the face of dummy, for a test only.
package dummyhttp

import (
	"net/http"

	"guildhall/internal/dummy"
	"guildhall/internal/web"
)

// Routes returns the one page.
func Routes(s *dummy.Service) []web.Route {
	return []web.Route{{Pattern: "GET /dummy", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		if err := s.Keep(r.Context(), r.Viewer, "hello"); err != nil {
			return err
		}
		_, err := w.Write([]byte("the dummy answers"))
		return err
	}}}
}
`,
	"internal/app/dummy_test.go": `package app_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/config"
)

func TestTheDummyIsServed(t *testing.T) {
	dir := t.TempDir()
	a, err := app.New(context.Background(), config.Config{Data: dir, Database: dir + "/g.db", Name: "T", BaseURL: "http://localhost", From: "a@localhost"},
		app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/dummy", nil))
	if !strings.Contains(w.Body.String(), "the dummy answers") {
		t.Errorf("the dummy answers %d %s", w.Code, w.Body)
	}
}
`,
}

var dummyChanges = []change{
	{"internal/app/features.go", "\treturn append([]Feature{", "\t\t{Name: \"dummy\", Routes: dummyhttp.Routes(dummy.New(a.DB))},"},
	{"internal/app/features.go", "import (", "\t\"guildhall/internal/dummy\"\n\t\"guildhall/internal/dummy/dummyhttp\""},
	{"internal/arch/arch_test.go", "var floors = map[string]int{", "\t\"internal/dummy\": 4,"},
	{"internal/arch/arch_test.go", "var owners = map[string]string{", "\t\"dummies\": \"internal/dummy\","},
	{"internal/web/ui/layout.go", "var nav = []entry{", "\t{Nowhere, \"/dummy\", \"house\", \"Dummy\"},"},
}

// A feature is a folder: adding one touches at most three files that exist, and
// the house still stands.
func TestANewFeatureTouchesThreeFiles(t *testing.T) {
	dir := t.TempDir()
	copyModule(t, filepath.Join("..", ".."), dir)
	for path, text := range dummyFiles {
		full := filepath.Join(dir, path)
		if _, err := os.Stat(full); err == nil {
			t.Fatalf("%s exists already", path)
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	touched := map[string]bool{}
	for _, c := range dummyChanges {
		touched[c.path] = true
		full := filepath.Join(dir, c.path)
		old, err := os.ReadFile(full)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(old), c.after+"\n", c.after+"\n"+c.line+"\n", 1)
		if text == string(old) {
			t.Fatalf("%s has no line %q any more", c.path, c.after)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(touched) > 3 {
		t.Errorf("the dummy touches %d existing files, at most three are meant: %v", len(touched), touched)
	}
	for _, args := range [][]string{
		{"test", "-run", "TestTheDummyIsServed", "./internal/app"},
		{"test", "./internal/arch"},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, out)
		}
	}
}

// copyModule copies what a build needs.
func copyModule(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		if d.IsDir() {
			if n := d.Name(); n == "node_modules" || n == "bin" || n == "shots" || rel != "." && strings.HasPrefix(n, ".") {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if rel == filepath.Join("internal", "app", "feature_test.go") || !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
