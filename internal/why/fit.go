package why

import (
	"cmp"
	"math"
	"slices"
)

// Compatibility is what each side could gain from the other. It informs; nothing
// may be decided by it.
type Compatibility struct {
	Score         int  // 0..100, the harmonic mean of the two gains: a one-sided gain scores low
	Band          Band // Low, Fair, Good or Strong
	SenderGains   int  // 0..100
	ReceiverGains int
	Terms         []Term   // by reason, the largest first; each side's sum to its gain
	Change        []string // keys of what would change the score, in the order of Changes
	Changes       []Change // the same with what their sentences need
}

// Term is one reason's part of the two gains, 0..1 in whole hundredths.
type Term struct {
	Reason           Reason
	Sender, Receiver float64
}

// Keys of what would change a score.
const (
	ChangeWithout  = "without"   // it rests on one piece of evidence
	ChangeTogether = "together"  // time together where both name the same company, school or group
	ChangeMutuals  = "mutuals"   // more people whom both know
	ChangeOneSided = "one-sided" // most of the gain is on one side
	ChangeReason   = "reason"    // no reason is stated; stating one changes nothing here
)

// Change is one thing that would change the score, and what it would then be.
type Change struct {
	Key      string
	Evidence Evidence // for ChangeWithout and ChangeTogether
	Score    int      // what the score would be
	Band     Band
	Gainer   Role // for ChangeOneSided: who gains most
}

// Tunables of what is worth a sentence.
const (
	worthTelling = 5  // points by which a change must move the score
	imagined     = 24 // months together that ChangeTogether supposes
	lopsided     = 2  // one side gains this many times the other
)

// compatibility computes the two gains, their harmonic mean, and what would
// change it.
func (d *dossier) compatibility(all []Found) Compatibility {
	c := d.score()
	c.Terms = d.terms()
	for _, ch := range d.changes(c, all) {
		c.Changes = append(c.Changes, ch)
		c.Change = append(c.Change, ch.Key)
	}
	return c
}

// score computes the gains and what they come to.
func (d *dossier) score() Compatibility {
	s, _ := share(d.gains(Sender))
	r, _ := share(d.gains(Receiver))
	c := Compatibility{Score: harmonic(s, r), SenderGains: s, ReceiverGains: r}
	c.Band = band(float64(c.Score)/100, 0)
	return c
}

// terms are what each reason adds to the gains, the largest first.
func (d *dossier) terms() []Term {
	_, s := share(d.gains(Sender))
	_, r := share(d.gains(Receiver))
	var terms []Term
	for i, reason := range Reasons {
		if s[i]+r[i] > 0 {
			terms = append(terms, Term{reason, float64(s[i]) / 100, float64(r[i]) / 100})
		}
	}
	slices.SortStableFunc(terms, func(a, b Term) int { return cmp.Compare(b.Sender+b.Receiver, a.Sender+a.Receiver) })
	return terms
}

// harmonic is the harmonic mean of two whole numbers, rounded half up. It is
// never more than twice the smaller.
func harmonic(a, b int) int {
	if a <= 0 || b <= 0 {
		return 0
	}
	return (4*a*b + a + b) / (2 * (a + b))
}

// gains returns what one side gains, by position in Reasons, each in 0..1.
func (d *dossier) gains(side Role) [7]float64 {
	figure := towardsReceiver
	if side == Sender {
		figure = towardsSender
	}
	var g [7]float64
	for i, r := range Reasons {
		g[i] = d.combine(d.gainful(r), i, figure)
		switch r {
		case Career:
			g[i] *= careerShare + (1-careerShare)*weakTies(d.mutuals)
		case Network:
			g[i] = 1 - (1-g[i])*(1-d.reach(side))
		case Profile:
			g[i] = d.opened(side)
		}
	}
	return g
}

// gainful returns the items with the strengths that count for gains: under
// "shared" the mutual connections count as the inverted U.
func (d *dossier) gainful(r Reason) []*item {
	i := d.knownAt()
	if r != Shared || i < 0 {
		return d.items
	}
	return d.with(i, func(it *item) { it.Strength = weakTies(d.mutuals) })
}

// knownAt is where the item of the mutual connections is; below 0 for none.
func (d *dossier) knownAt() int {
	return slices.IndexFunc(d.items, func(it *item) bool { return it.Kind == MutualKnown })
}

// with returns the items, the i-th as change leaves a copy of it.
func (d *dossier) with(i int, change func(*item)) []*item {
	items, other := slices.Clone(d.items), *d.items[i]
	change(&other)
	items[i] = &other
	return items
}

// reach is what one side gains from the other's connections, by coarse bands.
func (d *dossier) reach(side Role) float64 {
	other := d.pair.Sender
	if side == Sender {
		other = d.pair.Receiver
	}
	degree := min(max(d.pair.Degree, 1), 4)
	return reach[breadth(other.Connections)] * newness[degree]
}

