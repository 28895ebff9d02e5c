package tie_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/bus"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/tie"
)

var ctx = context.Background()

// hall is one instance's spine with a service over it.
type hall struct {
	t       *testing.T
	db      *db.DB
	members *member.Service
	network *network.Service
	open    *access.Policies
	ties    *tie.Service
	ids     map[string]int64
}

// relations answers for access from the network alone: nobody is in a group here.
type relations struct {
	*network.Service
	open *access.Policies
}

func (relations) Groups(context.Context, int64) ([]int64, error) { return nil, nil }

func (r relations) Limits(ctx context.Context, m int64) (access.Limits, error) {
	return r.open.Limits(ctx, m)
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: d, members: member.New(d), network: network.New(d), open: access.NewPolicies(d, access.ConnectionsOnly), ids: map[string]int64{}}
	pos, err := h.network.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r := journal.NewRunner(d, bus.New(), slog.New(slog.DiscardHandler))
	r.Follow(h.network.Follower(pos))
	h.network.SetSync(r.Sync)
	h.ties = tie.New(d, h.members, h.network, access.NewGuard(relations{h.network, h.open}), h.open)
	return h
}

func (h *hall) write(f func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(ctx, f); err != nil {
		h.t.Fatal(err)
	}
	if err := h.network.Sync(ctx); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) join(names ...string) {
	h.t.Helper()
	for _, n := range names {
		h.write(func(tx *db.Tx) error {
			c, err := h.members.Create(ctx, tx, member.Newcomer{Name: n})
			h.ids[n] = c.ID
			return err
		})
	}
}

func (h *hall) connect(pairs ...[2]string) {
	h.t.Helper()
	for _, p := range pairs {
		h.write(func(tx *db.Tx) error {
			facts, err := h.network.Connect(ctx, tx, h.ids[p[0]], h.ids[p[1]], network.How{Reason: "relationship"})
			if err != nil {
				return err
			}
			return journal.Append(ctx, tx, facts...)
		})
	}
}

func (h *hall) block(a, b string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		facts, err := h.network.BlockTx(ctx, tx, h.ids[a], h.ids[b])
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, facts...)
	})
}

func (h *hall) as(name string) access.Viewer { return access.Member(h.ids[name]) }

func names(ps []tie.Person) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.Card.Name
	}
	return out
}

func chain(t *testing.T, d *db.DB) *hall {
	h := newHall(t, d)
	h.join("Ada", "Grace", "Boas", "Cleo", "Dee", "Far")
	h.connect([2]string{"Ada", "Grace"}, [2]string{"Grace", "Boas"}, [2]string{"Boas", "Cleo"}, [2]string{"Cleo", "Dee"})
	return h
}

func TestSearchOrdersByDegreeAndHidesTheBlocked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Ada", "Sam One", "Sam Two", "Sam Three", "Sam Far", "Sam Gone", "Sam Two Also", "Eve", "Kim")
		h.connect([2]string{"Ada", "Sam One"}, [2]string{"Sam One", "Sam Two"}, [2]string{"Sam Two", "Sam Three"},
			[2]string{"Ada", "Eve"}, [2]string{"Eve", "Sam Two Also"}, [2]string{"Sam One", "Sam Two Also"})
		h.block("Sam Gone", "Ada")
		p, err := h.ties.Search(ctx, h.as("Ada"), "  sam ", 0)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"Sam One", "Sam Two Also", "Sam Two", "Sam Three", "Sam Far"}
		if !slices.Equal(names(p.People), want) || p.Total != 5 {
			t.Errorf("found %v, total %d; want %v", names(p.People), p.Total, want)
		}
		if p.People[1].MutualCount != 2 || len(p.People[1].Mutuals) != 2 || p.People[1].Degree != graph.Second {
			t.Errorf("second degree shows %+v", p.People[1])
		}
		if _, err := h.ties.Search(ctx, h.as("Ada"), string(make([]rune, 3000)), 0); err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("a search far too long was answered with %v", err)
		}
	})
}

func TestMineIsPagedAndEndsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.join("Ada")
		for i := range 30 {
			n := fmt.Sprintf("Peer %c%c", 'A'+i/10, 'a'+i%10)
			h.join(n)
			h.connect([2]string{"Ada", n})
		}
		first, err := h.ties.Mine(ctx, h.as("Ada"), page.Cursor{})
		if err != nil || len(first.People) != 25 || first.Total != 30 || first.Next.IsZero() {
			t.Fatalf("first page: %d of %d, %v", len(first.People), first.Total, err)
		}
		second, err := h.ties.Mine(ctx, h.as("Ada"), first.Next)
		if err != nil || len(second.People) != 5 || !second.Next.IsZero() {
			t.Fatalf("second page: %d, %v", len(second.People), err)
		}
		counted, n := db.CountQueries(ctx)
		if _, err := h.ties.Mine(counted, h.as("Ada"), page.Cursor{}); err != nil || n.N() > 5 { // one of them for limits, which the program keeps
			t.Errorf("a page of 25 took %d statements, %v", n.N(), err)
		}
		if err := h.network.Disconnect(ctx, h.as("Ada"), h.ids["Peer Aa"]); err != nil {
			t.Fatal(err)
		}
		if again, _ := h.ties.Mine(ctx, h.as("Ada"), page.Cursor{}); again.Total != 29 {
			t.Errorf("%d after one tie ended, want 29", again.Total)
		}
	})
}

// A tie shows where either end shows it to the viewer: Ada sees that Grace knows
// Bo from Grace's list, which is open to connections, and does not see that Bo
// knows Cleo, which neither shows to her.
func TestWaysShowOnlyTiesThatEitherEndShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := chain(t, d)
		b, err := h.ties.Between(ctx, h.as("Ada"), "boas")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(names(b.Mutuals), []string{"Grace"}) || len(b.Paths) != 1 || !slices.Equal(names(b.Paths[0]), []string{"Ada", "Grace", "Boas"}) {
			t.Errorf("to Bo: mutual %v, ways %v", names(b.Mutuals), b.Paths)
		}
		b, err = h.ties.Between(ctx, h.as("Ada"), "cleo")
		if err != nil || len(b.Paths) != 0 || b.Person.Degree != graph.Third {
			t.Errorf("to Cleo: degree %v, ways %v, %v; the degree is exact and the way closed", b.Person.Degree, b.Paths, err)
		}
		h.write(func(tx *db.Tx) error {
			return h.open.SetSection(ctx, tx, h.ids["Boas"], access.ConnectionL, access.Scope{Audience: access.Members})
		})
		if b, err = h.ties.Between(ctx, h.as("Ada"), "cleo"); err != nil || len(b.Paths) != 1 {
			t.Errorf("after Bo opened the list: ways %v, %v", b.Paths, err)
		}
		h.write(func(tx *db.Tx) error {
			for _, n := range []string{"Grace", "Boas"} {
				if err := h.open.SetSection(ctx, tx, h.ids[n], access.ConnectionL, access.Scope{Audience: access.OnlyMe}); err != nil {
					return err
				}
			}
			return nil
		})
		if b, err = h.ties.Between(ctx, h.as("Ada"), "boas"); err != nil || len(b.Mutuals) != 0 || b.Person.MutualCount != 1 || len(b.Paths) != 0 {
			t.Errorf("with both lists closed: %v, %d mutual, ways %v, %v", names(b.Mutuals), b.Person.MutualCount, b.Paths, err)
		}
	})
}

// Of very many in common the nearest are looked at, and the others are not said to be
// closed to the viewer.
func TestMoreInCommonThanAreLookedAt(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	h.join("Ada", "Boas")
	h.write(func(tx *db.Tx) error {
		return h.open.SetSection(ctx, tx, h.ids["Boas"], access.ConnectionL, access.Scope{Audience: access.Members})
	})
	for i := range 101 {
		if i == 100 {
			if b, err := h.ties.Between(ctx, h.as("Ada"), "boas"); err != nil || len(b.Mutuals) != 100 || b.Further {
				t.Errorf("%d named of a hundred, further %t, %v", len(b.Mutuals), b.Further, err)
			}
		}
		name := fmt.Sprintf("Mutual %d", i)
		h.join(name)
		h.connect([2]string{"Ada", name}, [2]string{"Boas", name})
	}
	if b, err := h.ties.Between(ctx, h.as("Ada"), "boas"); err != nil || len(b.Mutuals) != 100 || b.Person.MutualCount != 101 || !b.Further {
		t.Errorf("%d named of %d, further %t, %v", len(b.Mutuals), b.Person.MutualCount, b.Further, err)
	}
}

func TestTheBlockedAreLikeNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := chain(t, d)
		h.block("Far", "Ada")
		_, blocked := h.ties.Between(ctx, h.as("Ada"), "far")
		_, missing := h.ties.Between(ctx, h.as("Ada"), "nobody-at-all")
		if !fault.Is(blocked, fault.Missing) || blocked.Error() != missing.Error() {
			t.Errorf("blocked: %v, missing: %v; want the same", blocked, missing)
		}
	})
}
