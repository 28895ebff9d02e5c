package profile

import (
	"slices"
	"unicode/utf8"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// The longest texts, in characters.
const (
	MaxAbout   = 2600
	MaxGlad    = 300
	MaxContact = 200
	maxListed  = 20 // contacts of one member
)

func ofKind(ts []trait.Trait, k trait.Kind) []trait.Trait {
	return slices.DeleteFunc(slices.Clone(ts), func(t trait.Trait) bool { return t.Kind != k || t.Relation != trait.Has })
}

// visibleTraits keeps what the viewer may see of the owner's; mine are the
// viewer's own, which open what is findable by those who share it.
func visibleTraits(lens *access.Lens, pol access.Policy, ts, mine []trait.Trait) []trait.Trait {
	has := make(map[int64]bool, len(mine))
	for _, t := range mine {
		has[t.Entity] = has[t.Entity] || t.Relation == trait.Has
	}
	shares := func(entity int64) bool { return has[entity] }
	return slices.DeleteFunc(slices.Clone(ts), func(t trait.Trait) bool { return !trait.Visible(lens, pol, t, shares) })
}

// shown is the order of the sections on the page. Seeks come last: as a rule
// they are the owner's own.
var shown = []access.Section{access.About, access.Experience, access.Education, access.Skills, access.Languages,
	access.Groups, access.Location, access.Field, access.OpenTo, access.Contact, access.Seeks}

// sections cuts the page for the lens. Whether a section is closed follows from
// its audience, as the viewer meets it, and never from what it holds; a closed one may still show
// the facts that the viewer shares and the owner made findable.
func sections(lens *access.Lens, owner int64, pol access.Policy, visible []trait.Trait, t Texts, contacts []Contact) []Section {
	own := lens.Viewer().Member() == owner
	var out []Section
	for _, kind := range shown {
		sc := pol.Scope(kind)
		s := Section{Section: kind, Scope: access.Scope{Audience: lens.Shown(owner, sc).Audience}, Closed: !lens.See(owner, sc)}
		if own {
			s.Scope = sc
		}
		if kind == access.Seeks && s.Closed {
			continue // that one may seek something is nobody's business
		}
		for _, tr := range visible {
			if trait.Section(tr.Kind, tr.Relation) == kind {
				s.Traits = append(s.Traits, tr)
			}
		}
		if !s.Closed {
			s.fill(t, contacts)
		}
		out = append(out, s)
	}
	return out
}

// fill adds the texts that belong to an open section.
func (s *Section) fill(t Texts, contacts []Contact) {
	switch s.Section {
	case access.About:
		s.About = t.About
	case access.OpenTo:
		s.Glad, s.OpenTo = t.Glad, t.OpenTo
	case access.Contact:
		s.Contacts = contacts
	}
}

// common lists what both have: places of work, study and meeting with their
// times, longest together first, and by kind the names of the rest.
func common(mine, theirs []trait.Trait, now why.Month) ([]Common, map[trait.Kind][]string) {
	var out []Common
	both := map[trait.Kind][]string{}
	at := map[int64]int{}
	for _, t := range theirs {
		ours := slices.DeleteFunc(slices.Clone(mine), func(m trait.Trait) bool {
			return m.Entity != t.Entity || m.Relation != trait.Has || t.Relation != trait.Has
		})
		if len(ours) == 0 {
			continue
		}
		if t.Kind > trait.Group {
			both[t.Kind] = append(both[t.Kind], t.Name)
			continue
		}
		i, seen := at[t.Entity]
		if !seen {
			i = len(out)
			at[t.Entity] = i
			out = append(out, Common{Kind: t.Kind, Name: t.Name, Yours: ours})
		}
		out[i].Theirs = append(out[i].Theirs, t)
	}
	for i := range out {
		out[i].Months = why.Together(facts(out[i].Yours), facts(out[i].Theirs), now)
	}
	slices.SortStableFunc(out, func(a, b Common) int { return b.Months - a.Months })
	return out, both
}

func facts(ts []trait.Trait) []why.Fact {
	fs, _ := trait.Facts(ts, nil)
	return fs
}

// cleanText cleans a text of several lines and holds it to a length.
func cleanText(field, s string, limit int) (string, error) {
	clean, trouble := fold.Text(s)
	if trouble != "" {
		return s, fault.Field(field, "%s", trouble)
	}
	if n := utf8.RuneCountInString(clean); n > limit {
		return s, fault.Field(field, "This is %d characters long; %d fit. Please shorten it a little.", n, limit)
	}
	return clean, nil
}
