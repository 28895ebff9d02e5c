package invitehttp_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/web"
)

func li(n int64) string { return "#invitation-" + id.String(n) }

func at(n int64, act string) string { return "/invitations/" + id.String(n) + "/" + act }

var post = url.Values{}

func TestInboxReadsInFourSteps(t *testing.T) {
	h, _, ids := story(t)
	p := h.ask("noor", "/invitations", nil)
	if p.code != 200 || p.Find("h1").Length() != 1 || p.Find("li.invitation").Length() != 3 {
		t.Fatalf("%d, %d invitations", p.code, p.Find("li.invitation").Length())
	}
	for _, c := range []struct {
		n    int64
		sel  string
		want string
	}{
		{ids[2], "h3", "Ingrid Sæther-Okonkwo she/her"},
		{ids[2], ".reason", "Strengthen a real tie · worked together"},
		{ids[2], ".note", ingridsNote},
		{ids[2], ".verdict.agrees", "The record agrees. You were both at Nordlys Energi from September 2018 to February 2021."},
		{ids[2], ".why summary b", "Worked togetherConnectionsBackgroundNetwork"},
		{ids[2], ".why:first-child summary span", "2 y 6 m"},
		{ids[2], ".why:first-child .meet-word", "2 years 6 months"},
		{ids[2], ".why:first-child tbody", "Yougrid analystApr 2016 – Feb 2021Ingridreliability engineerSep 2018 – now"},
		{ids[2], ".gain li:first-child", "~10 people come within two steps of you"},
		{ids[2], ".mutual > span:last-child", "2 mutual connections"},
		{ids[1], ".verdict.differs", "No overlap found. You left Halden Robotics in June 2015; Bastian’s entry there begins in January 2018."},
		{ids[1], ".why:first-child > summary", "Worked together no overlap"},
		{ids[1], ".why:first-child .gap-word", "2 y 6 m apart"},
		{ids[1], ".gain li:first-child b", "few"},
		{ids[0], ".row:nth-of-type(1) .reason", "No reason given, and no note."},
	} {
		if got := p.text(li(c.n) + " " + c.sel); got != c.want {
			t.Errorf("%s reads %q, want %q", c.sel, got, c.want)
		}
	}
	if p.Find(li(ids[1])+` .doubt [formaction$="/unknown"]`).Length() != 1 || p.Find(li(ids[2])+` .doubt`).Length() != 0 {
		t.Error("“I don’t know this person” must be in view where the claim does not hold, and only there")
	}
	if !strings.Contains(p.text(li(ids[2])), "The sender shows you some of this with the invitation.") {
		t.Error("released facts are not told to be")
	}
	if h.queries > 13 {
		t.Errorf("the page takes %d statements", h.queries)
	}
}

// The page costs the same with one invitation and with 25. Here nothing but the own
// reasons is kept in memory; what the whole house takes with its cards kept, session included, is
// counted in internal/sim.
func TestInboxStatements(t *testing.T) {
	h, c, _ := story(t)
	h.ask("noor", "/invitations", nil)
	few := h.queries
	for i := range 22 {
		m := h.member(member.Newcomer{Name: fmt.Sprintf("Asker %c", 'A'+i)})
		h.connect(m, c.grace)
		h.send(m, c.noor, invite.Letter{Reason: "network", Note: "Hello"})
	}
	p := h.ask("noor", "/invitations", nil)
	if p.Find("li.invitation").Length() != invite.PageSize || h.queries != few || few > 13 {
		t.Errorf("%d statements with three invitations, %d with 25", few, h.queries)
	}
	next, _ := p.Find(".pager a").Attr("href")
	second := h.ask("noor", next, nil)
	if second.Find("li.invitation").Length() != invite.PageSize || second.Find(".pager a").Length() != 2 {
		t.Errorf("the second page has %d invitations", second.Find("li.invitation").Length())
	}
}

func TestFilterForm(t *testing.T) {
	h, _, ids := story(t)
	for query, want := range map[string][]int64{
		"reason=relationship": {ids[2], ids[1]}, "reason=none": {ids[0]}, "with=shared": {ids[2], ids[1], ids[0]}, "with=note": {ids[2], ids[1]},
		"degree=2": {ids[2], ids[0]}, "degree=4": {ids[1]}, "sort=oldest": {ids[0], ids[1], ids[2]}, "sort=fit&with=note": {ids[2], ids[1]},
		"reason=career": nil, "reason=%22%3E%3Cb%3E&degree=x&sort=drop&with=": {ids[2], ids[1], ids[0]},
	} {
		p := h.ask("noor", "/invitations?"+query, nil)
		var got []string
		p.Find("li.invitation").Each(func(_ int, s *goquerySelection) { got = append(got, s.AttrOr("id", "")) })
		var exp []string
		for _, n := range want {
			exp = append(exp, li(n)[1:])
		}
		if fmt.Sprint(got) != fmt.Sprint(exp) {
			t.Errorf("%s shows %v, want %v", query, got, exp)
		}
		if len(want) == 0 && p.Find(`.empty a[href="/invitations"]`).Length() != 1 {
			t.Errorf("%s: an empty list without a next step", query)
		}
	}
	part := h.ask("noor", "/invitations?reason=none", nil, "HX-Request", "true")
	if part.Find("h1").Length() != 0 || part.Find("#inbox-list li.invitation").Length() != 1 {
		t.Error("the fragment is not the list alone")
	}
}

