package leak

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// The matrix: every kind of evidence × every way in which the fact behind it is
// hidden from the reader × both sides of an invitation, a third member and a guest ×
// every page on which the two meet. The fact comes and changes; whoever it is hidden
// from gets the same bytes by the same number of statements. In the open it is found
// as evidence and changes the reader's pages, so that the comparison can fail.
//
// Read paths are pages and fragments: the product has no programming interface yet,
// and writes no letter about invitations, which is looked after at the end of every
// world. Wall time is not held to anything; how many statements a request takes is.

// The people of the matrix. Sia invites Rex; Mia is known to both, Nia to Rex and
// Sol to Sia, so that what is counted of connections has somebody to fall to.
const (
	rex  = "rex"  // is asked
	sia  = "sia"  // asks
	mia  = "mia"  // knows both
	nia  = "nia"  // knows Rex
	sol  = "sol"  // knows Sia
	tor  = "tor"  // far from all, has what the reader has
	cora = "cora" // whom a kind of evidence needs besides
)

func party(h *house) {
	h.Helper()
	for _, p := range [][2]string{{rex, "Rex Reeder"}, {sia, "Sia Sender"}, {mia, "Mia Middle"}, {nia, "Nia Near"}, {sol, "Sol South"}, {tor, "Tor Third"}, {cora, "Cora Crowd"}} {
		h.join(p[0], p[1])
		h.preset(p[0], access.OpenToMembers)
	}
	h.must(h.app.Invites.SetWho(ctx, h.v(rex), invite.WithinThird)) // or by what somebody is seen to share
	h.chain(nia, rex, mia, sia, sol)
	h.must(h.app.Evidence.Recount(ctx))
}

// kind is a situation in which a fact of the owner's is evidence before the reader.
type kind struct {
	name    string
	finds   string // the kind of evidence that comes with the fact, or goes
	lost    bool   // it goes
	owner   string
	reader  string
	section access.Section
	fact    fact
	build   func(h *house)
	always  bool // it is there without the fact too, and the fact changes it
	shared  bool // the reader has the same company, school or group
	letter  invite.Letter
}

// fact is what is hidden. What cannot be hidden by itself, or doesn't change, has nil.
type fact struct {
	come   func(h *house, hidden bool)
	change func(h *house)
	leave  func(h *house)
	id     func() int64 // as a letter names it
}

// other is who of the two sides doesn't read.
func (k kind) other() string {
	if k.reader == rex {
		return sia
	}
	return rex
}

// found lists the kinds of evidence that the reader is shown.
func (h *house) found(k kind) (kinds []string) {
	h.Helper()
	add := func(list []why.Found) {
		for _, f := range list {
			for _, e := range f.Items {
				kinds = append(kinds, e.Kind)
			}
		}
	}
	if k.finds == proposed {
		p, err := h.app.Suggest.People(ctx, h.v(rex), page.Cursor{}, 0)
		h.must(err)
		for _, one := range p.People {
			if one.Card.ID == h.id(tor) {
				kinds = append(kinds, proposed)
			}
		}
		return kinds
	}
	if k.reader == sia {
		o, err := h.app.Invites.Opening(ctx, h.v(sia), h.id(rex))
		h.must(err)
		add(o.Reasons)
		return kinds
	}
	in, err := h.app.Invites.Received(ctx, h.v(rex), invite.Filter{}, page.Cursor{})
	h.must(err)
	for _, it := range in.Items {
		add(why.Supports(it.Pair))
		add([]why.Found{it.Why.Stated})
		for range it.Gain.Where {
			kinds = append(kinds, reached)
		}
	}
	return kinds
}

// proposed is that Tor is suggested to Rex: no evidence, but what follows from some.
const proposed = "proposed"

// reached is a circle that comes within reach by accepting, named in "If you accept".
const reached = "reach"

// meeting is one world of the matrix: a kind of evidence, built up.
type meeting struct {
	*house
	kind
	letter int64
	n      *sum
}

// sum counts the matrix.
type sum struct {
	cells, differ, seen, meetings int
	pruned                        map[string]int
}

func (n *sum) String() string {
	var why []string
	for reason, c := range n.pruned {
		why = append(why, fmt.Sprintf("%4d left out: %s", c, reason))
	}
	slices.Sort(why)
	return fmt.Sprintf("%d combinations, %d cells, %d differences; in the open %d cells changed\n%s", n.meetings, n.cells, n.differ, n.seen, strings.Join(why, "\n"))
}

// send lets Sia invite Rex, where Rex is the reader; to be read in the dialog nothing
// may be on its way.
func (m *meeting) send(l invite.Letter) {
	m.Helper()
	if m.reader == rex {
		m.letter = m.invite(sia, rex, l)
	}
}

