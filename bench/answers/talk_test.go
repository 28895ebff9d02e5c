package answers

import (
	"slices"
	"testing"
)

func TestBornAround(t *testing.T) {
	for _, c := range []struct {
		day   string
		month int
		want  bool
	}{
		{"1990-07-20", 7, false}, {"1990-07-21", 7, true}, {"1990-08-21", 7, true}, {"1990-08-22", 7, false},
		{"1990-12-31", 12, true}, {"1990-01-01", 12, true}, {"1990-01-22", 12, false}, {"1990-02-01", 12, false}, {"no day", 12, false},
	} {
		if got := bornAround(c.day, c.month); got != c.want {
			t.Errorf("%s is around month %d: %v", c.day, c.month, got)
		}
	}
}

func TestWaysAreReadAndOrdered(t *testing.T) {
	for in, want := range map[string]string{"{{1,2},{2,3}}": "1 2 3", "{{7,9}}": "7 9", "{}": ""} {
		if got, err := steps(in); got != want || err != nil {
			t.Errorf("steps(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	got := reordered([]string{"1 9 3 | 0.5", "1 2 3 | 2", "1 10 3 | 2", "1 4 3 | 0.5"})
	if want := []string{"1 2 3 | 2", "1 10 3 | 2", "1 4 3 | 0.5", "1 9 3 | 0.5"}; !slices.Equal(got, want) {
		t.Errorf("in order: %q, want %q", got, want)
	}
	if got, err := number("10.50"); got != "10.5" || err != nil {
		t.Errorf("a number: %q, %v", got, err)
	}
	if _, err := number("ten"); err == nil {
		t.Error("a word is read as a number")
	}
}

func TestAPostCountsForOrAgainst(t *testing.T) {
	said := talk{posts: map[int64][][]int64{5: {{1, 2}, {3}, nil, {2}}}}
	if got := said.fit(5, map[int64]bool{2: true}); got != 0 {
		t.Errorf("two for and two against come to %d", got)
	}
	if got := said.fit(6, map[int64]bool{2: true}); got != 0 {
		t.Errorf("no posts come to %d", got)
	}
}