func TestAnswersWithoutScript(t *testing.T) {
	h, c, ids := story(t)
	for _, a := range []struct {
		n         int64
		act, said string
		undo      bool
	}{
		{ids[2], "accept", "You and Ingrid Sæther-Okonkwo are connected.", true},
		{ids[0], "ignore", "Ignored. Σοφία Παπαδημητρίου-Οικονόμου is not told.", true},
		{ids[1], "unknown", "Bastian Kreutzmann is not told and can’t invite you again.", true},
	} {
		p := h.ask("noor", at(a.n, a.act), post, "Referer", "http://example.com/invitations?sort=oldest")
		if p.code != 303 || p.to != "/invitations?sort=oldest" {
			t.Fatalf("%s: %d to %q", a.act, p.code, p.to)
		}
		next := h.ask("noor", p.to, nil, "Cookie", cookies(p)+"; guildhall=noor")
		if !strings.Contains(next.text("#toasts"), a.said) || (next.Find(`#toasts form[action$="/undo"]`).Length() == 1) != a.undo {
			t.Errorf("%s says %q", a.act, next.text("#toasts"))
		}
	}
	if h.network.Graph().Degree(c.noor, c.ingrid) != graph.First {
		t.Error("accepting did not connect")
	}
	if n, _ := h.invites.Waiting(ctx, access.Member(c.noor)); n != 0 {
		t.Errorf("%d still wait", n)
	}
	if p := h.ask("noor", "/invitations", nil); p.Find(`.empty a[href="/network"]`).Length() != 1 {
		t.Error("an empty inbox without a next step")
	}
	if p := h.ask("noor", "/invitations/answered", nil); p.Find("li.invitation").Length() != 3 || p.Find(`[formaction$="/undo"]`).Length() != 3 {
		t.Errorf("answered: %s", p.text("main"))
	}
	if p := h.ask("noor", at(ids[0], "undo"), post); p.code != 303 {
		t.Errorf("undo: %d", p.code)
	}
	if p := h.ask("noor", at(ids[2], "accept"), post); p.code != 409 || !strings.Contains(p.text("main"), "You have accepted this invitation already.") {
		t.Errorf("accepting twice: %d %s", p.code, p.text("main"))
	}
}

// cookies is what a browser keeps of an answer: of a name the last one.
func cookies(a answer) string {
	last := ""
	for _, c := range a.header.Values("Set-Cookie") {
		last, _, _ = strings.Cut(c, ";")
	}
	return last
}

func TestAnswersAsFragments(t *testing.T) {
	h, _, ids := story(t)
	p := h.ask("noor", at(ids[0], "ignore"), post, "HX-Request", "true")
	if p.code != 200 || p.Find(li(ids[0])).Length() != 1 || p.Find("h1").Length() != 0 {
		t.Fatalf("%d: %s", p.code, p.body)
	}
	if p.Find(li(ids[0])+` [hx-post$="/undo"]`).Length() != 1 || p.text("#waiting") != ", waiting: 2" {
		t.Errorf("it reads %s; waiting %q", p.text(li(ids[0])), p.text("#waiting"))
	}
	p = h.ask("noor", at(ids[0], "undo"), post, "HX-Request", "true")
	if p.Find(li(ids[0])+` [hx-post$="/accept"]`).Length() != 1 || p.text("#waiting") != ", waiting: 3" {
		t.Errorf("undone: %s", p.text(li(ids[0])))
	}
	p = h.ask("noor", "/invitations/"+id.String(ids[2])+"?reply", nil, "HX-Request", "true")
	if p.Find(`textarea[name="reply"][data-focus]`).Length() != 1 || p.Find("h1").Length() != 0 {
		t.Errorf("the reply form: %s", p.text("form"))
	}
	p = h.ask("noor", at(ids[2], "reply"), url.Values{"reply": {"Was that the winter of the ice storm?"}}, "HX-Request", "true")
	if !strings.Contains(p.text(li(ids[2])), "You · just nowWas that the winter of the ice storm?") || p.Find(`[hx-post$="/accept"]`).Length() != 1 {
		t.Errorf("after a reply: %s", p.text(li(ids[2])))
	}
}

