package trait_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

var ctx = context.Background()

// write runs f in a transaction that must succeed.
func write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func entity(t testing.TB, d *db.DB, e trait.Entity) trait.Entity {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		e, err = trait.New(d).CreateEntity(ctx, tx, e)
		return err
	})
	return e
}

func put(d *db.DB, tr trait.Trait) (got trait.Trait, err error) {
	err = d.Write(ctx, func(tx *db.Tx) (err error) {
		got, err = trait.New(d).Put(ctx, tx, tr)
		return err
	})
	return got, err
}

func mustPut(t testing.TB, d *db.DB, tr trait.Trait) trait.Trait {
	t.Helper()
	tr, err := put(d, tr)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func of(t testing.TB, d *db.DB, m int64, kinds ...trait.Kind) []trait.Trait {
	t.Helper()
	all, err := trait.New(d).Of(ctx, d, []int64{m}, kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return all[m]
}

// inStep fails the test when trait_people is not the mirror of traits.
func inStep(t testing.TB, d *db.DB) {
	t.Helper()
	if missing, extra, err := trait.New(d).Mirror(ctx, d); missing+extra != 0 || err != nil {
		t.Errorf("the mirror lacks %d rows and has %d too many, %v", missing, extra, err)
	}
}

func people(t testing.TB, d *db.DB, entity int64, limit int) string {
	t.Helper()
	ids, err := trait.New(d).People(ctx, d, entity, limit)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(ids)
}

func TestPutAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		made := mustPut(t, d, trait.Trait{
			Member: 1, Kind: trait.Company, Relation: trait.Has, Entity: acme.ID, Role: " Clerk ", Body: "One\r\ntwo", Place: "Bergen",
			From: why.MonthOf(2019, 4), To: why.MonthOf(2021, 2),
		})
		want := trait.Trait{
			Member: 1, ID: made.ID, Kind: trait.Company, Relation: trait.Has, Entity: acme.ID, Name: "Acme", Role: "Clerk",
			Body: "One\ntwo", Place: "Bergen", From: why.MonthOf(2019, 4), To: why.MonthOf(2021, 2), Ordinal: 1, Version: 1,
		}
		if made != want {
			t.Errorf("put %+v\nwant %+v", made, want)
		}
		if got := of(t, d, 1); !slices.Equal(got, []trait.Trait{want}) {
			t.Errorf("read %+v\nwant %+v", got, want)
		}
		want.Role, want.Hidden, want.To, want.Ordinal = "Head clerk", true, 0, 9
		changed := mustPut(t, d, want)
		want.Version, want.Ordinal = 2, 1
		if got := of(t, d, 1); changed != want || !slices.Equal(got, []trait.Trait{want}) {
			t.Errorf("changed to %+v, read %+v\nwant %+v", changed, got, want)
		}
		inStep(t, d)
	})
}

func TestAnOldVersionConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		tr := mustPut(t, d, trait.Trait{Member: 1, Kind: trait.Company, Relation: trait.Has, Entity: acme.ID})
		var wg sync.WaitGroup
		var won, lost atomic.Int64
		for i := range 6 {
			wg.Go(func() {
				mine := tr
				mine.Role = fmt.Sprint("Role ", i)
				switch _, err := put(d, mine); {
				case err == nil:
					won.Add(1)
				case fault.Is(err, fault.Conflict):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != 5 {
			t.Errorf("%d won and %d lost, want 1 and 5", won.Load(), lost.Load())
		}
		tr.Member = 2
		if _, err := put(d, tr); !fault.Is(err, fault.Missing) {
			t.Errorf("changing another's entry answers %v", err)
		}
	})
}

func TestPutChoosesOnlyWhatIsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		secret := entity(t, d, trait.Entity{Kind: trait.Group, Name: "Secret", Unlisted: true, By: 7})
		var refused []string
		for _, tr := range []trait.Trait{
			{Member: 1, Kind: trait.Company, Relation: trait.Has, Entity: 12345},     // no such entity
			{Member: 1, Kind: trait.Skill, Relation: trait.Has, Entity: acme.ID},     // another kind
			{Member: 1, Kind: trait.Group, Relation: trait.Has, Entity: secret.ID},   // not theirs to know
			{Member: 1, Kind: trait.Group, Relation: trait.Seeks, Entity: secret.ID}, // nor to seek
		} {
			_, err := put(d, tr)
			refused = append(refused, fault.ByField(err)["entity"])
		}
		if refused[0] == "" || len(slices.Compact(refused)) != 1 {
			t.Errorf("refused with %q, want one sentence for all", refused)
		}
		tr := mustPut(t, d, trait.Trait{Member: 7, Kind: trait.Group, Relation: trait.Has, Entity: secret.ID})
		if !tr.Unlisted || !of(t, d, 7)[0].Unlisted {
			t.Error("the trait does not say that its group is unlisted")
		}
		write(t, d, func(tx *db.Tx) error {
			return trait.New(d).BulkPut(ctx, tx, []trait.Trait{{Member: 8, Kind: trait.Group, Relation: trait.Has, Entity: secret.ID}})
		})
		let := of(t, d, 8)[0]
		let.Role = "Treasurer"
		mustPut(t, d, let) // who is in it may change the entry
	})
}

