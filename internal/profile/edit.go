package profile

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/trait"
)

// SetCard changes the lines at the top of the viewer's own profile.
func (s *Service) SetCard(ctx context.Context, v access.Viewer, ch member.Change) (member.Card, error) {
	var c member.Card
	err := s.own(ctx, v, func(tx *db.Tx, me int64) (fact journal.Fact, err error) {
		c, err = s.members.Change(ctx, tx, me, ch)
		return member.Changed(me), err
	})
	return c, err
}

// SetHandle changes the viewer's address; the old one leads to it for 90 days.
func (s *Service) SetHandle(ctx context.Context, v access.Viewer, handle string) (member.Card, error) {
	var c member.Card
	err := s.own(ctx, v, func(tx *db.Tx, me int64) (fact journal.Fact, err error) {
		c, err = s.members.SetHandle(ctx, tx, me, handle)
		return member.Changed(me), err
	})
	return c, err
}

// SetPicture makes the blob with this key the viewer's picture, none when empty,
// and returns the key of the one before, for whoever keeps the blobs.
func (s *Service) SetPicture(ctx context.Context, v access.Viewer, key string) (was string, err error) {
	err = s.own(ctx, v, func(tx *db.Tx, me int64) (fact journal.Fact, err error) {
		was, err = s.members.SetPicture(ctx, tx, me, key)
		return member.Changed(me), err
	})
	return was, err
}

// own runs one change of the viewer's own and appends its fact last.
func (s *Service) own(ctx context.Context, v access.Viewer, f func(tx *db.Tx, me int64) (journal.Fact, error)) error {
	me := v.Member()
	if me == 0 {
		return fault.NotFound()
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		fact, err := f(tx, me)
		if err != nil {
			return err
		}
		return journal.Append(ctx, tx, fact)
	})
}

// changeTexts loads the viewer's texts, lets f change them and saves them. Only
// the field that the form held changes, so two forms of different sections do
// not undo each other.
func (s *Service) changeTexts(ctx context.Context, v access.Viewer, f func(*Texts) error) error {
	return s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		texts, _, err := loadTexts(ctx, tx, me, 0)
		if err != nil {
			return journal.Fact{}, err
		}
		t := texts[me]
		if err := f(&t); err != nil {
			return journal.Fact{}, err
		}
		ok, err := saveTexts(ctx, tx, me, t)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "Somebody changed this at the same moment. Please look at it again and save once more.")
		}
		return changed(me), err
	})
}

// SetAbout changes the text about the viewer.
func (s *Service) SetAbout(ctx context.Context, v access.Viewer, about string) error {
	about, err := cleanText("about", about, MaxAbout)
	if err != nil {
		return err
	}
	return s.changeTexts(ctx, v, func(t *Texts) error { t.About = about; return nil })
}

// SetOpenTo changes what the viewer is open to and glad to help with.
func (s *Service) SetOpenTo(ctx context.Context, v access.Viewer, set OpenTo, glad string) error {
	glad, err := cleanText("glad", glad, MaxGlad)
	if err != nil {
		return err
	}
	var known OpenTo
	for _, o := range AllOffers {
		known |= 1 << o
	}
	return s.changeTexts(ctx, v, func(t *Texts) error { t.Glad, t.OpenTo = glad, set&known; return nil })
}

// SetContacts replaces the viewer's ways to be reached. Empty lines are left out.
// What is wrong with the third of cs is a fault of the field "contact-2".
func (s *Service) SetContacts(ctx context.Context, v access.Viewer, cs []Contact) error {
	kept := make([]Contact, 0, len(cs))
	var fails fault.FieldErrors
	for i, c := range cs {
		clean, trouble := cleanContact(c)
		if trouble != "" {
			fails = append(fails, fault.Field("contact-"+strconv.Itoa(i), "%s", trouble))
		} else if clean.Value != "" {
			kept = append(kept, clean)
		}
	}
	if len(kept) > maxListed {
		fails = append(fails, fault.Field("contact-"+strconv.Itoa(len(cs)-1), "At most %d ways to reach you fit here.", maxListed))
	}
	if err := fails.Or(); err != nil {
		return err
	}
	return s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		return changed(me), replaceContacts(ctx, tx, me, kept)
	})
}

