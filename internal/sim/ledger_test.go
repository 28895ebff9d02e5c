package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"guildhall/internal/id"
	"guildhall/internal/invite"
)

// note is one invitation between two members, as whoever pressed the buttons
// knows it.
type note struct {
	ID          int64 // 0: not seen yet
	From        int   // 0 or 1: which of the two
	Truth, Seen invite.State
}

// pairing is all that happened between two members. One worker does everything
// between them, so the acts of a pair come one after another.
type pairing struct {
	notes   []note
	tied    bool
	cooling [2]bool // side 0 or 1 has withdrawn and cannot ask again so soon
}

func (p pairing) copy() pairing {
	p.notes = slices.Clone(p.notes)
	return p
}

// String is the state in one line, by which two are compared. Ids are left out:
// of an invitation that was never seen none is known.
func (p pairing) String() string {
	var b strings.Builder
	for _, n := range p.notes {
		fmt.Fprintf(&b, "%d asks %s/%s; ", n.From, n.Truth, n.Seen)
	}
	fmt.Fprintf(&b, "tied %v", p.tied)
	return b.String()
}

// deed is something that one of the two can do.
type deed struct {
	name string // as in the address
	side int    // who of the two does it
	note int64  // the invitation it is about
}

// last is the invitation that is still going on for its sender; nil without one.
func (p *pairing) last() *note {
	if n := len(p.notes); n > 0 && p.notes[n-1].Seen == invite.Pending {
		return &p.notes[n-1]
	}
	return nil
}

// choose draws what could come next; ok is false when nothing can.
func (p *pairing) choose(r *rand.Rand) (d deed, ok bool) {
	n := p.last()
	switch {
	case p.tied:
		return deed{name: "end", side: r.IntN(2)}, true
	case n == nil:
		side := r.IntN(2)
		if p.cooling[side] {
			side = 1 - side
		}
		return deed{name: "invite", side: side}, !p.cooling[side]
	}
	d = deed{note: n.ID, side: 1 - n.From}
	switch draw := r.IntN(10); {
	case draw == 0:
		d.name, d.side = "withdraw", n.From
	case draw == 1:
		d.name = "invite" // back: they cross
	case n.Truth == invite.Ignored:
		d.name = "undo"
	case draw < 4:
		d.name = "ignore"
	default:
		d.name = "accept"
	}
	return d, true
}

// done is what a deed leads to.
func (p *pairing) done(d deed) {
	n := p.last()
	switch d.name {
	case "end":
		p.tied = false
	case "invite":
		p.cooling[1-d.side] = false
		if n == nil {
			p.notes = append(p.notes, note{From: d.side, Truth: invite.Pending, Seen: invite.Pending})
			return
		}
		n.Truth, n.Seen = invite.Accepted, invite.Accepted
		p.notes = append(p.notes, note{From: d.side, Truth: invite.Accepted, Seen: invite.Accepted})
		p.tied = true
	case "accept":
		n.Truth, n.Seen, p.tied = invite.Accepted, invite.Accepted, true
	case "ignore":
		n.Truth = invite.Ignored
	case "undo":
		n.Truth = invite.Pending
	case "withdraw":
		n.Truth, n.Seen = invite.Withdrawn, invite.Withdrawn
		p.cooling[n.From] = true
	}
}

// entry is one pair in the ledger: what is sure, and what may have happened when
// the answer to the last act never came.
type entry struct {
	sure  pairing
	maybe *pairing
	deed  deed // of maybe
}

// settle holds an entry against what the server has after a restart, and takes
// that over. It returns what is wrong, or nothing.
func (e *entry) settle(found pairing) string {
	cooling := e.sure.cooling
	switch {
	case found.String() == e.sure.String():
	case e.maybe != nil && found.String() == e.maybe.String():
		cooling = e.maybe.cooling
	case e.maybe != nil:
		return fmt.Sprintf("there is %q; acknowledged is %q, and nobody knows of %s: %q", found, e.sure, e.deed.name, e.maybe)
	default:
		return fmt.Sprintf("there is %q; acknowledged is %q", found, e.sure)
	}
	for i, n := range e.sure.notes {
		if n.ID != 0 && n.ID != found.notes[i].ID {
			return fmt.Sprintf("the acknowledged invitation %s is not there", id.String(n.ID))
		}
	}
	e.sure, e.maybe = found, nil
	e.sure.cooling = cooling
	return ""
}
