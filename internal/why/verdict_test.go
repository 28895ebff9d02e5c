package why

import (
	"slices"
	"testing"
)

func TestVerdicts(t *testing.T) {
	y := func(year int) Month { return MonthOf(year, 1) }
	apart := func(p *Pair) {
		p.Sender.Facts = append(p.Sender.Facts, dated(Company, 7, "Halden Robotics", y(2018), MonthOf(2022, 4)))
		p.Receiver.Facts = append(p.Receiver.Facts, dated(Company, 7, "Halden Robotics", MonthOf(2012, 9), MonthOf(2015, 6)))
	}
	school := func(p *Pair) {
		p.Sender.Facts = append(p.Sender.Facts, dated(School, 8, "Saltmarsh", y(2005), y(2008)))
		p.Receiver.Facts = append(p.Receiver.Facts, dated(School, 8, "Saltmarsh", y(2006), y(2009)))
	}
	undated := func(p *Pair) {
		p.Sender.Facts = append(p.Sender.Facts, has(Company, 9, "Acme"))
		p.Receiver.Facts = append(p.Receiver.Facts, has(Company, 9, "Acme"))
	}
	group := func(p *Pair) {
		p.Sender.Facts = append(p.Sender.Facts, has(Group, 6, "Open Tides"))
		p.Receiver.Facts = append(p.Receiver.Facts, has(Group, 6, "Open Tides"))
	}
	place := func(p *Pair) {
		p.Sender.Facts = append(p.Sender.Facts, has(Place, 5, "Tromsø"))
		p.Receiver.Facts = append(p.Receiver.Facts, has(Place, 5, "Tromsø"))
	}
	for _, c := range []struct {
		name   string
		reason Reason
		sub    string
		feed   []func(*Pair)
		want   Verdict
		says   string // to the receiver
	}{
		{name: "nothing said", feed: []func(*Pair){school}, want: NoReason, says: "No reason given."},
		{name: "worked, but apart", reason: Relationship, sub: "worked", feed: []func(*Pair){apart}, want: NothingFound,
			says: "No overlap found. You left Halden Robotics in June 2015; Bastian’s entry there begins in January 2018."},
		{name: "a tie, but apart", reason: Relationship, feed: []func(*Pair){apart}, want: NothingFound,
			says: "No overlap found. You left Halden Robotics in June 2015; Bastian’s entry there begins in January 2018."},
		{name: "worked, but only studied", reason: Relationship, sub: "worked", feed: []func(*Pair){school}, want: Partly,
			says: "The record agrees in part. You were both at Saltmarsh from January 2006 to January 2008."},
		{name: "worked apart, studied together", reason: Relationship, sub: "worked", feed: []func(*Pair){apart, school}, want: Partly,
			says: "The record agrees in part. You left Halden Robotics in June 2015; Bastian’s entry there begins in January 2018."},
		{name: "worked, no dates", reason: Relationship, sub: "worked", feed: []func(*Pair){undated, apart}, want: Partly,
			says: "The record agrees in part. Both of you list Acme; the dates don’t say whether at the same time."},
		{name: "studied", reason: Relationship, sub: "studied", feed: []func(*Pair){school, undated}, want: Agrees,
			says: "You were both at Saltmarsh from January 2006 to January 2008."},
		{name: "a tie, any", reason: Relationship, feed: []func(*Pair){school}, want: Agrees,
			says: "You were both at Saltmarsh from January 2006 to January 2008."},
		{name: "a tie, no dates", reason: Relationship, feed: []func(*Pair){undated}, want: Partly,
			says: "The record agrees in part. Both of you list Acme; the dates don’t say whether at the same time."},
		{name: "same group needs no dates", reason: Relationship, sub: "group", feed: []func(*Pair){group}, want: Agrees,
			says: "Both of you list Open Tides; the dates don’t say whether at the same time."},
		{name: "worked, nothing", reason: Relationship, sub: "worked", want: NothingFound, says: "No overlap found."},
		{name: "business, nothing", reason: Relationship, sub: "business", want: NothingFound, says: "Nothing found for this reason."},
		{name: "business, but studied", reason: Relationship, sub: "business", feed: []func(*Pair){school}, want: Partly,
			says: "The record agrees in part. You were both at Saltmarsh from January 2006 to January 2008."},
		{name: "unknown sub counts as none", reason: Relationship, sub: "nonsense", feed: []func(*Pair){school}, want: Agrees,
			says: "You were both at Saltmarsh from January 2006 to January 2008."},
		{name: "same company, whenever", reason: Background, sub: "company", feed: []func(*Pair){apart}, want: Agrees,
			says: "You left Halden Robotics in June 2015; Bastian’s entry there begins in January 2018."},
		{name: "same school, but company", reason: Background, sub: "school", feed: []func(*Pair){undated}, want: Partly,
			says: "The record agrees in part. Both of you list Acme; the dates don’t say whether at the same time."},
		{name: "same field, nothing", reason: Background, sub: "field", want: NothingFound, says: "Nothing found for this reason."},
		{name: "a skill I use, sought", reason: Background, sub: "skill", want: Agrees, says: "Bastian is interested in R; you list it.",
			feed: []func(*Pair){func(p *Pair) {
				p.Sender.Seeks, p.Receiver.Facts = []Seek{{1, Skill, 7, "R"}}, []Fact{has(Skill, 7, "R")}
			}}},
		{name: "looking for work, hiring", reason: Career, sub: "work", want: Agrees, says: "You are hiring, and Bastian is open to work.",
			feed: []func(*Pair){func(p *Pair) { p.Sender.Offers, p.Receiver.Offers = []Offer{Work}, []Offer{Hiring} }}},
		{name: "looking for work, nobody hires", reason: Career, sub: "work", want: Partly, says: "The record agrees in part. Bastian is open to work.",
			feed: []func(*Pair){func(p *Pair) { p.Sender.Offers = []Offer{Work} }}},
		{name: "hiring, but mentoring", reason: Career, sub: "hiring", want: Partly,
			says: "The record agrees in part. You are looking for a mentor, and Bastian is open to mentoring.",
			feed: []func(*Pair){func(p *Pair) { p.Sender.Offers, p.Receiver.Offers = []Offer{Mentoring}, []Offer{Mentored} }}},
		{name: "exploring a company", reason: Career, sub: "explore", want: Agrees, says: "Bastian is interested in Acme; you list it.",
			feed: []func(*Pair){func(p *Pair) {
				p.Sender.Seeks, p.Receiver.Facts = []Seek{{1, Company, 7, "Acme"}}, []Fact{has(Company, 7, "Acme")}
			}}},
		{name: "network", reason: Network, sub: "place", feed: []func(*Pair){place}, want: Agrees, says: "Both of you are in Tromsø."},
		{name: "new here, but a place", reason: Network, sub: "new", feed: []func(*Pair){place}, want: Partly,
			says: "The record agrees in part. Both of you are in Tromsø."},
		{name: "new here, but next to nothing", reason: Network, sub: "new", want: NothingFound, says: "Nothing found for this reason.",
			feed: []func(*Pair){func(p *Pair) {
				p.Sender.Facts, p.Receiver.Facts = []Fact{has(Language, 7, "Norwegian")}, []Fact{has(Language, 7, "Norwegian")}
			}}},
		{name: "of two gaps the shorter", reason: Relationship, sub: "worked", want: NothingFound,
			says: "No overlap found. Bastian left Acme in January 2005; your entry there begins in January 2006.",
			feed: []func(*Pair){apart, func(p *Pair) {
				p.Sender.Facts = append(p.Sender.Facts, dated(Company, 9, "Acme", y(2004), y(2005)))
				p.Receiver.Facts = append(p.Receiver.Facts, dated(Company, 9, "Acme", y(2006), y(2007)))
			}}},
		{name: "one weak mutual", reason: Shared, feed: []func(*Pair){func(p *Pair) { p.Mutuals = []Mutual{{3, 500}} }}, want: Partly,
			says: "The record agrees in part. One person knows you both."},
		{name: "mutuals", reason: Shared, sub: "known", feed: []func(*Pair){func(p *Pair) { p.Mutuals = []Mutual{{3, 5}, {4, 5}} }}, want: Agrees,
			says: "Two people know you both."},
		{name: "full profile, something else too", reason: Profile, feed: []func(*Pair){place, func(p *Pair) { p.Receiver.Closed = 1 }}, want: Agrees,
			says: "One of your sections is closed to Bastian."},
		{name: "full profile, all open", reason: Profile, feed: []func(*Pair){place}, want: NothingFound, says: "Nothing found for this reason."},
		{name: "activity is not fed", reason: Activity, feed: []func(*Pair){place}, want: NothingFound, says: "Nothing found for this reason."},
		{name: "an operator's own reason", reason: "mission", sub: "worked", feed: []func(*Pair){apart}, want: Unchecked, says: "The record cannot check this reason."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := bare(func(p *Pair) {
				for _, feed := range c.feed {
					feed(p)
				}
				p.Stated, p.Sub = c.reason, c.sub
			})
			a := Assess(p)
			if got := a.Says(Receiver, p); a.Verdict != c.want || got != c.says {
				t.Errorf("verdict %d, %q\nwant    %d, %q", a.Verdict, got, c.want, c.says)
			}
			if a.Stated.Reason != c.reason {
				t.Errorf("stated is %q", a.Stated.Reason)
			}
		})
	}
}

