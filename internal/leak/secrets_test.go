package leak

import (
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
)

// Facts that are hidden in other ways than by an audience.

// secret is one way in which something is hidden.
type secret struct {
	name  string
	setup func(h *house)
	steps []step
	may   []string // who but Olive may see it, and must somewhere
	on    string   // the page where they and Olive must; empty: anywhere
	pages func(h *house) func(string) []ask
}

// aside is near with some more pages for everybody but the guest.
func aside(paths ...string) func(h *house) func(string) []ask {
	return func(h *house) func(string) []ask {
		near := h.near()
		return func(who string) []ask {
			asks := slices.Clone(near(who))
			for _, p := range paths {
				asks = append(asks, get(p))
			}
			return asks
		}
	}
}

func entry(k trait.Kind, name string) step {
	return step{name: "has " + name, do: func(h *house) {
		h.put(olive, trait.Trait{Kind: k, Entity: h.entity(k, name), From: month(2014, 1), To: month(2015, 12)})
	}}
}

// hiddenEntries are entries that Olive keeps to herself in sections that are open
// to all, beside open ones about the same company, school and place.
func hiddenEntries() secret {
	s := secret{name: "hidden entries", on: "", setup: func(h *house) {
		opened(h, access.Public, true)
		for _, k := range []trait.Kind{trait.Company, trait.School, trait.Place} {
			h.put(olive, trait.Trait{Kind: k, Entity: h.entity(k, shared[k]), From: month(2011, 6), To: month(2013, 5)})
		}
	}}
	for _, k := range trait.Kinds {
		s.steps = append(s.steps, entrySteps(k, true)...)
	}
	return s
}

// findable are facts that those see who share them, and nobody else.
func findable() []secret {
	closed := func(a access.Audience) func(h *house) { return func(h *house) { opened(h, a, true) } }
	shares := []step{entry(trait.Company, shared[trait.Company]), entry(trait.School, shared[trait.School]), entry(trait.Group, shared[trait.Group])}
	lonely := []step{entry(trait.Company, "Lonely Works"), entry(trait.School, "Lonely School"), entry(trait.Group, "Lonely Circle")}
	return []secret{
		{name: "findable, shared", setup: closed(access.Connections), steps: shares, may: sees[access.Members], on: "/in/" + olive},
		{name: "findable, not shared", setup: closed(access.Connections), steps: lonely, may: sees[access.Connections], on: "/in/" + olive},
		{name: "findable, sought", setup: closed(access.Connections), steps: seekSteps(trait.Company), may: sees[access.Connections], on: "/in/" + olive},
		{name: "findable, not by skill", setup: closed(access.Connections), steps: entrySteps(trait.Skill, false), may: sees[access.Connections], on: "/in/" + olive},
		{name: "findable, only me", setup: closed(access.OnlyMe), steps: shares, on: "/in/" + olive},
		{name: "the switch itself", setup: func(h *house) { closed(access.Connections)(h); lonely[0].do(h) }, steps: []step{
			{name: "off", subtle: true, do: func(h *house) { h.scope(olive, access.Scope{Audience: access.Connections}, access.Experience) }},
			{name: "on", subtle: true, do: func(h *house) {
				h.scope(olive, access.Scope{Audience: access.Connections, Findable: true}, access.Experience)
			}},
		}},
		{name: "which group", setup: func(h *house) {
			closed(access.OnlyMe)(h)
			shares[2].do(h)
			lonely[2].do(h)
			toGroup("Lonely Circle")(h)
		}, steps: []step{
			{name: "another", do: toGroup(maple), subtle: true},
			{name: "the first", do: toGroup("Lonely Circle"), subtle: true},
		}, may: []string{"mate"}},
	}
}

func toGroup(name string) func(h *house) {
	return func(h *house) {
		h.scope(olive, access.Scope{Audience: access.Group, Group: h.entity(trait.Group, name)}, access.About)
	}
}

// joins makes somebody a member of a group, unlisted or not.
func (h *house) joins(tx *db.Tx, nick string, group int64) error {
	err := h.app.Traits.BulkPut(ctx, tx, []trait.Trait{{Member: h.id(nick), Kind: trait.Group, Relation: trait.Has, Entity: group}})
	if err != nil {
		return err
	}
	return journal.Append(ctx, tx, trait.Changed(h.id(nick)))
}

