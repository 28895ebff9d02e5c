package invite

import (
	"context"
	"strings"
	"unicode"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/member"
)

// A note that goes to many with a word changed is the same note. Notes are compared
// by their words, each counted as often as it occurs and folded, without those of
// the receiver's name, which is what a bulk sender changes: two are much the same
// when the words in both are at least four fifths of the words in either.
const (
	sameParts = 4
	sameOf    = 5
)

// wording is a note for comparing: how often each word occurs. A note without a word
// is compared as it is.
type wording map[string]int

// wordingOf takes a note to a receiver apart.
func wordingOf(note, name string) wording {
	w := wording{}
	for _, word := range strings.FieldsFunc(fold.Key(note), notOfWords) {
		w[word]++
	}
	for _, word := range fold.Words(name) {
		delete(w, word)
	}
	if len(w) == 0 {
		w[fold.Key(note)] = 1
	}
	return w
}

// notOfWords are the characters between words, as fold.Words has it.
func notOfWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
}

// same reports whether two notes are much the same.
func (w wording) same(other wording) bool {
	both, either := 0, 0
	for word, n := range w {
		both += min(n, other[word])
		either += max(n, other[word])
	}
	for word, n := range other {
		if _, counted := w[word]; !counted {
			either += n
		}
	}
	return sameOf*both >= sameParts*either
}

// mayRepeat keeps one note from going to very many: it compares it with what the
// sender wrote to others in the last seven days. One statement and one for cards
// that aren't kept, none without a note.
func (s *Service) mayRepeat(ctx context.Context, tx *db.Tx, inv Invitation, to member.Card) error {
	if inv.Note == "" || s.limits.SameNote == 0 {
		return nil
	}
	sent, err := loadNotes(ctx, tx, inv.Sender, tx.Now.Add(-week))
	if err != nil || len(sent) < s.limits.SameNote {
		return err
	}
	names, err := s.members.Cards(ctx, tx, receivers(sent))
	if err != nil {
		return err
	}
	mine, n := wordingOf(inv.Note, to.Name), 0
	for _, other := range sent {
		if mine.same(wordingOf(other.Note, names[other.Receiver].Name)) {
			n++
		}
	}
	if n >= s.limits.SameNote {
		return fault.Field("note", "You have sent this note, or one much like it, to %d people in the last seven days, as many as can be. Please write something of your own to %s, or send it without a note.", n, to.Name)
	}
	return nil
}

func receivers(rows []Invitation) []int64 {
	out := make([]int64, len(rows))
	for i, v := range rows {
		out[i] = v.Receiver
	}
	return unique(out)
}
