// Package ldbc reads a community in the files of the LDBC Social Network
// Benchmark's generator: tables of text with a header, columns parted by |. It
// owns the file format and nothing else: it knows no member, no entity and no
// database, and it never holds a table in memory, only ids.
//
// The generator writes four layouts. A one-to-one relation such as the town of a
// person is a column of the person's table or a table of its own; languages and
// addresses are a list inside a field, joined with semicolons, or a table of
// their own; the tables lie in one folder or in static and dynamic; dates are
// ISO 8601 or milliseconds. The reader looks at the headers and takes all of them.
package ldbc

import (
	"errors"
	"fmt"
	"time"
)

// None stands for a relation that a row does not have. Ids are never negative,
// and zero is one.
const None int64 = -1

// At is where a row stands, for a report.
type At struct {
	File string // without folder
	Line int    // the header is line 1
}

// Where returns the place itself; every record has it.
func (a At) Where() At { return a }

// Reason says in which of few ways a row cannot be taken. The words are for the
// report.
type Reason string

// The reasons.
const (
	Columns   Reason = "wrong number of columns"
	BadID     Reason = "no readable id"
	BadDate   Reason = "a date that cannot be"
	BadKind   Reason = "an unknown type"
	NoName    Reason = "an empty name"
	BadText   Reason = "a text that cannot be kept"
	TooLong   Reason = "a line that is too long"
	UnknownID Reason = "an unknown id"
	Duplicate Reason = "a duplicate"
	Self      Reason = "a person who knows themselves"
)

// Bad is one row that cannot be taken, with its place, the reason and the value
// that is to blame. It is an error so that it travels beside records.
type Bad struct {
	At
	Reason Reason
	Detail string
}

// Error names the place and the reason.
func (b *Bad) Error() string {
	return fmt.Sprintf("%s line %d: %s: %s", b.File, b.Line, b.Reason, b.Detail)
}

// IsBad reports whether err is about one row only: the reading goes on.
func IsBad(err error) bool {
	var bad *Bad
	return errors.As(err, &bad)
}

// Badly makes a Bad.
func Badly(at At, why Reason, format string, args ...any) *Bad {
	return &Bad{At: at, Reason: why, Detail: fmt.Sprintf(format, args...)}
}

// Level is how large a place is.
type Level uint8

// The levels, largest first; a place lies in one of the level before.
const (
	Continent Level = iota
	Country
	City
)

var levels = map[string]Level{"continent": Continent, "country": Country, "city": City}

// Place is a continent, country or city.
type Place struct {
	At
	ID, Parent int64 // Parent may be None
	Name, URL  string
	Level      Level
}

// Organisation is a company or a university; Place is the company's country or
// the university's city, or None.
type Organisation struct {
	At
	ID, Place int64
	Name, URL string
	Company   bool
}

// Tag is something people are interested in.
type Tag struct {
	At
	ID        int64
	Name, URL string
}

// Person is one person. Gender, Birthday, IP and Browser stand as written: they
// are the set's own words, which a community does not take over.
type Person struct {
	At
	ID, Place                     int64 // Place, a city, may be None
	First, Last                   string
	Created                       time.Time // zero when the date cannot be
	Gender, Birthday, IP, Browser string
}

// Spoken is a language that a person speaks, as a code of ISO 639.
type Spoken struct {
	At
	Person int64
	Code   string
}

// Email is an address of a person. Nobody has asked its owner: it is text.
type Email struct {
	At
	Person  int64
	Address string
}

// Interest says that a person is interested in a tag.
type Interest struct {
	At
	Person, Tag int64
}

// Stay is a study with the year it ended, or a job with the year it began.
type Stay struct {
	At
	Person, Organisation int64
	Year                 int
}

// Forum is a wall, an album or a group; Moderator may be None.
type Forum struct {
	At
	ID, Moderator int64
	Title         string
	Created       time.Time // zero when the date cannot be
}

// Membership says that a person joined a forum.
type Membership struct {
	At
	Forum, Person int64
	Joined        time.Time
}

// Knows says that two persons know each other, in no direction.
type Knows struct {
	At
	A, B  int64
	Since time.Time
}
