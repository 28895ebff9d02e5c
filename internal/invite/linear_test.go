package invite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Two members, each at two browsers, do whatever can be done between them at the
// same time. What came of every act is held against a model that knows one act at a
// time: there must be an order of the acts, within the time each took, that explains
// all answers (they are linearizable), and what stands in the tables at the end.

// deed is one act of a history: what porcupine calls an input.
type deed struct {
	act string
	by  int   // 0 or 1
	id  int64 // of the invitation, where it is about one
	n   int   // the number of the deed, which names what a lost send may have made
}

// came is what came of it: an output.
type came struct {
	what      string // "done", a kind of fault, a state that was read; "lost" when nobody knows
	id        int64  // of a send
	connected bool
}

const lost = "lost"

// slip is an invitation in the model.
type slip struct {
	id          int64
	from        int
	truth, seen State
}

// hold is what one of the two holds against the other's invitations.
type hold struct{ cooling, barred bool }

// affair is all that stands between the two. It is a value: a step copies it.
type affair struct {
	tied   bool
	madeBy int64 // the invitation whose acceptance made the tie; 0: crossed
	blocks [2]bool
	holds  [2]hold // against the other one
	slips  []slip
}

func (a affair) copied() affair {
	a.slips = slices.Clone(a.slips)
	return a
}

func (a affair) same(b affair) bool {
	return a.tied == b.tied && a.madeBy == b.madeBy && a.blocks == b.blocks && a.holds == b.holds && slices.Equal(a.slips, b.slips)
}

// told is the affair as the tables tell it, without ids, since of a lost send none
// is known.
func (a affair) told() string {
	var lines []string
	for _, s := range a.slips {
		lines = append(lines, fmt.Sprint(s.from, s.truth, s.seen))
	}
	slices.Sort(lines)
	return fmt.Sprint(a.tied, a.blocks, lines)
}

func (a affair) parted() bool { return a.blocks[0] || a.blocks[1] }

// open is the invitation of one that the one sees waiting.
func (a *affair) open(from int) *slip {
	for i := range a.slips {
		if a.slips[i].from == from && a.slips[i].seen == Pending {
			return &a.slips[i]
		}
	}
	return nil
}

func (a *affair) find(id int64) *slip {
	for i := range a.slips {
		if a.slips[i].id == id {
			return &a.slips[i]
		}
	}
	return nil
}

// do is the model: the affair after a deed, and what comes of it.
func (a affair) do(d deed) (affair, came) {
	a = a.copied()
	is := func(k fault.Kind) (affair, came) { return a, came{what: k.String()} }
	switch d.act {
	case "send":
		return a.send(d)
	case "block":
		for from := range 2 {
			if s := a.open(from); s != nil {
				s.truth, s.seen = Blocked, Blocked
			}
		}
		a.tied, a.blocks[d.by] = false, true
		return a, came{what: "done"}
	case "unblock":
		if !a.blocks[d.by] {
			return is(fault.Missing)
		}
		a.blocks[d.by] = false
		return a, came{what: "done"}
	case "part":
		if !a.tied {
			return is(fault.Missing)
		}
		a.tied = false
		return a, came{what: "done"}
	case "read all":
		return a, came{what: a.told()}
	}
	s := a.find(d.id)
	switch {
	case s == nil:
		return is(fault.Missing)
	case d.act == "read sent" && s.from == d.by:
		return a, came{what: s.seen.String()}
	case d.act == "read received" && s.from != d.by:
		return a, came{what: s.truth.String()}
	case d.act == "withdraw" && s.from == d.by:
		return a.withdraw(s)
	case d.act == "withdraw", d.act == "read sent", d.act == "read received", s.from == d.by, s.truth == Withdrawn, s.truth == Blocked:
		return is(fault.Missing)
	}
	return a.answer(s, d)
}

