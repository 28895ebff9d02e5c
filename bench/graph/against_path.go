package graph

import (
	"context"
	"fmt"
	"slices"
)

// asker is a database that takes one statement at a time. Statements are prepared
// once; the columns of all rows come one after the other.
type asker interface {
	query(ctx context.Context, text string, args ...any) ([]int64, error)
	list(ids []int64) any // as an argument
}

// scanner is the rows of either driver.
type scanner interface {
	Next() bool
	Scan(to ...any) error
}

// gatherRows reads rows of so many whole numbers.
func gatherRows(rows scanner, columns int) (all []int64, err error) {
	row, to := make([]int64, columns), make([]any, columns)
	for i := range row {
		to[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		all = append(all, row...)
	}
	return all, nil
}

// statement is a form of one statement, with the viewer as the first argument.
func statement(db asker, name, text string) form {
	return form{name, func(ctx context.Context, t topic) ([]int64, error) {
		switch {
		case t.others != nil:
			return db.query(ctx, text, t.a, db.list(t.others))
		case t.pair:
			return db.query(ctx, text, t.a, t.c)
		}
		return db.query(ctx, text, t.a)
	}}
}

// byReach asks in one of two forms for the degrees of a hundred, by how many
// connections the viewer's connections have. To gather those is quick where they are
// few. To look for the viewer's connections around each of the hundred is quick where
// they are many: it takes about 2 edges/reach steps.
func byReach(db asker, text string, edges int, few, many form) form {
	return form{fmt.Sprintf("%s; for few, %s", many.name, few.name), func(ctx context.Context, t topic) ([]int64, error) {
		reach, err := db.query(ctx, text, t.a)
		if err != nil {
			return nil, err
		}
		if reach[0]*reach[0] < 200*int64(edges) {
			return few.ask(ctx, t)
		}
		return many.ask(ctx, t)
	}}
}

// pathTexts are the statements that a path is found with.
type pathTexts struct {
	counts string // of the two members, in the order of their ids: how many connections
	one    string // a row if they are connected
	two    string // who lies between
	three  string // the two who lie between
	ring   string // all connections of a list, with whose they are
}

// byLength asks for one length after the other, each statement ending with the first
// path found. The member who comes first in the statements is the one with fewer
// connections, or the one with more.
func (p pathTexts) byLength(db asker, name string, fewerFirst bool) form {
	return form{name, func(ctx context.Context, t topic) ([]int64, error) {
		a, c := t.a, t.c
		if a == c {
			return []int64{a}, nil
		}
		counts, err := db.query(ctx, p.counts, a, c)
		if err != nil {
			return nil, err
		}
		turned := (counts[0] < counts[1]) != fewerFirst
		if turned {
			a, c = c, a
		}
		for length, text := range []string{p.one, p.two, p.three} {
			between, err := db.query(ctx, text, a, c)
			if err != nil {
				return nil, err
			}
			if len(between) == 0 {
				continue
			}
			path := append([]int64{a}, between[:length]...)
			path = append(path, c)
			if turned {
				slices.Reverse(path)
			}
			return path, nil
		}
		return p.byRings(ctx, db, t)
	}}
}

// end is one end of a search that goes ring by ring.
type end struct {
	from map[int64]int64 // who was reached, and from whom
	ring []int64
}

func endAt(id int64) *end { return &end{map[int64]int64{id: id}, []int64{id}} }

// back is the way from the end to x, x first.
func (e *end) back(x int64) (way []int64) {
	for ; e.from[x] != x; x = e.from[x] {
		way = append(way, x)
	}
	return append(way, x)
}

// byRings fetches the smaller ring's connections until the ends meet, and keeps who
// was reached on this side of the database.
func (p pathTexts) byRings(ctx context.Context, db asker, t topic) ([]int64, error) {
	a, c := endAt(t.a), endAt(t.c)
	if t.a == t.c {
		return []int64{t.a}, nil
	}
	for len(a.ring) > 0 && len(c.ring) > 0 {
		near, far := a, c
		if len(c.ring) < len(a.ring) {
			near, far = c, a
		}
		rows, err := db.query(ctx, p.ring, db.list(near.ring))
		if err != nil {
			return nil, err
		}
		near.ring = near.ring[:0]
		for ; len(rows) > 0; rows = rows[2:] {
			x, y := rows[0], rows[1]
			if _, known := near.from[y]; known {
				continue
			}
			near.from[y] = x
			near.ring = append(near.ring, y)
			if _, meet := far.from[y]; meet {
				way := a.back(y)
				slices.Reverse(way)
				return append(way, c.back(y)[1:]...), nil
			}
		}
	}
	return nil, nil
}
