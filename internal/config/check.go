package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The checks say what is wrong with a value as the rest of a sentence, without
// its full stop. They don't repeat a value that may hold a password.

func checkListen(v string) (string, error) {
	const like = "write it like 127.0.0.1:8080"
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		return "", fmt.Errorf("the address to serve on, %q, has no port; %s", v, like)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", fmt.Errorf("the port in %q is not a number from 0 to 65535; %s", v, like)
	}
	if strings.ContainsFunc(host, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/@?#", r) }) {
		return "", fmt.Errorf("the address to serve on, %q, is not a host and a port; %s", v, like)
	}
	return v, nil
}

func checkDatabase(v string) (string, error) {
	scheme, _, ok := strings.Cut(v, "://")
	if !ok || strings.ContainsAny(scheme, " =@/:") {
		return "", errors.New("the database is not given as a URL; write postgres://user:password@host/name, or leave it out to use the SQLite file in the data folder")
	}
	if scheme != "postgres" && scheme != "postgresql" {
		return "", fmt.Errorf("%s:// is no database that Guildhall knows; write postgres://user:password@host/name, or leave it out to use the SQLite file in the data folder", scheme)
	}
	if _, err := url.Parse(v); err != nil {
		return "", errors.New("the URL of the database cannot be read; write signs like @ : / % in its password as %40 %3A %2F %25")
	}
	return v, nil
}

func checkSMTP(v string) (string, error) {
	scheme, _, ok := strings.Cut(v, "://")
	if !ok || scheme != "smtp" && scheme != "smtps" {
		return "", errors.New("the mail server is not given as a URL; write it like smtp://user:password@mail.example.org:587")
	}
	if u, err := url.Parse(v); err != nil || u.Hostname() == "" {
		return "", errors.New("the URL of the mail server cannot be read; write signs like @ : / % in its password as %40 %3A %2F %25")
	}
	return v, nil
}

func checkFrom(v string) (string, error) {
	v = strings.TrimSpace(v)
	if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
		return "", fmt.Errorf("the sender of letters, %q, is not an e-mail address; write it like guildhall@example.org, without a name", v)
	}
	return v, nil
}

const maxName = 80 // characters; it stands in every page's head

func checkName(v string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" || !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl) {
		return "", errors.New("the name of the community must be one line of text")
	}
	if utf8.RuneCountInString(v) > maxName {
		return "", fmt.Errorf("the name of the community is longer than %d characters; choose a shorter one", maxName)
	}
	return v, nil
}

func checkBaseURL(v string) (string, error) {
	const like = "write it like https://hall.example.org"
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", fmt.Errorf("the address for members is not a web address; %s", like)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return "", fmt.Errorf("the address for members has more than a host and a port; Guildhall needs a host of its own, so %s", like)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

var colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func checkBrand(v string) (string, error) {
	if v = strings.ToLower(v); !colour.MatchString(v) {
		return "", fmt.Errorf("the colour %q is not known; write it as # and six digits, like #7a4b12", v)
	}
	return v, nil
}

func checkPreset(v string) (string, error) {
	if !slices.Contains(Presets, v) {
		return "", fmt.Errorf("there is no preset %q; the presets are %s", v, strings.Join(Presets, ", "))
	}
	return v, nil
}

func checkTrusted(v string) (string, error) {
	ps, err := parseProxies(v)
	all := make([]string, len(ps))
	for i, p := range ps {
		all[i] = p.String()
	}
	return strings.Join(all, ","), err
}

// parseProxies reads addresses and networks with commas between them.
func parseProxies(v string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for s := range strings.SplitSeq(v, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		p, err := netip.ParsePrefix(s)
		if a, e := netip.ParseAddr(s); e == nil {
			p, err = netip.PrefixFrom(a.WithZone(""), a.BitLen()), nil
		}
		switch {
		case err != nil || p.Addr().Is4In6():
			return nil, fmt.Errorf("the proxy %q is not an address or a network; write them like 10.0.0.0/8,192.0.2.7", s)
		case p.Bits() == 0:
			return nil, fmt.Errorf("%s is everybody, who could then call themselves anything; write only the addresses of your own proxies", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
