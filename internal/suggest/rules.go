package suggest

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"guildhall/internal/graph"
	"guildhall/internal/why"
)

// The tunables of the order. Each is a factor or a share of 1 unless it says
// otherwise; doc/decisions/0015 has what they come to.
const (
	nearSecond = 0.10 // what the second degree alone is worth, and up to twice that through strong ties
	nearThird  = 0.03

	faded   = 0.88 // by each day on which somebody was shown
	fadedTo = 0.25 // and no further
	lowered = 0.40 // through a circle that the viewer wants less of

	crowded = 0.70 // by each place that a circle has taken already
	shares  = 3    // of the first ten places, at most, for one circle
	firsts  = 10

	forget = 60 // days after which showings are forgotten
	week   = 7  // days over which exposure is counted
	later  = 90 // days for which "not now" holds
)

// candidate is somebody who may be suggested, as far as the viewer may know them,
// with the coarse figures that keep the load fair.
type candidate struct {
	member  int64
	degree  graph.Degree
	ties    float64     // at the second degree: how strong the viewer's ties with those between are, 1 to 2
	mark    uint64      // what the viewer sees that the two have in common, see markOf
	found   []why.Found // all reasons, carried or not
	circle  int64       // through what or whom they are known: an entity or a connection; 0: nothing
	shown   int         // days before this one
	exposed int         // to so many in the week before this day
	load    Load
	less    bool // the viewer wants less of the circle
	score   float64
}

// value is what the record says for knowing somebody: all reasons together, each
// as strong as why finds it, and how near they stand. A closed door is no reason to
// know anybody.
func value(found []why.Found, d graph.Degree, ties float64) float64 {
	miss := 1.0
	for _, f := range found {
		if f.Reason != why.Profile {
			miss *= 1 - f.Strength
		}
	}
	switch d {
	case graph.Second:
		miss *= 1 - nearSecond*max(1, ties)
	case graph.Third:
		miss *= 1 - nearThird
	}
	return 1 - miss
}

// Load is how much waits for a member's answer, coarsely.
type Load uint8

// The loads.
const (
	Light Load = iota
	Some
	Heavy
	Overwhelmed
)

// relief is what a load leaves of a receiver's score. It must outweigh what being
// shown less gives back, see spared.
func (l Load) relief() float64 { return [...]float64{1, 0.5, 0.15, 0.05}[min(l, Overwhelmed)] }

// Exposed is how often somebody was shown, as coarse as it counts: 0 below ten times
// in a week, then a band more for each doubling.
func exposedBand(n int) int { return bits.Len(uint(max(n, 0) / 10)) }

// spared is what the times that somebody was shown in the last week leave of their
// score. By halving with each doubling the places that a receiver takes grow ever
// more slowly with how well connected they are, and no node need know the others.
func spared(n int) float64 { return math.Pow(0.5, float64(exposedBand(n))) }

// fade is what having been shown on some days leaves.
func fade(days int) float64 { return max(fadedTo, math.Pow(faded, float64(days))) }

func (c *candidate) weigh() {
	s := value(c.found, c.degree, c.ties) * fade(c.shown) * c.load.relief() * spared(c.exposed)
	if c.less {
		s *= lowered
	}
	c.score = math.Round(s*1e6) / 1e6
}

// rank orders candidates for one viewer on one day: by score, equal ones by a draw
// that is the same for the whole day, and no circle before the others for long. At
// most n are returned. It is pure.
func rank(cs []candidate, viewer int64, day int64, n int) []candidate {
	for i := range cs {
		cs[i].weigh()
	}
	slices.SortFunc(cs, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(draw(viewer, day, a.member), draw(viewer, day, b.member)), cmp.Compare(a.member, b.member))
	})
	return diverse(cs, n)
}

// diverse takes n of candidates in the order of their scores, each circle's falling
// with every place it has taken (maximal marginal relevance, with circles for
// likeness). Among the first ten none takes more than shares while others are left.
func diverse(cs []candidate, n int) []candidate {
	out, taken := make([]candidate, 0, min(n, len(cs))), map[int64]int{}
	rest := slices.Clone(cs)
	for len(out) < n && len(rest) > 0 {
		i := next(rest, taken, len(out) < firsts)
		c := rest[i]
		out, rest = append(out, c), slices.Delete(rest, i, i+1)
		if c.circle != 0 {
			taken[c.circle]++
		}
	}
	return out
}

