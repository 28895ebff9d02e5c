package transfer

import (
	"context"
	"errors"
	"iter"

	"guildhall/internal/db"
	"guildhall/internal/id"
	"guildhall/internal/transfer/ldbc"
)

// importer is one run over one set.
type importer struct {
	*Service
	opt    Options
	set    *ldbc.Set
	report *Report
	rows   *rowWriter
	sum    string // fingerprint of the set's tables: with one byte changed, every step looks again
	before map[string]progress

	places, organisations, tags, persons, forums *known

	towns      map[int64]town // by the set's id
	companies  map[int64]bool // by the set's id; universities are false
	moderators pairs
}

func newImporter(s *Service, opt Options, set *ldbc.Set, rep *Report) *importer {
	return &importer{
		Service: s, opt: opt, set: set, report: rep, rows: newRowWriter(opt.Rows),
		towns: map[int64]town{}, companies: map[int64]bool{}, moderators: pairs{},
	}
}

// run does all steps in their order: each needs the ids of those before.
func (im *importer) run(ctx context.Context) error {
	if err := im.load(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		im.takePlaces, im.takeOrganisations, im.takeTags, im.takePersons, im.takeLanguages, im.takeInterests,
		im.takeStudies, im.takeJobs, im.takeEmails, im.takeForums, im.takeMemberships, im.takeKnows,
	} {
		if err := step(ctx); err != nil {
			return errors.Join(err, im.rows.close())
		}
	}
	return im.rows.close()
}

// load reads what earlier runs made: first how far they came, then the things. So
// nothing is missing of what the progress covers, and whoever else imports meanwhile
// has moved the progress on, which is found out at the next batch (saveProgress).
func (im *importer) load(ctx context.Context) (err error) {
	if im.sum, err = im.set.Sum(); err != nil {
		return err
	}
	if im.before, err = loadProgress(ctx, im.db, im.report.Source); err != nil {
		return err
	}
	for _, k := range []struct {
		into **known
		kind string
	}{
		{&im.places, KindPlace}, {&im.organisations, KindOrganisation}, {&im.tags, KindTag}, {&im.persons, KindPerson}, {&im.forums, KindForum},
	} {
		ids, err := loadExternal(ctx, im.db, im.report.Source, k.kind)
		if err != nil {
			return err
		}
		*k.into = newKnown(k.kind, ids)
	}
	return nil
}

// known is the things of a kind: those that earlier runs made and those that
// this run has met.
type known struct {
	kind string
	here map[int64]thing // by the set's id
}

type thing struct {
	local int64
	old   bool // from an earlier run
	seen  bool // in a row of this run
}

func newKnown(kind string, ids map[int64]int64) *known {
	k := &known{kind: kind, here: make(map[int64]thing, len(ids))}
	for source, local := range ids {
		k.here[source] = thing{local: local, old: true}
	}
	return k
}

// admit meets a thing's own row. fresh is false when an earlier run made it.
func (k *known) admit(at ldbc.At, source int64) (t thing, err error) {
	t, ok := k.here[source]
	if t.seen {
		return t, ldbc.Badly(at, ldbc.Duplicate, "%s %d", k.kind, source)
	}
	if !ok {
		t.local = id.New()
	}
	t.seen = true
	k.here[source] = t
	return t, nil
}

// find returns the thing that a row names.
func (k *known) find(at ldbc.At, source int64) (thing, error) {
	t, ok := k.here[source]
	if !ok {
		return t, ldbc.Badly(at, ldbc.UnknownID, "%s %d", k.kind, source)
	}
	return t, nil
}

// pairs are relations met in this run, by the set's ids.
type pairs map[[2]int64]struct{}

func (p pairs) admit(at ldbc.At, a, b int64) error {
	if p.has(a, b) {
		return ldbc.Badly(at, ldbc.Duplicate, "%d and %d", a, b)
	}
	p[[2]int64{a, b}] = struct{}{}
	return nil
}

func (p pairs) has(a, b int64) bool {
	_, ok := p[[2]int64{a, b}]
	return ok
}

