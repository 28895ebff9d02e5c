package ldbc_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildhall/internal/transfer/ldbc"
)

// cascade is what follows from a person that cannot be read.
const cascade = "\nperson_isLocatedIn_place_0_0.csv line 4: an unknown id: person 102"

// TestBadRowsAreNamedAndTheRestIsRead spoils one row of a kind and looks at what
// comes instead: its file, line and reason, and all the others unharmed.
func TestBadRowsAreNamedAndTheRestIsRead(t *testing.T) {
	for _, c := range []struct {
		layout, file, old, new string
		read                   func(*testing.T, *ldbc.Set) []string
		want                   string
		good                   int
	}{
		{"flat", "person_0_0.csv", "102|Ngozi", "one|Ngozi", persons, `person_0_0.csv line 4: no readable id: "one"` + cascade, 3},
		{"flat", "person_0_0.csv", "102|Ngozi", "-102|Ngozi", persons, `person_0_0.csv line 4: no readable id: "-102"` + cascade, 3},
		{"flat", "person_0_0.csv", "|Safari|", "|", persons, `person_0_0.csv line 4: wrong number of columns: 9 instead of 10` + cascade, 3},
		{"flat", "person_0_0.csv", "102|Ngozi", "102|" + strings.Repeat("n", 2<<20), persons, `person_0_0.csv line 4: a line that is too long: more than 1048576 bytes` + cascade, 3},
		{"flat", "person_isLocatedIn_place_0_0.csv", "101|4", "101|4\n101|3", persons, `person_isLocatedIn_place_0_0.csv line 4: a duplicate: 101 has one already`, 4},
		{"flat", "person_isLocatedIn_place_0_0.csv", "103|4", "103|4\n999|4", persons, `person_isLocatedIn_place_0_0.csv line 6: an unknown id: person 999`, 4},
		{"split", "dynamic/person_1_0.csv", "Safari|3", "Safari|three", persons, `person_1_0.csv line 2: no readable id: "three"`, 3},
		{"split", "dynamic/person_speaks_language_0_0.csv", "101|pt", "|pt", languages, `person_speaks_language_0_0.csv line 4: no readable id: ""`, 4},
		{"flat", "place_0_0.csv", "|continent", "|planet", places, `place_0_0.csv line 4: an unknown type: "planet"`, 3},
		{"flat", "organisation_0_0.csv", "20|university", "20|bakery", organisations, `organisation_0_0.csv line 4: an unknown type: "bakery"`, 2},
		{"flat", "person_studyAt_organisation_0_0.csv", "|2006", "|0", studies, `person_studyAt_organisation_0_0.csv line 3: a date that cannot be: the year "0"`, 1},
		{"flat", "person_studyAt_organisation_0_0.csv", "|2006", "|9999", studies, `person_studyAt_organisation_0_0.csv line 3: a date that cannot be: the year "9999"`, 1},
		{"flat", "person_workAt_organisation_0_0.csv", "|2009", "|later", jobs, `person_workAt_organisation_0_0.csv line 4: a date that cannot be: the year "later"`, 2},
		{"flat", "person_knows_person_0_0.csv", "101|102|1262685600000", "101|102|253402300799000", knows, `person_knows_person_0_0.csv line 3: a date that cannot be: "253402300799000"`, 1},
		{"split", "dynamic/person_knows_person_0_0.csv", "2010-01-05T10:00:00.000+0000", "0000-01-05T10:00:00.000+0000", knows, `person_knows_person_0_0.csv line 3: a date that cannot be: "0000-01-05T10:00:00.000+0000"`, 1},
		{"split", "dynamic/person_knows_person_0_0.csv", "2010-01-05T10:00:00.000+0000", "", knows, `person_knows_person_0_0.csv line 3: a date that cannot be: ""`, 1},
		{"flat", "person_knows_person_0_0.csv", "101|102|1262685600000", "101|102|0", knows, `person_knows_person_0_0.csv line 3: a date that cannot be: "0"`, 1},
		{"flat", "person_knows_person_0_0.csv", "101|102", "101|101", knows, `person_knows_person_0_0.csv line 3: a person who knows themselves: person 101`, 1},
		{"flat", "forum_hasMember_person_0_0.csv", "40|101|1262599200456", "40|101|99999999999999", memberships, `forum_hasMember_person_0_0.csv line 2: a date that cannot be: "99999999999999"`, 1},
		{"flat", "person_hasInterest_tag_0_0.csv", "101|30", "101|30|5", interests, `person_hasInterest_tag_0_0.csv line 4: wrong number of columns: 3 instead of 2`, 3},
	} {
		t.Run(c.want, func(t *testing.T) {
			dir := unpack(t, c.layout)
			edit(t, filepath.Join(dir, c.file), c.old, c.new)
			got := c.read(t, open(t, dir))
			good := 0
			var bad []string
			for _, line := range got {
				if strings.HasPrefix(line, "{") {
					good++
				} else {
					bad = append(bad, line)
				}
			}
			if d := cmp.Diff(strings.Split(c.want, "\n"), bad); d != "" || good != c.good {
				t.Errorf("%d good, want %d; bad (-want +got):\n%s", good, c.good, d)
			}
		})
	}
}

