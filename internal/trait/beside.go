package trait

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"guildhall/internal/db"
)

// Mate is somebody who has or seeks an entity.
type Mate struct {
	Member, Entity int64
	Kind           Kind
	Relation       Relation
}

// Beside lists who has or seeks each of some entities, the newest members first and
// at most limit entries an entity, so that a company of fifty thousand costs no more
// than one of fifty. What a member hides is not there. One statement, whatever the
// numbers; it does not ask who is looking.
func (s *Service) Beside(ctx context.Context, q db.Querier, entities []int64, limit int) ([]Mate, error) {
	if len(entities) == 0 || limit <= 0 {
		return nil, nil
	}
	rows, err := q.Query(ctx, besideText(len(entities), limit), besideArgs(entities)...)
	return db.All(rows, err, func(r *sql.Rows) (m Mate, err error) {
		err = r.Scan(&m.Entity, &m.Member, &m.Relation, &m.Kind)
		return m, err
	})
}

// stride is how many entities one text more serves: few different statements are
// to be prepared.
const stride = 8

func padded(n int) int { return (n + stride - 1) / stride * stride }

// besideText asks for every entity by itself: each part is served by the primary
// keys of trait_people, backwards up to its limit, and of traits.
func besideText(entities, limit int) string {
	var b strings.Builder
	hidden := "$" + strconv.Itoa(padded(entities)+1)
	for i := range padded(entities) {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		b.WriteString(`SELECT * FROM (SELECT p.entity_id, p.member_id, p.relation, t.kind FROM trait_people p
			JOIN traits t ON t.member_id = p.member_id AND t.id = p.trait_id
			WHERE p.entity_id = $` + strconv.Itoa(i+1) + ` AND t.hidden = ` + hidden + `
			ORDER BY p.member_id DESC, p.trait_id LIMIT ` + strconv.Itoa(limit) + `) AS e` + strconv.Itoa(i))
	}
	return b.String()
}

// besideArgs pads with an entity that there is not.
func besideArgs(entities []int64) []any {
	args := make([]any, padded(len(entities))+1)
	for i := range args {
		args[i] = int64(0)
		if i < len(entities) {
			args[i] = entities[i]
		}
	}
	args[len(args)-1] = false
	return args
}

const selectAmong = `SELECT t.member_id, t.id, t.kind, t.relation, t.entity_id, e.name, t.role, t.from_month, t.to_month, t.year_only, t.hidden, e.unlisted
FROM traits t JOIN entities e ON e.id = t.entity_id WHERE t.member_id IN `

// Among returns those traits of some members that are of some entities, without
// what compares nothing: text, place and order. It is what Of returns, cut to what
// two people can have in common, at a fraction of its cost. One statement a
// db.MaxIn members; it does not ask who is looking.
func (s *Service) Among(ctx context.Context, q db.Querier, members, entities []int64) (map[int64][]Trait, error) {
	out := make(map[int64][]Trait, len(members))
	if len(entities) == 0 {
		return out, nil
	}
	err := db.Chunks(members, func(members []int64) error {
		list, args := db.In(1, members)
		of, more := db.In(1+len(args), entities)
		rows, err := q.Query(ctx, selectAmong+list+" AND t.entity_id IN "+of, append(args, more...)...)
		ts, err := db.All(rows, err, func(r *sql.Rows) (t Trait, err error) {
			err = r.Scan(&t.Member, &t.ID, &t.Kind, &t.Relation, &t.Entity, &t.Name, &t.Role, &t.From, &t.To, &t.YearOnly, &t.Hidden, &t.Unlisted)
			return t, err
		})
		for _, t := range ts {
			out[t.Member] = append(out[t.Member], t)
		}
		return err
	})
	return out, err
}