// step is one kind of rows R on its way to items I that can be written.
type step[R, I any] struct {
	name string
	rows iter.Seq2[R, error]
	// judge decides over a row without asking the database: a *ldbc.Bad leaves
	// it out, and what is not fresh was written by an earlier run.
	judge func(R) (item I, fresh bool, err error)
	// missing drops the items that are there already; nil means none can be.
	missing func(context.Context, db.Querier, []I) ([]I, error)
	write   func(context.Context, *db.Tx, []I) error
}

// feed takes one step from where an earlier run stopped to its end. Every row
// is read and judged again, so that the report is whole, but only those beyond
// are written, in batches that save their progress in the same transaction.
func feed[R, I any](ctx context.Context, im *importer, s step[R, I]) error {
	f := flow[R, I]{im: im, step: s}
	f.open()
	done := f.stored
	for rec, err := range s.rows {
		var item I
		fresh := false
		if err == nil {
			item, fresh, err = s.judge(rec)
		}
		f.read++
		im.now().Read++
		switch {
		case ldbc.IsBad(err):
			im.leaveOut(err)
		case err != nil:
			return err
		case !fresh || f.finished || f.read <= done:
			im.now().Already++
		default:
			f.batch = append(f.batch, item)
		}
		if f.read-f.stored >= im.batch && !f.finished {
			if err := f.flush(ctx, false); err != nil {
				return err
			}
		}
	}
	return f.flush(ctx, true)
}

// flow is a step under way.
type flow[R, I any] struct {
	im       *importer
	step     step[R, I]
	key      string // in imports
	total    int
	read     int // rows so far
	stored   int // rows that a committed batch has covered
	finished bool
	batch    []I
}

func (f *flow[R, I]) open() {
	im, s := f.im, f.step
	f.key = s.name + "@" + im.sum
	f.stored, f.finished = im.before[f.key].done, im.before[f.key].finished
	im.report.Steps = append(im.report.Steps, Step{Name: s.name})
	if im.opt.Progress != nil {
		for range s.rows { //nolint:errcheck // only counted: what is wrong with a row is told when it is taken
			f.total++
		}
		im.opt.Progress(s.name, 0, f.total)
	}
}

// flush writes the batch and the progress, or on a dry run counts what it would
// write.
func (f *flow[R, I]) flush(ctx context.Context, last bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var (
		fresh int
		err   error
	)
	switch {
	case f.finished:
	case f.im.opt.DryRun:
		var items []I
		items, err = f.missing(ctx, f.im.db)
		fresh = len(items)
	default:
		fresh, err = f.commit(ctx, last)
	}
	if err != nil {
		return err
	}
	now := f.im.now()
	now.New += fresh
	now.Already += len(f.batch) - fresh
	f.batch, f.stored = f.batch[:0], max(f.stored, f.read)
	if f.im.opt.Progress != nil {
		f.im.opt.Progress(f.step.name, f.read, f.total)
	}
	return nil
}

// commit is the one transaction of a batch. It returns how many items were new.
func (f *flow[R, I]) commit(ctx context.Context, last bool) (fresh int, err error) {
	source := f.im.report.Source
	err = f.im.db.Write(ctx, func(tx *db.Tx) error {
		if err := saveProgress(ctx, tx, source, f.key, f.stored, max(f.stored, f.read), last); err != nil {
			return err
		}
		items, err := f.missing(ctx, tx)
		if fresh = len(items); err != nil || fresh == 0 {
			return err
		}
		if err := markNews(ctx, tx, source); err != nil {
			return err
		}
		return f.step.write(ctx, tx, items)
	})
	return fresh, err
}

func (f *flow[R, I]) missing(ctx context.Context, q db.Querier) ([]I, error) {
	if f.step.missing == nil || len(f.batch) == 0 {
		return f.batch, nil
	}
	return f.step.missing(ctx, q, f.batch)
}

// now is the step under way in the report.
func (im *importer) now() *Step { return &im.report.Steps[len(im.report.Steps)-1] }

// leaveOut reports a row that is not taken.
func (im *importer) leaveOut(err error) {
	var bad *ldbc.Bad
	if errors.As(err, &bad) {
		im.now().Skipped++
		im.report.note(*bad, false)
		im.rows.write(*bad, false)
	}
}

// partly reports a row that is taken without a part.
func (im *importer) partly(bad *ldbc.Bad) {
	im.now().Partly++
	im.report.note(*bad, true)
	im.rows.write(*bad, true)
}
