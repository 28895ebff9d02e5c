package demo

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// study gives somebody one to three times at a school, the last ending when work
// begins.
func (m *maker) study(p *person, l *life) {
	end := m.summer(m.month - why.Month(l.months))
	programmes := slices.Clone(l.craft.degree)
	first := m.anySchool(l)
	switch {
	case m.chance(20): // a trade, learned in two years or three
		m.studied(p, first, one(m.rng, programmes), end, 12*m.between(2, 3))
	case l.months > 12 && m.chance(18) && slices.Contains(scholars, l.craft.key): // a doctorate
		m.studied(p, m.anySchool(l), programmes[0]+", PhD", end, 12*m.between(3, 5))
		end = m.summer(p.entries[0].from - 1)
		m.studied(p, first, "MSc "+programmes[0], end, 24)
		m.studied(p, first, "BSc "+one(m.rng, programmes), m.summer(end-24), 36)
	case m.chance(58):
		m.studied(p, first, degree(l.craft, true)+one(m.rng, programmes), end, 12*m.between(1, 2))
		second := first
		if m.chance(55) {
			second = m.anySchool(l)
		}
		m.studied(p, second, degree(l.craft, false)+one(m.rng, programmes), m.summer(p.entries[0].from-1), 36)
	default:
		m.studied(p, first, degree(l.craft, false)+one(m.rng, programmes), end, 12*m.between(3, 4))
	}
}

// scholars are the crafts in which some write a doctoral thesis.
var scholars = []string{"coast", "marsh", "ocean", "flood", "water", "grid", "stats", "past", "care", "sea"}

// artistic are the crafts whose degrees are in arts, and those without degrees.
var (
	artistic = []string{"clay", "draw", "press", "tongue", "past", "people", "law", "money", "teach"}
	manual   = []string{"boat", "sail"}
)

func degree(c *craft, master bool) string {
	switch {
	case slices.Contains(manual, c.key):
		return ""
	case slices.Contains(artistic, c.key) && master:
		return "MA "
	case slices.Contains(artistic, c.key):
		return "BA "
	case master:
		return "MSc "
	}
	return "BSc "
}

// summer is the June at or before a month.
func (m *maker) summer(at why.Month) why.Month {
	june := at - at%12 + 5
	if june > at {
		june -= 12
	}
	return june
}

func (m *maker) studied(p *person, s *school, role string, to why.Month, months int) {
	e := entry{kind: trait.School, relation: trait.Has, entity: m.thing(trait.School, s.name), role: role, place: s.place,
		from: to - why.Month(months) + 3, to: to} // from September to June
	if m.chance(22) {
		e.years()
	}
	p.entries = append(p.entries, e)
}

func (m *maker) anySchool(l *life) *school {
	weights := make([]float64, len(schools))
	for i, s := range schools {
		weights[i] = float64(s.size)
		switch {
		case within(s.near, l.culture.key):
			weights[i] *= 4
		case s.near != "":
			weights[i] *= 0.2
		}
		if s.crafts != "" && !within(s.crafts, l.craft.key) {
			weights[i] = 0
		} else if s.crafts != "" {
			weights[i] *= 3
		}
	}
	return &schools[weighted(m.rng, weights)]
}

