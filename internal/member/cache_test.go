package member_test

import (
	"log/slog"
	"testing"

	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

func TestCachedCardsFollowTheJournal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := member.New(d)
		f, err := s.Follower(ctx)
		if err != nil {
			t.Fatal(err)
		}
		r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
		r.Follow(f)
		var ada member.Card
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, f); err != nil {
				t.Fatal(err)
			}
			if err := r.Sync(ctx); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) (err error) {
			ada, err = s.Create(ctx, tx, member.Newcomer{Name: "Ada"})
			return err
		})
		read := func(want string, statements int) {
			t.Helper()
			counted, n := db.CountQueries(ctx)
			got, err := s.Cards(counted, d, []int64{ada.ID})
			if err != nil || got[ada.ID].Name != want || n.N() != statements {
				t.Errorf("read %q with %d statements, %v; want %q with %d", got[ada.ID].Name, n.N(), err, want, statements)
			}
		}
		read("Ada", 1)
		read("Ada", 0)
		counted, n := db.CountQueries(ctx)
		if id, now, err := s.ByHandle(counted, "ADA"); err != nil || id != ada.ID || now != "ada" || n.N() != 0 {
			t.Errorf("by handle: %d %q with %d statements, %v", id, now, n.N(), err)
		}
		name := "Ada Two"
		write(func(tx *db.Tx) error {
			if _, err := s.Change(ctx, tx, ada.ID, member.Change{Name: &name}); err != nil {
				return err
			}
			return journal.Append(ctx, tx, member.Changed(ada.ID))
		})
		read("Ada Two", 1)
		write(func(tx *db.Tx) error {
			if err := s.SetStatus(ctx, tx, ada.ID, member.Hibernated); err != nil {
				return err
			}
			return journal.Append(ctx, tx, member.StatusChanged(ada.ID))
		})
		read("", 1)
		if _, _, err := s.ByHandle(ctx, "ada"); !fault.Is(err, fault.Missing) {
			t.Errorf("the handle of a hibernated member was answered with %v", err)
		}
	})
}
