package invite

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/page"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// Two worlds that differ in one fact that a reader may not see must look the
// same to that reader, to the last field of what the pages are made of. Here the
// second world is the first one after the fact was added, so ids stay the same.

// receiverSees is everything that a receiver can ask of this package.
func (w *world) receiverSees(m int64) []any {
	w.t.Helper()
	v := access.Member(m)
	var out []any
	add := func(what any, err error) {
		w.t.Helper()
		w.must(err)
		out = append(out, what)
	}
	for _, f := range []Filter{{}, {Sort: BestFit, Fit: why.Good, Mutual: 1}} {
		in, err := w.Received(ctx, v, f, page.Cursor{})
		add(in, err)
		for _, it := range in.Items {
			one, err := w.One(ctx, v, it.ID)
			add(one, err)
		}
	}
	items, n, err := w.First(ctx, v, 3)
	add([]any{items, n}, err)
	waiting, err := w.Service.Waiting(ctx, v)
	add(waiting, err)
	return out
}

// senderSees is everything that a sender can ask about a receiver, and what a
// letter would come to.
func (w *world) senderSees(m, to int64) []any {
	w.t.Helper()
	v := access.Member(m)
	o, err := w.Opening(ctx, v, to)
	w.must(err)
	out := []any{o}
	for _, reason := range []string{"", "relationship", "background"} {
		l := Letter{Reason: reason}
		l.Release, l.LeaveOut = o.Choose(func(id int64) bool {
			for _, f := range o.Facts {
				if f.ID == id {
					return f.Ticked
				}
			}
			return false
		})
		a, p := o.Preview(l)
		out = append(out, l, a, p, a.Says(2, p))
	}
	b, err := w.Service.Between(ctx, v, to)
	w.must(err)
	q, err := w.Service.Quota(ctx, v)
	w.must(err)
	return append(out, b, q, w.outbox(m, false), w.outbox(m, true))
}

func same(a, b []any) string { return cmp.Diff(a, b, cmpopts.IgnoreUnexported(Opening{})) }

// secret is a way in which a fact of one member is hidden from another.
type secret struct {
	name  string
	scope access.Scope // of the fact's section
	t     trait.Trait  // what is hidden about the fact itself
	group bool         // the fact is an unlisted group: only for groups
}

var secrets = []secret{
	{name: "only me", scope: access.Scope{Audience: access.OnlyMe}},
	{name: "only me, and findable", scope: access.Scope{Audience: access.OnlyMe, Findable: true}},
	{name: "connections", scope: access.Scope{Audience: access.Connections}},
	{name: "second degree", scope: access.Scope{Audience: access.Second}},
	{name: "a group", scope: access.Scope{Audience: access.Group, Group: 99}},
	{name: "hidden", scope: access.Scope{Audience: access.Public, Findable: true}, t: trait.Trait{Hidden: true}},
	{name: "unlisted", scope: access.Scope{Audience: access.Public, Findable: true}, group: true},
}

// shapes are the facts that can be secret: one of each kind of evidence.
func shapes() (out []trait.Trait) {
	for _, k := range trait.Kinds {
		out = append(out, trait.Trait{Kind: k, Relation: trait.Has, From: month(2015)}, trait.Trait{Kind: k, Relation: trait.Seeks})
	}
	return out
}

// applies leaves out combinations that hide nothing: what is sought goes by its
// own section alone, and only groups can be unlisted.
func (s secret) applies(t trait.Trait) bool {
	if s.group {
		return t.Kind == trait.Group && t.Relation == trait.Has
	}
	return true
}

// give puts a fact, secret or not, about the entity of this name.
func (w *world) give(m int64, s secret, t trait.Trait, name string) int64 {
	w.t.Helper()
	t.Member, t.Hidden = m, s.t.Hidden
	if !s.group {
		return w.put(t, name)
	}
	w.write(func(tx *db.Tx) error {
		e, err := w.traits.CreateEntity(ctx, tx, trait.Entity{Kind: trait.Group, Name: name, Unlisted: true, By: m})
		w.must(err)
		t.Entity = e.ID
		t, err = w.traits.Put(ctx, tx, t)
		return err
	})
	return t.ID
}

