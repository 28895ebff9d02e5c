package invite

import "guildhall/internal/fault"

// State is where an invitation stands. Numbers are stored.
//
//	         send                              accept, cross
//	draft ─────────► pending ──────────────────────────────────► accepted
//	                  │   ▲  ▲                                     │  ▲
//	                  │   │  └── reopen, within 10 minutes ────────┘  │
//	 ignore, unknown, │   │ undo, within 10 minutes                  │
//	 spam             ▼   │ (not of spam)                            │
//	             ┌── the silent answers ────────────┐      cross     │
//	             │ ignored ──► unknown ──► spam     ├────────────────┘
//	             └──────────────────────────────────┘
//
//	pending, ignored ── withdraw ──────────► withdrawn
//	pending ── expire, after 180 days ─────► expired
//	pending, and the silent ones ── block ─► blocked
//
// Ignored, unknown and spam are silent: the sender goes on seeing a pending
// invitation, may withdraw it, answer in its thread, and sees it expire with all
// others (see Act.Shows). Withdrawing or expiring does not undo an unknown or a
// spam verdict: there the receiver's side stays as it is. Cross means that the
// receiver invited the sender in turn: two people who ask each other are
// connected at once. Reopen takes an acceptance back, and with it the tie that it
// made; what two people decided by crossing neither takes back alone.
type State uint8

// The states.
const (
	Draft     State = 1 // only in the sender's drafts
	Pending   State = 2
	Accepted  State = 3
	Ignored   State = 4
	Withdrawn State = 5
	Expired   State = 6
	Blocked   State = 7
	Unknown   State = 8 // "I don't know this person"
	Spam      State = 9
)

var stateNames = [...]string{Draft: "draft", Pending: "pending", Accepted: "accepted", Ignored: "ignored", Withdrawn: "withdrawn",
	Expired: "expired", Blocked: "blocked", Unknown: "unknown", Spam: "spam"}

// String returns the stable code.
func (s State) String() string {
	if s < Draft || s > Spam {
		return ""
	}
	return stateNames[s]
}

// silent reports an answer of which the sender learns nothing.
func (s State) silent() bool { return s == Ignored || s == Unknown || s == Spam }

// refuses reports an answer that counts against the sender.
func (s State) refuses() bool { return s == Unknown || s == Spam }

// Act is what somebody does with an invitation. The names are stored with every
// transition.
type Act string

// The acts.
const (
	ActSend     Act = "send"
	ActAccept   Act = "accept"
	ActCross    Act = "cross" // the receiver invited the sender in turn
	ActIgnore   Act = "ignore"
	ActUndo     Act = "undo"   // of an ignore, or of "I don't know this person"
	ActReopen   Act = "reopen" // undo of an acceptance
	ActUnknown  Act = "unknown"
	ActSpam     Act = "spam"
	ActReply    Act = "reply"
	ActWithdraw Act = "withdraw"
	ActExpire   Act = "expire"
	ActBlock    Act = "block"
)

// Acts lists all, for tests and for the operator's figures.
var Acts = []Act{ActSend, ActAccept, ActCross, ActIgnore, ActUndo, ActReopen, ActUnknown, ActSpam, ActReply, ActWithdraw, ActExpire, ActBlock}

// Shows is the state in which the sender sees the invitation after the act; ok
// is false where the act changes nothing for the sender.
func (a Act) Shows() (s State, ok bool) {
	switch a {
	case ActSend, ActReopen:
		return Pending, true
	case ActAccept, ActCross:
		return Accepted, true
	case ActWithdraw:
		return Withdrawn, true
	case ActExpire:
		return Expired, true
	case ActBlock:
		return Blocked, true
	}
	return 0, false
}

// Actor is how whoever acts stands to an invitation.
type Actor uint8

// The actors. A Stranger may do nothing and learns nothing.
const (
	Stranger Actor = iota
	Sender
	Receiver
	System
)

type step struct {
	from State
	act  Act
	by   Actor
}

