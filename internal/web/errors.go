package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"guildhall/internal/fault"
	"guildhall/internal/web/ui"
)

// failure is how a kind of error answers: the one table.
type failure struct {
	status int
	title  string
}

var failures = [...]failure{
	fault.Internal:    {http.StatusInternalServerError, "Something broke on our side"},
	fault.Invalid:     {http.StatusUnprocessableEntity, "This could not be taken"},
	fault.Missing:     {http.StatusNotFound, "Nothing here"},
	fault.Conflict:    {http.StatusConflict, "Somebody was faster"},
	fault.Denied:      {http.StatusForbidden, "This is not yours to do"},
	fault.TooMany:     {http.StatusTooManyRequests, "A little slower, please"},
	fault.Unavailable: {http.StatusServiceUnavailable, "Back in a moment"},
}

// Status returns the HTTP status of an error.
func Status(err error) int { return failures[kindOf(err)].status }

func kindOf(err error) fault.Kind {
	k := fault.Of(err)
	if int(k) >= len(failures) {
		return fault.Internal
	}
	return k
}

// textOf is what the member reads. Missing has one text, whatever the error says,
// so that what is hidden and what isn't there look the same.
func textOf(err error) string {
	if fault.Is(err, fault.Missing) {
		return fault.NotFound().Text
	}
	return fault.Text(err)
}

// panicked is a handler that crashed, with its stack for the log.
type panicked struct {
	what  any
	stack []byte
}

// Error says what the handler crashed with.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.what, p.stack) }

func crash(p any) error { return &panicked{p, debug.Stack()} }

// ours reports whether a failure is the machine's and not the member's.
func ours(k fault.Kind) bool { return k == fault.Internal || k == fault.Unavailable }

// note logs a failure of the machine under a code.
func (m *Mux) note(r *Request, err error) (code string) {
	code = rand.Text()[:8]
	m.opt.Log.Error("request failed", "route", r.Pattern, "code", code, "err", err)
	return code
}

// Broken is for handlers of forms. When the machine failed (disk full, database
// away, a defect) and the browser would lose what was typed, it logs err and
// returns the sentence to show with the form, which answers with Status(err). ok
// is false, and err is to be returned, for every other error and where htmx asks:
// there the form stays as it is and a toast comes over it.
func (r *Request) Broken(err error) (text string, ok bool) {
	if err == nil || !ours(kindOf(err)) || r.Partial() || r.Context().Err() != nil {
		return "", false
	}
	return textOf(err) + " Code: " + r.mux.note(r, err) + ".", true
}

// fail answers an error: a toast where htmx asked, a page elsewhere. What is our
// fault is logged, with a code that the page shows too.
func (m *Mux) fail(w *recorder, r *Request, err error) {
	kind := kindOf(err)
	var code string
	if ours(kind) {
		if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return // nobody waits for the answer
		}
		code = m.note(r, err)
	}
	if w.status != 0 {
		return // half an answer is out already
	}
	f := failures[kind]
	if r.Partial() {
		h := w.Header()
		h.Set("HX-Retarget", "#toasts")
		h.Set("HX-Reswap", "innerHTML")
		err = r.write(f.status, ui.ToastCard(ui.Toast{Text: textOf(err), Bad: true}))
	} else {
		err = r.write(f.status, errorPage(r.Page(f.title), textOf(err), code))
	}
	if err != nil {
		m.opt.Log.Error("error page failed", "code", code, "err", err)
	}
}
