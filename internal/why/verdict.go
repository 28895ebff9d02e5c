package why

import (
	"slices"
	"strings"
)

// Sub is a sub-reason: a claim that is narrower than its reason.
type Sub struct {
	Code  string // stable: stored with the invitation
	Label string // English, as the sender picks it
}

// test says what the record must hold for a claim.
type test struct {
	agree  []sign // any of these, over the threshold: the record agrees
	partly []sign // any of these: it agrees in part
	near   []sign // worth showing beside the claim, but no support for it
}

// sign is a kind of evidence, narrowed by the sender's offer or what is sought.
type sign struct {
	kind string
	of   uint8 // 0: any
}

func kinds(names ...string) []sign {
	var s []sign
	for _, n := range names {
		s = append(s, sign{kind: n})
	}
	return s
}

func (s sign) fits(it *item) bool { return s.kind == it.Kind && (s.of == 0 || s.of == it.of) }

// claim is a sub-reason with its test. The test of a claim without signs is the
// test of its reason.
type claim struct {
	Sub
	test test
}

// offerClaim is carried by a match, and in part by what the sender alone is open to.
func offerClaim(code, label string, o Offer) claim {
	return claim{Sub{code, label}, test{
		agree:  []sign{{OfferMatch, uint8(o)}},
		partly: []sign{{OfferOwn, uint8(o)}},
	}}
}

// stayed are the tests of ties: only time together carries one, or a tie there was.
var stayed = test{
	agree:  kinds(CompanyOverlap, SchoolOverlap, GroupOverlap, EarlierMessages, OnceConnected),
	partly: kinds(CompanySame, SchoolSame, GroupSame),
	near:   kinds(CompanyGap, SchoolGap, GroupGap),
}

// claims are the sub-reasons of each reason, in the order shown.
var claims = map[Reason][]claim{
	Background: {
		{Sub{"field", "Same field"}, test{agree: kinds(FieldSame)}},
		{Sub{"company", "Same company"}, test{agree: kinds(CompanyOverlap, CompanySame, CompanyGap)}},
		{Sub{"school", "Same school"}, test{agree: kinds(SchoolOverlap, SchoolSame, SchoolGap)}},
		{Sub{"group", "Same group"}, test{agree: kinds(GroupOverlap, GroupSame, GroupGap)}},
		{Sub{"skill", "A skill I use"}, test{agree: append(kinds(SkillSame), sign{SeekSender, uint8(Skill)})}},
		{Sub{"sought", "Something I am looking for"}, test{agree: kinds(SeekSender)}},
	},
	Network: {
		{Sub{"place", "Same place"}, test{agree: kinds(PlaceSame)}},
		{Sub{"field", "Same field"}, test{agree: kinds(FieldSame)}},
		{Sub{"mutual", "People we both know"}, test{agree: kinds(MutualKnown)}},
		{Sub{"new", "I am new here"}, test{agree: kinds(FewConnections)}},
	},
	Career: {
		offerClaim("work", "Looking for work", Work),
		offerClaim("hiring", "Hiring", Hiring),
		offerClaim("mentoring", "Offering to mentor", Mentoring),
		offerClaim("mentored", "Looking for a mentor", Mentored),
		{Sub{"explore", "Exploring a company or field"}, test{agree: []sign{{SeekSender, uint8(Company)}, {SeekSender, uint8(Field)}}}},
	},
	Profile: {
		{Sub: Sub{"experience", "Your experience"}},
		{Sub: Sub{"contact", "Your contact details"}},
	},
	Activity: {
		{Sub: Sub{"posts", "What you write"}},
		{Sub: Sub{"groups", "Your groups"}},
	},
	Shared: {
		{Sub{"known", "People we both know"}, test{agree: kinds(MutualKnown)}},
		{Sub{"introduction", "An introduction"}, test{}},
	},
	Relationship: {
		{Sub{"worked", "Worked together"}, test{agree: kinds(CompanyOverlap), partly: kinds(CompanySame), near: kinds(CompanyGap)}},
		{Sub{"studied", "Studied together"}, test{agree: kinds(SchoolOverlap), partly: kinds(SchoolSame), near: kinds(SchoolGap)}},
		{Sub{"group", "In the same group"}, test{agree: kinds(GroupOverlap, GroupSame), near: kinds(GroupGap)}},
		{Sub{"business", "Client or supplier"}, test{agree: []sign{}}},
		{Sub{"met", "Met at an event"}, test{agree: []sign{}}},
	},
}

