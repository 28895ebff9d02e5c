package answers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/fault"
)

// question is one question with its known answer, in the form that both kinds of
// files and our own answers are brought into: a row is its columns joined.
type question struct {
	where  string
	params params
	want   []string
}

// params are a question's parameters; numbers stay as written.
type params map[string]string

// String lists them by name.
func (p params) String() string {
	var parts []string
	for k, v := range p {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// id returns the first of some parameters that is there, as an id; -1 for none.
func (p params) id(names ...string) int64 {
	for _, n := range names {
		if id, err := strconv.ParseInt(p[n], 10, 64); err == nil {
			return id
		}
	}
	return -1
}

// limit returns how many rows are asked for.
func (p params) limit(otherwise int) int {
	if n, err := strconv.Atoi(p["limit"]); err == nil {
		return n
	}
	return otherwise
}

func (p *params) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var raw map[string]any
	if err := d.Decode(&raw); err != nil {
		return err
	}
	*p = params{}
	for k, v := range raw {
		(*p)[k] = fmt.Sprint(v)
	}
	return nil
}

// readKnown reads all known answers in a folder, in either kind of file, by
// query, and lists the queries that nobody here can answer.
func readKnown(dir string) (known map[string][]question, unasked []string, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, &fault.Error{Kind: fault.Invalid, Field: "expected", Text: "The folder of known answers, " + dir + ", cannot be read.", Err: err}
	}
	known = map[string][]question{}
	for _, f := range files {
		name, read := kindOf(f.Name())
		if read == nil {
			continue
		}
		if !slices.ContainsFunc(queries, func(q query) bool { return q.name == name }) {
			unasked = append(unasked, name)
			continue
		}
		qs, err := readFile(filepath.Join(dir, f.Name()), name, read)
		if err != nil {
			return nil, nil, err
		}
		known[name] = append(known[name], qs...)
	}
	if len(known) == 0 {
		return nil, nil, &fault.Error{Kind: fault.Invalid, Field: "expected", Text: "The folder " + dir + " holds no known answers: neither IC13.jsonl nor validation_params_ic13.csv or their like is in it."}
	}
	return known, unasked, nil
}

// kindOf tells the query that a file has answers of, and how to read its lines.
func kindOf(file string) (query string, read func(query string, line []byte) (question, error)) {
	if name, ok := strings.CutSuffix(file, ".jsonl"); ok {
		return name, readTable
	}
	if name, ok := strings.CutPrefix(file, "validation_params_ic"); ok && strings.HasSuffix(name, ".csv") {
		return "IC" + strings.TrimSuffix(name, ".csv"), readObjects
	}
	return "", nil
}

// maxLine is the longest line of known answers, in bytes.
const maxLine = 16 << 20

func readFile(path, name string, read func(string, []byte) (question, error)) ([]question, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []question
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		q, err := read(name, in.Bytes())
		where := fmt.Sprintf("%s line %d", filepath.Base(path), n)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Invalid, Field: "expected", Text: where + " is no known answer that can be read: " + err.Error() + ".", Err: err}
		}
		q.where = where
		out = append(out, q)
	}
	return out, in.Err()
}

// tableColumns are the columns that a table of answers must have, by query, and
// how each is read.
var tableColumns = map[string][]struct {
	name string
	read func(string) (string, error)
}{
	"IS1": {{"p_firstname", as}, {"p_lastname", as}, {"p_birthday", as}, {"p_locationip", as}, {"p_browserused", as}, {"p_placeid", as}, {"p_gender", as}, {"p_creationdate", stamp}},
	"IS3": {{"p_personid", as}, {"p_firstname", as}, {"p_lastname", as}, {"k_creationdate", stamp}},
	"IC1": {{"id", as}, {"p_lastname", as}, {"dist", as}, {"p_birthday", as}, {"p_creationdate", stamp}, {"p_gender", as}, {"p_browserused", as},
		{"p_locationip", as}, {"emails", array}, {"languages", array}, {"pl_name", as}, {"university", array}, {"company", array}},
	"IC10": {{"p_personid", as}, {"p_firstname", as}, {"p_lastname", as}, {"score", as}, {"p_gender", as}, {"pl_name", as}},
	"IC14": {{"path", steps}, {"score", number}},
	"IC11": {{"p_personid", as}, {"p_firstname", as}, {"p_lastname", as}, {"o_name", as}, {"pc_workfrom", as}},
	"IC13": {{"max", as}},
}

func as(s string) (string, error) { return s, nil }

// stamp reads the time format of PostgreSQL.
func stamp(s string) (string, error) {
	t, err := time.Parse("2006-01-02 15:04:05.999-07", s)
	return instant(t), err
}

