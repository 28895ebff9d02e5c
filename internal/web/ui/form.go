package ui

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"guildhall/internal/access"
)

// Input is a field of one line. The id is "f-" and the name unless ID is set; two
// forms on one page need that.
type Input struct {
	Name         string
	Label        string
	Value        string // what was typed, or what is stored
	Error        string // complete sentence; empty: none
	Hint         string
	Type         string // "text" if empty
	ID           string
	Placeholder  string
	Autocomplete string // such as "email", "current-password"; "off" if empty in a text field is not set
	Max          int    // in characters, to show; never enforced by the browser, which would cut what is pasted without a word
	Required     bool
	Optional     bool // says "(optional)" beside the label
	Autofocus    bool
	HideLabel    bool // for screen readers only
	Attrs        Attrs
}

// Area is a field of several lines. With Max it shows how much was used.
type Area struct {
	Input
	Rows   int    // 3 if 0
	Mirror string // id of an element that shows the text as it is typed
}

// Option is one choice of a Selection.
type Option struct {
	Value    string
	Label    string
	Disabled bool
}

// Selection is a choice from a list that folds.
type Selection struct {
	Name      string
	Label     string
	Value     string
	Options   []Option
	Error     string
	Hint      string
	ID        string
	Optional  bool
	HideLabel bool
	Attrs     Attrs
}

// Box is a checkbox, or a radio button when Radio is set.
type Box struct {
	Name     string
	Value    string // "on" if empty
	Label    string
	Hint     string
	Count    string // at the end of the line: how many that would be
	CountID  string // id of Count, so that a fragment can bring it up to date
	Icon     string
	Reason   Code // its icon and colour
	Checked  bool
	Disabled bool
	Radio    bool
	ID       string
	Attrs    Attrs
}

// Card is a radio button with a headline and a line of explanation.
type Card struct {
	Name    string
	Value   string
	Label   string
	Hint    string
	Icon    string // or the reason's
	Reason  Code
	Checked bool
	ID      string
	Attrs   Attrs
}

// Month is a month of a year, from two fields: name-month (1–12) and name-year.
type Month struct {
	Name     string
	Label    string
	Month    int    // 1–12; 0: not said
	Year     string // as typed
	Error    string
	Hint     string
	Optional bool
}

// Rings is who may see a section, in a form of the page's own making. The form
// sends the audience's code under Name, and the chosen group's under Name-group.
type Rings struct {
	Name    string
	Section string // "Experience"
	Value   access.Audience
	Group   string            // the chosen group's value, when Value is Group
	Groups  []Option          // the member's groups; none: the choice is left out
	Counts  map[string]string // by code: how many that is today: "2,904 people"
	ID      string
	Error   string
}

func (i Input) id() string     { return or(i.ID, "f-"+i.Name) }
func (s Selection) id() string { return or(s.ID, "f-"+s.Name) }
func (r Rings) id() string     { return or(r.ID, "f-"+r.Name) }
func (i Input) typ() string    { return or(i.Type, "text") }

// described lists the ids of the texts that explain a field.
func described(id, errText, hint string) string {
	return join(when(errText != "", id+"-error"), when(hint != "", id+"-hint"))
}

func (a Area) rows() string { return strconv.Itoa(max(a.Rows, 3)) }

func (a Area) describedBy() string {
	return join(described(a.id(), a.Error, a.Hint), when(a.Max > 0, a.id()+"-count"))
}

func (a Area) used() string {
	return Count(utf8.RuneCountInString(a.Value)) + " of " + Count(a.Max) + " characters"
}

var months = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

func monthOptions() []Option {
	list := []Option{{Label: "Month"}}
	for i, m := range months {
		list = append(list, Option{Value: strconv.Itoa(i + 1), Label: m})
	}
	return list
}

func audienceIcon(a access.Audience) string {
	switch a {
	case access.Public:
		return "globe"
	case access.Members:
		return "building-2"
	case access.Third:
		return "waypoints"
	case access.Second:
		return "users-round"
	case access.Connections:
		return "user-round-check"
	case access.Group:
		return "users"
	}
	return "lock"
}

func audienceHint(a access.Audience) string {
	switch a {
	case access.Public:
		return "Anyone on the web"
	case access.Members:
		return "Everyone signed in here"
	case access.Third:
		return "Connections, theirs, and one step more"
	case access.Second:
		return "Connections and their connections"
	case access.Connections:
		return "People you are connected with"
	case access.Group:
		return "Whoever has one group on their profile"
	}
	return "Nobody else"
}

// invalid marks both fields of a month that cannot be taken.
func invalid(m Month) Attrs {
	if m.Error == "" {
		return nil
	}
	return Attrs{"aria-invalid": "true", "aria-describedby": "f-" + m.Name + "-error"}
}

func sortedKeys(m map[string]string) []string {
	return slices.Sorted(maps.Keys(m))
}
