package invite

import (
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/page"
)

// Accepting with limits connects the two and closes the sections, or neither.
func TestAcceptWithLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada, bo, cy := w.members3()
		sees := func(who int64) bool {
			t.Helper()
			pol, err := w.policies.Load(ctx, d, []int64{bo})
			w.must(err)
			lens, err := w.guard.For(ctx, access.Member(who))
			w.must(err)
			return lens.See(bo, pol[bo].Scope(access.Skills))
		}
		id := w.send(ada, bo, Letter{})
		if err := w.AcceptWith(ctx, access.Member(bo), id, []access.Section{access.Skills, access.Page}); !fault.Is(err, fault.Invalid) {
			t.Errorf("closing what cannot be closed is answered with %v", err)
		}
		if yes, err := w.network.Connected(ctx, bo, ada); yes || err != nil {
			t.Errorf("refused, and connected all the same: %v, %v", yes, err)
		}
		if err := w.AcceptWith(ctx, access.Member(ada), id, []access.Section{access.Skills}); !fault.Is(err, fault.Missing) {
			t.Errorf("the sender accepts: %v", err)
		}
		w.must(w.AcceptWith(ctx, access.Member(bo), id, []access.Section{access.Skills}))
		w.must(w.Accept(ctx, access.Member(bo), w.send(cy, bo, Letter{})))
		if yes, err := w.network.Connected(ctx, bo, ada); !yes || err != nil {
			t.Errorf("accepted, and not connected: %v", err)
		}
		if sees(ada) || !sees(cy) {
			t.Errorf("limited sees it: %v; a connection without limits: %v", sees(ada), sees(cy))
		}
		set, err := w.policies.LimitOf(ctx, d, bo, ada)
		if w.must(err); set != access.SetOf(access.Skills) {
			t.Errorf("stored as %v", set.List())
		}
		w.must(w.network.Disconnect(ctx, access.Member(ada), bo))
		w.section(bo, access.Skills, access.Scope{Audience: access.Members})
		if sees(ada) {
			t.Error("the limit ended with the tie")
		}
	})
}

// What accepting opens does not name what is closed to the other, either way.
func TestLimitsCountInWhatAcceptingChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada, bo, _ := w.members3()
		w.send(ada, bo, Letter{})
		gain := func() Gain {
			t.Helper()
			in, err := w.Received(ctx, access.Member(bo), Filter{}, page.Cursor{})
			w.must(err)
			return in.Items[0].Gain
		}
		before := gain()
		limit := func(owner, peer int64, sections ...access.Section) {
			w.write(func(tx *db.Tx) error { return w.policies.Limit(ctx, tx, owner, peer, sections) })
		}
		limit(bo, ada, access.About)
		limit(ada, bo, access.About, access.Skills)
		if after := gain(); len(after.Opens) != len(before.Opens)-1 || len(after.Theirs) != len(before.Theirs)-2 {
			t.Errorf("opens %v, then %v; theirs %v, then %v", before.Opens, after.Opens, before.Theirs, after.Theirs)
		}
	})
}

// What was closed to somebody before stays closed, also what is public for now and
// what is closed while the sheet is open.
func TestAcceptingWithLimitsOpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ada, bo, _ := w.members3()
		close := func(sections ...access.Section) {
			w.write(func(tx *db.Tx) error { return w.policies.Limit(ctx, tx, bo, ada, sections) })
		}
		id := w.send(ada, bo, Letter{})
		close(access.About, access.Groups)
		w.section(bo, access.About, access.Scope{Audience: access.Public})
		sheet, err := w.Sheet(ctx, access.Member(bo), id)
		w.must(err)
		close(access.About, access.Groups, access.Contact)
		w.must(w.AcceptWith(ctx, access.Member(bo), id, sheet.Closed(append(sheet.New, access.Contact))))
		set, err := w.policies.LimitOf(ctx, d, bo, ada)
		w.must(err)
		for _, sec := range []access.Section{access.About, access.Groups, access.Contact} {
			if !set.Has(sec) {
				t.Errorf("accepting with limits opened %s", sec)
			}
		}
	})
}