// cleanContact checks one way to reach somebody by its kind; trouble says what is
// wrong with it.
func cleanContact(c Contact) (clean Contact, trouble string) {
	v, trouble := fold.Line(c.Value)
	switch {
	case trouble != "" || v == "":
		return Contact{}, trouble
	case utf8.RuneCountInString(v) > MaxContact:
		return c, fmt.Sprintf("At most %d characters fit here.", MaxContact)
	}
	switch c.Kind {
	case "email":
		if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
			trouble = "This does not look like an e-mail address."
		}
	case "website":
		if !strings.Contains(v, "://") {
			v = "https://" + v
		}
		if u, err := url.Parse(v); err != nil || u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(u.Host, ".") || u.User != nil {
			trouble = "This does not look like the address of a web page."
		}
	case "phone":
		if strings.Trim(v, "+0123456789 ()-./") != "" {
			trouble = "A telephone number has digits, spaces, and + ( ) - . / only."
		}
	default:
		trouble = "There is no such way to reach somebody."
	}
	return Contact{Kind: c.Kind, Value: v}, trouble
}

// SetPreset chooses who may see all sections at once.
func (s *Service) SetPreset(ctx context.Context, v access.Viewer, p access.Preset) error {
	return s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		return changed(me), s.open.SetPreset(ctx, tx, me, p)
	})
}

// Findable are the sections that can be opened, fact by fact, to those who share
// the fact.
var Findable = []access.Section{access.Experience, access.Education, access.Groups}

// SetAudiences chooses who may see some sections. A group must be one of the
// viewer's own. The public page is open to all or to nobody. What is wrong is a
// fault of the field with the section's code.
func (s *Service) SetAudiences(ctx context.Context, v access.Viewer, set map[access.Section]access.Scope) error {
	groups, err := s.traits.Groups(ctx, v.Member())
	if err != nil {
		return err
	}
	mine := make(map[int64]bool, len(groups))
	for _, g := range groups {
		mine[g] = true
	}
	return s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		for _, sec := range access.Sections {
			sc, ok := set[sec]
			if !ok {
				continue
			}
			switch {
			case !sc.Audience.Valid():
				return journal.Fact{}, fault.Field(sec.String(), "Please choose who may see this.")
			case sc.Audience == access.Group && !mine[sc.Group]:
				return journal.Fact{}, fault.Field(sec.String(), "Please choose one of your own groups.")
			case sec == access.Page && sc.Audience != access.Public:
				sc.Audience = access.OnlyMe
			}
			sc.Findable = sc.Findable && slices.Contains(Findable, sec)
			if err := s.open.SetSection(ctx, tx, me, sec, sc); err != nil {
				return journal.Fact{}, err
			}
		}
		return changed(me), nil
	})
}

// Entry is one line of a section as the form sends it. The entity is named: it is
// found by its name or made. With no name the id in Trait counts.
type Entry struct {
	trait.Trait
	Entity string // the name that was typed or chosen
}

// PutEntry adds or changes one entry of the viewer's profile.
func (s *Service) PutEntry(ctx context.Context, v access.Viewer, e Entry) (trait.Trait, error) {
	var out trait.Trait
	err := s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		t := e.Trait
		t.Member = me
		if t.Relation == 0 {
			t.Relation = trait.Has
		}
		var err error
		if t, err = s.named(ctx, tx, t, e.Entity); err != nil {
			return journal.Fact{}, err
		}
		out, err = s.traits.Put(ctx, tx, t)
		return trait.Changed(me), err
	})
	return out, err
}

