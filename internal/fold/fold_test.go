package fold

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestKeysJoinSpellingsOfOneName(t *testing.T) {
	for _, same := range [][]string{
		{"Zoë Müller", "zoe muller", "ZOË  MÜLLER", "Zoe\u0308 Mu\u0308ller"},
		{"Straße", "STRASSE", "strasse", "STRAẞE"},
		{"Søren Ærø", "soren aero"},
		{"Łukasz Đorđević", "lukasz dordevic"},
		{"Işık İnci", "isik inci", "IŞIK INCI", "ışık inci"},
		{"Nguyễn Thị Đào", "nguyen thi dao"},
		{"Ångström", "A\u030angstro\u0308m", "Ångström"},
		{"O’Brien", "O'Brien", "o`brien", "oʼbrien"},
		{"Jean–Luc", "jean-luc", "JEAN‑LUC"},
		{"ＡＣＭＥ", "acme"},
		{"Ｆｉｎance", "ﬁnance"},
		{"ΟΔΥΣΣΕΎΣ", "οδυσσευς", "Οδυσσεύς"},
		{"АЛЁНА", "алена"},
		{"がくせい", "か\u3099くせい"},
	} {
		for _, s := range same {
			if Key(s) != Key(same[0]) {
				t.Errorf("Key(%q) = %q, Key(%q) = %q: want the same", s, Key(s), same[0], Key(same[0]))
			}
		}
	}
}

