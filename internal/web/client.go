package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// Client returns the address of who asks, for the limits: it is neither shown nor
// logged. The zero address is one that cannot be told.
func (r *Request) Client() netip.Addr { return clientOf(r.Request, r.mux.opt.Proxies) }

// clientOf is the connection's own address. Where that is a trusted proxy, each
// proxy has added on the right whom it was asked by, so that the client is the
// first from the right that is no trusted proxy. What stands left of it, and
// before anything that is no address, anybody may have written. With nothing but
// trusted ones it is the farthest of them.
func clientOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	client := addressOf(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(client, trusted); i-- {
		a := addressOf(strings.TrimSpace(hops[i]))
		if !a.IsValid() {
			break
		}
		client = a
	}
	return client
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// addressOf reads an address, with a port or without; the zero one for all else.
func addressOf(s string) netip.Addr {
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		at, _ := netip.ParseAddrPort(s)
		a = at.Addr()
	}
	return a.Unmap().WithZone("")
}
