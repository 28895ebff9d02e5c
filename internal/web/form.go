package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"guildhall/internal/fault"
	"guildhall/internal/id"
)

// Form is what was typed into a form, read with limits. Every reader returns what
// was typed even where it can't be taken, so that the page can show it again, and
// remembers the complaint: Err has them all.
type Form struct {
	values url.Values
	errs   fault.FieldErrors
}

// Fields reads the request's form. A body beyond the limit is an Invalid fault.
func (r *Request) Fields() (*Form, error) {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(MaxUpload)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return nil, tooLarge(err)
	}
	return &Form{values: r.PostForm}, nil
}

// tooLarge turns a body beyond its limit, or a broken one, into words.
func tooLarge(err error) error {
	var max *http.MaxBytesError
	if errors.As(err, &max) {
		return &fault.Error{Kind: fault.Invalid, Text: fmt.Sprintf("That is more than fits into one go: at most %s. Nothing was changed; your browser's back button brings back what you typed.", size(max.Limit)), Err: err}
	}
	return &fault.Error{Kind: fault.Invalid, Text: "The form did not arrive whole. Please send it again.", Err: err}
}

func size(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatInt(n>>20, 10) + " MB"
	}
	return strconv.FormatInt(n>>10, 10) + " KB"
}

// Upload returns a file of the form, nil when none was chosen. The route must have
// Upload set; Fields is called first if it wasn't.
func (r *Request) Upload(name string) ([]byte, error) {
	if _, err := r.Fields(); err != nil {
		return nil, err
	}
	f, _, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, tooLarge(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, tooLarge(err)
	}
	return b, nil
}

// Get returns a field as it was typed: for passwords, and to show it again.
func (f *Form) Get(name string) string { return f.values.Get(name) }

// Has reports whether the field was sent.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// All returns every value of a field that was sent several times.
func (f *Form) All(name string) []string { return f.values[name] }

// Bool reports whether a checkbox was on.
func (f *Form) Bool(name string) bool { return f.Get(name) != "" }

// Fail remembers a complaint about a field.
func (f *Form) Fail(name, format string, args ...any) {
	f.errs = append(f.errs, fault.Field(name, format, args...))
}

// Err returns all complaints as one fault.FieldErrors, or nil.
func (f *Form) Err() error { return f.errs.Or() }

// Line reads one line of up to limit characters: trimmed, in normal form, line
// breaks as blanks.
func (f *Form) Line(name string, limit int) string {
	return f.limited(name, clean(f.Get(name), false), limit)
}

// Text is Line with line breaks kept.
func (f *Form) Text(name string, limit int) string {
	return f.limited(name, clean(f.Get(name), true), limit)
}

// Need is Line for a field that must not be empty; text is the complaint.
func (f *Form) Need(name string, limit int, text string) string {
	s := f.Line(name, limit)
	if s == "" {
		f.Fail(name, "%s", text)
	}
	return s
}

func (f *Form) limited(name, s string, limit int) string {
	if n := utf8.RuneCountInString(s); n > limit {
		f.Fail(name, "These are %d characters, and %d fit. Please shorten it a little.", n, limit)
	}
	return s
}

// clean makes typed text storable: valid, in normal form C, without control
// characters, trimmed.
func clean(s string, lines bool) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s)
	if !lines {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	s = strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// ID reads an id. ok is false for anything else; nothing is remembered.
func (f *Form) ID(name string) (int64, bool) { return id.Parse(f.Get(name)) }

// IDs reads up to limit ids of a field that was sent several times, each once;
// what is no id is left out.
func (f *Form) IDs(name string, limit int) []int64 {
	var list []int64
	seen := map[int64]bool{}
	for _, s := range f.values[name] {
		if n, ok := id.Parse(s); ok && !seen[n] && len(list) < limit {
			seen[n] = true
			list = append(list, n)
		}
	}
	return list
}

// Int reads a number from lo to hi; what is none is a complaint.
func (f *Form) Int(name string, lo, hi int) int {
	n, err := strconv.Atoi(strings.TrimSpace(f.Get(name)))
	if err != nil || n < lo || n > hi {
		f.Fail(name, "Please give a number from %d to %d.", lo, hi)
		return lo
	}
	return n
}

// Month reads a ui.MonthField as year×12 + (month−1). An empty year is 0, unknown;
// a year without a month is its January.
func (f *Form) Month(name string) int32 {
	year := strings.TrimSpace(f.Get(name + "-year"))
	month := f.Get(name + "-month")
	if year == "" {
		if month != "" {
			f.Fail(name, "Please give the year too.")
		}
		return 0
	}
	y, err := strconv.Atoi(year)
	if err != nil || y < 1900 || y > 2200 {
		f.Fail(name, "Please give a year such as 2019.")
		return 0
	}
	m := 1
	if month != "" {
		if m, err = strconv.Atoi(month); err != nil || m < 1 || m > 12 {
			f.Fail(name, "Please choose a month.")
			return 0
		}
	}
	return int32(y*12 + m - 1)
}
