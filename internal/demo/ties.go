package demo

import (
	"cmp"
	"math"
	"slices"
	"time"

	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// usualTies is how many connections a member of the usual appeal comes to.
const usualTies = 22

// bond is what two members have in common: one entity, with each one's entries.
type bond struct {
	kind         trait.Kind
	entity       int
	mine, theirs []int // places in the entries
	months       int   // together; 0: at different times, or it is not known
	since        why.Month
	dated        bool // both sides' times are known
}

// bonds lists what a and b both have, in the order of a's entries. What either
// hides is left out.
func (m *maker) bonds(a, b int) []bond {
	var out []bond
	for i, e := range m.members[a].entries {
		if e.relation != trait.Has || e.hidden {
			continue
		}
		k := slices.IndexFunc(out, func(x bond) bool { return x.entity == e.entity })
		if k >= 0 {
			out[k].mine = append(out[k].mine, i)
			continue
		}
		var theirs []int
		for j, f := range m.members[b].entries {
			if f.entity == e.entity && f.relation == trait.Has && !f.hidden {
				theirs = append(theirs, j)
			}
		}
		if theirs != nil {
			out = append(out, bond{kind: e.kind, entity: e.entity, mine: []int{i}, theirs: theirs})
		}
	}
	for i := range out {
		m.time(&out[i], a, b)
	}
	return out
}

// time works out how long the two were there together, and from when.
func (m *maker) time(x *bond, a, b int) {
	if x.kind > trait.Group {
		return
	}
	mine, theirs := m.facts(a, x.mine), m.facts(b, x.theirs)
	x.months = why.Together(mine, theirs, m.month)
	x.dated = true
	for _, f := range slices.Concat(mine, theirs) {
		x.dated = x.dated && f.From != 0
	}
	for _, f := range mine {
		for _, g := range theirs {
			if start := max(f.From, g.From); why.Together([]why.Fact{f}, []why.Fact{g}, m.month) > 0 && (x.since == 0 || start < x.since) {
				x.since = start
			}
		}
	}
}

func (m *maker) facts(member int, entries []int) []why.Fact {
	out := make([]why.Fact, len(entries))
	for i, n := range entries {
		e := m.members[member].entries[n]
		out[i] = why.Fact{Kind: e.kind, Entity: int64(e.entity) + 1, From: e.from, To: e.to}
	}
	return out
}

// pull is how likely what two share makes them know each other: time together
// above all, in smaller circles more than in large ones.
func (m *maker) pull(a, b int) float64 {
	sum := 0.0
	for _, x := range m.bonds(a, b) {
		grown := 1 - math.Exp(-float64(x.months)/18)
		switch x.kind {
		case trait.Company:
			sum += 1.3*grown + 0.03
		case trait.School:
			sum += 0.7*grown + 0.01
		case trait.Group:
			sum += 0.22 * grown
		case trait.Field:
			sum += 0.05
		case trait.Place:
			sum += 0.12
		case trait.Skill:
			sum += 0.02
		}
	}
	if m.lives[a].culture.region == m.lives[b].culture.region {
		sum += 0.02
	}
	return sum
}

// web is a network that grows: whom each knows, how many they have in common,
// and how many more ties each has room for.
type web struct {
	m      *maker
	pulls  [][]float64
	common [][]int32
	knows  [][]int
	room   []float64
}

// connect lets ties grow: each time somebody with room meets somebody whom work,
// study, a group, or people they both know bring near (triadic closure).
func (m *maker) connect() {
	n := len(m.members)
	w := &web{m: m, pulls: make([][]float64, n), common: make([][]int32, n), knows: make([][]int, n), room: make([]float64, n)}
	for i := range n {
		w.pulls[i], w.common[i] = make([]float64, n), make([]int32, n)
		w.room[i] = min(usualTies*m.lives[i].appeal, float64(n)/2) // nobody knows everybody
	}
	for i := range n {
		for j := range i {
			w.pulls[i][j] = m.pull(i, j)
			w.pulls[j][i] = w.pulls[i][j]
		}
	}
	for _, t := range m.staged {
		w.tie(t[0], t[1])
	}
	for range n * usualTies / 2 {
		w.grow()
	}
	for i, ks := range w.knows {
		for _, k := range ks {
			if i < k {
				m.ties = append(m.ties, m.story(i, k, int(w.common[i][k])))
			}
		}
	}
	slices.SortStableFunc(m.ties, func(a, b tie) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b))
	})
	m.web = w
}

