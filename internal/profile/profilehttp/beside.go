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

// views reports whether showing the page is a view: to a member, of somebody else, as
// themselves. Whoever asks for it as a part of a page is shown it all the same.
func (f *face) views(r *web.Request, p profile.Page) bool {
	return f.around.Seen != nil && !p.Own && !p.Posed && !p.Guest && r.Method == http.MethodGet
}

// ahead reports whether a browser asks for a page that nobody has asked it for yet. It
// is told to come again when somebody does: a page that was shown and is no view would
// be a way to look that is not one's own choice of how to look.
func ahead(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if s := strings.ToLower(h.Get(name)); strings.Contains(s, "prefetch") || strings.Contains(s, "prerender") || s == "preview" {
			return true
		}
	}
	return false
}
