package sim

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/transfer"
)

// full is what everybody is told.
const full = "The disk is full. Nothing was changed; please try again when there is room."

// disk is where an instance lives in these tests.
type disk struct {
	dir  string
	real bool // files run out of room too, and not the database alone
	// fill leaves room for so many bytes more, as far as the way it does so can
	// tell; free takes that back. Both may be asked with the instance open.
	fill func(t *testing.T, a *app.App, leave int64)
	free func(t *testing.T, a *app.App)
}

// onFullDisks runs f on a database that may not grow, which needs no rights, and
// on a disk of its own, where this machine lets a test mount one.
func onFullDisks(t *testing.T, f func(t *testing.T, d disk)) {
	t.Run("limit", func(t *testing.T) {
		f(t, disk{dir: filepath.Join(t.TempDir(), "hall"), fill: limitPages, free: func(t *testing.T, a *app.App) { setPages(t, a, 1<<30) }})
	})
	t.Run("tmpfs", func(t *testing.T) {
		dir := os.Getenv(diskEnv)
		if dir == "" {
			onSmallDisk(t)
			return
		}
		filler := filepath.Join(dir, "filler")
		f(t, disk{dir: filepath.Join(dir, "hall"), real: true,
			fill: func(t *testing.T, _ *app.App, leave int64) { fillUp(t, filler, leave) },
			free: func(t *testing.T, _ *app.App) {
				if err := os.Remove(filler); err != nil {
					t.Fatal(err)
				}
			}})
	})
}

// limitPages makes SQLite find no room for another page: the true SQLITE_FULL,
// on the one connection that writes.
func limitPages(t *testing.T, a *app.App, leave int64) {
	t.Helper()
	var pages, size int64
	if err := errors.Join(a.DB.QueryRow(ctx, `PRAGMA page_count`).Scan(&pages), a.DB.QueryRow(ctx, `PRAGMA page_size`).Scan(&size)); err != nil {
		t.Fatal(err)
	}
	setPages(t, a, pages+leave/size)
}

func setPages(t *testing.T, a *app.App, most int64) {
	t.Helper()
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, most))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const (
	diskEnv  = "GUILDHALL_SIM_DISK" // where the small disk is
	diskSize = 64 << 20
	noDisk   = 77 // how a process ends that could not mount it
)

// onSmallDisk runs the same test again in a process that sees a disk of diskSize
// bytes: as root, or as anybody in a user namespace.
func onSmallDisk(t *testing.T) {
	t.Helper()
	var refused error
	for _, flags := range []uintptr{syscall.CLONE_NEWNS, syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER} {
		cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
		cmd.Env = append(os.Environ(), diskEnv+"="+t.TempDir())
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags}
		if flags&syscall.CLONE_NEWUSER != 0 {
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
		}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		switch {
		case err == nil && strings.Contains(string(out), "--- PASS: "+t.Name()):
			return
		case err == nil || errors.As(err, &exit) && exit.ExitCode() != noDisk:
			t.Fatalf("%v:\n%s", err, out)
		}
		refused = errors.Join(refused, fmt.Errorf("%w: %s", err, out))
	}
	t.Skipf("no test may mount a disk here; the same was tried with a database that may not grow. %v", refused)
}

// mountDisk gives this process, and nobody else, the small disk.
func mountDisk(dir string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize))
}

// fillUp writes a file that leaves so many bytes of its disk free.
func fillUp(t *testing.T, path string, leave int64) {
	t.Helper()
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		t.Fatal(err)
	}
	n := int64(st.Bavail)*st.Bsize - leave
	if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keeper is a running instance whose disk fills up, with a browser on it.
type keeper struct {
	t        *testing.T
	disk     disk
	app      *app.App
	base     string
	ids      []int64
	tokens   []string
	errors   atomic.Int64 // that were logged
	refused  int64        // requests that were answered with 503
	letters  int          // acknowledged
	pictures int
}

