package profilehttp

import (
	"net/http"
	"strings"

	"guildhall/internal/member"
	"guildhall/internal/profile"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// besideView is the circles beside somebody's profile.
type besideView struct {
	Frame   ui.Page
	Card    member.Card
	Circles []Circle
}

// beside answers with the circles beside a profile: as a part of that page, or as
// a page of its own where there is no script.
func (f *face) beside(_ http.ResponseWriter, r *web.Request) error {
	c, err := f.profiles.Peer(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	v := besideView{Card: c}
	if f.around.Beside != nil {
		if v.Circles, err = f.around.Beside(r.Context(), r.Viewer, c.ID); err != nil {
			return err
		}
	}
	if r.Partial() {
		return r.Render(circles(v), nil)
	}
	v.Frame = r.Page("People beside " + c.Name)
	v.Frame.Place = ui.AtNetwork
	return r.Render(besidePage(v), nil)
}

// seen tells that a page was shown: to a member, of somebody else, as themselves,
// because they asked for it and not their browser in advance.
func (f *face) seen(r *web.Request, p profile.Page) {
	if f.around.Seen == nil || p.Own || p.Posed || p.Guest || r.Method != http.MethodGet || r.Partial() || ahead(r.Header) {
		return
	}
	f.around.Seen(r.Viewer, p.Card.ID)
}

// ahead reports whether a browser asks for a page that nobody has asked it for yet.
func ahead(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if s := strings.ToLower(h.Get(name)); strings.Contains(s, "prefetch") || strings.Contains(s, "prerender") || s == "preview" {
			return true
		}
	}
	return false
}
