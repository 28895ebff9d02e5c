package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// tight are the rules with numbers that a short walk reaches.
var tight = invite.Limits{
	Week: 4, WeekGood: 6, WeekPoor: 3, WeekBad: 1,
	GoodFrom: 2, GoodShare: 0.5, PoorFrom: 2, PoorShare: 0.2, BadShare: 0.6, PoorStep: 2,
	Pending: 5, Note: 300, Reply: 2000, Replies: 20,
	Life: 180 * 24 * time.Hour, CoolDown: 21 * 24 * time.Hour, Undo: 10 * time.Minute,
	Seasoned: 14 * 24 * time.Hour, Memory: 365 * 24 * time.Hour,
}

// TestWalksAgreeWithTheProduct lets twelve members do whatever comes to them,
// and after every act holds the tables, the index and what members see against
// the model.
func TestWalksAgreeWithTheProduct(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, tight)
		told := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			w := begin(rt, h)
			rt.Repeat(w.actions())
			w.finish(rt)
			for what, n := range w.told {
				told[what] += n
			}
		})
		t.Logf("acts and how they ended: %v", told)
	})
}

// walk is one story: the house and the model side by side.
type walk struct {
	*model
	house *house
	told  map[string]int // acts by their kind and outcome
}

func begin(rt *rapid.T, h *house) *walk {
	h.set(noon)
	s := start{}
	for i := range people {
		s.facts[i] = drawFacts(rt)
	}
	if err := h.settle(&s); err != nil {
		rt.Fatal(err)
	}
	return &walk{model: newModel(s, tight), house: h, told: map[string]int{}}
}

var goods = []fact{
	{kind: why.Company, relation: trait.Has, name: "Nordlys Energi"},
	{kind: why.Company, relation: trait.Has, name: "Kestrel Lines"},
	{kind: why.School, relation: trait.Has, name: "Vinterby College"},
	{kind: why.Skill, relation: trait.Has, name: "Tide tables"},
	{kind: why.Skill, relation: trait.Has, name: "Welding"},
	{kind: why.Skill, relation: trait.Seeks, name: "Welding"},
}

func drawFacts(rt *rapid.T) []fact {
	n := rapid.IntRange(0, 1<<len(goods)-1).Draw(rt, "facts")
	var out []fact
	for i, f := range goods {
		if n&(1<<i) != 0 {
			out = append(out, f)
		}
	}
	return out
}

var someone = rapid.IntRange(0, people-1)

// two draws two members; seldom the same one twice.
func two(rt *rapid.T) (a, b int) { return someone.Draw(rt, "who"), someone.Draw(rt, "whom") }

func (w *walk) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":               w.check,
		"accept":         w.answering((*model).accept, (*invite.Service).Accept, invite.Pending),
		"block":          w.block,
		"disconnect":     w.disconnect,
		"ignore":         w.answering((*model).ignore, (*invite.Service).Ignore, invite.Pending),
		"look":           w.look,
		"open":           w.open,
		"send":           w.send,
		"send again":     w.send,
		"send back":      w.sendBack,
		"send once more": w.sendOnceMore,
		"spam":           w.answering((*model).spam, (*invite.Service).Spam, invite.Pending, invite.Ignored, invite.Unknown),
		"sweep":          w.sweep,
		"undo":           w.answering((*model).undo, (*invite.Service).Undo, invite.Ignored, invite.Unknown, invite.Accepted),
		"unknown":        w.answering((*model).unknown, (*invite.Service).Unknown, invite.Pending, invite.Ignored),
		"wait":           w.wait,
		"who":            w.choose,
		"withdraw":       w.withdraw,
	}
}

// settled is called after every act with what the model and the service say.
func (w *walk) settled(rt *rapid.T, what, want string, err error) {
	rt.Helper()
	got := outcome(err)
	w.told[strings.Fields(what)[1]+" "+got]++
	rt.Logf("%s: %s", what, got)
	if got != want {
		rt.Fatalf("%s: %s (%v), the product says %s", what, got, err, want)
	}
	w.tick(time.Second)
}

