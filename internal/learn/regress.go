package learn

import (
	"math"
	"slices"
)

// Bounds that keep every figure finite, whatever is fed.
const (
	most        = 30.0 // the largest coefficient or log-odds
	rounds      = 40   // of Newton's method, at most
	scaleRounds = 8    // times that the fit of the hand-set weights is settled anew
	settled     = 1e-3 // a round that moves no figure further is the last
	loose       = 0.01 // precision that holds the intercept, and the scale of the hand-set weights towards 1
	leastTau2   = 0.01 // variance of receivers: bounds, and where it begins
	mostTau2    = 4.0
	firstTau2   = 0.25
)

func sigmoid(z float64) float64 {
	z = min(max(z, -most), most)
	return 1 / (1 + math.Exp(-z))
}

// regression is a penalised logistic regression with a random effect for each
// receiver: log-odds = a + x·b + u, where b is held towards centre with a precision
// of ridge and u towards 0 with one of 1/tau2. It is solved by Newton's method, the
// u eliminated one by one (their block of the Hessian is diagonal); after each round
// tau2 becomes the mean of u² and of its variance (the EM step of Laplace's
// approximation; Breslow and Clayton 1993). That takes it somewhat small where
// receivers have few answers each, which holds them back more, not less.
type regression struct {
	*set
	centre []float64
	ridge  float64

	theta []float64 // a, then b
	u     []float64 // by receiver
	tau2  float64
	cov   []float64 // the inverse Hessian's diagonal of theta, when solved

	chance []float64 // of each row at theta and u
	missed float64   // the log-loss of these chances
}

// scale fits how much the hand-set weights count as a whole: a regression on the
// one column of s.alongPrior.
func scale(one *set) *regression {
	g := &regression{set: one, centre: []float64{1}, ridge: loose, tau2: firstTau2}
	g.theta, g.u = []float64{0, 1}, make([]float64, one.receivers)
	for range scaleRounds { // the variance of receivers settles slowly
		g.solve()
	}
	g.cov = g.newton().variances()
	return g
}

// regress fits, beginning from the fit of the hand-set weights, or from another.
// It always ends with finite figures.
func regress(s *set, hand *regression, ridge float64, from *regression) *regression {
	g := &regression{set: s, centre: s.centre(hand.theta[1]), ridge: ridge, tau2: hand.tau2}
	g.theta, g.u = append([]float64{hand.theta[0]}, g.centre...), slices.Clone(hand.u)
	if from != nil {
		g.theta, g.u, g.tau2 = slices.Clone(from.theta), slices.Clone(from.u), from.tau2
	}
	g.solve()
	return g
}

// solve goes on until it is settled.
func (g *regression) solve() {
	g.chance = make([]float64, len(g.rows))
	g.missed = g.look(g.theta, g.u, g.chance)
	for range rounds {
		step := g.newton()
		moved := g.walk(step)
		g.spread(step.h)
		if moved < settled {
			return
		}
	}
}

// curve is what was fitted, as it stands for a receiver of whom nothing is known.
func (g *regression) curve() Curve {
	return Curve{Intercept: g.theta[0], Coefficients: g.theta[1:], Spread: math.Sqrt(g.tau2)}
}

// odds are the log-odds of a row.
func odds(r *row, theta, u []float64) float64 {
	z := theta[0] + u[r.receiver]
	for j, at := range r.at {
		z += theta[at+1] * r.x[j]
	}
	return z
}

// look finds the chance of each row and returns their log-loss. This is where the time
// goes: one exponential a row, and the logarithm of a product of many in place of a sum
// of as many logarithms.
func (g *regression) look(theta, u, chance []float64) float64 {
	sum, product := 0.0, 1.0
	for i := range g.rows {
		r := &g.rows[i]
		z := odds(r, theta, u)
		e := math.Exp(-math.Abs(z))
		chance[i] = 1 / (1 + e)
		if z < 0 {
			chance[i] *= e
		}
		if (z > 0) != r.accepted {
			sum += math.Abs(z)
		}
		if product *= 1 + e; product > 1e300 { // a factor is at most 2: it doesn't overflow
			sum, product = sum+math.Log(product), 1
		}
	}
	return sum + math.Log(product)
}

