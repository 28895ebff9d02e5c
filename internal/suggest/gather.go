package suggest

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/evidence"
	"guildhall/internal/graph"
	"guildhall/internal/id"
	"guildhall/internal/network"
	"guildhall/internal/trait"
	"guildhall/internal/why"
)

// How far candidates are looked for. What is not looked at cannot be suggested; what
// is bounds the work, whoever asks.
const (
	near     = 256  // at the second degree, most connections in common first
	nearest  = 50   // of them are compared whatever else there is
	compared = 90   // in all
	third    = 30   // at the third degree, where there are few at the second
	ring     = 4096 // of whom they are drawn
	few      = 24   // below so many candidates others are added
	someMore = 64   // members among whom those are drawn
	window   = 20   // people of one company, school …, the newest first
	sameWay  = 3    // connections by which a circle of people is told
)

// kinds are what candidates are looked for by, and how many of each: what is rarely
// shared first, and no language, which says nothing.
var kinds = []struct {
	kind   trait.Kind
	most   int
	weight float64
}{
	{trait.Company, 5, 3}, {trait.School, 4, 3}, {trait.Group, 5, 2}, {trait.Skill, 10, 1}, {trait.Field, 2, 0.5}, {trait.Place, 2, 0.5},
}

const maxSought = 4 // of what the viewer looks for

func weightOf(k trait.Kind) float64 {
	for _, x := range kinds {
		if x.kind == k {
			return x.weight
		}
	}
	return 0
}

// gathering is the making of one viewer's list.
type gathering struct {
	s    *Service
	lens *access.Lens
	me   int64
	day  int64

	mine     []trait.Trait
	by       map[int64][]trait.Trait // mine, by entity
	has      map[int64]bool
	refused  refused
	asked    map[int64]bool
	policies map[int64]access.Policy

	counter *graph.Counter    // of connections in common with the viewer
	mutual  map[int64]int     // of those at the second degree: connections in common
	ties    map[int64]float64 // and how strong the viewer's own with these are, from 1 to 2
	ways    map[int64][]int64 // of the nearest: connections in common, drawn the same way for all
	promise map[int64]float64 // of those found through what both have
	known   map[int64]int     // by entity: how many have it, see holders
	others  []int64           // at the third degree, or just members here
}

// build makes the viewer's list of a day from what they may see.
func (s *Service) build(ctx context.Context, lens *access.Lens, day int64) (List, error) {
	g := &gathering{s: s, lens: lens, me: lens.Viewer().Member(), day: day,
		mutual: map[int64]int{}, ties: map[int64]float64{}, ways: map[int64][]int64{}, promise: map[int64]float64{}, known: map[int64]int{}}
	g.counter = lens.Graph().Counter(g.me)
	defer g.counter.Close()
	for _, step := range []func(context.Context) error{g.own, g.around, g.beside, g.further} {
		if err := step(ctx); err != nil {
			return List{}, err
		}
	}
	cs, err := g.compare(ctx, g.cut())
	if err != nil {
		return List{}, err
	}
	l := List{day: day}
	for _, c := range rank(cs, g.me, day, maxPlaces) {
		l.places = append(l.places, place{c.member, c.mark})
	}
	return l, nil
}

// own reads what is the viewer's: traits, and what they said before.
func (g *gathering) own(ctx context.Context) error {
	ts, err := g.s.Traits.Of(ctx, g.s.DB, []int64{g.me})
	if err != nil {
		return err
	}
	g.mine, g.by, g.has = ts[g.me], map[int64][]trait.Trait{}, map[int64]bool{}
	for _, t := range g.mine {
		g.by[t.Entity] = append(g.by[t.Entity], t)
		g.has[t.Entity] = g.has[t.Entity] || t.Relation == trait.Has
	}
	if g.refused, err = loadRefused(ctx, g.s.DB, g.me, g.s.DB.Now()); err != nil {
		return err
	}
	asked, err := g.s.Asked(ctx, g.lens.Viewer())
	g.asked = setOf(asked)
	return err
}