// unlisted groups are known to those in them and to nobody else, not even by
// name.
func unlisted() secret {
	var e trait.Entity
	return secret{name: "an unlisted group",
		setup: func(h *house) { opened(h, access.Public, true) },
		pages: aside("/entities?kind=group&entity=quiet", "/entities?kind=group&entity=corner", "/network?q=quiet"),
		steps: []step{
			{name: "is founded", subtle: true, do: func(h *house) {
				h.write(func(tx *db.Tx) (err error) {
					e, err = h.app.Traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: "Quiet Corner", Unlisted: true, By: h.id(olive)})
					return err
				})
			}},
			{name: "has Olive", do: func(h *house) { h.put(olive, trait.Trait{Kind: trait.Group, Entity: e.ID, From: month(2014, 1)}) }},
			{name: "has Nils", subtle: true, do: func(h *house) {
				h.write(func(tx *db.Tx) error { return h.joins(tx, "nils", e.ID) })
			}},
			{name: "sees a section", do: func(h *house) {
				h.scope(olive, access.Scope{Audience: access.Group, Group: e.ID}, access.Languages)
				h.scope(olive, access.Scope{Audience: access.Public}, access.Languages)
			}, subtle: true},
		},
	}
}

// fellows see one another in an unlisted group.
func fellows() secret {
	var e trait.Entity
	found := func(h *house) {
		opened(h, access.Public, true)
		h.write(func(tx *db.Tx) (err error) {
			if e, err = h.app.Traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: "Quiet Corner", Unlisted: true, By: h.id(olive)}); err != nil {
				return err
			}
			return h.joins(tx, "mate", e.ID)
		})
	}
	return secret{name: "an unlisted group with a fellow", setup: found, may: []string{"mate"}, on: "/in/" + olive, steps: []step{
		{name: "has Olive", do: func(h *house) { h.put(olive, trait.Trait{Kind: trait.Group, Entity: e.ID, From: month(2014, 1)}) }},
	}}
}

// between are things that happen between some, and show to these alone.
func betweenOthers() []secret {
	var letter int64
	block := func(a, b string) []step {
		return []step{
			{name: "blocks", do: func(h *house) { h.must(h.app.Invites.Block(ctx, h.v(a), h.id(b))) }, subtle: true},
			{name: "unblocks", do: func(h *house) { h.must(h.app.Network.Unblock(ctx, h.v(a), h.id(b))) }, subtle: true},
		}
	}
	draft := func(from, to string) []step {
		return []step{
			{name: "is begun", do: func(h *house) {
				h.must(h.app.Invites.SaveDraft(ctx, h.v(from), h.id(to), invite.Letter{Reason: "career", Note: "Dear"}))
			}, subtle: true},
			{name: "is torn", do: func(h *house) { h.must(h.app.Invites.DeleteDraft(ctx, h.v(from), h.id(to))) }, subtle: true},
		}
	}
	return []secret{
		{name: "a block between two others", steps: block("far", "third"), may: []string{"far", "third"}, pages: aside("/in/third", "/in/far")},
		{name: "a block between two who know the same person", steps: block("rosa", "sven"), may: []string{"rosa", "sven"}},
		{name: "a block by Olive", steps: block(olive, "nils")},
		{name: "a draft to Olive", steps: draft("far", olive), may: []string{"far"}, on: ""},
		{name: "a draft of Olive's", steps: draft(olive, "far")},
		{name: "an invitation between two others", setup: func(h *house) { h.join("zora", "Zora Zander") }, steps: []step{
			{name: "is sent", do: func(h *house) {
				letter = h.invite("zora", "nils", invite.Letter{Reason: "relationship", Note: "From Quarrymen"})
			}, subtle: true},
			{name: "is talked about", do: func(h *house) { h.must(h.app.Invites.Reply(ctx, h.v("nils"), letter, "Who are you?")) }, subtle: true},
			{name: "is ignored", do: func(h *house) { h.must(h.app.Invites.Ignore(ctx, h.v("nils"), letter)) }, subtle: true},
		}},
		{name: "who keeps the house", steps: []step{{name: "Olive does", subtle: true, do: func(h *house) {
			h.write(func(tx *db.Tx) error { return h.app.Accounts.SetRole(ctx, tx, h.id(olive), 2) })
		}}}},
	}
}

func status(h *house, nick string, st member.Status) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		if err := h.app.Members.SetStatus(ctx, tx, h.id(nick), st); err != nil {
			return err
		}
		return journal.Append(ctx, tx, member.StatusChanged(h.id(nick)))
	})
}

// awake is the other side of asleep: who comes back is seen.
func awake() secret {
	return secret{name: "a member who wakes", pages: aside("/in/zelda"), on: "/in/zelda", may: append(slices.Clone(sees[access.Public]), "bruno", "brita"),
		setup: func(h *house) {
			h.join("zelda", "Zelda Doze")
			h.preset("zelda", access.OpenPublic)
			status(h, "zelda", member.Hibernated)
		},
		steps: []step{{name: "wakes", do: func(h *house) { status(h, "zelda", member.Active) }}}}
}

