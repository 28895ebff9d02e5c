package profile

import (
	"context"

	"guildhall/internal/access"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// Missing is one thing that a profile lacks and why it matters.
type Missing struct {
	Title, Why string
	Section    access.Section // 0: the lines at the top
}

// Strength is how complete a profile is, for its owner's eyes only.
type Strength struct {
	Percent int
	Missing []Missing
}

// Strength looks at the viewer's own profile: three statements.
func (s *Service) Strength(ctx context.Context, v access.Viewer) (Strength, error) {
	me := v.Member()
	cards, err := s.members.Cards(ctx, s.db, []int64{me})
	if err != nil {
		return Strength{}, err
	}
	texts, _, err := loadTexts(ctx, s.db, me, 0)
	if err != nil {
		return Strength{}, err
	}
	traits, err := s.traits.Of(ctx, s.db, []int64{me})
	if err != nil {
		return Strength{}, err
	}
	return strength(cards[me], texts[me], traits[me]), nil
}

// strength weighs all parts alike; those that explain an invitation come first.
func strength(c member.Card, t Texts, ts []trait.Trait) Strength {
	has := func(k trait.Kind, r trait.Relation) bool {
		for _, t := range ts {
			if t.Kind == k && t.Relation == r {
				return true
			}
		}
		return false
	}
	seeks := false
	for _, t := range ts {
		seeks = seeks || t.Relation == trait.Seeks
	}
	parts := []struct {
		there bool
		Missing
	}{
		{has(trait.Company, trait.Has), Missing{"Where you work or worked", "Shared years at a company are the strongest reason there is.", access.Experience}},
		{has(trait.School, trait.Has), Missing{"Where you studied", "People you studied with can find you.", access.Education}},
		{c.Headline != "", Missing{"A line on what you do", "It stands under your name wherever it shows.", 0}},
		{has(trait.Skill, trait.Has), Missing{"What you know", "Skills in common show why somebody writes to you.", access.Skills}},
		{seeks, Missing{"What you look for", "Only you see it; it shows you who could help.", access.Seeks}},
		{c.Picture != "", Missing{"A picture", "People answer a face sooner.", 0}},
		{t.About != "", Missing{"A few words about you", "They say what a list of jobs can't.", access.About}},
		{has(trait.Place, trait.Has) || c.Location != "", Missing{"Where you are", "People nearby can find you.", access.Location}},
		{t.OpenTo != 0 || t.Glad != "", Missing{"What you are open to", "Mentoring, hiring, speaking: say it and people will ask.", access.OpenTo}},
	}
	var s Strength
	for _, p := range parts {
		if p.there {
			s.Percent += 100
		} else {
			s.Missing = append(s.Missing, p.Missing)
		}
	}
	s.Percent /= len(parts)
	return s
}