// Subs returns the sub-reasons of a reason in the order shown; none for a reason
// that is not one of the seven.
func Subs(r Reason) []Sub {
	var subs []Sub
	for _, c := range claims[r] {
		subs = append(subs, c.Sub)
	}
	return subs
}

// SubLabel returns the English label of a sub-reason, "" for an unknown code.
func SubLabel(r Reason, code string) string {
	for _, c := range claims[r] {
		if c.Code == code {
			return c.Label
		}
	}
	return ""
}

// testOf returns what a claim must meet. A reason without a narrower claim is
// met by anything that weighs for it; a tie by time together or an earlier tie.
func testOf(r Reason, sub string) test {
	for _, c := range claims[r] {
		if c.Code == sub && c.test.agree != nil {
			return c.test
		}
	}
	if r == Relationship {
		return stayed
	}
	var t test
	for _, w := range weights {
		if w.reason == r {
			t.agree = append(t.agree, sign{w.kind, w.of})
		}
	}
	return t
}

// claim is what the stated reason is held against: one of the seven with its
// sub-reason; for an operator's own reason, the one that it is a kind of, "" where
// it is of none.
func (p *Pair) claim() (Reason, string) {
	if p.Stated.Valid() {
		return p.Stated, p.Sub
	}
	return p.Kin, ""
}

// judge compares what the sender says with what was found for that reason.
func (d *dossier) judge(all []Found) (Verdict, Found, *Evidence) {
	if d.pair.Stated == "" {
		return NoReason, Found{}, nil
	}
	r, sub := d.pair.claim()
	i := slices.IndexFunc(all, func(f Found) bool { return f.Reason == r })
	if i < 0 {
		return Unchecked, Found{Reason: d.pair.Stated}, nil
	}
	v, detail := d.verdict(all[i], testOf(r, sub))
	stated := all[i]
	stated.Reason = d.pair.Stated
	if len(stated.Items) == 0 && detail != nil {
		stated.Items = []Evidence{*detail}
	}
	return v, stated, detail
}

// verdict decides: carried by what the claim names, or only in part (too little
// of it, something near it, or other evidence for the same reason), or not.
func (d *dossier) verdict(f Found, t test) (Verdict, *Evidence) {
	agree := d.having(t.agree)
	r := slices.Index(Reasons, f.Reason)
	if round4(d.combine(agree, r, towardsReason)) >= Threshold {
		return Agrees, strongest(agree, r)
	}
	partly := d.having(t.partly)
	near := strongest(d.having(t.near), r)
	switch {
	case len(partly) > 0:
		return Partly, strongest(partly, r)
	case len(agree) > 0:
		return Partly, strongest(agree, r)
	case f.Strength < Threshold:
		return NothingFound, near
	case near != nil:
		return Partly, near
	}
	first := f.Items[0]
	return Partly, &first
}

// having selects the items that show one of the signs.
func (d *dossier) having(signs []sign) []*item {
	var items []*item
	for _, it := range d.items {
		if slices.ContainsFunc(signs, func(s sign) bool { return s.fits(it) }) {
			items = append(items, it)
		}
	}
	return items
}

// strongest picks the item that weighs most under a reason; among those that
// weigh nothing, the one with the shortest gap, then the first by label.
func strongest(items []*item, reason int) *Evidence {
	var best *Evidence
	for i := range items {
		e := items[i].under(reason)
		if best == nil || e.Strength > best.Strength || e.Strength == best.Strength && nearer(e, *best) {
			best = &e
		}
	}
	return best
}

func nearer(a, b Evidence) bool {
	if a.Months != b.Months {
		return a.Months > b.Months // gaps are negative
	}
	return strings.Compare(a.Label, b.Label) < 0
}
