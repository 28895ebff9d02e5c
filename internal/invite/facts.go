package invite

import "guildhall/internal/journal"

// Stored kinds of facts. Owner is the receiver, Peer the sender, Ref the
// invitation. What a sender may not learn notifies nobody and is Unspoken.
const (
	FactSent      = "invite.sent"
	FactAccepted  = "invite.accepted"
	FactIgnored   = "invite.ignored"
	FactRestored  = "invite.restored" // an ignore was undone
	FactReopened  = "invite.reopened" // an acceptance was undone
	FactDisowned  = "invite.disowned" // "I don't know this person"
	FactReported  = "invite.reported" // spam: for the moderators
	FactReplied   = "invite.replied"
	FactWithdrawn = "invite.withdrawn"
	FactExpired   = "invite.expired"
	FactBlocked   = "invite.blocked"
	FactReasons   = "invite.reasons" // the own reasons changed; it names nobody
	FactWeights   = "invite.weights" // the learned weights, or their use, changed; it names nobody
)

type kind struct {
	name   string
	facets journal.Facet
}

var kinds = map[Act]kind{
	ActSend:     {FactSent, journal.Notifies},
	ActAccept:   {FactAccepted, journal.Notifies | journal.Activity},
	ActCross:    {FactAccepted, journal.Notifies | journal.Activity},
	ActIgnore:   {FactIgnored, journal.Unspoken},
	ActUndo:     {FactRestored, journal.Unspoken},
	ActReopen:   {FactReopened, 0},
	ActUnknown:  {FactDisowned, journal.Unspoken},
	ActSpam:     {FactReported, journal.Unspoken},
	ActReply:    {FactReplied, journal.Notifies},
	ActWithdraw: {FactWithdrawn, 0},
	ActExpire:   {FactExpired, 0},
	ActBlock:    {FactBlocked, 0},
}

// fact tells of an act on an invitation as it stands after it.
func fact(act Act, v Invitation) journal.Fact {
	k := kinds[act]
	if act == ActReply && v.State.silent() {
		k.facets = 0 // the receiver has turned away from this thread
	}
	return journal.Fact{Kind: k.name, Facets: k.facets, Owner: v.Receiver, Peer: v.Sender, Ref: v.ID, Version: v.Version}
}
