package ui

// Known is how two connections know each other, as one of the two reads it. Nobody
// else is ever shown it.
type Known struct {
	Handle    string // of the other
	Name      string // of the other, within a sentence
	Label     string // how, in words; empty where neither says
	Mine      bool   // the reader says it
	Said      bool   // one of the two does; an import names nobody
	Confirmed bool   // and so does the other
	Version   int64  // of the tie as it is shown
	From      string // where answers lead back to: "list", or the other's page if empty
}

// Line says how they know each other, who says so, and whether the other does too.
func (k Known) Line() string {
	switch {
	case k.Label == "":
		return ""
	case k.Confirmed && k.Mine:
		return k.Label + " · you say, and " + k.Name + " confirmed it"
	case k.Confirmed && k.Said:
		return k.Label + " · says " + k.Name + ", confirmed by you"
	case k.Mine:
		return k.Label + " · you say, " + k.Name + " has not confirmed it yet"
	case k.Said:
		return k.Label + " · says " + k.Name
	}
	return k.Label
}

// Confirmable reports whether it waits for the reader's word.
func (k Known) Confirmable() bool { return k.Label != "" && !k.Mine && !k.Confirmed }

// Verb is what the reader can do about it.
func (k Known) Verb() string {
	switch {
	case k.Label == "":
		return "Say how you know each other"
	case k.Mine:
		return "Change"
	}
	return "Correct"
}

func (k Known) href(verb string) string { return "/network/with/" + k.Handle + "/" + verb }

var knownBy = map[Code]string{
	Relationship: "A real tie", Shared: "People you both know", Background: "Interest in the other’s background", Network: "To grow the network",
	Career: "For a career", Activity: "Interest in what the other does here", Profile: "To see the whole profile",
}

// Known returns the reason as how two people know each other.
func (c Code) Known() string { return or(knownBy[c], c.Label()) }
