package invite

import (
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/why"
)

// hasOffer reports whether a pair of offers is evidence of an assessment.
func hasOffer(a why.Assessment, sender, receiver why.Offer) bool {
	return slices.ContainsFunc(a.Found, func(f why.Found) bool {
		return slices.ContainsFunc(f.Items, func(e why.Evidence) bool { return e.SenderOffer == sender && e.ReceiverOffer == receiver })
	})
}

func (o Opening) offer(of why.Offer) Own {
	for _, f := range o.Facts {
		if f.Offer == of {
			return f
		}
	}
	return Own{}
}

// What somebody is open to is evidence for those who may see it, or to whom it was
// released by hand; it never goes along by itself.
func TestWhatOneIsOpenToIsEvidence(t *testing.T) {
	mentoring := OfferFact(why.Mentoring)
	for _, c := range []struct {
		name            string
		sender          access.Audience // of what the sender is open to
		letter          Letter
		shows, released bool
	}{
		{"open to all", access.Members, Letter{}, true, false},
		{"open to all and left out", access.Members, Letter{LeaveOut: []int64{mentoring}}, false, false},
		{"closed", access.Connections, Letter{}, false, false},
		{"closed and released", access.Connections, Letter{Release: []int64{mentoring}}, true, true},
		{"for oneself and released", access.OnlyMe, Letter{Release: []int64{mentoring}}, true, true},
		{"released and left out", access.OnlyMe, Letter{Release: []int64{mentoring}, LeaveOut: []int64{mentoring}}, false, false},
		{"another one released", access.OnlyMe, Letter{Release: []int64{OfferFact(why.Work)}}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				ada, bo, _ := w.members3()
				w.offers[ada], w.offers[bo] = []why.Offer{why.Mentoring, why.Speaking}, []why.Offer{why.Mentored}
				w.section(ada, access.OpenTo, access.Scope{Audience: c.sender})
				w.section(bo, access.OpenTo, access.Scope{Audience: access.OnlyMe})
				w.send(ada, bo, c.letter)
				it := w.inbox(bo, Filter{}).Items[0]
				if got := hasOffer(it.Why, why.Mentoring, why.Mentored); got != c.shows {
					t.Errorf("it is evidence: %v, want %v", got, c.shows)
				}
				if got := it.ShowsOffer(why.Mentoring); got != c.released {
					t.Errorf("it is marked as released: %v, want %v", got, c.released)
				}
			})
		})
	}
}

func TestTheDialogOffersWhatOneIsOpenTo(t *testing.T) {
	for _, c := range []struct {
		name             string
		sender, receiver access.Audience
		openness         Openness
		ticked, match    bool
	}{
		{"both open", access.Members, access.Members, Open, true, true},
		{"mine is closed", access.Connections, access.Members, Closed, false, true},
		{"theirs is closed", access.Members, access.Connections, Open, true, false},
		{"mine is for a group", access.Group, access.OnlyMe, Sharers, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				ada, bo, _ := w.members3()
				w.offers[ada], w.offers[bo] = []why.Offer{why.Work}, []why.Offer{why.Hiring}
				w.section(ada, access.OpenTo, access.Scope{Audience: c.sender, Group: 4711})
				w.section(bo, access.OpenTo, access.Scope{Audience: c.receiver})
				o, err := w.Opening(ctx, access.Member(ada), bo)
				w.must(err)
				f := o.offer(why.Work)
				if f.Openness != c.openness || f.Ticked != c.ticked || f.Match != c.match {
					t.Errorf("the dialog lists %+v", f)
				}
				if a, _ := o.Preview(Letter{Release: []int64{f.ID}}); hasOffer(a, why.Work, why.Hiring) != c.match {
					t.Errorf("with it the preview finds %+v", a.Found)
				}
				if a, _ := o.Preview(Letter{LeaveOut: []int64{f.ID}}); hasOffer(a, why.Work, why.Hiring) {
					t.Errorf("without it the preview finds %+v", a.Found)
				}
			})
		})
	}
}
