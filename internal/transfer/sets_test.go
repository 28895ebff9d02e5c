package transfer_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/transfer"
)

// TestTheSharedSetsComeIn imports both data sets, counts what is in the tables,
// does it again, and prints time and memory.
func TestTheSharedSetsComeIn(t *testing.T) {
	if testing.Short() {
		t.Skip("the shared sets take half a minute and are left out of -short runs")
	}
	for _, set := range []struct {
		name  string
		steps string // read and new by step
		later string
		rows  map[string]int
	}{
		{"ldbc-snb-tiny",
			"places 1460 organisations 7955 tags 16080 persons 222 languages 505 interests 4777 studies 180 jobs 485 addresses 496 forums 805 memberships 3582 connections 825",
			"posts 5924 comments 2218 likes of posts 759 likes of comments 624",
			map[string]int{"members": 222, "privacy": 222, "connections": 2 * 825, "profile_contacts": 496,
				"traits": 222 + 505 + 4777 + 180 + 485 + 805 + 3582, "external_ids": 1460 + 7955 + 16080 + 222 + 805, "accounts": 0, "journal": 1}},
		{"ldbc-snb-sf0.1",
			"places 1460 organisations 7955 tags 16080 persons 1528 languages 3385 interests 35475 studies 1209 jobs 3313 addresses 3310 forums 13750 memberships 0 connections 14073",
			"posts 135701 comments 151043 likes of posts 47215 likes of comments 62225",
			map[string]int{"members": 1528, "privacy": 1528, "connections": 2 * 14073, "profile_contacts": 3310,
				"traits": 1528 + 3385 + 35475 + 1209 + 3313 + 13750, "external_ids": 1460 + 7955 + 16080 + 1528 + 13750, "accounts": 0, "journal": 1}},
	} {
		t.Run(set.name, func(t *testing.T) {
			dir := shared(t, set.name)
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				rep := timed(t, d, dir)
				var steps, later []string
				for _, s := range rep.Steps {
					steps = append(steps, s.Name, strconv.Itoa(s.New))
				}
				for _, c := range rep.Later {
					later = append(later, c.What, strconv.Itoa(c.Rows))
				}
				if got := strings.Join(steps, " "); got != set.steps {
					t.Errorf("new: %s\nwant %s", got, set.steps)
				}
				if got := strings.Join(later, " "); got != set.later {
					t.Errorf("later: %s\nwant %s", got, set.later)
				}
				if rep.Skipped() != 0 || len(rep.Rows) != 0 {
					t.Errorf("left out: %v", rep.Rows)
				}
				was := dump(t, d)
				for table, n := range set.rows {
					if len(was[table]) != n {
						t.Errorf("%d rows in %s, want %d", len(was[table]), table, n)
					}
				}
				if again := importInto(t, d, transfer.Options{Dir: dir}); again.New() != 0 {
					t.Errorf("a second run finds %d new", again.New())
				}
				unchanged(t, d, was)
			})
		})
	}
}

// timed imports and prints what it took.
func timed(t *testing.T, d *db.DB, dir string) transfer.Report {
	t.Helper()
	runtime.GC()
	start := time.Now()
	rep := importInto(t, d, transfer.Options{Dir: dir})
	took := time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%s: %d rows in %.2f s; the runtime holds %d MiB; %s", d.Kind(), rep.New(), took.Seconds(), m.Sys>>20, peak())
	return rep
}

// peak is the most memory that the process ever held, where the kernel tells.
func peak() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "peak unknown"
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return "peak RSS " + strings.TrimSpace(rest)
		}
	}
	return "peak unknown"
}
