package why

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// noorAndIngrid is the worked example of doc/design/why.md: Ingrid invites Noor
// and says that they worked together.
func noorAndIngrid() Pair {
	return Pair{
		Sender: Side{
			Member: 1, Name: "Ingrid", Connections: 80,
			Facts: []Fact{
				{ID: 101, Kind: Company, Entity: 1, Label: "Nordlys Energi", People: 80, Role: "reliability engineer", From: MonthOf(2019, 3)},
				{ID: 102, Kind: Skill, Entity: 11, Label: "Outage modelling", People: 10},
				{ID: 103, Kind: Skill, Entity: 12, Label: "Reliability standards", People: 20},
				{ID: 104, Kind: Skill, Entity: 13, Label: "R", People: 160},
				{ID: 105, Kind: Place, Entity: 31, Label: "Tromsø", People: 30},
			},
			Seeks: []Seek{{ID: 106, Kind: Skill, Entity: 14, Label: "Power flow"}},
		},
		Receiver: Side{
			Member: 2, Name: "Noor", Connections: 120, Closed: 3,
			Facts: []Fact{
				{ID: 201, Kind: Company, Entity: 1, Label: "Nordlys Energi", People: 80, Role: "grid analyst", From: MonthOf(2016, 4), To: MonthOf(2021, 7)},
				{ID: 202, Kind: Skill, Entity: 11, Label: "Outage modelling", People: 10},
				{ID: 203, Kind: Skill, Entity: 12, Label: "Reliability standards", People: 20},
				{ID: 204, Kind: Skill, Entity: 13, Label: "R", People: 160},
				{ID: 205, Kind: Skill, Entity: 14, Label: "Power flow", People: 40},
				{ID: 206, Kind: Place, Entity: 32, Label: "Rotterdam"},
			},
		},
		Degree: 2,
		Mutuals: []Mutual{
			{Member: 3, Connections: 20}, {Member: 4, Connections: 50}, {Member: 5, Connections: 50},
			{Member: 6, Connections: 100}, {Member: 7, Connections: 100}, {Member: 8, Connections: 400},
		},
		MutualCount: 6,
		Community:   320,
		Stated:      Relationship, Sub: "worked",
		Now: MonthOf(2026, 3),
	}
}

// near fails unless got is what the formula in plain numbers gives.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.00006 { // strengths are kept to four decimals
		t.Errorf("%s = %.5f, by hand %.5f", what, got, want)
	}
}

func foundFor(t *testing.T, found []Found, r Reason) Found {
	t.Helper()
	for _, f := range found {
		if f.Reason == r {
			return f
		}
	}
	t.Fatalf("reason %s is not there", r)
	return Found{}
}

// TestWorkedExample recomputes the document's example step by step in plain
// numbers, without any function of the package.
func TestWorkedExample(t *testing.T) {
	p := noorAndIngrid()
	a := Assess(p)

	place := 1 - 0.06*2.0                                  // 80 people are 20, doubled twice
	together := place * (0.5 + 0.5*(1-math.Exp(-29.0/24))) // Mar 2019 – Jul 2021 is 29 months
	// Of 320 members, which is 5 doubled six times, 10, 20 and 160 have the skills.
	skill := func(doubled float64) float64 { return 0.05 + 0.45*(1-doubled/6) }
	skills := 1 - (1-skill(1))*(1-skill(2))*(1-skill(5))
	sum := 1/math.Log(20) + 2/math.Log(50) + 2/math.Log(100) + 1/math.Log(400)
	mutual := 1 - math.Exp(-sum/1.5)

	tie := foundFor(t, a.Found, Relationship)
	near(t, "relationship", tie.Strength, 0.95*together)
	if e := tie.Items[0]; e.Months != 29 || e.From != MonthOf(2019, 3) || e.To != MonthOf(2021, 7) || e.Open {
		t.Errorf("joint time is %+v", e)
	}
	background := foundFor(t, a.Found, Background)
	near(t, "sought", background.Items[0].Strength, 0.50)
	near(t, "skills", background.Items[1].Strength, 0.60*skills)
	near(t, "company", background.Items[2].Strength, 0.35*together)
	near(t, "background", background.Strength, 1-(1-0.50)*(1-0.60*skills)*(1-0.35*together))
	near(t, "shared", foundFor(t, a.Found, Shared).Strength, 0.90*mutual)
	near(t, "network", foundFor(t, a.Found, Network).Strength, 0.35*mutual)
	if len(a.Found) != 4 {
		t.Errorf("found %d reasons, want 4: career and activity have nothing, profile gives way", len(a.Found))
	}

	u := 6.0 / 10 * math.Exp(1-6.0/10)
	reach := 0.06 * 0.6
	common := (1 - 0.35*skills) * (1 - 0.20*together) // background, both sides
	rest := (1 - 0.45*together) * (1 - 0.35*u) * (1 - 0.05*mutual) * (1 - reach)
	profile := 0.20 * (1 - math.Exp(-3.0/2))
	near(t, "what Ingrid gains", float64(a.Fit.SenderGains)/100, math.Round(100*(1-(1-0.45)*common*rest*(1-profile)))/100)
	near(t, "what Noor gains", float64(a.Fit.ReceiverGains)/100, math.Round(100*(1-common*rest))/100)
	if a.Fit.SenderGains != 87 || a.Fit.ReceiverGains != 72 || a.Fit.Score != 79 || a.Fit.Band != Strong {
		t.Errorf("fit is %d and %d, %d %s; the document says 87 and 72, 79 strong",
			a.Fit.SenderGains, a.Fit.ReceiverGains, a.Fit.Score, a.Fit.Band)
	}
	want := []Term{{Background, 0.44, 0.24}, {Relationship, 0.17, 0.23}, {Shared, 0.16, 0.21}, {Network, 0.03, 0.04}, {Profile, 0.07, 0}}
	if !slices.Equal(a.Fit.Terms, want) {
		t.Errorf("terms are %v, the document says %v", a.Fit.Terms, want)
	}
	if got, want := a.Says(Receiver, p), "You were both at Nordlys Energi from March 2019 to July 2021."; a.Verdict != Agrees || got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	if got, want := a.Fit.Changes[0].Sentence(Receiver, "Ingrid"), "Without the time together at Nordlys Energi it would be 61, good."; got != want {
		t.Errorf("change is %q, want %q", got, want)
	}
}

// TestDocumentHasTheWeights keeps the table of the document equal to the code.
func TestDocumentHasTheWeights(t *testing.T) {
	text, err := os.ReadFile("../../doc/design/why.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, w := range weights {
		rows = append(rows, fmt.Sprintf("| %s | %s | %.2f | %.2f | %.2f |", rowName(w), w.reason, w.found, w.sender, w.receiver))
	}
	for _, row := range rows {
		if !strings.Contains(string(text), row+"\n") {
			t.Errorf("doc/design/why.md lacks this row:\n%s", row)
		}
	}
	_, table, _ := strings.Cut(string(text), "## Evidence → reason")
	if n := strings.Count(table, "\n| `"); n != len(weights) {
		t.Errorf("doc/design/why.md has %d rows of weights, the code %d", n, len(weights))
	}
}

func rowName(w weight) string {
	name := "`" + w.kind + "`"
	switch {
	case w.of == 0:
		return name
	case w.kind == OfferMatch:
		return name + ", sender " + Offer(w.of).Label()
	}
	return name + " of a " + FactKind(w.of).String()
}