func persons(t *testing.T, s *ldbc.Set) []string       { return lines(t, s.Persons()) }
func languages(t *testing.T, s *ldbc.Set) []string     { return lines(t, s.Languages()) }
func places(t *testing.T, s *ldbc.Set) []string        { return lines(t, s.Places()) }
func organisations(t *testing.T, s *ldbc.Set) []string { return lines(t, s.Organisations()) }
func studies(t *testing.T, s *ldbc.Set) []string       { return lines(t, s.Studies()) }
func jobs(t *testing.T, s *ldbc.Set) []string          { return lines(t, s.Jobs()) }
func knows(t *testing.T, s *ldbc.Set) []string         { return lines(t, s.Knows()) }
func memberships(t *testing.T, s *ldbc.Set) []string   { return lines(t, s.Memberships()) }
func interests(t *testing.T, s *ldbc.Set) []string     { return lines(t, s.Interests()) }

func TestWindowsLineEndsAndAByteOrderMarkAreNoTrouble(t *testing.T) {
	dir := unpack(t, "flat")
	want := everything(t, open(t, dir))
	path := filepath.Join(dir, "tag_0_0.csv")
	write(t, path, "\ufeffid|name|url\r\n30|Tide_Tables|http://example.org/tag/Tide_Tables\r\n\r\n31|Bread|http://example.org/tag/Bread")
	if d := cmp.Diff(want, everything(t, open(t, dir))); d != "" {
		t.Errorf("-plain +windows:\n%s", d)
	}
	if n, err := open(t, dir).Rows("tag"); n != 3 || err != nil { // the empty line is one
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestAWildDateOfAPersonOrForumCostsOnlyTheDate(t *testing.T) {
	dir := unpack(t, "flat")
	edit(t, filepath.Join(dir, "person_0_0.csv"), "1262599200000", "-1")
	edit(t, filepath.Join(dir, "forum_0_0.csv"), "1262599300000", "99999999999999999999")
	none := 0
	for p, err := range open(t, dir).Persons() {
		if err != nil {
			t.Fatal(err)
		}
		if p.Created.IsZero() != (p.ID == 102) {
			t.Errorf("person %d joined %v", p.ID, p.Created)
		}
		none++
	}
	for f, err := range open(t, dir).Forums() {
		if err != nil {
			t.Fatal(err)
		}
		if f.Created.IsZero() != (f.ID == 41) {
			t.Errorf("forum %d began %v", f.ID, f.Created)
		}
		none++
	}
	if none != 6 {
		t.Errorf("%d rows", none)
	}
}

// A reader that is stopped stops reading: no iterator goes on after its end.
func TestReadingCanStopAnywhere(t *testing.T) {
	for _, layout := range []string{"flat", "split"} {
		s := open(t, unpack(t, layout))
		for range s.Places() {
			break
		}
		for range s.Languages() {
			break
		}
		for range s.Knows() {
			break
		}
		for range s.Forums() {
			break
		}
	}
}
