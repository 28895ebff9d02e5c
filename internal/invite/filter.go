package invite

import (
	"cmp"
	"slices"

	"guildhall/internal/access"
	"guildhall/internal/graph"
	"guildhall/internal/page"
	"guildhall/internal/why"
)

// Order is how an inbox is sorted.
type Order string

// The orders.
const (
	Newest     Order = "newest"
	Oldest     Order = "oldest"
	BestFit    Order = "fit"
	MostMutual Order = "mutual"
)

// Orders lists all, the usual one first.
var Orders = []Order{Newest, Oldest, BestFit, MostMutual}

// Filter narrows an inbox. Empty lists and false let everything through.
type Filter struct {
	Reasons []string // codes; NoReason for those without
	Degrees []graph.Degree
	Note    bool     // with a note
	Shared  bool     // with a company or school in common, as far as it is seen
	Mutual  int      // with at least so many mutual connections
	Fit     why.Band // with a fit of this band or better
	Sort    Order
	Size    int // how many a page has, at most BriefSize; 0: PageSize
}

// Thresholds of Filter.Mutual and Filter.Fit that a page offers and counts.
var (
	MutualSteps = []int{1, 5, 10}
	FitSteps    = []why.Band{why.Fair, why.Good, why.Strong}
)

// size is how many a page has.
func (f Filter) size() int {
	if f.Size <= 0 {
		return PageSize
	}
	return min(f.Size, BriefSize)
}

// NoReason stands for "no reason given" in filters and counts.
const NoReason = "none"

// deep reports that the filter or the order needs the evidence of everything.
func (f Filter) deep() bool {
	return f.Shared || f.Mutual > 0 || f.Fit > 0 || f.Sort == BestFit || f.Sort == MostMutual
}

// passes is the part of the filter that needs no evidence.
func (f Filter) passes(inv Invitation, d graph.Degree) bool {
	return (len(f.Reasons) == 0 || slices.Contains(f.Reasons, cmp.Or(inv.Reason, NoReason))) &&
		(len(f.Degrees) == 0 || slices.Contains(f.Degrees, d)) &&
		(!f.Note || inv.Note != "")
}

func (f Filter) passesDeep(it Item) bool {
	return (!f.Shared || it.shared()) && it.Mutual >= f.Mutual && it.Why.Fit.Band >= f.Fit
}

// shared reports a company or a school in common.
func (it Item) shared() bool {
	for _, f := range it.Why.Found {
		for _, e := range f.Items {
			switch e.Kind {
			case why.CompanyOverlap, why.CompanySame, why.CompanyGap, why.SchoolOverlap, why.SchoolSame, why.SchoolGap:
				return true
			}
		}
	}
	return false
}

// Counts is how many of what waits fall under each choice of the filter. Deep says
// whether Shared, Mutual and Fit are known: not where too much waits to look into all
// of it.
type Counts struct {
	All    int
	Reason map[string]int
	Degree map[graph.Degree]int
	Note   int
	Deep   bool
	Shared int
	Mutual map[int]int      // by each of MutualSteps
	Fit    map[why.Band]int // by each of FitSteps
}

func count(rows []Invitation, lens *access.Lens) Counts {
	c := Counts{All: len(rows), Reason: map[string]int{}, Degree: map[graph.Degree]int{}, Mutual: map[int]int{}, Fit: map[why.Band]int{}}
	for _, inv := range rows {
		c.Reason[cmp.Or(inv.Reason, NoReason)]++
		c.Degree[lens.Degree(inv.Sender)]++
		if inv.Note != "" {
			c.Note++
		}
	}
	return c
}

func (c *Counts) countDeep(items []Item) {
	c.Deep = true
	for _, it := range items {
		if it.shared() {
			c.Shared++
		}
		for _, n := range MutualSteps {
			if it.Mutual >= n {
				c.Mutual[n]++
			}
		}
		for _, b := range FitSteps {
			if it.Why.Fit.Band >= b {
				c.Fit[b]++
			}
		}
	}
}

// place is where a list in this order goes on after an item.
func (o Order) place(it Item) page.Cursor {
	switch o {
	case BestFit:
		return page.Cursor{Key: int64(it.Why.Fit.Score), ID: it.ID}
	case MostMutual:
		return page.Cursor{Key: int64(it.Mutual), ID: it.ID}
	}
	return page.Cursor{Key: it.SentAt.UnixMicro(), ID: it.ID}
}

// compare orders two places: largest first, but for Oldest.
func (o Order) compare(a, b page.Cursor) int {
	if o == Oldest {
		a, b = b, a
	}
	return cmp.Or(cmp.Compare(b.Key, a.Key), cmp.Compare(b.ID, a.ID))
}

func sorted(items []Item, o Order) []Item {
	slices.SortFunc(items, func(a, b Item) int { return o.compare(o.place(a), o.place(b)) })
	return items
}

func afterItem(items []Item, o Order, after page.Cursor) []Item {
	return slices.DeleteFunc(items, func(it Item) bool { return !after.IsZero() && o.compare(o.place(it), after) <= 0 })
}

// afterTime is afterItem for rows that are in the order of time already.
func afterTime(rows []Invitation, o Order, after page.Cursor) []Invitation {
	i := 0
	for ; i < len(rows) && !after.IsZero() && o.compare(o.place(Item{Invitation: rows[i]}), after) <= 0; i++ {
	}
	return rows[i:]
}
