package journal

import (
	"context"
	"sync"

	"guildhall/internal/db"
)

// maxKept is how many members' values one memo keeps.
const maxKept = 50_000

// Memo keeps a small value a member, worked out once and forgotten when the
// journal tells that it may have changed: how many invitations wait, which
// groups they are in. Until Follower follows the journal it keeps nothing. In
// the process that made a change the value is fresh at once, on other nodes
// within a poll; so it is not for what must be asked of the truth.
type Memo[T any] struct {
	mu     sync.Mutex
	on     bool
	gen    int64
	values map[int64]T
}

// Get returns the member's value, from load when it is not kept. load is not
// called under a lock; two callers at once may both load.
func (m *Memo[T]) Get(ctx context.Context, member int64, load func(context.Context) (T, error)) (T, error) {
	m.mu.Lock()
	v, ok := m.values[member]
	gen := m.gen
	m.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := load(ctx)
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.on && gen == m.gen { // nothing was forgotten meanwhile
		if len(m.values) >= maxKept {
			clear(m.values)
		}
		m.values[member] = v
	}
	return v, nil
}

// Drop forgets a member's value, for what ends by the clock and not by a fact.
func (m *Memo[T]) Drop(member int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gen++
	delete(m.values, member)
}

// forget forgets both members of each fact. Whoever may not learn of a fact must not
// notice it by a value that is worked out anew, unless the memo asks for that very kind.
func (m *Memo[T]) forget(es []Entry, facets Facet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gen++
	for _, e := range es {
		if e.Owner == 0 { // a bulk change names nobody
			clear(m.values)
		}
		delete(m.values, e.Owner)
		if e.Facets&Unspoken == 0 || e.Facets&facets != 0 {
			delete(m.values, e.Peer)
		}
	}
}

func (m *Memo[T]) forgetAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gen++
	clear(m.values)
}

// Follower makes the memo keep values from now on and forget both members of
// every fact with one of the facets; 0 means every fact, of those that are Unspoken the
// owner alone.
func (m *Memo[T]) Follower(ctx context.Context, d *db.DB, name string, facets Facet) (Follower, error) {
	pos, err := Heads(ctx, d)
	if err != nil {
		return Follower{}, err
	}
	m.mu.Lock()
	m.on, m.values = true, make(map[int64]T)
	m.mu.Unlock()
	return Follower{
		Name: name, Facets: facets, InMemory: true, From: pos,
		Apply: func(_ context.Context, es []Entry) error { m.forget(es, facets); return nil },
		Rebuild: func(ctx context.Context) (Position, error) {
			pos, err := Heads(ctx, d)
			m.forgetAll()
			return pos, err
		},
	}, nil
}
