package leak

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/id"
	"guildhall/internal/invite"
	"guildhall/internal/suggest"
	"guildhall/internal/trait"
)

// Acts, too, are answered alike in two worlds. Here the second world is a copy of
// the first one's file, since an act is not to be undone.

// copies builds an instance once and returns a way to start others on copies of
// its database and its files, with the same sessions and ids.
func copies(t testing.TB, build func(h *house)) func(t testing.TB) *house {
	t.Helper()
	where := dbtest.SQLiteFile(t)
	h := start(t, where)
	build(h)
	h.must(h.app.Close())
	whole, err := os.ReadFile(where)
	h.must(err)
	return func(t testing.TB) *house {
		t.Helper()
		path := filepath.Join(t.TempDir(), "copy.db")
		h.must(os.WriteFile(path, whole, 0o600))
		w := start(t, path)
		h.must(os.CopyFS(filepath.Join(w.app.Config.Data, "blobs"), os.DirFS(filepath.Join(h.app.Config.Data, "blobs"))))
		w.now, w.ids, w.tokens = h.now, maps.Clone(h.ids), maps.Clone(h.tokens)
		return w
	}
}

// twins starts two worlds that are the same.
func twins(t *testing.T, build func(h *house)) (a, b *house) {
	t.Helper()
	world := copies(t, build)
	return world(t), world(t)
}

var (
	said = regexp.MustCompile(`said=([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+`)
	till = regexp.MustCompile(`"Until":\d+`)
	made = regexp.MustCompile(`\b[0-9a-z]{12}\b`)
)

// plain is an answer without what must differ: the time and signature of the
// word about what happened, and the ids of what was made just now.
func plain(a answer) string {
	s := said.ReplaceAllStringFunc(a.String(), func(m string) string {
		b, _ := base64.RawURLEncoding.DecodeString(said.FindStringSubmatch(m)[1])
		return "said=" + till.ReplaceAllString(string(b), "")
	})
	names := map[string]string{}
	return made.ReplaceAllStringFunc(s, func(m string) string {
		if names[m] == "" {
			names[m] = fmt.Sprintf("#%d", len(names))
		}
		return names[m]
	})
}

// play sends the same requests in both worlds and compares every answer.
func play(t *testing.T, what string, a, b *house, who string, asks []ask) {
	t.Helper()
	for _, q := range asks {
		x, y := plain(a.ask(who, q)), plain(b.ask(who, q))
		if x != y {
			t.Errorf("%s shows to %s at %s: %s", what, who, q, between(x, y))
		}
	}
}

func TestSilentAnswersStaySilentWhateverTheSenderDoes(t *testing.T) {
	for _, answered := range []string{"ignored", "unknown", "spam"} {
		for _, does := range []string{"withdraw", "reply", "invite", "wait"} {
			var letter int64
			a, b := twins(t, func(h *house) {
				household(h)
				opened(h, access.Connections, false)
				letter = h.invite("sven", olive, invite.Letter{Reason: "background", Note: "Hello"})
				if does == "reply" {
					h.must(h.app.Invites.Reply(ctx, h.v(olive), letter, "From where?"))
				}
				h.must(h.app.Invites.SetWho(ctx, h.v(olive), invite.WithinThird)) // so that a bar cannot be told from it later
			})
			switch answered {
			case "ignored":
				b.must(b.app.Invites.Ignore(ctx, b.v(olive), letter))
			case "unknown":
				b.must(b.app.Invites.Unknown(ctx, b.v(olive), letter))
			default:
				b.must(b.app.Invites.Spam(ctx, b.v(olive), letter))
			}
			n := "/invitations/" + id.String(letter)
			act := map[string]ask{
				"withdraw": post(n+"/withdraw", nil), "reply": post(n+"/reply", url.Values{"reply": {"From the quay."}}),
				"invite": post("/invite/"+olive, withDo(nil, "send")), "wait": get("/"),
			}[does]
			asks := []ask{get("/invitations/sent"), act, get("/invitations/sent"), get("/invitations/sent?show=ended"), get("/in/" + olive), get("/invite/" + olive), get("/"),
				post(n+"/accept", nil), post(n+"/ignore", nil), post(n+"/undo", nil), get(n), post(n+"/reply", url.Values{"reply": {"Again."}})}
			what := "an answer (" + answered + ")"
			play(t, what, a, b, "sven", asks)
			if does == "wait" { // until it is over for both
				for _, h := range []*house{a, b} {
					h.pass(invite.DefaultLimits.Life)
					h.signIn("sven")
					_, err := h.app.Invites.ExpireDue(ctx)
					h.must(err)
				}
				play(t, what+", when it is over,", a, b, "sven", append(asks[2:7], post(n+"/withdraw", nil), post(n+"/reply", url.Values{"reply": {"Late."}})))
			}
		}
	}
}

