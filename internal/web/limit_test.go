package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"guildhall/internal/access"
)

func TestLimiterCountsAndForgets(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter()
	k := key{Guarded, "10.0.0.1"}
	for i := range rates[Guarded].burst {
		if wait, ok := l.take(k, now); !ok {
			t.Fatalf("request %d of %d must wait %v", i+1, rates[Guarded].burst, wait)
		}
	}
	for range 5 { // being refused doesn't prolong the wait
		if wait, ok := l.take(k, now); ok || wait != rates[Guarded].every {
			t.Fatalf("one too many: ok %v, wait %v", ok, wait)
		}
	}
	if _, ok := l.take(key{Guarded, "10.0.0.2"}, now); !ok {
		t.Error("another address pays for the first")
	}
	if _, ok := l.take(key{Reads, "10.0.0.1"}, now); !ok {
		t.Error("another class pays for the first")
	}
	if _, ok := l.take(k, now.Add(rates[Guarded].every)); !ok {
		t.Error("after the pause it is still refused")
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter()
	l.max = 100
	now := time.Now()
	keep := key{Reads, "regular"}
	for i := range 1000 {
		l.take(key{Reads, fmt.Sprint(i)}, now)
		l.take(keep, now)
	}
	if len(l.byKey) != 100 || l.order.Len() != 100 {
		t.Errorf("%d keys, %d in order", len(l.byKey), l.order.Len())
	}
	if l.byKey[keep] == nil {
		t.Error("who comes all the time was forgotten")
	}
}

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7:1234":             "192.0.2.7",
		"[::ffff:192.0.2.7]:80":      "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
		"[2001:db8:1:2::9%eth0]:443": "2001:db8:1:2::/64",
		"@":                          "unknown",
		"":                           "unknown",
		"192.0.2.8":                  "192.0.2.8",
	} {
		if got := network(in); got != want {
			t.Errorf("network(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWhoIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ok := func(w http.ResponseWriter, r *Request) error { return nil }
		m, err := New(Options{Log: slog.New(slog.DiscardHandler)}, []Route{
			{Pattern: "POST /signin", Policy: Open, Handler: ok, Limit: Guarded},
			{Pattern: "POST /act", Policy: Open, Handler: ok},
		})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(path string, member int64, from string, header string) int {
			r := &Request{Request: httptest.NewRequest("POST", path, nil), Viewer: access.Member(member)}
			r.RemoteAddr = from
			r.Header.Set("X-Forwarded-For", header)
			limit := ByMethod
			if path == "/signin" {
				limit = Guarded
			}
			w := httptest.NewRecorder()
			if m.withinLimit(w, r, Route{Limit: limit}) != nil {
				if w.Header().Get("Retry-After") == "" {
					t.Error("refused without saying until when")
				}
				return 429
			}
			return 200
		}
		for i := range rates[Guarded].burst { // signed in or not, one address; a proxy's word changes nothing
			if got := ask("/signin", int64(i%2), "192.0.2.1:1", fmt.Sprint("10.0.0.", i)); got != 200 {
				t.Fatalf("sign-in %d: %d", i, got)
			}
		}
		if got := ask("/signin", 0, "192.0.2.1:2", "10.9.9.9"); got != 429 {
			t.Errorf("one sign-in too many: %d", got)
		}
		for i := range rates[Writes].burst { // a member is counted wherever they are
			if got := ask("/act", 7, fmt.Sprintf("192.0.2.%d:1", i), ""); got != 200 {
				t.Fatalf("act %d: %d", i, got)
			}
		}
		if got := ask("/act", 7, "198.51.100.1:1", ""); got != 429 {
			t.Errorf("one act too many: %d", got)
		}
		if got := ask("/act", 8, "198.51.100.1:1", ""); got != 200 {
			t.Errorf("another member: %d", got)
		}
		time.Sleep(rates[Writes].every)
		if got := ask("/act", 7, "198.51.100.1:1", ""); got != 200 {
			t.Errorf("after the pause: %d", got)
		}
	})
}

func TestClassOfARoute(t *testing.T) {
	for _, c := range []struct {
		limit  Limit
		method string
		want   Limit
	}{{ByMethod, "GET", Reads}, {ByMethod, "HEAD", Reads}, {ByMethod, "POST", Writes}, {Costly, "GET", Costly}, {Guarded, "POST", Guarded}} {
		if got := (Route{Limit: c.limit}).class(c.method); got != c.want {
			t.Errorf("%d %s counts as %d, want %d", c.limit, c.method, got, c.want)
		}
	}
	for l := Reads; l <= Guarded; l++ {
		if rates[l].burst == 0 || rates[l].every == 0 {
			t.Errorf("class %d has no number", l)
		}
	}
}

func TestRefusedRequestsAnswer429(t *testing.T) {
	m, err := New(Options{Log: slog.New(slog.DiscardHandler)}, []Route{{Pattern: "POST /x", Policy: Open, Handler: func(http.ResponseWriter, *Request) error { return nil }, Limit: Guarded}})
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for range rates[Guarded].burst + 1 {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest("POST", "/x", nil))
		last = w.Code
	}
	if last != 429 {
		t.Errorf("the last one was answered %d", last)
	}
}
