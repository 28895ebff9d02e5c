package transfer_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/transfer"
	"guildhall/internal/transfer/ldbc"
)

// golden is what the made-up community looks like in the tables.
func golden(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "told.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func importInto(t testing.TB, d *db.DB, opt transfer.Options) transfer.Report {
	t.Helper()
	rep, err := service(d).Import(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Complete {
		t.Error("an import without an error is not complete")
	}
	return rep
}

func TestACommunityComesInFromBothLayouts(t *testing.T) {
	for _, layout := range []string{"flat", "split"} {
		t.Run(layout, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				rep := importInto(t, d, transfer.Options{Dir: unpack(t, layout)})
				if d := cmp.Diff(golden(t), told(t, d)); d != "" {
					t.Errorf("-want +got:\n%s", d)
				}
				want := "[{places 4 4 0 0 0} {organisations 3 3 0 0 0} {tags 2 2 0 0 0} {persons 4 4 0 0 0} {languages 5 5 0 0 0} {interests 4 4 0 0 0} " +
					"{studies 2 2 0 0 0} {jobs 3 3 0 0 0} {addresses 4 4 0 0 0} {forums 2 2 0 0 0} {memberships 2 2 0 0 0} {connections 2 2 0 0 0}]"
				if got := fmt.Sprint(rep.Steps); got != want {
					t.Errorf("steps %s\n want %s", got, want)
				}
			})
		})
	}
}

func TestASecondRunChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "flat")
		first := importInto(t, d, transfer.Options{Dir: dir})
		was := dump(t, d)
		// Not even from another folder, and not with another preset.
		second := importInto(t, d, transfer.Options{Dir: unpack(t, "flat"), Preset: access.OpenPublic})
		unchanged(t, d, was)
		if second.New() != 0 || second.Source != first.Source {
			t.Errorf("second run: %d new, source %s, was %s", second.New(), second.Source, first.Source)
		}
		for i, s := range second.Steps {
			if s.Already != first.Steps[i].New || s.Read != first.Steps[i].Read {
				t.Errorf("second run %+v, first %+v", s, first.Steps[i])
			}
		}
		var b bytes.Buffer
		if err := second.WriteText(&b); err != nil || !strings.HasSuffix(b.String(), "\n0 new, 0 left out.\n") {
			t.Errorf("%v: %s", err, b.String())
		}
	})
}

func TestADryRunWritesNothingAndCountsTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := spoiled(t)
		was := dump(t, d)
		dry := importInto(t, d, transfer.Options{Dir: dir, DryRun: true})
		unchanged(t, d, was)
		wet := importInto(t, d, transfer.Options{Dir: dir})
		if d := cmp.Diff(wet.Steps, dry.Steps); d != "" {
			t.Errorf("-import +dry run:\n%s", d)
		}
		if d := cmp.Diff(wet.Rows, dry.Rows); d != "" {
			t.Errorf("-import +dry run:\n%s", d)
		}
		was = dump(t, d)
		edit(t, filepath.Join(dir, "person_knows_person_0_0.csv"), "101|102|0", "101|102|1262685600000")
		if again := importInto(t, d, transfer.Options{Dir: dir, DryRun: true}); again.New() != 1 {
			t.Errorf("a dry run after the import and one row put right finds %d new: %+v", again.New(), again.Steps)
		}
		unchanged(t, d, was)
		var b bytes.Buffer
		if err := dry.WriteText(&b); err != nil || !strings.Contains(b.String(), "This was a dry run:") {
			t.Errorf("%v: %s", err, b.String())
		}
	})
}

