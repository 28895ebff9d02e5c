// Package profilehttp is the face of profile: somebody's page, one's own with its
// forms, the settings of who sees what, and the pictures. It has no rules: it
// parses, asks and draws. What stands between two members, and blocking, it gets
// from whoever wires it, since invitations know those.
package profilehttp

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/blob"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// Standing is what the main button on somebody's page is about.
type Standing uint8

// The standings.
const (
	MayInvite Standing = iota // nothing stands between the two: the button invites
	Sent                      // the viewer's invitation waits for an answer
	Received                  // theirs waits for the viewer's answer
	Connected                 // first degree
	Cooling                   // the viewer withdrew an invitation not long ago
)

// Relation is how the viewer stands to the member of a page.
type Relation struct {
	Standing Standing
	Link     string    // where the button leads; empty: to the dialog that invites
	Since    time.Time // of Sent and Received: when; of Connected: since when
	Until    time.Time // of Cooling
}

// Relations tells how a viewer stands to a peer. It is asked only where the two
// are not connected, with one statement to spare.
type Relations func(ctx context.Context, v access.Viewer, peer int64) (Relation, error)

// Blocker parts the viewer from a peer, for good and in silence.
type Blocker interface {
	Block(ctx context.Context, v access.Viewer, peer int64) error
}

// Guest tells in whose name a guest looks at the picture of the member with a
// handle: access.Guest, but for those whom the demo lets anybody be.
type Guest func(ctx context.Context, handle string) access.Viewer

// Circle is people who stand beside a profile for one reason.
type Circle struct {
	Title  string // "People also viewed"
	Why    string // one sentence: how they were found
	People []Besider
}

// Besider is one of a circle, already cut to what the viewer may see.
type Besider struct {
	Card   member.Card
	Degree graph.Degree
	Fact   string // a few words of why; may be empty
}

// Around is what other features have to do with a profile. Each may be nil.
type Around struct {
	// Seen is told that a signed-in member was shown somebody else's page, after it
	// was written. It takes no time.
	Seen func(v access.Viewer, owner int64)
	// Beside lists circles of people beside a profile, in order, none of them empty. It
	// is asked for a fragment that the page loads by itself, not for the page.
	Beside func(ctx context.Context, v access.Viewer, owner int64) ([]Circle, error)
	// Reason is the words of a reason that the instance added to the seven; empty for
	// any other.
	Reason func(ctx context.Context, code string) (string, error)
}

type face struct {
	profiles *profile.Service
	blobs    *blob.Store
	relation Relations
	blocker  Blocker
	guest    Guest
	now      func() time.Time
	around   Around
}

