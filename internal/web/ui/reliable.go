package ui

import (
	"math"
	"strconv"
)

// Told is some answers of about one chance: what was told of them, and what came.
type Told struct {
	Chance float64 // mean, 0..1
	Came   float64 // share, 0..1
	N      int
}

// Reliable is how chances that were told stood beside what came.
type Reliable struct {
	Title string // "Learned weights"
	Says  string // the whole plot in a sentence, for who does not see it
	Told  []Told // by rising chance
}

// Where the plot's square begins and ends, in pixels from the top.
const (
	reliableTop  = 12
	reliableFoot = 188
)

// dot is one group as it is drawn: a point, and a stem to where it should be.
type dot struct{ X, Y, Right string }

func (p Reliable) dots() []dot {
	out := make([]dot, len(p.Told))
	for i, t := range p.Told {
		out[i] = dot{X: pct(100 * t.Chance), Y: reliableY(t.Came), Right: reliableY(t.Chance)}
	}
	return out
}

// reliableY is the height of a share.
func reliableY(share float64) string {
	return strconv.Itoa(reliableFoot - int(math.Round(share*(reliableFoot-reliableTop))))
}

// Percent is a share in whole percent: "58 %".
func Percent(share float64) string {
	return strconv.Itoa(int(math.Round(100*share))) + "\u00a0%"
}
