// Package picture turns whatever a member uploads as a portrait into two small
// square JPEGs that hold pixels and nothing else.
//
// It trusts no byte of the upload: size, dimensions and the work asked for are
// judged from headers before anything is decoded, and what goes out is painted
// afresh, so no metadata, no trailing archive and no script comes through. It
// knows nothing of members, files or HTTP.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/sync/semaphore"

	"guildhall/internal/fault"
)

// Sides of the two pictures that Square makes, in pixels.
const (
	Small = 96
	Large = 400
)

// MaxBytes is the largest upload that Square reads.
const MaxBytes = 8 << 20

const quality = 85 // of the JPEGs: above it they grow and look the same

// limits bound what a header may ask for.
type limits struct {
	side   int   // pixels of width or height
	pixels int64 // of the whole picture
	work   int64 // pixels times the passes over them, for JPEG
}

var uploads = limits{side: 12_000, pixels: 40_000_000, work: 1_000_000_000}

// decoding bounds the pixels in memory at one time in this process: a decoded
// pixel takes up to 15 bytes, so this is about 700 MiB at the very worst, and
// pictures from phones pass several at a time.
var decoding = semaphore.NewWeighted(48_000_000)

// Square reads a JPEG, PNG, GIF or WebP of at most MaxBytes, 40 million pixels
// and 12,000 pixels a side, turns it upright, takes the middle square, and
// returns it at Small and Large pixels as JPEG on white. A smaller picture is
// enlarged, of a moving one the first image is taken; colours count as sRGB.
//
// What is wrong with the upload is a fault.Invalid of the field "picture"; other
// errors are r's own. Costs about 50 ms of CPU per million pixels.
func Square(r io.Reader) (small, large []byte, err error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read picture: %w", err)
	}
	if len(data) > MaxBytes {
		return nil, nil, refuse(nil, "This picture is larger than 8 MiB; please choose a smaller one.")
	}
	return square(data, uploads)
}

func square(data []byte, lim limits) (small, large []byte, err error) {
	if len(data) == 0 {
		return nil, nil, refuse(nil, "This file is empty; please choose a picture.")
	}
	f, err := judge(data, lim)
	if err != nil {
		return nil, nil, err
	}
	big, err := paint(f, data)
	if err != nil {
		return nil, nil, err
	}
	if large, err = encode(big); err != nil {
		return nil, nil, err
	}
	// From the large one: the eye sees no difference to scaling the upload twice.
	tiny := image.NewRGBA(image.Rect(0, 0, Small, Small))
	draw.CatmullRom.Scale(tiny, tiny.Rect, big, big.Rect, draw.Src, nil)
	if small, err = encode(tiny); err != nil {
		return nil, nil, err
	}
	return small, large, nil
}

// judge finds the format by the first bytes, never by a name, and holds what the
// header announces against the limits.
func judge(data []byte, lim limits) (format, error) {
	f, ok := sniff(data)
	if !ok {
		return f, refuse(nil, "This file is not a picture that can be shown here; please choose a JPEG, PNG, GIF or WebP.")
	}
	c, err := f.config(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return f, damaged(err)
	}
	f.pixels = int64(c.Width) * int64(c.Height)
	if c.Width > lim.side || c.Height > lim.side || f.pixels > lim.pixels {
		return f, refuse(nil, "This picture measures %d × %d pixels; please choose one of at most 40 million pixels and 12,000 on each side.", c.Width, c.Height)
	}
	if f.name == "jpeg" && passes(data)*f.pixels > lim.work {
		return f, refuse(nil, "This picture is stored in too many layers; please save it as an ordinary JPEG or PNG and try again.")
	}
	return f, nil
}

// paint decodes the upload and returns its middle square, upright, on white. The
// decoded upload is gone when it returns.
func paint(f format, data []byte) (*image.RGBA, error) {
	if err := decoding.Acquire(context.Background(), f.pixels); err != nil {
		return nil, err // never: this context does not end, and f.pixels is below the weight
	}
	defer decoding.Release(f.pixels)
	src, err := decode(f, data)
	if err != nil || src.Bounds().Empty() {
		return nil, damaged(err)
	}
	dst := image.NewRGBA(image.Rect(0, 0, Large, Large))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(dst, dst.Rect, src, middle(src.Bounds()), draw.Over, nil)
	if f.name == "jpeg" {
		dst = upright(dst, orientation(data)) // turning a square never changes which square it is
	}
	return dst, nil
}

// decode guards against a decoder that panics: one bad file must stay one bad
// file.
func decode(f format, data []byte) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("%s decoder: %v", f.name, p)
		}
	}()
	return f.decode(bytes.NewReader(data))
}

// middle is the largest square in the middle of b.
func middle(b image.Rectangle) image.Rectangle {
	n := min(b.Dx(), b.Dy())
	at := b.Min.Add(image.Pt((b.Dx()-n)/2, (b.Dy()-n)/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(n, n))}
}

func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), nil
}

func refuse(cause error, text string, args ...any) error {
	f := fault.Field("picture", text, args...)
	f.Err = cause
	return f
}

func damaged(cause error) error {
	return refuse(cause, "This picture is damaged or incomplete; please choose another one.")
}
