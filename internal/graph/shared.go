package graph

// weighTraits asks for the weights of x's traits. Those that very many have come
// last: they are looked for among the best alone.
func (n *nearest) weighTraits(ask Ask) {
	s := n.s
	s.numbers, s.rarity = s.numbers[:0], s.rarity[:0]
	if ask.Trait == nil {
		return
	}
	for _, number := range n.v.traits.of.of(n.x) {
		w := ask.Trait(n.v.traits.ids[number])
		if w == 0 {
			continue
		}
		s.numbers, s.rarity = append(s.numbers, number), append(s.rarity, w)
		n.sum += w
		if ask.Weigh != nil {
			n.divisor = gcd(n.divisor, w)
		}
	}
}

// addShared adds, to all who have been reached, what they have in common with x, as
// far as that is quicker by looking at who has it than at who was reached.
func addShared[T uint32 | uint64](n *nearest, counts []T, shift uint) {
	s, t := n.s, &n.v.traits
	n.common, n.most = 0, 0
	for i, number := range s.numbers {
		p, w := t.posting(number), s.rarity[i]/n.divisor
		if len(p.members) > len(s.touched) {
			s.numbers[n.common], s.rarity[n.common] = number, w
			n.common++
			n.most += w
			continue
		}
		whole := p.live == len(p.members)
		for _, z := range p.members {
			if counts[z] != 0 && (whole || t.has(z, number)) {
				counts[z] += T(w << shift)
			}
		}
	}
}

// shared is what z has in common with x of what addShared has left.
func (n *nearest) shared(z uint32) (sum uint64) {
	if n.most == 0 {
		return 0
	}
	for i, number := range n.s.numbers[:n.common] {
		if n.v.traits.has(z, number) {
			sum += n.s.rarity[i]
		}
	}
	return sum
}
