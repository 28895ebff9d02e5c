package learn

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// world draws answers by a known curve over random evidence.
type world struct {
	receivers, each int
	curve           Curve
	seed            uint64
}

func (w world) draw() []Answer {
	r := rand.New(rand.NewPCG(w.seed, 0))
	var all []Answer
	for m := range w.receivers {
		u := w.curve.Spread * r.NormFloat64()
		for range w.each {
			a := Answer{Receiver: int64(1000 + m), X: make([]float64, len(w.curve.Coefficients))}
			z := w.curve.Intercept + u
			for j, b := range w.curve.Coefficients {
				if r.Float64() < 0.4 {
					a.X[j] = r.Float64()
				}
				z += b * a.X[j]
			}
			a.Accepted = r.Float64() < sigmoid(z)
			all = append(all, a)
		}
	}
	return all
}

var hidden = Curve{Intercept: -1, Coefficients: []float64{2.5, 0, -1, 1, 3, 0.5}, Spread: 1}

// wrong is a prior that is right in sum and wrong in each.
var wrong = []float64{0.5, 2, 1, 1, 0.3, 1}

func TestRecovers(t *testing.T) {
	r := Fit(world{400, 20, hidden, 1}.draw(), wrong)
	if !r.Enough() || r.Gain < 0.02 || r.Answers != 8000 || r.Receivers != 400 {
		t.Fatalf("%+v", r)
	}
	for i, b := range r.Learned.Coefficients {
		if math.Abs(b-hidden.Coefficients[i]) > 0.4 {
			t.Errorf("coefficient %d is %.2f, hidden %.2f", i, b, hidden.Coefficients[i])
		}
	}
	if math.Abs(r.Learned.Spread-1) > 0.2 || math.Abs(r.Learned.Intercept+1) > 0.3 {
		t.Errorf("spread %.2f, intercept %.2f", r.Learned.Spread, r.Learned.Intercept)
	}
	if q := r.Learned.Quality; q.Calibration > 0.03 || q.LogLoss >= r.HandSet.LogLoss || q.Brier >= r.HandSet.Brier || len(q.Bins) != bins {
		t.Errorf("%+v", q)
	}
}

// TestHeldOutIsHonest: what the trial says of unseen receivers is what receivers
// drawn anew give.
func TestHeldOutIsHonest(t *testing.T) {
	r := Fit(world{400, 20, hidden, 2}.draw(), wrong)
	for name, trial := range map[string]Trial{"learned": r.Learned, "hand-set": r.HandSet} {
		var told []Told
		for _, a := range (world{2000, 20, hidden, 3}).draw() {
			told = append(told, Told{trial.Predict(a.X), a.Accepted})
		}
		if q := Judge(told); math.Abs(q.LogLoss-trial.LogLoss) > 0.015 {
			t.Errorf("%s: %.4f on new receivers, the trial says %.4f", name, q.LogLoss, trial.LogLoss)
		}
	}
}

// TestNothingToLearn: where the hand-set weights are right already, where the
// evidence means nothing, and where there is too little, nothing is switched on.
func TestNothingToLearn(t *testing.T) {
	right := func(b Curve) []float64 { return b.Coefficients }
	none := Curve{Intercept: -0.5, Coefficients: make([]float64, 6), Spread: 1}
	same := world{100, 20, hidden, 6}.draw()
	for i := range same {
		same[i].Accepted = i%100 == 0
	}
	for _, c := range []struct {
		name    string
		answers []Answer
		prior   []float64
		want    Lack
	}{
		{"right already", world{200, 20, hidden, 4}.draw(), right(hidden), Gain},
		{"means nothing", world{200, 20, none, 5}.draw(), wrong, Scale},
		{"no answers", nil, wrong, Answers},
		{"few answers", world{57, 7, hidden, 6}.draw(), wrong, Answers},
		{"few receivers", world{39, 20, hidden, 6}.draw(), wrong, Receivers},
		{"all the same", same, wrong, Variety},
		{"no prior", world{200, 20, hidden, 4}.draw(), make([]float64, 6), Scale},
	} {
		if r := Fit(c.answers, c.prior); r.Lacks != c.want || r.Enough() {
			t.Errorf("%s: lacks %q, want %q (gain %.4f ± %.4f, scale %.2f ± %.2f)", c.name, r.Lacks, c.want, r.Gain, r.GainSE, r.Scale, r.ScaleSE)
		}
	}
}