// asleep is a member who is not there for the time being, whatever they change.
func asleep() secret {
	change := func(ch member.Change) func(h *house) {
		return func(h *house) {
			_, err := h.app.Profiles.SetCard(ctx, h.v("zelda"), ch)
			h.must(err)
		}
	}
	name, line := "Zelda Quarrymen", "Asleep"
	return secret{name: "a member who sleeps",
		pages: aside("/in/zelda", "/invite/zelda", "/network/with/zelda", "/network?q=zel", "/in/zelda/block"),
		setup: func(h *house) {
			h.join("zelda", "Zelda Doze")
			h.preset("zelda", access.OpenPublic)
			for _, nick := range []string{"rosa", "sven", "far", "nils"} {
				h.connect("zelda", nick)
			}
			h.invite("zelda", "mate", invite.Letter{Reason: "career", Note: "Zzz"})
			status(h, "zelda", member.Hibernated)
		},
		steps: []step{
			{name: "gets a name", do: change(member.Change{Name: &name}), subtle: true},
			{name: "gets a headline", do: change(member.Change{Headline: &line}), subtle: true},
			{name: "closes", do: func(h *house) { h.preset("zelda", access.ConnectionsOnly) }, subtle: true},
			{name: "opens", do: func(h *house) { h.preset("zelda", access.OpenPublic) }, subtle: true},
			{name: "writes", do: func(h *house) { h.must(h.app.Profiles.SetAbout(ctx, h.v("zelda"), "Sleeping.")) }, subtle: true},
			{name: "works", do: func(h *house) {
				h.put("zelda", trait.Trait{Kind: trait.Company, Entity: h.entity(trait.Company, shared[trait.Company])})
			}, subtle: true},
			{name: "offers", do: func(h *house) {
				h.must(h.app.Profiles.SetOpenTo(ctx, h.v("zelda"), profile.OpenTo(allOffers()), "all"))
			}, subtle: true},
			{name: "withdraws", do: func(h *house) {
				sent, err := h.app.Invites.Sent(ctx, h.v("zelda"), false, invite.Newest, page.Cursor{})
				h.must(err)
				h.must(h.app.Invites.Withdraw(ctx, h.v("zelda"), sent.Items[0].ID))
			}, subtle: true},
			{name: "parts", do: func(h *house) {
				for _, nick := range []string{"rosa", "sven", "far", "nils"} {
					h.must(h.app.Network.Disconnect(ctx, h.v("zelda"), h.id(nick)))
				}
			}, subtle: true},
			{name: "drafts", do: func(h *house) {
				h.must(h.app.Invites.SaveDraft(ctx, h.v("zelda"), h.id("rosa"), invite.Letter{Note: "soon"}))
			}, subtle: true},
		},
	}
}

// silent answers are nothing that a sender ever sees.
func silent() secret {
	var letter int64
	act := func(f func(h *house) func() error) func(*house) { return func(h *house) { h.must(f(h)()) } }
	say := func(name string) func(h *house) func() error {
		return func(h *house) func() error {
			return func() error {
				v := h.v(olive)
				switch name {
				case "ignored":
					return h.app.Invites.Ignore(ctx, v, letter)
				case "not known":
					return h.app.Invites.Unknown(ctx, v, letter)
				case "spam":
					return h.app.Invites.Spam(ctx, v, letter)
				}
				return h.app.Invites.Undo(ctx, v, letter)
			}
		}
	}
	s := secret{name: "an invitation, in silence",
		setup: func(h *house) {
			letter = h.invite("mate", olive, invite.Letter{Reason: "relationship", Note: "From the group"})
		},
		pages: func(h *house) func(string) []ask {
			near := h.near()
			return func(who string) []ask {
				n := "/invitations/" + id.String(letter)
				asks := append(slices.Clone(near(who)), get("/invitations"), get("/invitations/answered"), get(n), get(n+"/spam"), get("/invitations/sent?show=ended"))
				if who == "mate" {
					asks = append(asks, post("/invite/"+olive, withDo(nil, "send"))) // it is waiting already
				}
				return asks
			}
		}, on: "/invitations/answered"}
	for _, name := range []string{"ignored", "brought back", "not known", "brought back", "ignored", "not known", "spam"} {
		s.steps = append(s.steps, step{name: name, do: act(say(name))})
	}
	return s
}

func secrets() []secret {
	out := append([]secret{hiddenEntries(), unlisted(), fellows(), asleep(), awake(), silent()}, findable()...)
	return append(out, betweenOthers()...)
}

func TestSecretsDoNotShow(t *testing.T) {
	var n tally
	for _, s := range secrets() {
		t.Run(strings.ReplaceAll(s.name, " ", "-"), func(t *testing.T) {
			h := start(t, dbtest.SQLiteFile(t))
			household(h)
			opened(h, access.Connections, false)
			letters := meet(h)
			if s.setup != nil {
				s.setup(h)
			}
			pages := h.near(letters...)
			if s.pages != nil {
				pages = s.pages(h)
			}
			h.compare(&n, s.name, s.steps, pages, s.may, s.on)
		})
	}
	t.Log(n)
}