func within(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// work gives somebody a career that goes up, with changes, returns and gaps.
func (m *maker) work(p *person, l *life) {
	home := one(m.rng, strings.Split(l.culture.cities, ","))
	p.place = home
	begin := m.month - why.Month(l.months)
	l.region = l.culture.region
	if m.chance(45) { // many stayed where they had studied, or came for the work
		l.region = one(m.rng, []string{"isles", "isles", "isles", "west", "west", "north"})
	}
	var f *firm
	for at := begin; at < m.month; {
		if f == nil || !m.chance(12) { // one in eight stays or comes back
			f = m.anyFirm(l, f, home, at)
			l.region = regions[f.place]
		}
		months := min(m.stay(at-begin), int(m.month-at))
		open := int(m.month-at)-months < 9 && m.chance(88)
		to := at + why.Month(months) - 1
		if open {
			to = m.month
		}
		m.stints(p, l, f, at, to, at-begin, open)
		if open {
			p.place = f.place
			if m.chance(12) {
				p.place = home // works from there
			}
			return
		}
		at = to + 1
		if m.chance(32) {
			at += why.Month(m.between(2, 16))
		}
	}
}

// stay draws how many months somebody stays: mostly two to five years, later
// longer.
func (m *maker) stay(served why.Month) int {
	usual := 34.0
	if served > 100 {
		usual = 58
	}
	return min(max(int(usual*math.Exp(0.6*m.rng.NormFloat64())), 7), 170)
}

// anyFirm draws an employer where the craft is at home, rather near than far,
// and there already at the time.
func (m *maker) anyFirm(l *life, not *firm, home string, at why.Month) *firm {
	weights := make([]float64, len(firms))
	for i := range firms {
		f := &firms[i]
		rank := slices.Index(strings.Fields(f.crafts), l.craft.key)
		if rank < 0 || f == not || int(at/12) < f.since {
			continue
		}
		weights[i] = float64(f.size) * math.Pow(0.72, float64(rank))
		if f.place == home {
			weights[i] *= 2
		}
		if regions[f.place] != l.region {
			weights[i] *= 0.06
		}
	}
	return &firms[weighted(m.rng, weights)]
}

// stints writes one stay at a firm: longer ones in two roles. The open one goes
// on still.
func (m *maker) stints(p *person, l *life, f *firm, from, to, served why.Month, open bool) {
	cut := to
	if to-from > 44 && m.chance(40) {
		cut = from + why.Month(m.between(18, 36))
	}
	m.stint(p, l, f, from, cut, served, open && cut == to)
	if cut < to {
		m.stint(p, l, f, cut+1, to, served+cut+1-from, open)
	}
}

func (m *maker) stint(p *person, l *life, f *firm, from, to, served why.Month, open bool) {
	e := entry{kind: trait.Company, relation: trait.Has, entity: m.thing(trait.Company, f.name), place: f.place, from: from, to: to}
	e.role = m.title(l.craft, f, p, int(served), open)
	if open {
		e.to = 0
	}
	switch x := m.rng.IntN(100); {
	case x < 10:
		e.years()
	case x < 13 && !open:
		e.from, e.to = 0, 0
	}
	if to-from > 14 && m.chance(46) {
		e.body = m.unsaid(l.craft.bodies)
	}
	p.entries = append(p.entries, e)
}

// title draws what somebody is called after some months of work: at most one
// leads at a time, and nobody has the same title twice running.
func (m *maker) title(c *craft, f *firm, p *person, served int, open bool) string {
	level := 0
	for _, after := range []int{34, 96, 200} {
		if served >= after {
			level++
		}
	}
	if level == 3 && m.chance(45) {
		level = 2
	}
	last := ""
	for _, e := range p.entries {
		if e.kind == trait.Company {
			last = e.role
		}
	}
	for range 12 {
		t := one(m.rng, c.titles[level])
		chair := f.name + "\x00" + t
		switch {
		case t == last:
		case level == 3 && open && m.chairs[chair]:
			level = 2
		default:
			m.chairs[chair] = m.chairs[chair] || level == 3 && open
			return t
		}
	}
	return c.titles[level][0]
}

// unsaid draws a text that nobody has yet; none when all are taken.
func (m *maker) unsaid(texts []string) string {
	left := slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return m.used[t] })
	if len(left) == 0 {
		return ""
	}
	t := one(m.rng, left)
	m.used[t] = true
	return t
}

// learn gives skills, field, place and languages.
func (m *maker) learn(p *person, l *life) {
	skills := m.some(l.craft.skills, min(m.between(3, 6), len(l.craft.skills)))
	if m.chance(70) {
		skills = append(skills, m.some(shared, m.between(1, 2))...)
	}
	if m.chance(30) { // something from a craft next door
		skills = append(skills, one(m.rng, m.anyCraft().skills))
	}
	for i, s := range skills {
		if !slices.Contains(skills[:i], s) {
			p.entries = append(p.entries, entry{kind: trait.Skill, relation: trait.Has, entity: m.thing(trait.Skill, s)})
		}
	}
	if m.chance(90) {
		p.entries = append(p.entries, entry{kind: trait.Field, relation: trait.Has, entity: m.thing(trait.Field, l.craft.field)})
	}
	if m.chance(85) {
		p.entries = append(p.entries, entry{kind: trait.Place, relation: trait.Has, entity: m.thing(trait.Place, p.place)})
	}
	m.speaks(p, l)
}

func (m *maker) speaks(p *person, l *life) {
	l.tongues = strings.Fields(l.culture.tongues)
	if m.chance(30) {
		if t := one(m.rng, []string{"de", "fr", "es", "pt", "nl", "no", "it", "ar"}); !slices.Contains(l.tongues, t) {
			l.tongues = append(l.tongues, t)
		}
	}
	for i, t := range l.tongues {
		level := "Fluent"
		switch {
		case i == 0:
			level = "First language"
		case t != "en" && m.chance(60):
			level = one(m.rng, []string{"Conversational", "Reading", "Good"})
		}
		p.entries = append(p.entries, entry{kind: trait.Language, relation: trait.Has, entity: m.thing(trait.Language, tongues[t]), role: level})
	}
}

