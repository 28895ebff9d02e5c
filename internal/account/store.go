package account

import (
	"context"
	"database/sql"
	"math"
	"time"

	"guildhall/internal/db"
)

// row is an account as it is stored.
type row struct {
	member   int64
	email    string
	password string // PHC; empty: none
	role     Role
	imported bool
	created  int64
	version  int64
}

func (r row) public() Account {
	return Account{Member: r.member, Email: r.email, Role: r.role, Imported: r.imported, Password: r.password != "", Since: at(r.created)}
}

func at(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

func load(ctx context.Context, q db.Querier, member int64) (r row, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT member_id, email, password, role, imported, created_at, version
		FROM accounts WHERE member_id = $1`, member),
		&r.member, &r.email, &r.password, &r.role, &r.imported, &r.created, &r.version)
	return r, ok, err
}

// lock returns the account and makes whoever changes the same one wait until the
// transaction ends, on both databases.
func lock(ctx context.Context, tx *db.Tx, member int64) (r row, ok bool, err error) {
	ok, err = db.One(tx.QueryRow(ctx, `UPDATE accounts SET version = version WHERE member_id = $1
		RETURNING member_id, email, password, role, imported, created_at, version`, member),
		&r.member, &r.email, &r.password, &r.role, &r.imported, &r.created, &r.version)
	return r, ok, err
}

func insert(ctx context.Context, tx *db.Tx, r row) error {
	_, err := tx.Exec(ctx, `INSERT INTO accounts (member_id, email, password, role, imported, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, 1)`, r.member, r.email, r.password, r.role, r.imported, tx.Now.UnixMicro())
	return err
}

// ensure makes an imported account, with no address and no password, for a
// member who has none.
func ensure(ctx context.Context, tx *db.Tx, member int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO accounts (member_id, email, password, role, imported, created_at, version)
		VALUES ($1, '', '', $2, $3, $4, 1) ON CONFLICT (member_id) DO NOTHING`, member, RoleMember, true, tx.Now.UnixMicro())
	return err
}

// saveCredentials writes address, password and whether the account is imported,
// if nobody changed it since it was loaded.
func saveCredentials(ctx context.Context, tx *db.Tx, r row) error {
	n, err := tx.Exec(ctx, `UPDATE accounts SET email = $3, password = $4, imported = $5, version = version + 1
		WHERE member_id = $1 AND version = $2`, r.member, r.version, r.email, r.password, r.imported)
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	return err
}

func setRole(ctx context.Context, tx *db.Tx, member int64, r Role) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET role = $2, version = version + 1 WHERE member_id = $1`, member, r)
	return err
}

// hasOwner reads accounts in the order of their making until it meets an owner:
// as a rule that is the first.
func hasOwner(ctx context.Context, q db.Querier) (bool, error) {
	var one int
	return db.One(q.QueryRow(ctx, `SELECT 1 FROM accounts WHERE role = $1 ORDER BY member_id LIMIT 1`, RoleOwner), &one)
}

// Sessions.

func insertSession(ctx context.Context, tx *db.Tx, t ticket, agent string) error {
	now := tx.Now
	_, err := tx.Exec(ctx, `INSERT INTO sessions (member_id, token_hash, agent, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $4, $5)`, t.member, t.hash(), agent, now.UnixMicro(), now.Add(sessionIdle).UnixMicro())
	return err
}

// trimSessions leaves room for one more session.
func trimSessions(ctx context.Context, tx *db.Tx, member int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE member_id = $1 AND token_hash NOT IN
		(SELECT token_hash FROM sessions WHERE member_id = $1 ORDER BY seen_at DESC, token_hash LIMIT $2)`, member, maxSessions-1)
	return err
}

// The primary keys of both tables serve it: the one statement of every request.
const lookupSession = `SELECT a.role, s.created_at, s.seen_at
FROM sessions s JOIN accounts a ON a.member_id = s.member_id
WHERE s.member_id = $1 AND s.token_hash = $2 AND s.expires_at > $3`

func lookup(ctx context.Context, q db.Querier, t ticket, now time.Time) (r Role, created, seen int64, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, lookupSession, t.member, t.hash(), now.UnixMicro()), &r, &created, &seen)
	return r, created, seen, ok, err
}