// TestRarelyWrong: of communities in which the evidence means nothing, next to none
// learns from it.
func TestRarelyWrong(t *testing.T) {
	on := 0
	for seed := range uint64(40) {
		if Fit(world{60, 10, Curve{Coefficients: make([]float64, 6), Spread: 1}, 100 + seed}.draw(), wrong).Enough() {
			on++
		}
	}
	if on > 2 {
		t.Errorf("%d of 40 learn from noise", on)
	}
}

func TestSameAnswer(t *testing.T) {
	answers := world{60, 10, hidden, 7}.draw()
	a, b := Fit(answers, wrong), Fit(answers, wrong)
	if !reflect.DeepEqual(a, b) {
		t.Error("two results of one set of answers")
	}
}

// finite fails on a figure that is none.
func finite(t testing.TB, r Result) {
	t.Helper()
	all := []float64{r.Scale, r.ScaleSE, r.Ridge, r.Gain, r.GainSE}
	for _, trial := range []Trial{r.HandSet, r.Learned} {
		all = append(all, trial.Intercept, trial.Spread, trial.LogLoss, trial.Brier, trial.Calibration, trial.Predict([]float64{1, 1, 1, 1, 1, 1}))
		all = append(all, trial.Coefficients...)
		for _, b := range trial.Bins {
			all = append(all, b.Predicted, b.Accepted)
		}
	}
	for _, x := range all {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("a figure is none: %+v", r)
		}
	}
}

// TestHardCases: answers that a column tells for sure, columns that never change,
// one receiver with most of the answers, and figures that are none stay finite.
func TestHardCases(t *testing.T) {
	for name, change := range map[string]func(i int, a *Answer){
		"separable":     func(_ int, a *Answer) { a.Accepted = a.X[0] > 0 },
		"against":       func(_ int, a *Answer) { a.Accepted = a.X[0] == 0 },
		"constant":      func(_ int, a *Answer) { a.X[1], a.X[2] = 1, 1 },
		"all empty":     func(_ int, a *Answer) { a.X = nil },
		"dominated":     func(i int, a *Answer) { a.Receiver = max(0, int64(i)-1100) },
		"one each":      func(i int, a *Answer) { a.Receiver = int64(i) },
		"no figures":    func(_ int, a *Answer) { a.X[0], a.X[1], a.X[2] = math.NaN(), math.Inf(1), -1 },
		"longer":        func(_ int, a *Answer) { a.X = append(a.X, 1, 1, 1) },
		"by receiver":   func(_ int, a *Answer) { a.Accepted = a.Receiver%2 == 0 },
		"in a row":      func(i int, a *Answer) { a.Accepted = i < 600 },
		"the same rows": func(i int, a *Answer) { a.X = []float64{1, 1, 1, 1, 1, 1}; a.Accepted = i%2 == 0 },
	} {
		answers := world{60, 20, hidden, 8}.draw()
		for i := range answers {
			change(i, &answers[i])
		}
		r := Fit(answers, wrong)
		finite(t, r)
		if r.HandSet.Bins == nil {
			t.Errorf("%s: nothing was fitted, %q lacks", name, r.Lacks)
		}
	}
}

// TestDominated: one receiver's thousand answers don't speak for the others.
func TestDominated(t *testing.T) {
	answers := world{100, 10, hidden, 9}.draw()
	contrary := hidden
	contrary.Coefficients = []float64{-3, -3, -3, -3, -3, -3}
	for _, a := range (world{1, 1000, contrary, 10}).draw() {
		a.Receiver = 1
		answers = append(answers, a)
	}
	r := Fit(answers, hidden.Coefficients)
	finite(t, r)
	if r.Enough() {
		t.Errorf("learned from one contrary receiver: gain %.4f ± %.4f", r.Gain, r.GainSE)
	}
}

// TestCalibrate is the hand-set trial's curve, alone.
func TestCalibrate(t *testing.T) {
	answers := world{60, 10, hidden, 7}.draw()
	if got, want := Calibrate(answers, wrong), Fit(answers, wrong).HandSet.Curve; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, x := range Calibrate(nil, wrong).Coefficients {
		if math.IsNaN(x) {
			t.Error("of no answers")
		}
	}
}

func TestOnlyTheLast(t *testing.T) {
	answers := make([]Answer, Most+5)
	if r := Fit(answers, wrong); r.Answers != Most || r.Lacks != Receivers {
		t.Errorf("%+v", r)
	}
}

