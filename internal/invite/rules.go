package invite

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/calendar"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/graph"
	"guildhall/internal/why"
)

// Limits are the instance's rules in numbers. All of them are shown to the
// members whom they hold.
type Limits struct {
	Week     int // invitations a member may send in any seven days
	WeekGood int // … with many of them accepted
	WeekPoor int // … when some answer that they don't know the sender
	WeekBad  int // … when many do

	GoodFrom  int     // sent invitations before WeekGood can hold
	GoodShare float64 // of them accepted
	PoorFrom  int     // answers before WeekPoor or WeekBad can hold
	PoorShare float64 // of them "I don't know this person" or spam
	BadShare  float64
	PoorStep  int // such answers count in steps of so many

	Pending  int           // sent and unanswered at one time
	Note     int           // characters
	Reply    int           // characters
	Replies  int           // by one side to one invitation
	Life     time.Duration // until an unanswered invitation expires
	CoolDown time.Duration // after withdrawing, to the same person
	Undo     time.Duration // of an ignore
	SameNote int           // how many in seven days may have much the same note; 0: any number
	Seasoned time.Duration // how old an invitation is before it counts as unanswered
	Memory   time.Duration // how far back acceptance is looked at
}

// DefaultLimits are the numbers of an instance that sets none.
var DefaultLimits = Limits{
	Week: 100, WeekGood: 200, WeekPoor: 50, WeekBad: 20,
	GoodFrom: 20, GoodShare: 0.5, PoorFrom: 10, PoorShare: 0.1, BadShare: 0.25, PoorStep: 3,
	Pending: 500, Note: 300, Reply: 2000, Replies: 20,
	Life: 180 * day, CoolDown: 21 * day, Undo: 10 * time.Minute, SameNote: 20, Seasoned: 14 * day, Memory: 365 * day,
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Standing is what a sender's quota is reckoned from. All but Refused the sender
// knows.
type Standing struct {
	Week     int       // sent in the last seven days
	Oldest   time.Time // the first of those; zero when none
	Newest   time.Time // the last of those
	Pending  int       // unanswered, as far as the sender knows
	Seasoned int       // sent long enough ago to have been answered
	Taken    int       // of those: accepted
	Accepted int       // accepted within Limits.Memory
	Rest     int       // sent before the last reckoning and not accepted, as far as the sender knows
	Refused  int       // answered "I don't know this person" or spam before the last reckoning
}

// Quota is what a sender may still do, in words and numbers for that sender.
type Quota struct {
	Limit      int // a week
	Left       int // of Limit
	Pending    int
	MaxPending int
	Why        string    // why Limit is not the usual one; empty when it is
	Next       time.Time // when the next one comes free; zero when nothing is used
	Full       time.Time // when all of Limit is free again
}

// reckoned is the moment up to which silent answers lower a limit at now: the
// Monday, at midnight UTC, of the week before. So a limit moves on Mondays only, a
// week or two after the answer, when a sender can't tell by the time whose it was.
func reckoned(now time.Time) time.Time { return monday(now).Add(-week) }

// monday is the beginning of a moment's week, UTC.
func monday(t time.Time) time.Time { return calendar.Midnight(calendar.Monday(calendar.Day(t))) }

// told is how many of the refusals may lower a limit that their sender sees:
// whole steps, and no more than half of those who have not accepted. So a limit
// never tells of one answer, nor of everybody whom a sender still waits for.
func (l Limits) told(s Standing) int {
	n := min(s.Refused, s.Rest/2)
	return n - n%max(l.PoorStep, 1)
}

// Quota reckons what a standing leaves.
func (l Limits) Quota(s Standing) Quota {
	q := Quota{Limit: l.Week, Pending: s.Pending, MaxPending: l.Pending}
	refused := l.told(s)
	answered := s.Accepted + refused
	share := float64(refused) / float64(max(answered, 1))
	switch {
	case answered >= l.PoorFrom && share >= l.BadShare:
		q.Limit, q.Why = l.WeekBad, "Many of those you invited answered that they don’t know you."
	case answered >= l.PoorFrom && share >= l.PoorShare:
		q.Limit, q.Why = l.WeekPoor, "Some of those you invited answered that they don’t know you."
	case s.Seasoned >= l.GoodFrom && float64(s.Taken) >= l.GoodShare*float64(s.Seasoned):
		q.Limit, q.Why = l.WeekGood, "Most of your invitations are accepted."
	}
	q.Left = max(q.Limit-s.Week, 0)
	if s.Week > 0 {
		q.Next, q.Full = s.Oldest.Add(week), s.Newest.Add(week)
	}
	return q
}

// Allows returns nil when one more invitation may be sent, else a TooMany that
// says which limit holds and when it ends.
func (q Quota) Allows() error {
	switch {
	case q.Left == 0 && q.Why != "":
		return fault.New(fault.TooMany, "You have sent %d invitations in seven days, as many as you may. %s The next one is free on %s.", q.Limit, q.Why, date(q.Next))
	case q.Left == 0:
		return fault.New(fault.TooMany, "You have sent %d invitations in seven days, as many as anybody may. The next one is free on %s.", q.Limit, date(q.Next))
	case q.Pending >= q.MaxPending:
		return fault.New(fault.TooMany, "%d of your invitations are waiting for an answer, as many as can. Withdraw one to send another.", q.Pending)
	}
	return nil
}

func date(t time.Time) string { return t.UTC().Format("2 January 2006") }

// Who is a member's choice of who may invite them. Numbers are stored.
type Who uint8

// The choices.
const (
	Everybody    Who = 1
	WithinThird  Who = 2 // or sharing a company, a school or a group
	WithinSecond Who = 3 // or sharing a company, a school or a group
	WithReason   Who = 4 // who state a reason
	KnowAddress  Who = 5 // who know my e-mail address
)

// Whos lists all, widest first.
var Whos = []Who{Everybody, WithinThird, WithinSecond, WithReason, KnowAddress}

var whoNames = map[Who][2]string{
	Everybody:    {"everybody", "Everybody"},
	WithinThird:  {"third", "People within the 3rd degree, or who share a group, company or school with you"},
	WithinSecond: {"second", "People within the 2nd degree, or who share a group, company or school with you"},
	WithReason:   {"reason", "People who give a reason"},
	KnowAddress:  {"address", "People who know your e-mail address"},
}

// Valid reports whether w is one of the choices.
func (w Who) Valid() bool { return w >= Everybody && w <= KnowAddress }

// String returns the stable code used in forms.
func (w Who) String() string { return whoNames[w][0] }

// Label returns the words a member reads.
func (w Who) Label() string { return whoNames[w][1] }

// ParseWho reads a code; ok is false for any other text.
func ParseWho(code string) (w Who, ok bool) {
	for w, n := range whoNames {
		if n[0] == code {
			return w, true
		}
	}
	return 0, false
}

// Approach is how a sender comes to a receiver, as far as the sender may know:
// Shares counts only what of the receiver is visible to the sender.
type Approach struct {
	Degree  graph.Degree
	Shares  bool // a company, a school or a group
	Reason  bool
	Typed   bool // entered an e-mail address for the receiver
	Address bool // and knows the receiver's e-mail address
}

// Admits reports whether the choice lets this approach through.
func (w Who) Admits(a Approach) bool {
	switch w {
	case WithinThird:
		return a.Degree <= graph.Third || a.Shares
	case WithinSecond:
		return a.Degree <= graph.Second || a.Shares
	case WithReason:
		return a.Reason
	case KnowAddress:
		return a.Address
	}
	return true
}

// Refusal is the one sentence for every receiver who does not take an
// invitation, whatever the cause: a choice of who may invite, or a bar.
func Refusal(name string) error {
	return fault.New(fault.Denied, "%s", RefusalText(name))
}

// RefusalText is what Refusal says.
func RefusalText(name string) string {
	return name + " is not taking this invitation. Members choose who may invite them; nothing was sent."
}

// admit decides whether a receiver's choice takes an approach. What the sender can
// mend, a missing reason or address, is said at its field before anything else, so
// that it tells nothing of a bar.
func admit(w Who, a Approach, barred bool, name string) error {
	switch {
	case w == WithReason && !a.Reason:
		return fault.Field("reason", "%s takes invitations that give a reason. Please choose one.", name)
	case w == KnowAddress && !a.Typed:
		return fault.Field("address", "%s takes invitations from people who know their e-mail address. Please enter it.", name)
	case barred || !w.Admits(a):
		return Refusal(name)
	}
	return nil
}

// cooling is the sender's own doing, so the sender is told the day.
func cooling(name string, until time.Time) error {
	return fault.New(fault.Denied, "You withdrew an invitation to %s. You can send another from %s on.", name, date(until.Add(day-time.Microsecond)))
}

// clean returns a letter as it is kept, or fault.FieldErrors for reason, sub,
// note and facts. book has the reasons beyond the seven.
func (l Limits) clean(w Letter, book Book) (Letter, error) {
	var fails fault.FieldErrors
	keep := func(err error) {
		var e *fault.Error
		if errors.As(err, &e) {
			fails = append(fails, e)
		}
	}
	var err error
	w.Reason, w.Sub, err = cleanReason(w.Reason, w.Sub, book)
	keep(err)
	w.Note, err = cleanText("note", w.Note, l.Note, "note")
	keep(err)
	w.Address = strings.TrimSpace(w.Address)
	if len(w.Release)+len(w.LeaveOut) > maxFacts {
		keep(fault.Field("facts", "At most %d facts can go with one invitation.", maxFacts))
	}
	return w, fails.Or()
}

// maxFacts bounds what one invitation releases and leaves out.
const maxFacts = 200

// cleanReason returns a stated reason and its sub-reason as they are kept; both
// may be empty, a sub-reason only without a reason.
func cleanReason(reason, sub string, book Book) (string, string, error) {
	r := why.Reason(reason)
	own, isOwn := book.Find(reason)
	switch {
	case reason == "":
		return "", "", nil
	case isOwn && own.Retired:
		return "", "", fault.Field("reason", "“%s” is no longer among the reasons. Please choose another, or none.", own.Label)
	case isOwn:
		return reason, "", nil
	case !r.Valid():
		return "", "", fault.Field("reason", "Please choose one of the reasons, or none.")
	case sub != "" && why.SubLabel(r, sub) == "":
		return "", "", fault.Field("sub", "Please choose one of the finer reasons that belong to this one, or none.")
	}
	return reason, sub, nil
}

func cleanText(field, s string, most int, what string) (string, error) {
	s, trouble := fold.Text(s)
	if trouble != "" {
		return "", fault.Field(field, "%s", trouble)
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", fault.Field(field, "This %s is too long: %d of %d characters.", what, n, most)
	}
	return s, nil
}

// cleanReply returns a reply as it is kept; an empty one is refused.
func (l Limits) cleanReply(s string) (string, error) {
	s, err := cleanText("reply", s, l.Reply, "reply")
	if err == nil && s == "" {
		err = fault.Field("reply", "Please write something, or leave it for later.")
	}
	return s, err
}

// mayReply decides whether a side may add to the thread of an invitation. The
// receiver opens it; the sender may answer each reply once, so that a thread is
// never a way to press somebody.
func (l Limits) mayReply(by Actor, received, sent int) error {
	switch {
	case by == Sender && received == 0:
		return fault.New(fault.Denied, "You can write here once there is a reply.")
	case by == Sender && sent >= received:
		return fault.New(fault.Denied, "You have answered already. You can write again after the next reply.")
	case by == Receiver && received >= l.Replies:
		return fault.New(fault.TooMany, "This thread is full at %d replies. Accept the invitation to write on.", l.Replies)
	}
	return nil
}
