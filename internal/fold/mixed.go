package fold

import "unicode"

// alike are the scripts whose letters pass for one another's.
var alike = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek}

// Mixed reports whether a word of a name mixes letters of scripts that look alike, as
// when a Cyrillic а stands in a Latin name: nobody's name is written so, but those
// who want to pass for somebody do. Names in one script each, side by side, are not
// mixed.
func Mixed(name string) bool {
	seen := -1
	for _, r := range name {
		if !unicode.IsLetter(r) {
			if !unicode.IsMark(r) {
				seen = -1 // another word
			}
			continue
		}
		for i, script := range alike {
			if !unicode.Is(script, r) {
				continue
			}
			if seen >= 0 && seen != i {
				return true
			}
			seen = i
		}
	}
	return false
}
