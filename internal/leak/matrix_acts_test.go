package leak

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/suggest"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
	"guildhall/internal/why"
)

// What is hidden and is no entry: ties, answers, views, blocks and limits of others,
// and what two of them had to do with each other. The rest of the matrix.

// act is something that happens out of somebody's sight.
type act struct {
	name   string
	reader string // who would find evidence; rex gets a letter before, sia none
	finds  string // evidence that is there beforehand, and counts what happens
	comes  string // evidence that comes of it
	build  func(m *meeting)
	does   func(m *meeting)
	blind  []string
	sees   string                  // who must notice: a page of theirs changes
	later  func(m *meeting)        // more that makes it show
	proves func(m *meeting) string // of that: what is wrong with it
}

func acts() []act {
	list := ofTies()
	for _, a := range []string{"ignored", "not known", "spam"} {
		list = append(list, silently(a))
	}
	return append(list, before("messages.earlier", why.EarlierMessages, exchange), before("once.connected", why.OnceConnected, partAgain),
		act{name: "a private view", reader: rex, build: func(m *meeting) { m.mode(visit.Full, rex); m.mode(visit.Private, sia) },
			does: func(m *meeting) { m.views(sia, rex) }, blind: []string{rex, sia, tor, guest}, sees: rex,
			later: func(m *meeting) { m.mode(visit.Full, sia); m.pass(24 * time.Hour); m.renew(); m.views(sia, rex) }},
		act{name: "a suggestion dismissed", reader: sia, blind: []string{sia, mia, tor, guest}, sees: rex,
			does: func(m *meeting) { m.must(m.app.Suggest.Dismiss(ctx, m.v(rex), m.id(sia), suggest.Stranger, 0)) }},
		act{name: "a suggestion dismissed of which there was one side", reader: sia, blind: []string{rex, tor, guest}, sees: sia,
			does: func(m *meeting) { m.must(m.app.Suggest.Dismiss(ctx, m.v(sia), m.id(tor), suggest.NotNow, 0)) }},
		act{name: "a block between two of a circle", reader: rex, finds: why.Bridge, build: circled,
			does: func(m *meeting) { m.must(m.app.Invites.Block(ctx, m.v(cora), m.id(nia))) }, blind: []string{rex, sia, tor, guest}, sees: cora},
		act{name: "a limit between two of a circle", reader: rex, finds: why.Bridge, build: circled,
			does: func(m *meeting) { m.shut(cora, nia) }, blind: []string{rex, sia, tor, guest}, sees: nia},
		act{name: "a block between who brings people within reach and one who is not concerned", reader: rex, finds: reached,
			build: func(m *meeting) {
				ofReach(trait.Company).build(m.house)
				ofReach(trait.Company).fact.come(m.house, false)
			},
			does: func(m *meeting) { m.must(m.app.Invites.Block(ctx, m.v(sol), m.id(tor))) }, blind: []string{rex, sia, guest}, sees: tor},
	)
}

// circled has cora and nia in a circle of Rex's.
func circled(m *meeting) {
	c := ofCircles(rex, why.Bridge, trait.Company)[0]
	c.build(m.house)
	c.fact.come(m.house, false)
}

