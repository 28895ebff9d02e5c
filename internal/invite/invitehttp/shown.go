package invitehttp

import (
	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// shownGroup is what was released of one kind, as its reader has it: "Skills: Knots,
// Rigging". An entry with its years stands alone.
type shownGroup struct {
	Lead  string
	Names []string
}

// manyWords are kindWords of several.
var manyWords = map[why.FactKind]string{why.Group: "Groups", why.Skill: "Skills", why.Field: "Fields", why.Place: "Places", why.Language: "Languages"}

// shownGroups puts facts of one kind that follow each other together.
func shownGroups(facts []invite.Own) (groups []shownGroup) {
	like := func(a, b invite.Own) bool {
		switch {
		case a.Offer != 0 || b.Offer != 0:
			return a.Offer != 0 && b.Offer != 0
		case a.Relation == trait.Seeks || b.Relation == trait.Seeks:
			return a.Relation == b.Relation
		}
		return a.Kind == b.Kind && kindWords[a.Kind] != ""
	}
	for i := 0; i < len(facts); {
		n := i + 1
		for n < len(facts) && like(facts[i], facts[n]) {
			n++
		}
		groups = append(groups, shownOf(facts[i:n]))
		i = n
	}
	return groups
}

// shownOf is one group of facts that are alike.
func shownOf(facts []invite.Own) shownGroup {
	first := facts[0]
	switch {
	case first.Offer != 0:
		return shownGroup{"Is", named(facts)}
	case first.Relation == trait.Seeks:
		return shownGroup{"Looks for:", named(facts)}
	case kindWords[first.Kind] == "":
		return shownGroup{"", []string{entryText(first)}}
	case len(facts) == 1:
		return shownGroup{kindWords[first.Kind] + ":", named(facts)}
	}
	return shownGroup{manyWords[first.Kind] + ":", named(facts)}
}

func named(facts []invite.Own) []string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = f.Name
	}
	return out
}
