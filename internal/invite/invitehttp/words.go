package invitehttp

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/network"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
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

// tallies are the counts beside the choices of the filter, by their ids; empty where
// they are not known.
func tallies(c invite.Counts, book invite.Book) map[string]string {
	out := map[string]string{countID("with", "note"): ui.Count(c.Note), countID("with", "shared"): known(c.Deep, c.Shared)}
	for _, code := range append([]string{invite.NoReason}, codes(book)...) {
		out[countID("reason", code)] = ui.Count(c.Reason[code])
	}
	for _, d := range degrees {
		out[countID("degree", strconv.Itoa(int(d)))] = ui.Count(c.Degree[d])
	}
	for _, n := range invite.MutualSteps {
		out[countID("mutual", strconv.Itoa(n))] = known(c.Deep, c.Mutual[n])
	}
	for _, b := range invite.FitSteps {
		out[countID("fit", b.String())] = known(c.Deep, c.Fit[b])
	}
	return out
}

// degrees are those that somebody who asks can have.
var degrees = []graph.Degree{graph.Second, graph.Third, graph.Far}

// codes are the seven reasons and those of the instance.
func codes(book invite.Book) (out []string) {
	for _, c := range ui.Codes {
		out = append(out, string(c))
	}
	for _, r := range book {
		out = append(out, r.Code)
	}
	return out
}

// offered reports whether a code can be filtered by.
func offered(book invite.Book, code string) bool {
	return code == invite.NoReason || slices.Contains(codes(book), code)
}

// owns are the instance's reasons for the filter: those that can be given, and those
// that something which waits was sent with.
func (v inboxView) owns() []invite.OwnReason {
	return slices.DeleteFunc(slices.Clone(v.In.Book), func(r invite.OwnReason) bool {
		return r.Retired && v.In.Counts.Reason[r.Code] == 0 && !v.reason(r.Code)
	})
}

func countID(field, value string) string {
	return "n-" + field + "-" + strings.ReplaceAll(value, ".", "-")
}

func known(deep bool, n int) string {
	if !deep {
		return ""
	}
	return ui.Count(n)
}

// box is one choice of the filter with its count.
func (v inboxView) box(field, value, label string, checked bool) ui.Box {
	id := countID(field, value)
	return ui.Box{Name: field, Value: value, Label: label, CountID: id, Count: v.Counted[id], Checked: checked}
}

// radio is box where one excludes the others.
func (v inboxView) radio(field, value, label string, checked bool) ui.Box {
	b := v.box(field, value, label, checked)
	b.Radio = true
	return b
}

func (v inboxView) reasonBox(c ui.Code) ui.Box {
	b := v.box("reason", string(c), c.Label(), v.reason(string(c)))
	b.Reason = c
	return b
}

func (v inboxView) ownBox(r invite.OwnReason) ui.Box {
	b := v.box("reason", r.Code, r.Label, v.reason(r.Code))
	b.Icon = ui.OwnIcon
	return b
}

func (v inboxView) noReasonBox() ui.Box {
	b := v.box("reason", invite.NoReason, ui.NoReason.Label(), v.reason(invite.NoReason))
	b.Icon = ui.NoReason.Icon()
	return b
}

func fitLabel(b why.Band) string {
	switch b {
	case why.Strong:
		return "Strong"
	case why.Good:
		return "Good or better"
	}
	return "Fair or better"
}