func setOf(ids []int64) map[int64]bool {
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// out reports whether somebody is not to be suggested.
func (g *gathering) out(m int64) bool {
	return m == g.me || g.refused.people[m] || g.asked[m] || !g.lens.SeeMember(m) || g.lens.Graph().Connected(g.me, m)
}

// around looks at the second degree, and where there are few, at the third. Nobody
// is preferred there: by how many ways they are reached is told to nobody.
func (g *gathering) around(ctx context.Context) error {
	ties, err := g.s.Network.OwnTies(ctx, g.lens, g.s.Policies)
	if err != nil {
		return err
	}
	found := g.s.Network.Nearest(g.lens, near, ties, g.out)
	slices.SortStableFunc(found, func(a, b graph.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(g.draw(a.Member), g.draw(b.Member)))
	})
	same := func(m int64) uint64 { return draw(g.me, 0, m) >> 40 }
	for i, c := range found {
		g.mutual[c.Member], g.ties[c.Member] = c.Mutual, c.Score/float64(c.Mutual)
		if i < nearest {
			g.ways[c.Member] = g.lens.Graph().Mutuals(g.me, c.Member, sameWay, same)
		}
	}
	if len(found) >= few {
		return nil
	}
	looked := 0
	for m, d := range g.lens.Graph().Within(g.me, int(graph.Third)) {
		if looked++; looked > ring {
			break
		}
		if d == graph.Third && !g.out(m) {
			g.others = append(g.others, m)
		}
	}
	g.others = g.drawn(g.others, third)
	return nil
}

func (g *gathering) draw(m int64) uint64 { return draw(g.me, g.day, m) }

// drawn is n of some members, by the day's draw.
func (g *gathering) drawn(ms []int64, n int) []int64 {
	slices.SortFunc(ms, func(a, b int64) int { return cmp.Compare(g.draw(a), g.draw(b)) })
	return ms[:min(n, len(ms))]
}

// entities are those of the viewer's by which candidates are looked for: of each
// kind those that the fewest are known to have.
func (g *gathering) entities() (out []int64) {
	rare := slices.Clone(g.mine)
	slices.SortStableFunc(rare, func(a, b trait.Trait) int {
		return cmp.Compare(g.holders(a.Kind, a.Entity), g.holders(b.Kind, b.Entity))
	})
	add := func(most int, fits func(trait.Trait) bool) {
		for _, t := range rare {
			if most > 0 && fits(t) && !slices.Contains(out, t.Entity) {
				out, most = append(out, t.Entity), most-1
			}
		}
	}
	for _, k := range kinds {
		add(k.most, func(t trait.Trait) bool { return t.Kind == k.kind && t.Relation == trait.Has })
	}
	add(maxSought, func(t trait.Trait) bool { return t.Relation == trait.Seeks && weightOf(t.Kind) > 0 })
	return out
}

// holders is how many are known to have an entity by all who have it too, but those of
// whom the viewer sees less.
func (g *gathering) holders(k trait.Kind, entity int64) int {
	n, ok := g.known[entity]
	if !ok {
		n = evidence.Holders(g.lens.Graph(), entity, g.lens.Apart(trait.Section(k, trait.Has)))
		g.known[entity] = n
	}
	return n
}

// beside looks at who has or seeks what the viewer has or seeks, as far as the
// viewer may see. Each thing in common promises the more, the fewer are seen to have it.
func (g *gathering) beside(ctx context.Context) error {
	mates, err := g.s.Traits.Beside(ctx, g.s.DB, g.entities(), window)
	if err != nil {
		return err
	}
	mates = slices.DeleteFunc(mates, func(m trait.Mate) bool { return g.out(m.Member) })
	if mates, err = g.s.there(ctx, g.me, mates); err != nil {
		return err
	}
	ids := []int64{g.me}
	for _, m := range mates {
		ids = append(ids, m.Member)
	}
	for m, ways := range g.ways {
		ids = append(append(ids, m), ways...)
	}
	ids = append(ids, g.others...)
	slices.Sort(ids)
	if g.policies, err = g.s.Policies.Load(ctx, g.s.DB, slices.Compact(ids)); err != nil {
		return err
	}
	mates = slices.DeleteFunc(mates, func(m trait.Mate) bool { return !g.meets(m) })
	seen := map[int64]int{}
	for _, m := range mates {
		seen[m.Entity]++
	}
	for _, m := range mates {
		g.promise[m.Member] += weightOf(m.Kind) / math.Log2(float64(2+max(seen[m.Entity], g.holders(m.Kind, m.Entity))))
	}
	return nil
}

