package transfer

import (
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/member"
	"guildhall/internal/trait"
	"guildhall/internal/transfer/ldbc"
	"guildhall/internal/why"
)

// words writes a name of the set as people do: the set has _ for a space.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// fullName joins the two names of a person.
func fullName(p ldbc.Person) (string, error) {
	name := strings.TrimSpace(words(p.First + " " + p.Last))
	if name == "" {
		return "", ldbc.Badly(p.At, ldbc.NoName, "person %d", p.ID)
	}
	name, err := member.CleanName(name)
	if err != nil {
		return "", ldbc.Badly(p.At, ldbc.BadText, "person %d: %s", p.ID, sentence(err))
	}
	return name, nil
}

// sentence is what is wrong with a text, without the advice to whoever types it.
func sentence(err error) string {
	first, _, more := strings.Cut(fault.Text(err), ". ")
	if more {
		first += "."
	}
	return first
}

// location is the line on a card: the city with its country where both fit.
func location(city, country string) string {
	for _, text := range []string{city + ", " + country, city} {
		if text, err := member.CleanLocation(strings.Trim(text, ", ")); err == nil {
			return text
		}
	}
	return ""
}

// entity checks what a row makes of a name; what is wrong with its address only
// costs the address.
func entity(at ldbc.At, e trait.Entity) (trait.Entity, error) {
	if strings.TrimSpace(e.Name) == "" {
		return e, ldbc.Badly(at, ldbc.NoName, "%s", e.Kind)
	}
	if u, err := url.Parse(e.URL); err != nil || u.Host == "" || utf8.RuneCountInString(e.URL) > trait.MaxURL {
		e.URL = ""
	}
	e, err := trait.CheckEntity(e)
	var fields fault.FieldErrors
	if errors.As(err, &fields) {
		return e, ldbc.Badly(at, ldbc.BadText, "%s", sentence(fields))
	}
	return e, err
}

// month counts months as traits do; a zero time is unknown.
func month(t time.Time) why.Month {
	if t.IsZero() {
		return 0
	}
	return why.Month(t.Year()*12 + int(t.Month()) - 1)
}

// january is a year's first month.
func january(year int) why.Month { return why.Month(year * 12) }

var english = display.English.Languages()

// LanguageName returns the English name of a language by its two-letter code of
// ISO 639; ok is false for what is no such code.
func LanguageName(code string) (name string, ok bool) {
	base, err := language.ParseBase(code)
	if err != nil || len(code) != 2 {
		return "", false
	}
	tag, err := language.Raw.Compose(base)
	if err != nil {
		return "", false
	}
	name = english.Name(tag)
	return name, name != ""
}

// address cleans an e-mail address as far as a line of text needs it.
func address(s string) (string, bool) {
	s, trouble := fold.Line(s)
	user, host, found := strings.Cut(s, "@")
	ok := found && trouble == "" && user != "" && host != "" && !strings.ContainsAny(s, " ,;<>\"") && !strings.Contains(host, "@") && len(s) <= 254
	return s, ok
}
