package account

import (
	"hash/maphash"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"guildhall/internal/fault"
)

// Pace is how often something may be done: Burst times at once, then once every
// Every.
type Pace struct {
	Burst int
	Every time.Duration
}

// Limits is what the doors take. Each is counted in this process's memory, whose
// use is bounded, and starts afresh with it.
type Limits struct {
	SignInClient  Pace // tries to sign in from one client
	SignInAddress Pace // tries to sign in with one address, from anywhere
	LetterClient  Pace // registrations, resets and new addresses asked for by one client
	LetterAddress Pace // letters asked for to one address

	// After Free wrong passwords for one address from one client it has to
	// wait for Pause, and twice as long after each further one, up to MaxPause.
	// Other clients are not kept out by that.
	Free            int
	Pause, MaxPause time.Duration
}

// DefaultLimits is generous to people and not to programs.
var DefaultLimits = Limits{
	SignInClient:  Pace{30, 10 * time.Second},
	SignInAddress: Pace{30, time.Minute},
	LetterClient:  Pace{20, time.Minute},
	LetterAddress: Pace{4, 15 * time.Minute},
	Free:          5, Pause: 15 * time.Second, MaxPause: 15 * time.Minute,
}

// doors holds the counters of one process.
type doors struct {
	limits                                                 Limits
	signInClient, signInAddress, letterClient, letterOwner *paced
	failures                                               *keyed[failures]
}

func newDoors(l Limits) *doors {
	return &doors{limits: l,
		signInClient: newPaced(l.SignInClient), signInAddress: newPaced(l.SignInAddress),
		letterClient: newPaced(l.LetterClient), letterOwner: newPaced(l.LetterAddress),
		failures: newKeyed(func() *failures { return new(failures) })}
}

// signIn lets one try through, or says how long to wait. Who has to wait is told
// so even with the right password: else the answer would tell that it is right.
func (d *doors) signIn(now time.Time, client netip.Addr, address string) error {
	who := clientKey(client)
	if err := d.pause(now, who+" "+address); err != nil {
		return err
	}
	if err := d.signInClient.take(now, who); err != nil {
		return err
	}
	return d.signInAddress.take(now, address)
}

// letter lets one request for a letter through.
func (d *doors) letter(now time.Time, client netip.Addr, address string) error {
	if err := d.letterClient.take(now, clientKey(client)); err != nil {
		return err
	}
	return d.letterOwner.take(now, address)
}

// pause refuses while the key has to wait after wrong passwords.
func (d *doors) pause(now time.Time, key string) error {
	var left time.Duration
	d.failures.with(key, func(f *failures) { left = f.left(now, d.limits) })
	if left > 0 {
		return tooMany(left)
	}
	return nil
}

// wrong counts a wrong password.
func (d *doors) wrong(now time.Time, key string) {
	d.failures.with(key, func(f *failures) { f.add(now, d.limits) })
}

// right forgets the wrong ones.
func (d *doors) right(key string) {
	d.failures.with(key, func(f *failures) { *f = failures{} })
}

func signInKey(client netip.Addr, address string) string { return clientKey(client) + " " + address }

// clientKey is one client: an IPv4 address, or the /64 that an IPv6 customer
// gets, since they choose the rest freely.
func clientKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// failures counts wrong passwords of one key.
type failures struct {
	n     int
	until time.Time
}

func (f *failures) add(now time.Time, l Limits) {
	if !f.until.IsZero() && now.Sub(f.until) > forget {
		f.n = 0
	}
	f.n++
	f.until = now
	if f.n >= l.Free {
		f.until = now.Add(min(l.Pause<<min(f.n-l.Free, 16), l.MaxPause))
	}
}

// forget is how long after a pause its reasons count.
const forget = 24 * time.Hour

// left is how long the pause lasts. A clock that was set back makes no pause
// longer than the longest.
func (f *failures) left(now time.Time, l Limits) time.Duration {
	if end := now.Add(l.MaxPause); f.until.After(end) {
		f.until = end
	}
	return f.until.Sub(now)
}

// paced keeps one bucket for each key.
type paced struct{ buckets *keyed[rate.Limiter] }

func newPaced(p Pace) *paced {
	return &paced{newKeyed(func() *rate.Limiter { return rate.NewLimiter(rate.Every(p.Every), p.Burst) })}
}

func (p *paced) take(now time.Time, key string) error {
	var wait time.Duration
	p.buckets.with(key, func(l *rate.Limiter) {
		if l.AllowN(now, 1) {
			return
		}
		r := l.ReserveN(now, 1)
		wait = max(r.DelayFrom(now), time.Second)
		r.CancelAt(now)
	})
	if wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// generation is how many keys are kept at least; twice as many at most. Whoever
// wants a counter to be forgotten has to fill a generation first, from addresses
// that are each limited themselves.
const generation = 1 << 15

// keyed is a bounded map of counters by the seeded hash of their key. Keys in use
// move to the fresh half; when it is full, the half that was not used since goes.
type keyed[T any] struct {
	mu         sync.Mutex
	seed       maphash.Seed
	fresh, old map[uint64]*T
	make       func() *T
	size       int
}

func newKeyed[T any](f func() *T) *keyed[T] {
	return &keyed[T]{seed: maphash.MakeSeed(), fresh: map[uint64]*T{}, make: f, size: generation}
}

// with runs f on the key's counter, one at a time.
func (k *keyed[T]) with(key string, f func(*T)) {
	h := maphash.String(k.seed, key)
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.fresh[h]
	if !ok {
		if v, ok = k.old[h]; !ok {
			v = k.make()
		}
		if len(k.fresh) >= k.size {
			k.old, k.fresh = k.fresh, make(map[uint64]*T, k.size)
		}
		k.fresh[h] = v
	}
	f(v)
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooMany, "There were too many tries in a short time. Please wait %s, then try again.", inWords(wait))
}

// inWords says a wait in whole units, rounded up.
func inWords(d time.Duration) string {
	switch {
	case d <= time.Second:
		return "a second"
	case d < time.Minute:
		return strconv.Itoa(ceil(d, time.Second)) + " seconds"
	case d <= time.Minute:
		return "a minute"
	case d <= time.Hour:
		return strconv.Itoa(ceil(d, time.Minute)) + " minutes"
	}
	return strconv.Itoa(ceil(d, time.Hour)) + " hours"
}

func ceil(d, unit time.Duration) int { return int((d + unit - 1) / unit) }