// touchSession keeps the last use and moves the end, unless another request was
// faster.
func touchSession(ctx context.Context, tx *db.Tx, t ticket, expires time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE sessions SET seen_at = $3, expires_at = $4 WHERE member_id = $1 AND token_hash = $2 AND seen_at < $3`,
		t.member, t.hash(), tx.Now.UnixMicro(), expires.UnixMicro())
	return err
}

func loadSessions(ctx context.Context, q db.Querier, member int64, now time.Time) ([]Session, error) {
	rows, err := q.Query(ctx, `SELECT token_hash, agent, created_at, seen_at FROM sessions
		WHERE member_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, token_hash LIMIT $3`, member, now.UnixMicro(), maxSessions)
	return db.All(rows, err, func(r *sql.Rows) (Session, error) {
		var (
			s             Session
			created, seen int64
		)
		err := r.Scan(&s.Ref, &s.Agent, &created, &seen)
		s.Member, s.Created, s.Seen = member, at(created), at(seen)
		return s, err
	})
}

func deleteSession(ctx context.Context, tx *db.Tx, member int64, hash string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM sessions WHERE member_id = $1 AND token_hash = $2`, member, hash)
}

// deleteSessions ends all of a member's sessions but the one with the hash keep.
func deleteSessions(ctx context.Context, tx *db.Tx, member int64, keep string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM sessions WHERE member_id = $1 AND token_hash <> $2`, member, keep)
}

// Registrations.

// saveRegistration keeps the newest registration of an address; the link of an
// older one dies with it.
const saveRegistrationSQL = `INSERT INTO registrations (email, token_hash, name, password, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO UPDATE SET token_hash = excluded.token_hash, name = excluded.name,
password = excluded.password, created_at = excluded.created_at, expires_at = excluded.expires_at`

func saveRegistration(ctx context.Context, tx *db.Tx, sl slip, name, password string) error {
	_, err := tx.Exec(ctx, saveRegistrationSQL, sl.email, sl.hash(), name, password,
		tx.Now.UnixMicro(), tx.Now.Add(registrationLife).UnixMicro())
	return err
}

// registration is one that waits for its link.
type registration struct{ name, password string }

func loadRegistration(ctx context.Context, q db.Querier, sl slip, now time.Time) (r registration, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT name, password FROM registrations WHERE email = $1 AND token_hash = $2 AND expires_at > $3`,
		sl.email, sl.hash(), now.UnixMicro()), &r.name, &r.password)
	return r, ok, err
}

// takeRegistration deletes it and returns what it held: of two who follow the
// same link, one gets it.
func takeRegistration(ctx context.Context, tx *db.Tx, sl slip) (r registration, ok bool, err error) {
	ok, err = db.One(tx.QueryRow(ctx, `DELETE FROM registrations WHERE email = $1 AND token_hash = $2 AND expires_at > $3
		RETURNING name, password`, sl.email, sl.hash(), tx.Now.UnixMicro()), &r.name, &r.password)
	return r, ok, err
}

// Links.

// purpose is what a one-time link is for. Stored.
type purpose string

const (
	forReset  purpose = "reset"
	forEmail  purpose = "email"
	forSignIn purpose = "signin"
	forOwner  purpose = "owner"
)

// replaceLink makes the only link of its purpose for the ticket's member. The
// zero time is no end.
func replaceLink(ctx context.Context, tx *db.Tx, t ticket, p purpose, email string, expires time.Time) error {
	until := int64(math.MaxInt64)
	if !expires.IsZero() {
		until = expires.UnixMicro()
	}
	if _, err := tx.Exec(ctx, `DELETE FROM account_links WHERE member_id = $1 AND purpose = $2`, t.member, p); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO account_links (member_id, token_hash, purpose, email, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, t.member, t.hash(), p, email, tx.Now.UnixMicro(), until)
	return err
}

func loadLink(ctx context.Context, q db.Querier, t ticket, p purpose, now time.Time) (email string, ok bool, err error) {
	ok, err = db.One(q.QueryRow(ctx, `SELECT email FROM account_links WHERE member_id = $1 AND token_hash = $2 AND purpose = $3 AND expires_at > $4`,
		t.member, t.hash(), p, now.UnixMicro()), &email)
	return email, ok, err
}

// takeLink deletes a link and returns the address that it is about: of two who
// follow it, one gets it.
func takeLink(ctx context.Context, tx *db.Tx, t ticket, p purpose) (email string, ok bool, err error) {
	ok, err = db.One(tx.QueryRow(ctx, `DELETE FROM account_links WHERE member_id = $1 AND token_hash = $2 AND purpose = $3 AND expires_at > $4
		RETURNING email`, t.member, t.hash(), p, tx.Now.UnixMicro()), &email)
	return email, ok, err
}

func deleteLinks(ctx context.Context, tx *db.Tx, member int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_links WHERE member_id = $1`, member)
	return err
}

func sweep(ctx context.Context, tx *db.Tx) (n int64, err error) {
	for _, q := range []string{
		`DELETE FROM registrations WHERE expires_at <= $1`,
		`DELETE FROM account_links WHERE expires_at <= $1`,
		`DELETE FROM sessions WHERE expires_at <= $1`,
	} {
		k, err := tx.Exec(ctx, q, tx.Now.UnixMicro())
		if err != nil {
			return n, err
		}
		n += k
	}
	return n, nil
}
