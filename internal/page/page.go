// Package page holds keyset cursors: where a list goes on, as an opaque string.
// A cursor names the last row seen, so a page costs the same wherever it is.
package page

import (
	"encoding/base64"
	"encoding/binary"
)

// Cursor is the place after a row: its sort value and its id. The zero Cursor is
// the beginning.
type Cursor struct {
	Key int64 // the sort column's value of the last row seen
	ID  int64 // and its id, which breaks ties
}

// IsZero reports whether c is the beginning.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// String writes the cursor for a link; the beginning is the empty string.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(c.Key))
	b = binary.BigEndian.AppendUint64(b, uint64(c.ID))
	return base64.RawURLEncoding.EncodeToString(b)
}

// Parse reads what String wrote. What it cannot read is the beginning, since a
// broken link should show a page and not an error.
func Parse(s string) Cursor {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 16 {
		return Cursor{}
	}
	return Cursor{Key: int64(binary.BigEndian.Uint64(b)), ID: int64(binary.BigEndian.Uint64(b[8:]))}
}

// MaxRounds is how often Fill fetches before it settles for a short page.
const MaxRounds = 3

// Fill collects up to n items that keep allows, fetching candidates after a
// cursor. fetch returns at most limit candidates in order, fewer only at the
// end; at gives an item's place. After MaxRounds it returns what it has: a
// short page with its cursor beats an endless search. next is the zero Cursor
// when the list has ended.
func Fill[T any](n int, from Cursor, at func(T) Cursor, keep func(T) bool, fetch func(after Cursor, limit int) ([]T, error)) (items []T, next Cursor, err error) {
	after := from
	for range MaxRounds {
		limit := n + 1
		got, err := fetch(after, limit)
		if err != nil {
			return nil, Cursor{}, err
		}
		for _, it := range got {
			if !keep(it) {
				after = at(it)
				continue
			}
			if len(items) == n {
				return items, after, nil
			}
			items = append(items, it)
			after = at(it)
		}
		if len(got) < limit {
			return items, Cursor{}, nil
		}
	}
	return items, after, nil
}
