package why

import "strconv"

// talk is a sentence's point of view: the reader is "you", the other has a name.
type talk struct {
	reader Role
	other  string // "" when no name is known
}

// subject is how a sentence names a side at its beginning or within.
func (t talk) subject(side Role) string {
	switch {
	case side == t.reader:
		return "you"
	case t.other == "":
		return "this person"
	}
	return t.other
}

// whose is the possessive of a side.
func (t talk) whose(side Role) string {
	switch {
	case side == t.reader:
		return "your"
	case t.other == "":
		return "their"
	}
	return t.other + "’s"
}

// verb picks the form that goes with a side.
func (t talk) verb(side Role, you, they string) string {
	if side == t.reader {
		return you
	}
	return they
}

// begin is subject at the beginning of a sentence. A name keeps its letters.
func (t talk) begin(side Role) string {
	if side != t.reader && t.other != "" {
		return t.other
	}
	return upper(t.subject(side))
}

func opposite(side Role) Role {
	if side == Sender {
		return Receiver
	}
	return Sender
}

// Sentence says in one English sentence what a piece of evidence means to the
// reader, who stands on one side; other is the name of the person on the other
// side, best the first name. "" for an unknown kind.
func Sentence(e Evidence, reader Role, other string) string {
	t := talk{reader, other}
	switch e.Kind {
	case CompanyOverlap, GroupOverlap, SchoolOverlap:
		return t.overlap(e)
	case CompanySame, SchoolSame, GroupSame:
		return "Both of you list " + named(e) + "; the dates don’t say whether at the same time."
	case CompanyGap, SchoolGap, GroupGap:
		return t.gap(e)
	case SkillSame:
		return "Both of you list " + labelsOr(e, "the same skill") + "."
	case FieldSame:
		return "Both of you work in " + labelsOr(e, "the same field") + "."
	case PlaceSame:
		return "Both of you are in " + labelsOr(e, "the same place") + "."
	case LanguageSame:
		return "Both of you speak " + labelsOr(e, "the same language") + "."
	case MutualKnown:
		if e.Count == 1 {
			return "One person knows you both."
		}
		return upper(number(e.Count)) + " people know you both."
	case SeekSender:
		return t.sought(e, Sender)
	case SeekReceiver:
		return t.sought(e, Receiver)
	case OfferMatch:
		return t.begin(Receiver) + t.verb(Receiver, " are ", " is ") + e.ReceiverOffer.Label() + ", and " +
			t.subject(Sender) + t.verb(Sender, " are ", " is ") + e.SenderOffer.Label() + "."
	case OfferOwn:
		return t.begin(Sender) + t.verb(Sender, " are ", " is ") + e.SenderOffer.Label() + "."
	case FewConnections:
		return t.begin(Sender) + t.verb(Sender, " have", " has") + " few connections here yet."
	case BroadNetwork:
		return t.begin(Sender) + t.verb(Sender, " connect", " connects") + " broadly."
	case ClosedSections:
		return t.closed(e)
	}
	if s, ok := signals[e.Kind]; ok {
		return s.sentence(t, e)
	}
	return ""
}

// named is the entity's label, or words for it.
func named(e Evidence) string {
	if e.Label != "" {
		return e.Label
	}
	return "the same place"
}

func labelsOr(e Evidence, instead string) string {
	if l := labels(e.SenderFacts); l != "" {
		return l
	}
	if l := labels(e.ReceiverFacts); l != "" {
		return l
	}
	return instead
}

// overlap: "You were both at Nordlys Energi from March 2019 to July 2021."
func (t talk) overlap(e Evidence) string {
	at := preposition(e)
	whole := e.Months == int(e.To-e.From)+1
	switch {
	case !whole:
		return "You were both" + at + named(e) + " for " + SpanLong(e.Months) + " in all, between " + e.From.String() + " and " + e.To.String() + "."
	case e.Open:
		return "You have both been" + at + named(e) + " since " + e.From.String() + "."
	case e.From == e.To:
		return "You were both" + at + named(e) + " in " + e.From.String() + "."
	}
	return "You were both" + at + named(e) + " from " + e.From.String() + " to " + e.To.String() + "."
}

func preposition(e Evidence) string {
	if e.Kind == GroupOverlap || e.Kind == GroupSame || e.Kind == GroupGap {
		return " in "
	}
	return " at "
}

// gap: "You left Halden Robotics in June 2015; Bastian’s entry there begins in
// January 2018."
func (t talk) gap(e Evidence) string {
	later := opposite(e.Earlier)
	return t.begin(e.Earlier) + " left " + named(e) + " in " + e.From.String() + "; " +
		t.whose(later) + " entry there begins in " + e.To.String() + "."
}

// sought: "Ingrid is interested in Ostrava Grid; you are there."
func (t talk) sought(e Evidence, seeker Role) string {
	met := opposite(seeker)
	facts := e.SenderFacts
	if met == Receiver {
		facts = e.ReceiverFacts
	}
	return t.begin(seeker) + t.verb(seeker, " are", " is") + " interested in " + labelOf(e, facts) + "; " +
		t.subject(met) + " " + t.meets(e, met, facts) + "."
}

