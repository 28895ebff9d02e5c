package invitehttp_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/page"
)

// What cannot be taken is answered with a sentence, and what was typed is there
// still.
func TestWhatCannotBeTakenIsToldAndKept(t *testing.T) {
	h, _, _ := story(t)
	for name, c := range map[string]struct {
		note, says string
	}{
		"ten thousand characters": {strings.Repeat("tide ", 2000), "9999 of 300 characters"},
		"ten thousand accents":    {strings.Repeat("é", 10_000), "10000 of 300 characters"},
		"ten thousand animals":    {strings.Repeat("🦔", 10_000), "10000 of 300 characters"},
		"turned round":            {"Invoice \u202egnp.exe", "direction"},
		"forced left to right":    {"\u202dabc", "direction"},
		"a control character":     {"a\x07b", "character"},
		"no Unicode":              {"a\xffb", ""},
	} {
		p := h.ask("grace", "/invite/bastian", url.Values{"note": {c.note}})
		if p.code != 422 || !strings.Contains(p.text(".error"), c.says) || p.text(".error") == "" {
			t.Errorf("%s: %d, it says %q", name, p.code, p.text(".error"))
		}
		if got := p.Find("textarea").Text(); c.says != "" && !strings.Contains(c.note, "\x07") && strings.TrimSpace(got) != strings.TrimSpace(c.note) {
			t.Errorf("%s: the note is lost: %.40q", name, got)
		}
	}
	if n := len(h.sentBy("grace")); n != 0 {
		t.Errorf("%d were sent all the same", n)
	}
}

// Markup is words, and what turns the direction of writing stays within its own
// element.
func TestNotesAndRepliesAreWords(t *testing.T) {
	h, c, _ := story(t)
	evil := "</p><script>alert(1)</script>\u2067{{7*7}} ${7} <svg onload=alert(1)> & \u2066x"
	id := h.send(c.grace, c.bastian, invite.Letter{Note: evil})
	h.must(h.invites.Reply(ctx, access.Member(c.bastian), id, evil))
	for _, page := range [][2]string{{"bastian", "/invitations?view=full"}, {"bastian", "/invitations?view=compact"}, {"grace", "/invitations/sent"}} {
		p := h.ask(page[0], page[1], nil)
		if p.Find("main script, main svg[onload]").Length() != 0 {
			t.Errorf("%s runs what was written", page[1])
		}
		p.Find(li(id) + " .note").Each(func(_ int, s *goquerySelection) {
			if s.Text() != evil || s.AttrOr("dir", "") != "auto" {
				t.Errorf("the note reads %q, in direction %q", s.Text(), s.AttrOr("dir", ""))
			}
		})
	}
	if p := h.ask("grace", "/invitations/sent", nil); !strings.Contains(p.body, "&lt;svg onload") || p.Find(`p[dir="auto"]`).Length() < 2 {
		t.Error("the reply is not there as words")
	}
}

func TestNamesThatPassForOthers(t *testing.T) {
	h, c, _ := story(t)
	m := h.member(member.Newcomer{Name: "Ingrid S\u0430ether-Okonkwo", Handle: "not-ingrid"})
	id := h.send(m, c.noor, invite.Letter{})
	const warning = "This name mixes letters of several alphabets"
	for _, view := range []string{"full", "compact"} {
		p := h.ask("noor", "/invitations?view="+view, nil)
		if !strings.Contains(p.text(li(id)), warning) || strings.Count(p.text("main"), warning) != 1 {
			t.Errorf("%s warns %d times", view, strings.Count(p.text("main"), warning))
		}
	}
}