// there leaves the entries of members who are active: those who are away count for
// nothing. One statement, even for none: the viewer is asked for too.
func (s *Service) there(ctx context.Context, me int64, mates []trait.Mate) ([]trait.Mate, error) {
	ids := []int64{me}
	for _, m := range mates {
		ids = append(ids, m.Member)
	}
	slices.Sort(ids)
	away, err := s.Members.Away(ctx, slices.Compact(ids))
	return slices.DeleteFunc(mates, func(m trait.Mate) bool { return slices.Contains(away, m.Member) }), err
}

// meets reports whether somebody is seen to have or seek what the viewer does, one
// of the two at least having it.
func (g *gathering) meets(m trait.Mate) bool {
	t := trait.Trait{Member: m.Member, Kind: m.Kind, Relation: m.Relation, Entity: m.Entity}
	for _, own := range g.by[m.Entity] {
		t.Unlisted = t.Unlisted || own.Unlisted
	}
	return (m.Relation == trait.Has || g.has[m.Entity]) && g.sees(t)
}

func (g *gathering) sees(t trait.Trait) bool {
	p, ok := g.policies[t.Member]
	return ok && trait.Visible(g.lens, p, t, func(e int64) bool { return g.has[e] })
}

// further adds members of whom nothing is known, where the others are few: in a
// community of ten everybody is worth a look.
func (g *gathering) further(ctx context.Context) error {
	if len(g.mutual)+len(g.promise)+len(g.others) >= few {
		return nil
	}
	ids, err := g.s.Members.Page(ctx, g.s.DB, 0, someMore)
	if err != nil {
		return err
	}
	if len(ids) == someMore { // there are more: from somewhere else, too
		since := id.Time(ids[0])
		span := g.s.DB.Now().Sub(since)
		at := since.Add(time.Duration(float64(span) * float64(g.draw(0)>>11) / (1 << 53)))
		more, err := g.s.Members.Page(ctx, g.s.DB, id.At(at), someMore)
		if err != nil {
			return err
		}
		ids = append(ids, more...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	ids = slices.DeleteFunc(ids, func(m int64) bool {
		_, second := g.mutual[m]
		_, mate := g.promise[m]
		return second || mate || g.out(m) || slices.Contains(g.others, m)
	})
	g.others = append(g.others, g.drawn(ids, few)...)
	return nil
}

// cut chooses whom to compare: the nearest, then those who promise most, then the
// others, all by what the viewer may see.
func (g *gathering) cut() []int64 {
	chosen := map[int64]bool{}
	for m := range g.ways {
		chosen[m] = true
	}
	var rest []int64
	for m := range g.promise {
		if !chosen[m] {
			rest = append(rest, m)
		}
	}
	for m := range g.mutual {
		if _, too := g.promise[m]; !too && !chosen[m] {
			rest = append(rest, m)
		}
	}
	worth := func(m int64) float64 { return g.promise[m] + math.Log1p(float64(g.mutual[m]))/2 }
	slices.SortFunc(rest, func(a, b int64) int {
		return cmp.Or(cmp.Compare(worth(b), worth(a)), cmp.Compare(g.draw(a), g.draw(b)))
	})
	for _, m := range append(rest, g.others...) {
		if len(chosen) < compared {
			chosen[m] = true
		}
	}
	out := make([]int64, 0, len(chosen))
	for m := range chosen {
		out = append(out, m)
	}
	slices.Sort(out)
	return out
}

// compare weighs candidates by what the viewer sees of each that meets something of
// the viewer's own, with the figures that keep the load fair.
func (g *gathering) compare(ctx context.Context, ids []int64) ([]candidate, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var unread []int64
	for _, m := range ids {
		if _, ok := g.policies[m]; !ok {
			unread = append(unread, m)
		}
	}
	more, err := g.s.Policies.Load(ctx, g.s.DB, unread)
	if err != nil {
		return nil, err
	}
	for m, p := range more {
		g.policies[m] = p
	}
	cards, err := g.s.Members.Cards(ctx, g.s.DB, ids)
	if err != nil {
		return nil, err
	}
	common, err := g.s.Traits.Among(ctx, g.s.DB, ids, g.keys())
	if err != nil {
		return nil, err
	}
	f, err := g.figures(ctx, ids)
	if err != nil {
		return nil, err
	}
	common[g.me] = g.mine
	g.lens.Degrees(ids)
	r := evidence.NewReader(evidence.Material{Lens: g.lens, Month: evidence.Month(g.s.DB.Now()),
		Links: network.Links{Policies: g.policies}, Cards: cards, Traits: common, Community: g.s.Evidence.Community()})
	out := make([]candidate, 0, len(ids))
	for _, m := range ids {
		if _, there := cards[m]; there {
			c := g.candidate(r, m)
			c.shown, c.exposed, c.load = f.shown[m], f.exposed[m], f.load[m]
			out = append(out, c)
		}
	}
	return out, nil
}

func (g *gathering) keys() []int64 {
	out := make([]int64, 0, len(g.by))
	for e := range g.by {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

// figures are what keeps repetition and load down.
type figures struct {
	shown, exposed map[int64]int
	load           map[int64]Load
}

func (g *gathering) figures(ctx context.Context, ids []int64) (f figures, err error) {
	if f.shown, err = loadShown(ctx, g.s.DB, g.me, g.day); err != nil {
		return f, err
	}
	if f.exposed, err = loadExposed(ctx, g.s.DB, ids, g.day); err != nil {
		return f, err
	}
	f.load, err = g.s.Load(ctx, g.s.DB, ids)
	return f, err
}

// candidate is somebody as the reader sees them, whose traits are read as far as the
// viewer has or seeks the same: what meets nothing changes no strength, so the reasons
// are those that the whole would give.
func (g *gathering) candidate(r *evidence.Reader, m int64) candidate {
	p := pairOf(r, m, evidence.Mutuals{Count: min(g.common(m), evidence.MutualCap)})
	c := candidate{member: m, degree: g.lens.Degree(m), ties: g.ties[m]}
	c.mark = markOf(p.Receiver, func(e int64) bool { return len(g.by[e]) > 0 })
	theirs := entitiesOf(p.Receiver)
	p.Sender.Facts = slices.DeleteFunc(slices.Clone(p.Sender.Facts), func(f why.Fact) bool { return !theirs(f.Entity) })
	p.Sender.Seeks = slices.DeleteFunc(slices.Clone(p.Sender.Seeks), func(k why.Seek) bool { return !theirs(k.Entity) })
	c.found = why.Supports(p)
	c.circle = through(c.found, g.connection(m))
	c.less = g.refused.circles[c.circle]
	return c
}

// common is how many connections the viewer and m have in common.
func (g *gathering) common(m int64) int {
	if n, ok := g.mutual[m]; ok || g.lens.Degree(m) > graph.Second {
		return n
	}
	return g.counter.Count(m)
}

// connection is the first of m's ways to the viewer that may be named. The ways are
// drawn alike for all, so people who know the same connections of the viewer's mostly
// come by the same one (min-wise hashing, Broder 1997).
func (g *gathering) connection(m int64) int64 {
	for _, y := range g.ways[m] {
		if g.lens.SeeTie(y, g.policies[y], m, g.policies[m]) {
			return y
		}
	}
	return 0
}
