package ldbc

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
)

// Set is one data set in a folder whose tables are all there with their headers.
// It is not safe for concurrent use.
type Set struct {
	Dir     string
	latest  time.Time // what happened cannot have happened later
	tables  map[string]*table
	digests map[string]digest
}

// table is one table, in one file or in several parts.
type table struct {
	name  string
	parts []string // paths
	cols  []string // the header of the first part
}

func (t *table) col(name string) int { return slices.Index(t.cols, name) }

// The tables that are entities, and the columns that they must have.
var entities = map[string][]string{
	"place":        {"id", "name", "url", "type"},
	"organisation": {"id", "type", "name", "url"},
	"tag":          {"id", "name", "url"},
	"person":       {"id", "firstName", "lastName", "gender", "birthday", "creationDate", "locationIP", "browserUsed"},
	"forum":        {"id", "title", "creationDate"},
}

// The tables that relate two things, by position, since a header may name the
// same column twice.
var relations = map[string][]string{
	"person_hasInterest_tag":      {"Person.id", "Tag.id"},
	"person_studyAt_organisation": {"Person.id", "Organisation.id", "classYear"},
	"person_workAt_organisation":  {"Person.id", "Organisation.id", "workFrom"},
	"person_knows_person":         {"Person.id", "Person.id", "creationDate"},
}

// mayLack are relations that a set may come without.
var mayLack = map[string][]string{
	"forum_hasMember_person": {"Forum.id", "Person.id", "joinDate"},
}

// merged are the relations that are a column of a table or a table of their own.
var merged = []struct {
	table, column, alone string
	cols                 []string
}{
	{"place", "isPartOf", "place_isPartOf_place", []string{"Place.id", "Place.id"}},
	{"organisation", "place", "organisation_isLocatedIn_place", []string{"Organisation.id", "Place.id"}},
	{"person", "place", "person_isLocatedIn_place", []string{"Person.id", "Place.id"}},
	{"person", "language", "person_speaks_language", []string{"Person.id", "language"}},
	{"person", "email", "person_email_emailaddress", []string{"Person.id", "email"}},
	{"forum", "moderator", "forum_hasModerator_person", []string{"Forum.id", "Person.id"}},
}

// Open looks at a folder and makes sure that every table a community needs is
// there with its header, and reads no further. now bounds the dates that can be.
// What is missing or wrong is one sentence, a fault.Error of kind Invalid.
func Open(dir string, now time.Time) (*Set, error) {
	folders, err := foldersOf(dir)
	if err != nil {
		return nil, err
	}
	s := &Set{Dir: dir, latest: now.Add(24 * time.Hour), tables: map[string]*table{}, digests: map[string]digest{}}
	for _, f := range folders {
		if err := s.find(f); err != nil {
			return nil, err
		}
	}
	if s.tables["person"] == nil {
		return nil, invalid("The folder %s holds no LDBC data set: there is no person_0_0.csv in it, nor in a folder dynamic inside it.", dir)
	}
	return s, s.check()
}

// foldersOf returns the folders that the tables may lie in.
func foldersOf(dir string) ([]string, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, invalid("There is no folder %s.", dir)
	case err != nil:
		return nil, unreadable(dir, err)
	case !info.IsDir():
		return nil, invalid("%s is a file; a data set is a folder with tables in it.", dir)
	}
	out := []string{dir}
	for _, sub := range []string{"static", "dynamic"} {
		if info, err := os.Stat(filepath.Join(dir, sub)); err == nil && info.IsDir() {
			out = append(out, filepath.Join(dir, sub))
		}
	}
	return out, nil
}

// part is the name of a table's file: the generator numbers its writers.
var part = regexp.MustCompile(`^([A-Za-z_]+?)_(\d+)_(\d+)\.csv$`)

