package account

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/fault"
)

// The shortest and longest password, in characters.
const (
	MinPassword = 8
	MaxPassword = 200
)

// CheckPassword reports whether a password can be chosen, as a fault for the
// field password. Any characters go, in any mixture; what is refused is what is
// too short, among the first to be guessed, or made of the member's own name or
// address.
func CheckPassword(password, name, email string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return fault.Field("password", "Please choose a password.")
	case !utf8.ValidString(password):
		return fault.Field("password", "This password arrived damaged. Please type it again.")
	case n < MinPassword:
		return fault.Field("password", "This password has %d characters; please use at least %d.", n, MinPassword)
	case n > MaxPassword:
		return fault.Field("password", "This password has %d characters; at most %d fit.", n, MaxPassword)
	case isCommon(password):
		return fault.Field("password", "This is among the first passwords that anybody would try. Three or four words that have nothing to do with one another are a good one.")
	case isPersonal(password, name, email):
		return fault.Field("password", "This is too close to your name or address. Please choose another password.")
	}
	return nil
}

//go:embed common.txt
var commonText string

var common = func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			m[line] = true
		}
	}
	return m
}()

// isCommon reports passwords that come first in every list of guesses: the
// embedded words as they are, with digits and signs around them, or with digits
// and signs for letters; rows, runs, and short patterns again and again.
func isCommon(password string) bool {
	p := strings.ToLower(password)
	bare := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, s := range []string{p, bare, lookAlikes.Replace(p), lookAlikes.Replace(trimEnds(p)), lookAlikes.Replace(bare)} {
		if common[s] {
			return true
		}
	}
	return isRun(p) || isRepeated(p)
}

// lookAlikes turns the usual substitutes back into letters.
var lookAlikes = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// trimEnds takes off what is commonly added to a word: digits and signs behind
// it, except those that may stand for its last letter.
func trimEnds(p string) string {
	return strings.TrimRight(p, "123456789!?.*#-_ ")
}

// isRun reports a password that is one run up or down, such as 12345678, or part
// of a row of the keyboard.
func isRun(p string) bool {
	up, down := true, true
	r := []rune(p)
	for i := 1; i < len(r); i++ {
		up = up && (r[i] == r[i-1]+1 || r[i-1] == '9' && r[i] == '0')
		down = down && (r[i] == r[i-1]-1 || r[i-1] == '0' && r[i] == '9')
	}
	return up || down
}

// isRepeated reports a pattern of at most four characters again and again.
func isRepeated(p string) bool {
	r := []rune(p)
	for size := 1; size <= 4; size++ {
		same := true
		for i := size; i < len(r) && same; i++ {
			same = r[i] == r[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// isPersonal reports a password that is nothing but the member's name or
// address, or parts of them, with digits and signs around.
func isPersonal(password, name, email string) bool {
	p := onlyLetters(password)
	if p == "" {
		return false
	}
	local, domain, _ := cutLast(email, '@')
	own := []string{name, email, local, domain}
	own = append(own, strings.Fields(name)...)
	for _, s := range own {
		if s = onlyLetters(s); s != "" && (p == s || p == s+s) {
			return true
		}
	}
	return false
}

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