func next(rest []candidate, taken map[int64]int, strict bool) int {
	best, most := -1, 0.0
	for i, c := range rest {
		if strict && taken[c.circle] >= shares {
			continue
		}
		if s := c.score * math.Pow(crowded, float64(taken[c.circle])); best < 0 || s > most {
			best, most = i, s
		}
	}
	return max(best, 0) // one circle is all that there is
}

// draw is a number for one viewer, day and member that looks drawn.
func draw(viewer, day, member int64) uint64 {
	h := uint64(viewer)*0x9E3779B97F4A7C15 ^ uint64(day)*0xD6E8FEB86659FD93 ^ bits.RotateLeft64(uint64(member)*0xA0761D6478BD642F, 32)
	for range 2 {
		h ^= h >> 32
		h *= 0xD6E8FEB86659FD93
	}
	return h ^ h>>32
}

// strongest is the reason that matters most between two people, and what it rests
// on; ok is false when nothing speaks for any. A closed door comes last of all.
func strongest(found []why.Found) (best why.Found, ok bool) {
	for _, f := range found {
		if len(f.Items) > 0 && f.Reason != why.Profile && (!ok || f.Strength > best.Strength) {
			best, ok = f, true
		}
	}
	return best, ok
}

// through is the circle by which a reason says that somebody is known: the company,
// school or group, the first of the skills; the given connection for those who
// are known through people.
func through(found []why.Found, connection int64) int64 {
	f, ok := strongest(found)
	if !ok {
		return connection
	}
	e := f.Items[0]
	switch {
	case e.Kind == why.MutualKnown:
		return connection
	case e.Entity != 0:
		return e.Entity
	}
	circle := int64(0)
	for _, x := range e.ReceiverFacts {
		if circle == 0 || x.Entity < circle {
			circle = x.Entity
		}
	}
	return circle
}

// markOf is a number for what a viewer sees of somebody that meets something of the
// viewer's own: kept with a place in the list, it tells later whether the place still
// rests on what may be seen. mine says whether the viewer has an entity.
func markOf(s why.Side, mine func(entity int64) bool) (mark uint64) {
	add := func(what, entity, from, to int64) {
		mark += draw(what<<32|from, to, entity) // in any order
	}
	for _, f := range s.Facts {
		if mine(f.Entity) {
			add(1, f.Entity, int64(f.From), int64(f.To))
		}
	}
	for _, k := range s.Seeks {
		if mine(k.Entity) {
			add(2, k.Entity, 0, 0)
		}
	}
	return mark
}

// Reason is why a member does not want somebody suggested. Numbers are stored.
type Reason uint8

// The reasons.
const (
	Stranger   Reason = 1 // I don't know them
	NotNow     Reason = 2 // comes back
	Known      Reason = 3 // I know them and don't want to connect
	Irrelevant Reason = 4
	ByCircle   Reason = 5 // not through this company, school …
)

var reasons = map[Reason][2]string{
	Stranger:   {"stranger", "I don’t know them"},
	NotNow:     {"later", "Not now"},
	Known:      {"known", "I know them, and don’t want to connect"},
	Irrelevant: {"irrelevant", "Not relevant to me"},
	ByCircle:   {"circle", "Fewer because of this"},
}

// Reasons lists those that a menu offers for everybody.
var Reasons = []Reason{NotNow, Stranger, Known, Irrelevant}

// String returns the stable code used in forms; Label the words.
func (r Reason) String() string { return reasons[r][0] }

// Label returns the words a member reads.
func (r Reason) Label() string { return reasons[r][1] }

// ParseReason reads a code; ok is false for any other text.
func ParseReason(code string) (Reason, bool) {
	for r, n := range reasons {
		if n[0] == code {
			return r, true
		}
	}
	return 0, false
}

// until is when a dismissal ends; zero: never by itself.
func (r Reason) until(now time.Time) time.Time {
	if r == NotNow {
		return now.AddDate(0, 0, later)
	}
	return time.Time{}
}