func TestLimitsAndDoubles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var skills []trait.Trait
		write(t, d, func(tx *db.Tx) error {
			for i := range trait.MaxPerKind + 1 {
				e, err := trait.New(d).Ensure(ctx, tx, trait.Skill, fmt.Sprint("Skill ", i), 1)
				if err != nil {
					return err
				}
				skills = append(skills, trait.Trait{Member: 1, Kind: trait.Skill, Relation: trait.Has, Entity: e.ID})
			}
			return trait.New(d).BulkPut(ctx, tx, skills[1:trait.MaxPerKind])
		})
		mustPut(t, d, skills[0])
		if _, err := put(d, skills[trait.MaxPerKind]); !fault.Is(err, fault.TooMany) {
			t.Errorf("one skill too many answers %v", err)
		}
		seek := skills[trait.MaxPerKind]
		seek.Relation = trait.Seeks
		mustPut(t, d, seek) // another shelf
		seek.ID = 0
		if _, err := put(d, seek); fault.ByField(err)["entity"] == "" {
			t.Errorf("seeking a thing twice answers %v", err)
		}
		if n := len(of(t, d, 1, trait.Skill)); n != trait.MaxPerKind+1 {
			t.Errorf("%d entries, want %d", n, trait.MaxPerKind+1)
		}
		inStep(t, d)
	})
}

func TestTheMirrorFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := trait.New(d)
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		zeta := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Zeta"})
		at := func(m int64, e trait.Entity, r trait.Relation) trait.Trait {
			return mustPut(t, d, trait.Trait{Member: m, Kind: trait.Company, Relation: r, Entity: e.ID})
		}
		at(3, acme, trait.Has)
		one := at(1, acme, trait.Has)
		again := at(1, acme, trait.Has)
		at(2, acme, trait.Seeks)
		if got := people(t, d, acme.ID, 10); got != "[1 3]" {
			t.Errorf("people of Acme %s, want [1 3]", got)
		}
		if got := people(t, d, acme.ID, 1); got != "[1]" {
			t.Errorf("the first of Acme %s, want [1]", got)
		}
		one.Entity = zeta.ID
		if one = mustPut(t, d, one); one.Name != "Zeta" {
			t.Errorf("moved to %q", one.Name)
		}
		inStep(t, d)
		if a, z := people(t, d, acme.ID, 10), people(t, d, zeta.ID, 10); a != "[1 3]" || z != "[1]" {
			t.Errorf("after the move Acme %s, Zeta %s", a, z)
		}
		write(t, d, func(tx *db.Tx) error { return s.Delete(ctx, tx, 1, again.ID) })
		inStep(t, d)
		if got := people(t, d, acme.ID, 10); got != "[3]" {
			t.Errorf("people of Acme %s, want [3]", got)
		}
		for _, gone := range [][2]int64{{1, again.ID}, {2, one.ID}, {1, 5}} {
			err := d.Write(ctx, func(tx *db.Tx) error { return s.Delete(ctx, tx, gone[0], gone[1]) })
			if !fault.Is(err, fault.Missing) {
				t.Errorf("deleting %v answers %v", gone, err)
			}
		}
	})
}

func TestAFailedTransactionLeavesNeitherSide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		boom := errors.New("boom")
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := trait.New(d).Put(ctx, tx, trait.Trait{Member: 1, Kind: trait.Company, Relation: trait.Has, Entity: acme.ID}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || len(of(t, d, 1)) != 0 || people(t, d, acme.ID, 9) != "[]" {
			t.Errorf("%v leaves %v and %s", err, of(t, d, 1), people(t, d, acme.ID, 9))
		}
	})
}

