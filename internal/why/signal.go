package why

import (
	"cmp"
	"slices"
	"strings"
)

// Use is one thing of one side that a piece of evidence was computed from, so
// that rights can be checked one by one. One of Fact and Offer is set.
type Use struct {
	Side  Role
	Fact  int64 // ID of a Fact or a Seek: both are rows of one table
	Offer Offer
}

// Signal is evidence that a feature hands in because it alone knows: that two
// wrote to each other, that one follows the other. The engine weighs it and has the
// words for it; who may know of it is the feature's to decide.
type Signal struct {
	Kind     string  // one of the keys in signals; any other weighs nothing and doesn't show
	Strength float64 // 0..1, its own, before any weight
	Count    int     // how many: messages, people
	From, To Month   // when; 0 unknown
	Label    string  // a company's or circle's name
	Entity   int64   // what Label names; signals of one kind about one entity count once
	Members  []int64 // people whom it is about, other than the two
	Uses     []Use   // the facts it was computed from, if any
}

// told holds the words for one kind of signal. A feature that has something new
// to tell adds a row here and one to weights, and hands it in.
type told struct {
	sentence func(t talk, e Evidence) string
	chip     func(e Evidence) string
	rest     string // within "Without … it would be 49"
	least    int    // Count below which it is not told: what names a circle names nobody
}

// circle is how many people a company or circle must have to be named.
const circle = 5

// signals are the kinds that features hand in.
var signals = map[string]told{
	EarlierMessages: {
		sentence: func(_ talk, e Evidence) string {
			return "You wrote to each other in an earlier invitation" + inMonth(e) + "."
		},
		chip: func(Evidence) string { return "wrote before" },
		rest: "what you wrote to each other before",
	},
	OnceConnected: {
		sentence: talk.onceConnected,
		chip:     func(Evidence) string { return "connected before" },
		rest:     "having been connected before",
	},
	Follows:     {sentence: follow(Sender), chip: func(Evidence) string { return "follows" }, rest: "following"},
	FollowsBack: {sentence: follow(Receiver), chip: func(Evidence) string { return "followed" }, rest: "following"},
	Bridge:      {sentence: bridge(Receiver), chip: toCircle, rest: "introductions to come", least: circle},
	BridgeBack:  {sentence: bridge(Sender), chip: toCircle, rest: "introductions to come", least: circle},
}

// inMonth adds the time of the last of several, or of the one.
func inMonth(e Evidence) string {
	if last := cmp.Or(e.To, e.From); last.believable() {
		return ", in " + last.String()
	}
	return ""
}

// onceConnected: "You were connected before, from May 2019 to June 2021."
func (t talk) onceConnected(e Evidence) string {
	s := "You were connected before"
	switch {
	case e.From.believable() && e.To.believable() && e.From < e.To:
		return s + ", from " + e.From.String() + " to " + e.To.String() + "."
	case e.To.believable():
		return s + ", until " + e.To.String() + "."
	case e.From.believable():
		return s + ", since " + e.From.String() + "."
	}
	return s + "."
}

// follow: "Ingrid follows you."
func follow(who Role) func(talk, Evidence) string {
	return func(t talk, _ Evidence) string {
		return t.begin(who) + t.verb(who, " follow ", " follows ") + t.subject(opposite(who)) + "."
	}
}

// bridge: "You know seven people from Ostrava Grid, where the two of you have nobody in common."
func bridge(who Role) func(talk, Evidence) string {
	return func(t talk, e Evidence) string {
		return t.begin(who) + t.verb(who, " know ", " knows ") + number(e.Count) + " people from " + named(e) +
			", where the two of you have nobody in common."
	}
}

func toCircle(e Evidence) string {
	if e.Label == "" {
		return "introductions"
	}
	return "to " + e.Label
}

// tidySignals copies the signals that the engine knows, bounded and in an order
// of their own; of several that say the same the strongest.
func tidySignals(all []Signal) []Signal {
	all = slices.DeleteFunc(slices.Clone(all), func(s Signal) bool {
		known, ok := signals[s.Kind]
		return !ok || !(s.Strength > 0) || known.least > 0 && (s.Count < known.least || s.Label == "")
	})
	for i := range all {
		s := &all[i]
		s.Strength, s.Count = min(s.Strength, 1), max(s.Count, 0)
		s.Uses, s.Members = tidyUses(s.Uses), slices.Clone(s.Members)
	}
	slices.SortFunc(all, compareSignals)
	return slices.CompactFunc(all, func(a, b Signal) bool { return a.key() == b.key() })
}

func compareSignals(a, b Signal) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), cmp.Compare(a.Entity, b.Entity), strings.Compare(a.about(), b.about()),
		cmp.Compare(b.Strength, a.Strength), cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
		strings.Compare(a.Label, b.Label), slices.Compare(a.Members, b.Members), slices.CompareFunc(a.Uses, b.Uses, compareUses))
}

// about tells apart what has no entity.
func (s Signal) about() string {
	if s.Entity == 0 {
		return s.Label
	}
	return ""
}

func (s Signal) key() key { return key{entity: s.Entity, name: s.Kind + " " + s.about()} }

// signalled makes items of what features handed in.
func signalled(all []Signal) []*item {
	var items []*item
	for _, s := range all {
		items = append(items, &item{
			Evidence: Evidence{Kind: s.Kind, Strength: s.Strength, Count: s.Count, From: s.From, To: s.To,
				Label: s.Label, Entity: s.Entity, Members: s.Members, Uses: s.Uses},
			keys: []key{s.key()},
		})
	}
	return items
}

// tidyUses copies uses in order, each once.
func tidyUses(uses []Use) []Use {
	uses = slices.Clone(uses)
	slices.SortFunc(uses, compareUses)
	return slices.Compact(uses)
}

func compareUses(a, b Use) int {
	return cmp.Or(cmp.Compare(a.Side, b.Side), cmp.Compare(a.Fact, b.Fact), cmp.Compare(a.Offer, b.Offer))
}

// uses names the rows of facts of both sides.
func uses(sender, receiver []Fact) []Use {
	all := make([]Use, 0, len(sender)+len(receiver))
	for i := range sender {
		all = append(all, Use{Side: Sender, Fact: sender[i].ID})
	}
	for i := range receiver {
		all = append(all, Use{Side: Receiver, Fact: receiver[i].ID})
	}
	return tidyUses(all)
}
