package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"
)

const worthZipping = 1400 // bytes: what fits one packet is sent as it is

// zipLevel is where this compressor is as fast as at its first level and 6 %
// tighter; the standard library's fastest takes more than twice as long for
// larger pages.
const zipLevel = 3

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// zippers keeps idle compressors, up to 1 MB each. It is no sync.Pool, since
// that is emptied by every garbage collection, which new compressors then bring
// on sooner.
var zippers = make(chan *gzip.Writer, 16)

func zip(w io.Writer, page []byte) {
	var z *gzip.Writer
	select {
	case z = <-zippers:
		z.Reset(w)
	default:
		z, _ = gzip.NewWriterLevel(w, zipLevel)
	}
	_, _ = z.Write(page) // a browser that went away needs no answer
	_ = z.Close()
	z.Reset(nil) // it must not hold on to the answer
	select {
	case zippers <- z:
	default:
	}
}

// write renders into memory first, so that a component that fails becomes an error
// page and not half a page. Compressing is safe here although a page may repeat
// what was typed: no page holds a secret, since changes are guarded by their
// origin and not by a token.
func (r *Request) write(status int, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := c.Render(r.Context(), b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := r.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Cookie, HX-Request")
	if b.Len() < worthZipping || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		r.w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = r.w.Write(b.Bytes())
		}
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	r.w.WriteHeader(status)
	if r.Method != http.MethodHead {
		zip(r.w, b.Bytes())
	}
	return nil
}
