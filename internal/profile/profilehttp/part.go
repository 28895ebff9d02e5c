package profilehttp

import (
	"net/http"

	"guildhall/internal/member"
	"guildhall/internal/web"
	"guildhall/internal/web/ui"
)

// parting is the page that asks before two are parted.
type parting struct {
	Frame  ui.Page
	Card   member.Card
	Title  string
	What   []string // what happens, one sentence each
	Post   string
	Button string
}

func (f *face) askEnd(_ http.ResponseWriter, r *web.Request) error {
	c, err := f.profiles.Peer(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	return r.Render(partingPage(parting{
		Frame: r.Page("Remove a connection"), Card: c, Title: "Remove " + c.Name + " from your connections?",
		What: []string{
			"You are no longer connected, and no longer follow each other.",
			"What you show to connections only closes to them, and theirs to you.",
			"Nobody is told. To connect again, one of you has to invite the other.",
		},
		Post: "/network/with/" + c.Handle + "/end", Button: "Remove the connection",
	}), nil)
}

func (f *face) askBlock(_ http.ResponseWriter, r *web.Request) error {
	c, err := f.profiles.Peer(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	return r.Render(partingPage(parting{
		Frame: r.Page("Block somebody"), Card: c, Title: "Block " + c.Name + "?",
		What: []string{
			"You no longer see each other anywhere here: no page, no search, no list.",
			"If you are connected, that ends. Invitations between you end too.",
			"They are not told. To them you look like somebody who isn’t there.",
		},
		Post: "/in/" + c.Handle + "/block", Button: "Block",
	}), nil)
}

func (f *face) block(_ http.ResponseWriter, r *web.Request) error {
	c, err := f.profiles.Peer(r.Context(), r.Viewer, r.PathValue("handle"))
	if err != nil {
		return err
	}
	if err := f.blocker.Block(r.Context(), r.Viewer, c.ID); err != nil {
		return err
	}
	r.Say("Blocked. You no longer see " + c.Name + ", nor they you. They were not told.")
	return r.SeeOther("/network")
}
