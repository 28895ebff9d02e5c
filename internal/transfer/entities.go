package transfer

import (
	"context"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/id"
	"guildhall/internal/member"
	"guildhall/internal/trait"
	"guildhall/internal/transfer/ldbc"
)

// town is what the card of a member needs of the place they live in.
type town struct {
	name string
	in   int64 // the set's id of the place around it, or ldbc.None
}

// imported is an entity with its id in the set, and for a forum its moderator.
type imported struct {
	source int64
	entity trait.Entity
	member int64 // the moderator's member id, or 0
	since  time.Time
}

func (im *importer) takePlaces(ctx context.Context) error {
	return feed(ctx, im, step[ldbc.Place, imported]{
		name: "places", rows: im.set.Places(),
		judge: func(p ldbc.Place) (imported, bool, error) {
			parent := int64(0)
			if p.Parent != ldbc.None {
				if t, err := im.places.find(p.At, p.Parent); err == nil {
					parent = t.local
				} else {
					im.partly(ldbc.Badly(p.At, ldbc.UnknownID, "lies in place %d", p.Parent))
				}
			}
			im.towns[p.ID] = town{words(p.Name), p.Parent}
			return im.entity(p.At, im.places, p.ID, trait.Entity{Kind: trait.Place, Name: words(p.Name), URL: p.URL, Parent: parent})
		},
		write: im.writeEntities(KindPlace),
	})
}

// entity judges a row that becomes an entity.
func (im *importer) entity(at ldbc.At, kind *known, source int64, e trait.Entity) (imported, bool, error) {
	e, err := entity(at, e)
	if err != nil {
		return imported{}, false, err
	}
	t, err := kind.admit(at, source)
	e.ID = t.local
	return imported{source: source, entity: e}, !t.old, err
}

func (im *importer) writeEntities(kind string) func(context.Context, *db.Tx, []imported) error {
	return func(ctx context.Context, tx *db.Tx, items []imported) error {
		es, os := make([]trait.Entity, len(items)), make([]origin, len(items))
		for i, it := range items {
			es[i], os[i] = it.entity, origin{it.source, it.entity.ID, it.entity.ID}
		}
		if _, err := im.traits.CreateEntities(ctx, tx, es); err != nil {
			return err
		}
		return saveExternal(ctx, tx, im.report.Source, kind, os)
	}
}

func (im *importer) takeOrganisations(ctx context.Context) error {
	return feed(ctx, im, step[ldbc.Organisation, imported]{
		name: "organisations", rows: im.set.Organisations(),
		judge: func(o ldbc.Organisation) (imported, bool, error) {
			e := trait.Entity{Kind: trait.School, Name: words(o.Name), URL: o.URL, Place: im.place(o.At, o.Place)}
			if o.Company {
				e.Kind = trait.Company
			}
			it, fresh, err := im.entity(o.At, im.organisations, o.ID, e)
			if err == nil {
				im.companies[o.ID] = o.Company
			}
			return it, fresh, err
		},
		write: im.writeEntities(KindOrganisation),
	})
}

// place is the entity of a place that a row names; an unknown one costs the row
// its place only.
func (im *importer) place(at ldbc.At, source int64) int64 {
	if source == ldbc.None {
		return 0
	}
	t, err := im.places.find(at, source)
	if err != nil {
		im.partly(ldbc.Badly(at, ldbc.UnknownID, "place %d", source))
	}
	return t.local
}

func (im *importer) takeTags(ctx context.Context) error {
	return feed(ctx, im, step[ldbc.Tag, imported]{
		name: "tags", rows: im.set.Tags(),
		judge: func(t ldbc.Tag) (imported, bool, error) {
			return im.entity(t.At, im.tags, t.ID, trait.Entity{Kind: trait.Skill, Name: words(t.Name), URL: t.URL})
		},
		write: im.writeEntities(KindTag),
	})
}

// newcomer is a person on the way to a member.
type newcomer struct {
	source int64
	member member.Newcomer
	place  int64 // entity, or 0
}

func (im *importer) takePersons(ctx context.Context) error {
	return feed(ctx, im, step[ldbc.Person, newcomer]{
		name: "persons", rows: im.set.Persons(),
		judge: im.judgePerson, write: im.writePersons,
	})
}

func (im *importer) judgePerson(p ldbc.Person) (newcomer, bool, error) {
	name, err := fullName(p)
	if err != nil {
		return newcomer{}, false, err
	}
	t, err := im.persons.admit(p.At, p.ID)
	if err != nil {
		return newcomer{}, false, err
	}
	if p.Created.IsZero() {
		im.partly(ldbc.Badly(p.At, ldbc.BadDate, "person %d joined", p.ID))
	}
	n := newcomer{source: p.ID, place: im.place(p.At, p.Place), member: member.Newcomer{ID: t.local, Name: name, Since: p.Created}}
	if n.place != 0 {
		city := im.towns[p.Place]
		n.member.Location = location(city.name, im.towns[city.in].name)
	}
	return n, !t.old, nil
}

func (im *importer) writePersons(ctx context.Context, tx *db.Tx, items []newcomer) error {
	var homes []trait.Trait
	os := make([]origin, len(items))
	for i, n := range items {
		if _, err := im.members.Create(ctx, tx, n.member); err != nil {
			return err
		}
		if err := im.policies.SetPreset(ctx, tx, n.member.ID, im.opt.Preset); err != nil {
			return err
		}
		if n.place != 0 {
			homes = append(homes, trait.Trait{Member: n.member.ID, Kind: trait.Place, Relation: trait.Has, Entity: n.place})
		}
		os[i] = origin{n.source, n.member.ID, n.member.ID}
	}
	if err := im.traits.BulkPut(ctx, tx, homes); err != nil {
		return err
	}
	return saveExternal(ctx, tx, im.report.Source, KindPerson, os)
}

func (im *importer) takeForums(ctx context.Context) error {
	entities := im.writeEntities(KindForum)
	return feed(ctx, im, step[ldbc.Forum, imported]{
		name: "forums", rows: im.set.Forums(),
		judge: im.judgeForum,
		write: func(ctx context.Context, tx *db.Tx, items []imported) error {
			if err := entities(ctx, tx, items); err != nil {
				return err
			}
			var ts []trait.Trait
			for _, it := range items {
				if it.member != 0 {
					ts = append(ts, trait.Trait{ID: id.New(), Member: it.member, Kind: trait.Group, Relation: trait.Has,
						Entity: it.entity.ID, Role: "Moderator", From: month(it.since)})
				}
			}
			return im.traits.BulkPut(ctx, tx, ts)
		},
	})
}

func (im *importer) judgeForum(f ldbc.Forum) (imported, bool, error) {
	it, fresh, err := im.entity(f.At, im.forums, f.ID, trait.Entity{Kind: trait.Group, Name: words(f.Title)})
	if err != nil {
		return it, fresh, err
	}
	if it.since = f.Created; f.Created.IsZero() {
		im.partly(ldbc.Badly(f.At, ldbc.BadDate, "forum %d began", f.ID))
	}
	if f.Moderator == ldbc.None {
		return it, fresh, nil
	}
	if t, err := im.persons.find(f.At, f.Moderator); err == nil {
		it.member = t.local
		im.moderators[[2]int64{f.ID, f.Moderator}] = struct{}{}
	} else {
		im.partly(ldbc.Badly(f.At, ldbc.UnknownID, "moderator %d", f.Moderator))
	}
	return it, fresh, nil
}
