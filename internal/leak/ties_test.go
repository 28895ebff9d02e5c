package leak

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/member"
)

// Who knows whom: what may be observed of it is listed in doc/security/released.md,
// and nothing else may.

// A tie that changes no degree, no mutual connection and nobody's reach changes
// no page of those who may not see either list.
func TestTiesOfOthersDoNotShow(t *testing.T) {
	var n tally
	for _, c := range []struct {
		name  string
		setup func(h *house)
		tie   [2]string
		may   []string
	}{
		{name: "two of whom each is known to a common friend", tie: [2]string{"pia", "paul"}, setup: func(h *house) {
			h.connect("nils", "pia")
			h.connect("nils", "paul")
		}},
		{name: "two strangers", tie: [2]string{"pia", "paul"}},
		{name: "Olive and a stranger", tie: [2]string{olive, "pia"}, may: []string{"first", "second"}}, // in their reach now
		{name: "somebody with very many and a stranger", tie: [2]string{"hub", "pia"}},
	} {
		h := neighbourhood(t, access.OnlyMe)
		letters := meet(h)
		for _, nick := range []string{"pia", "paul"} {
			h.join(nick, "P. "+nick)
			h.scope(nick, access.Scope{Audience: access.OnlyMe}, access.ConnectionL)
		}
		h.scope("hub", access.Scope{Audience: access.OnlyMe}, access.ConnectionL)
		if c.setup != nil {
			c.setup(h)
		}
		pages := func(who string) []ask {
			return append(h.around(letters...)(who), get("/in/pia"), get("/in/paul"), get("/in/hub"), get("/network/with/pia"), get("/network/with/hub"), get("/network?q=p"))
		}
		before := h.look(watchers, pages)
		h.connect(c.tie[0], c.tie[1])
		after := h.look(watchers, pages)
		n.count(after, c.may)
		for _, who := range watchers {
			diff := changed(before, after, who)
			if len(c.may) == 0 || c.may[0] != who && c.may[1] != who {
				h.leaks("a tie between "+c.name, before, after, diff)
			} else if len(diff) == 0 {
				t.Errorf("a tie between %s is within %s's reach, and does not show", c.name, who)
			}
		}
	}
	t.Log(n)
}

// How many connections somebody has whose list is closed to the viewer shows in
// nothing, not even in the order of ways that are equally long.
func TestClosedListsChangeNothing(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	for _, nick := range []string{"anna", "xena", "yara", "yuri", "yost", "bela", "zoe", "zita", "zeno"} {
		h.join(nick, strings.ToUpper(nick[:1])+nick[1:]+" Tester")
	}
	h.chain("anna", "xena", "yara", "bela")
	h.chain("xena", "yuri", "bela")
	h.chain("xena", "yost")
	h.scope("bela", access.Scope{Audience: access.Members}, access.ConnectionL)
	far := []string{"zoe", "zita", "zeno"}
	for _, nick := range far {
		h.connect("yost", nick) // at the third degree from anna, whatever else
	}
	for _, nick := range append([]string{"yara", "yuri", "yost"}, far...) {
		h.scope(nick, access.Scope{Audience: access.OnlyMe}, access.ConnectionL)
	}
	pages := func(string) []ask {
		return []ask{get("/in/bela"), get("/network/with/bela"), get("/network?q=tester"), get("/"), get("/invite/bela"), get("/in/yara"),
			get("/in/yuri"), get("/network/with/yuri"), get("/network/with/zoe"), get("/in/zeno")}
	}
	for _, y := range []string{"yara", "yuri", "yuri"} { // whichever has more connections, and then the other
		before := h.look([]string{"anna"}, pages)
		if page := before[cell{"anna", "/network/with/bela"}]; !strings.Contains(page, "Yara") || !strings.Contains(page, "Yuri") {
			t.Fatal("the ways are not shown: this proves nothing")
		}
		h.connect(y, far[0])
		far = far[1:]
		after := h.look([]string{"anna"}, pages)
		h.leaks("how many connections "+y+" has", before, after, changed(before, after, "anna"))
	}
}

var people = regexp.MustCompile(`<h2 class="minor">(\d+) (?:person|people)</h2>`)

var surnames = map[string]string{"zelda": "Doze", "otto": "Gone", olive: "Ostrander", "bruno": "Barred", "brita": "Shun"}

