package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// format is one of the four that are read. They are named here and not found
// through image.Decode, whose list grows with every import anywhere.
type format struct {
	name   string
	magic  string // '?' stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	pixels int64 // announced by the header; set by judge
}

var formats = []format{
	{name: "jpeg", magic: "\xff\xd8\xff", config: jpeg.DecodeConfig, decode: jpeg.Decode},
	{name: "png", magic: "\x89PNG\r\n\x1a\n", config: png.DecodeConfig, decode: png.Decode},
	{name: "gif", magic: "GIF8?a", config: gif.DecodeConfig, decode: gif.Decode},
	{name: "webp", magic: "RIFF????WEBPVP8", config: webp.DecodeConfig, decode: webp.Decode},
}

func sniff(data []byte) (format, bool) {
	for _, f := range formats {
		if matches(data, f.magic) {
			return f, true
		}
	}
	return format{}, false
}

func matches(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != data[i] {
			return false
		}
	}
	return true
}

// passes returns how often a JPEG has its decoder go over the picture, or more:
// it counts every pair of bytes that could start a scan. A file of a few
// megabytes can ask for a hundred thousand passes; ordinary ones have up to 15.
func passes(data []byte) int64 {
	return int64(bytes.Count(data, []byte{0xff, 0xda}))
}

// orientation returns how a JPEG's rows and columns lie, by the EXIF tag of that
// name: 1 to 8, and 1 (as it stands) when the tag is absent or unreadable.
//
// A JPEG is a row of segments FF, kind, length (2, itself included), bytes; EXIF
// is the first of kind E1 that starts with "Exif\0\0".
func orientation(data []byte) int {
	const app1, startOfScan = 0xe1, 0xda
	for p := 2; p+4 <= len(data) && data[p] == 0xff; {
		kind, n := data[p+1], int(binary.BigEndian.Uint16(data[p+2:]))
		if kind == 0xff { // padding
			p++
			continue
		}
		if kind == startOfScan || n < 2 || p+2+n > len(data) {
			break
		}
		if body, ok := bytes.CutPrefix(data[p+4:p+2+n], []byte("Exif\x00\x00")); ok && kind == app1 {
			return exifOrientation(body)
		}
		p += 2 + n
	}
	return 1
}

// exifOrientation reads the tag from a TIFF header: byte order, 42, offset of
// the first directory, which is a count and entries of 12 bytes: tag (2), type
// (2), count (4), value (4).
func exifOrientation(tiff []byte) int {
	const tag, short = 0x0112, 3
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	dir := tiff[at:]
	for n, dir := int(order.Uint16(dir)), dir[2:]; n > 0 && len(dir) >= 12; n, dir = n-1, dir[12:] {
		if order.Uint16(dir) == tag && order.Uint16(dir[2:]) == short {
			if o := int(order.Uint16(dir[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}

// upright returns the square src as a viewer should see it, given how it lies.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return src
	}
	n := src.Rect.Dx()
	dst := image.NewRGBA(src.Rect)
	for y := range n {
		for x := range n {
			fx, fy := from(orientation, n-1, x, y)
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(fx, fy):][:4])
		}
	}
	return dst
}

// from returns where the pixel to be seen at x, y is stored; last is the highest
// coordinate.
func from(orientation, last, x, y int) (int, int) {
	switch orientation {
	case 2: // mirrored
		return last - x, y
	case 3: // on its head
		return last - x, last - y
	case 4: // on its head, mirrored
		return x, last - y
	case 5: // lying, mirrored
		return y, x
	case 6: // lying on its left side
		return y, last - x
	case 7: // lying, mirrored the other way
		return last - y, last - x
	case 8: // lying on its right side
		return last - y, x
	}
	return x, y
}
