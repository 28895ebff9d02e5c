package member

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"guildhall/internal/fault"
	"guildhall/internal/fold"
)

// The longest lines of a card, in characters.
const (
	MaxName     = 100
	MaxPronouns = 40
	MaxHeadline = 220
	MaxLocation = 100
)

// The lengths of a handle, in bytes.
const (
	MinHandle = 3
	MaxHandle = 40
)

// CleanName returns a name as it is kept. It needs one letter or digit of any
// script; the failure is a fault for the field name.
func CleanName(s string) (string, error) {
	s, err := cleanLine("name", s, MaxName, "name")
	switch {
	case err != nil:
		return "", err
	case s == "":
		return "", fault.Field("name", "Please enter a name.")
	case len(fold.Words(s)) == 0:
		return "", fault.Field("name", "A name needs at least one letter.")
	}
	return s, nil
}

// CleanPronouns returns pronouns as they are kept; they may be empty.
func CleanPronouns(s string) (string, error) {
	return cleanLine("pronouns", s, MaxPronouns, "pronouns")
}

// CleanHeadline returns a headline as it is kept; it may be empty.
func CleanHeadline(s string) (string, error) {
	return cleanLine("headline", s, MaxHeadline, "headline")
}

// CleanLocation returns a location as it is kept; it may be empty.
func CleanLocation(s string) (string, error) {
	return cleanLine("location", s, MaxLocation, "location")
}

// CleanLang returns the canonical tag of the language a name is in, or nothing
// for nothing.
func CleanLang(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	tag, err := language.Parse(s)
	if err != nil || len(s) > 35 {
		return "", fault.Field("lang", "This is no language that we know; use a tag such as en or zh-Hant.")
	}
	return tag.String(), nil
}

func cleanLine(field, s string, limit int, what string) (string, error) {
	s, trouble := fold.Line(s)
	if trouble != "" {
		return "", fault.Field(field, "%s", trouble)
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return "", fault.Field(field, "This %s has %d characters; at most %d fit.", what, n, limit)
	}
	return s, nil
}

// CleanHandle returns a handle that a member chose as it is kept: lower-case.
func CleanHandle(s string) (string, error) {
	h := foldHandle(s)
	switch {
	case !wellFormed(h):
		return "", fault.Field("handle", "An address has only the letters a to z, digits, and single hyphens between them.")
	case len(h) < MinHandle || len(h) > MaxHandle:
		return "", fault.Field("handle", "An address has %d to %d characters.", MinHandle, MaxHandle)
	case isReserved(h):
		return "", fault.Field("handle", "The address %s is kept for the site itself. Please choose another.", h)
	}
	return h, nil
}

func wellFormed(h string) bool {
	for i := range len(h) {
		if c := h[i]; c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return !strings.HasPrefix(h, "-") && !strings.HasSuffix(h, "-") && !strings.Contains(h, "--")
}

func foldHandle(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func handleTaken(h string) error {
	return fault.Field("handle", "The address %s is taken. Please choose another.", h)
}

// handleFor proposes the handle of a name: first the name in ASCII, then with a
// suffix made from the id, another one for each try. Names that leave nothing in
// ASCII are called member.
func handleFor(name string, id int64, try int) string {
	h := fold.Slug(name, MaxHandle)
	if try == 0 && len(h) >= MinHandle && !isReserved(h) {
		return h
	}
	suffix := "-" + suffix(id, try)
	if h == "" {
		h = "member"
	}
	return fold.Slug(h, MaxHandle-len(suffix)) + suffix
}

// suffix is six letters and digits that tell nothing, the same for the same id
// and try, so that a transaction that runs twice proposes the same.
func suffix(id int64, try int) string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789x"
	h := fnv.New64a()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(id)))
	h.Write([]byte{byte(try)})
	sum, out := h.Sum64(), make([]byte, 6)
	for i := range out {
		out[i] = alphabet[sum>>(9*i+5)&31]
	}
	return string(out)
}

