package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fold"
	"guildhall/internal/invite"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

const day = 24 * time.Hour

// maker makes one plan. Every choice is drawn from rng in a fixed order, so no
// choice may hang on the order of a map.
type maker struct {
	plan
	rng     *rand.Rand
	month   why.Month      // of now
	lives   []life         // beside members
	index   map[string]int // of entities, by kind and name
	names   map[string]bool
	handles map[string]bool
	said    map[string]bool // whole texts that somebody has
	used    map[string]bool // parts of texts that somebody has
	chairs  map[string]bool // leading roles that are taken, by firm
	staged  [][2]int        // ties that the personas' stories need
	web     *web            // who knows whom, once connect has run
	asked   map[[2]int]bool // pairs with a letter, the lower first
	load    []int           // letters that wait, by member
}

// life is what the plan's later parts need to know of a member and the profile
// does not say.
type life struct {
	craft   *craft
	culture *culture
	months  int // of work so far
	woman   bool
	latin   string
	region  string   // where the work is
	tongues []string // by tag
	appeal  float64  // how many ties the member has, as a share of the usual
}

// makePlan is pure: equal options give equal plans.
func makePlan(o Options) plan {
	n := o.Members
	if n == 0 {
		n = usual
	}
	now := o.Now.UTC().Truncate(time.Minute)
	m := &maker{
		rng: rand.New(rand.NewPCG(o.Seed, 0x5a17_3a25)), month: why.MonthOf(now.Year(), int(now.Month())),
		index: map[string]int{}, names: map[string]bool{}, handles: map[string]bool{}, said: map[string]bool{}, used: map[string]bool{}, chairs: map[string]bool{}, asked: map[[2]int]bool{},
	}
	m.now = now
	m.things()
	m.actors()
	for len(m.members) < min(max(n, smallest), largest) {
		m.stranger()
	}
	m.meet()
	m.connect()
	m.write()
	m.lookAround(o.Seed)
	return m.plan
}

// things lists every entity there is.
func (m *maker) things() {
	add := func(k trait.Kind, name, url string, unlisted bool) {
		if _, ok := m.index[key(k, name)]; !ok {
			m.index[key(k, name)] = len(m.entities)
			m.entities = append(m.entities, trait.Entity{Kind: k, Name: name, URL: url, Unlisted: unlisted})
		}
	}
	for _, f := range firms {
		add(trait.Company, f.name, "https://"+fold.Slug(f.name, 40)+".example", false)
		add(trait.Place, f.place, "", false)
	}
	for _, s := range schools {
		add(trait.School, s.name, "https://"+fold.Slug(s.name, 40)+".example", false)
	}
	for _, c := range circles {
		add(trait.Group, c.name, "", c.unlisted)
	}
	for _, list := range crafts {
		for _, c := range list {
			add(trait.Field, c.field, "", false)
			for _, s := range c.skills {
				add(trait.Skill, s, "", false)
			}
		}
	}
	for _, s := range shared {
		add(trait.Skill, s, "", false)
	}
	for _, c := range cultures {
		for city := range strings.SplitSeq(c.cities, ",") {
			add(trait.Place, city, "", false)
		}
		for tag := range strings.SplitSeq(c.tongues, " ") {
			add(trait.Language, tongues[tag], "", false)
		}
	}
}

func key(k trait.Kind, name string) string { return k.String() + "\x00" + name }

func (m *maker) thing(k trait.Kind, name string) int {
	i, ok := m.index[key(k, name)]
	if !ok {
		panic("demo: there is no " + k.String() + " " + name) // a slip in the lists, found by any test
	}
	return i
}

// chance is true p of a hundred times.
func (m *maker) chance(p int) bool { return m.rng.IntN(100) < p }

// between draws from lo to hi, both included.
func (m *maker) between(lo, hi int) int { return lo + m.rng.IntN(hi-lo+1) }

// weighted draws a place in a list by weights; all zero draws the first.
func weighted(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return 0
}

// stranger makes one more member.
func (m *maker) stranger() {
	c, cul := m.anyCraft(), m.anyCulture()
	p, l := person{}, life{craft: c, culture: cul, appeal: m.appeal()}
	m.christen(&p, &l)
	l.months = m.careerLength()
	if m.chance(42) {
		p.face = m.face(&l)
	}
	m.study(&p, &l)
	m.work(&p, &l)
	m.learn(&p, &l)
	m.join(&p, &l)
	m.wish(&p, &l)
	p.joined = m.joining(l)
	m.open(&p, &l)
	m.members, m.lives = append(m.members, p), append(m.lives, l)
	m.speak(len(m.members) - 1)
}

func (m *maker) anyCraft() *craft {
	var all []*craft
	var weights []float64
	for _, list := range crafts {
		for i := range list {
			all, weights = append(all, &list[i]), append(weights, float64(weight[list[i].key]))
		}
	}
	return all[weighted(m.rng, weights)]
}

func (m *maker) anyCulture() *culture {
	weights := make([]float64, len(cultures))
	for i, c := range cultures {
		weights[i] = float64(c.weight)
	}
	return &cultures[weighted(m.rng, weights)]
}

