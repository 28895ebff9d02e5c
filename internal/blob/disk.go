package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"guildhall/internal/fault"
)

// reader stops reading when its context ends: an upload may take minutes.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// writer tells the disk's failures apart from the reader's, which io.Copy would
// return alike.
type writer struct{ f *os.File }

func (w writer) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		err = storing(err)
	}
	return n, err
}

// storing turns a failure of the disk into what the uploading member is told.
func storing(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return unavailable(err, "There is no room left for files just now. Nothing was saved; please try again later.")
	}
	return fmt.Errorf("store file: %w", err)
}

func unavailable(err error, format string, args ...any) error {
	return &fault.Error{Kind: fault.Unavailable, Text: fmt.Sprintf(format, args...), Err: err}
}

// plain is the reason alone, without the call and the path around it, which the
// sentence names already.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// size writes n bytes as people say them.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
