package invite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func TestFromLetterToTie(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		w.connect(bo, cy)
		w.has(ada, trait.Company, "Nordlys Energi", 2018, 0)
		w.has(bo, trait.Company, "Nordlys Energi", 2016, 2021)
		id := w.send(ada, bo, Letter{Reason: "relationship", Sub: "worked", Note: "The outage desk!"})

		in := w.inbox(bo, Filter{})
		if len(in.Items) != 1 || in.Counts.All != 1 || in.Counts.Reason["relationship"] != 1 || in.Counts.Shared != 1 {
			t.Fatalf("the inbox holds %+v", in)
		}
		it := in.Items[0]
		if it.From.Name != "Ada Sander" || it.Note != "The outage desk!" || it.Why.Verdict != why.Agrees || it.Degree != graph.Far {
			t.Errorf("it reads %+v", it)
		}
		if title, fact := why.Chip(it.Why.Stated); title != "Worked together" || fact != "3 y 1 m" {
			t.Errorf("the chip says %q %q", title, fact)
		}
		if n, err := w.Waiting(ctx, access.Member(bo)); n != 1 || err != nil {
			t.Errorf("%d waiting, %v", n, err)
		}
		w.must(w.Accept(ctx, access.Member(bo), id))
		w.in(ada, bo, id, Accepted, Accepted)
		if w.degree(ada, bo) != graph.First || w.degree(ada, cy) != graph.Second {
			t.Error("the degrees did not change at once")
		}
		tie, ok, err := w.network.Tie(ctx, w.db, ada, bo)
		if !ok || err != nil || tie.Reason != "relationship" || tie.Sub != "worked" || tie.InvitedBy != ada {
			t.Errorf("the tie keeps %+v, %v", tie, err)
		}
		if b, err := w.Between(ctx, access.Member(ada), bo); b.Relation != Connected || b.Sub != "worked" || err != nil {
			t.Errorf("between them: %+v, %v", b, err)
		}
		if n, _ := w.Waiting(ctx, access.Member(bo)); n != 0 || len(w.inbox(bo, Filter{}).Items) != 0 {
			t.Error("it still waits")
		}
	})
}

// Every act on every invitation by everybody whose act it is not: the answer must
// be the very one that an id of nothing gets, and nothing may change.
func TestOnlyWhoseActItIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		dee := w.member("Dee Okafor")
		w.must(w.Block(ctx, access.Member(dee), cy))
		acts := map[string]func(access.Viewer, int64) error{
			"accept":   func(v access.Viewer, id int64) error { return w.Accept(ctx, v, id) },
			"ignore":   func(v access.Viewer, id int64) error { return w.Ignore(ctx, v, id) },
			"undo":     func(v access.Viewer, id int64) error { return w.Undo(ctx, v, id) },
			"unknown":  func(v access.Viewer, id int64) error { return w.Unknown(ctx, v, id) },
			"spam":     func(v access.Viewer, id int64) error { return w.Spam(ctx, v, id) },
			"withdraw": func(v access.Viewer, id int64) error { return w.Withdraw(ctx, v, id) },
			"reply":    func(v access.Viewer, id int64) error { return w.Reply(ctx, v, id, "Hello") },
			"many": func(v access.Viewer, id int64) error {
				return w.AcceptMany(ctx, v, []int64{id})[0].Err
			},
		}
		sender := []string{"accept", "ignore", "undo", "unknown", "spam", "many"}
		for _, state := range []State{Pending, Ignored, Accepted, Withdrawn, Unknown} {
			x, y := w.member("Ines "+state.String()), w.member("Jo "+state.String())
			id := w.send(x, y, Letter{})
			w.bring(x, y, id, state)
			before := w.truth(y, id)
			for name, act := range acts {
				for who, v := range map[string]access.Viewer{"a guest": {}, "a stranger": access.Member(ada), "another": access.Member(bo), "one with a block": access.Member(cy)} {
					real, none := act(v, id), act(v, 12345)
					if fault.Of(real) != fault.Missing || fmt.Sprint(real) != fmt.Sprint(none) {
						t.Errorf("%s: %s by %s: %v; with nothing there: %v", state, name, who, real, none)
					}
				}
			}
			for _, name := range sender {
				if err := acts[name](access.Member(x), id); fault.Of(err) != fault.Missing {
					t.Errorf("%s: the sender's own %s: %v", state, name, err)
				}
			}
			if err := acts["withdraw"](access.Member(y), id); fault.Of(err) != fault.Missing {
				t.Errorf("%s: a receiver withdraws: %v", state, err)
			}
			if after := w.truth(y, id); after != before {
				t.Errorf("%s: strangers changed %+v to %+v", state, before, after)
			}
		}
	})
}

