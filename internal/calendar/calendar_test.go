package calendar

import (
	"testing"
	"time"
)

func TestDay(t *testing.T) {
	oslo := time.FixedZone("Oslo", 2*60*60)
	for _, c := range []struct {
		at   time.Time
		want int64
	}{
		{time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), 0},
		{time.Date(1970, 1, 1, 23, 59, 59, 999999999, time.UTC), 0},
		{time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC), 1},
		{time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC), -1},
		{time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), -1},
		{time.Date(1969, 12, 30, 12, 0, 0, 0, time.UTC), -2},
		{time.Date(2026, 3, 2, 1, 0, 0, 0, oslo), 20513}, // still the first of March in UTC
		{time.Date(2026, 3, 2, 2, 0, 0, 0, oslo), 20514},
	} {
		if got := Day(c.at); got != c.want {
			t.Errorf("%v is day %d, want %d", c.at, got, c.want)
		}
	}
}

// TestWeeks holds numbers against the standard library's calendar, over some decades.
func TestWeeks(t *testing.T) {
	for day := int64(-5000); day < 30000; day++ {
		at := Midnight(day)
		if Day(at) != day || Day(at.Add(24*time.Hour-1)) != day || at.Hour() != 0 {
			t.Fatalf("day %d begins at %v", day, at)
		}
		monday := Monday(day)
		if Midnight(monday).Weekday() != time.Monday || day-monday < 0 || day-monday > 6 {
			t.Fatalf("the Monday of %v is %v", at, Midnight(monday))
		}
	}
}