// ofTies are ties whose lists are closed: which one it is, and one more in a band.
func ofTies() []act {
	closed := func(m *meeting, nicks ...string) {
		for _, n := range nicks {
			m.scope(n, access.Scope{Audience: access.OnlyMe}, access.ConnectionL)
		}
	}
	band := func(name, finds string, ghosts int, past func(m *meeting)) act {
		return act{name: name, reader: rex, finds: finds, blind: []string{rex, tor, guest}, sees: rex,
			build: func(m *meeting) {
				closed(m, sia, cora)
				m.connect(mia, cora) // within Rex's reach, whoever else knows her
				if ghosts > 0 {
					crowd(m.house, sia, ghosts)
				}
			},
			does: func(m *meeting) { m.connect(sia, cora) }, later: past,
			proves: func(m *meeting) string {
				if slices.Contains(m.found(m.kind), finds) {
					return "the band stays"
				}
				return ""
			}}
	}
	fewer := func(m *meeting) {
		for _, n := range []string{cora, sol} {
			m.must(m.app.Network.Disconnect(ctx, m.v(sia), m.id(n)))
		}
	}
	return []act{
		{name: "which connection is in common", reader: rex, finds: why.MutualKnown, blind: []string{rex, tor, guest}, sees: rex,
			build: func(m *meeting) { closed(m, sia, mia, nia) },
			does: func(m *meeting) {
				m.connect(sia, nia)
				m.must(m.app.Network.Disconnect(ctx, m.v(sia), m.id(mia)))
			}, later: func(m *meeting) { m.scope(nia, access.Scope{Audience: access.Connections}, access.ConnectionL) }},
		band("few.connections, one more", why.FewConnections, 0, func(m *meeting) { crowd(m.house, sia, 20) }),
		band("broad.network, one more", why.BroadNetwork, 148, fewer),
	}
}

// exchange lets the two write each other, connect and part.
func exchange(m *meeting) {
	n := m.invite(sia, rex, invite.Letter{Reason: "career", Note: "From the quay?"})
	m.must(m.app.Invites.Reply(ctx, m.v(rex), n, "Which one?"))
	m.must(m.app.Invites.Reply(ctx, m.v(sia), n, "The north one."))
	m.must(m.app.Invites.Accept(ctx, m.v(rex), n))
	m.must(m.app.Network.Disconnect(ctx, m.v(rex), m.id(sia)))
}

// partAgain lets them be connected, and no more.
func partAgain(m *meeting) {
	m.must(m.app.Invites.Accept(ctx, m.v(rex), m.invite(sia, rex, invite.Letter{})))
	m.must(m.app.Network.Disconnect(ctx, m.v(rex), m.id(sia)))
}

// before is what was between two: evidence to both, and nothing to anybody else.
func before(name, finds string, does func(m *meeting)) act {
	return act{name: name, comes: finds, reader: sia, does: does, blind: []string{tor, nia, sol, guest}, sees: sia,
		later: func(m *meeting) {
			m.pass(22 * 24 * time.Hour)
			m.renew()
			m.reader = rex
			m.send(invite.Letter{})
		}, proves: func(m *meeting) string {
			if !slices.Contains(m.found(m.kind), finds) {
				return "it is not found by the receiver"
			}
			m.must(m.app.Invites.Withdraw(ctx, m.v(sia), m.letter))
			if m.reader = sia; !slices.Contains(m.found(m.kind), finds) {
				return "it is not found by the sender"
			}
			return ""
		}}
}

// silently is an answer that its sender never learns, after words on both sides.
func silently(answer string) act {
	return act{name: "an answer: " + answer, reader: rex, blind: []string{sia, tor, guest}, sees: rex,
		build: func(m *meeting) {
			m.letter = m.invite(sia, rex, invite.Letter{Note: "From the quay?"})
			m.must(m.app.Invites.Reply(ctx, m.v(rex), m.letter, "Which one?"))
			m.must(m.app.Invites.Reply(ctx, m.v(sia), m.letter, "The north one."))
		}, does: func(m *meeting) {
			m.must(map[string]func() error{
				"ignored":   func() error { return m.app.Invites.Ignore(ctx, m.v(rex), m.letter) },
				"not known": func() error { return m.app.Invites.Unknown(ctx, m.v(rex), m.letter) },
				"spam":      func() error { return m.app.Invites.Spam(ctx, m.v(rex), m.letter) },
			}[answer]())
		}}
}

