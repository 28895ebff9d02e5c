// Package account is how people come in: registering, verifying an address,
// signing in and out, sessions, forgotten and changed passwords, changed
// addresses, the one-time links of the owner and the operator. It owns the
// tables accounts, sessions, registrations and account_links, and holds each
// e-mail address through member's claims.
//
// It knows nothing of profiles and pages. Three rules hold everywhere in it. No
// answer tells whether an address is registered: the same text, the same work,
// only the letter differs. No secret is stored: of passwords there is an
// argon2id form, of links and sessions a hash. And an imported account, whose
// address nobody here has given, is never sent a letter (see Service.send).
package account

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/mail"
	"guildhall/internal/member"
)

// Role is what an account may do beyond a member's own things. Numbers are
// stored.
type Role uint8

// The roles.
const (
	RoleMember Role = 1
	RoleOwner  Role = 2
)

// How long things last.
const (
	registrationLife = 24 * time.Hour
	resetLife        = time.Hour
	emailLife        = 24 * time.Hour
	signInLife       = time.Hour

	sessionIdle = 30 * 24 * time.Hour // a session that is not used ends
	seenEvery   = 10 * time.Minute    // how exactly its last use is kept
	maxSessions = 50                  // of one member; the longest unused go first
)

// SessionLife is how long any session lasts at most, however much it is used.
const SessionLife = 180 * 24 * time.Hour

// Queue takes letters in the transaction that gives cause for them, so that
// there is never one without the other.
type Queue interface {
	Letter(ctx context.Context, tx *db.Tx, l mail.Letter) error
}

// Config is what the operator and the tests set.
type Config struct {
	Site   string // the instance's name, as letters say it
	Base   string // the instance's address for links, such as https://guild.example; never taken from a request
	Closed bool   // nobody can register
	Demo   bool   // Persona opens sessions without a password
	Cost   Cost   // zero: DefaultCost
	Limits Limits // zero: DefaultLimits
	Log    *slog.Logger
}

// Service is the way to accounts. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	members *member.Service
	queue   Queue
	cfg     Config
	hasher  *hasher
	doors   *doors
	log     *slog.Logger
}

// New returns the service on a migrated database.
func New(d *db.DB, members *member.Service, queue Queue, cfg Config) *Service {
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{db: d, members: members, queue: queue, cfg: cfg, hasher: newHasher(cfg.Cost), doors: newDoors(cfg.Limits), log: cfg.Log}
}

// Demo reports whether personas may be stepped into.
func (s *Service) Demo() bool { return s.cfg.Demo }

// Open reports whether people can register.
func (s *Service) Open() bool { return !s.cfg.Closed }

// Client is who knocks, as far as the face can tell.
type Client struct {
	IP    netip.Addr // for the limits; of the connection, or what a trusted proxy says
	Agent string     // the User-Agent header
	Token string     // the session that the browser still carries, if any; it ends when another begins
}

// Account is what a member sees of their own account.
type Account struct {
	Member   int64
	Email    string // folded; empty: none
	Role     Role
	Imported bool // made by the operator; nobody has given an address yet
	Password bool // there is one
	Since    time.Time
}

// Of returns the viewer's own account; fault.Missing when there is none.
func (s *Service) Of(ctx context.Context, v access.Viewer) (Account, error) {
	a, err := s.own(ctx, s.db, v)
	return a.public(), err
}

// own loads the viewer's account.
func (s *Service) own(ctx context.Context, q db.Querier, v access.Viewer) (row, error) {
	if v.Member() == 0 {
		return row{}, fault.NotFound()
	}
	a, ok, err := load(ctx, q, v.Member())
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return a, err
}

// KnowsEmail reports whether email is the member's address, in the same time
// for right and wrong: for invitations from people who know it.
func (s *Service) KnowsEmail(ctx context.Context, member int64, email string) (bool, error) {
	a, _, err := load(ctx, s.db, member)
	if err != nil {
		return false, err
	}
	folded, bad := CleanEmail(email)
	same := equal(hash([]byte(folded)), hash([]byte(a.email)))
	return bad == nil && a.email != "" && same, nil
}

// SetRole gives a member's account a role, inside the caller's transaction. A
// member without an account gets an imported one.
func (s *Service) SetRole(ctx context.Context, tx *db.Tx, member int64, r Role) error {
	if r != RoleMember && r != RoleOwner {
		return fault.New(fault.Invalid, "There is no such role.")
	}
	if err := ensure(ctx, tx, member); err != nil {
		return err
	}
	return setRole(ctx, tx, member, r)
}

// Sweep deletes what has expired: registrations, links, sessions. It returns
// how many rows went, and is to be run about once a day.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	var n int64
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = sweep(ctx, tx)
		return err
	})
	return n, err
}

// gone is the answer to every link that cannot be used: never made, used, too
// old, or replaced by a newer one.
func gone() error {
	return fault.New(fault.Missing, "This link does not work any more. It may have been used already, or a newer one was sent.")
}

// link writes an address of this instance.
func (s *Service) link(path string) string { return s.cfg.Base + path }
