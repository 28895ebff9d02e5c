package network_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/network"
)

// town is one database with its members, some of them away, and the nodes on it.
type town struct {
	*testing.T
	db   *db.DB
	away map[int64]bool
}

func newTown(t *testing.T, d *db.DB) *town { return &town{t, d, map[int64]bool{}} }

func (h *town) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *town) whoIsAway(_ context.Context, ids []int64) ([]int64, error) {
	if ids == nil {
		return slices.Collect(maps.Keys(h.away)), nil
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return !h.away[id] }), nil
}

// node starts a server's network as a server does.
func (h *town) node(file string) (*network.Service, network.Started) {
	h.Helper()
	s := network.New(h.db)
	s.SetAway(h.whoIsAway)
	st, err := s.Start(ctx, file)
	h.must(err)
	r := journal.NewRunner(h.db, bus.New(), slog.New(slog.DiscardHandler))
	r.Follow(s.Follower(st.Position))
	s.SetSync(r.Sync)
	h.must(s.Sync(ctx))
	return s, st
}

// status lets somebody go away or come back.
func (h *town) status(m int64) {
	h.Helper()
	if h.away[m] {
		delete(h.away, m)
	} else {
		h.away[m] = true
	}
	h.must(h.db.Write(ctx, func(tx *db.Tx) error {
		return journal.Append(ctx, tx, journal.Fact{Kind: "member.status_changed", Facets: journal.ChangesGraph, Owner: m, Ref: m})
	}))
}

// bring imports ties; told says whether it comes to its end.
func (h *town) bring(s *network.Service, told bool, ties ...network.Edge) {
	h.Helper()
	h.must(h.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.BulkConnect(ctx, tx, ties); err != nil || !told {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph})
	}))
}

// save writes a snapshot and fails when there is none to write.
func (h *town) save(s *network.Service) {
	h.Helper()
	if done, err := s.Save(ctx, true); err != nil || !done {
		h.Fatalf("no snapshot was written: %v", err)
	}
}

// right holds a node's graph against the rows and against one that was read from
// them just now.
func (h *town) right(s *network.Service, when string) {
	h.Helper()
	diff, err := s.Compare(ctx)
	if err != nil || diff.Mismatches != 0 {
		h.Fatalf("%s: %+v, %v", when, diff, err)
	}
	fresh, _ := h.node("")
	if got, want := all(s.Graph()), all(fresh.Graph()); !slices.Equal(got, want) {
		h.Fatalf("%s: the graph has %v, a rebuilt one %v", when, got, want)
	}
}

func all(v *graph.View) (out [][2]int64) {
	for a, b := range v.All() {
		out = append(out, [2]int64{a, b})
	}
	return out
}

const folk = 14

// act does one thing at random.
func (h *town) act(s *network.Service, r *rand.Rand) {
	h.Helper()
	a, b := r.Int64N(folk)+1, r.Int64N(folk)+1
	var err error
	switch n := r.IntN(20); {
	case a == b && n < 10:
		h.status(a)
	case a == b:
	case n == 0:
		if err = block(h.db, s, a, b); err == nil && r.IntN(2) == 0 {
			err = s.Unblock(ctx, access.Member(a), b)
		}
	case n < 6:
		err = s.Disconnect(ctx, access.Member(a), b)
	default:
		err = connect(h.db, s, a, b)
	}
	if err != nil && !fault.Is(err, fault.Missing) {
		h.Fatal(err)
	}
}

// Two servers are stopped and started at random between random acts, each with its
// own file. However they come to their graph, it is the one of the database.
func TestAStartFromASnapshotEqualsARebuild(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, r := newTown(t, d), rand.New(rand.NewPCG(11, 5))
		files := []string{filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")}
		nodes := make([]*network.Service, 2)
		for i := range nodes {
			nodes[i], _ = h.node(files[i])
		}
		from := map[bool]int{}
		for round := range 80 {
			i := r.IntN(2)
			for range r.IntN(8) {
				h.act(nodes[1-i], r)
			}
			if r.IntN(3) > 0 {
				_, err := nodes[i].Save(ctx, r.IntN(2) == 0)
				h.must(err)
			}
			for range r.IntN(8) {
				h.act(nodes[1-i], r)
			}
			if r.IntN(8) == 0 {
				h.bring(nodes[1-i], r.IntN(2) == 0, network.Edge{A: r.Int64N(folk/2) + 1, B: r.Int64N(folk/2) + folk/2 + 1, Since: time.UnixMilli(1)})
				_, err := nodes[1-i].Load(ctx) // what an import that is not told of left is seen from a start on
				h.must(err)
			}
			var st network.Started
			nodes[i], st = h.node(files[i])
			from[st.Snapshot]++
			h.right(nodes[i], fmt.Sprintf("round %d, from the snapshot: %v, %v", round, st.Snapshot, st.Why))
		}
		if from[true] < 20 || from[false] < 3 {
			t.Errorf("%d starts from a snapshot and %d from the database prove little", from[true], from[false])
		}
	})
}