// all are the pages of a meeting, with the dialog and its fragment for Sia even where
// the letter is on its way.
func (m *meeting) all(who string) []ask {
	asks := m.pages(who)
	if who == sia && m.reader == rex {
		asks = append(asks, get("/invite/"+rex), get("/invitations/sent?show=ended"), post("/invite/"+rex+"/preview", url.Values{"reason": {"relationship"}, "fact": {"0"}}))
	}
	if who != guest {
		asks = append(asks, get("/in/"+cora), get("/in/"+nia))
	}
	return asks
}

func TestMatrixOfActs(t *testing.T) {
	world := copies(t, party)
	n := &sum{pruned: map[string]int{}}
	for _, a := range acts() {
		t.Run(strings.ReplaceAll(a.name, " ", "-"), func(t *testing.T) {
			m := &meeting{house: world(t), kind: kind{name: a.name, owner: mia, reader: a.reader}, n: n}
			if a.build != nil {
				a.build(m)
			}
			if m.letter == 0 {
				m.send(invite.Letter{Reason: "network"})
			}
			if a.finds != "" && !slices.Contains(m.found(m.kind), a.finds) {
				t.Errorf("%s is not found: %v", a.finds, m.found(m.kind))
			}
			m.happens(a)
			m.silent()
		})
	}
	t.Log(n)
}

// happens compares the worlds without the act and with it.
func (m *meeting) happens(a act) {
	m.Helper()
	m.n.meetings++
	who := slices.Clone(a.blind)
	if !slices.Contains(who, a.sees) {
		who = append(who, a.sees)
	}
	before := m.look(who, m.all)
	a.does(m)
	after := m.look(who, m.all)
	for _, one := range a.blind {
		diff := changed(before, after, one)
		m.n.differ += len(diff)
		m.leaks(a.name, before, after, diff)
	}
	m.n.cells += len(after)
	if a.later != nil {
		a.later(m)
		after = m.look([]string{a.sees}, m.all)
	}
	seen := len(changed(shotOf(before, after), after, a.sees))
	if m.n.seen += seen; seen == 0 {
		m.Errorf("%s: %s notices nothing: this proves nothing", a.name, a.sees)
	}
	if a.proves != nil {
		if wrong := a.proves(m); wrong != "" {
			m.Errorf("%s: %s: this proves nothing", a.name, wrong)
		}
	}
}

// shotOf is a shot cut to the cells of another.
func shotOf(s, like shot) shot {
	out := shot{}
	for c := range like {
		out[c] = s[c]
	}
	return out
}

// Whatever is hidden, what the two do with the letter is answered alike: acts, their
// toasts, errors, and the pages after each.
func TestMatrixOfAnswers(t *testing.T) {
	for _, c := range []struct {
		name  string
		scope access.Scope
		t     trait.Trait
	}{
		{"an entry for oneself", access.Scope{Audience: access.OnlyMe}, trait.Trait{Kind: trait.Company, From: month(2013, 1)}},
		{"a hidden entry", access.Scope{Audience: access.Members}, trait.Trait{Kind: trait.School, Hidden: true}},
		{"a closed search", access.Scope{Audience: access.OnlyMe}, trait.Trait{Kind: trait.Skill, Relation: trait.Seeks}},
	} {
		for _, owner := range []string{sia, rex} {
			for what, sequence := range sequences() {
				var letter int64
				a, b := twins(t, func(h *house) {
					party(h)
					faces(facing(owner), trait.Trait{Kind: c.t.Kind}, thing)(h)
					h.scope(owner, c.scope, trait.Section(c.t.Kind, cmp.Or(c.t.Relation, trait.Has)))
					h.entity(c.t.Kind, thing)
					letter = h.invite(sia, rex, invite.Letter{Reason: "relationship", Sub: "worked"})
				})
				f := c.t
				f.Entity = b.entity(c.t.Kind, thing)
				b.put(owner, f)
				for _, q := range sequence(id.String(letter)) {
					if q.who != owner {
						play(t, fmt.Sprintf("%s of %s, %s,", c.name, owner, what), a, b, q.who, []ask{q.ask})
					} else { // it may show to its owner, and is done in both worlds
						a.ask(q.who, q.ask)
						b.ask(q.who, q.ask)
					}
				}
			}
		}
	}
}