// Routes returns the pages of profiles. guest may be nil: then a guest is a guest.
func Routes(p *profile.Service, blobs *blob.Store, relation Relations, block Blocker, guest Guest, now func() time.Time, around Around) []web.Route {
	f := &face{p, blobs, relation, block, guest, now, around}
	return []web.Route{
		{Pattern: "GET /in/{handle}", Policy: web.Open, Handler: f.page},
		{Pattern: "GET /in/{handle}/beside", Policy: web.Member, Handler: f.beside},
		{Pattern: "GET /in/{handle}/end", Policy: web.Member, Handler: f.askEnd},
		{Pattern: "GET /in/{handle}/block", Policy: web.Member, Handler: f.askBlock},
		{Pattern: "POST /in/{handle}/block", Policy: web.Member, Handler: f.block},

		{Pattern: "GET /in/{handle}/limit", Policy: web.Member, Handler: f.limits},
		{Pattern: "POST /in/{handle}/limit", Policy: web.Member, Handler: f.setLimits},

		{Pattern: "GET /me", Policy: web.Member, Handler: me},
		{Pattern: "POST /me/card", Policy: web.Member, Handler: f.setCard},
		{Pattern: "POST /me/handle", Policy: web.Member, Handler: f.setHandle},
		{Pattern: "POST /me/picture", Policy: web.Member, Handler: f.setPicture, Limit: web.Costly, Upload: true},
		{Pattern: "POST /me/picture/remove", Policy: web.Member, Handler: f.removePicture},
		{Pattern: "POST /me/about", Policy: web.Member, Handler: f.setAbout},
		{Pattern: "POST /me/location", Policy: web.Member, Handler: f.setLocation},
		{Pattern: "POST /me/open-to", Policy: web.Member, Handler: f.setOpenTo},
		{Pattern: "POST /me/contact", Policy: web.Member, Handler: f.setContacts},
		{Pattern: "POST /me/audience/{section}", Policy: web.Member, Handler: f.setAudience},
		{Pattern: "POST /me/entries", Policy: web.Member, Handler: f.addEntry},
		{Pattern: "POST /me/entries/{id}", Policy: web.Member, Handler: f.changeEntry},
		{Pattern: "POST /me/entries/{id}/delete", Policy: web.Member, Handler: f.deleteEntry},
		{Pattern: "POST /me/entries/{id}/move", Policy: web.Member, Handler: f.moveEntry},

		{Pattern: "GET /settings/privacy", Policy: web.Member, Handler: f.privacy},
		{Pattern: "POST /settings/privacy", Policy: web.Member, Handler: f.setPrivacy},
		{Pattern: "POST /settings/privacy/preset", Policy: web.Member, Handler: f.setPreset},

		{Pattern: "GET /entities", Policy: web.Member, Handler: f.entities},
		{Pattern: "GET /pictures/{handle}/{key}", Policy: web.Open, Handler: f.picture},
	}
}

// me leads to the viewer's own page, and to the part of it that is to be edited.
func me(_ http.ResponseWriter, r *web.Request) error {
	to := url.URL{Path: r.Member.Href(), RawQuery: r.URL.RawQuery}
	if code := r.URL.Query().Get("edit"); code != "" {
		to.Fragment = partOf(code)
		to.RawQuery = url.Values{"edit": {to.Fragment}}.Encode()
	}
	return r.SeeOther(to.String())
}

// card is the part of the page that holds the lines at the top.
const card = "card"

// partOf returns the part of the page that a code names; the card for what names
// none.
func partOf(code string) string {
	if s, ok := access.ParseSection(code); ok && s != access.Page && s != access.ConnectionL {
		return code
	}
	return card
}

// view is all that a page shows.
type view struct {
	Frame ui.Page
	profile.Page
	Now     time.Time
	Rel     Relation
	Edit    edit
	As      looking
	Swapped bool   // a fragment after an act: the focus goes to it
	Beside  bool   // there are circles to ask for
	Known   string // words of the instance's own reason on the tie
}

// looking is the choice of through whose eyes the owner looks.
type looking struct {
	As    string // code of a pose
	Named string // handle of a member
	Error string
}

// edit is what of the page is being edited, and how the last try went.
type edit struct {
	Part  string // card, or a section's code; empty: nothing
	Entry int64  // the entry in the form; 0: none, or a new one
	New   bool   // the form for a new entry is open
	Form  string // which form was refused; empty: none
	in    *web.Form
	errs  map[string]string
	moved string // the button whose press this answers
}

// typed returns what stands in a field of a form: what was typed into it if it was
// refused, else what is stored.
func (e edit) typed(form, name, stored string) string {
	if e.Form == form && e.in != nil {
		return e.in.Get(name)
	}
	return stored
}

// ticked is typed for a checkbox.
func (e edit) ticked(form, name string, stored bool) bool {
	if e.Form == form && e.in != nil {
		return e.in.Bool(name)
	}
	return stored
}

// wrong returns the complaint about a field of a form.
func (e edit) wrong(form, name string) string {
	if e.Form == form {
		return e.errs[name]
	}
	return ""
}

// whole returns the complaint about a form that belongs to none of these fields.
func (e edit) whole(form string, fields ...string) string {
	if e.Form != form {
		return ""
	}
	known := map[string]bool{}
	for _, f := range fields {
		known[f] = true
	}
	for f, text := range e.errs {
		if !known[f] {
			return text
		}
	}
	return ""
}
