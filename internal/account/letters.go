package account

import (
	"context"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/id"
	"guildhall/internal/mail"
)

// send queues a letter to the holder of an account. It is the only way from an
// account to the queue, and the place where the promise is kept that imported
// accounts are never written to.
func (s *Service) send(ctx context.Context, tx *db.Tx, to row, l mail.Letter) error {
	if to.imported || l.To == "" {
		return nil
	}
	return s.queue.Letter(ctx, tx, l)
}

// sendNew queues a letter to an address that somebody has just typed and that no
// account has.
func (s *Service) sendNew(ctx context.Context, tx *db.Tx, l mail.Letter) error {
	return s.queue.Letter(ctx, tx, l)
}

// letter puts paragraphs together. It greets nobody by name: a stranger can type
// any name, and any text as a name, into a form.
func (s *Service) letter(to, subject string, paragraphs ...string) mail.Letter {
	paragraphs = append(paragraphs, s.cfg.Site+"\n"+s.cfg.Base)
	return mail.Letter{To: to, Subject: subject, Text: strings.Join(paragraphs, "\n\n") + "\n", Key: "account." + id.String(id.New())}
}

func (s *Service) verifyLetter(email string, sl slip) mail.Letter {
	return s.letter(email, "Confirm your address for "+s.cfg.Site,
		"Welcome. Please confirm that this address is yours, and your account at "+s.cfg.Site+" is ready:",
		s.link("/verify?token="+sl.String()),
		"The link works once, for 24 hours.",
		"You did not register? Then somebody else typed your address. Do nothing, and nothing happens.")
}

func (s *Service) alreadyLetter(email string) mail.Letter {
	return s.letter(email, "You already have an account at "+s.cfg.Site,
		"Somebody, probably you, has just typed this address at "+s.cfg.Site+". It has an account already.",
		"Sign in here:\n"+s.link("/signin"),
		"Forgotten the password? Choose a new one here:\n"+s.link("/reset"),
		"If it was not you, there is nothing to do. Your account is as it was.")
}

func (s *Service) resetLetter(email string, t ticket) mail.Letter {
	return s.letter(email, "Choose a new password for "+s.cfg.Site,
		"Here you can choose a new password for your account at "+s.cfg.Site+":",
		s.link("/reset/"+t.String()),
		"The link works once, for one hour. With the new password you will be signed out everywhere.",
		"You did not ask for this? Do nothing, and your password stays as it is.")
}

func (s *Service) passwordLetter(email string) mail.Letter {
	return s.letter(email, "Your password at "+s.cfg.Site+" was changed",
		"The password of your account at "+s.cfg.Site+" has just been changed, and other devices were signed out.",
		"If it was not you, choose a new one at once:\n"+s.link("/reset"))
}

func (s *Service) emailLetter(email string, t ticket) mail.Letter {
	return s.letter(email, "Confirm your new address for "+s.cfg.Site,
		"Please confirm that this address is yours. Your account at "+s.cfg.Site+" then has it instead of the old one:",
		s.link("/settings/account/email/"+t.String()),
		"The link works once, for 24 hours.",
		"You know nothing of this? Then somebody typed your address. Do nothing, and nothing happens.")
}

func (s *Service) movingLetter(old string) mail.Letter {
	return s.letter(old, "Your address at "+s.cfg.Site+" is about to change",
		"For your account at "+s.cfg.Site+", another e-mail address was asked for. It takes over when the link sent there is followed.",
		"If it was not you, sign in and change your password now. That ends the request:\n"+s.link("/settings/account"))
}

func (s *Service) movedLetter(old string) mail.Letter {
	return s.letter(old, "Your address at "+s.cfg.Site+" has changed",
		"Your account at "+s.cfg.Site+" now has another e-mail address. This one is no longer connected to it.",
		"If it was not you, write to the people who run "+s.cfg.Site+".")
}
