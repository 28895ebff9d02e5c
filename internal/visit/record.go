package visit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"guildhall/internal/calendar"
	"guildhall/internal/db"
)

// row is one view as it is kept.
type row struct {
	owner, viewer int64
	day, since    int64
	mode          Mode
	mark          int64 // random, positive
}

// tally counts views by owner and day.
type tally map[[2]int64]int64

// Record writes views in one transaction: one statement for the viewers' modes and
// three a day. A view in full or semi-private is kept once a day, the first one; a
// private one only raises the day's count.
func (s *Service) Record(ctx context.Context, views []View) error {
	if len(views) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		chosen, err := lockModes(ctx, tx, viewersIn(views))
		if err != nil {
			return err
		}
		for _, day := range byDay(views) {
			if err := recordDay(ctx, tx, day, chosen); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record profile views: %w", err)
	}
	return nil
}

// recordDay writes the views of one day.
func recordDay(ctx context.Context, tx *db.Tx, views []View, chosen map[int64]choice) error {
	named, counts := split(views, chosen)
	fresh, err := upsertViews(ctx, tx, named)
	if err != nil {
		return err
	}
	for _, r := range fresh {
		counts[[2]int64{r.owner, r.day}]++
	}
	if err := upsertViewed(ctx, tx, fresh); err != nil {
		return err
	}
	return addDays(ctx, tx, counts)
}

// split parts the views of one day into those whose viewer is kept and a count of
// the others. Of each pair the first one counts.
func split(views []View, chosen map[int64]choice) (named []row, private tally) {
	private = tally{}
	seen := map[[2]int64]bool{}
	for _, v := range views {
		pair := [2]int64{v.Owner, v.Viewer}
		if seen[pair] || v.Owner == v.Viewer {
			continue
		}
		seen[pair] = true
		day := calendar.Day(v.At)
		if m := chosen[v.Viewer].holds(v.At); m == Private {
			private[[2]int64{v.Owner, day}]++
		} else {
			named = append(named, row{owner: v.Owner, viewer: v.Viewer, day: day, since: day, mode: m, mark: rand.Int64N(1<<62) + 1})
		}
	}
	// Rows in one order everywhere: batches of two nodes wait for each other and do
	// not lock each other out.
	slices.SortFunc(named, func(a, b row) int { return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.viewer, b.viewer)) })
	return named, private
}

// byDay parts views by their days, in order.
func byDay(views []View) (days [][]View) {
	of := map[int64][]View{}
	for _, v := range views {
		of[calendar.Day(v.At)] = append(of[calendar.Day(v.At)], v)
	}
	for _, day := range slices.Sorted(maps.Keys(of)) {
		days = append(days, of[day])
	}
	return days
}

func viewersIn(views []View) []int64 {
	ids := map[int64]bool{}
	for _, v := range views {
		ids[v.Viewer] = true
	}
	return slices.Sorted(maps.Keys(ids))
}
