package learn

import (
	"cmp"
	"math"
	"slices"
)

// Quality is how well chances that were told stood beside what happened.
type Quality struct {
	LogLoss     float64 // mean of −ln of the chance given to what happened
	Brier       float64 // mean square of chance less outcome
	Calibration float64 // mean distance of chance and share over the bins, weighed by size
	Bins        []Bin   // for a reliability plot, by rising chance, of about one size
}

// Bin is a tenth of the answers, by the chance that was told.
type Bin struct {
	Predicted float64 // mean chance
	Accepted  float64 // share that was accepted
	N         int
}

// bins is how many bins a reliability plot has.
const bins = 10

// Told is a chance and what happened.
type Told struct {
	Chance   float64
	Accepted bool
}

// Judge measures chances. Equal chances share a bin. Nothing gives zeros.
func Judge(told []Told) Quality {
	var q Quality
	if len(told) == 0 {
		return q
	}
	told = slices.Clone(told)
	slices.SortFunc(told, func(a, b Told) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), compareBool(a.Accepted, b.Accepted))
	})
	n := float64(len(told))
	for _, t := range told {
		q.LogLoss += t.loss() / n
		q.Brier += (t.Chance - t.outcome()) * (t.Chance - t.outcome()) / n
	}
	for from := 0; from < len(told); {
		to := len(told) * (from*bins/len(told) + 1) / bins
		to = min(max(to, from+1), len(told))
		for to < len(told) && told[to].Chance == told[to-1].Chance {
			to++
		}
		b := binOf(told[from:to])
		q.Bins = append(q.Bins, b)
		q.Calibration += float64(b.N) / n * math.Abs(b.Predicted-b.Accepted)
		from = to
	}
	return q
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func binOf(told []Told) Bin {
	b := Bin{N: len(told)}
	for _, t := range told {
		b.Predicted += t.Chance / float64(b.N)
		b.Accepted += t.outcome() / float64(b.N)
	}
	return b
}

func (t Told) outcome() float64 {
	if t.Accepted {
		return 1
	}
	return 0
}

// loss is −ln of the chance that was given to what happened.
func (t Told) loss() float64 {
	p := min(max(t.Chance, 1e-12), 1-1e-12)
	if t.Accepted {
		return -math.Log(p)
	}
	return -math.Log1p(-p)
}

// ridges are the precisions tried, from one that lets a weight hardly move to one
// that lets it move by about 1.
var ridges = []float64{1024, 256, 64, 16, 4, 1}

// fit makes the curves of all answers, and tries their making on each fold.
func (r *Result) fit(s *set) {
	one := s.alongPrior()
	all := scale(one)
	r.Scale, r.ScaleSE = all.theta[1], math.Sqrt(all.cov[1])
	r.HandSet.Curve = all.curve()
	r.HandSet.Coefficients = s.centre(r.Scale)

	hand, learned := make([]Told, len(s.rows)), make([]Told, len(s.rows))
	for f := range folds {
		train := func(x int) bool { return x != f }
		h := scale(one.where(train))
		ridge := s.choose(train, []int{(f + 1) % folds})
		l := regress(s.where(train), h, ridge, nil)
		tell(one, f, h, hand)
		tell(s, f, l, learned)
	}
	r.HandSet.Quality, r.Learned.Quality = Judge(hand), Judge(learned)
	r.Gain, r.GainSE = s.gain(hand, learned)

	r.Ridge = s.choose(func(int) bool { return true }, []int{0, 1, 2, 3, 4})
	r.Learned.Curve = regress(s, all, r.Ridge, nil).curve()
}

// centre is where the weights are held: the hand-set ones by their scale.
func (s *set) centre(scale float64) []float64 {
	c := make([]float64, len(s.prior))
	for i, b := range s.prior {
		c[i] = scale * b
	}
	return c
}

// tell notes the chances of the rows of one fold.
func tell(s *set, fold int, g *regression, told []Told) {
	c := g.curve()
	wide := math.Sqrt(1 + math.Pi*c.Spread*c.Spread/8)
	nobody := make([]float64, s.receivers)
	for i := range s.rows {
		if r := &s.rows[i]; r.fold == fold {
			told[i] = Told{sigmoid(odds(r, g.theta, nobody) / wide), r.accepted}
		}
	}
}

// choose picks the ridge that does best on some folds, each from the others that
// may be used. It looks at no fold that may not be used.
func (s *set) choose(use func(fold int) bool, on []int) float64 {
	sums := make([]float64, len(ridges))
	one := s.alongPrior()
	told := make([]Told, len(s.rows))
	for _, f := range on {
		train := func(x int) bool { return use(x) && x != f }
		part, hand := s.where(train), scale(one.where(train))
		var last *regression
		for i, ridge := range ridges {
			last = regress(part, hand, ridge, last)
			tell(s, f, last, told)
			for j := range s.rows {
				if s.rows[j].fold == f {
					sums[i] += told[j].loss()
				}
			}
		}
	}
	best := 0
	for i := range sums {
		if sums[i] < sums[best] {
			best = i
		}
	}
	return ridges[best]
}

// gain is by how much the first chances lose more than the second, and its standard
// error: answers of one receiver are alike and count as one draw.
func (s *set) gain(hand, learned []Told) (mean, se float64) {
	n := float64(len(s.rows))
	for i := range s.rows {
		mean += (hand[i].loss() - learned[i].loss()) / n
	}
	sums := make([]float64, s.receivers)
	for i := range s.rows {
		sums[s.rows[i].receiver] += hand[i].loss() - learned[i].loss() - mean
	}
	for _, x := range sums {
		se += x * x
	}
	return mean, math.Sqrt(se) / n
}

// Calibrate fits weights as a whole, by an intercept and one scale, without a
// trial: the curve to hold others against. Answers and prior as for Fit.
func Calibrate(answers []Answer, prior []float64) Curve {
	s := newSet(answers[max(0, len(answers)-Most):], prior)
	g := scale(s.alongPrior())
	c := g.curve()
	c.Coefficients = s.centre(g.theta[1])
	return c
}
