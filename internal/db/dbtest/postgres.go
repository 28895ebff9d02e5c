package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/id"
)

var server struct {
	sync.Once
	url, template string
	err           error
}

// Postgres returns an empty migrated PostgreSQL database, dropped with the test.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL returns the address of an empty migrated PostgreSQL database that
// is dropped with the test: for tests that start a whole server on it.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server.Do(start)
	if server.err != nil {
		t.Fatalf("PostgreSQL for tests: %v", server.err)
	}
	name := "t" + strconv.FormatInt(id.New(), 36)
	admin(t, "CREATE DATABASE "+name+" TEMPLATE "+server.template)
	t.Cleanup(func() { admin(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return withName(server.url, name)
}

func admin(t testing.TB, stmt string) {
	t.Helper()
	pool, err := sql.Open("pgx", server.url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(stmt); err != nil {
		t.Fatalf("%s: %v", stmt, err)
	}
}

func withName(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic("the test server's address was parsed before: " + err.Error())
	}
	u.Path = "/" + name
	return u.String()
}

// start finds or starts the server and prepares the template that every test's
// database is copied from.
func start() {
	server.url = os.Getenv("GUILDHALL_TEST_POSTGRES")
	if server.url == "" {
		server.url, server.err = temporary()
	}
	if server.err == nil {
		server.template, server.err = prepare(server.url)
	}
}

// prepare makes the migrated template once a server and schema; test binaries
// that come at the same time wait for the first.
func prepare(server string) (string, error) {
	ctx := context.Background()
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	name := "guildhall_" + schemaHash()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(71304)"); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock(71304)")
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&there); err != nil || there {
		return name, err
	}
	draft := name + "_draft"
	for _, stmt := range []string{"DROP DATABASE IF EXISTS " + draft, "CREATE DATABASE " + draft} {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return "", err
		}
	}
	d, err := db.Open(ctx, withName(server, draft))
	if err != nil {
		return "", err
	}
	_, err = d.Migrate(ctx)
	if err = errors.Join(err, d.Close()); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	return name, err
}

// schemaHash names a schema by its migrations, so that a server kept from an
// older checkout is not mistaken for this one's.
func schemaHash() string {
	_, here, _, _ := runtime.Caller(0)
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(here), "..", "migrations", "*.sql"))
	sort.Strings(files)
	h := sha256.New()
	for _, f := range files {
		b, _ := os.ReadFile(f)
		fmt.Fprintln(h, filepath.Base(f), len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// temporary starts a PostgreSQL of its own in a folder of its own. The kernel
// ends it with this process, whatever way that ends.
func temporary() (string, error) {
	bin, err := postgresBin()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "guildhall-pg-")
	if err != nil {
		return "", err
	}
	attr, err := otherUser(dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "guildhall", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = attr, dir
	if out, err := init.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %v: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	if err := launch(filepath.Join(bin, "postgres"), data, dir, port, attr); err != nil {
		return "", err
	}
	address := fmt.Sprintf("postgres://guildhall@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, waitFor(address)
}

// launch runs the server from a goroutine that keeps its thread: the signal at
// the parent's death is bound to the thread that started the child.
func launch(program, data, dir string, port int, attr *syscall.SysProcAttr) error {
	cmd := exec.Command(program, "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-k", dir,
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB")
	attr.Pdeathsig = syscall.SIGQUIT
	cmd.SysProcAttr, cmd.Dir = attr, dir
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		cmd.Wait()
	}()
	return <-started
}

func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		sort.Strings(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", errors.New("no initdb on this machine; install it with: apt-get install postgresql")
}

// otherUser lets root run the server as postgres, since it refuses root.
func otherUser(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root cannot run PostgreSQL and there is no user postgres: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func waitFor(address string) error {
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer pool.Close()
	deadline := time.Now().Add(30 * time.Second)
	for {
		if err = pool.Ping(); err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
