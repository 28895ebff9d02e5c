package bus

import (
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// woken reports whether a wake-up is waiting, without blocking.
func woken(c <-chan struct{}) bool {
	select {
	case _, open := <-c:
		return open
	default:
		return false
	}
}

func TestPublishReachesEverySubscriberOfTheTopicOnly(t *testing.T) {
	b := New()
	one, cancelOne := b.Subscribe("journal")
	two, cancelTwo := b.Subscribe("journal")
	other, cancelOther := b.Subscribe("mail")
	defer cancelOne()
	defer cancelTwo()
	defer cancelOther()

	b.Publish("journal")
	if !woken(one) || !woken(two) {
		t.Error("a subscriber of the topic was not woken")
	}
	if woken(other) {
		t.Error("a subscriber of another topic was woken")
	}
}

func TestRepeatsFoldIntoOneAndNoneIsOlderThanTheLast(t *testing.T) {
	b := New()
	wake, cancel := b.Subscribe("journal")
	defer cancel()
	for range 1000 {
		b.Publish("journal") // would hang here if it waited for the reader
	}
	if !woken(wake) {
		t.Fatal("no wake-up after a thousand")
	}
	if woken(wake) {
		t.Fatal("repeats were queued instead of folded")
	}
	b.Publish("journal")
	if !woken(wake) {
		t.Fatal("a wake-up after the first was taken got lost")
	}
}

func TestCancelClosesAndForgets(t *testing.T) {
	b := New()
	wake, cancel := b.Subscribe("journal")
	cancel()
	cancel() // a second time is harmless
	b.Publish("journal")
	if _, open := <-wake; open {
		t.Error("a wake-up came after cancel")
	}
	if len(b.topics) != 0 {
		t.Errorf("the bus still holds %d topics without subscribers", len(b.topics))
	}
}

func TestCancelLeavesTheOthers(t *testing.T) {
	b := New()
	_, cancelGone := b.Subscribe("journal")
	stays, cancelStays := b.Subscribe("journal")
	defer cancelStays()
	cancelGone()
	b.Publish("journal")
	if !woken(stays) {
		t.Error("cancelling one subscription silenced another")
	}
}

// The promise that followers build on: whoever looks after every wake-up has
// seen the last change, however the publishers race with each other and with
// subscribers that come and go.
func TestTheLastChangeIsAlwaysSeen(t *testing.T) {
	b := New()
	const publishers, rounds = 4, 2000
	var truth atomic.Int64
	wake, cancel := b.Subscribe("journal")

	var seen int64
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		for range wake {
			seen = truth.Load()
			if seen == publishers*rounds {
				return
			}
		}
	}()
	var wg sync.WaitGroup
	for range publishers {
		wg.Go(func() {
			for range rounds {
				truth.Add(1)
				b.Publish("journal")
				_, gone := b.Subscribe("journal")
				gone()
			}
		})
	}
	wg.Wait()
	<-reader // hangs, and fails by the test's time limit, if the last one was lost
	cancel()
	if seen != publishers*rounds {
		t.Errorf("saw %d of %d changes", seen, publishers*rounds)
	}
}
