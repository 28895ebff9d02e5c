package leak

import (
	"slices"
	"strings"

	"guildhall/internal/access"
)

// oracle says who may come across what, from the product's words alone. It knows
// the edges, blocks and groups that the test itself made and walks them without
// any index; nothing of it is asked of the program.
type oracle struct {
	ties   map[string][]string
	blocks [][2]string
	groups map[string][]string // members of a group that is an audience
}

// degree is how far apart two are, by walking outwards; 9 is out of the network.
func (o *oracle) degree(a, b string) int {
	ring, seen := []string{a}, map[string]bool{a: true}
	for d := 0; d <= 3; d++ {
		if slices.Contains(ring, b) {
			return d
		}
		var next []string
		for _, p := range ring {
			for _, q := range o.ties[p] {
				if !seen[q] {
					seen[q] = true
					next = append(next, q)
				}
			}
		}
		ring = next
	}
	return 9
}

func (o *oracle) blocked(a, b string) bool {
	return slices.Contains(o.blocks, [2]string{a, b}) || slices.Contains(o.blocks, [2]string{b, a})
}

// owner is somebody with something to hide, in sections that all have one
// audience.
type owner struct {
	nick     string
	letter   string
	audience access.Audience
	page     bool // opted into a page without sign-in
	findable bool
	shut     string // to whom all sections are closed by name: nicks, between spaces
}

// shuts reports whether the owner closed everything to somebody by name: it is then as
// good as the owner's alone, unless they need only sign out to see it.
func (own owner) shuts(who string) bool {
	return own.audience != access.Public && slices.Contains(strings.Fields(own.shut), who)
}

// place says where a field of an owner stands.
type place uint8

const (
	onCard     place = iota // shown wherever the person is
	inSection               // follows the audience
	bySharing               // follows it, or shows to those who share the thing
	toOneself               // hidden, or nobody else's business
	ofFellows               // an unlisted group
	toReceiver              // in the invitation that the owner sent
	toSender                // in the thread of the one that the owner got
	released                // in a section, and released with the invitation
)

// field is one place where a word can be written.
type field struct {
	name   string
	at     place
	entity bool // the name of something listed: shared vocabulary, in type-ahead
	unseen bool // not drawn on the profile
}

var fields = []field{
	{name: "name", at: onCard}, {name: "headline", at: onCard}, {name: "pronouns", at: onCard}, {name: "face", at: onCard, unseen: true},
	{name: "line", at: inSection}, {name: "about", at: inSection}, {name: "glad", at: inSection}, {name: "web", at: inSection}, {name: "mail", at: inSection},
	{name: "company", at: bySharing, entity: true}, {name: "title", at: bySharing}, {name: "work", at: bySharing}, {name: "town", at: bySharing},
	{name: "school", at: bySharing, entity: true}, {name: "degree", at: bySharing}, {name: "study", at: bySharing},
	{name: "group", at: bySharing, entity: true}, {name: "part", at: bySharing},
	{name: "skill", at: inSection, entity: true}, {name: "trade", at: inSection, entity: true}, {name: "place", at: inSection, entity: true},
	{name: "tongue", at: inSection, entity: true}, {name: "level", at: inSection}, {name: "sought", at: inSection, entity: true},
	{name: "kept", at: toOneself, entity: true}, {name: "keptrole", at: toOneself}, {name: "quiet", at: ofFellows},
	{name: "note", at: toReceiver, unseen: true}, {name: "asks", at: toSender, unseen: true}, {name: "reply", at: toSender, unseen: true},
	{name: "let", at: released, entity: true}, {name: "draft", at: toOneself, unseen: true}, {name: "account", at: toOneself, unseen: true},
	{name: "agent", at: toOneself, unseen: true},
}

// The people who stand in the special places of the fields.
const (
	asked  = "asked"  // has every owner's invitation
	asker  = "asker"  // has sent one to every owner
	sharer = "sharer" // has every owner's company, school and group
	fellow = "mate"   // is in every owner's unlisted group
)

// may decides whether somebody may come across a field of an owner's at all.
func (o *oracle) may(who string, own owner, f field) bool {
	switch {
	case who == own.nick:
		return true
	case who == sharer && f.at == bySharing && f.entity:
		return true // has it on the own page
	case who != guest && o.blocked(who, own.nick):
		return false
	case who == guest && !own.page:
		return false
	}
	switch f.at {
	case onCard:
		return true
	case bySharing:
		return o.sees(who, own) || own.findable && who == sharer && !own.shuts(who)
	case inSection:
		return o.sees(who, own)
	case ofFellows:
		return who == fellow
	case toReceiver:
		return who == asked
	case toSender:
		return who == asker
	case released:
		return o.sees(who, own) || who == asked
	}
	return false
}

// onPage decides whether they must find it on the owner's page.
func (o *oracle) onPage(who string, own owner, f field) bool {
	switch {
	case f.unseen || who != own.nick && who != guest && o.blocked(who, own.nick) || who == guest && !own.page:
		return false
	case who == own.nick:
		return true
	case f.at == released || f.at == inSection:
		return o.sees(who, own)
	case f.at == bySharing:
		return o.sees(who, own) || own.findable && who == sharer && !own.shuts(who)
	case f.at == ofFellows:
		return who == fellow && !own.shuts(who) && (o.sees(who, own) || own.findable)
	}
	return o.may(who, own, f)
}

// sees is the audience, but for those who are shut out of it by name.
func (o *oracle) sees(who string, own owner) bool {
	if own.shuts(who) {
		return false
	}
	switch own.audience {
	case access.Public:
		return true
	case access.Members:
		return who != guest
	case access.Third:
		return o.degree(who, own.nick) <= 3
	case access.Second:
		return o.degree(who, own.nick) <= 2
	case access.Connections:
		return o.degree(who, own.nick) == 1
	case access.Group:
		return slices.Contains(o.groups[own.nick], who)
	}
	return false
}
