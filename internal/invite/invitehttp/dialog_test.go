package invitehttp_test

import (
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/trait"
)

func TestDialog(t *testing.T) {
	h, c, _ := story(t)
	adaobi := h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi", Headline: "Climate data scientist"})
	h.connect(adaobi, c.grace)
	h.put(adaobi, 2, "Saltmarsh Institute", "MSc Coastal Engineering", month(2011, 9), month(2013, 8))
	p := h.ask("noor", "/invite/adaobi", nil)
	if p.code != 200 || p.text("h1") != "Invite Adaobi Eze-Nakamura" {
		t.Fatalf("%d %s", p.code, p.text("main"))
	}
	if got := p.text(".choices:first-of-type .choice:has(#r-relationship)"); got != "Strengthen a real tie Studied together, 1 year" {
		t.Errorf("the first reason is %q", got)
	}
	if p.Find(".choice input").Length() != 8 || p.Find(`input[name="reason"][checked]`).AttrOr("value", "") != "relationship" {
		t.Errorf("%d reasons, chosen %q", p.Find(".choice input").Length(), p.Find(`input[name="reason"][checked]`).AttrOr("value", ""))
	}
	facts := p.text(".facts")
	for _, want := range []string{"Your connections in common", "MSc Coastal Engineering, Saltmarsh Institute, 2010 – 2012 Adaobi has this too, and can see it",
		"grid analyst, Nordlys Energi, 2016 – 2021 Shown only if Adaobi has it too", "Skill: R Only your connections see this. Tick it to show it to Adaobi alone"} {
		if !strings.Contains(facts, want) {
			t.Errorf("the facts lack %q: %s", want, facts)
		}
	}
	if p.text(".quota b") != "100 of 100" || p.Find("#preview-evidence .verdict.agrees").Length() != 1 {
		t.Errorf("quota %q, preview %q", p.text(".quota"), p.text("#preview-evidence"))
	}
	// Too long a note: everything typed is kept, the text stands at the field.
	typed := url.Values{"reason": {"background"}, "sub-background": {"school"}, "note": {strings.Repeat("n", 312)}, "fact": {}}
	q := h.ask("noor", "/invite/adaobi", typed)
	if q.code != 422 || q.Find("textarea").Text() != typed.Get("note") || q.text("#f-note-error") != "This note is too long: 312 of 300 characters." {
		t.Errorf("%d: %q", q.code, q.text(".error"))
	}
	if q.Find("#r-background[checked]").Length() != 1 || q.Find(`input[value="school"][checked]`).Length() != 1 || q.Find(`input[name="fact"][checked]`).Length() != 0 {
		t.Error("what was chosen is lost")
	}
	typed.Set("do", "draft")
	if q := h.ask("noor", "/invite/adaobi", typed); q.code != 303 {
		t.Errorf("saving a draft: %d %s", q.code, q.text("main"))
	}
	if q := h.ask("noor", "/invite/adaobi", nil); q.Find("textarea").Text() != typed.Get("note") || q.Find(`input[name="fact"][checked]`).Length() != 0 {
		t.Error("the draft does not come back as it was")
	}
	typed.Set("note", "I used your surge ensemble.")
	if part := h.ask("noor", "/invite/adaobi/preview", typed, "HX-Request", "true"); part.Find("form").Length() != 0 || part.Find(".verdict").Length() != 1 || part.Find(".agrees").Length() != 0 {
		t.Errorf("the preview with everything left out: %s", part.body)
	}
	typed.Set("fact", p.Find(".facts label:nth-child(2) input").AttrOr("value", ""))
	typed.Del("do")
	if q := h.ask("noor", "/invite/adaobi", typed); q.code != 303 || q.to != "/in/adaobi" {
		t.Fatalf("sending: %d %s", q.code, q.text("main"))
	}
	in, err := h.invites.Received(ctx, access.Member(adaobi), invite.Filter{}, page.Cursor{})
	if err != nil || len(in.Items) != 1 || in.Items[0].Sub != "school" || in.Items[0].Why.Verdict != 1 {
		t.Errorf("it arrived as %+v, %v", in.Items, err)
	}
	if in.Items[0].Mutual != 0 {
		t.Error("connections in common were left out and count")
	}
	if q := h.ask("noor", "/invite/adaobi", nil); !strings.Contains(q.text("dialog"), "is waiting for an answer") || q.Find("form").Length() != 0 {
		t.Errorf("a second one: %s", q.text("dialog"))
	}
	if q := h.ask("noor", "/invite/adaobi", typed); q.code != 409 || !strings.Contains(q.text(".banner"), "already waiting") || q.Find("textarea").Text() != "I used your surge ensemble." {
		t.Errorf("sending twice: %d %s", q.code, q.text(".banner"))
	}
}