// opened is what one side gains by seeing the other's closed sections. Only the
// receiver's are evidence, but both open theirs by connecting.
func (d *dossier) opened(side Role) float64 {
	closed := d.pair.Sender.Closed
	if side == Sender {
		closed = d.pair.Receiver.Closed
	}
	return d.model.weigh(ClosedSections, 0, Profile).sender * closedStrength(closed)
}

// share turns gains into the side's whole gain of 100 and each reason's part.
// The whole is the noisy-or of the reasons; a reason's part goes by its share of
// the logarithm, in which a noisy-or is a sum. Parts are whole numbers that sum to
// the whole (largest remainder), so that a stacked bar and its table agree.
func share(g [7]float64) (whole int, parts [7]int) {
	total := newNoisyOr()
	logs, sum := [7]float64{}, 0.0
	for i, x := range g {
		x = min(x, 0.99) // ln 0 has no share
		total.add(x)
		logs[i] = -math.Log1p(-x)
		sum += logs[i]
	}
	whole = int(math.Round(100 * round4(total.strength())))
	if whole == 0 || sum == 0 {
		return 0, parts
	}
	left := whole
	rest := [7]float64{}
	for i := range logs {
		exact := float64(whole) * logs[i] / sum
		parts[i] = int(exact)
		rest[i] = round4(exact - float64(parts[i]))
		left -= parts[i]
	}
	for ; left > 0; left-- {
		i := 0
		for j := range rest {
			if rest[j] > rest[i] {
				i = j
			}
		}
		parts[i]++
		rest[i] = -1
	}
	return whole, parts
}

// changes tries what would move the score and keeps what is worth telling.
func (d *dossier) changes(now Compatibility, all []Found) []Change {
	var list []Change
	add := func(ch Change, ok bool) {
		if ok {
			list = append(list, ch)
		}
	}
	add(d.without(now, all))
	add(d.together(now))
	add(d.withMutuals(now))
	add(oneSided(now))
	add(Change{Key: ChangeReason, Score: now.Score, Band: now.Band}, d.pair.Stated == "")
	return list
}

// without finds the piece of evidence that the score rests on most: of each
// carried reason the strongest piece is taken away in turn.
func (d *dossier) without(now Compatibility, all []Found) (Change, bool) {
	best := Change{Key: ChangeWithout, Score: now.Score - worthTelling + 1}
	found := false
	for _, f := range all {
		if !f.Supported() {
			continue
		}
		e := f.Items[0]
		trial := *d
		trial.items = slices.DeleteFunc(slices.Clone(d.items), func(it *item) bool { return compareEvidence(&it.Evidence, &e) == 0 })
		if e.Kind == MutualKnown {
			trial.mutuals = 0
		}
		if c := trial.score(); c.Score < best.Score {
			best.Evidence, best.Score, best.Band, found = e, c.Score, c.Band, true
		}
	}
	return best, found
}

// together supposes time together where both name the same entity without it.
func (d *dossier) together(now Compatibility) (Change, bool) {
	best := Change{Key: ChangeTogether, Score: now.Score + worthTelling - 1}
	found := false
	for i, it := range d.items {
		if !it.apart() {
			continue
		}
		trial := *d
		trial.items = d.with(i, func(it *item) {
			it.Kind, it.Strength = it.keys[0].kind.String()+".overlap", max(it.Strength, it.crowd*overlapStrength(imagined))
			it.weights = d.model.rows(it.Kind, 0)
		})
		if c := trial.score(); c.Score > best.Score {
			best.Evidence, best.Score, best.Band, found = it.Evidence, c.Score, c.Band, true
		}
	}
	return best, found
}

// apart reports whether both name the entity, but no time together is known.
func (it *item) apart() bool {
	switch it.Kind {
	case CompanyGap, CompanySame, SchoolGap, SchoolSame, GroupGap, GroupSame:
		return true
	}
	return false
}

// withMutuals supposes that both know as many people as weak ties carry best.
func (d *dossier) withMutuals(now Compatibility) (Change, bool) {
	if d.mutuals >= peak {
		return Change{}, false
	}
	trial := *d
	trial.mutuals = peak
	it := trial.known()[0]
	it.weights = d.model.rows(it.Kind, it.of)
	if i := d.knownAt(); i >= 0 {
		it.ids = d.items[i].ids
		trial.items = d.with(i, func(other *item) { *other = *it })
	} else {
		it.ids = []int{d.keys}
		trial.keys, trial.best = d.keys+1, make([]float64, d.keys+1)
		trial.items = append(slices.Clone(d.items), it)
	}
	c := trial.score()
	return Change{Key: ChangeMutuals, Score: c.Score, Band: c.Band}, c.Band > now.Band
}

// oneSided tells who gains most where one side gains far more.
func oneSided(now Compatibility) (Change, bool) {
	ch := Change{Key: ChangeOneSided, Score: now.Score, Band: now.Band, Gainer: Sender}
	most, least := now.SenderGains, now.ReceiverGains
	if least > most {
		most, least, ch.Gainer = least, most, Receiver
	}
	return ch, most >= 2*worthTelling && most >= lopsided*least
}
