package why

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

func has(kind FactKind, entity int64, label string) Fact {
	return Fact{ID: entity * 10, Kind: kind, Entity: entity, Label: label}
}

// dated is has with a time.
func dated(kind FactKind, entity int64, label string, from, to Month) Fact {
	f := has(kind, entity, label)
	f.From, f.To = from, to
	return f
}

// bare is a pair of whom nothing is known; a test adds what it is about.
func bare(change func(p *Pair)) Pair {
	p := Pair{
		Sender:   Side{Member: 1, Name: "Bastian", Connections: -1},
		Receiver: Side{Member: 2, Name: "Noor", Connections: -1},
		Degree:   3, Now: now,
	}
	change(&p)
	return p
}

func facts(sender, receiver []Fact) Pair {
	return bare(func(p *Pair) { p.Sender.Facts, p.Receiver.Facts = sender, receiver })
}

func dig(p Pair) *dossier {
	d := examine(p)
	return &d
}

// TestKinds shows each kind of evidence alone: what is fed, the item it makes,
// and the reasons it carries, in plain numbers.
func TestKinds(t *testing.T) {
	y := func(year int) Month { return MonthOf(year, 1) }
	// Nobody says how many people there are: a place counts as one of 40, a thing as halfway between rare and common.
	unknown := 1 - 0.06*1.0                              // 40 is 20, doubled once
	year := unknown * (0.5 + 0.5*(1-math.Exp(-13.0/24))) // January to January is 13 months
	half := unknown * 0.5
	skill, field := (0.05+0.50)/2, (0.45+0.95)/2
	for _, c := range []struct {
		name   string
		pair   Pair
		kind   string
		label  string
		count  int
		found  map[Reason]float64 // exactly these are over the threshold
		toYou  string             // the sentence for the receiver
		toThem string
	}{
		{
			name: "company together", kind: CompanyOverlap, label: "Acme", count: 1,
			pair:  facts([]Fact{dated(Company, 7, "Acme", y(2019), y(2021))}, []Fact{dated(Company, 7, "Acme", y(2020), y(2022))}),
			found: map[Reason]float64{Relationship: 0.95 * year, Background: 0.35 * year},
			toYou: "You were both at Acme from January 2020 to January 2021.", toThem: "You were both at Acme from January 2020 to January 2021.",
		}, {
			name: "company apart", kind: CompanyGap, label: "Acme", count: 1,
			pair:  facts([]Fact{dated(Company, 7, "Acme", y(2019), y(2020))}, []Fact{dated(Company, 7, "Acme", y(2010), y(2011))}),
			found: map[Reason]float64{Background: 0.35 * half},
			toYou: "You left Acme in January 2011; Bastian’s entry there begins in January 2019.", toThem: "Noor left Acme in January 2011; your entry there begins in January 2019.",
		}, {
			name: "company, no dates", kind: CompanySame, label: "Acme", count: 1,
			pair:  facts([]Fact{has(Company, 7, "Acme")}, []Fact{dated(Company, 7, "Acme", y(2010), y(2011))}),
			found: map[Reason]float64{Relationship: 0.35 * half, Background: 0.35 * half},
			toYou: "Both of you list Acme; the dates don’t say whether at the same time.", toThem: "Both of you list Acme; the dates don’t say whether at the same time.",
		}, {
			name: "school together", kind: SchoolOverlap, label: "Saltmarsh", count: 1,
			pair:  facts([]Fact{dated(School, 7, "Saltmarsh", y(2019), y(2021))}, []Fact{dated(School, 7, "Saltmarsh", y(2020), y(2022))}),
			found: map[Reason]float64{Relationship: 0.80 * year, Background: 0.40 * year},
			toYou: "You were both at Saltmarsh from January 2020 to January 2021.", toThem: "You were both at Saltmarsh from January 2020 to January 2021.",
		}, {
			name: "school apart", kind: SchoolGap, label: "Saltmarsh", count: 1,
			pair:  facts([]Fact{dated(School, 7, "Saltmarsh", y(2000), y(2001))}, []Fact{dated(School, 7, "Saltmarsh", y(2010), y(2011))}),
			found: map[Reason]float64{Background: 0.40 * half},
			toYou: "Bastian left Saltmarsh in January 2001; your entry there begins in January 2010.", toThem: "You left Saltmarsh in January 2001; Noor’s entry there begins in January 2010.",
		}, {
			name: "school, no dates", kind: SchoolSame, label: "Saltmarsh", count: 1,
			pair:  facts([]Fact{has(School, 7, "Saltmarsh")}, []Fact{has(School, 7, "Saltmarsh")}),
			found: map[Reason]float64{Relationship: 0.35 * half, Background: 0.40 * half},
			toYou: "Both of you list Saltmarsh; the dates don’t say whether at the same time.", toThem: "Both of you list Saltmarsh; the dates don’t say whether at the same time.",
		}, {
			name: "group together, still", kind: GroupOverlap, label: "Open Tides", count: 1,
			pair:  facts([]Fact{dated(Group, 7, "Open Tides", MonthOf(2025, 3), 0)}, []Fact{dated(Group, 7, "Open Tides", y(2020), 0)}),
			found: map[Reason]float64{Relationship: 0.50 * year, Background: 0.35 * year},
			toYou: "You have both been in Open Tides since March 2025.", toThem: "You have both been in Open Tides since March 2025.",
		}, {
			name: "group apart", kind: GroupGap, label: "Open Tides", count: 1,
			pair:  facts([]Fact{dated(Group, 7, "Open Tides", y(2000), y(2001))}, []Fact{dated(Group, 7, "Open Tides", y(2010), 0)}),
			found: map[Reason]float64{Background: 0.35 * half},
			toYou: "Bastian left Open Tides in January 2001; your entry there begins in January 2010.", toThem: "You left Open Tides in January 2001; Noor’s entry there begins in January 2010.",
		}, {
			name: "group, no dates", kind: GroupSame, label: "Open Tides", count: 1,
			pair:  facts([]Fact{has(Group, 7, "Open Tides")}, []Fact{has(Group, 7, "Open Tides")}),
			found: map[Reason]float64{Relationship: 0.35 * half, Background: 0.35 * half},
			toYou: "Both of you list Open Tides; the dates don’t say whether at the same time.", toThem: "Both of you list Open Tides; the dates don’t say whether at the same time.",
		}, {
			name: "one skill", kind: SkillSame, label: "R", count: 1,
			pair:  facts([]Fact{has(Skill, 7, "R")}, []Fact{has(Skill, 7, "R"), has(Skill, 8, "Go")}),
			found: map[Reason]float64{Background: 0.60 * skill},
			toYou: "Both of you list R.", toThem: "Both of you list R.",
		}, {
			name: "three skills", kind: SkillSame, count: 3,
			pair: facts([]Fact{has(Skill, 7, "R"), has(Skill, 8, "Go"), has(Skill, 9, "iron")},
				[]Fact{has(Skill, 9, "iron"), has(Skill, 7, "R"), has(Skill, 8, "Go")}),
			found: map[Reason]float64{Background: 0.60 * (1 - (1-skill)*(1-skill)*(1-skill))},
			toYou: "Both of you list Go, R and iron.", toThem: "Both of you list Go, R and iron.",
		}, {
			name: "field", kind: FieldSame, label: "Energy", count: 1,
			pair:  facts([]Fact{has(Field, 7, "Energy")}, []Fact{has(Field, 7, "Energy")}),
			found: map[Reason]float64{Background: 0.30 * field, Network: 0.30 * field},
			toYou: "Both of you work in Energy.", toThem: "Both of you work in Energy.",
		}, {
			name: "place", kind: PlaceSame, label: "Tromsø", count: 1,
			pair:  facts([]Fact{has(Place, 7, "Tromsø")}, []Fact{has(Place, 7, "Tromsø")}),
			found: map[Reason]float64{Network: 0.30 * field},
			toYou: "Both of you are in Tromsø.", toThem: "Both of you are in Tromsø.",
		}, {
			name: "language alone carries nothing", kind: LanguageSame, label: "Norwegian", count: 1,
			pair:  facts([]Fact{has(Language, 7, "Norwegian")}, []Fact{has(Language, 7, "Norwegian")}),
			found: map[Reason]float64{},
			toYou: "Both of you speak Norwegian.", toThem: "Both of you speak Norwegian.",
		}, {
			name: "sender seeks a skill", kind: SeekSender, label: "R", count: 1,
			pair: bare(func(p *Pair) {
				p.Sender.Seeks = []Seek{{1, Skill, 7, "R"}}
				p.Receiver.Facts = []Fact{has(Skill, 7, "R")}
			}),
			found: map[Reason]float64{Background: 0.50},
			toYou: "Bastian is interested in R; you list it.", toThem: "You are interested in R; Noor lists it.",
		}, {
			name: "sender seeks a company, receiver is there", kind: SeekSender, label: "Acme", count: 1,
			pair: bare(func(p *Pair) {
				p.Sender.Seeks = []Seek{{1, Company, 7, "Acme"}}
				p.Receiver.Facts = []Fact{dated(Company, 7, "Acme", y(2020), 0)}
			}),
			found: map[Reason]float64{Background: 0.50, Career: 0.50},
			toYou: "Bastian is interested in Acme; you are there.", toThem: "You are interested in Acme; Noor is there.",
		}, {
			name: "receiver seeks a company that the sender leaves this month", kind: SeekReceiver, label: "Acme", count: 1,
			pair: bare(func(p *Pair) {
				p.Receiver.Seeks = []Seek{{1, Company, 7, "Acme"}}
				p.Sender.Facts = []Fact{dated(Company, 7, "Acme", y(2020), now)}
			}),
			found: map[Reason]float64{Background: 0.30, Career: 0.50},
			toYou: "You are interested in Acme; Bastian is there.", toThem: "Noor is interested in Acme; you are there.",
		}, {
			name: "a school is for life", kind: SeekSender, label: "Saltmarsh", count: 1,
			pair: bare(func(p *Pair) {
				p.Sender.Seeks = []Seek{{1, School, 7, "Saltmarsh"}}
				p.Receiver.Facts = []Fact{dated(School, 7, "Saltmarsh", y(2000), y(2001))}
			}),
			found: map[Reason]float64{Background: 0.50},
			toYou: "Bastian is interested in Saltmarsh; you studied there.", toThem: "You are interested in Saltmarsh; Noor studied there.",
		}, {
			name: "receiver seeks a company, sender was there", kind: SeekReceiver, label: "Acme", count: 1,
			pair: bare(func(p *Pair) {
				p.Receiver.Seeks = []Seek{{1, Company, 7, "Acme"}}
				p.Sender.Facts = []Fact{dated(Company, 7, "Acme", y(2020), y(2021))}
			}),
			found: map[Reason]float64{Background: 0.30 * 0.6, Career: 0.50 * 0.6},
			toYou: "You are interested in Acme; Bastian was there.", toThem: "Noor is interested in Acme; you were there.",
		}, {
			name: "receiver seeks a field", kind: SeekReceiver, label: "Energy", count: 1,
			pair: bare(func(p *Pair) {
				p.Receiver.Seeks = []Seek{{1, Field, 7, "Energy"}}
				p.Sender.Facts = []Fact{has(Field, 7, "Energy")}
			}),
			found: map[Reason]float64{Background: 0.30, Career: 0.40},
			toYou: "You are interested in Energy; Bastian works in it.", toThem: "Noor is interested in Energy; you work in it.",
		}, {
			name: "hiring meets work", kind: OfferMatch, count: 1,
			pair:  bare(func(p *Pair) { p.Sender.Offers, p.Receiver.Offers = []Offer{Work}, []Offer{Speaking, Hiring} }),
			found: map[Reason]float64{Career: 0.85},
			toYou: "You are hiring, and Bastian is open to work.", toThem: "Noor is hiring, and you are open to work.",
		}, {
			name: "mentoring meets mentored", kind: OfferMatch, count: 1,
			pair:  bare(func(p *Pair) { p.Sender.Offers, p.Receiver.Offers = []Offer{Mentoring}, []Offer{Mentored} }),
			found: map[Reason]float64{Career: 0.85},
			toYou: "You are looking for a mentor, and Bastian is open to mentoring.", toThem: "Noor is looking for a mentor, and you are open to mentoring.",
		}, {
			name: "the same offer on both sides is no match", kind: OfferOwn, count: 1,
			pair:  bare(func(p *Pair) { p.Sender.Offers, p.Receiver.Offers = []Offer{Work}, []Offer{Work} }),
			found: map[Reason]float64{},
			toYou: "Bastian is open to work.", toThem: "You are open to work.",
		}, {
			name: "two mutuals", kind: MutualKnown, count: 2,
			pair:  bare(func(p *Pair) { p.Mutuals = []Mutual{{3, 20}, {4, 1}}; p.MutualCount = 2 }),
			found: map[Reason]float64{Shared: 0.90 * (1 - math.Exp(-(1/math.Log(20)+1/math.Log(2))/1.5)), Network: 0.35 * (1 - math.Exp(-(1/math.Log(20)+1/math.Log(2))/1.5))},
			toYou: "Two people know you both.", toThem: "Two people know you both.",
		}, {
			name: "one strong mutual", kind: MutualKnown, count: 1,
			pair:  bare(func(p *Pair) { p.Mutuals = []Mutual{{3, 4}} }),
			found: map[Reason]float64{Shared: 0.90 * (1 - math.Exp(-1/math.Log(4)/1.5))},
			toYou: "One person knows you both.", toThem: "One person knows you both.",
		}, {
			name: "mutuals that are only counted", kind: MutualKnown, count: 20,
			pair:  bare(func(p *Pair) { p.MutualCount = 20 }),
			found: map[Reason]float64{Shared: 0.90 * (1 - math.Exp(-20/math.Log(30000)/1.5)), Network: 0.35 * (1 - math.Exp(-20/math.Log(30000)/1.5))},
			toYou: "20 people know you both.", toThem: "20 people know you both.",
		}, {
			name: "sender new here", kind: FewConnections,
			pair:  bare(func(p *Pair) { p.Sender.Connections = 9 }),
			found: map[Reason]float64{Network: 0.30},
			toYou: "Bastian has few connections here yet.", toThem: "You have few connections here yet.",
		}, {
			name: "sender connects broadly", kind: BroadNetwork,
			pair:  bare(func(p *Pair) { p.Sender.Connections = 150 }),
			found: map[Reason]float64{Network: 0.30},
			toYou: "Bastian connects broadly.", toThem: "You connect broadly.",
		}, {
			name: "closed sections and nothing else", kind: ClosedSections, count: 2,
			pair:  bare(func(p *Pair) { p.Receiver.Closed = 2 }),
			found: map[Reason]float64{Profile: 0.45 * (1 - math.Exp(-1))},
			toYou: "Two of your sections are closed to Bastian.", toThem: "Two of Noor’s sections are closed to you.",
		}, {
			name: "closed sections beside something else", kind: ClosedSections, count: 1,
			pair:  bare(func(p *Pair) { p.Receiver.Closed, p.Sender.Connections = 1, 0 }),
			found: map[Reason]float64{Network: 0.30},
			toYou: "One of your sections is closed to Bastian.", toThem: "One of Noor’s sections is closed to you.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := dig(c.pair).having(kinds(c.kind))
			if len(items) != 1 {
				t.Fatalf("want one %s, got %+v", c.kind, dig(c.pair).items)
			}
			e := items[0].Evidence
			if e.Label != c.label || e.Count != c.count {
				t.Errorf("label %q count %d, want %q %d", e.Label, e.Count, c.label, c.count)
			}
			if got := Sentence(e, Receiver, "Bastian"); got != c.toYou {
				t.Errorf("to the receiver: %q, want %q", got, c.toYou)
			}
			if got := Sentence(e, Sender, "Noor"); got != c.toThem {
				t.Errorf("to the sender: %q, want %q", got, c.toThem)
			}
			found := Assess(c.pair).Found
			for _, f := range found {
				want, ok := c.found[f.Reason]
				if !ok {
					t.Errorf("found %s %.4f", f.Reason, f.Strength)
				}
				near(t, string(f.Reason), f.Strength, want)
			}
			if len(found) != len(c.found) {
				t.Errorf("found %d reasons, want %d", len(found), len(c.found))
			}
		})
	}
}