func TestReplyKeepsWhatWasTyped(t *testing.T) {
	h, _, ids := story(t)
	long := strings.Repeat("Ünder the bridge. ", 150)
	for _, header := range [][]string{nil, {"HX-Request", "true"}} {
		p := h.ask("noor", at(ids[2], "reply"), url.Values{"reply": {long}}, header...)
		if p.code != 422 || p.Find("textarea").Text() != long || !strings.Contains(p.text(".error"), "2699 of 2000 characters") {
			t.Errorf("%v: %d, error %q", header, p.code, p.text(".error"))
		}
		if id, ok := p.Find("textarea").Attr("aria-describedby"); !ok || !strings.Contains(id, "-error") {
			t.Error("the error is not at its field")
		}
	}
	if p := h.ask("ingrid", at(ids[2], "reply"), url.Values{"reply": {"Hello?"}}); p.code != 404 && p.code != 422 {
		t.Errorf("the sender writes first: %d", p.code)
	}
	h.ask("noor", at(ids[2], "reply"), url.Values{"reply": {"Which winter?"}})
	p := h.ask("ingrid", "/invitations/sent", nil)
	if !strings.Contains(p.text("main"), "Which winter?") || p.Find(`form[action$="/reply"]`).Length() != 1 {
		t.Errorf("the sender sees %s", p.text("main"))
	}
	if p := h.ask("ingrid", at(ids[2], "reply"), url.Values{"reply": {" "}}); p.code != 422 || p.Find(".error").Length() != 1 {
		t.Errorf("an empty answer: %d", p.code)
	}
	if p := h.ask("ingrid", at(ids[2], "reply"), url.Values{"reply": {"2019"}}); p.code != 303 || p.to != "/invitations/sent" {
		t.Errorf("the answer: %d to %s", p.code, p.to)
	}
}

