package member

import (
	"strings"
	"testing"

	"guildhall/internal/fault"
)

func TestCleanName(t *testing.T) {
	for s, want := range map[string]string{
		" Ada  Lovelace ":        "Ada Lovelace",
		"Zoe\u0308":              "Zoë",
		"O'Brien-Smith, Jr.":     "O'Brien-Smith, Jr.",
		"王小明":                    "王小明",
		"प्रिया":                 "प्रिया",
		"نیم\u200cفاصله":         "نیم\u200cفاصله",
		"Ada 🚀":                  "Ada 🚀",
		strings.Repeat("é", 100): strings.Repeat("é", 100),
	} {
		if got, err := CleanName(s); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"", " \t", "\u200b", "...", "🚀", "A\x00", "A\u202eB", "A\u2067B", "\xff", strings.Repeat("é", 101)} {
		if got, err := CleanName(s); fault.ByField(err)["name"] == "" {
			t.Errorf("%q: %q, %v, want a sentence for name", s, got, err)
		}
	}
}

func TestLinesHaveTheirLengths(t *testing.T) {
	for field, c := range map[string]struct {
		clean func(string) (string, error)
		limit int
	}{
		"headline": {CleanHeadline, 220}, "pronouns": {CleanPronouns, 40}, "location": {CleanLocation, 100},
	} {
		for _, n := range []int{0, 1, c.limit} {
			if _, err := c.clean(strings.Repeat("ß", n)); err != nil {
				t.Errorf("%s of %d: %v", field, n, err)
			}
		}
		if _, err := c.clean(strings.Repeat("ß", c.limit+1)); fault.ByField(err)[field] == "" {
			t.Errorf("%s of %d characters: %v, want a sentence", field, c.limit+1, err)
		}
	}
}

func TestCleanLang(t *testing.T) {
	for s, want := range map[string]string{"": "", " en ": "en", "ZH-hant-tw": "zh-Hant-TW", "pt_BR": "pt-BR"} {
		if got, err := CleanLang(s); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"english please", "-", "xx-!!", strings.Repeat("a", 99)} {
		if got, err := CleanLang(s); fault.ByField(err)["lang"] == "" {
			t.Errorf("%q: %q, %v, want a sentence", s, got, err)
		}
	}
}

func TestCleanHandle(t *testing.T) {
	for s, want := range map[string]string{"ada": "ada", " Ada-Lovelace ": "ada-lovelace", "a1b2": "a1b2", strings.Repeat("a", 40): strings.Repeat("a", 40)} {
		if got, err := CleanHandle(s); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"", "ab", strings.Repeat("a", 41), "-ada", "ada-", "a--b", "a b", "a_b", "zoë", "a/b", "ada\nb", "Admin", "in", "api", "static", "settings"} {
		if got, err := CleanHandle(s); fault.ByField(err)["handle"] == "" {
			t.Errorf("%q: %q, %v, want a sentence", s, got, err)
		}
	}
}

func FuzzHandles(f *testing.F) {
	for _, s := range []string{"Ada", "王小明", "Admin", "in", "a", "-", "Ünïcødé Nâmé That Is Really Quite Long For Anybody", "Щ"} {
		f.Add(s, int64(12345), 0)
		f.Add(s, int64(12345), 3)
	}
	f.Fuzz(func(t *testing.T, name string, id int64, try int) {
		h := handleFor(name, id, try&7)
		if got, err := CleanHandle(h); err != nil || got != h {
			t.Errorf("handleFor(%q, %d, %d) = %q, which is refused: %v", name, id, try, h, err)
		}
		if try&7 > 0 && h == handleFor(name, id, try&7-1) {
			t.Errorf("handleFor(%q) proposes %q twice", name, h)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"Ada", "\u200d", "e\u0301", "\u202e", "  x  ", "\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := CleanName(s)
		if err != nil {
			if fault.ByField(err)["name"] == "" {
				t.Errorf("CleanName(%q) fails with %v", s, err)
			}
			return
		}
		if again, err := CleanName(got); again != got || err != nil {
			t.Errorf("CleanName(%q) = %q, cleaned again %q, %v", s, got, again, err)
		}
	})
}

func TestStatesMoveAlongTheArrows(t *testing.T) {
	allowed := map[[2]Status]bool{}
	for _, a := range [][2]Status{
		{Active, Hibernated}, {Active, Suspended}, {Active, Former}, {Hibernated, Active}, {Hibernated, Former},
		{Suspended, Active}, {Suspended, Former},
	} {
		allowed[a] = true
	}
	for from := Active; from <= Former; from++ {
		for to := Status(0); to <= Former+1; to++ {
			want := allowed[[2]Status{from, to}] || from == to
			if err := mayBecome(from, to); (err == nil) != want {
				t.Errorf("%s to %s: %v, want allowed %v", from, to, err, want)
			}
		}
	}
}

func TestASearchWalksAlongTheRarestWord(t *testing.T) {
	words := []string{"anna", "li", "b"}
	if got := rarestFirst(words, []int{500, 3, 500}); got[0] != "li" || len(got) != 3 || words[0] != "anna" {
		t.Errorf("%v, want li first and the words as they were", got)
	}
	if got := rarestFirst(words, []int{500, 500, 500}); got[0] != "anna" {
		t.Errorf("%v, want the first of equals", got)
	}
	if got := queryWords("b Li ANNA"); strings.Join(got, " ") != "anna li b" {
		t.Errorf("%v, want the longest first", got)
	}
	if got := rarestFirst(words, []int{500, 3, 0}); got != nil {
		t.Errorf("%v, want nothing when a word is in no name", got)
	}
}