// TestNothingMatches: half a match is none, and what has no entity never matches.
func TestNothingMatches(t *testing.T) {
	p := facts(
		[]Fact{has(Skill, 7, "R"), has(Company, 0, "?"), has(9, 5, "?"), has(0, 5, "?"), has(Company, 8, "Acme")},
		[]Fact{has(Company, 7, "R"), has(Company, 0, "?"), has(9, 5, "?"), has(0, 5, "?"), has(School, 8, "Acme")})
	p.Sender.Seeks = []Seek{{1, Company, 0, "?"}, {1, School, 7, "R"}}
	p.Sender.Offers, p.Receiver.Offers = []Offer{Speaking, 0, 99}, []Offer{Speaking, 0, 99}
	p.MutualCount, p.Receiver.Closed = -3, -3
	p.Mutuals = []Mutual{{1, 5}, {2, 5}} // the two themselves
	if d := examine(p); len(d.items) != 0 {
		t.Errorf("evidence from nothing: %+v", d.items)
	}
	if a := Assess(p); len(a.Found) != 0 || a.Fit.Score != 0 || a.Fit.Band != Low {
		t.Errorf("assessment of nothing: %+v", a)
	}
}

// TestEntityCountsOnce: a company shared and sought is one sign for background.
func TestEntityCountsOnce(t *testing.T) {
	p := facts([]Fact{dated(Company, 7, "Acme", MonthOf(2020, 1), MonthOf(2021, 12))}, []Fact{dated(Company, 7, "Acme", MonthOf(2020, 1), 0)})
	p.Sender.Seeks = []Seek{{1, Company, 7, "Acme"}}
	p.Receiver.Seeks = []Seek{{2, Company, 7, "Acme"}, {3, Company, 7, "Acme again"}}
	f := foundFor(t, Assess(p).Found, Background)
	near(t, "background", f.Strength, 0.50)
	if len(f.Items) != 3 {
		t.Errorf("%d items, want the overlap and two seeks, all shown", len(f.Items))
	}

	p = facts([]Fact{has(Skill, 1, "R"), has(Skill, 2, "Go")}, []Fact{has(Skill, 1, "R"), has(Skill, 2, "Go")})
	p.Sender.Seeks = []Seek{{1, Skill, 1, "R"}}
	near(t, "a skill shared and sought", foundFor(t, Assess(p).Found, Background).Strength, 1-(1-0.50)*(1-0.60*0.275))
}

