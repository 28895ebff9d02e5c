// Package network owns who knows whom: connections, follows and blocks. The
// truth is in SQL, each edge stored twice, under either member; the graph index
// in memory follows it through the journal. It decides nothing about
// invitations: asking to connect is the feature invite's.
package network

import (
	"context"
	"sync"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
)

// MaxConnections is how many connections one member can have.
const MaxConnections = 30_000

// secondDegrees is how many bytes the index may take for the second degrees of
// members who are here: 500 of a million, five thousand of a hundred thousand.
const secondDegrees = 64 << 20

// Stored kinds of facts. Owner and Peer are the pair, the lower id first.
const (
	FactConnected    = "network.connected"
	FactDisconnected = "network.disconnected"
	FactBlocked      = "network.blocked"
	FactUnblocked    = "network.unblocked"
	FactReasoned     = "network.reasoned" // how the two know each other was said anew, or confirmed
	// FactImported tells that a community came in by bulk: indexes rebuild.
	FactImported = "transfer.imported"
)

// Connection is one side's view of a tie. Reason and Sub say how they know each other,
// SaidBy who of the two says so, at first who asked, InvitedBy; 0 for nobody, as in
// imports. Both sides have the same, but for Peer.
type Connection struct {
	Peer      int64
	Since     time.Time
	Reason    string
	Sub       string
	InvitedBy int64
	SaidBy    int64
	Confirmed bool  // the other says so too
	Version   int64 // of this tie: none of the pair's earlier ties had it
}

// How is why two members are connected.
type How struct {
	Reason    string
	Sub       string
	InvitedBy int64
}

// Service is the network of one instance. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	index *graph.Graph
	sync  func(context.Context) error
	away  func(context.Context, []int64) ([]int64, error)
	known Known

	load   sync.Mutex       // one change of the index at a time
	absent map[int64]bool   // members whose ties are not in the index
	epoch  string           // under which the index was loaded
	kept   journal.Position // up to which the snapshot file has it; nil when no file does

	file   string     // of snapshots; empty for none
	soon   int        // up to how many connections one is checked whole at once
	saving sync.Mutex // one snapshot is written at a time
}

// New returns the service with an empty index; call Start or Load before serving.
func New(d *db.DB) *Service {
	index := graph.New()
	index.CacheSets(secondDegrees)
	return &Service{db: d, index: index, soon: verifySoon, absent: map[int64]bool{},
		away: func(context.Context, []int64) ([]int64, error) { return nil, nil }}
}

// SetAway says who of some members is not there for others, or all who aren't for
// nil: their ties are kept in SQL and left out of the index, so that nobody is
// linked through them, counted or suggested by them until they are back.
func (s *Service) SetAway(f func(ctx context.Context, ids []int64) ([]int64, error)) { s.away = f }

// SetSync says how the index is brought up to date after a write of this
// process: the journal runner's Sync.
func (s *Service) SetSync(f func(context.Context) error) { s.sync = f }

// Graph returns the present snapshot of the connections.
func (s *Service) Graph() *graph.View { return s.index.Snapshot() }

// LockPair makes every other act between a and b wait until tx has ended. It is
// the first statement of such an act: on PostgreSQL the pair's row is the lock,
// on SQLite there is one writer anyway.
func (s *Service) LockPair(ctx context.Context, tx *db.Tx, a, b int64) error {
	return lockPair(ctx, tx, min(a, b), max(a, b))
}

// Connect makes a and b first-degree connections that follow each other. The
// pair must be locked. It returns the facts that the caller appends to the
// journal last; none when they were connected already.
func (s *Service) Connect(ctx context.Context, tx *db.Tx, a, b int64, how How) ([]journal.Fact, error) {
	if a == b || a <= 0 || b <= 0 {
		return nil, fault.New(fault.Invalid, "Nobody can connect with themselves.")
	}
	for _, m := range []int64{a, b} {
		if s.Graph().Count(m) >= MaxConnections {
			return nil, fault.New(fault.TooMany, "One of you has reached the limit of %d connections.", MaxConnections)
		}
	}
	if blocked, err := isBlocked(ctx, tx, a, b); err != nil || blocked {
		if err == nil {
			err = fault.NotFound()
		}
		return nil, err
	}
	lo, hi := min(a, b), max(a, b)
	n, err := insertPair(ctx, tx, lo, hi, how)
	if err != nil || n == 0 {
		return nil, err
	}
	if err := insertFollows(ctx, tx, a, b); err != nil {
		return nil, err
	}
	return []journal.Fact{{Kind: FactConnected, Facets: journal.ChangesGraph, Owner: lo, Peer: hi, Version: tx.Now.UnixMicro()}}, nil
}

