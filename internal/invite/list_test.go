package invite

import (
	"context"
	"fmt"
	"testing"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/graph"
	"guildhall/internal/page"
	"guildhall/internal/trait"
)

// The page costs the same whatever waits: the inbox at most nine statements.
func TestStatements(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bo := w.member("Bo Lindqvist")
		w.has(bo, trait.Company, "Nordlys Energi", 2016, 2021)
		hub := w.member("Hub")
		w.connect(bo, hub)
		costs := func() (n []int) {
			for _, read := range []func(context.Context) error{
				func(ctx context.Context) error {
					_, err := w.Received(ctx, access.Member(bo), Filter{}, page.Cursor{})
					return err
				},
				func(ctx context.Context) error {
					_, err := w.Received(ctx, access.Member(bo), Filter{Sort: BestFit, Shared: true}, page.Cursor{})
					return err
				},
				func(ctx context.Context) error {
					_, err := w.Answered(ctx, access.Member(bo), page.Cursor{})
					return err
				},
				func(ctx context.Context) error { _, _, err := w.First(ctx, access.Member(bo), 3); return err },
				func(ctx context.Context) error { _, err := w.Opening(ctx, access.Member(bo), hub); return err },
				func(ctx context.Context) error { _, err := w.Between(ctx, access.Member(bo), hub); return err },
			} {
				ctx, c := db.CountQueries(ctx)
				w.must(read(ctx))
				n = append(n, c.N())
			}
			return n
		}
		add := func(n int) {
			for i := range n {
				m := w.member(fmt.Sprintf("Member %c", 'a'+i))
				w.connect(m, hub)
				w.has(m, trait.Company, "Nordlys Energi", 2010+i%9, 0)
				w.must(w.Ignore(ctx, access.Member(bo), w.send(m, bo, Letter{Note: "x"})))
				m = w.member(fmt.Sprintf("Number %c", 'a'+i))
				w.connect(m, hub)
				w.has(m, trait.Company, "Nordlys Energi", 2010+i%9, 0)
				w.send(m, bo, Letter{Note: "x", Reason: "network"})
			}
		}
		add(1)
		one := costs()
		add(24)
		many := costs()
		if fmt.Sprint(one) != fmt.Sprint(many) {
			t.Errorf("statements with one invitation %v, with 25 %v", one, many)
		}
		// Two of each, groups and limits, the program keeps in memory.
		for i, most := range []int{13, 13, 7, 11, 12, 1} {
			if many[i] > most {
				t.Errorf("read %d takes %d statements, at most %d", i, many[i], most)
			}
		}
		in := w.inbox(bo, Filter{})
		if in.Counts.All != 25 || len(in.Items) != PageSize || in.Next.IsZero() {
			t.Errorf("a long inbox: %+v", in.Counts)
		}
	})
}

func TestFiltersAndPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bo := w.member("Bo Lindqvist")
		w.has(bo, trait.Company, "Nordlys Energi", 2010, 2020)
		friend := w.member("Friend")
		w.connect(bo, friend)
		var all []int64
		for i := range 23 {
			m := w.member(fmt.Sprintf("Member %c", 'a'+i))
			l := Letter{}
			if i%2 == 0 {
				l.Reason = "network"
			}
			if i%3 == 0 {
				l.Note = "Hello"
			}
			if i%4 == 0 {
				w.has(m, trait.Company, "Nordlys Energi", 2005, 2021)
			}
			if i%5 == 0 {
				w.connect(m, friend)
			}
			all = append(all, w.send(m, bo, l))
			w.now = w.now.Add(time.Hour)
		}
		count := map[string]int{}
		for _, order := range Orders {
			for name, f := range map[string]Filter{
				"all": {}, "network": {Reasons: []string{"network"}}, "none": {Reasons: []string{NoReason}}, "note": {Note: true},
				"second": {Degrees: []graph.Degree{graph.Second}}, "shared": {Shared: true}, "both": {Note: true, Shared: true},
			} {
				f.Sort = order
				seen := map[int64]bool{}
				var after page.Cursor
				var last *Item
				for {
					in, err := w.Received(ctx, access.Member(bo), f, after)
					w.must(err)
					for _, it := range in.Items {
						if seen[it.ID] {
							t.Fatalf("%s %s shows %d twice", order, name, it.ID)
						}
						seen[it.ID] = true
						if last != nil && order.compare(order.place(*last), order.place(it)) > 0 {
							t.Errorf("%s %s: %v comes before %v", order, name, order.place(*last), order.place(it))
						}
						last = &it
					}
					if after = in.Next; after.IsZero() {
						break
					}
				}
				if n, ok := count[name]; ok && n != len(seen) {
					t.Errorf("%s finds %d by %s, %d by another order", name, len(seen), order, n)
				}
				count[name] = len(seen)
			}
		}
		want := map[string]int{"all": 23, "network": 12, "none": 11, "note": 8, "second": 5, "shared": 6, "both": 2}
		if fmt.Sprint(count) != fmt.Sprint(want) {
			t.Errorf("found %v, want %v", count, want)
		}
		if in := w.inbox(bo, Filter{Sort: Oldest}); in.Items[0].ID != all[0] || in.Counts.Note != 8 || in.Counts.Degree[graph.Second] != 5 {
			t.Errorf("oldest first begins with %d, counts %+v", in.Items[0].ID, in.Counts)
		}
	})
}
