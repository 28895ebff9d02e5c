package demo

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/trait"
)

// speak gives the member at a place their words: headline and about.
func (m *maker) speak(i int) {
	p, l := &m.members[i], &m.lives[i]
	p.headline = m.headline(p, l)
	if m.chance(82) {
		p.about = m.about(p, l)
	}
	if p.glad != "" {
		p.glad = m.fill(p.glad, p)
	}
	if m.chance(9) {
		p.website = "https://" + p.handle + ".example"
	}
}

// headline says in one line what somebody does; nobody else says it so.
func (m *maker) headline(p *person, l *life) string {
	job := p.present()
	firm := m.entities[job.entity].Name
	title := job.role
	var tries []string
	if job.end() < m.month {
		title = m.formerly(title, firm)
		if line := m.unsaid(l.craft.lines); line != "" && m.chance(50) {
			tries = append(tries, title+" · "+line)
		}
		return m.headlined(append(tries, title, title+" · "+p.place), title, p)
	}
	at := ", "
	if strings.Contains(title, ",") {
		at = " · "
	}
	switch x := m.rng.IntN(100); {
	case x < 34:
		if line := m.unsaid(l.craft.lines); line != "" {
			tries = append(tries, title+" · "+line, upper(line)+". "+title+at+p.place)
			tries = tries[m.rng.IntN(2):]
		}
	case x < 52:
		tries = append(tries, title+" · "+p.place)
	case x < 60:
		tries = append(tries, title+at+firm+" · "+strings.ToLower(l.craft.field))
	}
	tries = append(tries, title+at+firm, title+" at "+firm, title+" · "+firm+" · "+p.place, title+" · "+p.place)
	return m.headlined(tries, title, p)
}

// headlined takes the first headline that nobody has.
func (m *maker) headlined(tries []string, title string, p *person) string {
	for _, t := range tries {
		if h := m.once(t); h != "" && utf8.RuneCountInString(h) <= 150 {
			return h
		}
	}
	for { // a large community: two skills make the difference
		t := title + " · " + m.skill(p) + " and " + lower(m.skill(p))
		if h := m.once(t); h != "" {
			return h
		}
		if h := m.once(t + " · " + p.handle); h != "" {
			return h
		}
	}
}

// formerly is the title of somebody between jobs.
func (m *maker) formerly(title, firm string) string {
	return one(m.rng, []string{"Formerly " + lower(title) + " at " + firm, "Between jobs, lately " + lower(title), title + ", looking around"})
}

// once takes a text if nobody has it.
func (m *maker) once(t string) string {
	if m.said[t] {
		return ""
	}
	m.said[t] = true
	return t
}

// about is what somebody says of themselves: some lines of their craft that
// nobody else has, an aside, or both.
func (m *maker) about(p *person, l *life) string {
	core := m.unsaid(m.fitting(l))
	aside := ""
	if core == "" || m.chance(30) {
		aside = m.aside(p, l)
	}
	if core == "" && aside == "" {
		core, aside = stage(one(m.rng, l.craft.abouts)), m.fill(stage(one(m.rng, asides)), p)
	}
	text := strings.TrimSpace(m.fill(stage(core), p) + "\n\n" + aside)
	if strings.Contains(text, "{") {
		return ""
	}
	return m.once(text)
}

// fitting are the lines of the craft that go with somebody's years.
func (m *maker) fitting(l *life) []string {
	return suited(l.craft.abouts, l)
}

func suited(texts []string, l *life) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(t string) bool {
		return strings.HasPrefix(t, "e:") && l.months > 66 || strings.HasPrefix(t, "m:") && l.months < 90 || strings.HasPrefix(t, "l:") && l.months < 200
	})
}

// stage takes the mark of few or many years off a text.
func stage(t string) string {
	if len(t) > 2 && t[1] == ':' {
		return t[2:]
	}
	return t
}

// aside draws a second paragraph that nobody has and whose slots can be filled.
func (m *maker) aside(p *person, l *life) string {
	for range 8 {
		t := m.unsaid(suited(asides, l))
		if t == "" {
			return ""
		}
		if filled := m.fill(stage(t), p); !strings.Contains(filled, "{") {
			return filled
		}
		m.used[t] = false
	}
	return ""
}

// help says what somebody is glad to help with.
func (m *maker) help(l *life) string {
	parts := m.some(l.craft.glad, m.between(1, 2))
	if m.chance(60) {
		parts = append(parts, one(m.rng, helps))
	}
	return upper(strings.Join(parts, "; ")) + "."
}

// fill puts somebody's own names into a text. A slot for which they have none
// stays.
func (m *maker) fill(t string, p *person) string {
	if !strings.Contains(t, "{") {
		return t
	}
	pairs := []string{"{place}", p.place}
	if job := p.present(); job != nil {
		pairs = append(pairs, "{firm}", m.entities[job.entity].Name)
		if first := m.first(p); first != job.entity {
			pairs = append(pairs, "{first}", m.entities[first].Name)
		}
	}
	for _, slot := range []struct {
		name string
		kind trait.Kind
	}{{"{school}", trait.School}, {"{group}", trait.Group}, {"{skill}", trait.Skill}} {
		if i := slices.IndexFunc(p.entries, func(e entry) bool {
			return e.kind == slot.kind && e.relation == trait.Has && e.to == 0 == (slot.kind != trait.School)
		}); i >= 0 && !m.entities[p.entries[i].entity].Unlisted && !p.entries[i].hidden {
			name := m.entities[p.entries[i].entity].Name
			if slot.kind == trait.Skill {
				name = lower(name)
			}
			pairs = append(pairs, slot.name, name)
		}
	}
	if i := slices.IndexFunc(p.entries, func(e entry) bool {
		return e.kind == trait.Language && e.role == "First language" && m.entities[e.entity].Name != "English"
	}); i >= 0 {
		pairs = append(pairs, "{tongue}", m.entities[p.entries[i].entity].Name)
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

// first is the firm where somebody began, as an entity.
func (m *maker) first(p *person) int {
	for _, e := range p.entries {
		if e.kind == trait.Company && e.relation == trait.Has {
			return e.entity
		}
	}
	return -1
}

func (m *maker) skill(p *person) string {
	var names []string
	for _, e := range p.entries {
		if e.kind == trait.Skill && e.relation == trait.Has {
			names = append(names, m.entities[e.entity].Name)
		}
	}
	return one(m.rng, names)
}

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// lower makes a title's or skill's first letter small, unless it begins with an
// abbreviation or a proper name.
func lower(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == strings.ToUpper(word) || slices.Contains([]string{"Python", "Fortran", "PostgreSQL", "Bayesian", "Legionella"}, word) {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
