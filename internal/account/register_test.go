package account_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/account"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

func TestRegisteringMakesAMemberOnlyWhenTheLinkIsFollowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		receipt, err := h.Register(ctx, laptop, "  Inês   Vidal ", " Ines.Vidal@Example.ORG ", secret)
		ok(t, err)
		if n := h.count("members") + h.count("accounts") + h.count("claims"); n != 0 {
			t.Fatalf("%d rows before the link was followed", n)
		}
		token := h.follow(h.only("ines.vidal@example.org"), "/verify?token=")
		w, err := h.Waiting(ctx, token, receipt)
		ok(t, err)
		if w.Name != "Inês Vidal" || w.Email != "ines.vidal@example.org" || w.Password {
			t.Fatalf("waiting %+v", w)
		}
		session, err := h.Verify(ctx, laptop, token, receipt, "")
		ok(t, err)
		s, found, err := h.Lookup(ctx, session)
		if err != nil || !found || s.Card.Name != "Inês Vidal" || s.Role != account.RoleMember {
			t.Fatalf("session %+v %v %v", s, found, err)
		}
		a, err := h.Of(ctx, h.viewer(session))
		if err != nil || a.Email != "ines.vidal@example.org" || a.Imported || !a.Password {
			t.Fatalf("account %+v %v", a, err)
		}
		if h.count("registrations") != 0 || h.count("journal") != 1 {
			t.Fatal("the registration waits still, or the journal does not know the member")
		}
		for _, e := range []string{"ines.vidal@example.org", "INES.VIDAL@EXAMPLE.ORG "} {
			if h.who(h.signIn(phone, e)) != s.Member {
				t.Fatalf("%q signs in as somebody else", e)
			}
		}
	})
}

func TestARegistrationLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		receipt, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		token := h.follow(h.only("ada@example.org"), "/verify?token=")
		for range 2 { // looking, as mail scanners do, does not use it up
			_, err = h.Waiting(ctx, token, receipt)
			ok(t, err)
		}
		_, err = h.Verify(ctx, laptop, token, receipt, "")
		ok(t, err)
		_, err = h.Verify(ctx, laptop, token, receipt, "")
		want(t, err, fault.Missing)
		_, err = h.Waiting(ctx, token, receipt)
		want(t, err, fault.Missing)
	})
}

func TestARegistrationLinkEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		receipt, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		old := h.follow(h.only("ada@example.org"), "/verify?token=")
		newer, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		token := h.follow(h.only("ada@example.org"), "/verify?token=")
		_, err = h.Verify(ctx, laptop, old, receipt, "")
		want(t, err, fault.Missing) // replaced
		h.pass(24*time.Hour - time.Second)
		_, err = h.Waiting(ctx, token, newer)
		ok(t, err)
		h.pass(time.Second)
		_, err = h.Verify(ctx, laptop, token, newer, "")
		want(t, err, fault.Missing) // too old
		for _, wrong := range []string{"", "x", token[:len(token)-2], token + "AA", strings.Repeat("A", 600), "%00"} {
			_, err = h.Verify(ctx, laptop, wrong, newer, "")
			want(t, err, fault.Missing)
		}
	})
}

// A stranger who registers an address that is not theirs must not get an account
// that its owner then opens for them.
func TestAnotherBrowserHasToGiveThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		other, err := h.Register(ctx, phone, "Bela Kiss", "bela@example.org", secret)
		ok(t, err)
		token := h.follow(h.box.take()[0], "/verify?token=")
		for _, receipt := range []string{"", other, token} {
			if w, err := h.Waiting(ctx, token, receipt); err != nil || !w.Password {
				t.Fatalf("receipt %q: %+v %v", receipt, w, err)
			}
			_, err = h.Verify(ctx, phone, token, receipt, "")
			wantAt(t, err, "password")
			_, err = h.Verify(ctx, phone, token, receipt, "seven dry harbours")
			wantAt(t, err, "password")
		}
		session, err := h.Verify(ctx, phone, token, "", secret)
		ok(t, err)
		if h.who(session) == 0 {
			t.Fatal("no session")
		}
	})
}

func TestTwoVerifiesOfTheSameLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		receipt, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		token := h.follow(h.only("ada@example.org"), "/verify?token=")
		oneWon(t, together(6, func(int) error {
			_, err := h.Verify(ctx, laptop, token, receipt, "")
			return err
		}), fault.Missing)
		if h.count("members") != 1 || h.count("accounts") != 1 || h.count("sessions") != 1 {
			t.Fatal("more than one member, account or session")
		}
	})
}

func TestAnAddressLostMeanwhileIsSaidClearly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bela := h.join("Bela Kiss", "bela@example.org")
		receipt, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
		ok(t, err)
		token := h.follow(h.only("ada@example.org"), "/verify?token=")
		ok(t, h.RequestEmail(ctx, phone, h.viewer(bela), "ada@example.org", secret))
		for _, l := range h.box.take() {
			if l.To == "ada@example.org" {
				ok(t, h.ConfirmEmail(ctx, phone, h.follow(l, "/settings/account/email/")))
			}
		}
		_, err = h.Verify(ctx, laptop, token, receipt, "")
		want(t, err, fault.Conflict)
		if !strings.Contains(fault.Text(err), "ada@example.org") {
			t.Fatalf("text %q", fault.Text(err))
		}
		if h.count("members") != 1 {
			t.Fatal("a member was made without the address")
		}
	})
}

func TestRegisteringComplainsAboutAllFieldsAtOnce(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	_, err := h.Register(ctx, laptop, " ", "ada@", "short")
	for _, f := range []string{"name", "email", "password"} {
		wantAt(t, err, f)
	}
	if h.count("registrations") != 0 || len(h.box.take()) != 0 {
		t.Fatal("something was kept or sent")
	}
}

func TestRegistrationCanBeClosed(t *testing.T) {
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Closed = true })
	_, err := h.Register(ctx, laptop, "Ada Brandt", "ada@example.org", secret)
	want(t, err, fault.Denied)
	if h.Open() || h.count("registrations") != 0 {
		t.Fatal("registration is not closed")
	}
}

// attempts are the three doors at which an address could be found out.
var attempts = map[string]func(ctx context.Context, h *house, email string) (string, error){
	"register": func(ctx context.Context, h *house, email string) (string, error) {
		receipt, err := h.Register(ctx, laptop, "Somebody Else", email, secret)
		return strings.Repeat("x", len(receipt)), err
	},
	"sign in": func(ctx context.Context, h *house, email string) (string, error) {
		_, err := h.SignIn(ctx, laptop, email, "not the password")
		return "", err
	},
	"reset": func(ctx context.Context, h *house, email string) (string, error) {
		return "", h.RequestReset(ctx, laptop, email)
	},
}

// Same words, and the same number of statements: of the work that an answer
// takes, the machine's moods aside, nothing depends on the address. The letter's
// own statement is not counted, for the box is no database.
func TestNoDoorTellsWhetherAnAddressIsRegistered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		for name, attempt := range attempts {
			try := func(email string) (text string, statements int) {
				ctx, n := db.CountQueries(t.Context())
				s, err := attempt(ctx, h, email)
				if err != nil {
					s += fault.Of(err).String() + err.Error()
				}
				return s, n.N()
			}
			known, n := try("ada@example.org")
			unknown, m := try("nobody@example.org")
			if known != unknown || n != m {
				t.Errorf("%s: known %q with %d statements, unknown %q with %d", name, known, n, unknown, m)
			}
			if n == 0 {
				t.Errorf("%s: nothing was counted", name)
			}
		}
	})
}

