//go:build !linux

package main

// maxRSS is told in different units elsewhere, so it is not asked for there.
func maxRSS() (int64, bool) { return 0, false }
