package ui

import (
	"time"

	"guildhall/internal/access"
	"guildhall/internal/web/static"
)

// What the storybook shows is made up.

var storyNow = time.Date(2026, 11, 23, 18, 30, 0, 0, time.UTC)

func portrait(name string) string { return static.URL("portraits/" + name + ".svg") }

func m(year, month int) int32 { return int32(year*12 + month - 1) }

var (
	noor   = Me{ID: 1, Handle: "noor", Name: "Noor Haddad", Picture: portrait("scarf"), Tint: 5}
	grace  = Person{Name: "Grace Mwangi", Href: "#", Picture: portrait("afro"), Tint: 2, Headline: "Runs the outage desk at Nordlys Energi", Distance: First}
	katri  = Person{Name: "Katri Hämäläinen", Href: "#", Tint: 1, Headline: "Oceanographer, Turku", Distance: First}
	junior = Person{Name: "Junichi Morikawa", Href: "#", Picture: portrait("grey"), Tint: 5, Headline: "Surveyor", Distance: Second}
	wan    = Person{Name: "李婉婷", Lang: "zh", Href: "#", Tint: 6, Headline: "水文学家 · 长江水利委员会", Distance: Second}
	mateus = Person{Name: "Mateus Albuquerque de Sá e Vasconcelos", Lang: "pt", Href: "#", Pronouns: "he/him", Picture: portrait("beard"), Tint: 2, Headline: "Chief of staff, Directorate for Inland Waterways, Ports and Maritime Safety of the Autonomous Region", Distance: Third}
	aoife  = Person{Name: "Aoife Ní Dhomhnaill", Lang: "ga", Href: "#", Tint: 4, Headline: "Metocean consultant", Distance: GroupMate}
	layla  = Person{Name: "ليلى بنت منصور الحارثي", Lang: "ar", Href: "#", Tint: 5, Headline: "مهندسة شبكات · هيئة الطاقة", Distance: First}
	sofia  = Person{Name: "Σοφία Παπαδημητρίου-Οικονόμου", Lang: "el", Href: "#", Pronouns: "she/her", Tint: 4, Headline: "Postdoc, storm-surge statistics · University of the Aegean", Distance: Second}
	ingrid = Person{Name: "Ingrid Sæther-Okonkwo", Href: "#", Pronouns: "she/her", Picture: portrait("bun"), Tint: 1, Headline: "Reliability engineer, offshore wind · Nordlys Energi · Tromsø", Distance: Second}
	bas    = Person{Name: "Bastian Kreutzmann", Href: "#", Tint: 3, Headline: "Growth partnerships · Independent", Distance: Third}
	adaobi = Person{Name: "Adaobi Eze-Nakamura", Href: "#", Pronouns: "she/her", Picture: portrait("braid"), Tint: 3, Headline: "Climate data scientist working on storm surge; making public ensembles that coastal towns can really use", Distance: Second}
	endles = Person{Name: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe", Href: "#", Tint: 6, Headline: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmitglied", Distance: Outside}
	dev    = Person{Name: "देवेन्द्र प्रताप चौहान", Lang: "hi", Href: "#", Tint: 2, Distance: Second}
	plato  = Person{Name: "Plato", Href: "#", Tint: 3, Distance: Outside}
)

var together = Years{
	Caption: "Both of you at", Place: "Nordlys Energi, Tromsø", Them: "Ingrid", Now: m(2026, 11), Together: 30,
	Yours:  []Span{{From: m(2016, 4), To: m(2021, 2), What: "grid analyst"}},
	Theirs: []Span{{From: m(2018, 9), What: "reliability engineer"}},
}

var apart = Years{
	Caption: "Both name", Place: "Halden Robotics", Them: "Bastian", Now: m(2026, 11),
	Yours:  []Span{{From: m(2012, 9), To: m(2015, 6), What: "working student"}},
	Theirs: []Span{{From: m(2018, 1), To: m(2022, 4), What: "sales lead for the whole of central and eastern Europe"}},
}

var twice = Years{
	Caption: "Both of you at", Place: "Universität Lüneburg", Them: "ليلى", Now: m(2026, 11), Together: 31,
	Yours:  []Span{{From: m(1998, 10), To: m(2001, 9), What: "BSc"}, {From: m(2004, 10), To: m(2006, 9), What: "MSc"}},
	Theirs: []Span{{From: m(2000, 4), To: m(2005, 8), What: "teaching"}},
}

var storyReliables = []Reliable{
	{Title: "Hand-set weights", Says: "Off by 9 points on average.", Told: []Told{{0.22, 0.04, 120}, {0.35, 0.31, 118}, {0.48, 0.55, 121}, {0.6, 0.78, 120}}},
	{Title: "Learned weights", Says: "Off by 2 points on average.", Told: []Told{{0.06, 0.05, 120}, {0.31, 0.33, 119}, {0.57, 0.55, 120}, {0.96, 1, 120}}},
}

var undated = Years{
	Caption: "Both name", Place: "The Long Room", Them: "Katri", Now: m(2026, 11),
	Yours:  []Span{{To: m(2010, 3), What: "fellow"}},
	Theirs: []Span{{What: "fellow"}},
}

var common = []Common{
	{Where: "Saltmarsh Institute, MSc", Yours: []Span{{From: m(2012, 9), To: m(2014, 8)}}, Theirs: []Span{{From: m(2013, 9), To: m(2015, 8)}}, Together: "1 year"},
	{Where: "Open Tides", Yours: []Span{{From: m(2019, 3)}}, Theirs: []Span{{From: m(2017, 1)}}, Together: "7 years, still"},
	{Where: "Halden Robotics", Yours: []Span{{From: m(2014, 9), To: m(2015, 6)}}, Theirs: []Span{{From: m(2018, 1), To: m(2019, 4)}}},
}

var storyTrend = Plot{
	Says: "Views by week: 73 in all.", What: "Views", Columns: []Column{
		{Label: "Week of 2 February, in part", Tick: "Feb", N: 2, Part: true}, {Label: "Week of 9 February", N: 9}, {Label: "Week of 16 February"},
		{Label: "Week of 23 February", N: 31}, {Label: "Week of 2 March", Tick: "Mar", N: 24}, {Label: "Week of 9 March, in part", N: 7, Part: true},
	},
}

var strongFit = Compat{
	Them: "Ingrid", Score: 78, Band: "Strong fit", You: 74, They: 81,
	Terms:  []FitTerm{{Reason: Relationship, You: 38, Them: 40}, {Reason: Shared, You: 22, Them: 14}, {Reason: Background, You: 14, Them: 27}},
	Change: "A recommendation from either side would raise both bars. Without the shared years it would be 49, fair.",
}

var lowFit = Compat{
	Them: "Bastian", Score: 11, Band: "Low fit", You: 7, They: 31,
	Terms:  []FitTerm{{Reason: Network, You: 7, Them: 9}, {Reason: Profile, Them: 22}},
	Change: "A confirmed position would make this fair.",
}

var allTerms = Compat{
	Them: "Σοφία", Score: 61, Band: "Good fit", You: 86, They: 66,
	Terms: []FitTerm{{Reason: Shared, You: 20, Them: 9}, {Reason: Background, You: 18, Them: 13}, {Reason: Career, You: 14, Them: 12}, {Reason: Network, You: 12, Them: 10},
		{Reason: Relationship, You: 10, Them: 10}, {Reason: Activity, You: 8, Them: 8}, {Reason: Profile, You: 4, Them: 4}},
}

var manyGains = []Gained{
	{Figure: "~40", Text: "people come within your reach, many in offshore wind"},
	{Figure: "5+", Text: "of them at Ostrava Grid, which you look for"},
	{Figure: "2", Text: "of your connections are hers too"},
	{Icon: "eye", Says: "Who newly sees you:", Text: "Ingrid newly sees your experience and contact; about 30 people, your headline"},
}

var fewGains = []Gained{
	{Figure: "few", Text: "people come within your reach; no circle large enough to name"},
	{Icon: "eye", Says: "Who newly sees you:", Text: "Bastian newly sees your experience, education and contact"},
}

var storyMenu = []Item{
	{Icon: "user-x", Label: "I don’t know this person", Post: "/storybook"},
	{Icon: "flag", Label: "Report as spam", Post: "/storybook"},
	{Icon: "ban", Label: "Block", Post: "/storybook", Rule: true},
}

var storyFacts = []Releasable{
	{Name: "fact", Value: "1", N: 1, Text: "MSc Coastal Engineering, Saltmarsh Institute, 2012–2014", Who: "Members can see this", Checked: true},
	{Name: "fact", Value: "2", N: 2, Text: "Group: Open Tides", Who: "Members can see this", Checked: true},
	{Name: "fact", Value: "3", N: 3, Text: "Skills: tidal modelling, R", Who: "Closed section; shown to Adaobi only", Closed: true, Checked: true},
	{Name: "fact", Value: "4", N: 4, Text: "Award: Young Surveyor 2019", Who: "Closed section; not shown", Closed: true},
}

var storyRings = Rings{
	Name: "audience", Section: "Experience", Value: access.Second, Groups: []Option{{Value: "1", Label: "Open Tides"}, {Value: "2", Label: "Lisbon chapter"}},
	Counts: map[string]string{"third": "18,440 people", "second": "2,904 people", "connections": "124 people"},
}

const storyNote = "We rebuilt the Finnmark outage model over two winters and I never thanked you properly for that weekend in Alta. I lead the group now, and would like to stay in touch."

func heads() []InvitationHead {
	day := 24 * time.Hour
	return []InvitationHead{
		{ID: "ingrid", From: ingrid, Mutual: 6, Faces: []Person{grace, junior, dev}, SeeThem: "#", Sent: storyNow.Add(-3 * day), Now: storyNow, PickForm: "answers"},
		{ID: "bastian", From: bas, Mutual: 1, Faces: []Person{junior}, SeeThem: "#", Sent: storyNow.Add(-9 * day), Now: storyNow, PickForm: "answers"},
		{ID: "sofia", From: sofia, Mutual: 40, Capped: true, Faces: []Person{katri, mateus, aoife}, Sent: storyNow.Add(-16 * day), Now: storyNow, PickForm: "answers"},
		{ID: "endless", From: endles, Sent: storyNow.Add(-90 * day), Now: storyNow, PickForm: "answers"},
	}
}

func storySteps() []Step {
	me := noor.Person()
	me.Href = "#"
	return []Step{{Person: me}, {Person: grace, Strong: true}, {Person: junior}, {Person: sofia, Strong: true}}
}

var (
	storyBriefly = []Person{ingrid, bas, sofia, mateus}
	storyBriefs  = []Brief{
		{Reason: Relationship, Fact: "Worked together, 2 y 6 m", Ruling: Agrees, Ruled: "agrees", Fit: "Strong fit", Note: true},
		{Reason: Relationship, Ruling: Differs, Ruled: "nothing found", Note: true},
		{Fact: "6 mutual connections"},
		{Reason: "own.same-choir", Label: "Same choir", Fact: "In the same group", Ruled: "agrees in part", Fit: "Fair fit"},
	}
)
