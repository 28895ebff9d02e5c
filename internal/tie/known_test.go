package tie_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/page"
	"guildhall/internal/tie"
)

// known lets one say how two know each other, and the other confirm it.
func (h *hall) known(a, b, sub string, confirm bool) {
	h.t.Helper()
	p, err := h.ties.Connection(ctx, h.as(a), handle(b))
	if err == nil {
		err = h.ties.Correct(ctx, h.as(a), handle(b), "relationship", sub, p.Tie.Version)
	}
	if err == nil && confirm {
		p, err = h.ties.Connection(ctx, h.as(b), handle(a))
		if err == nil {
			err = h.ties.Confirm(ctx, h.as(b), handle(a), p.Tie.Version)
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func handle(name string) string {
	return map[string]string{"Ada": "ada", "Zoe": "zoe", "Bart": "bart", "Cleo": "cleo", "Dina": "dina", "Esra": "esra", "Far": "far"}[name]
}

// middle is Ada and Zoe with four between them, of whom Bart has most connections in
// common with Ada and Esra fewest; and Far behind Zoe.
func middle(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	for _, name := range []string{"Ada", "Zoe", "Bart", "Cleo", "Dina", "Esra", "Far"} {
		h.join(name)
		time.Sleep(2 * time.Millisecond) // equals come by id, which is drawn within a millisecond
	}
	for _, m := range []string{"Bart", "Cleo", "Dina", "Esra"} {
		h.connect([2]string{"Ada", m}, [2]string{m, "Zoe"})
	}
	h.connect([2]string{"Bart", "Cleo"}, [2]string{"Bart", "Dina"}, [2]string{"Zoe", "Far"})
	h.write(func(tx *db.Tx) error { // so that her tie with Far may be known
		return h.open.SetSection(ctx, tx, h.ids["Zoe"], access.ConnectionL, access.Scope{Audience: access.Members})
	})
	for m, id := range h.ids { // all say the same at first, which is nothing
		for o := range h.ids {
			if p, err := h.ties.Connection(ctx, access.Member(id), handle(o)); err == nil && p.Tie.Reason != "" {
				if err := h.ties.Correct(ctx, h.as(m), handle(o), "", "", p.Tie.Version); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return h
}

// all is what a viewer gets of mutual connections, ways and their own list.
func (h *hall) all(who string) string {
	h.t.Helper()
	out := ""
	for _, other := range []string{"Ada", "Zoe", "Bart", "Cleo", "Dina", "Esra", "Far"} {
		b, err := h.ties.Between(ctx, h.as(who), handle(other))
		if err != nil {
			h.t.Fatal(err)
		}
		out += fmt.Sprintf("%s: %+v\n", other, b)
	}
	mine, err := h.ties.Mine(ctx, h.as(who), page.Cursor{})
	found, err2 := h.ties.Search(ctx, h.as(who), "a", 0)
	if err != nil || err2 != nil {
		h.t.Fatal(err, err2)
	}
	return out + fmt.Sprintf("%+v\n%+v", mine, found)
}

func TestOnesOwnStrongTiesComeFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := middle(t, d)
		order := func(want ...string) {
			t.Helper()
			b, err := h.ties.Between(ctx, h.as("Ada"), "zoe")
			if err != nil {
				t.Fatal(err)
			}
			var through []string
			for _, p := range b.Paths {
				through = append(through, p[1].Card.Name)
			}
			if !slices.Equal(names(b.Mutuals), want) || !slices.Equal(through, want) {
				t.Errorf("mutual %v, ways through %v; want %v", names(b.Mutuals), through, want)
			}
			far, err := h.ties.Between(ctx, h.as("Ada"), "far")
			if err != nil || len(far.Paths) != len(want) || far.Paths[0][1].Card.Name != want[0] {
				t.Errorf("ways further on %v, %v; want the first through %s", far.Paths, err, want[0])
			}
		}
		order("Bart", "Cleo", "Dina", "Esra")
		h.known("Ada", "Esra", "met", false)
		order("Esra", "Bart", "Cleo", "Dina")
		h.known("Ada", "Dina", "worked", false)
		order("Dina", "Esra", "Bart", "Cleo")
		h.known("Esra", "Ada", "studied", true)
		order("Esra", "Dina", "Bart", "Cleo")
	})
}

// What two say of their tie is theirs: to everybody else all stays as it is.
func TestWhatTwoSayOfTheirTieShowsToNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := middle(t, d)
		for _, pair := range [][2]string{{"Dina", "Zoe"}, {"Esra", "Zoe"}, {"Bart", "Cleo"}, {"Zoe", "Far"}, {"Ada", "Esra"}} {
			var rest []string
			for who := range h.ids {
				if who != pair[0] && who != pair[1] {
					rest = append(rest, who)
				}
			}
			before := map[string]string{}
			for _, who := range append(rest, pair[0]) {
				before[who] = h.all(who)
			}
			h.known(pair[0], pair[1], "worked", true)
			for _, who := range rest {
				if after := h.all(who); after != before[who] {
					t.Errorf("%s meets what %v say:\n%s\n%s", who, pair, before[who], after)
				}
			}
			if h.all(pair[0]) == before[pair[0]] {
				t.Errorf("%v themselves see no difference: this proves nothing", pair)
			}
		}
	})
}

