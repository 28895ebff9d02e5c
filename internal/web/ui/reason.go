package ui

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Code is one of the seven reasons to connect; the empty code is "no reason
// given".
type Code string

// The reasons.
const (
	NoReason     Code = ""
	Background   Code = "background"
	Network      Code = "network"
	Career       Code = "career"
	Profile      Code = "profile"
	Activity     Code = "activity"
	Shared       Code = "shared"
	Relationship Code = "relationship"
)

// Codes lists the reasons in the order of a choice without evidence.
var Codes = []Code{Relationship, Shared, Background, Career, Network, Activity, Profile}

var codes = map[Code][3]string{
	NoReason:     {"circle-dashed", "No reason given", "no reason"},
	Background:   {"book-open-text", "Interest in your background", "background"},
	Network:      {"waypoints", "Grow the network", "network"},
	Career:       {"briefcase", "Career opportunities", "career"},
	Profile:      {"id-card", "See your full profile", "profile"},
	Activity:     {"activity", "See your activity", "activity"},
	Shared:       {"users", "Shared connections", "connections"},
	Relationship: {"handshake", "Strengthen a real tie", "real tie"},
}

// Icon returns the reason's icon.
func (c Code) Icon() string { return or(codes[c][0], "circle-dashed") }

// OwnIcon stands for a reason that the instance added to the seven.
const OwnIcon = "message-circle"

// icon is Icon for a code that may be one of the instance's own.
func (c Code) icon() string {
	if _, known := codes[c]; known {
		return c.Icon()
	}
	return OwnIcon
}

// Label returns the reason in full words. Of an instance's own reason only the code
// is known here, which is made of its first words: whoever has its words shows those.
func (c Code) Label() string { return or(codes[c][1], c.spelled()) }

// spelled makes words of a code: "own.same-choir" is "Same choir".
func (c Code) spelled() string {
	s, isOwn := strings.CutPrefix(string(c), "own.")
	if !isOwn || s == "" {
		return string(c)
	}
	return strings.ToUpper(s[:1]) + strings.ReplaceAll(s[1:], "-", " ")
}

// Word returns the reason in a word or two, for a key or a narrow place.
func (c Code) Word() string { return or(codes[c][2], string(c)) }

// Chip is one reason with its fact, which opens to the evidence (the child).
type Chip struct {
	Reason Code
	Title  string // "Worked together"
	Fact   string // "2 y 5 m": never without a fact
	Group  string // chips of one group open one at a time
	Open   bool
}

// Confidence is how sure the evidence is.
type Confidence int

// The four steps, in the words of the pages.
const (
	Low Confidence = iota + 1
	Fair
	Good
	Strong
)

// Word returns the step in a word.
func (c Confidence) Word() string {
	return [...]string{"None", "Low", "Fair", "Good", "Strong"}[min(max(c, 0), Strong)]
}

// Ruling is what the record says of a claim.
type Ruling string

// The rulings.
const (
	NoClaim Ruling = ""        // nothing was claimed
	Agrees  Ruling = "agrees"  // the record agrees
	Differs Ruling = "differs" // nothing found, or it differs
	Refused Ruling = "refused" // the record contradicts it
)

func (r Ruling) icon() string {
	switch r {
	case Agrees:
		return "check"
	case Differs:
		return "search-x"
	case Refused:
		return "circle-alert"
	}
	return "circle-dashed"
}

// FitTerm is one term of the two-sided fit, in points of 100 for each side.
type FitTerm struct {
	Reason Code
	Label  string // the reason's own if empty
	You    int
	Them   int
}

// Compat is what both could gain from each other.
type Compat struct {
	Them   string // "Ingrid"
	Score  int    // 0–100, both sides together
	Band   string // "Strong fit"
	You    int    // 0–100
	They   int    // 0–100
	Terms  []FitTerm
	Change string // what would change it; one sentence
}

// lopsided is how many times the other's gain one side's must be to be told in words.
const lopsided = 2

// Whose says in words which side gains.
func (c Compat) Whose() string {
	switch {
	case c.You == 0 && c.They == 0:
		return "nothing to gain is known"
	case c.They >= lopsided*max(c.You, 1):
		return "mostly for " + c.Them
	case c.You >= lopsided*max(c.They, 1):
		return "mostly for you"
	}
	return "for both of you"
}

// keys returns the reasons that any term has, in their order.
func (c Compat) keys() []Code {
	var list []Code
	seen := map[Code]bool{}
	for _, t := range c.Terms {
		if !seen[t.Reason] && (t.You > 0 || t.Them > 0) {
			seen[t.Reason] = true
			list = append(list, t.Reason)
		}
	}
	return list
}

func (t FitTerm) label() string { return or(t.Label, t.Reason.Label()) }

// piece is one part of a bar, in percent of its width.
type piece struct {
	Reason   Code
	From, To string
}

// pieces cuts a side's bar into its terms; what goes beyond 100 is left out.
func (c Compat) pieces(side func(FitTerm) int) []piece {
	var list []piece
	at := 0
	for _, t := range c.Terms {
		n := min(max(side(t), 0), 100-at)
		if n == 0 {
			continue
		}
		list = append(list, piece{t.Reason, strconv.Itoa(at) + "%", strconv.Itoa(n) + "%"})
		at += n
	}
	return list
}

// bar draws pieces. It is Go and no template, since a page of ten invitations has
// a hundred of them.
func bar(list []piece) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		err := put(w, `<svg class="bar" width="100%" height="10" aria-hidden="true"><rect class="track" width="100%" height="10"></rect>`)
		for _, p := range list {
			err = errors.Join(err, put(w, `<rect data-r="`, templ.EscapeString(string(p.Reason)), `" x="`, p.From,
				`" y="0" width="`, p.To, `" height="10"></rect>`))
		}
		return errors.Join(err, put(w, `</svg>`))
	})
}

func yourSide(t FitTerm) int  { return t.You }
func theirSide(t FitTerm) int { return t.Them }

// Gained is one line of what accepting brings: a coarse figure and its words, or
// an icon with what a screen reader says for it.
type Gained struct {
	Figure string // "~40", "5+", "few"
	Icon   string // instead of a figure: "eye"
	Says   string // the icon in words: "Who newly sees you:"
	Text   string
}
