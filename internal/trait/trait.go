// Package trait knows what is comparable about members: the companies, schools,
// groups, skills, fields, places and languages they have or seek, with times. It
// owns the tables entities (the companies, schools … themselves), traits (who
// has which, when: the truth, kept with the member) and trait_people (the mirror
// that leads from an entity to its people, written in the same transaction). It
// knows no page and no score: why compares what Facts hands it.
package trait

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/why"
)

// Kind is what an entity is; the numbers are those of why, and stored.
type Kind = why.FactKind

// The kinds.
const (
	Company  = why.Company
	School   = why.School
	Group    = why.Group
	Skill    = why.Skill
	Field    = why.Field
	Place    = why.Place
	Language = why.Language
)

// Kinds lists all.
var Kinds = []Kind{Company, School, Group, Skill, Field, Place, Language}

// Relation is how a member stands to an entity. Numbers are stored.
type Relation uint8

// The relations.
const (
	Has   Relation = 1 // was there, is in it, can do it
	Seeks Relation = 2 // looks for people with it
)

// Entity is a company, school, group, skill, field, place or language. Several
// may have one name.
type Entity struct {
	ID       int64
	Kind     Kind
	Name     string
	Slug     string // for addresses; unique, since it ends in the id
	URL      string // its own site; may be empty
	Parent   int64  // the entity it is part of, or 0
	Place    int64  // the place it is at, or 0
	Unlisted bool   // a group that only its members may know of
	By       int64  // the member who made it; 0 for imports
	Version  int64
}

// Trait is one entity that a member has or seeks, with the entry's own texts.
type Trait struct {
	Member, ID int64
	Kind       Kind
	Relation   Relation
	Entity     int64
	Name       string // the entity's, joined when read; Put ignores it
	Role       string // title, degree, level
	Body       string // several lines
	Place      string
	From, To   why.Month // 0: unknown, and for To: still going on
	YearOnly   bool      // the months of From and To are not known
	Ordinal    int64     // place among the undated, from 1; see Reorder
	Hidden     bool      // shown to nobody but the member
	Version    int64     // 0 before the first Put
	Unlisted   bool      // the entity's, joined when read; Put ignores it
}

// Service is the way to traits and entities. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	cache cache
	names names
}

// New returns the service on a migrated database.
func New(d *db.DB) *Service { return &Service{db: d} }

// Of returns all traits of some members, or those of some kinds, has and seeks
// alike, with one statement per db.MaxIn members: by kind and relation, current
// ones first, then the latest beginning, then as the member ordered them. It
// does not ask who is looking: pass each through Visible. Outside a transaction
// the lists may be shared with others: they are to be read only, and a member
// who changed since they were kept costs a second statement.
func (s *Service) Of(ctx context.Context, q db.Querier, members []int64, kinds ...Kind) (map[int64][]Trait, error) {
	if len(kinds) == 0 && len(members) <= db.MaxIn && q == db.Querier(s.db) {
		return s.cached(ctx, members)
	}
	return loadOf(ctx, q, members, kinds)
}

// Put writes a trait and returns it as it stands: a new one when its ID is 0,
// else over the version that the caller read, or fault.Conflict. Kind, relation
// and ordinal of a stored trait stay as they are. An unlisted group can only be
// put by its maker and those who are in it. Texts are cleaned; what cannot be
// kept is a fault.FieldErrors, more than MaxPerKind a fault.TooMany. The caller
// appends Changed.
func (s *Service) Put(ctx context.Context, tx *db.Tx, t Trait) (Trait, error) {
	t, err := Check(t, tx.Now)
	if err != nil {
		return Trait{}, err
	}
	all, err := loadShelf(ctx, tx, t.Member, t.Kind, t.Relation)
	if err != nil {
		return Trait{}, err
	}
	old, err := all.admit(t)
	if err != nil {
		return Trait{}, err
	}
	e, ok, err := loadEntity(ctx, tx, t.Entity)
	if err != nil {
		return Trait{}, err
	}
	if err := mayName(t, e, ok, all); err != nil {
		return Trait{}, err
	}
	t.Name, t.Unlisted = e.Name, e.Unlisted
	if t.ID != 0 {
		t.Ordinal = old.ordinal
		return s.update(ctx, tx, t, old.entity)
	}
	if t.Ordinal == 0 {
		t.Ordinal = all.last() + 1
	}
	t.ID, t.Version = id.New(), 1
	return t, insertTraits(ctx, tx, []Trait{t})
}

func (s *Service) update(ctx context.Context, tx *db.Tx, t Trait, oldEntity int64) (Trait, error) {
	ok, err := saveTrait(ctx, tx, t)
	if err == nil && !ok {
		err = changedMeanwhile()
	}
	if err == nil && oldEntity != t.Entity {
		err = moveMirror(ctx, tx, t, oldEntity)
	}
	t.Version++
	return t, err
}

// BulkPut inserts many new traits with few statements: some 50,000 a second on
// SQLite. Texts and times are checked as in Put, and the first that fails ends
// it with that trait's fault; entities and limits are the caller's to know. It
// fills in missing ids. The caller appends Changed for every member.
func (s *Service) BulkPut(ctx context.Context, tx *db.Tx, ts []Trait) error {
	for i := range ts {
		t, err := Check(ts[i], tx.Now)
		if err != nil {
			return err
		}
		if t.ID == 0 {
			t.ID = id.New()
		}
		t.Version = 1
		ts[i] = t
	}
	return insertTraits(ctx, tx, ts)
}

// Delete takes a trait away; fault.Missing when the member has no such one. The
// caller appends Changed.
func (s *Service) Delete(ctx context.Context, tx *db.Tx, member, id int64) error {
	ok, err := deleteTrait(ctx, tx, member, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return err
}

// Reorder gives the member's traits of a kind the order of ids; those not named
// come after, in the order they had. Ids that are not the member's are passed
// over. The caller appends Changed.
func (s *Service) Reorder(ctx context.Context, tx *db.Tx, member int64, k Kind, r Relation, ids []int64) error {
	all, err := loadShelf(ctx, tx, member, k, r)
	if err != nil {
		return err
	}
	return saveOrder(ctx, tx, member, all.ordered(ids))
}

// People lists the members who have an entity, ascending by id, at most limit.
// It does not ask who is looking.
func (s *Service) People(ctx context.Context, q db.Querier, entity int64, limit int) ([]int64, error) {
	return people(ctx, q, entity, limit)
}

// PeopleOf lists members who have one of some entities, each once, ascending, at
// most limit of each entity, the first by id. One statement, none for no entity; it
// does not ask who is looking.
func (s *Service) PeopleOf(ctx context.Context, q db.Querier, entities []int64, limit int) ([]int64, error) {
	if len(entities) == 0 {
		return nil, nil
	}
	return peopleOf(ctx, q, entities, limit)
}

// Groups lists the groups that a member is in, hidden and unlisted ones too:
// access asks it for the viewer's own.
func (s *Service) Groups(ctx context.Context, member int64) ([]int64, error) {
	return groups(ctx, s.db, member)
}

// Mirror compares trait_people with the truth and returns how many rows are
// missing there and how many too many; both are 0 unless the file is damaged.
// It reads both tables whole.
func (s *Service) Mirror(ctx context.Context, q db.Querier) (missing, extra int64, err error) {
	return compareMirror(ctx, q)
}