func TestGroupsOfAMember(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var want []int64
		for i, name := range []string{"Choir", "Chess", "Wanted"} {
			g := entity(t, d, trait.Entity{Kind: trait.Group, Name: name, Unlisted: i == 1, By: 1})
			rel := trait.Has
			if name == "Wanted" {
				rel = trait.Seeks
			} else {
				want = append(want, g.ID)
			}
			mustPut(t, d, trait.Trait{Member: 1, Kind: trait.Group, Relation: rel, Entity: g.ID, Hidden: i == 0})
		}
		slices.Sort(want)
		if got, err := trait.New(d).Groups(ctx, 1); !slices.Equal(got, want) || err != nil {
			t.Errorf("groups %v, %v, want %v", got, err, want)
		}
	})
}

func TestReorder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		byName := map[string]int64{}
		for _, n := range []string{"Ada", "Basic", "C"} {
			e := entity(t, d, trait.Entity{Kind: trait.Skill, Name: n})
			byName[n] = mustPut(t, d, trait.Trait{Member: 1, Kind: trait.Skill, Relation: trait.Has, Entity: e.ID}).ID
		}
		order := func() string {
			var names []string
			for _, tr := range of(t, d, 1) {
				names = append(names, tr.Name)
			}
			return strings.Join(names, " ")
		}
		if order() != "Ada Basic C" {
			t.Errorf("order %s, want as they came", order())
		}
		write(t, d, func(tx *db.Tx) error {
			return trait.New(d).Reorder(ctx, tx, 1, trait.Skill, trait.Has, []int64{byName["C"], 4711, byName["Ada"]})
		})
		if order() != "C Ada Basic" {
			t.Errorf("order %s, want C Ada Basic", order())
		}
	})
}

func TestOfManyIsOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		golang := entity(t, d, trait.Entity{Kind: trait.Skill, Name: "Go"})
		var ts []trait.Trait
		var members []int64
		for m := int64(1); m <= 25; m++ {
			members = append(members, m)
			ts = append(ts, trait.Trait{Member: m, Kind: trait.Company, Relation: trait.Has, Entity: acme.ID},
				trait.Trait{Member: m, Kind: trait.Skill, Relation: trait.Seeks, Entity: golang.ID})
		}
		write(t, d, func(tx *db.Tx) error { return trait.New(d).BulkPut(ctx, tx, ts) })
		for _, c := range []struct {
			kinds []trait.Kind
			each  int
		}{{nil, 2}, {[]trait.Kind{trait.Skill}, 1}, {[]trait.Kind{trait.Company, trait.Skill, trait.Place}, 2}, {[]trait.Kind{trait.Place}, 0}} {
			counted, n := db.CountQueries(ctx)
			got, err := trait.New(d).Of(counted, d, members, c.kinds...)
			if err != nil || n.N() != 1 {
				t.Fatalf("kinds %v: %v with %d statements", c.kinds, err, n.N())
			}
			for _, m := range members {
				if len(got[m]) != c.each {
					t.Errorf("kinds %v: member %d has %d, want %d", c.kinds, m, len(got[m]), c.each)
				}
			}
		}
	})
}

func TestEnsureFindsByFoldedName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		secret := entity(t, d, trait.Entity{Kind: trait.Group, Name: "Choir", Unlisted: true, By: 1})
		ensure := func(k trait.Kind, name string) (e trait.Entity) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				e, err = trait.New(d).Ensure(ctx, tx, k, name, 1)
				return err
			})
			return e
		}
		zurich := ensure(trait.School, "Universität Zürich")
		if zurich.By != 1 || !strings.HasPrefix(zurich.Slug, "universitat-zurich-") || zurich.ID == 0 {
			t.Errorf("made %+v", zurich)
		}
		for _, same := range []string{"universität  zürich", "UNIVERSITAT ZURICH", " Universita\u0308t Zu\u0308rich "} {
			if got := ensure(trait.School, same); got != zurich {
				t.Errorf("%q: %+v, want the same", same, got)
			}
		}
		for _, other := range []trait.Entity{ensure(trait.School, "Universität Zürichsee"), ensure(trait.Company, "Universität Zürich"), ensure(trait.Group, "choir")} {
			if other.ID == zurich.ID || other.ID == secret.ID {
				t.Errorf("%+v is another's", other)
			}
		}
		if c, cpp := ensure(trait.Skill, "C"), ensure(trait.Skill, "C++"); c.ID == cpp.ID {
			t.Error("C and C++ are one")
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := trait.New(d).Ensure(ctx, tx, trait.Skill, "  ", 1)
			return err
		})
		if fault.ByField(err)["name"] == "" {
			t.Errorf("an empty name answers %v", err)
		}
	})
}

