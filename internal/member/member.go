// Package member knows who exists: each member's handle, name and the few lines
// of their card, nothing more. It owns the tables members, member_words (the
// index of names) and claims (what may be taken once: handles, and for accounts
// the e-mail addresses). It knows no profile, no password and no viewer: who may
// see a card is decided by access, and who may change one by the caller.
package member

import (
	"context"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/id"
)

// Status is whether a member is there. Only Active members are found or shown;
// the others are as if they did not exist.
//
//	Active ⇄ Hibernated      by the member
//	Active ⇄ Suspended       by a moderator
//	any    → Former          for good: the account is deleted
//
// Numbers are stored.
type Status uint8

// The states.
const (
	Active     Status = 1
	Hibernated Status = 2
	Suspended  Status = 3
	Former     Status = 4
)

// String returns the stable code.
func (s Status) String() string {
	switch s {
	case Active:
		return "active"
	case Hibernated:
		return "hibernated"
	case Suspended:
		return "suspended"
	case Former:
		return "former"
	}
	return "unknown"
}

// Card is what everybody who may see a member at all sees of them.
type Card struct {
	ID       int64
	Handle   string // the address: /in/<handle>
	Name     string
	Lang     string // BCP 47 tag of the language the name is in; may be empty
	Pronouns string
	Headline string
	Location string
	Picture  string // key of the picture's blob; empty shows initials on the tint
	Tint     int    // 0 to Tints-1, the same for life
	Status   Status
	Since    time.Time // when the member joined, UTC
}

// Tints is how many background colours there are for members without a picture.
const Tints = 12

// Newcomer is what a new member starts with. Only Name is needed.
type Newcomer struct {
	ID       int64 // 0: a fresh one
	Name     string
	Lang     string
	Pronouns string
	Headline string
	Location string
	Handle   string    // empty: made from the name
	Since    time.Time // zero: now; imports know better
}

// Change is what to change of a card; nil leaves a line as it is.
type Change struct {
	Name, Pronouns, Headline, Location, Lang *string
}

// Service is the way to members. It is safe for concurrent use.
type Service struct {
	db    *db.DB
	cache cache
}

// New returns the service on a migrated database.
func New(d *db.DB) *Service { return &Service{db: d} }

// Create makes a member with a unique handle and makes them findable by name: 3
// statements and one more for each handle that was taken. The texts are cleaned;
// what cannot be kept is a fault.FieldErrors. The caller appends Created.
func (s *Service) Create(ctx context.Context, tx *db.Tx, n Newcomer) (Card, error) {
	c, err := n.card()
	if err != nil {
		return Card{}, err
	}
	if c.ID == 0 {
		c.ID = id.New()
	}
	if c.Since.IsZero() {
		c.Since = tx.Now
	}
	c.Tint = tint(c.ID)
	if c.Handle, err = claimHandle(ctx, tx, c); err != nil {
		return Card{}, err
	}
	if err := insert(ctx, tx, c); err != nil {
		return Card{}, err
	}
	return c, insertWords(ctx, tx, c.ID, c.Name)
}

// claimHandle takes the handle that was asked for, or the first free one of
// those that go with the name.
func claimHandle(ctx context.Context, tx *db.Tx, c Card) (string, error) {
	if c.Handle != "" {
		ok, err := Claim(ctx, tx, KindHandle, c.Handle, c.ID)
		if err == nil && !ok {
			err = handleTaken(c.Handle)
		}
		return c.Handle, err
	}
	for try := range 8 {
		h := handleFor(c.Name, c.ID, try)
		if ok, err := Claim(ctx, tx, KindHandle, h, c.ID); ok || err != nil {
			return h, err
		}
	}
	return "", fault.New(fault.Conflict, "No free address was found for this name. Please try again.")
}

// Card returns one member's card whatever their status, for themselves and for
// the program; fault.Missing when there is none.
func (s *Service) Card(ctx context.Context, q db.Querier, id int64) (Card, error) {
	c, ok, err := load(ctx, q, id)
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return c, err
}

// Many counts all members, those who are away or gone too. It reads all of an index.
func (s *Service) Many(ctx context.Context, q db.Querier) (int, error) { return many(ctx, q) }

