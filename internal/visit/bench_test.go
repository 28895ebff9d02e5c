package visit_test

import (
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/visit"
)

// BenchmarkNote is what a view costs the page that was shown.
func BenchmarkNote(b *testing.B) {
	d := dbtest.SQLite(b)
	s := visit.New(visit.Needs{DB: d})
	me := visitor(1)
	for i := 0; b.Loop(); i++ {
		s.Note(me, int64(2+i%50_000))
	}
}

// BenchmarkRecord writes 500 views in full, each of another pair, in one go.
func BenchmarkRecord(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { record(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { record(b, dbtest.Postgres(b)) })
}

func record(b *testing.B, d *db.DB) {
	s := visit.New(visit.Needs{DB: d})
	for v := range 100 {
		if err := s.SetMode(ctx, visitor(v+1), visit.Full); err != nil {
			b.Fatal(err)
		}
	}
	n := int64(0)
	for b.Loop() {
		views := make([]visit.View, 500)
		for i := range views {
			n++
			views[i] = visit.View{Viewer: n%100 + 1, Owner: 1000 + n/100, At: d.Now()}
		}
		if err := s.Record(ctx, views); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/500, "µs/view")
}

func visitor(n int) access.Viewer { return access.Member(int64(n)) }
