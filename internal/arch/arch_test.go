// Package arch is a test only: it holds the house to its plan. Imports go
// strictly down the floors, features know no feature, and a table's name occurs
// in the package that owns it and nowhere else.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "guildhall/"

// The floors that know of one another by a rule of their own.
const (
	feature = 5
	face    = 6
)

// floors is the plan: a package imports only from lower floors. A pattern that
// ends in http stands for every feature's face.
var floors = map[string]int{
	"internal/id": 0, "internal/fault": 0, "internal/page": 0, "internal/fold": 0, "internal/durable": 0, "internal/calendar": 0,
	"internal/db": 1, "internal/bus": 1, "internal/blob": 1, "internal/mail": 1, "internal/config": 1, "internal/picture": 1,
	"internal/graph": 1, "internal/why": 1, "internal/learn": 1,
	"internal/graph/plain": 2, "internal/access": 2, "internal/journal": 2, "internal/task": 2,
	"internal/member": 3, "internal/network": 3, "internal/trait": 3,
	"internal/evidence": 4,
	"internal/account":  5, "internal/profile": 5, "internal/invite": 5, "internal/tie": 5, "internal/home": 5, "internal/transfer": 5,
	"internal/visit": 5, "internal/suggest": 5,
	"internal/web":  5,
	"internal/app":  7,
	"internal/demo": 8, "bench/answers": 9, "bench/pages": 9, "bench/graph": 9, "bench/suggest": 9, "bench/why": 9, "bench/edges": 8, "bench/report": 8,
	"cmd/guildhall": 10,
}

// exceptions are imports that the floors forbid and a reason allows. One that is
// not used fails the test.
var exceptions = map[[2]string]string{}

// inside are helper packages that belong to a package: they stand on its floor,
// below it, and nobody else needs a place for them.
var inside = map[string]string{
	"internal/web/ui": "internal/web", "internal/web/static": "internal/web",
	"internal/transfer/ldbc": "internal/transfer",
}

// testOnly may be imported by tests of any floor and by no program.
var testOnly = []string{"internal/db/dbtest", "internal/web/browsertest", "internal/arch", "internal/story", "internal/leak", "internal/sim"}

// twins are plain engines that fast ones are compared with: tests and benches may
// import them, the program may not.
var twins = []string{"internal/graph/plain"}

// tools are programs of the build, not of the house.
var tools = []string{"internal/web/bundle"}

// floor returns the floor of a package; ok is false when it has no place yet.
func floor(pkg string) (int, bool) {
	if host, ok := inside[pkg]; ok {
		pkg = host
	}
	if f, ok := floors[pkg]; ok {
		return f, true
	}
	if strings.HasSuffix(pkg, "http") && strings.HasPrefix(pkg, "internal/") {
		return face, true
	}
	return 0, false
}

func within(pkg string, list []string) bool {
	for _, p := range list {
		if pkg == p || strings.HasPrefix(pkg, p+"/") {
			return true
		}
	}
	return false
}

// file is one parsed Go file of the project.
type file struct {
	path, pkg string // slash-separated, from the root
	test      bool
	ast       *ast.File
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above this test")
		}
		dir = filepath.Dir(dir)
	}
}

func project(t *testing.T) []file {
	t.Helper()
	base := root(t)
	var out []file
	err := filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != base) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(base, path)
		rel = filepath.ToSlash(rel)
		out = append(out, file{path: rel, pkg: filepath.ToSlash(filepath.Dir(rel)), test: strings.HasSuffix(name, "_test.go"), ast: tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("found only %d files: the test looks in the wrong place", len(out))
	}
	return out
}

func imports(f file) []string {
	var out []string
	for _, i := range f.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		if rest, ok := strings.CutPrefix(p, module); ok {
			out = append(out, rest)
		}
	}
	return out
}

func TestImportsGoStrictlyDown(t *testing.T) {
	used := map[[2]string]bool{}
	for _, f := range project(t) {
		if f.test || within(f.pkg, testOnly) || within(f.pkg, tools) {
			continue
		}
		from, ok := floor(f.pkg)
		if !ok {
			t.Errorf("%s: package %s has no floor; give it one in floors", f.path, f.pkg)
			continue
		}
		for _, to := range imports(f) {
			if within(to, testOnly) {
				t.Errorf("%s imports %s, which is for tests only", f.path, to)
				continue
			}
			if within(to, twins) && !strings.HasPrefix(f.pkg, "bench/") {
				t.Errorf("%s imports %s, which is there to compare with", f.path, to)
				continue
			}
			if allowed(f.pkg, to, from) {
				continue
			}
			key := [2]string{f.pkg, to}
			if exceptions[key] == "" {
				t.Errorf("%s (floor %d) imports %s: imports go strictly down", f.path, from, to)
			}
			used[key] = true
		}
	}
	for key, why := range exceptions {
		if !used[key] {
			t.Errorf("the exception %v (%s) is not used any more", key, why)
		}
	}
}

