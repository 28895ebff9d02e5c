package profile_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/blob"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// hall is one instance's spine with the service over it.
type hall struct {
	t        *testing.T
	db       *db.DB
	members  *member.Service
	traits   *trait.Service
	network  *network.Service
	open     *access.Policies
	profiles *profile.Service
	ids      map[string]int64
	handles  map[string]string
}

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

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: d, members: member.New(d), traits: trait.New(d), network: network.New(d),
		open: access.NewPolicies(d, access.ConnectionsOnly), ids: map[string]int64{}, handles: map[string]string{}}
	pos, err := h.network.Load(ctx)
	h.must(err)
	r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	r.Follow(h.network.Follower(pos))
	cards, err := h.members.Follower(ctx)
	h.must(err)
	r.Follow(cards)
	h.network.SetSync(r.Sync)
	h.profiles = profile.New(d, h.members, h.traits, h.network, h.open, access.NewGuard(relations{h.network, h.traits, h.open}))
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// sync lets the indexes follow what was written.
func (h *hall) sync() { h.t.Helper(); h.must(h.network.Sync(ctx)) }

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(ctx, f))
	h.sync()
}

func (h *hall) join(names ...string) {
	h.t.Helper()
	for _, n := range names {
		h.write(func(tx *db.Tx) error {
			c, err := h.members.Create(ctx, tx, member.Newcomer{Name: n})
			h.ids[n], h.handles[n] = c.ID, c.Handle
			return err
		})
	}
}

// chain connects each name with the next.
func (h *hall) chain(names ...string) {
	h.t.Helper()
	for i := 1; i < len(names); i++ {
		h.write(func(tx *db.Tx) error {
			facts, err := h.network.Connect(ctx, tx, h.ids[names[i-1]], h.ids[names[i]], network.How{Reason: "relationship", Sub: "worked"})
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
	}
}

func (h *hall) block(a, b string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.BlockTx(ctx, tx, h.ids[a], h.ids[b])
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

// as is the viewer of a name; nobody by the name of guest is signed in.
func (h *hall) as(name string) access.Viewer {
	if name == "guest" {
		return access.Guest()
	}
	return access.Member(h.ids[name])
}

func (h *hall) put(name string, e profile.Entry) trait.Trait {
	h.t.Helper()
	t, err := h.profiles.PutEntry(ctx, h.as(name), e)
	h.must(err)
	h.sync()
	return t
}

// has gives a member an entry and returns it.
func (h *hall) has(name string, k trait.Kind, entity string) trait.Trait {
	h.t.Helper()
	return h.put(name, profile.Entry{Trait: trait.Trait{Kind: k}, Entity: entity})
}

// worked is has for a time at a company.
func (h *hall) worked(name, company, role string, from, to why.Month) trait.Trait {
	h.t.Helper()
	return h.put(name, profile.Entry{Trait: trait.Trait{Kind: trait.Company, Role: role, From: from, To: to}, Entity: company})
}

func (h *hall) seeks(name string, k trait.Kind, entity string) {
	h.t.Helper()
	h.put(name, profile.Entry{Trait: trait.Trait{Kind: k, Relation: trait.Seeks}, Entity: entity})
}

// fill gives a member something in every section.
func (h *hall) fill(name string) {
	h.t.Helper()
	v := h.as(name)
	place := "Lower Harbour"
	_, err := h.profiles.SetCard(ctx, v, member.Change{Location: &place})
	h.must(err)
	h.must(h.profiles.SetAbout(ctx, v, "About "+name))
	h.must(h.profiles.SetOpenTo(ctx, v, 1<<why.Speaking, "Reading drafts"))
	h.must(h.profiles.SetContacts(ctx, v, []profile.Contact{{Kind: "email", Value: "someone@example.org"}}))
	for i, k := range trait.Kinds {
		h.has(name, k, k.String()+" of "+name)
		h.seeks(name, k, "sought "+string(rune('a'+i)))
	}
}

func (h *hall) group(name string) int64 {
	h.t.Helper()
	found, err := h.traits.Find(ctx, h.db, trait.Group, name, 1)
	h.must(err)
	return found[0].ID
}

func (h *hall) scopes(name string, sc access.Scope, except ...access.Section) {
	h.t.Helper()
	set := map[access.Section]access.Scope{}
	for _, s := range access.Sections {
		set[s] = sc
	}
	for _, s := range except {
		delete(set, s)
	}
	h.must(h.profiles.SetAudiences(ctx, h.as(name), set))
}

func (h *hall) scope(name string, s access.Section, sc access.Scope) {
	h.t.Helper()
	h.must(h.profiles.SetAudiences(ctx, h.as(name), map[access.Section]access.Scope{s: sc}))
}

func (h *hall) view(viewer, owner string, pose profile.Pose) profile.Page {
	h.t.Helper()
	p, err := h.profiles.View(ctx, h.as(viewer), h.handles[owner], pose)
	if err != nil {
		h.t.Fatalf("%s looks at %s: %v", viewer, owner, err)
	}
	return p
}

func section(p profile.Page, s access.Section) (profile.Section, bool) {
	for _, sec := range p.Sections {
		if sec.Section == s {
			return sec, true
		}
	}
	return profile.Section{}, false
}

func blobs(t *testing.T) *blob.Store {
	t.Helper()
	s, err := blob.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
