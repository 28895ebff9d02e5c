package why

import "testing"

func TestSharers(t *testing.T) {
	job := func(people int) Fact {
		return Fact{Kind: Company, Entity: 7, Label: "Nordlys Energi", People: people}
	}
	skill := func(label string, entity int64, people int) Fact {
		return Fact{Kind: Skill, Entity: entity, Label: label, People: people}
	}
	for _, c := range []struct {
		e    Evidence
		want string
	}{
		{Evidence{Kind: CompanyOverlap, SenderFacts: []Fact{job(14)}, ReceiverFacts: []Fact{job(14), job(14)}}, "14 people here list it openly."},
		{Evidence{Kind: CompanySame, SenderFacts: []Fact{job(1)}, ReceiverFacts: []Fact{job(1)}}, "One person here lists it openly."},
		{Evidence{Kind: CompanyGap, SenderFacts: []Fact{job(0)}, ReceiverFacts: []Fact{job(0)}}, ""},
		{Evidence{Kind: SkillSame, SenderFacts: []Fact{skill("Python", 1, 40), skill("R", 2, 12), skill("Welding", 3, 0)}, ReceiverFacts: []Fact{skill("R", 2, 12)}},
			"Listed here openly by: R 12, Python 40."},
		{Evidence{Kind: SeekSender, ReceiverFacts: []Fact{job(14)}}, ""},
	} {
		if got := Sharers(c.e); got != c.want {
			t.Errorf("%s: %q, want %q", c.e.Kind, got, c.want)
		}
	}
}
