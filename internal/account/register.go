package account

import (
	"context"
	"crypto/subtle"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

// Register takes a registration and sends a letter to its address: with the
// link to follow, or, where the address has an account, with the ways into
// that. What it returns and does is the same in both cases, down to the row
// that it writes, so that neither text nor time tells which it was.
//
// The receipt is for the browser that registered: with it the link alone is
// enough. Without it Verify wants the password, so that nobody can register a
// stranger's address and have the stranger open the account for them.
func (s *Service) Register(ctx context.Context, c Client, name, email, password string) (receipt string, err error) {
	if s.cfg.Closed {
		return "", fault.New(fault.Denied, "Nobody can register at %s at present. Please ask the people who run it.", s.cfg.Site)
	}
	if name, email, err = newcomer(name, email, password); err != nil {
		return "", err
	}
	if err := s.doors.letter(s.db.Now(), c.IP, email); err != nil {
		return "", err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	sl := newSlip(email)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, taken, err := byEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if err := saveRegistration(ctx, tx, sl, name, phc); err != nil {
			return err
		}
		if taken {
			return s.send(ctx, tx, a, s.alreadyLetter(email))
		}
		return s.sendNew(ctx, tx, s.verifyLetter(email, sl))
	})
	return sl.receipt(), err
}

// newcomer checks and cleans what somebody registers with, all fields at once.
func newcomer(name, email, password string) (cleanName, cleanEmail string, err error) {
	var fails fault.FieldErrors
	cleanName, err = member.CleanName(name)
	fails = collect(fails, err)
	cleanEmail, err = CleanEmail(email)
	fails = collect(fails, err)
	fails = collect(fails, CheckPassword(password, name, email))
	return cleanName, cleanEmail, fails.Or()
}

// collect adds a field's failure to the others.
func collect(fails fault.FieldErrors, err error) fault.FieldErrors {
	var f *fault.Error
	if errors.As(err, &f) {
		fails = append(fails, f)
	}
	return fails
}

// byEmail finds the account that holds an address: two statements, whether
// there is one or not.
func byEmail(ctx context.Context, q db.Querier, email string) (row, bool, error) {
	owner, _, err := member.Claimant(ctx, q, member.KindEmail, email)
	if err != nil {
		return row{}, false, err
	}
	return load(ctx, q, owner)
}

// Waiting is a registration that waits for its link to be followed.
type Waiting struct {
	Name, Email string
	Password    bool // it has to be typed again: this is another browser
}

// Waiting looks at the registration of a link without using it up.
func (s *Service) Waiting(ctx context.Context, token, receipt string) (Waiting, error) {
	sl, ok := parseSlip(token)
	if !ok {
		return Waiting{}, gone()
	}
	r, ok, err := loadRegistration(ctx, s.db, sl, s.db.Now())
	if err != nil {
		return Waiting{}, err
	}
	if !ok {
		return Waiting{}, gone()
	}
	return Waiting{Name: r.name, Email: sl.email, Password: !equal(receipt, sl.receipt())}, nil
}

// Verify follows the link of a registration: it makes the member and the
// account, takes the address and opens a session, all in one transaction.
// Browsers without the receipt have to give the password that was chosen.
func (s *Service) Verify(ctx context.Context, c Client, token, receipt, password string) (session string, err error) {
	sl, ok := parseSlip(token)
	if !ok {
		return "", gone()
	}
	if err := s.mayVerify(ctx, c, sl, receipt, password); err != nil {
		return "", err
	}
	var card member.Card
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		r, ok, err := takeRegistration(ctx, tx, sl)
		if err != nil {
			return err
		}
		if !ok {
			return gone()
		}
		if card, err = s.settle(ctx, tx, r.name, row{email: sl.email, password: r.password, role: RoleMember}); err != nil {
			return err
		}
		if session, err = begin(ctx, tx, card.ID, c); err != nil {
			return err
		}
		return journal.Append(ctx, tx, member.Created(card.ID))
	})
	if err != nil {
		return "", err
	}
	s.log.InfoContext(ctx, "registered", "member", card.ID)
	return session, nil
}

func (s *Service) mayVerify(ctx context.Context, c Client, sl slip, receipt, password string) error {
	if equal(receipt, sl.receipt()) {
		return nil
	}
	r, ok, err := loadRegistration(ctx, s.db, sl, s.db.Now())
	if err != nil {
		return err
	}
	if !ok {
		return gone()
	}
	return s.prove(ctx, signInKey(c.IP, sl.email), r.password, password, "password")
}

// settle makes a member with an account and takes the account's address for
// them.
func (s *Service) settle(ctx context.Context, tx *db.Tx, name string, a row) (member.Card, error) {
	card, err := s.members.Create(ctx, tx, member.Newcomer{Name: name})
	if err != nil {
		return member.Card{}, err
	}
	free, err := member.Claim(ctx, tx, member.KindEmail, a.email, card.ID)
	if err != nil {
		return member.Card{}, err
	}
	if !free {
		return member.Card{}, fault.New(fault.Conflict, "Another account has taken the address %s in the meantime. Please sign in to that one, or reset its password.", a.email)
	}
	a.member = card.ID
	return card, insert(ctx, tx, a)
}

// prove checks a password that is typed to confirm something, with a pause
// after several wrong ones.
func (s *Service) prove(ctx context.Context, key, phc, password, field string) error {
	if password == "" {
		return fault.Field(field, "Please type your password.")
	}
	if err := s.doors.pause(s.db.Now(), key); err != nil {
		return err
	}
	ok, _, err := s.hasher.check(ctx, phc, password)
	if err != nil {
		return err
	}
	if !ok {
		s.doors.wrong(s.db.Now(), key)
		return fault.Field(field, "This is not the password. Please try again.")
	}
	s.doors.right(key)
	return nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
