package sim

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/account"
	"guildhall/internal/app"
	"guildhall/internal/config"
	"guildhall/internal/db"
	"guildhall/internal/invite"
	"guildhall/internal/transfer"
	"guildhall/internal/web"
)

// What a started process is to be, and where.
const (
	roleEnv  = "GUILDHALL_SIM_ROLE"
	dataEnv  = "GUILDHALL_SIM_DATA"
	whereEnv = "GUILDHALL_SIM_DATABASE"
	setEnv   = "GUILDHALL_SIM_SET"
)

var roles = map[string]func(context.Context) error{"serve": serve, "import": importSet, "migrate": migrate, "save": save}

// child is the life of a started process: it ends when its work does, when it is
// told to, or when whoever started it is gone.
func child(role string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	if err := roles[role](ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// settings are those of an instance in a folder; without a database it is the
// SQLite file there.
func settings(dir, where string) config.Config {
	if where == "" {
		where = filepath.Join(dir, "guildhall.db")
	}
	return config.Config{Data: dir, Database: where, Listen: "127.0.0.1:0", Name: "Testhall", BaseURL: "http://localhost", From: "hall@localhost"}
}

// instance opens the real thing in its data folder; the caller ends both.
func instance(ctx context.Context, dir, where string) (a *app.App, end func() error, err error) {
	return logging(ctx, dir, where, slog.New(slog.DiscardHandler))
}

// logging is instance with a log.
func logging(ctx context.Context, dir, where string, log *slog.Logger) (a *app.App, end func() error, err error) {
	folder, err := config.OpenDir(dir, config.Demo)
	if err != nil {
		return nil, nil, err
	}
	a, err = app.New(ctx, settings(dir, where), app.Options{
		Demo: true, Unlimited: true, Log: log, AccountCost: account.Cost{Memory: 64, Time: 1},
		More: []app.Feature{{Name: "sim", Routes: []web.Route{
			{Pattern: "GET /sim/health", Policy: web.Open, Handler: func(w http.ResponseWriter, r *web.Request) error { return report(w, r, a) }},
		}}},
	})
	if err != nil {
		return nil, nil, errors.Join(err, folder.Close())
	}
	return a, func() error { return errors.Join(a.Close(), folder.Close()) }, nil
}

func serve(ctx context.Context) error {
	a, end, err := instance(ctx, os.Getenv(dataEnv), os.Getenv(whereEnv))
	if err != nil {
		return err
	}
	l, err := a.Listen()
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return errors.Join(a.Serve(ctx, l), end())
}

func importSet(ctx context.Context) error {
	a, end, err := instance(ctx, os.Getenv(dataEnv), os.Getenv(whereEnv))
	if err != nil {
		return err
	}
	_, err = a.Transfer.Import(ctx, transfer.Options{Dir: os.Getenv(setEnv), Preset: access.OpenToMembers,
		Progress: func(step string, done, _ int) { fmt.Println(step, done) }})
	return errors.Join(err, end())
}

func migrate(ctx context.Context) error {
	fmt.Println("going")
	d, err := db.Open(ctx, os.Getenv(whereEnv))
	if err != nil {
		return err
	}
	_, err = d.Migrate(ctx)
	return errors.Join(err, d.Close())
}

// health is how a server finds itself, with all that it holds between members.
type health struct {
	Trouble []string
	Letters []stored // by id, which is in the order of sending
	Ties    [][2]int64
}

// stored is one invitation: the receiver's row and the sender's mirror.
type stored struct {
	ID, From, To int64
	Truth, Seen  invite.State
}

func report(w http.ResponseWriter, r *web.Request, a *app.App) error {
	h, err := examine(r.Context(), a)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(h)
}

// examine asks the doctor, looks at what the doctor does not, and reads the
// tables. Nothing else may be going on.
func examine(ctx context.Context, a *app.App) (h health, err error) {
	for _, f := range a.Doctor(ctx) {
		if !f.OK {
			h.Trouble = append(h.Trouble, f.What+": "+f.Says)
		}
	}
	lags, err := a.Journal.Lag(ctx)
	if err != nil {
		return h, err
	}
	for _, l := range lags {
		if l.Behind != 0 || l.Trouble != "" {
			h.Trouble = append(h.Trouble, fmt.Sprintf("follower %s is %d behind: %s", l.Name, l.Behind, l.Trouble))
		}
	}
	for what, query := range oddIn(a.DB.Kind()) {
		var n int
		if err := a.DB.QueryRow(ctx, query).Scan(&n); err != nil {
			return h, err
		}
		if n != 0 {
			h.Trouble = append(h.Trouble, fmt.Sprintf("%d %s", n, what))
		}
	}
	if h.Letters, err = letters(ctx, a.DB); err != nil {
		return h, err
	}
	for x, y := range a.Network.Graph().All() {
		h.Ties = append(h.Ties, [2]int64{x, y})
	}
	return h, nil
}

// odd counts what a transaction that was cut in two would leave behind.
var odd = map[string]string{
	"invitations without a mirror": `SELECT count(*) FROM invitations i WHERE NOT EXISTS
		(SELECT 1 FROM sent_invitations s WHERE s.member_id = i.sender_id AND s.id = i.id AND s.receiver_id = i.member_id)`,
	"mirrors without an invitation": `SELECT count(*) FROM sent_invitations s WHERE NOT EXISTS
		(SELECT 1 FROM invitations i WHERE i.member_id = s.receiver_id AND i.id = s.id)`,
	"states that are not on record": `SELECT count(*) FROM invitations i WHERE NOT EXISTS
		(SELECT 1 FROM invitation_events e WHERE e.member_id = i.member_id AND e.invitation_id = i.id AND e.version = i.version AND e.to_state = i.state)`,
	"records too many or too few": `SELECT count(*) FROM invitations i WHERE i.version <>
		(SELECT count(*) FROM invitation_events e WHERE e.member_id = i.member_id AND e.invitation_id = i.id)`,
	"invitations that the journal does not know": `SELECT count(*) FROM invitations i WHERE i.state <> 3 AND NOT EXISTS
		(SELECT 1 FROM journal j WHERE j.kind = 'invite.sent' AND j.ref = i.id)`,
	"ties of an invitation without follows": `SELECT count(*) FROM connections c WHERE c.invited_by <> 0 AND 2 <>
		(SELECT count(*) FROM follows f WHERE f.member_id = c.member_id AND f.peer_id = c.peer_id)`,
	"follows without a tie": `SELECT count(*) FROM follows f WHERE NOT EXISTS
		(SELECT 1 FROM connections c WHERE c.member_id = f.member_id AND c.peer_id = f.peer_id)`,
	"gaps in the journal": `SELECT count(*) FROM journal_heads h WHERE h.seq <> (SELECT count(*) FROM journal j WHERE j.part = h.part)`,
}

// oddIn adds what only SQLite can be asked.
func oddIn(k db.Kind) map[string]string {
	all := maps.Clone(odd)
	if k == db.SQLite {
		all["complaints of the integrity check"] = `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`
	}
	return all
}

func letters(ctx context.Context, d *db.DB) ([]stored, error) {
	rows, err := d.Query(ctx, `SELECT i.id, i.sender_id, i.member_id, i.state, s.state FROM invitations i
		JOIN sent_invitations s ON s.member_id = i.sender_id AND s.id = i.id ORDER BY i.id`)
	return db.All(rows, err, scanStored)
}

// process is a started child.
type process struct {
	cmd   *exec.Cmd
	in    io.Closer
	lines *bufio.Scanner
	wrong *strings.Builder
}

// launch starts this program again in a role.
func launch(t *testing.T, role, dir, where string, env ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0]), wrong: &strings.Builder{}}
	p.cmd.Env = append(os.Environ(), append(env, roleEnv+"="+role, dataEnv+"="+dir, whereEnv+"="+where)...)
	p.cmd.Stderr = p.wrong
	out, err := p.cmd.StdoutPipe()
	in, err2 := p.cmd.StdinPipe()
	if err := errors.Join(err, err2, p.cmd.Start()); err != nil {
		t.Fatal(err)
	}
	p.in, p.lines = in, bufio.NewScanner(out)
	t.Cleanup(p.kill)
	return p
}

// line waits for what the child says next; ok is false when it has ended.
func (p *process) line() (string, bool) {
	ok := p.lines.Scan()
	return p.lines.Text(), ok
}

// kill ends it like a power cut, as far as a process can have one.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// rest reads on until the child has ended, and says how.
func (p *process) rest() error {
	for p.lines.Scan() {
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, p.wrong)
	}
	return nil
}

func scanStored(r *sql.Rows) (l stored, err error) {
	err = r.Scan(&l.ID, &l.From, &l.To, &l.Truth, &l.Seen)
	return l, err
}