// steps is the whole machine: what is not here does not happen.
var steps = map[step]State{
	{Draft, ActSend, Sender}:  Pending,
	{Draft, ActCross, Sender}: Accepted,

	{Pending, ActAccept, Receiver}:  Accepted,
	{Pending, ActCross, Receiver}:   Accepted,
	{Accepted, ActReopen, Receiver}: Pending,
	{Pending, ActIgnore, Receiver}:  Ignored,
	{Pending, ActUnknown, Receiver}: Unknown,
	{Pending, ActSpam, Receiver}:    Spam,
	{Pending, ActReply, Receiver}:   Pending,
	{Pending, ActReply, Sender}:     Pending,
	{Pending, ActWithdraw, Sender}:  Withdrawn,
	{Pending, ActExpire, System}:    Expired,
	{Pending, ActBlock, Receiver}:   Blocked,
	{Pending, ActBlock, Sender}:     Blocked,

	{Ignored, ActUndo, Receiver}:    Pending,
	{Ignored, ActCross, Receiver}:   Accepted,
	{Ignored, ActUnknown, Receiver}: Unknown,
	{Ignored, ActSpam, Receiver}:    Spam,
	{Ignored, ActReply, Sender}:     Ignored,
	{Ignored, ActWithdraw, Sender}:  Withdrawn,
	{Ignored, ActExpire, System}:    Ignored,
	{Ignored, ActBlock, Receiver}:   Blocked,
	{Ignored, ActBlock, Sender}:     Blocked,

	{Unknown, ActUndo, Receiver}:   Pending,
	{Unknown, ActCross, Receiver}:  Accepted,
	{Unknown, ActSpam, Receiver}:   Spam,
	{Unknown, ActReply, Sender}:    Unknown,
	{Unknown, ActWithdraw, Sender}: Unknown,
	{Unknown, ActExpire, System}:   Unknown,
	{Unknown, ActBlock, Receiver}:  Blocked,
	{Unknown, ActBlock, Sender}:    Blocked,

	{Spam, ActCross, Receiver}:  Accepted,
	{Spam, ActReply, Sender}:    Spam,
	{Spam, ActWithdraw, Sender}: Spam,
	{Spam, ActExpire, System}:   Spam,
	{Spam, ActBlock, Receiver}:  Blocked,
	{Spam, ActBlock, Sender}:    Blocked,
}

// mine says whose act it is at all.
var mine = func() map[Act]map[Actor]bool {
	m := make(map[Act]map[Actor]bool, len(Acts))
	for s := range steps {
		if m[s.act] == nil {
			m[s.act] = make(map[Actor]bool, 2)
		}
		m[s.act][s.by] = true
	}
	return m
}()

// Decide returns the state after an act. An act that is not the actor's to do,
// on any invitation, is answered like one that is not there; an act that comes
// too late with a Conflict that tells the actor no more than they may know.
func Decide(from State, act Act, by Actor) (State, error) {
	if !mine[act][by] || by == Stranger {
		return 0, fault.NotFound()
	}
	if to, ok := steps[step{from, act, by}]; ok {
		return to, nil
	}
	return 0, tooLate(from, by)
}

func tooLate(from State, by Actor) error {
	if from == Blocked || by == Receiver && from == Withdrawn { // as for an invitation that never was
		return fault.NotFound()
	}
	if by == Receiver {
		return fault.New(fault.Conflict, "%s", receiverLate[from])
	}
	return fault.New(fault.Conflict, "%s", senderLate[from])
}

var receiverLate = map[State]string{
	Draft:    "This invitation is no longer open.",
	Pending:  "This invitation is waiting for your answer.",
	Accepted: "You have accepted this invitation already.",
	Ignored:  "You have ignored this invitation already.",
	Expired:  "This invitation is no longer open.",
	Unknown:  "You have answered this invitation already.",
	Spam:     "You have answered this invitation already.",
}

// What a receiver did in silence reads as if the invitation were pending.
var senderLate = map[State]string{
	Draft:     "This invitation has not been sent yet.",
	Pending:   "This invitation is already waiting for an answer.",
	Accepted:  "This invitation was accepted: you are connected.",
	Ignored:   "This invitation is already waiting for an answer.",
	Withdrawn: "You have withdrawn this invitation already.",
	Expired:   "This invitation has expired.",
	Unknown:   "This invitation is already waiting for an answer.",
	Spam:      "This invitation is already waiting for an answer.",
}