func (w *walk) tick(d time.Duration) {
	w.pass(d)
	w.house.set(w.now)
}

func (w *walk) viewer(i int) access.Viewer { return access.Member(w.ids[i]) }

func (w *walk) send(rt *rapid.T) {
	from, to := two(rt)
	w.post(rt, from, to)
}

// sendBack lets somebody invite who has invited them.
func (w *walk) sendBack(rt *rapid.T) {
	l := w.pick(rt, func(l *letter) bool { return l.seen == invite.Pending })
	w.post(rt, l.to, l.from)
}

// sendOnceMore lets somebody invite again whom they have invited before.
func (w *walk) sendOnceMore(rt *rapid.T) {
	l := w.pick(rt, func(l *letter) bool { return l.seen != invite.Pending && !w.tied(l.from, l.to) })
	w.post(rt, l.from, l.to)
}

func (w *walk) post(rt *rapid.T, from, to int) {
	m := mail{reason: rapid.SampledFrom([]string{"relationship", "network", ""}).Draw(rt, "reason")}
	for _, f := range w.facts[from] {
		switch rapid.SampledFrom([]string{"as it is", "released", "left out"}).Draw(rt, f.name) {
		case "released":
			m.released = append(m.released, f.id)
		case "left out":
			m.leftOut = append(m.leftOut, f.id)
		}
	}
	if rapid.Bool().Draw(rt, "without mutual connections") {
		m.leftOut = append(m.leftOut, invite.SharedConnections)
	}
	sent, err := w.house.invites.Send(ctx, w.viewer(from), w.ids[to], invite.Letter{Reason: m.reason, Release: m.released, LeaveOut: m.leftOut})
	want, l := w.model.send(from, to, m, sent.ID)
	w.settled(rt, fmt.Sprintf("%d invites %d for %q", from, to, m.reason), want, err)
	if l != nil && sent.Connected != (l.seen == invite.Accepted) {
		rt.Fatalf("connected at once: %v, the product says %s", sent.Connected, l.seen)
	}
}

// pick draws an invitation, the last ones rather than the first, and mostly one
// that something can be done with.
func (w *walk) pick(rt *rapid.T, ripe func(*letter) bool) *letter {
	var some []*letter
	for _, l := range w.letters {
		if ripe(l) {
			some = append(some, l)
		}
	}
	if len(some) == 0 || rapid.IntRange(0, 4).Draw(rt, "any") == 4 {
		some = w.letters
	}
	if len(some) == 0 {
		rt.Skip("nothing was sent yet")
	}
	return some[len(some)-1-rapid.IntRange(0, len(some)-1).Draw(rt, "invitation")]
}

// whoever draws who does something: mostly whose it is to do, sometimes the
// other side or anybody.
func whoever(rt *rapid.T, theirs, other int) int {
	switch rapid.IntRange(0, 9).Draw(rt, "actor") {
	case 8:
		return other
	case 9:
		return someone.Draw(rt, "stranger")
	}
	return theirs
}

// answering is an act of the receiver on what stands in one of some states.
func (w *walk) answering(rule func(*model, *letter, int) string, act onID, ripe ...invite.State) func(*rapid.T) {
	return func(rt *rapid.T) {
		l := w.pick(rt, func(l *letter) bool { return slices.Contains(ripe, l.truth) })
		w.onLetter(rt, "answers", rule, act, l, whoever(rt, l.to, l.from))
	}
}

// onID is a service's act on an invitation or a member.
type onID func(*invite.Service, context.Context, access.Viewer, int64) error

func (w *walk) withdraw(rt *rapid.T) {
	l := w.pick(rt, func(l *letter) bool { return l.seen == invite.Pending })
	w.onLetter(rt, "withdraws", (*model).withdraw, (*invite.Service).Withdraw, l, whoever(rt, l.from, l.to))
}