// TestTwiceIsOnce: a row or an offer that is fed twice is shown once; rows that
// differ in anything are both shown, in an order of their own.
func TestTwiceIsOnce(t *testing.T) {
	r := has(Skill, 1, "R")
	p := facts([]Fact{r, r}, []Fact{r})
	p.Sender.Offers, p.Receiver.Offers = []Offer{Work, Hiring, Work}, []Offer{Hiring}
	d := dig(p)
	if e := d.having(kinds(SkillSame))[0]; len(e.SenderFacts) != 1 {
		t.Errorf("one row fed twice shows as %+v", e.SenderFacts)
	}
	if n := len(d.having(kinds(OfferMatch))); n != 1 {
		t.Errorf("one offer fed twice matches %d times", n)
	}
	for _, change := range []func(f *Fact){
		func(f *Fact) { f.Released = true }, func(f *Fact) { f.People = 7 }, func(f *Fact) { f.Role = "MSc" }, func(f *Fact) { f.Label = "r" }, func(f *Fact) { f.ID = 99 },
	} {
		other := r
		change(&other)
		a, b := Supports(facts([]Fact{r, other}, []Fact{r})), Supports(facts([]Fact{other, r}, []Fact{r}))
		if !reflect.DeepEqual(a, b) || len(a[0].Items[0].SenderFacts) != 2 {
			t.Errorf("%+v beside %+v: %+v", r, other, a[0].Items)
		}
	}
}

