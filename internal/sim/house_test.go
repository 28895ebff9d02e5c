package sim

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/evidence"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/trait"
)

var ctx = context.Background()

// noon is when every walk begins.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// house is the services that have to do with inviting, on one database, with a
// clock that stands still until it is told.
type house struct {
	db       *db.DB
	members  *member.Service
	traits   *trait.Service
	network  *network.Service
	policies *access.Policies
	guard    *access.Guard
	invites  *invite.Service
	runner   *journal.Runner
	now      atomic.Int64 // nanoseconds
}

// relations is what access asks of the spine.
type relations struct {
	*network.Service
	traits *trait.Service
	open   *access.Policies
}

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func (r relations) Groups(ctx context.Context, m int64) ([]int64, error) {
	return r.traits.Groups(ctx, m)
}

func newHouse(t *testing.T, d *db.DB, limits invite.Limits) *house {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	h := &house{db: d, members: member.New(d), traits: trait.New(d), network: network.New(d),
		policies: access.NewPolicies(d, access.ConnectionsOnly), runner: journal.NewRunner(d, bus.New(), log)}
	h.set(noon)
	d.SetClock(func() time.Time { return time.Unix(0, h.now.Load()).UTC() })
	pos, err := h.network.Load(ctx)
	cards, err2 := h.members.Follower(ctx)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	h.runner.Follow(h.network.Follower(pos))
	h.runner.Follow(cards)
	h.network.SetSync(h.runner.Sync)
	h.guard = access.NewGuard(relations{h.network, h.traits, h.policies})
	h.invites = invite.New(invite.Needs{DB: d, Members: h.members, Network: h.network, Policies: h.policies, Guard: h.guard, Limits: limits, Log: log,
		Evidence: evidence.New(evidence.Needs{DB: d, Members: h.members, Network: h.network, Traits: h.traits, Policies: h.policies})})
	return h
}

func (h *house) set(t time.Time) { h.now.Store(t.UnixNano()) }

// names are made up, one for each member of a walk.
var names = [people]string{"Ada Sander", "Bo Lindqvist", "Cyra Nolan", "Dee Okafor", "Emre Aydın", "Fay Moreau",
	"Gil Navarro", "Hana Sato", "Ines Rocha", "Jo Brandt", "Kit Marlow", "Lou Farkas"}

// settle makes the members of a walk, with what they have and seek.
func (h *house) settle(start *start) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		for i := range people {
			c, err := h.members.Create(ctx, tx, member.Newcomer{Name: names[i]})
			if err != nil {
				return err
			}
			start.ids[i] = c.ID
			if err := h.furnish(tx, start, i); err != nil {
				return err
			}
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: "member.created", Facets: journal.ChangesMember, Owner: start.ids[0]})
	})
}

func (h *house) furnish(tx *db.Tx, start *start, i int) error {
	for k := range start.facts[i] {
		f := &start.facts[i][k]
		e, err := h.traits.Ensure(ctx, tx, f.kind, f.name, start.ids[i])
		if err != nil {
			return err
		}
		t, err := h.traits.Put(ctx, tx, trait.Trait{Member: start.ids[i], Kind: f.kind, Relation: f.relation, Entity: e.ID})
		if err != nil {
			return err
		}
		f.id = t.ID
	}
	return nil
}

// open sets one section of a member.
func (h *house) open(member int64, s access.Section, sc access.Scope) error {
	return h.db.Write(ctx, func(tx *db.Tx) error { return h.policies.SetSection(ctx, tx, member, s, sc) })
}
