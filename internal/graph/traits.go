package graph

import (
	"iter"
	"math"
	"slices"
)

// traits is who has what: an employer, a school, a skill. A trait is named by id,
// any int64, and has a dense number inside. What a member has is a list by vertex,
// which is the truth. Who has a trait is a posting: whoever was ever given it, in
// order of arrival, without duplicates; those who have lost it are dropped when
// they are the larger half.
type traits struct {
	ids      []int64 // number → id; later Views may share and extend it
	numbers  *index  // id → number; shared, and may know later numbers
	of       lists   // vertex → numbers, ascending
	postings []*postingPage
}

type posting struct {
	members []uint32 // later Views may share and extend it
	live    int      // how many still have it
}

const postingPageSize = 64

type postingPage [postingPageSize]posting

func (t *traits) posting(number uint32) *posting {
	return &t.postings[number/postingPageSize][number%postingPageSize]
}

// number finds a trait.
func (t *traits) number(id int64) (number uint32, ok bool) {
	if t.numbers == nil {
		return 0, false
	}
	return t.numbers.find(t.ids, id)
}

// add makes a number for a trait, which must be new.
func (t *traits) add(id int64) uint32 {
	number := uint32(len(t.ids))
	t.ids = append(t.ids, id)
	if t.numbers == nil || t.numbers.full() {
		t.numbers = newIndex(t.ids)
	} else {
		t.numbers.add(id, number)
	}
	return number
}

// own makes a copy of the posting's page that may be written to.
func (t *traits) own(number uint32) *posting {
	t.postings = slices.Clone(t.postings)
	at := number / postingPageSize
	for int(at) >= len(t.postings) {
		t.postings = append(t.postings, new(postingPage))
	}
	copied := *t.postings[at]
	t.postings[at] = &copied
	return &copied[number%postingPageSize]
}

// has reports whether x has the trait.
func (t *traits) has(x, number uint32) bool { return contains(t.of.of(x), number) }

// AddTrait gives a a trait and reports whether that is new. O(traits of a), and
// O(members with the trait) where somebody has lost it lately.
func (g *Graph) AddTrait(a, trait int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	v := e.view
	x := e.vertex(a)
	number, known := v.traits.number(trait)
	switch {
	case !known:
		number = v.traits.add(trait)
	case v.traits.has(x, number):
		return false
	}
	d := v.traits.of.draft()
	d.set(x, inserted(d.lists.of(x), number))
	p := v.traits.own(number)
	if p.live == len(p.members) || !slices.Contains(p.members, x) { // else it is there from before
		p.members = append(p.members, x)
	}
	p.live++
	v.traits.of = d.lists
	g.view.Store(e.done())
	return true
}

// DropTrait takes a trait from a and reports whether a had it. O(traits of a); now
// and then a posting is written anew.
func (g *Graph) DropTrait(a, trait int64) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := *g.view.Load()
	x, okA := v.ordinal(a)
	number, okT := v.traits.number(trait)
	if !okA || !okT || !v.traits.has(x, number) {
		return false
	}
	v.traits.drop(x, number)
	g.view.Store(&v)
	return true
}

// drop takes traits from x, which must have them.
func (t *traits) drop(x uint32, numbers ...uint32) {
	d := t.of.draft()
	for _, number := range numbers {
		d.set(x, removed(d.lists.of(x), number))
	}
	t.of = d.lists
	for _, number := range numbers {
		p := t.own(number)
		if p.live--; p.live < len(p.members)/2 {
			p.members = slices.DeleteFunc(slices.Clone(p.members), func(y uint32) bool { return !t.has(y, number) })
		}
	}
}

// ReplaceTraits makes the members have exactly the given traits, as (member,
// trait), in any order and with duplicates. Readers keep the View they have, and
// other changes wait until the sequence has been read, which must not change this
// graph itself. O(n + traits given), and 8 bytes for each while it runs.
func (g *Graph) ReplaceTraits(all iter.Seq2[int64, int64]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.view.Load().edit()
	e.view.traits = traits{}
	e.giveTraits(all)
	g.view.Store(e.done())
}

// giveTraits fills traits, of which there are none yet.
func (e *edit) giveTraits(all iter.Seq2[int64, int64]) {
	t := &e.view.traits
	var pairs [][2]uint32
	for a, trait := range all {
		x := e.vertex(a)
		number, ok := t.number(trait)
		if !ok {
			number = t.add(trait)
		}
		pairs = append(pairs, [2]uint32{x, number})
	}
	t.fill(len(e.view.ids), pairs)
}

// fill gives n vertices what pairs of vertex and number say, in any order and with
// duplicates.
func (t *traits) fill(n int, pairs [][2]uint32) {
	t.of = packLists(n, pairs)
	counts := make([]int, len(t.ids))
	for x := range uint32(n) {
		for _, number := range t.of.of(x) {
			counts[number]++
		}
	}
	t.postings = make([]*postingPage, (len(t.ids)+postingPageSize-1)/postingPageSize)
	for i := range t.postings {
		t.postings[i] = new(postingPage)
	}
	for number, many := range counts {
		*t.posting(uint32(number)) = posting{make([]uint32, 0, many), many}
	}
	for x := range uint32(n) {
		for _, number := range t.of.of(x) {
			p := t.posting(number)
			p.members = append(p.members, x)
		}
	}
}

// Traits returns a's traits by id, ascending; nil when there are none.
func (v *View) Traits(a int64) []int64 {
	x, ok := v.ordinal(a)
	if !ok {
		return nil
	}
	var ids []int64
	for _, number := range v.traits.of.of(x) {
		ids = append(ids, v.traits.ids[number])
	}
	slices.Sort(ids)
	return ids
}

// Holders returns how many members have the trait. O(1).
func (v *View) Holders(trait int64) int {
	number, ok := v.traits.number(trait)
	if !ok {
		return 0
	}
	return v.traits.posting(number).live
}

// Rarity is the weight of having the trait in common, for Ask: 1/ln(1 + members who
// have it), in Units, which is Adamic and Adar's idea for what they found shared on
// home pages. A trait that nobody or one alone has is shared by nobody: 0. O(1).
func (v *View) Rarity(trait int64) uint64 {
	many := v.Holders(trait)
	if many < 2 {
		return 0
	}
	return uint64(math.Round(Unit / math.Log(float64(1+many))))
}

// AllTraits yields every (member, trait), members in no order.
func (v *View) AllTraits() iter.Seq2[int64, int64] {
	return func(yield func(member, trait int64) bool) {
		for x, id := range v.ids {
			for _, number := range v.traits.of.of(uint32(x)) {
				if !yield(id, v.traits.ids[number]) {
					return
				}
			}
		}
	}
}
