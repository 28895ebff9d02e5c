package visit

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"guildhall/internal/calendar"
)

// The rules' numbers.
const (
	// Days is how long a view is kept.
	Days = 90
	// Crowd is how many members, the viewer among them, a description has to fit.
	Crowd = 5

	// together is how many viewers have to have looked at both: five besides
	// whoever reads, who may be one of them.
	together  = 6
	settled   = 30 // days that a viewer has to be here to count
	wanderer  = 500
	keptAlso  = 20 // so that some are left where a reader knows most of them
	shownAlso = 5
)

// holds is the mode in which a view counts, from the member's choice: one from
// before the choice was made in a mode that nobody knows any more, and names
// nobody.
func (c choice) holds(at time.Time) Mode {
	if c.mode.String() == "" || at.UnixMicro() < c.since {
		return Private
	}
	return c.mode
}

// weeks puts the counts of days into weeks, the oldest first, without a gap. Today
// is not counted: a number that moves at once would tell who has just looked.
func weeks(days map[int64]int, today int64) (all []Week, sum int) {
	first, last := today-Days, today-1
	for monday := calendar.Monday(first); monday <= last; monday += 7 {
		w := Week{Monday: calendar.Midnight(monday), Part: monday < first || monday+6 > last}
		for day := max(monday, first); day <= min(monday+6, last); day++ {
			w.Seen += days[day]
		}
		sum += w.Seen
		all = append(all, w)
	}
	return all, sum
}

// rank lists who was looked at by enough of the same viewers, by how many: in
// doublings only, equal ones by id, so that the order does not count.
func rank(viewers map[int64]int) []int64 {
	var ids []int64
	for id, n := range viewers {
		if n >= together {
			ids = append(ids, id)
		}
	}
	band := func(id int64) int { return bits.Len(uint(viewers[id] / together)) }
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Or(cmp.Compare(band(b), band(a)), cmp.Compare(a, b)) })
	return ids[:min(len(ids), keptAlso)]
}
