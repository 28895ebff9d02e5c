package demo

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
)

// seeder writes one plan. What it does twice changes nothing.
type seeder struct {
	Services
	plan
	ids     []int64 // of the members, by their place in the plan
	entries [][]int64
}

// seed writes the plan in stages: everybody with their careers and ties in one
// transaction, then texts and pictures, then the invitations in the order of
// their days, and last who keeps the house, which marks it as whole.
func (s Services) seed(ctx context.Context, p plan, begun bool) (Report, error) {
	w := &seeder{Services: s, plan: p}
	defer s.DB.SetClock(time.Now)
	if !begun {
		if err := w.people(ctx); err != nil {
			return Report{}, fmt.Errorf("make up members: %w", err)
		}
	}
	for _, stage := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"find the members", w.find},
		{"write texts", w.texts},
		{"paint portraits", w.portraits},
		{"send invitations", w.post},
		{"choose who may invite", w.doors},
		{"look around", w.look},
		{"name the keeper", w.keys},
	} {
		if err := stage.do(ctx); err != nil {
			return Report{}, fmt.Errorf("make up a community: %s: %w", stage.what, err)
		}
	}
	return w.report(ctx)
}

// people writes everybody, what they have and whom they know.
func (w *seeder) people(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		now := tx.Now
		entities, err := w.Traits.CreateEntities(ctx, tx, w.plan.entities)
		if err != nil {
			return err
		}
		w.ids = make([]int64, len(w.members))
		var traits []trait.Trait
		for i, p := range w.members {
			if w.ids[i], err = w.create(ctx, tx, p, entities); err != nil {
				return fmt.Errorf("%s: %w", p.handle, err)
			}
			traits = append(traits, p.traits(w.ids[i], entities)...)
		}
		tx.Now = now
		if err := w.Traits.BulkPut(ctx, tx, traits); err != nil {
			return err
		}
		if err := w.tie(ctx, tx); err != nil {
			return err
		}
		tx.Now = now
		return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Version: now.UnixMicro(),
			Facets: journal.ChangesGraph | journal.ChangesTraits | journal.ChangesMember})
	})
}

func (w *seeder) create(ctx context.Context, tx *db.Tx, p person, entities []trait.Entity) (int64, error) {
	tx.Now = p.joined
	card, err := w.Members.Create(ctx, tx, member.Newcomer{
		Name: p.name, Lang: p.lang, Pronouns: p.pronouns, Headline: p.headline, Location: p.place, Handle: p.handle, Since: p.joined,
	})
	if err != nil {
		return 0, err
	}
	if p.preset != 0 {
		if err := w.Policies.SetPreset(ctx, tx, card.ID, p.preset); err != nil {
			return 0, err
		}
	}
	for _, sc := range p.scopes {
		if sc.to.Audience == access.Group {
			sc.to.Group = entities[sc.group].ID
		}
		if err := w.Policies.SetSection(ctx, tx, card.ID, sc.section, sc.to); err != nil {
			return 0, err
		}
	}
	if p.website != "" {
		err = w.Profiles.AddContacts(ctx, tx, card.ID, "website", []string{p.website})
	}
	return card.ID, err
}

func (p person) traits(member int64, entities []trait.Entity) []trait.Trait {
	out := make([]trait.Trait, len(p.entries))
	for i, e := range p.entries {
		out[i] = trait.Trait{
			Member: member, Kind: e.kind, Relation: e.relation, Entity: entities[e.entity].ID, Role: e.role, Body: e.body,
			Place: e.place, From: e.from, To: e.to, YearOnly: e.yearOnly, Hidden: e.hidden, Ordinal: int64(i + 1),
		}
	}
	return out
}

// tie connects, each pair on its own day.
func (w *seeder) tie(ctx context.Context, tx *db.Tx) error {
	for _, t := range w.ties {
		tx.Now = t.since
		a, b := w.ids[t.a], w.ids[t.b]
		if err := w.Network.LockPair(ctx, tx, a, b); err != nil {
			return err
		}
		how := network.How{Reason: string(t.reason), Sub: t.sub, InvitedBy: a}
		if _, err := w.Network.Connect(ctx, tx, a, b, how); err != nil {
			return err
		}
	}
	return nil
}

