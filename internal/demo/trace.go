package demo

import (
	"image"
	"strconv"
	"strings"
)

// apart parts the letters of a path from its numbers.
var apart = strings.NewReplacer("M", "M ", "L", "L ", "C", "C ")

// extent is the part of the sheet that a path lies in: its corners in pixels, from
// its points and handles, which a curve never leaves.
func extent(path string) image.Rectangle {
	r := image.Rectangle{Min: image.Pt(side, side)}
	hold := func(x, y, around float32) {
		r.Min.X, r.Max.X = min(r.Min.X, int(x-around)), max(r.Max.X, int(x+around)+1)
		r.Min.Y, r.Max.Y = min(r.Min.Y, int(y-around)), max(r.Max.Y, int(y+around)+1)
	}
	steps(path, func(op string, a []float32) {
		if op == "O" {
			hold(a[0], a[1], a[2])
			return
		}
		for i := 0; i < len(a); i += 2 {
			hold(a[i], a[i+1], 0)
		}
	})
	return r.Intersect(image.Rect(0, 0, side, side))
}

// steps reads a path: M, L and C with points, Z, or O for a circle with middle
// and radius.
func steps(path string, do func(op string, a []float32)) {
	words := strings.Fields(apart.Replace(path))
	for len(words) > 0 {
		a := numbers(words[1:], map[string]int{"M": 2, "L": 2, "C": 6, "O": 3}[words[0]])
		do(words[0], a)
		words = words[1+len(a):]
	}
}

// trace follows a path with the ink, whose sheet begins at a corner.
func (s *sheet) trace(path string, corner image.Point) {
	left, top := float32(corner.X), float32(corner.Y)
	steps(path, func(op string, a []float32) {
		if op == "O" {
			s.circle(a[0]-left, a[1]-top, a[2])
			return
		}
		for i := 0; i < len(a); i += 2 {
			a[i], a[i+1] = a[i]-left, a[i+1]-top
		}
		switch op {
		case "M":
			s.ink.MoveTo(a[0], a[1])
		case "L":
			s.ink.LineTo(a[0], a[1])
		case "C":
			s.ink.CubeTo(a[0], a[1], a[2], a[3], a[4], a[5])
		case "Z":
			s.ink.ClosePath()
		}
	})
}

// numbers reads the first n numbers, in units, as pixels.
func numbers(words []string, n int) []float32 {
	out := make([]float32, n)
	for i := range n {
		x, err := strconv.ParseFloat(words[i], 32)
		if err != nil {
			panic("demo: a shape has no number in " + words[i]) // a slip in the shapes, found by any test
		}
		out[i] = float32(x) * unit
	}
	return out
}

// circle draws four quarter arcs.
func (s *sheet) circle(x, y, r float32) {
	const k = 0.5523 // of the radius: how far the handles of a quarter arc reach
	s.ink.MoveTo(x+r, y)
	s.ink.CubeTo(x+r, y+k*r, x+k*r, y+r, x, y+r)
	s.ink.CubeTo(x-k*r, y+r, x-r, y+k*r, x-r, y)
	s.ink.CubeTo(x-r, y-k*r, x-k*r, y-r, x, y-r)
	s.ink.CubeTo(x+k*r, y-r, x+r, y-k*r, x+r, y)
	s.ink.ClosePath()
}
