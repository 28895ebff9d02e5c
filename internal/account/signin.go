package account

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// SignIn opens a session for an address and its password. Unknown addresses and
// accounts without a password cost the same work and get the same answer as a
// wrong password.
func (s *Service) SignIn(ctx context.Context, c Client, email, password string) (token string, err error) {
	var fails fault.FieldErrors
	email, err = CleanEmail(email)
	fails = collect(fails, err)
	if password == "" {
		fails = append(fails, fault.Field("password", "Please type your password."))
	}
	if fails != nil {
		return "", fails
	}
	now := s.db.Now()
	if err := s.doors.signIn(now, c.IP, email); err != nil {
		s.log.WarnContext(ctx, "sign-in held back", "reason", "limit")
		return "", err
	}
	a, _, err := byEmail(ctx, s.db, email)
	if err != nil {
		return "", err
	}
	ok, stale, err := s.hasher.check(ctx, a.password, password)
	if err != nil {
		return "", err
	}
	if !ok {
		s.doors.wrong(now, signInKey(c.IP, email))
		s.log.WarnContext(ctx, "sign-in refused", "reason", "password")
		return "", fault.Field("password", "This address and this password do not belong together.")
	}
	s.doors.right(signInKey(c.IP, email))
	fresh := a.password
	if stale {
		if fresh, err = s.hasher.hash(ctx, password); err != nil {
			return "", err
		}
	}
	return s.admit(ctx, c, a.member, func(tx *db.Tx) error { return unchanged(ctx, tx, a, fresh) })
}

// unchanged makes sure that the password that was checked is still the account's,
// and keeps the fresh form of it where it was stored at another cost.
func unchanged(ctx context.Context, tx *db.Tx, checked row, fresh string) error {
	a, err := relock(ctx, tx, checked)
	if err != nil || a.password == fresh {
		return err
	}
	a.password = fresh
	return saveCredentials(ctx, tx, a)
}

// relock locks an account that was loaded before the transaction and fails if
// it has changed since.
func relock(ctx context.Context, tx *db.Tx, was row) (row, error) {
	a, ok, err := lock(ctx, tx, was.member)
	if err == nil && (!ok || a.version != was.version) {
		err = changedMeanwhile()
	}
	return a, err
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "Your account was changed from somewhere else a moment ago. Please try again.")
}
