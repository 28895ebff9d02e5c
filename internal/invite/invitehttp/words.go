package invitehttp

import (
	"slices"
	"time"

	"guildhall/internal/graph"
	"guildhall/internal/invite"
	"guildhall/internal/web/ui"
)

// timeOf is the page's one moment.
type timeOf = time.Time

func (v inboxView) reason(code string) bool    { return slices.Contains(v.Filter.Reasons, code) }
func (v inboxView) degree(d graph.Degree) bool { return slices.Contains(v.Filter.Degrees, d) }

func degreeLabel(d graph.Degree) string {
	if d == graph.Far {
		return "Outside your network"
	}
	return d.String()
}

// known is a count as it stands beside a choice; nothing where it is not known.
func known(n int) string {
	if n < 0 {
		return ""
	}
	return ui.Count(n)
}

func orderWords(o invite.Order) string {
	switch o {
	case invite.Oldest:
		return "oldest first"
	case invite.BestFit:
		return "best fit first"
	case invite.MostMutual:
		return "most mutual connections first"
	}
	return "newest first"
}

// pickable is the head with its checkbox, while the invitation waits.
func (v *itemView) pickable() ui.InvitationHead {
	h := v.Head
	if v.Pending {
		h.PickForm = "answers"
	}
	return h
}

func (v *itemView) tab() string {
	if v.Pending {
		return "received"
	}
	return "answered"
}

// menu is what needs no place in view; "I don't know this person" is there unless
// it stands beside the answers already.
func (v *itemView) menu() []ui.Item {
	var items []ui.Item
	if !v.Doubt {
		to := "/invitations/" + v.Head.ID + "/unknown"
		items = append(items, ui.Item{Icon: "user-x", Label: "I don’t know this person", Post: to, Attrs: swapping(v.Head.ID, "hx-post", to)})
	}
	return append(items,
		ui.Item{Icon: "flag", Label: "Report as spam", Href: "/invitations/" + v.Head.ID + "/spam"},
		ui.Item{Icon: "ban", Label: "Block", Href: "/invitations/" + v.Head.ID + "/block", Rule: true},
	)
}

// swapping makes an element of an invitation replace that invitation.
func swapping(id, how, to string) ui.Attrs {
	return ui.Attrs{how: to, "hx-target": "#invitation-" + id, "hx-swap": "outerHTML"}
}

func swap(id, how, to string, b ui.Btn) ui.Btn {
	b.Attrs = swapping(id, how, to)
	return b
}

// press is a button that answers: with script in place, without by the page's form.
func press(id, act string, b ui.Btn) ui.Btn {
	to := "/invitations/" + id + "/" + act
	b = swap(id, "hx-post", to, b)
	b.Form, b.Action = "answers", to
	return b
}

func replyAttrs(id string, live bool) ui.Attrs {
	if !live {
		return nil
	}
	return swapping(id, "hx-post", "/invitations/"+id+"/reply")
}

func sentTitle(ended bool) string {
	if ended {
		return "Sent and ended, newest first"
	}
	return "Sent and waiting, newest first"
}

func (l lineView) saysTag() string {
	if l.Mine {
		return "You said"
	}
	return "Says"
}

func (l lineView) stateTag() string {
	if l.Mine {
		return "Now"
	}
	return "Your answer"
}

// quotaNote explains a quota: why it is not the usual one, when it fills again,
// and what waits.
func quotaNote(q invite.Quota) string {
	note := ""
	if q.Why != "" {
		note = q.Why + " "
	}
	if !q.Full.IsZero() {
		note += "Full again on " + q.Full.Format("Monday, 2 January") + ". "
	}
	return note + ui.Count(q.Pending) + " of at most " + ui.Count(q.MaxPending) + " are waiting for an answer."
}

func whoHint(w invite.Who) string {
	switch w {
	case invite.Everybody:
		return "Anybody who is a member here, and whom you have not blocked"
	case invite.WithinThird:
		return "Connections of your connections, and theirs"
	case invite.WithinSecond:
		return "Only those who know somebody you know"
	case invite.WithReason:
		return "A blank invitation is not taken; a note is not needed"
	}
	return "The sender types it in; it is compared and not shown"
}

func whoIcon(w invite.Who) string {
	switch w {
	case invite.Everybody:
		return "building-2"
	case invite.WithinThird:
		return "waypoints"
	case invite.WithinSecond:
		return "users-round"
	case invite.WithReason:
		return "message-square"
	}
	return "mail"
}
