package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/image/vector"
)

// A portrait is drawn on a sheet of 40 by 40 units, side pixels wide: as large as
// the largest picture that is kept of it.
const (
	side = 400
	unit = side / 40
)

// look is what a portrait goes by, beside chance.
type look struct {
	seed      uint64
	pale, tan int    // the range of skins
	dark      bool   // hair is dark, as far as it isn't grey
	grey      bool   // and it is
	styles    string // codes of those that may be chosen
	beard     bool   // one of three has a beard, where the style allows
}

// portrait draws a made-up head in flat muted shapes, as PNG. It shows no
// features: nobody is meant. Equal looks give equal pictures.
func portrait(l look) []byte {
	r := rand.New(rand.NewPCG(l.seed, 0xface))
	s := &sheet{img: image.NewRGBA(image.Rect(0, 0, side, side)), ink: vector.NewRasterizer(side, side)}
	s.draw(l, r)
	var out bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, s.img) // a buffer takes everything
	return out.Bytes()
}

// sheet is a picture in the making.
type sheet struct {
	img *image.RGBA
	ink *vector.Rasterizer
}

var (
	grounds = tones(0xd7e0d8, 0xe8ddcb, 0xd4dce4, 0xe7d8d3, 0xdcd6e2, 0xd1dedf, 0xe6e1c6, 0xdddad0, 0xd9e3cf, 0xead9c4)
	coats   = tones(0x31505b, 0x6d4a3d, 0x45593f, 0x84602f, 0x4f4463, 0x2b4257, 0x8e5347, 0x525e66, 0xa5803f, 0x3b5f55, 0x7a3e4a, 0x38455e)
	skins   = tones(0xf2d5bf, 0xefcbb0, 0xe6bd9c, 0xdcae8a, 0xcf9d78, 0xbc8963, 0xae7b55, 0x875a3b, 0x724a32, 0x5f3d29) // pale to tan
	hairs   = tones(0x70492a, 0xa47a48, 0x6d3824, 0xb8963f, 0x45301f, 0x241d1a)
	darks   = tones(0x241d1a, 0x141110, 0x2f211a)
	greys   = tones(0x8b8880, 0xcac5bb, 0x575049)
	cloths  = tones(0x39574e, 0x9c5f4f, 0x3c5a76, 0xa88a48, 0x67506d, 0x2f4a44, 0x7d8c7f)
)

func tones(rgb ...uint32) []color.RGBA {
	out := make([]color.RGBA, len(rgb))
	for i, c := range rgb {
		out[i] = color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 0xff}
	}
	return out
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// style is what surrounds a face: shapes behind it and before it, in the colour
// of the hair. Shapes are paths of M, L, C and Z in units, or circles "O x y r".
type style struct {
	code        rune
	back, front []string
	cloth       bool // of cloth instead of hair
	beard       bool // may go with a beard
}

