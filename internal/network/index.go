package network

import (
	"context"
	"fmt"
	"iter"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// Load builds the index from SQL and returns the journal position to follow
// from. The position is read first: what commits during the scan is applied
// again, which changes nothing. Readers keep the old index until the new one is
// whole; a scan that fails changes nothing. It takes 16 bytes a tie while it runs.
func (s *Service) Load(ctx context.Context) (journal.Position, error) {
	s.load.Lock()
	defer s.load.Unlock()
	pos, err := journal.Heads(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	var failed error
	s.index.Replace(func(yield func(int64, int64) bool) {
		var ties iter.Seq2[int64, int64]
		if ties, failed = s.ties(ctx); failed != nil {
			ties = s.Graph().All() // as it was
		}
		ties(yield)
	})
	if failed != nil {
		return nil, fmt.Errorf("load the graph: %w", failed)
	}
	return pos, nil
}

// ties reads every tie once. Nothing is given out before all could be read.
func (s *Service) ties(ctx context.Context) (iter.Seq2[int64, int64], error) {
	var all [][2]int64
	err := edges(ctx, s.db, func(a, b int64) {
		if a < b {
			all = append(all, [2]int64{a, b})
		}
	})
	return func(yield func(int64, int64) bool) {
		for _, t := range all {
			if !yield(t[0], t[1]) {
				return
			}
		}
	}, err
}

// Follower keeps the index in step from the position that Load returned.
func (s *Service) Follower(from journal.Position) journal.Follower {
	return journal.Follower{
		Name: "graph", Facets: journal.ChangesGraph, InMemory: true, From: from,
		Apply: s.apply, Rebuild: s.Load,
	}
}

// apply re-reads each pair that the entries name and makes the index agree, so
// that entries may come twice and in any order.
func (s *Service) apply(ctx context.Context, entries []journal.Entry) error {
	for _, e := range entries {
		if e.Kind == FactImported {
			_, err := s.Load(ctx)
			return err
		}
	}
	pairs := make(map[[2]int64]bool, len(entries))
	for _, e := range entries {
		pairs[[2]int64{min(e.Owner, e.Peer), max(e.Owner, e.Peer)}] = true
	}
	for p := range pairs {
		connected, err := s.Connected(ctx, p[0], p[1])
		if err != nil {
			return err
		}
		if connected {
			s.index.Connect(p[0], p[1])
		} else {
			s.index.Disconnect(p[0], p[1])
		}
	}
	return nil
}

// Differences is what a comparison of index, rows and mirrors found. The first
// few pairs of each kind are kept as examples.
type Differences struct {
	Rows       int        // connection rows read, two for a tie
	NoMirror   [][2]int64 // (member, peer) whose (peer, member) is missing
	OnlyIndex  [][2]int64 // connected in the index, not in SQL
	OnlySQL    [][2]int64 // connected in SQL, not in the index
	Mismatches int        // all of them, examples or not
}

// examples is how many pairs of a kind are kept.
const examples = 10

// Compare reads all connections and holds them against their mirrors and the
// index. Writes meanwhile may show as differences; compare again to be sure. It
// takes one scan and memory for every edge once.
func (s *Service) Compare(ctx context.Context) (Differences, error) {
	var d Differences
	if err := s.sync(ctx); err != nil {
		return d, err
	}
	half := map[[2]int64]bool{} // ties of which only the first row was seen
	view := s.Graph()
	ties := 0
	err := edges(ctx, s.db, func(m, p int64) {
		d.Rows++
		if m < p {
			half[[2]int64{m, p}] = true
			if !view.Connected(m, p) {
				d.note(&d.OnlySQL, m, p)
			} else {
				ties++
			}
			return
		}
		if key := [2]int64{p, m}; half[key] {
			delete(half, key)
		} else {
			d.note(&d.NoMirror, m, p)
		}
	})
	for key := range half {
		d.note(&d.NoMirror, key[0], key[1])
	}
	if err == nil && ties != view.Edges() {
		err = s.onlyIndex(ctx, &d)
	}
	return d, err
}

// onlyIndex finds index edges that SQL does not have, one look-up each.
func (s *Service) onlyIndex(ctx context.Context, d *Differences) error {
	for a, b := range s.Graph().All() {
		ok, err := s.Connected(ctx, a, b)
		if err != nil {
			return err
		}
		if !ok {
			d.note(&d.OnlyIndex, a, b)
		}
	}
	return nil
}

func (d *Differences) note(list *[][2]int64, a, b int64) {
	d.Mismatches++
	if len(*list) < examples {
		*list = append(*list, [2]int64{a, b})
	}
}

// Repair writes the mirror of every half edge and rebuilds the index. A tie
// that one side has is a tie: both rows are only ever deleted together.
func (s *Service) Repair(ctx context.Context) (int64, error) {
	const mirrors = `INSERT INTO connections (member_id, peer_id, since, reason, sub, invited_by, version)
		SELECT c.peer_id, c.member_id, c.since, c.reason, c.sub, c.invited_by, c.version FROM connections c
		WHERE NOT EXISTS (SELECT 1 FROM connections m WHERE m.member_id = c.peer_id AND m.peer_id = c.member_id)
		ON CONFLICT (member_id, peer_id) DO NOTHING`
	var n int64
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(ctx, mirrors)
		return err
	})
	if err != nil {
		return 0, err
	}
	_, err = s.Load(ctx)
	return n, err
}
