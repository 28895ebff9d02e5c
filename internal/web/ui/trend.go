package ui

import (
	"strconv"
	"time"
)

// Column is one span of time in a Trend.
type Column struct {
	Label string // in the table: "Week of 2 March"
	Tick  string // below the column; empty for most
	N     int
	Part  bool // not all of its time is counted
}

// Plot is a row of columns over time, with what it says in a sentence.
type Plot struct {
	Says    string // the whole plot in a sentence, for who does not see it
	What    string // heads the numbers of the table: "Views"
	Columns []Column
}

const (
	trendFoot = 104 // where the columns stand
	trendHigh = 84  // the tallest
)

// drawn is one column as it is drawn, in percent and pixels.
type drawn struct {
	Column
	X, W, Mid string
	Y, H      string
	Over      string // where its number stands
	Class     string
}

func (p Plot) bars() []drawn {
	most := 1
	for _, c := range p.Columns {
		most = max(most, c.N)
	}
	out := make([]drawn, len(p.Columns))
	step := 100 / float64(max(len(p.Columns), 1))
	for i, c := range p.Columns {
		h := (c.N*trendHigh + most - 1) / most
		b := drawn{Column: c, X: pct(step * (float64(i) + 0.12)), W: pct(step * 0.76), Mid: pct(step * (float64(i) + 0.5)), Class: "mark"}
		b.Y, b.H, b.Over = strconv.Itoa(trendFoot-h), strconv.Itoa(h), strconv.Itoa(trendFoot-h-5)
		if c.Part {
			b.Class = "mark part"
		}
		out[i] = b
	}
	return out
}

// DaysAgo is Ago for a day in UTC: "today", "yesterday", "3 days ago".
func DaysAgo(day, now time.Time) string {
	if dayNumber(day) >= dayNumber(now.UTC()) {
		return "today"
	}
	return Ago(day.Add(12*time.Hour).UTC(), now.UTC().Truncate(24*time.Hour).Add(24*time.Hour-time.Second))
}
