//go:build !unix

package pages

import "time"

var began = time.Now()

// cpu stands in where the system is not asked for it: the time that has passed,
// which is never less than what one core has done.
func cpu() time.Duration { return time.Since(began) }
