package ui

import "time"

// InvitationHead is who invites, and how they stand to the viewer.
type InvitationHead struct {
	ID       string // as in links; unique on the page
	From     Person
	Mutual   int // connections in common
	Capped   bool
	Faces    []Person // up to three of them
	SeeThem  string   // address of the list of them; empty: no link
	Sent     time.Time
	Now      time.Time
	PickForm string // id of the form that answers several at once; empty: no checkbox
}

func (h InvitationHead) title() string { return "inv-" + h.ID }

// Brief is what one line says of an invitation: the reason with its one fact, and
// what the record says of the claim in a word.
type Brief struct {
	Reason Code
	Label  string // the reason in words where it is none of the seven
	Fact   string // the strongest evidence; empty: none
	Ruling Ruling
	Ruled  string // "agrees", "agrees in part", "nothing found"; empty: nothing was claimed
	Fit    string // what both could gain in a word or two: "Good fit"
	Note   bool   // there is a note
}

// Says is what the sender wrote.
type Says struct {
	Reason Code
	Label  string // the reason in words where it is none of the seven
	Detail string // the sub-reason in words
	Note   string
}

// Releasable is one fact of the sender that can go with an invitation.
type Releasable struct {
	Name    string // the form's field
	Value   string
	N       int    // 1–24: which line of the preview it switches; 0: none
	Text    string // "MSc Coastal Engineering, Saltmarsh Institute"
	Who     string // "Members can see this" · "Closed section; shown to Adaobi only"
	Closed  bool
	Checked bool
}

// DialogTop is the head of a dialog.
type DialogTop struct {
	Title string
	Face  *Person // nil: none
	Close string  // where closing leads without script
	Class string  // "invite" for the one that asks to connect
}

// Detail is a short fact with its icon: a place, a company.
type Detail struct {
	Icon string
	Text string
	Href string
}

// ProfileTop is the head of a profile.
type ProfileTop struct {
	Person
	Details []Detail
}

// Entry is an item of a résumé: a position, a course of study.
type Entry struct {
	When  string // "2021 – now"
	Title string
	Where string
	Href  string // of Where; empty: no link
	Mark  string // "confirmed 2024"; empty: none
	Text  string
}
