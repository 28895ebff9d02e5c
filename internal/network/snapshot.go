package network

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/durable"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
)

// The index starts from a file when that is known to give the same answers as SQL,
// and from SQL whenever in doubt. The file is a moment of the index; what the
// journal tells since is applied on top. It is known to be right when
//
//   - the epoch is the same: nothing was written past the journal, by an import
//     or a repair, and it is the same instance;
//   - all that the index may have seen lies in this database's journal: no backup
//     was restored that does not have it;
//   - what came after is there to be read: it was not pruned.

// origin stands in the file beside the graph and says what it was made of.
type origin struct {
	Format int
	Epoch  string       // under which the index was loaded
	From   journal.Mark // all up to here is in the graph
	Upto   journal.Mark // and nothing behind here
	Away   []int64      // members whose ties the graph leaves out, ascending
	At     int64        // microseconds UTC, for the operator
}

// originFormat is 2 since strengths, and what members show, stand in the file.
const originFormat = 2

// errNone is why the index is read from SQL when nothing is wrong with the file.
var errNone = errors.New("there is no snapshot")

// Started tells how the index came to be.
type Started struct {
	Position journal.Position // to follow from
	Snapshot bool             // from the file, else from SQL
	Why      error            // why not from the file; nil when there was none
}

// verifySoon is up to how many connections a file is checked whole before anybody is
// answered, which takes some tenths of a second. Of a larger one each part is checked
// when it is first asked for, and the rest by Verify: where one is damaged, members
// seem to have no connections until SQL has been read.
const verifySoon = 200_000_000

// Start fills the index from the snapshot at file, or from SQL as Load does when
// there is none or it cannot be trusted. An empty file means that there are to be
// none. The journal from the returned position on must be followed, and caught up
// with, before anybody is answered.
func (s *Service) Start(ctx context.Context, file string) (Started, error) {
	s.load.Lock()
	defer s.load.Unlock()
	s.file = file
	if err := makeEpoch(ctx, s.db); err != nil {
		return Started{}, fmt.Errorf("load the graph: %w", err)
	}
	g, o, err := open(file)
	if err == nil && g.Snapshot().Edges() <= s.soon {
		err = g.Verify(ctx)
	}
	if err == nil {
		var pos journal.Position
		if pos, err = s.trust(ctx, g.Snapshot(), o); err == nil {
			g.CacheSets(secondDegrees)
			s.index, s.epoch, s.kept = g, o.Epoch, pos
			s.absent = make(map[int64]bool, len(o.Away))
			for _, m := range o.Away {
				s.absent[m] = true
			}
			return Started{Position: maps.Clone(pos), Snapshot: true}, nil
		}
	}
	if errors.Is(err, errNone) {
		err = nil
	}
	pos, failed := s.reload(ctx)
	return Started{Position: pos, Why: err}, failed
}

// open reads the file. What is wrong with its content is a graph.ErrSnapshot.
func open(file string) (*graph.Graph, origin, error) {
	var o origin
	if file == "" {
		return nil, o, errNone
	}
	g, position, err := graph.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		err = errNone
	}
	if err != nil {
		return nil, o, err
	}
	if err := json.Unmarshal(position, &o); err != nil || o.Format != originFormat {
		return nil, o, fmt.Errorf("%s: %w: its position is of format %d, this program reads %d", file, graph.ErrSnapshot, o.Format, originFormat)
	}
	return g, o, nil
}

// A journal that takes longer to apply than SQL to scan is not applied: an entry
// costs what twenty connections cost. Few entries are always applied.
const (
	fewEntries  = 10_000
	costOfEntry = 20
)

// trust returns the position to go on from, or why the file must not be used.
func (s *Service) trust(ctx context.Context, v *graph.View, o origin) (journal.Position, error) {
	epoch, err := readEpoch(ctx, s.db)
	if err != nil {
		return nil, err
	}
	if epoch != o.Epoch {
		return nil, errors.New("the snapshot is of another instance, or connections were imported or repaired since")
	}
	if _, err := journal.Resume(ctx, s.db, o.Upto); err != nil {
		return nil, fmt.Errorf("the snapshot does not fit the database: %w", err)
	}
	pos, err := journal.Resume(ctx, s.db, o.From)
	if err != nil {
		return nil, fmt.Errorf("the snapshot does not fit the database: %w", err)
	}
	heads, err := journal.Heads(ctx, s.db)
	if err != nil {
		return nil, err
	}
	if n := pos.Behind(heads); n > fewEntries && n > int64(v.Edges()/costOfEntry) {
		return nil, fmt.Errorf("%d entries of the journal came since the snapshot: reading all is faster", n)
	}
	return pos, nil
}

// Save writes a snapshot of the index to the file that Start was given, unless
// too little happened since the last one to be worth it; at the stop of a server
// anything is. It reports whether it wrote one. It goes on beside readers and
// changes, in some 2 ns a connection and as much time as the disk takes. Only
// the process that holds the data folder may call it.
func (s *Service) Save(ctx context.Context, stop bool) (bool, error) {
	s.saving.Lock()
	defer s.saving.Unlock()
	if s.file == "" {
		return false, nil
	}
	view, o, err := s.capture(ctx, stop)
	if err != nil || view == nil {
		return false, err
	}
	position, err := json.Marshal(o)
	if err != nil {
		return false, err
	}
	size := 9*int64(view.Edges()) + 20*int64(view.Members()) + 12*int64(view.Strengths()) + int64(len(position))
	err = writeFile(s.file, size, func(w io.Writer) error { return view.WriteSnapshot(w, position) })
	if err != nil {
		return false, fmt.Errorf("write a snapshot of the graph: %w", err)
	}
	s.load.Lock()
	defer s.load.Unlock()
	if s.epoch == o.Epoch { // it was not loaded anew meanwhile
		s.kept = journal.Position{}
		for _, e := range o.From {
			s.kept[e.Part] = e.Seq
		}
	}
	return true, nil
}

