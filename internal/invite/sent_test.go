package invite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/page"
)

// What was sent is paged either way round, each once.
func TestSentEitherWayRound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.member("Ada Sander")
		for i := range 2*linesHere + 3 {
			w.send(ada, w.member(fmt.Sprintf("Asked %c%c", 'a'+i/26, 'a'+i%26)), Letter{})
			w.now = w.now.Add(time.Minute * time.Duration(i%2)) // some at one moment
		}
		read := func(o Order) (ids []int64) {
			for after, first := (page.Cursor{}), true; first || !after.IsZero(); first = false {
				l, err := w.Sent(ctx, access.Member(ada), false, o, after)
				w.must(err)
				for _, it := range l.Items {
					ids = append(ids, it.Invitation.ID)
				}
				after = l.Next
			}
			return ids
		}
		newest, oldest := read(Newest), read(Oldest)
		slices.Reverse(oldest)
		if len(newest) != 2*linesHere+3 || !slices.Equal(newest, oldest) {
			t.Errorf("%d newest first, %d oldest first, or not the same", len(newest), len(oldest))
		}
	})
}
