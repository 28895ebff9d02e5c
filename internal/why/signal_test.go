package why

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

func signal(s Signal) Pair { return bare(func(p *Pair) { p.Signals = []Signal{s} }) }

func TestSignals(t *testing.T) {
	at := MonthOf
	for _, c := range []struct {
		signal         Signal
		reason         Reason
		found          float64
		toYou, toThem  string
		chip, chipFact string
		without        string
	}{
		{Signal{Kind: EarlierMessages, Strength: 0.5, Count: 3, From: at(2024, 3)}, Relationship, 0.30,
			"You wrote to each other in an earlier invitation, in March 2024.", "You wrote to each other in an earlier invitation, in March 2024.",
			"Real tie", "wrote before", "what you wrote to each other before"},
		{Signal{Kind: EarlierMessages, Strength: 1}, Relationship, 0.60,
			"You wrote to each other in an earlier invitation.", "You wrote to each other in an earlier invitation.", "Real tie", "wrote before", "what you wrote to each other before"},
		{Signal{Kind: OnceConnected, Strength: 1, From: at(2019, 5), To: at(2021, 6)}, Relationship, 0.65,
			"You were connected before, from May 2019 to June 2021.", "You were connected before, from May 2019 to June 2021.", "Real tie", "connected before", "having been connected before"},
		{Signal{Kind: OnceConnected, Strength: 1, To: at(2021, 6)}, Relationship, 0.65,
			"You were connected before, until June 2021.", "You were connected before, until June 2021.", "Real tie", "connected before", "having been connected before"},
		{Signal{Kind: Follows, Strength: 1}, Activity, 0.60, "Bastian follows you.", "You follow Noor.", "Activity", "follows", "following"},
		{Signal{Kind: FollowsBack, Strength: 1}, Activity, 0.30, "You follow Bastian.", "Noor follows you.", "Activity", "followed", "following"},
		{Signal{Kind: Bridge, Strength: 1, Count: 7, Label: "Acme", Entity: 9}, Shared, 0.40,
			"You know seven people from Acme, where the two of you have nobody in common.", "Noor knows seven people from Acme, where the two of you have nobody in common.",
			"Connections", "to Acme", "introductions to come"},
		{Signal{Kind: BridgeBack, Strength: 1, Count: 5, Label: "Acme", Entity: 9}, Shared, 0.20,
			"Bastian knows five people from Acme, where the two of you have nobody in common.", "You know five people from Acme, where the two of you have nobody in common.",
			"Connections", "to Acme", "introductions to come"},
	} {
		p := signal(c.signal)
		a := Assess(p)
		if len(a.Found) != 1 || a.Found[0].Reason != c.reason {
			t.Errorf("%s carries %+v", c.signal.Kind, a.Found)
			continue
		}
		f := a.Found[0]
		near(t, c.signal.Kind, f.Strength, c.found)
		if you, them := Sentence(f.Items[0], Receiver, "Bastian"), Sentence(f.Items[0], Sender, "Noor"); you != c.toYou || them != c.toThem {
			t.Errorf("%s: %q, %q", c.signal.Kind, you, them)
		}
		if chip, fact := Chip(f); chip != c.chip || fact != c.chipFact {
			t.Errorf("%s: chip %q %q", c.signal.Kind, chip, fact)
		}
		if got := (talk{Receiver, "Bastian"}).rests(f.Items[0]); got != c.without {
			t.Errorf("%s: without %q", c.signal.Kind, got)
		}
	}
}

// TestNotToldSignals: what the engine has no words for, what is no signal, and a
// circle of too few people weigh nothing and don't show.
func TestNotToldSignals(t *testing.T) {
	nothing := Assess(bare(func(*Pair) {}))
	for _, s := range []Signal{
		{Kind: "endorsed", Strength: 1}, {Kind: MutualKnown, Strength: 1, Count: 9}, {Kind: CompanyOverlap, Strength: 1, Label: "Acme"},
		{Kind: Follows}, {Kind: Follows, Strength: -1}, {Kind: Follows, Strength: math.NaN()},
		{Kind: Bridge, Strength: 1, Count: 4, Label: "Acme", Entity: 9}, {Kind: Bridge, Strength: 1, Count: 9},
	} {
		if got := Assess(signal(s)); !reflect.DeepEqual(got, nothing) {
			t.Errorf("%+v shows: %+v", s, got)
		}
	}
}

