package why

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"guildhall/internal/learn"
	"guildhall/internal/why"
)

// spread is how much the receivers' own readiness differs, in log-odds.
const spread = 1.0

// truth is the receivers' preference, which the fit does not know.
type truth struct {
	learn.Curve
	rand *rand.Rand
}

// prefer draws the hidden preference: each kind of evidence counts for its own
// multiple of the hand-set weights, up to three times, one in five for nothing and
// one in ten against.
func prefer(preference string, seed uint64) *truth {
	t := &truth{rand: rand.New(rand.NewPCG(seed, 12))}
	t.Spread = spread
	multiple := map[string]float64{}
	for i, p := range why.Default.Prior() {
		e := evidenceOf(why.Rows()[i])
		if _, ok := multiple[e]; !ok {
			multiple[e] = t.multiple()
		}
		switch preference {
		case Hidden:
			p *= multiple[e]
		case None:
			p = 0
		}
		t.Coefficients = append(t.Coefficients, 0.8*p)
	}
	return t
}

func (t *truth) multiple() float64 {
	m := min(math.Exp(t.rand.NormFloat64()), 3)
	switch x := t.rand.Float64(); {
	case x < 0.2:
		return 0
	case x < 0.3:
		return -0.4
	default:
		return m
	}
}

// evidenceOf is a row's name without its reason.
func evidenceOf(row string) string {
	e, _, _ := strings.Cut(row, ">")
	return e
}

// centre sets the intercept so that about 45 in a hundred are accepted.
func (t *truth) centre(xs [][]float64) {
	low, high := -20.0, 20.0
	for range 50 {
		t.Intercept = (low + high) / 2
		sum := 0.0
		for _, x := range xs {
			sum += t.Predict(x)
		}
		if sum > 0.45*float64(len(xs)) {
			high = t.Intercept
		} else {
			low = t.Intercept
		}
	}
}

// answer lets a receiver of some readiness answer.
func (t *truth) answer(x []float64, readiness float64) bool {
	z := t.Intercept + readiness
	for i, b := range t.Coefficients {
		z += b * x[i]
	}
	return t.rand.Float64() < 1/(1+math.Exp(-z))
}

// history draws invitations to some receivers, one after the other in turn, and
// lets them answer.
func (t *truth) history(ctx context.Context, c *community, from, receivers, each int) ([]learn.Answer, error) {
	var all []learn.Answer
	var xs [][]float64
	for range each {
		for m := range receivers {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			at := (from + m) % len(c.people)
			x := why.Vector(c.invitation(at))
			all, xs = append(all, learn.Answer{Receiver: int64(from + m), X: x}), append(xs, x)
		}
	}
	if t.Intercept == 0 {
		t.centre(xs)
	}
	ready := map[int64]float64{}
	for m := range receivers {
		ready[int64(from+m)] = t.Spread * t.rand.NormFloat64()
	}
	for i := range all {
		all[i].Accepted = t.answer(all[i].X, ready[all[i].Receiver])
	}
	return all, nil
}

// measureLearning draws the community, lets half of the receivers teach, and asks
// about the other half.
func measureLearning(ctx context.Context, opt Options) (*Learning, error) {
	c, t := newCommunity(opt.Seed), prefer(opt.Preference, opt.Seed)
	seen, err := t.history(ctx, c, 0, opt.Receivers, opt.Each)
	if err != nil {
		return nil, err
	}
	unseen, err := t.history(ctx, c, opt.Receivers, opt.Receivers, opt.Each)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	fit := learn.Fit(seen, why.Default.Prior())
	l := &Learning{Preference: opt.Preference, Receivers: fit.Receivers, Answers: fit.Answers, HeldOut: len(unseen),
		Accepted: float64(fit.Accepted) / float64(fit.Answers), Lacks: fit.Lacks, Gain: fit.Gain, GainSE: fit.GainSE,
		Scale: fit.Scale, ScaleSE: fit.ScaleSE, Ridge: fit.Ridge, Spread: fit.Learned.Spread, Seconds: time.Since(start).Seconds()}
	if fit.Learned.Coefficients != nil {
		l.judge(t, fit, seen, unseen)
		l.compare(t, fit, seen)
	}
	return l, nil
}