// meets says how a side is, knows or did what the other seeks.
func (t talk) meets(e Evidence, side Role, facts []Fact) string {
	switch {
	case e.Of == Company && e.Open, e.Of == Place:
		return t.verb(side, "are", "is") + " there"
	case e.Of == Company && over(facts):
		return t.verb(side, "were", "was") + " there"
	case e.Of == School:
		return "studied there"
	case e.Of == Group:
		return t.verb(side, "are", "is") + " in it"
	case e.Of == Field:
		return t.verb(side, "work", "works") + " in it"
	case e.Of == Language:
		return t.verb(side, "speak", "speaks") + " it"
	}
	return t.verb(side, "list", "lists") + " it"
}

func labelOf(e Evidence, facts []Fact) string {
	if e.Label != "" {
		return e.Label
	}
	if l := labels(facts); l != "" {
		return l
	}
	return "that"
}

// over reports whether every entry has an end.
func over(facts []Fact) bool {
	for _, f := range facts {
		if f.To == 0 {
			return false
		}
	}
	return len(facts) > 0
}

// closed: whose sections are closed to whom.
func (t talk) closed(e Evidence) string {
	s := upper(number(e.Count)) + " of " + t.whose(Receiver) + " sections "
	if e.Count == 1 {
		s += "is"
	} else {
		s += "are"
	}
	return s + " closed to " + t.subject(Sender) + "."
}

// Lead is the verdict's first words, to be set in bold: "The record agrees."
func (a Assessment) Lead(p Pair) string {
	switch a.Verdict {
	case NoReason:
		return "No reason given."
	case Agrees:
		return "The record agrees."
	case Partly:
		return "The record agrees in part."
	case Unchecked:
		return "The record cannot check this reason."
	}
	if aboutTime(p.claim()) {
		return "No overlap found."
	}
	return "Nothing found for this reason."
}

// aboutTime reports whether a claim is about time spent together.
func aboutTime(r Reason, sub string) bool {
	return r == Relationship && sub != "business" && sub != "met"
}

// Text is the sentence that the verdict rests on, "" when there is nothing to
// point at. p is the pair that was assessed.
func (a Assessment) Text(reader Role, p Pair) string {
	if a.Detail == nil {
		return ""
	}
	return Sentence(*a.Detail, reader, p.otherName(reader))
}

// Says is the whole verdict for one reader: "You were both at Nordlys Energi from
// March 2019 to July 2021." or "No overlap found. You left Halden Robotics in June
// 2015; Bastian’s entry there begins in January 2018."
func (a Assessment) Says(reader Role, p Pair) string {
	lead, text := a.Lead(p), a.Text(reader, p)
	switch {
	case text == "":
		return lead
	case a.Verdict == Agrees:
		return text
	}
	return lead + " " + text
}

func (p Pair) otherName(reader Role) string {
	if reader == Sender {
		return p.Receiver.Name
	}
	return p.Sender.Name
}

// Sentence says what would change the score, for one reader: "Without the time
// together at Nordlys Energi it would be 49, fair."
func (c Change) Sentence(reader Role, other string) string {
	t := talk{reader, other}
	score := strconv.Itoa(c.Score) + ", " + c.Band.String() + "."
	switch c.Key {
	case ChangeWithout:
		return "Without " + t.rests(c.Evidence) + " it would be " + score
	case ChangeTogether:
		return "Two years together" + preposition(c.Evidence) + named(c.Evidence) + " would make it " + score
	case ChangeMutuals:
		return "With ten mutual connections it would be " + score
	case ChangeOneSided:
		return "Most of the gain is on " + t.whose(c.Gainer) + " side."
	case ChangeReason:
		return "A stated reason would not change the number; it would tell what " + t.subject(Sender) +
			t.verb(Sender, " have", " has") + " in mind."
	}
	return ""
}

// rests names a piece of evidence within a sentence.
func (t talk) rests(e Evidence) string {
	switch e.Kind {
	case CompanyOverlap, SchoolOverlap, GroupOverlap:
		return "the time together" + preposition(e) + named(e)
	case CompanySame, CompanyGap, SchoolSame, SchoolGap, GroupSame, GroupGap:
		return named(e) + " in common"
	case SkillSame:
		return "the skills in common"
	case FieldSame:
		return "the field in common"
	case PlaceSame:
		return "the place in common"
	case LanguageSame:
		return "the language in common"
	case MutualKnown:
		return "mutual connections"
	case SeekSender:
		return "what " + t.subject(Sender) + t.verb(Sender, " look for", " looks for")
	case SeekReceiver:
		return "what " + t.subject(Receiver) + t.verb(Receiver, " look for", " looks for")
	case OfferMatch:
		return "what each is open to"
	}
	if s, ok := signals[e.Kind]; ok {
		return s.rest
	}
	return "that"
}
