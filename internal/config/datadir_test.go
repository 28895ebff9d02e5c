package config

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/fault"
)

// As a second process this binary opens the folder it is told, says so, and
// waits to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD_FOLDER"); path != "" {
		_, err := OpenDir(path, Live)
		fmt.Println("opened", err)
		bufio.NewReader(os.Stdin).ReadByte()
		return
	}
	os.Exit(m.Run())
}

func openDir(t *testing.T, path string, kind Kind) *Dir {
	t.Helper()
	d, err := OpenDir(path, kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// refused checks the kind and the whole sentence.
func refused(t *testing.T, err error, kind fault.Kind, want string) {
	t.Helper()
	if fault.Of(err) != kind || fault.Text(err) != want {
		t.Errorf("got  %v: %s\nwant %v: %s", fault.Of(err), fault.Text(err), kind, want)
	}
}

func names(t *testing.T, path string) string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func write(t *testing.T, text string, elem ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(elem...), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNewFolderIsMadeMarkedAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	d := openDir(t, path, Live)
	if d.Kind() != Live || d.Path() != path || d.Path("files", "x") != path+"/files/x" {
		t.Errorf("opened %v %s", d.Kind(), d.Path("files", "x"))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if got := names(t, path); got != "guildhall.dir guildhall.lock" {
		t.Errorf("it holds %s", got)
	}
	for range 2 { // later starts, too
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d = openDir(t, path, Live)
	}
}

func TestEmptyFolderMadeByHandBecomesPrivate(t *testing.T) {
	path := t.TempDir()
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "name = \"x\"\n", path, File)  // settings may come first
	write(t, "", path, "guildhall.dir.123") // a first start that was cut off
	openDir(t, path, Demo)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestDemoAndRealStayApart(t *testing.T) {
	live, demo := filepath.Join(t.TempDir(), "live"), filepath.Join(t.TempDir(), "demo")
	openDir(t, live, Live).Close()
	openDir(t, demo, Demo).Close()

	_, err := OpenDir(demo, Live)
	refused(t, err, fault.Conflict, demo+" holds a demo community, which this command must not touch; choose another folder with --data, or run guildhall demo --data "+demo+".")
	_, err = OpenDir(live, Demo)
	refused(t, err, fault.Conflict, live+" holds a real community, which the demo must not touch; choose another folder for the demo with --data.")

	for path, want := range map[string]Kind{live: Live, demo: Demo} {
		d, err := FindDir(path)
		if err != nil || d.Kind() != want {
			t.Errorf("found %v, %v", d, err)
		}
	}
}

func TestForeignFolderIsLeftAlone(t *testing.T) {
	path := t.TempDir()
	write(t, "mine", path, "thesis.txt")
	_, err := OpenDir(path, Live)
	refused(t, err, fault.Conflict, path+" is not a Guildhall data folder and has other things in it, such as thesis.txt; choose an empty or new folder with --data.")
	if got := names(t, path); got != "thesis.txt" {
		t.Errorf("the refused folder now holds %s", got)
	}
}

func TestNewerAndDamagedMarkers(t *testing.T) {
	path := t.TempDir()
	file := filepath.Join(path, markerFile)
	write(t, "kind = \"cloud\"\nformat = 2\nshards = 9\n", file)
	newer := "The data folder " + path + " was written by a newer Guildhall (format 2; this program knows 1); use the newer program."
	_, err := OpenDir(path, Live)
	refused(t, err, fault.Conflict, newer)
	_, err = FindDir(path)
	refused(t, err, fault.Conflict, newer)

	for _, text := range []string{"", "kind = live", "kind = \"live\"", "kind = \"cloud\"\nformat = 1", "kind = \"live\"\nformat = 0"} {
		write(t, text, file)
		_, err := OpenDir(path, Live)
		refused(t, err, fault.Conflict, file+" is damaged; restore it from a backup, or write kind = \"live\" and format = 1 into it if "+path+" is your community's folder.")
	}
	if got := names(t, path); got != markerFile {
		t.Errorf("the refused folder now holds %s", got)
	}
}

func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, "x", file)
	_, err := OpenDir(file, Live)
	refused(t, err, fault.Unavailable, "The data folder "+file+" cannot be made: not a directory; choose another with --data, or give Guildhall the right to make it.")
	_, err = FindDir(file)
	refused(t, err, fault.Missing, "There is no Guildhall data in "+file+"; give the right folder with --data, or start one with guildhall serve --data "+file+".")

	path := t.TempDir()
	if err := os.Mkdir(filepath.Join(path, lockFile), 0o700); err != nil { // refuses to be written even to root
		t.Fatal(err)
	}
	_, err = OpenDir(path, Live)
	refused(t, err, fault.Unavailable, "The data folder "+path+" cannot be written: is a directory; give Guildhall the right to write there, or choose another with --data.")
}

func TestFindDirMakesAndLocksNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	_, err := FindDir(path)
	refused(t, err, fault.Missing, "There is no Guildhall data in "+path+"; give the right folder with --data, or start one with guildhall serve --data "+path+".")
	if _, err := os.Stat(path); err == nil {
		t.Error("looking made the folder")
	}
	openDir(t, path, Live).Close()
	d, err := FindDir(path)
	if err != nil {
		t.Fatal(err)
	}
	openDir(t, path, Live) // would be refused if finding had locked it
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestSecondServerIsRefusedUntilTheFirstEnds(t *testing.T) {
	path := t.TempDir()
	first := openDir(t, path, Live)
	_, err := OpenDir(path, Live)
	refused(t, err, fault.Conflict, fmt.Sprintf("Another Guildhall (process %d) uses the data folder %s; stop it first, or choose another folder with --data.", os.Getpid(), path))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	openDir(t, path, Live)
}

func TestKilledServerLeavesNoLock(t *testing.T) {
	path := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "HOLD_FOLDER="+path)
	in, err := child.StdinPipe() // held open: the child waits on it
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || said != "opened <nil>\n" {
		t.Fatalf("the other process says %q, %v", said, err)
	}
	_, err = OpenDir(path, Live)
	if !strings.HasPrefix(fault.Text(err), fmt.Sprintf("Another Guildhall (process %d)", child.Process.Pid)) {
		t.Errorf("while it lives: %v", err)
	}
	child.Process.Kill() // SIGKILL
	child.Wait()
	openDir(t, path, Live)
}