// pair makes two members at the third degree; one of them has and seeks the
// thing named, the other's section for it is as s says.
func (w *world) pair(s secret, t trait.Trait, name string) (owner, other int64) {
	w.t.Helper()
	owner, other = w.member("Ada Sander"), w.member("Bo Lindqvist")
	mid, end := w.member("Mid Way"), w.member("End Ofit")
	w.connect(owner, mid)
	w.connect(mid, end)
	w.connect(end, other)
	w.put(trait.Trait{Member: other, Kind: t.Kind, Relation: trait.Has, From: month(2014)}, name)
	w.put(trait.Trait{Member: other, Kind: t.Kind, Relation: trait.Seeks}, name)
	w.preset(other, access.OpenToMembers)
	w.section(other, access.Seeks, access.Scope{Audience: access.Members})
	w.section(owner, trait.Section(t.Kind, t.Relation), s.scope)
	return owner, other
}

// eachSecret runs f on every secret of every kind of fact, and on the same fact
// in the open.
func eachSecret(t *testing.T, f func(t *testing.T, w *world, s secret, shape trait.Trait, name string, shows bool)) {
	w := newWorld(t, dbtest.SQLite(t))
	open := secret{name: "open", scope: access.Scope{Audience: access.Members}}
	n := 0
	for _, shape := range shapes() {
		for _, s := range append(secrets, open) {
			if s.applies(shape) {
				n++
				f(t, w, s, shape, fmt.Sprintf("%s: %s %d", s.name, shape.Kind, shape.Relation), s.name == open.name)
			}
		}
	}
	if n < 7*14 {
		t.Errorf("only %d worlds were compared", n)
	}
}

func TestSendersSecretsDoNotShow(t *testing.T) {
	eachSecret(t, func(t *testing.T, w *world, s secret, shape trait.Trait, name string, shows bool) {
		sender, receiver := w.pair(s, shape, name)
		w.send(sender, receiver, Letter{Reason: "background", Note: "Hello"})
		before := w.receiverSees(receiver)
		w.give(sender, s, shape, name)
		d := same(before, w.receiverSees(receiver))
		if !shows && d != "" {
			t.Errorf("%s shows to the receiver:\n%s", name, d)
		}
		if shows && d == "" {
			t.Errorf("%s does not show to the receiver", name)
		}
	})
}

func TestReceiversSecretsDoNotShow(t *testing.T) {
	eachSecret(t, func(t *testing.T, w *world, s secret, shape trait.Trait, name string, shows bool) {
		receiver, sender := w.pair(s, shape, name)
		w.must(w.SetWho(ctx, access.Member(receiver), WithinSecond))
		before := w.senderSees(sender, receiver)
		w.give(receiver, s, shape, name)
		d := same(before, w.senderSees(sender, receiver))
		if !shows && d != "" {
			t.Errorf("%s shows to the sender:\n%s", name, d)
		}
		if shows && d == "" {
			t.Errorf("%s does not show to the sender", name)
		}
		_, err := w.Send(ctx, access.Member(sender), receiver, Letter{})
		if open := shows && shape.Relation == trait.Has && shape.Kind <= trait.Group; open != (err == nil) {
			t.Errorf("%s decides over sending: %v", name, err)
		}
	})
}

// A release opens a closed fact to this receiver, and to this receiver only.
func TestReleasedFactsShow(t *testing.T) {
	eachSecret(t, func(t *testing.T, w *world, s secret, shape trait.Trait, name string, _ bool) {
		sender, receiver := w.pair(s, shape, name)
		f := w.give(sender, s, shape, name)
		w.send(sender, receiver, Letter{Release: []int64{f}})
		p := w.inbox(receiver, Filter{}).Items[0].Pair
		there := len(p.Sender.Facts)+len(p.Sender.Seeks) > 0
		if there == s.group {
			t.Errorf("%s, released: there=%t", name, there)
		}
		third := w.member("Cy Aldana")
		w.put(trait.Trait{Member: third, Kind: shape.Kind, Relation: trait.Has}, name)
		w.send(sender, third, Letter{})
		p = w.inbox(third, Filter{}).Items[0].Pair
		if hidden := s.name != "open"; hidden && len(p.Sender.Facts)+len(p.Sender.Seeks) > 0 {
			t.Errorf("%s, released to one, shows to another", name)
		}
	})
}

