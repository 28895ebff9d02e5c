package mail

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"guildhall/internal/fault"
)

// domains reads the part after the @ as a browser would, and is strict about
// lengths and characters.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// Address returns s as an e-mail address fit to be stored, compared and written
// to: without spaces around it, the domain in lower case and ASCII (bücher.example
// becomes xn--bcher-kva.example). The part before the @ is kept as typed; it may
// have letters, digits, dots and the signs that mail allows unquoted, all ASCII.
//
// The error is a fault.Invalid of the field "email".
func Address(s string) (string, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 || !utf8.ValidString(s) || !plainLocal(s[:at]) {
		return "", notAnAddress()
	}
	domain, err := domains.ToASCII(s[at+1:])
	if err != nil || strings.HasSuffix(domain, ".") || at+1+len(domain) > 254 {
		return "", notAnAddress()
	}
	return s[:at+1] + domain, nil
}

// plainLocal reports whether s can stand before the @ without quotes (RFC 5321's
// dot-string).
func plainLocal(s string) bool {
	if len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", c) < 0 {
			return false
		}
	}
	return true
}

func notAnAddress() error {
	return fault.Field("email", "This is not an e-mail address; please write it like ada@example.org.")
}
