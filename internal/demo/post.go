package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/fault"
	"guildhall/internal/invite"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// deed is one step in the history of an invitation.
type deed struct {
	at time.Time
	do func(context.Context) error
}

// posted is a letter that was sent; id 0 is one that is over already.
type posted struct {
	id    int64
	again bool // an earlier seeding sent it, and may have gone on
}

// post sends all letters and lets their receivers answer, each on its day.
func (w *seeder) post(ctx context.Context) error {
	sent := make([]posted, len(w.letters))
	var deeds []deed
	for i, l := range w.letters {
		deeds = append(deeds, deed{l.at, func(ctx context.Context) (err error) {
			sent[i], err = w.send(ctx, l)
			return err
		}})
		for n, text := range l.replies {
			deeds = append(deeds, deed{l.spoken(n), func(ctx context.Context) error { return w.reply(ctx, l, sent[i], n, text) }})
		}
		if l.answer != waits {
			deeds = append(deeds, deed{l.at.Add(l.after), func(ctx context.Context) error { return w.settle(ctx, l, sent[i]) }})
		}
	}
	slices.SortStableFunc(deeds, func(a, b deed) int { return a.at.Compare(b.at) })
	for _, d := range deeds {
		w.at(d.at)
		if err := d.do(ctx); err != nil {
			return err
		}
	}
	w.at(w.now)
	return nil
}

// spoken is when the n-th reply is written: spread over the time to the answer.
func (l letter) spoken(n int) time.Time {
	return l.at.Add(l.after * time.Duration(n+1) / time.Duration(len(l.replies)+1))
}

// send sends one letter, or finds what became of it where an earlier seeding did.
func (w *seeder) send(ctx context.Context, l letter) (posted, error) {
	me, to := access.Member(w.ids[l.from]), w.ids[l.to]
	out, err := w.Invites.Send(ctx, me, to, invite.Letter{
		Reason: string(l.reason), Sub: l.sub, Note: l.note, Release: w.named(l.from, l.release), LeaveOut: w.leftOut(l),
	})
	switch {
	case err == nil:
		return posted{id: out.ID}, nil
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Denied):
		was, err := w.Invites.Between(ctx, me, to)
		if was.Relation != invite.Asked {
			was.ID = 0
		}
		return posted{was.ID, true}, err
	}
	return posted{}, fmt.Errorf("%s to %s: %w", w.members[l.from].handle, w.members[l.to].handle, err)
}

// reply writes the n-th reply; the receiver speaks first.
func (w *seeder) reply(ctx context.Context, l letter, p posted, n int, text string) error {
	if p.again {
		return nil
	}
	by := []int{l.to, l.from}[n%2]
	return w.Invites.Reply(ctx, access.Member(w.ids[by]), p.id, text)
}

// settle lets the receiver answer, or the sender think better of it.
func (w *seeder) settle(ctx context.Context, l letter, p posted) (err error) {
	if p.id == 0 {
		return nil
	}
	receiver := access.Member(w.ids[l.to])
	switch l.answer {
	case accepts:
		err = w.Invites.Accept(ctx, receiver, p.id)
	case ignores:
		err = w.Invites.Ignore(ctx, receiver, p.id)
	case withdrawn:
		err = w.Invites.Withdraw(ctx, access.Member(w.ids[l.from]), p.id)
	}
	if p.again && (fault.Is(err, fault.Conflict) || fault.Is(err, fault.Missing)) {
		err = nil // it was answered already
	}
	return err
}

func (w *seeder) named(member int, entries []int) []int64 {
	out := make([]int64, len(entries))
	for i, e := range entries {
		out[i] = w.entries[member][e]
	}
	return out
}

func (w *seeder) leftOut(l letter) []int64 {
	out := w.named(l.from, l.leaveOut)
	if l.hush {
		out = append(out, invite.SharedConnections)
	}
	return out
}

// report counts what was made. What invitations show it reads as their receivers
// do, through the very pages' service.
func (w *seeder) report(ctx context.Context) (Report, error) {
	if err := w.Network.Sync(ctx); err != nil {
		return Report{}, err
	}
	r := Report{Members: len(w.members), Connections: w.Network.Graph().Edges()}
	shown := 0
	for _, id := range w.ids {
		items, err := w.inbox(ctx, access.Member(id))
		if err != nil {
			return Report{}, err
		}
		for _, it := range items {
			r.Invitations++
			if told(it.Why) {
				shown++
			}
		}
	}
	r.EvidenceShare = float64(shown) / float64(max(r.Invitations, 1))
	return r, nil
}

// inbox reads everything that waits for a member.
func (w *seeder) inbox(ctx context.Context, me access.Viewer) (items []invite.Item, err error) {
	var after page.Cursor
	for {
		in, err := w.Invites.Received(ctx, me, invite.Filter{}, after)
		if err != nil {
			return nil, err
		}
		items = append(items, in.Items...)
		if after = in.Next; after.IsZero() {
			return items, nil
		}
	}
}

// told reports whether an assessment rests on something that the two share or
// seek: that one of them is new, knows many, or keeps sections closed is no
// evidence between them.
func told(a why.Assessment) bool {
	return slices.ContainsFunc(a.Found, func(f why.Found) bool {
		return slices.ContainsFunc(f.Items, func(e why.Evidence) bool {
			return !e.Alone() && e.Strength > 0
		})
	})
}

// inOrder puts the letters of a plan in the order of their days.
func inOrder(ls []letter) {
	slices.SortStableFunc(ls, func(a, b letter) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
}
