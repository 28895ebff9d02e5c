package why

import (
	"slices"
	"strconv"
	"strings"
)

// Names and labels are data: they are joined into sentences, never used as
// format strings, and the English here makes no guess at anybody's gender.

var monthNames = [...]string{"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"}

// String writes the month out: "June 2015"; "" for an unknown one.
func (m Month) String() string { return m.name(len("September")) }

// Short abbreviates the month for tables: "Jun 2015"; "" for an unknown one.
func (m Month) Short() string { return m.name(3) }

func (m Month) name(letters int) string {
	if m <= 0 {
		return ""
	}
	name := monthNames[m%12]
	return name[:min(letters, len(name))] + " " + strconv.Itoa(int(m/12))
}

// Span writes a number of months for a chip: "2 y 5 m"; what is one number alone in
// full: "7 months", "3 years". The sign of a gap is left out.
func Span(months int) string {
	if months%12 == 0 || -12 < months && months < 12 {
		return SpanLong(months)
	}
	return span(months, " y", " y", " m", " m", " ")
}

// SpanLong writes a number of months for a sentence: "2 years and 5 months".
func SpanLong(months int) string {
	return span(months, " year", " years", " month", " months", " and ")
}

func span(months int, year, years, month, monthsWord, and string) string {
	if months < 0 {
		months = -max(months, -1<<31)
	}
	unit := func(n int, one, many string) string {
		if n == 1 {
			return "1" + one
		}
		return strconv.Itoa(n) + many
	}
	y, m := months/12, months%12
	switch {
	case y == 0:
		return unit(m, month, monthsWord)
	case m == 0:
		return unit(y, year, years)
	}
	return unit(y, year, years) + and + unit(m, month, monthsWord)
}

// number writes small numbers in words, as sentences do.
func number(n int) string {
	words := [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// upper makes the first letter of a sentence of ours a capital one.
func upper(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// list joins words with commas and a last "and".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// labels lists the different labels of facts in alphabetical order, most of them
// by name and the rest by number.
func labels(facts []Fact) string {
	const most = 5
	var names []string
	for _, f := range facts {
		if f.Label != "" {
			names = append(names, f.Label)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if more := len(names) - most; more > 1 {
		names = append(names[:most:most], number(more)+" more")
	}
	return list(names)
}

var reasonLabels = map[Reason]string{
	Background:   "Interest in your background",
	Network:      "Grow the network",
	Career:       "Career opportunities",
	Profile:      "See your full profile",
	Activity:     "See your activity",
	Shared:       "Shared connections",
	Relationship: "Strengthen a real tie",
}

// Label returns the reason's English name, as the receiver reads it; "" for a
// reason that is not one of the seven.
func (r Reason) Label() string { return reasonLabels[r] }

var benefits = map[Reason]string{
	Background:   "You exchange knowledge and experience with somebody whose path touches yours.",
	Network:      "You come within reach of more people, and they of you.",
	Career:       "You are connected to openings, candidates or advice.",
	Profile:      "You both see more of each other’s professional profile.",
	Activity:     "You see more of what the other does here, beyond the profile.",
	Shared:       "You can ask for introductions, and your network becomes wider.",
	Relationship: "You keep up a working relationship that exists.",
}

// Benefit says in one sentence what connecting for this reason gives the reader,
// on either side; it goes well after "What it gives:". "" for other reasons.
func Benefit(r Reason) string { return benefits[r] }

// BenefitKey is the stable key of that sentence, for translations.
func BenefitKey(r Reason) string { return "benefit." + string(r) }

var offerWords = map[Offer]string{
	Work: "open to work", Hiring: "hiring", Mentoring: "open to mentoring",
	Mentored: "looking for a mentor", Speaking: "open to speaking",
}

// Label returns what somebody with this offer is: "open to work". "" for an
// unknown one.
func (o Offer) Label() string { return offerWords[o] }

// Words names the band for what it stands for: Words("evidence") is "Strong
// evidence", Words("fit") "Good fit".
func (b Band) Words(of string) string { return upper(b.String()) + " " + of }

// Short names for chips, by reason.
var chipTitles = map[Reason]string{
	Background: "Background", Network: "Network", Career: "Career", Profile: "Full profile",
	Activity: "Activity", Shared: "Connections", Relationship: "Real tie",
}

// Chip gives a reason's chip: a title and the one fact that speaks most for it,
// such as ("Worked together", "2 y 5 m"). Without a fact it says "none found", of
// a time together "no overlap".
func Chip(f Found) (title, fact string) {
	title = chipTitles[f.Reason]
	if len(f.Items) == 0 {
		return title, "none found"
	}
	e := f.Items[0]
	if f.Reason == Relationship {
		return tieChip(e, title)
	}
	if f.Reason == Network && e.Kind == MutualKnown {
		return title, strconv.Itoa(e.Count) + " mutual"
	}
	return title, chipFact(e)
}

func tieChip(e Evidence, title string) (string, string) {
	switch e.Kind {
	case CompanyOverlap:
		return "Worked together", Span(e.Months)
	case SchoolOverlap:
		return "Studied together", Span(e.Months)
	case GroupOverlap:
		return "Same group", Span(e.Months)
	case CompanySame:
		return "Same company", "no dates to compare"
	case SchoolSame:
		return "Same school", "no dates to compare"
	case GroupSame:
		return "Same group", "no dates to compare"
	case CompanyGap:
		return "Worked together", "no overlap"
	case SchoolGap:
		return "Studied together", "no overlap"
	case GroupGap:
		return "Same group", "no overlap"
	}
	return title, chipFact(e)
}

func chipFact(e Evidence) string {
	switch e.Kind {
	case CompanyOverlap, CompanySame, CompanyGap:
		return "same company"
	case SchoolOverlap, SchoolSame, SchoolGap:
		if _, _, name := programme(e.SenderFacts, e.ReceiverFacts); name != "" {
			return "same programme"
		}
		return "same school"
	case GroupOverlap, GroupSame, GroupGap:
		return "same group"
	case SkillSame:
		return counted(e.Count, "skill", "skills")
	case FieldSame:
		return "same field"
	case PlaceSame:
		return "same place"
	case LanguageSame:
		return counted(e.Count, "language", "languages")
	case MutualKnown:
		return strconv.Itoa(e.Count)
	case SeekSender, SeekReceiver:
		return e.Label
	case OfferMatch, OfferOwn:
		return matches[e.SenderOffer]
	case FewConnections:
		return "new here"
	case BroadNetwork:
		return "connects broadly"
	case ClosedSections:
		return counted(e.Count, "closed section", "closed sections")
	}
	if s, ok := signals[e.Kind]; ok {
		return s.chip(e)
	}
	return ""
}

var matches = map[Offer]string{Work: "work and hiring", Hiring: "work and hiring", Mentoring: "mentoring", Mentored: "mentoring"}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
