package invitehttp

import (
	"net/http"
	"slices"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
	"guildhall/internal/why"
)

// dialogView is all that the dialog to invite somebody shows.
type dialogView struct {
	Frame   ui.Page
	O       invite.Opening
	Letter  invite.Letter // as typed
	Typed   bool          // somebody has written in it, and finds it again whatever stands in the way
	Ticked  func(invite.Own) bool
	Errors  map[string]string
	Trouble string // with the letter as a whole
	Assess  why.Assessment
	Pair    why.Pair
	To      ui.Person
	Me      ui.Person
	Short   string
}

// open reads what the dialog needs; moved is its address if the handle is an old one.
func (f *face) open(r *web.Request) (v dialogView, moved string, err error) {
	handle := r.PathValue("handle")
	n, current, err := f.members.ByHandle(r.Context(), handle)
	if err != nil {
		return v, "", err
	}
	v.O, err = f.invites.Opening(r.Context(), r.Viewer, n)
	if err != nil {
		return v, "", err // first: whoever is not there has not moved either
	}
	if !strings.EqualFold(current, handle) {
		moved = "/invite/" + current
	}
	v.Letter, v.Ticked = v.O.Letter, v.O.Goes
	v.To, v.Me = ui.CardOf(v.O.To, ui.At(v.O.Degree, false)), ui.CardOf(v.O.Me, ui.Unsaid)
	v.Short = v.O.To.Short()
	return v, moved, nil
}

func (f *face) dialog(_ http.ResponseWriter, r *web.Request) error {
	v, moved, err := f.open(r)
	switch {
	case err != nil:
		return err
	case moved != "":
		return r.SeeOther(moved)
	case v.O.Between.Relation == invite.Oneself:
		return r.SeeOther("/in/" + v.O.Me.Handle)
	}
	v.Typed = v.O.Drafted
	if v.assess(); !v.O.Drafted {
		v.Letter.Reason = v.first()
	}
	if asked := r.Asked("reason", maxReason); !v.O.Drafted && slices.ContainsFunc(v.O.Reasons, func(f why.Found) bool { return string(f.Reason) == asked }) {
		v.Letter.Reason = asked // a suggestion leads here with its own
	}
	return f.renderDialog(r, http.StatusOK, v)
}

func (f *face) renderDialog(r *web.Request, status int, v dialogView) error {
	if v.Typed && v.Trouble == "" {
		_, v.Trouble, _, _ = v.instead()
	}
	v.assess()
	if r.Partial() {
		return r.RenderStatus(status, dialog(v), dialog(v))
	}
	v.Frame = f.frame(r, "Invite "+v.O.To.Name, "")
	return r.RenderStatus(status, dialogPage(v), nil)
}

// assess previews the letter as it stands.
func (v *dialogView) assess() {
	l := v.Letter
	l.Release, l.LeaveOut = v.O.Choose(v.ticked)
	v.Assess, v.Pair = v.O.Preview(l)
}

// ticked is Ticked by the fact's id.
func (v dialogView) ticked(n int64) bool {
	i := slices.IndexFunc(v.O.Facts, func(f invite.Own) bool { return f.ID == n })
	return i >= 0 && v.Ticked(v.O.Facts[i])
}

// maxReason is how long the code of a reason can be in an address.
const maxReason = 40

// noSub is the choice of no finer reason.
const noSub = "none"

// read takes what was typed into the dialog.
func (v *dialogView) read(form *web.Form) {
	reason := form.Get("reason")
	sub := form.Get("sub-" + reason)
	if sub == noSub {
		sub = ""
	}
	v.Letter = invite.Letter{Reason: reason, Sub: sub, Note: form.Get("note"), Address: form.Get("address")}
	v.Typed = true
	chosen := form.All("fact")
	v.Ticked = func(f invite.Own) bool { return slices.Contains(chosen, id.String(f.ID)) }
	v.Letter.Release, v.Letter.LeaveOut = v.O.Choose(v.ticked)
}

// send takes a letter, at an old handle too: leading on would lose what was typed.
func (f *face) send(_ http.ResponseWriter, r *web.Request) error {
	v, _, err := f.open(r)
	if err != nil {
		return err
	}
	form, err := r.Fields()
	if err != nil {
		return err
	}
	v.read(form)
	switch form.Get("do") {
	case "preview":
		return f.renderDialog(r, http.StatusOK, v)
	case "draft":
		err = f.invites.SaveDraft(r.Context(), r.Viewer, v.O.To.ID, v.Letter)
		if err == nil {
			r.Say("Your draft to " + v.O.To.Name + " is saved.")
			return r.SeeOther("/in/" + v.O.To.Handle)
		}
	default:
		var sent invite.Sent
		if sent, err = f.invites.Send(r.Context(), r.Viewer, v.O.To.ID, v.Letter); err == nil {
			r.Say(sentWords(sent, v.O.To.Name))
			return r.SeeOther("/in/" + v.O.To.Handle)
		}
	}
	return f.again(r, v, err)
}

