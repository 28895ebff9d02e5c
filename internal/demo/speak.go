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
	if m.chance(85) {
		p.about = m.about(p, l)
	}
	if m.chance(58) {
		p.glad = m.help(p, l)
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
	case x < 54:
		tries = append(tries, title+" · "+m.pair(p))
	case x < 61:
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
		t := title + " · " + m.pair(p)
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
	if core == "" && aside == "" && len(m.members) > usual { // a large community says some things twice
		core, aside = one(m.rng, m.fitting(l)), m.fill(stage(one(m.rng, suited(asides, l))), p)
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
func (m *maker) help(p *person, l *life) string {
	parts := m.some(l.craft.glad, m.between(1, 2))
	if more := m.fill(one(m.rng, helps), p); m.chance(70) && !strings.Contains(more, "{") {
		parts = append(parts, more)
	}
	return m.once(upper(strings.Join(parts, "; ")) + ".")
}

// fill puts somebody's own names into a text. A slot for which they have none
// stays.
func (m *maker) fill(t string, p *person) string {
	if !strings.Contains(t, "{") {
		return t
	}
	pairs := []string{"{place}", p.place}
	if job := p.present(); job != nil {
		pairs = append(pairs, "{firm}", inText(m.entities[job.entity].Name))
		if first := m.first(p); first != job.entity {
			pairs = append(pairs, "{first}", inText(m.entities[first].Name))
		}
	}
	for _, slot := range []struct {
		name string
		kind trait.Kind
	}{{"{school}", trait.School}, {"{group}", trait.Group}, {"{skill}", trait.Skill}} {
		if i := slices.IndexFunc(p.entries, func(e entry) bool {
			return e.kind == slot.kind && e.relation == trait.Has && e.to == 0 == (slot.kind != trait.School)
		}); i >= 0 && !m.entities[p.entries[i].entity].Unlisted && !p.entries[i].hidden {
			name := inText(m.entities[p.entries[i].entity].Name)
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
	return sentences(strings.NewReplacer(pairs...).Replace(t))
}

// bare are names that go without an article though they end like those with one.
var bare = []string{"Saltmarsh College", "Commonpurse Cooperative Bank", "Fairlead Boatyard", "Women of the Waterfront"}

// inText is a name as it stands within an English sentence: "the Port of
// Sindhugiri", "the Tideline Courier", but "Plover Maps".
func inText(name string) string {
	words := strings.Fields(name)
	last := words[len(words)-1]
	switch {
	case slices.Contains(bare, name):
		return name
	case words[0] == "The":
		return "the" + strings.TrimPrefix(name, "The")
	case slices.Contains(heads, words[0]) || slices.Contains(tails, last):
		return "the " + name
	}
	return name
}

// heads and tails are words with which names begin or end that take an article.
var (
	heads = []string{"Museum", "Port", "University", "Instituto", "Universidad", "École"}
	tails = []string{"Authority", "Trust", "Conservancy", "Commission", "Archive", "Service", "Laboratory", "Shipyard", "Cooperative", "School",
		"Hydraulics", "Boatbuilding", "Technology", "Circle", "Group", "Guild", "Roundtable", "Table", "Bench", "Committee", "Choir", "Shift",
		"Chapter", "Watchers", "Readers", "Fellows"}
)

// sentences gives sentences that begin with an inserted article their capital.
func sentences(t string) string {
	for _, end := range []string{". ", "! ", "? ", "\n\n"} {
		t = strings.ReplaceAll(t, end+"the ", end+"The ")
	}
	if strings.HasPrefix(t, "the ") {
		t = "T" + t[1:]
	}
	return t
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

// pair names two of somebody's skills.
func (m *maker) pair(p *person) string {
	var names []string
	for _, e := range p.entries {
		if e.kind == trait.Skill && e.relation == trait.Has {
			names = append(names, lower(m.entities[e.entity].Name))
		}
	}
	two := m.some(names, 2)
	return strings.Join(two, " and ")
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
