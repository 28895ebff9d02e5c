package leak

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
)

// owners have one audience each.
var owners = []owner{
	{nick: "opublic", letter: "a", audience: access.Public, page: true},
	{nick: "onopage", letter: "b", audience: access.Public},
	{nick: "omembers", letter: "c", audience: access.Members},
	{nick: "othird", letter: "d", audience: access.Third},
	{nick: "osecond", letter: "e", audience: access.Second},
	{nick: "oconnect", letter: "f", audience: access.Connections},
	{nick: "ogroup", letter: "g", audience: access.Group},
	{nick: "oonlyme", letter: "h", audience: access.OnlyMe},
	{nick: "ofindable", letter: "i", audience: access.Connections, findable: true},
	{nick: "ohush", letter: "j", audience: access.OnlyMe, page: true},
	{nick: "oshuts", letter: "k", audience: access.Members, findable: true, shut: "first second mate " + sharer + " " + asked},
	{nick: "oshutsfirst", letter: "l", audience: access.Connections, findable: true, shut: "first " + sharer},
	{nick: "oshutsmate", letter: "m", audience: access.Group, shut: "mate"},
	{nick: "oshutsvain", letter: "n", audience: access.Public, page: true, shut: "first far"},
}

var beholders = []string{"first", "second", "third", "far", "mate", sharer, asked, asker, "foe", "shun", "former"}

// word is the one that stands in a field of an owner's and nowhere else.
func (o owner) word(field string) string { return "Zq" + o.letter + field + "qz" }

var canary = regexp.MustCompile(`zq([a-z])([a-z]+?)qz`)

// aviary is an instance with a word of its own in every field.
type aviary struct {
	*house
	oracle
	letters  []int64           // two of each owner: the one to asked, the one from asker
	entryIDs map[string]string // a skill of each owner
}

func newAviary(t testing.TB, where string) *aviary {
	t.Helper()
	return fillAviary(start(t, where))
}

func fillAviary(h *house) *aviary {
	h.Helper()
	a := &aviary{house: h, oracle: oracle{ties: map[string][]string{}, groups: map[string][]string{}}, entryIDs: map[string]string{}}
	for _, nick := range beholders {
		a.join(nick, strings.ToUpper(nick[:1])+nick[1:]+" Beholder")
		a.preset(nick, access.OpenToMembers)
	}
	a.scope(sharer, access.Scope{Audience: access.OnlyMe}, sections...) // so that the owners' words stand with the owners alone
	for _, o := range owners {
		a.settle(o)
	}
	a.tie("first", "second")
	a.tie("second", "third")
	for _, o := range owners {
		a.tie(o.nick, "first")
		a.approach(o)
	}
	a.must(a.app.Journal.Sync(ctx))
	return a
}

func (a *aviary) tie(x, y string) {
	a.Helper()
	a.connect(x, y)
	a.ties[x], a.ties[y] = append(a.ties[x], y), append(a.ties[y], x)
}

// settle makes an owner with everything that a profile can hold.
func (a *aviary) settle(o owner) {
	a.Helper()
	a.join(o.nick, o.word("name")+" Owner")
	headline, pronouns, line := o.word("headline"), o.word("pronouns"), o.word("line")
	_, err := a.app.Profiles.SetCard(ctx, a.v(o.nick), member.Change{Headline: &headline, Pronouns: &pronouns, Location: &line})
	a.must(err)
	a.must(a.app.Profiles.SetAbout(ctx, a.v(o.nick), o.word("about")))
	a.must(a.app.Profiles.SetOpenTo(ctx, a.v(o.nick), allOffers(), o.word("glad")))
	a.must(a.app.Profiles.SetContacts(ctx, a.v(o.nick), []profile.Contact{
		{Kind: "website", Value: "https://" + o.word("web") + ".example"}, {Kind: "email", Value: o.word("mail") + "@hall.example"}}))
	a.paint(o.nick, o.word("face"))
	has := func(k trait.Kind, t trait.Trait, name string) {
		t.Kind, t.Entity = k, a.entity(k, o.word(name))
		a.put(o.nick, t)
	}
	has(trait.Company, trait.Trait{Role: o.word("title"), Body: o.word("work"), Place: o.word("town"), From: month(2010, 1)}, "company")
	has(trait.School, trait.Trait{Role: o.word("degree"), Body: o.word("study"), From: month(2004, 1), To: month(2009, 1)}, "school")
	has(trait.Group, trait.Trait{Role: o.word("part")}, "group")
	has(trait.Skill, trait.Trait{}, "skill")
	has(trait.Field, trait.Trait{}, "trade")
	has(trait.Place, trait.Trait{}, "place")
	has(trait.Language, trait.Trait{Role: o.word("level")}, "tongue")
	has(trait.Skill, trait.Trait{Relation: trait.Seeks}, "sought")
	has(trait.Company, trait.Trait{Hidden: true, Role: o.word("keptrole"), From: month(2001, 1)}, "kept")
	has(trait.Skill, trait.Trait{}, "let")
	for _, k := range []trait.Kind{trait.Company, trait.School, trait.Group} {
		a.put(sharer, trait.Trait{Kind: k, Entity: a.entity(k, o.word(k.String()))})
	}
	a.hide(o)
}

