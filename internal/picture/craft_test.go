package picture

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"testing"
)

// withSegment puts a segment right after a JPEG's first two bytes; an empty body
// adds none.
func withSegment(pic []byte, kind byte, body []byte) []byte {
	if body == nil {
		return pic
	}
	seg := binary.BigEndian.AppendUint16([]byte{0xff, kind}, uint16(len(body)+2))
	return append(append(append([]byte{}, pic[:2]...), append(seg, body...)...), pic[2:]...)
}

// exif is a TIFF directory with a camera's name before the orientation, so that
// the entry has to be looked for.
func exif(o binary.AppendByteOrder, value uint16) []byte {
	b := []byte("Exif\x00\x00MM")
	if o == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("Exif\x00\x00II")
	}
	b = o.AppendUint16(b, 42)
	b = o.AppendUint32(b, 8)
	b = o.AppendUint16(b, 2)
	entry := func(tag, kind, v uint16) {
		b = o.AppendUint16(o.AppendUint16(b, tag), kind)
		b = o.AppendUint32(b, 1)
		b = o.AppendUint16(o.AppendUint16(b, v), 0)
	}
	entry(0x010f, 2, 'A')
	entry(0x0112, 3, value)
	return b
}

// pngHeader is a PNG that announces its size and then ends.
func pngHeader(w, h uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, w)
	b = append(binary.BigEndian.AppendUint32(b, h), 8, 6, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", b)...)
}

// jpegSized rewrites the size that a JPEG announces, in its frame header: FF C0,
// length (2), precision (1), height, width.
func jpegSized(pic []byte, w, h uint16) []byte {
	pic = bytes.Clone(pic)
	at := bytes.Index(pic, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(pic[at+5:], h)
	binary.BigEndian.PutUint16(pic[at+7:], w)
	return pic
}

// gifFrameBeyond has a screen of 4 × 4 and an image of 65,535 × 65,535.
func gifFrameBeyond() []byte {
	return []byte("GIF89a\x04\x00\x04\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00" +
		"\x2c\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00\x3b")
}

// webpOf is a whole lossless WebP of one colour: five prefix codes of a single
// symbol each, after which no pixel takes a bit.
func webpOf(w, h int, c color.RGBA) []byte {
	var bits uint64
	var n uint
	var body []byte
	put := func(v uint64, width uint) {
		bits |= v << n
		for n += width; n >= 8; n -= 8 {
			body = append(body, byte(bits))
			bits >>= 8
		}
	}
	put(0x2f, 8)
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, one group of codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A, 0} {
		put(0b101, 3) // a simple code of one symbol of eight bits
		put(uint64(symbol), 8)
	}
	put(0, 16) // the rest of a byte, and something to read on into
	if len(body)%2 == 1 {
		body = append(body, 0)
	}
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+len(body)))
	out = binary.LittleEndian.AppendUint32(append(out, "WEBPVP8L"...), uint32(len(body)))
	return append(out, body...)
}

// FuzzSquare looks for a file that hangs or crashes a decoder, or comes out as
// anything but two clean squares.
func FuzzSquare(f *testing.F) {
	pic := jpegOf(f, corners(40, 30, [4]color.RGBA{red, green, blue, black}))
	f.Add(pic)
	f.Add(withSegment(pic, 0xe1, exif(binary.LittleEndian, 6)))
	f.Add(pic[:len(pic)/2])
	f.Add(pngOf(f, corners(20, 20, [4]color.RGBA{red, green, blue, black})))
	f.Add(gifOf(f, plain(9, 5, blue)))
	f.Add(gifFrameBeyond())
	f.Add(webpOf(20, 10, green))
	f.Add(pngHeader(50_000, 50_000))
	tight := limits{side: 200, pixels: 20_000, work: 200_000} // so that one try stays cheap
	f.Fuzz(func(t *testing.T, data []byte) {
		small, large, err := square(data, tight)
		if err != nil {
			return
		}
		check(t, small, Small)
		check(t, large, Large)
		if bytes.Contains(small, []byte("Exif")) || bytes.Contains(large, []byte("Exif")) {
			t.Error("metadata came through")
		}
	})
}

func FuzzOrientation(f *testing.F) {
	f.Add(exif(binary.BigEndian, 8))
	f.Add([]byte("II\x2a\x00\x08\x00\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []int{orientation(data), exifOrientation(data)} {
			if o < 1 || o > 8 {
				t.Errorf("orientation %d", o)
			}
		}
	})
}
