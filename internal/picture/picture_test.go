package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"guildhall/internal/fault"
)

var (
	red   = color.RGBA{230, 20, 20, 255}
	green = color.RGBA{20, 200, 20, 255}
	blue  = color.RGBA{20, 20, 230, 255}
	black = color.RGBA{0, 0, 0, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// corners is a picture in four parts, given as top left, top right, bottom left,
// bottom right.
func corners(w, h int, c [4]color.RGBA) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, c[2*(y*2/h)+x*2/w])
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t testing.TB, frames ...*image.Paletted) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: frames, Delay: make([]int, len(frames))}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func plain(w, h int, c color.Color) *image.Paletted {
	return image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{c})
}

// squared decodes what Square made and checks what holds of every result.
func squared(t testing.TB, data []byte) (small, large image.Image) {
	t.Helper()
	s, l, err := Square(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("Square: %v", err)
	}
	return check(t, s, Small), check(t, l, Large)
}

func check(t testing.TB, data []byte, side int) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("result is no JPEG: %v", err)
	}
	if m.Bounds() != image.Rect(0, 0, side, side) {
		t.Fatalf("result measures %v, want %d pixels square", m.Bounds(), side)
	}
	return m
}

// near compares colours with JPEG's tolerance.
func near(t testing.TB, m image.Image, x, y int, want color.RGBA) {
	t.Helper()
	r, g, b, _ := m.At(x, y).RGBA()
	d := max(abs(int(r>>8)-int(want.R)), abs(int(g>>8)-int(want.G)), abs(int(b>>8)-int(want.B)))
	if d > 12 {
		t.Errorf("at %d, %d: %d %d %d, want %v", x, y, r>>8, g>>8, b>>8, want)
	}
}

func abs(n int) int { return max(n, -n) }

func nearCorners(t testing.TB, m image.Image, c [4]color.RGBA) {
	t.Helper()
	n := m.Bounds().Dx()
	for i, want := range c {
		near(t, m, n/4+(i%2)*n/2, n/4+(i/2)*n/2, want)
	}
}

func TestEveryFormatIsRead(t *testing.T) {
	c := [4]color.RGBA{red, green, blue, black}
	pal := image.NewPaletted(image.Rect(0, 0, 500, 500), color.Palette{red, green, blue, black})
	for y := range 500 {
		for x := range 500 {
			pal.SetColorIndex(x, y, uint8(2*(y/250)+x/250))
		}
	}
	for name, data := range map[string][]byte{
		"jpeg": jpegOf(t, corners(500, 500, c)),
		"png":  pngOf(t, corners(500, 500, c)),
		"gif":  gifOf(t, pal, plain(500, 500, white)), // only the first image counts
	} {
		t.Run(name, func(t *testing.T) {
			small, large := squared(t, data)
			nearCorners(t, small, c)
			nearCorners(t, large, c)
		})
	}
	t.Run("webp", func(t *testing.T) {
		small, large := squared(t, webpOf(300, 200, blue))
		near(t, small, 48, 48, blue)
		near(t, large, 200, 200, blue)
	})
	t.Run("grey jpeg", func(t *testing.T) {
		m := image.NewGray(image.Rect(0, 0, 50, 40))
		_, large := squared(t, jpegOf(t, m))
		near(t, large, 200, 200, black)
	})
}

func TestTheMiddleIsTaken(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 900, 300))
	for y := range 300 {
		for x := range 900 {
			wide.Set(x, y, []color.RGBA{red, green, blue}[x/300])
		}
	}
	_, large := squared(t, pngOf(t, wide))
	near(t, large, 3, 200, green)
	near(t, large, 396, 200, green)

	if got := middle(image.Rect(10, 20, 15, 120)); got != image.Rect(10, 67, 15, 72) {
		t.Errorf("middle of a tall picture is %v", got)
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for y := range 100 {
		for x := range 200 {
			m.Set(x, y, red)
		}
	}
	small, large := squared(t, pngOf(t, m))
	near(t, large, 200, 100, red)
	near(t, large, 200, 300, white)
	near(t, small, 48, 72, white)

	_, large = squared(t, gifOf(t, plain(20, 20, color.Transparent)))
	near(t, large, 200, 200, white)
}

