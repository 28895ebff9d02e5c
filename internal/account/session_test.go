package account_test

import (
	"slices"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

func TestSigningInAndOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.who(h.join("Ada Brandt", "ada@example.org"))
		token := h.signIn(phone, "ada@example.org")
		if h.who(token) != ada {
			t.Fatal("signed in as nobody")
		}
		for _, c := range [][2]string{{"ada@example.org", "Seven wet harbours"}, {"ada@example.org", secret + " "}, {"bela@example.org", secret}} {
			_, err := h.SignIn(ctx, phone, c[0], c[1])
			wantAt(t, err, "password")
		}
		_, err := h.SignIn(ctx, phone, "", "")
		wantAt(t, err, "email")
		wantAt(t, err, "password")
		ok(t, h.SignOut(ctx, token))
		ok(t, h.SignOut(ctx, token))
		ok(t, h.SignOut(ctx, "nonsense"))
		if h.who(token) != 0 {
			t.Fatal("still signed in")
		}
	})
}

func TestLookupTakesTwoStatements(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.join("Ada Brandt", "ada@example.org")
		counted, n := db.CountQueries(ctx)
		if _, found, err := h.Lookup(counted, token); !found || err != nil || n.N() != 2 {
			t.Fatalf("%v %v, %d statements", found, err, n.N())
		}
		counted, n = db.CountQueries(ctx)
		if _, found, _ := h.Lookup(counted, "nonsense"); found || n.N() != 0 {
			t.Fatalf("%d statements for nonsense", n.N())
		}
	})
}

func TestTokensThatOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.join("Ada Brandt", "ada@example.org")
		bela := h.join("Bela Kiss", "bela@example.org")
		mixed := bela[:11] + ada[11:] // Bela's id with Ada's secret, more or less
		for _, token := range []string{"", "x", mixed, ada[:53], ada + "A", ada[:53] + "=", bela[:10] + ada[10:]} {
			if token != ada && token != bela && h.who(token) != 0 {
				t.Errorf("%q opens a session", token)
			}
		}
	})
}

// A session that somebody planted in the browser beforehand must not become the
// member's.
func TestSigningInNeverKeepsTheSessionThatWasThere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mallory := h.join("Mal Lory", "mallory@example.org")
		ada := h.who(h.join("Ada Brandt", "ada@example.org"))
		planted := laptop
		planted.Token = mallory
		token := h.signIn(planted, "ada@example.org")
		if token == mallory || h.who(token) != ada || h.who(mallory) != 0 {
			t.Fatal("the planted session lives on")
		}
		again := laptop
		again.Token = token
		if newer := h.signIn(again, "ada@example.org"); newer == token || h.who(token) != 0 {
			t.Fatal("signing in again kept the token")
		}
	})
}

func TestTheListOfSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.join("Ada Brandt", "ada@example.org")
		bela := h.join("Bela Kiss", "bela@example.org")
		v := h.viewer(first)
		h.pass(time.Hour)
		second := h.signIn(phone, "ada@example.org")
		list, err := h.Sessions(ctx, v, first)
		ok(t, err)
		if len(list) != 2 || list[0].Agent != "Safari on iPhone" || list[1].Agent != "Firefox on Linux" || list[0].Current || !list[1].Current {
			t.Fatalf("list %+v", list)
		}
		if !list[0].Created.Equal(h.now) {
			t.Fatalf("created %v, now %v", list[0].Created, h.now)
		}
		want(t, h.SignOutOne(ctx, h.viewer(bela), list[0].Ref), fault.Missing)
		want(t, h.SignOutOne(ctx, access.Guest(), list[0].Ref), fault.Missing)
		ok(t, h.SignOutOne(ctx, v, list[0].Ref))
		want(t, h.SignOutOne(ctx, v, list[0].Ref), fault.Missing)
		if h.who(second) != 0 || h.who(first) == 0 || h.who(bela) == 0 {
			t.Fatal("the wrong session ended")
		}
		for range 3 {
			h.signIn(phone, "ada@example.org")
		}
		if _, err := h.SignOutOthers(ctx, v, bela); !fault.Is(err, fault.Missing) {
			t.Fatalf("somebody else's token: %v", err)
		}
		if n, err := h.SignOutOthers(ctx, v, first); n != 3 || err != nil || h.who(first) == 0 {
			t.Fatalf("%d others ended, %v", n, err)
		}
		h.signIn(phone, "ada@example.org")
		if n, err := h.SignOutAll(ctx, v); n != 2 || err != nil || h.who(first) != 0 || h.who(bela) == 0 {
			t.Fatalf("%d ended, %v", n, err)
		}
		_, err = h.SignOutAll(ctx, access.Guest())
		want(t, err, fault.Missing)
	})
}

func TestASessionEndsAfterThirtyIdleDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		used, idle := h.join("Ada Brandt", "ada@example.org"), h.signIn(phone, "ada@example.org")
		h.pass(29 * 24 * time.Hour)
		if h.who(used) == 0 {
			t.Fatal("ended too early")
		}
		h.pass(24 * time.Hour)
		if h.who(idle) != 0 {
			t.Fatal("an idle session lives on")
		}
		if h.who(used) == 0 {
			t.Fatal("use did not keep the session")
		}
	})
}

func TestEverySessionEndsAtLast(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	token, days := h.join("Ada Brandt", "ada@example.org"), 0
	for h.who(token) != 0 {
		h.pass(24 * time.Hour)
		days++
	}
	if days != 180 {
		t.Fatalf("ended after %d days of daily use", days)
	}
}

func TestTheLastUseIsWrittenEveryTenMinutesAtMost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.join("Ada Brandt", "ada@example.org")
		v, start := h.viewer(token), h.now
		seen := func() time.Duration {
			list, err := h.Sessions(ctx, v, token)
			ok(t, err)
			return list[0].Seen.Sub(start)
		}
		for _, c := range []struct{ pass, seen time.Duration }{
			{9 * time.Minute, 0}, {time.Minute, 10 * time.Minute}, {5 * time.Minute, 10 * time.Minute}, {5 * time.Minute, 20 * time.Minute},
		} {
			h.pass(c.pass)
			if h.who(token) == 0 {
				t.Fatal("no session")
			}
			if seen() != c.seen {
				t.Fatalf("seen after %v, want %v", seen(), c.seen)
			}
		}
	})
}

func TestOneMemberHasFiftySessionsAtMost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.join("Ada Brandt", "ada@example.org")
		var last string
		for range 52 {
			h.pass(time.Second)
			last = h.signIn(phone, "ada@example.org")
		}
		list, err := h.Sessions(ctx, h.viewer(last), last)
		ok(t, err)
		if len(list) != 50 || h.who(first) != 0 || !list[0].Current {
			t.Fatalf("%d sessions", len(list))
		}
	})
}

func TestWhoIsNotActiveIsNotLetIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, s := range []member.Status{member.Hibernated, member.Suspended, member.Former} {
			email := s.String() + "@example.org"
			token := h.join("Ada Brandt", email)
			id := h.who(token)
			link, err := h.SignInLink(ctx, id)
			ok(t, err)
			h.setStatus(id, s)
			if h.who(token) != 0 {
				t.Errorf("%v: the session lives on", s)
			}
			_, err = h.SignIn(ctx, phone, email, secret)
			want(t, err, fault.Denied)
			_, err = h.SignIn(ctx, phone, email, "wrong password")
			wantAt(t, err, "password")
			_, err = h.SignInByLink(ctx, phone, link[len("https://tide.example/link/"):])
			want(t, err, fault.Denied)
			_, err = h.SignInLink(ctx, id)
			want(t, err, fault.Denied)
		}
	})
}

func TestPersonasAreForTheDemoOnly(t *testing.T) {
	d := dbtest.SQLite(t)
	h := open(t, d)
	id := h.newMember("Ada Brandt")
	_, err := h.Persona(ctx, laptop, id)
	want(t, err, fault.Missing)
	h = open(t, d, func(c *account.Config) { c.Demo = true })
	token, err := h.Persona(ctx, laptop, id)
	ok(t, err)
	if h.who(token) != id {
		t.Fatal("stepped into nobody")
	}
	_, err = h.Persona(ctx, laptop, 4711)
	want(t, err, fault.Denied)
	if h.count("accounts") != 1 {
		t.Fatal("an account was made for nobody")
	}
}

func TestAPasswordStoredAtAnotherCostIsStoredAnew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		stored := func() (s string) {
			ok(t, h.d.QueryRow(ctx, "SELECT password FROM accounts").Scan(&s))
			return s
		}
		before := stored()
		h.signIn(laptop, "ada@example.org")
		if stored() != before {
			t.Fatal("stored anew at the same cost")
		}
		dearer := open(t, h.d, func(c *account.Config) { c.Cost = account.Cost{Memory: 128, Time: 1, Threads: 1} })
		dearer.signIn(laptop, "ada@example.org")
		if after := stored(); after == before || after[:len("$argon2id$v=19$m=128,t=1,p=1$")] != "$argon2id$v=19$m=128,t=1,p=1$" {
			t.Fatalf("stored %q", after)
		}
		dearer.signIn(laptop, "ada@example.org")
	})
}

