package demo

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guildhall/internal/fold"
	"guildhall/internal/invite"
	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var monday = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// planOf returns a plan that is made once for all tests that only look.
func planOf(members int, seed uint64) plan {
	o := Options{Members: members, Seed: seed, Now: monday}
	if _, ok := plans[o]; !ok {
		plans[o] = makePlan(o)
	}
	return plans[o]
}

var plans = map[Options]plan{}

func TestPlanIsDeterministic(t *testing.T) {
	a, b := planOf(120, 7), makePlan(Options{Members: 120, Seed: 7, Now: monday})
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed made two different communities")
	}
	if c := planOf(120, 8); reflect.DeepEqual(a.members[len(actors)], c.members[len(actors)]) {
		t.Error("another seed made the same stranger")
	}
	late := makePlan(Options{Members: 120, Seed: 7, Now: monday.Add(13 * time.Hour)})
	if len(late.letters) != len(a.letters) || len(late.ties) != len(a.ties) {
		t.Errorf("in the evening there are %d letters and %d ties, in the morning %d and %d", len(late.letters), len(late.ties), len(a.letters), len(a.ties))
	}
	told := func(p plan) (out []string) {
		for _, l := range p.letters {
			out = append(out, p.members[l.from].handle+" to "+p.members[l.to].handle+": "+l.note)
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(told(a), told(late)) {
		t.Error("the letters change with the hour")
	}
}

func TestSizes(t *testing.T) {
	for asked, want := range map[int]int{0: usual, 1: smallest, smallest: smallest, 320: 320} {
		if p := planOf(asked, 1); len(p.members) != want {
			t.Errorf("asked for %d, got %d", asked, len(p.members))
		}
	}
}

// TestTextsAreDistinct: nobody repeats anybody.
func TestTextsAreDistinct(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		p := planOf(usual, seed)
		seen := map[string]string{}
		say := func(what, who, text string) {
			if text == "" {
				return
			}
			if other, ok := seen[what+text]; ok {
				t.Errorf("seed %d: %s and %s have the same %s: %q", seed, other, who, what, text)
			}
			seen[what+text] = who
			if strings.ContainsAny(text, "{}") || strings.Contains(text, "  ") || strings.TrimSpace(text) != text {
				t.Errorf("seed %d: %s has an unfinished %s: %q", seed, who, what, text)
			}
		}
		abouts, paragraphs := 0, map[string]bool{}
		for _, x := range p.members {
			say("name", x.handle, x.name)
			say("handle", x.name, x.handle)
			say("headline", x.handle, x.headline)
			say("about", x.handle, x.about)
			say("glad", x.handle, x.glad)
			for _, e := range x.entries {
				say("description", x.handle, e.body)
			}
			if x.about != "" {
				abouts++
			}
			for par := range strings.SplitSeq(x.about, "\n\n") {
				if par != "" && paragraphs[par] {
					t.Errorf("seed %d: two say %q of themselves", seed, par)
				}
				paragraphs[par] = true
			}
		}
		for _, l := range p.letters {
			say("note", p.members[l.from].handle, l.note)
		}
		if abouts < usual*7/10 {
			t.Errorf("seed %d: only %d say something of themselves", seed, abouts)
		}
	}
}

// TestEverythingIsAllowed: what the services clean or refuse is not in the plan.
func TestEverythingIsAllowed(t *testing.T) {
	p := planOf(usual, 1)
	same := func(what, s string, clean func(string) (string, error)) {
		if got, err := clean(s); err != nil || got != s {
			t.Errorf("%s %q becomes %q: %v", what, s, got, err)
		}
	}
	scripts := map[string]bool{}
	for _, x := range p.members {
		same("name", x.name, member.CleanName)
		same("handle", x.handle, member.CleanHandle)
		same("language", x.lang, member.CleanLang)
		same("pronouns", x.pronouns, member.CleanPronouns)
		same("headline", x.headline, member.CleanHeadline)
		same("place", x.place, member.CleanLocation)
		if n := utf8.RuneCountInString(x.about); n > profile.MaxAbout {
			t.Errorf("%s: %d characters about", x.handle, n)
		}
		if n := utf8.RuneCountInString(x.glad); n > profile.MaxGlad {
			t.Errorf("%s: %d characters of help", x.handle, n)
		}
		r, _ := utf8.DecodeRuneInString(x.name)
		scripts[script(r)] = true
		for _, e := range x.entries {
			tr := trait.Trait{Member: 1, Kind: e.kind, Relation: e.relation, Entity: 1, Role: e.role, Body: e.body, Place: e.place, From: e.from, To: e.to, YearOnly: e.yearOnly}
			if got, err := trait.Check(tr, monday); err != nil || got != tr {
				t.Errorf("%s: %+v becomes %+v: %v", x.handle, tr, got, err)
			}
			if p.entities[e.entity].Kind != e.kind {
				t.Errorf("%s: a %s points to the %s %s", x.handle, e.kind, p.entities[e.entity].Kind, p.entities[e.entity].Name)
			}
			if e.relation == trait.Has && e.to > why.MonthOf(2026, 12) {
				t.Errorf("%s: ends in the future: %+v", x.handle, e)
			}
		}
	}
	if len(scripts) < 8 {
		t.Errorf("names come in few scripts: %v", scripts)
	}
	for _, l := range p.letters {
		if n := utf8.RuneCountInString(l.note); n > invite.DefaultLimits.Note {
			t.Errorf("a note of %d characters: %q", n, l.note)
		}
		if l.reason != "" && !l.reason.Valid() || l.sub != "" && why.SubLabel(l.reason, l.sub) == "" {
			t.Errorf("no such reason: %s/%s", l.reason, l.sub)
		}
	}
}