func TestSelectBar(t *testing.T) {
	h, c, ids := story(t)
	picked := url.Values{"id": {id.String(ids[0]), id.String(ids[1]), "no id!", id.String(77)}, "act": {"ignore"}}
	p := h.ask("noor", "/invitations/many", picked)
	next := h.ask("noor", p.to, nil, "Cookie", cookies(p)+"; guildhall=noor")
	if !strings.Contains(next.text("#toasts"), "2 invitations ignored.") || !strings.Contains(next.text("#toasts"), "1 invitation could not be ignored: There is nothing here") {
		t.Errorf("it says %q", next.text("#toasts"))
	}
	undo := url.Values{}
	next.Find(`#toasts form input`).Each(func(_ int, s *goquerySelection) { undo.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	h.ask("noor", next.Find("#toasts form").AttrOr("action", ""), undo)
	if n, _ := h.invites.Waiting(ctx, access.Member(c.noor)); n != 3 {
		t.Errorf("%d wait after undo", n)
	}
	p = h.ask("noor", "/invitations/many", url.Values{"act": {"accept"}})
	if p.code != 303 || !strings.Contains(h.ask("noor", p.to, nil, "Cookie", cookies(p)+"; guildhall=noor").text("#toasts"), "Nothing was selected") {
		t.Error("picking nothing is not told")
	}
	if p := h.ask("noor", "/invitations/many", url.Values{"id": {id.String(ids[0])}, "act": {"burn"}}); p.code != 422 {
		t.Errorf("an unknown act: %d", p.code)
	}
}

// Every address of somebody else's invitation answers like one that is not there.
func TestForeignInvitations(t *testing.T) {
	h, _, ids := story(t)
	h.member(member.Newcomer{Name: "Eve Larsen", Handle: "eve"})
	for _, act := range []string{"accept", "ignore", "undo", "unknown", "spam", "block", "reply", "withdraw"} {
		real := h.ask("eve", at(ids[2], act), url.Values{"reply": {"x"}})
		none := h.ask("eve", at(1234, act), url.Values{"reply": {"x"}})
		if real.code != 404 || real.body != none.body {
			t.Errorf("%s: %d, and %d for nothing", act, real.code, none.code)
		}
		if act != "withdraw" && act != "reply" {
			if own := h.ask("ingrid", at(ids[2], act), post); own.code != 404 {
				t.Errorf("the sender's own %s: %d", act, own.code)
			}
		}
		if guest := h.ask("", at(ids[2], act), post); guest.code != 303 || !strings.HasPrefix(guest.to, "/signin") {
			t.Errorf("a guest's %s: %d to %s", act, guest.code, guest.to)
		}
	}
	for _, path := range []string{"", "spam", "block"} {
		if p := h.ask("eve", strings.TrimSuffix(at(ids[2], path), "/"), nil); p.code != 404 {
			t.Errorf("GET %s: %d", path, p.code)
		}
	}
	if p := h.ask("ingrid", strings.TrimSuffix(at(ids[2], ""), "/"), nil); p.to != "/invitations/sent" {
		t.Errorf("the sender is led to %q", p.to)
	}
}

func TestBlockAsksFirst(t *testing.T) {
	h, c, ids := story(t)
	p := h.ask("noor", at(ids[1], "block"), nil)
	if p.text("h1") != "Block Bastian Kreutzmann?" || p.Find(`form[method="post"][action$="/block"]`).Length() != 1 {
		t.Fatalf("it asks %q", p.text("main"))
	}
	if p := h.ask("noor", at(ids[1], "block"), post); p.code != 303 || p.to != "/invitations" {
		t.Errorf("%d to %s", p.code, p.to)
	}
	if yes, err := h.network.IsBlocked(ctx, h.db, c.noor, c.bastian); !yes || err != nil {
		t.Error("nothing was blocked")
	}
	if p := h.ask("bastian", "/invitations/sent", nil); p.Find("li.invitation").Length() != 0 {
		t.Error("the blocked sender still sees it")
	}
	if p := h.ask("bastian", "/invite/noor", nil); p.code != 404 {
		t.Errorf("the blocked may still open the dialog: %d", p.code)
	}
}

func TestWhoMayInvite(t *testing.T) {
	h, c, _ := story(t)
	p := h.ask("noor", "/invitations/who", nil)
	if p.Find("input[checked]").AttrOr("value", "") != "everybody" || p.Find(".choice").Length() != 5 {
		t.Errorf("chosen is %q", p.Find("input[checked]").AttrOr("value", ""))
	}
	if p := h.ask("noor", "/invitations/who", url.Values{"who": {"aliens"}}); p.code != 422 || p.Find(".banner.bad").Length() != 1 {
		t.Errorf("an unknown choice: %d", p.code)
	}
	if p := h.ask("noor", "/invitations/who", url.Values{"who": {"third"}}); p.code != 303 {
		t.Errorf("%d", p.code)
	}
	if w, _ := h.invites.Who(ctx, access.Member(c.noor)); w != invite.WithinThird {
		t.Errorf("it is %v", w)
	}
	if p := h.ask("noor", "/invitations/how", nil); p.code != 200 {
		t.Errorf("how: %d", p.code)
	}
}

func TestWithdraw(t *testing.T) {
	h, c, ids := story(t)
	p := h.ask("ingrid", "/invitations/sent", nil)
	if p.Find(`[formaction$="/withdraw"]`).Length() != 1 || !strings.Contains(p.text("main"), "3 days ago") {
		t.Errorf("sent reads %s", p.text("main"))
	}
	if p := h.ask("ingrid", at(ids[2], "withdraw"), post); p.code != 303 {
		t.Errorf("%d", p.code)
	}
	if p := h.ask("ingrid", "/invitations/sent?show=ended", nil); !strings.Contains(p.text("li.invitation"), "Withdrawn") {
		t.Errorf("ended reads %s", p.text("main"))
	}
	if n, _ := h.invites.Waiting(ctx, access.Member(c.noor)); n != 2 {
		t.Errorf("%d wait", n)
	}
}

// Whatever people write must come out as words.
func TestHostileWords(t *testing.T) {
	h, c, _ := story(t)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	m := h.member(member.Newcomer{Name: evil, Handle: "evil", Headline: evil})
	h.put(m, 1, evil, evil, month(2000, 1), 0)
	h.put(c.noor, 1, evil, evil, month(1999, 1), 0)
	h.send(m, c.noor, invite.Letter{Note: evil})
	for _, path := range []string{"/invitations", "/invitations/answered", "/invite/evil"} {
		p := h.ask("noor", path, nil)
		if p.Find("main script, main img, dialog script, dialog img").Length() != 0 {
			t.Errorf("%s runs what was written", path)
		}
	}
	if !strings.Contains(h.ask("noor", "/invitations", nil).text(".note"), evil) {
		t.Error("the words are lost")
	}
}

func TestRoutesDeclareWhoMayAsk(t *testing.T) {
	for _, r := range routes(t) {
		want := web.Member
		if strings.Contains(r.Pattern, " /admin/") {
			want = web.Owner
		}
		if r.Policy != want {
			t.Errorf("%s is open to %s", r.Pattern, r.Policy)
		}
	}
}
