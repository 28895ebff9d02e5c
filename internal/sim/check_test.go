package sim

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/invite"
	"guildhall/internal/page"
)

// check holds the tables and the index against the model, after every act.
func (w *walk) check(rt *rapid.T) {
	w.same(rt, "invitations as their receivers have them", w.truths(rt), w.wantLetters(func(l *letter) string {
		return fmt.Sprint(w.ids[l.to], " from ", w.ids[l.from], " ", l.truth, " for ", l.reason)
	}))
	w.same(rt, "invitations as their senders have them", w.mirrors(rt), w.wantLetters(func(l *letter) string {
		return fmt.Sprint(w.ids[l.from], " to ", w.ids[l.to], " ", l.seen, " for ", l.reason)
	}))
	w.same(rt, "connections", w.rows(rt, `SELECT member_id, peer_id, reason, invited_by FROM connections WHERE member_id IN `), w.wantTies())
	w.same(rt, "blocks", w.rows(rt, `SELECT member_id, peer_id, '', direction FROM blocks WHERE member_id IN `), w.wantBlocks())
	w.same(rt, "follows", w.rows(rt, `SELECT member_id, peer_id, '', direction FROM follows WHERE member_id IN `), w.wantFollows())
	w.distances(rt)
}

// finish ends a walk: every transition is on record, and index, rows and mirrors
// are one.
func (w *walk) finish(rt *rapid.T) {
	if _, err := w.house.invites.ExpireDue(ctx); err != nil {
		rt.Fatal(err)
	}
	w.check(rt)
	w.same(rt, "the record", w.events(rt), w.wantLetters(func(l *letter) string { return record(l.acts) }))
	d, err := w.house.network.Compare(ctx)
	if err != nil || d.Mismatches > 0 {
		rt.Fatalf("index and rows: %+v, %v", d, err)
	}
}

func (w *walk) same(rt *rapid.T, what string, got, want []string) {
	rt.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return
	}
	for _, s := range got {
		if !slices.Contains(want, s) {
			rt.Errorf("%s: there is %s", what, w.readable(s))
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			rt.Errorf("%s: there should be %s", what, w.readable(s))
		}
	}
	rt.FailNow()
}

// readable puts the members' numbers in place of their ids.
func (w *walk) readable(s string) string {
	for i, id := range w.ids {
		s = strings.ReplaceAll(s, fmt.Sprint(id), fmt.Sprint("member ", i))
	}
	return s
}

func (w *walk) wantLetters(f func(*letter) string) []string {
	out := make([]string, len(w.letters))
	for i, l := range w.letters {
		out[i] = fmt.Sprint(l.id, ": ", f(l))
	}
	return out
}

// read runs a statement over the rows of the walk's members.
func (w *walk) read(rt *rapid.T, query, rest string, scan func(*sql.Rows) (string, error)) []string {
	rt.Helper()
	list, args := db.In(1, w.ids[:])
	rows, err := w.house.db.Query(ctx, query+list+rest, args...)
	out, err := db.All(rows, err, scan)
	if err != nil {
		rt.Fatal(err)
	}
	return out
}

// over is a stored state as it counts now: what nobody has swept yet is over
// nonetheless.
func (w *walk) over(s invite.State, sent int64) invite.State {
	if s == invite.Pending && w.now.UnixMicro()-sent >= w.limits.Life.Microseconds() {
		return invite.Expired
	}
	return s
}

func (w *walk) truths(rt *rapid.T) []string {
	return w.read(rt, `SELECT id, member_id, sender_id, state, reason, sent_at FROM invitations WHERE member_id IN `, ``, func(r *sql.Rows) (string, error) {
		var (
			id, to, from, sent int64
			s                  invite.State
			reason             string
		)
		err := r.Scan(&id, &to, &from, &s, &reason, &sent)
		return fmt.Sprint(id, ": ", to, " from ", from, " ", w.over(s, sent), " for ", reason), err
	})
}

func (w *walk) mirrors(rt *rapid.T) []string {
	return w.read(rt, `SELECT id, member_id, receiver_id, state, reason, sent_at FROM sent_invitations WHERE member_id IN `, ``, func(r *sql.Rows) (string, error) {
		var (
			id, from, to, sent int64
			s                  invite.State
			reason             string
		)
		err := r.Scan(&id, &from, &to, &s, &reason, &sent)
		return fmt.Sprint(id, ": ", from, " to ", to, " ", w.over(s, sent), " for ", reason), err
	})
}

