package mail

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// written composes l and reads it back with the standard library.
func written(t testing.TB, from From, l Letter) *mail.Message {
	t.Helper()
	m, err := compose(from, l, noon)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bytesOf(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("not a message: %v\n%s", err, b)
	}
	return r
}

func TestComposedLetter(t *testing.T) {
	l := hello
	l.Unsubscribe = "https://hall.example/stop?k=a,b"
	m := written(t, guild, l)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Grüße, Ada" {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"From":                  `"Old Hall" <hall@guild.example>`,
		"Date":                  "Mon, 04 May 2026 12:00:00 +0000",
		"Auto-Submitted":        "auto-generated",
		"List-Unsubscribe":      "<https://hall.example/stop?k=a,b>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"User-Agent":            "",
		"X-Mailer":              "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || *to[0] != (mail.Address{Name: "Ada Løve", Address: "ada@example.org"}) {
		t.Errorf("To: %v %v", to, err)
	}
	var back Letter
	if err := back.readBody(m); err != nil || back.Text != l.Text || back.HTML != l.HTML {
		t.Errorf("body %+v, %v", back, err)
	}
}

func TestPlainLetterHasOnePart(t *testing.T) {
	m := written(t, guild, Letter{To: "ada@example.org", Subject: "s", Text: "t"})
	if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("Content-Type %q", kind)
	}
}

func TestKeyMakesALetterRecognisable(t *testing.T) {
	id := func(l Letter) string { return written(t, guild, l).Header.Get("Message-Id") }
	l := hello
	if id(l) == id(l) {
		t.Error("two letters without a key share an id")
	}
	l.Key = "invitation 7"
	first := id(l)
	if first != id(l) {
		t.Error("the same letter has two ids")
	}
	if strings.Contains(first, "invitation") || !strings.HasSuffix(first, "@guild.example>") {
		t.Errorf("id %s", first)
	}
	l.To = "bo@example.org"
	if id(l) == first {
		t.Error("letters to two people share an id")
	}
}

func TestInjectionIsMadeHarmless(t *testing.T) {
	l := Letter{To: "ada@example.org", Name: "Ada\r\nBcc: eve@example.org", Subject: "Hi\r\nBcc: eve@example.org\r\n\r\nbody =?utf-8?q?=0D=0A?=", Text: "t"}
	m := written(t, From{Name: "Hall\nBcc: eve@example.org", Address: "hall@guild.example"}, l)
	if m.Header.Get("Bcc") != "" {
		t.Fatalf("a header was added: %v", m.Header)
	}
	if got := m.Header.Get("Subject"); got != "Hi Bcc: eve@example.org body = ?utf-8?q?=0D=0A?=" {
		t.Errorf("subject %q", got)
	}
	for _, to := range []string{"ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "Ada <ada@example.org>", "<ada@example.org>", ""} {
		l.To = to
		if _, err := compose(guild, l, noon); !fault.Is(err, fault.Invalid) {
			t.Errorf("To %q: %v", to, err)
		}
	}
	l.To = "ada@example.org"
	for _, link := range []string{"javascript:alert(1)", "https://x.example/\r\nBcc: e@x.example", "https://x.example/>,<mailto:e@x.example", "/stop", "https://x.example/ü", "https://x.example/" + strings.Repeat("a", 900)} {
		l.Unsubscribe = link
		if _, err := compose(guild, l, noon); !fault.Is(err, fault.Invalid) {
			t.Errorf("Unsubscribe %q: %v", link, err)
		}
	}
}

func TestEmptyLetterIsRefused(t *testing.T) {
	if _, err := compose(guild, Letter{To: "ada@example.org", Subject: "s", Text: " \n"}, noon); !fault.Is(err, fault.Invalid) {
		t.Errorf("error %v", err)
	}
}

