package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/transfer"
)

// TestAMigrationGoesOnAfterKill cuts the migration of a fresh database short at
// moments spread over all of it; the next start finishes it.
func TestAMigrationGoesOnAfterKill(t *testing.T) {
	_, _, whole := migrated(t, filepath.Join(t.TempDir(), "guildhall.db"), time.Hour)
	steps := map[int64]int{} // by how many steps were done at the kill
	for i := 0; i < moments || len(steps) < 3 && i < 5*moments; i++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "guildhall.db")
		have, known, _ := migrated(t, path, time.Duration(math.Mod(float64(i)*math.Phi, 1)*float64(whole)))
		steps[have]++
		a, end, err := instance(ctx, filepath.Join(dir, "hall"), path)
		if err != nil {
			t.Fatalf("killed after %d of %d steps: the next start says %v", have, known, err)
		}
		if have, known, err = a.DB.Version(ctx); err != nil || have != known {
			t.Errorf("the next start came to step %d of %d, %v", have, known, err)
		}
		h, err := examine(ctx, a)
		if err != nil || len(h.Trouble) > 0 {
			t.Errorf("after it: %v %v", h.Trouble, err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("killed after so many steps, so often: %v", steps)
	if len(steps) < 3 {
		t.Errorf("the kills hit %d different moments only", len(steps))
	}
}

// migrated starts a migration, kills it after a while if it still runs, and says
// how far it came and how long that took.
func migrated(t *testing.T, path string, after time.Duration) (have, known int64, took time.Duration) {
	t.Helper()
	p := launch(t, "migrate", "", path)
	if line, ok := p.line(); !ok {
		t.Fatalf("%q: %v", line, p.rest())
	}
	start := time.Now()
	bell := time.AfterFunc(after, func() { p.cmd.Process.Kill() })
	p.rest()
	bell.Stop()
	took = time.Since(start)
	d, err := db.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Check(ctx); err != nil {
		t.Error(err)
	}
	if have, known, err = d.Version(ctx); err != nil {
		t.Fatal(err)
	}
	return have, known, took
}

// TestAnImportGoesOnAfterKill kills the import of a made-up community at random;
// the next start goes on, and in the end everything is there once.
func TestAnImportGoesOnAfterKill(t *testing.T) {
	t.Parallel()
	seed := number("GUILDHALL_CRASH_SEED", time.Now().UnixNano())
	t.Logf("GUILDHALL_CRASH_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 2))
	dir := filepath.Join(t.TempDir(), "hall")
	set := makeSet(t, r)
	var cut []string
	for k := range kills {
		p := launch(t, "import", dir, "", setEnv+"="+set)
		line, ok := p.line()
		for n := 5*k + r.IntN(5); n > 0 && ok; n-- { // what is done is told again, so each run gets further
			line, ok = p.line()
		}
		if !ok {
			t.Fatalf("it ended before the kill: %v", p.rest())
		}
		<-time.After(time.Duration(r.IntN(30)) * time.Millisecond) // into the next batch
		p.kill()
		cut = append(cut, line)
		settled(t, dir)
	}
	if err := launch(t, "import", dir, "", setEnv+"="+set).rest(); err != nil {
		t.Fatal(err)
	}
	t.Logf("killed after: %s", strings.Join(cut, ", "))
	imported(t, dir, set)
}

// settled opens an instance after a kill and finds it whole, as far as it came.
func settled(t *testing.T, dir string) {
	t.Helper()
	a, end, err := instance(ctx, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	h, err := examine(ctx, a)
	if err != nil || len(h.Trouble) > 0 {
		t.Errorf("after a kill: %v %v", h.Trouble, err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// imported holds what is there against what the set says, and imports it once
// more, which must change nothing.
func imported(t *testing.T, dir, set string) {
	t.Helper()
	a, end, err := instance(ctx, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	ids, err := a.Members.Page(ctx, a.DB, 0, persons+1)
	if err != nil || len(ids) != persons {
		t.Errorf("%d members, %v; the set has %d persons", len(ids), err, persons)
	}
	if n := a.Network.Graph().Edges(); n != knows {
		t.Errorf("%d connections; the set has %d", n, knows)
	}
	h, err := examine(ctx, a)
	if err != nil || len(h.Trouble) > 0 {
		t.Errorf("in the end: %v %v", h.Trouble, err)
	}
	rep, err := a.Transfer.Import(ctx, transfer.Options{Dir: set, Preset: access.OpenToMembers})
	if err != nil || !rep.Complete || rep.New() != 0 {
		t.Errorf("importing once more made %d new, complete %v, %v", rep.New(), rep.Complete, err)
	}
}

// makeSet writes a community in the layout of an LDBC data set.
func makeSet(t *testing.T, r *rand.Rand) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, header string, n int, row func(i int) []any) {
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range n {
			for c, v := range row(i) {
				if c > 0 {
					b.WriteByte('|')
				}
				fmt.Fprint(&b, v)
			}
			b.WriteByte('\n')
		}
		if err := os.WriteFile(filepath.Join(dir, name+"_0_0.csv"), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const born, joined = 420768000000, 1262426400000
	write("place", "id|name|url|type", 2, func(i int) []any {
		return []any{i, []string{"Nordmark", "Vinterby"}[i], "", []string{"country", "city"}[i]}
	})
	write("place_isPartOf_place", "Place.id|Place.id", 1, func(int) []any { return []any{1, 0} })
	write("organisation", "id|type|name|url", 20, func(i int) []any {
		return []any{i, []string{"company", "university"}[i%2], "House_" + strconv.Itoa(i), ""}
	})
	write("organisation_isLocatedIn_place", "Organisation.id|Place.id", 20, func(i int) []any { return []any{i, i % 2} })
	write("tag", "id|name|url", 30, func(i int) []any { return []any{i, "Craft_" + strconv.Itoa(i), ""} })
	write("person", "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email", persons, func(i int) []any {
		return []any{100 + i, names[i%people], "of House " + strconv.Itoa(i), "female", born, joined + i, "192.0.2.1", "Firefox", "en", ""}
	})
	write("person_isLocatedIn_place", "Person.id|Place.id", persons, func(i int) []any { return []any{100 + i, 1} })
	write("person_hasInterest_tag", "Person.id|Tag.id", persons, func(i int) []any { return []any{100 + i, i % 30} })
	write("person_studyAt_organisation", "Person.id|Organisation.id|classYear", persons, func(i int) []any { return []any{100 + i, 1 + 2*(i%10), 1995 + i%10} })
	write("person_workAt_organisation", "Person.id|Organisation.id|workFrom", persons, func(i int) []any { return []any{100 + i, 2 * (i % 10), 2000 + i%9} })
	known := map[[2]int]bool{}
	write("person_knows_person", "Person.id|Person.id|creationDate", knows, func(int) []any {
		for {
			a, b := r.IntN(persons), r.IntN(persons)
			if k := [2]int(pairOf(a, b)); a != b && !known[k] {
				known[k] = true
				return []any{100 + k[0], 100 + k[1], joined + persons}
			}
		}
	})
	write("forum", "id|title|creationDate", 1, func(int) []any { return []any{1, "Group for Tides in Vinterby", joined + persons} })
	write("forum_hasModerator_person", "Forum.id|Person.id", 1, func(int) []any { return []any{1, 100} })
	return dir
}