// again withdraws the letter and sends another one, three weeks later.
func (m *meeting) again(l invite.Letter) {
	m.Helper()
	if m.reader == rex {
		m.must(m.app.Invites.Withdraw(ctx, m.v(sia), m.letter))
		m.pass(22 * 24 * time.Hour)
		m.renew()
		m.send(l)
	}
}

// blind are those from whom a way hides the fact, with their pages.
func (m *meeting) blind(w way) []string {
	switch {
	case w.inLetter:
		return []string{m.reader}
	case w.onlyReader:
		return []string{m.reader, guest}
	}
	return slices.DeleteFunc([]string{rex, sia, tor, guest}, func(who string) bool {
		return who == m.owner || who != guest && who != m.reader && m.app.Network.Graph().Connected(m.id(m.owner), m.id(who))
	})
}

// open is the control: the fact in a section that is open to members.
func (m *meeting) open() {
	m.Helper()
	m.scope(m.owner, access.Scope{Audience: access.Members}, m.section)
	without, before := m.found(m.kind), m.look([]string{m.reader}, m.pages)
	m.fact.come(m.house, false)
	m.must(m.app.Journal.Sync(ctx))
	m.forget()
	with, after := m.found(m.kind), m.look([]string{m.reader}, m.pages)
	if m.lost {
		without, with = with, without
	}
	if slices.Contains(without, m.finds) != m.always || !slices.Contains(with, m.finds) {
		m.Errorf("%s: %s is not found by the fact alone: %v without, %v with it", m.name, m.finds, without, with)
	}
	diff := changed(before, after, m.reader)
	if len(diff) == 0 {
		m.Errorf("%s, in the open, changes nothing that %s gets: this proves nothing", m.name, m.reader)
	}
	m.n.seen += len(diff)
	m.fact.leave(m.house)
}

// hidden compares the worlds without the fact, with it, and with it changed; where a
// letter leaves it out, with it, with it changed, and without.
func (m *meeting) hidden(w way) {
	m.Helper()
	if reason := w.prune(m); reason != "" {
		m.n.pruned[w.name+": "+reason]++
		return
	}
	m.n.meetings++
	come := func() { m.fact.come(m.house, w.itself) }
	change := func() { m.fact.change(m.house) }
	leave := func() { m.fact.leave(m.house) }
	if w.inLetter {
		come()
		undo := w.hide(m)
		m.compare(w, change, leave)
		undo()
		return
	}
	undo := w.hide(m)
	m.compare(w, come, change)
	leave()
	if undo != nil {
		undo()
	}
}

// compare looks before and after each step, which nobody blind may notice.
func (m *meeting) compare(w way, steps ...func()) {
	m.Helper()
	who, pages := m.blind(w), m.pages
	if w.inLetter {
		pages = m.inLetter
	}
	before := m.look(who, pages)
	for i, step := range steps {
		if m.fact.change == nil && w.inLetter == (i == 0) {
			continue // it doesn't change
		}
		step()
		after := m.look(who, pages)
		for _, one := range who {
			diff := changed(before, after, one)
			m.n.differ += len(diff)
			m.leaks(m.name+" of "+m.owner+", "+w.name+",", before, after, diff)
		}
		m.n.cells += len(after)
	}
}

// look warms what is kept in memory, so that the number of statements is that of the
// page, then asks. Whoever changes anything makes the next request of others read one
// row more, whatever it was: that is not compared.
func (m *meeting) look(who []string, pages func(string) []ask) shot {
	m.Helper()
	m.must(m.app.Journal.Sync(ctx))
	m.forget()
	m.counts = false
	m.house.look(who, func(who string) []ask {
		if who == guest {
			return nil
		}
		asks := []ask{get("/"), get("/network/people"), get("/in/" + m.owner), get("/in/" + m.owner + "/beside"), get("/invite/" + m.other())}
		if m.letter != 0 {
			asks = append(asks, get("/invitations/"+id.String(m.letter)))
		}
		return asks
	})
	m.counts = true
	return m.house.look(who, pages)
}

// forget lets every list of suggestions be made anew, or what was kept of the day
// would hide what shows on the next.
func (m *meeting) forget() {
	for _, n := range m.ids {
		m.app.Suggest.Lists.Drop(n)
	}
}

// silent holds that nobody is written to about any of it.
func (m *meeting) silent() {
	m.Helper()
	files, err := filepath.Glob(filepath.Join(m.app.Config.Data, "outbox", "*"))
	m.must(err)
	if tasks := m.strings(`SELECT kind FROM tasks WHERE kind LIKE 'mail%' AND kind NOT LIKE 'mail.prune%'`); len(files)+len(tasks) > 0 {
		m.Errorf("%s: letters were written: %v %v", m.name, files, tasks)
	}
}

