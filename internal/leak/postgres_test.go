package leak

import (
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
)

// The other database keeps the same secrets: a smaller set of the same looks.

func TestPostgresKeepsTheSameSecrets(t *testing.T) {
	var n tally
	h := start(t, dbtest.PostgresURL(t))
	household(h)
	letters := meet(h)
	for _, s := range []secret{unlisted(), asleep(), silent()} {
		s.setup(h)
		h.compare(&n, s.name, s.steps, s.pages(h), s.may, s.on)
	}
	opened(h, access.Connections, false)
	steps := slices.DeleteFunc(allSteps(), func(s step) bool { return s.fine })
	h.compare(&n, "connections", steps, brief(h.near(letters...), sees[access.Connections]), sees[access.Connections], "/in/"+olive)
	t.Log(n)
}

func TestPostgresShowsWhatItMay(t *testing.T) {
	a := kept(start(t, dbtest.PostgresURL(t)))
	n := 0
	for _, o := range owners {
		for _, who := range []string{guest, "first", "second", "far", "mate", sharer, "foe", o.nick} {
			found := caught(a.ask(who, get("/in/"+o.nick)).body)
			for _, f := range fields {
				if n++; found[[2]string{o.letter, f.name}] != a.onPage(who, o, f) {
					t.Errorf("%s and the %s of %s: found is %v", who, f.name, o.nick, !a.onPage(who, o, f))
				}
			}
		}
	}
	t.Logf("%d words looked for", n)
	s := sweeper{a}
	before := a.dump()
	for _, p := range patterns(a.house) {
		if own[p] == nil {
			for _, target := range s.targets(p) {
				a.ask("foe", post(filled(p, target), s.typed(p, "foe")))
			}
		}
	}
	for _, row := range moved(before, a.dump()) {
		t.Errorf("somebody who is blocked changes %s", row)
	}
}
