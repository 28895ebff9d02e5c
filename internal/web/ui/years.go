package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Span is a stretch of whole months, first and last included, each as
// year×12 + (month−1). From 0 is unknown, To 0 is still going on.
type Span struct {
	From, To int32
	What     string // "grid analyst"
	Dates    string // the dates in words, when months say too much; empty: from the months
}

// Years is one place where both were, with each one's time there.
type Years struct {
	Caption  string // "Both of you at"
	Place    string // "Nordlys Energi, Tromsø"
	Them     string // "Ingrid"
	Yours    []Span
	Theirs   []Span
	Together int   // months together as the evidence counts them; 0: none
	Apart    int   // months between, as the evidence counts them; 0: as drawn
	Now      int32 // the present month
}

// Common is one row of a drawing of several places.
type Common struct {
	Where    string
	Yours    []Span
	Theirs   []Span
	Together string // "7 years, still"; empty: not at the same time
}

// MonthOf returns the month of t, counted as in a Span.
func MonthOf(t time.Time) int32 { return int32(t.Year()*12) + int32(t.Month()) - 1 }

// Months writes a length in full words: "2 years 5 months".
func Months(n int) string {
	return strings.TrimSpace(when(n >= 12, Plural(n/12, "year", "years")) + " " + when(n%12 > 0 || n < 12, Plural(n%12, "month", "months")))
}

// MonthsShort writes a length in letters, "2 y 5 m", and what is one number alone in
// full: "7 months".
func MonthsShort(n int) string {
	if n < 12 || n%12 == 0 {
		return Months(n)
	}
	return strconv.Itoa(n/12) + " y " + strconv.Itoa(n%12) + " m"
}

// MonthName writes a month: "Sep 2018"; "now" for 0.
func MonthName(m int32) string {
	if m == 0 {
		return "now"
	}
	return months[m%12][:3] + " " + strconv.Itoa(int(m/12))
}

// MonthRange writes a span: "Apr 2016 – Feb 2021", "Sep 2018 – now", "until May
// 2012" when its beginning is unknown, and nothing when both are.
func MonthRange(from, to int32) string {
	switch {
	case from == 0 && to == 0:
		return ""
	case from == 0:
		return "until " + MonthName(to)
	}
	return MonthName(from) + " – " + MonthName(to)
}

// YearRange writes the years of a span: "2021 – now", "2015".
func YearRange(from, to int32) string {
	y := func(m int32) string { return strconv.Itoa(int(m / 12)) }
	switch {
	case from == 0 && to == 0:
		return ""
	case from == 0:
		return "until " + y(to)
	case to == 0:
		return y(from) + " – now"
	case from/12 == to/12:
		return y(from)
	}
	return y(from) + " – " + y(to)
}

func (s Span) dates() string { return or(s.Dates, MonthRange(s.From, s.To)) }

// end is the month after the last one.
func (s Span) end(now int32) int32 {
	if s.To == 0 {
		return max(now, s.From) + 1
	}
	return max(s.To, s.From) + 1
}

// axis maps months to percent of the drawing's width.
type axis struct {
	from, to int32 // first month, and the month after the last
	now      int32
}

func newAxis(now int32, lanes ...[]Span) axis {
	a := axis{now: now}
	for _, spans := range lanes {
		for _, s := range spans {
			if s.From == 0 {
				continue
			}
			if a.from == 0 || s.From < a.from {
				a.from = s.From
			}
			a.to = max(a.to, s.end(now))
		}
	}
	a.from -= a.from % 12
	if a.to < a.from+12 {
		a.to = a.from + 12
	}
	return a
}

func (a axis) at(m int32) float64 { return 100 * float64(m-a.from) / float64(a.to-a.from) }

