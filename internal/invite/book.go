package invite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/id"
	"guildhall/internal/journal"
	"guildhall/internal/network"
	"guildhall/internal/why"
)

// OwnReason is a reason to connect that the keeper of the instance added to the
// seven. What was sent with it keeps it for ever, also when it is retired.
type OwnReason struct {
	Code    string // OwnPrefix and a slug: stored and sent, never changed
	Label   string
	Hint    string     // one line below the label in the dialog; may be empty
	Kin     why.Reason // the one of the seven that it is a kind of, or empty
	Retired bool       // no longer offered
	Version int64
}

// OwnPrefix begins the code of every own reason.
const OwnPrefix = network.OwnReason

// Bounds of own reasons. MostOwn is as many as the dialog's styles know.
const (
	MostOwn  = 12
	ownLabel = 40 // characters
	ownHint  = 80
)

// Book is the reasons of an instance beyond the seven, in the order in which they
// were added. It is read once and shared: don't change it.
type Book []OwnReason

// Find returns the own reason of a code, retired ones too.
func (b Book) Find(code string) (OwnReason, bool) {
	i := slices.IndexFunc(b, func(r OwnReason) bool { return r.Code == code })
	if i < 0 {
		return OwnReason{}, false
	}
	return b[i], true
}

// Label is the words of an own reason; empty for any other code.
func (b Book) Label(code string) string {
	r, _ := b.Find(code)
	return r.Label
}

// claim says in a pair what its sender states: an own reason with its kin, which the
// record is then held against.
func (b Book) claim(p *why.Pair, reason, sub string) {
	p.Stated, p.Sub = why.Reason(reason), sub
	if r, ok := b.Find(reason); ok {
		p.Kin = r.Kin
	}
}

// Open lists those that can be given now.
func (b Book) Open() []OwnReason {
	return slices.DeleteFunc(slices.Clone(b), func(r OwnReason) bool { return r.Retired })
}

// bookKey is under which the book is kept: no member has this id.
const bookKey = -1

// Book returns the instance's own reasons. It is kept in memory where BookFollower
// follows the journal; else one statement.
func (s *Service) Book(ctx context.Context) (Book, error) {
	return s.book.Get(ctx, bookKey, func(ctx context.Context) (Book, error) { return loadBook(ctx, s.db) })
}

// BookFollower lets the service keep the book from now on: fresh at once in the
// process that changed it, on others within a poll of the journal.
func (s *Service) BookFollower(ctx context.Context) (journal.Follower, error) {
	return s.book.Follower(ctx, s.db, "own reasons", 0)
}

// AddReason adds an own reason. Errors are fault.FieldErrors for label, hint and
// kin. Only the keeper's pages call it.
func (s *Service) AddReason(ctx context.Context, v access.Viewer, r OwnReason) (OwnReason, error) {
	r, err := cleanOwn(r)
	if err != nil {
		return r, err
	}
	return r, s.rewrite(ctx, v, func(tx *db.Tx, book Book) error {
		if len(book.Open()) >= MostOwn {
			return fault.New(fault.TooMany, "There are %d reasons of your own, as many as can be. Retire one to add another.", MostOwn)
		}
		if err := book.taken(r); err != nil {
			return err
		}
		r.Code, r.Version = book.code(r.Label), 1
		return insertOwn(ctx, tx, r)
	})
}

// ChangeReason gives an own reason other words, or another kin, wherever it stands.
func (s *Service) ChangeReason(ctx context.Context, v access.Viewer, r OwnReason) error {
	r, err := cleanOwn(r)
	if err != nil {
		return err
	}
	return s.rewrite(ctx, v, func(tx *db.Tx, book Book) error {
		old, ok := book.Find(r.Code)
		if !ok {
			return fault.NotFound()
		}
		if err := book.taken(r); err != nil {
			return err
		}
		r.Retired, r.Version = old.Retired, old.Version
		return updateOwn(ctx, tx, r)
	})
}

// RetireReason takes an own reason out of the dialog, or brings it back. Invitations
// and ties that have it keep it.
func (s *Service) RetireReason(ctx context.Context, v access.Viewer, code string, retired bool) error {
	return s.rewrite(ctx, v, func(tx *db.Tx, book Book) error {
		r, ok := book.Find(code)
		switch {
		case !ok:
			return fault.NotFound()
		case !retired && r.Retired && len(book.Open()) >= MostOwn:
			return fault.New(fault.TooMany, "There are %d reasons of your own, as many as can be. Retire one to bring another back.", MostOwn)
		}
		r.Retired = retired
		return updateOwn(ctx, tx, r)
	})
}

// rewrite changes the book as it is in the truth, and lets everybody know.
func (s *Service) rewrite(ctx context.Context, v access.Viewer, change func(*db.Tx, Book) error) error {
	if _, err := only(v); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		book, err := loadBook(ctx, tx)
		if err != nil {
			return err
		}
		if err := change(tx, book); err != nil {
			return err
		}
		return journal.Append(ctx, tx, journal.Fact{Kind: FactReasons})
	})
	if err == nil {
		s.sync(ctx)
	}
	return err
}

// taken refuses words that another reason has already, one of the seven or a finer one
// of theirs too.
func (b Book) taken(r OwnReason) error {
	var others []string
	for _, other := range b {
		if other.Code != r.Code {
			others = append(others, other.Label)
		}
	}
	for _, of := range why.Reasons {
		others = append(others, of.Label())
		for _, sub := range why.Subs(of) {
			others = append(others, sub.Label)
		}
	}
	key := fold.Key(r.Label)
	if slices.ContainsFunc(others, func(label string) bool { return fold.Key(label) == key }) {
		return fault.Field("label", "There is a reason with these words already.")
	}
	return nil
}

// code makes a code of words that no other has.
func (b Book) code(label string) string {
	code := OwnPrefix + fold.Slug(label, 32)
	if _, there := b.Find(code); there || code == OwnPrefix {
		code = OwnPrefix + "r" + id.String(id.New())
	}
	return code
}

// cleanOwn returns an own reason as it is kept, or what is wrong with it.
func cleanOwn(r OwnReason) (OwnReason, error) {
	var fails fault.FieldErrors
	line := func(field, s string, most int) string {
		s, trouble := fold.Line(s)
		if n := len([]rune(s)); trouble == "" && n > most {
			trouble = fmt.Sprintf("These are %d characters, and %d fit.", n, most)
		}
		if trouble != "" {
			fails = append(fails, fault.Field(field, "%s", trouble))
		}
		return s
	}
	r.Label, r.Hint = line("label", r.Label, ownLabel), line("hint", r.Hint, ownHint)
	if strings.TrimSpace(r.Label) == "" && len(fails) == 0 {
		fails = append(fails, fault.Field("label", "Please write what people will read, such as “Same choir”."))
	}
	if r.Kin != "" && !r.Kin.Valid() {
		fails = append(fails, fault.Field("kin", "Please choose one of the seven reasons, or none."))
	}
	return r, fails.Or()
}