func TestLimitsLockAndEnd(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Limits = account.DefaultLimits })
	h.join("Ada Brandt", "ada@example.org")
	wrong, locked := 0, 0
	for i := range 1000 {
		email := []string{"ada@example.org", "ADA@Example.org", " ada@example.org"}[i%3]
		_, err := h.SignIn(ctx, laptop, email, "guess number one")
		switch fault.Of(err) {
		case fault.Invalid:
			wrong++
		case fault.TooMany:
			locked++
		}
	}
	if wrong != 5 || locked != 995 {
		t.Fatalf("%d guesses went through, %d were held", wrong, locked)
	}
	_, err := h.SignIn(ctx, laptop, "ada@example.org", secret)
	want(t, err, fault.TooMany) // the right one too: else the lock would tell
	h.signIn(phone, "ada@example.org")
	var pauses []time.Duration
	for range 9 { // each wrong one after a pause makes the next longer
		start := h.now
		for {
			_, err := h.SignIn(ctx, laptop, "ada@example.org", "guess number two")
			if fault.Is(err, fault.Invalid) {
				break
			}
			want(t, err, fault.TooMany)
			h.pass(15 * time.Second)
		}
		pauses = append(pauses, h.now.Sub(start))
	}
	m := time.Minute
	if !slices.Equal(pauses, []time.Duration{m / 4, m / 2, m, 2 * m, 4 * m, 8 * m, 15 * m, 15 * m, 15 * m}) {
		t.Fatalf("pauses %v", pauses)
	}
	h.pass(15 * time.Minute)
	h.signIn(laptop, "ada@example.org") // the right password ends it
	for range 5 {
		_, err = h.SignIn(ctx, laptop, "ada@example.org", "guess number three")
		wantAt(t, err, "password")
	}
}

func TestOneAddressAndOneClientAreLimitedFromAnywhere(t *testing.T) {
	limits := wide
	limits.SignInAddress = account.Pace{Burst: 3, Every: time.Minute}
	limits.SignInClient = account.Pace{Burst: 6, Every: time.Minute}
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Limits = limits })
	h.join("Ada Brandt", "ada@example.org")
	for i, ip := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"} {
		_, err := h.SignIn(ctx, clientAt(ip), "ada@example.org", "guess number one")
		if i < 3 {
			wantAt(t, err, "password")
		} else {
			want(t, err, fault.TooMany)
		}
	}
	h.pass(time.Minute)
	h.signIn(clientAt("192.0.2.5"), "ada@example.org")

	// A customer of IPv6 has the whole of a /64 to choose from.
	for i := range 7 {
		ip := []string{"2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"}[i%3]
		_, err := h.SignIn(ctx, clientAt(ip), string(rune('a'+i))+"@example.org", "guess number one")
		if i < 6 {
			wantAt(t, err, "password")
		} else {
			want(t, err, fault.TooMany)
		}
	}
	_, err := h.SignIn(ctx, clientAt("2001:db8:0:1::1"), "z@example.org", "guess number one")
	wantAt(t, err, "password")
}

func TestLettersToOneAddressAreLimited(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Limits = account.DefaultLimits })
	h.join("Ada Brandt", "ada@example.org") // one letter
	for _, email := range []string{"ada@example.org", "nobody@example.org"} {
		n := 0
		err := h.RequestReset(ctx, clientAt("192.0.2.9"), email)
		for ; err == nil; err = h.RequestReset(ctx, clientAt("192.0.2.9"), email) {
			n++
		}
		want(t, err, fault.TooMany)
		_, err = h.Register(ctx, clientAt("192.0.2.10"), "Somebody", email, secret)
		want(t, err, fault.TooMany)
		if n != 3 && n != 4 {
			t.Fatalf("%s: %d letters", email, n)
		}
	}
	if n := len(h.box.take()); n != 3 {
		t.Fatalf("%d letters were sent", n)
	}
	h.pass(15 * time.Minute)
	ok(t, h.RequestReset(ctx, laptop, "ada@example.org"))
}

func TestAClockSetBackLocksNobodyOut(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Limits = account.DefaultLimits })
	h.join("Ada Brandt", "ada@example.org")
	for range 8 {
		h.SignIn(ctx, laptop, "ada@example.org", "guess number one")
	}
	h.pass(-10 * time.Hour)
	h.SignIn(ctx, laptop, "ada@example.org", secret)
	h.pass(15 * time.Minute)
	h.signIn(laptop, "ada@example.org")
}

// Whoever got in with the old password while it was being changed is out again
// when it has changed.
func TestNobodySlipsInWithAnOldPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		v := h.viewer(h.join("Ada Brandt", "ada@example.org"))
		current, next := secret, other
		for range 8 {
			tokens := make([]string, 8)
			for i, err := range together(len(tokens), func(i int) (err error) {
				if i == 3 {
					_, err = h.ChangePassword(ctx, laptop, v, current, next)
				} else {
					tokens[i], err = h.SignIn(ctx, phone, "ada@example.org", current)
				}
				return err
			}) {
				if i == 3 {
					ok(t, err)
				}
			}
			for _, token := range tokens {
				if token != "" && h.who(token) != 0 {
					t.Fatal("a session of the old password is alive")
				}
			}
			current, next = next, current
		}
	})
}
