//go:build !linux

package graph

import "time"

// onThread stands in where threads have no clock: the time that has passed.
func onThread() time.Duration { return time.Since(began) }

// peak is unknown.
func peak() int64 { return 0 }

func forgetPeak() {}

// ofProcess stands in as well.
func ofProcess(int) time.Duration { return time.Since(began) }
