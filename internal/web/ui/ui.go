// Package ui is the pages' kit: every component that a page of Guildhall is made
// of, in templ, with typed arguments. It owns how things look and read to a
// screen reader; it knows no request, no database and no feature. A page composes
// these and brings no style of its own.
//
// Each component is a function of its arguments. A struct argument's zero value
// is the plain, usual case. The storybook (Storybook) shows all of them in every
// state.
package ui

//go:generate go tool templ generate -path .

import (
	"strconv"

	"github.com/a-h/templ"
)

// Attrs are further attributes of an element, such as hx-get.
type Attrs = templ.Attributes

// UpTo is Count up to a most, and "99+" above it; a most of 0 is none.
func UpTo(n, most int) string {
	if most > 0 && n > most {
		return Count(most) + "+"
	}
	return Count(n)
}

// Count writes n with a comma at every third digit.
func Count(n int) string {
	s := strconv.Itoa(n)
	neg := n < 0
	if neg {
		s = s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "−" + s
	}
	return s
}

// Plural writes a number with the word that goes with it: "1 company",
// "1,204 companies".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// join puts class names together, leaving out what is empty.
func join(classes ...string) string {
	s := ""
	for _, c := range classes {
		if c == "" {
			continue
		}
		if s != "" {
			s += " "
		}
		s += c
	}
	return s
}

// when returns s if b holds, else nothing.
func when(b bool, s string) string {
	if b {
		return s
	}
	return ""
}

// or returns the first that is not empty.
func or(a ...string) string {
	for _, s := range a {
		if s != "" {
			return s
		}
	}
	return ""
}