// spoilt is one bad row: in a file of the flat layout, a text and what becomes
// of it, and what the report says.
var spoilt = []struct{ file, old, new, want string }{
	{"place_0_0.csv", "4|Vinterby|", "4||", "place_0_0.csv line 5: an empty name: place"},
	{"place_isPartOf_place_0_0.csv", "3|1", "3|77", "place_0_0.csv line 2: an unknown id: lies in place 77 (in part)"},
	{"place_isPartOf_place_0_0.csv", "4|1", "4|1|1", "place_isPartOf_place_0_0.csv line 4: wrong number of columns: 3 instead of 2"},
	{"organisation_0_0.csv", "11|company|Kestrel_Lines", "11|company|" + strings.Repeat("K", 151), "organisation_0_0.csv line 3: a text that cannot be kept: This has 151 characters; at most 150 fit."},
	{"organisation_isLocatedIn_place_0_0.csv", "10|1", "10|66", "organisation_0_0.csv line 2: an unknown id: place 66 (in part)"},
	{"tag_0_0.csv", "31|Bread", "30|Bread", "tag_0_0.csv line 3: a duplicate: tag 30"},
	{"person_0_0.csv", "103|Jun|Li", "103| | ", "person_0_0.csv line 5: an empty name: person 103"},
	{"person_0_0.csv", "||jun@example.org", "||jun@example.org\n104|Ed\xff|Vik|male|0|1262685600000|192.0.2.5|Opera||\n105|E\u202ed|Vik|male|0|1262685600000|192.0.2.5|Opera||", "person_0_0.csv line 6: a text that cannot be kept: person 104: This text arrived damaged."},
	{"person_0_0.csv", "1262599200000", "-99", "person_0_0.csv line 4: a date that cannot be: person 102 joined (in part)"},
	{"person_0_0.csv", "|nb;en|", "|nb;nb;xx;en|", "person_0_0.csv line 2: a duplicate: person 100 and Norwegian Bokmål"},
	{"person_0_0.csv", "tome@example.org", "nowhere", "person_0_0.csv line 3: a text that cannot be kept: an address of person 101"},
	{"person_hasInterest_tag_0_0.csv", "101|30", "101|30\n101|30", "person_hasInterest_tag_0_0.csv line 5: a duplicate: 101 and 30"},
	{"person_studyAt_organisation_0_0.csv", "101|20|2006", "101|10|2006", "person_studyAt_organisation_0_0.csv line 3: an unknown type: organisation 10 is for working"},
	{"person_workAt_organisation_0_0.csv", "100|10|2007", "100|10|0", "person_workAt_organisation_0_0.csv line 2: a date that cannot be: the year \"0\""},
	{"forum_hasModerator_person_0_0.csv", "41|102", "41|555", "forum_0_0.csv line 3: an unknown id: moderator 555 (in part)"},
	{"forum_hasMember_person_0_0.csv", "41|100", "44|100", "forum_hasMember_person_0_0.csv line 3: an unknown id: forum 44"},
	{"person_knows_person_0_0.csv", "101|102|1262685600000", "101|102|0\n100|100|1262599200456\n101|100|1262599200456\n101|103|1262599200456", "person_knows_person_0_0.csv line 4: a person who knows themselves: person 100"},
}

// and these stand beside them or follow from rows that were left out.
var follows = []string{
	"person_knows_person_0_0.csv line 3: a date that cannot be: \"0\"",
	"person_0_0.csv line 3: an unknown id: place 4 (in part)",
	"person_0_0.csv line 7: a text that cannot be kept: person 105: This has a hidden character in it that turns the direction of writing.",
	"person_0_0.csv line 2: a text that cannot be kept: \"xx\" is no code of a language",
	"person_0_0.csv line 5: an unknown id: person 103",
	"organisation_0_0.csv line 4: an unknown id: place 4 (in part)",
	"person_hasInterest_tag_0_0.csv line 3: an unknown id: tag 31",
	"person_hasInterest_tag_0_0.csv line 6: an unknown id: person 103",
	"person_workAt_organisation_0_0.csv line 4: an unknown id: organisation 11",
	"person_knows_person_0_0.csv line 5: a duplicate: 100 and 101",
	"person_knows_person_0_0.csv line 6: an unknown id: person 103",
}

func spoiled(t testing.TB) string {
	t.Helper()
	dir := unpack(t, "flat")
	for _, s := range spoilt {
		edit(t, filepath.Join(dir, s.file), s.old, s.new)
	}
	return dir
}

