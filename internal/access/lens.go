package access

import (
	"context"
	"slices"

	"guildhall/internal/graph"
)

// Relations is what access asks of the spine: how members stand to each other.
// Blocks, Connected, Groups and Limits answer from the truth in SQL, Graph from
// the index that follows it.
type Relations interface {
	Graph() *graph.View
	Blocks(ctx context.Context, member int64) ([]int64, error) // either direction
	Connected(ctx context.Context, a, b int64) (bool, error)   // a's own row
	Groups(ctx context.Context, member int64) ([]int64, error) // entity ids
	Limits(ctx context.Context, member int64) (Limits, error)
}

// Guard makes lenses.
type Guard struct{ rel Relations }

// NewGuard returns a guard that asks rel.
func NewGuard(rel Relations) *Guard { return &Guard{rel: rel} }

// Lens is how one viewer sees everybody, for the time of one request. It holds
// the viewer's blocks, groups and limits as they stood when it was made, and one
// snapshot of the graph. It is not safe for concurrent use.
type Lens struct {
	rel     Relations
	viewer  Viewer
	view    *graph.View
	blocked map[int64]bool
	groups  []int64 // ascending
	limits  Limits
	truth   map[int64]bool         // first degree, confirmed from SQL
	degrees map[int64]graph.Degree // computed so far
	posedTo int64                  // view-as: whose page it is,
	posed   graph.Degree           // and the degree that is assumed
}

type requestKey struct{}

// request keeps the lens of one reading request.
type request struct{ lens *Lens }

// PerRequest returns a context under which For makes the viewer's lens once and
// gives it out again. It is for requests that only read, and are answered by one
// goroutine: after a write the lens would show the world as it was before.
func PerRequest(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, new(request))
}

// For makes the viewer's lens with three statements, of which the program keeps two
// answers in memory; a guest's needs none.
func (g *Guard) For(ctx context.Context, v Viewer) (*Lens, error) {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r != nil && r.lens != nil && r.lens.viewer == v && r.lens.rel == g.rel {
		return r.lens, nil
	}
	l, err := g.look(ctx, v)
	if err == nil && r != nil {
		r.lens = l
	}
	return l, err
}

func (g *Guard) look(ctx context.Context, v Viewer) (*Lens, error) {
	l, err := g.parted(ctx, v)
	if err != nil || v.Member() == 0 {
		return l, err
	}
	if l.groups, err = g.rel.Groups(ctx, v.Member()); err != nil {
		return nil, err
	}
	slices.Sort(l.groups)
	l.limits, err = g.rel.Limits(ctx, v.Member())
	return l, err
}

// parted is the viewer's lens as far as blocks go: it knows no
// groups and no limits.
func (g *Guard) parted(ctx context.Context, v Viewer) (*Lens, error) {
	l := &Lens{rel: g.rel, viewer: v, view: g.rel.Graph(), truth: map[int64]bool{}, degrees: map[int64]graph.Degree{}}
	if v.Member() == 0 {
		return l, nil
	}
	blocks, err := g.rel.Blocks(ctx, v.Member())
	l.blocked = make(map[int64]bool, len(blocks))
	for _, b := range blocks {
		l.blocked[b] = true
	}
	return l, err
}

// SeePage is Lens.SeePage for whoever asks nothing else, as for a picture: one
// statement, none for a guest and for one's own.
func (g *Guard) SeePage(ctx context.Context, v Viewer, m int64, p Policy) (bool, error) {
	if v.Member() == m && m != 0 {
		return true, nil // nobody is parted from themselves
	}
	l, err := g.parted(ctx, v)
	return err == nil && l.SeePage(m, p), err
}

// Pose is a kind of viewer that a member can look at their own profile as.
type Pose uint8

// The poses.
const (
	PoseStranger   Pose = iota + 1 // not signed in
	PoseMember                     // signed in, out of network
	PoseThird                      // third degree
	PoseSecond                     // second degree
	PoseConnection                 // first degree
)

