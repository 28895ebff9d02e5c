package why

import (
	"cmp"
	"slices"
	"strings"
)

// item is one piece of evidence before it is weighed: Strength is its own, not
// yet multiplied with any weight.
type item struct {
	Evidence
	of      uint8      // second half of the key into the weights: FactKind of a seek, or the sender's Offer
	keys    []key      // the entities it speaks of, each to be counted once per reason
	parts   []float64  // of an item for several entities: the strength of each, beside keys
	crowd   float64    // of a place: what its size leaves of the strength of time together
	ids     []int      // keys, numbered within the dossier
	weights [7]*weight // its row under each reason, nil where it says nothing
}

// key names an entity across the kinds of evidence, so that a company shared and
// the same company sought do not count twice under one reason. What is no entity
// has a key of its own by name.
type key struct {
	kind   FactKind
	entity int64
	name   string
}

// dossier is a tidied pair with everything that could be found in it.
type dossier struct {
	pair    Pair
	model   *Model
	mutuals int // how many both know, named or not
	items   []*item
	keys    int       // how many different keys the items have
	best    []float64 // by key: room for combine, which is called some hundred times a pair
}

// examine collects all evidence for a pair, in a fixed order.
func examine(p Pair) dossier {
	p.Sender, p.Receiver = tidy(p.Sender), tidy(p.Receiver)
	p.Mutuals, p.Signals = tidyMutuals(p), tidySignals(p.Signals)
	d := dossier{pair: p, model: cmp.Or(p.Model, Default), mutuals: max(p.MutualCount, len(p.Mutuals), 0)}
	sender, receiver := byEntity(p.Sender.Facts), byEntity(p.Receiver.Facts)
	d.items = append(d.items, timed(sender, receiver, p.Now)...)
	d.items = append(d.items, same(sender, receiver, p.Community)...)
	d.items = append(d.items, sought(SeekSender, p.Sender.Seeks, receiver, p.Now)...)
	d.items = append(d.items, sought(SeekReceiver, p.Receiver.Seeks, sender, p.Now)...)
	d.items = append(d.items, offered(p)...)
	d.items = append(d.items, d.known()...)
	d.items = append(d.items, standing(p)...)
	d.items = append(d.items, signalled(p.Signals)...)
	slices.SortStableFunc(d.items, func(a, b *item) int { return compareEvidence(&a.Evidence, &b.Evidence) })
	d.prepare()
	return d
}

// prepare numbers the keys and looks up the weights, once for the many times
// that the items are combined.
func (d *dossier) prepare() {
	numbers := make(map[key]int, len(d.items))
	for _, it := range d.items {
		it.weights = d.model.rows(it.Kind, it.of)
		it.ids = make([]int, len(it.keys))
		for j, k := range it.keys {
			n, seen := numbers[k]
			if !seen {
				n = len(numbers)
				numbers[k] = n
			}
			it.ids[j] = n
		}
	}
	d.keys, d.best = len(numbers), make([]float64, len(numbers))
}

// compareEvidence orders what is equally strong.
func compareEvidence(a, b *Evidence) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), cmp.Compare(a.Of, b.Of), cmp.Compare(a.SenderOffer, b.SenderOffer),
		cmp.Compare(a.Entity, b.Entity), strings.Compare(a.Label, b.Label))
}

// tidy copies a side with its lists sorted, what cannot be compared left out and
// what is there twice taken once: the caller's order must not show.
func tidy(s Side) Side {
	s.Facts = slices.DeleteFunc(slices.Clone(s.Facts), func(f Fact) bool { return f.Entity == 0 || !f.Kind.Valid() })
	slices.SortFunc(s.Facts, compareFacts)
	s.Facts = slices.Compact(s.Facts)
	s.Seeks = slices.DeleteFunc(slices.Clone(s.Seeks), func(k Seek) bool { return k.Entity == 0 || !k.Kind.Valid() })
	slices.SortFunc(s.Seeks, compareSeeks)
	s.Seeks = slices.CompactFunc(s.Seeks, func(a, b Seek) bool { return a.Kind == b.Kind && a.Entity == b.Entity })
	s.Offers = slices.Clone(s.Offers)
	slices.Sort(s.Offers)
	s.Offers = slices.Compact(s.Offers)
	return s
}

// compareFacts sorts by entity, then by time, the undated last.
func compareFacts(a, b Fact) int {
	undated := func(f Fact) int {
		if f.From == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Entity, b.Entity),
		cmp.Compare(undated(a), undated(b)), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To),
		cmp.Compare(a.ID, b.ID), strings.Compare(a.Label, b.Label), strings.Compare(a.Role, b.Role),
		cmp.Compare(a.People, b.People), compareBool(a.Released, b.Released))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func compareSeeks(a, b Seek) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.ID, b.ID),
		strings.Compare(a.Label, b.Label))
}