// bring answers a pending invitation so that it stands in a state.
func (w *world) bring(sender, receiver, id int64, s State) {
	w.t.Helper()
	r := access.Member(receiver)
	switch s {
	case Ignored:
		w.must(w.Ignore(ctx, r, id))
	case Accepted:
		w.must(w.Accept(ctx, r, id))
	case Unknown:
		w.must(w.Unknown(ctx, r, id))
	case Spam:
		w.must(w.Spam(ctx, r, id))
	case Withdrawn:
		w.must(w.Withdraw(ctx, access.Member(sender), id))
	}
}

// What a receiver answers in silence must leave every view of the sender as it
// was, now and after each thing that the sender can do next.
func TestSilentAnswersDoNotShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		said := map[State]string{}
		for _, state := range []State{Pending, Ignored, Unknown, Spam} {
			x, y := w.member("Kit Marlow"), w.member("Lou Brandt")
			id := w.send(x, y, Letter{Reason: "network"})
			w.must(w.Reply(ctx, access.Member(y), id, "Where did we meet?"))
			w.bring(x, y, id, state)
			v := access.Member(x)
			var views []string
			look := func(what string, err error) {
				b, berr := w.Between(ctx, v, y)
				q, qerr := w.Quota(ctx, v)
				o, oerr := w.Opening(ctx, v, y)
				if w.now != noon {
					o.Refusal = "" // once it has ended for the sender, a bar may be met, in general words
				}
				views = append(views, fmt.Sprint(what, err, berr, qerr, oerr, b.Relation, q, o.Refusal, o.Who))
				for _, ended := range []bool{false, true} {
					for _, l := range w.outbox(x, ended) {
						views = append(views, fmt.Sprint(l.State, l.SentAt, l.ClosedAt, l.CanWrite, len(l.Thread), l.Version, l.ExpiresAt))
					}
				}
			}
			look("first", nil)
			_, err := w.Send(ctx, v, y, Letter{})
			look("again", err)
			look("answer", w.Reply(ctx, v, id, "In Bergen."))
			look("answer twice", w.Reply(ctx, v, id, "Bergen!"))
			w.now = w.now.Add(181 * day)
			_, err = w.ExpireDue(ctx)
			look("over", err)
			look("withdraw", w.Withdraw(ctx, v, id))
			w.now = w.now.Add(-181 * day)
			said[state] = strings.Join(views, "\n")
		}
		for state, views := range said {
			if views != said[Pending] {
				t.Errorf("%s shows to the sender:\n%s\nwhile pending shows:\n%s", state, views, said[Pending])
			}
		}
		if !strings.Contains(said[Pending], "Lou Brandt is already waiting") {
			t.Errorf("sending again says: %s", said[Pending])
		}
	})
}

func TestUnknownBarsForGood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		id := w.send(ada, bo, Letter{})
		w.must(w.Unknown(ctx, access.Member(bo), id))
		w.must(w.Withdraw(ctx, access.Member(ada), id))
		w.in(ada, bo, id, Unknown, Withdrawn)
		w.now = w.now.Add(400 * day)
		_, err := w.Send(ctx, access.Member(ada), bo, Letter{})
		if fmt.Sprint(err) != fmt.Sprint(Refusal("Bo Lindqvist")) {
			t.Errorf("a barred sender is told %v", err)
		}
		// Whoever asks in turn has changed their mind: the bar is lifted.
		w.send(bo, ada, Letter{})
		s, err := w.Send(ctx, access.Member(ada), bo, Letter{})
		if err != nil || !s.Connected {
			t.Errorf("answering by an invitation: %+v, %v", s, err)
		}
	})
}

func TestWithdrawCoolsDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		v := access.Member(ada)
		id := w.send(ada, bo, Letter{})
		w.must(w.Withdraw(ctx, v, id))
		w.in(ada, bo, id, Withdrawn, Withdrawn)
		w.refused("withdrawing twice", w.Withdraw(ctx, v, id), fault.Conflict)
		w.refused("accepting what was withdrawn", w.Accept(ctx, access.Member(bo), id), fault.Missing)
		if in := w.inbox(bo, Filter{}); len(in.Items) != 0 || in.Counts.All != 0 {
			t.Error("the receiver still has it")
		}
		if l, err := w.Answered(ctx, access.Member(bo), page.Cursor{}); len(l.Items) != 0 || err != nil {
			t.Errorf("the receiver is told: %+v, %v", l, err)
		}
		w.now = w.now.Add(21*day - time.Minute)
		_, err := w.Send(ctx, v, bo, Letter{})
		w.refused("sending within the cool-down", err, fault.Denied)
		if !strings.Contains(fault.Text(err), "You withdrew an invitation to Bo Lindqvist. You can send another from 5 April 2026 on.") {
			t.Errorf("the sender is told %q", fault.Text(err))
		}
		if b, _ := w.Between(ctx, v, bo); b.Relation != Cooling {
			t.Errorf("between: %+v", b)
		}
		w.now = w.now.Add(time.Minute)
		w.send(ada, bo, Letter{})
	})
}

func TestExpire(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		one, two := w.send(ada, bo, Letter{}), w.send(ada, cy, Letter{})
		w.now = w.now.Add(180*day - time.Microsecond)
		if n, err := w.ExpireDue(ctx); n != 0 || err != nil {
			t.Fatalf("%d expired too soon, %v", n, err)
		}
		w.now = w.now.Add(time.Microsecond)
		w.refused("accepting what is over, before the sweep", w.Accept(ctx, access.Member(cy), two), fault.Conflict)
		if n, _ := w.Waiting(ctx, access.Member(bo)); n != 0 || len(w.inbox(bo, Filter{}).Items) != 0 {
			t.Error("what is over still waits")
		}
		if n, err := w.ExpireDue(ctx); n != 2 || err != nil {
			t.Fatalf("%d expired, %v", n, err)
		}
		if n, err := w.ExpireDue(ctx); n != 0 || err != nil {
			t.Errorf("the sweep came back for %d, %v", n, err)
		}
		w.in(ada, bo, one, Expired, Expired)
		w.send(ada, bo, Letter{}) // and may be sent anew at once
	})
}

func TestSendingAgainEndsWhatIsOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		old := w.send(ada, bo, Letter{})
		w.now = w.now.Add(200 * day)
		id := w.send(ada, bo, Letter{})
		w.in(ada, bo, old, Expired, Expired)
		w.in(ada, bo, id, Pending, Pending)
	})
}

func TestCrossed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, state := range []State{Pending, Ignored, Unknown, Spam} {
			x, y := w.member("Mia Torp"), w.member("Nil Serra")
			first := w.send(x, y, Letter{Reason: "background", Sub: "school"})
			w.bring(x, y, first, state)
			w.must(w.SetWho(ctx, access.Member(x), KnowAddress)) // whoever asked is open to the answer
			s, err := w.Send(ctx, access.Member(y), x, Letter{Reason: "network", Note: "Me too"})
			if err != nil || !s.Connected {
				t.Fatalf("%s: crossing: %+v, %v", state, s, err)
			}
			w.in(x, y, first, Accepted, Accepted)
			w.in(y, x, s.ID, Accepted, Accepted)
			if w.degree(x, y) != graph.First {
				t.Errorf("%s: they are not connected", state)
			}
			if tie, _, _ := w.network.Tie(ctx, w.db, y, x); tie.Reason != "background" || tie.InvitedBy != x {
				t.Errorf("%s: the tie keeps %+v", state, tie)
			}
		}
	})
}