func matrix(t *testing.T, world func(testing.TB) *house, kinds []kind, ways []way) {
	begun := time.Now()
	n := &sum{pruned: map[string]int{}}
	for _, k := range kinds {
		t.Run(strings.ReplaceAll(k.name+" of "+k.owner, " ", "-"), func(t *testing.T) {
			m := &meeting{house: world(t), kind: k, n: n}
			k.build(m.house)
			m.put(k.owner, trait.Trait{Kind: trait.Group, Entity: m.entity(trait.Group, maple)})
			m.send(k.letter)
			m.must(m.app.Journal.Sync(ctx))
			m.open()
			for _, w := range ways {
				m.hidden(w)
			}
			m.silent()
		})
	}
	t.Logf("%v\nin %s", n, time.Since(begun).Round(time.Millisecond))
	if n.differ > 0 || n.cells == 0 {
		t.Errorf("%d cells, %d differences", n.cells, n.differ)
	}
}

func TestMatrixOfEvidenceAndHiddenFacts(t *testing.T) {
	matrix(t, copies(t, party), evidences(), ways())
}

// The same on the other database and by learned weights, one combination of each row
// and each column.
func TestMatrixOnPostgres(t *testing.T) {
	var kinds []kind
	for _, k := range evidences() {
		if slices.Contains(thin, k.name) && !slices.ContainsFunc(kinds, func(o kind) bool { return o.name == k.name }) {
			kinds = append(kinds, k)
		}
	}
	world := func(t testing.TB) *house {
		h := start(t, dbtest.PostgresURL(t))
		party(h)
		h.app.Evidence.SetModel(learned())
		return h
	}
	matrix(t, world, kinds, ways())
}

// learned is a model as an instance may learn it: every row counts otherwise than by hand.
func learned() *why.Model {
	coefficients := map[string]float64{}
	for i, prior := range why.Default.Prior() {
		coefficients[why.Rows()[i]] = prior * (0.85 + 0.13*float64(i%7))
	}
	return why.Default.Learned(coefficients, 1)
}

// thin are the kinds of evidence that differ most in what they read.
var thin = []string{"company.overlap", "seek.sender, the seek", "offer.match, open to work", "bridge, a connection there", "reach", "how many have the skill"}

// pages are what each of them asks for, all alike: what is not for somebody must not
// tell them anything either.
func (m *meeting) pages(who string) (asks []ask) {
	if who == guest {
		return []ask{get("/"), get("/in/" + m.owner), get("/in/" + m.owner + "/beside"), get("/invite/" + m.owner)}
	}
	people := []string{m.owner}
	if m.owner != m.other() {
		people = append(people, m.other())
	}
	for _, p := range people {
		asks = append(asks, get("/in/"+p), get("/in/"+p+"/beside"), get("/network/with/"+p), get("/invite/"+p), get("/in/"+who+"?as-member="+p))
	}
	asks = append(asks, get("/"), get("/network"), get("/network?q=s"), get("/network/people"), get("/me/views"), ask{path: "/network", htmx: true})
	if who == tor {
		return asks
	}
	asks = append(asks, get("/invitations/sent"), get("/invitations/answered"))
	asks = append(asks, m.drafts(who)...)
	if m.letter == 0 {
		return append(asks, get("/invitations"))
	}
	return append(asks, m.inLetter(who)...)
}

// drafts is the dialog's fragment, with all that the sender has and with nothing.
func (m *meeting) drafts(who string) (asks []ask) {
	if m.reader != sia || who != sia {
		return nil
	}
	for _, reason := range []string{"relationship", "career"} {
		q := post("/invite/"+rex+"/preview", map[string][]string{"reason": {reason}, "fact": append(m.facts(who), "0")})
		q.htmx = reason == "career"
		asks = append(asks, q)
	}
	return append(asks, post("/invite/"+rex, map[string][]string{"reason": {"background"}, "note": {longNote}}))
}

// inLetter are the pages on which the invitation stands, in full, in short, and as
// fragments, with those that answer it.
func (m *meeting) inLetter(who string) (asks []ask) {
	one := "/invitations/" + id.String(m.letter)
	for _, p := range []string{"/", "/invitations", "/invitations?view=compact", "/invitations?sort=fit", "/invitations?fit=fair&with=shared", one, one + "?view=compact&open",
		one + "/limits", one + "/spam"} {
		asks = append(asks, get(p))
	}
	return append(asks, ask{path: "/invitations", htmx: true}, ask{path: one + "?view=compact", htmx: true},
		post("/invitations/many", map[string][]string{"act": {"none"}, "id": {id.String(m.letter)}}))
}
