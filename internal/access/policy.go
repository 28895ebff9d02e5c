package access

import (
	"context"
	"database/sql"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Preset is a member's starting choice for all sections. Numbers are stored.
type Preset uint8

// The presets.
const (
	ConnectionsOnly Preset = 1 // others see name, headline and picture, no more
	OpenToMembers   Preset = 2
	OpenPublic      Preset = 3
)

var presetNames = map[Preset][2]string{
	ConnectionsOnly: {"connections-only", "Connections only"},
	OpenToMembers:   {"open", "Open to members"},
	OpenPublic:      {"public", "Public"},
}

// Presets lists all, closest first.
var Presets = []Preset{ConnectionsOnly, OpenToMembers, OpenPublic}

// Valid reports whether p is a known preset.
func (p Preset) Valid() bool { return p >= ConnectionsOnly && p <= OpenPublic }

// String returns the stable code; Label the words.
func (p Preset) String() string { return presetNames[p][0] }

// Label returns the words a member reads.
func (p Preset) Label() string { return presetNames[p][1] }

// ParsePreset reads a code.
func ParsePreset(code string) (Preset, bool) {
	for p, n := range presetNames {
		if n[0] == code {
			return p, true
		}
	}
	return 0, false
}

// Scope returns what the preset says of a section.
func (p Preset) Scope(s Section) Scope {
	sc := Scope{Section: s, Findable: s == Experience || s == Education || s == Groups}
	switch {
	case s == Seeks:
		sc.Audience = OnlyMe
	case s == Page:
		sc.Audience = OnlyMe
		if p == OpenPublic {
			sc.Audience = Public
		}
	case s == Contact || p == ConnectionsOnly:
		sc.Audience = Connections
	case p == OpenToMembers:
		sc.Audience = Members
	default:
		sc.Audience = Public
	}
	return sc
}

// Policy is one member's openness: a preset and what differs from it.
type Policy struct {
	Preset  Preset
	Version int64
	differ  map[Section]Scope
}

// Scope returns the section's openness.
func (p Policy) Scope(s Section) Scope {
	if sc, ok := p.differ[s]; ok {
		return sc
	}
	preset := p.Preset
	if !preset.Valid() {
		preset = ConnectionsOnly // a policy nobody loaded shows too little
	}
	return preset.Scope(s)
}

// Policies stores every member's openness. def holds for members who chose none.
type Policies struct {
	db  *db.DB
	def Preset
}

// NewPolicies returns the store with the instance's default preset.
func NewPolicies(d *db.DB, def Preset) *Policies { return &Policies{db: d, def: def} }

// The rows are read by owner through both primary keys.
const loadPolicies = `SELECT p.member_id, p.preset, p.version, s.section, s.audience, s.group_id, s.findable
FROM privacy p LEFT JOIN section_audiences s ON s.member_id = p.member_id
WHERE p.member_id IN `

// Load reads the policies of many members with one statement per db.MaxIn ids.
// Every id is present in the answer; unknown members have the default.
func (ps *Policies) Load(ctx context.Context, q db.Querier, ids []int64) (map[int64]Policy, error) {
	out := make(map[int64]Policy, len(ids))
	for _, id := range ids {
		out[id] = Policy{Preset: ps.def}
	}
	err := db.Chunks(ids, func(ids []int64) error {
		list, args := db.In(1, ids)
		rows, err := q.Query(ctx, loadPolicies+list, args...)
		_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) { return struct{}{}, ps.scan(r, out) })
		return err
	})
	return out, err
}

func (ps *Policies) scan(r *sql.Rows, out map[int64]Policy) error {
	var (
		id, version              int64
		preset                   Preset
		section, audience, group sql.NullInt64
		findable                 sql.NullBool
	)
	if err := r.Scan(&id, &preset, &version, &section, &audience, &group, &findable); err != nil {
		return err
	}
	p := out[id]
	if preset.Valid() {
		p.Preset = preset
	}
	p.Version = version
	if section.Valid {
		if p.differ == nil {
			p.differ = make(map[Section]Scope)
		}
		s := Section(section.Int64)
		p.differ[s] = Scope{s, Audience(audience.Int64), group.Int64, findable.Bool}
	}
	out[id] = p
	return nil
}

// SetPreset chooses a preset for all sections and forgets what differed.
func (ps *Policies) SetPreset(ctx context.Context, tx *db.Tx, member int64, p Preset) error {
	if !p.Valid() {
		return fault.Field("preset", "Choose one of the three ways to be seen.")
	}
	if err := ps.touch(ctx, tx, member, p); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM section_audiences WHERE member_id = $1`, member)
	return err
}

// SetSection sets one section apart from the preset; which section sc names plays
// no part.
func (ps *Policies) SetSection(ctx context.Context, tx *db.Tx, member int64, s Section, sc Scope) error {
	switch {
	case !s.Valid():
		return fault.Field("section", "There is no such section.")
	case !sc.Audience.Valid():
		return fault.Field("audience", "Choose who may see this section.")
	case sc.Audience == Group && sc.Group == 0:
		return fault.Field("audience", "Choose which group may see this section.")
	}
	if sc.Audience != Group {
		sc.Group = 0
	}
	if err := ps.touch(ctx, tx, member, 0); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO section_audiences (member_id, section, audience, group_id, findable) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (member_id, section) DO UPDATE SET audience = excluded.audience, group_id = excluded.group_id, findable = excluded.findable`,
		member, s, sc.Audience, sc.Group, sc.Findable)
	return err
}

// touch makes or raises the member's row; preset 0 keeps the one that stands,
// and stores the default as theirs when none does, so that a later change of
// the instance's default does not open what a member has looked at and left.
func (ps *Policies) touch(ctx context.Context, tx *db.Tx, member int64, p Preset) error {
	insert := p
	if p == 0 {
		insert = ps.def
	}
	_, err := tx.Exec(ctx, `INSERT INTO privacy (member_id, preset, version) VALUES ($1, $2, 1)
		ON CONFLICT (member_id) DO UPDATE SET version = privacy.version + 1, preset = CASE WHEN $3 = 0 THEN privacy.preset ELSE excluded.preset END`,
		member, insert, int64(p))
	return err
}
