package trait

import (
	"cmp"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
	"guildhall/internal/fold"
	"guildhall/internal/why"
)

// The longest texts, in characters.
const (
	MaxName  = 150
	MaxRole  = 150
	MaxPlace = 100
	MaxBody  = 2000
	MaxURL   = 300
)

// MaxPerKind is how many traits of one kind and relation a member can have.
const MaxPerKind = 100

// The years an entry can be in: from FirstYear to YearsAhead after this one.
const (
	FirstYear  = 1900
	YearsAhead = 10
)

// Check returns a trait as it is kept, or a fault.FieldErrors for the fields
// kind, member, entity, role, place, body, from and to. It is pure; now gives the last year
// allowed. Where only years are known, From is a January and To a December, so
// that the span covers all it may mean. What a member seeks has no times.
func Check(t Trait, now time.Time) (Trait, error) {
	var fails fault.FieldErrors
	fail := func(field, text string, args ...any) {
		fails = append(fails, fault.Field(field, text, args...))
	}
	switch {
	case !t.Kind.Valid() || t.Relation != Has && t.Relation != Seeks:
		fail("kind", "There is no such kind of entry.")
	case t.Member <= 0:
		fail("member", "There is no such member.")
	case t.Entity <= 0:
		fail("entity", "Please choose or enter a name.")
	}
	t.Role = line(fail, "role", t.Role, MaxRole)
	t.Place = line(fail, "place", t.Place, MaxPlace)
	body, trouble := fold.Text(t.Body)
	t.Body = fit(fail, "body", body, trouble, MaxBody)
	if t.Relation == Seeks {
		t.From, t.To, t.YearOnly = 0, 0, false
	}
	if t.YearOnly {
		t.From, t.To = t.From-t.From%12, december(t.To)
	}
	checkSpan(fail, t.From, t.To, now)
	return t, fails.Or()
}

func december(m why.Month) why.Month {
	if m == 0 {
		return 0
	}
	return m - m%12 + 11
}

func checkSpan(fail func(field, text string, args ...any), from, to why.Month, now time.Time) {
	last := now.Year() + YearsAhead
	wild := func(m why.Month) bool { return m != 0 && (m < FirstYear*12 || int(m/12) > last) }
	switch {
	case wild(from):
		fail("from", "The year of the beginning must be between %d and %d.", FirstYear, last)
	case wild(to):
		fail("to", "The year of the end must be between %d and %d.", FirstYear, last)
	case from != 0 && to != 0 && to < from:
		fail("to", "The end is before the beginning.")
	}
}

func line(fail func(field, text string, args ...any), field, s string, limit int) string {
	s, trouble := fold.Line(s)
	return fit(fail, field, s, trouble, limit)
}

func fit(fail func(field, text string, args ...any), field, s, trouble string, limit int) string {
	if trouble != "" {
		fail(field, "%s", trouble)
	} else if n := utf8.RuneCountInString(s); n > limit {
		fail(field, "This has %d characters; at most %d fit.", n, limit)
	}
	return s
}

// CheckEntity returns an entity as it is kept, or a fault.FieldErrors for the
// fields kind, name and url. Only groups can be unlisted.
func CheckEntity(e Entity) (Entity, error) {
	var fails fault.FieldErrors
	fail := func(field, text string, args ...any) {
		fails = append(fails, fault.Field(field, text, args...))
	}
	if !e.Kind.Valid() {
		fail("kind", "There is no such kind of entry.")
	}
	e.Name = line(fail, "name", e.Name, MaxName)
	if fold.Key(e.Name) == "" && len(fails) == 0 {
		fail("name", "Please enter a name.")
	}
	e.URL = line(fail, "url", e.URL, MaxURL)
	if !isWeb(e.URL) {
		fail("url", "A web address begins with https:// or http://.")
	}
	if e.Unlisted && e.Kind != Group {
		fail("unlisted", "Only a group can be unlisted.")
	}
	return e, fails.Or()
}

func isWeb(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// shelf is what a member has of one kind and relation, as far as the rules need
// it.
type shelf []place

type place struct{ id, entity, ordinal, version int64 }

// admit decides whether t can join or replace what is on the shelf; old is the
// place it replaces.
func (sh shelf) admit(t Trait) (old place, err error) {
	i := slices.IndexFunc(sh, func(p place) bool { return p.id == t.ID })
	switch {
	case t.ID != 0 && i < 0:
		return old, fault.NotFound()
	case t.ID != 0 && sh[i].version != t.Version:
		return old, changedMeanwhile()
	case t.ID == 0 && len(sh) >= MaxPerKind:
		return old, fault.New(fault.TooMany, "There is room for %d entries of this kind. Please remove one first.", MaxPerKind)
	}
	if once(t) && slices.ContainsFunc(sh, func(p place) bool { return p.entity == t.Entity && p.id != t.ID }) {
		return old, fault.Field("entity", "You have this already.")
	}
	if i >= 0 {
		old = sh[i]
	}
	return old, nil
}

// once reports whether a member can have the entity only once: a person can
// come back to a company, school or place, but has a skill or is in a group or
// seeks something just once.
func once(t Trait) bool {
	return t.Relation == Seeks || t.Kind != Company && t.Kind != School && t.Kind != Place
}

func (sh shelf) last() (ordinal int64) {
	for _, p := range sh {
		ordinal = max(ordinal, p.ordinal)
	}
	return ordinal
}

// ordered returns all ids of the shelf: first those wanted, then the rest in
// their old order.
func (sh shelf) ordered(wanted []int64) []int64 {
	rest := slices.Clone(sh)
	slices.SortStableFunc(rest, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.id, b.id))
	})
	out := make([]int64, 0, len(sh))
	for _, id := range wanted {
		if i := slices.IndexFunc(rest, func(p place) bool { return p.id == id }); i >= 0 {
			out, rest = append(out, id), slices.Delete(rest, i, i+1)
		}
	}
	for _, p := range rest {
		out = append(out, p.id)
	}
	return out
}

// mayName decides whether t's member can name the entity: it is there and of
// the kind, and not an unlisted group of others. All three look the same.
func mayName(t Trait, e Entity, found bool, have shelf) error {
	mine := e.By == t.Member || slices.ContainsFunc(have, func(p place) bool { return p.entity == e.ID })
	if !found || e.Kind != t.Kind || e.Unlisted && !mine {
		return fault.Field("entity", "This is not there any more. Please choose again.")
	}
	return nil
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "This entry was changed somewhere else meanwhile. Please look at it again.")
}

// compare is the order of a profile: kind, relation, current ones first, latest
// beginning first, then the member's own order.
func compare(a, b Trait) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Relation, b.Relation),
		cmp.Compare(ended(a), ended(b)),
		cmp.Compare(b.From, a.From),
		cmp.Compare(a.Ordinal, b.Ordinal),
		cmp.Compare(a.ID, b.ID),
	)
}

func ended(t Trait) int { return min(int(t.To), 1) }
