package ui

// Nothing is the state of a list that has nothing in it: what it would hold, and
// the next step.
type Nothing struct {
	Title  string // "No invitations waiting"
	Text   string
	Action string // the next step's words; empty: none
	Href   string
}

// Tone is how a banner is meant.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Well    Tone = "good"
	Warning Tone = "warn"
	Bad     Tone = "bad"
)

func (t Tone) icon() string {
	switch t {
	case Well:
		return "check"
	case Warning, Bad:
		return "circle-alert"
	}
	return "info"
}

// Allowance is a limit that is shown to whom it applies.
type Allowance struct {
	ID   string // unique on the page; "quota" if empty
	Left int
	Of   int
	What string // "invitations left this week"
	Note string // "Full again on Monday."
}