// TestStatedChip: a claim of a tie that the record doesn't hold has a chip too.
func TestStatedChip(t *testing.T) {
	p := facts([]Fact{dated(Company, 7, "Acme", MonthOf(2018, 1), 0)}, []Fact{dated(Company, 7, "Acme", MonthOf(2012, 1), MonthOf(2013, 1))})
	p.Stated, p.Sub = Relationship, "worked"
	a := Assess(p)
	if title, fact := Chip(a.Stated); a.Stated.Supported() || title != "Worked together" || fact != "no overlap" {
		t.Errorf("chip is %q %q", title, fact)
	}
	if len(a.Stated.Items) != 1 || a.Stated.Items[0].Kind != CompanyGap {
		t.Errorf("the gap is not with the claim: %+v", a.Stated.Items)
	}
}

// TestSupports: the dialog gets all seven, the carried ones first by strength.
func TestSupports(t *testing.T) {
	p := noorAndIngrid()
	var got []Reason
	carried := 0
	for i, f := range Supports(p) {
		got = append(got, f.Reason)
		if f.Supported() {
			carried++
			if i >= 4 {
				t.Errorf("%s is carried but comes late", f.Reason)
			}
		}
	}
	if want := []Reason{Background, Relationship, Shared, Network, Career, Profile, Activity}; !slices.Equal(got, want) || carried != 4 {
		t.Errorf("got %v, %d carried", got, carried)
	}
	for i, f := range Supports(Pair{Sender: Side{Connections: -1}}) {
		if f.Supported() || f.Reason != Reasons[i] {
			t.Errorf("of nothing: %d is %s %s", i, f.Reason, f.Band)
		}
	}
}

// TestSubs: codes are unique within a reason, and every reason has some.
func TestSubs(t *testing.T) {
	for _, r := range Reasons {
		seen := map[string]bool{}
		for _, s := range Subs(r) {
			if s.Code == "" || s.Label == "" || seen[s.Code] || SubLabel(r, s.Code) != s.Label {
				t.Errorf("%s: %+v", r, s)
			}
			seen[s.Code] = true
		}
		if len(seen) == 0 || r.Label() == "" || Benefit(r) == "" || BenefitKey(r) == "" {
			t.Errorf("%s lacks words", r)
		}
	}
	if Subs("mission") != nil || SubLabel("mission", "x") != "" || Benefit("mission") != "" || Reason("mission").Valid() {
		t.Error("a reason of its own has words of ours")
	}
}
