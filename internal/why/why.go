// Package why answers, for one pair of people and one reader, the question that
// every invitation raises: why does this person want to connect, and what would
// both get out of it?
//
// It owns the evidence between two people (which facts of theirs meet, and how
// strongly), the seven reasons that the evidence speaks for, the comparison of
// what the sender says with what is found, the two-sided compatibility, and the
// English words for all of it. It does not know who may see what, where facts
// are kept, what time it is or how anything is drawn: the caller feeds only
// facts that the reader may see, and Assess is a pure function of what it is
// fed, so what was not fed cannot show, not even by a score that differs.
//
// The formulas, the weights and a worked example are in doc/design/why.md.
package why

import "slices"

// Reason is one of the seven reasons to connect, by its stable code.
type Reason string

// The seven reasons. The codes are stored and sent: never rename.
const (
	Background   Reason = "background"   // interest in the other's background
	Network      Reason = "network"      // grow the network
	Career       Reason = "career"       // career opportunities
	Profile      Reason = "profile"      // see the full profile
	Activity     Reason = "activity"     // see the activity
	Shared       Reason = "shared"       // shared connections
	Relationship Reason = "relationship" // strengthen a real tie
)

// Reasons lists the seven in the order in which they are shown.
var Reasons = []Reason{Background, Network, Career, Profile, Activity, Shared, Relationship}

// Valid reports whether r is one of the seven.
func (r Reason) Valid() bool { return slices.Contains(Reasons, r) }

// FactKind says what a fact is about. The numbers are stored: never renumber.
type FactKind uint8

// The kinds of facts that can be compared.
const (
	Company  FactKind = iota + 1 // a position
	School                       // an education
	Group                        // a membership
	Skill                        // something one knows
	Field                        // an industry
	Place                        // where one is
	Language                     // what one speaks
)

// Valid reports whether k is a known kind.
func (k FactKind) Valid() bool { return k >= Company && k <= Language }

