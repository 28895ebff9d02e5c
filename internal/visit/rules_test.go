package visit

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guildhall/internal/calendar"
	"guildhall/internal/trait"
)

func TestAViewHoldsTheMoreClosedOfThenAndNow(t *testing.T) {
	chosen := time.Date(2026, 3, 11, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		mode Mode
		at   time.Duration
		want Mode
	}{
		{0, time.Hour, Private}, // no choice
		{Full, time.Hour, Full},
		{Semi, time.Hour, Semi},
		{Private, time.Hour, Private},
		{Full, -time.Microsecond, Private}, // noted before the choice was made
		{Full, 0, Full},
		{9, time.Hour, Private},
	} {
		if got := (choice{c.mode, chosen.UnixMicro()}).holds(chosen.Add(c.at)); got != c.want {
			t.Errorf("mode %d, %v after the choice: %v, want %v", c.mode, c.at, got, c.want)
		}
	}
}

func TestMondays(t *testing.T) {
	for _, c := range [][2]string{{"2026-03-09", "2026-03-09"}, {"2026-03-15", "2026-03-09"}, {"2026-03-16", "2026-03-16"}, {"1970-01-05", "1970-01-05"}, {"2024-02-29", "2024-02-26"}} {
		day, _ := time.Parse(time.DateOnly, c[0])
		if got := calendar.Midnight(calendar.Monday(calendar.Day(day.Add(23 * time.Hour)))).Format(time.DateOnly); got != c[1] {
			t.Errorf("the Monday of %s is %s, want %s", c[0], got, c[1])
		}
	}
}

// Every day from 90 days ago to yesterday counts once, today and older ones never.
func TestWeeksCountEachFinishedDayOnce(t *testing.T) {
	for today := int64(20500); today < 20507; today++ {
		days := map[int64]int{}
		for d := today - 100; d <= today; d++ {
			days[d] = 1
		}
		days[today], days[today-Days-1] = 1000, 1000
		all, sum := weeks(days, today)
		if sum != Days || len(all) < 13 || len(all) > 14 {
			t.Errorf("day %d: %d views in %d weeks, want %d", today, sum, len(all), Days)
		}
		for i, w := range all {
			if w.Monday.Weekday() != time.Monday || (w.Seen != 7) != w.Part || w.Part && i != 0 && i != len(all)-1 {
				t.Errorf("day %d: %+v", today, w)
			}
		}
	}
}

func TestRankNeedsSixAndCountsInDoublings(t *testing.T) {
	got := rank(map[int64]int{1: 5, 2: 6, 3: 11, 4: 12, 5: 7, 6: 0, 7: 200})
	if want := []int64{7, 4, 2, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("ranked %v, want %v", got, want)
	}
	many := map[int64]int{}
	for i := range int64(100) {
		many[i+1] = 6
	}
	if got := rank(many); len(got) != keptAlso || got[0] != 1 {
		t.Errorf("of a hundred %d are kept: %v", len(got), got)
	}
}

func TestWhoLooksAtEverybodySaysNothing(t *testing.T) {
	all := make([]int64, wanderer+1)
	for i := range all {
		all[i] = int64(i + 1)
	}
	got := count(1, map[int64][]int64{1000: all, 1001: {1, 2}, 1002: {1, 2, 3}})
	if got[1] != 0 || got[2] != 2 || got[3] != 1 || got[4] != 0 {
		t.Errorf("counted %v", got)
	}
}

// crowdOf has n members with a field and a title, ids from first on.
func crowdOf(into map[int64][]trait.Trait, first, n int64, field int64, title string) {
	for i := range n {
		into[first+i] = []trait.Trait{{Kind: trait.Field, Entity: field, Name: fmt.Sprint("field ", field)}}
		if title != "" {
			into[first+i] = append(into[first+i], trait.Trait{Kind: trait.Company, Entity: 900 + i, Role: title})
		}
	}
}

func TestADescriptionFitsFive(t *testing.T) {
	for _, c := range []struct {
		with, engineers int64
		want            words
	}{
		{3, 0, words{}},
		{4, 0, words{"field 1", ""}},
		{0, 3, words{}},
		{1, 3, words{"field 1", ""}},
		{0, 4, words{"field 1", "Engineer"}},
		{40, 3, words{"field 1", ""}},
	} {
		crowd := map[int64][]trait.Trait{}
		crowdOf(crowd, 1, 1, 1, "Engineer")
		crowdOf(crowd, 100, c.with, 1, "Clerk")
		crowdOf(crowd, 200, c.engineers, 1, " engineer ")
		crowdOf(crowd, 300, 10, 2, "Engineer") // of another field
		if got := fitting(crowd[1], crowd); got != c.want {
			t.Errorf("with %d clerks and %d engineers beside: %q, want %q", c.with, c.engineers, got, c.want)
		}
	}
}
