package leak

import (
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/id"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// What was open and is closed now shows nothing on the very next request, on any
// page. Everything is done through the forms that people use.

// revocation takes something back.
type revocation struct {
	name   string
	viewer string
	owner  string                // whose words are looked for
	open   []string              // those that the viewer finds before
	left   []string              // those of open that stay
	by     string                // who acts
	does   func(a *aviary) ask   // the form that is sent
	act    func(a *aviary)       // or what is done without one
	gone   bool                  // the owner's page is no longer there for the viewer
	where  func(a *aviary) []ask // pages to look at; nil: all of them
}

func form(path string, pairs ...string) func(a *aviary) ask {
	v := url.Values{}
	for i := 1; i < len(pairs); i += 2 {
		v.Add(pairs[i-1], pairs[i])
	}
	return func(*aviary) ask { return post(path, v) }
}

var sectionWords = []string{"about", "glad", "web", "mail", "company", "title", "school", "group", "skill", "trade", "place", "tongue", "sought", "line"}

var cardWords = []string{"name", "headline", "pronouns", "face"}

// entryOf finds a trait of an owner by its word.
func (a *aviary) entryOf(o owner, field string) trait.Trait {
	all, err := a.app.Traits.Of(ctx, a.app.DB, []int64{a.id(o.nick)})
	a.must(err)
	for _, t := range all[a.id(o.nick)] {
		if t.Name == o.word(field) {
			return t
		}
	}
	a.Fatalf("%s has no %s", o.nick, field)
	return trait.Trait{}
}

func ownerOf(nick string) owner {
	for _, o := range owners {
		if o.nick == nick {
			return o
		}
	}
	panic("no owner " + nick)
}

// letterTo is the invitation that an owner sent to asked, or got from asker.
func (a *aviary) letter(nick string, sent bool) string {
	for i, o := range owners {
		if o.nick == nick && sent {
			return "/invitations/" + id.String(a.letters[2*i])
		} else if o.nick == nick {
			return "/invitations/" + id.String(a.letters[2*i+1])
		}
	}
	panic("no owner " + nick)
}

// codes are sections as a form ticks them.
func codes(list []access.Section) (pairs []string) {
	for _, s := range list {
		pairs = append(pairs, s.String(), "on")
	}
	return pairs
}

func revocations() []revocation {
	hide := func(a *aviary) ask {
		t := a.entryOf(ownerOf("oconnect"), "company")
		return post("/me/entries/"+id.String(t.ID), url.Values{"section": {"experience"}, "entity": {t.Name}, "version": {"1"}, "role": {t.Role}, "hidden": {"on"}})
	}
	drop := func(a *aviary) ask {
		return post("/me/entries/"+id.String(a.entryOf(ownerOf("oconnect"), "skill").ID)+"/delete", nil)
	}
	leaves := func(nick, club string) func(a *aviary) ask {
		return func(a *aviary) ask {
			all, err := a.app.Traits.Of(ctx, a.app.DB, []int64{a.id(nick)}, trait.Group)
			a.must(err)
			for _, t := range all[a.id(nick)] {
				if t.Name == club {
					return post("/me/entries/"+id.String(t.ID)+"/delete", nil)
				}
			}
			a.Fatalf("%s is not in %s", nick, club)
			return ask{}
		}
	}
	narrow := func(section, word string) revocation {
		return revocation{name: "narrowing " + section, viewer: "first", owner: "oconnect", by: "oconnect", open: []string{word},
			does: form("/me/audience/"+section, "audience", "only-me")}
	}
	asleep := func(st member.Status) func(a *aviary) {
		return func(a *aviary) { status(a.house, "opublic", st) }
	}
	return []revocation{
		{name: "the owner ends the tie", viewer: "first", owner: "oconnect", by: "oconnect", open: append(cardWords, sectionWords...), left: cardWords,
			does: form("/network/with/first/end")},
		{name: "the viewer ends the tie", viewer: "first", owner: "oconnect", by: "first", open: append(cardWords, sectionWords...), left: cardWords,
			does: form("/network/with/oconnect/end")},
		{name: "a tie between ends", viewer: "second", owner: "osecond", by: "first", open: append(cardWords, sectionWords...), left: cardWords,
			does: form("/network/with/osecond/end")},
		{name: "a tie further off ends", viewer: "third", owner: "othird", by: "second", open: sectionWords, does: form("/network/with/first/end")},
		{name: "the owner blocks", viewer: "first", owner: "opublic", by: "opublic", open: append(cardWords, sectionWords...), does: form("/in/first/block"), gone: true},
		{name: "the viewer blocks", viewer: "first", owner: "opublic", by: "first", open: append(cardWords, sectionWords...), does: form("/in/opublic/block"), gone: true},
		{name: "the owner blocks whom the invitation is from", viewer: asker, owner: "omembers", by: "omembers", open: append(cardWords, "about", "reply", "asks"),
			does: func(a *aviary) ask { return post(a.letter("omembers", false)+"/block", nil) }, gone: true},
		{name: "the receiver blocks the sender", viewer: "oconnect", owner: "oconnect", by: asked, open: []string{"note"},
			does: func(a *aviary) ask { return post(a.letter("oconnect", true)+"/block", nil) }, left: nil,
			where: func(a *aviary) []ask {
				return []ask{get("/invitations/sent"), get("/invitations/sent?show=ended"), get(a.letter("oconnect", true))}
			}, gone: false},
		{name: "the owner shuts the viewer out of a section", viewer: "first", owner: "oconnect", by: "oconnect", open: []string{"company", "title", "skill", "let", "about"},
			left: []string{"about"}, does: form("/in/first/limit", "experience", "on", "skills", "on")},
		{name: "the owner shuts the viewer out of all", viewer: "second", owner: "osecond", by: "osecond", open: append(cardWords, sectionWords...), left: cardWords,
			does: form("/in/second/limit", codes(access.Limitable)...)},
		{name: "the owner shuts out whom the invitation is from", viewer: asker, owner: "omembers", by: "omembers", open: []string{"about", "company", "reply"},
			left: []string{"reply"}, does: form("/in/"+asker+"/limit", codes(access.Limitable)...)},
		{name: "the owner shuts out who shares", viewer: sharer, owner: "ofindable", by: "ofindable", open: []string{"title", "degree", "part"},
			does: form("/in/"+sharer+"/limit", codes(access.Limitable)...)},
		{name: "a letter with a released fact is withdrawn", viewer: asked, owner: "oonlyme", by: "oonlyme", open: []string{"note", "let"},
			does: func(a *aviary) ask { return post(a.letter("oonlyme", true)+"/withdraw", nil) },
			where: func(a *aviary) []ask {
				return []ask{get("/"), get("/invitations"), get(a.letter("oonlyme", true)), get("/in/oonlyme")}
			}},
		narrow("about", "about"), narrow("experience", "title"), narrow("education", "degree"), narrow("skills", "skill"), narrow("languages", "level"),
		narrow("groups", "part"), narrow("location", "line"), narrow("field", "trade"), narrow("seeks", "sought"), narrow("open-to", "glad"), narrow("contact", "mail"),
		{name: "a narrower preset", viewer: "far", owner: "omembers", by: "omembers", open: append(cardWords, sectionWords...), left: cardWords,
			does: form("/settings/privacy/preset", "preset", "connections-only")},
		{name: "a narrower preset, to the guest", viewer: guest, owner: "opublic", by: "opublic", open: append(cardWords, sectionWords...),
			does: form("/settings/privacy/preset", "preset", "open"), gone: true},
		{name: "no public page any more", viewer: guest, owner: "opublic", by: "opublic", open: append(cardWords, sectionWords...), does: form("/settings/privacy"), gone: true},
		{name: "another picture", viewer: "first", owner: "opublic", open: []string{"face"}, act: func(a *aviary) { a.paint("opublic", "another") }},
		{name: "no picture any more", viewer: guest, owner: "opublic", by: "opublic", open: []string{"face"}, does: form("/me/picture/remove")},
		{name: "an entry is hidden", viewer: "first", owner: "oconnect", by: "oconnect", open: []string{"company", "title"}, does: hide},
		{name: "an entry is removed", viewer: "first", owner: "oconnect", by: "oconnect", open: []string{"skill"}, does: drop},
		{name: "the viewer leaves the group", viewer: "mate", owner: "ogroup", by: "mate", open: sectionWords, does: leaves("mate", "Club of ogroup")},
		{name: "the owner sleeps", viewer: "first", owner: "opublic", open: append(cardWords, sectionWords...), act: asleep(member.Hibernated), gone: true},
		{name: "the owner is suspended", viewer: guest, owner: "opublic", open: append(cardWords, sectionWords...), act: asleep(member.Suspended), gone: true},
		{name: "the owner is gone", viewer: "far", owner: "opublic", open: append(cardWords, sectionWords...), act: asleep(member.Former), gone: true},
	}
}

// words of an owner that a viewer comes across on some pages.
func (a *aviary) come(who string, o owner, asks []ask) map[string]string {
	out := map[string]string{}
	for c, body := range a.look([]string{who}, func(string) []ask { return asks }) {
		for w := range caught(body) {
			if w[0] == o.letter {
				out[w[1]] = c.what
			}
		}
	}
	return out
}

// tourOf goes to an owner and some others.
func (a *aviary) tourOf(who string, people ...string) tour {
	return tour{who: who, people: append(people, "first", "far"), letters: a.addresses(), words: []string{"owner", "zq"}, faces: a.faces()}
}

// shownTo are the pages on which a viewer would meet what an owner hides.
func (a *aviary) shownTo(who, owner string) []ask {
	return slices.DeleteFunc(a.tourOf(who, owner).all(), func(q ask) bool { // what stands on one's own page is no news
		return strings.HasPrefix(q.path, "/in/"+who) && !strings.Contains(q.path, "as-member")
	})
}

func TestWhatIsTakenBackIsGoneAtOnce(t *testing.T) {
	var first *aviary
	world := copies(t, func(h *house) { first = fillAviary(h) })
	n := 0
	for _, r := range revocations() {
		t.Run(strings.ReplaceAll(r.name, " ", "-"), func(t *testing.T) {
			a := &aviary{house: world(t), oracle: first.oracle, letters: first.letters}
			o := ownerOf(r.owner)
			pages := a.shownTo(r.viewer, r.owner)
			if r.where != nil {
				pages = r.where(a)
			}
			before := a.come(r.viewer, o, pages)
			for _, w := range r.open {
				if before[w] == "" {
					t.Errorf("%s does not find the %s of %s to begin with", r.viewer, w, r.owner)
				}
			}
			if r.act != nil {
				r.act(a)
			} else if got := a.ask(r.by, r.does(a)); got.status != http.StatusSeeOther {
				t.Fatalf("%s: %s gets %d: %s", r.does(a), r.by, got.status, got.body)
			}
			after := a.come(r.viewer, o, pages)
			n += len(pages)
			stays := map[string]bool{}
			for _, w := range r.left {
				stays[w] = true
				if after[w] == "" {
					t.Errorf("%s is gone as well", w)
				}
			}
			for _, w := range r.open {
				if after[w] != "" && !stays[w] {
					t.Errorf("%s still finds the %s of %s, at %s", r.viewer, w, r.owner, after[w])
				}
			}
			if status := a.ask(r.viewer, get("/in/"+r.owner)).status; r.gone != (status == http.StatusNotFound) {
				t.Errorf("the page answers %d", status)
			}
			if r.gone && len(after) > 0 {
				t.Errorf("%s still comes across %v", r.viewer, after)
			}
		})
	}
	t.Logf("%d pages after %d revocations", n, len(revocations()))
}

// A session that ended opens nothing, at no address, whoever ended it.
func TestAnEndedSessionOpensNothing(t *testing.T) {
	var first *aviary
	world := copies(t, func(h *house) { first = fillAviary(h) })
	for _, c := range []struct {
		name string
		end  func(a *aviary)
	}{
		{"signing out", func(a *aviary) { a.ask("first", post("/signout", nil)) }},
		{"signing out everywhere, from another browser", func(a *aviary) {
			old := a.tokens["first"]
			a.signIn("first")
			a.ask("first", post("/settings/account/signout", url.Values{"which": {"all"}}))
			a.tokens["first"] = old
		}},
		{"signing out the others, from another browser", func(a *aviary) {
			old := a.tokens["first"]
			a.signIn("first")
			a.ask("first", post("/settings/account/signout", url.Values{"which": {"others"}}))
			a.tokens["first"] = old
		}},
		{"being suspended", func(a *aviary) { status(a.house, "first", member.Suspended) }},
		{"leaving for good", func(a *aviary) { status(a.house, "first", member.Former) }},
	} {
		a := &aviary{house: world(t), oracle: first.oracle, letters: first.letters}
		asGuest := a.look([]string{guest}, func(string) []ask { return a.everything("first") })
		if s := a.ask("first", get("/network")).status; s != http.StatusOK {
			t.Fatalf("the session opens nothing to begin with: %d", s)
		}
		c.end(a)
		for k, got := range a.look([]string{"first"}, a.everything) {
			if want := asGuest[cell{guest, k.what}]; withoutCookies(got) != withoutCookies(want) {
				t.Errorf("after %s %s is not what a guest gets: %s", c.name, k.what, between(want, got))
			}
		}
	}
}

// withoutCookies leaves out the line that takes the dead session's cookie away.
func withoutCookies(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(line, "Set-Cookie: ") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// No read that begins after the answer to the revocation may show it, however
// many are on their way at that moment.
func TestReadsThatBeginAfterARevocation(t *testing.T) {
	var first *aviary
	world := copies(t, func(h *house) { first = fillAviary(h) })
	a := &aviary{house: world(t), oracle: first.oracle, letters: first.letters}
	o := ownerOf("oconnect")
	toggle := []func(){
		func() { a.ask("oconnect", post("/network/with/first/end", nil)) },
		func() { a.ask("oconnect", post("/in/first/block", nil)) },
	}
	restore := func() {
		_ = a.app.Network.Unblock(ctx, a.v("oconnect"), a.id("first")) // where it was a block
		a.connect("oconnect", "first")
	}
	var period atomic.Int64 // odd while it is closed; counted, so that a slow read is not held against a later one
	var stop atomic.Bool
	var late, early atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				begun := period.Load()
				body := strings.ToLower(a.ask("first", get("/in/oconnect")).body)
				shows := strings.Contains(body, strings.ToLower(o.word("title")))
				switch {
				case shows && begun%2 == 1 && period.Load() == begun:
					late.Add(1)
				case shows:
					early.Add(1)
				}
			}
		})
	}
	for i := range 20 {
		for n := early.Load(); early.Load() == n; { // it is read while it is open
			runtime.Gosched()
		}
		toggle[i%len(toggle)]()
		period.Add(1)
		for range 3 {
			a.ask("first", get("/network"))
		}
		period.Add(1)
		restore()
	}
	stop.Store(true)
	wg.Wait()
	if late.Load() > 0 {
		t.Errorf("%d reads that began after the answer showed it", late.Load())
	}
}
