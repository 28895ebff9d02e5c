package ldbc

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// earliest bounds dates from below: they say when something was recorded online.
// Zero milliseconds is a date that was never set.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// Years that somebody's work or study can begin or end in.
const (
	firstYear = 1900
	yearsOn   = 10 // a class year may lie ahead
)

func (r row) id(col int) (int64, error) {
	text := r.fields[col]
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, Badly(r.At, BadID, "%q", clip(text))
	}
	return n, nil
}

// instant reads ISO 8601 or milliseconds; ok is false for what cannot have been.
func (s *Set) instant(text string) (time.Time, bool) {
	var t time.Time
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		t = time.UnixMilli(ms).UTC()
	} else if t, err = time.Parse("2006-01-02T15:04:05Z0700", text); err != nil {
		return time.Time{}, false
	}
	t = t.UTC()
	return t, !t.Before(earliest) && !t.After(s.latest)
}

// date reads the instant of a row that is worth nothing without it.
func (s *Set) date(r row, col int) (time.Time, error) {
	t, ok := s.instant(r.fields[col])
	if !ok {
		return time.Time{}, Badly(r.At, BadDate, "%q", clip(r.fields[col]))
	}
	return t, nil
}

// softDate reads the instant of a row that is worth something without it.
func (s *Set) softDate(r row, col string) time.Time {
	if t, ok := s.instant(r.get(col)); ok {
		return t
	}
	return time.Time{}
}

func (s *Set) year(r row, col int) (int, error) {
	y, err := strconv.Atoi(r.fields[col])
	if err != nil || y < firstYear || y > s.latest.Year()+yearsOn {
		return 0, Badly(r.At, BadDate, "the year %q", clip(r.fields[col]))
	}
	return y, nil
}

// clip keeps a quoted value short.
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:60], "") + "…"
}

// each turns rows into records; make answers *Bad for a row that is none.
func each[T any](rows iter.Seq2[row, error], make func(row) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range rows {
			var rec T
			if err == nil {
				rec, err = make(r)
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// pair reads a relation's two ids.
func (r row) pair() (a, b int64, err error) {
	if a, err = r.id(0); err == nil {
		b, err = r.id(1)
	}
	return a, b, err
}

// Places yields all continents, then all countries, then all cities, so that a
// place comes after the one it lies in.
func (s *Set) Places() iter.Seq2[Place, error] {
	return func(yield func(Place, error) bool) {
		for level := Continent; level <= City; level++ {
			for p, err := range s.places() {
				if err != nil && level != Continent || err == nil && p.Level != level {
					continue
				}
				if !yield(p, err) {
					return
				}
			}
		}
	}
}

func (s *Set) places() iter.Seq2[Place, error] {
	return linked(s, "place", "isPartOf", "place_isPartOf_place", func(r row, id, in int64) (Place, error) {
		level, ok := levels[r.get("type")]
		if !ok {
			return Place{}, Badly(r.At, BadKind, "%q", clip(r.get("type")))
		}
		return Place{At: r.At, ID: id, Parent: in, Name: r.get("name"), URL: r.get("url"), Level: level}, nil
	})
}

// Organisations yields companies and universities.
func (s *Set) Organisations() iter.Seq2[Organisation, error] {
	return linked(s, "organisation", "place", "organisation_isLocatedIn_place", func(r row, id, place int64) (Organisation, error) {
		kind := r.get("type")
		if kind != "company" && kind != "university" {
			return Organisation{}, Badly(r.At, BadKind, "%q", clip(kind))
		}
		return Organisation{At: r.At, ID: id, Place: place, Name: r.get("name"), URL: r.get("url"), Company: kind == "company"}, nil
	})
}

// Tags yields what people can be interested in.
func (s *Set) Tags() iter.Seq2[Tag, error] {
	return each(s.rows("tag"), func(r row) (Tag, error) {
		id, err := r.id(r.table.col("id"))
		return Tag{At: r.At, ID: id, Name: r.get("name"), URL: r.get("url")}, err
	})
}

// Persons yields the persons.
func (s *Set) Persons() iter.Seq2[Person, error] {
	return linked(s, "person", "place", "person_isLocatedIn_place", func(r row, id, place int64) (Person, error) {
		return Person{At: r.At, ID: id, Place: place, First: r.get("firstName"), Last: r.get("lastName"), Created: s.softDate(r, "creationDate"),
			Gender: r.get("gender"), Birthday: r.get("birthday"), IP: r.get("locationIP"), Browser: r.get("browserUsed")}, nil
	})
}

// Languages yields who speaks what.
func (s *Set) Languages() iter.Seq2[Spoken, error] {
	return listed(s, "language", "person_speaks_language", func(at At, person int64, v string) Spoken { return Spoken{at, person, v} })
}

// Emails yields the addresses.
func (s *Set) Emails() iter.Seq2[Email, error] {
	return listed(s, "email", "person_email_emailaddress", func(at At, person int64, v string) Email { return Email{at, person, v} })
}

// Interests yields who is interested in what.
func (s *Set) Interests() iter.Seq2[Interest, error] {
	return each(s.rows("person_hasInterest_tag"), func(r row) (Interest, error) {
		a, b, err := r.pair()
		return Interest{r.At, a, b}, err
	})
}

// Studies yields who studied where, with the year the study ended.
func (s *Set) Studies() iter.Seq2[Stay, error] { return s.stays("person_studyAt_organisation") }

// Jobs yields who works where, with the year the job began.
func (s *Set) Jobs() iter.Seq2[Stay, error] { return s.stays("person_workAt_organisation") }

func (s *Set) stays(table string) iter.Seq2[Stay, error] {
	return each(s.rows(table), func(r row) (Stay, error) {
		a, b, err := r.pair()
		if err != nil {
			return Stay{}, err
		}
		y, err := s.year(r, 2)
		return Stay{r.At, a, b, y}, err
	})
}

// Forums yields walls, albums and groups.
func (s *Set) Forums() iter.Seq2[Forum, error] {
	return linked(s, "forum", "moderator", "forum_hasModerator_person", func(r row, id, moderator int64) (Forum, error) {
		return Forum{At: r.At, ID: id, Moderator: moderator, Title: r.get("title"), Created: s.softDate(r, "creationDate")}, nil
	})
}

// Memberships yields who joined which forum; nothing where the set has none.
func (s *Set) Memberships() iter.Seq2[Membership, error] {
	return each(s.rows("forum_hasMember_person"), func(r row) (Membership, error) {
		a, b, err := r.pair()
		if err != nil {
			return Membership{}, err
		}
		at, err := s.date(r, 2)
		return Membership{r.At, a, b, at}, err
	})
}

// Knows yields who knows whom, each pair once in some direction.
func (s *Set) Knows() iter.Seq2[Knows, error] {
	return each(s.rows("person_knows_person"), func(r row) (Knows, error) {
		a, b, err := r.pair()
		if err != nil {
			return Knows{}, err
		}
		if a == b {
			return Knows{}, Badly(r.At, Self, "person %d", a)
		}
		at, err := s.date(r, 2)
		return Knows{r.At, a, b, at}, err
	})
}