func (s *Set) find(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return unreadable(dir, err)
	}
	for _, f := range files {
		m := part.FindStringSubmatch(f.Name())
		if m == nil || f.IsDir() {
			continue
		}
		t := s.tables[m[1]]
		if t == nil {
			t = &table{name: m[1]}
			s.tables[m[1]] = t
		}
		t.parts = append(t.parts, filepath.Join(dir, f.Name()))
	}
	for _, t := range s.tables {
		slices.SortFunc(t.parts, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(filepath.Base(a)), len(filepath.Base(b))), cmp.Compare(a, b))
		})
	}
	return nil
}

// check holds the tables against what a community needs: first that all are
// there, then their headers.
func (s *Set) check() error {
	named, placed, err := s.needs()
	if err != nil {
		return err
	}
	var missing []string
	for name := range placed {
		if s.tables[name] == nil {
			missing = append(missing, name+"_0_0.csv")
		}
	}
	for name := range named {
		if s.tables[name] == nil {
			missing = append(missing, name+"_0_0.csv")
		}
	}
	if len(missing) > 0 {
		return s.incomplete(missing)
	}
	for name, cols := range placed {
		if err := s.header(name, cols, true); err != nil {
			return err
		}
	}
	for name, cols := range mayLack {
		if s.tables[name] != nil {
			if err := s.header(name, cols, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// needs returns the tables this layout must have, those with named columns,
// whose headers it has read and checked, and those with placed ones.
func (s *Set) needs() (named, placed map[string][]string, err error) {
	placed = map[string][]string{}
	for name, cols := range relations {
		placed[name] = cols
	}
	for _, name := range slices.Sorted(maps.Keys(entities)) {
		if s.tables[name] == nil {
			continue // reported with the others that are missing
		}
		if err := s.header(name, entities[name], false); err != nil {
			return nil, nil, err
		}
	}
	for _, m := range merged {
		if t := s.tables[m.table]; t != nil && t.col(m.column) < 0 {
			placed[m.alone] = m.cols
		}
	}
	return entities, placed, nil
}

func (s *Set) incomplete(missing []string) error {
	slices.Sort(missing)
	if len(missing) == 1 {
		return invalid("The data set in %s is incomplete: %s is missing.", s.Dir, missing[0])
	}
	last := len(missing) - 1
	return invalid("The data set in %s is incomplete: %s and %s are missing.", s.Dir, strings.Join(missing[:last], ", "), missing[last])
}

// header reads the header of every part and makes sure that the columns are
// there: in these places, or by name wherever they stand.
func (s *Set) header(name string, cols []string, placed bool) error {
	t := s.tables[name]
	for i, path := range t.parts {
		have, err := readHeader(path)
		if err != nil {
			return err
		}
		if i == 0 {
			t.cols = have
		}
		if !slices.Equal(have, t.cols) {
			return invalid("%s has other columns than %s; they are no parts of one table.", filepath.Base(path), filepath.Base(t.parts[0]))
		}
		if placed && (len(have) < len(cols) || !slices.Equal(have[:len(cols)], cols)) {
			return invalid("%s is no such table of an LDBC data set: its first line should begin with %s.", filepath.Base(path), strings.Join(cols, "|"))
		}
		for _, c := range cols {
			if !slices.Contains(have, c) {
				return invalid("%s is no such table of an LDBC data set: its first line does not name the column %s.", filepath.Base(path), c)
			}
		}
	}
	return nil
}

func readHeader(path string) ([]string, error) {
	r, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	line, long, err := r.next()
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, unreadable(path, err)
	case long || line == "":
		return nil, invalid("%s is empty or no text; its first line should name its columns.", filepath.Base(path))
	}
	return strings.Split(strings.TrimPrefix(line, "\ufeff"), "|"), nil
}

func invalid(format string, args ...any) error {
	e := fault.New(fault.Invalid, format, args...)
	e.Field = "dir"
	return e
}

// unreadable says which file the machine does not give, and why.
func unreadable(path string, err error) error {
	var pe *fs.PathError
	why := err
	if errors.As(err, &pe) {
		why = pe.Err
	}
	return &fault.Error{Kind: fault.Unavailable, Field: "dir", Text: path + " cannot be read: " + why.Error() + ".", Err: err}
}
