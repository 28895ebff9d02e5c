package invite

import (
	"cmp"
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Opening is all that the dialog shows before an invitation is sent: made from
// what the viewer may see of the receiver, and from the viewer's own facts.
type Opening struct {
	Me, To       member.Card
	Degree       graph.Degree
	Mutual       int
	MutualCapped bool
	Mutuals      []member.Card // those who may be named
	Between      Between
	Refusal      string      // the receiver takes no invitation from the viewer: why not, in general words
	Who          Who         // WithReason and KnowAddress are told, since the viewer can meet them; else Everybody
	Reasons      []why.Found // all seven, those that the record supports first
	Book         Book        // the instance's own reasons
	Facts        []Own
	Quota        Quota
	Limits       Limits
	Letter       Letter // the draft, if there is one
	Drafted      bool
	reader       reader
}

// Standing of one of the sender's facts before the receiver, told by the sender's
// audiences and the exact degree alone, so that it says nothing of the receiver.
type Openness uint8

// The standings.
const (
	Closed  Openness = iota + 1 // the receiver sees it only if it is released
	Sharers                     // the receiver sees it only if they share it
	Open                        // the receiver may see it anyway
)

// Own is one of the sender's own facts that can go with an invitation.
type Own struct {
	ID       int64 // of the trait; SharedConnections for those in common; an OfferFact
	Kind     why.FactKind
	Offer    why.Offer // what the sender is open to; 0 for anything else
	Relation trait.Relation
	Name     string
	Role     string
	From, To why.Month
	YearOnly bool
	Openness Openness
	Audience access.Audience // who sees it anyway, 0 where a limit shuts out the receiver alone
	Match    bool            // meets something of the receiver's that the viewer may see
	Ticked   bool            // goes with the invitation unless the viewer takes it away
}

// Opening is what the dialog to invite a member shows. Whoever is blocked, away
// or never was is not found. At most 12 statements.
func (s *Service) Opening(ctx context.Context, v access.Viewer, to int64) (Opening, error) {
	me, err := only(v)
	if err != nil {
		return Opening{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Opening{}, err
	}
	r, err := s.to(ctx, lens, []int64{to}, evidence.Named)
	if err != nil {
		return Opening{}, err
	}
	o := Opening{Me: r.Cards[me], Degree: lens.Degree(to), Limits: s.limits, reader: r}
	var ok bool
	if o.To, ok = r.Cards[to]; !ok || lens.Blocked(to) {
		return Opening{}, fault.NotFound()
	}
	known := r.Known(to)
	o.Mutual, o.MutualCapped, o.Mutuals = known.Count, known.Capped, known.Named
	o.Reasons = why.Supports(r.outgoing(to, known, r.Offers[me], evidence.All))
	o.Facts = r.own(to, known)
	return o, s.complete(ctx, v, &o)
}

// complete adds what stands between the two, the receiver's choice as far as it
// is told, the quota and the draft, in five statements at most.
func (s *Service) complete(ctx context.Context, v access.Viewer, o *Opening) (err error) {
	me, to := v.Member(), o.To.ID
	if o.Between, err = s.Between(ctx, v, to); err != nil {
		return err
	}
	if o.Letter, o.Drafted, err = loadDraft(ctx, s.db, me, to); err != nil {
		return err
	}
	if o.Quota, err = s.Quota(ctx, v); err != nil {
		return err
	}
	if o.Book, err = s.Book(ctx); err != nil {
		return err
	}
	return s.openingWho(ctx, o, me)
}

// openingWho says beforehand what Send would answer. A bar reads like a choice;
// while an invitation is waiting neither shows, since nothing new can be sent.
func (s *Service) openingWho(ctx context.Context, o *Opening, me int64) error {
	receiver, barred, err := loadAdmission(ctx, s.db, o.To.ID, me)
	if err != nil {
		return err
	}
	o.Who = Everybody
	if receiver == WithReason || receiver == KnowAddress {
		o.Who = receiver
	}
	a := Approach{Degree: o.Degree, Shares: o.reader.Shares(o.To.ID), Reason: true, Typed: true, Address: true}
	if err := admit(receiver, a, barred, o.To.Name); err != nil && o.Between.Relation == Apart {
		o.Refusal = RefusalText(o.To.Name)
	}
	return nil
}

// own lists the reader's facts for a letter to m, matches first, then by how
// open they are. What is closed goes along from the start only where it meets
// something seen of m, and never if it is sought, hidden or for oneself only: that
// is released by hand or not at all.
func (r reader) own(m int64, known evidence.Mutuals) []Own {
	var out []Own
	if known.Count > 0 {
		out = append(out, Own{ID: SharedConnections, Name: "Your connections in common", Openness: Open, Match: true, Ticked: true})
	}
	has, sought := r.seen(m)
	for _, t := range r.Traits[r.Me] {
		f := ownOf(t)
		scope := r.shownTo(m, trait.Section(t.Kind, t.Relation))
		if f.Audience = r.anyway(trait.Section(t.Kind, t.Relation), scope); t.Hidden {
			f.Audience = access.OnlyMe
		}
		f.Openness = r.openness(t, scope, m, has[t.Entity])
		f.Match = has[t.Entity] || t.Relation == trait.Has && sought[t.Entity]
		f.Ticked = f.Openness != Closed || f.Match && !t.Hidden && t.Relation == trait.Has && scope.Audience != access.OnlyMe
		out = append(out, f)
	}
	out = append(out, r.ownOffers(m)...)
	slices.SortStableFunc(out, func(a, b Own) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Relation, b.Relation))
	})
	return out
}