var styles = []style{
	{code: 'c', front: []string{"M12.5 16.3 C11.8 9.8 15.2 6.5 20.3 6.7 C25.5 6.9 28.2 10.3 27.5 16.3 C26.8 13 25.3 11.5 23 11 C19.6 12.3 16.2 11.9 14.7 12.1 C13.5 12.9 12.9 14.3 12.5 16.3 Z"}, beard: true},
	{code: 'p', front: []string{"M12.6 17.4 C11.6 10 14.6 6 20.5 6 C26.2 6 28.8 10.6 27.4 17.6 C27 14.2 25.7 12 23.3 10.9 C20.2 13.1 16 13.6 13.8 12.7 C13 13.9 12.7 15.5 12.6 17.4 Z"}, beard: true},
	{code: 'r', front: []string{"M12.6 14.6 C12.6 10 15.2 7.4 20 7.4 C24.8 7.4 27.4 10 27.4 14.6 C26.4 11.6 24 10.4 20 10.4 C16 10.4 13.6 11.6 12.6 14.6 Z"}, beard: true},
	{code: '0', beard: true}, // none
	{code: 'b', back: []string{"M20 4.8 C13 4.8 10 9.6 10 16 C10 20.6 9.7 23.6 9.1 26.4 L30.9 26.4 C30.3 23.6 30 20.6 30 16 C30 9.6 27 4.8 20 4.8 Z"},
		front: []string{"M12.6 17.6 C12 12.8 13.5 9.6 16.3 8.8 C19.4 10.5 23.7 10.6 26.1 9.9 C27.5 11.6 27.9 14.5 27.4 17.8 C29.1 11 26.5 5.6 20 5.6 C13.5 5.6 10.9 11 12.6 17.6 Z"}},
	{code: 'l', back: []string{"M20 4.6 C12.6 4.6 10 9.9 10 16 C10 22.4 8.8 28.2 7.2 33.6 L32.8 33.6 C31.2 28.2 30 22.4 30 16 C30 9.9 27.4 4.6 20 4.6 Z"},
		front: []string{"M12.5 16.8 C12.6 12.7 15.1 10.2 20 8.4 C24.9 10.2 27.4 12.7 27.5 16.8 C28.7 10.6 26.1 5.6 20 5.6 C13.9 5.6 11.3 10.6 12.5 16.8 Z"}},
	{code: 'u', back: []string{"O 20 4.9 3.8"},
		front: []string{"M12.3 17 C11.4 9.4 15.1 6 20 6 C24.9 6 28.6 9.4 27.7 17 C26.8 13.2 24.6 10.7 20 10.2 C15.4 10.7 13.2 13.2 12.3 17 Z"}},
	{code: 'a', back: []string{"O 20 13 10.8"},
		front: []string{"M12.7 14.8 C13.5 11.4 16.2 9.6 20 9.6 C23.8 9.6 26.5 11.4 27.3 14.8 C27.9 11 26.8 6.6 20 6.6 C13.2 6.6 12.1 11 12.7 14.8 Z"}},
	{code: 'k', front: []string{"O 13.4 13 2.5", "O 14.4 9.7 2.8", "O 17.3 7.6 2.9", "O 20.8 7 3", "O 24 8.2 2.8", "O 26.2 10.8 2.6", "O 26.9 13.6 2.1", "O 19 9.2 2.4", "O 22.4 9.4 2.2"}, beard: true},
	{code: 'd', back: []string{"M20 4.8 C13 4.8 10.4 9.8 10.4 15.8 C10.4 22 9.6 27 8 32.4 L14 32.4 L16 24.2 L24 24.2 L26 32.4 L32 32.4 C30.4 27 29.6 22 29.6 15.8 C29.6 9.8 27 4.8 20 4.8 Z"},
		front: []string{"M12.6 16.2 C12.8 12.6 15 9.7 20 9.4 C25 9.7 27.2 12.6 27.4 16.2 C28.3 10.6 25.9 5.8 20 5.8 C14.1 5.8 11.7 10.6 12.6 16.2 Z"}},
	{code: 's', back: []string{"M20 4 C12.9 4 9.7 9.2 9.7 16.4 C9.7 22.6 8.9 26.8 6.6 31.4 L33.4 31.4 C31.1 26.8 30.3 22.6 30.3 16.4 C30.3 9.2 27.1 4 20 4 Z"},
		front: []string{"M12.4 17.8 C12 9.4 15 6.2 20 6.2 C25 6.2 28 9.4 27.6 17.8 C26.7 13.3 24.3 11 20 11 C15.7 11 13.3 13.3 12.4 17.8 Z", "M12.4 20 C13.5 24.6 16.2 26.8 20 26.8 C23.8 26.8 26.5 24.6 27.6 20 C30.2 25.2 29.1 29.3 27.1 32.8 L12.9 32.8 C10.9 29.3 9.8 25.2 12.4 20 Z"}, cloth: true},
	{code: 'w', front: []string{"M12 14.2 C12 7.4 15 4.2 20 4.2 C25 4.2 28 7.4 28 14.2 Z", "M11.5 12.4 L28.5 12.4 C28.9 13.6 28.9 14.6 28.5 15.8 L11.5 15.8 C11.1 14.6 11.1 13.6 11.5 12.4 Z"}, cloth: true, beard: true},
}