func (a affair) send(d deed) (affair, came) {
	theirs, mine := a.open(1-d.by), a.open(d.by)
	made := slip{id: d.id, from: d.by, truth: Pending, seen: Pending}
	if d.id == 0 {
		made.id = -int64(d.n)
	}
	switch held := a.holds[1-d.by]; {
	case a.parted():
		return a, came{what: fault.Missing.String()}
	case a.tied, theirs == nil && mine != nil:
		return a, came{what: fault.Conflict.String()}
	case theirs != nil:
		theirs.truth, theirs.seen = Accepted, Accepted
		made.truth, made.seen = Accepted, Accepted
		a.tied, a.madeBy = true, 0
	case held.cooling, held.barred:
		return a, came{what: fault.Denied.String()}
	}
	crossed := made.truth == Accepted
	a.holds[d.by] = hold{}
	a.slips = append(a.slips, made)
	return a, came{what: "done", id: made.id, connected: crossed}
}

func (a affair) withdraw(s *slip) (affair, came) {
	switch {
	case s.seen == Blocked:
		return a, came{what: fault.Missing.String()}
	case s.seen != Pending:
		return a, came{what: fault.Conflict.String()}
	}
	if s.truth == Pending || s.truth == Ignored {
		s.truth = Withdrawn
	}
	s.seen = Withdrawn
	a.holds[1-s.from].cooling = true
	return a, came{what: "done"}
}

func (a affair) answer(s *slip, d deed) (affair, came) {
	from := map[string][]State{"accept": {Pending}, "ignore": {Pending}, "unknown": {Pending, Ignored}, "spam": {Pending, Ignored, Unknown},
		"undo": {Ignored, Unknown, Accepted}}
	switch {
	case d.act == "undo" && s.truth == Accepted && a.parted():
		return a, came{what: fault.Missing.String()}
	case !slices.Contains(from[d.act], s.truth), d.act == "undo" && s.truth == Accepted && (!a.tied || a.madeBy != s.id),
		d.act == "undo" && s.truth != Accepted && s.seen != Pending:
		return a, came{what: fault.Conflict.String()}
	}
	switch d.act {
	case "accept":
		s.truth, s.seen, a.tied, a.madeBy, a.holds[d.by] = Accepted, Accepted, true, s.id, hold{}
	case "ignore":
		s.truth = Ignored
	case "unknown":
		s.truth, a.holds[d.by].barred = Unknown, true
	case "spam":
		s.truth, a.holds[d.by].barred = Spam, true
	case "undo":
		if s.truth == Accepted {
			a.tied, s.seen = false, Pending
		}
		s.truth, a.holds[d.by] = Pending, hold{}
	}
	return a, came{what: "done"}
}

// sequential is the model for porcupine. Of what was lost either nothing came, or
// what would have come.
var sequential = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{affair{}} },
	Step: func(state, input, output any) []any {
		a, d, got := state.(affair), input.(deed), output.(came)
		if d.act == "send" {
			d.id = got.id
		}
		after, want := a.do(d)
		switch {
		case got.what == lost && a.same(after):
			return []any{a}
		case got.what == lost:
			return []any{a, after}
		case got == want:
			return []any{after}
		}
		return nil
	},
	Equal: func(x, y any) bool { return x.(affair).same(y.(affair)) },
	DescribeOperation: func(input, output any) string {
		d, c := input.(deed), output.(came)
		return fmt.Sprintf("%d: %s %d → %s %d %t", d.by, d.act, d.id, c.what, c.id, c.connected)
	},
}).ToModel()

// pairing is one history as it is recorded.
type pairing struct {
	w       *world
	members [2]int64
	start   time.Time
	patient bool // no deed is cut off

	mu      sync.Mutex
	known   []slip // what was sent, as far as it is known
	tied    bool   // as the last of the acts left it: to choose by, and no more
	blocks  [2]bool
	history []porcupine.Operation
}

var deeds = []string{"send", "accept", "ignore", "undo", "withdraw", "unknown", "spam", "block", "unblock", "part", "read sent", "read received"}

