// Package report writes what was measured, for people or for programs.
package report

import (
	"encoding/json"
	"io"
)

// Text is a result that people can read.
type Text interface{ WriteText(io.Writer) error }

// Write writes a result as a table, or as indented JSON. A nil out drops it.
func Write(out io.Writer, asJSON bool, r Text) error {
	switch {
	case out == nil:
		return nil
	case !asJSON:
		return r.WriteText(out)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