// Whoever is blocked, asleep, gone or was never there is answered alike, to the
// byte, at every address that names a person.
func TestWhoIsNotThereIsNotThere(t *testing.T) {
	h := neighbourhood(t, access.Connections)
	h.join("zelda", "Zelda Doze")
	h.preset("zelda", access.OpenPublic)
	h.join("otto", "Otto Gone")
	h.preset("otto", access.OpenPublic)
	status(h, "zelda", member.Hibernated)
	status(h, "otto", member.Former)
	const never = "nobody-here"
	missing := map[string][]string{
		guest:   {"zelda", "otto", olive, "first"}, // no public page
		"first": {"zelda", "otto"},
		"bruno": {"zelda", "otto", olive},
		"brita": {"zelda", "otto", olive},
		olive:   {"zelda", "otto", "bruno", "brita"},
	}
	seen := 0
	for who, names := range missing {
		for _, r := range h.app.Routes() {
			if !strings.Contains(r.Pattern, "{handle}") {
				continue
			}
			method, pattern, _ := strings.Cut(r.Pattern, " ")
			want := h.ask(who, ask{method: method, path: strings.Replace(pattern, "{handle}", never, 1)})
			if want.status != http.StatusNotFound && who != guest {
				t.Errorf("%s gets %d for nobody at %s", who, want.status, r.Pattern)
			}
			for _, name := range names {
				got := h.ask(who, ask{method: method, path: strings.Replace(pattern, "{handle}", name, 1)})
				if a, b := want.String(), strings.ReplaceAll(got.String(), "%2F"+name, "%2F"+never); a != b {
					t.Errorf("%s can tell %s from nobody at %s: %s", who, name, r.Pattern, between(a, b))
				}
				seen++
			}
		}
		for _, name := range names {
			if q := surnames[name]; who != guest {
				found, none := h.ask(who, get("/network?q="+q)).String(), h.ask(who, get("/network?q=Xylophon")).String()
				if found = strings.ReplaceAll(found, q, "Xylophon"); found != none {
					t.Errorf("%s finds %s: %s", who, name, between(none, found))
				}
			}
		}
	}
	for who := range missing { // a number beside a list counts who is in it, and nobody else
		for letter := 'a'; letter <= 'z' && who != guest; letter++ {
			body := h.ask(who, get("/network?q="+string(letter))).body
			said, listed := people.FindStringSubmatch(body), strings.Count(body, `<li class="person">`)
			if listed > 0 && (said == nil || said[1] != strconv.Itoa(listed)) {
				t.Errorf("%s is told of %q people with %c and sees %d", who, said, letter, listed)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d answers were compared", seen)
	}
}

// How two know each other is theirs alone: to everybody else, whom the same people know,
// it changes nothing, not even an order.
func TestHowTwoKnowEachOtherShowsToNobodyElse(t *testing.T) {
	var n tally
	for _, preset := range []access.Preset{access.OpenPublic, access.ConnectionsOnly} {
		t.Run(preset.String(), func(t *testing.T) {
			h := start(t, dbtest.SQLiteFile(t))
			household(h)
			for _, nick := range []string{olive, "first", "hub", "nils"} {
				h.preset(nick, preset)
			}
			h.connect(olive, "nils")
			h.connect("second", "nils")
			h.connect("second", "hub")
			h.connect(olive, "hub")
			letters := meet(h)
			say := func(who, whom, sub string) step {
				return step{name: who + " says " + sub + " of " + whom, do: func(h *house) {
					p, err := h.app.Ties.Connection(ctx, h.v(who), whom)
					h.must(err)
					h.must(h.app.Ties.Correct(ctx, h.v(who), whom, "relationship", sub, p.Tie.Version))
				}}
			}
			confirm := step{name: "first confirms", do: func(h *house) {
				p, err := h.app.Ties.Connection(ctx, h.v("first"), olive)
				h.must(err)
				h.must(h.app.Ties.Confirm(ctx, h.v("first"), olive, p.Tie.Version))
			}}
			h.compare(&n, "with first", []step{say(olive, "first", "met"), confirm, say("first", olive, "worked"), say(olive, "first", "worked")},
				h.near(letters...), []string{"first"}, "") // her own page says nothing of it
			// Hub and Nils stand between Olive and second as well, and are nobody's of the watchers.
			h.compare(&n, "with those between", []step{say("hub", olive, "studied"), say(olive, "hub", "studied"), say("nils", olive, "group")},
				h.near(letters...), nil, "")
		})
	}
	t.Log(n)
}

// An old address of somebody leads whoever is parted from them nowhere, no page of it.
func TestAnOldAddressLeadsNobodyWhoIsParted(t *testing.T) {
	h := start(t, dbtest.SQLiteFile(t))
	household(h)
	_, err := h.app.Profiles.SetHandle(ctx, h.v(olive), "olive-anew")
	h.must(err)
	for _, who := range []string{"bruno", "brita"} {
		for _, path := range []string{"/in/*", "/in/*/beside", "/in/*/limit", "/in/*/block", "/in/*/end", "/invite/*", "/network/with/*", "/network/with/*/how"} {
			old, none := h.ask(who, get(strings.Replace(path, "*", olive, 1))), h.ask(who, get(strings.Replace(path, "*", "nobody-here", 1)))
			if old.status != http.StatusNotFound || old.body != none.body {
				t.Errorf("%s is led from %s with %d to %s", who, path, old.status, old.header.Get("Location"))
			}
		}
		for _, path := range []string{"/invite/*", "/invite/*/preview", "/invite/*/forget", "/network/people/*/dismiss", "/network/people/*/restore", "/network/with/*/how", "/in/*/limit"} {
			old, none := h.ask(who, post(strings.Replace(path, "*", olive, 1), nil)), h.ask(who, post(strings.Replace(path, "*", "nobody-here", 1), nil))
			if old.status != http.StatusNotFound || old.body != none.body {
				t.Errorf("%s is led from a form to %s with %d to %s", who, path, old.status, old.header.Get("Location"))
			}
		}
	}
	if a := h.ask("sven", get("/invite/"+olive)); a.status != http.StatusSeeOther {
		t.Errorf("an old address leads others nowhere: %d", a.status)
	}
}
