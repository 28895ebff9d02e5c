package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

var ctx = context.Background()

// signals is the smallest bus: it counts wake-ups and can be waited on.
type signals struct{ c chan struct{} }

func newSignals() *signals { return &signals{make(chan struct{}, 1)} }

func (s *signals) Publish(string) {
	select {
	case s.c <- struct{}{}:
	default:
	}
}
func (s *signals) Subscribe(string) (<-chan struct{}, func()) { return s.c, func() {} }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func appendFact(t testing.TB, d *db.DB, f journal.Fact) {
	t.Helper()
	if err := d.Write(ctx, func(tx *db.Tx) error { return journal.Append(ctx, tx, f) }); err != nil {
		t.Error(err)
	}
}

// collector is a follower that remembers what it was given and complains when a
// part's numbers are not consecutive.
type collector struct {
	mu   sync.Mutex
	t    *testing.T
	seen map[int64]int // ref → times
	last map[int]int64
	fail atomic.Int32
	some bool // gets some facets only, so its numbers have holes
}

func newCollector(t *testing.T) *collector {
	return &collector{t: t, seen: map[int64]int{}, last: map[int]int64{}}
}

func (c *collector) apply(_ context.Context, es []journal.Entry) error {
	if c.fail.Add(-1) >= 0 {
		return errors.New("told to fail")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range es {
		if !c.some && c.last[e.Part] != 0 && e.Seq != c.last[e.Part]+1 {
			c.t.Errorf("part %d: %d came after %d", e.Part, e.Seq, c.last[e.Part])
		}
		c.last[e.Part] = e.Seq
		c.seen[e.Ref]++
	}
	return nil
}

// The race that a sequence loses: many writers, whose transactions take their
// number and then commit after a pause of random length, while a follower reads
// all the time. Every commit must be seen, exactly once, in order.
func TestNoCommitIsLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bus := newSignals()
		r := journal.NewRunner(d, bus, quiet())
		c := newCollector(t)
		r.Follow(journal.Follower{Name: "collector", Apply: c.apply, InMemory: true})
		stop := make(chan struct{})
		var reader sync.WaitGroup
		reader.Go(func() {
			for {
				if err := r.Sync(ctx); err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
		const writers, each = 12, 60
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(w), 1))
				for i := range each {
					owner := int64(rng.IntN(5) + 1) // few owners: parts are fought over
					err := d.Write(ctx, func(tx *db.Tx) error {
						if err := journal.Append(ctx, tx, journal.Fact{Kind: "test.happened", Owner: owner, Ref: int64(w*each + i + 1)}); err != nil {
							return err
						}
						if rng.IntN(10) == 0 {
							return errRollback
						}
						time.Sleep(time.Duration(rng.IntN(300)) * time.Microsecond) // a slow commit, which is what loses the race
						return nil
					})
					if err != nil && !errors.Is(err, errRollback) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		close(stop)
		reader.Wait()
		if err := r.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.QueryRow(ctx, `SELECT count(*) FROM journal`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if len(c.seen) != n || n < writers*each*8/10 {
			t.Errorf("saw %d of %d commits", len(c.seen), n)
		}
		for ref, times := range c.seen {
			if times != 1 {
				t.Errorf("fact %d was seen %d times", ref, times)
			}
		}
	})
}

var errRollback = errors.New("rolled back on purpose")

func TestADurableFollowerGoesOnWhereItStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		run := func(c *collector, until int) {
			t.Helper()
			r := journal.NewRunner(d, newSignals(), quiet())
			r.Follow(journal.Follower{Name: "durable", Facets: journal.Notifies, Apply: c.apply})
			ctx, cancel := context.WithCancel(ctx)
			var wg sync.WaitGroup
			wg.Go(func() { r.Run(ctx) })
			waitUntil(t, func() bool { c.mu.Lock(); defer c.mu.Unlock(); return len(c.seen) >= until })
			waitUntil(t, func() bool { l, err := r.Lag(ctx); return err == nil && l[0].Behind == 0 })
			cancel()
			wg.Wait()
		}
		for i := range int64(3) {
			appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.Notifies, Owner: i + 1, Ref: i + 1})
			appendFact(t, d, journal.Fact{Kind: "b", Facets: journal.ChangesGraph, Owner: i + 1, Ref: 100 + i})
		}
		first := newCollector(t)
		first.some = true
		run(first, 3)
		if len(first.seen) != 3 {
			t.Errorf("the follower saw %v, want the three facts of its facet", first.seen)
		}
		appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.Notifies, Owner: 9, Ref: 50})
		second := newCollector(t)
		run(second, 1)
		if len(second.seen) != 1 || second.seen[50] != 1 {
			t.Errorf("after a restart it saw %v, want only the new fact", second.seen)
		}
	})
}