// some draws n different ones, the first of the list rather than the last.
func (m *maker) some(list []string, n int) []string {
	weights := make([]float64, len(list))
	for i := range weights {
		weights[i] = math.Pow(0.85, float64(i))
	}
	var out []string
	for len(out) < min(n, len(list)) {
		i := weighted(m.rng, weights)
		out = append(out, list[i])
		weights[i] = 0
	}
	return out
}

// join puts somebody into groups of the society that suit them.
func (m *maker) join(p *person, l *life) {
	for range m.between(0, 4) {
		c := &circles[weighted(m.rng, m.suits(l))]
		group := m.thing(trait.Group, c.name)
		if slices.ContainsFunc(p.entries, func(e entry) bool { return e.entity == group }) {
			continue
		}
		earliest := max(why.MonthOf(c.since, 3), m.month-why.Month(l.months))
		if earliest >= m.month-1 {
			continue
		}
		e := entry{kind: trait.Group, relation: trait.Has, entity: group, from: earliest + why.Month(m.rng.IntN(int(m.month-earliest)))}
		if m.month-e.from > 30 && m.chance(22) {
			e.to = e.from + why.Month(m.between(10, int(m.month-e.from)-1))
		}
		if m.chance(9) {
			e.role = c.role
		}
		e.hidden = m.chance(8)
		p.entries = append(p.entries, e)
	}
}

func (m *maker) suits(l *life) []float64 {
	weights := make([]float64, len(circles))
	for i, c := range circles {
		weights[i] = float64(c.size)
		switch {
		case c.crafts != "" && within(c.crafts, l.craft.key):
			weights[i] *= 3
		case c.crafts != "":
			weights[i] *= 0.03
		}
		if c.near != "" {
			weights[i] *= map[bool]float64{true: 4, false: 0.02}[within(c.near, l.culture.key)]
		}
		if c.name == "Women of the Waterfront" && !l.woman {
			weights[i] = 0
		}
	}
	return weights
}

// wish gives something sought, what one is open to, and what one helps with.
func (m *maker) wish(p *person, l *life) {
	between := !slices.ContainsFunc(p.entries, func(e entry) bool { return e.kind == trait.Company && e.to == 0 && e.from != 0 })
	if between || m.chance(34) {
		m.seek(p, l)
	}
	if m.chance(52) || between {
		p.open = m.offers(l, between)
	}
}

// seek adds one or two things that somebody looks for: a firm where the craft is
// at home, a skill or a field, more often their own than one from next door.
func (m *maker) seek(p *person, l *life) {
	for range m.between(1, 2) {
		c := l.craft
		if m.chance(40) {
			c = m.anyCraft()
		}
		e := entry{relation: trait.Seeks, kind: trait.Field, entity: m.thing(trait.Field, c.field)}
		switch m.rng.IntN(3) {
		case 0:
			e.kind, e.entity = trait.Company, m.thing(trait.Company, m.anyFirm(l, nil, p.place, m.month).name)
		case 1:
			e.kind, e.entity = trait.Skill, m.thing(trait.Skill, one(m.rng, c.skills))
		}
		if !slices.ContainsFunc(p.entries, func(o entry) bool { return o.entity == e.entity && (o.relation == trait.Seeks || o.to == 0) }) {
			p.entries = append(p.entries, e)
		}
	}
}

// present is where somebody works now, or worked last; nil for nowhere.
func (p *person) present() *entry {
	var jobs []*entry
	for i := range p.entries {
		if e := &p.entries[i]; e.kind == trait.Company && e.relation == trait.Has {
			jobs = append(jobs, e)
		}
	}
	if len(jobs) == 0 {
		return nil
	}
	return slices.MaxFunc(jobs, func(a, b *entry) int { return cmp.Compare(a.end(), b.end()) })
}

// years forgets the months of an entry, as trait.Check stores it.
func (e *entry) years() {
	e.yearOnly = true
	e.from -= e.from % 12
	if e.to != 0 {
		e.to += 11 - e.to%12
	}
}

// end is the last month of an entry, far in the future for what goes on.
func (e *entry) end() why.Month {
	if e.to == 0 && e.from != 0 {
		return 1 << 30
	}
	return e.to
}
