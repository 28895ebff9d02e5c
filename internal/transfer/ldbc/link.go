package ldbc

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// link is a one-to-one relation: from an id to another, whichever way the
// layout writes it.
type link struct {
	column string // of the table itself, when merged
	to     map[int64]target
}

type target struct {
	id   int64
	at   At
	used bool
}

// link reads a relation's own table, ids only, and yields its bad rows; a merged
// relation has none to read. ok is false when yielding was ended.
func (s *Set) link(table, column, alone string, yield func(error) bool) (l *link, ok bool) {
	if s.tables[table].col(column) >= 0 {
		return &link{column: column}, true
	}
	l = &link{to: map[int64]target{}}
	for r, err := range s.rows(alone) {
		var a, b int64
		if err == nil {
			a, b, err = r.pair()
		}
		if _, twice := l.to[a]; err == nil && twice {
			err = Badly(r.At, Duplicate, "%d has one already", a)
		}
		if err == nil {
			l.to[a] = target{id: b, at: r.At}
		} else if !yield(err) {
			return nil, false
		}
	}
	return l, true
}

// of returns what the row's thing is related to, or None.
func (l *link) of(r row, id int64) (int64, error) {
	if l.column != "" {
		i := r.table.col(l.column)
		if r.fields[i] == "" {
			return None, nil
		}
		return r.id(i)
	}
	t, ok := l.to[id]
	if !ok {
		return None, nil
	}
	t.used = true
	l.to[id] = t
	return t.id, nil
}

// dangling lists the relations of things that never came, in the file's order.
func (l *link) dangling(what string) []*Bad {
	var out []*Bad
	for id, t := range l.to {
		if !t.used {
			out = append(out, Badly(t.at, UnknownID, "%s %d", what, id))
		}
	}
	slices.SortFunc(out, func(a, b *Bad) int { return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line) })
	return out
}

// linked reads a table whose rows have a one-to-one relation. Bad rows of the
// relation's table come first, those of things that never came last.
func linked[T any](s *Set, table, column, alone string, make func(r row, id, to int64) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		l, ok := s.link(table, column, alone, func(err error) bool { return yield(none, err) })
		if !ok {
			return
		}
		for rec, err := range each(s.rows(table), func(r row) (rec T, err error) {
			id, err := r.id(r.table.col("id"))
			if err != nil {
				return rec, err
			}
			to, err := l.of(r, id)
			if err != nil {
				return rec, err
			}
			return make(r, id, to)
		}) {
			if !yield(rec, err) {
				return
			}
		}
		for _, bad := range l.dangling(table) {
			if !yield(none, bad) {
				return
			}
		}
	}
}

// listed yields what each person has several of: from a list inside the person's
// row, or from a table of its own. A person's row that cannot be read is
// reported by Persons and passed over here.
func listed[T any](s *Set, column, alone string, make func(at At, person int64, value string) T) iter.Seq2[T, error] {
	if s.tables["person"].col(column) < 0 {
		return each(s.rows(alone), func(r row) (T, error) {
			id, err := r.id(0)
			return make(r.At, id, r.fields[1]), err
		})
	}
	return func(yield func(T, error) bool) {
		for r, err := range s.rows("person") {
			if IsBad(err) {
				continue
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			id, err := r.id(r.table.col("id"))
			list := r.get(column)
			if err != nil || list == "" {
				continue
			}
			for _, v := range strings.Split(list, ";") {
				if !yield(make(r.At, id, v), nil) {
					return
				}
			}
		}
	}
}
