// Package fold brings texts into the forms that the program compares, searches
// and addresses by: folded keys and words in any script, ASCII slugs, and clean
// texts without characters that hide or turn what is read.
//
// It owns these forms and knows nothing of members, forms or databases. What
// it returns is stored, so a change here needs the stored forms written anew.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key is the form in which two names are the same name: compatibility forms
// resolved, lower-case, without the accents of Latin, Greek and Cyrillic,
// spaces collapsed. Punctuation stays, so that C, C++ and C# differ. Scripts
// without case keep their letters and marks. Key(Key(s)) is Key(s).
func Key(s string) string {
	return strings.Join(strings.Fields(letters(s)), " ")
}

// Words cuts s into folded words, in order and each once. Everything but
// letters, marks and digits separates: spaces, hyphens, apostrophes, dots.
func Words(s string) []string {
	var out set
	for _, w := range cut(letters(s)) {
		out.add(w)
	}
	return out.words
}

// Index lists the words that a name is found by, each matched by its beginning:
// those of Words, and the ways people write a name otherwise: without the
// apostrophe (obrien), with umlauts spelled out (mueller), and for Chinese,
// Japanese and Korean the name written as one, and from every character on,
// since it has no spaces.
func Index(name string) []string {
	folded := letters(name)
	words := cut(folded)
	var out set
	for _, w := range words {
		out.add(w)
	}
	for _, w := range cut(strings.ReplaceAll(folded, "'", "")) {
		out.add(w)
	}
	if spelled := umlauts.Replace(strings.ToLower(norm.NFC.String(name))); spelled != strings.ToLower(name) {
		for _, w := range cut(letters(spelled)) {
			out.add(w)
		}
	}
	if whole := strings.Join(words, ""); len(words) > 1 && isCJK(whole) {
		out.add(whole)
	}
	for _, w := range words {
		if isCJK(w) {
			out.addTails(w)
		}
	}
	return out.words
}

// set keeps words in order of arrival, each once.
type set struct{ words []string }

// maxWords bounds what one name can put into an index; an honest name of 100
// characters stays far below it.
const maxWords = 64

func (s *set) add(w string) {
	if w == "" || len(s.words) >= maxWords {
		return
	}
	for _, have := range s.words {
		if have == w {
			return
		}
	}
	s.words = append(s.words, w)
}

func (s *set) addTails(w string) {
	for i := range w {
		if i > 0 {
			s.add(w[i:])
		}
	}
}

func cut(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	})
}

// isCJK reports whether every letter of w is of a script that writes names
// without spaces.
func isCJK(w string) bool {
	for _, r := range w {
		if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) && r != 'ー' {
			return false
		}
	}
	return w != ""
}

// letters folds every character and leaves the text's shape alone.
func letters(s string) string {
	if isASCII(s) {
		return strings.ReplaceAll(strings.ToLower(s), "`", "'")
	}
	var b strings.Builder
	b.Grow(len(s))
	bare := true // the last base is of a script that is searched without its marks
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsMark(r):
			if !bare {
				b.WriteRune(r)
			}
			continue
		case unicode.Is(unicode.Cf, r):
			continue // joiners and direction marks do not make another word
		}
		bare = !unicode.IsLetter(r) || unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
		r = unicode.ToLower(r)
		if as, ok := spelledOut[r]; ok {
			b.WriteString(as)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// spelledOut holds the letters and signs that Unicode does not take apart but
// that people type as others. Schwa goes to a, as in Aliyev.
var spelledOut = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th",
	'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ı': "i", 'ə': "a", 'ĸ': "k", 'ɓ': "b", 'ɗ': "d",
	'ɖ': "d", 'ƙ': "k", 'ƴ': "y", 'ɛ': "e", 'ɔ': "o", 'ɣ': "g", 'ɲ': "n", 'ʋ': "v",
	'ς': "σ",
	'’': "'", '‘': "'", '`': "'", 'ʼ': "'", 'ʻ': "'", 'ʹ': "'", '′': "'",
	'‐': "-", '‒': "-", '–': "-", '—': "-", '−': "-",
}

// umlauts is how German and the Nordic languages write their letters when the
// keyboard lacks them.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ø", "oe", "å", "aa")
