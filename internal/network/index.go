package network

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
)

// Load builds the index from SQL and returns the journal position to follow
// from. The position is read first: what commits during the scan is applied
// again, which changes nothing. Readers keep the old index until the new one is
// whole; a scan that fails changes nothing. It takes 16 bytes a tie while it runs, and
// some 76 more for each that says how the two know each other.
func (s *Service) Load(ctx context.Context) (journal.Position, error) {
	s.load.Lock()
	defer s.load.Unlock()
	return s.reload(ctx)
}

func (s *Service) reload(ctx context.Context) (journal.Position, error) {
	epoch, err := readEpoch(ctx, s.db) // before anything that it speaks for
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	pos, err := journal.Heads(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	absent, err := s.allAway(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	apart, err := allBlocks(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	known, err := s.allKnown(ctx, absent)
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	var failed error
	var strong []edge
	s.index.Replace(func(yield func(int64, int64) bool) {
		var ties iter.Seq2[int64, int64]
		if ties, failed = s.ties(ctx, absent, &strong); failed != nil {
			ties = s.Graph().All() // as it was
		}
		ties(yield)
	})
	if failed != nil {
		return nil, fmt.Errorf("load the graph: %w", failed)
	}
	s.index.ReplaceStrengths(func(yield func([2]int64, uint32) bool) {
		for _, e := range strong {
			if !yield([2]int64{e.member, e.peer}, e.strength) {
				return
			}
		}
	})
	s.index.ReplaceBlocks(each(apart))
	s.index.ReplaceTraits(each(known))
	s.absent, s.epoch, s.kept = absent, epoch, nil
	return pos, nil
}

func (s *Service) allAway(ctx context.Context) (map[int64]bool, error) {
	ids, err := s.away(ctx, nil)
	absent := make(map[int64]bool, len(ids))
	for _, id := range ids {
		absent[id] = true
	}
	return absent, err
}

// ties reads every tie once, but those of absent members, and into strong those that
// have a strength. Nothing is given out before all could be read.
func (s *Service) ties(ctx context.Context, absent map[int64]bool, strong *[]edge) (iter.Seq2[int64, int64], error) {
	var all [][2]int64
	err := edges(ctx, s.db, func(e edge) {
		if e.member >= e.peer || absent[e.member] || absent[e.peer] {
			return
		}
		all = append(all, [2]int64{e.member, e.peer})
		if e.strength > 0 {
			*strong = append(*strong, e)
		}
	})
	return each(all), err
}

func each(pairs [][2]int64) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		for _, p := range pairs {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}
}

// Follower keeps the index in step from the position that Start or Load returned.
func (s *Service) Follower(from journal.Position) journal.Follower {
	return journal.Follower{
		Name: "graph", Facets: journal.ChangesGraph | journal.ChangesTraits | journal.ChangesMember, InMemory: true, From: from,
		Apply: s.apply, Rebuild: s.Load,
	}
}

// apply re-reads what the entries name, pairs and members whose status, entries or
// openness changed, and makes the index agree, so that entries may come twice and in any order.
func (s *Service) apply(ctx context.Context, entries []journal.Entry) error {
	s.load.Lock()
	defer s.load.Unlock()
	members := map[int64]bool{}
	pairs := make(map[[2]int64]bool, len(entries)) // whether a block of them came or went
	for _, e := range entries {
		switch {
		case e.Kind == FactImported:
			_, err := s.reload(ctx)
			return err
		case e.Peer == 0:
			members[e.Owner] = true
		default:
			p := [2]int64{min(e.Owner, e.Peer), max(e.Owner, e.Peer)}
			pairs[p] = pairs[p] || e.Kind == FactBlocked || e.Kind == FactUnblocked
		}
	}
	if err := s.applyStatus(ctx, slices.Collect(maps.Keys(members))); err != nil {
		return err
	}
	if err := s.applyKnown(ctx, slices.Collect(maps.Keys(members))); err != nil {
		return err
	}
	for p, block := range pairs {
		if block {
			if err := s.applyBlock(ctx, p); err != nil {
				return err
			}
		}
		tie, connected, err := s.Tie(ctx, s.db, p[0], p[1])
		if err != nil {
			return err
		}
		if connected && !s.absent[p[0]] && !s.absent[p[1]] {
			s.index.Connect(p[0], p[1])
			s.index.SetStrength(p[0], p[1], tie.Strength())
		} else {
			s.index.Disconnect(p[0], p[1])
		}
	}
	return nil
}

// applyBlock keeps a pair apart in the index, or no longer.
func (s *Service) applyBlock(ctx context.Context, p [2]int64) error {
	blocked, err := isBlocked(ctx, s.db, p[0], p[1])
	switch {
	case err != nil:
		return err
	case blocked:
		s.index.Block(p[0], p[1])
	default:
		s.index.Unblock(p[0], p[1])
	}
	return nil
}

// applyStatus takes the ties of members who went away out of the index, and puts
// those of members who came back in.
func (s *Service) applyStatus(ctx context.Context, members []int64) error {
	if len(members) == 0 {
		return nil
	}
	away, err := s.away(ctx, members)
	if err != nil {
		return err
	}
	for _, m := range members {
		if slices.Contains(away, m) {
			s.absent[m] = true
			s.index.Remove(m)
		} else if err := s.comeBack(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) comeBack(ctx context.Context, m int64) error {
	if !s.absent[m] {
		return nil
	}
	ties, err := allTies(ctx, s.db, m)
	if err != nil {
		return err
	}
	delete(s.absent, m)
	for _, c := range ties {
		if !s.absent[c.Peer] {
			s.index.Connect(m, c.Peer)
			s.index.SetStrength(m, c.Peer, c.Strength())
		}
	}
	return nil
}

// Differences is what a comparison of index, rows and mirrors found. The first
// few pairs of each kind are kept as examples.
type Differences struct {
	Rows       int        // connection rows read, two for a tie
	NoMirror   [][2]int64 // (member, peer) whose (peer, member) is missing
	OnlyIndex  [][2]int64 // connected in the index, not in SQL, or away
	OnlySQL    [][2]int64 // connected in SQL and there, not in the index
	Strengths  [][2]int64 // as strong as something else in the index, or in the mirror
	Blocks     [][2]int64 // blocked in SQL, not in the index, or the other way round (0, how many)
	Known      [][2]int64 // (member, id) that a member shows and the index doesn't count by, or the other way round
	Mismatches int        // all of them, examples or not
}

// examples is how many pairs of a kind are kept.
const examples = 10

// Compare reads all connections and holds them against their mirrors and the
// index. Writes meanwhile may show as differences; compare again to be sure. It
// takes one scan and memory for every edge once.
func (s *Service) Compare(ctx context.Context) (Differences, error) {
	var d Differences
	if err := s.Sync(ctx); err != nil {
		return d, err
	}
	absent, err := s.allAway(ctx)
	if err != nil {
		return d, err
	}
	half := map[[2]int64]uint32{} // strengths of ties of which only the first row was seen
	view := s.Graph()
	ties := 0
	err = edges(ctx, s.db, func(e edge) {
		d.Rows++
		m, p := e.member, e.peer
		if m > p {
			d.mirror(half, e)
			return
		}
		half[[2]int64{m, p}] = e.strength
		switch there := !absent[m] && !absent[p]; {
		case there && !view.Connected(m, p):
			d.note(&d.OnlySQL, m, p)
		case there:
			if ties++; view.Strength(m, p) != e.strength {
				d.note(&d.Strengths, m, p)
			}
		}
	})
	for key := range half {
		d.note(&d.NoMirror, key[0], key[1])
	}
	if err == nil && ties != view.Edges() {
		err = s.onlyIndex(ctx, absent, &d)
	}
	if err == nil {
		err = s.compareBlocks(ctx, view, &d)
	}
	if err == nil {
		err = s.compareKnown(ctx, absent, &d)
	}
	return d, err
}

// mirror holds the second row of a tie against the first.
func (d *Differences) mirror(half map[[2]int64]uint32, e edge) {
	key := [2]int64{e.peer, e.member}
	strength, there := half[key]
	switch delete(half, key); {
	case !there:
		d.note(&d.NoMirror, e.member, e.peer)
	case strength != e.strength:
		d.note(&d.Strengths, e.member, e.peer)
	}
}

// compareBlocks holds the index against all blocks in SQL.
func (s *Service) compareBlocks(ctx context.Context, view *graph.View, d *Differences) error {
	apart, err := allBlocks(ctx, s.db)
	distinct := map[[2]int64]bool{}
	for _, p := range apart {
		if distinct[[2]int64{min(p[0], p[1]), max(p[0], p[1])}] = true; !view.Blocked(p[0], p[1]) {
			d.note(&d.Blocks, p[0], p[1])
		}
	}
	if more := view.Blocks() - len(distinct); err == nil && more > 0 {
		d.note(&d.Blocks, 0, int64(more))
	}
	return err
}

// onlyIndex finds index edges that SQL does not have or that belong to members who
// are away, one look-up each.
func (s *Service) onlyIndex(ctx context.Context, absent map[int64]bool, d *Differences) error {
	for a, b := range s.Graph().All() {
		ok, err := s.Connected(ctx, a, b)
		if err != nil {
			return err
		}
		if !ok || absent[a] || absent[b] {
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

// Repair writes the mirror of every half edge, makes both sides of a tie say the same
// of how the two know each other, as the lower id's does, and rebuilds the index;
// snapshots from before, other nodes' too, are void. A tie that one side has is a tie:
// both rows are only ever deleted together. It returns how many rows it wrote.
func (s *Service) Repair(ctx context.Context) (int64, error) {
	const mirrors = `INSERT INTO connections (member_id, peer_id, since, reason, sub, invited_by, said_by, confirmed, version)
		SELECT c.peer_id, c.member_id, c.since, c.reason, c.sub, c.invited_by, c.said_by, c.confirmed, c.version FROM connections c
		WHERE NOT EXISTS (SELECT 1 FROM connections m WHERE m.member_id = c.peer_id AND m.peer_id = c.member_id)
		ON CONFLICT (member_id, peer_id) DO NOTHING`
	const reasons = `UPDATE connections SET reason = m.reason, sub = m.sub, said_by = m.said_by, confirmed = m.confirmed, version = m.version
		FROM connections m WHERE connections.member_id > connections.peer_id AND m.member_id = connections.peer_id AND m.peer_id = connections.member_id
		AND (m.reason <> connections.reason OR m.sub <> connections.sub OR m.said_by <> connections.said_by OR m.confirmed <> connections.confirmed)`
	var n int64
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if n, err = tx.Exec(ctx, mirrors); err != nil {
			return err
		}
		more, err := tx.Exec(ctx, reasons)
		if err != nil {
			return err
		}
		n += more
		return newEpoch(ctx, tx)
	})
	if err != nil {
		return 0, err
	}
	_, err = s.Load(ctx)
	return n, err
}
