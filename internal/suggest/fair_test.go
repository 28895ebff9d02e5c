package suggest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/page"
	"guildhall/internal/trait"
)

// bounds of the share that receivers have of all first pages.
const (
	mostOfMean = 3.0  // nobody is on more lists than so many times the mean
	loadedMost = 0.25 // with very many waiting, on no more than this much of the mean
)

// crowd is a community in which some are known to very many and share what many have,
// so that by closeness alone everybody would be shown the same few.
func crowd(t *testing.T, n int) *hall {
	h := newHall(t, dbtest.SQLite(t))
	rng := rand.New(rand.NewPCG(7, 1))
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("Member %03d", i)
	}
	h.join(names...)
	var pairs [][2]string
	ends := []int{0, 1} // everybody as often as they have connections: those who have get
	tied := map[[2]int]bool{}
	for i := 1; i < n; i++ {
		for range 4 {
			j := ends[rng.IntN(len(ends))]
			if key := [2]int{min(i, j), max(i, j)}; i != j && !tied[key] {
				tied[key] = true
				pairs = append(pairs, [2]string{names[i], names[j]})
				ends = append(ends, i, j)
			}
		}
	}
	h.connect(pairs...)
	for i, name := range names {
		h.give(name, trait.Company, fmt.Sprint("Firm ", i%12), years(2000+i%7, 2012+i%5))
		h.give(name, trait.Skill, fmt.Sprint("Craft ", i%9))
	}
	return h
}

// lists counts on how many first pages each member is, over some days on which
// everybody looks at theirs.
func (h *hall) lists(days int, noted bool) map[int64]int {
	h.Helper()
	counts := map[int64]int{}
	for range days {
		for _, id := range h.ids {
			p, err := h.s.People(ctx, access.Member(id), page.Cursor{}, 0)
			h.must(err)
			if noted {
				h.s.Shown(access.Member(id), p.People)
			}
			for _, s := range p.People {
				counts[s.Card.ID]++
			}
		}
		h.day()
	}
	return counts
}

// spread is how far the places are from being shared alike: the most that one has
// over the mean, the share of the first hundredth, and Gini's measure (0 alike, 1 one
// has all).
func spread(counts map[int64]int, n int) (most, first, gini float64) {
	all := make([]int, 0, n)
	for _, c := range counts {
		all = append(all, c)
	}
	for len(all) < n {
		all = append(all, 0)
	}
	slices.Sort(all)
	sum, weighed := 0, 0
	for i, c := range all {
		sum, weighed = sum+c, weighed+(i+1)*c
	}
	top := 0
	for _, c := range all[n-max(1, n/100):] {
		top += c
	}
	mean := float64(sum) / float64(n)
	return float64(all[n-1]) / mean, float64(top) / float64(sum), 2*float64(weighed)/float64(n*sum) - float64(n+1)/float64(n)
}

// Everybody's list is taken on every day. Without a memory of who was shown, some are
// on everybody's; with it nobody is on more than a few times the mean, and those who
// have much to answer on far fewer.
func TestReceiversAreSharedFairly(t *testing.T) {
	const n = 120
	before := crowd(t, n)
	most, first, gini := spread(before.lists(2, false), n)
	t.Logf("without memory: the most %.1f × the mean, the first hundredth has %.1f %%, Gini %.2f", most, 100*first, gini)
	if most < mostOfMean {
		t.Fatalf("without memory the most is %.1f × the mean already: this proves nothing", most)
	}
	h := crowd(t, n)
	h.lists(7, true)
	counts := h.lists(3, true)
	most, first, after := spread(counts, n)
	t.Logf("with memory, in the second week: the most %.1f × the mean, the first hundredth has %.1f %%, Gini %.2f", most, 100*first, after)
	if most > mostOfMean || after >= gini {
		t.Errorf("the most is %.1f × the mean, at most %.1f are allowed; Gini %.2f, before %.2f", most, mostOfMean, after, gini)
	}
	type taken struct {
		id int64
		n  int
	}
	var order []taken
	sum := 0
	for id, c := range counts {
		order, sum = append(order, taken{id, c}), sum+c
	}
	slices.SortFunc(order, func(a, b taken) int { return b.n - a.n })
	for _, o := range order[:5] {
		h.loads[o.id] = Overwhelmed
	}
	h.lists(7, true) // kept lists of the day go out of use
	later := h.lists(3, true)
	for _, o := range order[:5] {
		share := float64(later[o.id]) / (float64(sum) / n)
		t.Logf("%s was on %d lists, and with much to answer is on %d: %.2f of the mean", h.names[o.id], o.n, later[o.id], share)
		if share > loadedMost {
			t.Errorf("with very many waiting %s is on %.2f of the mean of lists, at most %.2f are allowed", h.names[o.id], share, loadedMost)
		}
	}
}
