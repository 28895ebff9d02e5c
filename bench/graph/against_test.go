package graph

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	engine "guildhall/internal/graph"
)

// place is a folder that PostgreSQL's user can enter too, when root runs the tests.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "guildhall-against-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Databases are asked all questions in every form, agree, and leave nothing behind.
func TestAgainst(t *testing.T) {
	for name := range databases {
		t.Run(name, func(t *testing.T) {
			var text, data strings.Builder
			opt := Options{Members: 500, Edges: 5000, Seed: 3, Each: time.Millisecond, Against: []string{name}, In: place(t), Out: &data, JSON: true}
			if err := Run(t.Context(), opt); err != nil {
				t.Fatal(err)
			}
			var r Result
			if err := json.Unmarshal([]byte(data.String()), &r); err != nil {
				t.Fatal(err)
			}
			if err := r.WriteText(&text); err != nil {
				t.Fatal(err)
			}
			if len(r.Against) != 2*len(contests) || len(r.Loaded) != 1 || r.Loaded[0].BytesPerConnection < 16 {
				t.Errorf("%d rows, loaded %+v", len(r.Against), r.Loaded)
			}
			for _, row := range r.Against {
				if row.Database != name || row.Ratio <= 0 || row.P99 < row.P50 || row.Questions < rounds*fewest || len(row.Tried) < 2 || row.TooLong > 0 {
					t.Errorf("%+v", row)
				}
				if !strings.Contains(text.String(), row.Form) {
					t.Errorf("the table does not say %q", row.Form)
				}
			}
			empty(t, opt.In)
		})
	}
}

// A connection that is missing in the database is noticed by every question about it,
// in every form.
func TestAWrongAnswerIsNoticed(t *testing.T) {
	// 1 and 2 are connected and know 3 both; the rest is near 1 through 2.
	pairs := [][2]int64{{1, 2}, {1, 3}, {2, 3}, {2, 4}, {2, 7}, {4, 5}, {5, 6}}
	all := engine.New()
	for _, p := range pairs {
		all.Connect(p[0], p[1])
	}
	v := all.Snapshot()
	all.Disconnect(2, 1)
	less := gatherData(all.Snapshot())
	about := map[string]topic{
		"degrees of 100":              {a: 1, others: []int64{1, 2, 3, 4, 5, 6, 8}},
		"mutual count and top 10":     {a: 1, c: 4, pair: true},
		"one shortest path":           {a: 1, c: 4, pair: true},
		"second-degree count":         {a: 1},
		"people you may know, top 20": {a: 1},
	}
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			in := place(t)
			db, err := open(t.Context(), in, less.v.Edges())
			if err != nil {
				t.Fatal(err)
			}
			if err := db.load(t.Context(), less); err != nil {
				t.Fatal(err)
			}
			for _, c := range contests {
				m := match{contest: c, b: &bench{}, v: v, db: db}
				topics := []topic{about[c.query]}
				answers, _, _ := m.engine(topics)
				m.v = less.v
				right, _, _ := m.engine(topics)
				for _, f := range db.forms(c.query) {
					if _, _, err := m.rival(t.Context(), f, topics, right); err != nil {
						t.Errorf("%s: %v", c.query, err)
					}
					if _, _, err := m.rival(t.Context(), f, topics, answers); err == nil || !strings.Contains(err.Error(), "different answer for viewer 1") {
						t.Errorf("%s, %s: %v", c.query, f.name, err)
					}
				}
			}
			if err := db.close(); err != nil {
				t.Error(err)
			}
			empty(t, in)
		})
	}
}

// A path that the database makes up is not taken for a shortest one.
func TestSamePath(t *testing.T) {
	g := engine.New()
	for _, p := range [][2]int64{{1, 2}, {2, 4}, {1, 3}, {3, 4}, {4, 5}} {
		g.Connect(p[0], p[1])
	}
	v := g.Snapshot()
	for _, c := range []struct {
		theirs []int64
		same   bool
	}{
		{[]int64{1, 2, 4}, true}, {[]int64{1, 3, 4}, true}, {[]int64{1, 5, 4}, false}, {[]int64{1, 4}, false}, {nil, false},
		{[]int64{1, 2, 1}, false}, {[]int64{4, 3, 1}, false},
	} {
		if samePath(v, []int64{1, 2, 4}, c.theirs) != c.same {
			t.Errorf("%v", c.theirs)
		}
	}
	if !samePath(v, nil, nil) || samePath(v, nil, []int64{1, 2}) {
		t.Error("no path")
	}
}

// Members without connections, oneself, and ends that no path joins are no exception
// in any form.
func TestRareAnswers(t *testing.T) {
	g := engine.New()
	for _, p := range [][2]int64{{1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {0, -7}} {
		g.Connect(p[0], p[1])
	}
	d := gatherData(g.Snapshot())
	var pairs, lists []topic
	for _, a := range []int64{1, 2, 0, -7, 9} {
		lists = append(lists, topic{a: a, others: []int64{1, 0, 9, 6, 9, -7, 3}})
		for _, c := range []int64{1, 2, 6, 0, 9, 10} {
			pairs = append(pairs, topic{a: a, c: c, pair: true})
		}
	}
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			db, err := open(t.Context(), place(t), d.v.Edges())
			if err != nil {
				t.Fatal(err)
			}
			defer db.close()
			if err := db.load(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			for _, c := range contests {
				topics := lists
				switch c.query {
				case "one shortest path", "mutual count and top 10":
					topics = pairs
				case "second-degree count", "people you may know, top 20":
					topics = []topic{{a: 1}, {a: 2}, {a: 0}, {a: -7}, {a: 9}}
				}
				m := match{contest: c, b: &bench{}, v: d.v, db: db}
				answers, _, _ := m.engine(topics)
				for _, f := range db.forms(c.query) {
					if _, _, err := m.rival(t.Context(), f, topics, answers); err != nil {
						t.Errorf("%s: %v", c.query, err)
					}
				}
			}
		})
	}
}

// An interrupted run ends the server and removes its folder.
func TestAgainstInterrupted(t *testing.T) {
	for name, sign := range map[string]string{"postgres": "guildhall-pg-*/data/postmaster.pid", "sqlite": "guildhall-sqlite-*/graph.db"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			in := place(t)
			seen := make(chan bool, 1)
			go func() {
				defer cancel()
				for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
					if found, _ := filepath.Glob(filepath.Join(in, sign)); len(found) > 0 {
						seen <- true
						return
					}
				}
				seen <- false
			}()
			r, err := Measure(ctx, Options{Members: 2000, Edges: 20_000, Seed: 1, Each: time.Millisecond, Against: []string{name}, In: in})
			if !<-seen {
				t.Fatal("the database was never there")
			}
			if err != nil || len(r.Against) == 2*len(contests) {
				t.Errorf("%v, %d rows", err, len(r.Against))
			}
			empty(t, in)
		})
	}
}

func TestAgainstUnknown(t *testing.T) {
	for _, names := range [][]string{{"oracle"}, {"sqlite", ""}, {"sqlite", "sqlite"}} {
		if err := Run(t.Context(), Options{Members: 100, Edges: 500, Against: names}); err == nil || !strings.Contains(err.Error(), "--against takes") {
			t.Errorf("%q: %v", names, err)
		}
	}
}
