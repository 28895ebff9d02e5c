package invitehttp_test

import (
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/db"
	"guildhall/internal/invite"
)

// What was typed into the dialog is there still, whatever has come in between: another
// window, another handle.
func TestTheDialogKeepsWhatWasTyped(t *testing.T) {
	h, c, _ := story(t)
	h.send(c.grace, c.bastian, invite.Letter{})
	long := strings.Repeat("n", 312)
	p := h.ask("grace", "/invite/bastian", url.Values{"note": {long}})
	if p.code != 422 || p.Find("textarea").Text() != long || p.Find("#f-note-error").Length() != 1 || !strings.Contains(p.text(".banner"), "is waiting for an answer") {
		t.Errorf("too long beside one that waits: %d %s", p.code, p.text("dialog"))
	}
	p = h.ask("grace", "/invite/bastian", url.Values{"note": {"Hi"}, "do": {"preview"}})
	if p.Find("textarea").Text() != "Hi" || !strings.Contains(p.text(".banner"), "is waiting for an answer") {
		t.Errorf("a preview beside one that waits: %s", p.text("dialog"))
	}
	h.must(h.invites.SetWho(ctx, access.Member(c.sofia), invite.KnowAddress))
	h.write(func(tx *db.Tx) error {
		_, err := h.members.SetHandle(ctx, tx, c.sofia, "sofia-p")
		return err
	})
	old := url.Values{"note": {"Hi"}, "reason": {"network"}}
	if p = h.ask("bastian", "/invite/sofia", nil); p.to != "/invite/sofia-p" {
		t.Errorf("the old handle leads to %q", p.to)
	}
	if p = h.ask("bastian", "/invite/sofia", old); p.code != 422 || p.Find("textarea").Text() != "Hi" || p.Find(`form[action="/invite/sofia-p"]`).Length() != 1 {
		t.Errorf("at the old handle: %d, to %q: %s", p.code, p.to, p.text("dialog"))
	}
	if part := h.ask("bastian", "/invite/sofia/preview", old, "HX-Request", "true"); part.code != 200 || strings.TrimSpace(part.body) == "" {
		t.Errorf("the preview at the old handle: %d %q", part.code, part.body)
	}
}