func TestDialogElsewhere(t *testing.T) {
	h, c, ids := story(t)
	for path, want := range map[string]string{"/invite/noor": "/in/noor", "/invite/NOOR": "/in/noor"} {
		if p := h.ask("noor", path, nil); p.to != want {
			t.Errorf("%s leads to %q", path, p.to)
		}
	}
	if p := h.ask("noor", "/invite/nobody", nil); p.code != 404 {
		t.Errorf("nobody: %d", p.code)
	}
	if p := h.ask("noor", "/invite/ingrid", nil); p.Find(`a[href="/invitations/`+id.String(ids[2])+`"]`).Length() != 1 {
		t.Errorf("who asked me: %s", p.text("dialog"))
	}
	if p := h.ask("noor", "/invite/grace", nil); !strings.Contains(p.text("dialog"), "You are connected") {
		t.Errorf("a connection: %s", p.text("dialog"))
	}
	h.must(h.invites.SetWho(ctx, access.Member(c.tomasz), invite.WithReason))
	p := h.ask("bastian", "/invite/tomasz", url.Values{"note": {"Hi"}})
	if p.code != 422 || !strings.Contains(p.text("#f-reason-error"), "give a reason") || p.Find("textarea").Text() != "Hi" {
		t.Errorf("without a reason: %d %s", p.code, p.text(".error"))
	}
	h.must(h.invites.SetWho(ctx, access.Member(c.tomasz), invite.WithinSecond))
	if p := h.ask("bastian", "/invite/tomasz", nil); !strings.Contains(p.text("dialog"), invite.RefusalText("Tomasz Wiśniewski")) {
		t.Errorf("refused: %s", p.text("dialog"))
	}
	if p := h.ask("bastian", "/invite/tomasz", url.Values{"note": {"Hi"}}); p.code != 403 || !strings.Contains(p.text(".banner"), "is not taking this invitation") {
		t.Errorf("sending all the same: %d", p.code)
	}
	if p := h.ask("noor", "/invite/tomasz", nil, "HX-Request", "true"); p.Find("dialog").Length() != 1 || p.Find("main").Length() != 0 {
		t.Error("the fragment is not the dialog alone")
	}
}

// The dialog begins with a reason that what goes along bears out, not with one whose
// facts are closed and would have to be shown first; the preview lists what is released
// as the receiver reads it.
func TestTheDialogBeginsWithWhatItCanShow(t *testing.T) {
	h, c, _ := story(t)
	adaobi := h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi"})
	h.connect(adaobi, c.grace)
	h.put(adaobi, trait.School, "Saltmarsh Institute", "MSc Coastal Engineering", month(2011, 9), month(2013, 8))
	h.write(func(tx *db.Tx) error {
		return h.policies.SetSection(ctx, tx, c.noor, access.Education, access.Scope{Audience: access.OnlyMe})
	})
	p := h.ask("noor", "/invite/adaobi", nil)
	if got := p.Find(`input[name="reason"][checked]`).AttrOr("value", ""); got != "network" || p.Find("#preview-evidence .agrees").Length() != 1 {
		t.Errorf("it begins with %q: %s", got, p.text("#preview-evidence"))
	}
	var order []string
	p.Find(".choices:first-of-type .choice").Each(func(_ int, s *goquerySelection) { order = append(order, strings.Join(strings.Fields(s.Text()), " ")) })
	if all := strings.Join(order, "; "); !strings.HasPrefix(all, "Grow the network New here; Shared connections 1 mutual connection; Strengthen a real tie Studied together, 1 year, if you show it below;") {
		t.Errorf("the reasons: %s", all)
	}
	lines := p.text(".pv-facts")
	if !strings.Contains(lines, "MSc Coastal Engineering, Saltmarsh Institute, 2010 – 2012") || !strings.Contains(lines, "Skill: R") || strings.Contains(lines, "Nordlys Energi") {
		t.Errorf("the preview lists %s", lines)
	}
	h.must(h.network.Disconnect(ctx, access.Member(adaobi), c.grace))
	if p = h.ask("noor", "/invite/adaobi", nil); p.Find(`#r-relationship[checked]`).Length() != 0 || strings.Contains(p.text("#preview-evidence"), "No overlap") {
		t.Errorf("with nothing to show it begins with %q: %s", p.Find(`input[name="reason"][checked]`).AttrOr("value", ""), p.text("#preview-evidence"))
	}
}

// Each closed fact says in a sentence who sees it, to its owner.
func TestTheDialogSaysWhoSeesWhat(t *testing.T) {
	h, c, _ := story(t)
	h.member(member.Newcomer{Name: "Adaobi Eze-Nakamura", Handle: "adaobi"})
	says := func(want string) {
		t.Helper()
		if got := h.ask("noor", "/invite/adaobi", nil).text(".facts"); !strings.Contains(got, "Skill: R "+want) {
			t.Errorf("want %q of %s", want, got)
		}
	}
	for a, want := range map[access.Audience]string{
		access.Members: "Adaobi can see this", access.OnlyMe: "Only you see this. Tick it to show it to Adaobi alone",
		access.Second: "Only people up to the 2nd degree see this. Tick it", access.Third: "Only people up to the 3rd degree see this. Tick it",
	} {
		h.write(func(tx *db.Tx) error {
			return h.policies.SetSection(ctx, tx, c.noor, access.Skills, access.Scope{Audience: a})
		})
		says(want)
	}
	adaobi, _, err := h.members.ByHandle(ctx, "adaobi")
	h.must(err)
	h.write(func(tx *db.Tx) error {
		h.must(h.policies.SetSection(ctx, tx, c.noor, access.Skills, access.Scope{Audience: access.Members}))
		return h.policies.Limit(ctx, tx, c.noor, adaobi, []access.Section{access.Skills})
	})
	says("Adaobi can’t see this. Tick it to show it to Adaobi alone")
}
