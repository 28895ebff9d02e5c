package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/page"
	"guildhall/internal/visit"
)

// glance is that one member opened another's page.
type glance struct {
	who, whom int
	at        time.Time
}

// chosen is how the cast look at others; most of the rest look in full.
var chosen = map[int]visit.Mode{
	noor: visit.Full, adaeze: visit.Full, mateus: visit.Full, tilda: visit.Semi, eirik: visit.Private, ursula: visit.Full,
}

// lookAround lets everybody look around: mostly at those whom the people they know
// know, more of late than long ago. It has chances of its own, so that nothing else
// of a community depends on it.
func (m *maker) lookAround(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0x9_1a9c_e5))
	friends := make([][]int, len(m.members))
	for _, t := range m.ties {
		friends[t.a], friends[t.b] = append(friends[t.a], t.b), append(friends[t.b], t.a)
	}
	for i := range m.members {
		m.members[i].looks = mode(rng, i)
		for range 12 + rng.IntN(26) {
			if whom := twoOn(rng, friends, i); whom != i {
				m.glance(rng, i, whom)
			}
		}
	}
	slices.SortStableFunc(m.plan.glances, func(a, b glance) int { return a.at.Compare(b.at) })
}

func mode(rng *rand.Rand, i int) visit.Mode {
	n := rng.IntN(20)
	switch c, ok := chosen[i]; {
	case ok:
		return c
	case n < 11:
		return visit.Full
	case n < 15:
		return visit.Semi
	}
	return visit.Private
}

// twoOn goes two ties on from i, or one where there is no second.
func twoOn(rng *rand.Rand, friends [][]int, i int) int {
	for range 2 {
		if n := len(friends[i]); n > 0 {
			i = friends[i][rng.IntN(n)]
		}
	}
	return i
}

// glance dates one look within the time that views are kept, when both were here.
func (m *maker) glance(rng *rand.Rand, who, whom int) {
	back := rng.Float64()
	at := m.now.Add(-time.Duration(back * (0.4 + 0.6*back) * float64(visit.Days-2) * 24 * float64(time.Hour)))
	for _, p := range []int{who, whom} {
		if at.Before(m.members[p].joined.Add(24 * time.Hour)) {
			return
		}
	}
	m.plan.glances = append(m.plan.glances, glance{who, whom, at})
}

// look writes how everybody looks, and at whom they looked; once, since a private
// look leaves nothing by which a second could be told from it.
func (w *seeder) look(ctx context.Context) error {
	for i, p := range w.members {
		if p.looks == visit.Private {
			continue // as everybody does who chose nothing
		}
		w.at(p.joined.Add(3 * time.Hour))
		if err := w.Visits.SetMode(ctx, access.Member(w.ids[i]), p.looks); err != nil {
			return err
		}
	}
	w.at(w.now)
	was, err := w.Visits.Viewers(ctx, access.Member(w.ids[adaeze]), page.Cursor{})
	if err != nil || was.Seen > 0 {
		return err
	}
	views := make([]visit.View, len(w.plan.glances))
	for i, g := range w.plan.glances {
		views[i] = visit.View{Viewer: w.ids[g.who], Owner: w.ids[g.whom], At: g.at}
	}
	if err := w.Visits.Record(ctx, views); err != nil {
		return err
	}
	return w.Visits.Reckon(ctx)
}
