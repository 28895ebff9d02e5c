package web

import (
	"container/list"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"guildhall/internal/fault"
)

// pace is so many requests in a row, and one more after every pause.
type pace struct {
	every time.Duration
	burst int
}

// rates has the number behind every class.
var rates = map[Limit]pace{
	Reads:   {50 * time.Millisecond, 200},
	Writes:  {time.Second, 60},
	Costly:  {500 * time.Millisecond, 40},
	Guarded: {6 * time.Second, 20},
}

const maxKeys = 50_000 // people remembered at once; about 15 MB

// key is who is counted for what.
type key struct {
	class Limit
	who   string
}

// limiter counts requests by person and class. It remembers maxKeys at most and
// forgets who was quiet longest.
type limiter struct {
	mu    sync.Mutex
	max   int
	byKey map[key]*list.Element
	order *list.List // front: most recent
}

type counted struct {
	key key
	lim *rate.Limiter
}

func newLimiter() *limiter {
	return &limiter{max: maxKeys, byKey: make(map[key]*list.Element), order: list.New()}
}

// take counts one request; when it is one too many, wait is how long until the
// next is fine.
func (l *limiter) take(k key, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.byKey[k]
	if e == nil {
		if l.order.Len() >= l.max {
			old := l.order.Remove(l.order.Back()).(*counted)
			delete(l.byKey, old.key)
		}
		p := rates[k.class]
		e = l.order.PushFront(&counted{k, rate.NewLimiter(rate.Every(p.every), p.burst)})
		l.byKey[k] = e
	} else {
		l.order.MoveToFront(e)
	}
	res := e.Value.(*counted).lim.ReserveN(now, 1)
	if wait = res.DelayFrom(now); wait > 0 {
		res.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// class returns what a request counts as.
func (rt Route) class(method string) Limit {
	switch {
	case rt.Limit != ByMethod:
		return rt.Limit
	case method == http.MethodGet || method == http.MethodHead:
		return Reads
	}
	return Writes
}

// withinLimit counts the request, by member or by the client's address.
func (m *Mux) withinLimit(w http.ResponseWriter, r *Request, route Route) error {
	if m.opt.Unlimited {
		return nil
	}
	k := key{class: route.class(r.Method)}
	if r.Viewer.Member() != 0 && k.class != Guarded {
		k.who = "m" + strconv.FormatInt(r.Viewer.Member(), 36)
	} else {
		k.who = network(r.Client())
	}
	wait, ok := m.limiter.take(k, time.Now())
	if ok {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return fault.New(fault.TooMany, "That was a lot at once. Please wait %s and try again.", inWords(seconds))
}

func inWords(seconds int) string {
	if seconds <= 1 {
		return "a second"
	}
	return strconv.Itoa(seconds) + " seconds"
}

// network returns the address that is counted: one of IPv4, 64 bits of IPv6, which
// one household has.
func network(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return "unknown"
	case a.Is4():
		return a.String()
	}
	p, _ := a.Prefix(64)
	return p.String()
}