// allowed reports whether from's package may import to: a lower floor, or its
// own inner package; and a face knows no other feature than its own.
func allowed(pkg, to string, from int) bool {
	if host, ok := inside[to]; ok && (host == pkg || inside[pkg] == host) {
		return true
	}
	down, ok := floor(to)
	if !ok || down >= from {
		return false
	}
	if from == face && down == feature && to != "internal/web" && inside[to] != "internal/web" {
		return strings.HasPrefix(pkg, to+"/")
	}
	return true
}

var (
	create = regexp.MustCompile(`(?i)create table (\w+)`)
	sqlish = regexp.MustCompile(`(?i)\b(from|into|update|join|table)\s+"?(\w+)`)
)

// owners says which package owns which table, by the table's first part unless
// it is named here.
var owners = map[string]string{
	"journal_heads": "internal/journal", "journal": "internal/journal", "journal_cursors": "internal/journal",
	"tasks": "internal/task", "settings": "internal/app", "nodes": "internal/app",
	"claims": "internal/member", "members": "internal/member", "member_words": "internal/member",
	"privacy": "internal/access", "section_audiences": "internal/access", "section_limits": "internal/access",
	"entities": "internal/trait", "traits": "internal/trait", "trait_people": "internal/trait",
	"pairs": "internal/network", "connections": "internal/network", "follows": "internal/network", "blocks": "internal/network",
	"graph_epoch": "internal/network",
	"accounts":    "internal/account", "sessions": "internal/account", "registrations": "internal/account", "account_links": "internal/account",
	"profiles": "internal/profile", "profile_contacts": "internal/profile",
	"invitations": "internal/invite", "sent_invitations": "internal/invite", "invitation_facts": "internal/invite",
	"invitation_events": "internal/invite", "invitation_replies": "internal/invite", "invitation_drafts": "internal/invite",
	"inviters": "internal/invite", "refusals": "internal/invite", "invite_bars": "internal/invite",
	"own_reasons": "internal/invite", "invitation_reports": "internal/invite",
	"invitation_answers": "internal/invite", "learned_weights": "internal/invite",
	"view_modes": "internal/visit", "profile_views": "internal/visit", "profile_viewed": "internal/visit",
	"profile_view_days": "internal/visit", "also_viewed": "internal/visit", "also_progress": "internal/visit",
	"suggest_dismissals": "internal/suggest", "suggest_circles": "internal/suggest",
	"suggest_showings": "internal/suggest", "suggest_exposures": "internal/suggest",
	"external_ids": "internal/transfer", "imports": "internal/transfer",
}

func TestEveryTableHasOneOwner(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(t), "internal/db/migrations/*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	tables := map[string]bool{}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range create.FindAllStringSubmatch(string(text), -1) {
			tables[m[1]] = true
			if owners[m[1]] == "" {
				t.Errorf("%s: table %s has no owner; name it in owners", filepath.Base(path), m[1])
			}
		}
	}
	for table := range owners {
		if !tables[table] {
			t.Errorf("table %s has an owner and no migration", table)
		}
	}
	for _, f := range project(t) {
		if f.test || within(f.pkg, testOnly) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, m := range sqlish.FindAllStringSubmatch(lit.Value, -1) {
				if table := m[2]; tables[table] && looksLikeSQL(lit.Value) && owners[table] != f.pkg {
					t.Errorf("%s: SQL on table %s, which %s owns", f.path, table, owners[table])
				}
			}
			return true
		})
	}
}

var verb = regexp.MustCompile(`(?i)\b(select|insert into|update \w+ set|delete from)\b`)

func looksLikeSQL(s string) bool { return verb.MatchString(s) }

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	has := map[string]bool{}
	for _, f := range project(t) {
		if f.test && f.pkg != "internal/arch" {
			continue
		}
		has[f.pkg] = has[f.pkg] || f.ast.Doc != nil && len(f.ast.Doc.Text()) > 40
	}
	for pkg, ok := range has {
		if !ok {
			t.Errorf("package %s has no comment that says what it is", pkg)
		}
	}
}