func TestQuotaHolds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.limits.Week, w.limits.Pending = 2, 3
		ada := w.member("Ada Sander")
		v := access.Member(ada)
		var sent []int64
		for i := range 2 {
			sent = append(sent, w.send(ada, w.member(fmt.Sprint("Member ", i)), Letter{}))
		}
		late := w.member("Late Comer")
		_, err := w.Send(ctx, v, late, Letter{})
		w.refused("a third within the week", err, fault.TooMany)
		q, err := w.Quota(ctx, v)
		if err != nil || q.Left != 0 || q.Pending != 2 || !q.Next.Equal(w.now.Add(7*day)) {
			t.Errorf("the quota says %+v, %v", q, err)
		}
		w.must(w.Withdraw(ctx, v, sent[0])) // withdrawing gives nothing back
		_, err = w.Send(ctx, v, late, Letter{})
		w.refused("after withdrawing one", err, fault.TooMany)
		w.now = w.now.Add(8 * day)
		w.send(ada, late, Letter{})
		w.send(ada, w.member("Another"), Letter{})
		w.now = w.now.Add(8 * day)
		_, err = w.Send(ctx, v, w.member("One More"), Letter{})
		w.refused("with three waiting", err, fault.TooMany)
		if !strings.Contains(fault.Text(err), "3 of your invitations are waiting") {
			t.Errorf("it says %q", fault.Text(err))
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		v := access.Member(ada)
		_, err := w.Send(ctx, v, ada, Letter{})
		w.refused("inviting oneself", err, fault.Invalid)
		_, err = w.Send(ctx, access.Guest(), ada, Letter{})
		w.refused("a guest's invitation", err, fault.Missing)
		w.connect(ada, cy)
		_, err = w.Send(ctx, v, cy, Letter{})
		w.refused("inviting a connection", err, fault.Conflict)
		_, none := w.Send(ctx, v, 4711, Letter{})
		dee := w.member("Dee Okafor")
		w.must(w.Block(ctx, access.Member(dee), ada))
		_, err = w.Send(ctx, v, dee, Letter{})
		if fmt.Sprint(err) != fmt.Sprint(none) || fault.Of(err) != fault.Missing {
			t.Errorf("who blocked me answers %v, nobody answers %v", err, none)
		}
		w.must(w.SetWho(ctx, access.Member(bo), WithinSecond))
		_, err = w.Send(ctx, v, bo, Letter{Reason: "network"})
		if fmt.Sprint(err) != fmt.Sprint(Refusal("Bo Lindqvist")) {
			t.Errorf("far away: %v", err)
		}
		if o, _ := w.Opening(ctx, v, bo); o.Refusal != RefusalText("Bo Lindqvist") || o.Who != Everybody {
			t.Errorf("the dialog says %q, %v", o.Refusal, o.Who)
		}
		w.has(ada, trait.School, "Saltmarsh Institute", 2010, 2014)
		w.has(bo, trait.School, "Saltmarsh Institute", 1990, 1994)
		w.send(ada, bo, Letter{}) // they share a school, and both let those who share see it
		w.must(w.SetWho(ctx, access.Member(dee), KnowAddress))
		eve := w.member("Eve Larsen")
		_, err = w.Send(ctx, access.Member(eve), dee, Letter{})
		if fault.ByField(err)["address"] == "" {
			t.Errorf("without an address: %v", err)
		}
		_, err = w.Send(ctx, access.Member(eve), dee, Letter{Address: "wrong@example.org"})
		if fmt.Sprint(err) != fmt.Sprint(Refusal("Dee Okafor")) {
			t.Errorf("with a wrong address: %v", err)
		}
		if _, err = w.Send(ctx, access.Member(eve), dee, Letter{Address: "right@example.org"}); err != nil {
			t.Errorf("with the right one: %v", err)
		}
	})
}

func TestUndo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		v := access.Member(bo)
		id := w.send(ada, bo, Letter{})
		w.must(w.Ignore(ctx, v, id))
		if l, err := w.OneAnswered(ctx, v, id); !l.CanUndo || err != nil {
			t.Errorf("it cannot be undone: %+v, %v", l, err)
		}
		w.now = w.now.Add(10 * time.Minute)
		w.must(w.Undo(ctx, v, id))
		w.in(ada, bo, id, Pending, Pending)
		w.refused("undoing twice", w.Undo(ctx, v, id), fault.Conflict)
		w.must(w.Ignore(ctx, v, id))
		w.now = w.now.Add(10*time.Minute + time.Microsecond)
		w.refused("undoing too late", w.Undo(ctx, v, id), fault.Conflict)
		if l, _ := w.OneAnswered(ctx, v, id); l.CanUndo {
			t.Error("it is offered too late")
		}
	})
}