func sentWords(s invite.Sent, name string) string {
	if s.Connected {
		return "You and " + name + " asked each other: you are connected."
	}
	return "Your invitation to " + name + " is on its way. You can withdraw it at any time."
}

// again shows the dialog with what was typed and what is wrong with it.
func (f *face) again(r *web.Request, v dialogView, err error) error {
	switch fault.Of(err) {
	case fault.Invalid:
		v.Errors = fault.ByField(err)
		v.Trouble = v.Errors["facts"] + v.Errors[""]
	case fault.Conflict, fault.Denied, fault.TooMany:
		v.Trouble = fault.Text(err)
	default:
		text, broken := r.Broken(err)
		if !broken {
			return err
		}
		v.Trouble = text
	}
	return f.renderDialog(r, web.Status(err), v)
}

// preview is the evidence that the receiver will at least see, for the letter as
// it stands in the form.
func (f *face) preview(_ http.ResponseWriter, r *web.Request) error {
	v, _, err := f.open(r)
	if err != nil {
		return err
	}
	form, err := r.Fields()
	if err != nil {
		return err
	}
	v.read(form)
	v.Assess, v.Pair = v.O.Preview(v.Letter)
	return r.Render(previewEvidence(v), nil)
}

// previewed is how many facts have a line in the preview.
const previewed = 24

// releasable is one of the sender's facts as the dialog lists it, with line n of the
// preview, 0 for none.
func (v dialogView) releasable(n int, f invite.Own) ui.Releasable {
	return ui.Releasable{Name: "fact", Value: id.String(f.ID), N: n, Text: factText(f), Who: v.whoSees(f),
		Closed: f.Openness == invite.Closed, Checked: v.Ticked(f)}
}

// lines gives each fact that a tick releases its line of the preview: what the receiver
// reads under "Shows you". The others are there to see anyway, or evidence alone.
func (v dialogView) lines() []int {
	lines, n := make([]int, len(v.O.Facts)), 0
	for i, f := range v.O.Facts {
		if f.Releases() && n < previewed {
			n++
			lines[i] = n
		}
	}
	return lines
}

func (v dialogView) facts() (here, folded []ui.Releasable) {
	lines := v.lines()
	for i, f := range v.O.Facts {
		if r := v.releasable(lines[i], f); i < 8 || f.Match && i < previewed {
			here = append(here, r)
		} else {
			folded = append(folded, r)
		}
	}
	return here, folded
}

var kindWords = map[why.FactKind]string{why.Group: "Group", why.Skill: "Skill", why.Field: "Field", why.Place: "Place", why.Language: "Language"}

// factText is a fact to its owner.
func factText(f invite.Own) string {
	switch {
	case f.Offer != 0:
		return "You are " + f.Name
	case f.Relation == trait.Seeks:
		return "You look for: " + f.Name
	}
	return entryText(f)
}

// entryText is an entry in a line.
func entryText(f invite.Own) string {
	text := f.Name
	if w := kindWords[f.Kind]; w != "" {
		return w + ": " + text
	}
	if f.Role != "" {
		text = f.Role + ", " + text
	}
	if years := ui.YearRange(int32(f.From), int32(f.To)); years != "" && f.From != 0 {
		text += ", " + years
	}
	return text
}

// whoSees says who may see a fact anyway, and what ticking it does.
func (v dialogView) whoSees(f invite.Own) string {
	also := ""
	switch {
	case !f.Match || f.ID == invite.SharedConnections:
	case f.Offer != 0:
		also = v.Short + " is open to that. "
	case f.Relation == trait.Seeks:
		also = v.Short + " has this. "
	default:
		also = v.Short + " has this too. "
	}
	switch {
	case f.ID == invite.SharedConnections:
		return "Both of you see how many"
	case f.Openness == invite.Open && also != "":
		return strings.TrimSuffix(also, ". ") + ", and can see it"
	case f.Openness == invite.Open:
		return v.Short + " can see this"
	case f.Offer != 0 && f.Openness == invite.Sharers:
		return also + "Shown only if " + v.Short + " is in the group that may see it"
	case f.Openness == invite.Sharers:
		return also + "Shown only if " + v.Short + " has it too"
	}
	who, ok := closedTo[f.Audience]
	if !ok { // a limit shuts out the receiver
		who = v.Short + " can’t see this"
	}
	return also + who + ". Tick it to show it to " + v.Short + " alone"
}

// closedTo says who sees what the receiver doesn't.
var closedTo = map[access.Audience]string{
	access.Third:       "Only people up to the 3rd degree see this",
	access.Second:      "Only people up to the 2nd degree see this",
	access.Connections: "Only your connections see this",
	access.Group:       "Only people in one group see this",
	access.OnlyMe:      "Only you see this",
}

// hint is what stands below a reason: the fact for it, or that there is none.
func hint(f why.Found) string {
	if f.Supported() {
		return invite.FactLine(f)
	}
	if f.Reason == why.Network || f.Reason == why.Profile {
		return "Always a fair reason"
	}
	return "No evidence in what you can see"
}

