package ui

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
	"guildhall/internal/web/static"
)

// icon is Go and no template, since a long page has two hundred of them.
type icon struct{ class, name string }

var sprite = sync.OnceValue(func() string { return templ.EscapeString(static.URL("icons.svg") + "#i-") })

// Icon draws an icon of the sprite, for the eye only: the word stands beside it.
func Icon(name string) templ.Component { return icon{"i", name} }

// IconFlip is an icon that points somewhere and turns round for right-to-left.
func IconFlip(name string) templ.Component { return icon{"i i-flip", name} }

// turn is the mark of something that opens.
func turn() templ.Component { return icon{"i turn", "chevron-down"} }

// Render writes the icon.
func (i icon) Render(_ context.Context, w io.Writer) error {
	return put(w, `<svg class="`, i.class, `" width="18" height="18" aria-hidden="true"><use href="`, sprite(),
		templ.EscapeString(i.name), `"></use></svg>`)
}

// put writes HTML that is escaped already.
func put(w io.Writer, parts ...string) error {
	for _, s := range parts {
		if _, err := io.WriteString(w, s); err != nil {
			return err
		}
	}
	return nil
}