func waitUntil(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("waited 20 s for nothing")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestAFailingFollowerShowsRedAndSkipsNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	r := journal.NewRunner(d, newSignals(), quiet())
	c := newCollector(t)
	r.Follow(journal.Follower{Name: "shaky", Apply: c.apply, InMemory: true})
	c.fail.Store(3)
	appendFact(t, d, journal.Fact{Kind: "a", Owner: 1, Ref: 1}) // the write stands though the follower fails
	for range 2 {
		if err := r.Sync(ctx); err == nil {
			t.Error("Sync hid the follower's failure")
		}
	}
	if l, _ := r.Lag(ctx); l[0].Behind != 1 || l[0].Trouble == "" {
		t.Errorf("lag %+v, want one behind and the trouble named", l[0])
	}
	if err := r.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if l, _ := r.Lag(ctx); l[0].Behind != 0 || l[0].Trouble != "" || c.seen[1] != 1 {
		t.Errorf("lag %+v and seen %v, want all well", l[0], c.seen)
	}
}

func TestAGapMakesAnIndexRebuild(t *testing.T) {
	d := dbtest.SQLite(t)
	for i := range int64(5) {
		appendFact(t, d, journal.Fact{Kind: "a", Owner: 1, Ref: i + 1})
	}
	if n, err := journal.Prune(ctx, d, journal.Position{0: 3}); err != nil || n != 3 {
		t.Fatalf("pruned %d, %v; want 3", n, err)
	}
	rebuilt := 0
	c := newCollector(t)
	r := journal.NewRunner(d, newSignals(), quiet())
	r.Follow(journal.Follower{Name: "index", Apply: c.apply, InMemory: true, Rebuild: func(ctx context.Context) (journal.Position, error) {
		rebuilt++
		return journal.Heads(ctx, d)
	}})
	if err := r.Sync(ctx); err != nil || rebuilt != 1 || len(c.seen) != 0 {
		t.Errorf("error %v, rebuilt %d times, saw %v; want one rebuild instead of half a story", err, rebuilt, c.seen)
	}
}

// A part whose entries are gone altogether has a hole too: a follower that
// cannot rebuild stands still, one that can does.
func TestAJournalThatLostItsEnd(t *testing.T) {
	d := dbtest.SQLite(t)
	for i := range int64(5) {
		appendFact(t, d, journal.Fact{Kind: "a", Owner: 1, Ref: i + 1})
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `DELETE FROM journal`); return err }); err != nil {
		t.Fatal(err)
	}
	c := newCollector(t)
	r := journal.NewRunner(d, newSignals(), quiet())
	f := journal.Follower{Name: "index", Apply: c.apply, InMemory: true, From: journal.Position{0: 2}}
	r.Follow(f)
	var gap *journal.Gap
	if err := r.Sync(ctx); !errors.As(err, &gap) || gap.After != 2 {
		t.Errorf("it says %v, want the gap after 2", err)
	}
	tries := 0
	f.Name, f.Rebuild = "other", func(ctx context.Context) (journal.Position, error) {
		if tries++; tries == 1 {
			return nil, errors.New("told to fail")
		}
		return journal.Heads(ctx, d)
	}
	r = journal.NewRunner(d, newSignals(), quiet())
	r.Follow(f)
	if err := r.Sync(ctx); err == nil {
		t.Error("a rebuild that failed is taken for one that did not")
	}
	if err := r.Sync(ctx); err != nil || tries != 2 || len(c.seen) != 0 {
		t.Errorf("%v after %d rebuilds, saw %v", err, tries, c.seen)
	}
	if l, err := r.Lag(ctx); err != nil || l[0].Behind != 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

