package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// side of a drawn portrait, in pixels; it is drawn at half of that and smoothed
// by picture.Square.
const side = 800

// portrait draws a made-up face in flat muted shapes, as PNG: background,
// shoulders, hair and face, no two from different seeds alike. It shows no
// features: nobody is meant.
func portrait(seed int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 0xface))
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	f := drawFace(r)
	for y := range side {
		for x := range side {
			img.SetRGBA(x, y, f.at(float64(x)/side, float64(y)/side))
		}
	}
	var out bytes.Buffer
	(&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, img) // a buffer takes everything
	return out.Bytes()
}

// shape is a region of the unit square in one colour; the last one that holds a
// point colours it.
type shape struct {
	in     func(x, y float64) bool
	colour color.RGBA
}

type face []shape

func (f face) at(x, y float64) color.RGBA {
	for i := len(f) - 1; i > 0; i-- {
		if f[i].in(x, y) {
			return f[i].colour
		}
	}
	return f[0].colour
}

// oval is the ellipse around a middle; a part of it below or above a line is cut
// off by from and to.
func oval(cx, cy, rx, ry, from, to float64) func(x, y float64) bool {
	return func(x, y float64) bool {
		dx, dy := (x-cx)/rx, (y-cy)/ry
		return y >= from && y <= to && dx*dx+dy*dy <= 1
	}
}

func box(x0, y0, x1, y1 float64) func(x, y float64) bool {
	return func(x, y float64) bool { return x >= x0 && x <= x1 && y >= y0 && y <= y1 }
}

var (
	grounds = tones(0xd9e2dc, 0xe6dfd0, 0xd6dde4, 0xe4d8d6, 0xdedbe6, 0xd3dfe0, 0xe8e2c8, 0xdcd8cf)
	coats   = tones(0x3d5a66, 0x6b4f45, 0x4a5d4b, 0x7a5c3e, 0x534a63, 0x2f4858, 0x8a5a52, 0x59646b, 0xa3814f, 0x41645e)
	skins   = tones(0xf0d3bd, 0xe2b796, 0xc99672, 0xa87552, 0x835638, 0x5e3c28, 0xd8a884, 0xb98560)
	hairs   = tones(0x2b2320, 0x4a3327, 0x7a5230, 0xa9835a, 0x8d8d8c, 0xc9c4bb, 0x151313, 0x6a3b28, 0x5b5552)
	cloths  = tones(0x7d8f8a, 0xa66b5b, 0x46617a, 0xb59a5d, 0x6e5874, 0x35524a)
)

func tones(rgb ...uint32) []color.RGBA {
	out := make([]color.RGBA, len(rgb))
	for i, c := range rgb {
		out[i] = color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 0xff}
	}
	return out
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// drawFace chooses the shapes, from back to front.
func drawFace(r *rand.Rand) face {
	skin, hair, coat := one(r, skins), one(r, hairs), one(r, coats)
	cy := 0.40 + 0.03*r.Float64()        // middle of the head
	rx := 0.150 + 0.025*r.Float64()      // half its width
	ry := rx * (1.22 + 0.12*r.Float64()) // and height
	shoulders := 0.30 + 0.07*r.Float64()
	f := face{{nil, one(r, grounds)}}
	f = append(f, shape{oval(0.5, 0.5, 0.47, 0.47, 0, 1), lighter(f[0].colour)})
	style := r.IntN(6)
	if style == 0 || style == 1 { // long hair falls behind the shoulders' line
		f = append(f, shape{oval(0.5, cy+0.09, rx*1.45, ry*1.55, 0, cy+ry*1.35), hair})
	}
	f = append(f,
		shape{oval(0.5, 1.02, shoulders, 0.36, 0, 1), coat},
		shape{box(0.5-rx*0.42, cy, 0.5+rx*0.42, 0.72), darker(skin)},
		shape{oval(0.5, 0.715, rx*0.62, 0.05, 0, 1), darker(skin)},
	)
	switch style {
	case 2: // a scarf around the head
		cloth := one(r, cloths)
		f = append(f, shape{oval(0.5, cy+0.05, rx*1.34, ry*1.36, 0, 1), cloth}, shape{oval(0.5, 0.74, rx*1.5, 0.12, 0, 1), darker(cloth)})
	case 3: // short hair
		f = append(f, shape{oval(0.5, cy-0.03, rx*1.14, ry*1.08, 0, cy), hair})
	case 4: // curls
		for i := range 9 {
			x := 0.5 + rx*1.15*float64(i-4)/4
			y := cy - ry*0.75 + 0.018*float64((i-4)*(i-4))/2
			f = append(f, shape{oval(x, y, 0.07, 0.07, 0, 1), hair})
		}
	case 5: // a bun
		f = append(f, shape{oval(0.5, cy-ry*1.12, 0.075, 0.07, 0, 1), hair}, shape{oval(0.5, cy-0.02, rx*1.12, ry*1.08, 0, cy+0.02), hair})
	}
	f = append(f, shape{oval(0.5, cy+0.02, rx, ry, 0, 1), skin})
	if style == 3 && r.IntN(3) == 0 { // a beard
		f = append(f, shape{oval(0.5, cy+0.05, rx*0.98, ry*0.98, cy+ry*0.38, 1), hair})
	}
	if style != 2 {
		line := cy - ry*(0.38+0.2*r.Float64()) // where the hair begins
		lean := 0.25 * (r.Float64() - 0.5)
		f = append(f, shape{func(x, y float64) bool {
			return y < line+lean*(x-0.5) && oval(0.5, cy+0.01, rx*1.08, ry*1.08, 0, 1)(x, y)
		}, hair})
	}
	return f
}

func lighter(c color.RGBA) color.RGBA { return mix(c, 0xff, 4) }
func darker(c color.RGBA) color.RGBA  { return mix(c, 0x20, 7) }

// mix moves a colour one n-th of the way to a grey.
func mix(c color.RGBA, to int, n int) color.RGBA {
	m := func(v uint8) uint8 { return uint8(int(v) + (to-int(v))/n) }
	return color.RGBA{m(c.R), m(c.G), m(c.B), 0xff}
}
