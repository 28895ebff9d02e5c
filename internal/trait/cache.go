package trait

import (
	"context"
	"slices"
	"sync"
)

// maxKept is how many traits are kept: some 30 MB.
const maxKept = 100_000

// mark says which traits a member has without reading them: every change of any
// of them changes it. A change of one raises the sum of versions; a reordering
// changes the sum of ids weighted by place; so does one gone and another come,
// but for one time in 10⁹. Entities are part of a trait too, but once made they
// never change.
type mark struct{ versions, places int64 }

// markOf computes what selectMarks does. The remainders keep the sums far below
// the end of BIGINT.
func markOf(ts []Trait) (m mark) {
	for i := range ts {
		m.versions += ts[i].Version
		m.places += ts[i].ID % 1_000_000_007 * (1 + ts[i].Ordinal%1000)
	}
	return m
}

// cache keeps the traits that were read with the mark they had. The database is
// asked for the marks every time, so what is given out is never older than a
// statement that reads them all: what was hidden or deleted on any node is gone
// here at once. It saves what reading costs, which is to carry some twenty rows
// of sixteen columns a member through the driver.
type cache struct {
	mu   sync.RWMutex
	size int // traits in all
	kept map[int64]kept
}

type kept struct {
	mark   mark
	traits []Trait
}

// find returns the kept traits of all of some members; ok is false when any of
// them is missing.
func (c *cache) find(members []int64) (found map[int64]kept, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found = make(map[int64]kept, len(members))
	for _, m := range members {
		if found[m], ok = c.kept[m]; !ok {
			return nil, false
		}
	}
	return found, true
}

// keep takes what was read of members, also that they have nothing.
func (c *cache) keep(members []int64, read map[int64][]Trait) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range members {
		ts := slices.Clip(read[m]) // who appends gets a copy
		if c.size += len(ts) - len(c.kept[m].traits); c.kept == nil || c.size > maxKept {
			c.kept, c.size = make(map[int64]kept), len(ts)
		}
		c.kept[m] = kept{markOf(ts), ts}
	}
}

// cached is Of of all kinds outside a transaction: one statement for the marks
// of members who are all kept, else, or where one of them has changed since, the
// one that reads them.
func (s *Service) cached(ctx context.Context, members []int64) (map[int64][]Trait, error) {
	found, ok := s.cache.find(members)
	if ok {
		marks, err := loadMarks(ctx, s.db, members)
		if err != nil {
			return nil, err
		}
		out := make(map[int64][]Trait, len(members))
		for m, k := range found {
			if ok = ok && k.mark == marks[m]; len(k.traits) > 0 {
				out[m] = k.traits
			}
		}
		if ok {
			return out, nil
		}
	}
	out, err := loadOf(ctx, s.db, members, nil)
	if err == nil {
		s.cache.keep(members, out)
	}
	return out, err
}

// maxNames is how many names are kept: some 10 MB.
const maxNames = 100_000

// names keeps entities' names, empty ones for what has no name to show.
type names struct {
	mu   sync.RWMutex
	kept map[int64]string
}

// find fills in the names that are kept and returns the other ids.
func (n *names) find(ids []int64, into map[int64]string) (missing []int64) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for _, id := range ids {
		name, ok := n.kept[id]
		switch {
		case !ok:
			missing = append(missing, id)
		case name != "":
			into[id] = name
		}
	}
	return missing
}

func (n *names) keep(ids []int64, read map[int64]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kept == nil || len(n.kept)+len(ids) > maxNames {
		n.kept = make(map[int64]string)
	}
	for _, id := range ids {
		n.kept[id] = read[id]
	}
}