// Verify checks what the index has of the file it was started from and nobody has
// asked for yet, beside readers and changes. Damage is mended by reading SQL, and
// returned: until then answers may have been wrong.
func (s *Service) Verify(ctx context.Context) (damage error, err error) {
	damage = s.index.Verify(ctx)
	if !errors.Is(damage, graph.ErrSnapshot) {
		return nil, damage
	}
	_, err = s.Load(ctx)
	return damage, err
}

// capture takes a View and what is true of it; no View when it is not worth a
// file. The View has all up to heads, since the index has followed them when it
// is taken. It may have seen more, but nothing that was not committed by the
// time upto is read, nor anything past the journal while the epoch is the same.
func (s *Service) capture(ctx context.Context, stop bool) (*graph.View, origin, error) {
	var o origin
	if s.sync == nil {
		return nil, o, errors.New("the graph follows no journal")
	}
	heads, err := journal.Heads(ctx, s.db)
	if err != nil || !s.worth(heads, stop) {
		return nil, o, err
	}
	if err := s.sync(ctx); err != nil {
		return nil, o, err
	}
	if err := s.index.Err(); err != nil { // it ends with a load, see Verify
		return nil, o, err
	}
	s.load.Lock()
	view := s.index.Snapshot()
	o = origin{Format: originFormat, Epoch: s.epoch, Away: slices.Sorted(maps.Keys(s.absent)), At: s.db.Now().UnixMicro()}
	s.load.Unlock()
	upto, err := journal.Heads(ctx, s.db)
	if err != nil {
		return nil, o, err
	}
	if epoch, err := readEpoch(ctx, s.db); err != nil || epoch != o.Epoch {
		return nil, o, err // an import is under way; it ends with a load
	}
	if o.From, err = journal.MarkAt(ctx, s.db, heads); err == nil {
		o.Upto, err = journal.MarkAt(ctx, s.db, upto)
	}
	return view, o, err
}

// worth reports whether enough entries came since the file was written: at the
// stop any, else a thousand and one for every thousand connections, so that
// applying them at a start takes little of the time that the file saves.
func (s *Service) worth(heads journal.Position, stop bool) bool {
	s.load.Lock()
	defer s.load.Unlock()
	n := s.kept.Behind(heads)
	return s.kept == nil || n > 0 && stop || n >= int64(1000+s.Graph().Edges()/1000)
}

// SnapshotState is what an operator may want to know of the file.
type SnapshotState struct {
	File        string    // empty: this instance has none
	At          time.Time // when it was written; zero when there is none
	Connections int
	Behind      int64 // entries of the journal since
	Damaged     bool  // or of another version
	Unusable    error // why a start would read SQL instead, nil when it would not
}

// LookAtSnapshot examines the file as Start does, and changes nothing.
func (s *Service) LookAtSnapshot(ctx context.Context) SnapshotState {
	st := SnapshotState{File: s.file}
	g, o, err := open(s.file)
	if err != nil {
		st.Unusable, st.Damaged = err, errors.Is(err, graph.ErrSnapshot)
		return st
	}
	if err := g.Verify(ctx); err != nil {
		st.Unusable, st.Damaged = err, errors.Is(err, graph.ErrSnapshot)
		return st
	}
	st.At, st.Connections = time.UnixMicro(o.At).UTC(), g.Snapshot().Edges()
	pos, err := s.trust(ctx, g.Snapshot(), o)
	if err != nil {
		st.Unusable = err
		return st
	}
	heads, err := journal.Heads(ctx, s.db)
	st.Behind, st.Unusable = pos.Behind(heads), err
	return st
}

// writeFile makes a file appear whole or not at all. size is about how long it will
// be; as much again, and some, must stay free, since the database may share the disk.
func writeFile(path string, size int64, write func(io.Writer) error) error {
	folder := filepath.Dir(path)
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return fmt.Errorf("look at the free space of %s: %w", folder, err)
	}
	if free := int64(st.Bavail) * int64(st.Bsize); free < 2*size+spare {
		return fmt.Errorf("%s: %w: %d bytes are free for %d", folder, syscall.ENOSPC, free, size)
	}
	return durable.Write(path, path+".new", write)
}

// spare is what a snapshot leaves to the rest of the disk in any case.
const spare = 16 << 20

func readEpoch(ctx context.Context, q db.Querier) (epoch string, err error) {
	_, err = db.One(q.QueryRow(ctx, `SELECT epoch FROM graph_epoch WHERE id = 1`), &epoch)
	return epoch, err
}

// makeEpoch gives a new instance its first one.
func makeEpoch(ctx context.Context, d *db.DB) error {
	if epoch, err := readEpoch(ctx, d); epoch != "" || err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO graph_epoch (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, rand.Text())
		return err
	})
}

// newEpoch voids all snapshots: whoever writes connections without telling the
// journal must call it in the same transaction.
func newEpoch(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO graph_epoch (id, epoch) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch`, rand.Text())
	return err
}
