package member

import "guildhall/internal/journal"

// Created says that a member came into being.
func Created(id int64) journal.Fact { return fact("member.created", id) }

// Changed says that a member's card changed.
func Changed(id int64) journal.Fact { return fact("member.changed", id) }

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
