package visit

import (
	"testing"
	"time"
)

func TestADeskKeepsEachPairOnceADayAndHasAnEnd(t *testing.T) {
	var d desk
	now := time.Date(2026, 3, 11, 23, 59, 0, 0, time.UTC)
	for range 3 {
		d.put(View{1, 2, now})
		d.put(View{2, 1, now})
	}
	d.put(View{1, 2, now.Add(time.Minute)}) // past midnight
	if got := d.take(); len(got) != 3 {
		t.Errorf("three views of two days are kept as %v", got)
	}
	for i := range int64(maxWaiting + 5) {
		d.put(View{1, 100 + i, now.Add(time.Hour)})
	}
	batch := d.take()
	if len(batch) != perBatch || batch[0].Owner != 100 || len(d.waiting) != maxWaiting-perBatch {
		t.Errorf("%d were taken and %d wait", len(batch), len(d.waiting))
	}
	d.back(batch)
	if again := d.take(); again[0] != batch[0] || len(again) != perBatch {
		t.Error("what could not be written is not the first to be tried again")
	}
	for i := range int64(maxSeen) {
		d.seen[[2]int64{3, i}] = struct{}{}
	}
	d.put(View{1, 1, now.Add(time.Hour)})
	if len(d.seen) > 2 {
		t.Errorf("%d pairs are remembered", len(d.seen))
	}
}
