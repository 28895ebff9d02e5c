package visit_test

import (
	"fmt"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/member"
	"guildhall/internal/visit"
)

// viewers makes n members who look in full.
func (h *hall) viewers(prefix string, n int) (names []string) {
	h.t.Helper()
	for i := range n {
		name := fmt.Sprintf("%s %c", prefix, 'A'+i)
		h.join(name)
		h.mode(visit.Full, name)
		names = append(names, name)
	}
	return names
}

// week lets the next Monday come and reckons.
func (h *hall) week() {
	h.t.Helper()
	h.pass(7 * day)
	h.must(h.visits.Reckon(ctx))
}

func TestAlsoViewedNeedsSixSettledViewersAndAMonday(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Reader", "Olive", "Peer", "Other")
		vs := h.viewers("Viewer", 7)
		for _, v := range vs[:5] {
			h.looks("Olive", v)
			h.looks("Peer", v)
		}
		h.week()
		same(t, "five viewers", h.also("Reader", "Olive"), nil)
		h.looks("Olive", vs[5])
		h.looks("Peer", vs[5])
		h.must(h.visits.Reckon(ctx))
		same(t, "a sixth, in a week that is reckoned", h.also("Reader", "Olive"), nil)
		h.must(h.visits.SetMode(ctx, h.as(vs[5]), visit.Private)) // takes the views back
		h.mode(visit.Full, vs[5])
		h.pass(7 * day)
		h.looks("Olive", vs[5])
		h.looks("Peer", vs[5])
		h.must(h.visits.Reckon(ctx))
		same(t, "a sixth, in a week that is reckoned late", h.also("Reader", "Olive"), nil)
		h.week()
		same(t, "on the next Monday", h.also("Reader", "Olive"), []string{"Peer"})
		same(t, "and the other way round", h.also("Reader", "Peer"), []string{"Olive"})
		same(t, "to the peer", h.also("Peer", "Olive"), nil)
		h.connect("Reader", "Peer")
		same(t, "to a connection", h.also("Reader", "Olive"), nil)
		same(t, "to another", h.also("Other", "Olive"), []string{"Peer"})
		h.block("Peer", "Other")
		same(t, "to who is blocked", h.also("Other", "Olive"), nil)
	})
}

func TestPrivateNewAndGoneViewersDontCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Reader", "Olive", "Peer", "Priya")
		vs := h.viewers("Viewer", 5)
		h.joined("Newcomer", h.now)
		h.mode(visit.Full, "Newcomer")
		for _, v := range append(vs, "Newcomer", "Priya") {
			h.looks("Olive", v)
			h.looks("Peer", v)
		}
		h.week()
		same(t, "five, a newcomer and a private one", h.also("Reader", "Olive"), nil)
		h.mode(visit.Semi, vs[0])
		for range 4 {
			h.week()
		}
		same(t, "when the newcomer has settled", h.also("Reader", "Olive"), []string{"Peer"})
		h.status(vs[1], member.Hibernated)
		h.week()
		h.week()
		same(t, "after one left", h.also("Reader", "Olive"), nil)
		h.status(vs[1], member.Active)
		h.week()
		same(t, "and came back", h.also("Reader", "Olive"), []string{"Peer"})
		h.mode(visit.Private, vs[2])
		h.week()
		h.week()
		same(t, "after one went private", h.also("Reader", "Olive"), nil)
	})
}

// A list does not move with who reads, nor with the reader's own view.
func TestAlsoIsReckonedOnceAWeek(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Reader", "Olive")
		vs := h.viewers("Viewer", 12)
		peers := h.viewers("Peer", 7)
		for i, p := range peers {
			for _, v := range vs[:6+i] {
				h.looks(p, v)
				h.looks("Olive", v)
			}
		}
		h.week()
		want := h.also("Reader", "Olive")
		if len(want) != 5 || want[0] != "Peer G" { // 12 viewers: twice as many as the least of the others
			t.Errorf("listed %q", want)
		}
		counted, n := db.CountQueries(ctx)
		h.must(h.visits.Reckon(counted))
		if n.N() > 2 {
			t.Errorf("a week that is done takes %d statements", n.N())
		}
		h.mode(visit.Private, vs...)
		same(t, "within the week", h.also("Reader", "Olive"), want)
		h.pass(14 * day)
		same(t, "two weeks later, unreckoned", h.also("Reader", "Olive"), nil)
	})
}

func TestReckoningTakesManyMembersInItsStride(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a table")
	}
	h := newHall(t, dbtest.SQLite(t))
	const owners, each = 250, 8
	h.join("Reader")
	vs := h.viewers("Viewer", each)
	var views []visit.View
	for i := range owners {
		h.join(fmt.Sprintf("Owner %c%c", 'a'+i/20, 'a'+i%20))
	}
	for i := range owners {
		for _, v := range vs {
			views = append(views, visit.View{Viewer: h.id(v), Owner: h.id(fmt.Sprintf("Owner %c%c", 'a'+i/20, 'a'+i%20)), At: h.db.Now()})
		}
	}
	h.must(h.visits.Record(ctx, views))
	start := time.Now()
	h.week()
	t.Logf("%d members in %s", owners, time.Since(start).Round(time.Millisecond))
	if n := h.count(`SELECT count(*) FROM (SELECT DISTINCT member_id FROM also_viewed) AS m`); n != owners {
		t.Errorf("%d members have a list, want %d", n, owners)
	}
}
