// Package tie is a member's own side of the network: the list of their
// connections, the search for people by name, the mutual connections with
// somebody and the ways to them. It owns no table: it puts together what the
// spine knows, for one viewer, and shows nothing that the viewer's lens hides.
package tie

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
)

// Limits of the pages.
const (
	perPage   = 25
	searchCap = 1000 // a total is exact up to here, "1,000+" above
	faces     = 3    // mutual connections named on a card
	maxNamed  = 100  // mutual connections on their page
	maxWays   = 5
	maxQuery  = 100 // characters of a search
)

// Person is one row of a list, already cut to what the viewer may see.
type Person struct {
	Card        member.Card
	Degree      graph.Degree
	Mate        bool // shares a group with the viewer
	MutualCount int
	Mutuals     []member.Card      // at most faces of them, strongest first
	Tie         network.Connection // of a connection of the viewer's: since when, and how they know each other
	Own         string             // words of Tie's reason, if it is one that the instance added to the seven
}

// Page is my network, or what a search found.
type Page struct {
	Query  string
	People []Person
	Total  int  // connections, or matches the viewer may see
	Capped bool // there are more matches than were counted
	Next   page.Cursor
}

// Service answers for one instance.
type Service struct {
	db      *db.DB
	members *member.Service
	network *network.Service
	guard   *access.Guard
	open    *access.Policies
	own     OwnReasons
}

// OwnReason is a reason that the instance added to the seven.
type OwnReason struct {
	Code, Label string
	Retired     bool // no longer to be chosen
}

// OwnReasons lists them, retired ones too. It costs no statement.
type OwnReasons func(ctx context.Context) ([]OwnReason, error)

// SetOwnReasons says which there are; without it there are none.
func (s *Service) SetOwnReasons(f OwnReasons) { s.own = f }

// New returns the service over the spine.
func New(d *db.DB, m *member.Service, n *network.Service, g *access.Guard, p *access.Policies) *Service {
	return &Service{db: d, members: m, network: n, guard: g, open: p, own: func(context.Context) ([]OwnReason, error) { return nil, nil }}
}

// Mine lists the viewer's connections, newest first, 25 a page.
func (s *Service) Mine(ctx context.Context, v access.Viewer, after page.Cursor) (Page, error) {
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Page{}, err
	}
	cs, err := s.network.Connections(ctx, s.db, v.Member(), after, perPage+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Total: lens.Graph().Count(v.Member())}
	if len(cs) > perPage {
		cs = cs[:perPage]
		p.Next = network.CursorOf(cs[perPage-1])
	}
	ids := make([]int64, len(cs))
	for i, c := range cs {
		ids[i] = c.Peer
	}
	people, err := s.people(ctx, lens, ids)
	if err != nil {
		return Page{}, err
	}
	ties := make(map[int64]network.Connection, len(cs))
	for _, c := range cs {
		ties[c.Peer] = c
	}
	own, err := s.own(ctx)
	if err != nil {
		return Page{}, err
	}
	for i := range people {
		people[i].Tie = ties[people[i].Card.ID]
		people[i].Own = wordsOf(own, people[i].Tie.Reason)
		people[i].Degree = graph.First
	}
	p.People = people
	return p, nil
}

// Search finds people by name among all that the viewer may see: nearest
// first, then most mutual connections, then by name. A total counts only those.
func (s *Service) Search(ctx context.Context, v access.Viewer, text string, from int) (Page, error) {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > maxQuery {
		return Page{Query: string(r[:maxQuery])}, fault.Field("q", "A name has at most %d characters here. Please search for less.", maxQuery)
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Page{}, err
	}
	found, err := s.members.Search(ctx, s.db, text, searchCap+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Query: text, Capped: len(found) > searchCap}
	ids := slices.DeleteFunc(found[:min(len(found), searchCap)], func(id int64) bool { return !lens.SeeMember(id) })
	degrees := lens.Degrees(ids)
	cards, err := s.members.Cards(ctx, s.db, ids)
	if err != nil {
		return Page{}, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { _, ok := cards[id]; return !ok })
	mutual := make(map[int64]int, len(ids))
	for _, id := range ids {
		if degrees[id] <= graph.Second {
			mutual[id] = lens.Graph().MutualCount(v.Member(), id)
		}
	}
	byName := collate.New(language.Und)
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(degrees[a], degrees[b]), cmp.Compare(mutual[b], mutual[a]),
			byName.CompareString(cards[a].Name, cards[b].Name), cmp.Compare(a, b))
	})
	p.Total = len(ids)
	from = min(max(from, 0), len(ids))
	end := min(from+perPage, len(ids))
	if end < len(ids) {
		p.Next = page.Cursor{Key: int64(end), ID: 1}
	}
	p.People, err = s.people(ctx, lens, ids[from:end])
	return p, err
}