// draw takes one of some deeds by their weights.
func draw(r *rand.Rand, weights map[string]int) string {
	n := 0
	for _, w := range weights {
		n += w
	}
	n = r.IntN(n)
	for _, act := range deeds { // in one order, so that a seed says what is drawn
		if n -= weights[act]; n < 0 {
			return act
		}
	}
	return "send"
}

var (
	anything   = map[string]int{"send": 1, "accept": 1, "ignore": 1, "undo": 1, "withdraw": 1, "unknown": 1, "spam": 1, "block": 1, "unblock": 1, "part": 1, "read sent": 1, "read received": 1}
	asSender   = map[string]int{"send": 30, "withdraw": 5, "part": 2, "read sent": 10, "block": 1, "unblock": 1}
	asReceiver = map[string]int{"accept": 30, "ignore": 20, "undo": 24, "unknown": 5, "spam": 5, "read received": 8, "part": 2, "block": 1, "unblock": 1, "send": 2}
	asTied     = map[string]int{"part": 3, "undo": 4, "accept": 1, "read sent": 1}
	asBlocking = map[string]int{"unblock": 4, "send": 1, "accept": 1}
)

// choose draws what one of the two could well do now; one time in sixteen anything.
func (p *pairing) choose(r *rand.Rand, by int) deed {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := deed{act: "send", by: by}
	weights := asSender
	from := 0 // mostly the first asks and the second answers, or they would always cross
	if r.IntN(6) == 0 {
		from = 1
	}
	for _, s := range slices.Backward(p.known) {
		if s.from == from {
			d.id = s.id
			break
		}
	}
	if from != by {
		weights = asReceiver
	}
	switch {
	case r.IntN(16) == 0:
		weights = anything
	case p.blocks[by]:
		weights = asBlocking
	case p.tied:
		weights = asTied
	}
	d.act = draw(r, weights)
	if d.act == "send" || d.id == 0 && !slices.Contains([]string{"block", "unblock", "part"}, d.act) {
		d.act, d.id = "send", 0
		if by == 1 && from == 0 {
			d.act = "part"
		}
	}
	return d
}

// session is one browser: a few deeds, one after another.
func (p *pairing) session(r *rand.Rand, number, by, many int) {
	for i := range many {
		d := p.choose(r, by)
		d.n = number*1000 + i + 1
		c, cancel := context.WithCancel(ctx)
		if !p.patient && r.IntN(8) == 0 {
			time.AfterFunc(time.Duration(r.IntN(4000))*time.Microsecond, cancel)
		}
		p.record(c, number, d)
		cancel()
	}
}

