package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/access"
	"guildhall/internal/member"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// cause is what an invitation builds on: what must be true of the two, and what
// the sender says.
type cause struct {
	key    string
	weight float64
	fits   func(m *maker, a, b int) (bond, bool)
	says   []says
}

type says struct {
	reason why.Reason
	sub    string
}

// causes: most say what is so; "claimed", "met", "mentor" and "none" are those
// that the record does not carry.
var causes = []cause{
	{"company", 34, shares(trait.Company, 4), []says{{why.Relationship, "worked"}, {why.Relationship, "worked"}, {why.Relationship, "worked"}, {why.Background, "company"}, {why.Relationship, ""}}},
	{"school", 13, shares(trait.School, 9), []says{{why.Relationship, "studied"}, {why.Relationship, "studied"}, {why.Background, "school"}}},
	{"group", 14, shares(trait.Group, 3), []says{{why.Relationship, "group"}, {why.Background, "group"}}},
	{"mutual", 11, theyKnow, []says{{why.Shared, "known"}, {why.Shared, "known"}, {why.Shared, "introduction"}, {why.Network, "mutual"}}},
	{"skill", 8, sameTrade, []says{{why.Background, "skill"}, {why.Background, ""}, {why.Network, "field"}}},
	{"gap", 4, missed(trait.Company), []says{{why.Background, "company"}}},
	{"schoolgap", 3, missed(trait.School), []says{{why.Background, "school"}}},
	{"place", 2, neighbours, []says{{why.Network, "place"}}},
	{"seek", 4, seeks, []says{{why.Career, "explore"}}},
	{"claimed", 3, strangers, []says{{why.Relationship, "worked"}, {why.Relationship, "business"}}},
	{"met", 2, strangers, []says{{why.Relationship, "met"}}},
	{"mentor", 1.5, younger, []says{{why.Career, "mentored"}}},
	{"none", 5, anybody, []says{{"", ""}}},
}

func shares(k trait.Kind, months int) func(*maker, int, int) (bond, bool) {
	return func(m *maker, a, b int) (bond, bool) {
		return m.bond(a, b, func(x bond) bool { return x.kind == k && x.months >= months })
	}
}

func missed(k trait.Kind) func(*maker, int, int) (bond, bool) {
	return func(m *maker, a, b int) (bond, bool) {
		return m.bond(a, b, func(x bond) bool { return x.kind == k && x.months == 0 && x.dated })
	}
}

func theyKnow(m *maker, a, b int) (bond, bool) { return bond{}, m.web.common[a][b] >= 3 }

func sameTrade(m *maker, a, b int) (bond, bool) {
	skills := 0
	x, ok := m.bond(a, b, func(x bond) bool {
		if x.kind == trait.Skill {
			skills++
		}
		return x.kind == trait.Skill && skills == 2
	})
	return x, ok && m.lives[a].craft.field == m.lives[b].craft.field
}

func neighbours(m *maker, a, b int) (bond, bool) {
	_, field := m.bond(a, b, func(x bond) bool { return x.kind == trait.Field })
	x, place := m.bond(a, b, func(x bond) bool { return x.kind == trait.Place })
	return x, field && place
}

// seeks: b has what a looks for.
func seeks(m *maker, a, b int) (bond, bool) {
	for i, e := range m.members[a].entries {
		if e.relation != trait.Seeks {
			continue
		}
		for j, f := range m.members[b].entries {
			if f.entity == e.entity && f.relation == trait.Has && e.kind != trait.Skill {
				return bond{kind: e.kind, entity: e.entity, mine: []int{i}, theirs: []int{j}}, true
			}
		}
	}
	return bond{}, false
}

// strangers have been nowhere at the same time; a firm at different times may be
// what the sender has in mind.
func strangers(m *maker, a, b int) (bond, bool) {
	_, together := m.bond(a, b, func(x bond) bool { return x.months > 0 })
	x, _ := m.bond(a, b, func(x bond) bool { return x.kind == trait.Company })
	return x, !together
}

func younger(m *maker, a, b int) (bond, bool) {
	return bond{}, m.lives[a].months < 66 && m.lives[b].months > 110 && m.lives[a].craft.field == m.lives[b].craft.field
}

func anybody(m *maker, a, b int) (bond, bool) { return bond{}, m.web.common[a][b] >= 1 || m.chance(25) }

func (m *maker) bond(a, b int, is func(bond) bool) (bond, bool) {
	for _, x := range m.bonds(a, b) {
		if is(x) {
			return x, true
		}
	}
	return bond{}, false
}

