package account

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildhall/internal/fault"
)

func TestCleanEmail(t *testing.T) {
	long := strings.Repeat("a", 64)
	for in, want := range map[string]string{
		"ada@example.org":                 "ada@example.org",
		" Ada.Brandt+News@Example.ORG\t":  "ada.brandt+news@example.org",
		"ada@bücher.example":              "ada@xn--bcher-kva.example",
		"ada@XN--BCHER-KVA.example":       "ada@xn--bcher-kva.example",
		"o'brien@example.org":             "o'brien@example.org",
		long + "@example.org":             long + "@example.org",
		"":                                "",
		" ":                               "",
		"ada":                             "",
		"@example.org":                    "",
		"ada@":                            "",
		"ada@localhost":                   "",
		"ada@192.0.2.1":                   "",
		"ada@[192.0.2.1]":                 "",
		"ada@example..org":                "",
		"ada@-example.org":                "",
		"ada@example.org.":                "",
		".ada@example.org":                "",
		"a..da@example.org":               "",
		"ada brandt@example.org":          "",
		"\"ada\"@example.org":             "",
		"Ada <ada@example.org>":           "",
		"ada@example.org, bela@other.org": "",
		"ada@example.org\nBcc: x@y.org":   "",
		"ada\x00@example.org":             "",
		"ädä@example.org":                 "",
		"ada@exam ple.org":                "",
		"a" + long + "@example.org":       "",
		"ada@" + strings.Repeat("abc.", 70) + "org": "",
	} {
		got, err := CleanEmail(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
		if err != nil && fault.ByField(err)["email"] == "" {
			t.Errorf("%q complains elsewhere: %v", in, err)
		}
		if again, _ := CleanEmail(got); again != got {
			t.Errorf("%q: cleaned again it is %q", in, again)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	for password, fine := range map[string]bool{
		"seven wet harbours":              true,
		"correct horse battery":           true,
		"xk7#Qp2!":                        true,
		"пароль-моря-12":                  true,
		"🐟🐟🐠🐡🦈🐬🐳🐋":                        true,
		strings.Repeat("abcdé", 40):       true,
		"        ":                        false,
		"":                                false,
		"short":                           false,
		"1234567":                         false,
		"é234567":                         false,
		strings.Repeat("abcdé", 40) + "x": false,
		"bad\xffutf8 here":                false,
		"password":                        false,
		"PassWord":                        false,
		"password2031!":                   false,
		"P@ssw0rd":                        false,
		"p4$$w0rd99":                      false,
		"12345678":                        false,
		"1234567890":                      false,
		"87654321":                        false,
		"abcdefgh":                        false,
		"aaaaaaaa":                        false,
		"abababab":                        false,
		"abcabcabc":                       false,
		"12341234":                        false,
		"qwertyuiop":                      false,
		"1q2w3e4r":                        false,
		"letmein!!":                       false,
		"Guildhall1":                      false,
		"sunshine99":                      false,
		"!!iloveyou!!":                    false,
		"AdaBrandt":                       false,
		"adabrandt1984":                   false,
		"ada.brandt":                      false,
		"brandt-1984":                     false,
		"ada@harbour.example":             false,
		"harbour.example":                 false,
		"brandtbrandt":                    false,
		"adas brandteiche":                true,
	} {
		err := CheckPassword(password, "Ada Brandt", "ada.brandt@harbour.example")
		if password == "ada@harbour.example" { // not her address, but hers enough to be told apart only by a dot
			err = CheckPassword(password, "Ada Brandt", password)
		}
		if (err == nil) != fine {
			t.Errorf("%q: %v", password, err)
		}
		if err != nil && fault.ByField(err)["password"] == "" {
			t.Errorf("%q complains elsewhere: %v", password, err)
		}
	}
}

func TestTheListOfCommonPasswordsIsUsable(t *testing.T) {
	if len(common) < 200 {
		t.Fatalf("%d entries", len(common))
	}
	for word := range common {
		variants := []string{word, strings.ToUpper(word)}
		if !strings.ContainsAny(word, "0123456789") {
			variants = append(variants, word+"1", word+"2031!", "!"+word+"!", strings.NewReplacer("a", "@", "o", "0", "e", "3", "s", "$").Replace(word))
		}
		for _, p := range variants {
			if !isCommon(p) {
				t.Errorf("%q passes", p)
			}
		}
	}
}

func TestTicketsAndSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newTicket(rapid.Int64Min(0).Draw(t, "member"))
		if got, ok := parseTicket(k.String()); !ok || got != k || len(k.String()) != 54 {
			t.Fatalf("%v became %v", k, got)
		}
		s := newSlip(rapid.StringMatching(`[a-z.]{1,60}@[a-z]{1,30}\.org`).Draw(t, "email"))
		if got, ok := parseSlip(s.String()); !ok || got != s {
			t.Fatalf("%v became %v", s, got)
		}
		if s.receipt() == s.hash() || strings.Contains(s.String(), s.receipt()) {
			t.Fatal("the receipt gives the slip away")
		}
		junk := rapid.String().Draw(t, "junk")
		if got, ok := parseTicket(junk); ok && got.String() != junk {
			t.Fatalf("%q is read as %v", junk, got)
		}
		if got, ok := parseSlip(junk); ok && got.String() != junk {
			t.Fatalf("%q is read as %v", junk, got)
		}
	})
	negative := newTicket(-1)
	if _, ok := parseTicket(negative.String()); ok {
		t.Error("a negative member is read")
	}
}

