package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

var ctx = context.Background()

var little = effort{requests: 6, page: 50 * time.Millisecond, reads: 50 * time.Millisecond, acts: 20}

func TestBothDatabasesAreMeasured(t *testing.T) {
	var out bytes.Buffer
	opt := Options{Members: 100, Seed: 1, Database: dbtest.PostgresURL(t), In: t.TempDir(), JSON: true, Out: &out, effort: little}
	if err := Run(ctx, opt); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Databases) != 2 || r.Members < 100 || r.Connections == 0 {
		t.Fatalf("measured %+v", r)
	}
	for _, d := range r.Databases {
		if len(d.Pages) < 11 {
			t.Errorf("%s: only %d pages", d.Kind, len(d.Pages))
		}
		for _, p := range d.Pages {
			if p.Queries < 1 || p.Queries > p.MostOfThem || p.First < p.Queries || p.CPU <= 0 || p.KiB < 1 || p.Requests == 0 {
				t.Errorf("%s: %+v", d.Kind, p)
			}
		}
		for _, s := range []Spread{d.Sent, d.Accepted, d.Fsync} {
			if s.Acts != little.acts || s.P50 <= 0 || s.P99 < s.P50 {
				t.Errorf("%s: %+v", d.Kind, s)
			}
		}
		if d.Reads.PerSecond <= 0 {
			t.Errorf("%s: %+v", d.Kind, d.Reads)
		}
	}
	if d := r.Databases[1]; d.Kind != "postgres" || !strings.Contains(strings.Join(d.Cautions, " "), "fsync") {
		t.Errorf("the test server syncs nothing, and the figures say %q", d.Cautions)
	}
	out.Reset()
	if err := r.WriteText(&out); err != nil || !strings.Contains(out.String(), "Invitations, 50 waiting") {
		t.Errorf("%v, the table is\n%s", err, &out)
	}
}

func TestADatabaseInUseIsLeftAlone(t *testing.T) {
	where := dbtest.PostgresURL(t)
	d, err := db.Open(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := member.New(d).Create(ctx, tx, member.Newcomer{Name: "Ada Sander"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := measureOn(ctx, where, Options{Members: 100, effort: little}, new(Result)); !fault.Is(err, fault.Invalid) {
		t.Errorf("measuring where members are: %v", err)
	}
}

func TestTooSmallACommunityIsOneSentence(t *testing.T) {
	if err := Run(ctx, Options{Members: 12}); !fault.Is(err, fault.Invalid) {
		t.Errorf("12 members: %v", err)
	}
}

func TestSpread(t *testing.T) {
	var all []time.Duration
	for i := range 200 {
		all = append(all, time.Duration(200-i)*time.Millisecond)
	}
	slices.Reverse(all[:50])
	if s := spread(all); s.P50 != 100 || s.P99 != 198 || s.Acts != 200 {
		t.Errorf("of 1 to 200 ms: %+v", s)
	}
	if s := spread(all[:1]); s.P50 != s.P99 {
		t.Errorf("of one: %+v", s)
	}
}

func TestAFigureBeyondItsTargetIsMarked(t *testing.T) {
	var out bytes.Buffer
	r := Result{Databases: []Database{{Pages: []Page{{Name: "Home", CPU: 9, MostCPU: 3, Queries: 2, MostOfThem: 8}}, Sent: Spread{P50: 1, P99: 31, Most: 30}}}}
	if err := r.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"9.00  (≤   3) ✗", "2  (≤  8)  ", "31.00 ms (≤ 30) ✗"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