// instant is how answers write a time: UTC, milliseconds.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// readTable reads a line that has an answer as a table of texts.
func readTable(name string, line []byte) (question, error) {
	var in struct {
		Query   string
		Params  params
		Columns []string
		Rows    [][]string
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return question{}, err
	}
	cols := tableColumns[name]
	if in.Query != name || len(in.Columns) != len(cols) {
		return question{}, fmt.Errorf("it answers %s with %d columns", in.Query, len(in.Columns))
	}
	q := question{params: in.Params, want: []string{}}
	for _, r := range in.Rows {
		row := make([]string, len(cols))
		for i, c := range cols {
			if in.Columns[i] != c.name || len(r) != len(cols) {
				return question{}, fmt.Errorf("column %d is not %s", i+1, c.name)
			}
			var err error
			if row[i], err = c.read(r[i]); err != nil {
				return question{}, fmt.Errorf("column %s: %w", c.name, err)
			}
		}
		q.want = append(q.want, strings.Join(row, " | "))
	}
	if name == "IC14" {
		q.want = reordered(q.want)
	}
	return q, nil
}

// organisation is a study or job in an answer of objects.
type organisation struct {
	OrganizationName string
	Year             int
	PlaceName        string
}

// friend is a row of IC1 in an answer of objects.
type friend struct {
	FriendId, FriendBirthday, FriendCreationDate                                      int64
	FriendLastName, FriendGender, FriendBrowserUsed, FriendLocationIp, FriendCityName string
	DistanceFromPerson                                                                int
	FriendEmails, FriendLanguages                                                     []string
	FriendUniversities, FriendCompanies                                               []organisation
}

func (f friend) row() []string {
	return []string{
		strconv.FormatInt(f.FriendId, 10), f.FriendLastName, strconv.Itoa(f.DistanceFromPerson), day(f.FriendBirthday), instant(time.UnixMilli(f.FriendCreationDate)),
		f.FriendGender, f.FriendBrowserUsed, f.FriendLocationIp, set(f.FriendEmails), set(f.FriendLanguages), f.FriendCityName, stays(f.FriendUniversities), stays(f.FriendCompanies),
	}
}

// day is how answers write a birthday, which comes in milliseconds.
func day(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.DateOnly) }

func stays(os []organisation) string {
	var out []string
	for _, o := range os {
		out = append(out, stay(o.OrganizationName, o.Year, o.PlaceName))
	}
	return set(out)
}

// stay is how answers write a study or job.
func stay(name string, year int, place string) string {
	return fmt.Sprintf("{%s,%d,%s}", name, year, place)
}

// stranger is a row of IC10 in an answer of objects.
type stranger struct {
	PersonId                                                      int64
	PersonFirstName, PersonLastName, PersonGender, PersonCityName string
	CommonInterestScore                                           int
}

// colleague is a row of IC11 in an answer of objects.
type colleague struct {
	PersonId                                          int64
	PersonFirstName, PersonLastName, OrganizationName string
	OrganizationWorkFromYear                          int
}

// readObjects reads a line that has the parameters and the answer as JSON, with
// a bar between them.
func readObjects(name string, line []byte) (question, error) {
	var q question
	d := json.NewDecoder(bytes.NewReader(line))
	if err := d.Decode(&q.params); err != nil {
		return q, err
	}
	rest := line[d.InputOffset():]
	if len(rest) == 0 || rest[0] != '|' {
		return q, io.ErrUnexpectedEOF
	}
	rows, err := objectRows(name, rest[1:])
	q.want = []string{}
	for _, r := range rows {
		q.want = append(q.want, strings.Join(r, " | "))
	}
	return q, err
}

func objectRows(name string, answer []byte) (rows [][]string, err error) {
	switch name {
	case "IC1":
		var fs []friend
		err = json.Unmarshal(answer, &fs)
		for _, f := range fs {
			rows = append(rows, f.row())
		}
	case "IC10":
		var ss []stranger
		err = json.Unmarshal(answer, &ss)
		for _, s := range ss {
			rows = append(rows, []string{strconv.FormatInt(s.PersonId, 10), s.PersonFirstName, s.PersonLastName, strconv.Itoa(s.CommonInterestScore), s.PersonGender, s.PersonCityName})
		}
	case "IC14":
		var ps []struct {
			PersonIdsInPath []int64
			PathWeight      float64
		}
		err = json.Unmarshal(answer, &ps)
		var all []way
		for _, p := range ps {
			all = append(all, way{p.PersonIdsInPath, p.PathWeight})
		}
		rows = inOrder(all)
	case "IC11":
		var cs []colleague
		err = json.Unmarshal(answer, &cs)
		for _, c := range cs {
			rows = append(rows, []string{strconv.FormatInt(c.PersonId, 10), c.PersonFirstName, c.PersonLastName, c.OrganizationName, strconv.Itoa(c.OrganizationWorkFromYear)})
		}
	case "IC13":
		var path struct{ ShortestPathLength *int }
		if err = json.Unmarshal(answer, &path); err == nil && path.ShortestPathLength == nil {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			rows = [][]string{{strconv.Itoa(*path.ShortestPathLength)}}
		}
	default:
		err = fmt.Errorf("answers of %s are not known in this form", name)
	}
	return rows, err
}