// TestAServerOnAFullDisk fills the disk of a server that runs, finds that it
// still answers who reads and loses nothing of who writes, and gives it room again.
func TestAServerOnAFullDisk(t *testing.T) {
	onFullDisks(t, func(t *testing.T, d disk) {
		k := newKeeper(t, d)
		k.reads()
		k.upload(http.StatusSeeOther)
		if err := k.app.Visits.Flush(ctx); err != nil { // what was read is written now, and not while the disk is filled
			t.Fatal(err)
		}
		d.fill(t, k.app, 0)
		k.refuses("#f-about", "/me/about", func(i int) (url.Values, string) {
			return url.Values{"about": {fmt.Sprint(i, strings.Repeat(" typed with care", 120))}}, "about"
		})
		k.refuses("#f-note", "/invite/", func(i int) (url.Values, string) {
			return url.Values{"reason": {"network"}, "note": {fmt.Sprint(i, strings.Repeat(" typed with care", 15))}}, "note"
		})
		k.refuses("#f-body", "/me/entries", func(i int) (url.Values, string) {
			return url.Values{"section": {"experience"}, "entity": {fmt.Sprint("House ", i)}, "body": {fmt.Sprint(i, strings.Repeat(" typed with care", 110))}}, "body"
		})
		if d.real {
			k.upload(http.StatusServiceUnavailable)
			if done, err := k.app.Network.Save(ctx, true); done || !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("a snapshot of the graph without room: %v, %v", done, err)
			}
		}
		k.reads()
		k.whole()
		if n := k.errors.Load(); n != k.refused {
			t.Errorf("%d errors in the log for %d refused requests", n, k.refused)
		}
		d.free(t, k.app)
		for path, form := range map[string]url.Values{"/me/about": {"about": {"There is room again."}}, "/invite/" + handle(crowd-1): {"reason": {"network"}}} {
			if status, _ := k.post(path, form); status != http.StatusSeeOther {
				t.Errorf("with room again %s answers %d", path, status)
			}
		}
		k.letters++
		k.upload(http.StatusSeeOther)
		k.whole()
	})
}

func newKeeper(t *testing.T, d disk) *keeper {
	k := &keeper{t: t, disk: d}
	ctx, cancel := context.WithCancel(ctx)
	a, end, err := logging(ctx, d.dir, "", slog.New(&counting{slog.DiscardHandler, &k.errors}))
	if err != nil {
		t.Fatal(err)
	}
	k.app = a
	l, err := a.Listen()
	if err != nil {
		t.Fatal(err)
	}
	k.base = "http://" + l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, end()); err != nil {
			t.Error(err)
		}
	})
	k.settle()
	return k
}

// settle makes the members; the first has the browser.
func (k *keeper) settle() {
	k.t.Helper()
	err := k.app.DB.Write(ctx, func(tx *db.Tx) error {
		k.ids = nil
		for i := range crowd {
			c, err := k.app.Members.Create(ctx, tx, member.Newcomer{Name: names[i%people], Handle: handle(i)})
			if err != nil {
				return err
			}
			k.ids = append(k.ids, c.ID)
		}
		return journal.Append(ctx, tx, member.Created(k.ids[0]))
	})
	if err != nil {
		k.t.Fatal(err)
	}
	token, err := k.app.Accounts.Persona(ctx, account.Client{IP: netip.MustParseAddr("127.0.0.1"), Agent: "sim"}, k.ids[0])
	if err != nil {
		k.t.Fatal(err)
	}
	k.tokens = []string{token}
}

// counting counts the errors that are logged.
type counting struct {
	slog.Handler
	n *atomic.Int64
}

func (c *counting) Enabled(context.Context, slog.Level) bool { return true }

func (c *counting) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		c.n.Add(1)
	}
	return nil
}

// refuses sends a form again and again until there is no room for it, and finds
// it then in the answer as it was typed, with one sentence. An address that ends
// with a slash gets another member's each time.
func (k *keeper) refuses(field, path string, form func(i int) (url.Values, string)) {
	k.t.Helper()
	for i := 1; i < 2000; i++ {
		to := path
		if strings.HasSuffix(path, "/") {
			if i == crowd-1 {
				break
			}
			to += handle(i)
		}
		values, name := form(i)
		status, doc := k.post(to, values)
		if status == http.StatusSeeOther {
			if to != path {
				k.letters++
			}
			continue
		}
		k.refused++
		if got := doc.Find(field).Text(); status != http.StatusServiceUnavailable || got != values.Get(name) {
			k.t.Errorf("%s: %d, and the form has %q where %q was typed", path, status, got, values.Get(name))
		}
		if n := strings.Count(doc.Find("main").Text(), full); n != 1 {
			k.t.Errorf("%s says the sentence %d times: %s", path, n, strings.Join(strings.Fields(doc.Find("main").Text()), " "))
		}
		return
	}
	k.t.Errorf("%s is never refused: the disk is not full", path)
}

// reads opens every page that lies near.
func (k *keeper) reads() {
	k.t.Helper()
	for _, path := range []string{"/", "/invitations", "/invitations/sent", "/network", "/in/" + handle(0), "/in/" + handle(1), "/in/" + handle(0) + "?edit=about",
		"/invite/" + handle(crowd-1), "/network/with/" + handle(2), "/settings/account", "/settings/privacy"} {
		if status, _ := k.get(path); status != http.StatusOK {
			k.t.Errorf("%s answers %d", path, status)
		}
	}
}

