package invite

import (
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// Whoever was asked by ten thousand and withdrew five hundred invitations waits for
// their page no longer than others.
func TestCoolDownsOfWhoIsAskedByMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := d.Now()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := range int64(10_000) {
				v := Invitation{ID: i + 1, Receiver: 7, Sender: i + 100, State: Ignored, SentAt: now.Add(-2 * time.Hour), ClosedAt: now}
				if i == 9_999 {
					v.Sender, v.SentAt = 500_007, now // who was asked, and asks after the withdrawal
				}
				if _, err := tx.Exec(ctx, insertInvitation, v.Receiver, v.ID, v.Sender, v.State, "", "", "", micro(v.SentAt), micro(v.ClosedAt), 0); err != nil {
					return err
				}
			}
			for i := range int64(500) {
				if _, err := tx.Exec(ctx, insertMirror, 7, i+20_000, i+500_000, Withdrawn, "", "", "", micro(now.Add(-day)), micro(now.Add(-time.Hour))); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		rows, err := loadCooling(ctx, d, 7, now.Add(-21*day), 1000)
		if took := time.Since(begun); err != nil || took > time.Second {
			t.Errorf("took %v: %v", took, err)
		}
		if len(rows) != 499 {
			t.Errorf("%d cool down, want all but the one who has asked since", len(rows))
		}
	})
}
