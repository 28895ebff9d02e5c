package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"guildhall/internal/fault"
)

// line is a setting in the file: its value, and where it stands as people say
// it.
type line struct {
	value, source string
}

// readFile reads the settings file. No file is an empty one; a key that is not a
// setting is an error, since a misspelt setting would otherwise do nothing.
func readFile(path string) (map[string]line, error) {
	b, err := readable(path)
	if err != nil {
		return nil, err
	}
	values := map[string]toml.Primitive{}
	md, err := toml.Decode(string(b), &values)
	if err != nil {
		return nil, syntax(path, err)
	}
	lines := map[string]line{}
	for _, key := range md.Keys() { // in the file's order, so the first mistake is the one reported
		if !known(key[0]) {
			return nil, unknown(whereKey(path, md, values, key), key.String())
		}
		var p probe
		at := where(path, md.PrimitiveDecode(values[key[0]], &p))
		text, ok := p.data.(string)
		if !ok {
			return nil, fault.Field(key[0], "%s: %s must be a text in quotes, like %s = \"…\".", at, key[0], key[0])
		}
		lines[key[0]] = line{value: text, source: at}
	}
	return lines, nil
}

// probe takes any value and refuses it, because the library tells where in the
// file something stands only in its errors.
type probe struct{ data any }

var errSeen = errors.New("seen")

// UnmarshalTOML is called by the toml library.
func (p *probe) UnmarshalTOML(data any) error {
	p.data = data
	return errSeen
}

func known(key string) bool {
	for _, s := range settings {
		if s.key == key {
			return true
		}
	}
	return false
}

func unknown(at, key string) error {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.key
	}
	return fault.Field(key, "%s: there is no setting %q; the settings are %s.", at, key, strings.Join(names, ", "))
}

// whereKey names the line of a key, going into tables that were never opened on
// a line of their own, as in mail.host = "mx".
func whereKey(path string, md toml.MetaData, values map[string]toml.Primitive, key toml.Key) string {
	for _, k := range key {
		if at := where(path, md.PrimitiveDecode(values[k], &probe{})); at != path {
			return at
		}
		inner := map[string]toml.Primitive{}
		if md.PrimitiveDecode(values[k], &inner) != nil {
			break
		}
		values = inner
	}
	return path
}

// where names the line that a toml error is about.
func where(path string, err error) string {
	var pe toml.ParseError
	if errors.As(err, &pe) && pe.Position.Line > 0 {
		return fmt.Sprintf("%s, line %d", path, pe.Position.Line)
	}
	return path
}

func syntax(path string, err error) error {
	reason := "it cannot be read"
	var pe toml.ParseError
	if errors.As(err, &pe) {
		reason = pe.Message
	}
	return &fault.Error{Kind: fault.Invalid, Field: File, Err: err, Text: fmt.Sprintf(
		"%s: this is not TOML (%s); every line must be a setting like name = \"Old Hall\", or a comment after #.", where(path, err), reason)}
}