// Undoing an acceptance ends the tie that it made and lets the invitation wait
// again, for both; all else goes on from there.
func TestUndoAccept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		v := access.Member(bo)
		id := w.send(ada, bo, Letter{Reason: "network"})
		w.must(w.Accept(ctx, v, id))
		if l, err := w.OneAnswered(ctx, v, id); !l.CanUndo || err != nil {
			t.Errorf("it cannot be undone: %+v, %v", l, err)
		}
		w.now = w.now.Add(10 * time.Minute)
		w.must(w.Undo(ctx, v, id))
		w.in(ada, bo, id, Pending, Pending)
		if yes, err := w.network.Connected(ctx, ada, bo); yes || err != nil || w.degree(ada, bo) == graph.First {
			t.Errorf("they are connected still: %t, %v", yes, err)
		}
		if m := w.mirror(ada, id); !m.ClosedAt.IsZero() {
			t.Errorf("the sender sees it closed at %v", m.ClosedAt)
		}
		w.refused("undoing twice", w.Undo(ctx, v, id), fault.Conflict)
		if before := w.truth(bo, id); !before.ExpiresAt.Equal(before.SentAt.Add(w.limits.Life)) {
			t.Errorf("it expires at %v", before.ExpiresAt)
		}
		w.must(w.Accept(ctx, v, id))
		w.now = w.now.Add(10*time.Minute + time.Microsecond)
		w.refused("undoing too late", w.Undo(ctx, v, id), fault.Conflict)
		if l, _ := w.OneAnswered(ctx, v, id); l.CanUndo {
			t.Error("it is offered too late")
		}
		w.consistent(ada, bo, id)

		other := w.send(cy, bo, Letter{})
		w.must(w.Accept(ctx, v, other))
		w.must(w.network.Disconnect(ctx, access.Member(cy), bo))
		w.refused("undoing a tie that the other has ended", w.Undo(ctx, v, other), fault.Conflict)
		w.in(cy, bo, other, Accepted, Accepted)
		w.must(w.Block(ctx, access.Member(cy), bo))
		w.refused("undoing after a block", w.Undo(ctx, v, other), fault.Missing)
	})
}

// Neither of two who asked each other takes that back alone, nor does an undo end
// a tie that was there before.
func TestUndoIsOfOnesOwnTie(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		theirs := w.send(ada, bo, Letter{})
		mine := w.send(bo, ada, Letter{})
		for who, id := range map[int64]int64{bo: theirs, ada: mine} {
			if l, err := w.OneAnswered(ctx, access.Member(who), id); l.CanUndo || err != nil {
				t.Errorf("what crossed is offered to be undone: %v", err)
			}
			w.refused("undoing what crossed", w.Undo(ctx, access.Member(who), id), fault.Conflict)
		}
		id := w.send(cy, bo, Letter{})
		w.connect(cy, bo) // an import, say
		w.now = w.now.Add(time.Minute)
		w.must(w.Accept(ctx, access.Member(bo), id))
		w.refused("undoing a tie that was there", w.Undo(ctx, access.Member(bo), id), fault.Conflict)
		if yes, _ := w.network.Connected(ctx, cy, bo); !yes {
			t.Error("an older tie is gone")
		}
	})
}

// Undoing "I don't know this person" takes back all that it did.
func TestUndoUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		id := w.send(ada, bo, Letter{})
		w.must(w.Unknown(ctx, access.Member(bo), id))
		w.must(w.Undo(ctx, access.Member(bo), id))
		w.in(ada, bo, id, Pending, Pending)
		if b, err := loadBars(ctx, w.db, bo, ada, w.now); w.refusals(ada) != 0 || b.barred || err != nil {
			t.Errorf("left over: %d refusals, %+v, %v", w.refusals(ada), b, err)
		}
		w.must(w.Spam(ctx, access.Member(bo), id))
		w.refused("undoing a report", w.Undo(ctx, access.Member(bo), id), fault.Conflict)
	})
}

