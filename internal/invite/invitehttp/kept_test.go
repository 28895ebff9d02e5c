package invitehttp_test

import (
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
)

// What was typed into the dialog is there still, whatever has come in between: another
// window, another handle.
func TestTheDialogKeepsWhatWasTyped(t *testing.T) {
	h, c, _ := story(t)
	h.send(c.grace, c.bastian, invite.Letter{})
	long := strings.Repeat("n", 312)
	p := h.ask("grace", "/invite/bastian", url.Values{"note": {long}})
	if p.code != 422 || p.Find("textarea").Text() != long || p.Find("#f-note-error").Length() != 1 || !strings.Contains(p.text(".banner"), "is waiting for an answer") {
		t.Errorf("too long beside one that waits: %d %s", p.code, p.text("dialog"))
	}
	p = h.ask("grace", "/invite/bastian", url.Values{"note": {"Hi"}, "do": {"preview"}})
	if p.Find("textarea").Text() != "Hi" || !strings.Contains(p.text(".banner"), "is waiting for an answer") {
		t.Errorf("a preview beside one that waits: %s", p.text("dialog"))
	}
	h.ask("grace", "/invite/bastian", url.Values{"note": {long}, "do": {"draft"}})
	if p = h.ask("grace", "/invite/bastian", nil); p.Find("textarea").Text() != long || !strings.Contains(p.text(".banner"), "is waiting for an answer") {
		t.Errorf("a draft beside one that waits: %s", p.text("dialog"))
	}
	h.must(h.invites.SetWho(ctx, access.Member(c.sofia), invite.KnowAddress))
	h.write(func(tx *db.Tx) error {
		_, err := h.members.SetHandle(ctx, tx, c.sofia, "sofia-p")
		return err
	})
	old := url.Values{"note": {"Hi"}, "reason": {"network"}}
	if p = h.ask("bastian", "/invite/sofia", nil); p.to != "/invite/sofia-p" {
		t.Errorf("the old handle leads to %q", p.to)
	}
	if p = h.ask("bastian", "/invite/sofia", old); p.code != 422 || p.Find("textarea").Text() != "Hi" || p.Find(`form[action="/invite/sofia-p"]`).Length() != 1 {
		t.Errorf("at the old handle: %d, to %q: %s", p.code, p.to, p.text("dialog"))
	}
	if part := h.ask("bastian", "/invite/sofia/preview", old, "HX-Request", "true"); part.code != 200 || strings.TrimSpace(part.body) == "" {
		t.Errorf("the preview at the old handle: %d %q", part.code, part.body)
	}
}

// Beyond the most people to whom somebody can close sections, the sheet says so and
// keeps its ticks.
func TestTheSheetKeepsItsTicks(t *testing.T) {
	h, c, ids := story(t)
	h.write(func(tx *db.Tx) error {
		for i := range access.MaxLimits {
			h.must(h.policies.Limit(ctx, tx, c.noor, int64(1_000_000+i), []access.Section{access.Skills}))
		}
		return nil
	})
	for _, header := range [][]string{nil, {"HX-Request", "true"}} {
		p := h.ask("noor", at(ids[2], "limits"), url.Values{"open": {"about"}}, header...)
		if p.code != 429 || !strings.Contains(p.text("dialog .banner"), "at most 1000 people") {
			t.Errorf("%d: %s", p.code, p.text("main"))
		}
		if ticked := p.Find(`[name="open"][checked]`); ticked.Length() != 1 || ticked.AttrOr("value", "") != "about" {
			t.Errorf("%d ticks are left", ticked.Length())
		}
	}
	if n := h.network.Graph().Degree(c.noor, c.ingrid); n == graph.First {
		t.Error("it was accepted all the same")
	}
	if p := h.ask("noor", at(ids[2], "accept"), post); p.code != 303 {
		t.Errorf("without limits: %d", p.code)
	}
}

// A reply that comes too late, or once too often, is there to be copied, with the reason.
func TestRepliesThatComeTooLateAreKept(t *testing.T) {
	h, c, ids := story(t)
	late := url.Values{"reply": {"Which winter was that?"}}
	refused := func(who string, n int64, says string) {
		t.Helper()
		for _, header := range [][]string{nil, {"HX-Request", "true"}} {
			p := h.ask(who, at(n, "reply"), late, header...)
			if p.code != 422 || p.Find("textarea").Text() != late.Get("reply") || !strings.Contains(p.text(".error"), says) {
				t.Errorf("%s: %d, %q, %s", who, p.code, p.Find("textarea").Text(), p.text(".error"))
			}
		}
	}
	refused("ingrid", ids[2], "once there is a reply")
	h.must(h.invites.Reply(ctx, access.Member(c.noor), ids[2], "Hello"))
	h.must(h.invites.Reply(ctx, access.Member(c.ingrid), ids[2], "Good evening"))
	refused("ingrid", ids[2], "You have answered already")
	h.must(h.invites.Ignore(ctx, access.Member(c.noor), ids[2]))
	refused("noor", ids[2], "You have ignored this invitation already")
	h.must(h.invites.Withdraw(ctx, access.Member(c.ingrid), ids[2]))
	refused("ingrid", ids[2], "You have withdrawn this invitation already")
}

// What is released with an invitation is there to be read, also where it meets nothing
// of the receiver's; what is closed and not released is not.
func TestWhatIsReleasedShows(t *testing.T) {
	h, c, _ := story(t)
	var own []int64
	for i, name := range []string{"Bell founding", "Knots", "Rigging", "Sail making", "Splicing", "Tarring", "Whipping"} {
		if id := h.put(c.grace, trait.Skill, name, "", 0, 0); i != 1 {
			own = append(own, id)
		}
	}
	own = append(own, h.put(c.grace, trait.School, "Høyvik School of Craft", "Ropework", month(2008, 9), month(2011, 6)))
	n := h.send(c.grace, c.bastian, invite.Letter{Release: own})
	for _, path := range []string{"/invitations", "/invitations/" + id.String(n), "/invitations/" + id.String(n) + "?view=compact&open"} {
		got := h.ask("bastian", path, nil).text(li(n))
		for _, want := range []string{"Shows you", "Skills: Bell founding, Rigging, Sail making, Splicing, Tarring", "1 more", "Ropework, Høyvik School of Craft, 2008 – 2011", "Closed to you on Grace’s page, and released to you"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q: %s", path, want, got)
			}
		}
		if strings.Contains(got, "Knots") {
			t.Errorf("%s shows what was not released", path)
		}
	}
	if got := h.ask("noor", "/invitations", nil).text("main"); !strings.Contains(got, "Skills: Outage modelling, R") || strings.Contains(got, "Bell founding") {
		t.Errorf("another's invitations: %s", got)
	}
}
