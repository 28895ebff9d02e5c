package why

import (
	"math"
	"strings"
	"testing"
)

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		months      int
		short, long string
	}{
		{0, "0 months", "0 months"}, {1, "1 month", "1 month"}, {7, "7 months", "7 months"}, {12, "1 year", "1 year"}, {13, "1 y 1 m", "1 year and 1 month"},
		{24, "2 years", "2 years"}, {-7, "7 months", "7 months"}, {29, "2 y 5 m", "2 years and 5 months"}, {-31, "2 y 7 m", "2 years and 7 months"},
	} {
		if s, l := Span(c.months), SpanLong(c.months); s != c.short || l != c.long {
			t.Errorf("%d: %q, %q", c.months, s, l)
		}
	}
	if s := Span(math.MinInt); strings.Contains(s, "-") {
		t.Errorf("the least number gives %q", s)
	}
}

func TestMonth(t *testing.T) {
	for m, want := range map[Month][2]string{
		MonthOf(2015, 6): {"June 2015", "Jun 2015"}, MonthOf(2018, 1): {"January 2018", "Jan 2018"},
		MonthOf(2020, 12): {"December 2020", "Dec 2020"}, MonthOf(2020, 5): {"May 2020", "May 2020"}, 0: {}, -7: {},
	} {
		if m.String() != want[0] || m.Short() != want[1] {
			t.Errorf("%d: %q %q", m, m.String(), m.Short())
		}
	}
}