// people turns ids into rows for the viewer of the lens, in the same order;
// whom the viewer may not see and who is not there are left out. Two statements
// whatever the number.
func (s *Service) people(ctx context.Context, lens *access.Lens, ids []int64) ([]Person, error) {
	me := lens.Viewer().Member()
	links, err := s.network.Links(ctx, lens, s.open, ids, faces, 0)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(ids)
	for _, ms := range links.Mutuals {
		all = append(all, ms...)
	}
	cards, err := s.members.Cards(ctx, s.db, all)
	if err != nil {
		return nil, err
	}
	lens.Degrees(ids)
	out := make([]Person, 0, len(ids))
	for _, id := range ids {
		c, ok := cards[id]
		if !ok || !lens.SeeMember(id) {
			continue
		}
		p := Person{Card: c, Degree: lens.Degree(id)}
		if id != me {
			p.MutualCount = lens.Graph().MutualCount(me, id)
		}
		for _, m := range links.Mutuals[id] {
			if mc, ok := cards[m]; ok {
				p.Mutuals = append(p.Mutuals, mc)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// Between is how the viewer and somebody are linked.
type Between struct {
	Person  Person
	Mutuals []Person   // those that may be named, strongest first
	Further bool       // there are more in common than were looked at, the nearest first
	Paths   [][]Person // ways all of whose steps may be known, best first, both ends included
}

// Between tells mutual connections and ways to the member with a handle.
func (s *Service) Between(ctx context.Context, v access.Viewer, handle string) (Between, error) {
	id, _, err := s.members.ByHandle(ctx, handle)
	if err != nil {
		return Between{}, err
	}
	lens, err := s.guard.For(ctx, v)
	if err != nil {
		return Between{}, err
	}
	if !lens.SeeMember(id) {
		return Between{}, fault.NotFound()
	}
	links, err := s.network.Links(ctx, lens, s.open, []int64{id}, maxNamed, maxWays)
	if err != nil {
		return Between{}, err
	}
	ids := slices.Concat([]int64{id}, links.Mutuals[id], slices.Concat(links.Ways...))
	people, err := s.people(ctx, lens, ids)
	if err != nil {
		return Between{}, err
	}
	b, err := assemble(people, id, links.Mutuals[id], links.Ways)
	if err != nil || b.Person.Degree != graph.First {
		return b, err
	}
	if b.Person.Tie, _, err = s.network.Tie(ctx, s.db, v.Member(), id); err != nil {
		return b, err
	}
	own, err := s.own(ctx)
	b.Person.Own = wordsOf(own, b.Person.Tie.Reason)
	return b, err
}

// assemble puts the people who are there in their places; a way with somebody
// on it who is not there is no way to show.
func assemble(people []Person, id int64, mutuals []int64, paths [][]int64) (b Between, err error) {
	byID := make(map[int64]Person, len(people))
	for _, p := range people {
		byID[p.Card.ID] = p
	}
	p, ok := byID[id]
	if !ok {
		return Between{}, fault.NotFound()
	}
	b.Person, b.Further = p, p.MutualCount > maxNamed
	for _, m := range mutuals {
		if p, ok := byID[m]; ok {
			b.Mutuals = append(b.Mutuals, p)
		}
	}
	for _, path := range paths {
		row := make([]Person, 0, len(path))
		for _, m := range path {
			if p, ok := byID[m]; ok {
				row = append(row, p)
			}
		}
		if len(row) == len(path) {
			b.Paths = append(b.Paths, row)
		}
	}
	return b, nil
}
