package answers

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/network"
	"guildhall/internal/page"
	"guildhall/internal/profile"
	"guildhall/internal/trait"
)

// query is one kind of question.
type query struct {
	name   string
	own    string
	answer func(*house, context.Context, params) ([][]string, error)
}

// queries are those that Guildhall can answer, in the order of the report.
var queries = []query{
	{"IS1", "birthday, gender, browser, IP address, where the first name ends", (*house).profile},
	{"IS3", "where the first name ends", (*house).friends},
	{"IC1", "birthday, gender, browser, IP address, where the first name ends", (*house).namesakes},
	{"IC10", "birthday, gender, posts and their tags, where the first name ends", (*house).strangers},
	{"IC11", "where the first name ends", (*house).referrals},
	{"IC13", "", (*house).distance},
	{"IC14", "posts, comments and replies", (*house).ways},
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// profile is IS1: a person's page.
func (h *house) profile(ctx context.Context, p params) ([][]string, error) {
	source := p.id("personId")
	id, ok := h.persons[source]
	if !ok {
		return nil, nil
	}
	card, err := h.members.Card(ctx, h.db, id)
	if err != nil {
		return nil, err
	}
	pg, err := h.profiles.View(ctx, viewer, card.Handle, profile.Pose{})
	if err != nil {
		return nil, err
	}
	place := ""
	for _, s := range pg.Sections {
		if s.Section == access.Location && len(s.Traits) > 0 {
			place = itoa(h.places[s.Traits[0].Entity])
		}
	}
	first, last := h.split(pg.Card.Name, source)
	o := h.own[source]
	return [][]string{{first, last, o.birthday, o.ip, o.browser, place, o.gender, instant(pg.Card.Since)}}, nil
}

// friends is IS3: a person's connections, newest first.
func (h *house) friends(ctx context.Context, p params) ([][]string, error) {
	id, ok := h.persons[p.id("personId")]
	if !ok {
		return nil, nil
	}
	ties, err := h.net.Connections(ctx, h.db, id, page.Cursor{}, network.MaxConnections)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(ties))
	for i, t := range ties {
		ids[i] = t.Peer
	}
	cards, err := h.members.Cards(ctx, h.db, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(ties, func(a, b network.Connection) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(h.source[a.Peer], h.source[b.Peer]))
	})
	var rows [][]string
	for _, t := range ties {
		if card, ok := cards[t.Peer]; ok && h.lens.SeeMember(t.Peer) {
			first, last := h.split(card.Name, h.source[t.Peer])
			rows = append(rows, []string{itoa(h.source[t.Peer]), first, last, instant(t.Since)})
		}
	}
	return rows, nil
}

// found is a person that IC1 found.
type found struct {
	source int64
	card   member.Card
	last   string
	degree graph.Degree
}

// everybody is a limit that no search of a set reaches.
const everybody = 1 << 30

// namesakes is IC1: people of a first name within three degrees, nearest first,
// then by last name and the set's id.
func (h *house) namesakes(ctx context.Context, p params) ([][]string, error) {
	id, ok := h.persons[p.id("personId", "personIdQ1")]
	if !ok {
		return nil, nil
	}
	near := map[int64]graph.Degree{}
	for m, d := range h.lens.Graph().Within(id, 3) {
		near[m] = d
	}
	named, err := h.members.Search(ctx, h.db, p["firstName"], everybody)
	if err != nil {
		return nil, err
	}
	named = slices.DeleteFunc(named, func(m int64) bool { return near[m] == graph.Self || !h.lens.SeeMember(m) })
	cards, err := h.members.Cards(ctx, h.db, named)
	if err != nil {
		return nil, err
	}
	var all []found
	for m, card := range cards {
		if first, last := h.split(card.Name, h.source[m]); first == p["firstName"] {
			all = append(all, found{h.source[m], card, last, near[m]})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.degree, b.degree), cmp.Compare(a.last, b.last), cmp.Compare(a.source, b.source))
	})
	return h.describe(ctx, all[:min(len(all), p.limit(20))])
}

