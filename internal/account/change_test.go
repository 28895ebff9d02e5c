package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/mail"
)

const other = "eight dry mountains"

func TestAResetLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.join("Ada Brandt", "ada@example.org")
		ok(t, h.RequestReset(ctx, phone, " Ada@Example.org"))
		token := h.follow(h.only("ada@example.org"), "/reset/")
		email, err := h.ResetFor(ctx, token)
		if err != nil || email != "ada@example.org" {
			t.Fatalf("for %q, %v", email, err)
		}
		wantAt(t, h.Reset(ctx, token, "password"), "password") // a poor choice costs no link
		wantAt(t, h.Reset(ctx, token, "ada12345"), "password")
		ok(t, h.Reset(ctx, token, other))
		if l := h.only("ada@example.org"); !strings.Contains(l.Subject, "changed") {
			t.Fatalf("letter %q", l.Subject)
		}
		if h.who(session) != 0 {
			t.Fatal("a session outlived the reset")
		}
		want(t, h.Reset(ctx, token, secret), fault.Missing) // used
		_, err = h.SignIn(ctx, phone, "ada@example.org", secret)
		wantAt(t, err, "password")
		_, err = h.SignIn(ctx, phone, "ada@example.org", other)
		ok(t, err)
	})
}

func TestResetLinksEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.join("Ada Brandt", "ada@example.org")
		link := func() string {
			ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
			return h.follow(h.only("ada@example.org"), "/reset/")
		}
		old := link()
		newer := link()
		want(t, h.Reset(ctx, old, other), fault.Missing) // a newer one was sent
		h.pass(time.Hour)
		want(t, h.Reset(ctx, newer, other), fault.Missing) // too old
		another := link()
		_, err := h.ChangePassword(ctx, laptop, h.viewer(session), secret, other)
		ok(t, err)
		want(t, h.Reset(ctx, another, secret), fault.Missing) // the password was changed since
		for _, wrong := range []string{"", "x", session, another[:53], another + "A"} {
			want(t, h.Reset(ctx, wrong, other), fault.Missing)
		}
	})
}

func TestTwoResetsByTheSameLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
		token := h.follow(h.only("ada@example.org"), "/reset/")
		oneWon(t, together(6, func(int) error { return h.Reset(ctx, token, other) }), fault.Missing)
	})
}

func TestManyRequestsLeaveOneResetLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		for range 5 {
			for _, err := range together(8, func(int) error { return h.RequestReset(ctx, phone, "ada@example.org") }) {
				ok(t, err)
			}
			alive := 0
			for _, l := range h.box.take() {
				if _, err := h.ResetFor(ctx, h.follow(l, "/reset/")); err == nil {
					alive++
				}
			}
			if alive != 1 {
				t.Fatalf("%d links are alive", alive)
			}
		}
	})
}

func TestAResetOfAnUnknownAddressSendsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ok(t, h.RequestReset(ctx, phone, "nobody@example.org"))
		if l := h.box.take(); len(l) != 0 {
			t.Fatalf("letters %v", l)
		}
		wantAt(t, h.RequestReset(ctx, phone, "nobody"), "email")
	})
}

func TestChangingThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.join("Ada Brandt", "ada@example.org")
		elsewhere := h.signIn(phone, "ada@example.org")
		v := h.viewer(first)
		for _, wrong := range []string{"", "not it", other} {
			_, err := h.ChangePassword(ctx, laptop, v, wrong, other)
			wantAt(t, err, "current")
		}
		_, err := h.ChangePassword(ctx, laptop, v, secret, "Brandt1234")
		wantAt(t, err, "password")
		if h.who(elsewhere) == 0 || len(h.box.take()) != 0 {
			t.Fatal("a refused change changed something")
		}
		fresh, err := h.ChangePassword(ctx, laptop, v, secret, other)
		ok(t, err)
		h.only("ada@example.org")
		if h.who(first) != 0 || h.who(elsewhere) != 0 || h.who(fresh) != v.Member() {
			t.Fatal("the wrong sessions ended")
		}
		_, err = h.SignIn(ctx, phone, "ada@example.org", other)
		ok(t, err)
		_, err = h.ChangePassword(ctx, laptop, access.Guest(), "", other)
		want(t, err, fault.Missing)
	})
}

