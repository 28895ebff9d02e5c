package ldbc_test

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"guildhall/internal/fault"
	"guildhall/internal/transfer/ldbc"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// unpack writes a made-up set into a fresh folder.
func unpack(t *testing.T, name string) string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit replaces one text in a file of a set.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%q occurs %d times in %s", old, strings.Count(string(text), old), path)
	}
	write(t, path, strings.Replace(string(text), old, new, 1))
}

func open(t *testing.T, dir string) *ldbc.Set {
	t.Helper()
	s, err := ldbc.Open(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lines writes all records without their place, and bad rows with it.
func lines[T any](t *testing.T, rows iter.Seq2[T, error]) []string {
	t.Helper()
	out := []string{}
	for r, err := range rows {
		if err != nil {
			if !ldbc.IsBad(err) {
				t.Fatal(err)
			}
			out = append(out, err.Error())
			continue
		}
		v := reflect.ValueOf(&r).Elem()
		v.FieldByName("At").SetZero()
		out = append(out, fmt.Sprintf("%+v", r))
	}
	return out
}

func everything(t *testing.T, s *ldbc.Set) map[string][]string {
	t.Helper()
	persons := lines(t, s.Persons())
	for i := range persons { // the set's own words are as written, so they differ
		persons[i] = persons[i][:strings.Index(persons[i], " Gender")]
	}
	return map[string][]string{
		"places": lines(t, s.Places()), "organisations": lines(t, s.Organisations()), "tags": lines(t, s.Tags()),
		"persons": persons, "languages": lines(t, s.Languages()), "emails": lines(t, s.Emails()),
		"interests": lines(t, s.Interests()), "studies": lines(t, s.Studies()), "jobs": lines(t, s.Jobs()),
		"forums": lines(t, s.Forums()), "memberships": lines(t, s.Memberships()), "knows": lines(t, s.Knows()),
	}
}

func TestBothLayoutsTellTheSame(t *testing.T) {
	flat, split := open(t, unpack(t, "flat")), open(t, unpack(t, "split"))
	a, b := everything(t, flat), everything(t, split)
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("flat and split differ (-flat +split):\n%s", d)
	}
	for name, n := range map[string]int{"places": 4, "organisations": 3, "tags": 2, "persons": 4, "languages": 5, "emails": 4,
		"interests": 4, "studies": 2, "jobs": 3, "forums": 2, "memberships": 2, "knows": 2} {
		if len(a[name]) != n {
			t.Errorf("%s: %d records, want %d: %q", name, len(a[name]), n, a[name])
		}
	}
	want := []string{
		"{At:{File: Line:0} ID:0 Parent:-1 Name:Midland URL:http://example.org/place/Midland Level:0}",
		"{At:{File: Line:0} ID:1 Parent:0 Name:Nordmark URL:http://example.org/place/Nordmark Level:1}",
		"{At:{File: Line:0} ID:3 Parent:1 Name:Old_Harbour URL:http://example.org/place/Old_Harbour Level:2}",
		"{At:{File: Line:0} ID:4 Parent:1 Name:Vinterby URL:http://example.org/place/Vinterby Level:2}",
	}
	if d := cmp.Diff(want, a["places"]); d != "" {
		t.Errorf("places come from the largest to the smallest (-want +got):\n%s", d)
	}
	if want := "{At:{File: Line:0} A:100 B:101 Since:2010-01-04 10:00:00.456 +0000 UTC}"; a["knows"][0] != want {
		t.Errorf("knows %s, want %s", a["knows"][0], want)
	}
	ids := map[string]bool{}
	for _, s := range []*ldbc.Set{flat, split} {
		id, err := s.ID()
		if err != nil {
			t.Fatal(err)
		}
		ids[id] = true
		later, never, err := s.Left()
		if got := fmt.Sprint(later, never, err); got != "[{posts 2} {comments 1} {likes of posts 1}] [{tags of forums 1}] <nil>" {
			t.Errorf("left: %s", got)
		}
	}
	if len(ids) != 1 {
		t.Errorf("the same persons have several names of a set: %v", ids)
	}
}

func TestAFolderThatIsNoCompleteSetIsRefusedInOneSentence(t *testing.T) {
	person := "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email"
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string) string // returns the folder to open
		want  string                                // DIR stands for the folder
	}{
		"nothing there":  {func(t *testing.T, dir string) string { return filepath.Join(dir, "none") }, "There is no folder DIR."},
		"a file":         {func(t *testing.T, dir string) string { return filepath.Join(dir, "tag_0_0.csv") }, "DIR is a file; a data set is a folder with tables in it."},
		"another folder": {func(t *testing.T, dir string) string { return t.TempDir() }, "The folder DIR holds no LDBC data set: there is no person_0_0.csv in it, nor in a folder dynamic inside it."},
		"one missing": {func(t *testing.T, dir string) string { os.Remove(filepath.Join(dir, "tag_0_0.csv")); return dir },
			"The data set in DIR is incomplete: tag_0_0.csv is missing."},
		"three missing": {func(t *testing.T, dir string) string {
			for _, f := range []string{"tag", "place_isPartOf_place", "person_knows_person"} {
				os.Remove(filepath.Join(dir, f+"_0_0.csv"))
			}
			return dir
		}, "The data set in DIR is incomplete: person_knows_person_0_0.csv, place_isPartOf_place_0_0.csv and tag_0_0.csv are missing."},
		"an empty file": {func(t *testing.T, dir string) string { write(t, filepath.Join(dir, "tag_0_0.csv"), ""); return dir },
			"tag_0_0.csv is empty or no text; its first line should name its columns."},
		"one endless line": {func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "tag_0_0.csv"), strings.Repeat("x", 3<<20))
			return dir
		}, "tag_0_0.csv is empty or no text; its first line should name its columns."},
		"a column missing": {func(t *testing.T, dir string) string {
			edit(t, filepath.Join(dir, "person_0_0.csv"), "lastName", "surname")
			return dir
		}, "person_0_0.csv is no such table of an LDBC data set: its first line does not name the column lastName."},
		"no header": {func(t *testing.T, dir string) string {
			edit(t, filepath.Join(dir, "person_knows_person_0_0.csv"), "Person.id|Person.id|creationDate\n", "")
			return dir
		}, "person_knows_person_0_0.csv is no such table of an LDBC data set: its first line should begin with Person.id|Person.id|creationDate."},
		"members without a header": {func(t *testing.T, dir string) string {
			edit(t, filepath.Join(dir, "forum_hasMember_person_0_0.csv"), "joinDate", "when")
			return dir
		}, "forum_hasMember_person_0_0.csv is no such table of an LDBC data set: its first line should begin with Forum.id|Person.id|joinDate."},
		"parts that differ": {func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "person_1_0.csv"), person+"|more\n")
			return dir
		}, "person_1_0.csv has other columns than person_0_0.csv; they are no parts of one table."},
	} {
		t.Run(name, func(t *testing.T) {
			dir := c.spoil(t, unpack(t, "flat"))
			_, err := ldbc.Open(dir, now)
			if got, want := fault.Text(err), strings.ReplaceAll(c.want, "DIR", dir); got != want || !fault.Is(err, fault.Invalid) {
				t.Errorf("%v\n got %s\nwant %s", err, got, want)
			}
		})
	}
	dir := unpack(t, "flat")
	edit(t, filepath.Join(dir, "person_0_0.csv"), "100|Mira", "x|Mira")
	for _, id := range []string{"101", "102", "103"} {
		edit(t, filepath.Join(dir, "person_0_0.csv"), "\n"+id+"|", "\nx"+id+"|")
	}
	if _, err := open(t, dir).ID(); !strings.Contains(fault.Text(err), "names no person") {
		t.Errorf("a set without a person: %v", err)
	}
}

func TestASetIsKnownAgain(t *testing.T) {
	id := func(dir string) string {
		id, err := open(t, dir).ID()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	dir := unpack(t, "flat")
	was := id(dir)
	edit(t, filepath.Join(dir, "person_0_0.csv"), "Solheim", "Solheim-Dahl")
	write(t, filepath.Join(dir, "person_1_0.csv"), "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email\nbroken\n")
	if got := id(dir); got != was {
		t.Errorf("a row put right made another set of it: %s, was %s", got, was)
	}
	edit(t, filepath.Join(dir, "person_0_0.csv"), "1262426400123", "1262426400124")
	if got := id(dir); got == was {
		t.Error("a set whose first person joined at another time has the same name")
	}
}

func TestSumTellsWhetherACommunityChanged(t *testing.T) {
	dir := unpack(t, "flat")
	sum := func() string {
		s, err := open(t, dir).Sum()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	was := sum()
	edit(t, filepath.Join(dir, "post_hasCreator_person_0_0.csv"), "501|102", "501|101")
	if sum() != was {
		t.Error("a post changed the community")
	}
	edit(t, filepath.Join(dir, "tag_0_0.csv"), "|Bread", "|Rye")
	if sum() == was {
		t.Error("a tag did not change the community")
	}
}
