package invite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

func TestOwnReasons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		keeper := access.Member(cy)
		r, err := w.AddReason(ctx, keeper, OwnReason{Label: " Same  choir ", Hint: "Any of ours", Kin: why.Relationship})
		w.must(err)
		if r.Code != "own.same-choir" || r.Label != "Same choir" {
			t.Errorf("it is %+v", r)
		}
		chinese, err := w.AddReason(ctx, keeper, OwnReason{Label: "同乡"})
		w.must(err)
		if !strings.HasPrefix(chinese.Code, OwnPrefix) || len(chinese.Code) < 6 {
			t.Errorf("words without Latin letters get the code %q", chinese.Code)
		}
		for field, bad := range map[string]OwnReason{
			"label": {Label: " "}, "hint": {Label: "Ferry", Hint: strings.Repeat("x", 81)}, "kin": {Label: "Ferry", Kin: "money"},
		} {
			if _, err := w.AddReason(ctx, keeper, bad); fault.ByField(err)[field] == "" {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		for _, label := range []string{"same CHOIR", "career  opportunities", "Worked together"} {
			if _, err := w.AddReason(ctx, keeper, OwnReason{Label: label}); fault.ByField(err)["label"] == "" {
				t.Errorf("the same words twice, %q: %v", label, err)
			}
		}
		id := w.send(ada, bo, Letter{Reason: r.Code, Sub: "worked"})
		if got := w.truth(bo, id); got.Reason != r.Code || got.Sub != "" {
			t.Errorf("sent is %+v", got)
		}
		r.Label = "Sings with us"
		w.must(w.ChangeReason(ctx, keeper, r))
		w.must(w.RetireReason(ctx, keeper, r.Code, true))
		in := w.inbox(bo, Filter{Reasons: []string{r.Code}})
		if len(in.Items) != 1 || in.Counts.Reason[r.Code] != 1 || in.Book.Label(r.Code) != "Sings with us" {
			t.Errorf("what was sent with it: %d items, %v", len(in.Items), in.Counts)
		}
		_, err = w.Send(ctx, access.Member(cy), bo, Letter{Reason: r.Code})
		if fault.ByField(err)["reason"] == "" {
			t.Errorf("a retired reason is taken: %v", err)
		}
		w.must(w.Accept(ctx, access.Member(bo), id))
		if tie, _, err := w.network.Tie(ctx, w.db, bo, ada); tie.Reason != r.Code || err != nil {
			t.Errorf("the tie keeps %q, %v", tie.Reason, err)
		}
		for i := len(in.Book.Open()); i < MostOwn; i++ {
			_, err := w.AddReason(ctx, keeper, OwnReason{Label: fmt.Sprint("Reason ", i)})
			w.must(err)
		}
		if _, err := w.AddReason(ctx, keeper, OwnReason{Label: "One more"}); !fault.Is(err, fault.TooMany) {
			t.Errorf("one more than fit: %v", err)
		}
		w.refused("bringing back one too many", w.RetireReason(ctx, keeper, r.Code, false), fault.TooMany)
		w.refused("what is not there", w.RetireReason(ctx, keeper, "own.none", true), fault.Missing)
	})
}

// The book is kept, and fresh at once after a change in this process.
func TestBookIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f, err := w.BookFollower(ctx)
		w.must(err)
		run := journal.NewRunner(w.db, w.bus, w.log)
		run.Follow(f)
		w.network.SetSync(run.Sync)
		keeper := access.Member(w.member("Cy Aldana"))
		for i := range 3 {
			_, err := w.AddReason(ctx, keeper, OwnReason{Label: fmt.Sprint("Reason ", i)})
			w.must(err)
			if book, err := w.Book(ctx); len(book) != i+1 || err != nil {
				t.Errorf("%d reasons, the book has %d: %v", i+1, len(book), err)
			}
		}
		if n := w.statements(func() { _, err := w.Book(ctx); w.must(err) }); n != 0 {
			t.Errorf("reading what is kept takes %d statements", n)
		}
	})
}

func TestReports(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, bo, cy := w.members3()
		keeper := access.Member(cy)
		for i := range reportsHere + 2 {
			x := w.member(fmt.Sprint("Sender ", i))
			w.must(w.Spam(ctx, access.Member(bo), w.send(x, bo, Letter{Note: fmt.Sprint("Note ", i)})))
			w.now = w.now.Add(time.Minute)
		}
		list, next, err := w.Reports(ctx, keeper, page.Cursor{})
		w.must(err)
		if len(list) != reportsHere || next.IsZero() || list[0].Note != "Note 26" || list[0].From.Name != "Sender 26" || list[0].By.Name != "Bo Lindqvist" {
			t.Fatalf("%d reports, the first %+v", len(list), list[0])
		}
		rest, next, err := w.Reports(ctx, keeper, next)
		w.must(err)
		if len(rest) != 2 || !next.IsZero() || rest[1].Note != "Note 0" || !rest[1].SeenAt.IsZero() {
			t.Errorf("the rest: %+v", rest)
		}
		w.must(w.SeeReport(ctx, keeper, bo, rest[1].ID))
		w.refused("what nobody reported", w.SeeReport(ctx, keeper, bo, 77), fault.Missing)
		w.must(w.Block(ctx, access.Member(bo), rest[1].Sender)) // it stays reported
		if rest, _, _ = w.Reports(ctx, keeper, page.Cursor{Key: rest[0].At.UnixMicro(), ID: rest[0].ID}); len(rest) != 1 || rest[0].SeenAt.IsZero() {
			t.Errorf("after it was seen: %+v", rest)
		}
	})
}

