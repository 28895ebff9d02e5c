package why

import (
	"testing"

	"pgregory.net/rapid"
)

const now = Month(2026*12 + 2) // March 2026

func job(from, to Month) Fact {
	return Fact{Kind: Company, Entity: 1, Label: "Acme", From: from, To: to}
}

func jobs(spans ...Month) []Fact {
	var facts []Fact
	for i := 0; i < len(spans); i += 2 {
		facts = append(facts, job(spans[i], spans[i+1]))
	}
	return facts
}

func TestTimes(t *testing.T) {
	at := MonthOf
	for _, c := range []struct {
		name             string
		sender, receiver []Fact
		kind             string
		months           int
		from, to         Month
		open             bool
		earlier          Role
	}{
		{name: "overlap in the middle", sender: jobs(at(2018, 1), at(2020, 12)), receiver: jobs(at(2020, 1), at(2022, 6)),
			kind: CompanyOverlap, months: 12, from: at(2020, 1), to: at(2020, 12)},
		{name: "one joint month is 1", sender: jobs(at(2018, 1), at(2020, 5)), receiver: jobs(at(2020, 5), at(2022, 6)),
			kind: CompanyOverlap, months: 1, from: at(2020, 5), to: at(2020, 5)},
		{name: "open ends run to now", sender: jobs(at(2024, 1), 0), receiver: jobs(at(2025, 4), 0),
			kind: CompanyOverlap, months: 12, from: at(2025, 4), to: now, open: true},
		{name: "one open end", sender: jobs(at(2024, 1), 0), receiver: jobs(at(2023, 1), at(2024, 2)),
			kind: CompanyOverlap, months: 2, from: at(2024, 1), to: at(2024, 2)},
		{name: "a planned end is not lived yet", sender: jobs(at(2026, 1), at(2027, 12)), receiver: jobs(at(2025, 1), at(2029, 1)),
			kind: CompanyOverlap, months: 3, from: at(2026, 1), to: now},
		{name: "stints of one side don't count twice", sender: jobs(at(2018, 1), at(2019, 6), at(2019, 1), at(2019, 12)), receiver: jobs(at(2018, 1), at(2019, 12)),
			kind: CompanyOverlap, months: 24, from: at(2018, 1), to: at(2019, 12)},
		{name: "two stints, two meetings", sender: jobs(at(2010, 1), at(2010, 6), at(2015, 1), at(2015, 12)), receiver: jobs(at(2010, 6), at(2015, 2)),
			kind: CompanyOverlap, months: 3, from: at(2010, 6), to: at(2015, 2)},
		{name: "gap, receiver first", sender: jobs(at(2018, 1), at(2022, 4)), receiver: jobs(at(2012, 9), at(2015, 6)),
			kind: CompanyGap, months: -31, from: at(2015, 6), to: at(2018, 1), earlier: Receiver},
		{name: "gap, sender first, months that follow", sender: jobs(at(2012, 9), at(2015, 6)), receiver: jobs(at(2015, 7), 0),
			kind: CompanyGap, months: -1, from: at(2015, 6), to: at(2015, 7), earlier: Sender},
		{name: "the nearest gap", sender: jobs(at(2000, 1), at(2001, 1), at(2010, 1), at(2011, 1)), receiver: jobs(at(2005, 1), at(2009, 11)),
			kind: CompanyGap, months: -2, from: at(2009, 11), to: at(2010, 1), earlier: Receiver},
		{name: "a month between two stints is not there", sender: jobs(at(2018, 1), at(2018, 3), at(2018, 5), at(2018, 6)), receiver: jobs(at(2018, 1), at(2018, 12)),
			kind: CompanyOverlap, months: 5, from: at(2018, 1), to: at(2018, 6)},
		{name: "an edge of two stints counts once", sender: jobs(at(2018, 1), at(2018, 3), at(2018, 3), at(2018, 6)), receiver: jobs(at(2018, 1), at(2018, 12)),
			kind: CompanyOverlap, months: 6, from: at(2018, 1), to: at(2018, 6)},
		{name: "of equal gaps the first", sender: jobs(at(2000, 1), at(2001, 1), at(2009, 1), at(2010, 1)), receiver: jobs(at(2005, 1), at(2005, 1)),
			kind: CompanyGap, months: -48, from: at(2001, 1), to: at(2005, 1), earlier: Sender},
		{name: "undated matches weakly", sender: jobs(0, 0), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "an undated entry may have met", sender: jobs(at(2000, 1), at(2001, 1), 0, 0), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "reversed counts as undated", sender: jobs(at(2020, 1), at(2010, 1)), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "begins after now", sender: jobs(at(2027, 1), 0), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "begins after now, end given", sender: jobs(at(2027, 1), at(2028, 1)), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "wild year", sender: jobs(at(19, 1), 0), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "negative", sender: jobs(-5, -9), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "far future end", sender: jobs(at(2020, 1), 1<<31-1), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
		{name: "end without begin", sender: jobs(0, at(2020, 1)), receiver: jobs(at(2015, 7), 0), kind: CompanySame},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := examine(Pair{Sender: Side{Facts: c.sender}, Receiver: Side{Facts: c.receiver}, Now: now})
			e := d.having(kinds(c.kind))
			if len(e) != 1 {
				t.Fatalf("no %s in %+v", c.kind, d.items)
			}
			got := e[0].Evidence
			if got.Months != c.months || got.From != c.from || got.To != c.to || got.Open != c.open || got.Earlier != c.earlier {
				t.Errorf("got %d months, %s – %s, open %t, earlier %d", got.Months, got.From, got.To, got.Open, got.Earlier)
			}
		})
	}
}