// paint gives somebody a picture whose bytes are a text.
func (a *aviary) paint(nick, text string) {
	a.Helper()
	small, err := a.app.Blobs.Put(ctx, strings.NewReader(text), 1<<10)
	a.must(err)
	large, err := a.app.Blobs.Put(ctx, strings.NewReader(text), 1<<10)
	a.must(err)
	_, err = a.app.Profiles.SetPicture(ctx, a.v(nick), small+"."+large)
	a.must(err)
}

// face is where an owner's picture lies at present, as handle/key.
func (a *aviary) face(nick string) string {
	a.Helper()
	c, err := a.app.Members.Card(ctx, a.app.DB, a.id(nick))
	a.must(err)
	return nick + "/" + c.Picture
}

// noFace is nobody's picture.
const noFace = "nobody-here/none.none"

// faces are all pictures that there are, and one that is not.
func (a *aviary) faces() (list []string) {
	for _, o := range owners {
		list = append(list, a.face(o.nick))
	}
	return append(list, noFace)
}

// hide sets the audience and what is nobody else's.
func (a *aviary) hide(o owner) {
	a.Helper()
	club := a.entity(trait.Group, "Club of "+o.nick)
	a.put(o.nick, trait.Trait{Kind: trait.Group, Entity: club, Hidden: true})
	a.put("mate", trait.Trait{Kind: trait.Group, Entity: club})
	a.groups[o.nick] = []string{"mate"}
	sc := access.Scope{Audience: o.audience, Findable: o.findable}
	if o.audience == access.Group {
		sc.Group = club
	}
	a.scope(o.nick, sc, append(sections, access.ConnectionL)...)
	page := access.OnlyMe
	if o.page {
		page = access.Public
	}
	a.scope(o.nick, access.Scope{Audience: page}, access.Page)
	for _, nick := range strings.Fields(o.shut) {
		a.shut(o.nick, nick)
	}
	a.write(func(tx *db.Tx) error {
		e, err := a.app.Traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: o.word("quiet"), Unlisted: true, By: a.id(o.nick)})
		if err != nil {
			return err
		}
		if err := a.joins(tx, "mate", e.ID); err != nil {
			return err
		}
		if err := a.joins(tx, o.nick, e.ID); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE accounts SET email = $2 WHERE member_id = $1`, a.id(o.nick), strings.ToLower(o.word("account"))+"@hall.example")
		return err
	})
	token, err := a.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: o.word("agent")}, a.id(o.nick))
	a.must(err)
	a.tokens[o.nick] = token
}

// approach is what passes between an owner and the others.
func (a *aviary) approach(o owner) {
	a.Helper()
	var let []int64
	all, err := a.app.Traits.Of(ctx, a.app.DB, []int64{a.id(o.nick)})
	a.must(err)
	for _, t := range all[a.id(o.nick)] {
		if t.Name == o.word("let") {
			let = append(let, t.ID)
		}
		if t.Name == o.word("skill") && t.Relation == trait.Has {
			a.entryIDs[o.nick] = id.String(t.ID)
		}
	}
	// A longer list of seeks to meet what was released, so that it is evidence.
	a.put(asked, trait.Trait{Kind: trait.Skill, Relation: trait.Seeks, Entity: a.entity(trait.Skill, o.word("let"))})
	a.letters = append(a.letters, a.invite(o.nick, asked, invite.Letter{Reason: "background", Note: o.word("note"), Release: let}))
	n := a.invite(asker, o.nick, invite.Letter{Note: o.word("asks")})
	a.letters = append(a.letters, n)
	a.must(a.app.Invites.Reply(ctx, a.v(o.nick), n, o.word("reply")))
	a.must(a.app.Invites.SaveDraft(ctx, a.v(o.nick), a.id("far"), invite.Letter{Note: o.word("draft")}))
	a.connect(o.nick, "former")
	a.must(a.app.Network.Disconnect(ctx, a.v("former"), a.id(o.nick)))
	a.must(a.app.Invites.Block(ctx, a.v(o.nick), a.id("foe")))
	a.must(a.app.Invites.Block(ctx, a.v("shun"), a.id(o.nick)))
	a.blocks = append(a.blocks, [2]string{o.nick, "foe"}, [2]string{"shun", o.nick})
}

// addresses are the letters as addresses write them.
func (a *aviary) addresses() (list []string) {
	for _, n := range a.letters {
		list = append(list, id.String(n))
	}
	return list
}

// everything is all that there is to ask for, by somebody.
func (a *aviary) everything(who string) []ask {
	c := tour{who: who, people: slices.Clone(beholders), words: []string{"owner", "beholder", "zq"}, things: []string{"zq", "club of"}, faces: a.faces()}
	for _, o := range owners {
		c.people = append(c.people, o.nick)
	}
	c.letters = a.addresses()
	asks := c.all()
	if who != guest {
		for _, o := range owners {
			asks = append(asks, post("/invite/"+o.nick+"/preview", url.Values{"reason": {"background"}, "fact": append(a.facts(who), "0")}),
				post("/invite/"+o.nick, url.Values{"note": {longNote}}))
		}
	}
	return asks
}

// caught are the words that somebody came across, by page.
func caught(body string) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, m := range canary.FindAllStringSubmatch(strings.ToLower(body), -1) {
		out[[2]string{m[1], m[2]}] = true
	}
	return out
}

func TestEverybodySeesWhatTheyMayAndNothingElse(t *testing.T) {
	a := newAviary(t, dbtest.SQLiteFile(t))
	viewers := append([]string{guest}, beholders...)
	for _, o := range owners {
		viewers = append(viewers, o.nick)
	}
	pages := a.look(viewers, a.everything)
	shown, kept, open := 0, 0, 0
	for c, body := range pages {
		found := caught(body)
		for _, o := range owners {
			for _, f := range fields {
				here := found[[2]string{o.letter, f.name}]
				if here && !a.may(c.who, o, f) && !(f.entity && strings.HasPrefix(c.what, "/entities") && c.who != guest) {
					t.Errorf("%s comes across the %s of %s at %s", c.who, f.name, o.nick, c.what)
				}
				if here {
					shown++
				}
			}
		}
	}
	for _, who := range viewers {
		for _, o := range owners {
			found := caught(pages[cell{who, "/in/" + o.nick}])
			for _, f := range fields {
				switch want, got := a.onPage(who, o, f), found[[2]string{o.letter, f.name}]; {
				case want && !got:
					t.Errorf("%s does not find the %s of %s on the page", who, f.name, o.nick)
				case !want && got:
					t.Errorf("%s finds the %s of %s on the page", who, f.name, o.nick)
				case want:
					open++
				default:
					kept++
				}
			}
		}
	}
	// Who may not see a picture gets what they get where there is none.
	for _, who := range viewers {
		for _, o := range owners {
			got := pages[cell{who, "/pictures/" + a.face(o.nick)}]
			if may := a.may(who, o, field{name: "face", at: onCard}); may != caught(got)[[2]string{o.letter, "face"}] {
				t.Errorf("%s sees the picture of %s: %v; want %v", who, o.nick, !may, may)
			} else if none := pages[cell{who, "/pictures/" + noFace}]; !may && got != none {
				t.Errorf("the hidden picture of %s is not what %s gets where there is none: %s", o.nick, who, between(none, got))
			}
		}
	}
	// The table must be right both ways about the letters as well.
	for _, o := range owners {
		for who, word := range map[string]string{asked: "note", asker: "reply", o.nick: "draft"} {
			at := map[string]string{"note": "/invitations", "reply": "/invitations/sent", "draft": "/invite/far"}[word]
			if word != "note" && !caught(pages[cell{who, at}])[[2]string{o.letter, word}] {
				t.Errorf("%s does not find the %s of %s at %s", who, word, o.nick, at)
			}
		}
		if !caught(pages[cell{asked, "/invitations/" + id.String(a.letters[2*slices.Index(owners, o)])}])[[2]string{o.letter, "let"}] {
			t.Errorf("%s does not find what %s released", asked, o.nick)
		}
	}
	t.Logf("%d pages; on profiles %d words that must be there and %d that must not; %d words met in all", len(pages), open, kept, shown)
	if len(pages) < 2000 || open < 1000 || kept < 3000 {
		t.Error("that is too little to prove anything")
	}
}
