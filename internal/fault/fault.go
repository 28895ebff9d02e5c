// Package fault is the closed set of ways in which an act can fail, with a text
// for the member and a cause for the log. It knows nothing of HTTP or SQL: each
// face maps a Kind to its own status once.
package fault

import (
	"errors"
	"fmt"
)

// Kind says in which of seven ways something failed. The list is closed: what
// is none of the first six is Internal.
type Kind uint8

// The kinds. Stored or sent names never change.
const (
	Internal    Kind = iota // a defect or a broken machine; the text is never shown
	Invalid                 // what was typed cannot be taken; Field says where
	Missing                 // not there, or not for this viewer: the two look the same
	Conflict                // true a moment ago, no longer: somebody was faster
	Denied                  // visible, but not this member's to do
	TooMany                 // a limit; Text says which and when it ends
	Unavailable             // the machine cannot just now (disk full, database away)
)

var names = [...]string{"internal", "invalid", "missing", "conflict", "denied", "too_many", "unavailable"}

// String returns the kind's stable lower-case name.
func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

// Error is a failure with its kind. Text is for the member and complete as it
// stands; Err is for the log and never shown.
type Error struct {
	Kind  Kind
	Field string // form field, for Invalid; empty when the whole form is meant
	Text  string
	Err   error
}

// Error describes the failure for the log.
func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Field != "" {
		s += " " + e.Field
	}
	if e.Text != "" {
		s += ": " + e.Text
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes a failure of a kind with a text for the member.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// Field makes an Invalid failure that belongs to one form field.
func Field(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Text: fmt.Sprintf(format, args...)}
}

// NotFound is the answer for what is not there and for what this viewer may
// not see: byte for byte the same, so that neither gives the other away.
func NotFound() *Error {
	return &Error{Kind: Missing, Text: "There is nothing here, or it is not open to you."}
}

// Of returns the kind of err: Internal for every error that is not a fault.
// A nil error has no kind; asking for it returns Internal.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// Text returns what may be shown to the member for err: its own text, or a
// general sentence for defects.
func Text(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Text != "" && e.Kind != Internal {
		return e.Text
	}
	return "Something went wrong on our side. Nothing you typed is lost; please try again."
}

// FieldErrors is several Invalid failures of one form at once.
type FieldErrors []*Error

// Error lists the fields.
func (f FieldErrors) Error() string {
	s := "invalid form"
	for _, e := range f {
		s += "; " + e.Error()
	}
	return s
}

// Unwrap lets errors.As find the first field's failure.
func (f FieldErrors) Unwrap() []error {
	out := make([]error, len(f))
	for i, e := range f {
		out[i] = e
	}
	return out
}

// Or returns nil when no field failed, else f.
func (f FieldErrors) Or() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// ByField returns the texts by field name; nil when err carries none.
func ByField(err error) map[string]string {
	var fs FieldErrors
	if errors.As(err, &fs) {
		m := make(map[string]string, len(fs))
		for _, e := range fs {
			if _, ok := m[e.Field]; !ok {
				m[e.Field] = e.Text
			}
		}
		return m
	}
	var e *Error
	if errors.As(err, &e) && e.Kind == Invalid {
		return map[string]string{e.Field: e.Text}
	}
	return nil
}
