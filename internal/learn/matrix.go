package learn

import "math"

// square is a symmetric matrix, its lower half kept by rows.
type square struct {
	n    int
	half []float64
}

func newSquare(n int) *square { return &square{n, make([]float64, n*(n+1)/2)} }

// add adds to the cell of row i and column j, either way round.
func (m *square) add(i, j int, x float64) {
	if j > i {
		i, j = j, i
	}
	m.half[i*(i+1)/2+j] += x
}

// row is the lower half of a row, its diagonal last.
func (m *square) row(i int) []float64 { return m.half[i*(i+1)/2 : (i+1)*(i+2)/2] }

// triangle is the lower triangle L of a matrix that is L·Lᵀ.
type triangle square

// cholesky factors m in place. A pivot that rounding took to 0 or below counts as
// tiny, so that the answer stays finite.
func (m *square) cholesky() *triangle {
	at := func(i, j int) *float64 { return &m.half[i*(i+1)/2+j] }
	for i := range m.n {
		for j := range i + 1 {
			sum := *at(i, j)
			for k := range j {
				sum -= *at(i, k) * *at(j, k)
			}
			if i == j {
				*at(i, i) = math.Sqrt(max(sum, 1e-12))
			} else {
				*at(i, j) = sum / *at(j, j)
			}
		}
	}
	return (*triangle)(m)
}

// solve returns x with L·Lᵀ·x = b.
func (l *triangle) solve(b []float64) []float64 {
	at := func(i, j int) float64 { return l.half[i*(i+1)/2+j] }
	x := make([]float64, l.n)
	for i := range l.n {
		sum := b[i]
		for k := range i {
			sum -= at(i, k) * x[k]
		}
		x[i] = sum / at(i, i)
	}
	for i := l.n - 1; i >= 0; i-- {
		for k := i + 1; k < l.n; k++ {
			x[i] -= at(k, i) * x[k]
		}
		x[i] /= at(i, i)
	}
	return x
}

// cross holds for each receiver the block of the Hessian that ties them to theta.
type cross struct {
	q     int
	cells []float64
}

func newCross(receivers, q int) *cross { return &cross{q, make([]float64, receivers*q)} }

func (c *cross) of(r int) []float64 { return c.cells[r*c.q : (r+1)*c.q] }

func (c *cross) add(r, i int, x float64) { c.cells[r*c.q+i] += x }

func (c *cross) dot(r int, x []float64) float64 {
	sum := 0.0
	for i, v := range c.of(r) {
		sum += v * x[i]
	}
	return sum
}

// eliminate takes a receiver out of the equations for theta: Schur's complement.
func (c *cross) eliminate(r int, gu, h float64, grad []float64, hess *square) {
	v := c.of(r)
	for i, x := range v {
		if x == 0 {
			continue
		}
		part, row := x/h, hess.row(i)
		grad[i] -= part * gu
		for j := range row {
			row[j] -= part * v[j]
		}
	}
}