// named puts into t what a name stands for: an entity that the member is part of
// already (which may be unlisted), else the listed one of that name, else a new one.
// The fields are checked first, so that all that is wrong is told at once.
func (s *Service) named(ctx context.Context, tx *db.Tx, t trait.Trait, name string) (trait.Trait, error) {
	if strings.TrimSpace(name) == "" {
		_, err := trait.Check(t, tx.Now) // tells that the name is missing, where the id is too
		return t, err
	}
	probe := t
	probe.Entity = 1
	_, wrong := trait.Check(probe, tx.Now)
	_, bad := trait.CheckEntity(trait.Entity{Kind: t.Kind, Name: name})
	if err := joined(wrong, bad); err != nil {
		return t, err
	}
	own, err := s.traits.Of(ctx, tx, []int64{t.Member}, t.Kind)
	if err != nil {
		return t, err
	}
	found := int64(0)
	for _, o := range own[t.Member] {
		if fold.Key(o.Name) == fold.Key(name) && (found == 0 || o.ID == t.ID) {
			found = o.Entity
		}
	}
	if t.Entity = found; found != 0 {
		return t, nil
	}
	ent, err := s.traits.Ensure(ctx, tx, t.Kind, name, t.Member)
	t.Entity = ent.ID
	return t, err
}

// joined puts the field errors of a trait and of its entity together; those of
// the entity's name belong to the field "entity".
func joined(wrong, bad error) error {
	var fails, more fault.FieldErrors
	errors.As(wrong, &fails)
	errors.As(bad, &more)
	fails = slices.Clone(fails)
	for _, e := range more {
		if e.Field == "name" {
			fails = append(fails, fault.Field("entity", "%s", e.Text))
		}
	}
	return fails.Or()
}

// DeleteEntry takes one entry away and returns it as it stood.
func (s *Service) DeleteEntry(ctx context.Context, v access.Viewer, id int64) (trait.Trait, error) {
	var gone trait.Trait
	err := s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		all, err := s.traits.Of(ctx, tx, []int64{me})
		if err != nil {
			return journal.Fact{}, err
		}
		for _, t := range all[me] {
			if t.ID == id {
				gone = t
			}
		}
		return trait.Changed(me), s.traits.Delete(ctx, tx, me, id)
	})
	return gone, err
}

// MoveEntry moves an undated entry, such as a skill, by steps up (negative) or
// down among its kind.
func (s *Service) MoveEntry(ctx context.Context, v access.Viewer, id int64, by int) error {
	return s.own(ctx, v, func(tx *db.Tx, me int64) (journal.Fact, error) {
		all, err := s.traits.Of(ctx, tx, []int64{me})
		if err != nil {
			return journal.Fact{}, err
		}
		k, r, order, ok := moved(all[me], id, by)
		if !ok {
			return journal.Fact{}, fault.NotFound()
		}
		return trait.Changed(me), s.traits.Reorder(ctx, tx, me, k, r, order)
	})
}

// moved returns the order of id's kind after moving it.
func moved(ts []trait.Trait, id int64, by int) (k trait.Kind, r trait.Relation, order []int64, ok bool) {
	for _, t := range ts {
		if t.ID == id {
			k, r, ok = t.Kind, t.Relation, true
		}
	}
	at := -1
	for _, t := range ts {
		if ok && t.Kind == k && t.Relation == r {
			if t.ID == id {
				at = len(order)
			}
			order = append(order, t.ID)
		}
	}
	if !ok {
		return 0, 0, nil, false
	}
	for to := at + sign(by); by != 0 && to >= 0 && to < len(order); to = at + sign(by) {
		order[at], order[to] = order[to], order[at]
		at, by = to, by-sign(by)
	}
	return k, r, order, true
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// FindEntities offers names that begin like text, for a field being typed into.
func (s *Service) FindEntities(ctx context.Context, k trait.Kind, text string) ([]trait.Entity, error) {
	return s.traits.Find(ctx, s.db, k, text, 8)
}
