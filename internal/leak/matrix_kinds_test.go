package leak

import (
	"cmp"
	"fmt"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/invite"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// The first axis of the matrix: a constructor for every kind of evidence that a
// feature hands in today. Follows has none: nobody can follow anybody yet.

func evidences() (all []kind) {
	all = append(all, ofTraits()...)
	all = append(all, ofSeeks()...)
	all = append(all, ofOffers()...)
	for _, k := range []trait.Kind{trait.Company, trait.Group} {
		all = append(all, ofCircles(rex, why.Bridge, k)...)
		all = append(all, ofCircles(sia, why.BridgeBack, k)...)
		all = append(all, ofReach(k))
	}
	return append(all, ofNumbers(rex), ofNumbers(sia), ofClosed(), ofLooking())
}

// facing is who reads what is one's.
func facing(owner string) string {
	if owner == sia {
		return rex
	}
	return sia
}

// entryOfKind is a fact that is an entry of the owner's.
func entryOfKind(owner string, t trait.Trait, name string, change func(*trait.Trait)) fact {
	now := t
	f := fact{
		come: func(h *house, hidden bool) {
			now = t
			now.Entity, now.Hidden = h.entity(t.Kind, name), hidden
			now = h.put(owner, now)
		},
		leave: func(h *house) { h.drop(owner, now) },
		id:    func() int64 { return now.ID },
	}
	if change != nil {
		f.change = func(h *house) {
			change(&now)
			now = h.put(owner, now)
		}
	}
	return f
}

// faces gives the reader, and whoever is far, what meets the fact.
func faces(reader string, t trait.Trait, name string) func(h *house) {
	return func(h *house) {
		for _, who := range []string{reader, tor} {
			t.Entity = h.entity(t.Kind, name)
			h.put(who, t)
			h.scope(who, access.Scope{Audience: access.Members}, access.Seeks)
		}
	}
}

const thing = "Quarrymen Works"

// ofTraits are things that both have: at the same time, at another, without dates.
func ofTraits() (all []kind) {
	for _, owner := range []string{sia, rex} {
		for _, k := range trait.Kinds {
			for _, c := range times(k) {
				all = append(all, kind{
					name: c.finds, finds: c.finds, owner: owner, reader: facing(owner), section: trait.Section(k, trait.Has), shared: k <= trait.Group,
					fact:  entryOfKind(owner, trait.Trait{Kind: k, From: c.from, To: c.to}, thing, c.change),
					build: faces(facing(owner), trait.Trait{Kind: k, From: c.theirs, To: month(2014, 12)}, thing),
				})
			}
		}
	}
	return all
}

// timing is when two have the same.
type timing struct {
	finds            string
	from, to, theirs why.Month
	change           func(*trait.Trait)
}

func times(k trait.Kind) []timing {
	later := func(t *trait.Trait) { t.To++ }
	titled := func(t *trait.Trait) { t.Role = "Warden" }
	since := month(2012, 1)
	three := func(overlap, same, gap string) []timing {
		return []timing{
			{overlap, month(2013, 1), month(2016, 1), since, later},
			{same, 0, 0, since, titled},
			{gap, month(2016, 1), month(2018, 1), since, later},
		}
	}
	switch k {
	case trait.Company:
		return three(why.CompanyOverlap, why.CompanySame, why.CompanyGap)
	case trait.School:
		return three(why.SchoolOverlap, why.SchoolSame, why.SchoolGap)
	case trait.Group:
		return three(why.GroupOverlap, why.GroupSame, why.GroupGap)
	}
	return []timing{{finds: map[trait.Kind]string{
		trait.Skill: why.SkillSame, trait.Field: why.FieldSame, trait.Place: why.PlaceSame, trait.Language: why.LanguageSame,
	}[k]}}
}

// ofSeeks are what one seeks and the other has: either may be hidden.
func ofSeeks() (all []kind) {
	for _, k := range []trait.Kind{trait.Company, trait.Skill, trait.Field} {
		for _, seeker := range []string{sia, rex} {
			finds := why.SeekSender
			if seeker == rex {
				finds = why.SeekReceiver
			}
			holder := facing(seeker)
			seeks, has := trait.Trait{Kind: k, Relation: trait.Seeks}, trait.Trait{Kind: k}
			all = append(all, kind{
				name: finds + ", the seek", finds: finds, owner: seeker, reader: holder, section: access.Seeks,
				fact: entryOfKind(seeker, seeks, thing, nil), build: faces(holder, has, thing),
			}, kind{
				name: finds + ", what is sought", finds: finds, owner: holder, reader: seeker, section: trait.Section(k, trait.Has),
				fact: entryOfKind(holder, has, thing, nil), build: faces(seeker, seeks, thing),
			})
		}
	}
	return all
}

// offering is a fact that is what the owner is open to.
func offering(owner string, o why.Offer) fact {
	set := func(h *house, set profile.OpenTo, glad string) {
		h.must(h.app.Profiles.SetOpenTo(ctx, h.v(owner), set, glad))
	}
	return fact{
		come:   func(h *house, _ bool) { set(h, 1<<o, "") },
		change: func(h *house) { set(h, 1<<o, "with knots") },
		leave:  func(h *house) { set(h, 0, "") },
		id:     func() int64 { return invite.OfferFact(o) },
	}
}

func ofOffers() (all []kind) {
	answers := map[why.Offer]why.Offer{why.Work: why.Hiring, why.Hiring: why.Work, why.Mentored: why.Mentoring, why.Mentoring: why.Mentored}
	for _, owner := range []string{sia, rex} {
		for _, o := range []why.Offer{why.Work, why.Hiring, why.Mentored, why.Mentoring} {
			all = append(all, kind{
				name: "offer.match, " + o.Label(), finds: why.OfferMatch, owner: owner, reader: facing(owner), section: access.OpenTo,
				fact: offering(owner, o), build: func(h *house) {
					for _, who := range []string{facing(owner), tor} {
						h.must(h.app.Profiles.SetOpenTo(ctx, h.v(who), 1<<answers[o], ""))
					}
				},
			})
		}
	}
	return append(all, kind{
		name: "offer.own", finds: why.OfferOwn, owner: sia, reader: rex, section: access.OpenTo, fact: offering(sia, why.Work),
		letter: invite.Letter{Reason: "career", Sub: "work"}, build: func(*house) {},
	})
}

// staff makes n members who have something, connected with somebody or with nobody.
func staff(h *house, n int, t trait.Trait, name, with string) {
	h.Helper()
	e := h.entity(t.Kind, name)
	for i := range n {
		nick := fmt.Sprintf("%s-%d-%s", t.Kind, i, cmp.Or(with, "far"))
		h.write(func(tx *db.Tx) error {
			c, err := h.app.Members.Create(ctx, tx, member.Newcomer{Name: "Staff Member", Handle: nick})
			if err != nil {
				return err
			}
			h.ids[nick] = c.ID
			t.Member, t.Entity, t.Relation = c.ID, e, trait.Has
			if err := h.app.Traits.BulkPut(ctx, tx, []trait.Trait{t}); err != nil {
				return err
			}
			return journal.Append(ctx, tx, member.Created(c.ID), trait.Changed(c.ID))
		})
		h.preset(nick, access.OpenToMembers)
		if with != "" {
			h.connect(with, nick)
		}
	}
}

// ofCircles are who is at the company, or in the group, where five of the reader's connections are:
// the fifth of them, the other side, and one whom both know.
func ofCircles(reader, finds string, k trait.Kind) []kind {
	at := trait.Trait{Kind: k, From: month(2019, 1)}
	change := func(t *trait.Trait) { t.From++ }
	of := func(what, owner string, n int, lost bool) kind {
		return kind{
			name: finds + ", " + what, finds: finds, lost: lost, owner: owner, reader: reader, section: trait.Section(k, trait.Has),
			fact: entryOfKind(owner, at, thing, change), build: func(h *house) {
				staff(h, n, at, thing, reader)
				h.connect(reader, cora)
			},
		}
	}
	other := kind{reader: reader}.other()
	return []kind{of("a connection there", cora, 4, false), of("the other there", other, 5, true), of("a mutual there", mia, 5, true)}
}

// ofReach is the fifth of those at one company whom Sia brings within Rex's reach.
func ofReach(k trait.Kind) kind {
	at := trait.Trait{Kind: k, From: month(2019, 1)}
	return kind{
		name: "reach", finds: reached, owner: sol, reader: rex, section: trait.Section(k, trait.Has),
		fact:  entryOfKind(sol, at, thing, func(t *trait.Trait) { t.From++ }),
		build: func(h *house) { staff(h, 4, at, thing, sia) },
	}
}

// ofNumbers is how many have what the two share: a sixth makes it less rare.
func ofNumbers(reader string) kind {
	skill := trait.Trait{Kind: trait.Skill}
	return kind{
		name: "how many have the skill", finds: why.SkillSame, always: true, owner: cora, reader: reader, section: access.Skills,
		fact: entryOfKind(cora, skill, thing, nil), build: func(h *house) {
			staff(h, 2, skill, thing, "")
			for _, who := range []string{sia, rex, tor} {
				h.put(who, trait.Trait{Kind: trait.Skill, Entity: h.entity(trait.Skill, thing)})
			}
		},
	}
}

// ofClosed is what a closed section holds, where only that it is closed is evidence.
func ofClosed() kind {
	about := func(h *house, text string) { h.must(h.app.Profiles.SetAbout(ctx, h.v(rex), text)) }
	return kind{
		name: "closed.sections, what one holds", finds: why.ClosedSections, always: true, owner: rex, reader: sia, section: access.About,
		fact: fact{
			come:   func(h *house, _ bool) { about(h, "Keeps the lights.") },
			change: func(h *house) { about(h, "Keeps the lights, and the horn.") },
			leave:  func(h *house) { about(h, "") },
		}, build: func(*house) {},
	}
}

// ofLooking is how many have what a list of suggestions looks for people by: of three
// fields the two that the fewest have, so that one more makes Rex find others.
func ofLooking() kind {
	field := trait.Trait{Kind: trait.Field}
	return kind{
		name: "by what suggestions look", finds: proposed, lost: true, owner: cora, reader: rex, section: access.Field,
		fact: entryOfKind(cora, field, thing, nil), build: func(h *house) {
			staff(h, 24, trait.Trait{Kind: trait.Skill}, "Knots", mia) // enough others
			h.put(tor, trait.Trait{Kind: trait.Field, Entity: h.entity(trait.Field, thing)})
			for _, f := range []string{thing, "Ropemaking", "Netting"} {
				h.put(rex, trait.Trait{Kind: trait.Field, Entity: h.entity(trait.Field, f)})
			}
			for i, f := range []string{"Ropemaking", "Netting"} {
				nick := fmt.Sprint("netter", i)
				h.join(nick, "Net Ter")
				h.preset(nick, access.OpenToMembers)
				h.put(nick, trait.Trait{Kind: trait.Field, Entity: h.entity(trait.Field, f)})
			}
		},
	}
}