// poser stands for the somebody of a pose. No member has this id.
const poser int64 = 1

var poseDegrees = map[Pose]graph.Degree{
	PoseMember: graph.Far, PoseThird: graph.Third, PoseSecond: graph.Second, PoseConnection: graph.First,
}

// As makes the lens of somebody who stands to owner as the pose says. It is the
// same lens with the same See; only the degree is assumed and not looked up.
func (g *Guard) As(owner int64, pose Pose) *Lens { return as(g.rel, g.rel.Graph(), owner, pose) }

func as(rel Relations, view *graph.View, owner int64, pose Pose) *Lens {
	l := &Lens{rel: rel, view: view}
	if d, ok := poseDegrees[pose]; ok {
		l.viewer = Member(poser)
		l.posedTo, l.posed = owner, d
	}
	return l
}

// As makes the lens of peer onto owner, one of whom is the viewer, as far as the
// viewer may know it: at the degree of the pose, and with what owner closed to peer.
// Which groups peer is in plays no part.
func (l *Lens) As(owner, peer int64, pose Pose) *Lens {
	out := as(l.rel, l.view, owner, pose)
	switch l.viewer.Member() {
	case owner:
		out.limits.ToMe = map[int64]SectionSet{owner: l.limits.Mine[peer]}
	case peer:
		out.limits.ToMe = map[int64]SectionSet{owner: l.limits.ToMe[owner]}
	}
	return out
}

// Viewer returns on whose behalf the lens looks.
func (l *Lens) Viewer() Viewer { return l.viewer }

// Graph returns the lens's one snapshot of the connections.
func (l *Lens) Graph() *graph.View { return l.view }

// Posed reports whether this is a view-as lens of no real member.
func (l *Lens) Posed() bool { return l.viewer.Member() == poser }

// Degree returns how far m is from the viewer; Far for guests and the system.
func (l *Lens) Degree(m int64) graph.Degree {
	me := l.viewer.Member()
	switch {
	case l.Posed() && m == l.posedTo:
		return l.posed
	case l.Posed() || me == 0:
		return graph.Far
	}
	d, ok := l.degrees[m]
	if !ok {
		d = l.view.Degree(me, m)
		l.degrees[m] = d
	}
	return d
}

// Degrees fills in the degrees of many members in one pass over the graph.
func (l *Lens) Degrees(ms []int64) map[int64]graph.Degree {
	if me := l.viewer.Member(); me != 0 && !l.Posed() {
		for i, d := range l.view.Degrees(me, ms) {
			l.degrees[ms[i]] = d
		}
	}
	out := make(map[int64]graph.Degree, len(ms))
	for _, m := range ms {
		out[m] = l.Degree(m)
	}
	return out
}

// Blocked reports whether the viewer and m have blocked one another, either
// way: then m does not exist for the viewer.
func (l *Lens) Blocked(m int64) bool { return l.blocked[m] }