func (w *walk) onLetter(rt *rapid.T, verb string, rule func(*model, *letter, int) string, act onID, l *letter, who int) {
	before := l.truth
	err := act(w.house.invites, ctx, w.viewer(who), l.id)
	want := rule(w.model, l, who)
	w.settled(rt, fmt.Sprintf("%d %s the invitation from %d to %d, %s → %s", who, verb, l.from, l.to, before, l.truth), want, err)
}

// block lets one member block another, or take a block back.
func (w *walk) block(rt *rapid.T) {
	a, b := two(rt)
	if back := rapid.IntRange(0, 3).Draw(rt, "back"); back > 0 && len(w.blocks) > 0 {
		if p := rapid.SampledFrom(w.blocked()).Draw(rt, "block"); back > 1 {
			a, b = p[0], p[1]
		}
		err := w.house.network.Unblock(ctx, w.viewer(a), w.ids[b])
		w.settled(rt, fmt.Sprintf("%d unblocks %d", a, b), w.model.unblock(a, b), err)
		return
	}
	err := w.house.invites.Block(ctx, w.viewer(a), w.ids[b])
	w.settled(rt, fmt.Sprintf("%d blocks %d", a, b), w.model.block(a, b), err)
}

func (w *walk) blocked() (all [][2]int) {
	for p := range w.blocks {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	return all
}

func (w *walk) disconnect(rt *rapid.T) {
	a, b := two(rt)
	if all := w.connected(); len(all) > 0 && rapid.IntRange(0, 3).Draw(rt, "known") > 0 {
		p := rapid.SampledFrom(all).Draw(rt, "tie")
		a, b = p[0], p[1]
	}
	err := w.house.network.Disconnect(ctx, w.viewer(a), w.ids[b])
	w.settled(rt, fmt.Sprintf("%d parts from %d", a, b), w.model.disconnect(a, b), err)
}

func (w *walk) connected() (all []pair) {
	for p := range w.ties {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y pair) int { return slices.Compare(x[:], y[:]) })
	return all
}

func (w *walk) open(rt *rapid.T) {
	who := someone.Draw(rt, "who")
	s := rapid.SampledFrom([]access.Section{access.Experience, access.Education, access.Skills, access.Seeks}).Draw(rt, "section")
	sc := access.Scope{Findable: rapid.Bool().Draw(rt, "findable"),
		Audience: rapid.SampledFrom([]access.Audience{access.Members, access.Third, access.Second, access.Connections, access.OnlyMe}).Draw(rt, "audience")}
	err := w.house.open(w.ids[who], s, sc)
	w.scopes[who][s] = sc
	w.settled(rt, fmt.Sprintf("%d shows %s to %s", who, s, sc.Audience), good, err)
}

func (w *walk) choose(rt *rapid.T) {
	who, choice := someone.Draw(rt, "who"), rapid.SampledFrom(invite.Whos).Draw(rt, "choice")
	err := w.house.invites.SetWho(ctx, w.viewer(who), choice)
	w.model.who[who] = choice
	w.settled(rt, fmt.Sprintf("%d is open to %s", who, choice), good, err)
}

// wait moves the clock to where something ends, or just before.
func (w *walk) wait(rt *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{time.Minute, 9 * time.Minute, 11 * time.Minute, 24 * time.Hour, 8 * 24 * time.Hour,
		20 * 24 * time.Hour, 22 * 24 * time.Hour, tight.Life - 5*time.Minute, tight.Life}).Draw(rt, "how long")
	rt.Logf("%s pass", d)
	w.tick(d)
}

func (w *walk) sweep(rt *rapid.T) {
	_, err := w.house.invites.ExpireDue(ctx)
	w.settled(rt, "the sweep comes", good, err)
}
