package evidence

import (
	"context"
	"slices"

	"guildhall/internal/access"
)

type togetherKey struct{}

// together is what one page reads of the people on all its parts.
type together struct {
	askers, asked []int64
	named         int
	material      *Material // nil until the first part reads
}

// Together returns a context under which the first Read or From of some of the
// members reads all of them, and the next ones read no more: for a page of several
// parts that compare people each. Askers are for From, those whom the viewer might
// ask for Read. It is for one request that only reads and is answered by one goroutine,
// under access.PerRequest.
func Together(ctx context.Context, askers, asked []int64) context.Context {
	return context.WithValue(ctx, togetherKey{}, &together{askers: slices.Clone(askers), asked: slices.Clone(asked)})
}

// material reads what a Reader goes by, or finds it read.
func (s *Service) material(ctx context.Context, lens *access.Lens, pairs []Pair, members []int64, named int) (Material, error) {
	t, _ := ctx.Value(togetherKey{}).(*together)
	if t == nil || !t.covers(lens.Viewer().Member(), pairs) {
		return s.load(ctx, lens, pairs, members, named)
	}
	if t.material == nil || t.material.Lens != lens || t.named != named {
		m, err := s.load(ctx, lens, t.pairs(lens.Viewer().Member()), slices.Concat(t.askers, t.asked), named)
		if err != nil {
			return m, err
		}
		t.material, t.named = &m, named
	}
	return *t.material, nil
}

func (t *together) pairs(me int64) (out []Pair) {
	for _, m := range t.askers {
		out = append(out, Pair{Sender: m, Receiver: me})
	}
	for _, m := range t.asked {
		if !slices.Contains(t.askers, m) {
			out = append(out, Pair{Sender: me, Receiver: m})
		}
	}
	return out
}

// covers reports whether all pairs are among those of the page.
func (t *together) covers(me int64, pairs []Pair) bool {
	all := t.pairs(me)
	return !slices.ContainsFunc(pairs, func(p Pair) bool { return !slices.Contains(all, p) })
}