func TestWrongPasswordsAreHeldInSettingsToo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h = open(t, h.d, func(c *account.Config) { c.Limits = account.DefaultLimits })
		v := h.viewer(h.join("Ada Brandt", "ada@example.org"))
		for range 5 {
			_, err := h.ChangePassword(ctx, laptop, v, "guess number one", other)
			wantAt(t, err, "current")
		}
		_, err := h.ChangePassword(ctx, laptop, v, secret, other)
		want(t, err, fault.TooMany)
		want(t, h.RequestEmail(ctx, laptop, v, "new@example.org", secret), fault.TooMany)
		h.pass(time.Minute)
		_, err = h.ChangePassword(ctx, laptop, v, secret, other)
		ok(t, err)
	})
}

// to returns the only letter to an address among several.
func to(t *testing.T, letters []mail.Letter, email string) mail.Letter {
	t.Helper()
	i := slices.IndexFunc(letters, func(l mail.Letter) bool { return l.To == email })
	if i < 0 {
		t.Fatalf("no letter to %s in %v", email, letters)
	}
	return letters[i]
}

func TestChangingTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		here := h.join("Ada Brandt", "ada@example.org")
		elsewhere := h.signIn(phone, "ada@example.org")
		v := h.viewer(here)
		wantAt(t, h.RequestEmail(ctx, laptop, v, "new@example.org", other), "current")
		wantAt(t, h.RequestEmail(ctx, laptop, v, "nowhere", secret), "email")
		wantAt(t, h.RequestEmail(ctx, laptop, v, "ADA@example.org", secret), "email")
		ok(t, h.RequestEmail(ctx, laptop, v, "first@example.org", secret))
		first := h.follow(to(t, h.box.take(), "first@example.org"), "/settings/account/email/")
		ok(t, h.RequestEmail(ctx, laptop, v, "New@example.org", secret))
		letters := h.box.take()
		if len(letters) != 2 || strings.Contains(to(t, letters, "ada@example.org").Text, "new@example.org") {
			t.Fatalf("letters %v", letters)
		}
		token := h.follow(to(t, letters, "new@example.org"), "/settings/account/email/")
		want(t, h.ConfirmEmail(ctx, phone, first), fault.Missing) // a newer one was asked for
		if email, err := h.EmailFor(ctx, token); email != "new@example.org" || err != nil {
			t.Fatalf("for %q, %v", email, err)
		}
		if a, _ := h.Of(ctx, v); a.Email != "ada@example.org" {
			t.Fatal("changed before the link was followed")
		}
		browser := laptop
		browser.Token = here
		ok(t, h.ConfirmEmail(ctx, browser, token))
		h.only("ada@example.org")
		want(t, h.ConfirmEmail(ctx, browser, token), fault.Missing)
		if h.who(here) == 0 || h.who(elsewhere) != 0 {
			t.Fatal("the wrong sessions ended")
		}
		h.signIn(phone, "new@example.org")
		_, err := h.SignIn(ctx, phone, "ada@example.org", secret)
		wantAt(t, err, "password")
		h.join("Another Ada", "ada@example.org") // the old address is free again
	})
}

func TestAnAddressThatIsTakenIsNotGivenAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bela := h.viewer(h.join("Bela Kiss", "bela@example.org"))
		h.join("Ada Brandt", "ada@example.org")
		ok(t, h.RequestEmail(ctx, laptop, bela, "ada@example.org", secret))
		letters := h.box.take()
		if l := to(t, letters, "ada@example.org"); strings.Contains(l.Text, "/settings/account/email/") || len(letters) != 2 {
			t.Fatalf("letters %v", letters)
		}
	})
}

func TestTwoMembersConfirmTheSameAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var tokens []string
		for _, name := range []string{"ada", "bela", "cleo"} {
			v := h.viewer(h.join(name, name+"@example.org"))
			ok(t, h.RequestEmail(ctx, laptop, v, "wanted@example.org", secret))
			tokens = append(tokens, h.follow(to(t, h.box.take(), "wanted@example.org"), "/settings/account/email/"))
		}
		oneWon(t, together(3, func(i int) error { return h.ConfirmEmail(ctx, phone, tokens[i]) }), fault.Conflict)
		if h.count("claims WHERE kind = 'email'") != 3 {
			t.Fatal("not one address each")
		}
	})
}

func TestALinkToANewAddressDiesWithThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.viewer(h.join("Ada Brandt", "ada@example.org"))
		ok(t, h.RequestEmail(ctx, laptop, v, "new@example.org", secret))
		token := h.follow(to(t, h.box.take(), "new@example.org"), "/settings/account/email/")
		_, err := h.ChangePassword(ctx, laptop, v, secret, other)
		ok(t, err)
		want(t, h.ConfirmEmail(ctx, phone, token), fault.Missing)
	})
}

// Every act that has a letter, on an account that was imported with an address.
func TestImportedAccountsAreNeverWrittenTo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.join("Ada Brandt", "ada@imported.example")
		v := h.viewer(session)
		h.exec("UPDATE accounts SET imported = $1 WHERE member_id = $2", true, v.Member())
		silent := func(what string) {
			t.Helper()
			for _, l := range h.box.take() {
				if l.To == "ada@imported.example" {
					t.Errorf("%s wrote to the imported address: %q", what, l.Subject)
				}
			}
		}
		_, err := h.Register(ctx, phone, "Somebody", "ada@imported.example", secret)
		ok(t, err)
		silent("registering")
		ok(t, h.RequestReset(ctx, phone, "ada@imported.example"))
		silent("a reset")
		bela := h.viewer(h.join("Bela Kiss", "bela@example.org"))
		ok(t, h.RequestEmail(ctx, laptop, bela, "ada@imported.example", secret))
		silent("somebody else's change of address")
		_, err = h.ChangePassword(ctx, laptop, v, secret, other)
		ok(t, err)
		silent("a change of password")
		_, err = h.SignInLink(ctx, v.Member())
		ok(t, err)
		silent("the operator's link")
		if a, _ := h.Of(ctx, v); !a.Imported {
			t.Fatal("no longer imported: the rest would prove nothing")
		}

		// The member gives an address: from then on the account is their own, and
		// the imported address is forgotten.
		ok(t, h.RequestEmail(ctx, laptop, v, "ada@example.org", other))
		letters := h.box.take()
		if len(letters) != 1 {
			t.Fatalf("letters %v", letters)
		}
		token := h.follow(to(t, letters, "ada@example.org"), "/settings/account/email/")
		if a, _ := h.Of(ctx, v); a.Imported || a.Email != "" {
			t.Fatalf("account %+v", a)
		}
		ok(t, h.ConfirmEmail(ctx, laptop, token))
		silent("confirming the address")
		ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
		h.only("ada@example.org")
	})
}

func TestAnAccountFromTheOperatorBecomesTheMembersOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		link, err := h.SignInLink(ctx, h.newMember("Ada Brandt"))
		ok(t, err)
		session, err := h.SignInByLink(ctx, laptop, strings.TrimPrefix(link, "https://tide.example/link/"))
		ok(t, err)
		v := h.viewer(session)
		if a, err := h.Of(ctx, v); err != nil || a.Email != "" || a.Password || !a.Imported {
			t.Fatalf("account %+v %v", a, err)
		}
		ok(t, h.RequestEmail(ctx, laptop, v, "ada@example.org", "")) // there is no password to ask for
		ok(t, h.ConfirmEmail(ctx, laptop, h.follow(h.only("ada@example.org"), "/settings/account/email/")))
		_, err = h.ChangePassword(ctx, laptop, v, "", secret)
		ok(t, err)
		h.signIn(phone, "ada@example.org")
	})
}

func TestAChangeThatLostARaceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.viewer(h.join("Ada Brandt", "ada@example.org"))
		oneWon(t, together(2, func(i int) error {
			_, err := h.ChangePassword(ctx, laptop, v, secret, []string{other, "nine calm islands"}[i])
			if fault.Is(err, fault.Invalid) { // the other was through before this one began
				err = fault.New(fault.Conflict, "late")
			}
			return err
		}), fault.Conflict)
	})
}

func TestRoles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.viewer(h.join("Ada Brandt", "ada@example.org"))
		bare := h.newMember("Bela Kiss")
		for _, id := range []int64{ada.Member(), bare} {
			ok(t, h.d.Write(ctx, func(tx *db.Tx) error { return h.SetRole(ctx, tx, id, account.RoleOwner) }))
			if a, err := h.Of(ctx, access.Member(id)); err != nil || a.Role != account.RoleOwner {
				t.Fatalf("account %+v %v", a, err)
			}
		}
		err := h.d.Write(ctx, func(tx *db.Tx) error { return h.SetRole(ctx, tx, bare, 7) })
		want(t, err, fault.Invalid)
	})
}
