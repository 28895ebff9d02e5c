// Package calendar numbers the days by which tables count: 0 is the first of January
// 1970, and a day begins at midnight UTC wherever its members live. What a reader calls
// "today" is another matter, and the pages' own.
package calendar

import "time"

const seconds = 24 * 60 * 60

// Day is the number of a moment's day.
func Day(t time.Time) int64 {
	s := t.Unix()
	if s < 0 {
		s -= seconds - 1 // division rounds towards 0
	}
	return s / seconds
}

// Midnight is the moment at which a day begins, in UTC.
func Midnight(day int64) time.Time { return time.Unix(day*seconds, 0).UTC() }

// Monday is the first day of a day's week.
func Monday(day int64) int64 {
	thursday := (day%7 + 7) % 7 // days since a Thursday, as day 0 was
	return day - (thursday+3)%7
}