func script(r rune) string {
	for _, s := range []struct {
		name string
		to   rune
	}{{"Latin", 0x36f}, {"Greek", 0x3ff}, {"Cyrillic", 0x52f}, {"Hebrew", 0x5ff}, {"Arabic", 0x6ff}, {"Devanagari", 0x97f},
		{"Bengali", 0x9ff}, {"Ethiopic", 0x137f}, {"Latin", 0x1eff}, {"Greek", 0x1fff}, {"Han", 0x9fff}, {"Hangul", 0xd7af}} {
		if r <= s.to {
			return s.name
		}
	}
	return "other"
}

// TestNothingIsReal: employers and schools live in the domain kept for examples.
func TestNothingIsReal(t *testing.T) {
	p := planOf(smallest, 1)
	for _, e := range p.entities {
		if (e.Kind == trait.Company || e.Kind == trait.School) && !strings.HasSuffix(e.URL, ".example") {
			t.Errorf("%s is said to be at %q", e.Name, e.URL)
		}
	}
	for _, x := range p.members {
		if x.website != "" && !strings.HasSuffix(x.website, ".example") {
			t.Errorf("%s is said to be at %q", x.handle, x.website)
		}
	}
}

// TestListsHoldTogether: every word in the lists means something, so that a slip
// of the pen does not silently take a firm, group or note out of the draw.
func TestListsHoldTogether(t *testing.T) {
	crafted, cultured := map[string]bool{}, map[string]bool{}
	for _, list := range crafts {
		for _, c := range list {
			crafted[c.key] = true
			if weight[c.key] == 0 {
				t.Errorf("nobody has the craft %s", c.key)
			}
		}
	}
	for _, c := range cultures {
		cultured[c.key] = true
		if looks[c.region].tan == 0 {
			t.Errorf("%s: no looks for the region %q", c.key, c.region)
		}
		for tag := range strings.FieldsSeq(c.tongues) {
			if tongues[tag] == "" {
				t.Errorf("%s: no language %q", c.key, tag)
			}
		}
	}
	check := func(where, words string, known map[string]bool) {
		for w := range strings.FieldsSeq(words) {
			if !known[w] {
				t.Errorf("%s: no %q", where, w)
			}
		}
	}
	atHome := map[string]int{}
	for _, f := range firms {
		check(f.name, f.crafts, crafted)
		if regions[f.place] == "" {
			t.Errorf("%s: %s is in no region", f.name, f.place)
		}
		for c := range strings.FieldsSeq(f.crafts) {
			atHome[c]++
		}
	}
	for c := range crafted {
		if atHome[c] < 2 {
			t.Errorf("the craft %s is at home in %d firms", c, atHome[c])
		}
	}
	for _, s := range schools {
		check(s.name, s.crafts, crafted)
		check(s.name, s.near, cultured)
	}
	for _, c := range circles {
		check(c.name, c.crafts, crafted)
		check(c.name, c.near, cultured)
	}
	for tag := range abroad {
		if tongues[tag] == "" {
			t.Errorf("notes in no known language %q", tag)
		}
	}
	for _, c := range causes {
		if len(notes[c.key]) == 0 {
			t.Errorf("nothing to write for the cause %s", c.key)
		}
	}
}