// reserved are words that the site uses in addresses or that pretend to speak
// for it.
var reserved = strings.Fields(`about abuse access account accounts admin administrator api app apps article articles assets
auth blob blog bus community companies company config connections contact dashboard data delete demo doc docs doctor edit
email error event events export favicon feed file files former-member get graph group groups guest guildhall healthz help
home host hostmaster import in inbox index info invitation invitations invite invites job jobs join legal live login logout
mail mailer-daemon me media member members message messages metrics moderation moderator moderators my network new news
nobody noreply no-reply notice notices notifications null oauth official owner page pages password people picture pictures
post postmaster posts privacy profile profiles public readyz recruit register registration report reports rest robots root
safety school schools search security session sessions settings setup sign-in sign-out sign-up signin signout signup site
sitemap staff static status storybook support system team terms test undefined user users verify web webmaster welcome why www`)

func isReserved(h string) bool {
	_, found := slices.BinarySearch(sortedReserved, h)
	return found
}

var sortedReserved = slices.Sorted(slices.Values(reserved))

// tint spreads ids over the background colours by their random low bits.
func tint(id int64) int { return int(uint64(id) % Tints) }

// card checks and cleans what a new member starts with.
func (n Newcomer) card() (Card, error) {
	c := Card{ID: n.ID, Status: Active, Since: n.Since.UTC()}
	var fails fault.FieldErrors
	c.Name = keep(&fails, CleanName, n.Name)
	c.Lang = keep(&fails, CleanLang, n.Lang)
	c.Pronouns = keep(&fails, CleanPronouns, n.Pronouns)
	c.Headline = keep(&fails, CleanHeadline, n.Headline)
	c.Location = keep(&fails, CleanLocation, n.Location)
	if n.Handle != "" {
		c.Handle = keep(&fails, CleanHandle, n.Handle)
	}
	return c, fails.Or()
}

// apply returns the card with the change's lines, checked and cleaned.
func (ch Change) apply(c Card) (Card, error) {
	var fails fault.FieldErrors
	set := func(line *string, clean func(string) (string, error), to *string) {
		if to != nil {
			*line = keep(&fails, clean, *to)
		}
	}
	set(&c.Name, CleanName, ch.Name)
	set(&c.Pronouns, CleanPronouns, ch.Pronouns)
	set(&c.Headline, CleanHeadline, ch.Headline)
	set(&c.Location, CleanLocation, ch.Location)
	set(&c.Lang, CleanLang, ch.Lang)
	return c, fails.Or()
}

func keep(fails *fault.FieldErrors, clean func(string) (string, error), s string) string {
	s, err := clean(s)
	if f, ok := err.(*fault.Error); ok {
		*fails = append(*fails, f)
	}
	return s
}

// mayBecome holds the arrows of Status.
func mayBecome(from, to Status) error {
	switch {
	case to < Active || to > Former:
		return fmt.Errorf("no member status %d", to)
	case from == to:
		return nil
	case from == Former:
		return fault.New(fault.Conflict, "This account has been deleted and cannot come back.")
	case to == Former || to == Active || from == Active:
		return nil
	}
	return fault.New(fault.Conflict, "This account is %s; that has to end first.", from)
}

// maxQueryWords bounds the work of one search; more words than that name nobody.
const maxQueryWords = 8

// queryWords returns the folded words to search for, the longest first.
func queryWords(text string) []string {
	words := fold.Words(text)
	slices.SortStableFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return words[:min(len(words), maxQueryWords)]
}

// rarestFirst puts the word that the fewest names have first, since a search
// walks along that one, and of equals the earlier; nil when a word is in no name.
func rarestFirst(words []string, counts []int) []string {
	least := 0
	for i, n := range counts {
		if n == 0 {
			return nil
		}
		if n < counts[least] {
			least = i
		}
	}
	words = slices.Clone(words)
	words[0], words[least] = words[least], words[0]
	return words
}
