package invite

import (
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/why"
)

// In a line an invitation whose claim has nothing for it says so, whatever else is found,
// and also where the claim is one of the instance's own.
func TestTheOneFactIsOfTheClaim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, bo, cy := w.members3()
		own, err := w.AddReason(ctx, access.Member(cy), OwnReason{Label: "Same choir", Kin: why.Relationship})
		w.must(err)
		for reason, want := range map[string]string{"background": "nothing found", own.Code: "nothing found", "network": "New here", "": "New here"} {
			id := w.send(ada, bo, Letter{Reason: reason})
			first, _, err := w.First(ctx, access.Member(bo), 1)
			w.must(err)
			if len(first) != 1 || first[0].Fact != want {
				t.Errorf("%q: %+v, want the fact %q", reason, first, want)
			}
			w.must(w.Ignore(ctx, access.Member(bo), id))
			w.must(w.Withdraw(ctx, access.Member(ada), id))
			w.now = w.now.Add(22 * day)
		}
	})
}