func pct(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// mark is a rectangle, a line or a word of the drawing.
type mark struct {
	X, W   string
	Word   string
	Anchor string // text-anchor
}

func (a axis) rects(spans []Span) []mark {
	var list []mark
	for _, s := range spans {
		if s.From != 0 {
			x := a.at(s.From)
			list = append(list, mark{X: pct(x), W: pct(max(a.at(s.end(a.now))-x, 0.6))})
		}
	}
	return list
}

// stretch is from the first month to the one after the last.
type stretch struct{ from, to int32 }

// meets returns where spans of both sides overlap.
func (a axis) meets(x, y []Span) []stretch {
	var list []stretch
	for _, s := range x {
		for _, t := range y {
			if s.From == 0 || t.From == 0 {
				continue
			}
			from, to := max(s.From, t.From), min(s.end(a.now), t.end(a.now))
			if from < to {
				list = append(list, stretch{from, to})
			}
		}
	}
	return list
}

// gap returns the shortest time between the two sides' spans, which do not meet.
func (a axis) gap(x, y []Span) (g stretch, ok bool) {
	for _, s := range x {
		for _, t := range y {
			if s.From == 0 || t.From == 0 {
				continue
			}
			one := stretch{s.end(a.now), t.From}
			if t.From < s.From {
				one = stretch{t.end(a.now), s.From}
			}
			if one.from <= one.to && (!ok || one.to-one.from < g.to-g.from) {
				g, ok = one, true
			}
		}
	}
	return g, ok
}

func (a axis) rect(s stretch) mark {
	return mark{X: pct(a.at(s.from)), W: pct(a.at(s.to) - a.at(s.from))}
}

// over places a word above a stretch, inside the drawing.
func (a axis) over(s stretch, word string) mark {
	mid := (a.at(s.from) + a.at(s.to)) / 2
	switch {
	case mid < 20:
		return mark{X: pct(max(a.at(s.from), 0)), Word: word, Anchor: "start"}
	case mid > 80:
		return mark{X: pct(min(a.at(s.to), 100)), Word: word, Anchor: "end"}
	}
	return mark{X: pct(mid), Word: word, Anchor: "middle"}
}

// lane places the words of a lane above its longest span, on the side where more
// room is, cut to what a phone can show; the table has them whole.
func (a axis) lane(spans []Span, who string) (mark, bool) {
	var long Span
	for _, s := range spans {
		if s.From != 0 && (long.From == 0 || s.end(a.now)-s.From > long.end(a.now)-long.From) {
			long = s
		}
	}
	if long.From == 0 {
		return mark{}, false
	}
	word := who
	if long.What != "" {
		word += ", " + long.What
	}
	x, end := a.at(long.From), a.at(long.end(a.now))
	if 100-x >= end {
		return mark{X: pct(x), Word: cut(word, int((100-x)*0.4)), Anchor: "start"}, true
	}
	return mark{X: pct(end), Word: cut(word, int(end*0.4)), Anchor: "end"}, true
}

// ticks are five years at most, in even steps, with "now" at the end of what
// still goes on.
func (a axis) ticks() []mark {
	first, last := int(a.from/12), int((a.to-1)/12)
	step := 1
	for _, n := range []int{1, 2, 3, 4, 5, 10, 20, 50} {
		if step = n; (last-first)/n <= 4 {
			break
		}
	}
	still := a.to > a.now
	var list []mark
	for y := first; y <= last; y += step {
		x := a.at(int32(y * 12))
		if x > 88 && still || x > 96 {
			break
		}
		list = append(list, mark{X: pct(x), Word: strconv.Itoa(y), Anchor: or(when(x == 0, "start"), "middle")})
	}
	if still {
		list = append(list, mark{X: "100%", Word: "now", Anchor: "end"})
	}
	return list
}

// cut shortens s to n characters, ending in an ellipsis.
func cut(s string, n int) string {
	if n = max(n, 6); utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,;") + "…"
}

func (y Years) axis() axis { return newAxis(y.Now, y.Yours, y.Theirs) }

// drawn reports whether there is a month to draw.
func (y Years) drawn() bool { return y.axis().from != 0 || y.axis().to > 12 }

// band returns what is drawn above the lanes: the longest time together, or the
// gap between.
func (y Years) band() (word mark, gap stretch, isGap bool) {
	a := y.axis()
	if y.Together > 0 {
		var long stretch
		for _, m := range a.meets(y.Yours, y.Theirs) {
			if m.to-m.from > long.to-long.from {
				long = m
			}
		}
		return a.over(long, Months(y.Together)), long, false
	}
	g, ok := a.gap(y.Yours, y.Theirs)
	if !ok {
		return mark{}, g, false
	}
	between := y.Apart
	if between == 0 {
		between = int(g.to - g.from)
	}
	return a.over(g, MonthsShort(between)+" apart"), g, true
}

// says is the drawing in one sentence.
func (y Years) says() string {
	if y.Together > 0 {
		return fmt.Sprintf("Your years and %s’s at %s; you overlap for %s", y.Them, y.Place, Months(y.Together))
	}
	return fmt.Sprintf("Your years and %s’s at %s do not meet", y.Them, y.Place)
}

func commonAxis(rows []Common, now int32) axis {
	var lanes [][]Span
	for _, r := range rows {
		lanes = append(lanes, r.Yours, r.Theirs)
	}
	return newAxis(now, lanes...)
}

func commonSays(rows []Common, them string) string {
	var parts []string
	for _, r := range rows {
		parts = append(parts, r.Where+": "+or(r.Together, "not at the same time"))
	}
	return "Years of you and " + them + ". " + strings.Join(parts, ". ") + "."
}

func spanDates(spans []Span) string {
	var parts []string
	for _, s := range spans {
		parts = append(parts, or(s.Dates, YearRange(s.From, s.To)))
	}
	return strings.Join(parts, ", ")
}

// Ago writes how long ago t was, as one says it; from a month on, the date.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	days := dayNumber(now) - dayNumber(t.In(now.Location()))
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return Plural(int(d/time.Minute), "minute", "minutes") + " ago"
	case d < 12*time.Hour || days == 0:
		return Plural(int(d/time.Hour), "hour", "hours") + " ago"
	case days == 1:
		return "yesterday"
	case days < 7:
		return Plural(days, "day", "days") + " ago"
	case days < 28:
		return Plural(days/7, "week", "weeks") + " ago"
	}
	return t.In(now.Location()).Format("2 Jan 2006")
}

// dayNumber counts calendar days, whatever hours a day has.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
