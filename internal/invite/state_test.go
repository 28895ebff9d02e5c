package invite

import (
	"fmt"
	"testing"

	"guildhall/internal/fault"
)

// allowed is the machine written a second time, from the product's rules and not
// from the table: who does what from where, and where it leads.
func allowed(from State, act Act, by Actor) (State, bool) {
	open := from == Pending || from == Ignored || from == Unknown || from == Spam // the sender sees it pending
	verdict := from == Unknown || from == Spam
	switch {
	case act == ActSend:
		return Pending, from == Draft && by == Sender
	case act == ActAccept:
		return Accepted, from == Pending && by == Receiver
	case act == ActCross && by == Sender:
		return Accepted, from == Draft
	case act == ActCross:
		return Accepted, open && by == Receiver
	case act == ActIgnore:
		return Ignored, from == Pending && by == Receiver
	case act == ActUndo:
		return Pending, (from == Ignored || from == Unknown) && by == Receiver
	case act == ActReopen:
		return Pending, from == Accepted && by == Receiver
	case act == ActUnknown:
		return Unknown, (from == Pending || from == Ignored) && by == Receiver
	case act == ActSpam:
		return Spam, (from == Pending || from == Ignored || from == Unknown) && by == Receiver
	case act == ActReply && by == Receiver:
		return from, from == Pending
	case act == ActReply && by == Sender:
		return from, open
	case act == ActWithdraw && verdict:
		return from, by == Sender
	case act == ActWithdraw:
		return Withdrawn, open && by == Sender
	case act == ActExpire && from == Pending:
		return Expired, by == System
	case act == ActExpire:
		return from, open && by == System
	case act == ActBlock:
		return Blocked, open && (by == Sender || by == Receiver)
	}
	return 0, false
}

func TestDecide(t *testing.T) {
	whose := map[Act][]Actor{
		ActSend: {Sender}, ActAccept: {Receiver}, ActCross: {Sender, Receiver}, ActIgnore: {Receiver}, ActUndo: {Receiver}, ActReopen: {Receiver},
		ActUnknown: {Receiver}, ActSpam: {Receiver}, ActReply: {Sender, Receiver}, ActWithdraw: {Sender}, ActExpire: {System},
		ActBlock: {Sender, Receiver},
	}
	n := 0
	for from := Draft; from <= Spam; from++ {
		for _, act := range Acts {
			for by := Stranger; by <= System; by++ {
				n++
				name := fmt.Sprintf("%s %s by %d", from, act, by)
				got, err := Decide(from, act, by)
				want, ok := allowed(from, act, by)
				mine := false
				for _, a := range whose[act] {
					mine = mine || a == by
				}
				switch {
				case ok && (err != nil || got != want):
					t.Errorf("%s = %s, %v; want %s", name, got, err, want)
				case !ok && err == nil:
					t.Errorf("%s is allowed and leads to %s", name, got)
				case !mine && (fault.Of(err) != fault.Missing || err.Error() != fault.NotFound().Error()):
					t.Errorf("%s: %v; somebody whose act it is not must see what is not there", name, err)
				case !ok && mine && (from == Blocked || from == Withdrawn && by == Receiver):
					if fault.Of(err) != fault.Missing || err.Error() != fault.NotFound().Error() {
						t.Errorf("%s: %v; it must be as if it had never been", name, err)
					}
				case !ok && mine && (fault.Of(err) != fault.Conflict || fault.Text(err) == ""):
					t.Errorf("%s: %v; an act that comes too late is a conflict in words", name, err)
				}
			}
		}
	}
	if n != 9*12*4 {
		t.Errorf("tried %d combinations", n)
	}
}

// What a receiver does in silence must read the same to the sender as doing
// nothing, act by act.
func TestSilence(t *testing.T) {
	for _, act := range Acts {
		_, pending := Decide(Pending, act, Sender)
		for _, silent := range []State{Ignored, Unknown, Spam} {
			_, err := Decide(silent, act, Sender)
			if fault.Text(err) != fault.Text(pending) && (err != nil || pending != nil) {
				t.Errorf("a sender's %s says %q on a pending invitation and %q on one that is %s", act, fault.Text(pending), fault.Text(err), silent)
			}
		}
	}
	for _, act := range []Act{ActIgnore, ActUndo, ActUnknown, ActSpam, ActReply} {
		if s, ok := act.Shows(); ok {
			t.Errorf("%s shows the sender %s", act, s)
		}
	}
}

func TestStateNames(t *testing.T) {
	seen := map[string]bool{}
	for s := Draft; s <= Spam; s++ {
		if s.String() == "" || seen[s.String()] {
			t.Errorf("state %d is called %q", s, s)
		}
		seen[s.String()] = true
	}
	if State(0).String() != "" || State(10).String() != "" {
		t.Error("there are states that there aren't")
	}
}