// A mark is found where it was made, whatever came after, and nowhere else.
func TestMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		owners := int64(0)
		more := func(n int) {
			t.Helper()
			for range n {
				owners++
				appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.Notifies, Owner: owners, Peer: 2, Ref: 3, Version: 4})
			}
		}
		heads := func() journal.Position {
			t.Helper()
			pos, err := journal.Heads(ctx, d)
			if err != nil {
				t.Fatal(err)
			}
			return pos
		}
		resume := func(m journal.Mark) (journal.Position, error) {
			t.Helper()
			pos, err := journal.Resume(ctx, d, m)
			if err != nil && !errors.Is(err, journal.ErrAstray) {
				t.Fatal(err)
			}
			return pos, err
		}
		if pos, err := resume(nil); err != nil || len(pos) != 0 {
			t.Errorf("nothing is found at %v, %v", pos, err)
		}
		more(200)
		at := heads()
		m, err := journal.MarkAt(ctx, d, at)
		if err != nil || len(m) != len(at) {
			t.Fatalf("%d entries for %d parts, %v", len(m), len(at), err)
		}
		for range 2 {
			if pos, err := resume(m); err != nil || !maps.Equal(pos, at) {
				t.Errorf("found at %v, %v; want %v", pos, err, at)
			}
			if n, err := journal.Prune(ctx, d, at); err != nil || n != int64(200-len(at)) && n != 0 {
				t.Errorf("%d pruned, %v: the newest of %d parts stay", n, err, len(at))
			}
		}
		for i := range m {
			for name, change := range map[string]func(*journal.Entry){
				"later": func(e *journal.Entry) { e.Seq++ }, "at another time": func(e *journal.Entry) { e.At++ },
				"of another": func(e *journal.Entry) { e.Owner++ }, "of a part that is none": func(e *journal.Entry) { e.Part = 99 },
			} {
				other := slices.Clone(m)
				change(&other[i])
				if pos, err := resume(other); err == nil {
					t.Errorf("a mark %s is found at %v", name, pos)
				}
			}
		}
		more(300) // every part
		if n := at.Behind(heads()); n != 300 {
			t.Errorf("%d entries behind, want 300", n)
		}
		if _, err := resume(m); err != nil {
			t.Errorf("not found any more: %v", err)
		}
		if _, err := journal.Prune(ctx, d, heads()); err != nil {
			t.Fatal(err)
		}
		if pos, err := resume(m); err == nil {
			t.Errorf("what was pruned is found at %v", pos)
		}
		if _, err := journal.MarkAt(ctx, d, at); !errors.Is(err, journal.ErrAstray) {
			t.Errorf("a mark of what was pruned: %v", err)
		}
	})
}

func TestWhoeverWritesReadsTheirOwnWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCollector(t)
		r := journal.NewRunner(d, newSignals(), quiet())
		r.Follow(journal.Follower{Name: "index", Apply: c.apply, InMemory: true})
		appendFact(t, d, journal.Fact{Kind: "a", Owner: 1, Ref: 7})
		if c.seen[7] != 1 {
			t.Error("the write returned before this process's index had seen it")
		}
	})
}

func TestAMemoForgetsWhomAFactNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var m journal.Memo[int]
		loads := 0
		get := func(member int64) {
			t.Helper()
			if _, err := m.Get(ctx, member, func(context.Context) (int, error) { loads++; return loads, nil }); err != nil {
				t.Fatal(err)
			}
		}
		get(1)
		get(1)
		if loads != 2 {
			t.Errorf("%d loads before it follows, want 2: it must keep nothing", loads)
		}
		r := journal.NewRunner(d, newSignals(), quiet())
		f, err := m.Follower(ctx, d, "memo", journal.Notifies)
		if err != nil {
			t.Fatal(err)
		}
		r.Follow(f)
		for range 3 {
			get(1)
			get(2)
			get(3)
		}
		if loads != 5 {
			t.Errorf("%d loads, want one more a member", loads)
		}
		appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.Notifies, Owner: 1, Peer: 2})
		appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.ChangesGraph, Owner: 3})
		get(1)
		get(2)
		get(3)
		if loads != 7 {
			t.Errorf("%d loads, want both members of the one fact that matters again", loads)
		}
		appendFact(t, d, journal.Fact{Kind: "a", Facets: journal.Notifies | journal.Unspoken, Owner: 1, Peer: 2})
		get(1)
		get(2)
		if loads != 9 {
			t.Errorf("%d loads, want both: the memo asks for what the fact changes", loads)
		}
	})
}
