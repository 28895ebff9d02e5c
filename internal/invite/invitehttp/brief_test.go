package invitehttp_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/member"
)

func TestCompact(t *testing.T) {
	h, c, ids := story(t)
	p := h.ask("noor", "/invitations?view=compact", nil)
	for _, w := range []struct {
		n    int64
		want string
	}{
		{ids[2], "Sæther-Okonkwo2nd degree2 mutual connections3 days ago a real tie The record: agrees Worked together, 2 y 6 m Strong fit"},
		{ids[1], "Strengthen a real tie The record: nothing found Low fit"},
		{ids[0], "No reason given"},
	} {
		got := p.text(li(w.n))
		for part := range strings.SplitSeq(w.want, " ") {
			if !strings.Contains(got, part) {
				t.Errorf("%q lacks %q", got, part)
			}
		}
		for _, act := range []string{"accept", "ignore"} {
			if p.Find(li(w.n)+` [formaction$="/`+act+`?view=compact"]`).Length() != 1 {
				t.Errorf("%s has no %s", got, act)
			}
		}
		if note := p.Find(li(w.n) + " .noted").Length(); (note == 1) != (w.n != ids[0]) {
			t.Errorf("%s tells of %d notes", got, note)
		}
		if p.Find(li(w.n)+" .gain, "+li(w.n)+" .note").Length() != 0 {
			t.Error("it is not short")
		}
	}
	if p.Find(`.switch a[aria-current]`).Text() != "Compact" {
		t.Errorf("the switch stands on %q", p.text(".switch a[aria-current]"))
	}
	again := h.ask("noor", "/invitations", nil, "Cookie", cookies(p)+"; guildhall=noor")
	if again.Find("li.brief").Length() != 3 {
		t.Error("the choice is forgotten")
	}
	full := h.ask("noor", "/invitations?view=full", nil, "Cookie", cookies(p)+"; guildhall=noor")
	if full.Find("li.brief").Length() != 0 || full.Find("li.invitation").Length() != 3 {
		t.Error("there is no way back")
	}
	open := h.ask("noor", "/invitations/"+id.String(ids[2])+"?view=compact&open", nil, "HX-Request", "true")
	if open.Find(".gain").Length() != 1 || open.Find(`[hx-post$="/accept?view=compact"]`).Length() != 1 || open.Find(`[data-key="o"]`).Length() != 1 {
		t.Errorf("opened in place: %s", open.body)
	}
	if fold := h.ask("noor", "/invitations/"+id.String(ids[2])+"?view=compact", nil, "HX-Request", "true"); fold.Find("li.brief").Length() != 1 {
		t.Errorf("folded: %s", fold.body)
	}
	p = h.ask("noor", at(ids[2], "accept")+"?view=compact", post, "HX-Request", "true", "HX-Current-URL", "http://example.com/invitations?view=compact")
	if !strings.Contains(p.text("li.brief.done"), "are connected.") || p.Find(`[hx-post$="/undo?view=compact"][data-key="u"]`).Length() != 1 {
		t.Errorf("accepted: %s", p.body)
	}
	if p.text("#n-reason-relationship") != "1" || p.text("#n-with-note") != "1" || p.text("#n-mutual-1") != "1" || p.Find("#n-fit-good[hx-swap-oob]").Length() != 1 {
		t.Errorf("the counts of the filter: %s", p.body)
	}
	p = h.ask("noor", at(ids[2], "undo")+"?view=compact", post, "HX-Request", "true", "HX-Current-URL", "http://example.com/invitations")
	if p.Find("li.brief .pick").Length() != 1 || p.text("#n-reason-relationship") != "2" || h.network.Graph().Degree(c.noor, c.ingrid) != graph.Second {
		t.Errorf("undone: %s", p.body)
	}
	if p = h.ask("noor", at(ids[2], "ignore"), post, "HX-Request", "true", "HX-Current-URL", "http://example.com/in/ingrid"); p.Find("[id^=n-]").Length() != 0 {
		t.Error("counts go to a page that has none")
	}
}

