package leak

import (
	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// The second axis of the matrix: the ways in which a fact is hidden from its reader.

// way hides the fact of a meeting before it is there.
type way struct {
	name       string
	onlyReader bool // from the reader, and a guest
	inLetter   bool // on the pages of the invitation alone
	itself     bool // the entry is hidden by itself
	hide       func(m *meeting) (undo func())
	prune      func(m *meeting) string // why it cannot be; empty: it can
}

func may(*meeting) string { return "" }

// closed narrows the section, and opens it again.
func closed(sc access.Scope) func(m *meeting) func() {
	return func(m *meeting) func() {
		s := sc
		if s.Audience == access.Group {
			s.Group = m.entity(trait.Group, maple)
		}
		m.scope(m.owner, s, m.section)
		return m.reopen
	}
}

func (m *meeting) reopen() { m.scope(m.owner, access.Scope{Audience: access.Members}, m.section) }

// close is the section for the owner's connections, where a letter decides.
func (m *meeting) close() { m.scope(m.owner, access.Scope{Audience: access.Connections}, m.section) }

func (m *meeting) connected() bool {
	return m.app.Network.Graph().Connected(m.id(m.owner), m.id(m.reader))
}

func notBound(m *meeting) string {
	if m.connected() {
		return "the reader is a connection and sees it"
	}
	return ""
}

func byLetter(m *meeting) string {
	switch {
	case m.owner != sia || m.reader != rex:
		return "only what is the sender's goes with a letter"
	case m.lost:
		return "where it is no evidence it isn't in a letter"
	}
	return ""
}

// ways lists all. Those that part the two for good come last.
func ways() []way {
	return []way{
		{name: "for oneself only", hide: closed(access.Scope{Audience: access.OnlyMe}), prune: may},
		{name: "for oneself only, findable", hide: closed(access.Scope{Audience: access.OnlyMe, Findable: true}), prune: may},
		{name: "for connections", hide: closed(access.Scope{Audience: access.Connections}), prune: notBound},
		{name: "for a group they are not in", hide: closed(access.Scope{Audience: access.Group}), prune: may},
		{name: "findable without sharing", hide: closed(access.Scope{Audience: access.Connections, Findable: true}), prune: func(m *meeting) string {
			if m.shared {
				return "who shares it may find it"
			}
			return notBound(m)
		}},
		{name: "an entry hidden", itself: true, hide: func(m *meeting) func() { m.reopen(); return nil }, prune: func(m *meeting) string {
			if m.section == access.OpenTo || m.section == access.About {
				return "only entries are hidden by themselves"
			}
			return ""
		}},
		{name: "limited to the reader", onlyReader: true, prune: may, hide: func(m *meeting) func() {
			m.reopen()
			m.shut(m.owner, m.reader)
			return func() { m.readmit(m.owner, m.reader) }
		}},
		{name: "findable, and limited to the reader", onlyReader: true, hide: func(m *meeting) func() {
			m.scope(m.owner, access.Scope{Audience: access.Connections, Findable: true}, m.section)
			m.shut(m.owner, m.reader)
			return func() { m.readmit(m.owner, m.reader) }
		}, prune: func(m *meeting) string {
			if !m.shared {
				return "the reader shares nothing to be found by"
			}
			return ""
		}},
		{name: "an unlisted group of that name", hide: unlist, prune: func(m *meeting) string {
			if m.section != access.Groups {
				return "only groups are unlisted"
			}
			return ""
		}},
		{name: "not released, beside what is", hide: besides, prune: byLetter},
		{name: "left out of the letter", inLetter: true, hide: leaveOut, prune: byLetter},
		{name: "asleep", prune: may, hide: func(m *meeting) func() {
			m.reopen()
			status(m.house, m.owner, member.Hibernated)
			return func() { status(m.house, m.owner, member.Active) }
		}},
		{name: "blocked by the owner", onlyReader: true, prune: may, hide: func(m *meeting) func() {
			m.reopen()
			m.must(m.app.Invites.Block(ctx, m.v(m.owner), m.id(m.reader)))
			return func() { m.must(m.app.Network.Unblock(ctx, m.v(m.owner), m.id(m.reader))) }
		}},
		{name: "blocked by the reader", onlyReader: true, prune: may, hide: func(m *meeting) func() {
			m.must(m.app.Invites.Block(ctx, m.v(m.reader), m.id(m.owner)))
			return nil
		}},
	}
}

// unlist makes the owner's fact one of an unlisted group that bears the same name.
func unlist(m *meeting) func() {
	m.reopen()
	open := m.fact
	var g int64
	m.write(func(tx *db.Tx) error {
		e, err := m.app.Traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: thing, Unlisted: true, By: m.id(m.owner)})
		g = e.ID
		return err
	})
	var now trait.Trait
	m.fact.come = func(h *house, _ bool) {
		now = h.put(m.owner, trait.Trait{Kind: trait.Group, Entity: g, From: month(2013, 1)})
	}
	m.fact.change = func(h *house) { now.From++; now = h.put(m.owner, now) }
	m.fact.leave = func(h *house) { h.drop(m.owner, now); m.fact = open }
	return nil
}

// besides releases another fact of the sender's from the same closed sections.
func besides(m *meeting) func() {
	m.close()
	m.scope(m.owner, access.Scope{Audience: access.Connections}, access.Languages)
	let := m.put(m.owner, trait.Trait{Kind: trait.Language, Entity: m.entity(trait.Language, "Sorbian")})
	l := m.kind.letter
	l.Release = []int64{let.ID}
	m.again(l)
	return func() {
		m.drop(m.owner, let)
		m.again(m.kind.letter)
		m.reopen()
	}
}

// leaveOut sends the letter without the fact, which is open.
func leaveOut(m *meeting) func() {
	m.reopen()
	l := m.kind.letter
	l.LeaveOut = []int64{m.fact.id()}
	m.again(l)
	return func() { m.again(m.kind.letter) }
}
