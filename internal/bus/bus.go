// Package bus wakes up whoever waits for news on a topic, inside this process.
//
// It carries hints and nothing else: no payload, no history, no promise. Losing
// any of it loses nothing, because a waiter looks at the tables when woken and
// also now and then by itself. That is what lets NATS take its place between
// nodes without anybody noticing. It knows nothing of the journal or of pages,
// and starts no goroutine.
package bus

import "sync"

// Bus carries wake-ups. It is safe for concurrent use; make one with New.
type Bus struct {
	mu     sync.RWMutex
	topics map[string]map[chan struct{}]struct{}
}

// New returns a bus without subscribers.
func New() *Bus {
	return &Bus{topics: make(map[string]map[chan struct{}]struct{})}
}

// Publish wakes every subscriber of topic. It never blocks: a subscriber that
// has not yet taken its last wake-up gets no second one, which is the same to
// it, since it will look after this call either way. O(subscribers of topic).
func (b *Bus) Publish(topic string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for c := range b.topics[topic] {
		select {
		case c <- struct{}{}:
		default: // one is waiting already
		}
	}
}

// Subscribe returns a channel that holds a wake-up after each Publish on topic,
// any number of them folded into one. What was published before is not seen, so
// subscribe first and look then. Call cancel when done; it closes the channel,
// forgets the subscription, and may be called again.
func (b *Bus) Subscribe(topic string) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.topics[topic] == nil {
		b.topics[topic] = make(map[chan struct{}]struct{})
	}
	b.topics[topic][c] = struct{}{}
	return c, sync.OnceFunc(func() { b.drop(topic, c) })
}

// drop closes c under the lock that Publish sends under, so that nothing is
// ever sent on a closed channel.
func (b *Bus) drop(topic string, c chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.topics[topic], c)
	if len(b.topics[topic]) == 0 {
		delete(b.topics, topic) // topics come and go with members; none may stay behind
	}
	close(c)
}
