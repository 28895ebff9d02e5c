// Package transfer moves data of whole communities in and out of an instance. So
// far it takes in the community of an LDBC Social Network Benchmark data set:
// persons become members, companies, universities, tags, places and forums
// become entities, and who knows whom becomes connections.
//
// It owns the tables external_ids (where an imported row came from) and imports
// (how far an import has come). Members, traits and connections are written by
// the packages that own them. It mails nobody and makes no account: an imported
// address is a line of text on a profile.
package transfer

import (
	"context"
	"errors"
	"io"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/transfer/ldbc"
)

// Contacts keeps what members show of how to reach them. AddContacts adds values
// of a kind ("email") to what a member shows, and must not mail them nor let
// anybody sign in with them; ContactsOf reads what members show.
type Contacts interface {
	AddContacts(ctx context.Context, tx *db.Tx, member int64, kind string, values []string) error
	ContactsOf(ctx context.Context, q db.Querier, members []int64, kind string) (map[int64][]string, error)
}

// Service imports. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	members  *member.Service
	traits   *trait.Service
	net      *network.Service
	policies *access.Policies
	contacts Contacts
	batch    int
}

// batchRows is how many rows one transaction takes in. It holds the one writer
// of SQLite for some tens of milliseconds.
const batchRows = 2000

// New returns the service on a migrated database.
func New(d *db.DB, m *member.Service, t *trait.Service, n *network.Service, p *access.Policies, c Contacts) *Service {
	return &Service{db: d, members: m, traits: t, net: n, policies: p, contacts: c, batch: batchRows}
}

// Options say what to import and how. Only Dir is needed.
type Options struct {
	Dir string
	// DryRun reads and judges everything and writes nothing.
	DryRun bool
	// Preset is how open the imported members start; zero is OpenToMembers, since
	// a community whose members cannot see one another cannot be tried out.
	Preset access.Preset
	// Progress is told after every batch how many of a step's rows are through.
	Progress func(step string, done, total int)
	// Rows gets every row that was left out, as CSV: the report keeps the first
	// thousand of each reason only.
	Rows io.Writer
}

// FactImported is appended once an import is complete and changed something:
// whoever keeps an index of members, traits or connections in memory rebuilds.
const FactImported = network.FactImported

// Import takes in the data set in a folder and reports on every row. A folder
// that is no complete set is refused before anything is written. The work is
// done in transactions of at most 2,000 rows that also say how far it has come:
// after an interruption a second run goes on there, and one after the end finds
// nothing to do. A set that comes again with rows put right adds what is not
// there: also what a member has taken away since, but no part of a row that was
// taken without it.
//
// The report is good as far as it goes even when there is an error.
func (s *Service) Import(ctx context.Context, opt Options) (Report, error) {
	if opt.Preset == 0 {
		opt.Preset = access.OpenToMembers
	}
	rep := Report{Dir: opt.Dir, Dry: opt.DryRun, Counts: map[ldbc.Reason]int{}}
	set, err := ldbc.Open(opt.Dir, s.db.Now())
	if err != nil {
		return rep, err
	}
	id, err := set.ID()
	if err != nil {
		return rep, err
	}
	rep.Source = "ldbc:" + id
	if rep.Later, rep.Never, err = set.Left(); err != nil {
		return rep, err
	}
	im := newImporter(s, opt, set, &rep)
	if err := im.run(ctx); err != nil {
		if !opt.DryRun {
			err = errors.Join(err, s.reindex(ctx))
		}
		return rep, err
	}
	if !opt.DryRun {
		if err := s.announce(ctx, rep.Source); err != nil {
			return rep, err
		}
	}
	rep.Complete = true
	return rep, nil
}

// reindex makes the index of this process agree with what an import wrote before it
// was stopped: it tells the journal only at its end, and the next run does.
func (s *Service) reindex(ctx context.Context) error {
	_, err := s.net.Load(context.WithoutCancel(ctx))
	return err
}

// announce tells the followers of an import that wrote something since the last
// time, in this run or in one before that was cut short.
func (s *Service) announce(ctx context.Context, source string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		news, err := takeNews(ctx, tx, source)
		if err != nil || !news {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{
			Kind: FactImported, Facets: journal.ChangesGraph | journal.ChangesTraits | journal.ChangesMember, Version: tx.Now.UnixMicro(),
		})
	})
}

// The kinds of things that external_ids keeps. Stored.
const (
	KindPlace        = "place"
	KindOrganisation = "organisation"
	KindTag          = "tag"
	KindPerson       = "person"
	KindForum        = "forum"
)

// IDs returns what became of a source's things of a kind: from their ids there
// to those here.
func (s *Service) IDs(ctx context.Context, q db.Querier, source, kind string) (map[int64]int64, error) {
	return loadExternal(ctx, q, source, kind)
}
