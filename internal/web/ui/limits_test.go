package ui_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"guildhall/internal/web/ui"
)

// A browser cuts what is pasted over a maxlength without a word; the server says
// what is too long and keeps it.
func TestNoFieldCutsWhatIsPasted(t *testing.T) {
	in := ui.Input{Name: "note", Label: "Note", Max: 3, Value: "far too long"}
	for name, c := range map[string]templ.Component{"field": ui.Field(in), "area": ui.TextArea(ui.Area{Input: in})} {
		var b bytes.Buffer
		if err := c.Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if html := b.String(); strings.Contains(html, "maxlength") || !strings.Contains(html, "far too long") {
			t.Errorf("%s: %s", name, html)
		}
	}
}
