package graph

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
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

// peak is the most memory this process held since forgetPeak, in bytes; 0 when
// unknown.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, _ := strconv.ParseInt(kib, 10, 64)
	return n << 10
}

// forgetPeak lets the peak begin at what is held now, where that is allowed.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// ofProcess is the time that another process's main thread has had on a core, in
// nanoseconds from the scheduler, or in hundredths of a second where it keeps none.
func ofProcess(pid int) time.Duration {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid)); err == nil {
		var ns int64
		if _, err := fmt.Sscan(string(text), &ns); err == nil && ns > 0 {
			return time.Duration(ns)
		}
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return time.Since(began)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name may hold spaces
	ticks := int64(0)
	for _, at := range []int{11, 12} { // in the program, in the system
		n, _ := strconv.ParseInt(fields[at], 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
