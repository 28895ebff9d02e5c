package why

import (
	"cmp"
	"math"
	"slices"
)

// round4 keeps four decimals, so that equal evidence gives equal figures on
// every machine. It is monotone: it never turns more into less.
func round4(x float64) float64 { return math.Round(x*10000) / 10000 }

// several combines signs that say the same kind of thing.
func several(parts []float64) float64 {
	all := newNoisyOr()
	for _, x := range parts {
		all.add(x)
	}
	return all.strength()
}

// noisyOr combines independent signs: each may be right or not, and the claim
// holds unless all fail (Pearl 1988). It grows with every sign and stays in 0..1.
type noisyOr struct{ miss float64 }

func newNoisyOr() noisyOr           { return noisyOr{1} }
func (n *noisyOr) add(x float64)    { n.miss *= 1 - min(max(x, 0), 1) }
func (n noisyOr) strength() float64 { return 1 - n.miss }

// column picks one of a weight's three figures.
type column func(*weight) float64

func towardsReason(w *weight) float64   { return w.found }
func towardsSender(w *weight) float64   { return w.sender }
func towardsReceiver(w *weight) float64 { return w.receiver }

// weight is an item's figure under the reason at a position in Reasons, 0 where
// it says nothing.
func (it *item) weight(reason int, figure column) float64 {
	if w := it.weights[reason]; w != nil {
		return figure(w)
	}
	return 0
}

// combine is the noisy-or over items under one reason, each of the dossier's keys
// counted once. Single items claim their entity first (the strongest of several),
// then an item for several counts what is left.
func (d *dossier) combine(items []*item, reason int, figure column) float64 {
	best := d.best // by key: the strongest single item
	clear(best)
	for _, it := range items {
		if it.parts == nil {
			best[it.ids[0]] = max(best[it.ids[0]], it.weight(reason, figure)*it.Strength)
		}
	}
	total := newNoisyOr()
	for _, x := range best {
		total.add(x)
	}
	for _, it := range items {
		if it.parts != nil {
			total.add(it.weight(reason, figure) * it.unclaimed(best))
		}
	}
	return total.strength()
}

// unclaimed is the strength of those of several entities that no single item
// speaks for.
func (it *item) unclaimed(best []float64) float64 {
	left := newNoisyOr()
	for i, id := range it.ids {
		if best[id] == 0 {
			left.add(it.parts[i])
		}
	}
	return left.strength()
}

// reason weighs the evidence for the reason at a position in Reasons.
func (d *dossier) reason(i int) Found {
	f := Found{Reason: Reasons[i]}
	f.Strength = round4(d.combine(d.items, i, towardsReason))
	f.Band = band(f.Strength, Threshold)
	for _, it := range d.items {
		if it.weight(i, towardsReason) > 0 {
			f.Items = append(f.Items, it.under(i))
		}
	}
	slices.SortStableFunc(f.Items, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(b.Strength, a.Strength), compareEvidence(&a, &b))
	})
	return f
}

// under is the item's evidence as it stands under a reason.
func (it *item) under(reason int) Evidence {
	e := it.Evidence
	e.Strength = round4(it.weight(reason, towardsReason) * it.Strength)
	return e
}

// reasons weighs all seven: the carried ones strongest first, then the others in
// display order. "See your full profile" is carried only when nothing else is: a
// closed door explains an invitation that nothing better explains.
func (d *dossier) reasons() []Found {
	all := make([]Found, 0, len(Reasons))
	other := false
	for i, r := range Reasons {
		f := d.reason(i)
		other = other || r != Profile && f.Supported()
		all = append(all, f)
	}
	for i := range all {
		if all[i].Reason == Profile && other {
			all[i].Band = None
		}
	}
	slices.SortStableFunc(all, func(a, b Found) int {
		switch {
		case a.Supported() && b.Supported():
			return cmp.Compare(b.Strength, a.Strength)
		case a.Supported():
			return -1
		case b.Supported():
			return 1
		}
		return 0
	})
	return all
}