const (
	bust  = "M3.4 40 C4.2 31.6 11.2 28.2 20 28.2 C28.8 28.2 35.8 31.6 36.6 40 Z"
	neck  = "M16.1 21 L23.9 21 L23.9 29.2 C22.2 31.8 17.8 31.8 16.1 29.2 Z"
	head  = "M20 8 C24 8 27 11.6 27 16.4 C27 21.4 24 24.9 20 24.9 C16 24.9 13 21.4 13 16.4 C13 11.6 16 8 20 8 Z"
	beard = "M12.9 17.4 C12.6 23.4 15.2 26.8 20 26.8 C24.8 26.8 27.4 23.4 27.1 17.4 C26.4 19.8 25.3 20.9 23.8 20.8 C21.4 20.1 18.6 20.1 16.2 20.8 C14.7 20.9 13.6 19.8 12.9 17.4 Z"
	lapel = "M16.1 29 L20 36 L23.9 29 L26 30 L20.6 40 L19.4 40 L14 30 Z"
)

// draw puts the shapes on the sheet, from back to front.
func (s *sheet) draw(l look, r *rand.Rand) {
	skin, hair, coat, st := skins[l.pale+r.IntN(l.tan-l.pale+1)], l.hair(r), one(r, coats), l.style(r)
	around := hair
	if st.cloth {
		around = one(r, cloths)
	}
	draw.Draw(s.img, s.img.Bounds(), image.NewUniform(one(r, grounds)), image.Point{}, draw.Src)
	s.fill(around, st.back...)
	s.fill(coat, bust)
	if r.IntN(3) == 0 {
		s.fill(shade(coat), lapel)
	}
	s.fill(shade(skin), neck)
	s.fill(skin, head)
	if l.beard && st.beard && r.IntN(3) == 0 {
		s.fill(hair, beard)
	}
	s.fill(around, st.front...)
	if r.IntN(5) == 0 { // glasses
		s.fill(color.RGBA{0x3a, 0x37, 0x33, 0xff}, "O 16.9 17 2.6", "O 23.1 17 2.6", "M19 16.5 L21 16.5 L21 17.2 L19 17.2 Z")
		s.fill(skin, "O 16.9 17 1.9", "O 23.1 17 1.9")
	}
}

func (l look) hair(r *rand.Rand) color.RGBA {
	switch {
	case l.grey:
		return one(r, greys)
	case l.dark:
		return one(r, darks)
	}
	return one(r, hairs)
}

// style draws one of the styles that go with the look.
func (l look) style(r *rand.Rand) style {
	for {
		if st := one(r, styles); strings.ContainsRune(l.styles, st.code) {
			return st
		}
	}
}

// looks are the ranges of skins of regions, and whether hair is mostly dark.
var looks = map[string]look{
	"isles": {pale: 0, tan: 3}, "north": {pale: 0, tan: 2}, "west": {pale: 0, tan: 3}, "baltic": {pale: 0, tan: 2},
	"south": {pale: 1, tan: 4}, "levant": {pale: 2, tan: 5, dark: true}, "americas": {pale: 2, tan: 6, dark: true},
	"india": {pale: 4, tan: 8, dark: true}, "pacific": {pale: 1, tan: 4, dark: true}, "africa": {pale: 7, tan: 9, dark: true},
}

// scarved are the cultures in which some women cover their hair.
var scarved = []string{"ar", "eg", "ma", "tr", "id", "bd", "ke"}

// face draws how somebody looks in a picture.
func (m *maker) face(l *life) *look {
	f := looks[l.culture.region]
	if m.chance(8) { // home says little about looks
		f = look{pale: 0, tan: 9, dark: true}
	}
	f.seed = m.rng.Uint64()
	f.grey = l.months > 400 || l.months > 290 && m.chance(65)
	f.styles, f.beard = "cpr0kw", !l.woman
	if l.woman {
		f.styles = "blubludpk"
		if f.pale >= 7 {
			f.styles = "auadkb"
		}
		if slices.Contains(scarved, l.culture.key) && m.chance(45) {
			f.styles = "s"
		}
	} else if f.pale >= 7 {
		f.styles = "rk0aw"
	}
	return &f
}

// shade is a darker tone of a colour.
func shade(c color.RGBA) color.RGBA {
	dim := func(v uint8) uint8 { return uint8(int(v) * 84 / 100) }
	return color.RGBA{dim(c.R), dim(c.G), dim(c.B), 0xff}
}

// fill paints shapes in one colour.
func (s *sheet) fill(c color.RGBA, shapes ...string) {
	for _, path := range shapes {
		box := extent(path)
		s.ink.Reset(box.Dx(), box.Dy())
		s.trace(path, box.Min)
		s.ink.Draw(s.img, box, image.NewUniform(c), image.Point{})
	}
}
