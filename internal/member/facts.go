package member

import "guildhall/internal/journal"

// Created says that a member came into being.
func Created(id int64) journal.Fact { return fact("member.created", id) }

// Changed says that a member's card changed.
func Changed(id int64) journal.Fact { return fact("member.changed", id) }

// StatusChanged says that a member appeared, hid or left.
func StatusChanged(id int64) journal.Fact { return fact("member.status_changed", id) }

func fact(kind string, id int64) journal.Fact {
	return journal.Fact{Kind: kind, Facets: journal.ChangesMember, Owner: id, Ref: id}
}