func TestKnownAndUnknownAddressesTakeTheSameTime(t *testing.T) {
	// A tenth of the real cost: what is compared is the way, not the hash.
	h := open(t, dbtest.SQLite(t), func(c *account.Config) { c.Cost = account.Cost{Memory: 2048, Time: 2, Threads: 1} })
	h.join("Ada Brandt", "ada@example.org")
	for name, attempt := range attempts {
		// What tells an address tells it in every round; what the machine did
		// meanwhile does not come five times.
		var a, b time.Duration
		for range 5 {
			a, b = medians(t, h, attempt)
			if diff := (a - b).Abs(); diff <= 5*time.Millisecond || diff <= max(a, b)/4 {
				a, b = 0, 0
				break
			}
		}
		if a != b {
			t.Errorf("%s: known takes %v, unknown %v, five times over", name, a, b)
		}
	}
}

// medians times an attempt for a known and an unknown address, turn by turn.
func medians(t *testing.T, h *house, attempt func(context.Context, *house, string) (string, error)) (known, unknown time.Duration) {
	t.Helper()
	var k, u []time.Duration
	for range 40 {
		for email, list := range map[string]*[]time.Duration{"ada@example.org": &k, "nobody@example.org": &u} {
			start := time.Now()
			attempt(t.Context(), h, email)
			*list = append(*list, time.Since(start))
		}
	}
	return median(k), median(u)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func TestAKnownAddressGetsAnotherLetter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		receipt, err := h.Register(ctx, phone, "Not Ada", "ada@example.org", secret)
		ok(t, err)
		l := h.only("ada@example.org")
		h.follow(l, "/signin")
		h.follow(l, "/reset")
		if strings.Contains(l.Text, "/verify") || strings.Contains(l.Text, "Not Ada") || len(receipt) != 43 {
			t.Fatalf("letter %q", l.Text)
		}
	})
}

func TestSweepDeletesWhatHasExpired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join("Ada Brandt", "ada@example.org")
		_, err := h.Register(ctx, phone, "Bela Kiss", "bela@example.org", secret)
		ok(t, err)
		ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
		h.pass(25 * time.Hour)
		if n, err := h.Sweep(ctx); err != nil || n != 2 || h.count("sessions") != 1 {
			t.Fatalf("swept %d, %v", n, err)
		}
		h.pass(30 * 24 * time.Hour)
		if n, err := h.Sweep(ctx); err != nil || n != 1 {
			t.Fatalf("swept %d, %v", n, err)
		}
		if h.count("accounts") != 1 || h.count("members") != 1 {
			t.Fatal("the account went too")
		}
	})
}

func TestKnowsEmail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.who(h.join("Ada Brandt", "ada@example.org"))
		bare := h.newMember("Bela Kiss")
		for _, c := range []struct {
			member int64
			email  string
			knows  bool
		}{
			{ada, " ADA@example.org", true}, {ada, "ada@example.net", false}, {ada, "", false}, {ada, "@", false},
			{bare, "", false}, {bare, "bela@example.org", false}, {1, "ada@example.org", false},
		} {
			if got, err := h.KnowsEmail(ctx, c.member, c.email); err != nil || got != c.knows {
				t.Errorf("%d %q: %v %v", c.member, c.email, got, err)
			}
		}
	})
}

// What a thief of the database finds must open nothing.
func TestNoSecretIsStored(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.join("Ada Brandt", "ada@example.org")
		_, err := h.Register(ctx, phone, "Bela Kiss", "bela@example.org", secret)
		ok(t, err)
		ok(t, h.RequestReset(ctx, phone, "ada@example.org"))
		letters := h.box.take()
		secrets := []string{secret, session, h.follow(letters[0], "/verify?token="), h.follow(letters[1], "/reset/")}
		for _, q := range []string{
			"SELECT token_hash FROM sessions", "SELECT token_hash || agent FROM sessions", "SELECT token_hash FROM account_links",
			"SELECT token_hash || name || password FROM registrations", "SELECT password FROM accounts",
		} {
			rows, err := h.d.Query(ctx, q)
			ok(t, err)
			for rows.Next() {
				var s string
				ok(t, rows.Scan(&s))
				for _, secret := range secrets {
					if s == "" || strings.Contains(s, secret) || strings.Contains(s, secret[11:]) {
						t.Errorf("%s holds %q", q, s)
					}
				}
			}
			ok(t, rows.Err())
			rows.Close()
		}
	})
}
