package trait

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/why"
)

var now = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

func TestCheckSaysWhatIsWrongWhere(t *testing.T) {
	good := Trait{Member: 1, Kind: Company, Relation: Has, Entity: 5}
	month := why.MonthOf
	for name, c := range map[string]struct {
		spoil func(*Trait)
		field string // empty: nothing is wrong
	}{
		"nothing":          {func(t *Trait) {}, ""},
		"no kind":          {func(t *Trait) { t.Kind = 0 }, "kind"},
		"unknown kind":     {func(t *Trait) { t.Kind = 8 }, "kind"},
		"unknown relation": {func(t *Trait) { t.Relation = 3 }, "kind"},
		"no member":        {func(t *Trait) { t.Member = 0 }, "member"},
		"no entity":        {func(t *Trait) { t.Entity = 0 }, "entity"},
		"long role":        {func(t *Trait) { t.Role = strings.Repeat("ü", 151) }, "role"},
		"full role":        {func(t *Trait) { t.Role = strings.Repeat("ü", 150) }, ""},
		"turned role":      {func(t *Trait) { t.Role = "CEO\u202e" }, "role"},
		"long place":       {func(t *Trait) { t.Place = strings.Repeat("x", 101) }, "place"},
		"long body":        {func(t *Trait) { t.Body = strings.Repeat("x", 2001) }, "body"},
		"full body":        {func(t *Trait) { t.Body = strings.Repeat("x\n", 999) + "xx" }, ""},
		"control in body":  {func(t *Trait) { t.Body = "a\x00b" }, "body"},
		"first month":      {func(t *Trait) { t.From = month(1900, 1) }, ""},
		"before it":        {func(t *Trait) { t.From = month(1899, 12) }, "from"},
		"year as month":    {func(t *Trait) { t.From = 2020 }, "from"},
		"negative":         {func(t *Trait) { t.From = -5 }, "from"},
		"last month":       {func(t *Trait) { t.To = month(2036, 12) }, ""},
		"after it":         {func(t *Trait) { t.To = month(2037, 1) }, "to"},
		"same month":       {func(t *Trait) { t.From, t.To = month(2020, 3), month(2020, 3) }, ""},
		"backwards":        {func(t *Trait) { t.From, t.To = month(2020, 3), month(2020, 2) }, "to"},
		"still there":      {func(t *Trait) { t.From = month(2020, 3) }, ""},
		"only the end":     {func(t *Trait) { t.To = month(2020, 3) }, ""},
		"years, backwards": {func(t *Trait) { t.From, t.To, t.YearOnly = month(2021, 1), month(2020, 12), true }, "to"},
	} {
		tr := good
		c.spoil(&tr)
		_, err := Check(tr, now)
		got := slices.Sorted(maps.Keys(fault.ByField(err)))
		if c.field == "" && err != nil || c.field != "" && !slices.Equal(got, []string{c.field}) {
			t.Errorf("%s: %v, want a sentence for %q alone", name, err, c.field)
		}
	}
}

func TestCheckCleans(t *testing.T) {
	tr := Trait{
		Member: 1, Kind: School, Relation: Has, Entity: 5, Role: "  MSc \n Physics ", Body: "one\r\ntwo  \n", Place: "Zu\u0308rich",
		From: why.MonthOf(2010, 9), To: why.MonthOf(2012, 6), YearOnly: true,
	}
	got, err := Check(tr, now)
	tr.Role, tr.Body, tr.Place, tr.From, tr.To = "MSc Physics", "one\ntwo", "Zürich", why.MonthOf(2010, 1), why.MonthOf(2012, 12)
	if err != nil || got != tr {
		t.Errorf("got %+v, %v\nwant %+v", got, err, tr)
	}
	tr.Relation = Seeks
	got, err = Check(tr, now)
	if err != nil || got.From != 0 || got.To != 0 || got.YearOnly {
		t.Errorf("sought with times: %+v, %v", got, err)
	}
}

