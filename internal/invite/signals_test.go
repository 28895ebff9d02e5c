package invite

import (
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/evidence"
	"guildhall/internal/why"
)

// told is what earlier invitations tell m about other, by kind.
func (w *world) told(m, other int64) map[string]why.Signal {
	w.t.Helper()
	lens, err := w.guard.For(ctx, access.Member(m))
	w.must(err)
	lists, err := w.Service.Evidence(ctx, lens, []evidence.Pair{{Sender: other, Receiver: m}})
	w.must(err)
	out := map[string]why.Signal{}
	for _, s := range lists[0] {
		out[s.Kind] = s
	}
	return out
}

// Both sides are told of what was between them before, and of nothing else: not
// what still waits, nor a reply to nothing, nor a silent answer.
func TestWhatWasBetweenThemBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada, bo, cy := w.member("Ada"), w.member("Bo"), w.member("Cy")
		a, b := access.Member(ada), access.Member(bo)

		sent, err := w.Send(ctx, a, bo, Letter{Note: "Do you remember the pump?"})
		w.must(err)
		w.must(w.Reply(ctx, b, sent.ID, "I do."))
		if got := w.told(bo, ada); len(got) > 0 {
			t.Errorf("an invitation that waits speaks for itself: %v", got)
		}
		w.now = w.now.Add(w.limits.Life + time.Hour)
		n, err := w.ExpireDue(ctx)
		if err != nil || n != 1 {
			t.Fatal(n, err)
		}
		for m, other := range map[int64]int64{ada: bo, bo: ada} {
			if s := w.told(m, other)[why.EarlierMessages]; s.Count != 1 || s.To != evidence.Month(w.now.Add(-w.limits.Life-time.Hour)) {
				t.Errorf("%d about %d: %+v", m, other, s)
			}
		}
		if got := w.told(cy, ada); len(got) > 0 {
			t.Errorf("told to a third: %v", got)
		}

		sent, err = w.Send(ctx, b, cy, Letter{Note: "And you?"})
		w.must(err)
		w.must(w.Reply(ctx, access.Member(cy), sent.ID, "Not me."))
		w.must(w.Withdraw(ctx, b, sent.ID))
		if len(w.told(cy, bo))+len(w.told(bo, cy)) > 0 {
			t.Error("a withdrawn invitation never was")
		}

		sent, err = w.Send(ctx, access.Member(cy), ada, Letter{})
		w.must(err)
		w.must(w.Accept(ctx, a, sent.ID))
		if got := w.told(ada, cy); len(got) > 0 {
			t.Errorf("told to the connected: %v", got)
		}
		w.now = w.now.Add(40 * 24 * time.Hour)
		w.must(w.network.Disconnect(ctx, a, cy))
		for m, other := range map[int64]int64{ada: cy, cy: ada} {
			if _, ok := w.told(m, other)[why.OnceConnected]; !ok {
				t.Errorf("%d and %d were connected, and are told %v", m, other, w.told(m, other))
			}
		}

		sent, err = w.Send(ctx, access.Member(cy), bo, Letter{})
		w.must(err)
		w.must(w.Reply(ctx, b, sent.ID, "Who are you?"))
		w.must(w.Ignore(ctx, b, sent.ID))
		if got := w.told(cy, bo); len(got) > 0 {
			t.Errorf("the sender learns of a silent answer: %v", got)
		}
	})
}