type turn struct {
	who string
	ask
}

func sequences() map[string]func(n string) []turn {
	many := func(act, n string) turn {
		return turn{rex, post("/invitations/many", url.Values{"act": {act}, "id": {n}})}
	}
	pages := []turn{{rex, get("/")}, {rex, get("/invitations")}, {rex, get("/invitations/answered")}, {sia, get("/")}, {sia, get("/invitations/sent")},
		{sia, get("/invitations/sent?show=ended")}, {sia, get("/in/" + rex)}, {rex, get("/in/" + sia)}, {sia, get("/network/people")}, {rex, get("/network/people")}}
	after := func(ts ...turn) (out []turn) {
		for _, t := range ts {
			t.htmx = true
			out = append(append(out, t), pages...)
		}
		return out
	}
	of := func(act string) func(n string) turn {
		return func(n string) turn {
			return turn{rex, post("/invitations/"+n+"/"+act, url.Values{"reply": {"Hello?"}})}
		}
	}
	return map[string]func(n string) []turn{
		"ignored and undone": func(n string) []turn { return after(many("ignore", n), many("undo", n), of("unknown")(n)) },
		"accepted":           func(n string) []turn { return after(of("reply")(n), many("accept", n), of("accept")(n)) },
		"accepted, limited": func(n string) []turn {
			return after(turn{rex, get("/invitations/" + n + "/limits")}, turn{rex, post("/invitations/"+n+"/limits", url.Values{"about": {"on"}})}, of("undo")(n))
		},
		"withdrawn": func(n string) []turn {
			return after(turn{sia, post("/invitations/"+n+"/withdraw", nil)}, of("accept")(n), turn{sia, post("/invite/"+rex, withDo(nil, "send"))})
		},
	}
}

// Six have to have looked at both, not privately, before anybody is told: a private
// view of the sixth is none.
func TestAPrivateViewMakesNobodyAlsoViewed(t *testing.T) {
	var viewers []string
	a, b := twins(t, func(h *house) {
		party(h)
		for i := range 5 {
			viewers = append(viewers, fmt.Sprintf("viewer%d", i))
			h.join(viewers[i], "View Er")
		}
		h.mode(visit.Full, append(viewers, rex, sia)...)
		h.pass(40 * 24 * time.Hour)
		h.renew()
		for _, v := range viewers {
			h.views(v, rex, sia)
		}
	})
	next := func(h *house) {
		h.pass(8 * 24 * time.Hour)
		h.renew()
		h.must(h.app.Visits.Reckon(ctx))
	}
	b.mode(visit.Private, cora)
	b.views(cora, rex, sia)
	next(a)
	next(b)
	asks := []ask{get("/in/" + rex), get("/in/" + rex + "/beside"), get("/in/" + sia + "/beside"), get("/")}
	play(t, "a sixth viewer, who looked privately,", a, b, tor, asks)
	b.mode(visit.Full, cora)
	b.pass(time.Hour)
	b.views(cora, rex, sia)
	next(b)
	if got := b.ask(tor, asks[1]).body; !strings.Contains(got, "Sia Sender") {
		t.Error("six who looked show nothing: this proves nothing")
	}
}

// Every row of the model has its place in the matrix. Who follows whom has none: nobody
// can follow anybody yet.
func TestMatrixHasEveryKindOfEvidence(t *testing.T) {
	has := map[string]bool{why.Follows: true, why.FollowsBack: true}
	for _, k := range evidences() {
		has[k.finds] = true
	}
	for _, a := range acts() {
		has[a.finds], has[a.comes] = true, true
	}
	for _, row := range why.Rows() {
		if key, _, _ := strings.Cut(row, ">"); !has[strings.SplitN(key, ":", 2)[0]] {
			t.Errorf("%s is nowhere in the matrix: give it a constructor", row)
		}
	}
}
