package invite

import (
	"fmt"
	"sync"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
)

// at runs all acts at the same moment and returns their errors in order.
func at(acts ...func() error) []error {
	errs := make([]error, len(acts))
	start := make(chan struct{})
	var done sync.WaitGroup
	for i, act := range acts {
		done.Go(func() {
			<-start
			errs[i] = act()
		})
	}
	close(start)
	done.Wait()
	return errs
}

// expected fails on any error that a lost race may not give.
func (w *world) expected(errs []error) {
	w.t.Helper()
	for i, err := range errs {
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Denied) {
			w.t.Errorf("act %d: %v", i, err)
		}
	}
}

// consistent checks what must hold between two members whatever happened: the
// tie, the block and the invitation tell one story, on both sides.
func (w *world) consistent(sender, receiver, id int64) State {
	w.t.Helper()
	truth, mirror := w.truth(receiver, id), w.mirror(sender, id)
	tie, err := w.network.Connected(ctx, sender, receiver)
	w.must(err)
	back, err := w.network.Connected(ctx, receiver, sender)
	w.must(err)
	blocked, err := w.network.IsBlocked(ctx, w.db, sender, receiver)
	w.must(err)
	seen := truth.State
	if truth.State.silent() {
		seen = mirror.State
	}
	switch {
	case tie != back:
		w.t.Errorf("only one of them is connected")
	case seen != mirror.State:
		w.t.Errorf("the truth is %s, the sender sees %s", truth.State, mirror.State)
	case blocked && (tie || truth.State == Pending || mirror.State == Pending):
		w.t.Errorf("blocked, but tie=%t and %s", tie, truth.State)
	case tie && truth.State != Accepted:
		w.t.Errorf("connected by an invitation that is %s", truth.State)
	case truth.State == Accepted && !tie && !blocked:
		w.t.Errorf("accepted and not connected")
	}
	var events int
	w.must(w.db.QueryRow(ctx, `SELECT count(*) FROM invitation_events WHERE member_id = $1 AND invitation_id = $2`, receiver, id).Scan(&events))
	if int64(events) != truth.Version {
		w.t.Errorf("version %d has %d events", truth.Version, events)
	}
	w.must(w.network.Sync(ctx))
	if (w.degree(sender, receiver) == graph.First) != tie {
		w.t.Errorf("the graph disagrees with the tie")
	}
	return truth.State
}

const rounds = 12

func TestAcceptWithdrawBlockAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		outcomes := map[State]int{}
		for range rounds {
			x, y := w.member("Ola Vik"), w.member("Pia Roth")
			id := w.send(x, y, Letter{})
			errs := at(
				func() error { return w.Accept(ctx, access.Member(y), id) },
				func() error { return w.Withdraw(ctx, access.Member(x), id) },
				func() error { return w.Block(ctx, access.Member(y), x) },
				func() error { return w.Accept(ctx, access.Member(y), id) },
			)
			w.expected(errs)
			if errs[0] == nil && errs[3] == nil {
				t.Error("both of two accepts were the one")
			}
			if (errs[0] == nil || errs[3] == nil) && errs[1] == nil {
				t.Error("accepted and withdrawn")
			}
			outcomes[w.consistent(x, y, id)]++
		}
		t.Log(outcomes)
	})
}

func TestSilentAnswersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range rounds {
			x, y := w.member("Ola Vik"), w.member("Pia Roth")
			id := w.send(x, y, Letter{})
			errs := at(
				func() error { return w.Ignore(ctx, access.Member(y), id) },
				func() error { return w.Unknown(ctx, access.Member(y), id) },
				func() error { return w.Withdraw(ctx, access.Member(x), id) },
				func() error { return w.Reply(ctx, access.Member(y), id, "Hm?") },
			)
			w.expected(errs)
			w.consistent(x, y, id)
		}
	})
}

func TestCrossedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range rounds {
			x, y := w.member("Ola Vik"), w.member("Pia Roth")
			var a, b Sent
			errs := at(
				func() (err error) { a, err = w.Send(ctx, access.Member(x), y, Letter{}); return err },
				func() (err error) { b, err = w.Send(ctx, access.Member(y), x, Letter{}); return err },
			)
			if errs[0] != nil || errs[1] != nil || a.Connected == b.Connected {
				t.Fatalf("two who ask each other: %v, %v, %v", errs, a, b)
			}
			if w.consistent(x, y, a.ID) != Accepted || w.consistent(y, x, b.ID) != Accepted {
				t.Error("one of the two is not accepted")
			}
		}
	})
}

func TestSendingTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range rounds {
			x, y := w.member("Ola Vik"), w.member("Pia Roth")
			send := func() error { _, err := w.Send(ctx, access.Member(x), y, Letter{}); return err }
			errs := at(send, send, send)
			w.expected(errs)
			if in := w.inbox(y, Filter{}); len(in.Items) != 1 {
				t.Errorf("%d invitations wait, after %v", len(in.Items), errs)
			}
		}
	})
}

// A quota must hold however many hands send at once.
func TestQuotaAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.limits.Week = 3
		x := w.member("Ola Vik")
		var acts []func() error
		for i := range 8 {
			y := w.member(fmt.Sprint("Member ", i))
			acts = append(acts, func() error { _, err := w.Send(ctx, access.Member(x), y, Letter{}); return err })
		}
		sent := 0
		for _, err := range at(acts...) {
			if err == nil {
				sent++
			} else if !fault.Is(err, fault.TooMany) {
				t.Error(err)
			}
		}
		if sent != 3 || len(w.outbox(x, false)) != 3 {
			t.Errorf("%d were sent, 3 may be", sent)
		}
	})
}
