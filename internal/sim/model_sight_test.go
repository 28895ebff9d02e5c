package sim

import (
	"fmt"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// What the model says of who sees what, and of how many may be sent.

// distance walks outwards from a; 4 is farther than anybody looks.
func (m *model) distance(a, b int) int {
	seen := map[int]bool{a: true}
	here := []int{a}
	for d := range 4 {
		if slices.Contains(here, b) {
			return d
		}
		var next []int
		for _, x := range here {
			for y := range people {
				if m.tied(x, y) && !seen[y] {
					seen[y] = true
					next = append(next, y)
				}
			}
		}
		here = next
	}
	return 4
}

// mutual counts the connections that two have in common.
func (m *model) mutual(a, b int) (n int) {
	for x := range people {
		if m.tied(a, x) && m.tied(b, x) {
			n++
		}
	}
	return n
}

// scope is how open a section is: as set, or as the preset has it.
func (m *model) scope(who int, s access.Section) access.Scope {
	if sc, ok := m.scopes[who][s]; ok {
		return sc
	}
	return access.ConnectionsOnly.Scope(s)
}

// sees decides whether viewer may know a fact of owner.
func (m *model) sees(viewer, owner int, f fact) bool {
	sc := m.scope(owner, trait.Section(f.kind, f.relation))
	near := m.distance(viewer, owner)
	switch sc.Audience {
	case access.Public, access.Members:
		return true
	case access.OnlyMe:
		return false
	case access.Third:
		if near <= 3 {
			return true
		}
	case access.Second:
		if near <= 2 {
			return true
		}
	case access.Connections:
		if near <= 1 {
			return true
		}
	}
	return sc.Findable && f.relation == trait.Has && m.has(viewer, f)
}

// has reports whether somebody has the same thing.
func (m *model) has(who int, f fact) bool {
	return slices.ContainsFunc(m.facts[who], func(o fact) bool {
		return o.relation == trait.Has && o.kind == f.kind && o.name == f.name
	})
}

// shares reports a company or a school that both have, as far as from sees it.
func (m *model) shares(from, to int) bool {
	return slices.ContainsFunc(m.facts[to], func(f fact) bool {
		return f.relation == trait.Has && (f.kind == why.Company || f.kind == why.School) && m.has(from, f) && m.sees(from, to, f)
	})
}

// shown lists the facts of the sender that an invitation is judged by, those
// that only came with it marked.
func (m *model) shown(l *letter) []string {
	var out []string
	for _, f := range m.facts[l.from] {
		switch {
		case l.leftOut[f.id]:
		case m.sees(l.to, l.from, f):
			out = append(out, shownFact(f.id, f.relation == trait.Seeks, false))
		case l.released[f.id]:
			out = append(out, shownFact(f.id, f.relation == trait.Seeks, f.relation == trait.Has))
		}
	}
	slices.Sort(out)
	return out
}

func shownFact(id int64, sought, released bool) string {
	return fmt.Sprint(id, " sought ", sought, " released ", released)
}

// The quota, from all that the member has ever sent.

func (m *model) sentBy(who int, keep func(*letter) bool) (n int) {
	for _, l := range m.letters {
		if l.from == who && keep(l) {
			n++
		}
	}
	return n
}

func (m *model) used(who int) int {
	return m.sentBy(who, func(l *letter) bool { return m.now.Sub(l.sent) < 7*24*time.Hour })
}

func (m *model) unanswered(who int) int {
	return m.sentBy(who, func(l *letter) bool { return l.seen == invite.Pending })
}

// allowed is how many a week: more for who is mostly accepted, less for who is not
// known to some, which is told late, in steps, and never of more than half of
// those who haven't accepted.
func (m *model) allowed(who int) int {
	age := func(l *letter) time.Duration { return m.now.Sub(l.sent) }
	young := func(l *letter) bool { return age(l) < m.limits.Memory }
	until := mondayBefore(m.now).Add(-7 * 24 * time.Hour)
	taken := m.sentBy(who, func(l *letter) bool { return young(l) && l.seen == invite.Accepted })
	rest := m.sentBy(who, func(l *letter) bool { return young(l) && l.seen != invite.Accepted && l.sent.Before(until) })
	bad := m.sentBy(who, func(l *letter) bool {
		return l.refused.Before(until) && !l.refused.Before(mondayBefore(m.now.Add(-m.limits.Memory)))
	})
	for bad > rest/2 || bad%m.limits.PoorStep != 0 {
		bad--
	}
	old := m.sentBy(who, func(l *letter) bool { return young(l) && age(l) >= m.limits.Seasoned })
	oldTaken := m.sentBy(who, func(l *letter) bool {
		return young(l) && age(l) >= m.limits.Seasoned && l.seen == invite.Accepted
	})
	share := float64(bad) / float64(max(1, taken+bad))
	switch l := m.limits; {
	case taken+bad >= l.PoorFrom && share >= l.BadShare:
		return l.WeekBad
	case taken+bad >= l.PoorFrom && share >= l.PoorShare:
		return l.WeekPoor
	case old >= l.GoodFrom && float64(oldTaken) >= l.GoodShare*float64(old):
		return l.WeekGood
	}
	return m.limits.Week
}

// mondayBefore goes back hour by hour to when a Monday began.
func mondayBefore(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Hour)
	for t.Weekday() != time.Monday || t.Hour() != 0 {
		t = t.Add(-time.Hour)
	}
	return t
}
