package main

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bars shows one progress bar a step on a terminal, and nothing elsewhere.
type bars struct {
	p    *mpb.Progress
	name string
	bar  *mpb.Bar
}

func newBars(w *os.File) *bars {
	var out io.Writer = io.Discard
	if st, err := w.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
		out = w
	}
	return &bars{p: mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))}
}

// step is told how many of a step's rows are through.
func (b *bars) step(name string, done, total int) {
	if name != b.name {
		b.finish()
		b.name = name
		b.bar = b.p.AddBar(int64(total), mpb.PrependDecorators(decor.Name(name, decor.WC{W: 16})), mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
	}
	b.bar.SetTotal(int64(total), false)
	b.bar.SetCurrent(int64(done))
}

func (b *bars) finish() {
	if b.bar != nil {
		b.bar.Abort(false) // leaves it as it is, done or cut short
		b.bar = nil
	}
}

// end leaves the bars as they are. It does not wait for one that was cut short.
func (b *bars) end() {
	b.finish()
	b.p.Shutdown()
}
