package invitehttp

import (
	"testing"

	"guildhall/internal/why"
)

// The numbers of a chip can be put together by hand, also where two pieces speak of
// one same thing.
func TestWhatAChipWeighs(t *testing.T) {
	piece := func(s float64) why.Evidence { return why.Evidence{Strength: s} }
	for _, c := range []struct {
		strength float64
		pieces   []why.Evidence
		want     string
	}{
		{0.85, []why.Evidence{piece(0.85)}, "Weighs 85 of 100 for this reason."},
		{0.8488, []why.Evidence{piece(0.73), piece(0.44)}, "Weighs 85 of 100 for this reason; each by itself 73, 44."},
		{0.31, []why.Evidence{piece(0.31), piece(0.30)},
			"Weighs 31 of 100 for this reason; each by itself 31, 30, where two that speak of one same thing count once."},
	} {
		if got := weighs(why.Found{Strength: c.strength, Items: c.pieces}); got != c.want {
			t.Errorf("%v: %q", c.strength, got)
		}
	}
}
