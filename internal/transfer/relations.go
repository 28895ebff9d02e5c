package transfer

import (
	"context"
	"hash/maphash"
	"iter"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/transfer/ldbc"
)

// having is a trait on its way to a member; old members may have it already.
// Languages go by name, since their entities are the instance's own.
type having struct {
	trait.Trait
	old bool
}

// mark is what makes two traits of a member the same for an import.
type mark struct {
	member, entity int64
	name           string
}

func markOf(t trait.Trait) mark {
	if t.Kind == trait.Language {
		return mark{member: t.Member, name: t.Name}
	}
	return mark{member: t.Member, entity: t.Entity}
}

// takeTraits is the step of all rows that give a person an entity.
func takeTraits[R any](ctx context.Context, im *importer, name string, rows iter.Seq2[R, error], judge func(R) (having, bool, error)) error {
	return feed(ctx, im, step[R, having]{
		name: name, rows: rows, judge: judge, missing: im.notHad, write: im.writeTraits,
	})
}

func (im *importer) writeTraits(ctx context.Context, tx *db.Tx, items []having) error {
	languages := map[string]int64{}
	ts := make([]trait.Trait, len(items))
	for i, h := range items {
		if ts[i] = h.Trait; h.Kind != trait.Language {
			continue
		}
		if languages[h.Name] == 0 {
			e, err := im.traits.Ensure(ctx, tx, trait.Language, h.Name, 0)
			if err != nil {
				return err
			}
			languages[h.Name] = e.ID
		}
		ts[i].Entity = languages[h.Name]
	}
	return im.traits.BulkPut(ctx, tx, ts)
}

// notHad keeps the items that their members do not have yet. Only those of
// earlier runs can have any: on a first import it asks nothing.
func (im *importer) notHad(ctx context.Context, q db.Querier, items []having) ([]having, error) {
	var members []int64
	for _, h := range items {
		if h.old {
			members = append(members, h.Member)
		}
	}
	if len(members) == 0 {
		return items, nil
	}
	slices.Sort(members)
	have, err := im.traits.Of(ctx, q, slices.Compact(members), items[0].Kind)
	if err != nil {
		return nil, err
	}
	had := map[mark]bool{}
	for _, ts := range have {
		for _, t := range ts {
			had[markOf(t)] = had[markOf(t)] || t.Relation == trait.Has
		}
	}
	return slices.DeleteFunc(slices.Clone(items), func(h having) bool { return had[markOf(h.Trait)] }), nil
}

// give judges one person having one thing.
func (im *importer) give(at ldbc.At, met pairs, person int64, what *known, source int64, t trait.Trait) (having, bool, error) {
	p, err := im.persons.find(at, person)
	if err != nil {
		return having{}, false, err
	}
	e, err := what.find(at, source)
	if err != nil {
		return having{}, false, err
	}
	t.Member, t.Entity, t.Relation = p.local, e.local, trait.Has
	return having{t, p.old}, true, met.admit(at, person, source)
}

func (im *importer) takeInterests(ctx context.Context) error {
	met := pairs{}
	return takeTraits(ctx, im, "interests", im.set.Interests(),
		func(r ldbc.Interest) (having, bool, error) {
			return im.give(r.At, met, r.Person, im.tags, r.Tag, trait.Trait{Kind: trait.Skill})
		})
}

// A study is known by the year it ended, a job by the year it began; the job
// goes on.
func (im *importer) takeStudies(ctx context.Context) error {
	return im.takeStays(ctx, "studies", im.set.Studies(), false,
		func(r ldbc.Stay) trait.Trait {
			return trait.Trait{Kind: trait.School, To: january(r.Year), YearOnly: true}
		})
}

func (im *importer) takeJobs(ctx context.Context) error {
	return im.takeStays(ctx, "jobs", im.set.Jobs(), true,
		func(r ldbc.Stay) trait.Trait {
			return trait.Trait{Kind: trait.Company, From: january(r.Year), YearOnly: true}
		})
}

func (im *importer) takeStays(ctx context.Context, name string, rows iter.Seq2[ldbc.Stay, error], company bool, make func(ldbc.Stay) trait.Trait) error {
	met := pairs{}
	return takeTraits(ctx, im, name, rows, func(r ldbc.Stay) (having, bool, error) {
		if is, ok := im.companies[r.Organisation]; ok && is != company {
			return having{}, false, ldbc.Badly(r.At, ldbc.BadKind, "organisation %d is for %s", r.Organisation, map[bool]string{true: "working", false: "studying"}[is])
		}
		return im.give(r.At, met, r.Person, im.organisations, r.Organisation, make(r))
	})
}

func (im *importer) takeMemberships(ctx context.Context) error {
	met := pairs{}
	return takeTraits(ctx, im, "memberships", im.set.Memberships(),
		func(r ldbc.Membership) (having, bool, error) {
			h, fresh, err := im.give(r.At, met, r.Person, im.forums, r.Forum, trait.Trait{Kind: trait.Group, From: month(r.Joined)})
			return h, fresh && !im.moderators.has(r.Forum, r.Person), err
		})
}

