package suggest

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/calendar"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// Alike is somebody whose work is like another's, and what makes it so.
type Alike struct {
	Card   member.Card
	Degree graph.Degree
	Fact   string // "Outage modelling, R and 2 more"
}

// How much likeness in each kind counts, before rarity; and a title that both hold.
var likeness = map[trait.Kind]float64{trait.Skill: 2, trait.Field: 1.5, trait.School: 1, trait.Company: 0.7, trait.Group: 0.7}

const (
	sameTitle  = 2.0
	leastAlike = 1.0 // below it nobody is called similar
	maxAlike   = 24  // of the owner's entities, those that count most
	looked     = 40  // people whose traits are read
	namedAlike = 2   // things in common that a line names
)

// Similar returns up to k members whose work is most like owner's, from what the
// viewer may see of both: skills by how few are seen to have them, field, schools,
// companies and titles. Whoever looked at whom plays no part. Nine statements and the
// lens's. An owner who is not there for the viewer has nobody alike.
func (s *Service) Similar(ctx context.Context, v access.Viewer, owner int64, k int) ([]Alike, error) {
	me, err := only(v)
	if err != nil {
		return nil, err
	}
	lens, err := s.Guard.For(ctx, v)
	if err != nil || !lens.SeeMember(owner) || k <= 0 {
		return nil, err
	}
	l := &looking{s: s, lens: lens, me: me, owner: owner, day: calendar.Day(s.DB.Now()), has: map[int64]bool{}, policies: map[int64]access.Policy{}}
	if err := l.read(ctx); err != nil || len(l.theirs) == 0 {
		return nil, err
	}
	ids, err := l.find(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return l.rank(ctx, ids, k)
}

// looking is one search for who is like the owner.
type looking struct {
	s         *Service
	lens      *access.Lens
	me, owner int64
	day       int64
	has       map[int64]bool // what the viewer has
	policies  map[int64]access.Policy
	theirs    []trait.Trait // of the owner's, what the viewer sees
	seen      map[int64]int // how many are seen to have an entity
}

func (l *looking) load(ctx context.Context, ids []int64) error {
	ps, err := l.s.Policies.Load(ctx, l.s.DB, ids)
	for m, p := range ps {
		l.policies[m] = p
	}
	return err
}

// sees reports whether the viewer sees that a trait's member has it.
func (l *looking) sees(t trait.Trait) bool {
	p, ok := l.policies[t.Member]
	return ok && t.Relation == trait.Has && trait.Visible(l.lens, p, t, func(e int64) bool { return l.has[e] })
}

// read finds what the viewer sees of the owner.
func (l *looking) read(ctx context.Context) error {
	ts, err := l.s.Traits.Of(ctx, l.s.DB, []int64{l.me, l.owner})
	if err != nil {
		return err
	}
	for _, t := range ts[l.me] {
		l.has[t.Entity] = l.has[t.Entity] || t.Relation == trait.Has
	}
	if err := l.load(ctx, []int64{l.owner}); err != nil {
		return err
	}
	for _, t := range ts[l.owner] {
		if l.sees(t) {
			l.theirs = append(l.theirs, t)
		}
	}
	return nil
}

// entities are what the owner is looked for by.
func (l *looking) entities() (out []int64) {
	sorted := slices.Clone(l.theirs)
	slices.SortStableFunc(sorted, func(a, b trait.Trait) int { return cmp.Compare(likeness[b.Kind], likeness[a.Kind]) })
	for _, t := range sorted {
		if likeness[t.Kind] > 0 && !slices.Contains(out, t.Entity) && len(out) < maxAlike {
			out = append(out, t.Entity)
		}
	}
	return out
}

// find is who is seen to have most of what the owner has, the rarer the better.
func (l *looking) find(ctx context.Context) ([]int64, error) {
	mates, err := l.s.Traits.Beside(ctx, l.s.DB, l.entities(), window)
	if err != nil {
		return nil, err
	}
	if mates, err = l.s.there(ctx, l.me, mates); err != nil {
		return nil, err
	}
	ids := []int64{l.me} // so that it is a statement for nobody, too
	for _, m := range mates {
		ids = append(ids, m.Member)
	}
	slices.Sort(ids)
	if err := l.load(ctx, slices.Compact(ids)); err != nil {
		return nil, err
	}
	unlisted := map[int64]bool{}
	for _, t := range l.theirs {
		unlisted[t.Entity] = t.Unlisted
	}
	l.seen = map[int64]int{}
	mates = slices.DeleteFunc(mates, func(m trait.Mate) bool {
		t := trait.Trait{Member: m.Member, Kind: m.Kind, Relation: m.Relation, Entity: m.Entity, Unlisted: unlisted[m.Entity]}
		return m.Member == l.me || m.Member == l.owner || !l.lens.SeeMember(m.Member) || !l.sees(t)
	})
	for _, m := range mates {
		l.seen[m.Entity]++
	}
	worth := map[int64]float64{}
	for _, m := range mates {
		worth[m.Member] += l.weight(m.Kind, m.Entity)
	}
	out := make([]int64, 0, len(worth))
	for m := range worth {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b int64) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(draw(l.me, l.day, a), draw(l.me, l.day, b)))
	})
	return out[:min(looked, len(out))], nil
}

