package account_test

import (
	"context"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/mail"
	"guildhall/internal/member"
)

// cheap makes hashing quick where its cost is not the point.
var cheap = account.Cost{Memory: 64, Time: 1, Threads: 1}

// wide never holds anybody back.
var wide = func() account.Limits {
	p := account.Pace{Burst: 1 << 20, Every: time.Nanosecond}
	return account.Limits{SignInClient: p, SignInAddress: p, LetterClient: p, LetterAddress: p, Free: 1 << 20, Pause: time.Second, MaxPause: time.Minute}
}()

// house is a service with a clock to set and a letter box to look into.
type house struct {
	*account.Service
	t       *testing.T
	d       *db.DB
	members *member.Service
	box     *box
	mu      sync.Mutex
	now     time.Time
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func open(t *testing.T, d *db.DB, change ...func(*account.Config)) *house {
	h := &house{t: t, d: d, members: member.New(d), box: new(box), now: time.Date(2031, 3, 4, 9, 0, 0, 0, time.UTC)}
	d.SetClock(func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now })
	cfg := account.Config{Site: "Tidewater Society", Base: "https://tide.example", Cost: cheap, Limits: wide}
	for _, f := range change {
		f(&cfg)
	}
	h.Service = account.New(d, h.members, h.box, cfg)
	return h
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d)) })
}

// box holds the letters of transactions that were committed.
type box struct {
	mu      sync.Mutex
	letters []mail.Letter
}

func (b *box) Letter(_ context.Context, tx *db.Tx, l mail.Letter) error {
	tx.After(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.letters = append(b.letters, l)
	})
	return nil
}

// take empties the box.
func (b *box) take() []mail.Letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.letters
	b.letters = nil
	return l
}

// only returns the one letter that must be there.
func (h *house) only(to string) mail.Letter {
	h.t.Helper()
	l := h.box.take()
	if len(l) != 1 || l[0].To != to {
		h.t.Fatalf("letters %v, want one to %s", l, to)
	}
	return l[0]
}

var address = regexp.MustCompile(`https://tide\.example/\S+`)

// follow returns what comes after prefix in the letter's link.
func (h *house) follow(l mail.Letter, prefix string) string {
	h.t.Helper()
	for _, a := range address.FindAllString(l.Text, -1) {
		if token, ok := strings.CutPrefix(a, "https://tide.example"+prefix); ok {
			return token
		}
	}
	h.t.Fatalf("no link to %s in %q", prefix, l.Text)
	return ""
}

var (
	ctx    = context.Background()
	laptop = account.Client{IP: netip.MustParseAddr("192.0.2.7"), Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"}
	phone  = account.Client{IP: netip.MustParseAddr("192.0.2.8"), Agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"}
)

func clientAt(ip string) account.Client { return account.Client{IP: netip.MustParseAddr(ip)} }

const secret = "seven wet harbours"

// join registers somebody and follows the link; it returns their session.
func (h *house) join(name, email string) string {
	h.t.Helper()
	receipt, err := h.Register(ctx, laptop, name, email, secret)
	if err != nil {
		h.t.Fatal(err)
	}
	token := h.follow(h.only(strings.ToLower(email)), "/verify?token=")
	session, err := h.Verify(ctx, laptop, token, receipt, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

// who returns the member a session is of, or 0.
func (h *house) who(token string) int64 {
	h.t.Helper()
	s, ok, err := h.Lookup(ctx, token)
	if err != nil {
		h.t.Fatal(err)
	}
	if !ok {
		return 0
	}
	return s.Member
}

func (h *house) viewer(token string) access.Viewer { return access.Member(h.who(token)) }

func (h *house) signIn(c account.Client, email string) string {
	h.t.Helper()
	token, err := h.SignIn(ctx, c, email, secret)
	if err != nil {
		h.t.Fatal(err)
	}
	return token
}

// want fails unless err is a fault of kind k.
func want(t *testing.T, err error, k fault.Kind) {
	t.Helper()
	if !fault.Is(err, k) {
		t.Fatalf("got %v, want %v", err, k)
	}
}

// wantAt fails unless err complains about the field.
func wantAt(t *testing.T, err error, field string) {
	t.Helper()
	if fault.ByField(err)[field] == "" {
		t.Fatalf("got %v, want a complaint at %s", err, field)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	ok(h.t, h.d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }))
}

func (h *house) count(table string) (n int) {
	h.t.Helper()
	ok(h.t, h.d.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// newMember makes a member without an account.
func (h *house) newMember(name string) int64 {
	h.t.Helper()
	var c member.Card
	ok(h.t, h.d.Write(ctx, func(tx *db.Tx) (err error) {
		c, err = h.members.Create(ctx, tx, member.Newcomer{Name: name})
		return err
	}))
	return c.ID
}

func (h *house) setStatus(id int64, s member.Status) {
	h.t.Helper()
	ok(h.t, h.d.Write(ctx, func(tx *db.Tx) error { return h.members.SetStatus(ctx, tx, id, s) }))
}

// at the same time runs f n times and returns what each answered.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			errs[i] = f(i)
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// oneWon fails unless exactly one succeeded and the others got a fault of kind k.
func oneWon(t *testing.T, errs []error, k fault.Kind) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			want(t, err, k)
		}
	}
	if won != 1 {
		t.Fatalf("%d of %d succeeded, want 1", won, len(errs))
	}
}