// A list of suggestions that were made anew whenever somebody answers in silence,
// closes something or waves the sender away would tell of it by whoever is new in it.
func TestWhatIsDoneInSilenceMakesNothingAnew(t *testing.T) {
	for name, act := range map[string]func(b *house, letter int64) error{
		"ignored": func(b *house, n int64) error { return b.app.Invites.Ignore(ctx, b.v(olive), n) },
		"unknown": func(b *house, n int64) error { return b.app.Invites.Unknown(ctx, b.v(olive), n) },
		"spam":    func(b *house, n int64) error { return b.app.Invites.Spam(ctx, b.v(olive), n) },
		"dismissed": func(b *house, _ int64) error {
			return b.app.Suggest.Dismiss(ctx, b.v(olive), b.id("sven"), suggest.Stranger, 0)
		},
		"shut out": func(b *house, _ int64) error { b.shut(olive, "sven"); return nil },
		"undone": func(b *house, n int64) error {
			return errors.Join(b.app.Invites.Ignore(ctx, b.v(olive), n), b.app.Invites.Undo(ctx, b.v(olive), n))
		},
	} {
		var letter int64
		a, b := twins(t, func(h *house) {
			household(h)
			opened(h, access.OnlyMe, false)
			letter = h.invite("sven", olive, invite.Letter{Reason: "background"})
		})
		people := get("/network/people")
		for _, h := range []*house{a, b} {
			h.ask("sven", people)
			h.connect("first", "nils") // whose lists alone are made anew by it
		}
		before := a.ask("sven", people).String()
		a.app.Suggest.Lists.Drop(a.id("sven"))
		if a.ask("sven", people).String() == before {
			t.Fatal("a list made anew is the same: this proves nothing")
		}
		b.must(act(b, letter))
		if after := b.ask("sven", people).String(); after != before {
			t.Errorf("%s shows in the sender's suggestions: %s", name, between(before, after))
		}
	}
}

func TestUnlistedGroupsCannotBeFeltFor(t *testing.T) {
	a, b := twins(t, func(h *house) { household(h); opened(h, access.Public, true) })
	b.write(func(tx *db.Tx) error {
		e, err := b.app.Traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: "Quiet Corner", Unlisted: true, By: b.id(olive)})
		if err != nil {
			return err
		}
		return b.joins(tx, olive, e.ID)
	})
	play(t, "an unlisted group", a, b, "far", []ask{
		get("/entities?kind=group&entity=quiet"),
		post("/me/entries", url.Values{"section": {"groups"}, "entity": {"Quiet Corner"}}), get("/in/far"),
		post("/me/entries", url.Values{"section": {"groups"}, "entity": {"quiet corner"}}), get("/in/far?edit=groups"),
		get("/entities?kind=group&entity=quiet"), get("/settings/privacy"), get("/in/" + olive), get("/invite/" + olive), get("/"),
	})
}

func TestAClosedFactOpensNoDoor(t *testing.T) {
	for _, k := range []trait.Kind{trait.Company, trait.School, trait.Group} {
		a, b := twins(t, func(h *house) {
			household(h)
			opened(h, access.OnlyMe, true)
			h.must(h.app.Invites.SetWho(ctx, h.v(olive), invite.WithinSecond))
		})
		b.put(olive, trait.Trait{Kind: k, Entity: b.entity(k, shared[k]), From: month(2014, 1)})
		b.must(b.app.Invites.SaveDraft(ctx, b.v(olive), b.id("far"), invite.Letter{Reason: "career"}))
		send := post("/invite/"+olive, withDo(url.Values{"reason": {"relationship"}, "fact": a.facts("far")}, "send"))
		play(t, k.String()+", closed,", a, b, "far", []ask{get("/invite/" + olive), send, get("/invitations/sent"), get("/in/" + olive)})
	}
}

// To its receiver a withdrawn invitation is like one that never was, whatever
// they try with its id.
func TestAWithdrawnInvitationCannotBeActedOn(t *testing.T) {
	h := neighbourhood(t, access.Connections)
	gone := h.invite(olive, "far", invite.Letter{Note: "Hello"})
	h.must(h.app.Invites.Withdraw(ctx, h.v(olive), gone))
	never := id.New()
	alike := func(what string, try func(n int64) ask) {
		t.Helper()
		if none, got := plain(h.ask("far", try(never))), plain(h.ask("far", try(gone))); got != none {
			t.Errorf("%s tells a withdrawn invitation from others: %s", what, between(none, got))
		}
	}
	for _, r := range h.app.Routes() {
		if method, path, _ := strings.Cut(r.Pattern, " "); strings.Contains(path, "/invitations/{id}") {
			alike(r.Pattern, func(n int64) ask {
				return ask{method: method, path: strings.Replace(path, "{id}", id.String(n), 1), form: url.Values{"reply": {"Hello?"}}}
			})
		}
	}
	for _, act := range []string{"accept", "ignore", "undo"} {
		alike(act+" of many", func(n int64) ask {
			return post("/invitations/many", url.Values{"act": {act}, "id": {id.String(n)}})
		})
	}
}