// write makes all letters: those of the personas, those that wait for others,
// and those that were answered.
func (m *maker) write() {
	m.load = make([]int, len(m.members))
	m.scenes()
	n := len(m.members)
	m.several(n*44/100, func(*letter) {})
	m.several(n/5, m.settle)
	inOrder(m.letters)
}

// several sends so many letters between members who are no personas, or as many
// as find somebody to go to.
func (m *maker) several(want int, finish func(*letter)) {
	want += len(m.letters)
	for tries := 0; len(m.letters) < want && tries < 100*len(m.members); tries++ {
		if l, ok := m.somewhere(); ok {
			finish(&l)
			m.send(l)
		}
	}
}

func (m *maker) send(l letter) {
	m.letters = append(m.letters, l)
	m.asked[[2]int{min(l.from, l.to), max(l.from, l.to)}] = true
	if l.answer == waits {
		m.load[l.to]++
	}
}

// most is how many letters wait for somebody who is no persona.
const most = 3

// somewhere makes a letter between two who are no personas.
func (m *maker) somewhere() (letter, bool) {
	weights := make([]float64, len(causes))
	for i, s := range causes {
		weights[i] = s.weight
	}
	s := &causes[weighted(m.rng, weights)]
	b := m.between(len(cast)+extras, len(m.members)-1)
	if m.load[b] >= most {
		return letter{}, false
	}
	for range 60 {
		a := m.between(len(cast)+extras, len(m.members)-1)
		if l, ok := m.letter(s, a, b); ok {
			return l, true
		}
	}
	return letter{}, false
}

// letter writes from a to b if the two have the cause.
func (m *maker) letter(s *cause, a, b int) (letter, bool) {
	if a == b || slices.Contains(m.web.knows[a], b) || m.asked[[2]int{min(a, b), max(a, b)}] {
		return letter{}, false
	}
	x, ok := s.fits(m, a, b)
	if !ok {
		return letter{}, false
	}
	say := one(m.rng, s.says)
	l := letter{from: a, to: b, reason: say.reason, sub: say.sub, at: m.lately(a, b)}
	if m.chance(84) && (s.key != "none" || m.chance(55)) {
		l.note = m.note(s, a, b, x)
	}
	l.release = m.released(s, a, b, x)
	l.hush = s.key != "mutual" && s.key != "none" && m.chance(4)
	if m.chance(6) {
		thread := one(m.rng, replies)
		l.replies = slices.Clone(thread[:m.between(1, 2)])
	}
	l.after = m.now.Sub(l.at) * 4 / 5
	return l, true
}

// lately is when a letter that waits was sent: some days ago, in the daytime,
// and not before either was here.
func (m *maker) lately(a, b int) time.Time {
	ago := time.Duration(min(m.rng.ExpFloat64()*11, 70)*24*60) * time.Minute
	t := m.now.Add(-ago - 40*time.Minute)
	if h := t.Hour(); h < 6 {
		t = t.Add(-8 * time.Hour)
	}
	first := m.members[a].joined
	if m.members[b].joined.After(first) {
		first = m.members[b].joined
	}
	if soon := m.moment(first.Add(3*time.Hour), m.now.Add(-30*time.Minute)); t.Before(first.Add(3 * time.Hour)) {
		return soon
	}
	return t
}

// settle makes a letter one that was answered, some time ago.
func (m *maker) settle(l *letter) {
	first := m.members[l.from].joined
	if m.members[l.to].joined.After(first) {
		first = m.members[l.to].joined
	}
	if back := l.at.Add(-time.Duration(m.between(8, 110)) * day); back.After(first) {
		l.at = back
	}
	l.replies = nil
	l.after = min(time.Duration(m.between(3, 14*24))*time.Hour, m.now.Sub(l.at)*2/3)
	switch x := m.rng.IntN(100); {
	case x < 68:
		l.answer = accepts
	case x < 92:
		l.answer = ignores
	default:
		l.answer = withdrawn
	}
}

// released are the sender's entries that support what is said and that the
// receiver would not see by themselves. Some add a few skills.
func (m *maker) released(s *cause, a, b int, x bond) []int {
	p := &m.members[a]
	var out []int
	add := func(entries ...int) {
		for _, i := range entries {
			if !slices.Contains(out, i) && !m.shownBy(p, i, b) {
				out = append(out, i)
			}
		}
	}
	if s.key != "claimed" {
		add(x.mine...)
	}
	if s.key == "skill" || s.key == "place" || s.key == "seek" || s.key == "mentor" || m.chance(40) {
		for _, y := range m.bonds(a, b) {
			if y.kind == trait.Skill || y.kind == trait.Field || y.kind == trait.Place && s.key == "place" {
				add(y.mine...)
			}
		}
		for i, e := range p.entries {
			if e.kind == trait.Skill && e.relation == trait.Has && len(out) < 3 {
				add(i)
			}
		}
	}
	return out
}