// TestNamesAreData: verbs of formats, odd scripts and lower-case names come out
// as they went in.
func TestNamesAreData(t *testing.T) {
	const label, name = "%s%d iRobot %!", "de %v Groot"
	p := facts([]Fact{dated(Company, 7, label, MonthOf(2018, 1), 0), has(Skill, 8, "iron %q")},
		[]Fact{dated(Company, 7, label, MonthOf(2012, 1), MonthOf(2013, 1)), has(Skill, 8, "iron %q")})
	p.Sender.Name, p.Stated = name, Relationship
	p.Sender.Offers = []Offer{Work}
	a := Assess(p)
	if got, want := a.Says(Receiver, p), "No overlap found. You left "+label+" in January 2013; "+name+"’s entry there begins in January 2018."; got != want {
		t.Errorf("got %q", got)
	}
	d := examine(p)
	for kind, want := range map[string]string{SkillSame: "Both of you list iron %q.", OfferOwn: name + " is open to work."} {
		if got := Sentence(d.having(kinds(kind))[0].Evidence, Receiver, name); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestNoName: without a name the sentences still read.
func TestNoName(t *testing.T) {
	p := facts([]Fact{dated(Company, 7, "Acme", MonthOf(2018, 1), 0)}, []Fact{dated(Company, 7, "Acme", MonthOf(2012, 1), MonthOf(2013, 1))})
	p.Sender.Name, p.Receiver.Name, p.Stated = "", "", Relationship
	a := Assess(p)
	if got, want := a.Text(Receiver, p), "You left Acme in January 2013; their entry there begins in January 2018."; got != want {
		t.Errorf("got %q", got)
	}
	if got, want := a.Text(Sender, p), "This person left Acme in January 2013; your entry there begins in January 2018."; got != want {
		t.Errorf("got %q", got)
	}
}

func TestChips(t *testing.T) {
	one := func(r Reason, e Evidence) Found { return Found{Reason: r, Items: []Evidence{e}} }
	degree := []Fact{{Role: "MSc Coastal Engineering"}}
	same := []Fact{{Role: "msc coastal engineering"}}
	for _, c := range []struct {
		found       Found
		title, fact string
	}{
		{one(Relationship, Evidence{Kind: CompanyOverlap, Months: 29}), "Worked together", "2 y 5 m"},
		{one(Relationship, Evidence{Kind: SchoolOverlap, Months: 12}), "Studied together", "1 year"},
		{one(Relationship, Evidence{Kind: GroupOverlap, Months: 3}), "Same group", "3 months"},
		{one(Relationship, Evidence{Kind: CompanySame}), "Same company", "no dates to compare"},
		{one(Relationship, Evidence{Kind: CompanyGap, Months: -31}), "Worked together", "no overlap"},
		{one(Relationship, Evidence{Kind: SchoolGap, Months: -31}), "Studied together", "no overlap"},
		{one(Shared, Evidence{Kind: MutualKnown, Count: 6}), "Connections", "6"},
		{one(Network, Evidence{Kind: MutualKnown, Count: 6}), "Network", "6 mutual"},
		{one(Network, Evidence{Kind: PlaceSame}), "Network", "same place"},
		{one(Network, Evidence{Kind: FewConnections}), "Network", "new here"},
		{one(Background, Evidence{Kind: SkillSame, Count: 3}), "Background", "3 skills"},
		{one(Background, Evidence{Kind: SkillSame, Count: 1}), "Background", "1 skill"},
		{one(Background, Evidence{Kind: SchoolGap}), "Background", "same school"},
		{one(Background, Evidence{Kind: SchoolGap, SenderFacts: degree, ReceiverFacts: same}), "Background", "same programme"},
		{one(Background, Evidence{Kind: CompanyGap}), "Background", "same company"},
		{one(Career, Evidence{Kind: OfferMatch, SenderOffer: Hiring}), "Career", "work and hiring"},
		{one(Career, Evidence{Kind: SeekReceiver, Label: "Acme"}), "Career", "Acme"},
		{one(Profile, Evidence{Kind: ClosedSections, Count: 2}), "Full profile", "2 closed sections"},
		{Found{Reason: Activity}, "Activity", "none found"},
	} {
		if title, fact := Chip(c.found); title != c.title || fact != c.fact {
			t.Errorf("%+v: %q %q, want %q %q", c.found, title, fact, c.title, c.fact)
		}
	}
}

func TestSentences(t *testing.T) {
	at := MonthOf
	skills := []Fact{{Label: "d"}, {Label: "a"}, {Label: "b"}, {Label: "c"}, {Label: "e"}, {Label: "f"}, {Label: "g"}, {Label: "a"}}
	for _, c := range []struct {
		e    Evidence
		want string
	}{
		{Evidence{Kind: CompanyOverlap, Label: "Acme", Months: 1, From: at(2020, 5), To: at(2020, 5)}, "You were both at Acme in May 2020."},
		{Evidence{Kind: GroupOverlap, Label: "Tides", Months: 15, From: at(2018, 5), To: at(2020, 5)}, "You were both in Tides for 1 year and 3 months in all, between May 2018 and May 2020."},
		{Evidence{Kind: CompanyOverlap, Months: 2, From: at(2020, 4), To: at(2020, 5)}, "You were both at the same place from April 2020 to May 2020."},
		{Evidence{Kind: SkillSame, SenderFacts: skills}, "Both of you list a, b, c, d, e and two more."},
		{Evidence{Kind: SkillSame, SenderFacts: skills[:6]}, "Both of you list a, b, c, d, e and f."},
		{Evidence{Kind: SkillSame, ReceiverFacts: skills[:2]}, "Both of you list a and d."},
		{Evidence{Kind: SeekSender, Of: Place, Label: "Oslo"}, "Bo is interested in Oslo; you are there."},
		{Evidence{Kind: SeekReceiver, Of: School, Label: "Saltmarsh"}, "You are interested in Saltmarsh; Bo studied there."},
		{Evidence{Kind: SeekSender, Of: Group, Label: "Tides"}, "Bo is interested in Tides; you are in it."},
		{Evidence{Kind: SeekReceiver, Of: Language, Label: "Sámi"}, "You are interested in Sámi; Bo speaks it."},
		{Evidence{Kind: ClosedSections, Count: 40}, "40 of your sections are closed to Bo."},
		{Evidence{Kind: "unknown"}, ""},
	} {
		if got := Sentence(c.e, Receiver, "Bo"); got != c.want {
			t.Errorf("%s: %q, want %q", c.e.Kind, got, c.want)
		}
	}
}

func TestChangeSentences(t *testing.T) {
	acme := Evidence{Kind: CompanyGap, Label: "Acme"}
	for _, c := range []struct {
		change Change
		want   string
	}{
		{Change{Key: ChangeWithout, Evidence: acme, Score: 49, Band: Fair}, "Without Acme in common it would be 49, fair."},
		{Change{Key: ChangeWithout, Evidence: Evidence{Kind: SeekSender}, Score: 9, Band: Low}, "Without what Bo looks for it would be 9, low."},
		{Change{Key: ChangeTogether, Evidence: acme, Score: 49, Band: Fair}, "Two years together at Acme would make it 49, fair."},
		{Change{Key: ChangeMutuals, Score: 50, Band: Good}, "With ten mutual connections it would be 50, good."},
		{Change{Key: ChangeOneSided, Gainer: Sender}, "Most of the gain is on Bo’s side."},
		{Change{Key: ChangeOneSided, Gainer: Receiver}, "Most of the gain is on your side."},
		{Change{Key: ChangeReason}, "A stated reason would not change the number; it would tell what Bo has in mind."},
		{Change{Key: "unknown"}, ""},
	} {
		if got := c.change.Sentence(Receiver, "Bo"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestChanges: what is told of a change is what the change gives.
func TestChanges(t *testing.T) {
	p := noorAndIngrid()
	fit := Assess(p).Fit
	if len(fit.Changes) != 1 || fit.Changes[0].Key != ChangeWithout {
		t.Fatalf("changes %+v", fit.Changes)
	}
	p.Receiver.Facts = p.Receiver.Facts[1:] // the position in common
	if got := Assess(p).Fit.Score; got != fit.Changes[0].Score {
		t.Errorf("without it the score is %d, told %d", got, fit.Changes[0].Score)
	}

	p = facts([]Fact{dated(Company, 7, "Acme", MonthOf(2010, 1), MonthOf(2011, 12))}, []Fact{dated(Company, 7, "Acme", MonthOf(2014, 1), MonthOf(2016, 12))})
	fit = Assess(p).Fit
	if want := []string{ChangeWithout, ChangeTogether, ChangeMutuals, ChangeReason}; strings.Join(fit.Change, " ") != strings.Join(want, " ") {
		t.Fatalf("changes %v, want %v", fit.Change, want)
	}
	p.Receiver.Facts[0].From = MonthOf(2010, 1)
	if got := Assess(p).Fit.Score; got != fit.Changes[1].Score {
		t.Errorf("with two years together the score is %d, told %d", got, fit.Changes[1].Score)
	}
	p.Receiver.Facts[0].From = MonthOf(2014, 1)
	p.MutualCount = peak
	if got := Assess(p).Fit.Score; got != fit.Changes[2].Score {
		t.Errorf("with ten mutuals the score is %d, told %d", got, fit.Changes[2].Score)
	}
}

// TestChangeWithoutMutuals: without them the help of weak ties is gone too.
func TestChangeWithoutMutuals(t *testing.T) {
	p := bare(func(p *Pair) {
		p.Sender.Offers, p.Receiver.Offers, p.Stated = []Offer{Mentoring}, []Offer{Mentored}, Career
		for i := range int64(10) {
			p.Mutuals = append(p.Mutuals, Mutual{10 + i, 5})
		}
	})
	told := Assess(p).Fit.Changes[0]
	p.Mutuals = nil
	if got := Assess(p).Fit.Score; told.Key != ChangeWithout || told.Evidence.Kind != MutualKnown || told.Score != got {
		t.Errorf("told %s of %s: %d; without it is %d", told.Key, told.Evidence.Kind, told.Score, got)
	}
}

// TestChangeOneSided: told from twice the other's gain on, not before.
func TestChangeOneSided(t *testing.T) {
	for _, c := range []struct {
		sender, receiver int
		want             bool
	}{{40, 20, true}, {20, 40, true}, {39, 20, false}, {8, 0, false}, {30, 0, true}} {
		ch, ok := oneSided(Compatibility{SenderGains: c.sender, ReceiverGains: c.receiver})
		if ok != c.want || ok && (ch.Gainer == Sender) != (c.sender > c.receiver) {
			t.Errorf("%d and %d: %t %+v", c.sender, c.receiver, ok, ch)
		}
	}
}
