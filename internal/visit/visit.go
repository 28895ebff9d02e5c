// Package visit knows who looked at whose profile, as far as the viewers let it be
// known, and whom those who looked at somebody looked at too. It owns the tables
// view_modes, profile_views with its mirror profile_viewed, profile_view_days,
// also_viewed and also_progress.
//
// A viewer chooses to be shown in full, semi-privately (field and title) or not at
// all, which is the default. Of a private view nothing is kept but that the day's
// count of its owner is one higher: no table, no log and no operator can say whose
// it was.
package visit

import (
	"context"
	"log/slog"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/graph"
	"guildhall/internal/member"
	"guildhall/internal/page"
	"guildhall/internal/trait"
)

// Mode is how somebody looks at others. Numbers are stored; the higher, the more
// private.
type Mode uint8

// The modes.
const (
	Full    Mode = 1 // name, headline and picture
	Semi    Mode = 2 // field and title, where enough others have the same
	Private Mode = 3 // nothing; and of one's own viewers one sees counts alone
)

// Modes lists all, the most open first.
var Modes = []Mode{Full, Semi, Private}

// String returns the stable code used in forms; empty for what is no mode.
func (m Mode) String() string {
	return map[Mode]string{Full: "full", Semi: "semi", Private: "private"}[m]
}

// ParseMode reads a code; ok is false for any other text.
func ParseMode(code string) (m Mode, ok bool) {
	for _, m := range Modes {
		if m.String() == code {
			return m, true
		}
	}
	return 0, false
}

// View is that somebody's page was opened.
type View struct {
	Viewer, Owner int64
	At            time.Time
}

// Viewer is one line of the list of who looked: a card, or a description.
type Viewer struct {
	Card   member.Card // of a viewer in full; zero else
	Degree graph.Degree
	Field  string // of a semi-private viewer, where it fits enough others
	Title  string // with Field only
	Day    time.Time
}

// Named reports whether the viewer is shown in full.
func (v Viewer) Named() bool { return v.Card.ID != 0 }

// Week is how often a member was looked at in the seven days from Monday on.
type Week struct {
	Monday time.Time
	Seen   int
	Part   bool // not all of its days are counted: the week has just begun, or lies at the edge
}

// Page is who looked at the viewer's profile.
type Page struct {
	Mode    Mode // in which the viewer looks at others
	Seen    int  // views of the last 90 days, up to yesterday
	Weeks   []Week
	Viewers []Viewer // none where Mode is Private
	Next    page.Cursor
}

// Person is somebody whom those who looked at a profile looked at too.
type Person struct {
	Card   member.Card // without a place
	Degree graph.Degree
}

// Needs is what the service is built over.
type Needs struct {
	DB       *db.DB
	Members  *member.Service
	Traits   *trait.Service
	Policies *access.Policies
	Guard    *access.Guard
	Log      *slog.Logger
}

// Service is the way to profile views. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	members *member.Service
	traits  *trait.Service
	open    *access.Policies
	guard   *access.Guard
	log     *slog.Logger
	desk    desk
}

// New returns the service on a migrated database. Views that are noted wait in
// memory until Run or Flush writes them.
func New(n Needs) *Service {
	if n.Log == nil {
		n.Log = slog.Default()
	}
	return &Service{db: n.DB, members: n.Members, traits: n.Traits, open: n.Policies, guard: n.Guard, log: n.Log}
}

// ModeOf returns how the viewer looks at others; Private where they chose nothing.
// One statement.
func (s *Service) ModeOf(ctx context.Context, v access.Viewer) (Mode, error) {
	return loadMode(ctx, s.db, v.Member())
}

// SetMode chooses how the viewer looks at others. What was kept of their views so
// far follows at once, and for good: to Private they are erased, to Semi they lose
// the name. A more open mode holds for later views alone.
func (s *Service) SetMode(ctx context.Context, v access.Viewer, m Mode) error {
	if m.String() == "" {
		return fault.Field("mode", "Choose one of the three ways to look.")
	}
	me := v.Member()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := saveMode(ctx, tx, me, m); err != nil { // first: a batch that is being written waits for it
			return err
		}
		switch m {
		case Private:
			return eraseMade(ctx, tx, me)
		case Semi:
			return unname(ctx, tx, me)
		}
		return nil
	})
}

// Erase deletes all views that a member made. Their own counts stay: they name
// nobody.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, member int64) error {
	return eraseMade(ctx, tx, member)
}
