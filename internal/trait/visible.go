package trait

import (
	"guildhall/internal/access"
	"guildhall/internal/why"
)

var sections = map[Kind]access.Section{
	Company:  access.Experience,
	School:   access.Education,
	Group:    access.Groups,
	Skill:    access.Skills,
	Field:    access.Field,
	Place:    access.Location,
	Language: access.Languages,
}

// Section returns the section of the profile whose audience decides over a kind
// of trait. Everything sought is one section. An unknown kind has none: 0.
func Section(k Kind, r Relation) access.Section {
	if r == Seeks {
		return access.Seeks
	}
	return sections[k]
}

// Visible decides whether the lens's viewer may know that t's member has or
// seeks it. pol is that member's; shares tells whether the viewer has an entity
// themselves, for sections open to those who share, and may be nil. Everything
// is the owner's and the system's to see; for the others
//   - what is hidden is not there,
//   - an unlisted group is there only for those in it,
//   - what is sought goes by the section Seeks alone, shared or not,
//   - and the rest by its section, or by sharing where that is findable.
func Visible(lens *access.Lens, pol access.Policy, t Trait, shares func(entity int64) bool) bool {
	v := lens.Viewer()
	if v.IsSystem() || t.Member != 0 && v.Member() == t.Member {
		return true
	}
	section := Section(t.Kind, t.Relation)
	switch {
	case !section.Valid() || t.Hidden:
		return false
	case t.Unlisted && !lens.InGroup(t.Entity):
		return false
	case t.Relation == Seeks:
		return lens.See(t.Member, pol.Scope(section))
	}
	return lens.SeeShared(t.Member, pol.Scope(section), shares != nil && shares(t.Entity))
}

// Facts turns the traits that keep allows into what why compares: what is had
// as facts, what is sought as seeks, both in the order given. A nil keep allows
// all.
func Facts(ts []Trait, keep func(Trait) bool) (facts []why.Fact, seeks []why.Seek) {
	for _, t := range ts {
		switch {
		case keep != nil && !keep(t):
		case t.Relation == Seeks:
			seeks = append(seeks, why.Seek{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name})
		default:
			facts = append(facts, why.Fact{ID: t.ID, Kind: t.Kind, Entity: t.Entity, Label: t.Name, Role: t.Role, From: t.From, To: t.To})
		}
	}
	return facts, seeks
}