// rows reads what is kept between two members: who, whom, a word and a number.
func (w *walk) rows(rt *rapid.T, query string) []string {
	return w.read(rt, query, ``, func(r *sql.Rows) (string, error) {
		var (
			who, whom, n int64
			word         string
		)
		err := r.Scan(&who, &whom, &word, &n)
		return fmt.Sprint(who, " and ", whom, " ", word, " ", n), err
	})
}

func (w *walk) wantTies() (out []string) {
	for p, t := range w.ties {
		for _, side := range [][2]int{{p[0], p[1]}, {p[1], p[0]}} {
			out = append(out, fmt.Sprint(w.ids[side[0]], " and ", w.ids[side[1]], " ", t.reason, " ", w.ids[t.by]))
		}
	}
	return out
}

// wantFollows is both ways for every tie, each kept under both members.
func (w *walk) wantFollows() (out []string) {
	for p := range w.ties {
		for _, side := range [][2]int{{p[0], p[1]}, {p[1], p[0]}} {
			for _, direction := range []int{1, 2} {
				out = append(out, fmt.Sprint(w.ids[side[0]], " and ", w.ids[side[1]], "  ", direction))
			}
		}
	}
	return out
}

func (w *walk) wantBlocks() (out []string) {
	for p := range w.blocks {
		out = append(out, fmt.Sprint(w.ids[p[0]], " and ", w.ids[p[1]], "  1"), fmt.Sprint(w.ids[p[1]], " and ", w.ids[p[0]], "  2"))
	}
	return out
}

// distances holds the index against a walk from each member.
func (w *walk) distances(rt *rapid.T) {
	view := w.house.network.Graph()
	for a := range people {
		for b, got := range view.Degrees(w.ids[a], w.ids[:]) {
			if want := w.distance(a, b); int(got) != want {
				rt.Fatalf("the index has %d and %d at distance %d; it is %d", a, b, got, want)
			}
		}
	}
}

// record is a list of acts in order; the end of the time to answer stands last,
// since the sweep that notes it comes late.
func record(acts []string) string {
	late := slices.Contains(acts, "expire")
	acts = slices.DeleteFunc(slices.Clone(acts), func(a string) bool { return a == "expire" })
	if late {
		acts = append(acts, "expire")
	}
	return strings.Join(acts, " ")
}

// events reads every transition on record.
func (w *walk) events(rt *rapid.T) []string {
	acts := map[int64][]string{}
	w.read(rt, `SELECT invitation_id, act FROM invitation_events WHERE member_id IN `, ` ORDER BY invitation_id, version`, func(r *sql.Rows) (string, error) {
		var (
			id  int64
			act string
		)
		err := r.Scan(&id, &act)
		acts[id] = append(acts[id], act)
		return "", err
	})
	var out []string
	for id, list := range acts {
		out = append(out, fmt.Sprint(id, ": ", record(list)))
	}
	return out
}

// look lets one member read all their pages, swept as they are every hour.
func (w *walk) look(rt *rapid.T) {
	who, whom := two(rt)
	w.sweep(rt)
	rt.Logf("%d looks", who)
	w.inbox(rt, who)
	w.lists(rt, who)
	w.standing(rt, who, whom)
}

// inbox holds what waits for a member, and by what it is judged, against the
// model.
func (w *walk) inbox(rt *rapid.T, who int) {
	var got []string
	var after page.Cursor
	for {
		in, err := w.house.invites.Received(ctx, w.viewer(who), invite.Filter{}, after)
		if err != nil {
			rt.Fatal(err)
		}
		for _, it := range in.Items {
			got = append(got, fmt.Sprint(it.ID, " at ", it.Degree, " mutual ", it.Mutual, " by ", w.judged(it)))
		}
		if after = in.Next; after.IsZero() {
			break
		}
	}
	var want []string
	for _, l := range w.letters {
		if l.to == who && l.truth == invite.Pending {
			mutual := w.mutual(l.from, l.to)
			if l.leftOut[invite.SharedConnections] {
				mutual = 0
			}
			want = append(want, fmt.Sprint(l.id, " at ", w.house.network.Graph().Degree(w.ids[who], w.ids[l.from]), " mutual ", mutual, " by ", w.shown(l)))
		}
	}
	w.same(rt, fmt.Sprint("the inbox of ", who), got, want)
	if n, err := w.house.invites.Waiting(ctx, w.viewer(who)); err != nil || n != len(want) {
		rt.Fatalf("%d wait for %d, %v; there are %d", n, who, err, len(want))
	}
}

