package evidence

import (
	"context"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/why"
)

// Pair is two members of whom one is the viewer of a lens: Sender asks, or would.
type Pair struct{ Sender, Receiver int64 }

// other is who of the two is not me.
func (p Pair) other(me int64) int64 {
	if p.Sender == me {
		return p.Receiver
	}
	return p.Sender
}

// Source is what one feature knows between people: one list for each pair, in the
// order of pairs, of what the lens's viewer may know. A fixed number of statements,
// whatever the number of pairs.
type Source func(ctx context.Context, lens *access.Lens, pairs []Pair) ([][]why.Signal, error)

// Ask adds features' sources. It is to be called before anything is read.
func (s *Service) Ask(sources ...Source) { s.sources = append(s.sources, sources...) }

// signals asks every source once, and returns what they know by the other member.
func (s *Service) signals(ctx context.Context, lens *access.Lens, pairs []Pair) (map[int64][]why.Signal, error) {
	out := make(map[int64][]why.Signal, len(pairs))
	if len(pairs) == 0 {
		return out, nil
	}
	for _, source := range s.sources {
		lists, err := source(ctx, lens, pairs)
		if err != nil {
			return nil, err
		}
		for i, list := range lists {
			other := pairs[i].other(lens.Viewer().Member())
			out[other] = append(out[other], list...)
		}
	}
	return out, nil
}

// Tell adds to material that a page has read by itself what features know of the
// pairs, where the viewer's connections are, and the weights.
func (s *Service) Tell(ctx context.Context, m *Material, pairs []Pair) (err error) {
	if m.Signals, err = s.signals(ctx, m.Lens, pairs); err != nil {
		return err
	}
	m.Community, m.Model = s.Community(), s.model.Load()
	m.Circles, err = s.circles(ctx, m.Lens)
	return err
}

// rightful keeps the signals that use no fact but those of the two sides, which were
// let through one by one: what a feature knows must not show what its owner closed,
// or left out of a letter.
func rightful(all []why.Signal, sender, receiver why.Side) (out []why.Signal) {
	for _, s := range all {
		if !slices.ContainsFunc(s.Uses, func(u why.Use) bool {
			if u.Side == why.Sender {
				return !holds(sender, u)
			}
			return !holds(receiver, u)
		}) {
			out = append(out, s)
		}
	}
	return out
}

// holds reports whether a side has what a use names.
func holds(s why.Side, u why.Use) bool {
	if u.Offer != 0 {
		return slices.Contains(s.Offers, u.Offer)
	}
	return slices.ContainsFunc(s.Facts, func(f why.Fact) bool { return f.ID == u.Fact }) ||
		slices.ContainsFunc(s.Seeks, func(k why.Seek) bool { return k.ID == u.Fact })
}