// precision holds the i-th of theta towards where it is held.
func (g *regression) precision(i int) (precision, towards float64) {
	if i == 0 {
		return loose, 0
	}
	return g.ridge, g.centre[i-1]
}

// penalty is what keeps theta and u where they are held: with the log-loss, what is
// made small.
func (g *regression) penalty(theta, u []float64) float64 {
	sum := 0.0
	for i, t := range theta {
		p, towards := g.precision(i)
		sum += p * (t - towards) * (t - towards) / 2
	}
	for _, x := range u {
		sum += x * x / g.tau2 / 2
	}
	return sum
}

// step is one Newton step, or what is needed to make it.
type step struct {
	theta, u []float64 // the step
	h        []float64 // by receiver: the Hessian of u
	chol     *triangle // of the Hessian of theta with the u eliminated
}

// newton solves for the step from where g is.
func (g *regression) newton() *step {
	q, n := len(g.theta), g.receivers
	grad, hess := make([]float64, q), newSquare(q)
	for i := range q {
		p, towards := g.precision(i)
		grad[i] = p * (g.theta[i] - towards)
		hess.add(i, i, p)
	}
	gu, h, cross := make([]float64, n), make([]float64, n), newCross(n, q)
	for r := range n {
		gu[r], h[r] = g.u[r]/g.tau2, 1/g.tau2
	}
	for i := range g.rows {
		g.addRow(&g.rows[i], g.chance[i], grad, hess, gu, h, cross)
	}
	for r := range n {
		cross.eliminate(r, gu[r], h[r], grad, hess)
	}
	st := &step{h: h, chol: hess.cholesky()}
	st.theta = st.chol.solve(grad)
	st.u = make([]float64, n)
	for r := range n {
		st.u[r] = (gu[r] - cross.dot(r, st.theta)) / h[r]
	}
	return st
}

// addRow adds a row's part of the gradients and Hessians.
func (g *regression) addRow(r *row, p float64, grad []float64, hess *square, gu, h []float64, cross *cross) {
	d, w := p, max(p*(1-p), 1e-12)
	if r.accepted {
		d--
	}
	grad[0] += d
	gu[r.receiver] += d
	h[r.receiver] += w
	hess.add(0, 0, w)
	cross.add(r.receiver, 0, w)
	for j, at := range r.at {
		a, wx := int(at)+1, w*r.x[j]
		grad[a] += d * r.x[j]
		hess.add(a, 0, wx)
		cross.add(r.receiver, a, wx)
		row := hess.row(a)
		for k := range j + 1 {
			row[r.at[k]+1] += wx * r.x[k]
		}
	}
}

// walk goes as much of the step as makes the loss smaller, and returns how far the
// furthest figure moved.
func (g *regression) walk(st *step) float64 {
	loss := g.missed + g.penalty(g.theta, g.u)
	theta, u, chance := make([]float64, len(g.theta)), make([]float64, len(g.u)), make([]float64, len(g.rows))
	for part := 1.0; part > 1e-4; part /= 2 {
		moved := max(take(theta, g.theta, st.theta, part), take(u, g.u, st.u, part))
		missed := g.look(theta, u, chance)
		if missed+g.penalty(theta, u) <= loss {
			g.theta, g.u, g.chance, g.missed = theta, u, chance, missed
			return moved
		}
	}
	return 0
}

// take sets to from less a part of a step, within bounds.
func take(to, from, step []float64, part float64) (moved float64) {
	for i := range to {
		to[i] = min(max(from[i]-part*step[i], -most), most)
		moved = max(moved, math.Abs(to[i]-from[i]))
	}
	return moved
}

// spread estimates the variance of receivers anew, of those who answered.
func (g *regression) spread(h []float64) {
	answered := make([]bool, g.receivers)
	for i := range g.rows {
		answered[g.rows[i].receiver] = true
	}
	sum, n := 0.0, 0
	for r, ok := range answered {
		if ok {
			sum += g.u[r]*g.u[r] + 1/h[r]
			n++
		}
	}
	if n > 0 {
		g.tau2 = min(max(sum/float64(n), leastTau2), mostTau2)
	}
}

// variances are those of theta, by Laplace's approximation.
func (st *step) variances() []float64 {
	n := st.chol.n
	v := make([]float64, n)
	for i := range n {
		e := make([]float64, n)
		e[i] = 1
		v[i] = st.chol.solve(e)[i]
	}
	return v
}