// tidyMutuals puts the strongest first and takes each person once. The two
// themselves are no mutual connections of theirs.
func tidyMutuals(p Pair) []Mutual {
	all := slices.DeleteFunc(slices.Clone(p.Mutuals), func(m Mutual) bool {
		return m.Member == p.Sender.Member || m.Member == p.Receiver.Member
	})
	slices.SortFunc(all, func(a, b Mutual) int {
		return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.Connections, b.Connections))
	})
	all = slices.CompactFunc(all, func(a, b Mutual) bool { return a.Member == b.Member })
	slices.SortStableFunc(all, func(a, b Mutual) int { return cmp.Compare(a.Connections, b.Connections) })
	return all
}

// lot is the facts of one side about one entity.
type lot struct {
	key
	facts []Fact
}

// byEntity groups tidy facts, in their order.
func byEntity(facts []Fact) []lot {
	lots := make([]lot, 0, len(facts))
	for from := 0; from < len(facts); {
		f, to := &facts[from], from+1
		for to < len(facts) && facts[to].Kind == f.Kind && facts[to].Entity == f.Entity {
			to++
		}
		lots = append(lots, lot{key{kind: f.Kind, entity: f.Entity}, facts[from:to:to]})
		from = to
	}
	return lots
}

// find looks an entity up in lots.
func find(lots []lot, kind FactKind, entity int64) (lot, bool) {
	i, ok := slices.BinarySearchFunc(lots, key{kind: kind, entity: entity}, func(l lot, k key) int {
		return cmp.Or(cmp.Compare(l.kind, k.kind), cmp.Compare(l.entity, k.entity))
	})
	if !ok {
		return lot{}, false
	}
	return lots[i], true
}

// both calls yield for every entity that both sides have.
func both(sender, receiver []lot, yield func(s, r lot)) {
	for _, s := range sender {
		if r, ok := find(receiver, s.kind, s.entity); ok {
			yield(s, r)
		}
	}
}

// timed compares companies, schools and groups, where time together matters.
func timed(sender, receiver []lot, now Month) []*item {
	var items []*item
	both(sender, receiver, func(s, r lot) {
		if s.kind <= Group {
			items = append(items, compareTimes(s, r, now))
		}
	})
	return items
}

// compareTimes says for one entity of both whether they were there together, at
// different times, or cannot be told. An undated entry might have overlapped, so
// a gap is only claimed where every entry has its time.
func compareTimes(s, r lot, now Month) *item {
	it := single(s.key, cmp.Or(s.facts[0].Label, r.facts[0].Label))
	it.SenderFacts, it.ReceiverFacts, it.Uses = s.facts, r.facts, uses(s.facts, r.facts)
	a, aDated := stints(s.facts, now)
	b, bDated := stints(r.facts, now)
	joint := meet(a, b)
	switch {
	case len(joint) > 0:
		it.Kind = s.kind.String() + ".overlap"
		it.Months = months(joint)
		it.From, it.To = joint[0].from, joint[len(joint)-1].to
		it.Open = stillThere(s.facts, now) && stillThere(r.facts, now)
	case aDated && bDated:
		g := between(a, b)
		it.Kind = s.kind.String() + ".gap"
		it.Months, it.From, it.To, it.Earlier = int(g.from-g.to), g.from, g.to, g.earlier
	default:
		it.Kind = s.kind.String() + ".same"
	}
	it.crowd = crowd(least(s, r))
	it.Strength = max(it.crowd*overlapStrength(it.Months), classmates(s, r, now))
	return it
}

// classmates is the strength of having been on the same programme of a school:
// the time together on it, among a part of the school's people. 0 where the two
// name no programme, or different ones.
func classmates(s, r lot, now Month) float64 {
	mine, theirs, name := programme(s.facts, r.facts)
	if s.kind != School || name == "" {
		return 0
	}
	a, _ := stints(mine, now)
	b, _ := stints(theirs, now)
	return crowd(least(s, r)/programmes) * overlapStrength(months(meet(a, b)))
}

// stillThere reports whether one of the entries is open-ended and has begun.
func stillThere(facts []Fact, now Month) bool {
	return slices.ContainsFunc(facts, func(f Fact) bool {
		_, ok := f.stint(now)
		return ok && f.To == 0
	})
}

// single starts an item about one entity.
func single(k key, label string) *item {
	return &item{Evidence: Evidence{Entity: k.entity, Label: label, Count: 1}, keys: []key{k}}
}

// same gathers what both simply have: one item for all skills, one for all
// fields, places and languages, since several of a kind say much the same.
func same(sender, receiver []lot, community int) []*item {
	var items []*item
	both(sender, receiver, func(s, r lot) {
		if s.kind <= Group {
			return
		}
		if n := len(items); n == 0 || items[n-1].keys[0].kind != s.kind {
			items = append(items, &item{Evidence: Evidence{Kind: s.kind.String() + ".same"}})
		}
		it := items[len(items)-1]
		it.keys, it.parts = append(it.keys, s.key), append(it.parts, shared(s, r, community))
		it.SenderFacts, it.ReceiverFacts = append(it.SenderFacts, s.facts...), append(it.ReceiverFacts, r.facts...)
		it.Count = len(it.keys)
		it.Entity, it.Label = 0, ""
		if it.Count == 1 {
			it.Entity, it.Label = s.entity, cmp.Or(s.facts[0].Label, r.facts[0].Label)
		}
	})
	for _, it := range items {
		it.Strength, it.Uses = several(it.parts), uses(it.SenderFacts, it.ReceiverFacts)
	}
	return items
}

