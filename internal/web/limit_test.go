package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
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
		if got := network(addressOf(in)); got != want {
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
			r := &Request{Request: httptest.NewRequest("POST", path, nil), Viewer: access.Member(member), mux: m}
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
		for i := range rates[Guarded].burst { // signed in or not, one address; a stranger's word changes nothing
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

func TestTheClientsAddress(t *testing.T) {
	trust := func(list ...string) (out []netip.Prefix) {
		for _, s := range list {
			out = append(out, netip.MustParsePrefix(s))
		}
		return out
	}
	own := trust("10.0.0.0/8", "2001:db8:f::/48")
	for _, c := range []struct {
		name    string
		trusted []netip.Prefix
		peer    string
		headers []string
		want    string
	}{
		{"nobody is trusted", nil, "10.0.0.1:9", []string{"203.0.113.5"}, "10.0.0.1"},
		{"a stranger who is no proxy", own, "198.51.100.9:9", []string{"203.0.113.5"}, "198.51.100.9"},
		{"a stranger who says they are one", own, "198.51.100.9:9", []string{"203.0.113.5, 10.0.0.1"}, "198.51.100.9"},
		{"one proxy", own, "10.0.0.1:9", []string{"203.0.113.5"}, "203.0.113.5"},
		{"what the client wrote itself", own, "10.0.0.1:9", []string{"192.0.2.66, 203.0.113.5"}, "203.0.113.5"},
		{"a trusted address that the client wrote", own, "10.0.0.1:9", []string{"192.0.2.66, 10.0.0.7, 203.0.113.5"}, "203.0.113.5"},
		{"two proxies", own, "10.0.0.1:9", []string{"192.0.2.66, 203.0.113.5, 10.3.2.1"}, "203.0.113.5"},
		{"a line from each", own, "10.0.0.1:9", []string{"192.0.2.66", "203.0.113.5", "10.3.2.1"}, "203.0.113.5"},
		{"proxies by IPv6", own, "[2001:db8:f::1]:9", []string{"2001:db8:9::5, 2001:db8:f::2"}, "2001:db8:9::5"},
		{"a proxy by an IPv4 address in IPv6", own, "[::ffff:10.0.0.1]:9", []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		{"with ports", own, "10.0.0.1:9", []string{"192.0.2.66, [2001:db8:9::5]:4711, 10.3.2.1:80"}, "2001:db8:9::5"},
		{"in brackets", own, "10.0.0.1:9", []string{"[2001:db8:9::5]"}, "2001:db8:9::5"},
		{"garbage from the client", own, "10.0.0.1:9", []string{"'; drop, , 203.0.113.5"}, "203.0.113.5"},
		{"garbage from a proxy", own, "10.0.0.1:9", []string{"203.0.113.5, unknown, 10.3.2.1"}, "10.3.2.1"},
		{"nothing but garbage", own, "10.0.0.1:9", []string{"garbage"}, "10.0.0.1"},
		{"no header", own, "10.0.0.1:9", nil, "10.0.0.1"},
		{"an empty header", own, "10.0.0.1:9", []string{""}, "10.0.0.1"},
		{"nothing but proxies", own, "10.0.0.1:9", []string{"10.0.0.9, 10.0.0.2"}, "10.0.0.9"},
		{"no address at all", own, "@", []string{"203.0.113.5"}, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.headers
		r.Header.Set("X-Real-Ip", "192.0.2.77")
		r.Header.Set("Forwarded", "for=192.0.2.78")
		if got := clientOf(r, c.trusted).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Behind a proxy everybody is counted alone, and nobody by what they say.
func TestClientsBehindAProxyAreCountedAlone(t *testing.T) {
	m, err := New(Options{Log: slog.New(slog.DiscardHandler), Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}, []Route{
		{Pattern: "POST /x", Policy: Open, Handler: func(http.ResponseWriter, *Request) error { return nil }, Limit: Guarded}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(said string) int {
		r := httptest.NewRequest("POST", "/x", nil)
		r.RemoteAddr = "192.0.2.1:1"
		r.Header.Set("X-Forwarded-For", said)
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		return w.Code
	}
	for i := range rates[Guarded].burst {
		if got := ask(fmt.Sprintf("198.51.100.%d, 203.0.113.5", i)); got != 200 {
			t.Fatalf("request %d: %d", i, got)
		}
	}
	if got := ask("198.51.100.99, 203.0.113.5"); got != 429 {
		t.Errorf("one too many, under another name: %d", got)
	}
	if got := ask("203.0.113.6"); got != 200 {
		t.Errorf("another client pays for the first: %d", got)
	}
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