// Whoever was away when the snapshot was written has all ties when they are back,
// also when they came back while no server ran.
func TestWhoComesBackBetweenSnapshotAndStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, file := newTown(t, d), filepath.Join(t.TempDir(), "snapshot")
		s, _ := h.node(file)
		for _, p := range [][2]int64{{1, 2}, {2, 3}, {3, 4}, {1, 4}} {
			h.must(connect(d, s, p[0], p[1]))
		}
		h.status(2)
		h.status(3)
		h.save(s)
		h.status(2) // back
		h.status(1) // away
		s, st := h.node(file)
		if !st.Snapshot {
			t.Fatalf("not from the snapshot: %v", st.Why)
		}
		h.right(s, "one came back and one went")
		h.status(3)
		h.status(1)
		h.right(s, "all are back")
		if s.Graph().Edges() != 4 {
			t.Errorf("%d ties of 4", s.Graph().Edges())
		}
	})
}

// rewind makes the database what it was at heads, as a restored backup would:
// the ties made since are gone, and so is what the journal told of them.
func (h *town) rewind(heads journal.Position, ties ...[2]int64) {
	h.Helper()
	h.must(h.db.Write(ctx, func(tx *db.Tx) error {
		for _, p := range ties {
			for _, table := range []string{"connections", "follows"} {
				if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE (member_id = $1 AND peer_id = $2) OR (member_id = $2 AND peer_id = $1)`, p[0], p[1]); err != nil {
					return err
				}
			}
		}
		now, err := journal.Heads(ctx, tx)
		if err != nil {
			return err
		}
		for part := range now {
			if _, err := tx.Exec(ctx, `DELETE FROM journal WHERE part = $1 AND seq > $2`, part, heads[part]); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE journal_heads SET seq = $2 WHERE part = $1`, part, heads[part]); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM journal_heads WHERE seq = 0`)
		return err
	}))
}

func (h *town) exec(query string) {
	h.Helper()
	h.must(h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	}))
}

func (h *town) heads() journal.Position {
	h.Helper()
	heads, err := journal.Heads(ctx, h.db)
	h.must(err)
	return heads
}

// Each reason to distrust a snapshot makes a start read the database, and say why.
func TestADoubtfulSnapshotIsNotUsed(t *testing.T) {
	// A story goes on after the ties 1-2 and 2-3 were made and before a start; why
	// is part of the reason that the start must give.
	for name, c := range map[string]struct {
		why   string
		story func(h *town, s *network.Service, file string)
	}{
		"none": {"", func(h *town, s *network.Service, file string) {}},
		"deleted": {"", func(h *town, s *network.Service, file string) {
			h.save(s)
			h.must(os.Remove(file))
		}},
		"empty": {"something else", func(h *town, s *network.Service, file string) { h.must(os.WriteFile(file, nil, 0o600)) }},
		"cut off": {"not a usable snapshot", func(h *town, s *network.Service, file string) {
			h.save(s)
			h.must(os.Truncate(file, 200))
		}},
		"a bit": {"not a usable snapshot", func(h *town, s *network.Service, file string) {
			h.save(s)
			b, err := os.ReadFile(file)
			h.must(err)
			b[len(b)/2] ^= 4
			h.must(os.WriteFile(file, b, 0o600))
		}},
		"a folder": {"", func(h *town, s *network.Service, file string) { h.must(os.Mkdir(file, 0o700)) }},
		"another program's": {"format 9", func(h *town, s *network.Service, file string) {
			var b bytes.Buffer
			h.must(s.Graph().WriteSnapshot(&b, []byte(`{"Format":9}`)))
			h.must(os.WriteFile(file, b.Bytes(), 0o600))
		}},
		"another instance's": {"another instance", func(h *town, s *network.Service, file string) {
			other := newTown(h.T, dbtest.SQLite(h.T))
			o, _ := other.node(file)
			for _, p := range [][2]int64{{1, 2}, {2, 3}, {1, 3}} {
				h.must(connect(other.db, o, p[0], p[1]))
			}
			other.save(o)
		}},
		"an older database": {"the database only", func(h *town, s *network.Service, file string) {
			heads := h.heads()
			h.must(connect(h.db, s, 5, 6))
			h.save(s)
			h.rewind(heads, [2]int64{5, 6})
		}},
		"an older database that went on": {"something else", func(h *town, s *network.Service, file string) {
			heads := h.heads()
			h.must(connect(h.db, s, 5, 6))
			h.save(s)
			h.rewind(heads, [2]int64{5, 6})
			s, _ = h.node("")
			for range 3 {
				h.must(connect(h.db, s, 5, 7)) // the same part as 5-6, and further
				h.must(s.Disconnect(ctx, access.Member(5), 7))
			}
		}},
		"an older database, by what came while it was written": {"the database only", func(h *town, s *network.Service, file string) {
			heads, sync := h.heads(), s.Sync
			r := journal.NewRunner(h.db, bus.New(), slog.New(slog.DiscardHandler))
			s.SetSync(func(context.Context) error { return nil })
			h.must(connect(h.db, s, 5, 6)) // committed, and not yet in the graph
			h.rewind(heads, [2]int64{5, 6})
			r.Follow(s.Follower(heads))
			s.SetSync(func(ctx context.Context) error {
				s.SetSync(r.Sync)
				if err := connect(h.db, s, 5, 6); err != nil { // after the position was read
					return err
				}
				return sync(ctx)
			})
			h.save(s)
			if !s.Graph().Connected(5, 6) {
				h.Fatal("the tie is not in the snapshot, so this proves nothing")
			}
			h.rewind(heads, [2]int64{5, 6})
		}},
		"pruned up to the present": {"pruned", func(h *town, s *network.Service, file string) {
			h.save(s)
			h.must(connect(h.db, s, 1, 3))
			h.must(s.Disconnect(ctx, access.Member(1), 2))
			_, err := journal.Prune(ctx, h.db, h.heads())
			h.must(err)
		}},
		"an import that was cut off": {"imported", func(h *town, s *network.Service, file string) {
			h.save(s)
			h.bring(s, false, network.Edge{A: 8, B: 9})
		}},
		"a snapshot after an import that was cut off": {"", func(h *town, s *network.Service, file string) {
			h.bring(s, false, network.Edge{A: 8, B: 9})
			if done, err := s.Save(ctx, true); done || err != nil {
				h.Fatalf("a snapshot without what was imported was written: %v, %v", done, err)
			}
		}},
		"a repair": {"repaired", func(h *town, s *network.Service, file string) {
			h.save(s)
			h.exec(`DELETE FROM connections WHERE member_id = 1`)
			other, _ := h.node("")
			_, err := other.Repair(ctx)
			h.must(err)
		}},
		"a long journal": {"faster", func(h *town, s *network.Service, file string) {
			h.save(s)
			facts := make([]journal.Fact, 1001)
			for i := range facts {
				facts[i] = journal.Fact{Kind: "test.happened", Owner: 1}
			}
			for range 10 {
				h.must(h.db.Write(ctx, func(tx *db.Tx) error { return journal.Append(ctx, tx, facts...) }))
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h, file := newTown(t, d), filepath.Join(t.TempDir(), "snapshot")
				s, _ := h.node(file)
				h.must(connect(d, s, 1, 2))
				h.must(connect(d, s, 2, 3))
				c.story(h, s, file)
				s, st := h.node(file)
				if st.Snapshot || (st.Why == nil) != (c.why == "" && name != "a folder") || st.Why != nil && !strings.Contains(st.Why.Error(), c.why) {
					t.Errorf("from the snapshot: %v, because %v; want %q", st.Snapshot, st.Why, c.why)
				}
				if look := s.LookAtSnapshot(ctx); look.Unusable == nil {
					t.Errorf("the doctor would use it: %+v", look)
				}
				h.right(s, "after the start")
				h.must(connect(d, s, 2, 4))
				h.right(s, "and after a change")
				if name == "a folder" {
					return
				}
				h.save(s)
				if _, st = h.node(file); !st.Snapshot {
					t.Errorf("the snapshot that was written then is not used: %v", st.Why)
				}
			})
		})
	}
}

// A hole in what came after the snapshot is found when it is read.
func TestAHoleBehindASnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, file := newTown(t, d), filepath.Join(t.TempDir(), "snapshot")
		s, _ := h.node(file)
		h.must(connect(d, s, 1, 2))
		h.save(s)
		heads := h.heads()
		h.must(connect(d, s, 1, 3))
		h.must(connect(d, s, 1, 4))
		for _, keep := range []int{1, 0} { // the newest, none
			h.exec(fmt.Sprintf(`DELETE FROM journal WHERE owner = 1 AND peer > 2 AND seq <= (SELECT max(seq) FROM journal_heads) - %d`, keep))
			again, st := h.node(file)
			if !st.Snapshot || st.Position.Behind(heads) != 0 {
				t.Fatalf("from the snapshot: %v, %v", st.Snapshot, st.Why)
			}
			h.right(again, "with a hole")
		}
	})
}

// Snapshots are written while members connect and part, and each is right.
func TestSnapshotsBesideChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, file := newTown(t, d), filepath.Join(t.TempDir(), "snapshot")
		s, _ := h.node(file)
		var writers sync.WaitGroup
		stop := make(chan struct{})
		for w := range uint64(3) {
			writers.Go(func() {
				r := rand.New(rand.NewPCG(w, 3))
				for {
					select {
					case <-stop:
						return
					default:
					}
					a, b := r.Int64N(30)+1, r.Int64N(30)+31
					err := connect(d, s, a, b)
					if err == nil && r.IntN(3) == 0 {
						err = s.Disconnect(ctx, access.Member(a), b)
					}
					if err != nil && !fault.Is(err, fault.Missing) {
						t.Error(err)
					}
				}
			})
		}
		var written []string
		for deadline := time.Now().Add(30 * time.Second); len(written) < 15 && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			done, err := s.Save(ctx, true)
			h.must(err)
			if done {
				written = append(written, fmt.Sprintf("%s.%d", file, len(written)))
				h.must(os.Rename(file, written[len(written)-1]))
			}
		}
		close(stop)
		writers.Wait()
		for _, file := range written {
			other, st := h.node(file)
			if !st.Snapshot {
				t.Errorf("%s is not used: %v", file, st.Why)
			}
			h.right(other, file)
		}
		if len(written) < 15 {
			t.Errorf("only %d were written", len(written))
		}
	})
}

// What a process that was killed left behind is in nobody's way, and what cannot
// be written leaves the last snapshot as it was.
func TestHalfWrittenSnapshots(t *testing.T) {
	h, file := newTown(t, dbtest.SQLite(t)), filepath.Join(t.TempDir(), "snapshot")
	s, _ := h.node(file)
	h.must(connect(h.db, s, 1, 2))
	h.must(os.WriteFile(file+".new", []byte("half of it"), 0o644))
	if _, st := h.node(file); st.Snapshot || st.Why != nil {
		t.Errorf("half a file counts: %+v", st)
	}
	h.save(s)
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file has the rights %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(file + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left behind is still there: %v", err)
	}
	if done, err := s.Save(ctx, true); done || err != nil {
		t.Errorf("without a change it was written again: %v, %v", done, err)
	}
	h.must(connect(h.db, s, 2, 3))
	if done, err := s.Save(ctx, false); done || err != nil {
		t.Errorf("for one change it was written again: %v, %v", done, err)
	}
	h.must(os.MkdirAll(filepath.Join(file+".new", "in the way"), 0o700))
	if done, err := s.Save(ctx, true); done || err == nil {
		t.Error("it could be written though something is in the way")
	}
	s, st := h.node(file)
	if !st.Snapshot {
		t.Errorf("the old one is not used: %v", st.Why)
	}
	h.right(s, "from the old one")
}

// A file too large to be checked before the start is checked afterwards: until then
// what is damaged of it is missing, then all is read from SQL; no snapshot is
// written of it meanwhile.
func TestDamageFoundAfterTheStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, file := newTown(t, d), filepath.Join(t.TempDir(), "snapshot")
		s, _ := h.node(file)
		h.must(connect(d, s, 1, 2))
		h.must(connect(d, s, 2, 3))
		h.save(s)
		b, err := os.ReadFile(file)
		h.must(err)
		b[len(b)/2] ^= 4
		h.must(os.WriteFile(file, b, 0o600))

		late := network.New(d)
		late.VerifyLate()
		st, err := late.Start(ctx, file)
		h.must(err)
		r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
		r.Follow(late.Follower(st.Position))
		late.SetSync(r.Sync)
		h.must(connect(d, late, 2, 4))
		if !st.Snapshot || late.Graph().Connected(1, 2) {
			t.Errorf("from the snapshot: %t, with what is damaged: %t", st.Snapshot, late.Graph().Connected(1, 2))
		}
		if done, err := late.Save(ctx, true); done || !errors.Is(err, graph.ErrSnapshot) {
			t.Errorf("a snapshot of a damaged graph was written: %t, %v", done, err)
		}
		if damage, err := late.Verify(ctx); !errors.Is(damage, graph.ErrSnapshot) || err != nil {
			t.Errorf("damage %v, %v", damage, err)
		}
		h.right(late, "after it was found")
		if damage, err := late.Verify(ctx); damage != nil || err != nil {
			t.Errorf("the second time: damage %v, %v", damage, err)
		}
		h.save(late)
		if _, st = h.node(file); !st.Snapshot {
			t.Errorf("the snapshot that was written then is not used: %v", st.Why)
		}
	})
}