func TestFind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error {
			var es []trait.Entity
			for _, n := range []string{"Technical University", "University of Technology", "Tech_Co", "Tech%", "TechnoÉcole", "École Technique", "東京工業大学"} {
				es = append(es, trait.Entity{Kind: trait.School, Name: n})
			}
			es = append(es, trait.Entity{Kind: trait.Company, Name: "Tech Corp"}, trait.Entity{Kind: trait.Group, Name: "Tech Secret", Unlisted: true},
				trait.Entity{Kind: trait.Group, Name: "Tech Open"})
			_, err := trait.New(d).CreateEntities(ctx, tx, es)
			return err
		})
		for _, c := range []struct {
			kind  trait.Kind
			text  string
			limit int
			want  string
		}{
			{trait.School, "tech", 9, "Tech%|Tech_Co|Technical University|TechnoÉcole|École Technique|University of Technology"},
			{trait.School, "TECH", 2, "Tech%|Tech_Co"},
			{trait.School, "tech", 5, "Tech%|Tech_Co|Technical University|TechnoÉcole|École Technique"},
			{trait.School, "ecole", 9, "École Technique|TechnoÉcole"},
			{trait.School, "h%", 9, ""},
			{trait.School, "ch%", 9, "Tech%"},
			{trait.School, "ech%", 9, "Tech%"},
			{trait.School, "ech_", 9, "Tech_Co"},
			{trait.School, `ech\`, 9, ""},
			{trait.School, "東京", 9, "東京工業大学"},
			{trait.School, "ec", 9, "École Technique"}, // too short to look inside
			{trait.School, " ", 9, ""},
			{trait.School, "tech", 0, ""},
			{trait.Company, "tech", 9, "Tech Corp"},
			{trait.Group, "tech", 9, "Tech Open"},
			{trait.Group, "secret", 9, ""},
		} {
			found, err := trait.New(d).Find(ctx, d, c.kind, c.text, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, e := range found {
				names = append(names, e.Name)
			}
			if got := strings.Join(names, "|"); got != c.want {
				t.Errorf("%s %q of %d: %s\nwant %s", c.kind, c.text, c.limit, got, c.want)
			}
		}
	})
}

func TestEntities(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := trait.New(d)
		city := entity(t, d, trait.Entity{Kind: trait.Place, Name: "Bergen"})
		a := entity(t, d, trait.Entity{ID: 42, Kind: trait.Company, Name: "Acme", URL: "https://acme.example", Parent: 7, Place: city.ID})
		b := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		if a.ID != 42 || b.ID == a.ID || a.Slug == b.Slug || a.Version != 1 {
			t.Errorf("made %+v and %+v", a, b)
		}
		got, err := s.Entities(ctx, d, []int64{a.ID, b.ID, 99})
		if err != nil || len(got) != 2 || got[a.ID] != a || got[b.ID] != b {
			t.Errorf("entities %+v, %v", got, err)
		}
		if one, err := s.Entity(ctx, d, a.ID); one != a || err != nil {
			t.Errorf("entity %+v, %v", one, err)
		}
		if _, err := s.Entity(ctx, d, 99); !fault.Is(err, fault.Missing) {
			t.Errorf("an unknown entity answers %v", err)
		}
	})
}

func TestBulkPutChecksAndCrossesStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme := entity(t, d, trait.Entity{Kind: trait.Company, Name: "Acme"})
		const n = 1001 // more than one statement takes, and not a multiple
		ts := make([]trait.Trait, n)
		for i := range ts {
			ts[i] = trait.Trait{Member: int64(i + 1), Kind: trait.Company, Relation: trait.Has, Entity: acme.ID, Role: fmt.Sprint("Role ", i)}
		}
		bad := slices.Clone(ts)
		bad[n-1].From = why.MonthOf(1066, 10)
		err := d.Write(ctx, func(tx *db.Tx) error { return trait.New(d).BulkPut(ctx, tx, bad) })
		if fault.ByField(err)["from"] == "" {
			t.Errorf("a wild date answers %v", err)
		}
		write(t, d, func(tx *db.Tx) error { return trait.New(d).BulkPut(ctx, tx, ts) })
		for _, m := range []int64{1, 400, 401, n} {
			if got := of(t, d, m); len(got) != 1 || got[0].Role != fmt.Sprint("Role ", m-1) || got[0].ID != ts[m-1].ID {
				t.Errorf("member %d has %+v", m, got)
			}
		}
		if ids, err := trait.New(d).People(ctx, d, acme.ID, 2*n); len(ids) != n || err != nil {
			t.Errorf("%d people, %v, want %d", len(ids), err, n)
		}
		inStep(t, d)
	})
}

func TestRandomActsKeepTheMirror(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		s := trait.New(d)
		var es []trait.Entity
		for i := range 5 {
			es = append(es, entity(t, d, trait.Entity{Kind: trait.Company, Name: fmt.Sprint("Company ", i)}))
		}
		model := map[int64]trait.Trait{}
		for range 60 {
			m := 1 + r.Int64N(3)
			mine := of(t, d, m)
			tr := trait.Trait{Member: m, Kind: trait.Company, Relation: trait.Has, Entity: es[r.IntN(len(es))].ID}
			switch {
			case len(mine) > 0 && r.IntN(3) == 0:
				gone := mine[r.IntN(len(mine))]
				write(t, d, func(tx *db.Tx) error { return s.Delete(ctx, tx, m, gone.ID) })
				delete(model, gone.ID)
				continue
			case len(mine) > 0 && r.IntN(2) == 0:
				old := mine[r.IntN(len(mine))]
				old.Entity = tr.Entity
				tr = old
			}
			tr = mustPut(t, d, tr)
			model[tr.ID] = tr
		}
		inStep(t, d)
		for m := int64(1); m <= 3; m++ {
			for _, tr := range of(t, d, m) {
				if model[tr.ID] != tr {
					t.Errorf("stored %+v\nmodel  %+v", tr, model[tr.ID])
				}
				delete(model, tr.ID)
			}
		}
		for _, e := range es {
			want := map[int64]bool{}
			for m := int64(1); m <= 3; m++ {
				for _, tr := range of(t, d, m) {
					want[m] = want[m] || tr.Entity == e.ID
				}
			}
			got, err := s.People(ctx, d, e.ID, 10)
			if err != nil {
				t.Fatal(err)
			}
			for m, has := range want {
				if slices.Contains(got, m) != has {
					t.Errorf("people of %s are %v, member %d has it: %v", e.Name, got, m, has)
				}
			}
		}
		if len(model) != 0 {
			t.Errorf("%d traits of the model are not stored", len(model))
		}
	})
}

func BenchmarkBulkPut50k(b *testing.B) {
	d := dbtest.SQLite(b)
	texts := []string{"Engineer", "Head of operations", "", "Größere Projekte"}
	for b.Loop() {
		ts := make([]trait.Trait, 50_000)
		for i := range ts {
			ts[i] = trait.Trait{
				Member: int64(1 + i/10), Kind: trait.Skill, Relation: trait.Has, Entity: int64(1 + i%977),
				Role: texts[i%4], From: why.MonthOf(2000+i%20, 1+i%12), Ordinal: int64(i % 10),
			}
		}
		write(b, d, func(tx *db.Tx) error { return trait.New(d).BulkPut(ctx, tx, ts) })
	}
}

// A name's key is what Ensure compares, so it must outlive the entity's name.
func TestStoredNamesFoldLikeTypedOnes(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, name := range []string{"Ærø Sparekasse", "O’Reilly", "Ｆｕｌｌｗｉｄｔｈ", "Straße 8"} {
		e := entity(t, d, trait.Entity{Kind: trait.Company, Name: name})
		found, err := trait.New(d).Find(ctx, d, trait.Company, fold.Key(name), 1)
		if err != nil || len(found) != 1 || found[0] != e {
			t.Errorf("%q: found %+v, %v", name, found, err)
		}
	}
}
