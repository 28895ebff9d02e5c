package journal

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"guildhall/internal/db"
)

// Follower keeps something in step with the journal. Apply gets entries of one
// part in order and must be idempotent: after a crash it may see them again, and
// entries of different parts come in any order. An error is tried again with a
// growing pause and shows in Lag; nothing is skipped.
//
// A follower InMemory has its cursor in this process, starting at From's
// position, which must have been read before its tables were; a durable one has
// a named cursor in the database and starts at the beginning.
type Follower struct {
	Name     string
	Facets   Facet // which facts it gets; 0 means all
	Apply    func(ctx context.Context, entries []Entry) error
	InMemory bool
	From     Position
	// Rebuild makes an in-memory follower whole again after a Gap and returns
	// the position it then stands at.
	Rebuild func(ctx context.Context) (Position, error)
}

// Bus is what the runner asks of the bus.
type Bus interface {
	Publish(topic string)
	Subscribe(topic string) (<-chan struct{}, func())
}

// Runner drives the followers of one process.
type Runner struct {
	db  *db.DB
	bus Bus
	log *slog.Logger
	mu  sync.Mutex
	fs  []*following
}

type following struct {
	Follower
	mu      sync.Mutex // one batch at a time
	pos     Position   // of an in-memory follower
	trouble string
	fails   int
	retry   time.Time
}

// settle is how long a write waits for the in-memory followers of its process.
const settle = 2 * time.Second

// NewRunner returns a runner without followers. It makes bus the one that the
// database's transactions wake, and lets each transaction that appended wait
// until this process's in-memory followers have seen it: whoever wrote reads
// their own write, without asking for it.
func NewRunner(d *db.DB, bus Bus, log *slog.Logger) *Runner {
	r := &Runner{db: d, bus: bus, log: log}
	d.SetSignal(func(name string) {
		bus.Publish(name)
		if name != topic {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), settle)
		defer cancel()
		_ = r.Sync(ctx) // a failure is logged and tried again; the write itself stands
	})
	return r
}

// Follow adds a follower; names must differ.
func (r *Runner) Follow(f Follower) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pos := Position{}
	for p, s := range f.From {
		pos[p] = s
	}
	r.fs = append(r.fs, &following{Follower: f, pos: pos})
}

func (r *Runner) followers() []*following {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.fs)
}

// poll is how often the table is looked at when no wake-up comes: other nodes'
// commits arrive within a second even if every hint is lost.
const poll = 500 * time.Millisecond

// Run drives all followers until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	wake, cancel := r.bus.Subscribe(topic)
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		for _, f := range r.followers() {
			if f.due() {
				_ = r.catchUp(ctx, f) // logged there, and tried again
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-tick.C:
		}
	}
}

// Sync brings this process's in-memory followers up to all that was committed
// before the call: a member reads their own write. It costs one statement when
// there is nothing new. An error means the index is behind, not that the write
// failed.
func (r *Runner) Sync(ctx context.Context) error {
	var errs error
	for _, f := range r.followers() {
		if f.InMemory {
			errs = errors.Join(errs, r.catchUp(ctx, f))
		}
	}
	return errs
}

func (f *following) due() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Now().After(f.retry)
}

// maxPause is the longest wait between tries of a follower that fails.
const maxPause = 5 * time.Minute

func (r *Runner) catchUp(ctx context.Context, f *following) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := r.advance(ctx, f)
	if err == nil {
		f.trouble, f.fails, f.retry = "", 0, time.Time{}
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	f.fails++
	pause := min(time.Second<<min(f.fails-1, 10), maxPause)
	f.trouble, f.retry = err.Error(), time.Now().Add(pause)
	r.log.Error("a follower of the journal failed and will try again", "follower", f.Name, "failures", f.fails, "pause", pause, "err", err)
	return err
}

// advance applies what is new in every part, part by part.
func (r *Runner) advance(ctx context.Context, f *following) error {
	heads, err := Heads(ctx, r.db)
	if err != nil {
		return err
	}
	if !f.InMemory {
		if f.pos, err = r.loadCursor(ctx, f.Name); err != nil {
			return err
		}
	}
	for p, head := range heads {
		for f.pos[p] < head {
			if err := r.step(ctx, f, p, head); err != nil {
				return err
			}
		}
	}
	return nil
}

// step applies one batch of one part, which has entries up to head, and moves the
// cursor.
func (r *Runner) step(ctx context.Context, f *following, part int, head int64) error {
	es, err := next(ctx, r.db, part, f.pos[part])
	if err == nil && len(es) == 0 { // all that is left lies behind the head, which is counted and not there
		err = &Gap{Part: part, After: f.pos[part], Found: head + 1}
	}
	var gap *Gap
	if errors.As(err, &gap) && f.Rebuild != nil {
		r.log.Warn("a follower of the journal is rebuilt", "follower", f.Name, "why", gap)
		pos, err := f.Rebuild(ctx)
		if err == nil {
			f.pos = pos
		}
		return err
	}
	if err != nil {
		return err
	}
	wanted := slices.DeleteFunc(slices.Clone(es), func(e Entry) bool { return f.Facets != 0 && e.Facets&f.Facets == 0 })
	if len(wanted) > 0 {
		if err := f.Apply(ctx, wanted); err != nil {
			return err
		}
	}
	f.pos[part] = es[len(es)-1].Seq
	if f.InMemory {
		return nil
	}
	return r.saveCursor(ctx, f.Name, part, f.pos[part])
}
