package suggesthttp

import (
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/member"
	"guildhall/internal/suggest"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// personView is one proposal as the card draws it.
type personView struct {
	Card    ui.Person
	Handle  string
	Mutual  int
	Capped  bool
	Faces   []ui.Person
	Chip    *ui.Chip // the one reason that matters; nil: nothing is found
	Pieces  []string // what it rests on, in sentences
	Band    ui.Confidence
	Names   []ui.Person // of connections in common, where the reason is they
	More    int         // of them, not named here
	Besides string      // what else the record carries, in a line
	Plain   string      // instead of a reason
	Invite  string
	Menu    []ui.Item
}

func person(s suggest.Suggestion) personView {
	v := personView{Card: ui.CardOf(s.Card, ui.At(s.Degree, false)), Handle: s.Card.Handle, Mutual: s.Mutual, Capped: s.Capped,
		Faces: cards(s.Mutuals), Plain: s.Otherwise(), Invite: "/invite/" + s.Card.Handle}
	if found, ok := s.Reason(); ok {
		v.Invite += "?reason=" + string(found.Reason)
		v.Plain = ""
		title, fact := why.Chip(found)
		v.Chip = &ui.Chip{Reason: ui.Code(found.Reason), Title: title, Fact: fact, Group: "why"}
		v.Band = ui.Confidence(found.Band)
		for _, e := range found.Items {
			v.Pieces = append(v.Pieces, why.Sentence(e, why.Sender, s.Card.Short()))
			if e.Kind == why.MutualKnown {
				v.Names, v.More = v.Faces, e.Count-len(v.Faces)
			}
		}
		if len(s.Found) > 1 {
			v.Besides = besides(s.Found[1:])
		}
	}
	v.Menu = menu(s)
	return v
}

// besides names the other reasons, two of them.
func besides(found []why.Found) string {
	said := "Also: " + suggest.Line(found[0])
	if len(found) > 1 {
		said += "; " + suggest.Line(found[1])
	}
	return said + "."
}

func menu(s suggest.Suggestion) []ui.Item {
	post := peoplePath + "/" + s.Card.Handle + "/dismiss"
	item := func(icon, label string, fields map[string]string) ui.Item {
		return ui.Item{Icon: icon, Label: label, Post: post, Fields: fields,
			Attrs: ui.Attrs{"hx-post": post, "hx-target": "closest .person", "hx-swap": "outerHTML"}}
	}
	icons := map[suggest.Reason]string{suggest.NotNow: "clock", suggest.Stranger: "user-x", suggest.Known: "link-2-off", suggest.Irrelevant: "x"}
	var out []ui.Item
	for _, r := range suggest.Reasons {
		out = append(out, item(icons[r], r.Label(), map[string]string{"reason": r.String()}))
	}
	if s.Circle.ID != 0 {
		it := item("filter", "Fewer people from "+s.Circle.Name, map[string]string{"reason": suggest.ByCircle.String(), "circle": id.String(s.Circle.ID)})
		it.Rule = true
		out = append(out, it)
	}
	return out
}

func cards(cs []member.Card) []ui.Person {
	out := make([]ui.Person, len(cs))
	for i, c := range cs {
		out[i] = ui.CardOf(c, ui.At(graph.First, false))
	}
	return out
}

// why of a dismissal, with when it ends.
func ended(d suggest.Dismissal) string {
	if d.Until.IsZero() {
		return d.Reason.Label()
	}
	return d.Reason.Label() + ", until " + d.Until.Format("2 January 2006")
}