func FuzzTokens(f *testing.F) {
	f.Add(newTicket(7).String())
	f.Add(newSlip("ada@example.org").String())
	f.Fuzz(func(t *testing.T, s string) {
		if k, ok := parseTicket(s); ok && k.String() != s {
			t.Errorf("%q has another spelling", s)
		}
		if k, ok := parseSlip(s); ok && k.String() != s {
			t.Errorf("%q has another spelling", s)
		}
	})
}

func TestPasswordsAreKeptByArgon2id(t *testing.T) {
	h, ctx := newHasher(Cost{Memory: 64, Time: 1, Threads: 1}), context.Background()
	a, err := h.hash(ctx, "seven wet harbours")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := h.hash(ctx, "seven wet harbours")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q and %q", a, b)
	}
	for _, c := range []struct {
		phc, password string
		ok, stale     bool
	}{
		{a, "seven wet harbours", true, false},
		{a, "Seven wet harbours", false, false},
		{"", "", false, false},
		{"", "seven wet harbours", false, false},
		{"nonsense", "seven wet harbours", false, false},
		{strings.Replace(a, "m=64", "m=4294967295", 1), "seven wet harbours", false, false},
		{strings.Replace(a, "t=1", "t=1000000", 1), "seven wet harbours", false, false},
		{strings.Replace(a, "p=1", "p=0", 1), "seven wet harbours", false, false},
		{a[:len(a)-30], "seven wet harbours", false, false},
		{strings.Replace(a, "m=64", "m=65", 1), "seven wet harbours", false, true},
	} {
		if ok, stale, err := h.check(ctx, c.phc, c.password); ok != c.ok || stale != c.stale || err != nil {
			t.Errorf("%q with %q: %v %v %v", c.phc, c.password, ok, stale, err)
		}
	}
	if DefaultCost != (Cost{Memory: 19456, Time: 2, Threads: 1}) {
		t.Errorf("the default cost is %+v", DefaultCost)
	}
}

func TestHashingWaitsItsTurn(t *testing.T) {
	h := newHasher(Cost{Memory: 64, Time: 1, Threads: 1})
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.hash(ctx, "seven wet harbours"); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("hashed in a full house: %v", err)
	}
	<-h.slots
	if _, err := h.hash(context.Background(), "seven wet harbours"); err != nil {
		t.Fatal(err)
	}
}

func TestAgent(t *testing.T) {
	for header, want := range map[string]string{
		"": "Unknown browser",
		"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0":                                                                    "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":             "Edge on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                           "Chrome on Windows",
		"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1":         "Chrome on iPad",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15":                     "Safari on Mac",
		"curl/8.9.1":                             "curl",
		"Mozilla/5.0 (X11; FreeBSD) Gecko/":      "A browser on FreeBSD",
		strings.Repeat("x", 10_000) + "Firefox/": "Unknown browser",
	} {
		if got := Agent(header); got != want {
			t.Errorf("%.60q: %q, want %q", header, got, want)
		}
	}
}

func TestWaitsAreSaidInWholeUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Millisecond: "a second", time.Second: "a second", 1100 * time.Millisecond: "2 seconds", 59 * time.Second: "59 seconds",
		time.Minute: "a minute", 61 * time.Second: "2 minutes", 15 * time.Minute: "15 minutes", 61 * time.Minute: "2 hours",
	} {
		if got := inWords(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}

func TestCountersAreBoundedAndKeptWhileUsed(t *testing.T) {
	k := newKeyed(func() *int { return new(int) })
	k.size = 100
	for i := range 10_000 {
		k.with("busy", func(n *int) { *n++ })
		k.with("key "+strconv.Itoa(i), func(n *int) { *n++ })
	}
	if n := len(k.fresh) + len(k.old); n > 200 {
		t.Errorf("%d counters are kept", n)
	}
	k.with("busy", func(n *int) {
		if *n != 10_000 {
			t.Errorf("a counter in use was forgotten at %d", *n)
		}
	})
}

func TestOneClientIsOneKey(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8::1", "2001:db8::ffff:2", true},
		{"fe80::1%eth0", "fe80::1%eth1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
	} {
		if got := clientKey(netip.MustParseAddr(c.a)) == clientKey(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

func FuzzCleanEmail(f *testing.F) {
	for _, s := range []string{"ada@example.org", " Ada+x@BÜCHER.example", "a\nb@c.d", "\"a b\"@c.de", "a@b@c.de", "a@xn--.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := CleanEmail(s)
		if err != nil {
			return
		}
		if again, err := CleanEmail(e); again != e || err != nil {
			t.Errorf("%q: %q, then %q, %v", s, e, again, err)
		}
		if len(e) > maxEmail || strings.Count(e, "@") != 1 || strings.ContainsAny(e, " \t\r\n,;<>\"()[]\\") || strings.ToLower(e) != e || !isASCII(e) {
			t.Errorf("%q became %q", s, e)
		}
	})
}
