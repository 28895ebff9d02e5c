package suggest

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildhall/internal/graph"
	"guildhall/internal/why"
)

func reason(strength float64, entity int64) []why.Found {
	return []why.Found{{Reason: why.Background, Strength: strength, Items: []why.Evidence{{Kind: why.CompanySame, Entity: entity, Strength: strength}}}}
}

func members(cs []candidate) (out []int64) {
	for _, c := range cs {
		out = append(out, c.member)
	}
	return out
}

func TestOrderOfTwo(t *testing.T) {
	strong := func(member int64) candidate {
		return candidate{member: member, degree: graph.Second, found: reason(0.6, member)}
	}
	weak := candidate{member: 2, degree: graph.Second, found: reason(0.3, 9)}
	for name, c := range map[string]struct {
		change     func(*candidate)
		strongLast bool
	}{
		"as they are":                 {func(*candidate) {}, false},
		"shown once":                  {func(c *candidate) { c.shown = 1 }, false},
		"shown on ten days":           {func(c *candidate) { c.shown = 10 }, true},
		"some wait for them":          {func(c *candidate) { c.load, c.found = Some, reason(0.9, 1) }, false},
		"many wait for them":          {func(c *candidate) { c.load = Heavy }, true},
		"very many wait for them":     {func(c *candidate) { c.load = Overwhelmed }, true},
		"shown to nine":               {func(c *candidate) { c.exposed = 9 }, false},
		"shown to forty":              {func(c *candidate) { c.exposed = 40 }, true},
		"through what is wanted less": {func(c *candidate) { c.less = true }, true},
		"further off":                 {func(c *candidate) { c.degree = graph.Far }, false},
		"a closed door is no reason":  {func(c *candidate) { c.found[0].Reason = why.Profile }, true},
	} {
		s := strong(1)
		c.change(&s)
		if got := rank([]candidate{weak, s}, 5, 100, 2); (got[0].member == 2) != c.strongLast {
			t.Errorf("%s: the order is %v", name, members(got))
		}
	}
}

func TestNoCircleTakesTheFirstTen(t *testing.T) {
	var cs []candidate
	for i := range int64(40) {
		circle, strength := int64(1000), 0.9
		if i >= 30 {
			circle, strength = 2000+i, 0.2
		}
		cs = append(cs, candidate{member: i + 1, found: reason(strength, circle), circle: circle})
	}
	n := 0
	for _, c := range rank(cs, 5, 100, 40)[:firsts] {
		if c.circle == 1000 {
			n++
		}
	}
	if n != shares {
		t.Errorf("a company far ahead has %d of the first ten, want %d", n, shares)
	}
	if got := rank(cs[:30], 5, 100, 40); len(got) != 30 {
		t.Errorf("where there is one circle alone, %d of 30 are suggested", len(got))
	}
}

func TestEqualsComeByADrawThatHoldsForADay(t *testing.T) {
	var cs []candidate
	for i := range int64(20) {
		cs = append(cs, candidate{member: i + 1, found: reason(0.5, 0)})
	}
	first := members(rank(slices.Clone(cs), 5, 100, 20))
	slices.Reverse(cs)
	if again := members(rank(slices.Clone(cs), 5, 100, 20)); !slices.Equal(first, again) {
		t.Errorf("the same day gives %v and %v", first, again)
	}
	if slices.Equal(first, members(rank(slices.Clone(cs), 5, 101, 20))) || slices.Equal(first, members(rank(slices.Clone(cs), 6, 100, 20))) {
		t.Error("another day or another viewer draws the same order")
	}
}

func candidates(t *rapid.T) []candidate {
	n := rapid.IntRange(0, 60).Draw(t, "n")
	cs := make([]candidate, n)
	for i := range cs {
		cs[i] = candidate{member: int64(i + 1), degree: graph.Degree(rapid.IntRange(2, 4).Draw(t, "degree")),
			found: reason(rapid.Float64Range(0, 0.99).Draw(t, "strength"), 0), circle: rapid.Int64Range(0, 4).Draw(t, "circle"),
			shown: rapid.IntRange(0, 90).Draw(t, "shown"), exposed: rapid.IntRange(0, 5000).Draw(t, "exposed"),
			load: Load(rapid.IntRange(0, 3).Draw(t, "load")), less: rapid.Bool().Draw(t, "less")}
	}
	return cs
}

// Everybody is there once, and in the first ten no circle has more than its share
// while somebody else is left.
func TestRankLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := candidates(t)
		got := rank(slices.Clone(cs), 5, 100, len(cs))
		all := members(got)
		slices.Sort(all)
		if len(slices.Compact(all)) != len(cs) {
			t.Fatalf("%d of %d are there", len(all), len(cs))
		}
		taken := map[int64]int{}
		for i, c := range got[:min(firsts, len(got))] {
			if taken[c.circle]++; c.circle == 0 || taken[c.circle] <= shares {
				continue
			}
			for _, later := range got[i+1:] {
				if later.circle == 0 || taken[later.circle] < shares {
					t.Fatalf("circle %d takes place %d before member %d of circle %d", c.circle, i+1, later.member, later.circle)
				}
			}
		}
	})
}

// More showings, more waiting, more exposure never raise a score; a stronger reason
// never lowers it.
func TestScoresMoveOneWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, c := range candidates(t) {
			c.weigh()
			for name, change := range map[string]func(*candidate){
				"shown": func(d *candidate) { d.shown++ }, "exposed": func(d *candidate) { d.exposed += 7 },
				"load": func(d *candidate) { d.load = min(d.load+1, Overwhelmed) }, "less": func(d *candidate) { d.less = true },
			} {
				d := c
				change(&d)
				if d.weigh(); d.score > c.score {
					t.Fatalf("%s raises %v to %v", name, c.score, d.score)
				}
			}
			d := c
			d.found = reason(min(1, c.found[0].Strength+0.01), 0)
			if d.weigh(); d.score < c.score {
				t.Fatalf("a stronger reason lowers %v to %v", c.score, d.score)
			}
		}
	})
}

// A mark tells of what both have and of nothing else, in whatever order.
func TestMarks(t *testing.T) {
	mine := func(e int64) bool { return e < 10 }
	facts := []why.Fact{{Entity: 1, From: 100, To: 110}, {Entity: 2}, {Entity: 12}}
	mark := markOf(why.Side{Facts: facts}, mine)
	other := slices.Clone(facts)
	slices.Reverse(other)
	other = append(other, why.Fact{Entity: 30})
	if markOf(why.Side{Facts: other, Seeks: []why.Seek{{Entity: 40}}}, mine) != mark {
		t.Error("what the viewer does not have changes the mark")
	}
	for name, s := range map[string]why.Side{
		"another month": {Facts: []why.Fact{{Entity: 1, From: 101, To: 110}, {Entity: 2}}},
		"a fact less":   {Facts: facts[:1]},
		"a seek more":   {Facts: facts, Seeks: []why.Seek{{Entity: 1}}},
	} {
		if markOf(s, mine) == mark {
			t.Errorf("%s leaves the mark as it was", name)
		}
	}
}

func TestReasons(t *testing.T) {
	for r := range reasons {
		if back, ok := ParseReason(r.String()); !ok || back != r || r.Label() == "" {
			t.Errorf("reason %d is written %q and read %v", r, r.String(), back)
		}
		now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
		if u := r.until(now); r == NotNow && u.Sub(now) != 90*24*time.Hour || r != NotNow && !u.IsZero() {
			t.Errorf("%v ends at %v", r, u)
		}
	}
	if _, ok := ParseReason("no such"); ok {
		t.Error("any word is a reason")
	}
}
