package sim

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

const (
	crowd    = 40 // members
	circle   = 4  // each has to do with so many on either side
	browsers = 6  // doing things at the same time
	mostSent = 90 // by one member: the week's quota is no matter of this test
)

// TestNothingAcknowledgedIsLost kills the server again and again while members
// invite, answer and part. GUILDHALL_CRASH_ROUNDS says how often and
// GUILDHALL_CRASH_SEED repeats a run's choices; with GUILDHALL_CRASH_POSTGRES=1
// it does so on PostgreSQL too, whose server goes on.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel() // it mostly waits
	t.Run("sqlite", func(t *testing.T) { crashLoop(t, "", func() {}) })
	if os.Getenv("GUILDHALL_CRASH_POSTGRES") == "1" {
		t.Run("postgres", func(t *testing.T) {
			where := dbtest.PostgresURL(t)
			crashLoop(t, where, func() { alone(t, where) })
		})
	}
}

// crashLoop is the whole experiment. parted is called after each kill: it waits
// until the database has let go of the dead process.
func crashLoop(t *testing.T, where string, parted func()) {
	seed := number("GUILDHALL_CRASH_SEED", time.Now().UnixNano())
	t.Logf("GUILDHALL_CRASH_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	s := newSiege(t, where)
	n := int(number("GUILDHALL_CRASH_ROUNDS", rounds))
	for round := range n {
		p, address := s.start()
		s.settle(address, round)
		stop := s.load(address, r.Uint64())
		s.busy()
		<-time.After(time.Duration(100+r.IntN(300)) * time.Millisecond)
		if round%5 == 4 { // and now and then look before the end, while it lives
			stop()
			s.settle(address, round)
			stop = s.load(address, r.Uint64())
			s.busy()
		}
		p.kill()
		stop()
		parted()
	}
	p, address := s.start()
	s.settle(address, n)
	p.kill()
	t.Logf("%d rounds of kill -9: %d acts acknowledged, 0 lost; %d invitations sent; %d acts without an answer, of which %d had happened",
		n, s.acts.Load(), s.sentAll(), s.unanswered.Load(), s.happened)
	if s.acts.Load() < int64(least*n) {
		t.Errorf("only %d acts in %d rounds: this proves little", s.acts.Load(), n)
	}
}

func number(env string, def int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(env), 10, 64); err == nil {
		return n
	}
	return def
}

// alone waits until nobody else is connected to the database: what the dead
// process had asked for is then decided.
func alone(t *testing.T, where string) {
	d, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for others := 1; others > 0; runtime.Gosched() {
		err := d.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// siege is one community under attack, and the ledger of what it has answered.
type siege struct {
	t          *testing.T
	dir, where string
	ids        []int64
	tokens     []string
	place      map[int64]int // of a member, by id
	ledger     map[[2]int]*entry
	pairs      [browsers][][2]int
	sent       [crowd]atomic.Int64
	acts       atomic.Int64
	unanswered atomic.Int64
	happened   int
	answered   chan struct{} // one for each act that was acknowledged, as far as somebody waits
}

// newSiege makes the members, each with a browser signed in.
func newSiege(t *testing.T, where string) *siege {
	s := &siege{t: t, dir: t.TempDir() + "/hall", where: where, place: map[int64]int{}, ledger: map[[2]int]*entry{}, answered: make(chan struct{}, 1)}
	a, end, err := instance(ctx, s.dir, where)
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		s.ids = nil
		for i := range crowd {
			c, err := a.Members.Create(ctx, tx, member.Newcomer{Name: names[i%people] + " " + strconv.Itoa(i), Handle: handle(i)})
			if err != nil {
				return err
			}
			s.ids = append(s.ids, c.ID)
		}
		return journal.Append(ctx, tx, member.Created(s.ids[0]))
	})
	for i, m := range s.ids {
		token, perr := a.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "sim"}, m)
		if perr != nil {
			err = perr
		}
		s.tokens = append(s.tokens, token)
		s.place[m] = i
		for j := range circle {
			k := [2]int(pairOf(i, (i+j+1)%crowd))
			s.ledger[k] = &entry{}
			worker := len(s.ledger) % browsers
			s.pairs[worker] = append(s.pairs[worker], k)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	return s
}

func handle(i int) string { return fmt.Sprintf("member-%02d", i) }

func (s *siege) sentAll() (n int64) {
	for i := range s.sent {
		n += s.sent[i].Load()
	}
	return n
}

// start starts the server and waits until it listens.
func (s *siege) start() (*process, string) {
	s.t.Helper()
	p := launch(s.t, "serve", s.dir, s.where)
	address, ok := p.line()
	if !ok {
		s.t.Fatalf("the server did not start: %v", p.rest())
	}
	return p, "http://" + address
}

