package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
)

// Mark is a position that can be kept outside the database and found again: the
// last entry of every part. A number alone would be found in another database
// too, or in one that was restored from a backup and went another way from there;
// the entry, with its time in microseconds, would not.
type Mark []Entry

// ErrAstray is what Resume says of a mark that does not lie in the journal: it is
// of another database, or of a later or pruned part of this one.
var ErrAstray = errors.New("not of this journal")

// MarkAt returns the mark of a position. An entry that was pruned meanwhile makes
// it ErrAstray. One statement.
func MarkAt(ctx context.Context, q db.Querier, pos Position) (Mark, error) {
	found, err := at(ctx, q, pos)
	if err != nil {
		return nil, err
	}
	var m Mark
	for _, p := range slices.Sorted(maps.Keys(pos)) {
		e, ok := found[p]
		if !ok {
			return nil, fmt.Errorf("%w: entry %d of part %d is gone", ErrAstray, pos[p], p)
		}
		m = append(m, e)
	}
	return m, nil
}

// Resume returns the position of a mark, from which a follower may read on, when
// all that happened up to it happened in this database too. ErrAstray says that
// it may not, and why. Two statements.
func Resume(ctx context.Context, q db.Querier, m Mark) (Position, error) {
	heads, err := Heads(ctx, q)
	if err != nil {
		return nil, err
	}
	pos := Position{}
	for _, e := range m {
		pos[e.Part] = e.Seq
		if heads[e.Part] < e.Seq {
			return nil, fmt.Errorf("%w: it knows entry %d of part %d, the database only %d", ErrAstray, e.Seq, e.Part, heads[e.Part])
		}
	}
	found, err := at(ctx, q, pos)
	if err != nil {
		return nil, err
	}
	for _, e := range m {
		switch got, ok := found[e.Part]; {
		case !ok:
			return nil, fmt.Errorf("%w: entry %d of part %d was pruned", ErrAstray, e.Seq, e.Part)
		case got != e:
			return nil, fmt.Errorf("%w: entry %d of part %d tells of something else", ErrAstray, e.Seq, e.Part)
		}
	}
	return pos, nil
}

// Behind is how many entries lie between a position and a later one.
func (pos Position) Behind(heads Position) (n int64) {
	for p, head := range heads {
		n += max(head-pos[p], 0)
	}
	return n
}

// at reads the entries that stand at a position, by part.
func at(ctx context.Context, q db.Querier, pos Position) (map[int]Entry, error) {
	found := map[int]Entry{}
	if len(pos) == 0 {
		return found, nil
	}
	var where []string
	var args []any
	for _, p := range slices.Sorted(maps.Keys(pos)) {
		n := len(args)
		where = append(where, "part = $"+strconv.Itoa(n+1)+" AND seq = $"+strconv.Itoa(n+2))
		args = append(args, p, pos[p])
	}
	rows, err := q.Query(ctx, `SELECT part, seq, at, kind, facets, owner, peer, ref, version FROM journal WHERE `+strings.Join(where, " OR "), args...)
	_, err = db.All(rows, err, func(r *sql.Rows) (struct{}, error) {
		e, err := scanEntry(r)
		found[e.Part] = e
		return struct{}{}, err
	})
	return found, err
}
