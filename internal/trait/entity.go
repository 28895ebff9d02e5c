package trait

import (
	"context"
	"unicode/utf8"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/id"
)

// Entity returns one entity, unlisted or not; fault.Missing when there is none.
func (s *Service) Entity(ctx context.Context, q db.Querier, id int64) (Entity, error) {
	e, ok, err := loadEntity(ctx, q, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return e, err
}

// Entities returns those of ids that exist, unlisted or not, with one statement
// per db.MaxIn ids.
func (s *Service) Entities(ctx context.Context, q db.Querier, ids []int64) (map[int64]Entity, error) {
	return loadEntities(ctx, q, ids)
}

// Names returns the names of entities that are not unlisted, by id. Names are kept,
// since an entity never changes: one statement per db.MaxIn ids that are asked for
// the first time.
func (s *Service) Names(ctx context.Context, q db.Querier, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	missing := s.names.find(ids, out)
	if len(missing) == 0 {
		return out, nil
	}
	es, err := loadEntities(ctx, q, missing)
	if err != nil {
		return nil, err
	}
	for _, e := range es {
		if !e.Unlisted {
			out[e.ID] = e.Name
		}
	}
	s.names.keep(missing, out)
	return out, nil
}

// minInside is how many characters a text needs to be looked for inside names:
// that reads every name of the kind.
const minInside = 3

// Find is the type-ahead: listed entities of a kind whose folded name begins
// with text, by name, then those that have it inside. At most two statements.
func (s *Service) Find(ctx context.Context, q db.Querier, k Kind, text string, limit int) ([]Entity, error) {
	key := fold.Key(text)
	if key == "" || limit <= 0 {
		return nil, nil
	}
	found, err := beginning(ctx, q, k, key, limit)
	if err != nil || len(found) == limit || utf8.RuneCountInString(key) < minInside {
		return found, err
	}
	more, err := inside(ctx, q, k, key, limit-len(found))
	return append(found, more...), err
}

// Ensure finds the oldest listed entity of a kind by its exact folded name, or
// makes one on behalf of a member. Two who type a new name in the same instant
// may make two; merging synonyms deals with those.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, k Kind, name string, by int64) (Entity, error) {
	e, err := CheckEntity(Entity{Kind: k, Name: name, By: by})
	if err != nil {
		return Entity{}, err
	}
	have, ok, err := loadExact(ctx, tx, k, fold.Key(e.Name))
	if ok || err != nil {
		return have, err
	}
	return s.CreateEntity(ctx, tx, e)
}

// CreateEntity makes an entity, whatever others are called. It fills in a
// missing id and the slug.
func (s *Service) CreateEntity(ctx context.Context, tx *db.Tx, e Entity) (Entity, error) {
	es, err := s.CreateEntities(ctx, tx, []Entity{e})
	if err != nil {
		return Entity{}, err
	}
	return es[0], nil
}

// CreateEntities makes many entities with few statements, for imports, and
// returns them in order with ids and slugs. The first that cannot be kept ends
// it with that entity's fault.
func (s *Service) CreateEntities(ctx context.Context, tx *db.Tx, es []Entity) ([]Entity, error) {
	out := make([]Entity, len(es))
	for i, e := range es {
		e, err := CheckEntity(e)
		if err != nil {
			return nil, err
		}
		if e.ID == 0 {
			e.ID = id.New()
		}
		e.Slug, e.Version = slug(e), 1
		out[i] = e
	}
	return out, insertEntities(ctx, tx, out)
}

// slug is the name in ASCII with the id, so that it is unique without asking.
func slug(e Entity) string {
	if s := fold.Slug(e.Name, 60); s != "" {
		return s + "-" + id.String(e.ID)
	}
	return id.String(e.ID)
}