func TestJudge(t *testing.T) {
	q := Judge([]Told{{0.8, true}, {0.8, true}, {0.8, false}, {0.25, false}})
	want := -(2*math.Log(0.8) + math.Log(0.2) + math.Log(0.75)) / 4
	if math.Abs(q.LogLoss-want) > 1e-12 || math.Abs(q.Brier-(2*0.04+0.64+0.0625)/4) > 1e-12 {
		t.Errorf("%+v, log-loss by hand %v", q, want)
	}
	if len(q.Bins) != 2 || q.Bins[1].N != 3 || math.Abs(q.Calibration-(0.25*0.25+0.75*(0.8-2.0/3))) > 1e-12 {
		t.Errorf("bins %+v, calibration %v", q.Bins, q.Calibration)
	}
	if !reflect.DeepEqual(Judge(nil), Quality{}) || math.IsInf(Judge([]Told{{0, true}}).LogLoss, 0) {
		t.Error("the edges")
	}
	even := make([]Told, 1000)
	for i := range even {
		even[i] = Told{float64(i) / 1000, i%3 == 0}
	}
	for _, b := range Judge(even).Bins {
		if b.N != 100 {
			t.Errorf("a bin of %d", b.N)
		}
	}
}

// TestLook: chances and their log-loss are those of the textbook, over many rows and
// at odds where nothing is left of one side.
func TestLook(t *testing.T) {
	s := newSet(world{60, 40, hidden, 11}.draw(), wrong)
	g := &regression{set: s}
	u, chance := make([]float64, s.receivers), make([]float64, len(s.rows))
	for _, far := range []float64{0, 1, 5, 30} {
		theta := []float64{far / 2, -far, far, far, -far, far, far / 3}
		for r := range u {
			u[r] = far * float64(r%3-1)
		}
		want := 0.0
		for i := range s.rows {
			z := odds(&s.rows[i], theta, u)
			if s.rows[i].accepted {
				z = -z
			}
			want += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
		}
		if got := g.look(theta, u, chance); math.Abs(got-want) > 1e-9*want {
			t.Errorf("far %v: the log-loss is %v, want %v", far, got, want)
		}
		for i := range s.rows {
			if z := odds(&s.rows[i], theta, u); math.Abs(chance[i]-1/(1+math.Exp(-z))) > 1e-12 {
				t.Errorf("at %v the chance is %v", z, chance[i])
			}
		}
	}
}

// TestSolve: the factors of a matrix solve its equations.
func TestSolve(t *testing.T) {
	m := newSquare(3)
	full := [3][3]float64{{4, 1, -1}, {1, 3, 0.5}, {-1, 0.5, 2}}
	for i := range 3 {
		for j := range i + 1 {
			m.add(j, i, full[i][j])
		}
	}
	x := m.cholesky().solve([]float64{1, 2, 3})
	for i := range 3 {
		sum := 0.0
		for j := range 3 {
			sum += full[i][j] * x[j]
		}
		if math.Abs(sum-float64(i+1)) > 1e-12 {
			t.Errorf("row %d gives %v", i, sum)
		}
	}
}

// FuzzFit: whatever is fed, every figure stays one.
func FuzzFit(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 255, 0, 7, 9, 128, 64}, 1.0, -3.0)
	f.Add([]byte("the quick brown fox jumps over the lazy dog"), math.Inf(1), math.NaN())
	f.Fuzz(func(t *testing.T, data []byte, p, x float64) {
		if len(data) < 3 {
			t.Skip("three bytes at least make an answer")
		}
		answers := make([]Answer, 480)
		for i := range answers {
			b := func(k int) byte { return data[(i*7+k*3+i/len(data))%len(data)] }
			answers[i] = Answer{Receiver: int64(b(0))%50 + int64(i%45), X: []float64{float64(b(1)) / 200, float64(b(2)%3) * x, x}, Accepted: (int(b(1))+i)%3 == 0}
		}
		finite(t, Fit(answers, []float64{p, x, float64(data[0])}))
	})
}

func BenchmarkFit(b *testing.B) {
	c := Curve{Intercept: -1, Spread: 1}
	var prior []float64
	for i := range 40 {
		c.Coefficients = append(c.Coefficients, float64(i%5)/3)
		prior = append(prior, 0.5)
	}
	answers := world{1000, 10, c, 1}.draw()
	for i := range answers { // as sparse as evidence is
		for j := range answers[i].X {
			if (i+j)%3 > 0 {
				answers[i].X[j] = 0
			}
		}
	}
	for b.Loop() {
		Fit(answers, prior)
	}
}