// TestNetwork: the ties look like those of people.
func TestNetwork(t *testing.T) {
	p := planOf(usual, 1)
	degree := make([]int, len(p.members))
	seen := map[[2]int]bool{}
	reasons := map[why.Reason]int{}
	for _, x := range p.ties {
		k := [2]int{min(x.a, x.b), max(x.a, x.b)}
		if x.a == x.b || seen[k] {
			t.Fatalf("a tie that cannot be: %+v", x)
		}
		seen[k] = true
		degree[x.a]++
		degree[x.b]++
		reasons[x.reason]++
		if x.since.Before(p.members[x.a].joined) || x.since.Before(p.members[x.b].joined) || x.since.After(p.now) {
			t.Errorf("connected on %s, while they joined on %s and %s", x.since, p.members[x.a].joined, p.members[x.b].joined)
		}
	}
	if mean := float64(2*len(p.ties)) / float64(len(degree)); mean < 18 || mean > 26 {
		t.Errorf("%.1f connections on the average", mean)
	}
	alone := 0
	for _, d := range degree {
		if d <= 3 {
			alone++
		}
	}
	if alone < 5 || alone > 40 {
		t.Errorf("%d have at most three connections", alone)
	}
	if degree[adaeze] < 90 || degree[noor] != 3 {
		t.Errorf("the hub has %d connections, the newcomer %d", degree[adaeze], degree[noor])
	}
	for _, r := range []why.Reason{why.Relationship, why.Background, why.Shared, ""} {
		if reasons[r] < len(p.ties)/50 {
			t.Errorf("only %d of %d ties are for the reason %q", reasons[r], len(p.ties), r)
		}
	}
}

// TestClaims: what senders claim is so, but for those who claim what is not.
func TestClaims(t *testing.T) {
	p := planOf(usual, 1)
	m := &maker{plan: p, month: why.MonthOf(2026, 11)}
	kinds := map[string]trait.Kind{"worked": trait.Company, "studied": trait.School, "group": trait.Group}
	held, wrong, silent := 0, 0, 0
	for _, l := range p.letters {
		switch {
		case l.reason == "":
			silent++
		case l.reason == why.Relationship && kinds[l.sub] != 0:
			if slices.ContainsFunc(m.bonds(l.from, l.to), func(x bond) bool { return x.kind == kinds[l.sub] && x.months > 0 }) {
				held++
			} else {
				wrong++
			}
		}
	}
	if held < 40 || wrong == 0 || wrong > held/5 || silent < 5 {
		t.Errorf("%d claims of a tie hold, %d do not, %d say nothing", held, wrong, silent)
	}
}

// TestScenes: whatever the seed and the size, the personas have what they are
// there to show.
func TestScenes(t *testing.T) {
	for _, o := range []Options{{Members: smallest, Seed: 1}, {Members: smallest, Seed: 2}, {Members: usual, Seed: 1}, {Members: usual, Seed: 2}} {
		p := planOf(o.Members, o.Seed)
		waiting, answered, old, asked := map[int]int{}, 0, 0, 0
		for _, l := range p.letters {
			if l.answer == waits {
				waiting[l.to]++
			}
			if l.to != mateus {
				continue
			}
			switch {
			case l.answer != waits:
				answered++
			case p.now.Sub(l.at) > 100*day:
				old++
			case len(l.replies) > 0:
				asked++
			}
		}
		if waiting[noor] != 3 || waiting[adaeze] < 6 || waiting[mateus] < 12 || waiting[tilda] < 3 || waiting[eirik] < 1 || waiting[ursula] < 3 {
			t.Errorf("%+v: wait for the cast: %v", o, waiting)
		}
		if answered < 2 || old != 1 || asked < 3 {
			t.Errorf("%+v: Mateus answered %d, %d are old, %d have a thread", o, answered, old, asked)
		}
	}
}

func TestPortraits(t *testing.T) {
	p := planOf(usual, 1)
	var seen [][]byte
	with := 0
	for _, x := range p.members {
		if x.face == nil {
			continue
		}
		with++
		if len(seen) < 6 {
			img := portrait(*x.face)
			if slices.ContainsFunc(seen, func(o []byte) bool { return bytes.Equal(o, img) }) {
				t.Errorf("%s looks exactly like somebody else", x.handle)
			}
			if !bytes.Equal(img, portrait(*x.face)) {
				t.Errorf("%s looks different the second time", x.handle)
			}
			seen = append(seen, img)
		}
	}
	if with < usual*3/10 || with > usual*6/10 {
		t.Errorf("%d of %d have a picture", with, usual)
	}
}

func TestInText(t *testing.T) {
	for name, want := range map[string]string{
		"Plover Maps": "Plover Maps", "The Tideline Courier": "the Tideline Courier", "Port of Sindhugiri": "the Port of Sindhugiri",
		"Commonpurse Cooperative Bank": "Commonpurse Cooperative Bank", "Baltic Chapter": "the Baltic Chapter", "Saltmarsh College": "Saltmarsh College",
	} {
		if got := inText(name); got != want {
			t.Errorf("%s is written %q", name, got)
		}
	}
	if got := sentences("the Choir sings. the Port sleeps in the dark"); got != "The Choir sings. The Port sleeps in the dark" {
		t.Error(got)
	}
}

// TestHandles: everybody has an address that says their name.
func TestHandles(t *testing.T) {
	for _, x := range planOf(usual, 1).members {
		if strings.HasPrefix(x.handle, "fellow") || fold.Slug(x.handle, 40) != x.handle {
			t.Errorf("%s lives at %s", x.name, x.handle)
		}
	}
}