func TestOnePixelIsEnlarged(t *testing.T) {
	_, large := squared(t, pngOf(t, plain(1, 1, green)))
	near(t, large, 0, 0, green)
	near(t, large, 399, 399, green)
}

// The meaning of the tag, from the EXIF standard: which side of the scene the
// first stored row and the first stored column are.
var sides = [9][2]string{1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"}}

func TestOrientationIsHonoured(t *testing.T) {
	scene := map[string]color.RGBA{"top left": red, "top right": green, "bottom left": blue, "bottom right": black}
	opposite := map[string]string{"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
	seen := func(a, b string) color.RGBA {
		if c, ok := scene[a+" "+b]; ok {
			return c
		}
		return scene[b+" "+a]
	}
	for o := 1; o <= 8; o++ {
		row, col := sides[o][0], sides[o][1]
		stored := corners(240, 240, [4]color.RGBA{seen(row, col), seen(row, opposite[col]), seen(opposite[row], col), seen(opposite[row], opposite[col])})
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			t.Run(fmt.Sprint(o, order), func(t *testing.T) {
				small, large := squared(t, withSegment(jpegOf(t, stored), 0xe1, exif(order, uint16(o))))
				nearCorners(t, small, [4]color.RGBA{red, green, blue, black})
				nearCorners(t, large, [4]color.RGBA{red, green, blue, black})
			})
		}
	}
}

func TestBrokenExifIsIgnored(t *testing.T) {
	c := [4]color.RGBA{red, green, blue, black}
	pic := jpegOf(t, corners(100, 100, c))
	whole := exif(binary.BigEndian, 6)
	for name, body := range map[string][]byte{
		"none":          nil,
		"only the name": whole[:6],
		"half a header": whole[:10],
		"no directory":  whole[:14],
		"cut entry":     whole[:len(whole)-3],
		"far offset":    append(append([]byte("Exif\x00\x00MM\x00\x2a"), 0xff, 0xff, 0xff, 0xff), whole[14:]...),
		"value 9":       exif(binary.BigEndian, 9),
		"value 0":       exif(binary.LittleEndian, 0),
	} {
		t.Run(name, func(t *testing.T) {
			_, large := squared(t, withSegment(pic, 0xe1, body))
			nearCorners(t, large, c)
		})
	}
}

func TestMetadataAndTrailersAreGone(t *testing.T) {
	const canary = "cnry-ada-home-51.5007N"
	pic := jpegOf(t, corners(100, 100, [4]color.RGBA{red, red, red, red}))
	pic = withSegment(pic, 0xfe, []byte(canary))
	pic = withSegment(pic, 0xe1, append(exif(binary.BigEndian, 1), canary...))
	pic = append(pic, "PK\x03\x04 "+canary+" <script>alert(1)</script>"...)

	text := pngOf(t, plain(50, 50, red))
	text = append(text[:33:33], append(chunk("tEXt", []byte("Comment\x00"+canary)), text[33:]...)...)
	text = append(text, "<html>"+canary...)

	for name, data := range map[string][]byte{"jpeg": pic, "png": text, "gif": append(gifOf(t, plain(9, 9, red)), canary...)} {
		small, large, err := Square(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, out := range [][]byte{small, large} {
			if bytes.Contains(out, []byte("cnry")) || bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("script")) {
				t.Errorf("%s: something of the upload beside its pixels came through", name)
			}
			if len(out) > 100<<10 {
				t.Errorf("%s: a plain picture takes %d bytes", name, len(out))
			}
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	whole := jpegOf(t, corners(300, 300, [4]color.RGBA{red, green, blue, black}))
	const (
		broken  = "This picture is damaged or incomplete; please choose another one."
		unknown = "This file is not a picture that can be shown here; please choose a JPEG, PNG, GIF or WebP."
		layers  = "This picture is stored in too many layers; please save it as an ordinary JPEG or PNG and try again."
	)
	bomb := func(w, h int) string {
		return fmt.Sprintf("This picture measures %d × %d pixels; please choose one of at most 40 million pixels and 12,000 on each side.", w, h)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":                   {nil, "This file is empty; please choose a picture."},
		"too many bytes":          {make([]byte, MaxBytes+1), "This picture is larger than 8 MiB; please choose a smaller one."},
		"text":                    {[]byte("Dear Ada"), unknown},
		"svg":                     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), unknown},
		"heic":                    {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), unknown},
		"three bytes":             {[]byte("\xff\xd8\xff"), broken},
		"script that begins GIF":  {[]byte("GIF89a/\x00*\x00\x00*/=1;alert(1)//"), broken},
		"half a jpeg":             {whole[:len(whole)/2], broken},
		"half a png":              {pngOf(t, corners(300, 300, [4]color.RGBA{red, green, blue, black}))[:600], broken},
		"half a webp":             {webpOf(30, 30, red)[:24], broken},
		"png of no width":         {pngHeader(0, 10), broken},
		"png bomb":                {pngHeader(50_000, 50_000), bomb(50_000, 50_000)},
		"png of 2^31":             {pngHeader(1<<31-1, 1), bomb(1<<31-1, 1)},
		"wide":                    {pngHeader(12_001, 1), bomb(12_001, 1)},
		"tall":                    {pngHeader(1, 12_001), bomb(1, 12_001)},
		"just too many pixels":    {pngHeader(8_000, 5_001), bomb(8_000, 5_001)},
		"gif bomb":                {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), bomb(65_535, 65_535)},
		"webp bomb, whole":        {webpOf(16_384, 16_384, red), bomb(16_384, 16_384)},
		"jpeg bomb":               {jpegSized(whole, 65_500, 65_500), bomb(65_500, 65_500)},
		"gif frame beyond screen": {gifFrameBeyond(), broken},
		"jpeg of 1,000 passes":    {append(jpegSized(whole, 1_500, 1_500), bytes.Repeat([]byte{0xff, 0xda}, 1_000)...), layers},
	} {
		t.Run(name, func(t *testing.T) {
			small, large, err := Square(bytes.NewReader(c.data))
			if small != nil || large != nil {
				t.Error("a refused picture has a result")
			}
			if got := fault.ByField(err)["picture"]; got != c.want {
				t.Errorf("got  %q\nwant %q\n(%v)", got, c.want, err)
			}
		})
	}
}

func TestBombsAreRefusedByTheirHeader(t *testing.T) {
	bomb := webpOf(16_384, 16_384, red) // 268 million pixels in some 40 bytes
	if len(bomb) > 100 {
		t.Fatalf("the bomb takes %d bytes", len(bomb))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, err := Square(bytes.NewReader(bomb)); err == nil {
		t.Fatal("taken")
	}
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	if allocated > 64<<10 {
		t.Errorf("refusing it took %d bytes of memory", allocated)
	}
}

func TestReadersErrorIsKept(t *testing.T) {
	gone := errors.New("connection cut")
	if _, _, err := Square(iotest.ErrReader(gone)); !errors.Is(err, gone) || fault.Of(err) != fault.Internal {
		t.Errorf("error %v", err)
	}
}

func TestPanickingDecoderIsADamagedPicture(t *testing.T) {
	f := format{name: "odd", pixels: 1}
	if _, err := paint(f, nil); fault.Of(err) != fault.Invalid || !strings.Contains(err.Error(), "odd decoder") {
		t.Errorf("error %v", err)
	}
	if !decoding.TryAcquire(48_000_000) {
		t.Fatal("the turn was not given back")
	}
	decoding.Release(48_000_000)
}

func chunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