func TestFiftyOnOnePage(t *testing.T) {
	h, c, _ := story(t)
	for i := range 48 {
		m := h.member(member.Newcomer{Name: fmt.Sprintf("Asker %d", i), Handle: fmt.Sprintf("asker-%d", i)})
		h.send(m, c.noor, invite.Letter{Reason: "network"})
	}
	h.ask("noor", "/invitations", nil)
	if p := h.ask("noor", "/invitations", nil); !strings.Contains(p.text(".list-top"), "The compact view shows each in a line or two.") {
		t.Errorf("compact is not offered: %s", p.text(".list-top"))
	}
	few := h.queries
	p := h.ask("noor", "/invitations?view=compact", nil)
	if p.Find("li.brief").Length() != invite.BriefSize || p.Find(".pager a").Length() != 1 || h.queries != few {
		t.Errorf("%d on a page, %d statements in full and %d in short", p.Find("li.brief").Length(), few, h.queries)
	}
	if strings.Contains(p.text(".list-top"), "Compact shows") {
		t.Error("it is offered to whom has it")
	}
	var all []string
	p.Find("li.brief .pick").Each(func(_ int, s *goquerySelection) { all = append(all, s.AttrOr("value", "")) })
	q := h.ask("noor", "/invitations/many", url.Values{"id": all, "act": {"accept"}})
	next := h.ask("noor", q.to, nil, "Cookie", cookies(q)+"; guildhall=noor")
	if !strings.Contains(next.text("#toasts"), "50 invitations accepted.") {
		t.Fatalf("it says %q", next.text("#toasts"))
	}
	undo := url.Values{}
	next.Find(`#toasts form input`).Each(func(_ int, s *goquerySelection) { undo.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	q = h.ask("noor", next.Find("#toasts form").AttrOr("action", ""), undo)
	if next = h.ask("noor", q.to, nil, "Cookie", cookies(q)+"; guildhall=noor"); !strings.Contains(next.text("#toasts"), "50 invitations brought back.") {
		t.Errorf("it says %q", next.text("#toasts"))
	}
	if n, _ := h.invites.Waiting(ctx, access.Member(c.noor)); n != 51 || h.network.Graph().Count(c.noor) != 2 {
		t.Errorf("%d wait, %d connections", n, h.network.Graph().Count(c.noor))
	}
}

// What was sent can be read the other way round, waiting or ended.
func TestSentOldestFirst(t *testing.T) {
	h, c, _ := story(t)
	for _, to := range []int64{c.tomasz, c.bastian} {
		h.send(c.grace, h.member(member.Newcomer{Name: fmt.Sprint("Asked ", to), Handle: fmt.Sprint("asked-", to)}), invite.Letter{})
		h.now = h.now.Add(time.Minute)
	}
	first := func(path string) string {
		return h.ask("grace", path, nil).text("li.invitation:first-child h3")
	}
	p := h.ask("grace", "/invitations/sent", nil)
	to := p.Find(`a[href="/invitations/sent?sort=oldest"]`)
	if to.Text() != "Oldest first" || first("/invitations/sent") != fmt.Sprint("Asked ", c.bastian) || first("/invitations/sent?sort=oldest") != fmt.Sprint("Asked ", c.tomasz) {
		t.Errorf("%q leads to %q first", to.Text(), first("/invitations/sent?sort=oldest"))
	}
	old := h.ask("grace", "/invitations/sent?sort=oldest", nil)
	if old.Find(`a[href="/invitations/sent"]`).Length() < 1 || old.Find(`a[href="/invitations/sent?show=ended&sort=oldest"]`).Length() != 1 {
		t.Errorf("no way back, or the order is lost: %s", old.text(".list"))
	}
}

// Beyond what the navigation counts, the inbox tells how many wait, before an answer and
// after it, and no other page claims to.
func TestMoreThanTheNavigationCounts(t *testing.T) {
	h, c, _ := story(t)
	for i := range 102 {
		m := h.member(member.Newcomer{Name: fmt.Sprintf("Asker %d", i), Handle: fmt.Sprintf("asker-%d", i)})
		h.send(m, c.noor, invite.Letter{})
	}
	first := h.ask("noor", "/invitations", nil)
	item := strings.TrimPrefix(first.Find("li.invitation").First().AttrOr("id", ""), "invitation-")
	tab := ".tabs a:first-child .n"
	if got := first.text(tab) + " " + first.text("#waiting"); got != "105 , waiting: 99+" {
		t.Errorf("the inbox counts %q", got)
	}
	for path, want := range map[string]string{"/invitations/sent": "99+", "/invitations/answered": "99+", "/invitations/" + item: "99+"} {
		if got := h.ask("noor", path, nil).text(tab); got != want {
			t.Errorf("%s counts %q", path, got)
		}
	}
	for from, want := range map[string]string{"http://example.com/invitations": "104", "http://example.com/invitations/" + item: "99+"} {
		p := h.ask("noor", "/invitations/"+item+"/ignore", post, "HX-Request", "true", "HX-Current-URL", from)
		if got := p.text(`[hx-swap-oob="innerHTML:` + tab + `"]`); got != want {
			t.Errorf("an answer on %s counts %q", from, got)
		}
		h.ask("noor", "/invitations/"+item+"/undo", post)
	}
}

// What goes by the evidence is not looked into where very many wait, and the page says of
// how many.
func TestSoManyThatSomeAreNotLookedInto(t *testing.T) {
	h, c, _ := story(t)
	for i := range 189 {
		m := h.member(member.Newcomer{Name: fmt.Sprintf("Asker %d", i), Handle: fmt.Sprintf("asker-%d", i)})
		h.send(m, c.noor, invite.Letter{})
	}
	for path, want := range map[string]string{
		"/invitations?sort=mutual": "2 older ones were not looked into", "/invitations?sort=oldest&mutual=1": "2 newer ones were not looked into",
		"/invitations?reason=relationship&sort=fit": "", "/invitations?reason=none": "",
	} {
		got := h.ask("noor", path, nil).text("#inbox-list")
		if told := strings.Contains(got, "not looked into"); told != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%s reads %.200s", path, got)
		}
	}
}

func TestSortIsRemembered(t *testing.T) {
	h, _, ids := story(t)
	p := h.ask("noor", "/invitations?sort=oldest", nil)
	again := h.ask("noor", "/invitations", nil, "Cookie", cookies(p)+"; guildhall=noor")
	if got := again.Find("li.invitation").First().AttrOr("id", ""); got != strings.TrimPrefix(li(ids[0]), "#") || again.Find(`option[selected]`).AttrOr("value", "") != "oldest" {
		t.Errorf("first is %s", got)
	}
	if broken := h.ask("noor", "/invitations", nil, "Cookie", "inbox=%%<>.burn; guildhall=noor"); broken.Find("li.invitation").First().AttrOr("id", "") != strings.TrimPrefix(li(ids[2]), "#") {
		t.Error("a broken cookie changes the order")
	}
}

func TestFilters(t *testing.T) {
	h, c, ids := story(t)
	own, err := h.invites.AddReason(ctx, access.Member(c.grace), invite.OwnReason{Label: "Same choir", Kin: "relationship"})
	h.must(err)
	mine := h.send(c.tomasz, c.bastian, invite.Letter{Reason: own.Code})
	if p := h.ask("bastian", "/invitations?reason="+own.Code, nil); p.Find("li.invitation").Length() != 1 || p.Find(`.filters [value="`+own.Code+`"][checked]`).Length() != 1 ||
		!strings.Contains(p.text(li(mine)), "Same choir") || p.text("#n-reason-own-same-choir") != "1" {
		t.Errorf("an own reason: %s", p.text("main"))
	}
	for query, want := range map[string]int{"mutual=1": 2, "mutual=5": 0, "mutual=999": 3, "fit=fair": 2, "fit=strong": 1, "fit=any": 3, "reason=own.none": 3} {
		if p := h.ask("noor", "/invitations?"+query, nil); p.Find("li.invitation").Length() != want {
			t.Errorf("%s finds %d, want %d: fits are %s", query, p.Find("li.invitation").Length(), want, p.text(".fit"))
		}
	}
	p := h.ask("noor", "/invitations", nil)
	if p.text("#n-mutual-1") != "2" || p.text("#n-degree-4") != "1" || p.Find(`a.skip[href="#inbox-list"]`).Length() != 1 {
		t.Errorf("counts: mutual %q, outside %q", p.text("#n-mutual-1"), p.text("#n-degree-4"))
	}
	_ = ids
}

func TestAcceptWithLimits(t *testing.T) {
	h, c, ids := story(t)
	h.write(func(tx *db.Tx) error {
		h.must(h.policies.SetSection(ctx, tx, c.noor, access.Skills, access.Scope{Audience: access.Members}))
		return h.policies.SetSection(ctx, tx, c.noor, access.About, access.Scope{Audience: access.Public})
	})
	sheet := at(ids[2], "limits")
	p := h.ask("noor", sheet, nil)
	main := p.text("main")
	if p.code != 200 || p.text("h1") != "Accept with limits" || !strings.Contains(main, "New to Ingrid") || !strings.Contains(main, "Ingrid can already see Skills") ||
		!strings.Contains(main, "Public, so it can’t be closed to one person: about text.") || p.Find(`[name="open"][value="about"]`).Length() != 0 {
		t.Fatalf("%d: %s", p.code, main)
	}
	if part := h.ask("noor", sheet, nil, "HX-Request", "true"); part.Find("dialog[data-dialog]").Length() != 1 || part.Find("main").Length() != 0 {
		t.Error("the sheet is not a fragment")
	}
	keep := url.Values{}
	p.Find(`[name="open"]`).Each(func(_ int, s *goquerySelection) {
		if v := s.AttrOr("value", ""); v != "skills" && v != "experience" {
			keep.Add("open", v)
		}
	})
	keep["open"] = append(keep["open"], "page", "nothing", "about")
	for _, who := range []string{"ingrid", "bastian"} {
		if p := h.ask(who, sheet, keep); p.code != 404 {
			t.Errorf("%s accepts in Noor's name: %d", who, p.code)
		}
	}
	q := h.ask("noor", sheet, keep)
	next := h.ask("noor", q.to, nil, "Cookie", cookies(q)+"; guildhall=noor")
	if q.code != 303 || !strings.Contains(next.text("#toasts"), "Closed to them stays: experience and skills.") || next.Find("#toasts form").AttrOr("action", "") != at(ids[2], "undo") {
		t.Errorf("%d: %s", q.code, next.text("#toasts"))
	}
	shut, err := h.policies.LimitOf(ctx, h.db, c.noor, c.ingrid)
	h.must(err)
	if shut != access.SetOf(access.Skills, access.Experience) || h.network.Graph().Degree(c.noor, c.ingrid) != graph.First {
		t.Errorf("closed is %v", shut.List())
	}
	if late := h.ask("noor", sheet, nil); late.code != 409 {
		t.Errorf("a sheet after the answer: %d", late.code)
	}
	q = h.ask("noor", at(ids[2], "undo"), post)
	if next = h.ask("noor", q.to, nil, "Cookie", cookies(q)+"; guildhall=noor"); !strings.Contains(next.text("#toasts"), "waits for you again. Closed to Ingrid Sæther-Okonkwo stays: experience and skills.") {
		t.Errorf("undone: %s", next.text("#toasts"))
	}
	if p := h.ask("noor", sheet, nil); !strings.Contains(p.text("main"), "Already closed to Ingrid: experience and skills.") {
		t.Errorf("after undo: %s", p.text("main"))
	}
}

func TestSentBox(t *testing.T) {
	h, c, ids := story(t)
	h.must(h.invites.SaveDraft(ctx, access.Member(c.ingrid), c.sofia, invite.Letter{Reason: "network", Note: "About the tides"}))
	p := h.ask("ingrid", "/invitations/sent", nil)
	for _, want := range []string{"About the tides", "Continue", "99 of 100 invitations left this week", "1 of at most 500 are waiting", "for 21 days", "3 days ago",
		"You can send 100 in any seven days.", "200 if 50 % or more are accepted", "once you sent at least 20.", "50 if 10 % or more of those who answer don’t know you", "and 20 from 25 % on, once at least 10 have",
		"At most 500 can wait at one time, and you can have 30,000 connections."} {
		if !strings.Contains(p.text("main"), want) {
			t.Errorf("sent does not say %q: %s", want, p.text("main"))
		}
	}
	h.ask("ingrid", at(ids[2], "withdraw"), post)
	p = h.ask("ingrid", "/invitations/sent", nil)
	if !strings.Contains(p.text("main"), "Noor Haddad can be invited again from 15 December 2026") {
		t.Errorf("the cool-down: %s", p.text("aside"))
	}
	if again := h.ask("ingrid", "/invite/noor", nil); !strings.Contains(again.text("main"), "15 December 2026") {
		t.Errorf("the dialog names another day: %s", again.text("main"))
	}
	if q := h.ask("ingrid", "/invite/sofia/forget", post); q.code != 303 {
		t.Errorf("forgetting: %d", q.code)
	}
	if q := h.ask("ingrid", "/invite/sofia/forget", post); q.code != 404 {
		t.Errorf("forgetting twice: %d", q.code)
	}
	h.send(c.noor, c.ingrid, invite.Letter{}) // that ends the cool-down
	if p = h.ask("ingrid", "/invitations/sent", nil); strings.Contains(p.text("main"), "can be invited again") || p.Find(".drafts").Length() != 0 {
		t.Errorf("afterwards: %s", p.text("main"))
	}
}

func TestKeepersPages(t *testing.T) {
	h, c, ids := story(t)
	h.member(member.Newcomer{Name: "Keeper Kettle", Handle: "keeper"})
	for _, path := range []string{"/admin/reasons", "/admin/reports"} {
		if p := h.ask("noor", path, nil); p.code != 404 {
			t.Errorf("a member sees %s: %d", path, p.code)
		}
		if p := h.ask("noor", path, url.Values{"label": {"Mine"}}); p.code != 404 && p.code != 405 {
			t.Errorf("a member writes to %s: %d", path, p.code)
		}
	}
	if p := h.ask("keeper", "/admin/reasons", url.Values{"label": {strings.Repeat("x", 41)}, "hint": {"kept"}}); p.code != 422 || p.Find("#f-hint").AttrOr("value", "") != "kept" || p.Find(".error").Length() != 1 {
		t.Errorf("what is too long: %d %s", p.code, p.text("main"))
	}
	if p := h.ask("keeper", "/admin/reasons", url.Values{"label": {"Same <b>choir</b>"}, "hint": {"Any of ours"}, "kin": {"relationship"}}); p.code != 303 {
		t.Fatalf("adding: %d %s", p.code, p.text("main"))
	}
	book, err := h.invites.Book(ctx)
	h.must(err)
	code := book[0].Code
	d := h.ask("grace", "/invite/bastian", nil)
	if d.Find(`input[name="reason"][value="`+code+`"]#r-own-1`).Length() != 1 || !strings.Contains(d.text(".pv-own-1"), "Same <b>choir</b>") {
		t.Errorf("the dialog: %s", d.text("main"))
	}
	if q := h.ask("grace", "/invite/bastian", url.Values{"reason": {code}}); q.code != 303 {
		t.Errorf("sending: %d %s", q.code, q.text("main"))
	}
	for _, page := range [][2]string{{"bastian", "/invitations"}, {"bastian", "/invitations?view=compact"}, {"grace", "/invitations/sent"}} {
		if p := h.ask(page[0], page[1], nil); !strings.Contains(p.text("main"), "Same <b>choir</b>") {
			t.Errorf("%s does not name it: %s", page[1], p.text("main"))
		}
	}
	h.ask("keeper", "/admin/reasons/"+code, url.Values{"label": {"Sings with us"}})
	h.ask("keeper", "/admin/reasons/"+code+"/retire", post)
	if p := h.ask("bastian", "/invitations", nil); !strings.Contains(p.text("main"), "Sings with us") {
		t.Error("renaming does not reach what was sent")
	}
	if p := h.ask("grace", "/invite/sofia", nil); p.Find(`[value="`+code+`"]`).Length() != 0 {
		t.Error("a retired reason is offered")
	}
	if q := h.ask("ingrid", "/invite/bastian", url.Values{"reason": {code}, "note": {"kept"}}); q.code != 422 || q.Find("textarea").Text() != "kept" {
		t.Errorf("a retired reason is taken: %d", q.code)
	}

	h.ask("noor", at(ids[1], "spam"), post)
	p := h.ask("keeper", "/admin/reports", nil)
	for _, want := range []string{"Bastian Kreutzmann", "Great to reconnect!", "by Noor Haddad"} {
		if !strings.Contains(p.text("main"), want) {
			t.Errorf("the report does not say %q: %s", want, p.text("main"))
		}
	}
	seen := p.Find(`form[action$="/seen"]`).AttrOr("action", "")
	if q := h.ask("noor", seen, post); q.code != 404 {
		t.Errorf("a member marks a report: %d", q.code)
	}
	h.ask("keeper", seen, post)
	if p = h.ask("keeper", "/admin/reports", nil); !strings.Contains(p.text("main"), "Seen just now") || p.Find(`form[action$="/seen"]`).Length() != 0 {
		t.Errorf("after it was seen: %s", p.text("main"))
	}
	_ = c
}

// Consequences are told before they are chosen.
func TestConsequencesAreTold(t *testing.T) {
	h, _, ids := story(t)
	p := h.ask("noor", "/invitations", nil)
	for _, want := range []string{"I don’t know this person Ingrid is not told and can’t invite you again", "Report as spam… Ingrid can’t invite you again", "Accept with limits…"} {
		if !strings.Contains(p.text(li(ids[2])+" .menu"), want) {
			t.Errorf("the menu does not say %q: %s", want, p.text(li(ids[2])+" .menu"))
		}
	}
	if !strings.Contains(p.text(li(ids[1])), "Bastian is not told and can’t invite you again; it counts against how many they may send") {
		t.Errorf("the button in view does not say what it does: %s", p.text(li(ids[1])+" .doubt"))
	}
	if q := h.ask("noor", at(ids[1], "spam"), nil); !strings.Contains(q.text("main"), "that you reported it") {
		t.Errorf("the question: %s", q.text("main"))
	}
}