// going is what is found for a reason with the facts that go along as it stands; ok is
// false where nothing is.
func (v dialogView) going(r why.Reason) (found why.Found, ok bool) {
	i := slices.IndexFunc(v.Assess.Found, func(x why.Found) bool { return x.Reason == r })
	if i < 0 {
		return found, false
	}
	return v.Assess.Found[i], true
}

// offer is the hint below a reason to choose; it says where the fact for it does not
// go along yet.
func (v dialogView) offer(f why.Found) string {
	if g, ok := v.going(f.Reason); ok {
		return hint(g)
	}
	if f.Supported() {
		return hint(f) + ", if you show it below"
	}
	return hint(f)
}

// reasons splits the reasons into those that the record supports, first with what goes
// along, and the others.
func (v dialogView) reasons() (supported, others []why.Found) {
	var unshown []why.Found
	for _, f := range v.O.Reasons {
		switch _, goes := v.going(f.Reason); {
		case goes:
			supported = append(supported, f)
		case f.Supported():
			unshown = append(unshown, f)
		default:
			others = append(others, f)
		}
	}
	return append(supported, unshown...), others
}

// first is the reason that is chosen to begin with: the best that the record supports
// without showing anything closed. Empty when there is none, or the dialog would begin
// with a claim that the record does not bear out.
func (v dialogView) first() string {
	for _, f := range v.O.Reasons {
		if _, goes := v.going(f.Reason); goes && f.Supported() {
			return string(f.Reason)
		}
	}
	return ""
}

// stands reports whether one of the reasons is the chosen one, or of its kin.
func (v dialogView) stands(list []why.Found) bool {
	return slices.ContainsFunc(list, func(f why.Found) bool {
		return string(f.Reason) == v.Letter.Reason || slices.ContainsFunc(v.kin(f.Reason), func(c ui.Card) bool { return c.Checked })
	})
}

// kin are the instance's own reasons that are a kind of one of the seven, or of none,
// as choices. Each has a number by which the preview follows it without script.
func (v dialogView) kin(of why.Reason) (out []ui.Card) {
	for i, r := range v.O.Book.Open() {
		if r.Kin == of {
			out = append(out, ui.Card{Name: "reason", Value: r.Code, Label: r.Label, Hint: v.ownHint(r), Icon: ui.OwnIcon,
				Checked: v.Letter.Reason == r.Code, ID: "r-own-" + ui.Count(i+1)})
		}
	}
	return out
}

// ownHint is the keeper's line below an own reason, else what the record has for its
// kin.
func (v dialogView) ownHint(r invite.OwnReason) string {
	if r.Hint != "" {
		return r.Hint
	}
	i := slices.IndexFunc(v.O.Reasons, func(f why.Found) bool { return f.Reason == r.Kin })
	if i >= 0 && v.O.Reasons[i].Supported() {
		return hint(v.O.Reasons[i])
	}
	return ""
}

// owns are the words of the own reasons, in the order of their numbers.
func (v dialogView) owns() (out []string) {
	for _, r := range v.O.Book.Open() {
		out = append(out, r.Label)
	}
	return out
}

// spent is why nothing more can be sent now; empty while something can.
func (v dialogView) spent() string {
	if err := v.O.Quota.Allows(); err != nil && v.Trouble == "" {
		return fault.Text(err)
	}
	return ""
}

func (v dialogView) asksReason() bool  { return v.O.Who == invite.WithReason }
func (v dialogView) asksAddress() bool { return v.O.Who == invite.KnowAddress }

// shown are the facts with a line in the preview, as the receiver reads them; the form's
// boxes switch them.
func (v dialogView) shown() []ui.Releasable {
	var out []ui.Releasable
	for i, n := range v.lines() {
		if n > 0 {
			r, as := v.releasable(n, v.O.Facts[i]), shownOf(v.O.Facts[i:i+1])
			r.Text = strings.TrimSpace(as.Lead + " " + as.Names[0])
			out = append(out, r)
		}
	}
	return out
}

// instead is the sentence that stands instead of the form when there is nothing
// to send; empty when there is.
func (v dialogView) instead() (title, text, action, href string) {
	name := v.O.To.Name
	switch b := v.O.Between; b.Relation {
	case invite.Connected:
		return "You are connected", "You and " + name + " are connected already.", "See the profile", "/in/" + v.O.To.Handle
	case invite.Asked:
		return "Already waiting", "Your invitation to " + name + " is waiting for an answer. You can withdraw it at any time.", "See what you sent", "/invitations/sent"
	case invite.AskedBy:
		return "They asked first", name + " has invited you and is waiting for your answer.", "See the invitation", path(b.ID, "")
	case invite.Cooling:
		return "Not yet", "You withdrew an invitation to " + name + ". You can send another from " + firstDay(b.Until) + " on.", "Back to the profile", "/in/" + v.O.To.Handle
	}
	if v.O.Refusal != "" {
		return "Not taking invitations", v.O.Refusal, "Back to the profile", "/in/" + v.O.To.Handle
	}
	return "", "", "", ""
}