// TestNoClock: without a clock an open end is unknown, a closed entry is not.
func TestNoClock(t *testing.T) {
	open, closed := jobs(MonthOf(2010, 1), 0), jobs(MonthOf(2010, 1), MonthOf(2011, 1))
	kind := func(a, b []Fact) string {
		return dig(Pair{Sender: Side{Facts: a}, Receiver: Side{Facts: b}}).having(kinds(CompanyOverlap, CompanySame))[0].Kind
	}
	if got := kind(open, closed); got != CompanySame {
		t.Errorf("open end without a clock gives %s", got)
	}
	if got := kind(closed, closed); got != CompanyOverlap {
		t.Errorf("closed entries without a clock give %s", got)
	}
}

// drawStints draws entries around a few years, with every kind of bad date.
func drawStints(t *rapid.T, label string) []Fact {
	month := rapid.OneOf(
		rapid.Map(rapid.Int32Range(0, 150), func(m int32) Month { return now - 120 + Month(m) }),
		rapid.SampledFrom([]Month{0, -1, 1, earliest - 1, earliest, latest, latest + 1, -1 << 31, 1<<31 - 1}),
	)
	n := rapid.IntRange(1, 5).Draw(t, label)
	var facts []Fact
	for range n {
		f := job(month.Draw(t, "from"), month.Draw(t, "to"))
		if rapid.Bool().Draw(t, "short") && f.From > 0 && f.From < latest {
			f.To = f.From + Month(rapid.IntRange(0, 20).Draw(t, "length"))
		}
		facts = append(facts, f)
	}
	return facts
}

// lived is the naive twin of stints: every month from earliest to latest is
// asked of every entry. placed tells whether all entries have a time.
func lived(facts []Fact) (set map[Month]bool, placed bool) {
	set, placed = map[Month]bool{}, true
	for _, f := range facts {
		n := 0
		for m := earliest; m <= now; m++ {
			ended := f.To != 0 && f.To < m
			if f.From != 0 && f.From >= earliest && f.From <= m && !ended && f.To <= latest && f.To >= 0 {
				set[m] = true
				n++
			}
		}
		placed = placed && n > 0
	}
	return set, placed
}

func TestTimesAgainstMonthSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawStints(t, "sender"), drawStints(t, "receiver")
		got := compareTimes(lot{key{kind: Company}, a}, lot{key{kind: Company}, b}, now)
		as, aPlaced := lived(a)
		bs, bPlaced := lived(b)
		joint, first, last, nearest := 0, Month(0), Month(0), Month(1<<30)
		for m := earliest; m <= now; m++ {
			if as[m] && bs[m] {
				joint++
				last = m
				if first == 0 {
					first = m
				}
			}
		}
		for x := range as {
			for y := range bs {
				nearest = min(nearest, max(x-y, y-x))
			}
		}
		if together := Together(a, b, now); together != joint {
			t.Fatalf("together %d months, in common %d", together, joint)
		}
		switch {
		case joint > 0:
			if got.Kind != CompanyOverlap || got.Months != joint || got.From != first || got.To != last {
				t.Fatalf("got %s %d %s–%s, months in common: %d %s–%s", got.Kind, got.Months, got.From, got.To, joint, first, last)
			}
		case aPlaced && bPlaced:
			if got.Kind != CompanyGap || got.Months != -int(nearest) || got.To-got.From != nearest {
				t.Fatalf("got %s %d, nearest months are %d apart", got.Kind, got.Months, nearest)
			}
			if early := as[got.From] && bs[got.To]; early != (got.Earlier == Sender) || !early && !(bs[got.From] && as[got.To]) {
				t.Fatalf("earlier is %d for %s–%s", got.Earlier, got.From, got.To)
			}
		default:
			if got.Kind != CompanySame || got.Months != 0 {
				t.Fatalf("got %s %d, want %s", got.Kind, got.Months, CompanySame)
			}
		}
	})
}
