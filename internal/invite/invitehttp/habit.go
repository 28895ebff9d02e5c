package invitehttp

import (
	"slices"
	"strings"

	"guildhall/internal/invite"
	"guildhall/internal/web"
)

// habit is how somebody likes their inbox: kept in the browser, so that looking
// changes nothing here.
type habit struct {
	brief bool
	sort  invite.Order
}

const (
	habitCookie = "inbox"
	fullView    = "full"
	briefView   = "compact"
)

// habit reads how the inbox is to be drawn: as the address says, else as last time,
// else in full and the newest first. What the address says is kept.
func (f *face) habit(r *web.Request) habit {
	view, sort, _ := strings.Cut(r.Kept(habitCookie), ".")
	h := habit{brief: view == briefView, sort: order(sort, invite.Newest)}
	was := h
	switch q := r.URL.Query(); q.Get("view") {
	case briefView:
		h.brief = true
	case fullView:
		h.brief = false
	}
	h.sort = order(r.URL.Query().Get("sort"), h.sort)
	if h != was {
		view := fullView
		if h.brief {
			view = briefView
		}
		r.Keep(habitCookie, view+"."+string(h.sort))
	}
	return h
}

// order reads the code of an order; other for anything else.
func order(code string, other invite.Order) invite.Order {
	if o := invite.Order(code); slices.Contains(invite.Orders, o) {
		return o
	}
	return other
}

// look is how the invitations of one request are drawn.
type look struct {
	book  invite.Book
	brief bool // they stand in a list of short ones
}

// look reads it for a fragment or an answer, whose address says in which list it
// stands.
func (f *face) look(r *web.Request) (look, error) {
	book, err := f.invites.Book(r.Context())
	return look{book, r.URL.Query().Get("view") == briefView}, err
}