// TestSignalsOnce: of several that say the same the strongest counts; two
// circles are two.
func TestSignalsOnce(t *testing.T) {
	bridge := func(entity int64, strength float64) Signal {
		return Signal{Kind: Bridge, Strength: strength, Count: 6, Label: "Acme", Entity: entity}
	}
	p := bare(func(p *Pair) { p.Signals = []Signal{bridge(1, 0.5), bridge(1, 1), bridge(2, 2)} })
	f := foundFor(t, Assess(p).Found, Shared)
	near(t, "two circles", f.Strength, 1-(1-0.40)*(1-0.40))
	if len(f.Items) != 2 {
		t.Errorf("items %+v", f.Items)
	}
}

// TestSignalKeepsItsUses: what a feature computed from stays named, once and in order.
func TestSignalKeepsItsUses(t *testing.T) {
	given := []Use{{Side: Receiver, Fact: 4}, {Side: Sender, Offer: Work}, {Side: Receiver, Fact: 4}, {Side: Sender, Fact: 9}}
	p := signal(Signal{Kind: Follows, Strength: 1, Uses: given, Members: []int64{8, 3}})
	e := Assess(p).Found[0].Items[0]
	if want := []Use{{Sender, 0, Work}, {Sender, 9, 0}, {Receiver, 4, 0}}; !slices.Equal(e.Uses, want) || !slices.Equal(e.Members, []int64{8, 3}) {
		t.Errorf("uses %+v, members %v", e.Uses, e.Members)
	}
	if given[0] != (Use{Side: Receiver, Fact: 4}) || given[1].Offer != Work {
		t.Error("the caller's list was changed")
	}
}

// TestEverySignalIsWeighed: words without a weight, or a weight without words,
// would be a slip.
func TestEverySignalIsWeighed(t *testing.T) {
	weighed := map[string]bool{}
	for _, w := range weights {
		weighed[w.kind] = true
	}
	for kind, words := range signals {
		if !weighed[kind] || words.sentence == nil || words.chip == nil || words.rest == "" {
			t.Errorf("%s lacks a weight or words", kind)
		}
	}
}

// TestEarlierTies: an earlier tie carries the claim of a tie, and a narrower
// claim in part.
func TestEarlierTies(t *testing.T) {
	for sub, want := range map[string]Verdict{"": Agrees, "worked": Partly} {
		p := signal(Signal{Kind: OnceConnected, Strength: 1})
		p.Stated, p.Sub = Relationship, sub
		if a := Assess(p); a.Verdict != want || a.Text(Receiver, p) != "You were connected before." {
			t.Errorf("%q: %d %q", sub, a.Verdict, a.Says(Receiver, p))
		}
	}
	p := signal(Signal{Kind: Bridge, Strength: 1, Count: 6, Label: "Acme", Entity: 9})
	for sub, want := range map[string]Verdict{"": Agrees, "introduction": Agrees, "known": Partly} {
		p.Stated, p.Sub = Shared, sub
		if a := Assess(p); a.Verdict != want {
			t.Errorf("%q: %d %q", sub, a.Verdict, a.Says(Receiver, p))
		}
	}
}

// TestOwnReasons: an operator's own reason is judged as what it is a kind of, and
// not at all where it is of none.
func TestOwnReasons(t *testing.T) {
	worked := []Fact{dated(Company, 7, "Acme", MonthOf(2018, 1), MonthOf(2020, 1))}
	for _, c := range []struct {
		kin  Reason
		with []Fact
		want Verdict
		says string
	}{
		{"", worked, Unchecked, "The record cannot check this reason."},
		{"nonsense", worked, Unchecked, "The record cannot check this reason."},
		{Relationship, worked, Agrees, "You were both at Acme from January 2018 to January 2020."},
		{Relationship, nil, NothingFound, "No overlap found."},
		{Career, worked, NothingFound, "Nothing found for this reason."},
	} {
		p := facts(c.with, c.with)
		p.Stated, p.Kin, p.Sub = "mission", c.kin, "worked"
		if a := Assess(p); a.Verdict != c.want || a.Says(Receiver, p) != c.says || a.Stated.Reason != "mission" {
			t.Errorf("a kind of %q: %d %q, stated %q", c.kin, a.Verdict, a.Says(Receiver, p), a.Stated.Reason)
		}
	}
	p := facts(worked, worked)
	p.Stated, p.Kin = Career, Relationship // kin is of own reasons alone
	if a := Assess(p); a.Verdict != NothingFound {
		t.Errorf("one of the seven was judged as another: %d", a.Verdict)
	}
}