// judged lists the sender's facts that an item was assessed by.
func (w *walk) judged(it invite.Item) []string {
	var out []string
	for _, f := range it.Pair.Sender.Facts {
		out = append(out, shownFact(f.ID, false, f.Released))
	}
	for _, s := range it.Pair.Sender.Seeks {
		out = append(out, shownFact(s.ID, true, false))
	}
	slices.Sort(out)
	return out
}

// lists holds the pages of what a member sent and answered against the model.
func (w *walk) lists(rt *rapid.T, who int) {
	v := w.viewer(who)
	for _, c := range []struct {
		what   string
		read   func(page.Cursor) (invite.Lines, error)
		listed func(*letter) bool
		state  func(*letter) invite.State
	}{
		{"sent and waiting", func(p page.Cursor) (invite.Lines, error) {
			return w.house.invites.Sent(ctx, v, false, invite.Newest, p)
		},
			func(l *letter) bool { return l.from == who && l.seen == invite.Pending }, func(l *letter) invite.State { return l.seen }},
		{"sent and ended", func(p page.Cursor) (invite.Lines, error) { return w.house.invites.Sent(ctx, v, true, invite.Newest, p) },
			func(l *letter) bool {
				return l.from == who && slices.Contains([]invite.State{invite.Accepted, invite.Withdrawn, invite.Expired}, l.seen)
			}, func(l *letter) invite.State { return l.seen }},
		{"answered", func(p page.Cursor) (invite.Lines, error) { return w.house.invites.Answered(ctx, v, p) },
			func(l *letter) bool {
				return l.to == who && !slices.Contains([]invite.State{invite.Pending, invite.Withdrawn, invite.Blocked}, l.truth)
			}, func(l *letter) invite.State { return l.truth }},
	} {
		var want []string
		for _, l := range w.letters {
			if c.listed(l) && !w.apart(l.from, l.to) {
				want = append(want, fmt.Sprint(l.id, " ", c.state(l)))
			}
		}
		w.same(rt, fmt.Sprint("what ", who, " has ", c.what), w.lines(rt, c.read), want)
	}
}

func (w *walk) lines(rt *rapid.T, read func(page.Cursor) (invite.Lines, error)) (out []string) {
	var after page.Cursor
	for {
		ls, err := read(after)
		if err != nil {
			rt.Fatal(err)
		}
		for _, l := range ls.Items {
			out = append(out, fmt.Sprint(l.ID, " ", l.State))
		}
		if after = ls.Next; after.IsZero() {
			return out
		}
	}
}

// standing holds what the button on a profile says, and the quota, against the
// model.
func (w *walk) standing(rt *rapid.T, who, whom int) {
	q, err := w.house.invites.Quota(ctx, w.viewer(who))
	if want := w.allowed(who); err != nil || q.Limit != want || q.Left != max(0, want-w.used(who)) || q.Pending != w.unanswered(who) {
		rt.Fatalf("the quota of %d is %+v, %v; it should be %d a week with %d used and %d open", who, q, err, want, w.used(who), w.unanswered(who))
	}
	if w.apart(who, whom) {
		return
	}
	b, err := w.house.invites.Between(ctx, w.viewer(who), w.ids[whom])
	if want := w.relation(who, whom); err != nil || b.Relation != want {
		rt.Fatalf("%d stands to %d as %d, %v; it should be %d", who, whom, b.Relation, err, want)
	}
	lens, err := w.house.guard.For(ctx, w.viewer(who))
	if err != nil {
		rt.Fatal(err)
	}
	sc := w.scope(whom, access.Experience)
	if got, want := lens.See(w.ids[whom], sc), w.seesSection(who, whom, sc); got != want {
		rt.Fatalf("%d sees what %d shows to %s: %v, it should be %v", who, whom, sc.Audience, got, want)
	}
}

// seesSection is sees for what is not findable.
func (w *walk) seesSection(viewer, owner int, sc access.Scope) bool {
	most := map[access.Audience]int{access.Members: 4, access.Third: 3, access.Second: 2, access.Connections: 1}
	reach, ok := most[sc.Audience]
	return viewer == owner || ok && w.distance(viewer, owner) <= reach
}

func (w *walk) relation(who, whom int) invite.Relation {
	their := func(l *letter) bool { return l.from == whom && l.to == who && l.truth == invite.Pending }
	switch {
	case who == whom:
		return invite.Oneself
	case w.tied(who, whom):
		return invite.Connected
	case w.waiting(who, whom) != nil:
		return invite.Asked
	case slices.ContainsFunc(w.letters, their):
		return invite.AskedBy
	case w.now.Before(w.cooling[[2]int{who, whom}]):
		return invite.Cooling
	}
	return invite.Apart
}