func TestEveryRowLeftOutIsNamed(t *testing.T) {
	var rows bytes.Buffer
	rep := importInto(t, dbtest.SQLite(t), transfer.Options{Dir: spoiled(t), Rows: &rows})
	want := map[string]bool{}
	for _, s := range spoilt {
		want[s.want] = true
	}
	for _, s := range follows {
		want[s] = true
	}
	got := map[string]bool{}
	skipped, partly := 0, 0
	for _, r := range rep.Rows {
		line := r.Error()
		if r.Partly {
			line += " (in part)"
			partly++
		} else {
			skipped++
		}
		got[line] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if len(got) != len(rep.Rows) {
		t.Errorf("some rows are named twice: %v", rep.Rows)
	}
	counted, inPart := 0, 0
	for _, s := range rep.Steps {
		if s.Read != s.New+s.Already+s.Skipped {
			t.Errorf("%+v does not add up", s)
		}
		counted += s.Skipped
		inPart += s.Partly
	}
	if counted != skipped || inPart != partly {
		t.Errorf("counted %d and %d in part, named %d and %d", counted, inPart, skipped, partly)
	}
	lines, err := csv.NewReader(&rows).ReadAll()
	if err != nil || len(lines) != len(rep.Rows)+1 {
		t.Errorf("%d lines of CSV for %d rows, %v", len(lines), len(rep.Rows), err)
	}
	if d := cmp.Diff([]string{"place_isPartOf_place_0_0.csv", "4", "wrong number of columns", "3 instead of 2", "no"}, lines[1]); d != "" {
		t.Errorf("first line of CSV:\n%s", d)
	}
}

// A set whose broken rows were put right adds just those: in the end it looks as
// if it had been right at once.
func TestRowsPutRightAreAdded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "split")
		for _, s := range [][3]string{
			{"static/tag_0_0.csv", "31|Bread", "31|"},
			{"static/organisation_0_0.csv", "11|company|Kestrel_Lines", "11|bakery|Kestrel_Lines"},
			{"dynamic/person_0_0.csv", "101|Tomé André|da Silva", "101||"},
			{"dynamic/person_knows_person_0_0.csv", "100|101|2010-01-04T10:00:00.456+0000", "100|101|9999-01-04T10:00:00.456+0000"},
			{"dynamic/forum_0_0.csv", "40|Wall of Mira Solheim", "40|"},
		} {
			edit(t, filepath.Join(dir, s[0]), s[1], s[2])
		}
		first := importInto(t, d, transfer.Options{Dir: dir})
		second := importInto(t, d, transfer.Options{Dir: unpack(t, "split")})
		want := strings.Replace(golden(t), "## logins", "transfer.imported 7 0 0 0\n## logins", 1) // told twice
		if d := cmp.Diff(want, told(t, d)); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
		if first.Source != second.Source || first.New()+second.New() != 37 {
			t.Errorf("%s %d new, then %s %d new", first.Source, first.New(), second.Source, second.New())
		}
	})
}

func TestABrokenFolderWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := unpack(t, "flat")
		if err := os.Remove(filepath.Join(dir, "person_knows_person_0_0.csv")); err != nil {
			t.Fatal(err)
		}
		was := dump(t, d)
		rep, err := service(d).Import(ctx, transfer.Options{Dir: dir})
		if want := "The data set in " + dir + " is incomplete: person_knows_person_0_0.csv is missing."; fault.Text(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
		unchanged(t, d, was)
		var b bytes.Buffer
		if err := rep.WriteText(&b); err != nil || b.Len() > 0 || rep.Complete {
			t.Errorf("beside the sentence it says %q, %v", b.String(), err)
		}
	})
}

// full is a disk with no room for the report.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAListOfRowsThatCannotBeWrittenIsAnError(t *testing.T) {
	_, err := service(dbtest.SQLite(t)).Import(ctx, transfer.Options{Dir: spoiled(t), Rows: full{}})
	if err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("%v", err)
	}
}

func TestTheReportKeepsAThousandRowsOfAReason(t *testing.T) {
	dir := unpack(t, "flat")
	path := filepath.Join(dir, "person_hasInterest_tag_0_0.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, strings.Repeat("100|99\n", 1500)...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var rows, report bytes.Buffer
	rep := importInto(t, dbtest.SQLite(t), transfer.Options{Dir: dir, Rows: &rows})
	if len(rep.Rows) != 1000 || rep.Counts[ldbc.UnknownID] != 1500 || strings.Count(rows.String(), "\n") != 1501 {
		t.Errorf("%d kept, %d counted, %d lines", len(rep.Rows), rep.Counts[ldbc.UnknownID], strings.Count(rows.String(), "\n"))
	}
	if err := rep.WriteText(&report); err != nil || !strings.Contains(report.String(), "an unknown id: 1,500\n") || !strings.Contains(report.String(), "  and 1,480 more\n") {
		t.Errorf("%v: %s", err, report.String())
	}
}