// sought finds which of one side's seeks the other side meets.
func sought(kind string, seeks []Seek, other []lot, now Month) []*item {
	var items []*item
	for _, k := range seeks {
		l, ok := find(other, k.Kind, k.Entity)
		if !ok {
			continue
		}
		it := single(l.key, cmp.Or(k.Label, l.facts[0].Label))
		it.Kind, it.Of, it.of, it.Seek = kind, k.Kind, uint8(k.Kind), k.ID
		if kind == SeekSender {
			it.ReceiverFacts, it.Uses = l.facts, append(uses(nil, l.facts), Use{Side: Sender, Fact: k.ID})
		} else {
			it.SenderFacts, it.Uses = l.facts, append(uses(l.facts, nil), Use{Side: Receiver, Fact: k.ID})
		}
		it.Uses = tidyUses(it.Uses)
		it.Strength = 1
		if k.Kind == Company && !slices.ContainsFunc(l.facts, func(f Fact) bool { return !f.ended(now) }) {
			it.Strength = formerStrength
		}
		it.Open = slices.ContainsFunc(l.facts, func(f Fact) bool {
			_, dated := f.stint(now)
			return dated && !f.ended(now)
		})
		items = append(items, it)
	}
	return items
}

// ended reports whether an entry is over.
func (f Fact) ended(now Month) bool { return f.To != 0 && (!now.believable() || f.To < now) }

// fits says which offer of the receiver answers an offer of the sender.
var fits = map[Offer]Offer{Work: Hiring, Hiring: Work, Mentoring: Mentored, Mentored: Mentoring}

// Answers reports whether one of the other side's offers is what o asks for, such
// as hiring for work.
func Answers(o Offer, others []Offer) bool {
	answer, ok := fits[o]
	return ok && slices.Contains(others, answer)
}

// offered compares what the two are open to, and notes the sender's own offers,
// which speak for a claim without scoring.
func offered(p Pair) []*item {
	var items []*item
	for _, o := range p.Sender.Offers {
		answer, ok := fits[o]
		if !ok {
			continue
		}
		items = append(items, offer(OfferOwn, o, 0))
		if slices.Contains(p.Receiver.Offers, answer) {
			items = append(items, offer(OfferMatch, o, answer))
		}
	}
	return items
}

func offer(kind string, sender, receiver Offer) *item {
	both := []Use{{Side: Sender, Offer: sender}}
	if receiver != 0 {
		both = append(both, Use{Side: Receiver, Offer: receiver})
	}
	return &item{
		Evidence: Evidence{Kind: kind, Strength: 1, Count: 1, SenderOffer: sender, ReceiverOffer: receiver, Uses: both},
		of:       uint8(sender),
		keys:     []key{{entity: int64(sender), name: kind}},
	}
}

// known weighs the mutual connections. Those that are only counted weigh as if
// each had all the connections one can have.
func (d *dossier) known() []*item {
	if d.mutuals == 0 {
		return nil
	}
	it := special(MutualKnown)
	it.Count = d.mutuals
	sum := 0.0
	for _, m := range d.pair.Mutuals {
		sum += adamicAdar(m.Connections)
		it.Members = append(it.Members, m.Member)
	}
	sum += float64(d.mutuals-len(d.pair.Mutuals)) * adamicAdar(unseenMutual)
	it.Strength = mutualStrength(sum)
	return []*item{it}
}

// standing is what follows from one person's place in the network alone.
func standing(p Pair) []*item {
	var items []*item
	if level := breadth(p.Sender.Connections); level == few || level == broad {
		it := special(FewConnections)
		if level == broad {
			it = special(BroadNetwork)
		}
		it.Strength = 1
		items = append(items, it)
	}
	if p.Receiver.Closed > 0 {
		it := special(ClosedSections)
		it.Count, it.Strength = p.Receiver.Closed, closedStrength(p.Receiver.Closed)
		items = append(items, it)
	}
	return items
}

// special starts an item that is about no entity.
func special(kind string) *item {
	return &item{Evidence: Evidence{Kind: kind}, keys: []key{{name: kind}}}
}

// Levels of breadth: the only thing that numbers of connections are used for.
const (
	unknown = iota
	few
	some
	broad
)

func breadth(connections int) int {
	switch {
	case connections < 0:
		return unknown
	case connections < fewBelow:
		return few
	case connections < broadFrom:
		return some
	}
	return broad
}