// shownBy reports whether an entry shows without being released: its section is
// open to members, or findable by those who share the entity.
func (m *maker) shownBy(p *person, i, other int) bool {
	e := p.entries[i]
	if e.hidden {
		return false
	}
	preset := p.preset
	if preset == 0 {
		preset = access.ConnectionsOnly
	}
	section := trait.Section(e.kind, e.relation)
	sc := preset.Scope(section)
	for _, own := range p.scopes {
		if own.section == section {
			sc = own.to
		}
	}
	both := slices.ContainsFunc(m.members[other].entries, func(f entry) bool { return f.entity == e.entity && f.relation == trait.Has })
	return sc.Audience <= access.Members || sc.Findable && both && sc.Audience != access.OnlyMe
}

// note draws what is written with a letter, sometimes in another language that
// both speak. Nobody else has written the same.
func (m *maker) note(s *cause, a, b int, x bond) string {
	if pool := m.foreign(s, a, b); pool != nil && m.chance(62) {
		if t := m.written(pool, a, b, x, func(name string) string { return name }); t != "" {
			return t
		}
	}
	key := s.key
	if key == "seek" && x.kind == trait.Field {
		key = "seekfield"
	}
	return m.written(notes[key], a, b, x, inText)
}

// foreign are the notes in a language, not English, that both speak and one of
// them grew up with.
func (m *maker) foreign(s *cause, a, b int) []string {
	mine, theirs := m.lives[a].tongues, m.lives[b].tongues
	for _, tag := range mine {
		if tag == "en" || !slices.Contains(theirs, tag) || mine[0] != tag && theirs[0] != tag {
			continue
		}
		if pool := abroad[tag]; pool != nil && s.weight > 3 && s.key != "seek" {
			return append(slices.Clone(pool[s.key]), pool["any"]...)
		}
	}
	return nil
}

// written draws from a pool, first what nobody has used. named writes a name as
// it stands in the language.
func (m *maker) written(pool []string, a, b int, x bond, named func(string) string) string {
	for try := range 14 {
		t := m.unsaid(pool)
		if t == "" {
			t = one(m.rng, pool)
		}
		filled := m.address(t, a, b, x, named)
		if !strings.Contains(filled, "{") && utf8.RuneCountInString(filled) <= 300 {
			if n := m.once(filled); n != "" {
				return n
			}
		} else if try < 6 {
			m.used[t] = false
		}
	}
	return ""
}

// address fills a note's slots with what is true of the two.
func (m *maker) address(t string, a, b int, x bond, named func(string) string) string {
	p, q := &m.members[a], &m.members[b]
	pairs := []string{"{you}", member.Card{Name: q.name, Lang: q.lang}.Short(), "{me}", p.name, "{place}", p.place,
		"{field}", strings.ToLower(m.lives[b].craft.field)}
	if job := q.present(); job != nil && job.end() >= m.month && job.entity != x.entity {
		pairs = append(pairs, "{yours}", named(m.entities[job.entity].Name))
	}
	if x.since != 0 {
		pairs = append(pairs, "{year}", strconv.Itoa(int(x.since/12)))
	}
	if slot := map[trait.Kind]string{trait.Company: "{firm}", trait.School: "{school}", trait.Group: "{group}", trait.Skill: "{skill}"}[x.kind]; slot != "" {
		name := m.entities[x.entity].Name
		pairs = append(pairs, "{circle}", name)
		if x.kind == trait.Skill {
			name = lower(name)
		}
		pairs = append(pairs, slot, named(name))
	}
	if x.kind == trait.Company || x.kind == trait.Field {
		name := named(m.entities[x.entity].Name)
		if x.kind == trait.Field {
			name = strings.ToLower(name)
		}
		pairs = append(pairs, "{sought}", name)
	}
	if i := slices.IndexFunc(m.web.knows[a], func(k int) bool { return slices.Contains(m.web.knows[b], k) }); i >= 0 {
		pairs = append(pairs, "{mutual}", m.members[m.web.knows[a][i]].name)
	}
	return sentences(strings.NewReplacer(pairs...).Replace(t))
}
