package main

import "syscall"

// maxRSS is the peak resident size in KiB.
func maxRSS() (int64, bool) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss, err == nil
}
