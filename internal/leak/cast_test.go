package leak

import (
	"net/url"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/network"
	"guildhall/internal/profile"
	"guildhall/internal/trait"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// The people of the two worlds. Olive keeps secrets; the others stand to her in
// every way that there is.
const olive = "olive"

var others = []string{
	"first",  // her connection
	"second", // connected with first
	"third",  // connected with second
	"far",    // out of her network
	"mate",   // far, in one group with her
	"rosa",   // far, has her invitation
	"sven",   // far, has invited her
	"bruno",  // whom she has blocked
	"brita",  // who has blocked her
}

// everybody who looks, but Olive herself.
var watchers = append([]string{guest}, others...)

// shared is what all the others have and seek: a fact of Olive's that shows is
// evidence to each of them.
var shared = map[trait.Kind]string{
	trait.Company: "Quarrymen Works", trait.School: "Lake Institute", trait.Group: "Harbour Circle", trait.Skill: "Bridge carving",
	trait.Field: "Ropemaking", trait.Place: "Norddeich", trait.Language: "Frisian",
}

// maple is the group of Olive and mate alone.
const maple = "Mates of Maple"

func dated(k trait.Kind) bool { return k <= trait.Group || k == trait.Place }

// household builds the world that all facts are hidden in. Everybody but Olive is
// open to members.
func household(h *house) {
	h.Helper()
	h.join(olive, "Olive Ostrander")
	for _, p := range []struct{ nick, name string }{
		{"first", "Fenna Prime"}, {"second", "Sanne Brook"}, {"third", "Tjark Wold"}, {"far", "Femke Away"}, {"mate", "Menno Club"},
		{"rosa", "Rosa Field"}, {"sven", "Sven Quay"}, {"bruno", "Bruno Barred"}, {"brita", "Brita Shun"}, {"nils", "Nils Middle"}, {"hub", "Hauke Broad"},
	} {
		h.join(p.nick, p.name)
	}
	h.chain(olive, "first", "second", "third")
	for _, nick := range []string{"far", "mate", "rosa", "sven"} {
		h.connect("nils", nick)
	}
	crowd(h, "hub", 160)
	for _, nick := range append([]string{"hub", "nils"}, others...) {
		outfit(h, nick)
	}
	g := h.entity(trait.Group, maple)
	h.put(olive, trait.Trait{Kind: trait.Group, Entity: g})
	h.put("mate", trait.Trait{Kind: trait.Group, Entity: g})
	h.must(h.app.Invites.Block(ctx, h.v(olive), h.id("bruno")))
	h.must(h.app.Invites.Block(ctx, h.v("brita"), h.id(olive)))
	for _, l := range [][2]string{{"first", "rosa"}, {"second", "sven"}, {"third", "mate"}, {"far", "first"}, {"rosa", "second"}, {"sven", "third"},
		{"mate", "bruno"}, {"nils", "brita"}, {"hub", "rosa"}, {"hub", "far"}} {
		h.invite(l[0], l[1], invite.Letter{Reason: "network"})
	}
	h.must(h.app.Journal.Sync(ctx))
}

// crowd connects a member with n people who are not there.
func crowd(h *house, nick string, n int) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		var ties []network.Edge
		for range n {
			ties = append(ties, network.Edge{A: h.id(nick), B: id.New(), Since: h.now})
		}
		if _, err := h.app.Network.BulkConnect(ctx, tx, ties); err != nil {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: network.FactImported, Facets: journal.ChangesGraph})
	})
}

// outfit gives somebody everything that a fact of Olive's can meet.
func outfit(h *house, nick string) {
	h.Helper()
	h.preset(nick, access.OpenToMembers)
	h.scope(nick, access.Scope{Audience: access.Members}, access.Seeks)
	for _, k := range trait.Kinds {
		e := h.entity(k, shared[k])
		t := trait.Trait{Kind: k, Entity: e}
		if dated(k) {
			t.From, t.To = month(2012, 1), month(2018, 12)
		}
		h.put(nick, t)
		h.put(nick, trait.Trait{Kind: k, Relation: trait.Seeks, Entity: e})
	}
	h.must(h.app.Profiles.SetOpenTo(ctx, h.v(nick), allOffers(), "anything"))
}

func allOffers() (set profile.OpenTo) {
	for _, o := range profile.AllOffers {
		set |= 1 << o
	}
	return set
}

// invite sends an invitation and returns its id.
func (h *house) invite(from, to string, l invite.Letter) int64 {
	h.Helper()
	s, err := h.app.Invites.Send(ctx, h.v(from), h.id(to), l)
	h.must(err)
	return s.ID
}

// around is what each of the viewers asks for, with Olive in the middle of it.
func (h *house) around(letters ...int64) func(who string) []ask {
	var addresses []string
	for _, n := range letters {
		addresses = append(addresses, id.String(n))
	}
	return func(who string) []ask {
		c := tour{
			who: who, people: []string{olive, "nobody-here"}, letters: addresses, words: []string{"oli", "ostrander o", "quarrymen"},
			things: []string{"har", "quarry"}, faces: []string{olive + "/none.none"},
		}
		if who != "second" {
			c.people = append(c.people, "second")
		}
		asks := c.all()
		if who == guest || who == olive {
			return asks
		}
		facts := url.Values{"reason": {"relationship"}, "note": {"Hello"}, "fact": append(h.facts(who), "0")}
		long := url.Values{"reason": {"career"}, "note": {longNote}}
		return append(asks, post("/invite/"+olive+"/preview", facts), post("/invite/"+olive+"/preview", url.Values{"reason": {"background"}}),
			post("/invite/"+olive, withDo(facts, "preview")), post("/invite/"+olive, long))
	}
}

// near is the part of around where Olive's facts would show first.
func (h *house) near(letters ...int64) func(who string) []ask {
	all := map[string][]ask{}
	for _, who := range append([]string{olive}, watchers...) {
		for _, q := range []string{"/", "/in/" + olive, "/invite/" + olive, "/network/with/" + olive, "/network?q=oli", "/invitations", "/invitations?sort=fit",
			"/invitations/sent", "/in/" + who + "?as-member=" + olive} {
			all[who] = append(all[who], get(q))
		}
		if who != guest && who != olive {
			all[who] = append(all[who], post("/invite/"+olive+"/preview", url.Values{"reason": {"relationship"}, "fact": append(h.facts(who), "0")}),
				post("/invite/"+olive+"/preview", url.Values{"reason": {"background"}}))
		}
	}
	all[guest] = all[guest][:2]
	all[olive] = all[olive][1:2]
	for _, n := range letters {
		all["rosa"] = append(all["rosa"], get("/invitations/"+id.String(n)))
	}
	return func(who string) []ask { return all[who] }
}

// longNote is one that is refused, so that the dialog comes again.
var longNote = string(slices.Repeat([]byte("long "), 80))

func withDo(v url.Values, do string) url.Values {
	out := url.Values{"do": {do}}
	for k := range v {
		out[k] = v[k]
	}
	return out
}

// facts are the ids of everything that somebody can send along.
func (h *house) facts(nick string) (ids []string) {
	all, err := h.app.Traits.Of(ctx, h.app.DB, []int64{h.id(nick)})
	h.must(err)
	for _, t := range all[h.id(nick)] {
		ids = append(ids, id.String(t.ID))
	}
	return ids
}