// Apart lists, ascending, in whose sections of these the viewer may see less than
// others at their degree do: parted by a block, or by having closed one of them to the
// viewer. What is counted of many must leave them out, or a count would tell of them,
// and nobody else, or it would tell that something else is closed.
func (l *Lens) Apart(sections ...Section) []int64 {
	of := SetOf(sections...)
	out := make([]int64, 0, len(l.blocked)+len(l.limits.ToMe))
	for m := range l.blocked {
		out = append(out, m)
	}
	for m, closed := range l.limits.ToMe {
		if closed&of != 0 && !l.blocked[m] {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return out
}

// InGroup reports whether the viewer belongs to the group with this entity id.
func (l *Lens) InGroup(group int64) bool {
	_, ok := slices.BinarySearch(l.groups, group)
	return ok
}

// SeeMember reports whether m's card, name, headline and picture, is visible:
// to everybody signed in whom no block parts. Guests need SeePage.
func (l *Lens) SeeMember(m int64) bool {
	return l.viewer.IsSystem() || !l.viewer.IsGuest() && !l.Blocked(m)
}

// SeePage reports whether m's page opens at all: as SeeMember, and for guests
// where m opted into a public page.
func (l *Lens) SeePage(m int64, p Policy) bool {
	return l.SeeMember(m) || l.viewer.IsGuest() && p.Scope(Page).Audience == Public
}

// Shown is a scope as the viewer meets it: what owner closed to them alone is "only
// me", so that nobody can tell that they are shut out from that all are. What is
// public stays so: it is open to them signed out anyway.
func (l *Lens) Shown(owner int64, s Scope) Scope {
	if s.Audience != Public && l.limits.ToMe[owner].Has(s.Section) {
		return Scope{Section: s.Section, Audience: OnlyMe}
	}
	return s
}

// ClosedTo is what the viewer closed to peer: their own to know.
func (l *Lens) ClosedTo(peer int64) SectionSet { return l.limits.Mine[peer] }

// See decides whether the viewer may see what owner shows to a scope. The order
// matters: system and owner, blocks, public, guests, limits, group, then degree. What
// it refuses is answered as if it did not exist. O(1) after the degree is known.
func (l *Lens) See(owner int64, s Scope) bool {
	switch {
	case l.viewer.IsSystem():
		return true
	case l.viewer.Member() == owner && owner != 0:
		return true
	case l.Blocked(owner):
		return false
	case s.Audience == Public:
		return true
	case l.viewer.IsGuest():
		return false
	}
	switch l.Shown(owner, s).Audience {
	case Members:
		return true
	case Group:
		return l.InGroup(s.Group)
	case Third:
		return l.Degree(owner) <= graph.Third
	case Second:
		return l.Degree(owner) <= graph.Second
	case Connections:
		return l.first(owner)
	}
	return false // OnlyMe, and whatever no one thought of
}

// first is the first degree, by the truth where Confirm asked for it.
func (l *Lens) first(owner int64) bool {
	if t, ok := l.truth[owner]; ok {
		return t
	}
	return l.Degree(owner) <= graph.First
}

// SeeShared is See for one fact that the viewer may share: where the owner made
// the section findable, those who have the very same company, school or group
// see that fact.
func (l *Lens) SeeShared(owner int64, s Scope, shares bool) bool {
	if l.See(owner, s) {
		return true
	}
	s = l.Shown(owner, s)
	return s.Findable && shares && s.Audience != OnlyMe && !l.viewer.IsGuest() && !l.Blocked(owner)
}

// SeeTie decides whether the viewer may know that a and b are connected: where
// either of them shows the viewer their list of connections. So a mutual
// connection is named by default, since the viewer's own connections show their
// lists to the viewer, while a tie between two strangers is not.
func (l *Lens) SeeTie(a int64, pa Policy, b int64, pb Policy) bool {
	if l.Blocked(a) || l.Blocked(b) {
		return false
	}
	return l.See(a, pa.Scope(ConnectionL)) || l.See(b, pb.Scope(ConnectionL))
}

// Confirm asks the truth whether the viewer and owner are connected, so that a
// stale index never opens what is shown in full. One statement; a guest's, a
// pose's and the owner's own lens need none.
func (l *Lens) Confirm(ctx context.Context, owner int64) error {
	me := l.viewer.Member()
	if me == 0 || me == owner || l.Posed() {
		return nil
	}
	yes, err := l.rel.Connected(ctx, owner, me)
	if err == nil {
		l.Told(owner, yes)
	}
	return err
}

// Told is Confirm for who has read the tie between the viewer and owner already:
// yes says whether it is there.
func (l *Lens) Told(owner int64, yes bool) {
	l.truth[owner] = yes
	if yes {
		l.degrees[owner] = graph.First
	}
}
