package ui

import (
	"strings"

	"guildhall/internal/graph"
	"guildhall/internal/member"
)

// CardOf turns a member's card into a person of a list, at a distance.
func CardOf(c member.Card, d Distance) Person {
	return Person{
		Name: c.Name, Lang: c.Lang, Href: "/in/" + c.Handle, Pronouns: c.Pronouns, Headline: c.Headline,
		Picture: PictureOf(c, false), Tint: TintOf(c.ID), Distance: d,
	}
}

// PictureOf returns the address of a member's picture, 96 pixels square or 400
// when large; empty when there is none. It names the member, since who may see the
// picture is asked of them at every request.
func PictureOf(c member.Card, large bool) string {
	switch path := "/pictures/" + c.Handle + "/" + c.Picture; {
	case c.Picture == "":
		return ""
	case large:
		return path + "?size=large"
	default:
		return path
	}
}

// At turns a degree of the graph into what the pages say; mate tells whether
// somebody further than three steps is in a group of the viewer's.
func At(d graph.Degree, mate bool) Distance {
	if d == graph.Far && mate {
		return GroupMate
	}
	return DistanceOf(int(d))
}

// FirstName returns the word of a name that a greeting uses: the first one, and
// the whole name where it is written without spaces.
func FirstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
