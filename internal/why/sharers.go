package why

import (
	"cmp"
	"slices"
	"strconv"
)

// Sharers says how many people share what a piece of evidence is about and show it to
// all members or to who shares it, as that weighs in its strength: "14 people here list
// it openly.", or of several things "Listed here openly by: R 12, Python 40." It is empty
// where no number is known, and for evidence that doesn't go by one.
func Sharers(e Evidence) string {
	var known []Fact
	for _, f := range slices.Concat(e.SenderFacts, e.ReceiverFacts) {
		if f.People > 0 && f.Kind.Valid() {
			known = append(known, f)
		}
	}
	slices.SortFunc(known, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.People, b.People), cmp.Compare(a.Label, b.Label)) })
	known = slices.CompactFunc(known, func(a, b Fact) bool { return a.Kind == b.Kind && a.Entity == b.Entity })
	switch {
	case len(known) == 0 || !bySize[e.Kind]:
		return ""
	case len(known) == 1:
		if n := known[0].People; n > 1 {
			return upper(number(n)) + " people here list it openly."
		}
		return "One person here lists it openly."
	}
	s := "Listed here openly by: "
	for i, f := range known {
		if i > 0 {
			s += ", "
		}
		s += f.Label + " " + strconv.Itoa(f.People)
	}
	return s + "."
}

// bySize are the kinds whose strength goes by how many share it.
var bySize = map[string]bool{
	CompanyOverlap: true, CompanySame: true, CompanyGap: true, SchoolOverlap: true, SchoolSame: true, SchoolGap: true,
	GroupOverlap: true, GroupSame: true, GroupGap: true, SkillSame: true, FieldSame: true, PlaceSame: true, LanguageSame: true,
}
