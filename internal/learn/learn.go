// Package learn fits how likely an invitation is accepted to the answers that were
// given, beginning from weights set by hand, and says whether what was learned is
// worth using.
//
// It owns the regression, its trial on receivers whose answers it has not seen, and
// the rule for when there is enough. It does not know what the figures of an answer
// mean, who gave it or where it is kept: answers come as plain numbers. It is pure
// and deterministic, and uses nothing but the standard library.
//
// The formulas are in doc/design/why.md.
package learn

import (
	"cmp"
	"math"
	"slices"
)

// Answer is one receiver's answer to one invitation.
type Answer struct {
	Receiver int64
	X        []float64 // evidence that the receiver could see, each 0..1; shorter ones end in zeros
	Accepted bool
}

// Curve gives the chance of an acceptance: a logistic curve over the evidence,
// widened by how much receivers differ.
type Curve struct {
	Intercept    float64
	Coefficients []float64
	Spread       float64 // standard deviation of the receivers' own readiness, in log-odds
}

// Predict returns the chance, above 0 and below 1, that a receiver of whom nothing
// is known accepts: the mean over receivers, by MacKay's approximation of 1992.
func (c Curve) Predict(x []float64) float64 {
	z := c.Intercept
	for i, b := range c.Coefficients {
		if i < len(x) {
			z += b * unit(x[i])
		}
	}
	return sigmoid(z / math.Sqrt(1+math.Pi*c.Spread*c.Spread/8))
}

// Trial is a curve made of all answers, and how curves made the same way did on
// receivers whose answers they had not seen.
type Trial struct {
	Curve
	Quality
}

// Lack is the first thing that speaks against using what was learned.
type Lack string

// What may lack, in the order of asking.
const (
	Nothing   Lack = ""
	Answers   Lack = "answers"   // fewer than MinAnswers
	Receivers Lack = "receivers" // from fewer than MinReceivers
	Variety   Lack = "variety"   // nearly all say the same
	Scale     Lack = "scale"     // the hand-set weights tell nothing of the answers: nothing to begin from
	Gain      Lack = "gain"      // not surely better than the hand-set weights
)

// When there is enough: so many answers, from so many receivers, so many of either
// kind, and a gain and a scale of so many standard errors.
const (
	MinAnswers   = 400
	MinReceivers = 40
	MinEither    = 40
	MinSure      = 2.0
)

// Most is how many answers are learned from; of more, the last ones.
const Most = 50000

// Result is what was learned and how sure that is.
type Result struct {
	Answers, Receivers, Accepted int

	HandSet Trial   // the hand-set weights as a whole, fitted by an intercept and one scale
	Learned Trial   // every weight by itself, held back towards HandSet
	Scale   float64 // of the hand-set weights as a whole
	ScaleSE float64 // its standard error
	Ridge   float64 // how strongly the learned ones are held back; chosen by trial

	Gain   float64 // by how much the held-out log-loss of HandSet exceeds that of Learned
	GainSE float64 // its standard error, by receivers

	Lacks Lack // Nothing: use what was learned
}

// Enough reports whether what was learned should be used.
func (r Result) Enough() bool { return r.Lacks == Nothing }

// Fit learns from answers, oldest first. prior are the hand-set weights as
// coefficients, one for each of X; what is not finite counts as 0. Equal input
// gives equal output, bit for bit. Cost: some 80 regressions, each of at most 40
// rounds over all answers (Most at most) in memory; below the minimum of answers
// or receivers nothing is fitted and the trials are empty. It never fails.
func Fit(answers []Answer, prior []float64) Result {
	answers = answers[max(0, len(answers)-Most):]
	s := newSet(answers, prior)
	r := Result{Answers: len(s.rows), Receivers: s.receivers}
	for _, row := range s.rows {
		if row.accepted {
			r.Accepted++
		}
	}
	if r.Lacks = r.tooFew(); r.Lacks != Nothing {
		return r
	}
	r.fit(s)
	r.Lacks = r.unsure()
	return r
}

// tooFew says what lacks before anything is fitted.
func (r Result) tooFew() Lack {
	switch {
	case r.Answers < MinAnswers:
		return Answers
	case r.Receivers < MinReceivers:
		return Receivers
	case min(r.Accepted, r.Answers-r.Accepted) < MinEither:
		return Variety
	}
	return Nothing
}

// unsure says what lacks of what was fitted.
func (r Result) unsure() Lack {
	switch {
	case !(r.Scale > MinSure*r.ScaleSE):
		return Scale
	case !(r.Gain > MinSure*r.GainSE):
		return Gain
	}
	return Nothing
}

// row is one answer with the evidence that is not 0.
type row struct {
	at       []int32
	x        []float64
	receiver int // numbered from 0
	accepted bool
	fold     int
}

// set is everything that is learned from.
type set struct {
	rows      []row
	receivers int
	prior     []float64
}

// folds is into how many parts the receivers are split for trials.
const folds = 5

// newSet numbers the receivers and deals them out to the folds, those with the most
// answers first, so that the folds are of about one size.
func newSet(answers []Answer, prior []float64) *set {
	s := &set{prior: make([]float64, len(prior))}
	for i, b := range prior {
		if !math.IsNaN(b) && !math.IsInf(b, 0) {
			s.prior[i] = min(max(b, -most), most)
		}
	}
	count := map[int64]int{}
	for i := range answers {
		count[answers[i].Receiver]++
	}
	ids := make([]int64, 0, len(count))
	for id := range count {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	number := make(map[int64]int, len(ids))
	for i, id := range ids {
		number[id] = i
	}
	s.receivers = len(ids)
	for i := range answers {
		s.rows = append(s.rows, sparse(&answers[i], number, len(prior)))
	}
	return s
}

// sparse keeps of an answer what is not 0.
func sparse(a *Answer, number map[int64]int, columns int) row {
	n := number[a.Receiver]
	r := row{receiver: n, accepted: a.Accepted, fold: n % folds}
	for j, x := range a.X[:min(len(a.X), columns)] {
		if x = unit(x); x > 0 {
			r.at, r.x = append(r.at, int32(j)), append(r.x, x)
		}
	}
	return r
}

// unit keeps a figure within 0..1; what is no number is 0.
func unit(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	return min(x, 1)
}

// alongPrior is the set with one column: what the hand-set weights say in all.
func (s *set) alongPrior() *set {
	one := &set{rows: make([]row, len(s.rows)), receivers: s.receivers, prior: []float64{1}}
	for i := range s.rows {
		r := s.rows[i]
		sum := 0.0
		for j, at := range r.at {
			sum += s.prior[at] * r.x[j]
		}
		r.at, r.x = []int32{0}, []float64{sum}
		one.rows[i] = r
	}
	return one
}

// where selects rows by fold.
func (s *set) where(ok func(fold int) bool) *set {
	part := &set{receivers: s.receivers, prior: s.prior}
	for _, r := range s.rows {
		if ok(r.fold) {
			part.rows = append(part.rows, r)
		}
	}
	return part
}
