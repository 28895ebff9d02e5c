package member

import "guildhall/internal/journal"

// Created says that a member came into being.
func Created(id int64) journal.Fact { return fact("member.created", id) }

// Changed says that a member's card changed.
func Changed(id int64) journal.Fact { return fact("member.changed", id) }

// Limited says that a member closed sections to a peer, or opened them again. The peer
// is not to notice.
func Limited(id, peer int64) journal.Fact {
	f := fact("member.limited", id)
	f.Peer, f.Facets = peer, journal.ChangesLimits|journal.Unspoken
	return f
}

// StatusChanged says that a member appeared, hid or left. It changes the graph too:
// nobody is linked through a member who is away.
func StatusChanged(id int64) journal.Fact {
	f := fact("member.status_changed", id)
	f.Facets |= journal.ChangesGraph
	return f
}

func fact(kind string, id int64) journal.Fact {
	return journal.Fact{Kind: kind, Facets: journal.ChangesMember, Owner: id, Ref: id}
}