func TestLongSubjectIsCut(t *testing.T) {
	m := written(t, guild, Letter{To: "ada@example.org", Subject: strings.Repeat("ж", 500), Text: "t"})
	got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || got != strings.Repeat("ж", 199)+"…" {
		t.Errorf("subject of %d characters, %v", utf8.RuneCountInString(got), err)
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"ada@example.org":                      "ada@example.org",
		"  Ada.Love+x@Example.ORG\n":           "Ada.Love+x@example.org",
		"ada@bücher.example":                   "ada@xn--bcher-kva.example",
		"o'neil_&-@a-b.example":                "o'neil_&-@a-b.example",
		"a@localhost":                          "a@localhost",
		strings.Repeat("a", 64) + "@x.example": strings.Repeat("a", 64) + "@x.example",
	} {
		if got, err := Address(in); err != nil || got != want {
			t.Errorf("Address(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", " ", "@", "ada", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org", "ada@@example.org", "ada@example..org", "ada@.org",
		"ada@example.org.", ".ada@example.org", "ada.@example.org", "a..b@example.org", `"a b"@example.org`, "ada@[127.0.0.1]", "adä@example.org",
		"ada@example.org\r\nx", "ada@example\xc5o", "ada\x00@example.org", "ada@exa_mple.org", "ada@-x.example", "Ada <ada@example.org>", "a@b,c@d", "a(b)@example.org",
		strings.Repeat("a", 65) + "@x.example", "a@" + strings.Repeat("a.", 130) + "org", "a@" + strings.Repeat("x", 64) + ".org",
	} {
		if got, err := Address(in); fault.ByField(err)["email"] == "" || got != "" {
			t.Errorf("Address(%q) = %q, %v; want a fault of the field", in, got, err)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("ada@example.org")
	f.Add("ada@bücher.example\r\n")
	f.Fuzz(func(t *testing.T, in string) {
		a, err := Address(in)
		if err != nil {
			return
		}
		if again, err := Address(a); err != nil || again != a {
			t.Errorf("%q gives %q, which gives %q, %v", in, a, again, err)
		}
		if p, err := mail.ParseAddress(a); err != nil || p.Address != a || p.Name != "" {
			t.Errorf("%q gives %q, which others read as %v, %v", in, a, p, err)
		}
	})
}

// FuzzCompose holds the promise of Letter: whatever is in it, the message has
// these headers once each, this one receiver, and the text as it was.
func FuzzCompose(f *testing.F) {
	f.Add("ada@example.org", "Ada", "Hello", "Text\n", "<p>", "https://x.example/stop", "key", "Hall")
	f.Add("ada@example.org", "a\r\nBcc: e@x", "s\r\n\r\nbody", "..\r\n.\r\n", "", "", "", "\"H\" <e@x>")
	allowed := []string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "List-Unsubscribe", "List-Unsubscribe-Post"}
	f.Fuzz(func(t *testing.T, to, name, subject, body, html, stop, key, hall string) {
		l := Letter{To: to, Name: name, Subject: subject, Text: body, HTML: html, Unsubscribe: stop, Key: key}
		from, err := From{Name: hall, Address: "hall@guild.example"}.check()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := compose(from, l, noon); err != nil {
			return
		}
		m := written(t, from, l)
		for h, v := range m.Header {
			if !slices.Contains(allowed, h) || len(v) != 1 {
				t.Errorf("header %s: %q", h, v)
			}
		}
		want, _ := Address(to)
		if got, err := m.Header.AddressList("To"); err != nil || len(got) != 1 || got[0].Address != want {
			t.Errorf("To: %q, %v", m.Header.Get("To"), err)
		}
		var back Letter
		if err := back.readBody(m); err != nil {
			t.Fatal(err)
		}
		if back.Text != lines(body) || back.HTML != lines(html) {
			t.Errorf("text %q and page %q became %q and %q", body, html, back.Text, back.HTML)
		}
		if rest, err := io.ReadAll(m.Body); err != nil || len(bytes.TrimSpace(rest)) > 0 {
			t.Errorf("something follows: %q, %v", rest, err)
		}
	})
}

// lines is what a mail keeps of a text: whole characters and \n line ends.
func lines(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
