package account_test

import (
	"strings"
	"testing"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

func (h *house) ownerToken() string {
	h.t.Helper()
	link, err := h.OwnerLink(ctx)
	ok(h.t, err)
	token, found := strings.CutPrefix(link, "https://tide.example/owner/")
	if !found {
		h.t.Fatalf("link %q", link)
	}
	return token
}

func TestTheOwnersLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.ownerToken()
		h.pass(400 * 24 * time.Hour) // it does not grow old
		ok(t, h.OwnerWanted(ctx, first))
		second := h.ownerToken() // the server was started again
		want(t, h.OwnerWanted(ctx, first), fault.Missing)
		_, err := h.MakeOwner(ctx, laptop, first, "Ada Brandt", "ada@example.org", secret)
		want(t, err, fault.Missing)
		_, err = h.MakeOwner(ctx, laptop, second, "", "ada", "password")
		for _, f := range []string{"name", "email", "password"} {
			wantAt(t, err, f)
		}
		session, err := h.MakeOwner(ctx, laptop, second, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		s, found, err := h.Lookup(ctx, session)
		if !found || err != nil || s.Role != account.RoleOwner {
			t.Fatalf("session %+v %v", s, err)
		}
		_, err = h.MakeOwner(ctx, laptop, second, "Bela Kiss", "bela@example.org", secret)
		want(t, err, fault.Missing)
		if link, err := h.OwnerLink(ctx); link != "" || err != nil {
			t.Fatalf("a link although there is an owner: %q %v", link, err)
		}
		if len(h.box.take()) != 0 || h.count("account_links") != 0 {
			t.Fatal("letters or links are left")
		}
	})
}

func TestTwoPeopleFollowTheOwnersLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.ownerToken()
		oneWon(t, together(4, func(i int) error {
			_, err := h.MakeOwner(ctx, laptop, token, "Ada Brandt", string(rune('a'+i))+"@example.org", secret)
			return err
		}), fault.Missing)
		if h.count("accounts") != 1 || h.count("members") != 1 {
			t.Fatal("two owners")
		}
	})
}

func TestAnOwnerMadeOtherwiseClosesTheLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.ownerToken()
		id := h.newMember("Ada Brandt")
		ok(t, h.d.Write(ctx, func(tx *db.Tx) error { return h.SetRole(ctx, tx, id, account.RoleOwner) }))
		want(t, h.OwnerWanted(ctx, token), fault.Missing)
		_, err := h.MakeOwner(ctx, laptop, token, "Bela Kiss", "bela@example.org", secret)
		want(t, err, fault.Missing)
	})
}

func TestALinkOpensOnlyTheDoorItIsFor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.join("Ada Brandt", "ada@example.org")
		v := h.viewer(session)
		owner := h.ownerToken()
		link, err := h.SignInLink(ctx, v.Member())
		ok(t, err)
		signIn := strings.TrimPrefix(link, "https://tide.example/link/")
		ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
		reset := h.follow(h.only("ada@example.org"), "/reset/")
		ok(t, h.RequestEmail(ctx, laptop, v, "new@example.org", secret))
		email := h.follow(to(t, h.box.take(), "new@example.org"), "/settings/account/email/")
		tokens := map[string]string{"owner": owner, "sign in": signIn, "reset": reset, "email": email, "session": session}
		doors := map[string]func(token string) error{
			"owner": func(token string) error {
				_, err := h.MakeOwner(ctx, laptop, token, "X Y", "x@example.org", secret)
				return err
			},
			"sign in": func(token string) error { _, err := h.SignInByLink(ctx, laptop, token); return err },
			"reset":   func(token string) error { return h.Reset(ctx, token, other) },
			"email":   func(token string) error { return h.ConfirmEmail(ctx, laptop, token) },
		}
		for door, open := range doors {
			for kind, token := range tokens {
				if kind != door {
					want(t, open(token), fault.Missing)
					if kind != "session" && h.who(token) != 0 {
						t.Errorf("the %s link is a session", kind)
					}
				}
			}
		}
		ok(t, doors["sign in"](signIn)) // all are unharmed by the wrong doors
		ok(t, doors["owner"](owner))
		ok(t, doors["email"](email))
	})
}

func TestTheOperatorsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.newMember("Ada Brandt")
		token := func() string {
			link, err := h.SignInLink(ctx, id)
			ok(t, err)
			return strings.TrimPrefix(link, "https://tide.example/link/")
		}
		first := token()
		second := token()
		_, err := h.SignInByLink(ctx, laptop, first)
		want(t, err, fault.Missing)
		if c, err := h.SignInFor(ctx, second); err != nil || c.ID != id {
			t.Fatalf("card %+v %v", c, err)
		}
		oneWon(t, together(4, func(int) error { _, err := h.SignInByLink(ctx, laptop, second); return err }), fault.Missing)
		third := token()
		h.pass(time.Hour)
		_, err = h.SignInByLink(ctx, laptop, third)
		want(t, err, fault.Missing)
		_, err = h.SignInFor(ctx, third)
		want(t, err, fault.Missing)
		_, err = h.SignInLink(ctx, 4711)
		if err == nil || h.count("accounts") != 1 {
			t.Fatal("a link for nobody")
		}
		if found, err := h.MemberByHandle(ctx, "Ada-Brandt"); found != id || err != nil {
			t.Fatalf("member %d, %v", found, err)
		}
		_, err = h.MemberByHandle(ctx, "nobody")
		want(t, err, fault.Missing)
	})
}