// grow adds one tie, if anybody has room left.
func (w *web) grow() {
	i := weighted(w.m.rng, w.room)
	weights := make([]float64, len(w.room))
	sum := 0.0
	for j := range weights {
		if j != i && !slices.Contains(w.knows[i], j) {
			weights[j] = w.room[j] * (w.pulls[i][j] + 0.03*float64(w.common[i][j]) + 0.0015)
		}
		sum += weights[j]
	}
	if sum > 0 && w.room[i] > 0 {
		w.tie(i, weighted(w.m.rng, weights))
	}
}

func (w *web) tie(i, j int) {
	if slices.Contains(w.knows[i], j) {
		return
	}
	for _, k := range w.knows[i] {
		w.common[k][j]++
		w.common[j][k]++
	}
	for _, k := range w.knows[j] {
		w.common[k][i]++
		w.common[i][k]++
	}
	w.knows[i], w.knows[j] = append(w.knows[i], j), append(w.knows[j], i)
	w.room[i], w.room[j] = max(w.room[i]-1, 0), max(w.room[j]-1, 0)
}

// story says how a tie came to be: who asked, when, and for which reason.
func (m *maker) story(i, j, common int) tie {
	if m.chance(50) {
		i, j = j, i
	}
	t := tie{a: i, b: j}
	from := m.members[i].joined
	if m.members[j].joined.After(from) {
		from = m.members[j].joined
	}
	best := m.best(i, j)
	switch {
	case m.chance(14):
	case best == nil && common > 0:
		t.reason, t.sub = why.Shared, "known"
	case best == nil:
		t.reason = why.Network
	case best.months > 0:
		t.reason = why.Relationship
		t.sub = map[trait.Kind]string{trait.Company: "worked", trait.School: "studied", trait.Group: "group"}[best.kind]
		if met := date(best.since); met.After(from) {
			from = met
		}
	default:
		t.reason = why.Background
		t.sub = map[trait.Kind]string{trait.Company: "company", trait.School: "school", trait.Group: "group", trait.Skill: "skill", trait.Field: "field"}[best.kind]
	}
	t.since = m.moment(from.Add(time.Hour), m.now.Add(-time.Hour))
	return t
}

// date is the first day of a month.
func date(at why.Month) time.Time {
	return time.Date(int(at/12), time.Month(at%12+1), 1, 9, 0, 0, 0, time.UTC)
}

// best is the bond that speaks most for two; nil when there is none to speak of.
func (m *maker) best(a, b int) *bond {
	var best *bond
	for _, x := range m.bonds(a, b) {
		if x.kind == trait.Place || x.kind == trait.Language {
			continue
		}
		if best == nil || x.months > best.months || x.months == best.months && x.kind < best.kind {
			best = &x
		}
	}
	return best
}

// moment draws a minute between two, rather early than late, in the waking hours
// of its day. It draws whatever the hour is, so that the same seed makes the
// same community at any time of the day.
func (m *maker) moment(from, to time.Time) time.Time {
	x := m.rng.Float64()
	if !from.Before(to) {
		return to
	}
	t := from.Add(time.Duration(x * x * float64(to.Sub(from)))).Truncate(time.Minute)
	if h := t.Hour(); h < 6 && t.Add(7*time.Hour).Before(to) {
		t = t.Add(7 * time.Hour)
	}
	return t
}
