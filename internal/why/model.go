package why

import (
	"math"
	"slices"
)

// Model is a set of weights: the hand-set ones, or those that an instance learned
// from its own answers. It is not changed once made and may be shared.
type Model struct {
	weights []weight
	cells   map[cell]*[7]*weight
}

// Default is the hand-set model of doc/design/why.md.
var Default = newModel(weights)

// cell is one kind of evidence, narrowed or (of 0) in general.
type cell struct {
	kind string
	of   uint8
}

// newModel makes a model of rows, which it keeps.
func newModel(rows []weight) *Model {
	m := &Model{weights: rows, cells: map[cell]*[7]*weight{}}
	for i := range rows {
		w := &rows[i]
		c := cell{w.kind, w.of}
		if m.cells[c] == nil {
			m.cells[c] = new([7]*weight)
		}
		m.cells[c][slices.Index(Reasons, w.reason)] = w
	}
	return m
}

// rows finds the row for an item under each reason: its own, else the general
// one, else nil.
func (m *Model) rows(kind string, of uint8) [7]*weight {
	var found [7]*weight
	if general := m.cells[cell{kind, 0}]; general != nil {
		found = *general
	}
	if own := m.cells[cell{kind, of}]; own != nil {
		for i, w := range own {
			if w != nil {
				found[i] = w
			}
		}
	}
	return found
}

// weigh is the row for an item under one reason, all zero where there is none.
func (m *Model) weigh(kind string, of uint8, r Reason) weight {
	if i := slices.Index(Reasons, r); i >= 0 {
		if w := m.rows(kind, of)[i]; w != nil {
			return *w
		}
	}
	return weight{}
}

// key names a row, such as "company.overlap>relationship" or, where it is
// narrowed, "seek.sender:company>career".
func (w *weight) key() string {
	of := ""
	switch {
	case w.of == 0:
	case w.kind == OfferMatch:
		of = ":" + offerNames[Offer(w.of)]
	default:
		of = ":" + FactKind(w.of).String()
	}
	return w.kind + of + ">" + string(w.reason)
}

// offerNames are the stable names of offers within the keys of rows.
var offerNames = map[Offer]string{Work: "work", Hiring: "hiring", Mentoring: "mentoring", Mentored: "mentored", Speaking: "speaking"}

// Rows names the rows of the weights, in the order of Vector and Prior. The names
// are stable and may be stored; later versions have more of them.
func Rows() []string {
	names := make([]string, len(weights))
	for i := range weights {
		names[i] = weights[i].key()
	}
	return names
}

// Vector is what weights are learned from: for every row of Rows the own
// strength, 0..1 and before any weight, of the strongest piece of evidence that
// the row weighs; 0 where there is none. Like Assess it sees only what p holds.
// Cost: that of finding the evidence, less than Assess.
func Vector(p Pair) []float64 {
	p.Model = Default
	d := examine(p)
	x := make([]float64, len(weights))
	for i := range weights {
		at := slices.Index(Reasons, weights[i].reason)
		for _, it := range d.items {
			if it.weights[at] == &weights[i] {
				x[i] = max(x[i], it.Strength)
			}
		}
	}
	return x
}

// Prior is the model as coefficients, in the order of Rows: what a row adds to
// −ln of the noisy-or's miss at full strength, −ln(1 − found). It is the direction
// that learning begins from.
func (m *Model) Prior() []float64 {
	b := make([]float64, len(m.weights))
	for i := range m.weights {
		b[i] = -math.Log1p(-m.weights[i].found)
	}
	return b
}

// What a learned weight may be: no row is silenced for good, none is certain.
const (
	leastFound = 0.02
	mostFound  = 0.97
)

// Learned is the model with rows replaced by coefficients of a logistic
// regression on Vector, by the names of Rows; scale is the coefficient that the
// regression gives Prior as a whole, so that coefficient = scale·Prior leaves a
// row as it is. A row without a finite coefficient stays; unknown names are
// passed over; without a finite scale above 0 the model itself is returned.
// Gains scale along with found, alike for rows that mirror each other.
func (m *Model) Learned(coefficients map[string]float64, scale float64) *Model {
	if !(scale > 0) || math.IsInf(scale, 0) {
		return m
	}
	rows := slices.Clone(m.weights)
	for i := range rows {
		b, ok := coefficients[rows[i].key()]
		if ok && !math.IsNaN(b) && !math.IsInf(b, 0) {
			rows[i].found = min(max(-math.Expm1(-b/scale), leastFound), mostFound)
		}
	}
	learned := newModel(rows)
	learned.order()
	learned.scaleGains(m)
	return learned
}

// order raises what may not be less than something else, or a fact added could
// take strength away: time together not less than no dates, no dates not less
// than a gap, what is sought not less than having it in common.
func (m *Model) order() {
	raise := func(w, least *weight, part float64) {
		if w != nil && least != nil {
			w.found = max(w.found, least.found*part)
		}
	}
	for i := range Reasons {
		for kind := Company; kind <= Group; kind++ {
			overlap, same, gap := m.rows(kind.String()+".overlap", 0)[i], m.rows(kind.String()+".same", 0)[i], m.rows(kind.String()+".gap", 0)[i]
			raise(same, gap, 1)
			raise(overlap, same, 1)
		}
		for kind := Skill; kind <= Language; kind++ {
			set := m.rows(kind.String()+".same", 0)[i]
			raise(m.rows(SeekSender, uint8(kind))[i], set, each[kind].rare)
			raise(m.rows(SeekReceiver, uint8(kind))[i], set, each[kind].rare)
		}
	}
}

// scaleGains gives every row the gains of the model it was learned from, times
// what became of found; a row and its mirror get the mean of both, since who
// asked must not matter for what both could gain.
func (m *Model) scaleGains(from *Model) {
	for i := range m.weights {
		w, old := &m.weights[i], &from.weights[i]
		factor := w.found / old.found
		if of, kind, ok := mirrored(w.kind, w.of); ok {
			now, then := m.weigh(kind, of, w.reason), from.weigh(kind, of, w.reason)
			factor = (factor + now.found/then.found) / 2
		}
		w.sender, w.receiver = min(old.sender*factor, mostFound), min(old.receiver*factor, mostFound)
	}
}

// mirrors names the same evidence seen from the other side.
var mirrors = map[string]string{
	SeekSender: SeekReceiver, SeekReceiver: SeekSender, Follows: FollowsBack, FollowsBack: Follows,
	Bridge: BridgeBack, BridgeBack: Bridge, OfferMatch: OfferMatch,
}

// mirrored returns the key of the mirror; false for what is its own.
func mirrored(kind string, of uint8) (uint8, string, bool) {
	other, ok := mirrors[kind]
	if kind == OfferMatch {
		of = uint8(fits[Offer(of)])
	}
	return of, other, ok
}