func TestLoad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		w.now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) // a Monday
		var sent []int64
		for i := range loadMany {
			x := w.member(fmt.Sprint("Sender ", i))
			sent = append(sent, w.send(x, bo, Letter{}))
			if i < loadSome {
				w.send(x, cy, Letter{})
			}
		}
		load := func() map[int64]int {
			got, err := Load(ctx, w.db, []int64{ada, bo, cy}, w.now)
			w.must(err)
			return got
		}
		is := func(when string, bos, cys int) {
			t.Helper()
			if got := load(); got[ada] != 0 || got[bo] != bos || got[cy] != cys {
				t.Errorf("%s it is %v, want %d and %d", when, got, bos, cys)
			}
		}
		w.now = time.Date(2026, 11, 15, 23, 0, 0, 0, time.UTC)
		is("before the second Monday", 0, 0)
		w.now = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
		is("from the second Monday on", 2, 1)
		for i, act := range []func(int64) error{
			func(id int64) error { return w.Ignore(ctx, access.Member(bo), id) },
			func(id int64) error { return w.Unknown(ctx, access.Member(bo), id) },
			func(id int64) error { return w.Spam(ctx, access.Member(bo), id) },
		} {
			w.must(act(sent[i]))
		}
		w.must(w.Accept(ctx, access.Member(bo), sent[3]))
		is("right after answers", 2, 1)
		w.now = w.now.Add(14 * day)
		is("two weeks after them, of which only the acceptance counts", 1, 1)
		w.now = w.now.Add(w.limits.Life)
		is("when all has expired, swept or not", 0, 0)
	})
}

func TestSameNote(t *testing.T) {
	const pitch = "Hi %s, we help leaders like you grow 3x faster. Can we have a short call this week about your pipeline?"
	each(t, func(t *testing.T, w *world) {
		w.limits.SameNote = 3
		x := w.member("Ola Vik")
		send := func(name, note string) error {
			_, err := w.Send(ctx, access.Member(x), w.member(name), Letter{Note: note})
			return err
		}
		for _, name := range []string{"Ada Sander", "Bo Lindqvist", "Σοφία Παππά"} {
			w.must(send(name, fmt.Sprintf(pitch, strings.Fields(name)[0])))
		}
		for _, note := range []string{fmt.Sprintf(pitch, "Dee"), strings.ToUpper(fmt.Sprintf(pitch, "Dee")), fmt.Sprintf(pitch, "dear Dee") + " :-)",
			"H\u0456 Dee, we help leaders like you grow 3x faster. Can we have a short call this week about your pipeline?"} {
			err := send("Dee Okafor", note)
			if text := fault.ByField(err)["note"]; !strings.Contains(text, "to 3 people in the last seven days") {
				t.Errorf("%q: %v", note, err)
			}
		}
		w.must(send("Dee Okafor", "We met on the night ferry and talked about tides."))
		w.must(send("Eve Larsen", ""))
		w.now = w.now.Add(week)
		w.must(send("Finn Moe", fmt.Sprintf(pitch, "Finn")))
	})
}

func TestWording(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Hello", "hello!", true},
		{"Hello", "Hello there", false},
		{"👋", "👋", true},
		{"👋", "🎉", false},
		{"你好，我想认识你", "你好，我想认识你", true},
		{"I read your paper on tide tables with great interest", "I read your paper on tide gauges with great interest", true},
		{"I read your paper on tide tables", "We sang in the same choir", false},
	} {
		if got := wordingOf(c.a, "Ada").same(wordingOf(c.b, "Bo")); got != c.same {
			t.Errorf("%q and %q: same is %t", c.a, c.b, got)
		}
	}
}

// However a receiver answered in silence, what the sender does next is counted as if
// nobody had answered.
func TestLoadTellsNoSilentAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		silent := map[string]func(access.Viewer, int64) error{
			"ignored": func(v access.Viewer, id int64) error { return w.Ignore(ctx, v, id) },
			"unknown": func(v access.Viewer, id int64) error { return w.Unknown(ctx, v, id) },
			"spam":    func(v access.Viewer, id int64) error { return w.Spam(ctx, v, id) },
		}
		monday := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		for name, answer := range silent {
			w.now = monday
			said, unsaid := w.member("Said "+name), w.member("Unsaid "+name)
			var last [2]int64 // the tenth, which is what makes it some
			var sender int64
			for i := range loadSome {
				sender = w.member(fmt.Sprint(name, i))
				last = [2]int64{w.send(sender, said, Letter{}), w.send(sender, unsaid, Letter{})}
			}
			w.must(answer(access.Member(said), last[0]))
			w.now = monday.Add(16 * day) // after the second Monday
			for _, id := range last {
				w.must(w.Withdraw(ctx, access.Member(sender), id))
			}
			bands := ""
			for range 8 {
				got, err := Load(ctx, w.db, []int64{said, unsaid}, w.now)
				w.must(err)
				if got[said] != got[unsaid] {
					t.Errorf("%s, on %s: %d, want %d as if unanswered", name, w.now.Format(time.DateOnly), got[said], got[unsaid])
				}
				bands += fmt.Sprint(got[unsaid])
				w.now = w.now.Add(7 * day)
			}
			if bands != "11000000" {
				t.Errorf("%s: the bands are %s: the withdrawn one makes no difference", name, bands)
			}
		}
	})
}