// record does a deed and notes when it began, what came of it and when that was
// known. What was lost may come true at any later time.
func (p *pairing) record(c context.Context, number int, d deed) {
	began := time.Since(p.start)
	got := p.do(c, d)
	ended := time.Since(p.start)
	if got.what == lost {
		ended = time.Hour
		if strings.HasPrefix(d.act, "read") {
			return // nothing came of it, and nobody knows what it saw
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if got.id != 0 {
		p.known = append(p.known, slip{id: got.id, from: d.by})
	}
	if got.what == "done" {
		p.tied = got.connected || d.act == "accept" || p.tied && !slices.Contains([]string{"undo", "part", "block"}, d.act)
		p.blocks[d.by] = d.act == "block" || p.blocks[d.by] && d.act != "unblock"
	}
	p.history = append(p.history, porcupine.Operation{ClientId: number, Input: d, Call: int64(began), Output: got, Return: int64(ended)})
}

func (p *pairing) do(c context.Context, d deed) came {
	v, peer := access.Member(p.members[d.by]), p.members[1-d.by]
	var (
		out came
		err error
	)
	switch d.act {
	case "send":
		var s Sent
		s, err = p.w.Send(c, v, peer, Letter{})
		out.id, out.connected = s.ID, s.Connected
	case "accept":
		err = p.w.Accept(c, v, d.id)
	case "ignore":
		err = p.w.Ignore(c, v, d.id)
	case "undo":
		err = p.w.Undo(c, v, d.id)
	case "unknown":
		err = p.w.Unknown(c, v, d.id)
	case "spam":
		err = p.w.Spam(c, v, d.id)
	case "withdraw":
		err = p.w.Withdraw(c, v, d.id)
	case "block":
		err = p.w.Block(c, v, peer)
	case "unblock":
		err = p.w.network.Unblock(c, v, peer)
	case "part":
		err = p.w.network.Disconnect(c, v, peer)
	case "read sent", "read received":
		return p.read(c, d)
	}
	return p.outcome(c, out, err)
}

// read is one statement on one's own row.
func (p *pairing) read(c context.Context, d deed) came {
	load := loadSent
	if d.act == "read received" {
		load = loadReceived
	}
	inv, ok, err := load(c, p.w.db, p.members[d.by], d.id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	got := p.outcome(c, came{}, err)
	if err == nil {
		got.what = inv.State.String()
	}
	return got
}

func (p *pairing) outcome(c context.Context, out came, err error) came {
	switch {
	case err == nil:
		out.what = "done"
		return out
	case c.Err() != nil:
		return came{what: lost}
	case fault.Of(err) == fault.Internal:
		p.w.t.Errorf("an act that nobody cut off: %v", err)
	}
	return came{what: fault.Of(err).String()}
}

// tables is what stands between the two at the end, on both sides. It waits its turn
// for the pair: an act that was cut off may be on its way still.
func (p *pairing) tables() (told string) {
	p.w.write(func(tx *db.Tx) error {
		if err := p.w.network.LockPair(ctx, tx, p.members[0], p.members[1]); err != nil {
			return err
		}
		told = p.standing(tx).told()
		return nil
	})
	return told
}

func (p *pairing) standing(tx *db.Tx) (a affair) {
	w := p.w
	for from := range 2 {
		sender, receiver := p.members[from], p.members[1-from]
		rows, err := tx.Query(ctx, `SELECT i.state, s.state FROM invitations i JOIN sent_invitations s ON s.member_id = i.sender_id AND s.id = i.id
			WHERE i.member_id = $1 AND i.sender_id = $2`, receiver, sender)
		slips, err := db.All(rows, err, func(r *sql.Rows) (s slip, err error) {
			s.from = from
			err = r.Scan(&s.truth, &s.seen)
			return s, err
		})
		w.must(err)
		a.slips = append(a.slips, slips...)
		var blocks int
		w.must(tx.QueryRow(ctx, `SELECT count(*) FROM blocks WHERE member_id = $1 AND peer_id = $2 AND direction = 1`, sender, receiver).Scan(&blocks))
		a.blocks[from] = blocks > 0
		_, tied, err := w.network.Tie(ctx, tx, sender, receiver)
		w.must(err)
		if from == 1 && tied != a.tied {
			w.t.Error("only one of the two is connected")
		}
		a.tied = tied
	}
	return a
}

// run lets four browsers loose on one pair and checks what came of it.
func (p *pairing) run(seed uint64, many int) (deeds int) {
	var sessions sync.WaitGroup
	for n := range 4 {
		sessions.Go(func() { p.session(rand.New(rand.NewPCG(seed, uint64(n))), n, n%2, many) })
	}
	sessions.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	at := int64(time.Since(p.start))
	all := porcupine.Operation{ClientId: 9, Input: deed{act: "read all"}, Call: at, Output: came{what: p.tables()}, Return: at + 1}
	p.history = append(p.history, all)
	switch porcupine.CheckOperationsTimeout(sequential, p.history, 20*time.Second) {
	case porcupine.Illegal:
		p.w.t.Errorf("seed %d: no order of these acts explains what came of them:\n%s", seed, p.String())
	case porcupine.Unknown:
		p.w.t.Errorf("seed %d: the check of %d acts took too long", seed, len(p.history))
	}
	return len(p.history) - 1
}

func (p *pairing) String() (text string) {
	for _, o := range p.history {
		text += fmt.Sprintf("%8d–%8d %s\n", o.Call/1000, o.Return/1000, sequential.DescribeOperation(o.Input, o.Output))
	}
	return text
}

// histories runs many pairs, a few at a time, and returns how many acts there were.
func histories(t *testing.T, w *world, pairs, many int, patient bool) int64 {
	var clock atomic.Int64
	w.db.SetClock(func() time.Time { return noon.Add(time.Duration(clock.Add(1)) * time.Microsecond) }) // no two acts at one moment
	w.limits.Week, w.limits.WeekGood = 1000, 1000
	var (
		total atomic.Int64
		some  = make(chan struct{}, 4)
		wg    sync.WaitGroup
		mu    sync.Mutex
		ended = map[string]int{} // deeds by what came of them
	)
	for i := range pairs {
		p := &pairing{w: w, members: [2]int64{w.member("Ola Vik"), w.member("Pia Roth")}, start: time.Now(), patient: patient}
		some <- struct{}{}
		wg.Go(func() {
			total.Add(int64(p.run(uint64(i)+1, many)))
			mu.Lock()
			for _, o := range p.history {
				if act := o.Input.(deed).act; act != "read all" {
					ended[act+" "+o.Output.(came).what]++
				}
			}
			mu.Unlock()
			<-some
		})
	}
	wg.Wait()
	t.Logf("%d acts between %d pairs: %v", total.Load(), pairs, ended)
	for _, act := range deeds {
		if ended[act+" done"] == 0 && !strings.HasPrefix(act, "read") && patient {
			t.Errorf("not once did anybody %s: this proves little", act)
		}
		if patient == (ended[act+" "+lost] > 0) && act == "send" {
			t.Errorf("%d sends were lost", ended[act+" "+lost])
		}
	}
	return total.Load()
}

func TestActsAreLinearizable(t *testing.T) {
	var total int64
	each(t, func(t *testing.T, w *world) { total += histories(t, w, 90, 14, true) })
	if !t.Failed() && total < 10_000 {
		t.Errorf("only %d acts", total)
	}
}

// A browser may go away while its act is on its way: then it happened or it didn't,
// and nothing in between.
func TestCutOffActsHappenOrDont(t *testing.T) {
	each(t, func(t *testing.T, w *world) { histories(t, w, 50, 7, false) })
}

// The check itself must be able to fail: a history that no order explains.
func TestTheModelRefusesWhatCannotBe(t *testing.T) {
	at := func(n int64, d deed, c came) porcupine.Operation {
		return porcupine.Operation{Input: d, Output: c, Call: 10 * n, Return: 10*n + 5}
	}
	sent := at(0, deed{act: "send"}, came{what: "done", id: 7})
	for name, c := range map[string]struct {
		acts []porcupine.Operation
		ok   bool
	}{
		"accepted":             {[]porcupine.Operation{sent, at(1, deed{act: "accept", by: 1, id: 7}, came{what: "done"})}, true},
		"accepted twice":       {[]porcupine.Operation{sent, at(1, deed{act: "accept", by: 1, id: 7}, came{what: "done"}), at(2, deed{act: "accept", by: 1, id: 7}, came{what: "done"})}, false},
		"accepted by oneself":  {[]porcupine.Operation{sent, at(1, deed{act: "accept", id: 7}, came{what: "done"})}, false},
		"silence shows":        {[]porcupine.Operation{sent, at(1, deed{act: "ignore", by: 1, id: 7}, came{what: "done"}), at(2, deed{act: "read sent", id: 7}, came{what: "ignored"})}, false},
		"an act that was lost": {[]porcupine.Operation{sent, at(1, deed{act: "accept", by: 1, id: 7}, came{what: lost}), at(2, deed{act: "read sent", id: 7}, came{what: "accepted"})}, true},
	} {
		if porcupine.CheckOperations(sequential, c.acts) != c.ok {
			t.Errorf("%s: explained is %t", name, !c.ok)
		}
	}
}