// Whoever tries what is not theirs, or no longer, or too often, is told no more than
// they may know, and nothing changes.
func TestAttackers(t *testing.T) {
	h, c, ids := story(t)
	withdrawn := h.send(c.grace, c.bastian, invite.Letter{})
	h.must(h.invites.Withdraw(ctx, access.Member(c.grace), withdrawn))
	over := h.send(c.tomasz, c.bastian, invite.Letter{})
	refused := h.send(c.sofia, c.bastian, invite.Letter{})
	h.must(h.invites.Unknown(ctx, access.Member(c.bastian), refused))
	none := h.ask("bastian", at(4711, "accept"), post)
	for _, tr := range []struct {
		who, target string
		form        url.Values
		code        int
		says        string
	}{
		{"ingrid", at(ids[2], "accept"), post, 404, ""},                                    // one's own
		{"ingrid", at(ids[2], "limits"), post, 404, ""},                                    //
		{"ingrid", at(ids[2], "undo"), post, 404, ""},                                      //
		{"bastian", at(ids[2], "accept"), post, 404, ""},                                   // another's
		{"bastian", at(ids[2], "undo"), post, 404, ""},                                     //
		{"bastian", at(withdrawn, "accept"), post, 404, ""},                                // withdrawn: as if it had never been
		{"bastian", at(withdrawn, "limits"), post, 404, ""},                                //
		{"bastian", at(withdrawn, "undo"), post, 404, ""},                                  //
		{"noor", at(ids[2], "withdraw"), post, 404, ""},                                    // the receiver withdraws
		{"bastian", "/invitations/none/accept", post, 404, ""},                             // what is no id
		{"noor", "/invite/noor", url.Values{}, 422, "You cannot invite yourself."},         // oneself
		{"ingrid", "/invite/noor", url.Values{}, 409, "already waiting for an answer"},     // twice
		{"grace", "/invite/bastian", url.Values{}, 403, "You withdrew an invitation to"},   // in a loop
		{"sofia", "/invite/bastian", url.Values{"reason": {"network"}}, 409, "is already"}, // who was refused in silence sees it wait
		{"noor", "/invite/tomasz", url.Values{}, 409, "are connected already"},
		{"grace", "/invite/tomasz", url.Values{"reason": {"own.forged"}}, 422, "choose one of the reasons"},
		{"grace", "/invite/nobody-here", url.Values{}, 404, ""},
	} {
		p := h.ask(tr.who, tr.target, tr.form)
		if p.code != tr.code || !strings.Contains(p.text("main"), tr.says) {
			t.Errorf("%s to %s: %d, %s", tr.who, tr.target, p.code, p.text("main"))
		}
		if tr.code == 404 && tr.who == "bastian" && p.body != none.body {
			t.Errorf("%s does not read like what is not there", tr.target)
		}
	}
	h.now = h.now.Add(181 * 24 * time.Hour)
	if p := h.ask("bastian", at(over, "accept"), post); p.code != 409 || !strings.Contains(p.text("main"), "no longer open") {
		t.Errorf("accepting what is over: %d %s", p.code, p.text("main"))
	}
	if p := h.ask("sofia", "/invite/bastian", url.Values{}); p.code != 403 || !strings.Contains(p.text("main"), "is not taking this invitation") {
		t.Errorf("inviting again after a silent refusal: %d %s", p.code, p.text("main"))
	}
}

// One note to very many is told, with what was typed kept; so is the week's limit.
func TestBulkSenders(t *testing.T) {
	h, _, _ := story(t)
	for i := range 101 {
		h.member(member.Newcomer{Name: fmt.Sprintf("Target %c%d", 'A'+i%26, i), Handle: fmt.Sprintf("target-%d", i)})
	}
	pitch := func(i int) string { return fmt.Sprintf("Hi Target, we grow revenue for people like you. Call %d?", i) }
	for i := range 21 {
		p := h.ask("grace", fmt.Sprintf("/invite/target-%d", i), url.Values{"note": {pitch(i)}})
		switch {
		case i < 20 && p.code != 303:
			t.Fatalf("number %d: %d %s", i, p.code, p.text(".error"))
		case i == 20 && (p.code != 422 || !strings.Contains(p.text(".error"), "to 20 people in the last seven days") || p.Find("textarea").Text() != pitch(i)):
			t.Errorf("number %d: %d %s", i, p.code, p.text(".error"))
		}
	}
	for i := 20; i < 101; i++ {
		p := h.ask("grace", fmt.Sprintf("/invite/target-%d", i), url.Values{"reason": {"network"}})
		if i < 100 && p.code != 303 {
			t.Fatalf("number %d: %d %s", i, p.code, p.text("main"))
		}
		if i == 100 && (p.code != 429 || !strings.Contains(p.text("main"), "You have sent 100 invitations in seven days, as many as anybody may. The next one is free on 30 November 2026.")) {
			t.Errorf("beyond the limit: %d %s", p.code, p.text("main"))
		}
	}
	if p := h.ask("grace", "/invite/target-100", nil); !strings.Contains(p.text(".banner"), "as many as anybody may") {
		t.Errorf("the dialog does not say so before: %s", p.text(".ask"))
	}
}

// sentBy lists what somebody has waiting.
func (h *hall) sentBy(handle string) []invite.Line {
	h.t.Helper()
	m, _, err := h.members.ByHandle(ctx, handle)
	h.must(err)
	lines, err := h.invites.Sent(ctx, access.Member(m), false, invite.Newest, page.Cursor{})
	h.must(err)
	return lines.Items
}