func (im *importer) takeLanguages(ctx context.Context) error {
	type tongue struct {
		person int64
		name   string
	}
	met := map[tongue]bool{}
	return takeTraits(ctx, im, "languages", im.set.Languages(),
		func(r ldbc.Spoken) (having, bool, error) {
			p, err := im.persons.find(r.At, r.Person)
			if err != nil {
				return having{}, false, err
			}
			name, ok := LanguageName(r.Code)
			if !ok {
				return having{}, false, ldbc.Badly(r.At, ldbc.BadText, "%q is no code of a language", r.Code)
			}
			if met[tongue{r.Person, name}] {
				return having{}, false, ldbc.Badly(r.At, ldbc.Duplicate, "person %d and %s", r.Person, name)
			}
			met[tongue{r.Person, name}] = true
			return having{trait.Trait{Member: p.local, Kind: trait.Language, Relation: trait.Has, Name: name}, p.old}, true, nil
		})
}

// contact is an address on its way to a profile; an old member may show it.
type contact struct {
	member  int64
	address string
	old     bool
}

const email = "email" // the kind of contact

func (im *importer) takeEmails(ctx context.Context) error {
	met, seed := map[uint64]struct{}{}, maphash.MakeSeed() // fingerprints, to hold no text
	return feed(ctx, im, step[ldbc.Email, contact]{
		name: "addresses", rows: im.set.Emails(),
		judge: func(r ldbc.Email) (contact, bool, error) {
			p, err := im.persons.find(r.At, r.Person)
			if err != nil {
				return contact{}, false, err
			}
			text, ok := address(r.Address)
			if !ok {
				return contact{}, false, ldbc.Badly(r.At, ldbc.BadText, "an address of person %d", r.Person)
			}
			c := contact{p.local, text, p.old}
			key := maphash.Comparable(seed, c)
			if _, twice := met[key]; twice {
				return c, false, ldbc.Badly(r.At, ldbc.Duplicate, "an address of person %d", r.Person)
			}
			met[key] = struct{}{}
			return c, true, nil
		},
		missing: im.notShown, write: im.writeEmails,
	})
}

// notShown keeps the addresses that their members do not show yet.
func (im *importer) notShown(ctx context.Context, q db.Querier, items []contact) ([]contact, error) {
	var members []int64
	for _, c := range items {
		if c.old {
			members = append(members, c.member)
		}
	}
	if len(members) == 0 {
		return items, nil
	}
	shown, err := im.contacts.ContactsOf(ctx, q, slices.Compact(members), email)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(items), func(c contact) bool { return slices.Contains(shown[c.member], c.address) }), nil
}

func (im *importer) writeEmails(ctx context.Context, tx *db.Tx, items []contact) error {
	of := map[int64][]string{}
	var order []int64
	for _, c := range items {
		if of[c.member] == nil {
			order = append(order, c.member)
		}
		of[c.member] = append(of[c.member], c.address)
	}
	for _, m := range order {
		if err := im.contacts.AddContacts(ctx, tx, m, email, of[m]); err != nil {
			return err
		}
	}
	return nil
}

// tie is a connection; old ones are between members of earlier runs.
type tie struct {
	network.Edge
	old bool
}

func (im *importer) takeKnows(ctx context.Context) error {
	met := pairs{}
	return feed(ctx, im, step[ldbc.Knows, tie]{
		name: "connections", rows: im.set.Knows(),
		judge: func(r ldbc.Knows) (tie, bool, error) {
			a, err := im.persons.find(r.At, r.A)
			if err != nil {
				return tie{}, false, err
			}
			b, err := im.persons.find(r.At, r.B)
			if err != nil {
				return tie{}, false, err
			}
			return tie{network.Edge{A: a.local, B: b.local, Since: r.Since}, a.old && b.old}, true, met.admit(r.At, min(r.A, r.B), max(r.A, r.B))
		},
		missing: im.notTied,
		write: func(ctx context.Context, tx *db.Tx, items []tie) error {
			edges := make([]network.Edge, len(items))
			for i, t := range items {
				edges[i] = t.Edge
			}
			_, err := im.net.BulkConnect(ctx, tx, edges)
			return err
		},
	})
}

// notTied keeps the ties that are not there yet. Only those between members of
// earlier runs can be: on a first import it asks nothing.
func (im *importer) notTied(ctx context.Context, q db.Querier, items []tie) ([]tie, error) {
	out := make([]tie, 0, len(items))
	for _, t := range items {
		there := false
		if t.old {
			var err error
			if _, there, err = im.net.Tie(ctx, q, t.A, t.B); err != nil {
				return nil, err
			}
		}
		if !there {
			out = append(out, t)
		}
	}
	return out, nil
}
