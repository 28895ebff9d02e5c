package main

import (
	"net"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test program the command that the scripts run.
func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"guildhall": main}) }

// TestWhatAnOperatorMayGetWrong runs the scripts in testdata: each mistake fails,
// says so in one sentence, and leaves nothing behind.
func TestWhatAnOperatorMayGetWrong(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { l.Close() })
			env.Setenv("TAKEN", l.Addr().String())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"says": says},
	})
}

// says ERRORS holds all that the last command wrote to stderr against one line,
// with $WORK in it.
func says(ts *testscript.TestScript, _ bool, args []string) {
	if got, want := ts.ReadFile("stderr"), "guildhall: "+args[0]+"\n"; got != want {
		ts.Fatalf("it says\n%swant\n%s", got, want)
	}
}
