package demo

import (
	"strings"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/invite"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// extras are the members beside the cast who are written by hand: those who
// invite the newcomer. They follow the cast in the plan.
const extras = 3

// Places of the cast and the extras in the plan.
const (
	noor = iota
	adaeze
	mateus
	tilda
	eirik
	ursula
	solveig // worked with Noor
	bastian // did not
	dafni   // gives no reason
)

// spell is a time somewhere, counted back from now: jobs in months, studies in
// years from September to June. until below 0 goes on.
type spell struct {
	where, role, body string
	since, until      int
}

// actor is somebody written by hand.
type actor struct {
	name, handle, lang, pronouns, place string
	craft, culture                      string
	headline, about, glad, website      string
	days                                int // since joining; 0 for the keeper
	woman                               bool
	appeal                              float64
	jobs, studies, groups               []spell
	skills, speak                       string // separated by commas; tags
	seeks                               []spell
	open                                []why.Offer
	preset                              access.Preset
	who                                 invite.Who
	closed                              bool // every section to nobody
	face                                bool
}

var actors = []actor{
	{
		name: "Noor Haddad", handle: "noor-haddad", lang: "ar-Latn", pronouns: "she/her", place: "Edinburgh", craft: "flood", culture: "ar", woman: true, days: 9, face: true,
		headline: "Hydrologist, flash-flood warnings · Brackwater Analytics",
		about:    "I learned hydrology in wadis, where a river is a rumour until it is a wall, and am now adjusting to drizzle.\n\nAt Brackwater I work on warnings for small steep catchments. I like gauges that people can see from their kitchen, forecasts with a verb in them, and night shifts with somebody who can sing.",
		glad:     "Arabic place names on maps; first jobs after the MSc; rainfall radar in dry places.",
		skills:   "Hydrology,Flood forecasting,Early warning,R,Rainfall radar,Hydraulic modelling", speak: "ar en fr",
		jobs: []spell{
			{"Fajr Coast Water", "Assistant flood forecaster", "Night desk through two winters of flash floods; rewrote the warnings in three dialects.", 39, 16},
			{"Brackwater Analytics", "Hydrologist", "Warnings for small steep catchments: rain in, sentences out.", 13, -1},
		},
		studies: []spell{{"Levant Coast University", "BSc Water Resources Engineering", "", 10, 7}, {"Saltmarsh College", "MSc Hydrology", "", 6, 4}},
		groups:  []spell{{"Storm Surge Reading Group", "", "", 0, -1}, {"First-Generation Fellows", "", "", 0, -1}},
		seeks:   []spell{{where: "Early warning"}}, open: []why.Offer{why.Mentored},
	},
	{
		name: "Adaeze Nwosu-Lindqvist", handle: "adaeze-nwosu-lindqvist", lang: "ig", pronouns: "she/her", place: "Bristol", craft: "grid", culture: "ng", woman: true, days: 3010, appeal: 6.6, face: true,
		headline: "Grids, islands and introductions · Technical director, Quay Street Software Cooperative",
		about:    "I began on the outage desk at Grensevik in a winter when the lines came down twice a week, and have worked ever since on the question of how a grid tells people that it is in trouble.\n\nFor nine years I organised the alumni evenings of the college. That is why I know your cousin. If you are looking for somebody in power, water or software, ask me; I enjoy it more than I should.\n\nOff duty I keep bees on a flat roof, to the despair of the window cleaner.",
		glad:     "Introductions, in any direction; control-room jobs and what they cost; women going back to engineering.",
		skills:   "Power flow,Outage modelling,Reliability standards,Python,Mentoring,Public speaking,Facilitation", speak: "ig en sv no",
		jobs: []spell{
			{"Grensevik Kraftnett", "Trainee grid analyst", "Two winters on the outage desk.", 252, 221},
			{"Grensevik Kraftnett", "Grid analyst", "Outage model for the northern lines, and the first public outage map.", 220, 164},
			{"Maasbrug Netbeheer", "Lead engineer, system studies", "System studies for islands; eleven people, four countries.", 161, 104},
			{"Brackwater Analytics", "Head of data", "From nine people to seventy without losing the Friday soup.", 101, 38},
			{"Quay Street Software Cooperative", "Technical director", "Open software for small utilities, owned by those who write it.", 36, -1},
		},
		studies: []spell{{"Ikoro University of Science", "BSc Electrical Engineering", "", 26, 23}, {"Saltmarsh College", "MSc Power Systems", "", 23, 21}},
		groups: []spell{{"Grid Resilience Working Group", "Drafts the guidance", "", 110, -1}, {"Women of the Waterfront", "Evenings", "", 120, -1},
			{"Mentors’ Bench", "Mentor", "", 118, -1}, {"Gulf of Guinea Chapter", "", "", 96, -1}, {"Succession Committee", "Member", "", 14, -1}},
		open: []why.Offer{why.Mentoring, why.Hiring, why.Speaking}, preset: access.OpenToMembers, website: "https://bees-and-busbars.example",
	},
	{
		name: "Mateus Figueira Antunes", handle: "mateus-figueira-antunes", lang: "pt", pronouns: "he/him", place: "Porto", craft: "data", culture: "pt", days: 2190, appeal: 1.7, face: true,
		headline: "Senior data engineer, Estuário Dados · tide gauges, meters, and the truth about Tuesdays",
		about:    "I make sensors agree. For eleven years that has meant water meters, tide gauges and once a herd of cows, and in every project the hard part was a clock.\n\nWe publish what we can: the gauge store I built at the delta authority is open, and eleven agencies now argue in the same units.\n\nI have two small children and therefore answer messages at strange hours.",
		glad:     "Time series with holes in them; open-data licences; moving from research to a firm.",
		skills:   "Data pipelines,Time series,SQL,Python,Open data,Data quality,Metadata", speak: "pt en es nl",
		jobs: []spell{
			{"Instituto da Maré", "Data analyst", "Put forty years of tide-gauge tapes into one table.", 137, 103},
			{"Zuidkil Delta Authority", "Data engineer", "One open store for eleven agencies’ gauges.", 101, 62},
			{"Plover Maps", "Senior data engineer", "Depths and addresses, nightly.", 60, 33},
			{"Estuário Dados", "Senior data engineer", "Meter data for 210,000 homes, deleted when promised.", 31, -1},
		},
		studies: []spell{{"Instituto Superior de Marealta", "BSc Information Systems", "", 16, 13}, {"Saltmarsh College", "MSc Computer Science", "", 13, 12}},
		groups: []spell{{"Open Sensors Guild", "Release manager", "", 70, -1}, {"Tide Gauge Watchers", "", "", 84, -1}, {"Maps at Midnight", "", "", 40, -1},
			{"Mediterranean Chapter", "", "", 66, 20}},
		open: []why.Offer{why.Hiring, why.Speaking},
	},
	{
		name: "Tilda Marchetti-Holm", handle: keeper, lang: "sv", pronouns: "she/her", place: "King’s Lynn", craft: "past", culture: "se", woman: true, appeal: 2.2, face: true,
		headline: "Keeps the archive of Saltmarsh College, the books of the Fellows, and this place running",
		about:    "I look after what the college would otherwise lose: ship’s logs, lecture notes, keys without doors. Since the Fellows decided to own their own network I look after that too.\n\nIf something here does not work, or somebody behaves badly, write to me. I read everything and I know where the off switch is.",
		glad:     "Finding a classmate; closing an account properly; reading old handwriting.",
		skills:   "Archiving,Metadata,Oral history,Paper conservation,Volunteer coordination,Facilitation", speak: "sv en it",
		jobs: []spell{
			{"Museum of the Low Coast", "Archivist", "Catalogued 900 weather diaries, and the weather in them.", 190, 132},
			{"Saltmarsh College", "Keeper of the archive", "Archive, alumni records, and the cellar when it floods.", 130, -1},
		},
		studies: []spell{{"Saltmarsh College", "MA Archival Studies", "", 19, 17}},
		groups: []spell{{"Fellows’ Choir", "Alto", "", 108, -1}, {"Letterpress Thursdays", "", "", 100, -1}, {"Hardship Fund Readers", "Reader", "", 90, -1},
			{"Succession Committee", "Member", "", 40, -1}, {"Boat Shed Saturdays", "Keys and kettle", "", 104, -1}},
		preset: access.OpenToMembers,
	},
	{
		name: "Eirik Valkeapää Dahl", handle: "eirik-valkeapaa-dahl", lang: "nb", place: "Tromsø", craft: "wind", culture: "no", days: 1320, appeal: 0.6,
		headline: "Offshore safety",
		about:    "I investigate accidents, so I keep to myself here. Those who need me know the number.",
		skills:   "Offshore safety,Reliability analysis,Condition monitoring,First aid", speak: "no fi en",
		jobs: []spell{
			{"Skarvnes Offshore Wind", "Turbine technician", "", 168, 118},
			{"Skarvnes Offshore Wind", "Senior reliability engineer", "", 117, 71},
			{"Tidewright Works", "Site manager, offshore wind", "", 70, 30},
			{"Skarvnes Offshore Wind", "Head of operations, offshore wind", "", 28, -1},
		},
		studies: []spell{{"Høyvik Technical University", "BSc Mechanical Engineering", "", 18, 15}},
		groups:  []spell{{"Offshore Night Shift", "Moderator", "", 60, -1}},
		who:     invite.WithReason, closed: true,
	},
	{
		name: "Ursula Kestrel", handle: "ursula-kestrel", lang: "en", pronouns: "she/her", place: "Norwich", craft: "ocean", culture: "en", woman: true, days: 2800, appeal: 2, face: true,
		headline: "Retired professor of tides, still wet · Saltmarsh College",
		about:    "I taught tides for thirty-one years and have been wrong about them for forty. My students run half of the gauges on this coast and are kind enough to send me the odd ones.\n\nSince I retired I answer letters. Any letter: children’s questions about the moon, councils’ questions about walls, and yours. It may take a fortnight.\n\nI keep a list of tide gauges that people love. It has two hundred and six entries. Please add yours.",
		glad:     "Any question about tides; reading a thesis chapter; telling a council what it does not want to hear.",
		skills:   "Tidal analysis,Storm surges,Ocean modelling,Fortran,Scientific writing,Teaching,Mentoring", speak: "en fr de",
		jobs: []spell{
			{"Ravnkilde Ocean Laboratory", "Junior scientist, tides", "", 480, 421},
			{"Saltmarsh College", "Lecturer", "", 420, 300},
			{"Saltmarsh College", "Professor of tides", "Thirty-eight doctoral students, all of whom can swim.", 299, 41},
		},
		studies: []spell{{"Saltmarsh College", "BSc Applied Mathematics", "", 50, 47}, {"Inlet University", "Physical Oceanography, PhD", "", 47, 41}},
		groups:  []spell{{"Tide Gauge Watchers", "Keeper of the gauge list", "", 150, -1}, {"Storm Surge Reading Group", "Chooses the paper", "", 120, -1}, {"Mentors’ Bench", "Mentor", "", 90, -1}},
		open:    []why.Offer{why.Mentoring, why.Speaking}, preset: access.OpenPublic, website: "https://gauges-we-love.example",
	},
	{
		name: "Sólveig Ragna Þórðardóttir", handle: "solveig-ragna", lang: "is", pronouns: "she/her", place: "Gloucester", craft: "flood", culture: "is", woman: true, days: 840, appeal: 1, face: true,
		headline: "Flood forecaster, Ninebarrow River Trust · small catchments, quick tempers",
		about:    "Glacier rivers, then wadis, then the small wet valleys of the west. The water is never the same, but the telephone at three in the morning is.",
		glad:     "Shift work with small children; radar in the mountains.",
		skills:   "Flood forecasting,Early warning,Rainfall radar,Hydrology,R", speak: "is da en ar",
		jobs: []spell{
			{"Hvítanes Geothermal", "Hydrology trainee", "", 104, 66},
			{"Fajr Coast Water", "Senior flood forecaster", "Built the night desk in Aqaba and trained the first five people on it.", 64, 18},
			{"Ninebarrow River Trust", "Flood forecaster", "", 16, -1},
		},
		studies: []spell{{"Høyvik Technical University", "MSc Hydrology", "", 12, 10}},
		groups:  []spell{{"Storm Surge Reading Group", "", "", 30, -1}},
	},
	{
		name: "Bastian Rüsch-Calloway", handle: "bastian-rusch-calloway", lang: "de", pronouns: "he/him", place: "London", craft: "people", culture: "de", days: 400, appeal: 1.3,
		headline: "Growth partnerships · connecting people who build",
		about:    "Partnerships, energy, water, data. Always happy to connect.",
		skills:   "Negotiation,Recruiting,Public speaking", speak: "de en",
		jobs: []spell{
			{"Brackwater Analytics", "Recruiter, marine and energy", "", 74, 32},
			{"Lantern & Lee", "People partner", "", 30, 4},
		},
		studies: []spell{{"University of Ostermünde", "BA Business Administration", "", 12, 9}},
		preset:  access.OpenPublic,
	},
	{
		name: "Δάφνη Αλεξανδράκη", handle: "dafni-alexandraki", lang: "el", pronouns: "she/her", place: "Thessaloniki", craft: "ocean", culture: "gr", woman: true, days: 1500, appeal: 1, face: true,
		headline: "Oceanographer, storm surges in small harbours · Kymata Surveys",
		about:    "I put tide gauges into harbours that are too small for anybody to have measured, and then I wait for the south wind.",
		skills:   "Storm surges,Tidal analysis,Python,Early warning,Scientific writing", speak: "el en fr",
		jobs: []spell{
			{"Kymata Surveys", "Junior ocean modeller", "", 88, 52},
			{"Brackwater Analytics", "Oceanographer", "", 50, 27},
			{"Kymata Surveys", "Oceanographer", "Nineteen gauges in harbours without a chart.", 25, -1},
		},
		studies: []spell{{"Saltmarsh College", "MSc Physical Oceanography", "", 10, 8}},
	},
}

// actors makes the cast and the extras.
func (m *maker) actors() {
	for _, a := range actors {
		p, l := m.person(a), m.life(a)
		if a.face {
			p.face = m.face(&l)
		}
		m.members, m.lives = append(m.members, p), append(m.lives, l)
	}
}

func (m *maker) person(a actor) person {
	p := person{
		name: a.name, handle: a.handle, lang: a.lang, pronouns: a.pronouns, headline: a.headline, place: a.place, about: a.about, glad: a.glad,
		website: a.website, preset: a.preset, who: a.who, joined: m.now.Add(-time.Duration(a.days)*day - 5*time.Hour),
	}
	if a.handle == keeper {
		p.joined = m.now.Add(-keeperYears)
	}
	m.names[a.name], m.handles[a.handle], m.said[a.headline], m.said[a.about] = true, true, true, true
	for _, s := range a.studies {
		y := m.now.Year()
		p.entries = append(p.entries, entry{kind: trait.School, relation: trait.Has, entity: m.thing(trait.School, s.where), role: s.role,
			place: placeOf(s.where), from: why.MonthOf(y-s.since, 9), to: why.MonthOf(y-s.until, 6)})
	}
	for _, s := range a.jobs {
		p.entries = append(p.entries, m.back(trait.Company, s))
	}
	for _, s := range a.groups {
		p.entries = append(p.entries, m.back(trait.Group, s))
	}
	m.knows(&p, a)
	if a.closed {
		for _, s := range access.Sections {
			p.scopes = append(p.scopes, scope{section: s, to: access.Scope{Audience: access.OnlyMe}})
		}
	}
	for _, o := range a.open {
		p.open |= 1 << profile.OpenTo(o)
	}
	return p
}

// back is a job or a membership counted back from now.
func (m *maker) back(k trait.Kind, s spell) entry {
	e := entry{kind: k, relation: trait.Has, entity: m.thing(k, s.where), role: s.role, body: s.body, place: placeOf(s.where), from: m.month - why.Month(s.since)}
	if s.until >= 0 {
		e.to = m.month - why.Month(s.until)
	}
	return e
}

// knows adds skills, field, place, languages and what is sought.
func (m *maker) knows(p *person, a actor) {
	has := func(k trait.Kind, name, role string) {
		p.entries = append(p.entries, entry{kind: k, relation: trait.Has, entity: m.thing(k, name), role: role})
	}
	for s := range strings.SplitSeq(a.skills, ",") {
		has(trait.Skill, s, "")
	}
	has(trait.Field, craftOf(a.craft).field, "")
	has(trait.Place, a.place, "")
	for i, t := range strings.Fields(a.speak) {
		role := "Fluent"
		if i == 0 {
			role = "First language"
		}
		has(trait.Language, tongues[t], role)
	}
	for _, s := range a.seeks {
		p.entries = append(p.entries, entry{kind: trait.Skill, relation: trait.Seeks, entity: m.thing(trait.Skill, s.where)})
	}
}

func (m *maker) life(a actor) life {
	l := life{craft: craftOf(a.craft), woman: a.woman, latin: a.name, tongues: strings.Fields(a.speak), appeal: a.appeal, months: a.jobs[0].since}
	for i := range cultures {
		if cultures[i].key == a.culture {
			l.culture = &cultures[i]
		}
	}
	return l
}

func craftOf(key string) *craft {
	for _, list := range crafts {
		for i := range list {
			if list[i].key == key {
				return &list[i]
			}
		}
	}
	panic("demo: there is no craft " + key) // a slip in the lists, found by any test
}

// placeOf is where a firm or a school is; groups are nowhere.
func placeOf(name string) string {
	for _, f := range firms {
		if f.name == name {
			return f.place
		}
	}
	for _, s := range schools {
		if s.name == name {
			return s.place
		}
	}
	return ""
}
