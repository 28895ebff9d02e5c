package web

import (
	"net/http"

	"github.com/a-h/templ"
	"guildhall/internal/web/ui"
)

// Storybook returns the routes of the storybook: every component in every state,
// with people who are made up. Only a developer's server has them.
func Storybook() []Route {
	story := func(path, title string, c func(ui.Page) templ.Component) Route {
		return Route{Pattern: "GET " + path, Policy: Open, Handler: func(w http.ResponseWriter, r *Request) error {
			return r.Render(c(r.Page(title)), nil)
		}}
	}
	return []Route{
		story("/storybook", "Storybook", ui.Storybook),
		story("/storybook/inbox", "Invitations", ui.StoryInbox),
		story("/storybook/profile", "Adaobi Eze-Nakamura", ui.StoryProfile),
		story("/storybook/dialog", "Invite Adaobi Eze-Nakamura", ui.StoryDialog),
		story("/storybook/bare", "Sign in", ui.StoryBare),
		{Pattern: "POST /storybook", Policy: Open, Handler: func(w http.ResponseWriter, r *Request) error {
			r.SayUndo("Nothing was changed: this is the storybook.", "/storybook", nil)
			return r.Back("/storybook")
		}},
	}
}
