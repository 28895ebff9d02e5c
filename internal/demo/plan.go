package demo

import (
	"time"

	"guildhall/internal/access"
	"guildhall/internal/invite"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/visit"
	"guildhall/internal/why"
)

// plan is a whole community in plain values. Members, entities and letters are
// named by their places in it.
type plan struct {
	now      time.Time
	entities []trait.Entity // without ids
	members  []person
	ties     []tie
	letters  []letter // in the order of their sending
	glances  []glance // in the order of their times
}

// person is one member.
type person struct {
	handle, name, lang, pronouns, headline, place string

	joined  time.Time
	about   string
	glad    string
	open    profile.OpenTo
	website string
	entries []entry
	preset  access.Preset // 0: the instance's default
	scopes  []scope       // sections set apart from the preset
	who     invite.Who
	face    *look // nil: initials
	looks   visit.Mode
}

// entry is one line of a profile.
type entry struct {
	kind     trait.Kind
	relation trait.Relation
	entity   int // in plan.entities
	role     string
	body     string
	place    string
	from, to why.Month
	yearOnly bool
	hidden   bool
}

// scope is one section's openness; group is a place in plan.entities.
type scope struct {
	section access.Section
	to      access.Scope
	group   int
}

// tie is one connection.
type tie struct {
	a, b   int // a asked
	since  time.Time
	reason why.Reason
	sub    string
}

// letter is one invitation and what became of it.
type letter struct {
	from, to int
	at       time.Time
	reason   why.Reason
	sub      string
	note     string
	release  []int // places in the sender's entries
	leaveOut []int
	hush     bool // leaves the shared connections out

	answer  answer
	after   time.Duration // from at to the answer
	replies []string      // in turn, the receiver first
}

// answer is what the receiver does with an invitation.
type answer uint8

// The answers.
const (
	waits answer = iota
	accepts
	ignores
	withdrawn // by the sender
)
