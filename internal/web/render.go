package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/a-h/templ"
)

const worthZipping = 1400 // bytes: what fits one packet is sent as it is

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zippers = sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}
)

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
			r.w.Write(b.Bytes())
		}
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	r.w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(r.w)
	z.Write(b.Bytes())
	z.Close()
	return nil
}
