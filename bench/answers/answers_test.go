package answers_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"guildhall/bench/answers"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

var ctx = context.Background()

// unpack writes an archive's files into a fresh folder.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// community is the made-up set that the importer is tested with too.
func community(t *testing.T, layout string) string {
	return unpack(t, filepath.Join("..", "..", "internal", "transfer", "ldbc", "testdata", layout+".txtar"))
}

func run(t *testing.T, opt answers.Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	opt.Out = &out
	err := answers.Run(ctx, opt)
	return out.String(), err
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestAMadeUpCommunityIsAnsweredRight(t *testing.T) {
	known := unpack(t, "testdata/known.txtar")
	for _, layout := range []string{"flat", "split"} {
		for _, form := range []struct{ folder, want string }{{"tables", "13 of 13 right"}, {"objects", "6 of 6 right"}} {
			t.Run(layout+"/"+form.folder, func(t *testing.T) {
				out, err := run(t, answers.Options{Set: community(t, layout), Expected: filepath.Join(known, form.folder)})
				if err != nil || lastLine(out) != form.want {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

func TestWrongAnswersAreShownAndFail(t *testing.T) {
	known := unpack(t, "testdata/known.txtar")
	for i, c := range []struct{ file, old, new, want string }{
		{"IS1.jsonl", `"2010-01-02 10:00:00.123+00"`, `"2010-01-02 10:00:00.124+00"`, "IS1 IS1.jsonl line 1: personId=100"},
		{"IS1.jsonl", `"Mira", "Solheim"`, `"Mira S", "olheim"`, "IS1 IS1.jsonl line 1: personId=100"},
		{"IS3.jsonl", `["100", "Mira", "Solheim", "2010-01-04 10:00:00.456+00"]`, `["100", "Mira", "Solheim", "2010-01-04 10:00:00.456+00"], ["103", "Jun", "Li", "2010-01-04 10:00:00.456+00"]`, "  3 rows wanted, 2 got, the first 2 are right"},
		{"IC1.jsonl", `{mira@example.org,mira.s@example.net}`, `{mira@example.org}`, "IC1 IC1.jsonl line 1"},
		{"IC1.jsonl", `{{\"Fjell_Power\",2007,Nordmark}}`, `{{\"Fjell_Power\",2008,Nordmark}}`, "{{Fjell_Power,2008,Nordmark}}"},
		{"IC11.jsonl", `["102", "Ngozi", "Okafor", "Fjell_Power", "2008"], ["102", "Ngozi", "Okafor", "Kestrel_Lines", "2009"]`, `["102", "Ngozi", "Okafor", "Kestrel_Lines", "2009"], ["102", "Ngozi", "Okafor", "Fjell_Power", "2008"]`, "the first 0 are right"},
		{"IC13.jsonl", `[["2"]]`, `[["3"]]`, "IC13 IC13.jsonl line 1: person1Id=100 person2Id=102"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dir := filepath.Join(unpack(t, "testdata/known.txtar"), "tables")
			path := filepath.Join(dir, c.file)
			text, err := os.ReadFile(filepath.Join(known, "tables", c.file))
			if err != nil || !strings.Contains(string(text), c.old) {
				t.Fatalf("%v: no %s in %s", err, c.old, text)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := run(t, answers.Options{Set: community(t, "flat"), Expected: dir})
			if fault.Text(err) != "1 of 13 answers are wrong." || lastLine(out) != "12 of 13 right" || !strings.Contains(out, c.want) {
				t.Errorf("%v, want %q in\n%s", err, c.want, out)
			}
		})
	}
}

func TestWhatCannotBeReadIsOneSentence(t *testing.T) {
	set := community(t, "flat")
	file := func(name, text string) func(string) {
		return func(dir string) { os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	}
	for name, c := range map[string]struct {
		spoil func(dir string)
		want  string
	}{
		"nothing":        {func(dir string) { os.Remove(dir) }, "The folder of known answers, DIR, cannot be read."},
		"other files":    {file("notes.txt", "x"), "The folder DIR holds no known answers: neither IC13.jsonl nor validation_params_ic13.csv or their like is in it."},
		"only others":    {file("IC2.jsonl", "x"), "The folder DIR holds no known answers: neither IC13.jsonl nor validation_params_ic13.csv or their like is in it."},
		"no JSON":        {file("IC13.jsonl", "\n{"), "IC13.jsonl line 2 is no known answer that can be read: unexpected end of JSON input."},
		"another query":  {file("IC13.jsonl", `{"query": "IC1", "params": {}, "columns": ["max"], "rows": []}`), "IC13.jsonl line 1 is no known answer that can be read: it answers IC1 with 1 columns."},
		"another column": {file("IC13.jsonl", `{"query": "IC13", "params": {}, "columns": ["min"], "rows": [["1"]]}`), "IC13.jsonl line 1 is no known answer that can be read: column 1 is not max."},
		"no bar":         {file("validation_params_ic13.csv", `{"a":1}`), "validation_params_ic13.csv line 1 is no known answer that can be read: unexpected EOF."},
		"another object": {file("validation_params_ic13.csv", `{"a":1}|{"length":3}`), "validation_params_ic13.csv line 1 is no known answer that can be read: unexpected EOF."},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.spoil(dir)
			out, err := run(t, answers.Options{Set: set, Expected: dir})
			if want := strings.ReplaceAll(c.want, "DIR", dir); fault.Text(err) != want || out != "" {
				t.Errorf("%v\n got %s\nwant %s\n%s", err, fault.Text(err), want, out)
			}
		})
	}
	known := filepath.Join(unpack(t, "testdata/known.txtar"), "tables")
	if _, err := run(t, answers.Options{Set: filepath.Join(set, "none"), Expected: known}); !strings.HasPrefix(fault.Text(err), "There is no folder") {
		t.Errorf("no set: %v", err)
	}
}

func TestADatabaseWithMembersIsRefused(t *testing.T) {
	set, known := community(t, "flat"), filepath.Join(unpack(t, "testdata/known.txtar"), "tables")
	opt := answers.Options{Set: set, Expected: known, Database: dbtest.PostgresURL(t)}
	if out, err := run(t, opt); err != nil || lastLine(out) != "13 of 13 right" {
		t.Fatalf("on PostgreSQL: %v\n%s", err, out)
	}
	if _, err := run(t, opt); !strings.HasPrefix(fault.Text(err), "There are members in this database already") {
		t.Errorf("a second time: %v", err)
	}
}

// shared returns the folder of a data set that is kept beside the project, named
// by GUILDHALL_SHARED or found as a folder shared next to one above.
func shared(t *testing.T, name string) string {
	t.Helper()
	if base := os.Getenv("GUILDHALL_SHARED"); base != "" {
		return filepath.Join(base, "data", name)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		found := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(found); err == nil {
			return found
		}
	}
	t.Skipf("the data set %s is not beside the project: set GUILDHALL_SHARED to the folder that has data/%s", name, name)
	return ""
}

func TestTheKnownAnswersOfTheSharedSets(t *testing.T) {
	if testing.Short() {
		t.Skip("the shared sets take half a minute and are left out of -short runs")
	}
	for _, c := range []struct{ set, database, want string }{
		{"ldbc-snb-tiny", "sqlite", "383 of 383 right"},
		{"ldbc-snb-tiny", "postgres", "383 of 383 right"},
		{"ldbc-snb-sf0.1", "sqlite", "40 of 40 right"},
	} {
		t.Run(c.set+"/"+c.database, func(t *testing.T) {
			opt := answers.Options{Set: shared(t, c.set)}
			if c.database == "postgres" {
				opt.Database = dbtest.PostgresURL(t)
			}
			out, err := run(t, opt)
			t.Log("\n" + out)
			if err != nil || lastLine(out) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