// TestBands checks the edges, which belong to the upper band.
func TestBands(t *testing.T) {
	for x, want := range map[float64]Band{0: None, 0.1499: None, Threshold: Low, 0.2999: Low, 0.3: Fair, 0.4999: Fair, 0.5: Good, 0.6999: Good, 0.7: Strong, 1: Strong} {
		if got := band(x, Threshold); got != want {
			t.Errorf("%v is %s, want %s", x, got, want)
		}
	}
	if got := Good.Words("fit") + ", " + Strong.Words("evidence"); got != "Good fit, Strong evidence" {
		t.Error(got)
	}
}

// TestMutualsStrongestFirst: who has few connections and knows both comes first.
func TestMutualsStrongestFirst(t *testing.T) {
	p := bare(func(p *Pair) { p.Mutuals = []Mutual{{5, 300}, {4, 20}, {6, 20}, {5, 300}, {3, 90}}; p.MutualCount = 9 })
	e := dig(p).having(kinds(MutualKnown))[0]
	if want := []int64{4, 6, 3, 5}; !slices.Equal(e.Members, want) || e.Count != 9 {
		t.Errorf("members %v count %d, want %v and 9", e.Members, e.Count, want)
	}
}

// TestWeights checks what the formulas rely on.
func TestWeights(t *testing.T) {
	for i := range weights {
		w := weights[i]
		if Default.rows(w.kind, w.of)[slices.Index(Reasons, w.reason)] != &weights[i] {
			t.Errorf("%s for %s is there twice", w.kind, w.reason)
		}
		if !w.reason.Valid() {
			t.Errorf("%s: reason %q", w.kind, w.reason)
		}
		for _, x := range []float64{w.found, w.sender, w.receiver} {
			if x < 0 || x >= 1 {
				t.Errorf("%s for %s: weight %v", w.kind, w.reason, x)
			}
		}
		if m := mirror(w); m.sender != w.receiver || m.receiver != w.sender {
			t.Errorf("%s for %s: gains don't mirror", w.kind, w.reason)
		}
	}
	for _, r := range Reasons {
		for _, k := range []string{"company", "school", "group"} {
			overlap, same, gap := Default.weigh(k+".overlap", 0, r).found, Default.weigh(k+".same", 0, r).found, Default.weigh(k+".gap", 0, r).found
			if overlap < same || same < gap {
				t.Errorf("%s for %s: %v, %v, %v must fall, or a fact added could take strength away", k, r, overlap, same, gap)
			}
		}
		for kind, x := range each {
			for _, seek := range []string{SeekSender, SeekReceiver} {
				single, set := Default.weigh(seek, uint8(kind), r).found, Default.weigh(kind.String()+".same", 0, r).found*x.rare
				if single > 0 && single < set {
					t.Errorf("%s of a %s for %s weighs %v, less than having it in common, %v", seek, kind, r, single, set)
				}
			}
		}
	}
}

// mirror is the row of the same evidence seen from the other side.
func mirror(w weight) weight {
	if of, kind, ok := mirrored(w.kind, w.of); ok {
		return Default.weigh(kind, of, w.reason)
	}
	if w.kind == ClosedSections { // its gain is taken for both sides from the one figure
		w.receiver, w.sender = w.sender, w.receiver
	}
	return w
}
