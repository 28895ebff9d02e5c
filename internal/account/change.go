package account

import (
	"context"
	"strconv"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

// ChangePassword gives the viewer another password. The current one is asked for
// where there is one. Every session ends; the returned one is fresh, for the
// browser that asked.
func (s *Service) ChangePassword(ctx context.Context, c Client, v access.Viewer, current, password string) (token string, err error) {
	a, err := s.own(ctx, s.db, v)
	if err != nil {
		return "", err
	}
	if err := s.confirm(ctx, a, current); err != nil {
		return "", err
	}
	card, err := s.members.Card(ctx, s.db, a.member)
	if err != nil {
		return "", err
	}
	if err := CheckPassword(password, card.Name, a.email); err != nil {
		return "", err
	}
	if a.password, err = s.hasher.hash(ctx, password); err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := renew(ctx, tx, a); err != nil {
			return err
		}
		if token, err = begin(ctx, tx, a.member, c); err != nil {
			return err
		}
		return s.send(ctx, tx, a, s.passwordLetter(a.email))
	})
	if err != nil {
		return "", err
	}
	s.log.InfoContext(ctx, "password changed", "member", a.member)
	return token, nil
}

// confirm asks for the account's password, if it has one: accounts that the
// operator opened begin without.
func (s *Service) confirm(ctx context.Context, a row, password string) error {
	if a.password == "" {
		return nil
	}
	return s.prove(ctx, "member "+strconv.FormatInt(a.member, 10), a.password, password, "current")
}

// RequestEmail asks for the viewer's account to have another address. A link
// goes to the new one, and word of it to the old one. Where the new one has an
// account already, its letter says that instead; the answer here is the same.
//
// An imported account becomes the member's own by this: whatever address it was
// imported with is forgotten and gets no letter.
func (s *Service) RequestEmail(ctx context.Context, c Client, v access.Viewer, email, current string) error {
	email, err := CleanEmail(email)
	if err != nil {
		return err
	}
	a, err := s.own(ctx, s.db, v)
	if err != nil {
		return err
	}
	if email == a.email {
		return fault.Field("email", "This is your address already.")
	}
	if err := s.confirm(ctx, a, current); err != nil {
		return err
	}
	if err := s.doors.letter(s.db.Now(), c.IP, email); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.requestEmail(ctx, tx, a, email) })
}

func (s *Service) requestEmail(ctx context.Context, tx *db.Tx, a row, email string) error {
	a, err := relock(ctx, tx, a)
	if err != nil {
		return err
	}
	other, taken, err := byEmail(ctx, tx, email)
	if err != nil {
		return err
	}
	if a, err = adopt(ctx, tx, a); err != nil {
		return err
	}
	t := newTicket(a.member)
	if err := replaceLink(ctx, tx, t, forEmail, email, tx.Now.Add(emailLife)); err != nil {
		return err
	}
	if a.email != "" {
		if err := s.send(ctx, tx, a, s.movingLetter(a.email)); err != nil {
			return err
		}
	}
	if taken && other.member != a.member {
		return s.send(ctx, tx, other, s.alreadyLetter(email))
	}
	return s.sendNew(ctx, tx, s.emailLetter(email, t))
}

// adopt makes an imported account the member's own.
func adopt(ctx context.Context, tx *db.Tx, a row) (row, error) {
	if !a.imported {
		return a, nil
	}
	if a.email != "" {
		if err := member.Release(ctx, tx, member.KindEmail, a.email, a.member, never); err != nil {
			return a, err
		}
	}
	a.imported, a.email = false, ""
	err := saveCredentials(ctx, tx, a)
	a.version++
	return a, err
}

// EmailFor returns the address that a link is to confirm, without using it up.
func (s *Service) EmailFor(ctx context.Context, token string) (email string, err error) {
	return s.peek(ctx, token, forEmail)
}

// ConfirmEmail follows the link to a new address: the account has it from now
// on. All sessions end but the one of the browser that follows the link, if it
// is the same member's; the old address is told.
func (s *Service) ConfirmEmail(ctx context.Context, c Client, token string) error {
	t, ok := parseTicket(token)
	if !ok || t.member == 0 {
		return gone()
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		a, ok, err := lock(ctx, tx, t.member)
		if err != nil {
			return err
		}
		email, used, err := takeLink(ctx, tx, t, forEmail)
		if err != nil {
			return err
		}
		if !ok || !used {
			return gone()
		}
		return s.moveEmail(ctx, tx, c, a, email)
	})
	if err == nil {
		s.log.InfoContext(ctx, "address changed", "member", t.member)
	}
	return err
}

func (s *Service) moveEmail(ctx context.Context, tx *db.Tx, c Client, a row, email string) error {
	free, err := member.Claim(ctx, tx, member.KindEmail, email, a.member)
	if err != nil {
		return err
	}
	if !free {
		return fault.New(fault.Conflict, "Another account has taken the address %s in the meantime. Your account keeps the address that it had.", email)
	}
	was := a.email
	if was != "" && was != email {
		if err := member.Release(ctx, tx, member.KindEmail, was, a.member, never); err != nil {
			return err
		}
		if err := s.send(ctx, tx, a, s.movedLetter(was)); err != nil {
			return err
		}
	}
	a.email = email
	if err := saveCredentials(ctx, tx, a); err != nil {
		return err
	}
	if err := deleteLinks(ctx, tx, a.member); err != nil {
		return err
	}
	keep, _ := parseTicket(c.Token)
	_, err = deleteSessions(ctx, tx, a.member, keep.hash())
	return err
}
