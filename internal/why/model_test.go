package why

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRowsAreStable: names are kept in databases. A new row is added to this list;
// none is ever taken away or renamed.
func TestRowsAreStable(t *testing.T) {
	rows := Rows()
	for _, name := range []string{
		"company.overlap>relationship", "group.gap>background", "skill.same>background", "seek.sender>background", "seek.sender:company>career",
		"seek.receiver:field>career", "offer.match:work>career", "offer.match:mentored>career", "mutual>shared", "mutual>network",
		"messages.earlier>relationship", "once.connected>relationship", "follows>activity", "bridge.back>shared", "closed.sections>profile",
	} {
		if !slices.Contains(rows, name) {
			t.Errorf("no row is named %s", name)
		}
	}
	if seen := slices.Compact(slices.Sorted(slices.Values(rows))); len(seen) != len(weights) {
		t.Error("two rows have one name")
	}
}

// TestVector is the worked example as it is learned from.
func TestVector(t *testing.T) {
	x := Vector(noorAndIngrid())
	got := map[string]float64{}
	for i, name := range Rows() {
		if x[i] != 0 {
			got[name] = x[i]
		}
	}
	together, skills := 0.88*(1-0.5*math.Exp(-29.0/24)), 1-0.575*0.65*0.875
	sum := 1/math.Log(20) + 2/math.Log(50) + 2/math.Log(100) + 1/math.Log(400)
	want := map[string]float64{
		"company.overlap>relationship": together, "company.overlap>background": together, "skill.same>background": skills,
		"seek.sender>background": 1, "mutual>shared": 1 - math.Exp(-sum/1.5), "mutual>network": 1 - math.Exp(-sum/1.5),
		"closed.sections>profile": 1 - math.Exp(-1.5),
	}
	if len(got) != len(want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	for name, w := range want {
		near(t, name, got[name], w)
	}
}

// TestVectorOfNarrowRows: what has a row of its own is not told by the general one.
func TestVectorOfNarrowRows(t *testing.T) {
	p := bare(func(p *Pair) {
		p.Sender.Seeks, p.Receiver.Facts = []Seek{{1, Company, 7, "Acme"}}, []Fact{has(Company, 7, "Acme")}
		p.Model = Default.Learned(map[string]float64{"seek.sender>background": 0}, 1) // plays no part
	})
	for i, name := range Rows() {
		want := 0.0
		if name == "seek.sender>background" || name == "seek.sender:company>career" {
			want = 1
		}
		if x := Vector(p)[i]; x != want {
			t.Errorf("%s: %v", name, x)
		}
	}
}

// coefficients is a model's prior by name, times something.
func coefficients(m *Model, times float64) map[string]float64 {
	c := map[string]float64{}
	for i, b := range m.Prior() {
		c[Rows()[i]] = times * b
	}
	return c
}

// TestLearnedFromThePrior: what learns nothing new leaves every weight where it was.
func TestLearnedFromThePrior(t *testing.T) {
	for _, scale := range []float64{0.01, 1, 7} {
		learned := Default.Learned(coefficients(Default, scale), scale)
		for i, w := range learned.weights {
			old := weights[i]
			if math.Abs(w.found-old.found) > 1e-9 || math.Abs(w.sender-old.sender) > 1e-9 || math.Abs(w.receiver-old.receiver) > 1e-9 {
				t.Errorf("%s became %+v", old.key(), w)
			}
		}
	}
}

// TestLearned: a coefficient as a weight, by hand; the rest stays.
func TestLearned(t *testing.T) {
	m := Default.Learned(map[string]float64{
		"skill.same>background": 2 * math.Ln2, "mutual>shared": -9, "follows>activity": 1e9, "seek.sender>background": math.NaN(), "no such row": 5,
	}, 2)
	near(t, "skills", m.weigh(SkillSame, 0, Background).found, 0.5) // 1 − e^(−ln 2)
	near(t, "what they give", m.weigh(SkillSame, 0, Background).sender, 0.35*0.5/0.6)
	near(t, "mutual", m.weigh(MutualKnown, 0, Shared).found, 0.02)
	near(t, "follows", m.weigh(Follows, 0, Activity).found, 0.97)
	near(t, "sought", m.weigh(SeekSender, 0, Background).found, 0.50)
	near(t, "mirrored gain", m.weigh(FollowsBack, 0, Activity).receiver, 0.25*(0.97/0.60+1)/2)
	near(t, "gain", m.weigh(Follows, 0, Activity).sender, 0.25*(0.97/0.60+1)/2)
	if Default.weigh(SkillSame, 0, Background).found != 0.60 {
		t.Error("the hand-set model was changed")
	}
	for _, scale := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if Default.Learned(coefficients(Default, 1), scale) != Default {
			t.Errorf("a scale of %v gives a model", scale)
		}
	}
}

// TestTheRecordIsNotLearned: what the record says to a claim stays the same,
// whatever receivers prefer.
func TestTheRecordIsNotLearned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		q := clone(p)
		p.Model, q.Model = nil, drawModel(t)
		a, b := Assess(p), Assess(q)
		if a.Verdict != b.Verdict || !reflect.DeepEqual(a.Detail, b.Detail) || !reflect.DeepEqual(a.Stated, b.Stated) {
			t.Fatalf("a learned model changes what the record says:\n%+v\n%+v", a, b)
		}
	})
	p := noorAndIngrid()
	p.Model = Default.Learned(map[string]float64{"company.overlap>relationship": 0, "company.same>relationship": 0}, 1)
	for _, f := range Assess(p).Found {
		if f.Reason == Relationship {
			t.Error("what was learned changes nothing")
		}
	}
}

// TestLearnedHolds: whatever was learned, the order that the engine relies on
// holds, gains mirror, and every weight is one.
func TestLearnedHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := map[string]float64{}
		for _, row := range Rows() {
			c[row] = rapid.Float64().Draw(t, row)
		}
		m := Default.Learned(c, rapid.Float64Range(1e-6, 1e6).Draw(t, "scale"))
		for _, w := range m.weights {
			if !(w.found >= leastFound && w.found <= mostFound && w.sender >= 0 && w.sender <= mostFound && w.receiver >= 0 && w.receiver <= mostFound) {
				t.Fatalf("%+v", w)
			}
			if of, kind, ok := mirrored(w.kind, w.of); ok {
				if o := m.weigh(kind, of, w.reason); math.Abs(o.sender-w.receiver) > 1e-12 || math.Abs(o.receiver-w.sender) > 1e-12 {
					t.Fatalf("%+v and %+v don't mirror", w, o)
				}
			}
			base, time, _ := strings.Cut(w.kind, ".")
			if time == "gap" || time == "same" {
				if o := m.weigh(base+".overlap", 0, w.reason).found; slices.Contains([]string{"company", "school", "group"}, base) && o < w.found {
					t.Fatalf("%+v weighs more than time together, %v", w, o)
				}
			}
		}
	})
}
