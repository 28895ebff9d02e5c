// Package answers holds Guildhall against known answers: it imports a data set
// into a fresh database, asks Guildhall's own services, as a named system viewer,
// the questions that the LDBC SNB data set comes with answers to, and compares
// row by row. It owns the reading of the answers and the translation of each
// question into what the services are asked; it computes nothing that a page
// would not get from them.
package answers

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"guildhall/internal/fault"
)

// Options say what to compare and where. Only Set is needed.
type Options struct {
	Set      string    // folder of the data set
	Expected string    // folder of the answers; expected in the set when empty
	Database string    // an empty PostgreSQL database; a temporary SQLite file when empty
	Out      io.Writer // gets the report; nil drops it
}

// Query is how one kind of question went.
type Query struct {
	Name         string
	Own          string // what of the answer are words of the set's own, which Guildhall does not keep
	Right, Total int
	Misses       []Miss // the first few
}

// Miss is one wrong answer.
type Miss struct {
	Where     string // file and line of the known answer
	Params    string
	Want, Got []string // rows
}

// Result is how all questions went.
type Result struct {
	Queries []Query
	Unasked []string // questions with known answers that Guildhall cannot answer yet
}

// Right is the number of right answers.
func (r Result) Right() (n int) {
	for _, q := range r.Queries {
		n += q.Right
	}
	return n
}

// Total is the number of questions asked.
func (r Result) Total() (n int) {
	for _, q := range r.Queries {
		n += q.Total
	}
	return n
}

// keptMisses is how many wrong answers of a query are shown.
const keptMisses = 3

// Run compares and reports. A wrong answer is an error, after the report.
func Run(ctx context.Context, opt Options) error {
	if opt.Out == nil {
		opt.Out = io.Discard
	}
	r, err := Compare(ctx, opt)
	if err != nil {
		return err
	}
	if err := r.WriteText(opt.Out); err != nil {
		return err
	}
	if r.Right() != r.Total() {
		return fault.New(fault.Conflict, "%d of %d answers are wrong.", r.Total()-r.Right(), r.Total())
	}
	return nil
}

// Compare reads the known answers, imports the set and asks. Errors are faults
// with one sentence where the folders are to blame; a wrong answer is none.
func Compare(ctx context.Context, opt Options) (Result, error) {
	if opt.Expected == "" {
		opt.Expected = filepath.Join(opt.Set, "expected")
	}
	known, unasked, err := readKnown(opt.Expected)
	if err != nil {
		return Result{}, err
	}
	h, err := openHouse(ctx, opt)
	if err != nil {
		return Result{}, err
	}
	defer h.close()
	r := Result{Unasked: unasked}
	for _, q := range queries {
		if ks := known[q.name]; len(ks) > 0 {
			asked, err := h.ask(ctx, q, ks)
			if err != nil {
				return r, err
			}
			r.Queries = append(r.Queries, asked)
		}
	}
	return r, nil
}

// ask asks one kind of question as often as there are known answers.
func (h *house) ask(ctx context.Context, q query, known []question) (Query, error) {
	out := Query{Name: q.name, Own: q.own, Total: len(known)}
	for _, k := range known {
		rows, err := q.answer(h, ctx, k.params)
		if err != nil {
			return out, fmt.Errorf("%s of %s: %w", q.name, k.where, err)
		}
		got := make([]string, len(rows))
		for i, r := range rows {
			got[i] = strings.Join(r, " | ")
		}
		switch {
		case slices.Equal(got, k.want):
			out.Right++
		case len(out.Misses) < keptMisses:
			out.Misses = append(out.Misses, Miss{Where: k.where, Params: k.params.String(), Want: k.want, Got: got})
		}
	}
	return out, nil
}

// WriteText writes right and total of every query, the first wrong answers, and
// as the last line the sum.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, q := range r.Queries {
		fmt.Fprintf(&b, "%-5s %4d of %4d right", q.Name, q.Right, q.Total)
		if q.Own != "" {
			fmt.Fprintf(&b, "   the set's own words: %s", q.Own)
		}
		b.WriteByte('\n')
	}
	for _, q := range r.Queries {
		for _, m := range q.Misses {
			fmt.Fprintf(&b, "\n%s %s: %s\n", q.Name, m.Where, m.Params)
			writeDifference(&b, m)
		}
	}
	if len(r.Unasked) > 0 {
		fmt.Fprintf(&b, "Not asked, since they need posts, comments or birthdays: %s\n", strings.Join(r.Unasked, ", "))
	}
	fmt.Fprintf(&b, "%d of %d right\n", r.Right(), r.Total())
	_, err := io.WriteString(w, b.String())
	return err
}

// writeDifference shows the rows from the first that differs on, a few of each.
func writeDifference(b *strings.Builder, m Miss) {
	const shown = 3
	same := 0
	for same < min(len(m.Want), len(m.Got)) && m.Want[same] == m.Got[same] {
		same++
	}
	fmt.Fprintf(b, "  %d rows wanted, %d got, the first %d are right\n", len(m.Want), len(m.Got), same)
	for _, part := range []struct {
		word string
		rows []string
	}{{"want", m.Want[same:]}, {"got ", m.Got[same:]}} {
		for _, row := range part.rows[:min(shown, len(part.rows))] {
			fmt.Fprintf(b, "  %s %s\n", part.word, row)
		}
	}
}