// settle asks the server how it is and holds all that it has against the ledger.
func (s *siege) settle(address string, round int) {
	s.t.Helper()
	res, err := http.Get(address + "/sim/health")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var h health
	if err := json.NewDecoder(res.Body).Decode(&h); err != nil {
		s.t.Fatalf("round %d: status %d: %v", round, res.StatusCode, err)
	}
	for _, trouble := range h.Trouble {
		s.t.Errorf("round %d: %s", round, trouble)
	}
	found := s.found(h)
	for k, e := range s.ledger {
		unsure := e.maybe != nil
		before := e.sure.String()
		if wrong := e.settle(found[k]); wrong != "" {
			s.t.Errorf("round %d: between %s and %s %s", round, handle(k[0]), handle(k[1]), wrong)
		} else if unsure && e.sure.String() != before {
			s.happened++
		}
	}
	if s.t.Failed() {
		s.t.FailNow()
	}
}

// busy waits until an act is acknowledged: the server is in the midst of things.
func (s *siege) busy() {
	s.t.Helper()
	select {
	case <-s.answered: // perhaps one of before
	default:
	}
	select {
	case <-s.answered:
	case <-time.After(time.Minute):
		s.t.Fatal("for a minute nothing was acknowledged")
	}
}

// found sorts what the server holds by pair.
func (s *siege) found(h health) map[[2]int]pairing {
	out := map[[2]int]pairing{}
	at := func(a, b int64) [2]int { return [2]int(pairOf(s.place[a], s.place[b])) }
	for _, l := range h.Letters {
		k := at(l.From, l.To)
		p := out[k]
		n := note{ID: l.ID, Truth: l.Truth, Seen: l.Seen}
		if s.place[l.From] == k[1] {
			n.From = 1
		}
		p.notes = append(p.notes, n)
		out[k] = p
	}
	for _, t := range h.Ties {
		k := at(t[0], t[1])
		p := out[k]
		p.tied = true
		out[k] = p
	}
	return out
}

// load lets all browsers go. The function that it returns makes them stop after
// what they are doing, and waits for them; a dead server stops them too.
func (s *siege) load(address string, seed uint64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for i := range browsers {
		c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		b := &browser{siege: s, http: c, base: address, rand: rand.New(rand.NewPCG(seed, uint64(i)))}
		wg.Go(func() {
			defer c.CloseIdleConnections()
			for ctx.Err() == nil && b.act(s.pairs[i]) {
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// browser is one person at a time, doing what lies next.
type browser struct {
	*siege
	http *http.Client
	base string
	rand *rand.Rand
}

// act does one thing between the two of some pair, and keeps in the ledger what
// is known of it. It is false when the server is gone.
func (b *browser) act(pairs [][2]int) bool {
	k := pairs[b.rand.IntN(len(pairs))]
	e := b.ledger[k]
	d, ok := e.sure.choose(b.rand)
	if !ok || d.name == "invite" && b.sent[k[d.side]].Load() >= mostSent {
		return true
	}
	me, other := k[d.side], k[1-d.side]
	if d.name == "invite" {
		b.sent[me].Add(1)
	}
	if d.note == 0 && e.sure.last() != nil && d.name != "invite" {
		n, ok := b.look(k[1-e.sure.last().From], k[e.sure.last().From])
		if !ok {
			return false
		}
		d.note, e.sure.last().ID = n, n
	}
	maybe := e.sure.copy()
	maybe.done(d)
	e.maybe, e.deed = &maybe, d
	status, err := b.press(me, other, d)
	switch {
	case err != nil:
		b.unanswered.Add(1)
		return false
	case status != http.StatusSeeOther:
		b.t.Errorf("%s of %s to %s was answered with %d; between them is %s", d.name, handle(me), handle(other), status, e.sure)
		e.maybe = nil
		return false
	}
	b.acts.Add(1)
	select {
	case b.answered <- struct{}{}:
	default:
	}
	e.sure, e.maybe = maybe, nil
	return true
}

// press sends the form behind a button.
func (b *browser) press(me, other int, d deed) (status int, err error) {
	form := url.Values{}
	path := "/invitations/" + id.String(d.note) + "/" + d.name
	switch d.name {
	case "end":
		path = "/network/with/" + handle(other) + "/end"
	case "invite":
		path = "/invite/" + handle(other)
		form.Set("reason", []string{"relationship", "network", "background"}[b.rand.IntN(3)])
		form.Set("note", fmt.Sprintf("%x %x %x", b.rand.Uint32(), b.rand.Uint32(), b.rand.Uint32())) // the same note to many is refused
	}
	req, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	_, status, err = b.do(me, req)
	return status, err
}

var waits = regexp.MustCompile(`href="/invitations/([0-9a-z]{6,})"`)

// look opens the sender's page as the receiver and finds the invitation there.
func (b *browser) look(me, sender int) (int64, bool) {
	req, err := http.NewRequest(http.MethodGet, b.base+"/in/"+handle(sender), nil)
	if err != nil {
		b.t.Error(err)
		return 0, false
	}
	body, status, err := b.do(me, req)
	if err != nil {
		return 0, false
	}
	if m := waits.FindStringSubmatch(body); m != nil {
		return id.Parse(m[1])
	}
	b.t.Errorf("status %d: the page of %s does not tell %s of the invitation that waits", status, handle(sender), handle(me))
	return 0, false
}

func (b *browser) do(me int, req *http.Request) (body string, status int, err error) {
	req.AddCookie(&http.Cookie{Name: "guildhall", Value: b.tokens[me]})
	res, err := b.http.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), res.StatusCode, err
}
