package network

import (
	"cmp"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/why"
)

// strengths say how strong a tie is whose reason both have confirmed, by reason and
// sub-reason: time spent together binds most (Feld), a stated interest least. What is
// not listed under its sub-reason goes by the reason alone, 20 for those not here.
var strengths = map[[2]string]uint32{
	{"relationship", "worked"}: 100, {"relationship", "studied"}: 100, {"relationship", "business"}: 80, {"relationship", "group"}: 80,
	{"relationship", "met"}: 60, {"relationship", ""}: 60,
	{"shared", ""}: 40,
}

// MaxStrength is the greatest strength of a tie.
const MaxStrength = 100

// OwnReason begins the code of a reason that the instance added to the seven. Which
// there are the caller knows.
const OwnReason = "own."

// Strength returns how strong a tie is for the graph, 0 to MaxStrength: by its reason,
// half as much while only one side says so, and 0 where nobody says anything. Both
// sides have the same.
func (c Connection) Strength() uint32 { return strength(c.Reason, c.Sub, c.Confirmed) }

func strength(reason, sub string, confirmed bool) uint32 {
	if reason == "" {
		return 0
	}
	s := cmp.Or(strengths[[2]string{reason, sub}], strengths[[2]string{reason, ""}], 20)
	if !confirmed {
		s /= 2
	}
	return s
}

// corrected is the tie after me says how the two know each other; changed is false when
// that says nothing new. Saying what the other said already confirms it.
func (c Connection) corrected(me int64, reason, sub string) (next Connection, changed bool, err error) {
	if c.Reason == reason && c.Sub == sub {
		next, err = c.confirmed(me)
		return next, err == nil && !c.Confirmed, nil
	}
	own := strings.HasPrefix(reason, OwnReason) && sub == ""
	if reason != "" && !own && !why.Reason(reason).Valid() || sub != "" && why.SubLabel(why.Reason(reason), sub) == "" {
		return c, false, fault.Field("reason", "Choose one of the ways to know each other.")
	}
	c.Reason, c.Sub, c.SaidBy, c.Confirmed = reason, sub, me, false
	return c, true, nil
}

// confirmed is the tie after me confirms what the other said.
func (c Connection) confirmed(me int64) (Connection, error) {
	switch {
	case c.Reason == "":
		return c, fault.New(fault.Conflict, "Neither of you says how you know each other. You can say it.")
	case c.SaidBy == me:
		return c, fault.New(fault.Conflict, "You said this yourself; it is for the other to confirm it.")
	}
	c.Confirmed = true
	return c, nil
}
