package ui_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"guildhall/internal/web/ui"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -4200: "−4,200"} {
		if got := ui.Count(n); got != want {
			t.Errorf("Count(%d) = %q", n, got)
		}
	}
	for n, want := range map[int]string{0: "0 months", 1: "1 month", 12: "1 year", 29: "2 years 5 months", 13: "1 year 1 month"} {
		if got := ui.Months(n); got != want {
			t.Errorf("Months(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 months", 1: "1 month", 24: "2 years", 29: "2 y 5 m"} {
		if got := ui.MonthsShort(n); got != want {
			t.Errorf("MonthsShort(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		from, to     int32
		months, year string
	}{
		{month(2016, 4), month(2021, 2), "Apr 2016 – Feb 2021", "2016 – 2021"},
		{month(2018, 9), 0, "Sep 2018 – now", "2018 – now"},
		{month(2015, 1), month(2015, 12), "Jan 2015 – Dec 2015", "2015"},
		{0, month(2010, 3), "until Mar 2010", "until 2010"},
		{0, 0, "", ""},
	} {
		if got := ui.MonthRange(c.from, c.to); got != c.months {
			t.Errorf("MonthRange = %q, want %q", got, c.months)
		}
		if got := ui.YearRange(c.from, c.to); got != c.year {
			t.Errorf("YearRange = %q, want %q", got, c.year)
		}
	}
	if got := ui.MonthOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); got != month(2026, 11) {
		t.Errorf("MonthOf = %d", got)
	}
}

func TestAgo(t *testing.T) {
	zone := time.FixedZone("east", 10*3600)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, zone)
	for d, want := range map[time.Duration]string{
		-time.Second:        "just now",
		30 * time.Second:    "just now",
		time.Minute:         "1 minute ago",
		59 * time.Minute:    "59 minutes ago",
		time.Hour:           "1 hour ago",
		10 * time.Hour:      "10 hours ago", // 23:00 the day before, here
		20 * time.Hour:      "yesterday",
		3 * 24 * time.Hour:  "3 days ago",
		6 * 24 * time.Hour:  "6 days ago",
		7 * 24 * time.Hour:  "1 week ago",
		27 * 24 * time.Hour: "3 weeks ago",
		90 * 24 * time.Hour: "25 Aug 2026",
	} {
		if got := ui.Ago(now.Add(-d), now); got != want {
			t.Errorf("%v ago: %q, want %q", d, got, want)
		}
	}
}

func TestTimeline(t *testing.T) {
	y := ui.Years{Caption: "Both of you at", Place: "Nordlys", Them: "Ingrid", Now: month(2026, 11), Together: 30,
		Yours: []ui.Span{{From: month(2016, 4), To: month(2021, 2), What: "analyst"}}, Theirs: []ui.Span{{From: month(2018, 9), What: "engineer"}}}
	d := draw(t, ui.Timeline(y))
	if got := text(d.Find(".meet-word")); got != "2 years 6 months" {
		t.Errorf("the band says %q", got)
	}
	if d.Find("rect.meet").Length() != 1 || d.Find(".gap").Length() != 0 {
		t.Error("the band is not drawn")
	}
	if got := strings.Join(d.Find("tbody tr").Eq(1).Children().Map(func(_ int, s *goquery.Selection) string { return text(s) }), "|"); got != "Ingrid|engineer|Sep 2018 – now" {
		t.Errorf("the table reads %q", got)
	}
	y.Theirs, y.Together, y.Apart = []ui.Span{{From: month(2023, 1), To: month(2024, 1)}}, 0, 22
	d = draw(t, ui.Timeline(y))
	if got := text(d.Find(".gap-word")); got != "1 y 10 m apart" {
		t.Errorf("the gap says %q", got)
	}
	if d.Find("rect.meet").Length() != 0 {
		t.Error("no overlap is drawn as one")
	}
	y.Yours, y.Theirs = []ui.Span{{To: month(2010, 1)}}, nil
	d = draw(t, ui.Timeline(y))
	if d.Find("svg[role=img]").Length() != 0 {
		t.Error("years nobody gave are drawn")
	}
	if _, open := d.Find("details.more").Attr("open"); !open {
		t.Error("without a drawing the table is folded away")
	}
}

// TestDrawingsStayInside draws many spans: whatever they are, nothing leaves the
// drawing and no width is negative.
func TestDrawingsStayInside(t *testing.T) {
	now := month(2026, 11)
	months := []int32{0, month(1960, 1), month(2000, 6), month(2015, 12), month(2026, 11), month(2031, 5)}
	for _, a := range months {
		for _, b := range months {
			for _, c := range months {
				y := ui.Years{Place: "X", Them: "T", Now: now, Together: 1, Yours: []ui.Span{{From: a, To: b}}, Theirs: []ui.Span{{From: c, To: a}, {From: b}}}
				for _, r := range draw(t, ui.Timeline(y)).Find("svg[role=img] *").EachIter() {
					for _, attr := range []string{"x", "x1", "x2", "width"} {
						v, ok := r.Attr(attr)
						if !ok || v == "0" {
							continue
						}
						f, err := strconv.ParseFloat(strings.TrimSuffix(v, "%"), 64)
						if err != nil || f < 0 || f > 100 {
							t.Fatalf("%+v: %s=%q", y, attr, v)
						}
					}
				}
			}
		}
	}
}
