package ui

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Person is what a list shows of somebody, already cut to what the viewer may
// see. Only Name is needed.
type Person struct {
	Name     string
	Lang     string // language of the name, such as "el", when known
	Href     string // the profile; empty: the name is no link
	Pronouns string
	Headline string
	Picture  string // address of the picture; empty: initials are drawn
	Tint     int    // 1–6, from TintOf; kept for life
	Distance Distance
}

// Distance is how far somebody is from the viewer, as the pages say it. The zero
// value shows nothing.
type Distance uint8

// The distances.
const (
	Unsaid    Distance = iota // say nothing
	First                     // a connection
	Second                    // a connection's connection
	Third                     // one further
	Outside                   // no way within three steps
	GroupMate                 // further than three, but in a group of the viewer's
	Self                      // the viewer
)

// DistanceOf turns a degree (0 self, 1, 2, 3; all else: outside) into what the
// pages say.
func DistanceOf(degree int) Distance {
	switch degree {
	case 0:
		return Self
	case 1:
		return First
	case 2:
		return Second
	case 3:
		return Third
	}
	return Outside
}

// Word returns the distance in a word: "2nd"; empty for Unsaid.
func (d Distance) Word() string {
	return [...]string{"", "1st", "2nd", "3rd", "Outside", "Group-mate", "You"}[d]
}

// after is what a screen reader adds to the word.
func (d Distance) after() string {
	switch d {
	case First, Second, Third:
		return " degree"
	case Outside:
		return " your network"
	}
	return ""
}

// Size is how big a face is.
type Size string

// The sizes: 24, 32, 48, 56 and 96 pixels.
const (
	XS Size = "xs"
	S  Size = "s"
	M  Size = ""
	L  Size = "l"
	XL Size = "xl"
)

// pixels is a size as the width and height of a picture.
func (s Size) pixels() string {
	switch s {
	case XS:
		return "24"
	case S:
		return "32"
	case L:
		return "56"
	case XL:
		return "96"
	}
	return "48"
}

// Tints is how many tints there are for initials.
const Tints = 6

// TintOf picks the tint of an id: 1 to Tints, the same for life. Ids made in one
// millisecond differ in their low bits only, so all bits are mixed.
func TintOf(id int64) int {
	return int(uint64(id)*0x9e3779b97f4a7c15>>40%Tints) + 1
}

func (p Person) tint() string {
	if p.Tint < 1 || p.Tint > Tints {
		return "1"
	}
	return string(rune('0' + p.Tint))
}

// Initials returns what stands for a person who has no picture: first and last
// initial in scripts with capitals, and in Hebrew; one grapheme in others, where
// two would join, or where the family name comes first.
func Initials(name string) string { return initials(name, "") }

func initials(name, lang string) string {
	var words []string
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '·' || r == ',' }) {
		if g := firstLetter(w); g != "" {
			words = append(words, upper(g, lang))
		}
	}
	if len(words) == 0 {
		return "?"
	}
	first, last := words[0], words[len(words)-1]
	if len(words) == 1 || !twoLetters(first) || !twoLetters(last) {
		return first
	}
	return first + last
}

// firstLetter returns the first grapheme of w that begins with a letter or digit.
func firstLetter(w string) string {
	g := uniseg.NewGraphemes(w)
	for g.Next() {
		if r := g.Runes()[0]; unicode.IsLetter(r) || unicode.IsDigit(r) {
			return g.Str()
		}
	}
	return ""
}

func upper(g, lang string) string {
	r := []rune(g)
	if lang == "tr" || lang == "az" {
		r[0] = unicode.TurkishCase.ToTitle(r[0])
	} else {
		r[0] = unicode.ToTitle(r[0])
	}
	return string(r)
}

// twoLetters says whether initials of this script come in pairs.
func twoLetters(g string) bool {
	r := []rune(g)[0]
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew)
}