// Disconnect removes the tie between the viewer and peer, silently. What is not
// there is not found. The index has followed when it returns.
func (s *Service) Disconnect(ctx context.Context, v access.Viewer, peer int64) error {
	me := v.Member()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.LockPair(ctx, tx, me, peer); err != nil {
			return err
		}
		facts, err := s.PartTx(ctx, tx, me, peer)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
	if err != nil {
		return err
	}
	return s.Sync(ctx)
}

// PartTx ends the tie between two members, which must be locked, and their
// follows. It returns the facts to append; what is not there is not found.
func (s *Service) PartTx(ctx context.Context, tx *db.Tx, a, b int64) ([]journal.Fact, error) {
	n, err := deletePair(ctx, tx, a, b)
	if err == nil && n == 0 {
		err = fault.NotFound()
	}
	return []journal.Fact{pairFact(FactDisconnected, a, b, tx)}, err
}

// Correct lets the viewer say anew how they and a connection know each other: from
// then on it is the viewer's word, unconfirmed. An empty reason takes back what was
// said. What the other said already is confirmed by it. version is that of the tie the
// viewer has seen.
func (s *Service) Correct(ctx context.Context, v access.Viewer, peer int64, reason, sub string, version int64) error {
	return s.reason(ctx, v, peer, version, func(c Connection) (Connection, bool, error) { return c.corrected(v.Member(), reason, sub) })
}

// Confirm lets the viewer say that what the other said of how they know each other is
// so. version is that of the tie the viewer has seen.
func (s *Service) Confirm(ctx context.Context, v access.Viewer, peer, version int64) error {
	return s.reason(ctx, v, peer, version, func(c Connection) (Connection, bool, error) {
		next, err := c.confirmed(v.Member())
		return next, !c.Confirmed, err
	})
}

// reason changes how the viewer and peer know each other, on both sides of the tie.
// What is not there is not found. The index has followed when it returns.
func (s *Service) reason(ctx context.Context, v access.Viewer, peer, version int64, change func(Connection) (next Connection, changed bool, err error)) error {
	me := v.Member()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.LockPair(ctx, tx, me, peer); err != nil {
			return err
		}
		c, ok, err := s.Tie(ctx, tx, me, peer)
		switch {
		case err != nil:
			return err
		case !ok:
			return fault.NotFound()
		}
		next, changed, err := change(c)
		switch {
		case err != nil || !changed:
			return err
		case c.Version != version:
			return fault.New(fault.Conflict, "They said something else at the same moment. Please look at it again.")
		}
		if err := updatePair(ctx, tx, me, next); err != nil {
			return err
		}
		return journal.Append(ctx, tx, pairFact(FactReasoned, me, peer, tx))
	})
	if err != nil {
		return err
	}
	return s.Sync(ctx)
}

func pairFact(kind string, a, b int64, tx *db.Tx) journal.Fact {
	return journal.Fact{Kind: kind, Facets: journal.ChangesGraph, Owner: min(a, b), Peer: max(a, b), Version: tx.Now.UnixMicro()}
}

// BlockTx lets me block peer: the tie and the follows end, and neither exists
// for the other from now on. The pair must be locked. It returns the facts to
// append.
func (s *Service) BlockTx(ctx context.Context, tx *db.Tx, me, peer int64) ([]journal.Fact, error) {
	if me == peer || me <= 0 || peer <= 0 {
		return nil, fault.New(fault.Invalid, "Nobody can block themselves.")
	}
	if _, err := deletePair(ctx, tx, me, peer); err != nil {
		return nil, err
	}
	if err := insertBlock(ctx, tx, me, peer); err != nil {
		return nil, err
	}
	return []journal.Fact{pairFact(FactBlocked, me, peer, tx)}, nil
}

// Unblock takes the viewer's block of peer back. The tie does not return.
func (s *Service) Unblock(ctx context.Context, v access.Viewer, peer int64) error {
	me := v.Member()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.LockPair(ctx, tx, me, peer); err != nil {
			return err
		}
		n, err := deleteBlock(ctx, tx, me, peer)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound()
		}
		return journal.Append(ctx, tx, pairFact(FactUnblocked, me, peer, tx))
	})
}

// Sync waits until this process's indexes have seen every commit before the call.
func (s *Service) Sync(ctx context.Context) error {
	if s.sync == nil {
		return nil
	}
	return s.sync(ctx)
}