func (l *looking) weight(k trait.Kind, entity int64) float64 {
	return likeness[k] / math.Log2(float64(2+l.seen[entity]))
}

// rank compares the owner with each, titles too.
func (l *looking) rank(ctx context.Context, ids []int64, k int) ([]Alike, error) {
	cards, err := l.s.Members.Cards(ctx, l.s.DB, ids)
	if err != nil {
		return nil, err
	}
	ts, err := l.s.Traits.Of(ctx, l.s.DB, ids)
	if err != nil {
		return nil, err
	}
	type rated struct {
		alike Alike
		score float64
	}
	var all []rated
	l.lens.Degrees(ids)
	for _, m := range ids {
		card, there := cards[m]
		seen := slices.DeleteFunc(slices.Clone(ts[m]), func(t trait.Trait) bool { return !l.sees(t) })
		score, fact := alike(l.theirs, seen, l.weight)
		if there && score >= leastAlike {
			all = append(all, rated{Alike{Card: card, Degree: l.lens.Degree(m), Fact: fact}, score})
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Compare(b.score, a.score) })
	out := make([]Alike, 0, k)
	for _, r := range all[:min(k, len(all))] {
		out = append(out, r.alike)
	}
	return out, nil
}

// alike says how like the work of two is, and by what: each thing that both have
// counts by its weight, the same title once. It is pure.
func alike(a, b []trait.Trait, weight func(trait.Kind, int64) float64) (score float64, fact string) {
	had, titles := map[int64]trait.Trait{}, map[string]bool{}
	for _, t := range a {
		had[t.Entity] = t
		if t.Kind == trait.Company && t.Role != "" {
			titles[strings.ToLower(t.Role)] = true
		}
	}
	type common struct {
		name   string
		weight float64
	}
	var both []common
	title := ""
	for _, t := range b {
		if _, ok := had[t.Entity]; ok && likeness[t.Kind] > 0 {
			delete(had, t.Entity) // once, however often somebody was there
			both = append(both, common{t.Name, weight(t.Kind, t.Entity)})
			score += both[len(both)-1].weight
		}
		if t.Kind == trait.Company && titles[strings.ToLower(t.Role)] && title == "" {
			title = t.Role
			score += sameTitle
		}
	}
	slices.SortStableFunc(both, func(x, y common) int { return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.name, y.name)) })
	var names []string
	if title != "" {
		names = append(names, title)
	}
	for _, c := range both {
		names = append(names, c.name)
	}
	return score, fewOf(names)
}

// fewOf names the first things and how many more there are.
func fewOf(names []string) string {
	if more := len(names) - namedAlike; more > 1 {
		return strings.Join(names[:namedAlike], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