// describe writes what IC1 tells of each person.
func (h *house) describe(ctx context.Context, all []found) ([][]string, error) {
	ids := make([]int64, len(all))
	for i, f := range all {
		ids[i] = f.card.ID
	}
	traits, err := h.traits.Of(ctx, h.db, ids, trait.Company, trait.School, trait.Place, trait.Language)
	if err != nil {
		return nil, err
	}
	at, err := h.whereabouts(ctx, traits)
	if err != nil {
		return nil, err
	}
	emails, err := h.profiles.ContactsOf(ctx, h.db, ids, "email")
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(all))
	for i, f := range all {
		var city string
		var tongues, schools, companies []string
		for _, t := range traits[f.card.ID] {
			switch t.Kind {
			case trait.Place:
				city = spelled(t.Name)
			case trait.Language:
				tongues = append(tongues, h.codes[t.Name])
			case trait.School:
				schools = append(schools, stay(spelled(t.Name), int(t.To/12), at[t.Entity]))
			case trait.Company:
				companies = append(companies, stay(spelled(t.Name), int(t.From/12), at[t.Entity]))
			}
		}
		o := h.own[f.source]
		rows[i] = []string{
			itoa(f.source), f.last, strconv.Itoa(int(f.degree)), o.birthday, instant(f.card.Since), o.gender, o.browser, o.ip,
			set(emails[f.card.ID]), set(tongues), city, set(schools), set(companies),
		}
	}
	return rows, nil
}

// whereabouts tells at which place the companies and schools of some traits are,
// in the set's spelling, with two statements.
func (h *house) whereabouts(ctx context.Context, traits map[int64][]trait.Trait) (map[int64]string, error) {
	var ids []int64
	for _, ts := range traits {
		for _, t := range ts {
			if t.Kind == trait.Company || t.Kind == trait.School {
				ids = append(ids, t.Entity)
			}
		}
	}
	entities, err := h.traits.Entities(ctx, h.db, distinct(ids))
	if err != nil {
		return nil, err
	}
	var at []int64
	for _, e := range entities {
		at = append(at, e.Place)
	}
	places, err := h.traits.Entities(ctx, h.db, distinct(at))
	if err != nil {
		return nil, err
	}
	out := make(map[int64]string, len(entities))
	for id, e := range entities {
		out[id] = spelled(places[e.Place].Name)
	}
	return out, nil
}

func distinct(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// job is a row of IC11.
type job struct {
	source      int64
	first, last string
	company     string
	from        int
}

// referrals is IC11: people within two degrees who have worked for a company in a
// country since before a year, the longest first, then by the set's id and the
// company's name from the end of the alphabet.
func (h *house) referrals(ctx context.Context, p params) ([][]string, error) {
	id, ok := h.persons[p.id("personId", "personIdQ11")]
	if !ok {
		return nil, nil
	}
	var ids []int64
	for m := range h.lens.Graph().Within(id, 2) {
		if h.lens.SeeMember(m) {
			ids = append(ids, m)
		}
	}
	traits, err := h.traits.Of(ctx, h.db, ids, trait.Company)
	if err != nil {
		return nil, err
	}
	at, err := h.whereabouts(ctx, traits)
	if err != nil {
		return nil, err
	}
	cards, err := h.members.Cards(ctx, h.db, ids)
	if err != nil {
		return nil, err
	}
	before := int(p.id("workFromYear"))
	var jobs []job
	for m, card := range cards {
		first, last := h.split(card.Name, h.source[m])
		for _, t := range traits[m] {
			if year := int(t.From / 12); at[t.Entity] == p["countryName"] && year < before {
				jobs = append(jobs, job{h.source[m], first, last, spelled(t.Name), year})
			}
		}
	}
	slices.SortFunc(jobs, func(a, b job) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.source, b.source), cmp.Compare(b.company, a.company))
	})
	var rows [][]string
	for _, j := range jobs[:min(len(jobs), p.limit(10))] {
		rows = append(rows, []string{itoa(j.source), j.first, j.last, j.company, strconv.Itoa(j.from)})
	}
	return rows, nil
}

// distance is IC13: the length of the shortest path, -1 when there is none, also
// where a person is not in the set.
func (h *house) distance(_ context.Context, p params) ([][]string, error) {
	a, okA := h.persons[p.id("person1Id", "person1IdQ13StartNode")]
	b, okB := h.persons[p.id("person2Id", "person2IdQ13EndNode")]
	if !okA || !okB {
		return [][]string{{"-1"}}, nil
	}
	return [][]string{{strconv.Itoa(h.lens.Graph().Distance(a, b, 0))}}, nil
}
