package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/web"
)

// fill posts values and hands the form to f within the handler.
func fill(t *testing.T, values url.Values, f func(*web.Form)) {
	t.Helper()
	called := false
	m := build(t, web.Options{}, web.Route{Pattern: "POST /x", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error {
		form, err := r.Fields()
		if err == nil {
			called = true
			f(form)
		}
		return err
	}})
	ask(m, "", "POST", "/x?note=from+the+address", strings.NewReader(values.Encode()))
	if !called {
		t.Fatal("the form was not read")
	}
}

func TestTextIsMadeStorable(t *testing.T) {
	for in, want := range map[string][2]string{ // as a line, as text
		"  Ada  ":            {"Ada", "Ada"},
		"a\r\nb\rc\nd":       {"a b c d", "a\nb\nc\nd"},
		"e\u0301":            {"é", "é"},
		"a\x00b\x07c\u009fd": {"abcd", "abcd"},
		"bad\xffutf8":        {"badutf8", "badutf8"},
		"tab\there":          {"tab here", "tab here"},
		"مرحبا \u200fبك":     {"مرحبا \u200fبك", "مرحبا \u200fبك"},
		"👩‍🚀":                {"👩‍🚀", "👩‍🚀"},
		"\n \n":              {"", ""},
	} {
		fill(t, url.Values{"note": {in}}, func(f *web.Form) {
			if line, text := f.Line("note", 100), f.Text("note", 100); line != want[0] || text != want[1] || f.Err() != nil {
				t.Errorf("%q: line %q, text %q, %v", in, line, text, f.Err())
			}
			if f.Get("note") != in {
				t.Errorf("%q is not kept as it was typed: %q", in, f.Get("note"))
			}
		})
	}
}

func TestTooLongIsKeptAndNamed(t *testing.T) {
	long := strings.Repeat("ž", 301)
	fill(t, url.Values{"note": {long}, "name": {" "}, "n": {"x"}}, func(f *web.Form) {
		if got := f.Text("note", 300); got != long {
			t.Error("what was typed is lost")
		}
		f.Need("name", 10, "Please tell us your name.")
		f.Int("n", 1, 5)
		f.Fail("other", "And %d more.", 2)
		by := fault.ByField(f.Err())
		want := map[string]string{"note": "These are 301 characters, and 300 fit. Please shorten it a little.", "name": "Please tell us your name.", "n": "Please give a number from 1 to 5.", "other": "And 2 more."}
		if fmt.Sprint(by) != fmt.Sprint(want) {
			t.Errorf("the complaints are %v", by)
		}
	})
	fill(t, url.Values{"note": {strings.Repeat("ž", 300)}}, func(f *web.Form) {
		if f.Text("note", 300); f.Err() != nil {
			t.Errorf("exactly what fits: %v", f.Err())
		}
	})
}

func TestMonths(t *testing.T) {
	for _, c := range []struct {
		month, year string
		want        int32
		bad         bool
	}{
		{"9", "2018", 2018*12 + 8, false}, {"", "2018", 2018 * 12, false}, {"", "", 0, false}, {"12", " 1999 ", 1999*12 + 11, false},
		{"9", "", 0, true}, {"13", "2018", 0, true}, {"0", "2018", 0, true}, {"x", "2018", 0, true}, {"1", "20188", 0, true}, {"1", "1066", 0, true}, {"1", "-5", 0, true},
	} {
		fill(t, url.Values{"from-month": {c.month}, "from-year": {c.year}}, func(f *web.Form) {
			if got := f.Month("from"); got != c.want || (f.Err() != nil) != c.bad {
				t.Errorf("%q %q: %d, %v", c.month, c.year, got, f.Err())
			}
		})
	}
}

func TestIDsAndBoxes(t *testing.T) {
	one, two := id.String(35), id.String(1<<50)
	fill(t, url.Values{"id": {one, "x!", two, one, "0", id.String(4)}, "on": {"on"}}, func(f *web.Form) {
		if got := fmt.Sprint(f.IDs("id", 2)); got != fmt.Sprint([]int64{35, 1 << 50}) {
			t.Errorf("IDs = %s", got)
		}
		if n, ok := f.ID("id"); !ok || n != 35 {
			t.Errorf("ID = %d, %v", n, ok)
		}
		if !f.Bool("on") || f.Bool("off") || !f.Has("on") || f.Has("off") || len(f.All("id")) != 6 {
			t.Error("boxes are misread")
		}
		if f.Get("note") != "" {
			t.Error("the address was read as part of the form")
		}
	})
}

func TestBodiesHaveLimits(t *testing.T) {
	form := func(w http.ResponseWriter, r *web.Request) error {
		_, err := r.Fields()
		return err
	}
	var got []byte
	upload := func(w http.ResponseWriter, r *web.Request) error {
		b, err := r.Upload("picture")
		got = b
		return err
	}
	m := build(t, web.Options{},
		web.Route{Pattern: "POST /form", Policy: web.Open, Handler: form},
		web.Route{Pattern: "POST /upload", Policy: web.Open, Handler: upload, Upload: true},
	)
	big := "a=" + strings.Repeat("x", web.MaxForm)
	res := ask(m, "", "POST", "/form", strings.NewReader(big))
	if body := read(t, res); res.StatusCode != 422 || !strings.Contains(body, "at most 256 KB") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res := ask(m, "", "POST", "/form", strings.NewReader("a=%zz")); res.StatusCode != 422 {
		t.Errorf("a broken form: %d", res.StatusCode)
	}
	for _, c := range []struct{ size, status int }{{0, 200}, {1 << 20, 200}, {web.MaxUpload + 1, 422}} {
		var b bytes.Buffer
		mw := multipart.NewWriter(&b)
		part, err := mw.CreateFormFile("picture", "../../etc/passwd")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(make([]byte, c.size))
		mw.Close()
		got = nil
		res := ask(m, "", "POST", "/upload", &b, "Content-Type", mw.FormDataContentType())
		if res.StatusCode != c.status || c.status == 200 && len(got) != c.size {
			t.Errorf("%d bytes: answered %d, read %d", c.size, res.StatusCode, len(got))
		}
	}
	if res := ask(m, "", "POST", "/upload", strings.NewReader("a=b")); res.StatusCode != 200 || got != nil {
		t.Errorf("no file: %d, %v", res.StatusCode, got)
	}
}
