package invitehttp

import (
	"reflect"
	"testing"

	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

func TestShownGroups(t *testing.T) {
	skill := func(name string) invite.Own {
		return invite.Own{Kind: why.Skill, Relation: trait.Has, Name: name}
	}
	sought := func(k why.FactKind, name string) invite.Own {
		return invite.Own{Kind: k, Relation: trait.Seeks, Name: name}
	}
	job := invite.Own{Kind: why.Company, Relation: trait.Has, Name: "Nordlys Energi", Role: "grid analyst", From: why.MonthOf(2016, 4), To: why.MonthOf(2021, 2)}
	facts := []invite.Own{job, job, skill("Knots"), skill("Tar"), {Kind: why.Field, Relation: trait.Has, Name: "Rigging"}, sought(why.Skill, "R"), sought(why.Company, "Plover Maps"),
		{Offer: why.Hiring, Name: "hiring"}, {Offer: why.Mentoring, Name: "open to mentoring"}}
	want := []shownGroup{
		{"", []string{"grid analyst, Nordlys Energi, 2016 – 2021"}}, {"", []string{"grid analyst, Nordlys Energi, 2016 – 2021"}},
		{"Skills:", []string{"Knots", "Tar"}}, {"Field:", []string{"Rigging"}}, {"Looks for:", []string{"R", "Plover Maps"}}, {"Is", []string{"hiring", "open to mentoring"}},
	}
	if got := shownGroups(facts); !reflect.DeepEqual(got, want) {
		t.Errorf("it reads %q", got)
	}
}
