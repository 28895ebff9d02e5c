package why

import (
	"math"
	"testing"
)

func TestCrowd(t *testing.T) {
	for people, want := range map[float64]float64{0: 1, 1: 1, 20: 1, 40: 0.94, 80: 0.88, 160: 0.82, 640: 0.70, 20 << 10: 0.40, 1e9: 0.2} {
		near(t, "crowd", crowd(people), want)
	}
}

func TestRarity(t *testing.T) {
	for _, c := range []struct {
		people, community int
		want              float64
	}{{0, 0, 0.5}, {-1, 100, 0.5}, {1, 100, 1}, {5, 100, 1}, {10, 320, 5.0 / 6}, {160, 320, 1.0 / 6}, {320, 320, 0}, {900, 320, 0}, {10, 0, 5.0 / 6}, {3, 2, 1}, {7, 6, 0}} {
		near(t, "rarity", rarity(c.people, c.community), c.want)
	}
}

// TestYearsAmongFewBeatMonthsAmongMany is what sizes are for.
func TestYearsAmongFewBeatMonthsAmongMany(t *testing.T) {
	at := func(months Month, people int) float64 {
		f := dated(Company, 7, "Acme", now-months+1, 0)
		f.People = people
		return foundFor(t, Supports(facts([]Fact{f}, []Fact{f})), Relationship).Strength
	}
	if small, huge := at(60, 15), at(3, 100000); small < 0.9 || huge >= Threshold {
		t.Errorf("five years among 15: %v, three months among 100,000: %v", small, huge)
	}
	near(t, "five years among 15", at(60, 15), 0.95*(1-0.5*math.Exp(-60.0/24)))
	near(t, "three months among 10,240", at(3, 10240), 0.95*(1-0.5*math.Exp(-3.0/24))*(1-0.06*9))
}

// TestProgramme: a class is smaller than its school, for the time spent in it.
func TestProgramme(t *testing.T) {
	entry := func(role string, from, to Month) Fact {
		f := dated(School, 7, "Saltmarsh", from, to)
		f.ID, f.Role, f.People = int64(from), role, 3200
		return f
	}
	tie := func(sender, receiver []Fact) float64 {
		return foundFor(t, Supports(facts(sender, receiver)), Relationship).Strength / 0.80
	}
	a, b := MonthOf(2010, 9), MonthOf(2012, 8) // two years
	school, class := 1-0.06*math.Log2(160), 1-0.06*4.0
	two := 1 - 0.5*math.Exp(-1)
	near(t, "other programmes", tie([]Fact{entry("MSc Tides", a, b)}, []Fact{entry("BA", a, b)}), two*school)
	near(t, "no programme", tie([]Fact{entry("", a, b)}, []Fact{entry("", a, b)}), two*school)
	near(t, "one programme", tie([]Fact{entry("MSc Tides", a, b)}, []Fact{entry("msc tides", a, b)}), two*class)
	near(t, "one programme, at other times", tie([]Fact{entry("MSc Tides", a, b), entry("BA", a+24, b+24)}, []Fact{entry("BA", a, b)}), max(two*school, 0.5*class))
}

// TestRareSaysMore: a skill that hardly anybody has says ten times what one that
// all have says, and a field that all work in carries nothing.
func TestRareSaysMore(t *testing.T) {
	with := func(kind FactKind, people int) Pair {
		f := has(kind, 7, "x")
		f.People = people
		p := facts([]Fact{f}, []Fact{f})
		p.Community = 50000
		return p
	}
	near(t, "a rare skill", foundFor(t, Supports(with(Skill, 4)), Background).Strength, 0.60*0.50)
	near(t, "a skill of all", foundFor(t, Supports(with(Skill, 50000)), Background).Strength, 0.60*0.05)
	if f := Assess(with(Field, 50000)).Found; len(f) != 0 {
		t.Errorf("a field of all carries %+v", f)
	}
}