// What is left out counts for nothing: the page is the one of a world in which
// it is not there.
func TestLeftOutCountsForNothing(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, shape := range shapes() {
		name := fmt.Sprint("shape ", shape.Kind, shape.Relation)
		sender, receiver := w.pair(secret{scope: access.Scope{Audience: access.Members}}, shape, name)
		f := w.give(sender, secret{}, shape, name)
		w.send(sender, receiver, Letter{LeaveOut: []int64{f}})
		with := w.receiverSees(receiver)
		w.write(func(tx *db.Tx) error { return w.traits.Delete(ctx, tx, sender, f) })
		if d := same(with, w.receiverSees(receiver)); d != "" {
			t.Errorf("%s, left out, shows:\n%s", name, d)
		}
	}
	sender, receiver := w.member("Ada Sander"), w.member("Bo Lindqvist")
	mid := w.member("Mid Way")
	w.connect(sender, mid)
	w.connect(mid, receiver)
	w.send(sender, receiver, Letter{LeaveOut: []int64{SharedConnections}})
	it := w.inbox(receiver, Filter{}).Items[0]
	if it.Mutual != 0 || it.Mutuals != nil || it.Pair.MutualCount != 0 || len(it.Why.Found) != 0 && it.Why.Found[0].Reason == "shared" {
		t.Errorf("connections in common, left out, show: %+v", it)
	}
}

// Whose connections are in common follows the two lists it stands in; how many
// connections the one in common has follows that one's own.
func TestMutualNames(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for _, c := range []struct {
		sender, mid access.Audience
		named       bool
		weighed     bool
	}{
		{access.Connections, access.Connections, true, true}, // the receiver is the mid's connection
		{access.Connections, access.OnlyMe, false, false},
		{access.Second, access.OnlyMe, true, false},
		{access.OnlyMe, access.Connections, true, true},
		{access.OnlyMe, access.OnlyMe, false, false},
	} {
		sender, receiver, mid := w.member("Ada Sander"), w.member("Bo Lindqvist"), w.member("Mid Way")
		w.connect(sender, mid)
		w.connect(mid, receiver)
		w.section(sender, access.ConnectionL, access.Scope{Audience: c.sender})
		w.section(mid, access.ConnectionL, access.Scope{Audience: c.mid})
		w.send(sender, receiver, Letter{})
		before := w.receiverSees(receiver)
		it := w.inbox(receiver, Filter{}).Items[0]
		if it.Mutual != 1 || (len(it.Mutuals) == 1) != c.named {
			t.Errorf("%+v: %d mutual, %d named", c, it.Mutual, len(it.Mutuals))
		}
		for range 9 {
			w.connect(mid, w.member("Some Body"))
		}
		if d := same(before, w.receiverSees(receiver)); (d != "") != c.weighed {
			t.Errorf("%+v: the number of the mid's connections shows=%t: %s", c, d != "", d)
		}
	}
}

// A release is of the entry as it was when it was sent: in another order it is the same
// one, changed it is another, which nobody was shown.
func TestAChangedEntryIsNoLongerReleased(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sender, receiver := w.member("Ada Sander"), w.member("Bo Lindqvist")
		w.preset(sender, access.ConnectionsOnly)
		first := w.has(sender, trait.Company, "Nordlys Energi", 2016, 2021)
		entry := trait.Trait{Member: sender, Kind: trait.Company, Relation: trait.Has, From: month(2021), To: month(2024)}
		entry.ID = w.put(entry, "Fjordkraft Lab")
		w.send(sender, receiver, Letter{Release: []int64{entry.ID}})
		shown := func() (names []string) {
			it := w.inbox(receiver, Filter{}).Items[0]
			for _, o := range it.Shown {
				names = append(names, o.Name)
			}
			if len(names) != len(it.Pair.Sender.Facts) {
				t.Errorf("it shows %v, and %d count", names, len(it.Pair.Sender.Facts))
			}
			return names
		}
		w.write(func(tx *db.Tx) error {
			return w.traits.Reorder(ctx, tx, sender, trait.Company, trait.Has, []int64{entry.ID, first})
		})
		if got := shown(); !slices.Equal(got, []string{"Fjordkraft Lab"}) {
			t.Errorf("as it was released: %v", got)
		}
		entry.Version = 1
		w.put(entry, "Somewhere Else")
		if got := shown(); len(got) > 0 {
			t.Errorf("of what the entry became: %v", got)
		}
	})
}
