package member

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Short is how a sentence names a person: the given name where the order of
// names can be told, the whole name where it can't.
func (c Card) Short() string {
	words := strings.Fields(c.Name)
	if len(words) < 2 {
		return c.Name
	}
	short := words[0]
	if base, _, _ := strings.Cut(c.Lang, "-"); slices.Contains([]string{"vi", "hu", "zh", "ja", "ko"}, base) {
		short = words[len(words)-1] // the family name comes first
	}
	if r, _ := utf8.DecodeRuneInString(short); !unicode.IsLetter(r) || utf8.RuneCountInString(strings.Trim(short, ".")) < 2 || strings.HasSuffix(short, ".") {
		return c.Name // an initial or a title
	}
	return short
}
