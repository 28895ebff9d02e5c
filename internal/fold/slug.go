package fold

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Slug writes s in [a-z0-9-] for an address, at most limit bytes long and cut at
// a hyphen where there is one: Latin letters lose their marks, Cyrillic and Greek are
// transliterated, other scripts are left out. It may be empty.
func Slug(s string, limit int) string {
	s = marked.Replace(strings.ToLower(norm.NFC.String(s)))
	s = latin.Replace(letters(s))
	var b strings.Builder
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteByte(c)
		case c == '\'':
		default:
			gap = true
		}
	}
	return shorten(b.String(), limit)
}

// shorten cuts a slug to limit bytes, between words if more than half remains.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s, cutWord := s[:limit], s[limit] != '-'
	if i := strings.LastIndexByte(s, '-'); cutWord && i > limit/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, "-")
}

// marked letters mean another sound than their base, so they are spelled before
// the marks go.
var marked = strings.NewReplacer("й", "y", "ї", "yi", "ё", "yo", "ў", "u", "ѓ", "gj", "ќ", "kj")

// latin spells folded Cyrillic and Greek the way passports and people do.
var latin = strings.NewReplacer(
	"ου", "ou", "α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i",
	"κ", "k", "λ", "l", "μ", "m", "ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "τ", "t",
	"υ", "y", "φ", "f", "χ", "ch", "ψ", "ps", "ω", "o",
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "к", "k",
	"л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f",
	"х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e",
	"ю", "yu", "я", "ya", "і", "i", "є", "ye", "ґ", "g", "ђ", "dj", "ј", "j", "љ", "lj", "њ", "nj",
	"ћ", "c", "џ", "dz", "ѕ", "dz", "ә", "a", "ғ", "g", "қ", "q", "ң", "n", "ө", "o", "ұ", "u", "ү", "u", "һ", "h",
)
