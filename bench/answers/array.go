package answers

import (
	"fmt"
	"slices"
	"strings"
)

// set writes what the data set's standard leaves unordered: sorted, in braces.
func set(items []string) string {
	items = slices.Clone(items)
	slices.Sort(items)
	return "{" + strings.Join(items, ",") + "}"
}

// array reads an array as PostgreSQL writes it, one- or two-dimensional, and
// returns it as a set. The empty text is an empty one.
func array(s string) (string, error) {
	if s == "" {
		return set(nil), nil
	}
	p := arrayParser{rest: s}
	items, err := p.items()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q comes after the array", p.rest)
	}
	return set(items), err
}

type arrayParser struct{ rest string }

// items reads {a,"b",{c,d}}; an inner array becomes one item, order kept.
func (p *arrayParser) items() ([]string, error) {
	if !p.take('{') {
		return nil, fmt.Errorf("no array begins at %q", p.rest)
	}
	var out []string
	if p.take('}') {
		return out, nil
	}
	for {
		item, err := p.item()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
		if p.take('}') {
			return out, nil
		}
		if !p.take(',') {
			return nil, fmt.Errorf("no item ends at %q", p.rest)
		}
	}
}

func (p *arrayParser) item() (string, error) {
	if strings.HasPrefix(p.rest, "{") {
		inner, err := p.items()
		return "{" + strings.Join(inner, ",") + "}", err
	}
	if p.take('"') {
		return p.quoted()
	}
	i := strings.IndexAny(p.rest, ",}")
	if i < 0 {
		return "", fmt.Errorf("an item without an end: %q", p.rest)
	}
	item := p.rest[:i]
	p.rest = p.rest[i:]
	return item, nil
}

func (p *arrayParser) quoted() (string, error) {
	var b strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; c {
		case '"':
			p.rest = p.rest[i+1:]
			return b.String(), nil
		case '\\':
			if i++; i < len(p.rest) {
				b.WriteByte(p.rest[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("a quoted item without an end: %q", p.rest)
}

func (p *arrayParser) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}
