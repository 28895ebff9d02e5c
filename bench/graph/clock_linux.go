package graph

import (
	"syscall"
	"time"
	"unsafe"
)

// onThread is the time that this thread has had on a core, which others on the
// machine do not stretch. The caller is locked to its thread.
func onThread() time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, no := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&t)), 0); no != 0 { //nolint:gosec // the kernel fills t
		return time.Since(began)
	}
	return time.Duration(t.Nano())
}

// peak is the most memory this process ever held, in bytes; 0 when unknown.
func peak() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss << 10
}
