package leak

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/trait"
)

// What goes along with a letter, what is kept back, and what became of it.

// neighbourhood is a household in which Olive's sections have an audience.
func neighbourhood(t *testing.T, a access.Audience) *house {
	t.Helper()
	h := start(t, dbtest.SQLiteFile(t))
	household(h)
	opened(h, a, false)
	return h
}

// inside keeps only cells on pages of invitations, the start among them.
func inside(diff []cell) (in, out []cell) {
	for _, c := range diff {
		if c.what == "/" || strings.HasPrefix(c.what, "/invitations") {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	return in, out
}

// A closed fact that was released with an invitation shows to its receiver, in
// the invitation and nowhere else; and to nobody else anywhere.
func TestAReleaseOpensOneFactToOnePersonInOnePlace(t *testing.T) {
	h := neighbourhood(t, access.OnlyMe)
	var n tally
	for _, k := range trait.Kinds {
		for _, rel := range []trait.Relation{trait.Has, trait.Seeks} {
			f := h.put(olive, trait.Trait{Kind: k, Relation: rel, Entity: h.entity(k, shared[k])})
			letter := h.invite(olive, "rosa", invite.Letter{Release: []int64{f.ID}})
			pages := h.near(letter)
			before := h.look(watchers, pages)
			h.drop(olive, f)
			after := h.look(watchers, pages)
			for _, who := range watchers {
				diff := changed(before, after, who)
				if who == "rosa" {
					var in []cell
					if in, diff = inside(diff); len(in) == 0 {
						t.Errorf("%s %d, released, does not show in the invitation", k, rel)
					}
				}
				h.leaks(fmt.Sprintf("%s %d, released to rosa,", k, rel), before, after, diff)
			}
			n.count(after, []string{"rosa"})
			h.must(h.app.Invites.Withdraw(ctx, h.v(olive), letter))
			h.pass(22 * 24 * time.Hour)
			h.renew()
		}
	}
	t.Log(n)
}

// renew gives everybody a new session, where much time has gone by.
func (h *house) renew() {
	h.Helper()
	for nick := range h.ids {
		h.signIn(nick)
	}
}

// What is left out counts for nothing in the invitation: its page is that of a world
// without the fact, though the profile shows it. What others have in common with the
// reader may weigh otherwise, since one more openly shares it.
func TestWhatIsLeftOutIsNotInTheInvitation(t *testing.T) {
	for _, leave := range []bool{true, false} {
		h := neighbourhood(t, access.Members)
		for _, k := range trait.Kinds {
			f := h.put(olive, trait.Trait{Kind: k, Entity: h.entity(k, shared[k])})
			var l invite.Letter
			if leave {
				l.LeaveOut = []int64{f.ID}
			}
			letter := h.invite(olive, "rosa", l)
			pages := h.near(letter)
			before := h.look([]string{"rosa"}, pages)
			h.drop(olive, f)
			after := h.look([]string{"rosa"}, pages)
			in, out := inside(changed(before, after, "rosa"))
			if leave {
				in = slices.DeleteFunc(in, func(c cell) bool { return c.what != "/invitations/"+id.String(letter) })
				h.leaks(k.String()+", left out,", before, after, in)
			} else if len(in) == 0 {
				t.Errorf("%s, not left out, does not show in the invitation", k)
			}
			if len(out) == 0 {
				t.Errorf("%s does not show on the profile", k)
			}
			h.must(h.app.Invites.Withdraw(ctx, h.v(olive), letter))
			h.pass(22 * 24 * time.Hour)
			h.renew()
		}
	}
}

// Whoever withdraws an invitation leaves no trace with the receiver: all is as
// if it had never been sent.
func TestAWithdrawnInvitationWasNeverThere(t *testing.T) {
	h := neighbourhood(t, access.Connections)
	letter := id.New()
	for _, replied := range []bool{false, true} {
		// An id nobody has is asked for before; the real one after.
		pages := func(n int64) func(string) []ask { return h.around(n) }
		before := h.look(watchers, pages(letter))
		real := h.invite(olive, "far", invite.Letter{Reason: "career", Note: "Quarrymen at noon?"})
		sent := h.look([]string{"far"}, h.near())
		if len(changed(h.renamed(before, letter, real), sent, "far")) == 0 {
			t.Error("an invitation does not show to its receiver")
		}
		if replied {
			h.must(h.app.Invites.Reply(ctx, h.v("far"), real, "Which Quarrymen?"))
		}
		h.must(h.app.Invites.Withdraw(ctx, h.v(olive), real))
		before = h.renamed(before, letter, real)
		after := h.look(watchers, pages(real))
		for _, who := range watchers {
			h.leaks("a withdrawn invitation", before, after, changed(before, after, who))
		}
		h.pass(22 * 24 * time.Hour)
		h.renew()
		letter = real
	}
}

// renamed is a shot in which one invitation has the id of another.
func (h *house) renamed(s shot, from, to int64) shot {
	out := make(shot, len(s))
	r := strings.NewReplacer(id.String(from), id.String(to))
	for c, body := range s {
		out[cell{c.who, r.Replace(c.what)}] = r.Replace(body)
	}
	return out
}

// Who may invite shows to nobody whom the choice lets through, and to the others
// only where they would write.
func TestTheChoiceOfWhoMayInvite(t *testing.T) {
	h := neighbourhood(t, access.OnlyMe)
	letters := meet(h)
	h.join("zora", "Zora Zander") // nothing stands between her and Olive
	outfit(h, "zora")
	outside := []string{"far", "mate"} // rosa and sven have a letter on the way
	set := func(w invite.Who) func(h *house) {
		return func(h *house) { h.must(h.app.Invites.SetWho(ctx, h.v(olive), w)) }
	}
	for _, s := range []struct {
		step
		tells []string // the page of the dialog is another one to them
	}{
		{step{name: "within the third", do: set(invite.WithinThird)}, outside},
		{step{name: "within the second", do: set(invite.WithinSecond)}, []string{"third"}},
		{step{name: "within the third again", do: set(invite.WithinThird)}, []string{"third"}},
		{step{name: "everybody", do: set(invite.Everybody)}, outside},
		{step{name: "with a reason", do: set(invite.WithReason)}, []string{"second", "third", "far", "mate", "rosa", "sven", "first"}},
		{step{name: "by address", do: set(invite.KnowAddress)}, []string{"second", "third", "far", "mate", "rosa", "sven", "first"}},
	} {
		before := h.look(watchers, h.around(letters...))
		s.do(h)
		after := h.look(watchers, h.around(letters...))
		for _, who := range watchers {
			diff := changed(before, after, who)
			if slices.Contains(s.tells, who) {
				n := len(diff)
				diff = slices.DeleteFunc(diff, func(c cell) bool { return strings.Contains(c.what, "/invite/"+olive) })
				if n == len(diff) && slices.Contains(outside, who) {
					t.Errorf("%s: %s is not told", s.name, who)
				}
			}
			h.leaks("who may invite: "+s.name, before, after, diff)
		}
	}
}

// A bar against one sender reads like a choice that holds for many.
func TestABarLooksLikeAChoice(t *testing.T) {
	h := neighbourhood(t, access.OnlyMe)
	h.pass(8 * 24 * time.Hour) // nobody's week has anything in it
	h.must(h.app.Invites.SetWho(ctx, h.v(olive), invite.WithinSecond))
	page := func() string { return h.ask("far", get("/invite/"+olive)).String() }
	try := func() string { return h.ask("far", post("/invite/"+olive, withDo(nil, "send"))).String() }
	refused, tried := page(), try()
	h.must(h.app.Invites.SetWho(ctx, h.v(olive), invite.Everybody))
	if page() == refused {
		t.Error("everybody may, and the dialog refuses")
	}
	letter := h.invite("far", olive, invite.Letter{})
	h.must(h.app.Invites.Unknown(ctx, h.v(olive), letter))
	h.must(h.app.Invites.Withdraw(ctx, h.v("far"), letter))
	cooling := page()
	h.pass(22 * 24 * time.Hour)
	h.renew()
	if got := page(); got != refused {
		t.Errorf("the dialog tells a bar from a choice: %s", between(refused, got))
	}
	if got := try(); got != tried {
		t.Errorf("sending tells a bar from a choice: %s", between(tried, got))
	}
	if cooling == refused {
		t.Error("one's own withdrawal is not told")
	}
	if _, err := h.app.Invites.Send(ctx, h.v("far"), h.id(olive), invite.Letter{}); !fault.Is(err, fault.Denied) {
		t.Errorf("a barred sender gets %v", err)
	}
}

// "I don't know this person" is silent: the sender's pages are those of a world
// where the receiver only ignored, at once and for good, however few others there
// are. When the limit does fall, TestTheLimitTellsNoAnswer of invite has.
func TestADontKnowShowsNowhere(t *testing.T) {
	var letter int64
	a, b := twins(t, func(h *house) {
		household(h)
		for i := range 9 {
			nick := fmt.Sprintf("friend%d", i)
			h.join(nick, "Friend Indeed")
			h.must(h.app.Invites.Accept(ctx, h.v(nick), h.invite("sven", nick, invite.Letter{})))
		}
		letter = h.invite("sven", olive, invite.Letter{})
		h.must(h.app.Invites.Ignore(ctx, h.v(olive), letter))
	})
	b.must(b.app.Invites.Unknown(ctx, b.v(olive), letter))
	asks := []ask{get("/"), get("/invitations"), get("/invitations/sent"), get("/in/" + olive), get("/invite/" + olive), get("/invite/far"), get("/network")}
	play(t, "an answer that the sender is not known", a, b, "sven", asks)
	for _, h := range []*house{a, b} {
		h.pass(15 * 24 * time.Hour)
		h.signIn("sven")
	}
	play(t, "an answer that the sender is not known, a fortnight later,", a, b, "sven", asks)
}

// Looking at one's own page as somebody else tells which of one's facts they
// share only where one sees theirs anyway.
func TestLookingAsAnotherTellsNothingOfThem(t *testing.T) {
	for _, a := range []access.Audience{access.OnlyMe, access.Members} {
		h := neighbourhood(t, a)
		pages := func(who string) []ask {
			return []ask{get("/in/" + who + "?as-member=" + olive), get("/in/" + who + "?as=member")}
		}
		for _, who := range others {
			h.preset(who, access.ConnectionsOnly) // what one shares can be found
		}
		for _, k := range []trait.Kind{trait.Company, trait.School, trait.Group} {
			before := h.look(others, pages)
			h.put(olive, trait.Trait{Kind: k, Entity: h.entity(k, shared[k])})
			after := h.look(others, pages)
			for _, who := range others {
				diff := changed(before, after, who)
				if a == access.OnlyMe {
					h.leaks(k.String()+" of the one looked as", before, after, diff)
				} else if len(diff) == 0 && slices.Contains([]string{"second", "far", "mate"}, who) {
					t.Errorf("%s does not see on the own page that Olive, who shows it, shares a %s", who, k)
				}
			}
		}
	}
}
