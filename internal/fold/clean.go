package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The sentences of Line and Text for what they refuse.
const (
	damaged   = "This text arrived damaged. Please type it again."
	control   = "This has an invisible control character in it. Please type it again without."
	direction = "This has a hidden character in it that turns the direction of writing. Please type it again without."
)

// Line cleans a text of one line, such as a name: composed form (NFC), every run
// of white space one space, none at the ends, invisible fillers and towers of
// marks dropped. Control
// characters and all that set the direction of writing are refused: trouble is
// then a sentence for the member, else empty.
func Line(s string) (clean, trouble string) {
	if isPlain(s) {
		return s, ""
	}
	return scrub(s, func(r rune) (rune, string) {
		switch {
		case unicode.IsSpace(r):
			return ' ', ""
		case unicode.Is(unicode.Bidi_Control, r):
			return r, direction
		}
		return r, ""
	}, func(s string) string { return strings.Join(strings.Fields(s), " ") })
}

// Text cleans a text of several lines: composed form (NFC), line ends as \n, no
// spaces before them, at most one empty line in a row, tabs as spaces. Control
// characters and the two that override the direction of writing are refused:
// trouble is then a sentence for the member, else empty.
func Text(s string) (clean, trouble string) {
	if isPlain(s) {
		return s, ""
	}
	return scrub(lineEnds.Replace(s), func(r rune) (rune, string) {
		switch r {
		case '\n':
			return r, ""
		case '\t':
			return ' ', ""
		case leftOverride, rightOverride:
			return r, direction
		}
		return r, ""
	}, tidyLines)
}

const (
	leftOverride  = '\u202d'
	rightOverride = '\u202e'
)

// lineEnds makes \n of every way to end a line or paragraph.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

func scrub(s string, judge func(rune) (rune, string), tidy func(string) string) (clean, trouble string) {
	if !utf8.ValidString(s) {
		return "", damaged
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if isFiller(r) {
			continue
		}
		r, trouble := judge(r)
		switch {
		case trouble != "":
			return "", trouble
		case unicode.IsControl(r) && r != '\n', isNoncharacter(r):
			return "", control
		}
		b.WriteRune(r)
	}
	return tidy(lowTowers(norm.NFC.String(b.String()))), ""
}

// isFiller reports characters that show nothing: they come along with copying, or
// pass for letters, as the Hangul fillers do, and make a name that nobody sees.
// The two joiners are not among them: Persian and Indian names need those.
func isFiller(r rune) bool {
	switch r {
	case '\u200b', '\u2060', '\ufeff', '\u00ad', '\u180e', blankBraille:
		return true
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

const blankBraille = '\u2800'

// tower is how many marks stand on one letter at most: a pointed and chanted
// Hebrew letter or a Tibetan stack needs six. Higher ones cover other lines.
const tower = 8

// lowTowers drops the marks above a tower's height.
func lowTowers(s string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			n = 0
		} else if n++; n > tower {
			return -1
		}
		return r
	}, s)
}

func isNoncharacter(r rune) bool {
	return r&0xfffe == 0xfffe || 0xfdd0 <= r && r <= 0xfdef
}

// isPlain reports whether s is printable ASCII with single spaces inside, as
// most texts are: nothing to clean.
func isPlain(s string) bool {
	if s == "" {
		return true
	}
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return last != ' '
}

func tidyLines(s string) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if l == "" && len(kept) > 0 && kept[len(kept)-1] == "" {
			continue
		}
		kept = append(kept, l)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}