func TestKeysKeepDifferentNamesApart(t *testing.T) {
	names := []string{"C", "C++", "C#", "R&D", "RD", "がくせい", "かくせい", "हिन्दी", "हनद", "王明", "王小明"}
	seen := map[string]string{}
	for _, n := range names {
		if other, ok := seen[Key(n)]; ok {
			t.Errorf("%q and %q have one key %q", n, other, Key(n))
		}
		seen[Key(n)] = n
	}
	for _, kept := range []string{"हिन्दी", "عبد الرحمن", "王小明", "김민준", "ศิริพร"} {
		if Key(kept) != kept {
			t.Errorf("Key(%q) = %q, want it kept", kept, Key(kept))
		}
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[string]string{
		"Ada  Lovelace":          "ada|lovelace",
		"Jean-Luc O'Brien":       "jean|luc|o|brien",
		"Ana Ana":                "ana",
		"Dr. José (Pepe) Núñez,": "dr|jose|pepe|nunez",
		"山田 太郎":                  "山田|太郎",
		"マリア・スミス":                "マリア|スミス",
		"प्रिया शर्मा":           "प्रिया|शर्मा",
		"می\u200cخواهم":          "میخواهم",
		"Henry 8":                "henry|8",
		" -–' ":                  "",
		"":                       "",
	} {
		if got := strings.Join(Words(s), "|"); got != want {
			t.Errorf("Words(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestIndexHoldsHowPeopleWriteAName(t *testing.T) {
	for name, want := range map[string][]string{
		"Siobhán O’Brien":  {"siobhan", "o", "brien", "obrien"},
		"Jörg Müller":      {"jorg", "muller", "joerg", "mueller"},
		"Jo\u0308rg":       {"jorg", "joerg"},
		"Bjørn Åkesson":    {"bjorn", "akesson", "bjoern", "aakesson"},
		"山田 太郎":            {"山田", "太郎", "山田太郎", "田", "郎"},
		"王小明":              {"王小明", "小明", "明"},
		"Ming 王":           {"ming", "王"},
		"Anne-Marie Dupré": {"anne", "marie", "dupre"},
	} {
		got := Index(name)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("Index(%q) = %v, want %v", name, got, want)
		}
	}
	if n := len(Index(strings.Repeat("王", 5000))); n > maxWords {
		t.Errorf("%d words from one name, want at most %d", n, maxWords)
	}
}

func TestSlug(t *testing.T) {
	for s, want := range map[string]string{
		"Ada Lovelace":           "ada-lovelace",
		"  Siobhán O’Brien-Ní  ": "siobhan-obrien-ni",
		"Jörg Müller":            "jorg-muller",
		"Łukasz Żółć":            "lukasz-zolc",
		"Сергей Щербаков":        "sergey-shcherbakov",
		"Олексій Їжак":           "oleksiy-yizhak",
		"Ђорђе Љубић":            "djordje-ljubic",
		"Γιώργος Παπαδόπουλος":   "giorgos-papadopoulos",
		"Əliyev":        "aliyev",
		"王小明":           "",
		"李 Li":          "li",
		"C++ & Go, 2nd": "c-go-2nd",
		"---":           "",
	} {
		if got := Slug(s, 40); got != want {
			t.Errorf("Slug(%q) = %q, want %q", s, got, want)
		}
	}
	for limit, want := range map[int]string{8: "abcdefgh", 12: "abcdefgh", 13: "abcdefgh-ijkl", 99: "abcdefgh-ijkl"} {
		if got := Slug("abcdefgh ijkl", limit); got != want {
			t.Errorf("cut at %d: %q, want %q", limit, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for s, want := range map[string]string{
		"Ada Lovelace":                           "Ada Lovelace",
		"  Ada \t\n Lovelace\r\n":                "Ada Lovelace",
		"Zoe\u0308":                              "Zoë",
		"A\u00a0B\u3000C":                        "A B C",
		"zero\u200bwidth\ufeff":                  "zerowidth",
		"نیم\u200cفاصله":                         "نیم\u200cفاصله",
		"":                                       "",
		" \u200b ":                               "",
		"\u3164":                                 "",
		"\u115f\u1160\uffa0\u2800":               "",
		"A\u034fd\u17b4a":                        "Ada",
		"e" + strings.Repeat("\u0316", 90) + "d": "e" + strings.Repeat("\u0316", 8) + "d",
		"שָׁ֑לוֹם":                               norm.NFC.String("שָׁ֑לוֹם"),
	} {
		if got, trouble := Line(s); got != want || trouble != "" {
			t.Errorf("Line(%q) = %q, %q; want %q", s, got, trouble, want)
		}
	}
	for _, s := range []string{"a\x00b", "a\x1b[31m", "a\x7f", "a\u0090", "a\u202eb", "a\u2066b", "a\u200fb", "a\xffb", "a\uffffb"} {
		if got, trouble := Line(s); trouble == "" || got != "" {
			t.Errorf("Line(%q) = %q without a sentence, want it refused", s, got)
		}
	}
}

func TestText(t *testing.T) {
	for s, want := range map[string]string{
		"one\r\ntwo\rthree\u2028four": "one\ntwo\nthree\nfour",
		"a  \n\n\n\n b\tc\n":          "a\n\n b c",
		"\n\n x":                      "x",
		"مرحبا\u200f!":                "مرحبا\u200f!",
		"keeps  two spaces":           "keeps  two spaces",
	} {
		if got, trouble := Text(s); got != want || trouble != "" {
			t.Errorf("Text(%q) = %q, %q; want %q", s, got, trouble, want)
		}
	}
	for _, s := range []string{"a\x00", "a\u202eb", "a\u202db", "\x1b", "\xff"} {
		if _, trouble := Text(s); trouble == "" {
			t.Errorf("Text(%q) was taken, want it refused", s)
		}
	}
}

var seeds = []string{"", "Ada Lovelace", "Zoë\u0308\u0308 İıß", "é́", "王小明 ー", "ﷺ", "हिन्दी", "о́", "\u0345α", "ẞŉΐ", "a\u200db", "\xff\u202e", "ǅ ǈ ᾳ", "가\u11a8", "Ω K Å", "a\u0301\u200b\u0300", "\u00bd\u2163 ｶﾞ"}

func FuzzFold(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		key := Key(s)
		if again := Key(key); again != key {
			t.Errorf("Key(%q) = %q, folded again %q", s, key, again)
		}
		if Key(norm.NFD.String(s)) != key || Key(norm.NFC.String(s)) != key {
			t.Errorf("Key(%q) depends on how it is composed", s)
		}
		words := Words(s)
		for i, w := range words {
			if w == "" || slices.Contains(words[:i], w) || strings.ContainsFunc(w, unicode.IsSpace) || !utf8.ValidString(w) {
				t.Errorf("Words(%q) = %q", s, words)
			}
			if got := Words(w); len(got) != 1 || got[0] != w {
				t.Errorf("word %q of %q is cut into %q", w, s, got)
			}
		}
		index := Index(s)
		for _, w := range words[:min(len(words), maxWords)] {
			if !slices.Contains(index, w) {
				t.Errorf("Index(%q) = %q lacks the word %q", s, index, w)
			}
		}
	})
}

func FuzzSlug(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + int(uint(limit)%60)
		slug := Slug(s, limit)
		if len(slug) > limit || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") || strings.Contains(slug, "--") {
			t.Errorf("Slug(%q, %d) = %q", s, limit, slug)
		}
		if strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("Slug(%q) = %q has other characters", s, slug)
		}
		if again := Slug(slug, limit); again != slug {
			t.Errorf("Slug(%q) = %q, of that %q", s, slug, again)
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) (string, string){"Line": Line, "Text": Text} {
			got, trouble := clean(s)
			if trouble != "" {
				if got != "" {
					t.Errorf("%s(%q) refuses and returns %q", name, s, got)
				}
				continue
			}
			again, trouble := clean(got)
			if again != got || trouble != "" {
				t.Errorf("%s(%q) = %q, cleaned again %q, %q", name, s, got, again, trouble)
			}
			if !norm.NFC.IsNormalString(got) || strings.TrimSpace(got) != got {
				t.Errorf("%s(%q) = %q is not composed or not trimmed", name, s, got)
			}
			bad := func(r rune) bool {
				return unicode.IsControl(r) && (name == "Line" || r != '\n') || r == '\u202e' || r == '\u202d'
			}
			if strings.ContainsFunc(got, bad) {
				t.Errorf("%s(%q) = %q keeps a control character", name, s, got)
			}
		}
	})
}