// find looks up who is who, also where an earlier seeding made them.
func (w *seeder) find(ctx context.Context) error {
	if err := w.Journal.Sync(ctx); err != nil {
		return err
	}
	w.ids = make([]int64, len(w.members))
	for i, p := range w.members {
		id, _, err := w.Members.ByHandle(ctx, p.handle)
		if fault.Is(err, fault.Missing) {
			return fault.New(fault.Conflict, "A community of another size or seed was begun here and not finished. Choose an empty folder with --data, or the same --members and --seed.")
		}
		if err != nil {
			return err
		}
		w.ids[i] = id
	}
	return w.number(ctx)
}

// number finds the ids of all entries, in the order of the plan.
func (w *seeder) number(ctx context.Context) error {
	all, err := w.Traits.Of(ctx, w.DB, w.ids)
	if err != nil {
		return err
	}
	w.entries = make([][]int64, len(w.members))
	for i, p := range w.members {
		w.entries[i] = make([]int64, len(p.entries))
		for _, t := range all[w.ids[i]] {
			if n := int(t.Ordinal) - 1; n >= 0 && n < len(p.entries) {
				w.entries[i][n] = t.ID
			}
		}
	}
	return nil
}

// texts writes what everybody says of themselves, some days after joining.
func (w *seeder) texts(ctx context.Context) error {
	for i, p := range w.members {
		me := access.Member(w.ids[i])
		w.at(p.joined.Add(90 * time.Minute))
		if p.about != "" {
			if err := w.Profiles.SetAbout(ctx, me, p.about); err != nil {
				return fmt.Errorf("%s: %w", p.handle, err)
			}
		}
		if p.glad != "" || p.open != 0 {
			if err := w.Profiles.SetOpenTo(ctx, me, p.open, p.glad); err != nil {
				return fmt.Errorf("%s: %w", p.handle, err)
			}
		}
	}
	return nil
}

// portraits gives those a picture who have none yet and want one. Painting is
// what takes longest of all, so it uses every processor.
func (w *seeder) portraits(ctx context.Context) error {
	if w.Blobs == nil {
		return nil
	}
	cards, err := w.Members.Cards(ctx, w.DB, w.ids)
	if err != nil {
		return err
	}
	keys := make([]string, len(w.members))
	painters, painting := errgroup.WithContext(ctx)
	painters.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range w.members {
		if p.face != nil && cards[w.ids[i]].Picture == "" {
			painters.Go(func() (err error) {
				keys[i], err = profile.KeepPicture(painting, w.Blobs, bytes.NewReader(portrait(*p.face)))
				return err
			})
		}
	}
	if err := painters.Wait(); err != nil {
		return err
	}
	for i, key := range keys {
		if key == "" {
			continue
		}
		w.at(w.members[i].joined.Add(2 * time.Hour))
		if _, err := w.Profiles.SetPicture(ctx, access.Member(w.ids[i]), key); err != nil {
			return err
		}
	}
	return nil
}

// at sets the clock of everything that is written next.
func (w *seeder) at(t time.Time) { w.DB.SetClock(func() time.Time { return t }) }

// doors says who lets whom invite them; they chose it just now.
func (w *seeder) doors(ctx context.Context) error {
	w.at(w.now)
	for i, p := range w.members {
		if p.who == 0 || p.who == invite.Everybody {
			continue
		}
		if err := w.Invites.SetWho(ctx, access.Member(w.ids[i]), p.who); err != nil {
			return err
		}
	}
	return nil
}

// keys gives the personas accounts, which have no password; the keeper's is the
// owner's.
func (w *seeder) keys(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		for i := range cast {
			role := account.RoleMember
			if cast[i].handle == keeper {
				role = account.RoleOwner
			}
			if err := w.Accounts.SetRole(ctx, tx, w.ids[i], role); err != nil {
				return err
			}
		}
		return nil
	})
}
