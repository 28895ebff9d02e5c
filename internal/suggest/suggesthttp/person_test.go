package suggesthttp

import (
	"testing"

	"guildhall/internal/member"
	"guildhall/internal/suggest"
	"guildhall/internal/why"
)

// Names and how many more make up the number that the reason gives.
func TestNamesAndMoreAreAllInCommon(t *testing.T) {
	known := why.Found{Reason: why.Shared, Band: why.Good, Strength: 0.6, Items: []why.Evidence{{Kind: why.MutualKnown, Count: 5, Strength: 0.6}}}
	for _, c := range []struct{ faces, more int }{{3, 2}, {0, 5}} {
		v := person(suggest.Suggestion{Mutual: 5, Mutuals: make([]member.Card, c.faces), Found: []why.Found{known}})
		if len(v.Names) != c.faces || v.More != c.more {
			t.Errorf("%d named and %d more of 5", len(v.Names), v.More)
		}
	}
}