func TestCheckEntity(t *testing.T) {
	for name, c := range map[string]struct {
		e     Entity
		field string
	}{
		"plain":           {Entity{Kind: Skill, Name: "C++"}, ""},
		"other script":    {Entity{Kind: School, Name: "東京大学", URL: "https://u-tokyo.ac.jp/"}, ""},
		"empty":           {Entity{Kind: Skill, Name: " \u200b"}, "name"},
		"long":            {Entity{Kind: Skill, Name: strings.Repeat("x", 151)}, "name"},
		"joiner only":     {Entity{Kind: Skill, Name: "\u200d"}, "name"},
		"script address":  {Entity{Kind: Company, Name: "A", URL: "javascript:alert(1)"}, "url"},
		"address no host": {Entity{Kind: Company, Name: "A", URL: "https:///x"}, "url"},
		"kind":            {Entity{Name: "A"}, "kind"},
		"unlisted":        {Entity{Kind: Group, Name: "A", Unlisted: true}, ""},
		"unlisted skill":  {Entity{Kind: Skill, Name: "A", Unlisted: true}, "unlisted"},
	} {
		_, err := CheckEntity(c.e)
		got := slices.Sorted(maps.Keys(fault.ByField(err)))
		if c.field == "" && err != nil || c.field != "" && !slices.Equal(got, []string{c.field}) {
			t.Errorf("%s: %v, want a sentence for %q alone", name, err, c.field)
		}
	}
}

func TestSectionOfEveryKind(t *testing.T) {
	seen := map[access.Section]bool{}
	for _, k := range Kinds {
		s := Section(k, Has)
		if !s.Valid() || s == access.Seeks || seen[s] {
			t.Errorf("kind %s is in section %q", k, s)
		}
		seen[s] = true
		if Section(k, Seeks) != access.Seeks {
			t.Errorf("a sought %s is in section %q", k, Section(k, Seeks))
		}
	}
	if Section(0, Has).Valid() {
		t.Error("an unknown kind has a section")
	}
}

func TestOrderOfAProfile(t *testing.T) {
	want := []Trait{
		{ID: 9, Kind: Company, Relation: Has, From: 24000},
		{ID: 8, Kind: Company, Relation: Has, From: 23000},
		{ID: 7, Kind: Company, Relation: Has},
		{ID: 6, Kind: Company, Relation: Has, From: 23500, To: 24100},
		{ID: 5, Kind: Company, Relation: Has, From: 23400, To: 24200},
		{ID: 1, Kind: Company, Relation: Seeks},
		{ID: 4, Kind: Skill, Relation: Has, Ordinal: 1},
		{ID: 2, Kind: Skill, Relation: Has, Ordinal: 2},
		{ID: 3, Kind: Skill, Relation: Has, Ordinal: 2},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compare)
	if !slices.Equal(got, want) {
		t.Errorf("order\n%v\nwant\n%v", got, want)
	}
}