// A refusal counts in the week of the answer that stands, until the receiver asks
// the sender in turn.
func TestRefusalsAreCounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		id, other := w.send(ada, bo, Letter{}), w.send(ada, cy, Letter{})
		w.must(w.Ignore(ctx, access.Member(bo), id))
		w.must(w.Unknown(ctx, access.Member(bo), id))
		w.must(w.Spam(ctx, access.Member(cy), other))
		if n := w.refusals(ada); n != 2 {
			t.Errorf("two answered that they don't know Ada, %d count", n)
		}
		w.now = w.now.Add(8 * day)
		w.must(w.Spam(ctx, access.Member(bo), id))
		if n := w.refusals(ada); n != 2 {
			t.Errorf("one of them reports it too, and %d count", n)
		}
		w.must(w.Block(ctx, access.Member(cy), ada))
		if n := w.refusals(ada); n != 2 {
			t.Errorf("a block on top leaves %d", n)
		}
		w.send(bo, ada, Letter{}) // who asks in turn does know her
		if n := w.refusals(ada); n != 1 {
			t.Errorf("one is connected with her now, and %d count", n)
		}
	})
}

// refusals is how many count against a sender at any time.
func (w *world) refusals(sender int64) (n int) {
	w.t.Helper()
	_, err := db.One(w.db.QueryRow(ctx, `SELECT coalesce(sum(count), 0) FROM refusals WHERE member_id = $1`, sender), &n)
	w.must(err)
	return n
}

// What a sender can learn from the limit: nothing of one or two answers, ever; of
// more nothing before the Monday on which they are reckoned, and then no more than
// that some of those who haven't accepted answered so.
func TestTheLimitTellsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		rest, refused int
		limit         int // from the reckoning on; 0: as if nobody had
	}{
		{1, 1, 0}, {8, 1, 0}, {8, 2, 0}, {3, 3, 0}, {5, 5, 0}, {6, 6, 50}, {8, 3, 50}, {8, 8, 50}, {14, 14, 20},
	} {
		t.Run(fmt.Sprintf("%d of %d", c.refused, c.rest), func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				silent, told := w.history(c.rest, 0), w.history(c.rest, c.refused)
				same := func(when string) {
					t.Helper()
					a, err := w.Quota(ctx, access.Member(silent))
					w.must(err)
					b, err := w.Quota(ctx, access.Member(told))
					w.must(err)
					if a != b {
						t.Errorf("%s the limits are %+v and %+v", when, a, b)
					}
				}
				same("at once")
				w.now = monday(w.now).Add(2*week - time.Second)
				same("until the second Monday")
				w.now = w.now.Add(time.Second)
				if c.limit == 0 {
					same("on the second Monday")
				} else if q, err := w.Quota(ctx, access.Member(told)); q.Limit != c.limit || err != nil {
					t.Errorf("the limit is %+v, %v, want %d", q, err, c.limit)
				}
			})
		})
	}
}

// history is a sender with fifteen accepted invitations and some that aren't, a number
// of them refused.
func (w *world) history(rest, refused int) (sender int64) {
	w.t.Helper()
	w.now = noon
	sender = w.member("Sam Sender")
	for i := range 15 + rest {
		to := w.member(fmt.Sprint("Receiver ", i))
		id := w.send(sender, to, Letter{})
		switch {
		case i < 15:
			w.must(w.Accept(ctx, access.Member(to), id))
		case i < 15+refused:
			w.must(w.Unknown(ctx, access.Member(to), id))
		default:
			w.must(w.Ignore(ctx, access.Member(to), id))
		}
	}
	return sender
}

func TestReplyDoesNotAccept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		a, b := access.Member(ada), access.Member(bo)
		id := w.send(ada, bo, Letter{Note: "Hello"})
		w.refused("a sender's second word", w.Reply(ctx, a, id, "Well?"), fault.Denied)
		w.must(w.Reply(ctx, b, id, " Do we know each other? "))
		w.in(ada, bo, id, Pending, Pending)
		w.must(w.Reply(ctx, a, id, "From the night train."))
		w.refused("pressing", w.Reply(ctx, a, id, "Remember?"), fault.Denied)
		for who, thread := range map[string][]Reply{"receiver": w.inbox(bo, Filter{}).Items[0].Thread, "sender": w.outbox(ada, false)[0].Thread} {
			if len(thread) != 2 || thread[0].Body != "Do we know each other?" || thread[0].Author != bo || thread[1].Author != ada {
				t.Errorf("the %s reads %+v", who, thread)
			}
		}
		if w.outbox(ada, false)[0].CanWrite {
			t.Error("the sender is offered a third word")
		}
		w.must(w.Accept(ctx, b, id))
		w.refused("writing on", w.Reply(ctx, b, id, "Welcome"), fault.Conflict)
	})
}

