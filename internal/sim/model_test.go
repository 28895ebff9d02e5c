package sim

import (
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// people is how many members take part in a walk.
const people = 12

// fact is what a member has or seeks.
type fact struct {
	id       int64
	kind     why.FactKind
	relation trait.Relation
	name     string
}

// start is who takes part in a walk and with what.
type start struct {
	ids   [people]int64
	facts [people][]fact
}

type pair [2]int // lower first

func pairOf(a, b int) pair { return pair{min(a, b), max(a, b)} }

// tie is what a connection keeps.
type tie struct {
	reason string
	by     int
	since  time.Time
}

// letter is an invitation as the model knows it.
type letter struct {
	id       int64
	from, to int
	truth    invite.State // as the receiver has it
	seen     invite.State // as the sender may know
	sent     time.Time
	closed   time.Time
	reason   string
	released map[int64]bool
	leftOut  map[int64]bool
	refused  time.Time // the answer that they don't know the sender; zero: none stands
	acts     []string
}

// model is what the product says about inviting, taken plainly: lists and loops,
// and a state for each side.
type model struct {
	start
	limits  invite.Limits
	now     time.Time
	letters []*letter
	ties    map[pair]tie
	blocks  map[[2]int]bool // who blocked whom
	cooling map[[2]int]time.Time
	barred  map[[2]int]bool // from, to
	who     [people]invite.Who
	scopes  [people]map[access.Section]access.Scope
}

func newModel(s start, l invite.Limits) *model {
	m := &model{start: s, limits: l, now: noon, ties: map[pair]tie{}, blocks: map[[2]int]bool{},
		cooling: map[[2]int]time.Time{}, barred: map[[2]int]bool{}}
	for i := range people {
		m.who[i] = invite.Everybody
		m.scopes[i] = map[access.Section]access.Scope{}
	}
	return m
}

// pass moves the clock; whatever is over then is over, swept or not.
func (m *model) pass(d time.Duration) {
	m.now = m.now.Add(d)
	for _, l := range m.letters {
		if l.seen == invite.Pending && m.now.Sub(l.sent) >= m.limits.Life {
			m.end(l, "expire", invite.Expired)
		}
	}
}

// end is how an invitation ends for its sender without an answer. What the
// receiver has answered in silence stays answered; but one that was only ignored
// is withdrawn, since the receiver is not to find it again.
func (m *model) end(l *letter, act string, s invite.State) {
	if l.truth == invite.Pending || l.truth == invite.Ignored && s == invite.Withdrawn {
		l.truth, l.closed = s, m.now
	}
	l.seen = s
	l.acts = append(l.acts, act)
}

// answer is how the receiver's side moves on.
func (m *model) answer(l *letter, act string, s invite.State) {
	l.truth, l.closed = s, m.now
	l.acts = append(l.acts, act)
}

func (m *model) apart(a, b int) bool { return m.blocks[[2]int{a, b}] || m.blocks[[2]int{b, a}] }

// waiting is what from sees waiting at to.
func (m *model) waiting(from, to int) *letter {
	for _, l := range m.letters {
		if l.from == from && l.to == to && l.seen == invite.Pending {
			return l
		}
	}
	return nil
}

// good is the outcome of an act that is done; others are kinds of faults.
const good = "done"

func refused(k fault.Kind) string { return k.String() }

// outcome is how a service answered.
func outcome(err error) string {
	if err == nil {
		return good
	}
	return fault.Of(err).String()
}

// mail is what a member sends.
type mail struct {
	reason            string
	released, leftOut []int64
}

// send is P3.1, P3.7 and P3.8. id is the new invitation's, given by the service.
func (m *model) send(from, to int, w mail, id int64) (string, *letter) {
	switch {
	case from == to:
		return refused(fault.Invalid), nil
	case m.apart(from, to):
		return refused(fault.Missing), nil
	case m.tied(from, to):
		return refused(fault.Conflict), nil
	}
	l := &letter{id: id, from: from, to: to, truth: invite.Pending, seen: invite.Pending, sent: m.now, reason: w.reason,
		released: set(w.released), leftOut: set(w.leftOut), acts: []string{"send"}}
	if theirs := m.waiting(to, from); theirs != nil {
		m.connect(theirs, "cross")
		l.truth, l.seen, l.closed, l.acts = invite.Accepted, invite.Accepted, m.now, []string{"cross"}
		m.letters = append(m.letters, l)
		m.lift(to, from)
		if theirs.reason == "" {
			m.ties[pairOf(from, to)] = tie{w.reason, to, m.now}
		}
		return good, l
	}
	if no := m.mayNot(from, to, w); no != "" {
		return no, nil
	}
	m.letters = append(m.letters, l)
	m.lift(to, from)
	return good, l
}

// mayNot is why an invitation is not taken; empty when it is.
func (m *model) mayNot(from, to int, w mail) string {
	near, shares := m.distance(from, to), m.shares(from, to)
	switch who := m.who[to]; {
	case m.waiting(from, to) != nil:
		return refused(fault.Conflict)
	case m.now.Before(m.cooling[[2]int{from, to}]):
		return refused(fault.Denied)
	case who == invite.WithReason && w.reason == "", who == invite.KnowAddress:
		return refused(fault.Invalid)
	case m.barred[[2]int{from, to}],
		who == invite.WithinThird && near > 3 && !shares,
		who == invite.WithinSecond && near > 2 && !shares:
		return refused(fault.Denied)
	case m.used(from) >= m.allowed(from), m.unanswered(from) >= m.limits.Pending:
		return refused(fault.TooMany)
	}
	return ""
}

// lift takes back what whom holds against from's invitations.
func (m *model) lift(from, whom int) {
	delete(m.cooling, [2]int{from, whom})
	delete(m.barred, [2]int{from, whom})
}

func (m *model) connect(l *letter, act string) {
	m.answer(l, act, invite.Accepted)
	l.seen, l.refused = invite.Accepted, time.Time{}
	m.ties[pairOf(l.from, l.to)] = tie{l.reason, l.from, m.now}
}

// received is an answer's outcome before it is decided: whose it is not learns
// nothing, and what is over stays over.
func received(l *letter, who int, from ...invite.State) string {
	switch {
	case l.to != who || l.truth == invite.Blocked || l.truth == invite.Withdrawn:
		return refused(fault.Missing)
	case !slices.Contains(from, l.truth):
		return refused(fault.Conflict)
	}
	return good
}

func (m *model) accept(l *letter, who int) string {
	out := received(l, who, invite.Pending)
	if out == good {
		m.connect(l, "accept")
		m.lift(l.from, l.to)
	}
	return out
}

func (m *model) ignore(l *letter, who int) string {
	out := received(l, who, invite.Pending)
	if out == good {
		m.answer(l, "ignore", invite.Ignored)
	}
	return out
}

// undo is for what the receiver answered a moment ago and the sender has not
// ended since: nobody is connected with who no longer asks.
func (m *model) undo(l *letter, who int) string {
	if l.truth == invite.Accepted {
		return m.reopen(l, who)
	}
	out := received(l, who, invite.Ignored, invite.Unknown)
	if out == good && (m.now.Sub(l.closed) > m.limits.Undo || l.seen != invite.Pending) {
		out = refused(fault.Conflict)
	}
	if out == good {
		l.truth, l.closed, l.refused = invite.Pending, time.Time{}, time.Time{}
		l.acts = append(l.acts, "undo")
		m.lift(l.from, l.to)
	}
	return out
}

// reopen ends the tie that accepting made, if it is that one, and the invitation
// waits again for both.
func (m *model) reopen(l *letter, who int) string {
	made, there := m.ties[pairOf(l.from, l.to)]
	switch {
	case l.to != who || m.apart(l.from, l.to):
		return refused(fault.Missing)
	case m.now.Sub(l.closed) > m.limits.Undo || m.now.Sub(l.sent) >= m.limits.Life,
		l.acts[len(l.acts)-1] != "accept" || !there || !made.since.Equal(l.closed):
		return refused(fault.Conflict)
	}
	delete(m.ties, pairOf(l.from, l.to))
	l.truth, l.seen, l.closed = invite.Pending, invite.Pending, time.Time{}
	l.acts = append(l.acts, "reopen")
	m.lift(l.from, l.to)
	return good
}

func (m *model) unknown(l *letter, who int) string {
	return m.refuse(l, "unknown", invite.Unknown, received(l, who, invite.Pending, invite.Ignored))
}

func (m *model) spam(l *letter, who int) string {
	return m.refuse(l, "spam", invite.Spam, received(l, who, invite.Pending, invite.Ignored, invite.Unknown))
}

func (m *model) refuse(l *letter, act string, s invite.State, out string) string {
	if out == good {
		m.answer(l, act, s)
		l.refused = m.now
		m.barred[[2]int{l.from, l.to}] = true
	}
	return out
}

func (m *model) withdraw(l *letter, who int) string {
	switch {
	case l.from != who || l.seen == invite.Blocked:
		return refused(fault.Missing)
	case l.seen != invite.Pending:
		return refused(fault.Conflict)
	}
	m.end(l, "withdraw", invite.Withdrawn)
	m.cooling[[2]int{l.from, l.to}] = m.now.Add(m.limits.CoolDown)
	return good
}

func (m *model) block(who, whom int) string {
	if who == whom {
		return refused(fault.Invalid)
	}
	for _, l := range m.letters {
		if pairOf(l.from, l.to) == pairOf(who, whom) && l.seen == invite.Pending {
			m.answer(l, "block", invite.Blocked)
			l.seen = invite.Blocked
		}
	}
	delete(m.ties, pairOf(who, whom))
	m.blocks[[2]int{who, whom}] = true
	return good
}

func (m *model) unblock(who, whom int) string {
	if !m.blocks[[2]int{who, whom}] {
		return refused(fault.Missing)
	}
	delete(m.blocks, [2]int{who, whom})
	return good
}

func (m *model) disconnect(who, whom int) string {
	if !m.tied(who, whom) {
		return refused(fault.Missing)
	}
	delete(m.ties, pairOf(who, whom))
	return good
}

func (m *model) tied(a, b int) bool {
	_, ok := m.ties[pairOf(a, b)]
	return ok
}

func set(ids []int64) map[int64]bool {
	out := map[int64]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out
}
