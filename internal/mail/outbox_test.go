package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/fault"
)

func outbox(t *testing.T) *Outbox {
	t.Helper()
	s, err := Open("", filepath.Join(t.TempDir(), "outbox"), guild)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Outbox)
}

func send(t *testing.T, o *Outbox, l Letter) {
	t.Helper()
	if err := o.Send(ctx, l); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, o *Outbox, n int) []Kept {
	t.Helper()
	kept, err := o.List(n)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestOutboxKeepsAndLists(t *testing.T) {
	o := outbox(t)
	if got := list(t, o, 5); len(got) != 0 || got == nil {
		t.Errorf("an empty outbox lists %v", got)
	}
	first := Letter{To: "ada@example.org", Name: "Ada Løve", Subject: "Grüße " + strings.Repeat("und mehr ", 15), Text: "Ein Link:\n\nhttps://hall.example/verify?t=" + strings.Repeat("a=b", 40) + "\n", HTML: "<p>Hallo</p>\n", Unsubscribe: "https://hall.example/stop"}
	first.Subject = strings.TrimSpace(first.Subject)
	second := Letter{To: "bo@example.org", Subject: "Second", Text: "one part, trailing space \nand = sign"}
	send(t, o, first)
	send(t, o, second)

	got := list(t, o, 5)
	if len(got) != 2 || got[0].Letter != second || got[1].Letter != first {
		t.Fatalf("listed %+v", got)
	}
	if since := time.Since(got[0].At); since < 0 || since > time.Minute || !got[0].At.After(got[1].At) {
		t.Errorf("times %v, %v", got[0].At, got[1].At)
	}
	if got := list(t, o, 1); len(got) != 1 || got[0].To != "bo@example.org" {
		t.Errorf("the newest one is %+v", got)
	}
	info, err := os.Stat(got[0].File)
	if err != nil || info.Mode().Perm() != 0o600 || filepath.Ext(got[0].File) != ".eml" {
		t.Errorf("file %s: %v, %v", got[0].File, info, err)
	}
}

func TestOutboxOrderSurvivesAClockThatStandsStill(t *testing.T) {
	o := &Outbox{}
	a, b, c := o.tick(noon), o.tick(noon), o.tick(noon.Add(-time.Hour))
	if !b.After(a) || !c.After(b) {
		t.Errorf("times %v %v %v", a, b, c)
	}
	if a.Format(stamp) == b.Format(stamp) {
		t.Error("two letters share a name's time")
	}
}

func TestOutboxPassesOverWhatIsNotALetter(t *testing.T) {
	o := outbox(t)
	send(t, o, hello)
	for name, text := range map[string]string{
		"notes.txt": "mine", "letter.eml": "From: x", unfinished + "1": "half", "20260504T120000.000000Z-a.txt": "x",
		"20260504T120000.000000Z-broken.eml": "no headers here",
	} {
		if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := list(t, o, 10)
	if len(got) != 2 || got[0].To != hello.To {
		t.Fatalf("listed %+v", got)
	}
	if got[1].Letter != (Letter{}) || !got[1].At.Equal(noon) {
		t.Errorf("the unreadable one is %+v", got[1])
	}
}

func TestOutboxRefusesWhatSMTPWould(t *testing.T) {
	o := outbox(t)
	if err := o.Send(ctx, Letter{To: "ada", Subject: "s", Text: "t"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("error %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := o.Send(gone, hello); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := list(t, o, 5); len(got) != 0 {
		t.Errorf("kept %v", got)
	}
}

func TestOutboxManyAtOnce(t *testing.T) {
	o := outbox(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if err := o.Send(ctx, hello); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := list(t, o, 100); len(got) != 40 {
		t.Errorf("%d letters, want 40", len(got))
	}
}

func TestOutboxSweepsHalfLetters(t *testing.T) {
	o := outbox(t)
	old, young := filepath.Join(o.dir, unfinished+"old"), filepath.Join(o.dir, unfinished+"young")
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hours := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, hours, hours); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenOutbox(o.dir, guild); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Error("half a letter is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("a letter being written was swept")
	}
}

func TestOutboxOutOfOrder(t *testing.T) {
	o := outbox(t)
	if err := o.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(o.dir); len(left) != 0 {
		t.Errorf("Check left %v", left)
	}
	if err := os.RemoveAll(o.dir); err != nil {
		t.Fatal(err)
	}
	want := "Letters cannot be kept in " + o.dir + ": no such file or directory. Free some space or give Guildhall the right to write there, or set smtp to a mail server."
	_, listed := o.List(1)
	for name, err := range map[string]error{"Check": o.Check(ctx), "Send": o.Send(ctx, hello), "List": listed} {
		if !fault.Is(err, fault.Unavailable) || fault.Text(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OpenOutbox(t.TempDir(), From{Name: "x"}); fault.ByField(err)["from"] == "" {
		t.Errorf("without a sender: %v", err)
	}
}

func TestOpenChoosesTheWayOut(t *testing.T) {
	s, err := Open("smtp://mx.example", t.TempDir(), guild)
	if _, ok := s.(*SMTP); !ok || err != nil {
		t.Errorf("with a server: %T, %v", s, err)
	}
	if s, err := Open("nonsense", t.TempDir(), guild); err == nil || s != nil {
		t.Errorf("a wrong setting opens %T, %v", s, err)
	}
}

func TestOutboxIsPruned(t *testing.T) {
	o := outbox(t)
	name := func(at time.Time, i int) string { return at.Format(stamp) + fmt.Sprintf("-%08d.eml", i) }
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(o.dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old, last := noon.Add(-KeepFor-time.Microsecond), noon.Add(-KeepFor)
	put(name(old, 1))
	put(name(last, 2))
	notes := []string{"notes.txt", "thesis.eml", old.Format(stamp) + "-mine.txt"}
	for _, n := range notes {
		put(n)
	}
	if n, err := Prune(o.dir, noon); n != 1 || err != nil {
		t.Errorf("by age: %d, %v", n, err)
	}
	if got := list(t, o, 9); len(got) != 1 || !got[0].At.Equal(last) {
		t.Errorf("left by age: %v", got)
	}
	for i := range KeepLetters + 9 {
		put(name(noon.Add(time.Duration(i)*time.Second), i))
	}
	if n, err := Prune(o.dir, noon.Add(time.Hour)); n != 10 || err != nil {
		t.Errorf("by number: %d, %v", n, err)
	}
	got := list(t, o, 2*KeepLetters)
	if len(got) != KeepLetters || !got[KeepLetters-1].At.Equal(noon.Add(9*time.Second)) {
		t.Errorf("left by number: %d, the oldest of %v", len(got), got[len(got)-1].At)
	}
	for _, n := range notes {
		if _, err := os.Stat(filepath.Join(o.dir, n)); err != nil {
			t.Errorf("%s is no letter and is gone", n)
		}
	}
	if n, err := Prune(filepath.Join(o.dir, "none"), noon); n != 0 || err != nil {
		t.Errorf("no folder: %d, %v", n, err)
	}
}
