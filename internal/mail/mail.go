// Package mail sends letters: through an SMTP server, or, when none is set, into
// a folder of .eml files that any mail program opens.
//
// It owns the form of a letter and the way out. It does not know who may be
// written to: that an imported or suppressed address gets nothing is decided by
// the caller, as are retries.
package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"guildhall/internal/fault"
)

// Letter is one letter to one person. Nothing in it can add a header or a
// receiver: what might is refused (To, Unsubscribe) or made harmless (Name,
// Subject).
type Letter struct {
	To          string // the address, as Address returns it
	Name        string // the receiver's, beside the address; may be empty
	Subject     string // one line, cut at 200 characters
	Text        string // plain text with \n line ends; must not be empty
	HTML        string // the same as a page; may be empty
	Unsubscribe string // http or https URL that takes a one-click POST (RFC 8058); may be empty
	Key         string // names this letter for ever: sent twice, it is recognised as the same; may be empty
}

// Sender sends letters. It is safe for concurrent use.
type Sender interface {
	// Send returns when the letter is handed over for good. fault.Invalid means
	// that this letter will never pass and is not to be tried again; every other
	// error that it may have passed or may pass later. No error holds the address.
	Send(ctx context.Context, l Letter) error

	// Check finds out whether letters can be sent now, without sending one. An
	// error is a fault with one sentence for the operator that says what to do.
	Check(ctx context.Context) error
}

// From says who letters come from.
type From struct {
	Name    string // of the instance
	Address string
}

// Open returns the way out: the SMTP server of smtpURL, or, when it is empty, the
// outbox in dir.
func Open(smtpURL, dir string, from From) (Sender, error) {
	var s Sender
	var err error
	if smtpURL != "" {
		s, err = NewSMTP(smtpURL, from)
	} else {
		s, err = OpenOutbox(dir, from)
	}
	if err != nil {
		return nil, err // and not an interface around a nil pointer
	}
	return s, nil
}

func (f From) check() (From, error) {
	a, err := Address(f.Address)
	if err != nil {
		return f, fault.Field("from", "The address that letters come from, %q, is not an e-mail address; set from to one like guildhall@example.org.", f.Address)
	}
	return From{Name: oneLine(f.Name), Address: a}, nil
}

func (f From) domain() string { return f.Address[strings.LastIndexByte(f.Address, '@')+1:] }

// compose writes l as an Internet message.
func compose(from From, l Letter, at time.Time) (*gomail.Msg, error) {
	to, err := Address(l.To)
	if err != nil {
		return nil, fault.New(fault.Invalid, "This letter has no usable address.")
	}
	if strings.TrimSpace(l.Text) == "" {
		return nil, fault.New(fault.Invalid, "This letter has no text.")
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&mail.Address{Name: from.Name, Address: from.Address})
	m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Name: oneLine(l.Name), Address: to})
	m.Subject(oneLine(l.Subject))
	m.SetDateWithValue(at)
	m.SetMessageIDWithValue(messageID(from, l))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // so that no holiday note answers
	if l.Unsubscribe != "" {
		if !webAddress(l.Unsubscribe) {
			return nil, fault.New(fault.Invalid, "This letter's link to unsubscribe is not a web address.")
		}
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+l.Unsubscribe+">")
		m.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, body(l.Text))
	if l.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, body(l.HTML))
	}
	return m, nil
}

// body makes s fit for a part: whole characters, and \n for every kind of line
// end, since a lone \r means different things to different mail programs.
func body(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\ufffd"))
}

// messageID is the same for the same Key and receiver, else new. A digest, since
// a key may name what strangers on the way should not learn.
func messageID(from From, l Letter) string {
	id := strings.ToLower(rand.Text())
	if l.Key != "" {
		sum := sha256.Sum256([]byte(l.Key + "\x00" + l.To))
		id = hex.EncodeToString(sum[:16])
	}
	return id + "@" + from.domain()
}

// oneLine makes s fit for a header: no control characters, no way to pass for an
// encoded word, at most 200 characters.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "=?", "= ?")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:199]) + "…"
	}
	return s
}

// webAddress reports whether s is an http(s) URL that can stand in a header: all
// printable ASCII, no angle bracket, short enough for one line.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(s) > 900 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

func bytesOf(m *gomail.Msg) ([]byte, error) {
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	return b.Bytes(), nil
}