// ownOffers lists what the reader is open to. Like what is sought it is released by
// hand or not at all: nobody's search for work goes along by itself.
func (r reader) ownOffers(m int64) []Own {
	scope := r.shownTo(m, access.OpenTo)
	openness := Closed
	switch {
	case r.before(m).See(r.Me, scope):
		openness = Open
	case scope.Audience == access.Group: // the reader may not know whether m is in it
		openness = Sharers
	}
	var out []Own
	for _, o := range r.Offers[r.Me] {
		out = append(out, Own{ID: OfferFact(o), Offer: o, Name: o.Label(), Openness: openness, Audience: r.anyway(access.OpenTo, scope),
			Match: why.Answers(o, r.VisibleOffers(m)), Ticked: openness != Closed})
	}
	return out
}

func rank(o Own) int {
	switch {
	case o.ID == SharedConnections:
		return 0
	case o.Match:
		return 1
	case o.Ticked:
		return 2
	}
	return 3
}

// seen is what the reader may see that m has and seeks, by entity.
func (r reader) seen(m int64) (has, sought map[int64]bool) {
	has, sought = map[int64]bool{}, map[int64]bool{}
	for _, t := range r.Traits[m] {
		switch {
		case !r.Sees(t):
		case t.Relation == trait.Has:
			has[t.Entity] = true
		default:
			sought[t.Entity] = true
		}
	}
	return has, sought
}

// before is how the reader stands before m as far as the reader may know it.
func (r reader) before(m int64) *access.Lens {
	return r.Lens.As(r.Me, m, evidence.PoseAt(r.Lens.Degree(m)))
}

// shownTo is the scope of one of the reader's own sections as m meets it: "only me"
// where the reader closed it to m.
func (r reader) shownTo(m int64, s access.Section) access.Scope {
	return r.before(m).Shown(r.Me, r.Policy(r.Me).Scope(s))
}

// anyway is who sees one of the reader's sections, which m is shown as scope; 0 where a
// limit closes it to m.
func (r reader) anyway(s access.Section, scope access.Scope) access.Audience {
	if scope.Audience != r.Policy(r.Me).Scope(s).Audience {
		return 0
	}
	return scope.Audience
}

// openness is how one of the reader's own traits stands before m. shared tells
// that the reader sees m to have the same.
func (r reader) openness(t trait.Trait, scope access.Scope, m int64, shared bool) Openness {
	pose := r.before(m)
	sharers := t.Relation == trait.Has && scope.Findable && scope.Audience != access.OnlyMe || scope.Audience == access.Group
	switch {
	case t.Hidden:
		return Closed
	case t.Unlisted && shared:
		return Open
	case t.Unlisted:
		return Sharers // nobody else may learn of it, released or not
	case pose.See(r.Me, scope), sharers && shared && scope.Audience != access.Group:
		return Open
	case sharers:
		return Sharers
	}
	return Closed
}

// Releases reports whether a tick releases the fact. What only sharers see is released
// where it meets what the receiver is seen to seek: they need not share it.
func (f Own) Releases() bool { return f.Openness == Closed || f.Openness == Sharers && f.Match }

// Choose turns the facts that the sender ticked into what a Letter releases and
// leaves out.
func (o Opening) Choose(ticked func(id int64) bool) (release, leaveOut []int64) {
	for _, f := range o.Facts {
		switch {
		case ticked(f.ID) && f.Releases():
			release = append(release, f.ID)
		case !ticked(f.ID) && f.Openness != Closed:
			leaveOut = append(leaveOut, f.ID)
		}
	}
	return release, leaveOut
}

// Goes reports whether a fact goes with a letter: as chosen in a draft, else as
// it is ticked from the start.
func (o Opening) Goes(f Own) bool {
	switch {
	case slices.Contains(o.Letter.LeaveOut, f.ID):
		return false
	case slices.Contains(o.Letter.Release, f.ID):
		return true
	case o.Drafted && f.Openness == Closed:
		return false
	}
	return f.Ticked
}

// Preview assesses a letter before it is sent, from what its sender may know: the
// receiver may find more in it, never less.
func (o Opening) Preview(l Letter) (why.Assessment, why.Pair) {
	r := o.reader
	open := map[int64]bool{}
	for _, f := range o.Facts {
		open[f.ID] = f.Openness == Open
	}
	c := chosen(l)
	known := r.Known(o.To.ID)
	if c.leftOut[SharedConnections] {
		known = evidence.Mutuals{}
	}
	offers, _ := r.offersTo(c, r.Me, slices.ContainsFunc(o.Facts, func(f Own) bool { return f.Offer != 0 && f.Openness == Open }))
	p := r.outgoing(o.To.ID, known, offers, func(t trait.Trait) (bool, bool) { return c.shown(t, open[t.ID], true) })
	o.Book.claim(&p, l.Reason, l.Sub)
	return why.Assess(p), p
}

// chosen is a letter's facts as they will be stored, in the version that is now.
func chosen(l Letter) (c choice) {
	for _, f := range l.LeaveOut {
		c = c.with(f, 0, leftOut)
	}
	for _, f := range l.Release {
		c = c.with(f, 0, released)
	}
	return c
}
