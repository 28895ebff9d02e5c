package why

import (
	"math"
	"strings"
)

// How many people share a thing says how much sharing it says. Two laws: in a
// place people meet, the less likely the larger it is; a thing that one simply
// has tells people apart, the less the more have it.

// Tunables of places: companies, schools and groups.
const (
	smallPlace = 20   // up to so many people everybody meets everybody
	perDouble  = 0.06 // what each doubling beyond takes off
	leastCrowd = 0.2  // however large, the same place stays some sign
	middling   = 40   // people assumed where their number is not known
	programmes = 10   // of a school's people, one in so many is on the same programme
)

// crowd is what a place of so many people leaves of the strength of time spent
// there: 1 up to smallPlace, then falling with the logarithm. In a larger group
// two members are less likely to meet, but not in proportion, since within it
// people meet in smaller ones (Feld 1981: the size of a focus constrains the ties
// that it makes).
func crowd(people float64) float64 {
	if people <= smallPlace {
		return 1
	}
	return max(leastCrowd, 1-perDouble*math.Log2(people/smallPlace))
}

// peopleOf is the number of people that a fact gives, or the assumed one.
func (f *Fact) peopleOf() float64 {
	if f.People <= 0 {
		return middling
	}
	return float64(f.People)
}

// least is the smallest number of people that entries about one entity give. The
// caller gives one number to all; where entries differ, the smallest counts, so
// that an entry more never takes strength away.
func least(s, r lot) float64 {
	n := math.Inf(1)
	for _, facts := range [][]Fact{s.facts, r.facts} {
		for i := range facts {
			n = min(n, facts[i].peopleOf())
		}
	}
	return n
}

// programme finds the entries of a school in which both name the same programme,
// as far as any do; name is the receiver's way to write it.
func programme(sender, receiver []Fact) (s, r []Fact, name string) {
	for i := range sender {
		if on := sameRole(receiver, sender[i].Role); len(on) > 0 {
			s, r = append(s, sender[i]), append(r, on...)
			if name == "" {
				name = on[0].Role
			}
		}
	}
	return s, r, name
}

// sameRole selects the facts with a role, spelt in whatever case.
func sameRole(facts []Fact, role string) []Fact {
	var same []Fact
	for i := range facts {
		if role != "" && strings.EqualFold(facts[i].Role, role) {
			same = append(same, facts[i])
		}
	}
	return same
}

// Tunables of things one has: skills, fields, places, languages.
const (
	rarest  = 5   // what so few people have is as rare as can be
	assumed = 320 // members assumed of a community that doesn't say how many it has
)

// telling is the strength of one shared thing of a kind, from what everybody has
// to what hardly anybody has. Several combine as 1−Π(1−each).
type telling struct{ common, rare float64 }

// each is how much one thing in common says, by kind.
var each = map[FactKind]telling{
	Skill: {0.05, 0.50}, Field: {0.45, 0.95}, Place: {0.45, 0.95}, Language: {0.10, 0.90},
}

// rarity is 1 for what up to rarest people have and 0 for what all have, by the
// logarithm between: the inverse document frequency of K. Spärck Jones (1972),
// scaled. What is not known lies halfway.
func rarity(people, community int) float64 {
	if people <= 0 {
		return 0.5
	}
	if community <= 0 {
		community = assumed
	}
	if people <= rarest {
		return 1
	}
	if people >= community {
		return 0
	}
	return 1 - math.Log(float64(people)/rarest)/math.Log(float64(community)/rarest)
}

// shared is the strength of one thing that both have; of entries that differ in
// how many people have it, the rarest counts.
func shared(s, r lot, community int) float64 {
	rare := 0.0
	for _, facts := range [][]Fact{s.facts, r.facts} {
		for i := range facts {
			rare = max(rare, rarity(facts[i].People, community))
		}
	}
	t := each[s.kind]
	return t.common + (t.rare-t.common)*rare
}
