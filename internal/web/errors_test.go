package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"guildhall/internal/fault"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// TestHiddenLooksLikeMissing compares everything an answer consists of.
func TestHiddenLooksLikeMissing(t *testing.T) {
	hidden := fault.NotFound()
	chatty := &fault.Error{Kind: fault.Missing, Text: "Invitation 12 belongs to somebody else.", Err: errors.New("row 12 of ada")}
	m := build(t, web.Options{},
		web.Route{Pattern: "GET /in/{handle}", Policy: web.Open, Handler: fails(fmt.Errorf("load: %w", hidden))},
		web.Route{Pattern: "GET /hidden", Policy: web.Open, Handler: fails(chatty)},
		web.Route{Pattern: "POST /posted", Policy: web.Open, Handler: page("p")},
		web.Route{Pattern: "GET /owner", Policy: web.Owner, Handler: page("p")},
	)
	for _, header := range [][]string{nil, {"HX-Request", "true"}} {
		want := ask(m, "ada", "GET", "/nowhere", nil, header...)
		wantBody := read(t, want)
		if want.StatusCode != 404 {
			t.Fatalf("an unknown page: %d", want.StatusCode)
		}
		for _, path := range []string{"/in/ghost", "/hidden", "/posted", "/owner", "/in/", "/a/b/c"} {
			got := ask(m, "ada", "GET", path, nil, header...)
			if got.StatusCode != 404 || read(t, got) != wantBody || fmt.Sprint(got.Header) != fmt.Sprint(want.Header) {
				t.Errorf("%s differs from a page that isn't there: %d %v", path, got.StatusCode, got.Header)
			}
		}
		if strings.Contains(wantBody, "nowhere") {
			t.Error("the page repeats its address")
		}
	}
}

func TestErrorsBecomePagesByOneTable(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
		hides  string
	}{
		{fault.Field("note", "The note is too long."), 422, "The note is too long.", ""},
		{fault.FieldErrors{fault.Field("a", "First."), fault.Field("b", "Second.")}, 422, "First.", ""},
		{fault.NotFound(), 404, "There is nothing here", ""},
		{fault.New(fault.Conflict, "It was answered a moment ago."), 409, "It was answered a moment ago.", ""},
		{fault.New(fault.Denied, "Only its keeper may do that."), 403, "Only its keeper may do that.", ""},
		{fault.New(fault.TooMany, "A hundred a week."), 429, "A hundred a week.", ""},
		{fault.New(fault.Unavailable, "The disk is full."), 503, "The disk is full.", ""},
		{errors.New("dial tcp 10.0.0.1: secret"), 500, "Something went wrong on our side", "secret"},
		{fmt.Errorf("wrapped: %w", &fault.Error{Kind: fault.Conflict, Text: "Gone.", Err: errors.New("row 12")}), 409, "Gone.", "row 12"},
	} {
		if got := web.Status(c.err); got != c.status {
			t.Errorf("Status(%v) = %d, want %d", c.err, got, c.status)
		}
		m := build(t, web.Options{}, web.Route{Pattern: "POST /x", Policy: web.Member, Handler: fails(c.err)})
		res := ask(m, "ada", "POST", "/x", nil)
		body := read(t, res)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "wrapped") || c.hides != "" && strings.Contains(body, c.hides) {
			t.Errorf("%v: %d, %s", c.err, res.StatusCode, body)
		}
		part := ask(m, "ada", "POST", "/x", nil, "HX-Request", "true")
		body = read(t, part)
		if part.StatusCode != c.status || part.Header.Get("HX-Retarget") != "#toasts" || !strings.Contains(body, c.says) || strings.Contains(body, "<html") {
			t.Errorf("%v as a fragment: %d, %v, %s", c.err, part.StatusCode, part.Header, body)
		}
	}
}

func TestPanicsBecomePagesAndAreLogged(t *testing.T) {
	var log bytes.Buffer
	m := build(t, web.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, web.Route{Pattern: "GET /in/{handle}", Policy: web.Open,
		Handler: func(http.ResponseWriter, *web.Request) error { panic("index out of luck") }})
	res := ask(m, "ada", "GET", "/in/private-person?q=private-search", nil)
	body := read(t, res)
	if res.StatusCode != 500 || strings.Contains(body, "luck") {
		t.Errorf("%d: %s", res.StatusCode, body)
	}
	if !strings.Contains(log.String(), "index out of luck") || !strings.Contains(log.String(), "web_test.go") {
		t.Errorf("the log doesn't say where: %s", log.String())
	}
	_, code, _ := strings.Cut(log.String(), "code=")
	if code, _, _ = strings.Cut(code, " "); len(code) != 8 || !strings.Contains(body, code) {
		t.Errorf("code %q is in the log and not on the page", code)
	}
	if strings.Contains(log.String(), "private") || strings.Contains(log.String(), "Ada") || !strings.Contains(log.String(), `route="GET /in/{handle}" status=500`) {
		t.Errorf("the log holds more, or less, than it should: %s", log.String())
	}
}

func TestRenderThatFailsIsNoHalfPage(t *testing.T) {
	half := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "<p>half of it")
		return errors.New("the other half is away")
	})
	m := build(t, web.Options{}, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		return r.Render(ui.Layout(r.Page("p")), half)
	}})
	for _, part := range []string{"true", "false"} {
		res := ask(m, "", "GET", "/x", nil, "HX-Request", part)
		body := read(t, res)
		if want := map[string]int{"true": 500, "false": 200}[part]; res.StatusCode != want || strings.Contains(body, "half") {
			t.Errorf("fragment %s: %d: %s", part, res.StatusCode, body)
		}
	}
}

func TestAnErrorAfterHalfAnAnswerAddsNothing(t *testing.T) {
	m := build(t, web.Options{}, web.Route{Pattern: "GET /x", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		io.WriteString(w, "half")
		return errors.New("then it broke")
	}})
	res := ask(m, "", "GET", "/x", nil)
	if body := read(t, res); res.StatusCode != 200 || body != "half" {
		t.Errorf("%d: %q", res.StatusCode, body)
	}
}
