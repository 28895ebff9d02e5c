// Package sim is tests only: members who do at random what members do, held
// against what the product says; a server that is killed again and again; and
// how many statements a page may cost.
package sim

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain is also the server that the crash tests kill: the test program starts
// itself again with the environment saying what to be.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		os.Exit(child(role))
	}
	if dir := os.Getenv(diskEnv); dir != "" {
		if err := mountDisk(dir); err != nil {
			fmt.Println(err)
			os.Exit(noDisk)
		}
	}
	walking()
	os.Exit(m.Run())
}

// walking sets how much is tried: more can be asked for on the command line. A
// walk that fails prints its seed and the shortest story that still fails, and
// leaves no file behind.
func walking() {
	for name, value := range map[string]string{"rapid.checks": walks, "rapid.steps": "80", "rapid.nofailfile": "true", "rapid.shrinktime": "60s"} {
		flag.Set(name, value)
	}
	flag.Parse()
}
