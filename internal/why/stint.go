package why

import (
	"cmp"
	"slices"
)

// Month is a calendar month: year*12+month-1. 0 is unknown, or an open end.
type Month int32

// MonthOf makes a Month of a year and a month from 1 to 12.
func MonthOf(year, month int) Month { return Month(year*12 + month - 1) }

// What a résumé can believably hold. Outside of it a date counts as missing: a
// typing error in the year must not make a tie of a thousand years.
const (
	earliest = Month(1900 * 12)
	latest   = Month(2999*12 + 11)
)

func (m Month) believable() bool { return m >= earliest && m <= latest }

// stint is a time at one place; both months belong to it and from ≤ to.
type stint struct{ from, to Month }

// stint returns the fact's time up to now. It is false for a fact that cannot be
// placed in time: undated, reversed, unbelievable, not begun yet, or open-ended
// while the caller gave no clock.
func (f Fact) stint(now Month) (stint, bool) {
	s := stint{f.From, f.To}
	if !s.from.believable() || s.to != 0 && !s.to.believable() {
		return stint{}, false
	}
	if now.believable() {
		if s.to == 0 || s.to > now {
			s.to = now // what is planned has not been lived together yet
		}
	}
	if s.to < s.from || f.To != 0 && f.To < f.From {
		return stint{}, false
	}
	return s, true
}

// stints returns the union of the facts' times in order, touching ones merged,
// and whether every fact could be placed in time.
func stints(facts []Fact, now Month) (union []stint, dated bool) {
	dated = true
	var all []stint
	for _, f := range facts {
		s, ok := f.stint(now)
		if !ok {
			dated = false
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b stint) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	for _, s := range all {
		if n := len(union); n > 0 && s.from <= union[n-1].to+1 {
			union[n-1].to = max(union[n-1].to, s.to)
			continue
		}
		union = append(union, s)
	}
	return union, dated
}

// meet intersects two unions.
func meet(a, b []stint) []stint {
	var joint []stint
	for i, j := 0, 0; i < len(a) && j < len(b); {
		s := stint{max(a[i].from, b[j].from), min(a[i].to, b[j].to)}
		if s.from <= s.to {
			joint = append(joint, s)
		}
		if a[i].to < b[j].to {
			i++
		} else {
			j++
		}
	}
	return joint
}

// months counts a union's months; one month together is 1.
func months(union []stint) int {
	n := 0
	for _, s := range union {
		n += int(s.to-s.from) + 1
	}
	return n
}

// gap is the shortest time from a month one side left to the month the other
// came; the earliest of several.
type gap struct {
	from, to Month // the last month of the one, the first of the other
	earlier  Role
}

// between finds the gap between two unions that do not meet; both must be there.
func between(sender, receiver []stint) gap {
	var best gap
	try := func(from, to Month, earlier Role) {
		d, b := to-from, best.to-best.from
		if best.earlier == 0 || d < b || d == b && from < best.from {
			best = gap{from, to, earlier}
		}
	}
	for _, s := range sender {
		for _, r := range receiver {
			if s.to < r.from {
				try(s.to, r.from, Sender)
			} else {
				try(r.to, s.from, Receiver)
			}
		}
	}
	return best
}

// Together counts the months that both sides' facts have in common, 0 when they
// never meet or aren't dated. now ends what is still going on.
func Together(a, b []Fact, now Month) int {
	left, _ := stints(a, now)
	right, _ := stints(b, now)
	return months(meet(left, right))
}
