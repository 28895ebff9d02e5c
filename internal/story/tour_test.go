package story

import (
	"os"
	"testing"

	"guildhall/internal/access"
	"guildhall/internal/app"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/demo"
	"guildhall/internal/graph"
	cursor "guildhall/internal/page"
)

// tourOfTheDemo opens the demo community and lists a stop for every page.
func tourOfTheDemo(t *testing.T) (*hall, []stop) {
	t.Helper()
	h := startWith(t, dbtest.SQLiteFile(t), app.Options{Personas: demo.Personas})
	members := 80 // enough for axe; the pictures show the whole community
	if os.Getenv("GUILDHALL_SHOTS") != "" {
		members = 300
	}
	if _, _, err := demo.Ensure(ctx, h.app, demo.Options{Members: members, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	people, err := demo.Personas(ctx, h.app)
	if err != nil || len(people) < 3 {
		t.Fatalf("%d personas, %v", len(people), err)
	}
	newcomer, alumna := people[0].Handle, people[1].Handle
	near, far := h.somebody(t, newcomer)
	mate := h.connection(t, alumna)
	waits := h.waits(t, newcomer)
	return h, []stop{
		{"front", "", "/"},
		{"signin", "", "/signin"},
		{"register", "", "/register"},
		{"reset", "", "/reset"},
		{"missing", "", "/in/nobody-by-this-name"},
		{"home", newcomer, "/"},
		{"invitations", newcomer, "/invitations"},
		{"invitations-sent", alumna, "/invitations/sent"},
		{"invitations-many", people[2].Handle, "/invitations"},
		{"invitations-compact", people[2].Handle, "/invitations?view=compact"},
		{"invitation-limits", newcomer, "/invitations/" + waits + "/limits"},
		{"reasons", people[3].Handle, "/admin/reasons"},
		{"reports", people[3].Handle, "/admin/reports"},
		{"weights", people[3].Handle, "/admin/weights"},
		{"invite", newcomer, "/invite/" + near},
		{"profile-own", newcomer, "/in/" + newcomer},
		{"profile-edit", newcomer, "/in/" + newcomer + "?edit=experience"},
		{"profile-as", newcomer, "/in/" + newcomer + "?as=second"},
		{"profile-2nd", newcomer, "/in/" + near},
		{"profile-far", newcomer, "/in/" + far},
		{"privacy", newcomer, "/settings/privacy"},
		{"account", newcomer, "/settings/account"},
		{"network", alumna, "/network"},
		{"network-new", newcomer, "/network"},
		{"network-search", newcomer, "/network?q=a"},
		{"profile-beside", newcomer, "/in/" + alumna},
		{"beside", newcomer, "/in/" + alumna + "/beside"},
		{"views", alumna, "/me/views"},
		{"views-private", people[4].Handle, "/me/views"},
		{"views-how", newcomer, "/settings/views"},
		{"people", newcomer, "/network/people"},
		{"people-dismissed", newcomer, "/network/people/dismissed"},
		{"network-with", newcomer, "/network/with/" + near},
		{"network-how", alumna, "/network/with/" + mate + "/how"},
		{"profile-1st", alumna, "/in/" + mate},
		{"limit", alumna, "/in/" + mate + "/limit"},
	}
}

// waits finds an invitation that waits for a member, as addresses name it.
func (h *hall) waits(t *testing.T, of string) string {
	t.Helper()
	h.token(t, of)
	first, _, err := h.app.Invites.First(ctx, access.Member(h.ids[of]), 1)
	if err != nil || len(first) == 0 {
		t.Fatalf("nothing waits for %s: %v", of, err)
	}
	return first[0].ID
}

// connection finds somebody whom a member is connected with and who says how.
func (h *hall) connection(t *testing.T, of string) string {
	t.Helper()
	h.token(t, of)
	mine, err := h.app.Ties.Mine(ctx, access.Member(h.ids[of]), cursor.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range mine.People {
		if p.Tie.Reason != "" && p.Tie.SaidBy == p.Card.ID {
			return p.Card.Handle
		}
	}
	t.Fatalf("nobody says how they know %s", of)
	return ""
}

// somebody finds a member in the second degree and one as far off as there is.
func (h *hall) somebody(t *testing.T, of string) (near, far string) {
	t.Helper()
	h.token(t, of)
	me := h.ids[of]
	view := h.app.Network.Graph()
	ids, err := h.app.Members.Page(ctx, h.app.DB, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	cards, err := h.app.Members.Cards(ctx, h.app.DB, ids)
	if err != nil {
		t.Fatal(err)
	}
	furthest := graph.Second // a small community may have nobody beyond
	for _, id := range ids {
		d := view.Degree(me, id)
		if near == "" && d == graph.Second {
			near = cards[id].Handle
		}
		if d >= furthest {
			furthest, far = d, cards[id].Handle
		}
	}
	if near == "" {
		t.Fatal("the newcomer has nobody in the second degree")
	}
	return near, far
}
