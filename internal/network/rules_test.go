package network

import (
	"testing"

	"guildhall/internal/fault"
	"guildhall/internal/why"
)

func TestStrengthOfATie(t *testing.T) {
	for _, c := range []struct {
		reason, sub     string
		half, confirmed uint32
	}{
		{"", "", 0, 0}, {"relationship", "worked", 50, 100}, {"relationship", "studied", 50, 100}, {"relationship", "business", 40, 80},
		{"relationship", "met", 30, 60}, {"relationship", "", 30, 60}, {"relationship", "of-another-version", 30, 60},
		{"shared", "introduction", 20, 40}, {"shared", "", 20, 40}, {"network", "new", 10, 20}, {"profile", "", 10, 20}, {"of-another-version", "", 10, 20},
	} {
		if got := strength(c.reason, c.sub, false); got != c.half {
			t.Errorf("%s/%s, one side's word: %d, want %d", c.reason, c.sub, got, c.half)
		}
		if got := strength(c.reason, c.sub, true); got != c.confirmed {
			t.Errorf("%s/%s, confirmed: %d, want %d", c.reason, c.sub, got, c.confirmed)
		}
	}
	for _, r := range why.Reasons {
		for _, s := range append(why.Subs(r), why.Sub{}) {
			if n := strength(string(r), s.Code, true); n == 0 || n > MaxStrength || 2*strength(string(r), s.Code, false) != n {
				t.Errorf("%s/%s: %d", r, s.Code, n)
			}
		}
	}
	for key := range strengths {
		if r := why.Reason(key[0]); !r.Valid() || key[1] != "" && why.SubLabel(r, key[1]) == "" {
			t.Errorf("%v is no reason to connect", key)
		}
	}
}

func TestWhoMaySayWhat(t *testing.T) {
	const me, other = 1, 2
	base := Connection{Peer: other, Reason: "relationship", Sub: "worked", SaidBy: other}
	with := func(change func(*Connection)) Connection {
		c := base
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		before      Connection
		reason, sub string
		want        Connection
		changed     bool
		kind        fault.Kind
	}{
		"another reason":       {base, "shared", "known", with(func(c *Connection) { c.Reason, c.Sub, c.SaidBy = "shared", "known", me }), true, 0},
		"another sub-reason":   {base, "relationship", "met", with(func(c *Connection) { c.Sub, c.SaidBy = "met", me }), true, 0},
		"nothing any more":     {base, "", "", with(func(c *Connection) { c.Reason, c.Sub, c.SaidBy = "", "", me }), true, 0},
		"the same":             {base, "relationship", "worked", with(func(c *Connection) { c.Confirmed = true }), true, 0},
		"what both said":       {with(func(c *Connection) { c.Confirmed = true }), "relationship", "worked", with(func(c *Connection) { c.Confirmed = true }), false, 0},
		"over what both said":  {with(func(c *Connection) { c.Confirmed = true }), "shared", "", with(func(c *Connection) { c.Reason, c.Sub, c.SaidBy = "shared", "", me }), true, 0},
		"what was mine":        {with(func(c *Connection) { c.SaidBy = me }), "relationship", "met", with(func(c *Connection) { c.Sub, c.SaidBy = "met", me }), true, 0},
		"what is mine already": {with(func(c *Connection) { c.SaidBy = me }), "relationship", "worked", with(func(c *Connection) { c.SaidBy = me }), false, 0},
		"nothing over nothing": {Connection{Peer: other}, "", "", Connection{Peer: other}, false, 0},
		"of an import":         {Connection{Peer: other}, "relationship", "studied", Connection{Peer: other, Reason: "relationship", Sub: "studied", SaidBy: me}, true, 0},
		"no such reason":       {base, "friendship", "", base, false, fault.Invalid},
		"no such sub-reason":   {base, "relationship", "known", base, false, fault.Invalid},
		"a sub-reason alone":   {base, "", "worked", base, false, fault.Invalid},
	} {
		got, changed, err := c.before.corrected(me, c.reason, c.sub)
		if got != c.want || changed != c.changed || (err != nil) != (c.kind != 0) || err != nil && fault.Of(err) != c.kind {
			t.Errorf("%s: %+v, changed %v, %v", name, got, changed, err)
		}
	}
	for name, c := range map[string]Connection{"one's own": with(func(c *Connection) { c.SaidBy = me }), "nothing": {Peer: other}} {
		if _, err := c.confirmed(me); fault.Of(err) != fault.Conflict {
			t.Errorf("confirming %s is answered with %v", name, err)
		}
	}
}