func TestShelf(t *testing.T) {
	sh := shelf{{id: 1, entity: 100, ordinal: 2, version: 4}, {id: 2, entity: 200, ordinal: 1, version: 1}, {id: 3, entity: 300, ordinal: 1, version: 1}}
	for want, wanted := range map[string][]int64{
		"[2 3 1]": nil, "[1 2 3]": {1}, "[3 1 2]": {3, 1}, "[1 3 2]": {99, 1, 3, 1},
	} {
		if got := fmt.Sprint(sh.ordered(wanted)); got != want {
			t.Errorf("ordered %v: %s, want %s", wanted, got, want)
		}
	}
	full := make(shelf, MaxPerKind)
	for i := range full {
		full[i] = place{id: int64(i + 1), entity: int64(i + 1), version: 1}
	}
	for name, c := range map[string]struct {
		sh   shelf
		t    Trait
		want fault.Kind
		ok   bool
	}{
		"a new one":              {sh, Trait{Kind: Skill, Relation: Has, Entity: 400}, 0, true},
		"the same skill":         {sh, Trait{Kind: Skill, Relation: Has, Entity: 100}, fault.Invalid, false},
		"the same company":       {sh, Trait{Kind: Company, Relation: Has, Entity: 100}, 0, true},
		"the same company again": {sh, Trait{Kind: Company, Relation: Seeks, Entity: 100}, fault.Invalid, false},
		"over itself":            {sh, Trait{ID: 1, Version: 4, Kind: Skill, Relation: Has, Entity: 100}, 0, true},
		"onto another":           {sh, Trait{ID: 1, Version: 4, Kind: Skill, Relation: Has, Entity: 200}, fault.Invalid, false},
		"old version":            {sh, Trait{ID: 1, Version: 3, Kind: Skill, Relation: Has, Entity: 100}, fault.Conflict, false},
		"not there":              {sh, Trait{ID: 77, Version: 1, Kind: Skill, Relation: Has, Entity: 100}, fault.Missing, false},
		"one too many":           {full, Trait{Kind: Skill, Relation: Has, Entity: 400}, fault.TooMany, false},
		"change when full":       {full, Trait{ID: 5, Version: 1, Kind: Skill, Relation: Has, Entity: 400}, 0, true},
	} {
		if _, err := c.sh.admit(c.t); (err == nil) != c.ok || err != nil && !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestFacts(t *testing.T) {
	ts := []Trait{
		{ID: 1, Kind: Company, Relation: Has, Entity: 10, Name: "Acme", Role: "Clerk", From: 24000, To: 24010},
		{ID: 2, Kind: Skill, Relation: Seeks, Entity: 20, Name: "Go"},
		{ID: 3, Kind: Skill, Relation: Has, Entity: 20, Name: "Go"},
	}
	facts, seeks := Facts(ts, func(t Trait) bool { return t.ID != 3 })
	wantFacts := []why.Fact{{ID: 1, Kind: why.Company, Entity: 10, Label: "Acme", Role: "Clerk", From: 24000, To: 24010}}
	wantSeeks := []why.Seek{{ID: 2, Kind: why.Skill, Entity: 20, Label: "Go"}}
	if !slices.Equal(facts, wantFacts) || !slices.Equal(seeks, wantSeeks) {
		t.Errorf("facts %+v, seeks %+v", facts, seeks)
	}
	if facts, seeks := Facts(ts, nil); len(facts) != 2 || len(seeks) != 1 {
		t.Errorf("all: %d facts, %d seeks, want 2 and 1", len(facts), len(seeks))
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Clerk", "text\r\n", "Here", int32(24000), int32(0), true, uint8(1))
	f.Add("\u202e", "\x00", "\xff", int32(-1), int32(1<<31-1), false, uint8(2))
	f.Add("", "", "", int32(-1<<31), int32(-7), true, uint8(1))
	f.Fuzz(func(t *testing.T, role, body, spot string, from, to int32, yearOnly bool, relation uint8) {
		tr := Trait{Member: 1, Entity: 1, Kind: Company, Relation: Relation(relation), Role: role, Body: body, Place: spot, From: why.Month(from), To: why.Month(to), YearOnly: yearOnly}
		got, err := Check(tr, now)
		if err != nil {
			if len(fault.ByField(err)) == 0 {
				t.Errorf("%+v fails with %v", tr, err)
			}
			return
		}
		if again, err := Check(got, now); again != got || err != nil {
			t.Errorf("checked %+v\nagain %+v, %v", got, again, err)
		}
		if got.From != 0 && got.To != 0 && got.To < got.From || got.From < 0 || got.To < 0 || got.From > 2037*12 || got.To > 2037*12 {
			t.Errorf("kept the times %d to %d", got.From, got.To)
		}
	})
}