// Cards returns the cards of those of ids who are active, with one statement
// per db.MaxIn ids, and none when Follower keeps all of them.
func (s *Service) Cards(ctx context.Context, q db.Querier, ids []int64) (map[int64]Card, error) {
	if d, ok := q.(*db.DB); ok && d == s.db {
		return s.cached(ctx, d, ids)
	}
	return loadActive(ctx, q, ids)
}

// ByHandle finds an active member by a handle in any case. An old handle finds
// its member for 90 days after a change: then current differs from the handle
// asked for, and the page redirects. Unknown ones are fault.Missing.
func (s *Service) ByHandle(ctx context.Context, handle string) (id int64, current string, err error) {
	handle = foldHandle(handle)
	if id, ok := s.cache.holder(handle); ok {
		return id, handle, nil
	}
	id, current, ok, err := byHandle(ctx, s.db, handle, s.db.Now())
	if err == nil && !ok {
		err = fault.NotFound()
	}
	return id, current, err
}

// Change changes lines of a card and returns it as it then stands. The caller
// has decided that this is allowed, and appends Changed.
func (s *Service) Change(ctx context.Context, tx *db.Tx, id int64, ch Change) (Card, error) {
	c, err := lock(ctx, tx, id)
	if err != nil {
		return Card{}, err
	}
	was := c.Name
	if c, err = ch.apply(c); err != nil {
		return Card{}, err
	}
	if err := saveLines(ctx, tx, c); err != nil || c.Name == was {
		return c, err
	}
	if err := deleteWords(ctx, tx, id); err != nil {
		return Card{}, err
	}
	return c, insertWords(ctx, tx, id, c.Name)
}

// KeepHandle is how long an old handle leads to its member's new one, and is
// nobody else's to take.
const KeepHandle = 90 * 24 * time.Hour

// SetHandle gives a member another address and returns the card. The old one
// redirects for KeepHandle; taking it back before that is always possible. The
// caller appends Changed.
func (s *Service) SetHandle(ctx context.Context, tx *db.Tx, id int64, handle string) (Card, error) {
	h, err := CleanHandle(handle)
	if err != nil {
		return Card{}, err
	}
	c, err := lock(ctx, tx, id)
	if err != nil || c.Handle == h {
		return c, err
	}
	if ok, err := Claim(ctx, tx, KindHandle, h, id); err != nil {
		return Card{}, err
	} else if !ok {
		return Card{}, handleTaken(h)
	}
	if err := Release(ctx, tx, KindHandle, c.Handle, id, tx.Now.Add(KeepHandle)); err != nil {
		return Card{}, err
	}
	c.Handle = h
	return c, saveHandle(ctx, tx, id, h)
}

// SetPicture puts the key of a picture's blob on the card, or takes it off with
// the empty key, and returns the key that was there, for the sweeper.
func (s *Service) SetPicture(ctx context.Context, tx *db.Tx, id int64, key string) (was string, err error) {
	c, err := lock(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return c.Picture, savePicture(ctx, tx, id, key)
}

// SetStatus moves a member to another state; from Former there is no way back.
// The caller appends StatusChanged.
func (s *Service) SetStatus(ctx context.Context, tx *db.Tx, id int64, to Status) error {
	c, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := mayBecome(c.Status, to); err != nil {
		return err
	}
	return saveStatus(ctx, tx, id, to)
}

// Away returns those of ids who hibernate, are suspended or have left, from the
// truth; of nil ids all there are. One statement a db.MaxIn ids, or one for nil.
func (s *Service) Away(ctx context.Context, ids []int64) ([]int64, error) {
	return loadAway(ctx, s.db, ids)
}

// Search finds active members by name: every word of text is the beginning of a
// word of the name, in any order, whatever the case and accents. Those whose
// name has the word itself come first. One statement for one word, two for
// several; a text without a letter or digit finds nobody. The caller's lens decides who of them is shown.
func (s *Service) Search(ctx context.Context, q db.Querier, text string, limit int) ([]int64, error) {
	words := queryWords(text)
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	if len(words) > 1 {
		counts, err := prefixCounts(ctx, q, words)
		if err != nil {
			return nil, err
		}
		if words = rarestFirst(words, counts); words == nil {
			return nil, nil
		}
	}
	return search(ctx, q, words, limit)
}

// Page lists the ids of active members after an id, ascending, at most limit.
func (s *Service) Page(ctx context.Context, q db.Querier, after int64, limit int) ([]int64, error) {
	return activeAfter(ctx, q, after, limit)
}