// upload sends a picture, and holds what then lies in the folder of files against
// what was answered.
func (k *keeper) upload(want int) {
	k.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("picture", "me.png")
	noise := image.NewGray(image.Rect(0, 0, 500, 500))
	for i := range noise.Pix {
		noise.Pix[i] = byte(rand.Uint32())
	}
	if err := errors.Join(err, png.Encode(part, noise), w.Close()); err != nil {
		k.t.Fatal(err)
	}
	status, doc := k.do(http.MethodPost, "/me/picture", w.FormDataContentType(), &body)
	if status != want {
		k.t.Errorf("a picture is answered with %d, want %d", status, want)
	}
	if want == http.StatusSeeOther {
		k.pictures = 1
	} else {
		k.refused++
		if text := doc.Find("main").Text(); !strings.Contains(text, "There is no room left for files just now.") {
			k.t.Errorf("a picture without room: %s", strings.Join(strings.Fields(text), " "))
		}
	}
	k.files()
}

// files are two for every picture that is up, and none that is half written.
func (k *keeper) files() {
	k.t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(k.disk.dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil || n != 2*k.pictures {
		k.t.Errorf("%d files for %d pictures, %v", n, k.pictures, err)
	}
}

// whole examines an instance on the disk, whose size is no news.
func (d disk) whole(t *testing.T, a *app.App) health {
	t.Helper()
	h, err := examine(ctx, a)
	h.Trouble = slices.DeleteFunc(h.Trouble, func(s string) bool { // they are right to complain
		return d.real && (strings.HasPrefix(s, "Disk:") || strings.HasPrefix(s, "Mail:"))
	})
	if err != nil || len(h.Trouble) > 0 {
		t.Errorf("trouble: %v %v", h.Trouble, err)
	}
	return h
}

// whole is that database, index and journal agree, and hold what was answered.
func (k *keeper) whole() {
	k.t.Helper()
	h := k.disk.whole(k.t, k.app)
	if len(h.Letters) != k.letters {
		k.t.Errorf("there are %d invitations; %d were acknowledged", len(h.Letters), k.letters)
	}
	k.files()
}

func (k *keeper) get(path string) (int, *goquery.Document) {
	return k.do(http.MethodGet, path, "", nil)
}

func (k *keeper) post(path string, form url.Values) (int, *goquery.Document) {
	return k.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (k *keeper) do(method, path, kind string, body io.Reader) (int, *goquery.Document) {
	k.t.Helper()
	req, err := http.NewRequest(method, k.base+path, body)
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "guildhall", Value: k.tokens[0]})
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return res.StatusCode, doc
}

// TestAnImportOnAFullDisk runs out of room in the midst of an import, and goes on
// when there is some: to the same end as one that nothing disturbed.
func TestAnImportOnAFullDisk(t *testing.T) {
	t.Parallel()
	set := makeSet(t, rand.New(rand.NewPCG(1, 3)))
	calm := filepath.Join(t.TempDir(), "calm")
	if err := launch(t, "import", calm, "", setEnv+"="+set).rest(); err != nil {
		t.Fatal(err)
	}
	want := told(t, calm)
	onFullDisks(t, func(t *testing.T, d disk) {
		a, end, err := instance(ctx, d.dir, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, leave := range []int64{512 << 10, 1 << 20} {
			d.fill(t, a, leave)
			rep, err := a.Transfer.Import(ctx, transfer.Options{Dir: set, Preset: access.OpenToMembers})
			if rep.Complete || fault.Text(err) != full {
				t.Fatalf("with %d bytes of room: complete %v, %v", leave, rep.Complete, err)
			}
			d.free(t, a)
		}
		d.whole(t, a)
		if err := end(); err != nil {
			t.Error(err)
		}
		if err := launch(t, "import", d.dir, "", setEnv+"="+set).rest(); err != nil {
			t.Fatal(err)
		}
		if got := told(t, d.dir); got != want {
			t.Errorf("there is\n%s\nand after an undisturbed import\n%s", got, want)
		}
	})
}

// told is all that an import makes, in words that do not depend on ids or times.
func told(t *testing.T, dir string) string {
	t.Helper()
	d, err := db.Open(ctx, filepath.Join(dir, "guildhall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var b strings.Builder
	for _, query := range []string{
		`SELECT handle || ' ' || name FROM members ORDER BY handle`,
		`SELECT a.handle || ' ' || b.handle FROM connections c JOIN members a ON a.id = c.member_id JOIN members b ON b.id = c.peer_id ORDER BY 1`,
		`SELECT m.handle || ' ' || e.kind || ' ' || e.name || ' ' || t.from_month FROM traits t JOIN members m ON m.id = t.member_id JOIN entities e ON e.id = t.entity_id ORDER BY 1`,
		`SELECT kind || ' ' || count(*) FROM external_ids GROUP BY kind ORDER BY kind`,
	} {
		rows, err := d.Query(ctx, query)
		lines, err := db.All(rows, err, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) })
		if err != nil || len(lines) == 0 {
			t.Fatalf("%s: %d rows, %v", query, len(lines), err)
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return b.String()
}