func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bo := w.member("Bo Lindqvist")
		v := access.Member(bo)
		var ids []int64
		for i := range 3 {
			ids = append(ids, w.send(w.member(fmt.Sprint("Member ", i)), bo, Letter{}))
		}
		w.must(w.Accept(ctx, v, ids[2]))
		got := w.IgnoreMany(ctx, v, append(ids, 99))
		if got[0].Err != nil || got[1].Err != nil || !fault.Is(got[2].Err, fault.Conflict) || !fault.Is(got[3].Err, fault.Missing) {
			t.Errorf("ignoring four: %+v", got)
		}
		for _, r := range w.UndoMany(ctx, v, ids[:2]) {
			w.must(r.Err)
		}
		if r := w.AcceptMany(ctx, v, ids[:2]); r[0].Err != nil || r[1].Err != nil || w.network.Graph().Count(bo) != 3 {
			t.Errorf("accepting two: %+v", r)
		}
		if r := w.AcceptMany(ctx, v, make([]int64, MaxMany+5)); len(r) != MaxMany+1 || !fault.Is(r[MaxMany].Err, fault.TooMany) {
			t.Errorf("%d results for too many", len(r))
		}
	})
}

func TestBlock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		one := w.send(ada, bo, Letter{})
		w.must(w.Ignore(ctx, access.Member(bo), one))
		w.must(w.SaveDraft(ctx, access.Member(bo), ada, Letter{Note: "Maybe"}))
		w.must(w.Block(ctx, access.Member(bo), ada))
		w.in(ada, bo, one, Blocked, Blocked)
		if len(w.outbox(ada, false))+len(w.outbox(ada, true)) != 0 {
			t.Error("whoever is blocked still sees the invitation")
		}
		if _, ok, _ := w.Draft(ctx, access.Member(bo), ada); ok {
			t.Error("the draft is still there")
		}
		w.refused("blocking twice", errOr(w.Block(ctx, access.Member(bo), 999), nil), fault.Missing)
		two := w.send(cy, ada, Letter{})
		w.connect(cy, bo)
		w.must(w.Block(ctx, access.Member(cy), ada)) // the sender blocks
		w.in(cy, ada, two, Blocked, Blocked)
		if in := w.inbox(ada, Filter{}); len(in.Items) != 0 || in.Counts.All != 0 {
			t.Error("the blocked receiver still has it")
		}
		w.refused("accepting across a block", w.Accept(ctx, access.Member(ada), two), fault.Missing)
		w.must(w.Block(ctx, access.Member(cy), bo))
		if w.degree(cy, bo) == graph.First {
			t.Error("blocking left the tie")
		}
	})
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func TestDrafts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, _ := w.members3()
		v := access.Member(ada)
		f := w.has(ada, trait.Skill, "Tidal modelling", 0, 0)
		l := Letter{Reason: "background", Sub: "skill", Note: strings.Repeat("long ", 100), Release: []int64{f}, LeaveOut: []int64{SharedConnections}}
		w.must(w.SaveDraft(ctx, v, bo, l))
		l.Sub = "field"
		w.must(w.SaveDraft(ctx, v, bo, l))
		got, ok, err := w.Draft(ctx, v, bo)
		if !ok || err != nil || got.Sub != "field" || len(got.Release) != 1 || got.LeaveOut[0] != SharedConnections || len(got.Note) != 499 {
			t.Errorf("the draft came back as %+v, %v", got, err)
		}
		_, err = w.Send(ctx, v, bo, l)
		if fault.ByField(err)["note"] != "This note is too long: 499 of 300 characters." {
			t.Errorf("sending it: %v", err)
		}
		if _, ok, _ := w.Draft(ctx, v, bo); !ok {
			t.Error("a refused letter lost its draft")
		}
		l.Note = "short"
		w.send(ada, bo, l)
		if _, ok, _ := w.Draft(ctx, v, bo); ok {
			t.Error("the draft outlived the letter")
		}
		w.refused("a draft to nobody", w.SaveDraft(ctx, v, 77, l), fault.Missing)
		w.must(w.DeleteDraft(ctx, v, bo))
	})
}
