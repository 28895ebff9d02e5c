package why

import (
	"math"
	"math/rand/v2"

	"guildhall/internal/why"
)

// now is the clock of the synthetic community.
var now = why.MonthOf(2026, 11)

// community is a made-up one that is only facts: large enough that sizes differ.
type community struct {
	rand    *rand.Rand
	people  []person
	holders map[thing][]int // members by what they have
}

// thing is one entity.
type thing struct {
	kind   why.FactKind
	entity int64
}

type person struct {
	why.Side
	closed map[why.FactKind]bool // kinds of facts that others may not see
}

// populate is how many members the synthetic community has.
const populate = 3000

// zipf draws a number below n, small ones far more often: sizes of companies and
// the spread of skills fall off like that.
func (c *community) zipf(n int) int64 {
	return int64(math.Pow(float64(n), c.rand.Float64())) % int64(n)
}

// newCommunity draws everybody and then counts who has what.
func newCommunity(seed uint64) *community {
	c := &community{rand: rand.New(rand.NewPCG(seed, 11)), holders: map[thing][]int{}}
	for m := range populate {
		p := person{Side: why.Side{Member: int64(m + 1), Name: "A", Connections: int(math.Exp(1 + 4.5*c.rand.Float64())), Closed: c.rand.IntN(6)}}
		p.career(c)
		p.traits(c)
		p.wants(c)
		p.closed = map[why.FactKind]bool{}
		for k := why.Company; k <= why.Language; k++ {
			p.closed[k] = c.rand.Float64() < 0.2
		}
		c.people = append(c.people, p)
		seen := map[thing]bool{}
		for _, f := range p.Facts {
			if t := (thing{f.Kind, f.Entity}); !seen[t] {
				seen[t] = true
				c.holders[t] = append(c.holders[t], m)
			}
		}
	}
	for m := range c.people {
		for i, f := range c.people[m].Facts {
			c.people[m].Facts[i].People = len(c.holders[thing{f.Kind, f.Entity}])
		}
	}
	return c
}

// add adds a fact; the row's id is made of the member's number.
func (p *person) add(f why.Fact) {
	f.ID, f.Label = p.Member*1000+int64(len(p.Facts)), "x"
	p.Facts = append(p.Facts, f)
}

// career is school and then work, one place after the other.
func (p *person) career(c *community) {
	month := why.MonthOf(1990+c.rand.IntN(30), 9)
	degree := string(rune('A' + c.rand.IntN(8)))
	p.add(why.Fact{Kind: why.School, Entity: 1 + c.zipf(60), Role: degree, From: month, To: month + 35})
	month += 36
	for range 1 + c.rand.IntN(4) {
		if month > now-2 {
			break
		}
		end := month + why.Month(6+c.rand.IntN(90))
		f := why.Fact{Kind: why.Company, Entity: 1 + c.zipf(400), From: month, To: end}
		if end >= now {
			f.To = 0
		}
		if c.rand.Float64() < 0.1 {
			f.From, f.To = 0, 0
		}
		p.add(f)
		month = end + why.Month(c.rand.IntN(12))
	}
}

// traits is what one simply has.
func (p *person) traits(c *community) {
	several := func(kind why.FactKind, n, of int) {
		for range n {
			p.add(why.Fact{Kind: kind, Entity: 1 + c.zipf(of)})
		}
	}
	several(why.Skill, 2+c.rand.IntN(6), 300)
	several(why.Field, 1, 30)
	several(why.Place, 1, 60)
	several(why.Language, 1+c.rand.IntN(2), 15)
	for range c.rand.IntN(3) {
		f := why.Fact{Kind: why.Group, Entity: 1 + c.zipf(80), From: now - why.Month(1+c.rand.IntN(100))}
		p.add(f)
	}
}

// wants is what one seeks and is open to.
func (p *person) wants(c *community) {
	kinds := []why.FactKind{why.Skill, why.Company, why.Field, why.School}
	sizes := map[why.FactKind]int{why.Skill: 300, why.Company: 400, why.Field: 30, why.School: 60}
	for i := range c.rand.IntN(4) {
		k := kinds[c.rand.IntN(len(kinds))]
		p.Seeks = append(p.Seeks, why.Seek{ID: p.Member*1000 + 500 + int64(i), Kind: k, Entity: 1 + c.zipf(sizes[k]), Label: "x"})
	}
	if c.rand.Float64() < 0.4 {
		p.Offers = []why.Offer{why.Offer(1 + c.rand.IntN(4))}
	}
}

// invitation draws who invites a receiver, mostly somebody with whom they have
// something in common, and makes the pair as the receiver sees it.
func (c *community) invitation(receiver int) why.Pair {
	r := &c.people[receiver]
	sender := c.rand.IntN(len(c.people))
	if c.rand.Float64() < 0.75 {
		f := r.Facts[c.rand.IntN(len(r.Facts))]
		all := c.holders[thing{f.Kind, f.Entity}]
		sender = all[c.rand.IntN(len(all))]
	}
	if sender == receiver {
		sender = (receiver + 1) % len(c.people)
	}
	p := why.Pair{Sender: c.people[sender].Side, Receiver: r.Side, Degree: 2 + c.rand.IntN(2), Now: now, Community: len(c.people)}
	p.Sender.Facts = nil
	for _, f := range c.people[sender].Facts {
		if !c.people[sender].closed[f.Kind] {
			p.Sender.Facts = append(p.Sender.Facts, f)
		}
	}
	if p.Degree == 2 {
		for i := range 1 + c.rand.IntN(8) {
			p.Mutuals = append(p.Mutuals, why.Mutual{Member: int64(populate + 1 + i), Connections: int(math.Exp(1 + 5*c.rand.Float64()))})
		}
	}
	p.Signals = c.signals()
	return p
}

// signals are what features would hand in.
func (c *community) signals() []why.Signal {
	var all []why.Signal
	for _, s := range []struct {
		kind string
		rate float64
	}{{why.EarlierMessages, 0.06}, {why.OnceConnected, 0.05}, {why.Follows, 0.12}, {why.FollowsBack, 0.08}, {why.Bridge, 0.10}, {why.BridgeBack, 0.08}} {
		if c.rand.Float64() < s.rate {
			all = append(all, why.Signal{Kind: s.kind, Strength: 0.5 + c.rand.Float64()/2, Count: 5 + c.rand.IntN(20), Label: "x", Entity: 1})
		}
	}
	return all
}
