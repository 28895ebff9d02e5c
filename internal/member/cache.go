package member

import (
	"context"
	"sync"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// maxCached is how many cards are kept: about 40 MB at most.
const maxCached = 100_000

// cache keeps cards that were read, in step with the journal: every page shows
// people, and their cards seldom change. A card may be as old as the follower is
// behind, which in the process that changed it is not at all.
type cache struct {
	mu    sync.RWMutex
	on    bool // a follower keeps it true; without one nothing is kept
	gen   int64
	cards map[int64]Card
	ids   map[string]int64 // by present handle, of the cards that are kept
}

// find splits ids into cards that are kept and ids to load, and returns the
// generation to hand to keep.
func (c *cache) find(ids []int64) (found map[int64]Card, missing []int64, gen int64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found = make(map[int64]Card, len(ids))
	for _, id := range ids {
		if card, ok := c.cards[id]; ok {
			found[id] = card
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing, c.gen
}

// keep adds loaded cards, unless something was forgotten since they were asked
// for: then one of them may be from before the change.
func (c *cache) keep(loaded map[int64]Card, gen int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.on || gen != c.gen {
		return
	}
	if len(c.cards)+len(loaded) > maxCached {
		clear(c.cards)
		clear(c.ids)
	}
	for id, card := range loaded {
		c.cards[id], c.ids[card.Handle] = card, id
	}
}

// holder returns who has a handle now, if that card is kept.
func (c *cache) holder(handle string) (id int64, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok = c.ids[handle]
	return id, ok
}

// forget drops the cards of members who changed; all of them for no ids.
func (c *cache) forget(ids ...int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	if len(ids) == 0 {
		clear(c.cards)
		clear(c.ids)
	}
	for _, id := range ids {
		delete(c.ids, c.cards[id].Handle)
		delete(c.cards, id)
	}
}

// Follower keeps the cards that were read in memory from now on, in step with
// the journal. Without it every Cards asks the database.
func (s *Service) Follower(ctx context.Context) (journal.Follower, error) {
	pos, err := journal.Heads(ctx, s.db)
	if err != nil {
		return journal.Follower{}, err
	}
	s.cache.mu.Lock()
	s.cache.on, s.cache.cards, s.cache.ids = true, make(map[int64]Card), make(map[string]int64)
	s.cache.mu.Unlock()
	return journal.Follower{
		Name: "cards", Facets: journal.ChangesMember, InMemory: true, From: pos,
		Apply: func(_ context.Context, es []journal.Entry) error {
			for _, e := range es {
				if e.Owner == 0 { // a bulk change names nobody
					s.cache.forget()
					return nil
				}
				s.cache.forget(e.Owner)
			}
			return nil
		},
		Rebuild: func(ctx context.Context) (journal.Position, error) {
			pos, err := journal.Heads(ctx, s.db)
			s.cache.forget()
			return pos, err
		},
	}, nil
}

// cached is Cards outside a transaction.
func (s *Service) cached(ctx context.Context, d *db.DB, ids []int64) (map[int64]Card, error) {
	found, missing, gen := s.cache.find(ids)
	if len(missing) == 0 {
		return found, nil
	}
	loaded, err := loadActive(ctx, d, missing)
	if err != nil {
		return nil, err
	}
	s.cache.keep(loaded, gen)
	for id, c := range loaded {
		found[id] = c
	}
	return found, nil
}