// appeal draws how sociable somebody is: most near the usual, a few with far
// more ties, and some newcomers with next to none.
func (m *maker) appeal() float64 {
	switch x := m.rng.IntN(100); {
	case x < 6:
		return 0.12 * m.rng.Float64()
	case x > 97:
		return 2.4 + m.rng.Float64()
	}
	return min(max(0.86*math.Exp(0.55*m.rng.NormFloat64()), 0.15), 3)
}

func (m *maker) careerLength() int {
	switch x := m.rng.IntN(100); {
	case x < 24:
		return m.between(5, 50)
	case x < 72:
		return m.between(50, 185)
	}
	return m.between(185, 410)
}

// christen draws a name that nobody has, and a handle.
func (m *maker) christen(p *person, l *life) {
	for {
		var double *culture
		if m.chance(7) && !l.culture.familyFirst {
			if double = m.anyCulture(); double.familyFirst {
				double = nil
			}
		}
		c := l.culture.call(m.rng, double)
		if m.names[c.latin] {
			continue
		}
		m.names[c.latin] = true
		p.name, p.lang, l.latin, l.woman = c.name, c.lang, c.latin, c.woman
		p.handle = m.handle(c.latin)
		break
	}
	switch x := m.rng.IntN(100); {
	case x < 4:
		p.pronouns = one(m.rng, []string{"they/them", "they/them", "any pronouns"})
	case x < 38 && l.woman:
		p.pronouns = one(m.rng, []string{"she/her", "she/her", "she/her", "she/they"})
	case x < 34:
		p.pronouns = one(m.rng, []string{"he/him", "he/him", "he/him", "he/they"})
	}
}

// handle makes the address of a name; a second one gets a number.
func (m *maker) handle(latin string) string {
	slug := fold.Slug(latin, 36)
	if len(slug) < 4 {
		slug = strings.Trim("fellow-"+slug, "-")
	}
	h := slug
	for n := 2; m.handles[h]; n++ {
		h = slug + "-" + strconv.Itoa(n)
	}
	m.handles[h] = true
	return h
}

// joining is when somebody registered: some founders, most over the years since,
// and those with few ties lately.
func (m *maker) joining(l life) time.Time {
	days := m.between(40, int(keeperYears/day)-40)
	if l.appeal < 0.12 {
		days = m.between(2, 35)
	}
	return m.now.Add(-time.Duration(days)*day - time.Duration(m.between(0, 14*60))*time.Minute)
}

// open chooses who may see what: most leave the default, some open everything,
// a few open or close single sections.
func (m *maker) open(p *person, l *life) {
	switch x := m.rng.IntN(100); {
	case x < 13:
		p.preset = access.OpenToMembers
	case x < 22:
		p.preset = access.OpenPublic
	case x < 27:
		p.preset = access.ConnectionsOnly
	}
	if m.chance(20) {
		p.scopes = append(p.scopes, m.scope(p))
	}
	if m.chance(7) {
		p.scopes = append(p.scopes, scope{section: access.ConnectionL, to: access.Scope{Audience: access.OnlyMe}})
	}
	if x := m.rng.IntN(100); x < 16 {
		p.who = []invite.Who{invite.WithinThird, invite.WithinThird, invite.WithinSecond, invite.WithReason}[x%4]
	}
}

func (m *maker) scope(p *person) scope {
	findable := m.chance(70)
	sc := one(m.rng, []scope{
		{section: access.About, to: access.Scope{Audience: access.Members}},
		{section: access.Skills, to: access.Scope{Audience: access.Second}},
		{section: access.Experience, to: access.Scope{Audience: access.Second, Findable: findable}},
		{section: access.Education, to: access.Scope{Audience: access.Third, Findable: findable}},
		{section: access.Groups, to: access.Scope{Audience: access.OnlyMe}},
		{section: access.Seeks, to: access.Scope{Audience: access.Connections}},
		{section: access.OpenTo, to: access.Scope{Audience: access.Members}},
		{section: access.Field, to: access.Scope{Audience: access.Members}},
		{section: access.About, to: access.Scope{Audience: access.Group}},
	})
	if sc.to.Audience != access.Group {
		return sc
	}
	i := slices.IndexFunc(p.entries, func(e entry) bool { return e.kind == trait.Group })
	if i < 0 {
		return scope{section: access.About, to: access.Scope{Audience: access.Second}}
	}
	sc.group = p.entries[i].entity
	return sc
}

// offers are what somebody is open to, by where they stand.
func (m *maker) offers(l *life, between bool) (set profile.OpenTo) {
	add := func(p int, o why.Offer) {
		if m.chance(p) {
			set |= 1 << o
		}
	}
	if between {
		add(85, why.Work)
	}
	switch {
	case l.months < 50:
		add(40, why.Mentored)
		add(12, why.Work)
	case l.months < 185:
		add(14, why.Mentoring)
		add(12, why.Hiring)
		add(14, why.Speaking)
	default:
		add(42, why.Mentoring)
		add(22, why.Hiring)
		add(28, why.Speaking)
	}
	return set
}
