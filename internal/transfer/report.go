package transfer

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"guildhall/internal/transfer/ldbc"
)

// Step is what became of one step's rows: Read = New + Already + Skipped.
// Partly counts those among the taken that came without some part.
type Step struct {
	Name                                string
	Read, New, Already, Skipped, Partly int
}

// Row is one row that was left out, or taken without a part.
type Row struct {
	ldbc.Bad
	Partly bool
}

// Report is what an import did, or on a dry run would do.
type Report struct {
	Dir    string
	Source string // as in external_ids
	Dry    bool
	// Complete is false when the import stopped before its end.
	Complete bool
	Steps    []Step
	Rows     []Row               // the first keptRows of every reason, in the order read
	Counts   map[ldbc.Reason]int // all of them
	Later    []ldbc.Count        // comes with the feed
	Never    []ldbc.Count        // nothing is made of these
}

// keptRows is how many rows of a reason a report keeps in memory.
const keptRows = 1000

// shownRows is how many rows of a reason the text names.
const shownRows = 20

// New is how many rows were new in all steps.
func (r Report) New() (n int) {
	for _, s := range r.Steps {
		n += s.New
	}
	return n
}

// Skipped is how many rows were left out in all steps.
func (r Report) Skipped() (n int) {
	for _, s := range r.Steps {
		n += s.Skipped
	}
	return n
}

func (r *Report) note(bad ldbc.Bad, partly bool) {
	if r.Counts[bad.Reason]++; r.Counts[bad.Reason] <= keptRows {
		r.Rows = append(r.Rows, Row{bad, partly})
	}
}

// WriteText writes the report for a person at a terminal; nothing when nothing
// was read, since then the error says it all.
func (r Report) WriteText(w io.Writer) error {
	if len(r.Steps) == 0 {
		return nil
	}
	p := message.NewPrinter(language.English)
	var b strings.Builder
	p.Fprintf(&b, "%-15s %9s %9s %9s %9s\n", "", "read", "new", "already", "left out")
	for _, s := range r.Steps {
		p.Fprintf(&b, "%-15s %9d %9d %9d %9d\n", s.Name, s.Read, s.New, s.Already, s.Skipped)
	}
	r.writeRows(p, &b)
	writeCounts(p, &b, "Posts, comments and likes come with the feed later; this set has ", r.Later)
	writeCounts(p, &b, "Nothing is made of ", r.Never)
	b.WriteString("Imported addresses are shown on profiles; nothing is ever sent to them, and nobody can sign in with them.\n")
	switch {
	case !r.Complete && r.Dry:
		b.WriteString("The dry run stopped before its end; nothing was written.\n")
	case !r.Complete:
		p.Fprintf(&b, "The import stopped before its end, after %d new rows. Run it again and it goes on from there.\n", r.New())
	case r.Dry:
		p.Fprintf(&b, "This was a dry run: %d new rows would be written, and nothing was.\n", r.New())
	default:
		p.Fprintf(&b, "%d new, %d left out.\n", r.New(), r.Skipped())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) writeRows(p *message.Printer, b *strings.Builder) {
	var reasons []ldbc.Reason
	for reason := range r.Counts {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		p.Fprintf(b, "\n%s: %d\n", reason, r.Counts[reason])
		shown := 0
		for _, row := range r.Rows {
			if row.Reason != reason || shown == shownRows {
				continue
			}
			shown++
			fmt.Fprintf(b, "  %s line %d: %s%s\n", row.File, row.Line, row.Detail, without(row.Partly))
		}
		if more := r.Counts[reason] - shown; more > 0 {
			p.Fprintf(b, "  and %d more\n", more)
		}
	}
	b.WriteByte('\n')
}

func without(partly bool) string {
	if partly {
		return " (the rest of the row was taken)"
	}
	return ""
}

func writeCounts(p *message.Printer, b *strings.Builder, lead string, counts []ldbc.Count) {
	if len(counts) == 0 {
		return
	}
	var parts []string
	for _, c := range counts {
		parts = append(parts, p.Sprintf("%d %s", c.Rows, c.What))
	}
	b.WriteString(lead + strings.Join(parts, ", ") + ".\n")
}

// rowWriter writes every row that was left out, as it comes.
type rowWriter struct{ csv *csv.Writer }

func newRowWriter(w io.Writer) *rowWriter {
	if w == nil {
		return nil
	}
	rw := &rowWriter{csv.NewWriter(w)}
	rw.csv.Write([]string{"file", "line", "reason", "detail", "taken"}) // a failure stays with the writer
	return rw
}

func (rw *rowWriter) write(bad ldbc.Bad, partly bool) {
	if rw == nil {
		return
	}
	taken := "no"
	if partly {
		taken = "in part"
	}
	rw.csv.Write([]string{bad.File, strconv.Itoa(bad.Line), string(bad.Reason), bad.Detail, taken})
}

// close flushes and returns what failed on the way.
func (rw *rowWriter) close() error {
	if rw == nil {
		return nil
	}
	rw.csv.Flush()
	return rw.csv.Error()
}
