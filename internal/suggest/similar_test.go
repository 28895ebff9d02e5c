package suggest

import (
	"fmt"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/trait"
)

func guild(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("Viewer", "Owner", "Twin", "Half", "Same title", "Common", "Else")
	for _, who := range []string{"Owner", "Twin"} {
		for _, craft := range []string{"Outage modelling", "Reliability", "R"} {
			h.give(who, trait.Skill, craft)
		}
		h.give(who, trait.Field, "Power")
	}
	h.give("Half", trait.Skill, "Reliability")
	h.give("Half", trait.Skill, "R")
	title := func(t *trait.Trait) { t.Role = "Grid analyst" }
	h.give("Owner", trait.Company, "Nordlys", title)
	h.give("Same title", trait.Company, "Ostrava Grid", title)
	h.give("Same title", trait.Skill, "R")
	for i := range 12 {
		who := fmt.Sprint("Many ", i)
		h.join(who)
		h.give(who, trait.Skill, "R")
	}
	h.give("Common", trait.Skill, "R")
	h.give("Else", trait.Skill, "Baking")
	return h
}

func alikeNames(as []Alike) (out []string) {
	for _, a := range as {
		out = append(out, a.Card.Name)
	}
	return out
}

func TestSimilar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := guild(t, d)
		counted, n := db.CountQueries(ctx)
		got, err := h.s.Similar(counted, h.as("Viewer"), h.ids["Owner"], 5)
		h.must(err)
		if names := alikeNames(got); !slices.Equal(names, []string{"Twin", "Same title", "Half"}) {
			t.Errorf("like Owner are %v", names)
		}
		if len(got) > 1 && (got[0].Fact != "Outage modelling, Reliability and 2 more" || got[1].Fact != "Grid analyst and R") {
			t.Errorf("the facts are %q and %q", got[0].Fact, got[1].Fact)
		}
		if n.N() > 12 {
			t.Errorf("%d statements", n.N())
		}
		if one, err := h.s.Similar(ctx, h.as("Viewer"), h.ids["Owner"], 1); err != nil || len(one) != 1 {
			t.Errorf("one of them: %v, %v", one, err)
		}
		h.block("Twin", "Viewer")
		got, err = h.s.Similar(ctx, h.as("Viewer"), h.ids["Owner"], 5)
		if err != nil || slices.Contains(alikeNames(got), "Twin") {
			t.Errorf("who is blocked is there: %v, %v", alikeNames(got), err)
		}
		h.block("Owner", "Viewer")
		if got, err = h.s.Similar(ctx, h.as("Viewer"), h.ids["Owner"], 5); err != nil || len(got) != 0 {
			t.Errorf("beside who is not there stand %v, %v", alikeNames(got), err)
		}
	})
}

// What either hides makes nobody alike, nor changes how.
func TestSimilarGoesByWhatIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := guild(t, d)
		look := func() string {
			got, err := h.s.Similar(ctx, h.as("Viewer"), h.ids["Owner"], 10)
			h.must(err)
			return fmt.Sprintf("%+v", got)
		}
		closed := access.Scope{Audience: access.Connections}
		h.scope("Else", closed, access.Skills, access.Field, access.Experience)
		before := look()
		for _, craft := range []string{"Outage modelling", "Reliability", "R"} {
			h.give("Else", trait.Skill, craft)
			h.give("Common", trait.Skill, craft+" ", func(t *trait.Trait) { t.Entity, t.Hidden = h.things[craft], true })
		}
		h.give("Owner", trait.Skill, "Baking", func(t *trait.Trait) { t.Hidden = true })
		if after := look(); after != before {
			t.Errorf("hidden facts show:\n%s\n%s", before, after)
		}
		h.scope("Else", access.Scope{Audience: access.Members}, access.Skills)
		if after := look(); after == before {
			t.Error("open facts do not show either: this proves nothing")
		}
		h.scope("Owner", closed, access.Skills, access.Field, access.Experience, access.Education, access.Groups)
		if got, err := h.s.Similar(ctx, h.as("Viewer"), h.ids["Owner"], 10); err != nil || len(got) != 0 {
			t.Errorf("like somebody who shows nothing are %v, %v", alikeNames(got), err)
		}
	})
}
