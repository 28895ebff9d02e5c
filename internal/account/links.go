package account

import (
	"context"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
)

// never is a time of no end: for links that live until they are used, and for
// claims that are given up at once.
var never time.Time

// OwnerLink returns the link by which the owner's account is made, or nothing
// where there is an owner. Each call makes a fresh link and the older ones die,
// so it is for the start of the server to print.
func (s *Service) OwnerLink(ctx context.Context) (link string, err error) {
	t := newTicket(0)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		link = ""
		if has, err := hasOwner(ctx, tx); has || err != nil {
			return err
		}
		link = s.link("/owner/" + t.String())
		return replaceLink(ctx, tx, t, forOwner, "", never)
	})
	return link, err
}

// OwnerWanted tells whether an owner's link opens the door, without using it up.
func (s *Service) OwnerWanted(ctx context.Context, token string) error {
	if _, err := s.peek(ctx, token, forOwner); err != nil {
		return err
	}
	has, err := hasOwner(ctx, s.db)
	if err == nil && has {
		err = gone()
	}
	return err
}

// MakeOwner follows the owner's link: it makes the member and the account with
// the owner's role, its address taken as verified, and opens a session.
func (s *Service) MakeOwner(ctx context.Context, c Client, token, name, email, password string) (session string, err error) {
	if err := s.OwnerWanted(ctx, token); err != nil {
		return "", err
	}
	if name, email, err = newcomer(name, email, password); err != nil {
		return "", err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	t, _ := parseTicket(token)
	var card member.Card
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := takeOwnership(ctx, tx, t); err != nil {
			return err
		}
		if card, err = s.settle(ctx, tx, name, row{email: email, password: phc, role: RoleOwner}); err != nil {
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
	s.log.InfoContext(ctx, "owner made", "member", card.ID)
	return session, nil
}

// takeOwnership uses up the link and all its like, once.
func takeOwnership(ctx context.Context, tx *db.Tx, t ticket) error {
	_, ok, err := takeLink(ctx, tx, t, forOwner)
	if err != nil {
		return err
	}
	has, err := hasOwner(ctx, tx)
	if err != nil {
		return err
	}
	if !ok || has {
		return gone()
	}
	return deleteLinks(ctx, tx, t.member)
}

// SignInLink returns a link that signs in as a member, once and within an hour:
// for the operator's command line. A member without an account gets an imported
// one. Unknown and closed members are refused.
func (s *Service) SignInLink(ctx context.Context, member int64) (link string, err error) {
	t := newTicket(member)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.active(ctx, tx, member); err != nil {
			return err
		}
		if err := ensure(ctx, tx, member); err != nil {
			return err
		}
		if _, _, err := lock(ctx, tx, member); err != nil {
			return err
		}
		return replaceLink(ctx, tx, t, forSignIn, "", tx.Now.Add(signInLife))
	})
	return s.link("/link/" + t.String()), err
}

// SignInFor returns the card of the member as whom a link signs in, without
// using it up.
func (s *Service) SignInFor(ctx context.Context, token string) (member.Card, error) {
	if _, err := s.peek(ctx, token, forSignIn); err != nil {
		return member.Card{}, err
	}
	t, _ := parseTicket(token)
	return s.members.Card(ctx, s.db, t.member)
}

// SignInByLink follows a sign-in link.
func (s *Service) SignInByLink(ctx context.Context, c Client, token string) (session string, err error) {
	t, ok := parseTicket(token)
	if !ok || t.member == 0 {
		return "", gone()
	}
	return s.admit(ctx, c, t.member, func(tx *db.Tx) error {
		_, ok, err := takeLink(ctx, tx, t, forSignIn)
		if err == nil && !ok {
			err = gone()
		}
		return err
	})
}

// MemberByHandle finds the member that an operator means.
func (s *Service) MemberByHandle(ctx context.Context, handle string) (int64, error) {
	id, _, err := s.members.ByHandle(ctx, handle)
	if err != nil && fault.Is(err, fault.Missing) {
		return 0, fault.New(fault.Missing, "There is no member %q.", handle)
	}
	return id, err
}