// String returns the kind's stable lower-case name, the first half of an
// evidence key such as "company.overlap"; "" for an unknown kind.
func (k FactKind) String() string {
	names := [...]string{"", "company", "school", "group", "skill", "field", "place", "language"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Role says on which side of an invitation somebody stands.
type Role uint8

// The two sides.
const (
	Sender   Role = 1 // who asks
	Receiver Role = 2 // who is asked
)

// Fact is one thing about a member that can be compared with another's.
type Fact struct {
	ID       int64    // the row the fact stands for: the caller checked rights on it
	Kind     FactKind // what it is about
	Entity   int64    // comparable id: same company, school, skill …; 0 never matches
	Label    string   // the entity's name as shown ("Nordlys Energi")
	Role     string   // title or degree programme, may be empty
	From, To Month    // From 0: undated. To 0: still going on. Both months belong to the time
	People   int      // how many have the entity, as far as everybody may know; the same for all its facts. 0 unknown
	Released bool     // visible to the reader only because the sender released it; weighs like any other
}

// Seek is something that a side looks for.
type Seek struct {
	ID     int64
	Kind   FactKind
	Entity int64 // 0 never matches
	Label  string
}

// Offer is something that a side is "open to". The numbers are stored.
type Offer uint8

// What one can be open to.
const (
	Work      Offer = 1 // being hired
	Hiring    Offer = 2
	Mentoring Offer = 3 // being somebody's mentor
	Mentored  Offer = 4 // being mentored
	Speaking  Offer = 5
)

// Side is one of the two people, as far as the reader may see them.
type Side struct {
	Member      int64
	Name        string // as sentences name the person; the first name where the caller knows it
	Facts       []Fact
	Seeks       []Seek
	Offers      []Offer
	Connections int // only the coarse band counts; below 0: the reader may not know
	Closed      int // how many sections are closed to the other side at their present degree
}

// Mutual is a connection of both sides that the reader may see.
type Mutual struct {
	Member      int64
	Connections int // how many connections that person has
}

// Pair is everything that an answer follows from. The caller filters it for one
// reader; nothing else is consulted.
type Pair struct {
	Sender, Receiver Side
	Degree           int      // 1..3; 4 is far
	Mutuals          []Mutual // those the reader may see
	MutualCount      int      // exact released count; may exceed len(Mutuals)
	Signals          []Signal // evidence that features hand in
	Stated           Reason   // what the sender says: one of the seven, or an operator's own; "" is no reason given
	Kin              Reason   // of an operator's own reason: the one of the seven that it is a kind of; may be empty
	Sub              string   // code of a sub-reason of Stated, see Subs; may be empty
	Now              Month    // the caller's clock, up to which open-ended entries run
	Community        int      // how many members there are, as far as everybody may know; 0 unknown
	Model            *Model   // the weights; nil: Default
}

// Evidence is one thing that the record holds for (or beside) a reason.
type Evidence struct {
	Kind     string   // stable key such as "company.overlap"; see the Kind constants
	Of       FactKind // what a seek is about; 0 elsewhere
	Strength float64  // 0..1, for the reason it stands under: weight × own strength

	Entity int64 // the entity in common; 0 where the item stands for several
	Label  string

	SenderFacts   []Fact // the entries compared, oldest first
	ReceiverFacts []Fact

	Months   int   // months together (>0), or months from one's end to the other's begin (<0)
	From, To Month // the joint time, first and last month; of a gap, its two edges
	Open     bool  // the joint time still goes on; of a seek, the entry that meets it
	Earlier  Role  // of a gap: who was there first

	Members []int64 // mutual connections, strongest first; of a signal, the people it names
	Uses    []Use   // every fact, seek and offer that it was computed from, in order, each once
	Count   int     // how many skills, mutual connections, closed sections …

	SenderOffer, ReceiverOffer Offer // the two that match
	Seek                       int64 // ID of the seek that is met
}

// Alone reports whether the evidence needs only one of the two: that somebody is
// new, knows many, keeps sections closed or is open to something is nothing
// between them.
func (e Evidence) Alone() bool {
	switch e.Kind {
	case FewConnections, BroadNetwork, ClosedSections, OfferOwn:
		return true
	}
	return false
}

// Found is one reason with the evidence for it.
type Found struct {
	Reason   Reason
	Strength float64    // 0..1, the items combined by noisy-or, each entity counted once
	Band     Band       // the confidence in words; None when the evidence does not carry the reason
	Items    []Evidence // strongest first
}

// Supported reports whether the evidence carries the reason.
func (f Found) Supported() bool { return f.Band > None }

// Band is a coarse level for people to read.
type Band uint8

// The bands. Cuts are in weights.go.
const (
	None Band = iota // below the threshold: not found
	Low
	Fair
	Good
	Strong
)

// String returns the band's stable lower-case name.
func (b Band) String() string {
	names := [...]string{"none", "low", "fair", "good", "strong"}
	if int(b) < len(names) {
		return names[b]
	}
	return names[None]
}

// Verdict is how what the sender says stands beside what is found.
type Verdict uint8

// The verdicts.
const (
	NoReason     Verdict = iota // nothing was said
	Agrees                      // the record carries the claim
	Partly                      // the record holds something near it, or too little of it
	NothingFound                // nothing in what the reader may see
	Unchecked                   // an operator's own reason, for which no evidence is known
)

// Assessment is the whole answer.
type Assessment struct {
	Found   []Found       // over the threshold only, strongest first
	Stated  Found         // what was found for the stated reason, carried or not; zero without one
	Verdict Verdict       // what is said beside what is found; like Stated and Detail by Default, whatever was learned
	Detail  *Evidence     // what the verdict rests on; nil when there is nothing to point at
	Fit     Compatibility // what each could gain
}

// Assess answers for one pair and one reader. It is pure and deterministic, and
// the order of whatever p lists does not matter. Cost: O(n log n) in the number
// of facts, seeks, signals and mutual connections; no error: wild dates count as undated.
func Assess(p Pair) Assessment {
	d := examine(p)
	all := d.reasons()
	a := Assessment{Fit: d.compatibility(all)}
	for _, f := range all {
		if f.Supported() {
			a.Found = append(a.Found, f)
		}
	}
	a.Verdict, a.Stated, a.Detail = d.judge(all)
	if d.model != Default {
		a.Verdict, a.Stated, a.Detail = onRecord(p)
	}
	return a
}

// onRecord judges by the hand-set model: whether a claim is so does not follow from
// what people here like to accept.
func onRecord(p Pair) (Verdict, Found, *Evidence) {
	p.Model = nil
	d := examine(p)
	return d.judge(d.reasons())
}

// Supports returns all seven reasons for the invite dialog: those that the
// evidence carries first, strongest first, then the others in display order.
func Supports(p Pair) []Found {
	d := examine(p)
	return d.reasons()
}
