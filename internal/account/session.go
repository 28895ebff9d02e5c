package account

import (
	"context"
	"time"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/member"
)

// Session is one browser that is signed in.
type Session struct {
	Member  int64
	Ref     string // names it to its own member; opens nothing
	Role    Role
	Agent   string // in words, such as "Firefox on Linux"
	Created time.Time
	Seen    time.Time // its last use, to ten minutes
	Current bool      // the one that asks

	Card member.Card // of the member; only Lookup fills it in
}

// Lookup finds the session that a cookie stands for, with its member's card: two
// statements, and a third once in ten minutes that keeps the last use. ok is
// false for everything that opens nothing: unknown, expired, ended, or of a
// member who is not active.
func (s *Service) Lookup(ctx context.Context, token string) (ses Session, ok bool, err error) {
	t, ok := parseTicket(token)
	if !ok || t.member == 0 {
		return Session{}, false, nil
	}
	now := s.db.Now()
	role, created, seen, ok, err := lookup(ctx, s.db, t, now)
	if !ok || err != nil {
		return Session{}, false, err
	}
	cards, err := s.members.Cards(ctx, s.db, []int64{t.member})
	if err != nil {
		return Session{}, false, err
	}
	card, ok := cards[t.member]
	if !ok {
		return Session{}, false, nil
	}
	if now.Sub(at(seen)) >= seenEvery {
		s.touch(ctx, t, at(created))
	}
	return Session{Member: t.member, Ref: t.hash(), Role: role, Created: at(created), Seen: at(seen), Current: true, Card: card}, true, nil
}

// touch keeps the last use. Where it cannot be written the request goes on: a
// full disk must not keep people from reading.
func (s *Service) touch(ctx context.Context, t ticket, created time.Time) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		expires := tx.Now.Add(sessionIdle)
		if last := created.Add(SessionLife); last.Before(expires) {
			expires = last
		}
		return touchSession(ctx, tx, t, expires)
	})
	if err != nil {
		s.log.WarnContext(ctx, "the last use of a session was not kept", "member", t.member, "err", err)
	}
}

// Sessions lists where the viewer is signed in, the last used first. token is
// the cookie of the one that asks.
func (s *Service) Sessions(ctx context.Context, v access.Viewer, token string) ([]Session, error) {
	if v.Member() == 0 {
		return nil, fault.NotFound()
	}
	list, err := loadSessions(ctx, s.db, v.Member(), s.db.Now())
	t, _ := parseTicket(token)
	for i := range list {
		list[i].Current = list[i].Ref == t.hash()
	}
	return list, err
}

// SignOut ends the session of a cookie. Ending none is no failure.
func (s *Service) SignOut(ctx context.Context, token string) error {
	t, ok := parseTicket(token)
	if !ok {
		return nil
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := deleteSession(ctx, tx, t.member, t.hash())
		return err
	})
}

// SignOutOne ends one of the viewer's sessions by its Ref.
func (s *Service) SignOutOne(ctx context.Context, v access.Viewer, ref string) error {
	if v.Member() == 0 {
		return fault.NotFound()
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := deleteSession(ctx, tx, v.Member(), ref)
		if err == nil && n == 0 {
			err = fault.NotFound()
		}
		return err
	})
}

// SignOutOthers ends the viewer's sessions but that of the cookie, and returns
// how many.
func (s *Service) SignOutOthers(ctx context.Context, v access.Viewer, token string) (int64, error) {
	t, ok := parseTicket(token)
	if !ok || v.Member() == 0 || t.member != v.Member() {
		return 0, fault.NotFound()
	}
	return s.signOut(ctx, v.Member(), t.hash())
}

// SignOutAll ends every session of the viewer and returns how many there were.
func (s *Service) SignOutAll(ctx context.Context, v access.Viewer) (int64, error) {
	if v.Member() == 0 {
		return 0, fault.NotFound()
	}
	return s.signOut(ctx, v.Member(), "")
}

func (s *Service) signOut(ctx context.Context, member int64, keep string) (n int64, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = deleteSessions(ctx, tx, member, keep)
		return err
	})
	return n, err
}

// begin opens a session with a fresh secret. The one that the browser came with
// ends, whoever's it was: nobody is signed in under a token they were handed.
func begin(ctx context.Context, tx *db.Tx, member int64, c Client) (token string, err error) {
	if old, ok := parseTicket(c.Token); ok {
		if _, err := deleteSession(ctx, tx, old.member, old.hash()); err != nil {
			return "", err
		}
	}
	if err := trimSessions(ctx, tx, member); err != nil {
		return "", err
	}
	t := newTicket(member)
	return t.String(), insertSession(ctx, tx, t, Agent(c.Agent))
}

// Persona opens a session of a member without a password, in demo mode only:
// elsewhere this door is not there.
func (s *Service) Persona(ctx context.Context, c Client, member int64) (token string, err error) {
	if !s.cfg.Demo {
		return "", fault.NotFound()
	}
	return s.admit(ctx, c, member, func(tx *db.Tx) error { return ensure(ctx, tx, member) })
}

// admit opens a session of an active member in one transaction with what pays
// for it.
func (s *Service) admit(ctx context.Context, c Client, member int64, pay func(*db.Tx) error) (token string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := pay(tx); err != nil {
			return err
		}
		if err := s.active(ctx, tx, member); err != nil {
			return err
		}
		token, err = begin(ctx, tx, member, c)
		return err
	})
	if err != nil {
		return "", err
	}
	s.log.InfoContext(ctx, "signed in", "member", member)
	return token, nil
}

// active refuses members who are not there at present. Only who has already
// shown a right password or link gets to read this.
func (s *Service) active(ctx context.Context, q db.Querier, id int64) error {
	cards, err := s.members.Cards(ctx, q, []int64{id})
	if err != nil {
		return err
	}
	if _, ok := cards[id]; !ok {
		return fault.New(fault.Denied, "This account is closed at present. Please write to the people who run %s.", s.cfg.Site)
	}
	return nil
}