// judge asks each curve about the receivers that were held out.
func (l *Learning) judge(t *truth, fit learn.Result, seen, unseen []learn.Answer) {
	named := map[string]float64{}
	for i, row := range why.Rows() {
		named[row] = fit.Learned.Coefficients[i]
	}
	engine := why.Default.Learned(named, fit.Scale)
	for _, c := range []struct {
		name  string
		curve learn.Curve
	}{
		{"evidence left out", learn.Calibrate(seen, make([]float64, len(why.Rows())))},
		{"hand-set, one scale", fit.HandSet.Curve},
		{"learned", fit.Learned.Curve},
		{"learned, as weights", learn.Calibrate(seen, engine.Prior())},
		{"oracle", t.Curve},
	} {
		told := make([]learn.Told, len(unseen))
		for i, a := range unseen {
			told[i] = learn.Told{Chance: c.curve.Predict(a.X), Accepted: a.Accepted}
		}
		q := learn.Judge(told)
		l.Rows = append(l.Rows, Row{c.name, q.LogLoss, q.Brier, q.Calibration})
		if c.name == "learned" {
			l.Bins = q.Bins
		}
	}
}

// often is the share of answers in which evidence must be seen to be compared: of
// what is hardly ever seen nothing can be learned.
const often = 0.02

// compare lays the effects beside the hidden ones.
func (l *Learning) compare(t *truth, fit learn.Result, seen []learn.Answer) {
	at := map[string]int{}
	for i, row := range why.Rows() {
		name := evidenceOf(row)
		n, ok := at[name]
		if !ok {
			n = len(l.Effects)
			at[name] = n
			l.Effects = append(l.Effects, Effect{Evidence: name})
		}
		e := &l.Effects[n]
		e.HandSet += fit.HandSet.Coefficients[i]
		e.Learned += fit.Learned.Coefficients[i]
		e.Hidden += t.Coefficients[i]
		share := 0.0
		for _, a := range seen {
			if a.X[i] > 0 {
				share += 1 / float64(len(seen))
			}
		}
		e.Seen = max(e.Seen, share)
	}
	slices.SortStableFunc(l.Effects, func(a, b Effect) int {
		switch {
		case a.Seen > b.Seen:
			return -1
		case a.Seen < b.Seen:
			return 1
		}
		return strings.Compare(a.Evidence, b.Evidence)
	})
	var hand, learned, hidden []float64
	for _, e := range l.Effects {
		if e.Seen >= often {
			hand, learned, hidden = append(hand, e.HandSet), append(learned, e.Learned), append(hidden, e.Hidden)
		}
	}
	l.Compared = len(hidden)
	l.HandSet, l.Learned = Recovery{spearman(hand, hidden), rmse(hand, hidden)}, Recovery{spearman(learned, hidden), rmse(learned, hidden)}
}

func rmse(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i]) / float64(len(a))
	}
	return math.Sqrt(sum)
}

// spearman is the correlation of ranks, equal figures sharing theirs; 0 where one
// side doesn't differ.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	mean := float64(len(a)-1) / 2
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		xy += (x[i] - mean) * (y[i] - mean)
		xx += (x[i] - mean) * (x[i] - mean)
		yy += (y[i] - mean) * (y[i] - mean)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

func ranks(a []float64) []float64 {
	r := make([]float64, len(a))
	for i := range a {
		less, same := 0, 0
		for j := range a {
			switch {
			case a[j] < a[i]:
				less++
			case a[j] == a[i]:
				same++
			}
		}
		r[i] = float64(less) + float64(same-1)/2
	}
	return r
}