func TestOnlyConnectionsSayHowTheyKnowEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := middle(t, d)
		h.block("Bart", "Ada")
		for _, other := range []string{"zoe", "bart", "ada", "nobody-here"} {
			_, err := h.ties.Connection(ctx, h.as("Ada"), other)
			for what, err := range map[string]error{"looking": err, "saying": h.ties.Correct(ctx, h.as("Ada"), other, "shared", "", 1),
				"confirming": h.ties.Confirm(ctx, h.as("Ada"), other, 1)} {
				if !fault.Is(err, fault.Missing) {
					t.Errorf("%s of %s: %v", what, other, err)
				}
			}
		}
	})
}

// Of hidden mutual connections none weighs by the viewer's tie with it.
func TestSuggestionsWeighByOpenTiesAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := middle(t, d)
		h.known("Ada", "Esra", "worked", true)
		h.known("Ada", "Dina", "worked", false)
		h.known("Ada", "Cleo", "worked", true)
		h.write(func(tx *db.Tx) error {
			return h.open.SetSection(ctx, tx, h.ids["Cleo"], access.ConnectionL, access.Scope{Audience: access.OnlyMe})
		})
		lens, err := access.NewGuard(relations{h.network, h.open}).For(ctx, h.as("Ada"))
		if err != nil {
			t.Fatal(err)
		}
		weigh, err := h.network.OwnTies(ctx, lens, h.open)
		if err != nil {
			t.Fatal(err)
		}
		one := weigh(h.ids["Bart"])
		for name, want := range map[string]uint64{"Esra": 2 * one, "Dina": one + one/2, "Cleo": one, "Zoe": one} {
			if got := weigh(h.ids[name]); got != want {
				t.Errorf("%s weighs %d, want %d", name, got, want)
			}
		}
	})
}

// What the instance added to the seven can be said of a tie while it is offered, and
// keeps its words when it no longer is.
func TestTheInstancesOwnReasonOnATie(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := middle(t, d)
		own := []tie.OwnReason{{Code: "own.choir", Label: "Same choir"}, {Code: "own.band", Label: "Same band", Retired: true}}
		h.ties.SetOwnReasons(func(context.Context) ([]tie.OwnReason, error) { return own, nil })
		say := func(reason, sub string) error {
			p, err := h.ties.Connection(ctx, h.as("Ada"), "bart")
			if err != nil {
				t.Fatal(err)
			}
			return h.ties.Correct(ctx, h.as("Ada"), "bart", reason, sub, p.Tie.Version)
		}
		for _, refused := range [][2]string{{"own.band", ""}, {"own.nobody", ""}, {"own.choir", "worked"}} {
			if err := say(refused[0], refused[1]); !fault.Is(err, fault.Invalid) {
				t.Errorf("%v: %v", refused, err)
			}
		}
		if err := say("own.choir", ""); err != nil {
			t.Fatal(err)
		}
		own[0].Retired = true
		p, err := h.ties.Connection(ctx, h.as("Bart"), "ada")
		if err != nil || p.Tie.Reason != "own.choir" || p.Own != "Same choir" {
			t.Errorf("%+v %v", p, err)
		}
		if b, err := h.ties.Between(ctx, h.as("Bart"), "ada"); err != nil || b.Person.Own != "Same choir" {
			t.Errorf("between the two it reads %q %v", b.Person.Own, err)
		}
		if err := h.ties.Confirm(ctx, h.as("Bart"), "ada", p.Tie.Version); err != nil {
			t.Errorf("confirming what is no longer offered: %v", err)
		}
		if offered, err := h.ties.OwnReasons(ctx); err != nil || len(offered) > 0 {
			t.Errorf("offered %v %v", offered, err)
		}
	})
}
