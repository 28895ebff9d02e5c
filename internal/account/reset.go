package account

import (
	"context"

	"guildhall/internal/db"
)

// RequestReset sends a link for a new password to an address that has an
// account. For one that has none it does the same work and sends nothing.
func (s *Service) RequestReset(ctx context.Context, c Client, email string) error {
	email, err := CleanEmail(email)
	if err != nil {
		return err
	}
	if err := s.doors.letter(s.db.Now(), c.IP, email); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		found, _, err := byEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		a, ok, err := lock(ctx, tx, found.member)
		if err != nil {
			return err
		}
		t := newTicket(a.member) // of nobody where there is no account; such a link opens nothing
		if err := replaceLink(ctx, tx, t, forReset, email, tx.Now.Add(resetLife)); err != nil {
			return err
		}
		if !ok || a.email != email {
			return nil
		}
		return s.send(ctx, tx, a, s.resetLetter(email, t))
	})
}

// ResetFor returns the address that a reset link is about, without using the
// link up.
func (s *Service) ResetFor(ctx context.Context, token string) (email string, err error) {
	return s.peek(ctx, token, forReset)
}

// peek looks at a member's link.
func (s *Service) peek(ctx context.Context, token string, p purpose) (email string, err error) {
	t, ok := parseTicket(token)
	if !ok || (t.member == 0) != (p == forOwner) {
		return "", gone()
	}
	email, ok, err = loadLink(ctx, s.db, t, p, s.db.Now())
	if err == nil && !ok {
		err = gone()
	}
	return email, err
}

// Reset follows a reset link: the new password holds, the link and all others
// of the account are dead, and every session has ended.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	email, err := s.ResetFor(ctx, token)
	if err != nil {
		return err
	}
	if err := CheckPassword(password, "", email); err != nil {
		return err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	t, _ := parseTicket(token)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, ok, err := lock(ctx, tx, t.member)
		if err != nil {
			return err
		}
		email, used, err := takeLink(ctx, tx, t, forReset)
		if err != nil {
			return err
		}
		if !ok || !used || a.email != email {
			return gone()
		}
		a.password = phc
		if err := renew(ctx, tx, a); err != nil {
			return err
		}
		return s.send(ctx, tx, a, s.passwordLetter(a.email))
	})
	if err == nil {
		s.log.InfoContext(ctx, "password reset", "member", t.member)
	}
	return err
}

// renew saves changed credentials: what was opened with the old ones, sessions
// and links, ends.
func renew(ctx context.Context, tx *db.Tx, a row) error {
	if err := saveCredentials(ctx, tx, a); err != nil {
		return err
	}
	if err := deleteLinks(ctx, tx, a.member); err != nil {
		return err
	}
	_, err := deleteSessions(ctx, tx, a.member, "")
	return err
}