// head is who stands above a line.
func (l lineView) head() ui.InvitationHead {
	return ui.InvitationHead{ID: l.ID, From: l.Person, Sent: l.SentAt, Now: l.Now}
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

// beyond tells of those that wait and were not looked into.
func beyond(n int, o invite.Order) string {
	which := "older"
	if o == invite.Oldest {
		which = "newer"
	}
	return "This goes by the evidence, and so many wait that " + ui.Count(n) + " " + which + " ones were not looked into. By time and stated reason, all of them show."
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

// menu is what needs no place in view, with what follows from it; "I don't know this
// person" is there unless it stands beside the answers already.
func (v *itemView) menu() []ui.Item {
	items := []ui.Item{{Icon: "sliders-horizontal", Label: "Accept with limits…", Hint: "Choose what " + v.Short + " gets to see", Href: v.on("limits"), Attrs: v.sheet()}}
	if !v.Doubt {
		items = append(items, ui.Item{Icon: "user-x", Label: "I don’t know this person", Hint: unknownHint(v.Short), Post: v.on("unknown"), Attrs: swapping(v.Head.ID, "hx-post", v.on("unknown"))})
	}
	return append(items,
		ui.Item{Icon: "flag", Label: "Report as spam…", Hint: v.Short + " can’t invite you again; the people who run this site see it", Href: v.on("spam"), Rule: true},
		ui.Item{Icon: "ban", Label: "Block…", Hint: "Neither of you sees the other any more", Href: v.on("block")},
	)
}

// unknownHint is what follows from "I don't know this person".
func unknownHint(short string) string {
	return short + " is not told and can’t invite you again; it counts against how many they may send"
}

// on is the address of an act on the invitation; it says in which list it stands.
func (v *itemView) on(act string) string { return on(v.Head.ID, act, v.Listed) }

func on(id, act string, listed bool) string {
	to := "/invitations/" + id
	if act != "" {
		to += "/" + act
	}
	if listed {
		to += "?view=" + briefView
	}
	return to
}

// sheet opens the sheet of limits over the page; without script it is a page.
func (v *itemView) sheet() ui.Attrs {
	return ui.Attrs{"hx-get": v.on("limits"), "hx-target": "#modal", "hx-swap": "innerHTML", "data-key": "l", "aria-keyshortcuts": "l"}
}

// unfolded is the address of the whole of a short invitation.
func (v *itemView) unfolded() string { return v.on("") + "&open" }

// swapping makes an element of an invitation replace that invitation.
func swapping(id, how, to string) ui.Attrs {
	return ui.Attrs{how: to, "hx-target": "#invitation-" + id, "hx-swap": "outerHTML"}
}

func swap(id, how, to string, b ui.Btn) ui.Btn {
	b.Attrs = swapping(id, how, to)
	return b
}

// press is a button that answers: with script in place, without by the page's form.
func (v *itemView) press(act string, b ui.Btn) ui.Btn { return press(v.Head.ID, v.on(act), b) }

func press(id, to string, b ui.Btn) ui.Btn {
	b = swap(id, "hx-post", to, b)
	b.Form, b.Action = "answers", to
	return b
}

// replyAt is the address of an invitation with its reply form open.
func (v *itemView) replyAt() string {
	if v.Listed {
		return v.on("") + "&reply"
	}
	return v.on("") + "?reply"
}

// left is the address of an invitation whose reply form is put away.
func (v *itemView) left() string {
	if v.Listed {
		return v.unfolded()
	}
	return v.on("")
}

func replyAttrs(id, to string, live bool) ui.Attrs {
	if !live {
		return nil
	}
	return swapping(id, "hx-post", to)
}

func sentTitle(ended, oldest bool) string {
	title, order := "Sent and waiting, ", "newest first"
	if ended {
		title = "Sent and ended, "
	}
	if oldest {
		order = "oldest first"
	}
	return title + order
}

// sentAt is the address of the sent ones, waiting or ended, in an order.
func sentAt(ended, oldest bool) string {
	q := url.Values{}
	if ended {
		q.Set("show", "ended")
	}
	if oldest {
		q.Set("sort", string(invite.Oldest))
	}
	return address("/invitations/sent", q)
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
	if q.Left == 0 && !q.Next.IsZero() {
		note += "The next one is free on " + q.Next.Format("Monday, 2 January") + ". "
	}
	if !q.Full.IsZero() {
		note += "Full again on " + q.Full.Format("Monday, 2 January") + ". "
	}
	return note + ui.Count(q.Pending) + " of at most " + ui.Count(q.MaxPending) + " are waiting for an answer."
}

// quotaRules are the limits of whoever sends, for all alike.
func quotaRules(l invite.Limits) []string {
	percent := func(share float64) string { return ui.Count(int(100*share+0.5)) + " %" }
	rules := []string{
		"You can send " + ui.Count(l.Week) + " in any seven days.",
		ui.Count(l.WeekGood) + " if " + percent(l.GoodShare) + " or more are accepted. What counts is the last " + days(max(l.Memory, l.Life)) + " without the last " +
			ui.Count(int(l.Seasoned.Hours()/24)) + ", once you sent at least " + ui.Count(l.GoodFrom) + ".",
		ui.Count(l.WeekPoor) + " if " + percent(l.PoorShare) + " or more of those who answer don’t know you, and " + ui.Count(l.WeekBad) + " from " + percent(l.BadShare) +
			" on, once at least " + ui.Count(l.PoorFrom) + " have answered. This changes on Mondays, a week or two later, so that it tells of no single answer.",
		"At most " + ui.Count(l.Pending) + " can wait at one time, and you can have " + ui.Count(network.MaxConnections) + " connections.",
	}
	if l.SameNote > 0 {
		rules = append(rules, "The same note, or one much like it, can go to "+ui.Count(l.SameNote)+" people in seven days.")
	}
	return rules
}

func days(d time.Duration) string { return ui.Plural(int(d.Hours()/24), "day", "days") }

func coolDays(l invite.Limits) int { return int(l.CoolDown.Hours() / 24) }
func lifeDays(l invite.Limits) int { return int(l.Life.Hours() / 24) }

// draftWords is a draft in a line: its note, else its reason.
func draftWords(s ui.Says) string {
	label := s.Label
	if label == "" {
		label = s.Reason.Label()
	}
	const most = 90
	if note := []rune(s.Note); len(note) > most {
		return label + " · " + string(note[:most]) + "…"
	}
	if s.Note == "" {
		return label
	}
	return label + " · " + s.Note
}

func whoHint(w invite.Who) string {
	switch w {
	case invite.Everybody:
		return "Any member here whom you have not blocked"
	case invite.WithinThird:
		return "Connections of your connections, and one step more"
	case invite.WithinSecond:
		return "Connections of your connections"
	case invite.WithReason:
		return "The invitation must give one; a note is optional"
	}
	return "The sender has to type it in; it is checked and never shown"
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

// Words of the keeper's pages.

func kinTag(r invite.OwnReason) string {
	if r.Kin == "" {
		return "Not checked"
	}
	return ui.Code(r.Kin).Label()
}

func formTitle(r invite.OwnReason) string {
	if r.Code != "" {
		return "Change this reason"
	}
	return "Add a reason"
}

func retireAct(r invite.OwnReason) string {
	if r.Retired {
		return "/restore"
	}
	return "/retire"
}

func retireWord(r invite.OwnReason) string {
	if r.Retired {
		return "Bring back"
	}
	return "Retire"
}

func reasonPath(r invite.OwnReason) string {
	if r.Code == "" {
		return "/admin/reasons"
	}
	return "/admin/reasons/" + r.Code
}

// key tells a report from others on the page.
func (r reportView) key() string { return "report-" + id.String(r.ID) }

// from is the sender of what was reported, also when they are away.
func (r reportView) from() ui.Person {
	p := r.From
	p.Name = nameOr(p.Name)
	if r.Report.From.Handle == "" {
		p.Href = ""
	}
	return p
}

func nameOr(name string) string {
	if name == "" {
		return "Somebody who is away"
	}
	return name
}
