package access

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/page"
)

// SectionSet is a set of sections: one bit each, by the stored number.
type SectionSet uint32

// SetOf returns the set of some sections; what is no section is left out.
func SetOf(sections ...Section) (set SectionSet) {
	for _, s := range sections {
		if s.Valid() {
			set |= 1 << s
		}
	}
	return set
}

// Has reports whether s is in the set; the zero Section never is.
func (set SectionSet) Has(s Section) bool { return s.Valid() && set&(1<<s) != 0 }

// List returns the sections in the order of the profile.
func (set SectionSet) List() []Section {
	return slices.DeleteFunc(slices.Clone(Sections), func(s Section) bool { return !set.Has(s) })
}

// Limitable are the sections that a member can close to somebody: all but the
// public page, which is for those who are not signed in.
var Limitable = slices.DeleteFunc(slices.Clone(Sections), func(s Section) bool { return s == Page })

// Limits is what stands closed between one member and single others, whatever the
// audience. It outlives a tie, and a block is above it.
type Limits struct {
	ToMe map[int64]SectionSet // by owner: what they closed to the member
	Mine map[int64]SectionSet // by peer: what the member closed to them
}

// Limit is one person to whom a member closed sections.
type Limit struct {
	Peer   int64
	Closed SectionSet
	Since  time.Time // of the last change
}

// MaxLimits is to how many people one member can close sections: beyond it another
// audience is what they want.
const MaxLimits = 1000

// Directions of a limit: each is stored under both members.
const (
	outgoing = 1 // the row's member closed sections
	incoming = 2 // they were closed to the row's member
)

// Limit closes exactly these sections of owner's to peer; none opens all again. The
// caller appends member.Limited to the journal last. Whether peer exists is for the
// caller to know.
func (ps *Policies) Limit(ctx context.Context, tx *db.Tx, owner, peer int64, closed []Section) error {
	if err := limitable(owner, peer, closed); err != nil {
		return err
	}
	if len(closed) == 0 {
		return deleteLimit(ctx, tx, owner, peer)
	}
	return ps.save(ctx, tx, owner, peer, closed, `excluded.sections`)
}

// Close closes these sections of owner's to peer beside what is closed already,
// whatever that is by now. All else is as with Limit.
func (ps *Policies) Close(ctx context.Context, tx *db.Tx, owner, peer int64, more []Section) error {
	if err := limitable(owner, peer, more); err != nil || len(more) == 0 {
		return err
	}
	return ps.save(ctx, tx, owner, peer, more, `section_limits.sections | excluded.sections`)
}

func limitable(owner, peer int64, closed []Section) error {
	if owner == peer || owner <= 0 || peer <= 0 {
		return fault.New(fault.Invalid, "Nobody can close anything to themselves.")
	}
	for _, s := range closed {
		if !slices.Contains(Limitable, s) {
			return fault.Field("section", "There is no such section to close.")
		}
	}
	return nil
}

// save writes a limit, becoming what the expression says where one stands, unless
// there are too many.
func (ps *Policies) save(ctx context.Context, tx *db.Tx, owner, peer int64, closed []Section, becomes string) error {
	var others int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM section_limits WHERE member_id = $1 AND direction = $2 AND peer_id <> $3`, owner, outgoing, peer).Scan(&others)
	if err != nil {
		return err
	}
	if others >= MaxLimits {
		return fault.New(fault.TooMany, "You can close sections to at most %d people. Choosing a smaller audience closes them to more.", MaxLimits)
	}
	return saveLimit(ctx, tx, owner, peer, SetOf(closed...), becomes)
}

// saveLimit writes the owner's row, then its mirror.
func saveLimit(ctx context.Context, tx *db.Tx, owner, peer int64, closed SectionSet, becomes string) error {
	q := `INSERT INTO section_limits (member_id, direction, peer_id, sections, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (member_id, direction, peer_id) DO UPDATE SET sections = ` + becomes + `, since = excluded.since`
	if _, err := tx.Exec(ctx, q, owner, outgoing, peer, int64(closed), tx.Now.UnixMicro()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, q, peer, incoming, owner, int64(closed), tx.Now.UnixMicro())
	return err
}

func deleteLimit(ctx context.Context, tx *db.Tx, owner, peer int64) error {
	const q = `DELETE FROM section_limits WHERE member_id = $1 AND direction = $2 AND peer_id = $3`
	if _, err := tx.Exec(ctx, q, owner, outgoing, peer); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, q, peer, incoming, owner)
	return err
}

// Limits returns all that stands closed between the member and others, from the
// truth. One statement over the member's own rows.
func (ps *Policies) Limits(ctx context.Context, member int64) (Limits, error) {
	l := Limits{ToMe: map[int64]SectionSet{}, Mine: map[int64]SectionSet{}}
	rows, err := ps.db.Query(ctx, `SELECT direction, peer_id, sections FROM section_limits WHERE member_id = $1`, member)
	_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
		var direction, peer, sections int64
		err := r.Scan(&direction, &peer, &sections)
		if direction == outgoing {
			l.Mine[peer] = SectionSet(sections)
		} else {
			l.ToMe[peer] = SectionSet(sections)
		}
		return struct{}{}, err
	})
	return l, err
}

// LimitsOf lists to whom owner closed what, last changed first, from after a cursor
// (see CursorOf). One statement.
func (ps *Policies) LimitsOf(ctx context.Context, q db.Querier, owner int64, after page.Cursor, limit int) ([]Limit, error) {
	key, id := after.Key, after.ID
	if after.IsZero() {
		key = 1 << 62
	}
	rows, err := q.Query(ctx, `SELECT peer_id, sections, since FROM section_limits WHERE member_id = $1 AND direction = $2
		AND (since < $3 OR (since = $3 AND peer_id > $4)) ORDER BY since DESC, peer_id LIMIT $5`, owner, outgoing, key, id, limit)
	return db.All(rows, err, func(r *sql.Rows) (l Limit, err error) {
		var sections, since int64
		err = r.Scan(&l.Peer, &sections, &since)
		l.Closed, l.Since = SectionSet(sections), time.UnixMicro(since).UTC()
		return l, err
	})
}

// LimitOf returns what owner closed to one peer; the zero set where nothing is. One
// statement.
func (ps *Policies) LimitOf(ctx context.Context, q db.Querier, owner, peer int64) (SectionSet, error) {
	var set int64
	_, err := db.One(q.QueryRow(ctx, `SELECT sections FROM section_limits WHERE member_id = $1 AND direction = $2 AND peer_id = $3`, owner, outgoing, peer), &set)
	return SectionSet(set), err
}

// CursorOf returns the place after a limit in LimitsOf.
func CursorOf(l Limit) page.Cursor { return page.Cursor{Key: l.Since.UnixMicro(), ID: l.Peer} }
