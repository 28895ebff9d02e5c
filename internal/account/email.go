package account

import (
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/mail"
)

// maxEmail is the longest address in bytes, as mail servers take them.
const maxEmail = 254

// CleanEmail returns an address as it is kept, compared and claimed: without
// the spaces around it, lower-case in both parts, the domain in ASCII. The
// failure is a fault for the field email.
func CleanEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	local, domain, _ := cutLast(s, '@')
	switch {
	case s == "":
		return "", fault.Field("email", "Please enter your e-mail address.")
	case local == "" || domain == "":
		return "", fault.Field("email", "An e-mail address has a name, an @ and a domain, as in ada@example.org.")
	case !isASCII(local):
		return "", fault.Field("email", "Mail servers do not reliably carry all of these letters before the @. Please use another address.")
	}
	e, err := mail.Address(s)
	if err != nil || !isDomain(e[strings.LastIndexByte(e, '@')+1:]) {
		return "", fault.Field("email", "This is no e-mail address that mail can be sent to. Please check it.")
	}
	return strings.ToLower(e), nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isDomain reports whether a host has at least two labels, the last of which is
// no number: a name that is only known at home, or an IP address, gets no mail
// from here.
func isDomain(host string) bool {
	_, top, found := cutLast(host, '.')
	return found && top != "" && strings.Trim(top, "0123456789") != ""
}
